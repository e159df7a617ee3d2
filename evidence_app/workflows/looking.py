"""Looking at what was brought in: read in the child process whenever it is shown, and nothing of it stored.

Bytes that this program did not make itself are decoded there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Final

from evidence_app.capture import kinds, png, webm
from evidence_app.capture.child import Child, Readable, read_in_child
from evidence_app.errors import NotReadableError, TooLargeError, UsageError
from evidence_app.records import Exhibit, Limits, Method, Pixels, Reading, StoredObject
from evidence_app.vault import acts, acts_imports
from evidence_app.vault.vault import Vault

LARGE: Final = 16_000
"""Pixels of the longer side of what is shown."""
_ANY_SIDE: Final = 65_535
_FOREIGN: Final = frozenset({Method.FILE, Method.PART, Method.RECORDING, Method.RECOVERED})
_PICTURE: Final = 64 * 1024 * 1024
"""Bytes of a picture within a file; more than any phone makes."""
_NOT_SHOWN: Final = "It is of a kind that this program does not show."


def why_unread(stored: StoredObject) -> str:
    """Why nothing looks into what is stored; empty where a reader does."""
    return why_no_reader(stored.media_type, stored.size)


def why_no_reader(media_type: str, size: int) -> str:
    """The same for a file of this kind and size (bytes)."""
    if not size:
        return "It is empty: it has no bytes."
    return "" if kinds.reader_for(media_type) else _NOT_SHOWN


def read(
    vault: Vault,
    number: str,
    stored: StoredObject,
    child: Child,
    limits: Limits | None = None,
    *,
    watch: Callable[[], None] = lambda: None,
) -> tuple[Reading | None, str]:
    """What a reader finds in an exhibit (its full number), or None and the reason. The record is not touched.

    Raises `LockedAwayError`, `IntegrityError` and `StorageError` for an original that cannot be had.
    """
    why = why_unread(stored)
    if why:
        return None, why
    with vault.original(number) as source:
        return read_from(source, stored.media_type, child, limits, watch=watch)


def read_from(
    source: Readable,
    media_type: str,
    child: Child,
    limits: Limits | None = None,
    *,
    watch: Callable[[], None] = lambda: None,
) -> tuple[Reading | None, str]:
    """The same of bytes from anywhere, of a kind that is read; raises what reading `source` raises."""
    try:
        return child.read(kinds.reader_for(media_type), source, limits, watch=watch), ""
    except NotReadableError as error:
        return None, error.message


def look(
    vault: Vault, number: str, limits: Limits | None = None, *, watch: Callable[[], None] = lambda: None
) -> tuple[Reading | None, str]:
    """Read an exhibit to be shown to the person; that it was viewed is an entry. As `read` otherwise."""
    exhibit = vault.read.exhibit(number)
    with Child() as child:
        found = read(vault, exhibit.number, exhibit.stored, child, limits, watch=watch)
    # Should it be locked away in this moment, the entry is refused, and nothing of it goes further.
    vault.record(acts.exhibit_viewed(exhibit.number))
    return found


def is_foreign(exhibit: Exhibit) -> bool:
    """Whether the bytes of an exhibit are not this program's own making: only the child may decode them."""
    return exhibit.method in _FOREIGN


def has_picture(exhibit: Exhibit) -> bool:
    """Whether there may be a picture of an exhibit to see: not of a text, a mail or a voice."""
    reader = kinds.reader_for(exhibit.stored.media_type)
    if exhibit.observed.file is None:
        return reader != "content"  # a capture; not the covered copy of a text
    return reader in {"picture", "pdf"}


def picture_of(source: Readable, media_type: str, side: int, child: Child | None = None) -> Pixels | None:
    """The picture that bytes of this media type show, decoded in the child within `side` pixels.

    None where there is none. Raises `NotReadableError`, and what reading `source` raises.
    """
    reader = "recording" if media_type == webm.MEDIA_TYPE else kinds.reader_for(media_type)
    if reader not in {"picture", "pdf", "recording"}:
        return None
    limits = Limits(preview_side=side, text=0)
    if child is not None:
        return child.read(reader, source, limits).preview
    return read_in_child(reader, source, limits).preview


def clear_png(vault: Vault, exhibit: Exhibit) -> bytes:
    """The picture of an exhibit as a PNG that may be decoded here, its pixels those that are shown; the
    original is compared with the record. Raises `UsageError` for what is no picture, or too large a one.
    """
    if not is_foreign(exhibit):
        return vault.read_original(exhibit.number)
    vault.check_original(exhibit.number)
    reason, pixels = "It is no picture.", None
    limits = Limits(preview_side=_ANY_SIDE, preview_pixels=Limits().pixels, text=0)
    if kinds.reader_for(exhibit.stored.media_type) == "picture":
        with Child() as child:
            reading, reason = read(vault, exhibit.number, exhibit.stored, child, limits)
        pixels = None if reading is None else reading.preview
    if pixels is None:
        raise UsageError(f"{exhibit.number} cannot be covered. {reason} Nothing was made.")
    if max(pixels.width, pixels.height) > LARGE or pixels.width * pixels.height > Limits().preview_pixels:
        raise UsageError(
            f"{exhibit.number} is too large a picture to be covered. Nothing was made, and it is untouched."
        )
    return png.from_pixels(pixels)


def examine(vault: Vault, number: str) -> None:
    """Read what nobody has read yet, after an interruption or with a newer reader, and enter what it says."""
    exhibit = vault.read.exhibit(number)
    if why_unread(exhibit.stored):
        return
    with Child() as child:
        reading, reason = read(vault, exhibit.number, exhibit.stored, child)
    vault.record(acts_imports.exhibit_examined(exhibit.number, reading, reason))


def has_view(reading: Reading) -> bool:
    """Whether there is anything of it to be shown."""
    return bool(
        reading.preview is not None or reading.text.strip() or reading.messages or reading.attachments
    )


def picture_within(
    vault: Vault, number: str, place: int, side: int, *, watch: Callable[[], None] = lambda: None
) -> Pixels:
    """The pixels of a picture within an exhibit, at most `side` in either direction.

    `watch` may raise to stop it. Raises `NotReadableError`, `LockedAwayError`, `IntegrityError` and
    `StorageError`.
    """
    exhibit = vault.read.exhibit(number)
    with vault.original(exhibit.number) as source:
        return picture_in(source, exhibit.stored.media_type, place, side, watch=watch)


def picture_in(
    source: Readable,
    media_type: str,
    place: int,
    side: int,
    *,
    watch: Callable[[], None] = lambda: None,
) -> Pixels:
    """The same within bytes from anywhere; raises `NotReadableError`, and what reading `source` raises."""
    data = bytearray()
    with Child() as child:
        for piece in child.part(kinds.reader_for(media_type), source, place, watch=watch):
            data += piece
            if len(data) > _PICTURE:
                raise TooLargeError("This picture is larger than may be shown.")
        found = child.read("picture", BytesIO(data), Limits(preview_side=side), watch=watch)
    if found.preview is None:
        raise NotReadableError("This file cannot be shown as a picture.")
    return found.preview
