"""An X11 desktop: its monitors, its windows in their order, its pointer (EWMH 1.5, RandR 1.5, XFixes 4).

A connection is opened for each look (about 3 ms) and closed after it, so a desktop that was restarted
in between is no special case. Windows come and go while they are read: one that vanishes is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import Xlib.display
import Xlib.error
from Xlib.ext import randr
from Xlib.xobject.drawable import Window

from evidence_app.capture import _pixels, clock
from evidence_app.capture._backend import no_answer
from evidence_app.capture._desktop import Desktop, Frame, Pointer
from evidence_app.capture._x11_windows import front, windows
from evidence_app.capture.png import RawPixels
from evidence_app.records import Area, Monitor

_MAX_POINTER: Final = 512  # pixels a side
_UNREACHABLE = (
    Xlib.error.DisplayError,
    Xlib.error.ConnectionClosedError,
    Xlib.error.XauthError,
    Xlib.error.XNoAuthError,
    OSError,
    struct.error,
)


def look() -> Desktop:
    """Read the monitors and windows. CaptureError where the X server does not answer."""
    with _asked() as display:
        return _look(display)


def frame() -> Frame:
    """The whole screen, with its windows and the pointer of the same moment."""
    with _asked() as display:
        desktop, moment = _look(display), clock.now()
        pointer = _pointer(display)
        return Frame(_pixels.grab(desktop.area), desktop, moment, pointer)


def grab(area: Area, /) -> RawPixels:
    """The pixels of an area of the screen."""
    return _pixels.grab(area)


@contextmanager
def _asked() -> Iterator[Xlib.display.Display]:
    # Xlib would also look for a missing server in the network, and leaves sockets open.
    name = _pixels.check()
    try:
        display = Xlib.display.Display(name)
        try:
            yield display
        finally:
            with suppress(*_UNREACHABLE):
                display.close()
    except (*_UNREACHABLE, Xlib.error.XError) as error:
        raise no_answer() from error


def _look(display: Xlib.display.Display) -> Desktop:
    root = display.screen().root
    size = root.get_geometry()
    area = Area(0, 0, size.width, size.height)
    seen = windows(display, root)
    monitors = _monitors(display, root) or (Monitor(1, area, "", primary=True),)
    return Desktop(area, monitors, tuple(window for _, window in seen), front(display, root, dict(seen)))


def _pointer(display: Xlib.display.Display) -> Pointer | None:
    if not display.has_extension("XFIXES"):
        return None
    display.xfixes_query_version()
    seen = display.xfixes_get_cursor_image(display.screen().root)
    if not (0 < seen.width <= _MAX_POINTER and 0 < seen.height <= _MAX_POINTER):
        return None
    pixels = struct.pack(f"<{len(seen.cursor_image)}I", *seen.cursor_image)
    return Pointer(Area(seen.x - seen.xhot, seen.y - seen.yhot, seen.width, seen.height), pixels)


def _monitors(display: Xlib.display.Display, root: Window) -> tuple[Monitor, ...]:
    if not hasattr(root, "xrandr_get_monitors"):  # the server is older than RandR 1.5
        return ()
    return tuple(
        Monitor(
            number,
            Area(found.x, found.y, found.width_in_pixels, found.height_in_pixels),
            display.get_atom_name(found.name),
            bool(found.primary),
        )
        for number, found in enumerate(randr.get_monitors(root).monitors, 1)
    )
