"""The mouse pointer of Windows, against planted user32 and gdi32 with the types that the documents give."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_int, c_uint32, c_void_p
from types import SimpleNamespace
from typing import Any

import pytest

from evidence_app.capture import _win32, screen
from evidence_app.capture._win32_pointer import Drawing, _Bitmap, _CursorInfo, _Header, _IconInfo, pointer
from evidence_app.records import Area
from tests.desktop_contract import keeps_the_contract

# Two by two: red, half-clear green, clear, black.
COLOURS = ((0, 0, 255, 255), (0, 128, 0, 128), (0, 0, 0, 0), (0, 0, 0, 255))


class Planted:
    """A pointer at (100, 50) whose tip is its pixel (1, 0); counts what was made and not given back."""

    def __init__(self, *, flags: int = 1, colour: bool = True, size: int = 2, sheet: bool = True) -> None:
        self.made: set[int] = {601, 602} if colour else {601}
        self.bits = (ctypes.c_ubyte * 16)()
        self.selected: list[int] = []

        def cursor(out: Any) -> int:
            assert out[0].size == ctypes.sizeof(_CursorInfo)
            out[0].flags, out[0].cursor, out[0].x, out[0].y = flags, 500, 100, 50
            return 1

        def icon(handle: int, out: Any) -> int:
            assert handle == 500
            out[0].x_spot, out[0].y_spot, out[0].mask, out[0].color = 1, 0, 601, 602 if colour else None
            return 1

        def facts(handle: int, room: int, out: Any) -> int:
            assert (handle, room) == (602 if colour else 601, ctypes.sizeof(_Bitmap))
            out[0].width, out[0].height = size, size if colour else size * 2
            return room

        def section(page: int, head: Any, use: int, bits: Any, other: int | None, offset: int) -> int:
            assert (page, use, other, offset) == (700, 0, None, 0)
            assert (head[0].size, head[0].width, head[0].height, head[0].depth) == (40, size, -size, 32)
            if not sheet:
                return 0
            self.made.add(800)
            bits[0] = ctypes.addressof(self.bits)
            return 800

        def draw(*given: Any) -> int:
            assert given == (700, 0, 0, 500, size, size, 0, None, 3)
            for at, (*colours, alpha) in enumerate(COLOURS):
                for n, value in enumerate(colours):
                    self.bits[at * 4 + n] = value + self.bits[at * 4 + n] * (255 - alpha) // 255
            return 1

        def page(_given: int) -> int:
            self.made.add(700)
            return 700

        def select(where: int, what: int) -> int:
            assert where == 700
            self.selected.append(what)
            return 900

        def gone(handle: int) -> int:
            self.made.remove(handle)
            return 1

        self.drawing = Drawing(
            SimpleNamespace(
                GetCursorInfo=CFUNCTYPE(c_int, POINTER(_CursorInfo))(cursor),
                GetIconInfo=CFUNCTYPE(c_int, c_void_p, POINTER(_IconInfo))(icon),
                DrawIconEx=CFUNCTYPE(
                    c_int, c_void_p, c_int, c_int, c_void_p, c_int, c_int, c_uint32, c_void_p, c_uint32
                )(draw),
            ),
            SimpleNamespace(
                GetObjectW=CFUNCTYPE(c_int, c_void_p, c_int, POINTER(_Bitmap))(facts),
                CreateCompatibleDC=CFUNCTYPE(c_void_p, c_void_p)(page),
                CreateDIBSection=CFUNCTYPE(
                    c_void_p, c_void_p, POINTER(_Header), c_uint32, POINTER(c_void_p), c_void_p, c_uint32
                )(section),
                SelectObject=CFUNCTYPE(c_void_p, c_void_p, c_void_p)(select),
                GdiFlush=CFUNCTYPE(c_int)(lambda: 1),
                DeleteObject=CFUNCTYPE(c_int, c_void_p)(gone),
                DeleteDC=CFUNCTYPE(c_int, c_void_p)(gone),
            ),
        )


@pytest.mark.parametrize("colour", [True, False])
def test_it_is_where_it_is_with_its_alpha(colour: bool) -> None:
    planted = Planted(colour=colour)
    seen = pointer(planted.drawing)
    assert seen is not None
    assert seen.area == Area(99, 50, 2, 2)
    found = [tuple(seen.pixels[at : at + 4]) for at in range(0, 16, 4)]
    assert found == list(COLOURS)
    assert planted.made == set()  # everything is given back
    assert planted.selected == [800, 900, 800, 900]


@pytest.mark.parametrize(
    "planted", [Planted(flags=0), Planted(flags=2), Planted(size=513), Planted(size=0), Planted(sheet=False)]
)
def test_one_that_is_hidden_or_cannot_be_drawn_is_none(planted: Planted) -> None:
    before = set(planted.made)
    assert pointer(planted.drawing) is None
    assert planted.made in (set(), before)


def test_the_structures_have_the_sizes_of_the_system() -> None:
    wide = ctypes.sizeof(c_void_p) == 8
    sizes = [ctypes.sizeof(one) for one in (_CursorInfo, _IconInfo, _Bitmap, _Header)]
    assert sizes == ([24, 32, 32, 40] if wide else [20, 20, 24, 40])


@pytest.mark.screen
def test_a_frame_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = SimpleNamespace(
        user32=SimpleNamespace(
            EnumWindows=CFUNCTYPE(c_int, c_void_p, c_void_p)(lambda _call, _given: 1),
            GetForegroundWindow=CFUNCTYPE(c_void_p)(lambda: 0),
        )
    )
    monkeypatch.setattr(_win32, "_system", lambda: empty)
    monkeypatch.setattr(_win32, "windows", lambda _system: {})
    monkeypatch.setattr(_win32, "_drawing", lambda: Planted().drawing)
    try:
        keeps_the_contract(_win32)
        assert _win32.frame().pointer == pointer(Planted().drawing)
    finally:
        screen.close()
