"""Zip archives without trust: how many entries, how far they may swell, what is not opened."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from evidence_app.capture.reading._text import PIECE
from evidence_app.errors import NotReadableError, TooLargeError

ENTRIES: Final = 100_000
_DIRECTORY: Final = 32 * 1024 * 1024
_END: Final = b"PK\x05\x06"
_RATIO: Final = 200
_SMALL: Final = 16 * 1024 * 1024
"""Bytes: below this, text may well be packed more than `_RATIO` times; nothing is lost by unpacking it."""

FAULTS: Final = (
    *(BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, OverflowError),
    *(zlib.error, lzma.LZMAError, struct.error, LookupError, MemoryError),
)
"""What zipfile and its decompressors raise for a damaged or protected entry."""


@dataclass(slots=True)
class Budget:
    """Bytes that may still be unpacked in this reading."""

    left: int


def opened(source: BinaryIO) -> ZipFile:
    """The archive; refuses directories that are larger than any that a person makes."""
    source.seek(0, 2)
    size = source.tell()
    source.seek(max(0, size - 66_000))
    tail = source.read(66_000)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise NotReadableError("This is not a zip archive, or its end is missing.")
    directory = struct.unpack_from("<I", tail, at + 12)[0]
    if _DIRECTORY < directory < 0xFFFFFFFF or (directory == 0xFFFFFFFF and size > _DIRECTORY * 64):
        raise TooLargeError("The list of contents of this archive is too long.")
    source.seek(0)
    try:
        found = ZipFile(source)
    except FAULTS as error:
        raise NotReadableError("This is not a zip archive, or it is damaged.") from error
    if len(found.filelist) > ENTRIES:
        raise TooLargeError(f"This archive holds more than {ENTRIES:,} files.")
    return found


def files_of(archive: ZipFile) -> list[ZipInfo]:
    """The entries that are files, in the order of the archive."""
    return [one for one in archive.filelist if not one.filename.endswith("/")]


def why_not(one: ZipInfo) -> str:
    """Why an entry is not opened, or ""."""
    if one.flag_bits & 1:
        return "Files in this archive are protected by a password; they are listed, not opened."
    if one.file_size > _SMALL and one.file_size > _RATIO * max(1, one.compress_size):
        return f"A file in this archive becomes more than {_RATIO} times as large; it is listed, not opened."
    return ""


def bytes_of(archive: ZipFile, one: ZipInfo, budget: Budget) -> Iterator[bytes]:
    """The bytes of an entry in pieces. TooLargeError beyond the budget, NotReadableError for damage."""
    if reason := why_not(one):
        raise NotReadableError(reason)
    if one.file_size > budget.left:
        raise TooLargeError("There is more in this archive than may be unpacked.")
    try:
        with archive.open(one) as stream:
            while piece := stream.read(PIECE):
                budget.left -= len(piece)
                if budget.left < 0:
                    raise TooLargeError("There is more in this archive than may be unpacked.")
                yield piece
    except (TooLargeError, NotReadableError):
        raise
    except FAULTS as error:
        raise NotReadableError("A file in this archive is damaged or packed in an unknown way.") from error
