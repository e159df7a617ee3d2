"""Covered copies: what is covered is gone, what is not is as it was, and nothing else comes along."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from evidence_app.capture.cover import MAX_COVERS, covered_png
from evidence_app.errors import UsageError
from evidence_app.records import Area

WIDTH, HEIGHT = 64, 48


def picture(mode: str = "RGB", **saved: object) -> bytes:
    """No two pixels of it are alike."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    image.putdata([(x, y, 255 - x) for y in range(HEIGHT) for x in range(WIDTH)])
    out = io.BytesIO()
    image.convert(mode).save(out, "PNG", **saved)
    return out.getvalue()


def pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image


def chunks(data: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        found.append(data[at + 4 : at + 8])
        at += size + 12
    return found


def test_covers_are_solid_and_everything_else_is_as_it_was() -> None:
    data, width, height = covered_png(picture(), [Area(10, 5, 20, 7), Area(60, 40, 4, 8)])
    before, after = pixels(picture()), pixels(data)
    assert (width, height) == after.size == before.size
    for x in range(WIDTH):
        for y in range(HEIGHT):
            inside = (10 <= x < 30 and 5 <= y < 12) or (x >= 60 and y >= 40)
            assert after.getpixel((x, y)) == ((0, 0, 0) if inside else before.getpixel((x, y)))


def test_a_crop_cuts_pixels_off() -> None:
    data, width, height = covered_png(picture(), [Area(10, 10, 5, 5)], Area(8, 6, 30, 20))
    assert (width, height) == pixels(data).size == (30, 20)
    assert pixels(data).getpixel((2, 4)) == (0, 0, 0)
    assert pixels(data).getpixel((0, 0)) == pixels(picture()).getpixel((8, 6))


def test_nothing_but_pixels_is_in_it() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "a name that must not come along")
    told.add_itxt("Comment", "nor this", zip=True)
    data, *_ = covered_png(
        picture(pnginfo=told, exif=b"Exif\0\0nor that", dpi=(300, 300)), [Area(0, 0, 1, 1)]
    )
    assert set(chunks(data)) == {b"IHDR", b"IDAT", b"IEND"}
    assert pixels(data).info == {}


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
def test_every_kind_of_png(mode: str) -> None:
    data, *_ = covered_png(picture(mode), [Area(0, 0, 32, 48)])
    assert pixels(data).mode == "RGB"
    assert pixels(data).crop((0, 0, 32, 48)).getcolors() == [(32 * 48, (0, 0, 0))]


def test_what_was_transparent_is_not_brought_to_light() -> None:
    """A viewer shows paper there; the colour under it may be what somebody meant to hide."""
    image = Image.new("RGBA", (8, 8), (200, 10, 20, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    data, *_ = covered_png(out.getvalue(), [Area(0, 0, 1, 1)])
    assert pixels(data).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("covers", "crop", "words"),
    [
        ([Area(0, 0, 0, 5)], None, "has no size"),
        ([Area(0, 0, 5, -1)], None, "has no size"),
        ([Area(-1, 0, 5, 5)], None, "outside the picture"),
        ([Area(60, 0, 5, 5)], None, "outside the picture of 64 x 48 pixels"),
        ([Area(0, 2**40, 5, 5)], None, "outside the picture"),
        ([], Area(0, 0, 0, 0), "has no size"),
        ([], Area(0, 0, 65, 48), "outside the picture"),
        ([], None, "nothing to cover"),
        ([], Area(0, 0, 64, 48), "nothing is cut off"),
        ([Area(0, 0, 5, 5)], Area(10, 10, 10, 10), "outside the part that is kept"),
        ([Area(0, 0, 1, 1)] * (MAX_COVERS + 1), None, "Use larger ones"),
    ],
)
def test_what_cannot_be_covered(covers: list[Area], crop: Area | None, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        covered_png(picture(), covers, crop)
    assert "Nothing was made." in caught.value.message


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n and then nothing", picture()[:-40], b"<svg/>"],
    ids=["nothing", "gif", "no chunks", "cut off", "svg"],
)
def test_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(UsageError, match="the original is untouched"):
        covered_png(data, [Area(0, 0, 1, 1)])


def test_a_picture_that_is_a_bomb_is_never_decoded() -> None:
    head = struct.pack(">II", 60_000, 60_000)
    data = picture()
    with pytest.raises(UsageError):
        covered_png(data[:16] + head + data[24:], [Area(0, 0, 1, 1)])


@settings(max_examples=40)
@given(st.data())
def test_no_pixel_under_a_cover_is_left(data: st.DataObject) -> None:
    left, top = data.draw(st.integers(0, WIDTH - 1)), data.draw(st.integers(0, HEIGHT - 1))
    width = data.draw(st.integers(1, WIDTH - left))
    height = data.draw(st.integers(1, HEIGHT - top))
    made, *_ = covered_png(picture(), [Area(left, top, width, height)])
    under = pixels(made).crop((left, top, left + width, top + height))
    assert under.getcolors(WIDTH * HEIGHT) == [(width * height, (0, 0, 0))]
