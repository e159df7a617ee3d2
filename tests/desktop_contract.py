"""What every adapter of a kind of desktop has to keep, whatever the system behind it."""

from __future__ import annotations

import os

from evidence_app.capture._desktop import MAX_TITLE, Adapter, Desktop
from evidence_app.records import Area, Monitor, WindowInfo


def inside(area: Area, whole: Area) -> bool:
    return (
        area.left >= whole.left
        and area.top >= whole.top
        and area.left + area.width <= whole.left + whole.width
        and area.top + area.height <= whole.top + whole.height
        and area.width > 0
        and area.height > 0
    )


def keeps_the_contract(adapter: Adapter) -> Desktop:
    """Ask everything, compare the answers with each other; returns the desktop for what only a test knows."""
    taken, desktop = adapter.frame(), adapter.look()
    assert taken.desktop == desktop
    assert isinstance(desktop, Desktop)
    assert [monitor.number for monitor in desktop.monitors] == list(range(1, len(desktop.monitors) + 1))
    assert desktop.monitors
    for monitor in desktop.monitors:
        assert isinstance(monitor, Monitor)
        assert inside(monitor.area, desktop.area)
    for window in desktop.windows:
        assert isinstance(window, WindowInfo)
        assert window.pid != os.getpid()
        assert window.process
        assert len(window.title) <= MAX_TITLE
        assert window.title.encode() or not window.title
        assert min(window.area.width, window.area.height) > 0
    assert desktop.front is None or desktop.front in desktop.windows
    assert taken.moment.utc == taken.moment.local
    width, height = desktop.area.width, desktop.area.height
    assert len(taken.raw) == width * height * 4
    part = Area(desktop.area.left + width // 3, desktop.area.top + height // 3, 17, 5)
    grabbed = bytes(adapter.grab(part))
    at = (height // 3 * width + width // 3) * 4
    rows = [bytes(taken.raw[at + y * width * 4 :][: 17 * 4]) for y in range(5)]
    assert [grabbed[n : n + 3] for n in range(0, len(grabbed), 4)] == [
        row[n : n + 3] for row in rows for n in range(0, len(row), 4)
    ]
    if taken.pointer is not None:
        assert len(taken.pointer.pixels) == taken.pointer.area.width * taken.pointer.area.height * 4
    return desktop
