"""One window of an X11 desktop: whose it is, its title, its place (EWMH 1.5, X-Resource 1.2)."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import Final

import Xlib.display
import Xlib.error
from Xlib import X, Xatom
from Xlib.ext import res
from Xlib.protocol.request import GetProperty
from Xlib.xobject.drawable import Window

from evidence_app.capture._desktop import clean_title
from evidence_app.capture._processes import process_name
from evidence_app.records import Area, WindowInfo

GONE = (Xlib.error.BadWindow, Xlib.error.BadDrawable, Xlib.error.BadMatch)
_MAX_PROPERTY: Final = 4096  # units of four bytes: a title of 4096 characters, a list of 4096 windows
_NOT_A_PROGRAM = ("_NET_WM_WINDOW_TYPE_DESKTOP", "_NET_WM_WINDOW_TYPE_DOCK")


def described(display: Xlib.display.Display, root: Window, window: Window) -> WindowInfo | None:
    """The window, or None where it cannot be seen, is part of the desktop, or is ours."""
    attributes = window.get_attributes()
    if attributes.map_state != X.IsViewable or attributes.override_redirect:
        return None
    if attributes.win_class != X.InputOutput:
        return None
    types = numbers_in(display, window, "_NET_WM_WINDOW_TYPE") or []
    if any(display.get_atom(name) in types for name in _NOT_A_PROGRAM):
        return None
    pid = _pid(display, window)
    if pid == os.getpid():
        return None
    return WindowInfo(_title(display, window), process_name(pid), pid, _area(display, root, window))


def _area(display: Xlib.display.Display, root: Window, window: Window) -> Area:
    """Where the window's content is on the screen, without the shadow that some programs draw around it."""
    size = window.get_geometry()
    corner = root.translate_coords(window.id, 0, 0)
    left, top, width, height = corner.x, corner.y, size.width, size.height
    shadow = numbers_in(display, window, "_GTK_FRAME_EXTENTS") or []
    if len(shadow) == 4 and shadow[0] + shadow[1] < width and shadow[2] + shadow[3] < height:
        left, top = left + shadow[0], top + shadow[2]
        width, height = width - shadow[0] - shadow[1], height - shadow[2] - shadow[3]
    return Area(left, top, width, height)


def _title(display: Xlib.display.Display, window: Window) -> str:
    for name in ("_NET_WM_NAME", "WM_NAME"):
        found = _property(display, window, name)
        if found is not None and isinstance(found.value, bytes) and found.value:
            latin = found.property_type == Xatom.STRING
            return clean_title(found.value.decode("latin-1" if latin else "utf-8", "replace"))
    return ""


def _pid(display: Xlib.display.Display, window: Window) -> int | None:
    """The process behind the window, where it runs on this computer.

    First as the X server itself sees it (X-Resource 1.2), then as the window says: what a sandboxed
    program takes for its number can be another program's outside.
    """
    machine = _property(display, window, "WM_CLIENT_MACHINE")
    if machine is not None and isinstance(machine.value, bytes):
        name = machine.value.decode("utf-8", "replace").rstrip("\0")
        if name and name not in ("localhost", socket.gethostname()):
            return None
    if display.has_extension("X-Resource"):
        with suppress(Xlib.error.BadRequest):
            for found in res.query_client_ids(display, [(window.id, res.LocalClientPIDMask)]).ids:
                if found.value and found.value[0] > 0:
                    return int(found.value[0])
    numbers = numbers_in(display, window, "_NET_WM_PID")
    return numbers[0] if numbers and numbers[0] > 0 else None


def numbers_in(display: Xlib.display.Display, window: Window, name: str) -> list[int] | None:
    found = _property(display, window, name)
    if found is None or found.format != 32:
        return None
    return [int(number) for number in found.value]


def _property(display: Xlib.display.Display, window: Window, name: str) -> GetProperty | None:
    atom = display.get_atom(name)
    found = window.get_property(atom, X.AnyPropertyType, 0, _MAX_PROPERTY)
    return found if found is not None and found.property_type else None
