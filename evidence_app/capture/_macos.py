"""A macOS desktop: pixels and monitors by mss, windows by Quartz Window Services.

Source: Apple's documents of CGPreflightScreenCaptureAccess. Without the person's permission macOS gives a
picture of the bare desktop and no error.
"""

from __future__ import annotations

import ctypes
from typing import Any

from evidence_app.capture import _pixels, clock
from evidence_app.capture._backend import no_answer
from evidence_app.capture._desktop import Desktop, Frame
from evidence_app.capture._macos_windows import declared, windows
from evidence_app.capture.png import RawPixels
from evidence_app.errors import CaptureError
from evidence_app.records import Area

_LIBRARY = "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"


def look() -> Desktop:
    """Read the monitors and windows. CaptureError where the person did not allow it."""
    system = declared(_system())
    if not system.CGPreflightScreenCaptureAccess():
        system.CGRequestScreenCaptureAccess()
        raise CaptureError(
            "Nothing was captured: macOS does not let this program see the screen; allow Evidence in System "
            "Settings under Privacy & Security, Screen Recording, then start it again."
        )
    area, monitors = _pixels.layout()
    seen = windows(system)
    return Desktop(area, monitors, seen, next(iter(seen), None))


def frame() -> Frame:
    """The whole desktop."""
    desktop, moment = look(), clock.now()
    return Frame(_pixels.grab(desktop.area), desktop, moment)


def grab(area: Area, /) -> RawPixels:
    """The pixels of an area of the desktop."""
    return _pixels.grab(area)


def _system() -> Any:
    try:
        return ctypes.CDLL(_LIBRARY)
    except OSError as error:
        raise no_answer() from error
