"""The container of recordings of the screen: its head, and where its pictures are.

The layout is the one that `capture.webm` writes (Matroska, RFC 9559): a head that never differs, then
elements whose size is written with eight bytes; every cluster holds its time and at most one picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MEDIA_TYPE: Final = "video/webm"
EBML, SEGMENT, INFO, TRACKS, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
TIME, BLOCK, VOID = 0xE7, 0xA3, 0xEC
MAX_PICTURE: Final = 64 * 1024 * 1024
_SIZE: Final = 8
_SIMPLE: Final = 4  # track, time, flags
_LONG: Final = 1 << 56  # marks a size of eight bytes
_PEEK: Final = 64
_UNKNOWN: Final = b"\x01" + b"\xff" * 7


def identifier(number: int) -> bytes:
    """The bytes of an element's name."""
    return number.to_bytes((number.bit_length() + 7) // 8)


def whole_number(value: int) -> bytes:
    """A number as the content of an element."""
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8))


def element(number: int, *parts: bytes) -> bytes:
    """An element with its content."""
    content = b"".join(parts)
    return identifier(number) + (_LONG | len(content)).to_bytes(_SIZE) + content


HEAD: Final = (
    element(
        EBML,
        element(0x4286, whole_number(1)),  # EBMLVersion
        element(0x42F7, whole_number(1)),  # EBMLReadVersion
        element(0x42F2, whole_number(4)),  # EBMLMaxIDLength
        element(0x42F3, whole_number(8)),  # EBMLMaxSizeLength
        element(0x4282, b"webm"),
        element(0x4287, whole_number(4)),  # DocTypeVersion
        element(0x4285, whole_number(2)),  # DocTypeReadVersion
    )
    + identifier(SEGMENT)
    + _UNKNOWN
)
"""With what every recording begins."""


def mark(milliseconds: int) -> bytes:
    """A cluster without a picture: the last one is still shown at this time."""
    return element(CLUSTER, element(TIME, whole_number(milliseconds)))


def void(size: int) -> bytes:
    """Bytes that every player skips; at least nine."""
    return element(VOID, bytes(size - 1 - _SIZE))


CUT_OFF: Final = element(VOID, b"cut off by an interruption")
"""What stands at the end of a recording that was recovered; every player skips it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a recording. `milliseconds` is negative where it has no time; `size` bytes of a VP8
    key frame lie at `start`, none where it has no picture; the next element is at `end`."""

    end: int
    milliseconds: int = -1
    start: int = 0
    size: int = 0


def part(read_at: Callable[[int, int], bytes], at: int, size: int) -> Part | None:
    """The element at a place of a recording of `size` bytes, or None where none is whole from there on.

    `read_at` gives up to so many bytes from a place.
    """
    head = read_at(at, _PEEK)
    wide = next((n for n in (INFO, TRACKS, CLUSTER, VOID) if head.startswith(identifier(n))), None)
    if wide is None:
        return None
    content = _content(head, len(identifier(wide)))
    if content is None or at + content[0] + content[1] > size:
        return None
    begin, length = content
    end = at + begin + length
    if wide != CLUSTER or head[begin : begin + 1] != identifier(TIME):
        return Part(end)
    inner = _content(head, begin + 1)
    if inner is None or not 0 < inner[1] <= _SIZE or inner[0] + inner[1] > len(head):
        return None
    milliseconds = int.from_bytes(head[inner[0] : sum(inner)])
    block = sum(inner)
    if at + block == end:
        return Part(end, milliseconds)
    frame = _content(head, block + 1) if head[block : block + 1] == identifier(BLOCK) else None
    if frame is None or at + sum(frame) > end or not _SIMPLE < frame[1] <= MAX_PICTURE:
        return None
    return Part(end, milliseconds, at + frame[0] + _SIMPLE, frame[1] - _SIMPLE)


def _content(head: bytes, at: int) -> tuple[int, int] | None:
    """Where the content of an element begins within `head` and how long it is, its size being at `at`."""
    size = int.from_bytes(head[at : at + _SIZE]) ^ _LONG
    return None if len(head) < at + _SIZE or size >= _LONG else (at + _SIZE, size)


def parts(read_at: Callable[[int, int], bytes], size: int, most: int = 200_000) -> list[Part]:
    """All whole elements that have a time, in their order; none where it is no recording of this program."""
    found: list[Part] = []
    if read_at(0, len(HEAD)) != HEAD:
        return found
    at, time = len(HEAD), 0
    while len(found) < most and (one := part(read_at, at, size)) is not None:
        at = one.end
        if one.milliseconds >= time:
            time = one.milliseconds
            found.append(one)
    return found


def picture_size(key_frame: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the first ten bytes of a VP8 key frame (RFC 6386, section 9.1)."""
    return int.from_bytes(key_frame[6:8], "little") & 0x3FFF, int.from_bytes(
        key_frame[8:10], "little"
    ) & 0x3FFF
