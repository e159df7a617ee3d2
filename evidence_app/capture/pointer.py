"""The mouse pointer, drawn into a picture where somebody wants it there."""

from __future__ import annotations

from evidence_app.capture.png import RawPixels
from evidence_app.records import Area


def blend(raw: RawPixels, area: Area, pixels: bytes, pointer: Area, both: Area) -> bytearray:
    """A copy of `raw` (of `area`, four bytes a pixel: blue, green, red, ignored) with the pointer on top.

    `pixels` are those of the pointer, with alpha and premultiplied by it; `both` is what the two areas have
    in common.
    """
    drawn = bytearray(raw)
    for y in range(both.top, both.top + both.height):
        for x in range(both.left, both.left + both.width):
            at = ((y - area.top) * area.width + x - area.left) * 4
            of = ((y - pointer.top) * pointer.width + x - pointer.left) * 4
            alpha = pixels[of + 3]
            for channel in range(3) if alpha else ():
                below = drawn[at + channel] * (255 - alpha) + 127
                drawn[at + channel] = min(255, pixels[of + channel] + below // 255)
    return drawn
