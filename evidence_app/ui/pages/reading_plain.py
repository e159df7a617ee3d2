"""Text of somebody else in a box: plain, read only, quick to lay out whatever is in it."""

from __future__ import annotations

import re

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from evidence_app.characters import visible
from evidence_app.ui import theme
from evidence_app.ui.pages.long_text import BREAK

_RUN = re.compile(r"\S{200}(?=\S)")
"""Laying out one word takes time that grows with the square of its length: a place to wrap here and there."""

_MOST = 1_500_000
"""Characters that are shown at most; marks that are written out take eight of them."""


class PlainText(QPlainTextEdit):
    """Text of somebody else: read only, no markup, no links, nothing to undo."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setProperty("bare", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.font("body"))
        self.setTabChangesFocus(True)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        self.setTextInteractionFlags(flags)
        self.setAccessibleName(self.tr("Text"))
        # At most some eighty characters a line, also in a wide window.
        self.document().setDocumentMargin(16)

    def show_text(self, text: str) -> None:
        """Show this from its beginning."""
        shown = visible(text.replace("\r\n", "\n"))
        if len(shown) > _MOST:
            shown = shown[:_MOST] + "\n\n— " + self.tr("There is more in the original.") + " —"
        self.setPlainText(_RUN.sub(f"\\g<0>{BREAK}", shown))
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied: plain, and without the places to wrap."""
        data = QMimeData()
        data.setText(self.textCursor().selectedText().replace("\u2029", "\n").replace(BREAK, ""))
        return data
