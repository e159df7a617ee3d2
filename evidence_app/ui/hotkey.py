"""The capture key while another program is in front."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from evidence_app.capture import hotkey
from evidence_app.errors import CaptureError, UsageError


class Hotkey(QObject):
    """`pressed` comes for every press, `changed` when the desktop answers later (`shown`, `problem`).

    At most one combination is taken at a time."""

    pressed = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text = ""
        """The combination that is taken now, empty for none."""
        self._key: hotkey.Key | None = None
        self._notifier: QSocketNotifier | None = None
        self._told = ("", "")

    def take(self, text: str) -> None:
        """Take this combination instead; empty takes none. UsageError or CaptureError with one sentence; then
        the one from before is taken again, as far as it can be."""
        if text == self.text:
            return
        before = self.text
        self.release()
        try:
            self._take(text)
        except (UsageError, CaptureError):
            with suppress(UsageError, CaptureError):
                self._take(before)
            raise

    @property
    def shown(self) -> str:
        """The combination as the desktop calls it, empty for none."""
        return "" if self._key is None else self._key.shown

    @property
    def problem(self) -> str:
        """Why there is none after all, in a sentence; empty where there is one, or none was wanted."""
        return "" if self._key is None else self._key.problem

    def release(self) -> None:
        """Give the combination back."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
        if self._key is not None:
            self._key.close()
        self._key, self._notifier, self.text = None, None, ""

    def _take(self, text: str) -> None:
        if not text:
            return
        self._key = hotkey.take(text)
        self.destroyed.connect(self._key.close)
        self._notifier = QSocketNotifier(self._key.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._look)
        self._told = (self._key.shown, self._key.problem)
        self.text = text

    def _look(self) -> None:
        if self._key is None:
            return
        if self._key.pressed():
            self.pressed.emit()
        if (self._key.shown, self._key.problem) != self._told:
            self._told = (self._key.shown, self._key.problem)
            self.changed.emit()
