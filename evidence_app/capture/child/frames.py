"""What goes through the two pipes, and the check of every frame that comes out of the child.

Into the child, for each job: one JSON line, then pieces of the file, each with its length before it (four
bytes, most significant first), ended by a length of zero. Out of the child: frames of one byte (the kind),
four bytes (the length) and the content. Nothing that comes out is trusted: kinds, lengths, counts, types.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import IO, BinaryIO, Final, TypeVar

from evidence_app.errors import IntegrityError, NotReadableError, ReaderCrashedError, TooLargeError
from evidence_app.records import (
    Attachment,
    Choice,
    Claim,
    Limits,
    Message,
    Pixels,
    Question,
    Reading,
    ReadingKind,
)
from evidence_app.records_json import Fields

LENGTH: Final = 4
MAX_JOB: Final = 256 * 1024
MAX_PIECE: Final = 256 * 1024
MAX_FRAME: Final = 1024 * 1024
MAX_FRAMES: Final = 100_000
_TEXT_PIECE: Final = 64 * 1024
_MAX_CHOICES: Final = 20
_MAX_ASKED: Final = 20
_CHANNELS: Final = 3


class Frame(IntEnum):
    """Kinds of frames out of the child."""

    HEAD = 1
    ITEM = 2
    PIXELS = 3
    PART = 4
    DONE = 5
    FAILED = 6


@dataclass(frozen=True, slots=True)
class Job:
    """What the child is asked: a reader, and the attachment that is wanted (None for the reading)."""

    reader: str
    limits: Limits
    part: int | None = None

    def line(self) -> bytes:
        limits = {
            name: getattr(self.limits, name) for name in Limits.__slots__ if name not in {"answers", "keys"}
        }
        data = {
            "reader": self.reader,
            "part": self.part,
            "limits": limits,
            "answers": dict(self.limits.answers),
            "keys": dict(self.limits.keys),
        }
        return json.dumps(data).encode("ascii") + b"\n"

    @staticmethod
    def parse(line: bytes) -> Job:
        fields = Fields(json.loads(line), "The job")
        given = fields.fields("limits")
        numbers = {name: given.number(name) for name in Limits.__slots__ if name not in {"answers", "keys"}}
        limits = replace(
            Limits(**numbers),  # type: ignore[arg-type]  # the names are those of its fields
            answers=tuple(fields.text_map("answers").items()),
            keys=tuple(fields.text_map("keys").items()),
        )
        return Job(fields.text("reader"), limits, fields.optional_number("part"))


# --- what the child writes -------------------------------------------------------------------------


def write_reading(out: BinaryIO, reading: Reading, limits: Limits) -> None:
    """Write a reading as frames, cut to the limits."""

    def cut(text: str, most: int = limits.line) -> str:
        return text[:most].encode("utf-8", "replace").decode()

    picture = reading.preview
    head: dict[str, object] = {
        "kind": reading.kind.value,
        "title": cut(reading.title),
        "first": reading.first,
        "total": reading.total,
        "width": 0 if picture is None else picture.width,
        "height": 0 if picture is None else picture.height,
    }
    _json(out, Frame.HEAD, head)
    for claim in reading.claims[: limits.claims]:
        _json(out, Frame.ITEM, {"claim": cut(claim.name), "value": cut(claim.value)})
    text = cut(reading.text, limits.text)
    for start in range(0, len(text), _TEXT_PIECE):
        _json(out, Frame.ITEM, {"text": text[start : start + _TEXT_PIECE]})
    for one in reading.messages[: limits.messages]:
        data = {
            "message": cut(one.text, limits.message),
            "shown": cut(one.shown),
            "sender": cut(one.sender),
            "at": cut(one.at),
            "part": one.part,
            "mark": cut(one.mark),
        }
        _json(out, Frame.ITEM, data)
    for file in reading.attachments[: limits.attachments]:
        data = {
            "attachment": cut(file.name),
            "media_type": cut(file.media_type),
            "size": file.size,
            "sha256": file.sha256,
        }
        _json(out, Frame.ITEM, data)
    for question in reading.questions:
        choices = [
            {"value": cut(one.value), "words": cut(one.words), "grounds": cut(one.grounds)}
            for one in question.choices[:_MAX_CHOICES]
        ]
        asked: dict[str, object] = {
            "question": cut(question.name),
            "words": cut(question.words),
            "choices": choices,
        }
        _json(out, Frame.ITEM, asked)
    for name in reading.asked[:_MAX_ASKED]:
        _json(out, Frame.ITEM, {"asked": cut(name)})
    for note in reading.notes[: limits.notes]:
        _json(out, Frame.ITEM, {"note": cut(note)})
    if picture is not None:
        view = memoryview(picture.rgb)
        for start in range(0, len(view), MAX_FRAME):
            write(out, Frame.PIXELS, view[start : start + MAX_FRAME])
    write(out, Frame.DONE, b"")


def write_failure(out: BinaryIO, kind: str, sentence: str) -> None:
    _json(
        out, Frame.FAILED, {"failure": kind, "sentence": sentence[:500].encode("utf-8", "replace").decode()}
    )


def write(out: BinaryIO, kind: Frame, content: bytes | memoryview) -> None:
    out.write(bytes([kind]) + len(content).to_bytes(LENGTH))
    out.write(content)
    out.flush()


def _json(out: BinaryIO, kind: Frame, data: Mapping[str, object]) -> None:
    content = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    out.write(bytes([kind]) + len(content).to_bytes(LENGTH))
    out.write(content)


# --- what the parent reads -------------------------------------------------------------------------


def frames(source: IO[bytes]) -> Iterator[tuple[Frame, bytes]]:
    """The frames of one answer, up to `DONE` or `FAILED`; raises `ReaderCrashedError`."""
    for _ in range(MAX_FRAMES):
        head = _exactly(source, 1 + LENGTH)
        length = int.from_bytes(head[1:])
        if head[0] not in Frame.__members__.values() or length > MAX_FRAME:
            raise crashed()
        kind = Frame(head[0])
        yield kind, _exactly(source, length)
        if kind in {Frame.DONE, Frame.FAILED}:
            return
    raise TooLargeError("Its content is more than a reader may give out.")


def _exactly(source: IO[bytes], count: int) -> bytes:
    content = source.read(count)
    if len(content) != count:
        raise crashed()
    return content


def crashed() -> ReaderCrashedError:
    return ReaderCrashedError("Its content made the reader fail.")


class Collector:
    """Puts a reading together from frames; every one of them may be a lie."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._head: Reading | None = None
        self._size = (0, 0)
        self._claims: list[Claim] = []
        self._text: list[str] = []
        self._characters = 0
        self._messages: list[Message] = []
        self._attachments: list[Attachment] = []
        self._questions: list[Question] = []
        self._notes: list[str] = []
        self._asked: list[str] = []
        self._pixels = bytearray()

    def add(self, kind: Frame, content: bytes) -> None:
        """Take one frame; raises `ReaderCrashedError` for what no reader sends."""
        if kind is Frame.PIXELS and self._head is not None:
            width, height = self._size
            if len(self._pixels) + len(content) > width * height * _CHANNELS:
                raise crashed()
            self._pixels += content
            return
        fields = parsed(content)
        try:
            if kind is Frame.HEAD and self._head is None:
                self._begin(fields)
            elif kind is Frame.ITEM and self._head is not None:
                self._item(fields)
            else:
                raise crashed()
        except (IntegrityError, ValueError) as error:
            raise crashed() from error

    def finish(self) -> Reading:
        """The whole reading; raises `ReaderCrashedError` where a part of it is missing."""
        width, height = self._size
        if self._head is None or len(self._pixels) != width * height * _CHANNELS:
            raise crashed()
        places = len(self._attachments)
        if any(one.part is not None and not 0 <= one.part < places for one in self._messages):
            raise crashed()
        return replace(
            self._head,
            claims=tuple(self._claims),
            text="".join(self._text),
            messages=tuple(self._messages),
            attachments=tuple(self._attachments),
            questions=tuple(self._questions),
            notes=tuple(self._notes),
            asked=tuple(self._asked),
            preview=Pixels(width, height, bytes(self._pixels)) if width else None,
        )

    def _begin(self, fields: Fields) -> None:
        width, height = fields.number("width"), fields.number("height")
        most = self._limits.preview_side
        fits = 0 <= width <= most and 0 <= height <= most and width * height <= self._limits.preview_pixels
        if not fits or (width == 0) != (height == 0):
            raise crashed()
        first, total = fields.number("first"), fields.number("total")
        if first < 0 or total < 0:
            raise crashed()
        self._size = (width, height)
        kind = ReadingKind(fields.text("kind"))
        self._head = Reading(kind, self._line(fields, "title"), first=first, total=total)

    def _item(self, fields: Fields) -> None:
        for name, take in self._TAKERS.items():
            if fields.has(name):
                take(self, fields)
                return
        raise crashed()

    def _line(self, fields: Fields, name: str, most: int | None = None) -> str:
        text = fields.text(name)
        if len(text) > (self._limits.line if most is None else most):
            raise crashed()
        return text

    def _claim(self, fields: Fields) -> None:
        claim = Claim(self._line(fields, "claim"), self._line(fields, "value"))
        _append(self._claims, claim, self._limits.claims)

    def _piece(self, fields: Fields) -> None:
        piece = fields.text("text")
        self._characters += len(piece)
        if self._characters > self._limits.text:
            raise crashed()
        self._text.append(piece)

    def _message(self, fields: Fields) -> None:
        message = Message(
            shown=self._line(fields, "shown"),
            sender=self._line(fields, "sender"),
            text=self._line(fields, "message", self._limits.message),
            at=self._line(fields, "at"),
            part=fields.optional_number("part"),
            mark=self._line(fields, "mark"),
        )
        _append(self._messages, message, self._limits.messages)

    def _attachment(self, fields: Fields) -> None:
        size, digest = fields.optional_number("size"), fields.optional_text("sha256")
        if (size is not None and size < 0) or (digest is not None and not _is_digest(digest)):
            raise crashed()
        name, media_type = self._line(fields, "attachment"), self._line(fields, "media_type")
        _append(self._attachments, Attachment(name, media_type, size, digest), self._limits.attachments)

    def _question(self, fields: Fields) -> None:
        choices: list[Choice] = []
        for raw in fields.items("choices"):
            one = Fields(raw, "A choice")
            choice = Choice(*(self._line(one, name) for name in ("value", "words", "grounds")))
            _append(choices, choice, _MAX_CHOICES)
        question = Question(self._line(fields, "question"), self._line(fields, "words"), tuple(choices))
        _append(self._questions, question, _MAX_CHOICES)

    def _note(self, fields: Fields) -> None:
        _append(self._notes, self._line(fields, "note"), self._limits.notes)

    def _ask(self, fields: Fields) -> None:
        _append(self._asked, self._line(fields, "asked"), _MAX_ASKED)

    _TAKERS: Final[dict[str, Callable[[Collector, Fields], None]]] = {
        "claim": _claim,
        "text": _piece,
        "message": _message,
        "attachment": _attachment,
        "question": _question,
        "note": _note,
        "asked": _ask,
    }


_T = TypeVar("_T")


def _append(found: list[_T], one: _T, most: int) -> None:
    if len(found) >= most:
        raise crashed()
    found.append(one)


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def parsed(content: bytes) -> Fields:
    """A frame of JSON; raises `ReaderCrashedError`."""
    try:
        return Fields(json.loads(content), "A frame")
    except (ValueError, RecursionError, IntegrityError) as error:
        raise crashed() from error


def failure(content: bytes) -> NotReadableError:
    """What the child says about why it could not read."""
    fields = parsed(content)
    try:
        kind, sentence = fields.text("failure"), fields.text("sentence")
    except IntegrityError:
        return crashed()
    kinds = {"large": TooLargeError, "crashed": ReaderCrashedError}
    clean = " ".join("".join(c if c.isprintable() else " " for c in sentence).split())[:500]
    return kinds.get(kind, NotReadableError)(clean or crashed().message)
