"""Reads pixels through mss. One connection is kept open, because opening takes longer than a grab."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from evidence_app.capture._backend import no_answer
from evidence_app.errors import CaptureError
from evidence_app.records import Area, Monitor

if TYPE_CHECKING:
    import mss


class _Connection:
    """The kept connection, for all threads; it is opened anew when the display changed or went away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: mss.MSS | None = None
        self._display = ""

    def grab(self, area: Area) -> bytearray:
        """The area's pixels, BGRX. CaptureError where the screen does not give them."""
        where = {"left": area.left, "top": area.top, "width": area.width, "height": area.height}
        with self._lock:
            raw = self._grab(where)
        if len(raw) != area.width * area.height * 4:
            raise CaptureError(
                "Nothing was captured: the screen gave a picture of the wrong size; try again, and if it "
                "happens again, restart the desktop."
            )
        return raw

    def check(self) -> str:
        """The display that answers now, as the environment names it."""
        with self._lock:  # one that is named anew meanwhile is not the one that answered
            self._grab({"left": 0, "top": 0, "width": 1, "height": 1})
            return self._display

    def close(self) -> None:
        """Let go of the screen; the next grab opens it again."""
        with self._lock:
            self._drop()

    def _grab(self, where: dict[str, int]) -> bytearray:
        kept = self._open is not None
        try:
            try:
                return self._connected().grab(where).raw
            except _failures():
                # A kept connection may be of a desktop that was restarted or grew since: one new try.
                if not kept:
                    raise
                self._drop()
                return self._connected().grab(where).raw
        except _failures() as error:
            self._drop()
            raise no_answer() from error

    def _connected(self) -> mss.MSS:
        import mss

        display = os.environ.get("DISPLAY", "") if sys.platform == "linux" else ""
        if self._open is None or display != self._display:
            self._drop()
            self._open = mss.MSS(display=display) if display else mss.MSS()
            self._display = display
        return self._open

    def _drop(self) -> None:
        if self._open is not None:
            with suppress(*_failures()):
                self._open.close()
        self._open = None


def _failures() -> tuple[type[Exception], ...]:
    """What mss raises where a screen is not there: for one that went away, an assertion of its own."""
    from mss.exception import ScreenShotError

    return ScreenShotError, OSError, AssertionError, ValueError


_connection = _Connection()
grab = _connection.grab
close = _connection.close


def check() -> str | None:
    """The name of the display that just answered (about 0.1 ms), None for the system's only one.

    CaptureError where none does.
    """
    return _connection.check() or None


def layout() -> tuple[Area, tuple[Monitor, ...]]:
    """The whole virtual screen and its monitors as mss tells them (Windows and macOS)."""
    import mss

    try:
        with mss.MSS() as source:  # a fresh one: it reads the monitors once only
            whole, *rest = source.monitors
    except _failures() as error:
        raise no_answer() from error
    monitors = tuple(
        Monitor(number, _area(found), str(found.get("name", "")), bool(found.get("is_primary", False)))
        for number, found in enumerate(rest, 1)
    )
    return _area(whole), monitors or (Monitor(1, _area(whole), "", primary=True),)


def _area(found: dict[str, int]) -> Area:
    return Area(found["left"], found["top"], found["width"], found["height"])
