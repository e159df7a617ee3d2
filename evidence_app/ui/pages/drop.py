"""A card that takes one dropped file or folder; several, or another kind, are left to the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from evidence_app.ui import drop_veil
from evidence_app.ui.arrivals import Kind, kind_of, local_paths
from evidence_app.ui.widgets import Card


class DropZone(Card):
    """`dropped` carries the path. What is dropped is only named here, never read.

    With a `suffix` only files that end in it are taken; without one no receipt, card or vault.
    """

    dropped = Signal(str)

    def __init__(
        self, name: str, *, suffix: str = "", padding: int = 24, parent: QWidget | None = None
    ) -> None:
        super().__init__(look="drop", padding=padding, parent=parent)
        self._suffix = suffix
        self.setAcceptDrops(True)
        self.setAccessibleName(name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._path(event) is not None:
            drop_veil.take(event)
            self._over(True)
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._over(False)
        path = self._path(event)
        if path is not None:
            drop_veil.take(event)
            self.dropped.emit(str(path))

    def _path(self, event: QDropEvent) -> Path | None:
        paths = local_paths(event.mimeData())
        if len(paths) != 1:
            return None
        if self._suffix:
            fits = paths[0].name.lower().endswith(self._suffix)
        else:
            fits = kind_of(paths[0]) in (Kind.BUNDLE, Kind.OTHER)
        return paths[0] if fits else None

    def _over(self, on: bool) -> None:
        self.setProperty("over", on)
        self.update()
