"""The handbook in a window of its own: opened by F1 beside whatever one is doing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from evidence_app.ui.pages.help import HelpPage


class HelpWindow(QDialog):
    """Stays beside the page; nothing that is open is left for it."""

    hide_key_chosen = Signal(str)

    def __init__(self, hide_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Evidence: help"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(940, 640)
        self.page = HelpPage(closable=True, hide_key=hide_key)
        self.page.closed.connect(self.close)
        self.page.hide_key_chosen.connect(self.hide_key_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)

    def show_chapter(self, chapter: str) -> None:
        """Open this chapter, with the keyboard on its text."""
        self.page.show_chapter(chapter)
        self.page.reader.setFocus(Qt.FocusReason.OtherFocusReason)
