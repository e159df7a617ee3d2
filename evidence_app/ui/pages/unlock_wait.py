"""After failed tries the next one waits: the seconds are counted down in words, and typing goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from evidence_app.vault import attempts

_TICK_MS = 500


class Waiting(QObject):
    """`changed` carries what to say, empty when the wait is over."""

    changed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._folder = Path()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._look)

    def is_on(self) -> bool:
        return self._timer.isActive()

    def look_at(self, folder: Path) -> None:
        """Begin where this vault asks for a wait; another vault's wait ends."""
        self._folder = folder
        self._look()

    def _look(self) -> None:
        failed = attempts.read(self._folder)
        seconds = 0 if failed is None else failed.wait(datetime.now(UTC))
        if failed is not None and seconds:
            self._timer.start()
            words = self.tr("{0} tries have failed. Nothing is lost. You can try again in {1}.")
            self.changed.emit(words.format(failed.count, attempts.in_words(seconds)))
        elif self._timer.isActive():
            self._timer.stop()
            self.changed.emit("")
