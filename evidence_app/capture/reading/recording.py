"""The first picture of a recording that this program made; of other videos nothing is decoded.

Looked for is the layout that `capture.webm` writes: a track of VP8, then clusters with one key frame each.
"""

from __future__ import annotations

import io
from typing import BinaryIO, Final

from evidence_app.capture.reading.picture import READER as PICTURE
from evidence_app.errors import NotReadableError
from evidence_app.records import Limits, Reader, Reading

_HEAD: Final = 1024
_CLUSTER, _BLOCK = b"\x1f\x43\xb6\x75", b"\xa3"
_SIZE: Final = 8
_SIMPLE: Final = 4  # track, time, flags
_LARGEST: Final = 32 * 1024 * 1024


def _read(source: BinaryIO, limits: Limits) -> Reading:
    head = source.read(_HEAD)
    at = head.find(_CLUSTER)
    begin = head.find(_BLOCK, at + len(_CLUSTER) + _SIZE) if at > 0 and b"V_VP8" in head[:at] else -1
    size = int.from_bytes(head[begin + 1 : begin + 1 + _SIZE]) & ~(1 << 56) if begin > 0 else 0
    if not _SIMPLE < size <= _LARGEST:
        raise NotReadableError("It is no recording of this program.")
    start = begin + 1 + _SIZE
    block = (head[start:] + source.read(max(0, size - len(head) + start)))[:size]
    frame = block[_SIMPLE:]
    data = b"WEBPVP8 " + len(frame).to_bytes(4, "little") + frame + bytes(len(frame) % 2)
    return PICTURE.read(io.BytesIO(b"RIFF" + len(data).to_bytes(4, "little") + data), limits)


READER: Final = Reader("recording", _read)
