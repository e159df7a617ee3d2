"""A key combination of a Wayland desktop, by the portal org.freedesktop.portal.GlobalShortcuts (version 1).

The desktop may ask the person first, who may choose another combination there, so a thread waits for it:
`shown` is what the desktop says in the end, and `problem` why there is none. How a trigger is written: the
XDG shortcuts specification.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from secrets import token_hex
from typing import Any, Final

from jeepney import DBusAddress, MatchRule

from evidence_app.capture import _bus
from evidence_app.capture._key import NONE_HERE, Bell, Combination
from evidence_app.errors import CaptureError

_DESKTOP: Final = "/org/freedesktop/portal/desktop"
_PLACE: Final = "org.freedesktop.portal.Desktop"
_INTERFACE: Final = "org.freedesktop.portal.GlobalShortcuts"
_PORTAL: Final = DBusAddress(_DESKTOP, _PLACE, _INTERFACE)
_PROPERTIES: Final = DBusAddress(_DESKTOP, _PLACE, "org.freedesktop.DBus.Properties")
_ID: Final = "capture"
_MODIFIERS: Final = {"Control": "CTRL", "Mod1": "ALT", "Shift": "SHIFT", "Mod4": "LOGO"}
_LOOK_S: Final = 2.0
_PATIENCE_S: Final = 300.0
_FAULTS: Final = (_bus.NoAnswerError, KeyError, IndexError, TypeError, ValueError)


class PortalKey(Bell):
    """Taken until `close`, as soon as the desktop allows it. CaptureError where it has no such keys."""

    def __init__(self, wanted: Combination, text: str) -> None:
        super().__init__()
        self.shown = text
        self._open = ExitStack()
        try:
            self._bus = self._open.enter_context(_bus.connected())
            self._bus.call(_PROPERTIES, "Get", "ss", (_INTERFACE, "version"), seconds=_LOOK_S)
        except _bus.NoAnswerError as error:
            self._open.close()
            super().close()
            raise CaptureError(NONE_HERE) from error
        names = [_MODIFIERS[one] for one in _MODIFIERS if one in wanted.modifiers]
        trigger = "+".join([*names, wanted.key])
        self._thread = threading.Thread(target=self._work, args=(trigger,), name="capture key")
        self._thread.start()

    def _work(self, trigger: str) -> None:
        try:
            session = self._bound(trigger)
        except _FAULTS:
            self.problem, self.shown = NONE_HERE, ""
            self.tell()
            return
        self.tell()
        while (body := self._bus.next_signal("Activated")) is not None:
            if body[:2] == (session, _ID):
                self.ring()

    def _bound(self, trigger: str) -> str:
        """Make a session with the one shortcut in it; what `_FAULTS` names where that is refused."""
        self._bus.listen(MatchRule(type="signal", interface=_INTERFACE, member="Activated"))
        made = self._ask("CreateSession", "a{sv}", (), session_handle_token=("s", "evidence"))
        session = str(made["session_handle"][1])
        about = {"description": ("s", "Capture with Evidence"), "preferred_trigger": ("s", trigger)}
        bound = self._ask("BindShortcuts", "oa(sa{sv})sa{sv}", (session, [(_ID, about)], ""))
        (mine,) = [more for name, more in bound["shortcuts"][1] if name == _ID]
        self.shown = str(mine.get("trigger_description", ("s", ""))[1]) or self.shown
        return session

    def _ask(
        self, method: str, signature: str, given: tuple[Any, ...], **options: tuple[str, str]
    ) -> Mapping[str, Any]:
        token = "evidence_" + token_hex(8)
        sender = self._bus.name.removeprefix(":").replace(".", "_")
        rule = MatchRule(
            type="signal",
            interface="org.freedesktop.portal.Request",
            path=f"{_DESKTOP}/request/{sender}/{token}",
        )
        body = (*given, {"handle_token": ("s", token), **options})
        code, answer = self._bus.ask(rule, _PORTAL, method, signature, body, _PATIENCE_S)
        if code:
            raise _bus.NoAnswerError("it was not allowed")
        return dict(answer)

    def close(self) -> None:
        """Give it back: the session ends with its connection."""
        self._bus.interrupt()
        self._thread.join()
        self._open.close()
        super().close()
