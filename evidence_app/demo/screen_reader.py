"""What a screen reader is told: names, roles and the focus of the program's window, over AT-SPI.

The person with the keyboard alone sees by this. Source: the AT-SPI D-Bus interfaces of at-spi2-core
(org.a11y.atspi.Accessible).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from evidence_app.demo.world import end, missing
from evidence_app.errors import UserError

SECONDS = 30
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = DBusAddress("/org/a11y/atspi/accessible/root", "org.a11y.atspi.Registry", _ACCESSIBLE)
_FOCUSED, _SHOWING, _CHECKED = 12, 25, 4  # AtspiStateType


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in the window, as it is announced."""

    role: str
    name: str
    focused: bool
    checked: bool


@contextmanager
def bus() -> Iterator[dict[str, str]]:
    """A D-Bus session of its own, on which programs announce what they show; yields their environment."""
    program = shutil.which("dbus-daemon")
    if program is None:
        raise missing("dbus-daemon", "dbus-x11 at-spi2-core")
    with tempfile.TemporaryDirectory(prefix="evidence-bus-") as runtime:
        own = {
            "XDG_RUNTIME_DIR": runtime,
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            # Qt complains where something that is being read goes from the window meanwhile.
            "QT_LOGGING_RULES": "qt.accessibility.*=false",
        }
        daemon = subprocess.Popen(
            [program, "--session", "--nofork", "--nopidfile", "--print-address=1"],
            env={**os.environ, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            if daemon.stdout is None or not (address := daemon.stdout.readline().strip()):
                raise UserError("The demo's message bus did not start. Nothing was changed. Try again.")
            yield {**own, "DBUS_SESSION_BUS_ADDRESS": address}
        finally:
            end(daemon)
            if daemon.stdout is not None:
                daemon.stdout.close()


class ScreenReader:
    """Reads what programs on a bus show. Use as a context manager."""

    def __init__(self, address: str) -> None:
        with open_dbus_connection(address) as session:
            # The service is started by this very question.
            where = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            answer = session.send_and_get_reply(new_method_call(where, "GetAddress"), timeout=SECONDS)
        if answer.header.message_type is MessageType.error:
            raise missing("at-spi-bus-launcher", "at-spi2-core")
        self._connection: DBusConnection = open_dbus_connection(answer.body[0])

    def __enter__(self) -> ScreenReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def look(self) -> list[Seen]:
        """Everything that is shown now, in the order of the window; empty while it changes."""
        try:
            return list(self._below(_ROOT))
        except DBusErrorResponse:
            return []  # something went while it was being read

    def focus(self) -> str:
        """The name of what has the keyboard, "" where nothing has."""
        return next((one.name for one in reversed(self.look()) if one.focused), "")

    def until(self, condition: Callable[[list[Seen]], object], what: str) -> list[Seen]:
        """Look until `condition` holds for what is seen; returns that."""
        stop = time.monotonic() + SECONDS
        while True:
            seen = self.look()
            if seen and condition(seen):
                return seen
            if time.monotonic() > stop:
                shown = ", ".join(dict.fromkeys(one.name for one in seen if one.name))[:600]
                raise UserError(f"The demo waited too long for {what}. What is shown: {shown}.")
            time.sleep(0.03)

    def _below(self, thing: DBusAddress) -> Iterator[Seen]:
        for name, path in self._call(thing, "GetChildren"):
            child = DBusAddress(path, name, _ACCESSIBLE)
            low, _high = self._call(child, "GetState")
            has = {bit for bit in (_FOCUSED, _SHOWING, _CHECKED) if low >> bit & 1}
            role = self._call(child, "GetRoleName")
            if _SHOWING in has or role == "application":
                said = str(self._send(Properties(child).get("Name"))[1])
                yield Seen(role, said, _FOCUSED in has, _CHECKED in has)
                yield from self._below(child)

    def _call(self, thing: DBusAddress, method: str) -> Any:
        return self._send(new_method_call(thing, method))

    def _send(self, message: Any) -> Any:
        answer = self._connection.send_and_get_reply(message, timeout=SECONDS)
        if answer.header.message_type is MessageType.error:
            raise DBusErrorResponse(answer)
        return answer.body[0]
