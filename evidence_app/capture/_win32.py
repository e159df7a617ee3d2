"""A Windows desktop: pixels and monitors by mss, windows and pointer by the system's own libraries."""

from __future__ import annotations

import ctypes

from evidence_app.capture import _pixels, clock
from evidence_app.capture._backend import no_answer
from evidence_app.capture._desktop import Desktop, Frame
from evidence_app.capture._win32_address import Automation, address_in
from evidence_app.capture._win32_pointer import Drawing, pointer
from evidence_app.capture._win32_windows import System, foreground, windows
from evidence_app.capture.png import RawPixels
from evidence_app.records import Area, WindowInfo


def look() -> Desktop:
    """Read the monitors and windows. CaptureError where the screen does not answer."""
    area, monitors = _pixels.layout()
    system = _system()
    seen = windows(system)
    front = seen.get(foreground(system)) or next(iter(seen.values()), None)
    return Desktop(area, monitors, tuple(seen.values()), front)


def frame() -> Frame:
    """The whole desktop."""
    desktop, moment, drawing = look(), clock.now(), _drawing()
    seen = None if drawing is None else pointer(drawing)
    return Frame(_pixels.grab(desktop.area), desktop, moment, seen)


def grab(area: Area, /) -> RawPixels:
    """The pixels of an area of the desktop."""
    return _pixels.grab(area)


def address_of(window: WindowInfo, seconds: float) -> object:
    """What the page in this window says is its address; None where it is not told in time."""
    automation = _automation()
    handles = [handle for handle, info in windows(_system()).items() if info == window] if automation else []
    return address_in(automation, handles[0], seconds) if automation is not None and handles else None


def _automation() -> Automation | None:
    load = getattr(ctypes, "WinDLL", None)
    return None if load is None else Automation(load("ole32"), load("oleaut32"))


def _drawing() -> Drawing | None:
    load = getattr(ctypes, "WinDLL", None)
    return None if load is None else Drawing(load("user32"), load("gdi32"))


def _system() -> System:
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        raise no_answer()
    return System(load("user32"), load("dwmapi"), load("kernel32"))
