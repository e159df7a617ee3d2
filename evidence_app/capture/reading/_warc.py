"""Records of web archives (WARC, ISO 28500), plain or packed record by record, one head at a time.

Every unpacked byte is counted: in a packed archive a kilobyte can say that it is a gigabyte.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from evidence_app.capture.reading._mime import Header, headers_of, parameter
from evidence_app.capture.reading._text import PIECE, decode
from evidence_app.capture.reading._zip import Budget
from evidence_app.errors import NotReadableError

_HEAD: Final = 256 * 1024
PAGE_BYTES: Final = 8 * 1024 * 1024
_VERSION: Final = re.compile(rb"WARC/[01]\.\d{1,3}\s*\Z")


class Stream(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class TooMuchError(Exception):
    """More was unpacked than may be."""


class Unpacked:
    """Buffered reading of a stream that is plain or made of gzip members; counts what comes out."""

    def __init__(self, source: Stream, budget: Budget) -> None:
        self._source, self._budget = source, budget
        self._held, self._at = b"", 0
        self._raw = source.read(2)
        self._packed = self._raw == b"\x1f\x8b"
        self._member = zlib.decompressobj(31) if self._packed else None
        self._ended = False

    def _more(self) -> bytes:
        if self._ended:
            return b""
        if not self._packed:
            data, self._raw = self._raw + self._source.read(PIECE), b""
        else:
            data = self._unpack()
        self._budget.left -= len(data)
        if self._budget.left < 0:
            raise TooMuchError
        self._ended = not data
        return data

    def _unpack(self) -> bytes:
        while True:
            if not self._raw:
                self._raw = self._source.read(PIECE)
                if not self._raw:
                    return b""
            if self._member is None:
                self._member = zlib.decompressobj(31)
            try:
                made = self._member.decompress(self._raw, PIECE)
            except zlib.error:
                raise NotReadableError("The archive is damaged; what stands before it is shown.") from None
            self._raw = self._member.unconsumed_tail
            if self._member.eof:
                self._raw = self._member.unused_data.lstrip(b"\0")
                self._member = None
            if made:
                return made

    def line(self, most: int) -> bytes:
        """One line with its end, cut at `most` bytes; "" at the end."""
        while (at := self._held.find(b"\n", self._at)) < 0 and len(self._held) - self._at < most:
            more = self._more()
            if not more:
                break
            self._held, self._at = self._held[self._at :] + more, 0
        end = min(at + 1 if at >= 0 else len(self._held), self._at + most)
        line, self._at = self._held[self._at : end], end
        return line

    def body(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes in pieces."""
        while size > 0:
            if self._at >= len(self._held):
                self._held, self._at = self._more(), 0
                if not self._held:
                    return
            piece = self._held[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            yield piece


@dataclass(slots=True)
class Record:
    headers: dict[str, str]
    body: Iterator[bytes] = field(repr=False)

    @property
    def kind(self) -> str:
        return self.headers.get("warc-type", "").lower()

    @property
    def address(self) -> str:
        return self.headers.get("warc-target-uri", "").strip("<>")


def _named(headers: list[Header]) -> dict[str, str]:
    made: dict[str, str] = {}
    for one in headers:
        made.setdefault(one.name.lower(), one.value)
    return made


def records(reader: Unpacked) -> Iterator[Record]:
    """The records in order. Each body is read to its end before the next, whoever wants it or not."""
    blank = 0
    while True:
        line = reader.line(200)
        if not line:
            return
        if not line.strip():
            blank += 1
            if blank > 1_000:
                raise NotReadableError("The archive is damaged; what stands before it is shown.")
            continue
        blank = 0
        if not _VERSION.match(line):
            raise NotReadableError("This is not a web archive, or it is damaged from here on.")
        block = bytearray()
        while (line := reader.line(_HEAD)).strip():
            if len(block) + len(line) > _HEAD:
                raise NotReadableError("A record of the archive has headers longer than any real one.")
            block += line
        headers = _named(headers_of(bytes(block)))
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 16):
            raise NotReadableError("A record of the archive does not say how long it is.")
        body = reader.body(int(length))
        yield Record(headers, body)
        for _ in body:
            pass


@dataclass(slots=True)
class Answer:
    """What one record keeps: an answer of a server, or a file."""

    address: str
    date: str
    status: str
    media_type: str
    encoding: str
    chunked: bool
    charset: str


def answer_of(record: Record) -> tuple[Answer | None, Iterator[bytes]]:
    """The answer or file in a record, with its bytes as they are in the archive; None for other records."""
    kind = record.headers.get("content-type", "")
    date = record.headers.get("warc-date", "")
    if record.kind in {"resource", "conversion"}:
        media = kind.split(";", 1)[0].strip().lower()
        return Answer(record.address, date, "", media, "", False, parameter(kind, "charset")), record.body
    if record.kind != "response":
        return None, record.body
    if not kind.lower().startswith("application/http"):
        return Answer(record.address, date, "", kind.split(";", 1)[0].strip(), "", False, ""), record.body
    head, rest = b"", b""
    for piece in record.body:
        head += piece
        found = re.search(rb"\r?\n\r?\n", head)
        if found:
            head, rest = head[: found.start()], head[found.end() :]
            break
        if len(head) > _HEAD:
            break
    status, _, block = head.partition(b"\n")
    headers = _named(headers_of(block[:_HEAD]))
    kind = headers.get("content-type", "")
    words = status.decode("latin-1").split(" ", 2)
    answer = Answer(
        record.address,
        date,
        words[1][:3] if len(words) > 1 else "",
        kind.split(";", 1)[0].strip().lower(),
        headers.get("content-encoding", "").strip().lower(),
        headers.get("transfer-encoding", "").strip().lower() == "chunked",
        parameter(kind, "charset"),
    )
    return answer, _chain(rest, record.body)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _joined_chunks(data: bytes) -> bytes:
    """A body without its chunks (RFC 9112, 7.1); as it is where it has none."""
    made: list[bytes] = []
    at = 0
    while at < len(data):
        end = data.find(b"\n", at, at + 100)
        try:
            size = int(data[at:end].split(b";", 1)[0].strip(), 16) if end > 0 else -1
        except ValueError:
            size = -1
        if size < 0:
            return data if not made else b"".join(made)
        if size == 0:
            break
        made.append(data[end + 1 : end + 1 + size])
        at = end + 1 + size + (2 if data[end + 1 + size : end + 3 + size] == b"\r\n" else 1)
    return b"".join(made)


def page_text(answer: Answer, data: bytes) -> str:
    if answer.chunked:
        data = _joined_chunks(data)
    if answer.encoding in {"gzip", "x-gzip", "deflate"}:
        with suppress(zlib.error):  # some archives keep the header and unpack the body
            data = zlib.decompressobj(47).decompress(data, PAGE_BYTES)
    return decode(data, answer.charset)[0]
