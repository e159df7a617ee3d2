"""Zip archives: a chat with its pictures is read as the chat; any other is a list of files.

Nothing is unpacked further than one level: an archive in an archive is one file of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, Final
from zipfile import ZipFile, ZipInfo

from evidence_app.capture.reading import chats, webarchive, whatsapp
from evidence_app.capture.reading._text import Notes, encoding_of, within
from evidence_app.capture.reading._zip import Budget, bytes_of, files_of, opened, why_not
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Attachment, Claim, Limits, Reader, Reading, ReadingKind

_CHAT: Final = 128 * 1024 * 1024
_CANDIDATES: Final = 4
_TYPES: Final = {
    **dict.fromkeys(("jpg", "jpeg"), "image/jpeg"),
    **{one: f"image/{one}" for one in ("png", "gif", "webp", "heic", "avif")},
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "3gp": "video/3gpp",
    "webm": "video/webm",
    "opus": "audio/ogg",
    "ogg": "audio/ogg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "wav": "audio/wav",
    "amr": "audio/amr",
    "pdf": "application/pdf",
    "vcf": "text/vcard",
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "json": "application/json",
    "zip": "application/zip",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
}
"""The standard library's table is not used: it reads files of the system, which the child may not."""


def type_of(name: str) -> str:
    """The media type that a name promises; the importer looks at the content."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _might_be_chat(one: ZipInfo) -> int:
    """The lower, the likelier this entry is the chat of an export; 9 for what is none."""
    name = _base(one.filename).lower()
    if one.file_size > _CHAT or not one.file_size or why_not(one):
        return 9
    if name == "_chat.txt" or (name.startswith("whatsapp") and name.endswith(".txt")):
        return 0
    if name in {"chat.md", "index.md", "chat.txt", "data.json"}:
        return 1
    return 2 if name.endswith(".txt") else 9


def _chat_of(archive: ZipFile, files: list[ZipInfo], limits: Limits) -> tuple[ZipInfo, bytes] | None:
    """The entry that is the chat of an export, with its bytes; None where there is none or more than one."""
    ranked = sorted((one for one in files if _might_be_chat(one) < 9), key=_might_be_chat)
    if not ranked or (len(ranked) > 1 and _might_be_chat(ranked[0]) == _might_be_chat(ranked[1]) == 0):
        return None
    # One chat of signal-export is there twice, as text and as JSON; several chats are a list of files.
    if _might_be_chat(ranked[0]) == 1 and len({one.filename.rpartition("/")[0] for one in ranked}) > 1:
        return None
    budget = Budget(min(limits.unpacked, _CHAT))
    for one in ranked[:_CANDIDATES]:
        try:
            data = b"".join(bytes_of(archive, one, budget))
        except (NotReadableError, TooLargeError):
            continue
        if _is_chat(data, _might_be_chat(one), limits):
            return one, data
    return None


def _is_chat(data: bytes, rank: int, limits: Limits) -> bool:
    source = BytesIO(data)
    encoding, _ = encoding_of(source)
    if whatsapp.shape_of(source, encoding, limits) is not None:
        return True
    if rank > 1:
        return False
    try:
        chats.read(BytesIO(data), Limits(messages=1, text=1_000))
    except NotReadableError:
        return False
    return True


def _attached(archive: ZipFile, files: list[ZipInfo], limits: Limits, notes: Notes) -> tuple[Attachment, ...]:
    """The entries with the size and digest of their own bytes; those only with the first window."""
    if len(files) > limits.attachments:
        notes.add(f"Only the first {limits.attachments:,} of {len(files):,} files are listed.")
    budget = Budget(limits.unpacked)
    made = []
    for one in files[: limits.attachments]:
        name = one.orig_filename
        size, digest = None, None
        if not limits.first:
            try:
                running, count = sha256(), 0
                for piece in bytes_of(archive, one, budget):
                    running.update(piece)
                    count += len(piece)
                size, digest = count, running.hexdigest()
            except (NotReadableError, TooLargeError) as error:
                notes.add(error.message)
        made.append(Attachment(name, type_of(name), size, digest))
    return tuple(made)


def _others(archive: ZipFile, limits: Limits) -> tuple[tuple[ZipInfo, bytes] | None, list[ZipInfo]]:
    files = files_of(archive)
    chat = _chat_of(archive, files, limits)
    return chat, [one for one in files if chat is None or one is not chat[0]]


def read(source: BinaryIO, limits: Limits) -> Reading:
    """The chat in a zip archive with its files, a web archive (WACZ), or the list of files in it."""
    with opened(source) as archive:
        if webarchive.is_wacz(archive):
            return webarchive.read_wacz(archive, limits)
        chat, files = _others(archive, limits)
        notes = Notes(limits)
        attached = _attached(archive, files, limits, notes)
    if chat is None:
        return _list_of(attached, len(files), limits, notes)
    places: dict[str, int] = {}
    for place, one in enumerate(attached):
        places.setdefault(one.name, place)
        places.setdefault(_base(one.name), place)
    reading = _read_chat(chat, places, limits)
    return within(
        Reading(
            kind=ReadingKind.CHAT,
            title=reading.title,
            claims=(
                *reading.claims,
                Claim("File in the archive", chat[0].filename),
                Claim("Other files in the archive", f"{len(files):,}"),
            ),
            text=reading.text,
            first=reading.first,
            total=reading.total,
            messages=reading.messages,
            attachments=attached,
            questions=reading.questions,
            notes=(*reading.notes, *notes.all()),
        ),
        limits,
    )


def _read_chat(chat: tuple[ZipInfo, bytes], places: dict[str, int], limits: Limits) -> Reading:
    source = BytesIO(chat[1])
    encoding, _ = encoding_of(source)
    if whatsapp.shape_of(source, encoding, limits) is not None and not chat[0].filename.endswith(".md"):
        return whatsapp.read_text(BytesIO(chat[1]), limits, places)
    if chat[0].filename.endswith(".json"):
        return chats.read_json(BytesIO(chat[1]), limits, places)
    return chats.read_text(BytesIO(chat[1]), limits, places)


def _list_of(attached: tuple[Attachment, ...], count: int, limits: Limits, notes: Notes) -> Reading:
    if not count:
        notes.add("The archive is empty.")
    if any(one.name.lower().endswith((".zip", ".wacz", ".7z", ".rar", ".tar", ".gz")) for one in attached):
        notes.add("Archives within the archive are files of it; they are not opened here.")
    return within(
        Reading(
            kind=ReadingKind.ARCHIVE,
            claims=(Claim("Form of the file", "A zip archive"), Claim("Files in the archive", f"{count:,}")),
            text="\n".join(one.name for one in attached),
            attachments=attached,
            notes=notes.all(),
        ),
        limits,
    )


def part(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    """The bytes of one file of the archive."""
    with opened(source) as archive:
        if webarchive.is_wacz(archive):
            yield from webarchive.part_of_wacz(archive, limits, place)
            return
        _, files = _others(archive, limits)
        if not 0 <= place < min(len(files), limits.attachments):
            raise NotReadableError("The archive has no such file.")
        yield from bytes_of(archive, files[place], Budget(min(limits.part_bytes, limits.unpacked)))


READER: Final = Reader("archive", read, part)
