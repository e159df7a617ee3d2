"""The text of an exhibit, as it is covered: of a text file its own, of a mail or chat what a reader finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evidence_app.capture import kinds
from evidence_app.capture.child import Child
from evidence_app.capture.cover_text import MAX_BYTES, decoded
from evidence_app.errors import UsageError
from evidence_app.records import Exhibit, Limits, Message, Reading
from evidence_app.vault.vault import Vault
from evidence_app.workflows.looking import read

TEXT_TYPE: Final = "text/plain"
_WINDOW: Final = 2_000
"""Messages that are read at once."""


def is_text(exhibit: Exhibit) -> bool:
    """Whether an exhibit may have a text: a text, a mail, a chat, a saved page."""
    media = exhibit.stored.media_type
    return media != kinds.UNKNOWN and kinds.reader_for(media) == "content"


def read_text(vault: Vault, number: str) -> str:
    """The text of an exhibit, as it would be covered; the original is compared with the record.

    A text file is decoded as a whole. Anything else is read in the child process: what the file says of
    itself, then its text or all its messages. Raises `UsageError` where there is none.
    """
    exhibit = vault.read.exhibit(number)
    if not is_text(exhibit):
        raise UsageError(
            f"{exhibit.number} is no text, so no words of it can be covered. Nothing was made. Cover a "
            "picture by areas instead."
        )
    if exhibit.stored.media_type == TEXT_TYPE:
        return decoded(vault.read_original(exhibit.number))
    vault.check_original(exhibit.number)
    text = "\n".join(_lines(vault, exhibit))
    return decoded(text.encode("utf-8", "replace"))


def _lines(vault: Vault, exhibit: Exhibit) -> Iterator[str]:
    first, size = 0, 0
    with Child() as child:
        while True:
            limits = Limits(first=first, messages=_WINDOW, preview_side=1)
            reading, reason = read(vault, exhibit.number, exhibit.stored, child, limits)
            if reading is None:
                raise UsageError(f"{exhibit.number} cannot be covered. {reason} Nothing was made.")
            if not first:
                yield from _head(reading)
            for one in reading.messages:
                line = _said(one)
                size += len(line)
                yield line
            first += len(reading.messages)
            if not reading.messages or first >= reading.total or size > MAX_BYTES:
                # What a reader left out is left out here too, and the copy says so.
                yield from (f"[{note}]" for note in reading.notes)
                return


def _head(reading: Reading) -> Iterator[str]:
    """What the file says of itself, and its text where it has no messages."""
    if reading.title and reading.title not in {one.value for one in reading.claims}:
        yield reading.title
    for claim in reading.claims:
        yield f"{claim.name}: {claim.value}"
    yield from (f"Attached: {one.name}" for one in reading.attachments)
    yield ""
    if not reading.messages:
        yield reading.text


def _said(one: Message) -> str:
    who = f"{one.sender}: " if one.sender else ""
    mark = f" ({one.mark})" if one.mark else ""
    return f"{one.shown} - {who}{one.text}{mark}" if one.shown else f"{who}{one.text}{mark}"
