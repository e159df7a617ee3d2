"""What a reader found in a file that was brought in: everything in it is what the file says, never observed.

A reader is a pure function `read(source, limits) -> Reading` that runs only in the child process
(`capture.child`). All texts are as they stand in the file, cut to the limits; whoever shows them makes
control and bidirectional characters visible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO


class ReadingKind(StrEnum):
    """What a file is by its content."""

    PICTURE = "picture"
    DOCUMENT = "document"
    TEXT = "text"
    MAIL = "e-mail"
    CHAT = "chat"
    SMS = "text messages"
    PAGE = "saved page"
    ARCHIVE = "archive"
    SOUND = "sound"
    VIDEO = "video"
    OTHER = "file"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the file says of itself (EXIF, a header, an author). `name` is in plain English."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, in the order of the file.

    `shown`: the time as it stands in the file. `at`: as interpreted, ISO 8601, with an offset only where the
    file has one; empty where it cannot be told. `sender` is empty for a line of the system. `part` is the
    place in `Reading.attachments` of what came with it. `mark`: "edited", "deleted", … as the file says.
    """

    shown: str
    sender: str
    text: str
    at: str = ""
    part: int | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file within the file. `size` and `sha256` (hex) are of its own bytes, None where they could not be
    had within the limits. Its bytes come one at a time, by `Reader.part` and its place in the list."""

    name: str
    media_type: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer to a question; `grounds` say what in the file speaks for it."""

    value: str
    words: str
    grounds: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the file leaves open and only a person can tell, such as the order of day and month."""

    name: str
    words: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as nothing but pixels: rows from the top, three bytes (red, green, blue) for each.

    So whoever gets it from the child needs no decoder; the program itself makes the PNG that is kept.
    """

    width: int
    height: int
    rgb: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one reading found. The messages are a window `[first, first + len(messages))` of `total`.

    `text` is what search finds. `preview` is within `Limits.preview_side`, or None. `notes` say in
    sentences what was left out and why, and what the file cannot tell (a chat export may lack messages).
    `asked`: the names of the public keys that the signatures in it are checked with (`Limits.keys`), one for
    each claim about a signature, in their order.
    """

    kind: ReadingKind
    title: str = ""
    claims: tuple[Claim, ...] = ()
    text: str = field(default="", repr=False)
    preview: Pixels | None = None
    first: int = 0
    total: int = 0
    messages: tuple[Message, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    questions: tuple[Question, ...] = ()
    asked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one reading may bring out, and which part of it is wanted.

    The child and its parent cut and check by these; a reader keeps to them so that it says in `notes` what
    it left out. `answers` are what a person answered to `Reading.questions`, by name; `keys` are public keys
    that were stored (DKIM), by the name under which they would be asked for.
    """

    first: int = 0
    messages: int = 500
    text: int = 1_000_000
    line: int = 4_000
    """Characters of a title, a claim's value, a name, a sentence."""
    message: int = 20_000
    claims: int = 400
    attachments: int = 2_000
    notes: int = 50
    preview_side: int = 1_600
    preview_pixels: int = 40_000_000
    """Of the preview, whatever its sides."""
    pixels: int = 128 * 1024 * 1024
    """Of a picture or page before it is made small."""
    source: int = 256 * 1024 * 1024
    """Bytes of the file that a reader may look at; it is held in memory as far as it was read."""
    part_bytes: int = 4 * 1024 * 1024 * 1024
    unpacked: int = 1024 * 1024 * 1024
    """Bytes that may be unpacked in all, whatever the archive says."""
    depth: int = 8
    answers: tuple[tuple[str, str], ...] = ()
    keys: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader under the name by which the child finds it.

    `source` is binary, seekable and read-only, at its beginning. What cannot be read raises
    `errors.NotReadableError` with one sentence; any other exception means the same without the sentence.
    `part(source, limits, place)` gives the bytes of one attachment in pieces; None for kinds without any.
    """

    name: str
    read: Callable[[BinaryIO, Limits], Reading]
    part: Callable[[BinaryIO, Limits, int], Iterator[bytes]] | None = None
