"""Text that may hold long words, such as addresses: it wraps anywhere, and copies exactly as it is."""

from __future__ import annotations

import re

from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from evidence_app.ui.widgets import Text

BREAK = "\u200b"
"""Zero-width space: a place to wrap that is not seen. Never part of what is copied or read out."""

LONG = 20
_WORD = re.compile(rf"\S{{{LONG},}}")
_AFTER = re.compile(r"(?<=[/?&=._:#-])(?=[^/?&=._:#-])")
_RUN = re.compile(r"[^\u200b]{14}(?=[^\u200b])")


def breakable(text: str) -> str:
    """`text` with places to wrap inside its long words."""
    plain = text.replace(BREAK, "")
    return _WORD.sub(lambda found: _RUN.sub(rf"\g<0>{BREAK}", _AFTER.sub(BREAK, found[0])), plain)


class LongText(Text):
    """A selectable value; `exact` is the text as it was given."""

    def __init__(self, text: str, *, type: str = "body", parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__(breakable(text), type=type, selectable=True, parent=parent)
        self.exact = text
        self.setAccessibleName(text)

    def copy(self, mode: QClipboard.Mode = QClipboard.Mode.Clipboard) -> None:
        """Put what is selected on the clipboard, without the places to wrap."""
        words = self.selectedText().replace(BREAK, "").replace("\u2029", "\n").replace("\u2028", "\n")
        if words:
            QGuiApplication.clipboard().setText(words, mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if QGuiApplication.clipboard().supportsSelection():
            self.copy(QClipboard.Mode.Selection)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy = menu.addAction(self.tr("Copy"), self.copy)
        copy.setEnabled(self.hasSelectedText())
        every = menu.addAction(self.tr("Copy all of it"))
        every.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.exact))
        menu.popup(event.globalPos())
