"""A video of single pictures as WebM, written as a stream: nothing behind is ever changed.

Every picture is a VP8 key frame, which is what a lossy WebP file holds (RFC 9649, section 2.5; RFC 6386). The
container is Matroska's (RFC 9559) with segment and clusters in their order; since nothing can be filled in
afterwards, the length of the video stands only in the times of its pictures.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final

from PIL import Image

MEDIA_TYPE: Final = "video/webm"
MAX_SIDE: Final = 16_383
"""Pixels of a VP8 frame."""
_QUALITY: Final = 82
_FASTEST: Final = 0
_NANOSECONDS: Final = 1_000_000  # of one unit of time: a millisecond
_UNKNOWN: Final = b"\x01\xff\xff\xff\xff\xff\xff\xff"
_KEY_FRAME: Final = 0x80

_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675


def key_frame(raw: bytes | bytearray | memoryview, width: int, height: int) -> bytes:
    """A VP8 key frame of `width` x `height` pixels (BGRX, rows without padding).

    Raises ValueError where the sizes do not fit the bytes or the format.
    """
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE) or len(raw) != width * height * 4:
        raise ValueError("the picture does not fit")
    out = io.BytesIO()
    picture = Image.frombytes("RGB", (width, height), bytes(raw), "raw", "BGRX")
    picture.save(out, "WEBP", quality=_QUALITY, method=_FASTEST)
    data = out.getvalue()
    if data[:4] != b"RIFF" or data[8:16] != b"WEBPVP8 ":
        raise ValueError("no simple WebP file")
    return data[20 : 20 + int.from_bytes(data[16:20], "little")]


class WebmWriter:
    """Hands the bytes of a video to `out`, piece by piece. After every frame it is whole."""

    def __init__(self, out: Callable[[bytes], object], width: int, height: int, program: str) -> None:
        self._out = out
        out(_element(_EBML, *_EBML_HEAD) + _id(_SEGMENT) + _UNKNOWN)
        out(
            _element(
                _INFO,
                _element(0x2AD7B1, _number(_NANOSECONDS)),  # TimestampScale
                _element(0x4D80, program.encode()),  # MuxingApp
                _element(0x5741, program.encode()),  # WritingApp
            )
        )
        video = _element(0xE0, _element(0xB0, _number(width)), _element(0xBA, _number(height)))
        track = (
            _element(0xD7, _number(1)),  # TrackNumber
            _element(0x73C5, _number(1)),  # TrackUID
            _element(0x83, _number(1)),  # TrackType: video
            _element(0x9C, _number(0)),  # FlagLacing
            _element(0x86, b"V_VP8"),
            video,
        )
        out(_element(_TRACKS, _element(0xAE, *track)))

    def frame(self, data: bytes, milliseconds: int) -> None:
        """A key frame that is shown from this time on; times never go back."""
        block = bytes([0x81]) + bytes(2) + bytes([_KEY_FRAME]) + data  # track 1, at the cluster's time
        self._out(_element(_CLUSTER, _element(0xE7, _number(milliseconds)), _element(0xA3, block)))


def _id(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _number(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8))


def _element(number: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return _id(number) + (0x0100_0000_0000_0000 | len(content)).to_bytes(8) + content


_EBML_HEAD = (
    _element(0x4286, _number(1)),  # EBMLVersion
    _element(0x42F7, _number(1)),  # EBMLReadVersion
    _element(0x42F2, _number(4)),  # EBMLMaxIDLength
    _element(0x42F3, _number(8)),  # EBMLMaxSizeLength
    _element(0x4282, b"webm"),
    _element(0x4287, _number(4)),  # DocTypeVersion
    _element(0x4285, _number(2)),  # DocTypeReadVersion
)
