"""Pictures: a smaller copy as pixels, and what the file says of itself. Of several frames only the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, BinaryIO, Final

import pi_heif
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Claim, Limits, Pixels, Reader, Reading, ReadingKind

_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "MPO")
_SHORT: Final = 500
_NOT_WORDS: Final = {
    "ExifOffset", "GPSInfo", "MakerNote", "UserComment", "PrintImageMatching", "XMLPacket", "ImageResources",
    "InterColorProfile", "JpegTables", "StripOffsets", "StripByteCounts", "TileOffsets", "TileByteCounts",
    "ComponentsConfiguration", "FileSource", "SceneType", "CFAPattern",
}  # fmt: skip
"""Tags that hold bytes or places in the file."""
_NAMES: Final = {
    "Make": "Make of the camera",
    "Model": "Model of the camera",
    "DateTime": "Date and time of change",
    "DateTimeOriginal": "Date and time of taking",
    "DateTimeDigitized": "Date and time of digitising",
    "OffsetTimeOriginal": "Zone of the time of taking",
    "Software": "Program",
    "Artist": "Author",
    "Copyright": "Copyright",
    "ImageDescription": "Description",
    "HostComputer": "Computer",
}


def _read(source: BinaryIO, limits: Limits) -> Reading:
    pi_heif.register_heif_opener(thumbnails=False)
    pi_heif.options.DECODE_THREADS = 1  # more threads are not allowed in here
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with Image.open(source, formats=_FORMATS) as picture:
            return _of(picture, limits)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLargeError("Its picture has more pixels than a reader may unpack.") from error
    except UnidentifiedImageError as error:
        raise NotReadableError("It is no picture of a kind that can be shown, or it is damaged.") from error


def _of(picture: Image.Image, limits: Limits) -> Reading:
    width, height = picture.size
    if width * height > limits.pixels:
        raise TooLargeError(f"Its picture of {width:,} × {height:,} pixels is too large to unpack.")
    notes = []
    frames = getattr(picture, "n_frames", 1)
    if frames > 1:
        notes.append(f"It has {frames:,} frames; only the first one is shown, and nothing moves.")
    claims = [
        Claim("Kind of picture", str(picture.format)),
        Claim("Size in pixels", f"{width:,} × {height:,}"),
        *_said(picture),
    ]
    return Reading(
        ReadingKind.PICTURE,
        claims=tuple(claims),
        text="\n".join(one.value for one in claims[2:]),
        preview=_small(picture, limits),
        notes=tuple(notes),
    )


def _small(picture: Image.Image, limits: Limits) -> Pixels:
    """The picture as it is meant to be seen; `NotReadableError` for one that is damaged."""
    width, height = picture.size
    side = limits.preview_side
    if width * height > limits.preview_pixels:
        side = min(side, int(max(width, height) * (limits.preview_pixels / (width * height)) ** 0.5))
    try:
        picture.draft("RGB", (side, side))
        turned = ImageOps.exif_transpose(picture)
        if turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info:
            seen = Image.new("RGB", turned.size, (255, 255, 255))
            whole = turned.convert("RGBA")
            seen.paste(whole, mask=whole.getchannel("A"))
        elif turned.mode.startswith("I") or turned.mode == "F":
            seen = ImageOps.autocontrast(turned.convert("F").convert("L")).convert("RGB")
        else:
            seen = turned.convert("RGB")
        seen.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    except (OSError, ValueError, SyntaxError, IndexError, EOFError) as error:
        raise NotReadableError("Its picture is damaged or cut off.") from error
    return Pixels(seen.width, seen.height, seen.tobytes())


def _said(picture: Image.Image) -> Iterator[Claim]:
    """EXIF and what stands in text chunks, as far as it is text or numbers."""
    for key, value in picture.info.items():
        if isinstance(key, str) and isinstance(value, str) and key not in {"xmp", "XML:com.adobe.xmp"}:
            yield Claim(f"Text “{key[:_SHORT]}”", value[:_SHORT])
    try:
        exif = picture.getexif()
        parts: list[Mapping[int, Any]] = [exif, exif.get_ifd(ExifTags.IFD.Exif)]
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError):
        return
    known = {int(tag): str(tag.name) for tag in ExifTags.Base}
    for part in parts:
        for number, value in part.items():
            name = known.get(number, "")
            words = _words(value)
            if name and name not in _NOT_WORDS and words:
                yield Claim(_NAMES.get(name, _spaced(name)), words)
    yield from _place(place)


def _place(place: Mapping[int, Any]) -> Iterator[Claim]:
    gps = ExifTags.GPS
    try:
        pairs = (
            (gps.GPSLatitude, gps.GPSLatitudeRef, "S", 90),
            (gps.GPSLongitude, gps.GPSLongitudeRef, "W", 180),
        )
        found = []
        for tag, side, below, most in pairs:
            degrees, minutes, seconds = (float(one) for one in place[tag])
            value = degrees + minutes / 60 + seconds / 3600
            if not 0 <= value <= most:
                return
            found.append(-value if str(place.get(side, "")).upper().startswith(below) else value)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return
    yield Claim("Place (latitude, longitude)", f"{found[0]:.5f}, {found[1]:.5f}")
    day = _words(place.get(gps.GPSDateStamp))
    if day:
        yield Claim("Day by satellite", day)


def _words(value: object) -> str:
    if isinstance(value, bytes):
        text = value.rstrip(b"\0")
        return text.decode("ascii")[:_SHORT] if text.isascii() and text.decode("ascii").isprintable() else ""
    if isinstance(value, str):
        return value.strip("\0 ")[:_SHORT]
    if isinstance(value, (int, float, Fraction)):
        return str(value)
    if isinstance(value, tuple) and len(value) <= 4:
        return ", ".join(filter(None, map(_words, value)))
    try:
        return f"{float(value):g}"  # type: ignore[arg-type]  # the rational numbers of EXIF
    except (TypeError, ValueError, ZeroDivisionError):
        return ""


def _spaced(name: str) -> str:
    """`FocalLength` as `Focal length`."""
    spaced = "".join(f" {c.lower()}" if c.isupper() and at else c for at, c in enumerate(name))
    return spaced if not name.isupper() else name


READER: Final = Reader("picture", _read)
