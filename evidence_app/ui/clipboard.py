"""Reads what was copied, without waiting for a program that hangs."""

from __future__ import annotations

from PySide6.QtGui import QClipboard, QGuiApplication

from evidence_app.capture import copied


def text() -> str:
    """The words in the clipboard, without spaces around them. Empty where their program does not answer."""
    clipboard = QGuiApplication.clipboard()
    return clipboard.text().strip() if clipboard.ownsClipboard() or copied.answers() else ""


def marked() -> str:
    """The words that are marked in another program, where the desktop tells them.

    What is marked in our own fields is no source: undoing a deletion would look like pasting it.
    """
    clipboard = QGuiApplication.clipboard()
    if not clipboard.supportsSelection() or clipboard.ownsSelection() or not copied.answers(marked=True):
        return ""
    return clipboard.text(QClipboard.Mode.Selection).strip()
