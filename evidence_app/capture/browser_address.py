"""The address that a browser tells of the page in front, by the desktop's accessibility bus (AT-SPI 2), on
Windows by UI Automation.

Only where the browser answers: Firefox does, Chromium where it was started for it. What it says is what that
program says, nothing that was observed here. On a Mac nobody is asked, and the answer is None.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from jeepney import DBusAddress

from evidence_app.capture import _bus
from evidence_app.capture._backend import Backend, here
from evidence_app.capture.address import MAX_ADDRESS
from evidence_app.records import WindowInfo

SECONDS: Final = 1.0
_MAX_ASKED: Final = 800
_MAX_CHILDREN: Final = 200
_FRAMES: Final = 8
_ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
_SHOWING, _WEB_PAGE = 1 << 25, 95  # ATSPI_STATE_SHOWING, ATSPI_ROLE_DOCUMENT_WEB
_ATTRIBUTES: Final = ("DocURL", "URI")  # Firefox, Chromium


@dataclass(frozen=True, slots=True)
class _Thing:
    """Something on the screen: the program's name on the bus, and the path of the thing there."""

    bus: str
    path: str


def address_of(window: WindowInfo | None, seconds: float = SECONDS) -> str | None:
    """The address of the page that this window shows, or None where nobody tells; within `seconds`."""
    if window is not None and here() is Backend.WINDOWS:
        from evidence_app.capture import _win32

        return accepted(_win32.address_of(window, seconds))
    if window is None or window.pid is None or here() not in (Backend.X11, Backend.WAYLAND):
        return None
    until = time.monotonic() + seconds
    try:
        with _bus.connected() as session:
            where = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            (address,) = session.call(where, "GetAddress", seconds=seconds)
        with _bus.connected(str(address)) as bus:
            return _Search(bus, until).address(window)
    except (_bus.NoAnswerError, ValueError, TypeError, IndexError, KeyError):
        return None  # browsers come and go while they are asked, and answer as they like


class _Search:
    def __init__(self, bus: _bus.Bus, until: float) -> None:
        self._bus, self._until, self._left = bus, until, _MAX_ASKED

    def address(self, window: WindowInfo) -> str | None:
        root = _Thing("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
        for program in self._children(root):
            if self._pid(program) != window.pid:
                continue
            frames = [one for one in self._children(program)[:_FRAMES] if self._shown(one)]
            # Of several windows of the browser the one of this title; browsers add their name at the end.
            named = [one for one in frames if self._is(one, window)] or (frames if len(frames) == 1 else [])
            for frame in named:
                if (page := self._page(frame)) is not None:
                    return self._told(page)
        return None

    def _page(self, frame: _Thing) -> _Thing | None:
        """The web page that is showing in a window; what is in the page itself is not looked at."""
        waiting = deque([frame])
        while waiting:
            thing = waiting.popleft()
            if not self._shown(thing):
                continue
            if int(self._ask(thing, _ACCESSIBLE, "GetRole")[0]) == _WEB_PAGE:
                return thing
            waiting.extend(self._children(thing))
        return None

    def _told(self, page: _Thing) -> str | None:
        (said,) = self._ask(page, "org.a11y.atspi.Document", "GetAttributes")
        return next((kept for name in _ATTRIBUTES if (kept := accepted(said.get(name))) is not None), None)

    def _is(self, frame: _Thing, window: WindowInfo) -> bool:
        (value,) = self._ask(frame, "org.freedesktop.DBus.Properties", "Get", "ss", (_ACCESSIBLE, "Name"))
        name = str(value[1]).strip()
        return bool(name) and (window.title.startswith(name) or name.startswith(window.title.strip()))

    def _pid(self, program: _Thing) -> int:
        where = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        return int(self._call(where, "GetConnectionUnixProcessID", "s", (program.bus,))[0])

    def _shown(self, thing: _Thing) -> bool:
        if thing.path.endswith("/null"):
            return False
        return bool(int(self._ask(thing, _ACCESSIBLE, "GetState")[0][0]) & _SHOWING)

    def _children(self, thing: _Thing) -> list[_Thing]:
        (found,) = self._ask(thing, _ACCESSIBLE, "GetChildren")
        return [_Thing(str(bus), str(path)) for bus, path in found[:_MAX_CHILDREN]]

    def _ask(
        self,
        thing: _Thing,
        interface: str,
        method: str,
        signature: str | None = None,
        body: tuple[str, ...] = (),
    ) -> tuple[Any, ...]:
        return self._call(DBusAddress(thing.path, thing.bus, interface), method, signature, body)

    def _call(
        self, where: DBusAddress, method: str, signature: str | None, body: tuple[str, ...]
    ) -> tuple[Any, ...]:
        self._left -= 1
        seconds = self._until - time.monotonic()
        if self._left < 0 or seconds <= 0:
            raise _bus.NoAnswerError("it takes too long")
        return self._bus.call(where, method, signature, body, seconds=seconds)


def accepted(said: object) -> str | None:
    """An address of the web as a program gave it, or None for anything else."""
    if not isinstance(said, str) or len(said) > MAX_ADDRESS or not said.isprintable():
        return None
    text = said.strip()
    return text if text.casefold().startswith(("https://", "http://")) and " " not in text else None
