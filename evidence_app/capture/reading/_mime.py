"""MIME without recursion: where the parts of a message lie in a file, their headers, their bytes.

RFC 5322 (headers, folding), RFC 2045-2047 and 2231 (parts, encoded words, parameters). One pass over lines
with a stack of boundaries; nothing but headers is held in memory.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from urllib.parse import unquote_to_bytes

from evidence_app.capture.reading._text import PIECE, decode, known
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Limits

DEPTH: Final = 64
PARTS: Final = 10_000
HEADERS: Final = 256 * 1024
"""Bytes of the headers of one part; real ones have a few thousand."""

MAIL_HEADERS: Final = frozenset(
    (
        *("from", "to", "date", "subject", "received", "message-id", "return-path", "delivered-to"),
        *("mime-version", "content-type", "sender", "reply-to", "cc", "x-mailer", "dkim-signature"),
        *("authentication-results",),
    )
)
"""Names of headers that make it likely that a file is an e-mail."""

_LINE: Final = 64 * 1024
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]{0,4000})\?=")
_BETWEEN: Final = re.compile(r"(\?=)\s{1,200}(?==\?)")
_PARAMETER: Final = re.compile(r';\s{0,200}([^\s=;"]{1,80})\s{0,20}=\s{0,20}("(?:[^"\\]|\\.)*"|[^;]*)')
_NOT_BASE64: Final = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)


@dataclass(frozen=True, slots=True)
class Header:
    """A header as it stands in the file: `name` as written, `value` unfolded and decoded."""

    name: str
    value: str


@dataclass(slots=True)
class Part:
    """A leaf of the message: headers, and its body at `[start, end)` of the file."""

    headers: list[Header]
    start: int
    end: int
    depth: int
    within: str = ""
    """Kind of the multipart that holds it, such as "alternative"."""

    def header(self, name: str) -> str:
        return next((one.value for one in self.headers if one.name.lower() == name), "")

    @property
    def media_type(self) -> str:
        kind = self.header("content-type").split(";", 1)[0].strip().lower()
        return (
            kind
            if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,120}", kind)
            else "text/plain"
            if not kind
            else ("application/octet-stream")
        )

    @property
    def disposition(self) -> str:
        return self.header("content-disposition").split(";", 1)[0].strip().lower()

    @property
    def name(self) -> str:
        """The name of a file that the part states, as it is: it may be no name at all."""
        return parameter(self.header("content-disposition"), "filename") or parameter(
            self.header("content-type"), "name"
        )


@dataclass(slots=True)
class Structure:
    """The top headers and the leaves of a message, in order."""

    headers: list[Header] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


# --- headers ------------------------------------------------------------------------------------------


def _word(charset: str, kind: str, text: str) -> tuple[bytes, str]:
    if kind in "bB":
        try:
            data = binascii.a2b_base64(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            data = text.encode("ascii", "replace")
    else:
        data = binascii.a2b_qp(text.replace("_", " ").encode("ascii", "replace"), header=False)
    return data, charset.split("*", 1)[0]


def decoded(value: str) -> str:
    """Encoded words (RFC 2047) as text; neighbours of one character set are joined before decoding."""
    if "=?" not in value:
        return value
    value = _BETWEEN.sub(r"\1", value)
    made: list[str] = []
    held, charset, at = b"", "", 0
    for found in _WORD.finditer(value):
        data, named = _word(*found.groups())
        if held and (found.start() > at or named.lower() != charset.lower()):
            made.append(decode(held, charset)[0])
            held = b""
        made.append(value[at : found.start()])
        held, charset, at = held + data, named, found.end()
    if held:
        made.append(decode(held, charset)[0])
    return "".join(made) + value[at:]


def parameter(value: str, name: str) -> str:
    """A parameter of a header, also in pieces and with a character set (RFC 2231); "" where it has none."""
    pieces: dict[int, tuple[str, bool]] = {}
    plain = ""
    for number, found in enumerate(_PARAMETER.finditer(value)):
        if number > 200:
            break
        key, text = found[1].lower(), found[2].strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
        if key == name:
            plain = plain or text
        elif key.startswith(name + "*"):
            index = key[len(name) + 1 :].rstrip("*") or "0"
            if index.isascii() and index.isdigit() and len(index) < 4:
                pieces.setdefault(int(index), (text, key.endswith("*")))
    if not pieces:
        return decoded(plain)
    charset, data = "", b""
    for number in sorted(pieces):
        text, coded = pieces[number]
        if coded and number == min(pieces) and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if coded else text.encode("utf-8", "replace")
    return decode(data, charset or "utf-8")[0]


def headers_of(block: bytes) -> list[Header]:
    """The headers of a block in order; a line that is none ends nothing and is left out."""
    found: list[list[bytes]] = []
    for line in re.split(rb"\r\n|\n|\r", block):
        if line[:1] in {b" ", b"\t"} and found:
            found[-1].append(line.strip())
        elif b":" in line[:200]:
            found.append([line])
    made = []
    for lines in found:
        name, _, first = lines[0].partition(b":")
        raw = b" ".join([first.strip(), *lines[1:]])
        made.append(Header(name.decode("latin-1").strip(), decoded(decode(raw)[0])))
    return made


# --- structure ----------------------------------------------------------------------------------------


class _Walk:
    """One pass: which lines are delimiters of which multipart, and what lies between them."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.found = Structure()
        self.stack: list[tuple[bytes, str]] = []
        self.places: dict[bytes, int] = {}
        self.open: Part | None = None
        self.block = bytearray()
        self.in_headers = True
        self.top = True

    def run(self) -> Structure:
        at, ending, fresh = self.source.tell(), 0, True
        while len(self.found.parts) < PARTS:
            line = self.source.readline(_LINE)
            if not line:
                break
            if not (fresh and line.startswith(b"--") and self._delimiter(line, at - ending)):
                self._line(line, at, at + len(line), fresh)
            at += len(line)
            fresh = line.endswith(b"\n")
            ending = 2 if line.endswith(b"\r\n") else 1 if fresh else 0
        else:
            self.found.notes.append(f"The message has more than {PARTS:,} parts; the rest is left out.")
        if self.in_headers and (self.block or self.top):
            self._body(at)
        self._close(at)
        return self.found

    def _line(self, line: bytes, at: int, behind: int, fresh: bool) -> None:
        if not self.in_headers:
            return
        if fresh and line in {b"\n", b"\r\n"}:
            if self.block or not self.top:
                self._body(behind)
            return
        if not self.block and self.top and line.startswith(b"From ") and at == 0:
            return  # the first line of a mailbox file
        if len(self.block) + len(line) <= HEADERS:
            self.block += line
        elif not any("headers" in note for note in self.found.notes):
            self.found.notes.append("The headers are longer than 256 KiB; the rest of them is left out.")

    def _body(self, start: int) -> None:
        headers = headers_of(bytes(self.block))
        self.block.clear()
        self.in_headers = False
        within = self.stack[-1][1] if self.stack else ""
        part = Part(headers, start, start, len(self.stack), within)
        if self.top:
            self.found.headers, self.top = headers, False
        kind = part.media_type
        boundary = (
            parameter(part.header("content-type"), "boundary").encode("utf-8", "replace")[:200].rstrip()
        )
        if kind.startswith("multipart/") and boundary:
            if len(self.stack) < DEPTH:
                self.stack.append((boundary, kind[10:]))
                self.places[boundary] = len(self.stack) - 1
                self.open = None
                return
            self.found.notes.append(f"Parts are nested more than {DEPTH} deep; what is deeper is one file.")
        self.open = part

    def _delimiter(self, line: bytes, end: int) -> bool:
        text = line[2:].rstrip()
        last = False
        place = self.places.get(text)
        if place is None and text.endswith(b"--"):
            place, last = self.places.get(text[:-2]), True
        if place is None:
            return False
        if self.in_headers:
            self._body(end)
        self._close(end)
        for boundary, _ in self.stack[place + 1 if not last else place :]:
            self.places.pop(boundary, None)
        del self.stack[place + 1 if not last else place :]
        self.in_headers = not last
        return True

    def _close(self, end: int) -> None:
        if self.open is not None:
            self.open.end = max(self.open.start, end)
            self.found.parts.append(self.open)
            self.open = None


def structure_of(source: BinaryIO) -> Structure:
    """The parts of the message that begins here. Never raises for what a message can hold."""
    return _Walk(source).run()


# --- bodies -------------------------------------------------------------------------------------------


def _raw(source: BinaryIO, part: Part) -> Iterator[bytes]:
    at = part.start
    while at < part.end:
        source.seek(at)
        data = source.read(min(PIECE, part.end - at))
        if not data:
            return
        at += len(data)
        yield data


def _base64(pieces: Iterator[bytes]) -> Iterator[bytes]:
    kept = b""
    for data in pieces:
        kept += data.translate(None, _NOT_BASE64)
        padded = kept.find(b"=")
        if padded >= 0:
            kept = kept[:padded]
            break
        whole = len(kept) // 4 * 4
        if whole:
            yield binascii.a2b_base64(kept[:whole])
            kept = kept[whole:]
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    if kept:
        yield binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _quoted(pieces: Iterator[bytes]) -> Iterator[bytes]:
    kept = b""
    for data in pieces:
        kept += data
        at = kept.rfind(b"\n") + 1
        if not at and len(kept) > 16 * PIECE:
            at = len(kept) - 3  # no line ends at all: an escape is never longer than this
            while at > len(kept) - 6 and b"=" in kept[at - 2 : at]:
                at -= 1
        if at:
            yield binascii.a2b_qp(kept[:at])
            kept = kept[at:]
    if kept:
        yield binascii.a2b_qp(kept)


def bytes_of(source: BinaryIO, part: Part) -> Iterator[bytes]:
    """The bytes of a part, decoded from base64 or quoted-printable, in pieces."""
    encoding = part.header("content-transfer-encoding").strip().lower()
    if encoding == "base64":
        return _base64(_raw(source, part))
    if encoding == "quoted-printable":
        return _quoted(_raw(source, part))
    return _raw(source, part)


def taken_out(
    source: BinaryIO, parts: Sequence[Part], place: int, limits: Limits, none: str, large: str
) -> Iterator[bytes]:
    """The bytes of the part in that place; `NotReadableError` with `none` where there is none of it, and
    `TooLargeError` with `large` where it goes on beyond the limit."""
    if not 0 <= place < min(len(parts), limits.attachments):
        raise NotReadableError(none)
    size = 0
    for piece in bytes_of(source, parts[place]):
        size += len(piece)
        if size > limits.part_bytes:
            raise TooLargeError(large)
        yield piece


def text_of(source: BinaryIO, part: Part, most: int) -> tuple[str, str, bool]:
    """The text of a part, a sentence on its character set or "", and whether it was cut at `most` bytes."""
    data = bytearray()
    cut = False
    for piece in bytes_of(source, part):
        data += piece
        if len(data) > most:
            cut = True
            break
    charset = parameter(part.header("content-type"), "charset")
    text, note = decode(bytes(data[:most]), charset)
    return text, note if not cut or known(charset) == "" else "", cut
