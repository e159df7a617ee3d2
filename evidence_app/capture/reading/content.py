"""Whatever is told apart by its content only: the reader that knows it, else plain text."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from evidence_app.capture.reading import text
from evidence_app.errors import NotReadableError
from evidence_app.records import Limits, Reader, Reading

_HEAD: Final = 16 * 1024


def _read(source: BinaryIO, limits: Limits) -> Reading:
    head = source.read(_HEAD)
    source.seek(0)
    if not head:
        raise NotReadableError("It is empty: it has no bytes.")
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        raise NotReadableError("It is of a kind that this program does not show.")
    return text.READER.read(source, limits)


READER: Final = Reader("content", _read)
