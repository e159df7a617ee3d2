"""Small copies of our own captures for the report: one at a time, in memory only."""

from __future__ import annotations

import io
from typing import BinaryIO, Final

from PIL import Image, UnidentifiedImageError

from evidence_app.capture.png import MAX_SIDE
from evidence_app.records import Pixels, Preview

MAX_WIDTH: Final = 720
MAX_HEIGHT: Final = 960
MAX_BYTES: Final = 200_000
"""Of one picture: forty of them stay below ten megabytes, whatever they show."""
MAX_PIXELS: Final = 256 * 1024 * 1024
_LONG: Final = 4
_QUALITIES: Final = (82, 65, 45, 25)


def preview(source: BinaryIO, media_type: str) -> Preview | None:
    """A copy that fits 720 x 960 pixels and 200 kB, or None for what is no sound PNG.

    Only PNG is decoded: that is what this program makes itself. Whatever `source` raises comes out.
    """
    if media_type != "image/png":
        return None
    data = io.BytesIO(source.read())
    try:
        with Image.open(data, formats=["PNG"]) as picture:
            if max(picture.size) > MAX_SIDE or picture.width * picture.height > MAX_PIXELS:
                return None
            # The whole of a long page would be a thread of colour: its top, at a size that can be read.
            top = picture.height > _LONG * picture.width
            shown: Image.Image = picture
            if top:
                shown = picture.crop((0, 0, picture.width, picture.width * MAX_HEIGHT // MAX_WIDTH))
            divisor = max(1, min(shown.width // MAX_WIDTH, shown.height // MAX_HEIGHT))
            small = shown.convert("RGB")
            if divisor > 1:
                small = small.reduce(divisor)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    return _jpeg(small, top=top)


def from_pixels(pixels: Pixels) -> Preview:
    """The same of what came out of the child process."""
    return _jpeg(Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb))


def _jpeg(small: Image.Image, *, top: bool = False) -> Preview:
    small.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    jpeg = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=quality, optimize=True)
        jpeg = out.getvalue()
        if len(jpeg) <= MAX_BYTES:
            break
    return Preview(jpeg, small.width, small.height, top)
