"""What goes through the two pipes of a player. Each message is a byte (the kind), four bytes (the length,
most significant first) and the content; numbers are unsigned, most significant byte first.
"""

from __future__ import annotations

import json
import struct
from enum import IntEnum
from typing import IO, BinaryIO, Final

from evidence_app.capture.child.frames import crashed, failure, parsed
from evidence_app.errors import IntegrityError, NotReadableError
from evidence_app.records import Pixels
from evidence_app.records.playing import CHANNELS, SAMPLE_BYTES, At, Ended, Heard, Opened, Played, Shown

MAX_PIECE: Final = 256 * 1024
"""Bytes of the file in one answer."""
MAX_SOUND: Final = 256 * 1024
"""Bytes of samples in one message."""
MAX_SIDE: Final = 1280
"""Pixels of the longer side of a picture; larger ones are made smaller in the child."""
MAX_PIXELS: Final = 64 * 1024 * 1024
"""Pixels of a picture in the file; larger ones are refused."""
MAX_MILLISECONDS: Final = 100 * 3600 * 1000
_RGB: Final = 3
_HEAD: Final = struct.Struct(">BI")
_PLACE: Final = struct.Struct(">QI")
_TIME: Final = struct.Struct(">I")
_PICTURE: Final = struct.Struct(">IHH")
_LARGEST: Final = _PICTURE.size + MAX_SIDE * MAX_SIDE * _RGB


class Says(IntEnum):
    """Kinds of messages out of the child."""

    NEEDS = 1  # place and count: a piece of the file
    OPENED = 2  # JSON
    PICTURE = 3
    SOUND = 4
    AT = 5
    ENDED = 6
    FAILED = 7  # JSON, as of a reader


class Order(IntEnum):
    """Kinds of messages into the child."""

    START = 1  # the size of the file in eight bytes, and whether it begins as our own recordings do
    PIECE = 2
    PLAY = 3
    PAUSE = 4
    SEEK = 5
    SEEN = 6  # the last picture was taken: the next may come


def message(kind: int, content: bytes | memoryview = b"") -> bytes:
    """One message, either way."""
    return _HEAD.pack(kind, len(content)) + bytes(content)


def take(source: IO[bytes] | BinaryIO, most: int = _LARGEST) -> tuple[int, bytes] | None:
    """The next message, or None where there are no more; raises `ReaderCrashedError` for half of one."""
    head = source.read(_HEAD.size)
    if not head:
        return None
    if len(head) < _HEAD.size:
        raise crashed()
    kind, length = _HEAD.unpack(head)
    if length > most:
        raise crashed()
    content = source.read(length) if length else b""
    if len(content) < length:
        raise crashed()
    return kind, content


# --- what the child says -----------------------------------------------------------------------------


def needs(place: int, count: int) -> bytes:
    return message(Says.NEEDS, _PLACE.pack(place, count))


def said(what: Played) -> bytes:
    """What is played, as a message."""
    match what:
        case Opened(milliseconds, picture, sound):
            data = {"milliseconds": milliseconds, "picture": picture, "sound": sound}
            return message(Says.OPENED, json.dumps(data).encode())
        case Shown(milliseconds, pixels):
            head = _PICTURE.pack(_time(milliseconds), pixels.width, pixels.height)
            return message(Says.PICTURE, head + pixels.rgb)
        case Heard(milliseconds, samples):
            return message(Says.SOUND, _TIME.pack(_time(milliseconds)) + samples)
        case At(milliseconds):
            return message(Says.AT, _TIME.pack(_time(milliseconds)))
        case Ended():
            return message(Says.ENDED)


def failed(sentence: str, kind: str = "unreadable") -> bytes:
    """Why it cannot be played."""
    data = {"failure": kind, "sentence": sentence[:500]}
    return message(Says.FAILED, json.dumps(data).encode())


def _time(milliseconds: int) -> int:
    return min(max(0, milliseconds), MAX_MILLISECONDS)


# --- what this side takes ----------------------------------------------------------------------------


def place_of(content: bytes, size: int) -> tuple[int, int]:
    """Which piece of a file of `size` bytes is wanted; `ReaderCrashedError` for what no player asks."""
    if len(content) != _PLACE.size:
        raise crashed()
    place, count = _PLACE.unpack(content)
    if place > size or not 0 < count <= MAX_PIECE:
        raise crashed()
    return place, count


def heard(kind: int, content: bytes) -> Played:
    """What the child says, checked; raises its failure, or `ReaderCrashedError` for what no player says."""
    try:
        return _checked(kind, content)
    except (struct.error, ValueError, IntegrityError) as error:
        raise crashed() from error


def _checked(kind: int, content: bytes) -> Played:
    if kind == Says.FAILED:
        raise failure(content)
    if kind == Says.OPENED:
        fields = parsed(content)
        milliseconds = fields.optional_number("milliseconds")
        if milliseconds is not None and not 0 <= milliseconds <= MAX_MILLISECONDS:
            raise crashed()
        return Opened(milliseconds, fields.flag("picture"), fields.flag("sound"))
    if kind == Says.PICTURE:
        time, width, height = _PICTURE.unpack_from(content)
        fits = 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and time <= MAX_MILLISECONDS
        rgb = content[_PICTURE.size :]
        if not fits or len(rgb) != width * height * _RGB:
            raise crashed()
        return Shown(time, Pixels(width, height, rgb))
    if kind == Says.SOUND:
        (time,) = _TIME.unpack_from(content)
        samples = content[_TIME.size :]
        if len(samples) % (CHANNELS * SAMPLE_BYTES) or len(samples) > MAX_SOUND or time > MAX_MILLISECONDS:
            raise crashed()
        return Heard(time, samples)
    if kind == Says.AT:
        (time,) = _TIME.unpack(content)
        return At(min(time, MAX_MILLISECONDS))
    if kind == Says.ENDED and not content:
        return Ended()
    raise crashed()


def not_installed() -> NotReadableError:
    """The sentence where the part that decodes it is missing."""
    return NotReadableError(
        "The part that plays sound and video (“browser”) is not installed on this computer; ask your IT lead."
    )
