"""Text messages of a phone: the XML of “SMS Backup & Restore” (and of tools that write the same form).

Expat reads it piece by piece; document types, entities and external references are refused before anything
else happens, so nothing expands and nothing is fetched. One known fault of such files is mended: characters
beyond U+FFFF written as two numbers (`&#55357;&#56832;`).
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO, Final
from xml.parsers import expat

from evidence_app.capture.reading._chat import NOT_COMPLETE, Conversation, Draft
from evidence_app.capture.reading._text import PIECE, Notes, encoding_of, fit, in_words, known, within
from evidence_app.capture.reading.chats import moment_of
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Attachment, Claim, Limits, Reader, Reading, ReadingKind

_DECLARED: Final = re.compile(
    rb"""\A\s{0,20}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.\-]{1,40})["']"""
)
_NUMBERED: Final = re.compile(r"(?:&#(?:x[0-9a-fA-F]{1,6}|[0-9]{1,7});)+")
_TAIL: Final = re.compile(r"&[^;<>&]{0,12}(?:;&?#?[^;<>&]{0,12})?\Z")
_NONE: Final = frozenset({"", "null", "None"})
_BOXES: Final = {
    "1": "received",
    "2": "sent",
    "3": "draft",
    "4": "outbox",
    "5": "failed",
    "6": "queued",
}
_CALLS: Final = {
    "1": "Incoming call",
    "2": "Outgoing call",
    "3": "Missed call",
    "4": "Voicemail",
    "5": "Rejected call",
    "6": "Refused call",
}
_DEPTH: Final = 32
_ME: Final = "This phone"


class _EndError(Exception):
    """Enough was read."""


def _character(code: int) -> str:
    good = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return f"&#{code};" if good else "\ufffd"


def _mended(found: re.Match[str]) -> str:
    """A run of numbered characters, halves joined."""
    made, high = [], 0
    for text in found[0][2:-1].split(";&#"):
        code = int(text[1:], 16) if text[0] == "x" else int(text)
        if high and 0xDC00 <= code < 0xE000:
            made.append(_character(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00))
            high = 0
            continue
        if high:
            made.append("\ufffd")
        high = code if 0xD800 <= code < 0xDC00 else 0
        if not high:
            made.append(_character(code))
    return "".join(made) + ("\ufffd" if high else "")


_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _pieces(source: BinaryIO) -> Iterator[str]:
    """The text of the file in pieces that cut no reference, with the references mended."""
    encoding, _ = encoding_of(source)
    if encoding in {"utf-8", "cp1252"}:
        at = source.tell()
        declared = _DECLARED.match(source.read(400))
        source.seek(at)
        if declared and encoding == "cp1252":
            encoding = known(declared[1].decode("ascii")) or encoding
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    kept = ""
    while True:
        data = source.read(PIECE)
        text = kept + decoder.decode(data, final=not data)
        tail = _TAIL.search(text, max(0, len(text) - 40)) if data else None
        kept = text[tail.start() :] if tail else ""
        text = text[: len(text) - len(kept)]
        yield _FORBIDDEN.sub("\ufffd", _NUMBERED.sub(_mended, text))
        if not data:
            return


def _parse(source: BinaryIO, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]) -> str:
    """Run expat over the file; the answer is a sentence where it broke off, else ""."""
    parser = expat.ParserCreate("utf-8")
    depth = 0

    def refuse(*_: object) -> int:
        raise NotReadableError("This XML has a document type of its own; such files are not opened.")

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise NotReadableError("This XML is nested more deeply than any backup of messages.")
        start(name, attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.buffer_text = True
    source.seek(0)
    try:
        for text in _pieces(source):
            parser.Parse(text.encode("utf-8", "replace"), False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        return f"The file is damaged in line {error.lineno:,}; what stands before it is shown."
    return ""


@dataclass(slots=True)
class _Part:
    name: str
    media_type: str
    data: str = field(repr=False)


def _value(attributes: dict[str, str], *names: str) -> str:
    return next((attributes[name] for name in names if attributes.get(name, "") not in _NONE), "")


def _bytes(coded: str) -> bytes | None:
    try:
        return binascii.a2b_base64(coded)
    except (binascii.Error, ValueError):
        return None


class _Backup:
    """Elements to messages. `on_part` gets every file of a multimedia message with its place."""

    def __init__(self, on_message: Callable[[Draft], None], on_part: Callable[[int, _Part], None]) -> None:
        self._on_message, self._on_part = on_message, on_part
        self._draft: Draft | None = None
        self._parts = 0
        self.root = ""
        self.attributes: dict[str, str] = {}
        self.others = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.root:
            self.root, self.attributes = name, attributes
            if name not in {"smses", "calls", "allsms", "messages"}:
                raise NotReadableError("This XML is not a backup of text messages.")
        elif name == "sms":
            self._on_message(self._message(attributes, attributes.get("type", "")))
        elif name == "mms":
            self._draft = self._message(attributes, attributes.get("msg_box", ""))
        elif name == "part" and self._draft is not None:
            self._part(self._draft, attributes)
        elif name == "call":
            self._on_message(self._call(attributes))
        elif name not in {"parts", "addrs", "addr"}:
            self.others += 1

    def end(self, name: str) -> None:
        if name == "mms" and self._draft is not None:
            draft, self._draft = self._draft, None
            self._on_message(draft)

    def _message(self, attributes: dict[str, str], box: str) -> Draft:
        who = self._who(attributes)
        sent = _BOXES.get(box, "") not in {"received", ""}
        subject, body = _value(attributes, "subject", "sub"), _value(attributes, "body")
        words = f"{subject}\n{body}" if subject and body else subject or body
        return Draft(
            _shown(attributes),
            f"{_ME}, to {who}" if sent else who,
            words,
            at=moment_of(_value(attributes, "date")),
            mark=_BOXES.get(box, "") if box not in {"1", "2"} else "",
        )

    @staticmethod
    def _who(attributes: dict[str, str]) -> str:
        number = _value(attributes, "address", "number").replace("~", ", ")
        name = _value(attributes, "contact_name", "name")
        if name in {"", "(Unknown)"}:
            return number or "unknown number"
        return f"{name} ({number})" if number else name

    def _call(self, attributes: dict[str, str]) -> Draft:
        kind = _CALLS.get(attributes.get("type", ""), "Call")
        length = _value(attributes, "duration")
        words = f"{kind}, {length} seconds" if length.isdigit() and len(length) < 9 else kind
        return Draft(
            _shown(attributes), self._who(attributes), words, at=moment_of(_value(attributes, "date"))
        )

    def _part(self, draft: Draft, attributes: dict[str, str]) -> None:
        kind = attributes.get("ct", "").lower()
        if kind == "application/smil":
            return  # the order of the parts on a phone's screen, no content
        data = attributes.get("data", "")
        if not data and kind.startswith("text/"):
            words = _value(attributes, "text")
            draft.text = f"{draft.text}\n{words}".strip() if words else draft.text
            return
        place = self._parts
        self._parts += 1
        name = _value(attributes, "cl", "name", "fn", "cd")
        self._on_part(place, _Part(name or f"part {place + 1}", kind or "application/octet-stream", data))
        if draft.part is None:
            draft.part = place
        elif name:
            draft.text = f"{draft.text}\n{name}".strip()


def _shown(attributes: dict[str, str]) -> str:
    return _value(attributes, "readable_date", "date")


def read(source: BinaryIO, limits: Limits) -> Reading:
    """The messages of a backup, in the order of the file; pictures of multimedia messages as attachments."""
    notes = Notes(limits)
    found: list[Attachment] = []
    told = limits.first == 0  # sizes and digests with the first window only: they cost a pass over all bytes

    def on_part(place: int, part: _Part) -> None:
        if place >= limits.attachments:
            notes.add(f"Only the first {limits.attachments:,} files are listed.")
            return
        data = _bytes(part.data) if told else None
        if data is None and told:
            notes.add("A file in a message is damaged; it cannot be taken out.")
        size = None if data is None else len(data)
        found.append(
            Attachment(part.name, part.media_type, size, None if data is None else sha256(data).hexdigest())
        )

    talk = Conversation(limits, notes)
    pending: list[Draft] = []

    def on_message(draft: Draft) -> None:
        if draft.part is not None and draft.part >= limits.attachments:
            draft.part = None
        pending.append(draft)
        if len(pending) >= 256:
            talk.run(pending)
            pending.clear()

    backup = _Backup(on_message, on_part)
    damage = _parse(source, backup.start, backup.end)
    talk.run(pending)
    if not talk.total:
        raise NotReadableError(damage or "There is no message in this backup.")
    notes.add(damage)
    notes.add(NOT_COMPLETE)
    notes.add(
        "Whether a message was received or sent is what the backup says; the phone's owner can change it."
    )
    if backup.others:
        notes.add(f"{backup.others:,} other things in the file are not shown.")
    messages = talk.messages()
    talk.finish()
    what = "calls" if backup.root == "calls" else "text messages"
    claims = [Claim("Form of the file", f"A phone's backup of {what} (XML)")]
    if stated := backup.attributes.get("count", ""):
        claims.append(Claim("Count that the file states", fit(stated, 40)))
    if made := moment_of(backup.attributes.get("backup_date", "")):
        claims.append(Claim("Backup made", in_words(made)))
    return within(
        Reading(
            kind=ReadingKind.SMS,
            claims=(*claims, *talk.claims()),
            text=talk.search.text(),
            first=limits.first,
            total=talk.total,
            messages=messages,
            attachments=tuple(found),
            notes=notes.all(),
        ),
        limits,
    )


def part(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    """The bytes of one file of a multimedia message."""
    found: list[bytes | None] = []

    def on_part(number: int, one: _Part) -> None:
        if number == place:
            found.append(_bytes(one.data))
            raise _EndError

    backup = _Backup(lambda _: None, on_part)
    with suppress(_EndError):
        _parse(source, backup.start, backup.end)
    data = found[0] if found else None
    if data is None:
        raise NotReadableError("This file of the message is missing or damaged.")
    if len(data) > limits.part_bytes:
        raise TooLargeError("This file of the message is larger than may be taken out.")
    yield data


READER: Final = Reader("sms", read, part)
