"""A card that takes one dropped file or folder."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from evidence_app.ui.widgets import Card


class DropZone(Card):
    """`dropped` carries the path. What is dropped is only named here, never read."""

    dropped = Signal(str)

    def __init__(self, name: str, *, padding: int = 24, parent: QWidget | None = None) -> None:
        super().__init__(look="drop", padding=padding, parent=parent)
        self.setAcceptDrops(True)
        self.setAccessibleName(name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()
            self._over(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._over(False)
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths[0])

    def _over(self, on: bool) -> None:
        self.setProperty("over", on)
        self.update()
