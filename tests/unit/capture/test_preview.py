"""Small copies for the report: within their bounds, without metadata, never from what is no sound PNG."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, PngImagePlugin

from evidence_app.capture import png
from evidence_app.capture.preview import MAX_BYTES, MAX_HEIGHT, MAX_WIDTH, preview


def encoded(image: Image.Image, **options: object) -> io.BytesIO:
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    out.seek(0)
    return out


@pytest.mark.parametrize("size", [(3840, 2160), (1280, 800), (721, 100), (100, 4000), (64, 48), (1, 1)])
def test_it_fits_and_keeps_its_shape(size):
    small = preview(encoded(Image.new("RGB", size, "teal")), "image/png")
    assert small is not None
    assert small.width <= min(MAX_WIDTH, size[0])
    assert small.height <= min(MAX_HEIGHT, size[1])
    shown = Image.open(io.BytesIO(small.jpeg))
    assert (shown.format, shown.size, shown.mode) == ("JPEG", (small.width, small.height), "RGB")
    # Of a long page it is the top.
    assert small.top == (size[1] > 4 * size[0])
    height = size[0] * MAX_HEIGHT // MAX_WIDTH if small.top else size[1]
    assert abs(small.width * height - small.height * size[0]) <= max(size)


def test_noise_stays_small():
    raw = random.Random(1).randbytes(1440 * 1920 * 4)
    small = preview(io.BytesIO(png.encode(raw, 1440, 1920)), "image/png")
    assert small is not None
    assert len(small.jpeg) <= MAX_BYTES


def test_nothing_but_pixels_goes_along():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "staffroom-4")
    exif = Image.Exif()
    exif[0x0110] = "staffroom-4"
    small = preview(encoded(Image.new("RGB", (50, 50)), pnginfo=told, exif=exif), "image/png")
    assert small is not None
    assert b"staffroom" not in small.jpeg
    assert b"Exif" not in small.jpeg


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"", "image/png"),
        (b"\x89PNG\r\n\x1a\nnothing", "image/png"),
        (encoded(Image.effect_noise((400, 400), 90)).getvalue()[:2000], "image/png"),
        (encoded(Image.new("RGB", (50, 50))).getvalue(), "image/jpeg"),
        (encoded(Image.new("1", (60_000, 60_000))).getvalue(), "image/png"),
    ],
    ids=["empty", "broken", "cut off", "another kind", "bomb"],
)
def test_what_is_no_sound_picture_has_none(data, media_type):
    assert preview(io.BytesIO(data), media_type) is None


def test_an_error_of_the_source_comes_out():
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        preview(Broken(), "image/png")
