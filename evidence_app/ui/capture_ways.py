"""The ways to a capture while another program is in front: the key, the icon, the bar. And the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from evidence_app.capture import clock
from evidence_app.capture.clock import ClockCheck
from evidence_app.errors import CaptureError, EvidenceError
from evidence_app.settings import CaptureSettings
from evidence_app.ui.capture_bar import CaptureBar
from evidence_app.ui.hotkey import Hotkey
from evidence_app.ui.overlay import CaptureFlow
from evidence_app.ui.pages.capture_settings import CaptureSettingsDialog
from evidence_app.ui.reading_pictures import PictureReader
from evidence_app.ui.session import Session
from evidence_app.ui.tray import Tray

CHECK_AGAIN = timedelta(minutes=30)


class CaptureWays(QObject):
    """Lives as long as the vault is open; `leave` takes everything away. Captures are only asked for here:
    `capture_requested`, and `again_requested` for the last area."""

    capture_requested = Signal()
    again_requested = Signal()
    lock_requested = Signal()
    settings_changed = Signal(object)

    def __init__(self, session: Session, flow: CaptureFlow, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._flow, self._window = session, flow, window
        self._asked_at: datetime | None = None
        self.problem = ""
        """Why the key is not taken, in one sentence; empty where it is, or where there is none."""
        self.dialog: CaptureSettingsDialog | None = None
        self.key = Hotkey(self)
        self.key.pressed.connect(self._pressed)
        self.key.changed.connect(self._key_told)
        self.tray = Tray(self)
        self.tray.capture_chosen.connect(self._pressed)
        self.tray.again_chosen.connect(self.again_requested)
        self.tray.bar_chosen.connect(self.show_bar)
        self.tray.settings_chosen.connect(self.open_settings)
        self.tray.window_chosen.connect(self._open_window)
        self.tray.lock_chosen.connect(self.lock_requested)
        self.bar = CaptureBar()
        self.bar.capture_pressed.connect(self.capture_requested)
        self.bar.again_pressed.connect(self.again_requested)
        self.bar.settings_pressed.connect(self.open_settings)
        self.bar.close_pressed.connect(lambda: self.show_bar(False))
        for part in (self.bar, self.tray.menu):  # windows of their own: they go with the page all the same
            window.destroyed.connect(part.deleteLater)
        flow.sealed.connect(self._check_clock)
        self.reader = PictureReader(session, self)
        flow.sealed.connect(self.reader.add)
        self._start()

    def _start(self) -> None:
        try:
            self.key.take(self._now.hotkey)
        except EvidenceError as error:
            self.problem = error.message
            if not isinstance(error, CaptureError):  # on other desktops it is so every time
                self.tray.say(error.message)
        self._apply()
        self._check_clock()

    def _key_told(self) -> None:
        """The desktop has answered: with the key as it calls it, or that there is none."""
        self.problem = self.key.problem
        self._apply()

    @property
    def _now(self) -> CaptureSettings:
        return self._session.settings.capture

    def _apply(self) -> None:
        self._flow.key = self.key.shown
        self.tray.set_key(self.key.shown)
        self.bar.set_key(self.key.shown)
        self.tray.bar.setChecked(self._now.bar)
        self.bar.setVisible(self._now.bar)
        self._flow.with_pointer = self._now.pointer

    def _pressed(self) -> None:
        """The next picture of a series, the end of a recording; otherwise a capture."""
        if not self._flow.press():
            self.capture_requested.emit()

    def show_bar(self, shown: bool) -> None:
        """Show the bar from now on, or no longer."""
        self._change(replace(self._now, bar=shown))

    def open_settings(self) -> None:
        """Ask how captures are to be made."""
        if self.dialog is None:
            self._open_window()
            dialog = CaptureSettingsDialog(self._session, self._take_key, self._window.window())
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            if self.problem:
                dialog.message.show_message(self.problem)
            dialog.chosen.connect(self._change)
            dialog.finished.connect(self._closed)
            self.dialog = dialog
            dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _take_key(self, key: str) -> None:
        self.key.take(key)
        self.problem = ""

    def _change(self, capture: CaptureSettings) -> None:
        if not capture.time_server:
            clock.remember(None)
        self._session.settings = self._session.settings.with_capture(capture)
        self._apply()
        self.settings_changed.emit(self._session.settings)

    def _open_window(self) -> None:
        window = self._window.window()
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()

    # --- the clock --------------------------------------------------------------------------------

    def _check_clock(self) -> None:
        """Ask the time server where one was chosen, and not again within half an hour."""
        server, now = self._now.time_server, datetime.now(UTC)
        if not server or (self._asked_at is not None and abs(now - self._asked_at) < CHECK_AGAIN):
            return
        self._asked_at = now
        # No answer is no error here: the captures say that the clock was not checked.
        self._session.runner.run(
            clock.ask, server, on_done=self._checked, on_error=lambda _error: None, owner=self
        )

    def _checked(self, found: ClockCheck) -> None:
        if found.server == self._now.time_server:
            clock.remember(found)

    def leave(self) -> None:
        """The vault is being locked: nothing of this stays."""
        clock.remember(None)
        self.key.release()
        self.tray.leave()
        self.bar.close()
