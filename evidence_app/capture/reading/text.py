"""Plain text: what can be read of it, and in which characters."""

from __future__ import annotations

from typing import BinaryIO, Final

from evidence_app.errors import NotReadableError
from evidence_app.records import Claim, Limits, Reader, Reading, ReadingKind

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_BYTES_A_CHARACTER: Final = 4


def decoded(data: bytes) -> tuple[str, str]:
    """The text in `data`, and the name of its characters. A cut-off last character is left out.

    Raises `NotReadableError` for what is no text.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, "ignore"), name
    if b"\0" in data:
        raise NotReadableError("It is no text.")
    for cut in range(_BYTES_A_CHARACTER):
        try:
            return data[: len(data) - cut].decode("utf-8"), "UTF-8"
        except UnicodeDecodeError as error:
            if error.start < len(data) - cut - _BYTES_A_CHARACTER:
                break
    return data.decode("cp1252", "replace"), "not UTF-8, read as Windows-1252"


def _read(source: BinaryIO, limits: Limits) -> Reading:
    data = source.read(limits.text * _BYTES_A_CHARACTER + _BYTES_A_CHARACTER)
    if not data:
        raise NotReadableError("It is empty: it has no bytes.")
    text, characters = decoded(data)
    notes: list[str] = []
    if len(text) > limits.text or source.read(1):
        notes.append(f"Only the first {min(len(text), limits.text):,} characters are shown and searched.")
    text = text[: limits.text]
    claims = (
        Claim("Characters", characters),
        Claim("Lines", f"{text.count(chr(10)) + (not text.endswith(chr(10))):,}"),
    )
    return Reading(ReadingKind.TEXT, claims=claims, text=text, notes=tuple(notes))


READER: Final = Reader("text", _read)
