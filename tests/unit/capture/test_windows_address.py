"""The address of a browser of Windows, against planted COM objects with tables of methods as the system's."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, c_int, c_int32, c_uint32, c_void_p
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from evidence_app.capture import _backend, _win32, browser_address
from evidence_app.capture._win32_address import Automation, Variant, address_in
from evidence_app.records import Area, WindowInfo

PAGE = "https://chirrup.example/@quiet.owl/77"
WAIT = 20.0
RELEASE = CFUNCTYPE(c_uint32, c_void_p)
OUT = POINTER(c_void_p)


class Planted:
    """UI Automation with one window (handle 1000) that shows one document; `fails` is a place that does."""

    def __init__(
        self, said: str | None = PAGE, *, fails: str = "", holds: threading.Event | None = None
    ) -> None:
        self.fails, self.kept = fails, []  # type: ignore[var-annotated]
        self.alive: set[int] = set()
        self.entered = self.cleared = 0
        self.text = ctypes.create_unicode_buffer(said or "")
        page = self.thing({10: CFUNCTYPE(c_int32, c_void_p, c_int32, POINTER(Variant))(self.value(said))})
        window = self.thing({5: CFUNCTYPE(c_int32, c_void_p, c_int32, c_void_p, OUT)(self.find(page))})
        condition = self.thing({})

        def element(_this: int, handle: int, out: Any) -> int:
            assert handle == 1000
            return self.given(out, window, "element")

        def made(_this: int, which: int, value: Variant, out: Any) -> int:
            assert (which, value.kind, value.value) == (30003, 3, 50030)
            return self.given(out, condition, "condition")

        root = self.thing(
            {
                6: CFUNCTYPE(c_int32, c_void_p, c_void_p, OUT)(element),
                23: CFUNCTYPE(c_int32, c_void_p, c_int32, Variant, OUT)(made),
            }
        )
        self.condition = condition

        def create(kind: Any, outer: Any, where: int, interface: Any, out: Any) -> int:
            names = [UUID(bytes_le=bytes(one[0:16])) for one in (kind, interface)]
            assert [str(one)[:8] for one in names] == ["ff48dba4", "30cbe57d"]
            assert (outer, where) == (None, 1)
            if holds is not None:
                holds.wait(WAIT)
            return self.given(out, root, "create")

        def enter(_reserved: Any, kind: int) -> int:
            assert kind == 0
            self.entered += 1
            return 0

        def leave() -> None:
            self.entered -= 1

        def clear(one: Any) -> int:
            assert one[0].kind == 8
            self.cleared += 1
            return 0

        byte = POINTER(ctypes.c_ubyte)
        self.automation = Automation(
            SimpleNamespace(
                CoInitializeEx=CFUNCTYPE(c_int32, c_void_p, c_uint32)(enter),
                CoCreateInstance=self.loose(create, byte),
                CoUninitialize=CFUNCTYPE(None)(leave),
            ),
            SimpleNamespace(VariantClear=CFUNCTYPE(c_int32, POINTER(Variant))(clear)),
        )

    @staticmethod
    def loose(call: Callable[..., int], byte: Any) -> Callable[..., int]:
        """A function of the system that takes an address of any sixteen bytes."""
        planted = CFUNCTYPE(c_int32, c_void_p, c_void_p, c_uint32, c_void_p, OUT)(
            lambda kind, outer, where, interface, out: call(
                ctypes.cast(kind, byte), outer, where, ctypes.cast(interface, byte), out
            )
        )
        return lambda *given: int(planted(*given))

    def thing(self, methods: dict[int, Any]) -> int:
        """An object with a table of methods; its address."""
        holder: list[int] = []

        def release(this: int) -> int:
            self.alive.remove(this)
            return 0

        table = (c_void_p * 24)()
        for place, method in {2: RELEASE(release), **methods}.items():
            table[place] = ctypes.cast(method, c_void_p)
            self.kept.append(method)
        made = c_void_p(ctypes.addressof(table))
        self.kept += [table, made, release]
        holder.append(ctypes.addressof(made))
        return holder[0]

    def given(self, out: Any, what: int, name: str) -> int:
        if self.fails == name:
            return -2147220991
        out[0] = what
        self.alive.add(what)
        return 0

    def find(self, page: int) -> Callable[..., int]:
        def found(_this: int, scope: int, wanted: int, out: Any) -> int:
            assert (scope, wanted) == (4, self.condition)
            if self.fails == "none":
                out[0] = None
                return 0
            return self.given(out, page, "find")

        return found

    def value(self, said: str | None) -> Callable[..., int]:
        def told(_this: int, which: int, out: Any) -> int:
            assert which == 30045
            if self.fails == "value":
                return -1
            out[0].kind = 8
            out[0].value = None if said is None else ctypes.addressof(self.text)
            return 0

        return told


def test_the_document_of_the_window_tells_its_address() -> None:
    planted = Planted()
    assert address_in(planted.automation, 1000, WAIT) == PAGE
    assert planted.alive == set()  # everything is released
    assert (planted.entered, planted.cleared) == (0, 1)


@pytest.mark.parametrize("fails", ["create", "element", "condition", "find", "none", "value"])
def test_wherever_it_is_not_told_it_is_none(fails: str) -> None:
    planted = Planted(fails=fails)
    assert address_in(planted.automation, 1000, WAIT) is None
    assert planted.alive == set()
    assert planted.entered == 0


def test_a_text_that_is_not_there_is_none() -> None:
    assert address_in(Planted(None).automation, 1000, WAIT) is None


def test_a_browser_that_hangs_holds_up_nothing() -> None:
    go = threading.Event()
    planted = Planted(holds=go)
    assert address_in(planted.automation, 1000, 0.01) is None
    go.set()
    for thread in threading.enumerate():
        if thread.name == "address":
            thread.join(WAIT)


@pytest.mark.parametrize(("said", "kept"), [(PAGE, PAGE), ("file:///C:/x.html", None), ("a\u202eb", None)])
def test_only_an_address_of_the_web_is_taken(
    monkeypatch: pytest.MonkeyPatch, said: str, kept: str | None
) -> None:
    window = WindowInfo("Chirrup", "browser.exe", 71, Area(0, 0, 9, 9))
    monkeypatch.setattr(browser_address, "here", lambda: _backend.Backend.WINDOWS)
    monkeypatch.setattr(_win32, "_automation", lambda: Planted(said).automation)
    monkeypatch.setattr(_win32, "_system", lambda: None)
    monkeypatch.setattr(_win32, "windows", lambda _system: {1000: window})
    assert browser_address.address_of(window, WAIT) == kept
    other = WindowInfo("Mail", "mail.exe", 72, Area(0, 0, 9, 9))
    assert browser_address.address_of(other, WAIT) is None


def test_a_variant_has_the_size_of_the_system() -> None:
    assert ctypes.sizeof(Variant) == (24 if ctypes.sizeof(c_void_p) == 8 else 16)
    assert ctypes.sizeof(c_int) == 4
