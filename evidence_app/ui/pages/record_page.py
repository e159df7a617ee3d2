"""What the pages of the record have in common: they read it when they are shown and when it grows."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from evidence_app.ui.session import Session


class RecordPage(QWidget):
    """Calls `reload` when the page appears, and on `session.changed` while it is visible."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        session.changed.connect(self._on_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.reload()

    def _on_changed(self) -> None:
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read what the page shows again, in the background."""
        raise NotImplementedError
