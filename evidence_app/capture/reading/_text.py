"""Bytes to text and text within limits: what every reader of talks needs."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO, Final

from evidence_app.records import Attachment, Claim, Limits, Message, Question, Reading

PIECE: Final = 64 * 1024

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

NOT_SAID: Final = "The file does not say its character set; it was read as Western European (Windows-1252)."
NOT_READABLE: Final = "Some characters could not be read; they are shown as \ufffd."


def fit(text: str, most: int) -> str:
    """`text` in at most `most` characters, and with UTF-8 for each of them."""
    shown = text if len(text) <= most else text[: max(0, most - 1)] + "…"
    return _SURROGATES.sub("\ufffd", shown)


class Notes:
    """Sentences on what was left out, each once."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._said: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        if sentence and len(self._said) < self._limits.notes:
            self._said[fit(sentence, self._limits.line)] = None

    def all(self) -> tuple[str, ...]:
        return tuple(self._said)


class Gathered:
    """Text for search, up to the limit; the rest is counted, not kept."""

    def __init__(self, most: int) -> None:
        self._parts: list[str] = []
        self._left = most
        self.cut = False

    def add(self, text: str) -> None:
        if not text:
            return
        if self._left <= 0:
            self.cut = True
            return
        kept = fit(text, self._left)
        self.cut = self.cut or len(kept) < len(text)
        self._parts.append(kept)
        self._left -= len(kept) + 1

    def text(self) -> str:
        return "\n".join(self._parts)


def within(reading: Reading, limits: Limits) -> Reading:
    """The reading with every text and list cut to the limits, whatever its reader did."""
    line = limits.line
    return replace(
        reading,
        title=fit(reading.title, line),
        text=fit(reading.text, limits.text),
        claims=tuple(Claim(fit(c.name, line), fit(c.value, line)) for c in reading.claims[: limits.claims]),
        messages=tuple(
            Message(
                fit(m.shown, line), fit(m.sender, line), fit(m.text, limits.message), m.at, m.part, m.mark
            )
            for m in reading.messages[: limits.messages]
        ),
        attachments=tuple(
            Attachment(fit(a.name, line), fit(a.media_type, line), a.size, a.sha256)
            for a in reading.attachments[: limits.attachments]
        ),
        questions=tuple(
            Question(
                fit(q.name, line),
                fit(q.words, line),
                tuple(replace(c, words=fit(c.words, line), grounds=fit(c.grounds, line)) for c in q.choices),
            )
            for q in reading.questions
        ),
        notes=tuple(fit(note, line) for note in reading.notes[: limits.notes]),
    )


def in_words(moment: str) -> str:
    """A time in ISO 8601 with its offset as `12 March 2026, 14:32:07 UTC`; "" for what is none."""
    try:
        found = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}, {found:%H:%M:%S} UTC"


def pieces_of_text(
    text: str, limits: Limits, *, shown: str = "", sender: str = "", at: str = ""
) -> list[Message]:
    """A long text as messages of `limits.message` characters; only the first has time and sender."""
    parts = [text[at : at + limits.message] for at in range(0, len(text), max(1, limits.message))] or [""]
    return [Message(shown, sender, parts[0], at), *(Message("", "", part) for part in parts[1:])]


def windowed(messages: list[Message], limits: Limits) -> tuple[Message, ...]:
    """The messages that were asked for."""
    return tuple(messages[limits.first : limits.first + limits.messages])


# --- bytes to characters ----------------------------------------------------------------------------


def known(name: str) -> str:
    """The codec of a character set, "" where Python has none that gives text."""
    name = name.strip().strip("\"'")
    if not name or len(name) > 40 or not name.isascii():
        return ""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # raises for codecs that are not of text, such as "hex"
    except (LookupError, ValueError, TypeError, UnicodeError):
        return ""
    # These run a small program over the text, or have no meaning for what comes from elsewhere.
    refused = ("unicode_escape", "raw-unicode-escape", "unicode-escape", "idna", "punycode", "undefined")
    return "" if found.name in (*refused, "mbcs", "oem", "raw_unicode_escape", "utf-7") else found.name


def decode(data: bytes, charset: str = "") -> tuple[str, str]:
    """The text and, where something was guessed or lost, a sentence on it. Never raises."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], name)
    if named := known(charset):
        text, lost = _replacing(data, named)
        if not lost or named not in {"ascii", "utf-8"}:
            return text, lost
    elif charset:
        text, note = decode(data)
        return text, note or f"The character set {fit(charset, 40)} is not known; it was read as UTF-8."
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), NOT_SAID


def _replacing(data: bytes, name: str) -> tuple[str, str]:
    try:
        return data.decode(name), ""
    except (UnicodeError, ValueError):
        pass
    try:
        return data.decode(name, "replace"), NOT_READABLE
    except (UnicodeError, ValueError):
        return data.decode("latin-1"), NOT_READABLE


def encoding_of(source: BinaryIO) -> tuple[str, str]:
    """Which codec reads the whole of `source`, and a sentence where it is a guess. Leaves it at its text."""
    source.seek(0)
    head = source.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            source.seek(len(mark))
            return name, ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) > 3 and max(even, odd) > len(head) // 5 and min(even, odd) <= len(head) // 50:
        source.seek(0)
        return ("utf-16-le" if odd > even else "utf-16-be"), ""
    checker = codecs.getincrementaldecoder("utf-8")()
    try:
        piece = head
        while piece:
            checker.decode(piece)
            piece = source.read(PIECE)
        checker.decode(b"", final=True)
    except UnicodeDecodeError:
        source.seek(0)
        return "cp1252", NOT_SAID
    source.seek(0)
    return "utf-8", ""


def lines(source: BinaryIO, encoding: str, most: int) -> Iterator[str]:
    """The lines from here on without their ends; what is beyond `most` characters of a line is dropped."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    begun, cr = "", False
    while True:
        data = source.read(PIECE)
        text = decoder.decode(data, final=not data)
        if cr and text:
            text, cr = text.removeprefix("\n"), False
        if text.endswith("\r"):
            cr = True  # its line feed may come with the next piece
        found = _LINE_END.split(text)
        found[0] = begun + found[0]
        for line in found[:-1]:
            yield line[:most]
        begun = found[-1][:most]
        if not data:
            if begun:
                yield begun
            return
