"""A Windows desktop: pixels and monitors by mss, windows by the system's own libraries."""

from __future__ import annotations

import ctypes

from evidence_app.capture import _pixels, clock
from evidence_app.capture._backend import no_answer
from evidence_app.capture._desktop import Desktop, Frame
from evidence_app.capture._win32_windows import System, foreground, windows
from evidence_app.capture.png import RawPixels
from evidence_app.records import Area


def look() -> Desktop:
    """Read the monitors and windows. CaptureError where the screen does not answer."""
    area, monitors = _pixels.layout()
    system = _system()
    seen = windows(system)
    front = seen.get(foreground(system)) or next(iter(seen.values()), None)
    return Desktop(area, monitors, tuple(seen.values()), front)


def frame() -> Frame:
    """The whole desktop."""
    desktop, moment = look(), clock.now()
    return Frame(_pixels.grab(desktop.area), desktop, moment)


def grab(area: Area, /) -> RawPixels:
    """The pixels of an area of the desktop."""
    return _pixels.grab(area)


def _system() -> System:
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        raise no_answer()
    return System(load("user32"), load("dwmapi"), load("kernel32"))
