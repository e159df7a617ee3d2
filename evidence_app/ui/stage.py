"""What the window stands on: a page, another above it, and one clear sentence where something fails."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QMessageBox, QStackedWidget, QWidget

from evidence_app.ui.desk import Desk
from evidence_app.ui.session import Session


class Stage(QMainWindow):
    """The first of `pages` is the desk, or where one unlocks; at most one more stands above it."""

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self._desk: Desk | None = None
        self.pages = QStackedWidget()

    def _at_desk(self) -> Desk:
        if self._desk is None:
            raise RuntimeError("the window is locked")
        return self._desk

    def _in_session(self) -> Session:
        if self.session is None:
            raise RuntimeError("the window is locked")
        return self.session

    # --- errors ----------------------------------------------------------------------------------

    def tell(self, error: object) -> None:
        """One clear sentence for something that a person can act on."""
        self._message(QMessageBox.Icon.Warning, str(error))

    def tell_fault(self, error: object) -> None:
        """A fault of ours: what is safe, and what to pass on. No content of the vault is in it."""
        self._message(
            QMessageBox.Icon.Critical,
            self.tr(
                "Evidence has a fault ({0}). What is in your vault is safe. Try again; if it happens again, "
                "tell your IT lead the name of the fault."
            ).format(type(error).__name__),
        )

    def _message(self, icon: QMessageBox.Icon, words: str) -> None:
        box = QMessageBox(icon, self.tr("Evidence"), words, QMessageBox.StandardButton.Ok, self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # --- pages -----------------------------------------------------------------------------------

    def _push(self, page: QWidget) -> None:
        """Show a page above the desk; an earlier one above it goes."""
        while self.pages.count() > 1:
            self._drop(self.pages.widget(self.pages.count() - 1))
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        page.setFocus()

    def _home(self) -> None:
        """Back to the desk, or to where one unlocks."""
        self.pages.setCurrentIndex(0)
        while self.pages.count() > 1:
            self._drop(self.pages.widget(self.pages.count() - 1))

    def _replace(self, page: QWidget) -> None:
        while self.pages.count():
            self._drop(self.pages.widget(0))
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)

    def _drop(self, page: QWidget | None) -> None:
        if page is not None:
            self.pages.removeWidget(page)
            page.hide()
            page.deleteLater()
