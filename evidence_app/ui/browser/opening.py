"""Opening the capture browser from the desk; nothing of it is imported before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from evidence_app.errors import UsageError
from evidence_app.ui.browser import part
from evidence_app.ui.session import Session

if TYPE_CHECKING:
    from evidence_app.ui.browser.window import BrowserWindow


class Browsing(QObject):
    """One capture browser at a time: opened for an incident, closed when the vault locks."""

    described = Signal(str)
    settings_changed = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._near = session, parent
        self.window: BrowserWindow | None = None

    def can_open(self) -> bool:
        """Whether the browser part is there; where it is not, that is said."""
        if not part.is_installed():
            self.failed.emit(UsageError(part.NOT_THERE))
            return False
        return True

    def open(self, incident: str) -> None:
        """Open it, or bring it to the front. The question of 8.1 was answered with no before this."""
        if self.window is not None:
            self.close()
        from evidence_app.ui.browser.window import BrowserWindow

        window = self.window = BrowserWindow(self._session, incident or None)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.closed.connect(self._closed)
        window.described.connect(self.described)
        window.settings_changed.connect(self.settings_changed)
        window.show()

    def close(self) -> None:
        """Close it: cookies and storage are gone."""
        if self.window is not None:
            self.window.close()

    def _closed(self) -> None:
        self.window = None
