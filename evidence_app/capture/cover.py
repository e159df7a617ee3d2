"""Covering parts of a picture, and cutting parts off: what is covered is gone from the copy's pixels.

The copy is encoded anew from its pixels, so nothing that lay beside them in the original file comes along.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, UnidentifiedImageError

from evidence_app.capture import png
from evidence_app.capture.preview import MAX_PIXELS
from evidence_app.errors import UsageError
from evidence_app.records import Area

_SOLID: Final = (0, 0, 0)
_PAPER: Final = (255, 255, 255)
MAX_COVERS: Final = 500


def covered_png(data: bytes, covers: Sequence[Area], crop: Area | None = None) -> tuple[bytes, int, int]:
    """Return a PNG of the picture with `covers` solid and all but `crop` cut off, and its width and height.

    Areas are in pixels of the original, from its top left. Only PNG is decoded, as for previews. Raises
    `UsageError` where an area has no size or lies outside, and for what is no picture that can be covered.
    """
    _check_wish(covers, crop)
    picture = _opened(data)
    _check_bounds(picture.size, covers, crop)
    for area in covers:
        picture.paste(_SOLID, _box(area))
    if crop is not None:
        picture = picture.crop(_box(crop))
    width, height = picture.size
    return png.encode(picture.tobytes("raw", "BGRX"), width, height), width, height


def _opened(data: bytes) -> Image.Image:
    """The pixels as RGB, of our own: what is transparent stands on white, as a viewer shows it."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > png.MAX_SIDE or picture.width * picture.height > MAX_PIXELS:
                raise UsageError("This picture is too large to be covered. Nothing was made.")
            if picture.has_transparency_data:
                layered = picture.convert("RGBA")
                paper = Image.new("RGB", picture.size, _PAPER)
                paper.paste(layered, mask=layered.getchannel("A"))
                return paper
            return picture.convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise UsageError(
            "This is no picture that can be covered here: only PNG pictures can, such as captures of the "
            "screen. Nothing was made, and the original is untouched."
        ) from error


def _check_wish(covers: Sequence[Area], crop: Area | None) -> None:
    """What can be said before there is a picture."""
    if len(covers) > MAX_COVERS:
        raise UsageError(f"More than {MAX_COVERS} covers were given. Nothing was made. Use larger ones.")
    if not covers and crop is None:
        raise UsageError("There is nothing to cover or cut off. Nothing was made. Draw at least one cover.")
    for area, what in _named(covers, crop):
        if area.width <= 0 or area.height <= 0:
            raise UsageError(f"The {what} {_words(area)} has no size. Nothing was made. Draw it again.")
    if crop is not None and any(_apart(area, crop) for area in covers):
        raise UsageError(
            "A cover lies outside the part that is kept. Nothing was made. Leave it out, or keep more."
        )


def _check_bounds(size: tuple[int, int], covers: Sequence[Area], crop: Area | None) -> None:
    for area, what in _named(covers, crop):
        right, bottom = area.left + area.width, area.top + area.height
        if area.left < 0 or area.top < 0 or right > size[0] or bottom > size[1]:
            raise UsageError(
                f"The {what} {_words(area)} lies outside the picture of {size[0]} x {size[1]} pixels. "
                "Nothing was made. Draw it again."
            )
    if not covers and crop == Area(0, 0, *size):
        raise UsageError("The crop is the whole picture, so nothing is cut off. Nothing was made.")


def _named(covers: Sequence[Area], crop: Area | None) -> list[tuple[Area, str]]:
    return [*((area, "cover") for area in covers), *([(crop, "crop")] if crop is not None else [])]


def _words(area: Area) -> str:
    return f"{area.left},{area.top},{area.width},{area.height}"


def _apart(one: Area, other: Area) -> bool:
    return (
        one.left >= other.left + other.width
        or other.left >= one.left + one.width
        or one.top >= other.top + other.height
        or other.top >= one.top + one.height
    )


def _box(area: Area) -> tuple[int, int, int, int]:
    return area.left, area.top, area.left + area.width, area.top + area.height
