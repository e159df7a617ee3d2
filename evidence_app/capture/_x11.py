"""Monitors and windows of an X11 desktop (Extended Window Manager Hints 1.5, RandR 1.5).

A connection is opened for each look (about 3 ms) and closed after it, so a desktop that was restarted
in between is no special case. Windows come and go while they are read: one that vanishes is left out.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import Xlib.display
import Xlib.error
from Xlib import X, Xatom
from Xlib.ext import randr, res
from Xlib.protocol.request import GetProperty
from Xlib.xobject.drawable import Window

from evidence_app.capture import _pixels
from evidence_app.capture._backend import no_answer
from evidence_app.records import Area, Monitor, WindowInfo

MAX_TITLE: Final = 4096
"""Characters; longer titles are cut."""

NOT_KNOWN: Final = "not known"

_MAX_WINDOWS: Final = 4096
_MAX_PROPERTY: Final = 4096  # units of four bytes: a title of 4096 characters, a list of 4096 windows
_LEVELS: Final = 64  # windows inside windows, on the way from the focus up to its top window
_UNREACHABLE = (
    Xlib.error.DisplayError,
    Xlib.error.ConnectionClosedError,
    Xlib.error.XauthError,
    Xlib.error.XNoAuthError,
    OSError,
    struct.error,
)
_GONE = (Xlib.error.BadWindow, Xlib.error.BadDrawable, Xlib.error.BadMatch)
_NOT_A_PROGRAM = ("_NET_WM_WINDOW_TYPE_DESKTOP", "_NET_WM_WINDOW_TYPE_DOCK")


@dataclass(frozen=True, slots=True)
class Desktop:
    """One look at the desktop. `windows` are those of other programs that can be seen, front-most first.

    `front` is the active one, or where none is active, or ours is, the next one from the front.
    """

    area: Area
    monitors: tuple[Monitor, ...]
    windows: tuple[WindowInfo, ...]
    front: WindowInfo | None


def look() -> Desktop:
    """Read the monitors and windows. CaptureError where the X server does not answer."""
    _pixels.check()  # Xlib would also look for a missing server in the network, and leaves sockets open
    try:
        with _connected() as display:
            root = display.screen().root
            size = root.get_geometry()
            area = Area(0, 0, size.width, size.height)
            seen = _windows(display, root)
            return Desktop(
                area,
                _monitors(display, root) or (Monitor(1, area, "", primary=True),),
                tuple(window for _, window in seen),
                _front(display, root, dict(seen)),
            )
    except (*_UNREACHABLE, Xlib.error.XError) as error:
        raise no_answer() from error


@contextmanager
def _connected() -> Iterator[Xlib.display.Display]:
    display = Xlib.display.Display()
    try:
        yield display
    finally:
        with suppress(*_UNREACHABLE):
            display.close()


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


def _windows(display: Xlib.display.Display, root: Window) -> list[tuple[int, WindowInfo]]:
    """Visible windows of other programs with their X numbers, front-most first."""
    numbers = _numbers(display, root, "_NET_CLIENT_LIST_STACKING")
    if numbers is None:  # no window manager: whatever lies directly on the root
        numbers = [child.id for child in root.query_tree().children]
    seen: list[tuple[int, WindowInfo]] = []
    for number in reversed(numbers[-_MAX_WINDOWS:]):
        with suppress(*_GONE):
            window = display.create_resource_object("window", number)
            if (info := _described(display, root, window)) is not None:
                seen.append((number, info))
    return seen


def _front(display: Xlib.display.Display, root: Window, seen: Mapping[int, WindowInfo]) -> WindowInfo | None:
    active = _numbers(display, root, "_NET_ACTIVE_WINDOW")
    number = active[0] if active else _focused(display, seen)
    if number in seen:
        return seen[number]
    return next(iter(seen.values()), None)


def _focused(display: Xlib.display.Display, seen: Mapping[int, WindowInfo]) -> int:
    """Without a window manager: the top window that holds the keyboard, or 0."""
    window = display.get_input_focus().focus
    with suppress(*_GONE):
        for _ in range(_LEVELS):
            if isinstance(window, int) or window.id in seen:
                break
            window = window.query_tree().parent
    return 0 if isinstance(window, int) else window.id


def _described(display: Xlib.display.Display, root: Window, window: Window) -> WindowInfo | None:
    """The window, or None where it cannot be seen, is part of the desktop, or is ours."""
    attributes = window.get_attributes()
    if attributes.map_state != X.IsViewable or attributes.override_redirect:
        return None
    if attributes.win_class != X.InputOutput:
        return None
    types = _numbers(display, window, "_NET_WM_WINDOW_TYPE") or []
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
    shadow = _numbers(display, window, "_GTK_FRAME_EXTENTS") or []
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
    numbers = _numbers(display, window, "_NET_WM_PID")
    return numbers[0] if numbers and numbers[0] > 0 else None


def _numbers(display: Xlib.display.Display, window: Window, name: str) -> list[int] | None:
    found = _property(display, window, name)
    if found is None or found.format != 32:
        return None
    return [int(number) for number in found.value]


def _property(display: Xlib.display.Display, window: Window, name: str) -> GetProperty | None:
    atom = display.get_atom(name)
    found = window.get_property(atom, X.AnyPropertyType, 0, _MAX_PROPERTY)
    return found if found is not None and found.property_type else None


def clean_title(title: str) -> str:
    """The title as it is, but not endless, and without halves of characters that no file could hold."""
    return title[:MAX_TITLE].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def process_name(pid: int | None) -> str:
    """The program's file name, or what the process calls itself where that may not be read."""
    if pid is None:
        return NOT_KNOWN
    entry = Path("/proc") / str(pid)
    with suppress(OSError):
        return clean_title((entry / "exe").readlink().name.removesuffix(" (deleted)"))
    with suppress(OSError):
        return (entry / "comm").read_text("utf-8", "replace").strip() or NOT_KNOWN
    return NOT_KNOWN
