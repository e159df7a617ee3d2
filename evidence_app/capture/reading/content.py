"""Whatever is told apart by its content only: the reader of talks that knows it, else plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from evidence_app.capture import reading
from evidence_app.capture.reading.recognise import recognised
from evidence_app.errors import NotReadableError
from evidence_app.records import Limits, Reader, Reading

_HEAD: Final = 16 * 1024
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TEXTS: Final = frozenset({"chat", "html", "sms", "whatsapp"})
"""Files that are text whatever their reader makes of them."""


def _reader(source: BinaryIO) -> Reader:
    name = recognised(source)
    if name:
        return reading.find(name)
    head = source.read(_HEAD)
    source.seek(0)
    if not head:
        raise NotReadableError("It is empty: it has no bytes.")
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and _NO_TEXT.search(head):
        raise NotReadableError("It is of a kind that this program does not show.")
    return reading.find("text")


def _read(source: BinaryIO, limits: Limits) -> Reading:
    reader = _reader(source)
    try:
        return reader.read(source, limits)
    except NotReadableError:
        if reader.name not in _TEXTS:
            raise
    source.seek(0)
    return reading.find("text").read(source, limits)


def _part(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    reader = _reader(source)
    if reader.part is None:
        raise NotReadableError("It has no attachments.")
    yield from reader.part(source, limits, place)


READER: Final = Reader("content", _read, _part)
