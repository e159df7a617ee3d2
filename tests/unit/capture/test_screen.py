"""Cutting out of frozen pixels; no screen is needed for that."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from evidence_app.capture import clock
from evidence_app.capture.screen import (
    AllTarget,
    Frozen,
    Grab,
    MonitorTarget,
    RegionTarget,
    ShownWindowTarget,
    Target,
    WindowTarget,
)
from evidence_app.errors import CaptureError, UsageError
from evidence_app.records import Area, Method, Monitor, WindowInfo
from tests.screens import part, pattern, rgb

WIDE, TALL = 300, 200
WHOLE = Area(-100, 0, WIDE, TALL)
PIXELS = pattern(1, WIDE, TALL)
LEFT = Monitor(1, Area(-100, 0, 100, 80), "LEFT")
RIGHT = Monitor(2, Area(0, 0, 200, 200), "RIGHT", primary=True)
CHAT = WindowInfo("Chat", "browser", 7, Area(20, 20, 50, 40))
BEHIND = WindowInfo("Behind", "mail", 8, Area(25, 25, 10, 10))
EDGE = WindowInfo("Edge", "mail", 9, Area(150, 150, 500, 500))
AWAY = WindowInfo("Away", "mail", 9, Area(900, 10, 50, 50))


def frozen(raw: bytes = PIXELS, window: WindowInfo | None = CHAT) -> Frozen:
    return Frozen(raw, WHOLE, (LEFT, RIGHT), (CHAT, BEHIND, EDGE, AWAY), window, clock.now())


def cut(area: Area) -> bytes:
    """The pixels of an area of the virtual screen, RGB."""
    moved = Area(area.left - WHOLE.left, area.top - WHOLE.top, area.width, area.height)
    return rgb(part(PIXELS, WIDE, moved), area.width, area.height)


@pytest.mark.parametrize(
    ("target", "area", "method", "monitor"),
    [
        (AllTarget(), WHOLE, Method.MONITOR, None),
        (MonitorTarget(1), LEFT.area, Method.MONITOR, 1),
        (MonitorTarget(2), RIGHT.area, Method.MONITOR, 2),
        (RegionTarget(Area(-30, 5, 7, 9)), Area(-30, 5, 7, 9), Method.REGION, 1),
        (RegionTarget(Area(-30, 5, 60, 9)), Area(-30, 5, 60, 9), Method.REGION, None),
        (RegionTarget(Area(-100, 0, WIDE, 1)), Area(-100, 0, WIDE, 1), Method.REGION, None),
        (WindowTarget("chat"), CHAT.area, Method.WINDOW, 2),
        (WindowTarget("edge"), Area(150, 150, 50, 50), Method.WINDOW, 2),
        (ShownWindowTarget(EDGE), Area(150, 150, 50, 50), Method.WINDOW, 2),
        (ShownWindowTarget(), CHAT.area, Method.WINDOW, 2),
    ],
)
def test_the_target_is_cut_out_to_the_pixel(
    target: Target, area: Area, method: Method, monitor: int | None
) -> None:
    screen = frozen()
    picture = screen.take(target)
    assert screen.area_of(target) == area
    with Image.open(io.BytesIO(picture.png)) as image:
        assert image.size == (area.width, area.height)
        assert image.tobytes() == cut(area)
    seen = picture.observed
    assert (seen.area, seen.method, seen.monitor) == (area, method, monitor)
    assert (seen.width, seen.height) == (area.width, area.height)
    assert (seen.utc, seen.monitors, seen.blank) == (screen.moment.utc, (LEFT, RIGHT), False)
    assert seen.window == (EDGE if area.left == 150 else CHAT)


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (MonitorTarget(0), "no monitor 0"),
        (MonitorTarget(3), "no monitor 3"),
        (RegionTarget(Area(500, 0, 5, 5)), "lies outside the screen, which is 300 × 200 at -100,0"),
        (RegionTarget(Area(190, 0, 20, 5)), "reaches outside the screen, which is 300 × 200 at -100,0"),
        (RegionTarget(Area(0, 0, 10**9, 10**9)), "reaches outside the screen"),
        (RegionTarget(Area(0, 0, 0, 5)), "is empty"),
        (RegionTarget(Area(0, 0, 5, -5)), "is empty"),
        (WindowTarget("nobody"), "No open window"),
        (WindowTarget("behind"), "hidden behind another"),
        (WindowTarget("away"), "lies outside the screen"),
    ],
)
def test_what_is_not_there_is_refused(target: Target, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        frozen().take(target)
    assert says in caught.value.message
    assert "Nothing was captured." in caught.value.message


def test_no_window_in_front_is_refused() -> None:
    with pytest.raises(UsageError, match="No window is open"):
        frozen(window=None).take(ShownWindowTarget())


def test_an_empty_picture_is_refused_unless_it_is_wanted() -> None:
    blank = frozen(bytes((9, 9, 9, 0)) * (WIDE * TALL))
    with pytest.raises(CaptureError, match="The picture came out empty"):
        blank.take(MonitorTarget(1))
    assert blank.take(MonitorTarget(1), allow_blank=True).observed.blank


@pytest.mark.parametrize("at", [0, 1, 2, (WIDE * TALL // 2) * 4 + 1, WIDE * TALL * 4 - 2])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_one_different_pixel_is_not_blank(at: int, kind: type) -> None:
    raw = bytearray(bytes((9, 8, 7, 0)) * (WIDE * TALL))
    assert Grab(kind(bytes(raw)), WHOLE).is_blank()
    raw[at] ^= 1
    assert not Grab(kind(bytes(raw)), WHOLE).is_blank()


def test_the_unused_byte_does_not_hide_a_blank_picture() -> None:
    raw = bytearray(bytes((9, 8, 7, 0)) * (WIDE * TALL))
    raw[3::8] = b"\xff" * len(raw[3::8])
    assert Grab(raw, WHOLE).is_blank()


def test_a_crop_outside_the_picture_is_refused() -> None:
    with pytest.raises(UsageError, match="outside the picture"):
        Grab(PIXELS, WHOLE).crop(Area(-101, 0, 5, 5))


def test_pixels_never_get_into_a_message() -> None:
    assert len(repr(frozen())) < 3000
    assert len(repr(frozen().grab)) < 200


def test_a_preview_of_the_frozen_screen() -> None:
    small, wide, tall = frozen().grab.preview(100)
    assert (wide, tall, len(small)) == (100, 67, 100 * 67 * 3)
