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

from evidence_app.matroska import BLOCK, CLUSTER, HEAD, INFO, TIME, TRACKS, element, mark, void, whole_number

MAX_SIDE: Final = 16_383
"""Pixels of a VP8 frame."""
_QUALITY: Final = 82
_FASTEST: Final = 0
_NANOSECONDS: Final = 1_000_000  # of one unit of time: a millisecond
_KEY_FRAME: Final = 0x80
_LEAST_VOID: Final = 9


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
        out(HEAD)
        out(
            element(
                INFO,
                element(0x2AD7B1, whole_number(_NANOSECONDS)),  # TimestampScale
                element(0x4D80, program.encode()),  # MuxingApp
                element(0x5741, program.encode()),  # WritingApp
            )
        )
        video = element(0xE0, element(0xB0, whole_number(width)), element(0xBA, whole_number(height)))
        track = (
            element(0xD7, whole_number(1)),  # TrackNumber
            element(0x73C5, whole_number(1)),  # TrackUID
            element(0x83, whole_number(1)),  # TrackType: video
            element(0x9C, whole_number(0)),  # FlagLacing
            element(0x86, b"V_VP8"),
            video,
        )
        out(element(TRACKS, element(0xAE, *track)))

    def frame(self, data: bytes, milliseconds: int) -> None:
        """A key frame that is shown from this time on; times never go back."""
        block = bytes([0x81]) + bytes(2) + bytes([_KEY_FRAME]) + data  # track 1, at the cluster's time
        self._out(element(CLUSTER, element(TIME, whole_number(milliseconds)), element(BLOCK, block)))

    def still(self, milliseconds: int, room: int) -> None:
        """That the last picture is still shown at this time, in at least `room` bytes: so what was written so
        far fills whole pieces of whatever takes it."""
        said = mark(milliseconds)
        self._out(said + void(max(_LEAST_VOID, room - len(said))))
