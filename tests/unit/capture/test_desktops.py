"""The adapters of Windows and macOS against a planted system library: the real ones cannot run here.

The planted functions are called through ctypes with the types that the systems' documents give, so that a
wrong type, order or size fails as it would there. Pixels and monitors are those of a real X screen.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import CFUNCTYPE, POINTER, c_bool, c_char_p, c_double, c_int, c_int64, c_long, c_uint32, c_void_p
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from evidence_app.capture import _macos, _win32, screen
from evidence_app.capture._win32_windows import System
from evidence_app.errors import CaptureError
from evidence_app.records import Area
from tests.desktop_contract import keeps_the_contract

pytestmark = pytest.mark.screen


@dataclass(frozen=True)
class Shown:
    """A window as the planted system has it."""

    title: str
    pid: int
    area: Area
    program: str = "browser"
    kind: str = "Chrome_WidgetWin_1"
    visible: bool = True
    minimised: bool = False
    cloaked: bool = False
    layer: int = 0


CHAT = Shown("Year 9 – chat 🙂", 71, Area(10, 20, 300, 200))
MAIL = Shown("Mail to " + "x" * 6000, 72, Area(50, 60, 30, 20), "mail")
DESKTOP = [
    Shown("Evidence", os.getpid(), Area(0, 0, 100, 100)),
    Shown("Taskbar", 70, Area(0, 0, 800, 30), kind="Shell_TrayWnd", layer=25),
    CHAT,
    Shown("Other desktop", 73, Area(0, 0, 90, 90), cloaked=True, layer=3),
    Shown("Hidden", 74, Area(0, 0, 90, 90), visible=False, layer=3),
    Shown("Small", 75, Area(0, 0, 90, 90), minimised=True, layer=3),
    Shown("Nothing", 76, Area(5, 5, 0, 0)),
    MAIL,
]
SEEN = ["Year 9 – chat 🙂", ("Mail to " + "x" * 6000)[:4096]]


class Rect(ctypes.Structure):
    _fields_ = (("left", c_int), ("top", c_int), ("right", c_int), ("bottom", c_int))


class Box(ctypes.Structure):
    _fields_ = (("x", c_double), ("y", c_double), ("width", c_double), ("height", c_double))


def windows_system(there: list[Shown], active: int) -> System:
    """user32, dwmapi and kernel32 with these windows; their handles are 1000, 1001 …"""
    each = CFUNCTYPE(c_bool, c_void_p, c_void_p)

    def of(handle: int) -> Shown:
        return there[handle - 1000]

    def enumerate_windows(call, given):
        return all(call(1000 + number, given) for number in range(len(there)))

    def text(value: str, buffer: int, size: int) -> int:
        raw = value.encode(
            "utf-32-le" if ctypes.sizeof(ctypes.c_wchar) == 4 else "utf-16-le", "surrogatepass"
        )
        wide = ctypes.sizeof(ctypes.c_wchar)
        raw = raw[: (size - 1) * wide] + bytes(wide)
        ctypes.memmove(buffer, raw, len(raw))
        return len(raw) // wide - 1

    def attribute(handle, which, out, size):
        if which == 14:
            assert size == 4
            ctypes.cast(out, POINTER(c_int))[0] = int(of(handle).cloaked)
            return 0
        assert (which, size) == (9, ctypes.sizeof(Rect))
        area = of(handle).area
        ctypes.cast(out, POINTER(Rect))[0] = Rect(
            area.left, area.top, area.left + area.width, area.top + area.height
        )
        return 0

    def process(handle, out):
        out[0] = of(handle).pid
        return 1

    opened: list[int] = []

    def open_process(rights, inherit, pid):
        assert rights == 0x1000
        if pid == MAIL.pid:
            return 0  # another person's program
        opened.append(pid)
        return 5000 + pid

    def image_name(handle, flags, buffer, size):
        assert size[0] == 32_768
        size[0] = text("C:\\Program Files\\Chirrup\\browser.exe", buffer, size[0])
        return 1

    def close(handle):
        opened.remove(handle - 5000)
        return 1

    user32 = SimpleNamespace(
        EnumWindows=CFUNCTYPE(c_bool, each, c_void_p)(enumerate_windows),
        GetForegroundWindow=CFUNCTYPE(c_void_p)(lambda: active),
        IsWindowVisible=CFUNCTYPE(c_int, c_void_p)(lambda handle: of(handle).visible),
        IsIconic=CFUNCTYPE(c_int, c_void_p)(lambda handle: of(handle).minimised),
        GetClassNameW=CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)(lambda h, b, n: text(of(h).kind, b, n)),
        GetWindowTextW=CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)(lambda h, b, n: text(of(h).title, b, n)),
        GetWindowThreadProcessId=CFUNCTYPE(c_uint32, c_void_p, POINTER(c_uint32))(process),
    )
    dwmapi = SimpleNamespace(
        DwmGetWindowAttribute=CFUNCTYPE(c_int, c_void_p, c_uint32, c_void_p, c_uint32)(attribute)
    )
    kernel32 = SimpleNamespace(
        OpenProcess=CFUNCTYPE(c_void_p, c_uint32, c_int, c_uint32)(open_process),
        QueryFullProcessImageNameW=CFUNCTYPE(c_int, c_void_p, c_uint32, c_void_p, POINTER(c_uint32))(
            image_name
        ),
        CloseHandle=CFUNCTYPE(c_int, c_void_p)(close),
        opened=opened,
    )
    return System(user32, dwmapi, kernel32)


@dataclass
class CoreFoundation:
    """Objects by their references, with counts of who holds them."""

    objects: dict[int, object] = field(default_factory=dict)
    owned: set[int] = field(default_factory=set)

    def new(self, value: object, *, owned: bool = False) -> int:
        reference = 0x7000 + len(self.objects)
        self.objects[reference] = value
        if owned:
            self.owned.add(reference)
        return reference


def macos_system(there: list[Shown], *, allowed: bool = True) -> SimpleNamespace:
    """ApplicationServices with these windows."""
    memory = CoreFoundation()

    def info(one: Shown) -> int:
        value = {
            "kCGWindowLayer": memory.new(one.layer),
            "kCGWindowOwnerPID": memory.new(one.pid),
            "kCGWindowOwnerName": memory.new(one.program),
            "kCGWindowBounds": memory.new(one.area),
        }
        if one is not MAIL:
            value["kCGWindowName"] = memory.new(one.title)
        return memory.new(value)

    def copied(options: int, beside: int) -> int:
        assert (options, beside) == (1 | 16, 0)
        return memory.new([info(one) for one in there], owned=True)

    def number(reference, kind, out):
        value = memory.objects[reference]
        assert kind == 4
        if not isinstance(value, int):
            return False
        ctypes.cast(out, POINTER(c_int64))[0] = value
        return True

    def text(reference, buffer, size, encoding):
        raw = str(memory.objects[reference]).encode() + b"\0"
        assert encoding == 0x08000100
        if len(raw) > size:
            return False
        ctypes.memmove(buffer, raw, len(raw))
        return True

    def box(reference, out):
        area = memory.objects[reference]
        assert isinstance(area, Area)
        ctypes.cast(out, POINTER(Box))[0] = Box(area.left, area.top, area.width, area.height)
        return True

    def release(reference):
        memory.owned.remove(reference)

    asked: list[bool] = []

    def request() -> bool:
        asked.append(True)
        return False

    return SimpleNamespace(
        memory=memory,
        asked=asked,
        CFArrayGetCount=CFUNCTYPE(c_long, c_void_p)(lambda one: len(memory.objects[one])),  # type: ignore[arg-type]
        CFArrayGetValueAtIndex=CFUNCTYPE(c_void_p, c_void_p, c_long)(lambda one, at: memory.objects[one][at]),  # type: ignore[index]
        CFDictionaryGetValue=CFUNCTYPE(c_void_p, c_void_p, c_void_p)(
            lambda one, key: memory.objects[one].get(memory.objects[key], 0)  # type: ignore[attr-defined]
        ),
        CFNumberGetValue=CFUNCTYPE(c_bool, c_void_p, c_long, c_void_p)(number),
        CFRelease=CFUNCTYPE(None, c_void_p)(release),
        CFStringCreateWithCString=CFUNCTYPE(c_void_p, c_void_p, c_char_p, c_uint32)(
            lambda _allocator, raw, _encoding: memory.new(raw.decode(), owned=True)
        ),
        CFStringGetCString=CFUNCTYPE(c_bool, c_void_p, c_void_p, c_long, c_uint32)(text),
        CGRectMakeWithDictionaryRepresentation=CFUNCTYPE(c_bool, c_void_p, c_void_p)(box),
        CGWindowListCopyWindowInfo=CFUNCTYPE(c_void_p, c_uint32, c_uint32)(copied),
        CGPreflightScreenCaptureAccess=CFUNCTYPE(c_bool)(lambda: allowed),
        CGRequestScreenCaptureAccess=CFUNCTYPE(c_bool)(request),
    )


@pytest.fixture(autouse=True)
def _screen_is_let_go():
    yield
    screen.close()


def test_windows_keeps_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    system = windows_system(DESKTOP, active=1000 + DESKTOP.index(MAIL))
    monkeypatch.setattr(_win32, "_system", lambda: system)
    desktop = keeps_the_contract(_win32)
    assert [window.title for window in desktop.windows] == SEEN
    assert [window.process for window in desktop.windows] == ["browser.exe", "not known"]
    assert [(window.pid, window.area) for window in desktop.windows] == [
        (71, CHAT.area),
        (72, MAIL.area),
    ]
    assert desktop.front == desktop.windows[1]
    assert system.kernel32.opened == []  # every handle is closed


@pytest.mark.parametrize("active", [0, 1000, 999_999])
def test_where_none_of_the_others_is_active_windows_tells_the_next_one(
    monkeypatch: pytest.MonkeyPatch, active: int
) -> None:
    monkeypatch.setattr(_win32, "_system", lambda: windows_system(DESKTOP, active))
    front = _win32.look().front
    assert front is not None
    assert front.title == CHAT.title
    monkeypatch.setattr(_win32, "_system", lambda: windows_system([], active))
    assert _win32.look().front is None


def test_macos_keeps_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    system = macos_system(DESKTOP)
    monkeypatch.setattr(_macos, "_system", lambda: system)
    desktop = keeps_the_contract(_macos)
    assert [(window.title, window.process, window.pid, window.area) for window in desktop.windows] == [
        (CHAT.title, "browser", 71, CHAT.area),
        ("", "mail", 72, MAIL.area),
    ]
    assert desktop.front == desktop.windows[0]
    assert system.memory.owned == set()  # what was created or copied is released


def test_macos_asks_the_person_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    system = macos_system(DESKTOP, allowed=False)
    monkeypatch.setattr(_macos, "_system", lambda: system)
    for act in (_macos.look, _macos.frame):
        with pytest.raises(CaptureError, match="Screen Recording") as caught:
            act()
        assert caught.value.message.count(".") == 1
    assert system.asked == [True, True]


@pytest.mark.parametrize("adapter", [_win32, _macos])
def test_elsewhere_it_is_one_sentence(adapter) -> None:
    if adapter is _macos and os.path.exists(_macos._LIBRARY):  # noqa: PTH110
        pytest.skip("this is macOS")
    with pytest.raises(CaptureError, match="does not answer"):
        adapter.look()
