"""The capture key of Windows, macOS and Wayland desktops, against planted systems and a planted portal."""

from __future__ import annotations

import ctypes
import select
import subprocess
import threading
from collections.abc import Iterator
from ctypes import CFUNCTYPE, POINTER, c_int, c_ssize_t, c_uint32, c_void_p
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest
from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from evidence_app.capture._macos_key import _CODES, MacKey, _Handler, _Id, _Kind
from evidence_app.capture._portal_key import PortalKey
from evidence_app.capture._win32_key import Libraries, WindowsKey, _Message
from evidence_app.capture.hotkey import read, take
from evidence_app.errors import CaptureError, UsageError

WAIT = 20.0


def heard(key: Any) -> bool:
    """Whether there is something to read within a long while, and it was the key."""
    assert select.select([key.fileno()], [], [], WAIT)[0], "nothing came"
    return bool(key.pressed())


# --- Windows ------------------------------------------------------------------------------------------


class System:
    """user32 and kernel32 with one thread's queue, called with the types that the documents give."""

    def __init__(self, *, free: bool = True) -> None:
        self.queue: SimpleQueue[int] = SimpleQueue()
        self.taken: list[tuple[int, int]] = []
        self.given_back = 0
        self.free = free

        def register(window: int | None, number: int, held: int, code: int) -> int:
            assert (window, number) == (None, 1)
            self.taken.append((held, code))
            return int(self.free)

        def message(into: Any, window: int | None, first: int, last: int) -> int:
            assert (window, first, last) == (None, 0, 0)
            what = self.queue.get(timeout=WAIT)
            into[0].message = what
            return int(what != 0x12)

        def unregister(window: int | None, number: int) -> int:
            assert (window, number) == (None, 1)
            self.given_back += 1
            return 1

        def post(thread: int, what: int, first: int, second: int) -> int:
            assert (thread, first, second) == (7, 0, 0)
            self.queue.put(what)
            return 1

        pointer = POINTER(_Message)
        self.libraries = Libraries(
            SimpleNamespace(
                RegisterHotKey=CFUNCTYPE(c_int, c_void_p, c_int, c_uint32, c_uint32)(register),
                PeekMessageW=CFUNCTYPE(c_int, pointer, c_void_p, c_uint32, c_uint32, c_uint32)(
                    lambda *_given: 0
                ),
                GetMessageW=CFUNCTYPE(c_int, pointer, c_void_p, c_uint32, c_uint32)(message),
                UnregisterHotKey=CFUNCTYPE(c_int, c_void_p, c_int)(unregister),
                PostThreadMessageW=CFUNCTYPE(c_int, c_uint32, c_uint32, ctypes.c_size_t, c_ssize_t)(post),
            ),
            SimpleNamespace(GetCurrentThreadId=CFUNCTYPE(c_uint32)(lambda: 7)),
        )


@pytest.mark.parametrize(
    ("text", "held", "code"),
    [
        ("Ctrl+Shift+E", 0x4006, 0x45),
        ("Alt+7", 0x4001, 0x37),
        ("Print", 0x4000, 0x2C),
        ("Meta+F24", 0x4008, 0x87),
    ],
)
def test_a_key_of_windows_is_heard_and_given_back(text: str, held: int, code: int) -> None:
    system = System()
    key = WindowsKey(read(text), text, system.libraries)
    assert system.taken == [(held, code)]
    assert not key.pressed()
    system.queue.put(0x0113)  # a timer's message, not ours
    system.queue.put(0x0312)
    assert heard(key)
    assert not key.pressed()
    assert (key.shown, key.problem) == (text, "")
    key.close()
    assert system.given_back == 1
    assert not [one for one in threading.enumerate() if one.name == "capture key"]


def test_a_key_of_windows_that_another_program_has() -> None:
    system = System(free=False)
    with pytest.raises(UsageError, match="Another program uses Ctrl\\+F5 already"):
        WindowsKey(read("Ctrl+F5"), "Ctrl+F5", system.libraries)
    assert system.given_back == 0


def test_the_message_has_the_size_of_the_system() -> None:
    assert ctypes.sizeof(_Message) == (48 if ctypes.sizeof(c_void_p) == 8 else 32)


# --- Wayland ------------------------------------------------------------------------------------------

DESKTOP = "/org/freedesktop/portal/desktop"
INTERFACE = "org.freedesktop.portal.GlobalShortcuts"


class Portal:
    """A desktop portal on a bus of its own; `refuses` names the call that a person does not allow."""

    def __init__(self, address: str) -> None:
        self.refuses, self.offered, self.shown = "", True, "Strg+Umschalt+E"
        self.asked: list[tuple[Any, ...]] = []
        self.client = ""
        self._bus: DBusConnection = open_dbus_connection(address)
        self._bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.portal.Desktop"))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            message = self._bus.receive()
            fields = message.header.fields
            if message.header.message_type is not MessageType.method_call:
                continue
            member = fields[HeaderFields.member]
            if member == "End":
                return
            if member == "Get" and not self.offered:
                self._bus.send(new_error(message, "org.freedesktop.DBus.Error.UnknownInterface"))
                continue
            if member == "Get":
                assert message.body == (INTERFACE, "version")
                self._bus.send(new_method_return(message, "v", (("u", 1),)))
                continue
            self.client = fields[HeaderFields.sender]
            self.asked.append((member, *message.body[:-1]))
            options = message.body[-1]
            path = f"{DESKTOP}/request/{self.client[1:].replace('.', '_')}/{options['handle_token'][1]}"
            self._bus.send(new_method_return(message, "o", (path,)))
            answer: dict[str, Any] = {"session_handle": ("s", f"{DESKTOP}/session/1")}
            if member == "BindShortcuts":
                mine = {"description": ("s", "x"), "trigger_description": ("s", self.shown)}
                answer = {"shortcuts": ("a(sa{sv})", [("capture", mine)])}
            request = DBusAddress(path, interface="org.freedesktop.portal.Request")
            body = (int(member == self.refuses), answer)
            self._bus.send(new_signal(request, "Response", "ua{sv}", body))

    def press(self, session: str = f"{DESKTOP}/session/1", name: str = "capture") -> None:
        where = DBusAddress(DESKTOP, interface=INTERFACE)
        self._bus.send(new_signal(where, "Activated", "osta{sv}", (session, name, 1, {})))

    def end(self, address: str) -> None:
        with open_dbus_connection(address) as other:
            where = DBusAddress(DESKTOP, "org.freedesktop.portal.Desktop", "x.y")
            from jeepney import new_method_call

            other.send(new_method_call(where, "End"))
        self._thread.join(WAIT)
        self._bus.close()


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        found = Portal(address)
        yield found
        found.end(address)
        daemon.terminate()


def told(key: Any) -> None:
    """Wait until the desktop has answered."""
    assert not heard(key)


def test_a_key_of_a_wayland_desktop_is_heard(portal: Portal) -> None:
    key = take("Ctrl+Shift+E")
    assert isinstance(key, PortalKey)
    told(key)
    # What the desktop calls it is what is shown: the person may have chosen another one there.
    assert (key.shown, key.problem) == ("Strg+Umschalt+E", "")
    about = {"description": ("s", "Capture with Evidence"), "preferred_trigger": ("s", "CTRL+SHIFT+e")}
    assert portal.asked == [
        ("CreateSession",),
        ("BindShortcuts", f"{DESKTOP}/session/1", [("capture", about)], ""),
    ]
    portal.press(session=f"{DESKTOP}/session/2")
    portal.press(name="another")
    portal.press()
    assert heard(key)
    assert not key.pressed()
    key.close()


@pytest.mark.parametrize("call", ["CreateSession", "BindShortcuts"])
def test_a_desktop_that_does_not_allow_it_is_one_sentence(portal: Portal, call: str) -> None:
    portal.refuses = call
    key = take("Ctrl+Shift+E")
    told(key)
    assert "capture bar" in key.problem
    assert key.shown == ""
    key.close()


def test_a_desktop_without_such_keys_says_so_at_once(portal: Portal) -> None:
    portal.offered = False
    with pytest.raises(CaptureError, match="capture bar"):
        take("Ctrl+Shift+E")


def test_it_is_given_back_while_the_desktop_still_asks(portal: Portal) -> None:
    portal.refuses = "nothing"
    key = take("Print")
    key.close()
    assert not [one for one in threading.enumerate() if one.name == "capture key"]


# --- macOS --------------------------------------------------------------------------------------------


class Carbon:
    """The event manager with one application; `held` are keys that another program has."""

    def __init__(self, *, held: bool = False) -> None:
        self.calls: list[Any] = []
        self.keys: list[tuple[int, int, int, int]] = []

        def install(target: int, call: int, count: int, kinds: Any, given: Any, out: Any) -> int:
            assert (target, count, given) == (40, 1, None)
            assert (kinds[0].kind, kinds[0].event) == (0x6B657962, 5)
            self.calls.append(_Handler(call))
            out[0] = 41
            return 0

        def register(code: int, modifiers: int, name: Any, target: int, options: int, out: Any) -> int:
            assert (target, options) == (40, 0)
            self.keys.append((code, modifiers, name.signature, name.number))
            out[0] = None if held else 42
            return -9878 if held else 0  # eventHotKeyExistsErr

        def gone(number: int, of: int) -> int:
            assert number == of
            self.calls.clear() if of == 41 else self.keys.clear()
            return 0

        pointer = POINTER(c_void_p)
        self.GetApplicationEventTarget = CFUNCTYPE(c_void_p)(lambda: 40)
        self.InstallEventHandler = CFUNCTYPE(
            c_int, c_void_p, c_void_p, ctypes.c_ulong, POINTER(_Kind), c_void_p, pointer
        )(install)
        self.RegisterEventHotKey = CFUNCTYPE(c_int, c_uint32, c_uint32, _Id, c_void_p, c_uint32, pointer)(
            register
        )
        self.UnregisterEventHotKey = CFUNCTYPE(c_int, c_void_p)(lambda one: gone(one, 42))
        self.RemoveEventHandler = CFUNCTYPE(c_int, c_void_p)(lambda one: gone(one, 41))


@pytest.mark.parametrize(
    ("text", "code", "held"),
    [("Ctrl+Shift+E", 0x0E, 0x1200), ("Alt+7", 0x1A, 0x800), ("F5", 0x60, 0), ("Meta+F20", 0x5A, 0x100)],
)
def test_a_key_of_a_mac_is_heard_and_given_back(text: str, code: int, held: int) -> None:
    system = Carbon()
    key = MacKey(read(text), text, system)
    assert system.keys == [(code, held, 0x45766964, 1)]
    assert not key.pressed()
    assert system.calls[0](0, 0, 0) == 0
    assert heard(key)
    key.close()
    assert (system.calls, system.keys) == ([], [])


def test_a_key_of_a_mac_that_cannot_be_had() -> None:
    with pytest.raises(UsageError, match="Another program uses"):
        MacKey(read("Ctrl+E"), "Ctrl+E", Carbon(held=True))
    with pytest.raises(UsageError, match="A Mac has no key"):
        MacKey(read("Print"), "Print", Carbon())


def test_every_letter_and_figure_has_a_code_of_its_own() -> None:
    plain = [one for one in _CODES if len(one) == 1]
    assert sorted(plain) == sorted("abcdefghijklmnopqrstuvwxyz0123456789")
    assert len(set(_CODES.values())) == len(_CODES)
