"""E-mails as files (.eml): headers, text, attachments one at a time; the signature of a mail server.

The structure is read without recursion (`_mime`). The DKIM signature (`_dkim`) is checked only with a key
that was stored and handed in; nothing is asked of the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO, Final

from evidence_app.capture.reading import _dkim
from evidence_app.capture.reading._html import page_of
from evidence_app.capture.reading._mail import (
    MESSAGE_SAYS,
    claims_of,
    first_of,
    messages_of,
    search_text,
)
from evidence_app.capture.reading._mime import (
    MAIL_HEADERS,
    Part,
    Structure,
    bytes_of,
    structure_of,
    taken_out,
    text_of,
)
from evidence_app.capture.reading._text import Notes, windowed, within
from evidence_app.errors import NotReadableError
from evidence_app.records import Attachment, Limits, Reader, Reading, ReadingKind


def attachments_of(found: Structure) -> list[Part]:
    """The parts that are files of their own, in order: all but the text of the message."""
    return [part for part in found.parts if not _is_body(part)]


def _is_body(part: Part) -> bool:
    return (
        part.media_type in {"text/plain", "text/html"} and part.disposition != "attachment" and not part.name
    )


def name_of(part: Part, place: int) -> str:
    """What to call an attachment: the name that it states, else its place."""
    if part.name.strip():
        return part.name
    endings = {"message/rfc822": "message.eml", "text/calendar": "calendar.ics", "text/plain": "text.txt"}
    return endings.get(part.media_type, f"attachment {place + 1}")


def listed(source: BinaryIO, parts: list[Part], limits: Limits, notes: Notes) -> tuple[Attachment, ...]:
    """The attachments with size and digest of their own bytes; those only with the first window."""
    made = []
    if len(parts) > limits.attachments:
        notes.add(f"Only the first {limits.attachments:,} attachments are listed.")
    for place, part in enumerate(parts[: limits.attachments]):
        if limits.first:
            made.append(Attachment(name_of(part, place), part.media_type))
            continue
        digest, size = sha256(), 0
        for piece in bytes_of(source, part):
            digest.update(piece)
            size += len(piece)
        made.append(Attachment(name_of(part, place), part.media_type, size, digest.hexdigest()))
    return tuple(made)


def body_of(source: BinaryIO, found: Structure, limits: Limits, notes: Notes) -> tuple[str, str]:
    """The plain text of the message and the text of its version with layout; either may be empty."""
    plain: list[str] = []
    layout: list[str] = []
    left = limits.text
    for part in found.parts:
        if not _is_body(part) or left <= 0:
            continue
        html = part.media_type == "text/html"
        text, note, cut = text_of(source, part, left * (8 if html else 4))
        notes.add(note)
        if html:
            page = page_of(text, left)
            text, cut = page.text, cut or page.cut
        if cut or len(text) > left:
            notes.add(f"The text is longer than {limits.text:,} characters; the rest is left out.")
        text = text.replace("\r\n", "\n")[:left]
        (layout if html else plain).append(text)
        left -= len(text)
    return "\n".join(plain), "\n".join(layout)


def read(source: BinaryIO, limits: Limits) -> Reading:
    """One e-mail. What follows the claims of its headers is the result of the signature check."""
    source.seek(0)
    found = structure_of(source)
    names = {header.name.lower() for header in found.headers}
    if len(names & MAIL_HEADERS) < 2:
        raise NotReadableError("This is not an e-mail: it has no headers of one.")
    notes = Notes(limits)
    notes.add(MESSAGE_SAYS)
    for note in found.notes:
        notes.add(note)
    plain, layout = body_of(source, found, limits, notes)
    parts = attachments_of(found)
    attached = listed(source, parts, limits, notes)
    messages = messages_of(plain, layout, found.headers, limits, notes)
    if len(found.headers) > limits.claims - 20:
        notes.add("There are more headers than are shown.")
    signed = _dkim.signatures(found)
    claims = claims_of(found.headers)[: limits.claims - 20]
    return within(
        Reading(
            kind=ReadingKind.MAIL,
            title=first_of(found.headers, "subject"),
            claims=(*claims, *_dkim.claims(source, signed, limits)),
            text=search_text(found.headers, messages, [one.name for one in attached]),
            first=limits.first,
            total=len(messages),
            messages=windowed(messages, limits),
            attachments=attached,
            notes=notes.all(),
            asked=tuple(one.asked for one in signed),
        ),
        limits,
    )


def part(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    """The bytes of one attachment."""
    source.seek(0)
    parts = attachments_of(structure_of(source))
    none, large = "The e-mail has no such attachment.", "This attachment is larger than may be taken out."
    yield from taken_out(source, parts, place, limits, none, large)


READER: Final = Reader("mail", read, part)
