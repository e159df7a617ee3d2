"""The vault locks by itself: after a warning that counts down, never during work, and after a sleep."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidence_app.settings import LOCK_MINUTES, Settings, load, save
from evidence_app.ui import idle
from evidence_app.ui.idle import IdleLock
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault.vault import Vault

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]


class Clock:
    """Time as the test wants it: `ran` in front of the computer, `slept` on top of that."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ran, self.slept = time.monotonic(), 0.0
        patch.setattr(idle, "time", self)

    def monotonic(self) -> float:
        return self.ran

    def time(self) -> float:
        return self.ran + self.slept


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Watched:
    """A window, what watches it, and whether the program is at work."""

    def __init__(self, session: Session) -> None:
        self.window, self.busy, self.locked = QWidget(), False, 0
        self.session = session
        self.idle = IdleLock(self.window, lambda: self.busy)
        self.idle._timer.setInterval(10**8)  # the test looks by itself
        self.idle.lock_requested.connect(self._count)
        self.idle.watch(session)

    def _count(self) -> None:
        self.locked += 1

    def after(self, clock: Clock, seconds: float) -> None:
        clock.ran += seconds
        self.idle.look()


@pytest.fixture
def watched(opened: Vault, runner: TaskRunner, clock: Clock, qtbot: QtBot) -> Iterator[Watched]:
    one = Watched(Session(opened, runner, Settings(lock_minutes=5)))
    qtbot.addWidget(one.window)
    one.window.show()
    yield one
    one.idle.watch(None)


def test_it_warns_counts_down_and_locks(watched: Watched, clock: Clock) -> None:
    watched.after(clock, 269)
    assert watched.idle.warning is None
    watched.after(clock, 3)
    assert watched.idle.warning is not None
    assert "locks in 29 s" in watched.idle.warning.words.text()
    watched.after(clock, 20)
    assert "locks in 9 s" in watched.idle.warning.words.text()
    assert not watched.locked
    watched.after(clock, 9)
    assert watched.locked == 1
    assert watched.idle.warning is None


def test_whatever_is_done_sends_the_warning_away(watched: Watched, clock: Clock, qtbot: QtBot) -> None:
    handle = watched.window.windowHandle()
    watched.idle.listen(handle)
    place = QCursor.pos()
    for done in ("key", "pointer", "button", "close"):
        watched.after(clock, 280)
        warning = watched.idle.warning
        assert warning is not None
        watched.idle.listen(handle)  # where the warning took the keyboard
        match done:
            case "key":
                key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
                QApplication.sendEvent(handle, key)
            case "pointer":
                watched.idle._pointer = place + QPoint(1, 1)
            case "button":
                warning.stay_button.click()
            case _:
                warning.close()
        watched.after(clock, 1)
        assert watched.idle.warning is None
    assert not watched.locked


def test_a_computer_that_slept_is_locked_when_it_wakes(watched: Watched, clock: Clock) -> None:
    clock.slept += 3600
    watched.after(clock, 1)
    assert watched.locked == 1


def test_never_during_work_nor_where_somebody_chose_never(watched: Watched, clock: Clock) -> None:
    watched.busy = True
    watched.after(clock, 4000)
    watched.busy = False
    watched.after(clock, 200)
    assert not watched.locked
    watched.session.settings = watched.session.settings.with_lock_minutes(0)
    watched.after(clock, 10**6)
    assert not watched.locked
    assert watched.idle.warning is None


def test_after_locking_nothing_is_watched(watched: Watched, clock: Clock) -> None:
    watched.after(clock, 280)
    watched.idle.watch(None)
    assert watched.idle.warning is None
    watched.after(clock, 10**6)
    assert not watched.locked


def test_the_time_is_kept_in_the_settings(tmp_path) -> None:
    assert Settings().lock_minutes == 15
    for minutes in LOCK_MINUTES:
        save(Settings().with_lock_minutes(minutes), tmp_path)
        assert load(tmp_path).lock_minutes == minutes
    for nonsense in (7, -5, "15", None, True, 2.5):
        assert Settings().with_lock_minutes(nonsense).lock_minutes == 15


def test_no_warning_comes_up_where_the_window_was_hidden(watched: Watched, clock: Clock) -> None:
    watched.window.setWindowState(Qt.WindowState.WindowMinimized)
    watched.after(clock, 280)
    assert watched.idle.warning is None
    watched.after(clock, 21)
    assert watched.locked == 1
