"""Lock by itself when nothing was done here for a while, after a warning that counts down.

What counts as done: a key or a click in this program, a pointer that moved, and work that the program does.
Time in which the computer slept counts as nothing done, so that it is locked when it wakes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QCursor, QGuiApplication, QWindow
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.session import Session
from evidence_app.ui.widgets import hint, primary, secondary, section

WARNING_S = 30
_TICK_MS = 1000
_ACTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class _Clock:
    """Seconds since something was done: by a clock that may stand still in sleep, and by that on the wall."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self._running, self._wall = time.monotonic(), time.time()

    def seconds(self) -> float:
        return max(time.monotonic() - self._running, time.time() - self._wall)


class IdleLock(QObject):
    """`lock_requested` when the time is over. Watches while there is a session; `minutes` 0 is never."""

    lock_requested = Signal()

    def __init__(self, window: QWidget, busy: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._busy = window, busy
        self._session: Session | None = None
        self.clock = _Clock()
        self._pointer = QCursor.pos()
        self._listened_to: QWindow | None = None
        self.warning: IdleWarning | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.look)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self.listen)

    def watch(self, session: Session | None) -> None:
        """From unlocking to locking; None ends it."""
        self._session = session
        self._close()
        self.listen(None if session is None else QGuiApplication.focusWindow())
        if session is None:
            self._timer.stop()
        else:
            self.clock.start()
            self._timer.start()

    def listen(self, window: QWindow | None) -> None:
        """Keys and clicks go to one window at a time; this one, from now on."""
        before, self._listened_to = self._listened_to, None
        if before is not None and shiboken6.isValid(before):
            before.removeEventFilter(self)
        if window is not None and self._session is not None:
            window.installEventFilter(self)
            self._listened_to = window

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTS:
            self.clock.start()
        return False

    def look(self) -> None:
        """Once a second: nothing, a warning, or the lock."""
        if self._session is None:
            return
        minutes, pointer = self._session.settings.lock_minutes, QCursor.pos()
        moved, self._pointer = pointer != self._pointer, pointer
        if moved or not minutes or self._session.runner.tasks or self._busy():
            self.clock.start()
        left = minutes * 60 - self.clock.seconds()
        if not minutes or left > WARNING_S:
            self._close()
        elif left > 0:
            if not self._window.isMinimized():  # nothing may come up where somebody hid the window
                self._warn(left)
        else:
            self._close()
            self._timer.stop()
            self.lock_requested.emit()

    def _warn(self, left: float) -> None:
        if self.warning is None:
            self.warning = IdleWarning(self._window)
            self.warning.lock_now.connect(self.lock_requested)
            self.warning.stayed.connect(self._stay)
            self.warning.show()
            self.warning.raise_()
        self.warning.count(int(left) + 1)

    def _stay(self) -> None:
        self.clock.start()
        self._close()

    def _close(self) -> None:
        warning, self.warning = self.warning, None
        if warning is not None:
            warning.deleteLater()
            warning.hide()


class IdleWarning(QDialog):
    """Counts down. Anything that is done in the program sends it away, as does its button."""

    stayed = Signal()
    lock_now = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Evidence locks soon"))
        self.setAccessibleName(self.tr("Evidence locks soon"))
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setMinimumWidth(480)
        self.words = section("")
        self.stay_button = primary(self.tr("Stay unlocked"), on_click=self.stayed.emit)
        lock = secondary(self.tr("Lock now"), "lock", on_click=self.lock_now.emit)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(lock)
        buttons.addWidget(self.stay_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(
            hint(
                self.tr("Nothing was done here for a while. What you typed is kept. Move the mouse to stay.")
            )
        )
        column.addLayout(buttons)
        self.stay_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def count(self, seconds: int) -> None:
        """Say how long is left."""
        self.words.setText(self.tr("Evidence locks in {0} s").format(seconds))

    def reject(self) -> None:
        self.stayed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.stayed.emit()
