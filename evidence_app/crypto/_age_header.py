"""The textual header of an age v1 file: parsing, writing, authentication. No I/O, no key exchange.

Source: the age specification (C2SP `age.md`), sections "Header" and "Header MAC". The limits are ours:
a header may not make a reader buffer or search more than `MAX_HEADER_BYTES`.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from evidence_app.errors import DamagedError, NewerFormatError, NotOurFileError

MAGIC: Final = b"age-encryption.org/"
VERSION_LINE: Final = MAGIC + b"v1\n"
FILE_KEY_BYTES: Final = 16

MAX_HEADER_BYTES: Final = 128 * 1024
MAX_LINES: Final = 2048
# The longest native stanza (post-quantum, tagged) has arguments of about 1,600 characters.
MAX_LINE_BYTES: Final = 4096

_BODY_COLUMNS = 64
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_OTHER_VERSION = re.compile(rb"v(?!1\n)[1-9][0-9]{0,5}\n")
_ARGUMENTS = re.compile(rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*")
_MAC_LINE = re.compile(rb"--- ([A-Za-z0-9+/]{43})")


def damaged(what: str) -> DamagedError:
    """The one sentence shape of every refusal of an age file; `what` completes "because …"."""
    return DamagedError(
        f"This file is damaged: {what}. Nothing of the damaged part was used. Use another copy of the file."
    )


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient stanza: its type, the further arguments, the decoded body."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header. `covered` is what the MAC covers; `size` is where the payload starts."""

    stanzas: tuple[Stanza, ...]
    covered: bytes
    mac: bytes
    size: int


def hkdf(key: bytes, salt: bytes, info: bytes, length: int = 32) -> bytes:
    """HKDF-SHA-256 (RFC 5869)."""
    return HKDF(SHA256(), length, salt, info).derive(key)


def to_base64(data: bytes) -> bytes:
    """Standard alphabet, no padding."""
    return b64encode(data).rstrip(b"=")


def from_base64(text: bytes) -> bytes:
    """The inverse of `to_base64`; `ValueError` for padding, foreign characters or stray bits."""
    data = a2b_base64(text + b"=" * (-len(text) % 4))
    # The decoder is lenient; only what it would encode to again is canonical.
    if to_base64(data) != text:
        raise ValueError("not canonical base64")
    return data


class _Lines:
    """Cuts lines off the front of a header within the limits."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at
        self._count = 1

    def next(self) -> bytes:
        self._count += 1
        if self._count > MAX_LINES:
            raise damaged("its header has too many lines")
        end = self._data.find(b"\n", self.at, self.at + MAX_LINE_BYTES + 1)
        if end < 0:
            rest = len(self._data) - self.at
            if rest > MAX_LINE_BYTES:
                raise damaged("a line of its header is too long")
            if len(self._data) >= MAX_HEADER_BYTES:
                raise damaged("its header is too long")
            raise damaged("it ends inside its header")
        line = self._data[self.at : end]
        self.at = end + 1
        return line


def _check_version(data: bytes) -> None:
    if data.startswith(VERSION_LINE):
        return
    if data.startswith(_ARMOUR):
        raise NotOurFileError(
            "This file is encrypted, but written as text. Nothing was changed. "
            "Turn it into an ordinary age file first, or ask for one."
        )
    if not data.startswith(MAGIC):
        raise NotOurFileError(
            "This is not an encrypted file of this program. Nothing was changed. Choose another file."
        )
    if _OTHER_VERSION.match(data, len(MAGIC)):
        raise NewerFormatError(
            "This file is written in a later version of the age format. Nothing was changed. "
            "Open it with a newer version of the program."
        )
    raise damaged("its first line was changed or cut off")


def _body(lines: _Lines) -> bytes:
    parts: list[bytes] = []
    while True:
        line = lines.next()
        if len(line) > _BODY_COLUMNS:
            raise damaged("a line of its header is not as it should be")
        parts.append(line)
        if len(line) < _BODY_COLUMNS:
            break
    try:
        return from_base64(b"".join(parts))
    except ValueError as error:
        raise damaged("a line of its header is not as it should be") from error


def parse_header(data: bytes) -> Header:
    """Parse the header at the start of `data`: the first `MAX_HEADER_BYTES` of a file, or all of it.

    Raises `NotOurFileError`, `NewerFormatError` or `DamagedError`. The MAC is not checked here.
    """
    _check_version(data)
    lines = _Lines(data, len(VERSION_LINE))
    stanzas: list[Stanza] = []
    while True:
        start = lines.at
        line = lines.next()
        if line.startswith(b"---"):
            break
        if not _ARGUMENTS.fullmatch(line):
            raise damaged("a line of its header is not as it should be")
        kind, *arguments = line[3:].decode("ascii").split(" ")
        stanzas.append(Stanza(kind, tuple(arguments), _body(lines)))
    found = _MAC_LINE.fullmatch(line)
    if not found:
        raise damaged("the last line of its header is not as it should be")
    if not stanzas:
        raise damaged("its header names no recipient")
    try:
        mac = from_base64(found[1])
    except ValueError as error:
        raise damaged("the last line of its header is not as it should be") from error
    return Header(tuple(stanzas), bytes(data[: start + 3]), mac, lines.at)


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(hkdf(file_key, b"", b"header"), covered, "sha256")


def check_mac(header: Header, file_key: bytes) -> None:
    """Raise `DamagedError` unless the header is the one that was written with `file_key`."""
    if not hmac.compare_digest(_mac(file_key, header.covered), header.mac):
        raise damaged("its header was changed after it was written")


def format_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """The bytes of a header with its MAC."""
    covered = bytearray(VERSION_LINE)
    for stanza in stanzas:
        covered += " ".join(("->", stanza.kind, *stanza.arguments)).encode("ascii") + b"\n"
        body = to_base64(stanza.body)
        # The range runs to the end of the body and beyond: a full last line is followed by an empty one.
        for at in range(0, len(body) + 1, _BODY_COLUMNS):
            covered += body[at : at + _BODY_COLUMNS] + b"\n"
    covered += b"---"
    return bytes(covered) + b" " + to_base64(_mac(file_key, bytes(covered))) + b"\n"
