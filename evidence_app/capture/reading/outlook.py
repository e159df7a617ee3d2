"""E-mails of Outlook (.msg), read with python-oxmsg; the same shape as `mail`."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

from evidence_app.capture.reading._html import page_of
from evidence_app.capture.reading._mail import MESSAGE_SAYS, claims_of, first_of, messages_of, search_text
from evidence_app.capture.reading._mime import Header, headers_of
from evidence_app.capture.reading._text import Notes, windowed, within
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Attachment, Limits, Reader, Reading, ReadingKind

if TYPE_CHECKING:
    from oxmsg import Message as Outlook
    from oxmsg.attachment import Attachment as OutlookAttachment

_MOST: Final = 256 * 1024 * 1024
_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FAULTS: Final = (
    *(ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, AssertionError, OSError),
    *(struct.error, RecursionError, LookupError, NotImplementedError),
)
"""What the library raises for a damaged file: it names no family of its own."""


def _opened(source: BinaryIO) -> Outlook:
    from oxmsg import Message

    source.seek(0)
    data = source.read(_MOST + 1)
    if len(data) > _MOST:
        raise TooLargeError("This Outlook message is larger than 256 MiB.")
    if not data.startswith(_MAGIC) or len(data) < 3 * 512:
        raise NotReadableError("This is not an Outlook message.")
    try:
        _bounded(data)
        return Message.load(BytesIO(data))
    except _FAULTS as error:
        raise NotReadableError("This is not an Outlook message, or it is damaged.") from error


def _bounded(data: bytes) -> None:
    """Refuse a compound file (MS-CFB, 2.2 and 2.6) whose parts are together larger than the file.

    The library believes what the header and the directory say, follows chains that run in circles for as long
    as a stream is said to be, and holds all of it.
    """
    from olefile import STGTY_STREAM, OleFileIO

    shift = struct.unpack_from("<H", data, 0x1E)[0]
    tables = sum(struct.unpack_from("<I", data, place)[0] for place in (0x2C, 0x40, 0x48))
    if shift not in {9, 12} or (tables << shift) > len(data):
        raise ValueError("tables larger than the file")
    with OleFileIO(BytesIO(data)) as compound:
        streams = [one for one in compound.direntries if one is not None and one.entry_type == STGTY_STREAM]
        if sum(one.size for one in streams) > len(data) or compound.root.size > len(data):
            raise ValueError("streams larger than the file")


def _text(message: Outlook, name: str) -> str:
    try:
        found = getattr(message, name)
    except _FAULTS:
        return ""
    return found.rstrip("\0") if isinstance(found, str) else ""


def _headers(message: Outlook, notes: Notes) -> list[Header]:
    from oxmsg.domain import constants

    try:
        raw = message.properties.str_prop_value(constants.PID_TRANSPORT_MESSAGE_HEADERS) or ""
    except _FAULTS:
        raw = ""
    found = headers_of(raw.encode("utf-8", "replace")[: 256 * 1024])
    if found:
        return found
    notes.add("The file keeps no headers of the way it took; sender and time are what Outlook noted.")
    if sender := _text(message, "sender"):
        found.append(Header("From", sender))
    try:
        for one in message.recipients[:200]:
            found.append(Header("To", f"{one.name} <{one.email_address}>"))
    except _FAULTS:
        notes.add("The recipients could not be read.")
    found.append(Header("Subject", _text(message, "subject")))
    try:
        if message.sent_date is not None:
            found.append(Header("Date", format_datetime(message.sent_date)))
    except _FAULTS:
        notes.add("The time of sending could not be read.")
    return found


def _attachments(message: Outlook, limits: Limits) -> list[OutlookAttachment]:
    try:
        return list(message.attachments)[: limits.attachments]
    except _FAULTS:
        return []


def _bytes(one: OutlookAttachment) -> bytes | None:
    try:
        found = one.file_bytes
    except _FAULTS:
        return None
    return found if isinstance(found, bytes) else None


def _named(one: OutlookAttachment, place: int) -> tuple[str, str]:
    try:
        name = one.file_name or f"attachment {place + 1}"
    except _FAULTS:
        name = f"attachment {place + 1}"
    try:
        kind = one.mime_type or "application/octet-stream"
    except _FAULTS:
        kind = "application/octet-stream"
    return str(name), str(kind)


def read(source: BinaryIO, limits: Limits) -> Reading:
    """One message of Outlook."""
    message = _opened(source)
    notes = Notes(limits)
    notes.add(MESSAGE_SAYS)
    try:
        kind = message.message_class
    except _FAULTS as error:
        raise NotReadableError("This is not an Outlook message, or it is damaged.") from error
    if kind and not kind.startswith(("IPM.Note", "REPORT")):
        notes.add(f"Outlook calls this “{kind[:80]}”, not a message.")
    headers = _headers(message, notes)
    plain = _text(message, "body").replace("\r\n", "\n")
    page = page_of(_text(message, "html_body"), limits.text)
    if len(plain) > limits.text or page.cut:
        notes.add(f"The text is longer than {limits.text:,} characters; the rest is left out.")
    messages = messages_of(plain[: limits.text], page.text, headers, limits, notes)
    if not plain.strip() and not page.text:
        notes.add("The text is empty, or in a form (RTF) that is not shown; the original keeps it.")
    attached = []
    for place, one in enumerate(_attachments(message, limits)):
        name, media_type = _named(one, place)
        data = None if limits.first else _bytes(one)
        if data is None and not limits.first:
            notes.add("A message within the message, or a file that is only linked, cannot be taken out.")
        digest = None if data is None else sha256(data).hexdigest()
        attached.append(Attachment(name, media_type, None if data is None else len(data), digest))
    return within(
        Reading(
            kind=ReadingKind.MAIL,
            title=_text(message, "subject") or first_of(headers, "subject"),
            claims=tuple(claims_of(headers)),
            text=search_text(headers, messages, [one.name for one in attached]),
            first=limits.first,
            total=len(messages),
            messages=windowed(messages, limits),
            attachments=tuple(attached),
            notes=notes.all(),
        ),
        limits,
    )


def part(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    """The bytes of one attachment."""
    found = _attachments(_opened(source), limits)
    data = _bytes(found[place]) if 0 <= place < len(found) else None
    if data is None:
        raise NotReadableError("This attachment cannot be taken out of the message.")
    if len(data) > limits.part_bytes:
        raise TooLargeError("This attachment is larger than may be taken out.")
    yield data


READER: Final = Reader("outlook", read, part)
