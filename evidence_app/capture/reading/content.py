"""Whatever is told apart by its content only: the reader that knows it, else plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from evidence_app.capture import reading
from evidence_app.capture.reading import text
from evidence_app.capture.reading.recognise import recognised
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Limits, Reader, Reading

_HEAD: Final = 16 * 1024
_ALSO_TEXT: Final = frozenset({"chat", "html", "mail", "mhtml", "whatsapp"})
"""What looks like one of these and is none can still be shown as text."""


def _read(source: BinaryIO, limits: Limits) -> Reading:
    head = source.read(_HEAD)
    source.seek(0)
    if not head:
        raise NotReadableError("It is empty: it has no bytes.")
    name = recognised(source)
    if name:
        try:
            return reading.find(name).read(source, limits)
        except TooLargeError:
            raise
        except NotReadableError:
            if name not in _ALSO_TEXT:
                raise
            source.seek(0)
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        raise NotReadableError("It is of a kind that this program does not show.")
    return text.READER.read(source, limits)


def _part(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    name = recognised(source)
    reader = reading.find(name) if name else None
    if reader is None or reader.part is None:
        raise NotReadableError("It has no attachments.")
    return reader.part(source, limits, place)


READER: Final = Reader("content", _read, _part)
