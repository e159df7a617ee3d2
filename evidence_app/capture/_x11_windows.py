"""The windows of an X11 desktop in their order, and the one in front (EWMH 1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import Xlib.display
from Xlib.xobject.drawable import Window

from evidence_app.capture._x11_window import GONE, described, numbers_in
from evidence_app.records import WindowInfo

_MAX_WINDOWS: Final = 4096
_LEVELS: Final = 64  # windows inside windows, on the way from the focus up to its top window


def windows(display: Xlib.display.Display, root: Window) -> list[tuple[int, WindowInfo]]:
    """Visible windows of other programs with their X numbers, front-most first."""
    numbers = numbers_in(display, root, "_NET_CLIENT_LIST_STACKING")
    if numbers is None:  # no window manager: whatever lies directly on the root
        numbers = [child.id for child in root.query_tree().children]
    seen: list[tuple[int, WindowInfo]] = []
    for number in reversed(numbers[-_MAX_WINDOWS:]):
        with suppress(*GONE):
            window = display.create_resource_object("window", number)
            if (info := described(display, root, window)) is not None:
                seen.append((number, info))
    return seen


def front(display: Xlib.display.Display, root: Window, seen: Mapping[int, WindowInfo]) -> WindowInfo | None:
    active = numbers_in(display, root, "_NET_ACTIVE_WINDOW")
    number = active[0] if active else _focused(display, seen)
    if number in seen:
        return seen[number]
    return next(iter(seen.values()), None)


def _focused(display: Xlib.display.Display, seen: Mapping[int, WindowInfo]) -> int:
    """Without a window manager: the top window that holds the keyboard, or 0."""
    window = display.get_input_focus().focus
    with suppress(*GONE):
        for _ in range(_LEVELS):
            if isinstance(window, int) or window.id in seen:
                break
            window = window.query_tree().parent
    return 0 if isinstance(window, int) else window.id
