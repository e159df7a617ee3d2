"""Words about what a reader found: kinds, marks, times as interpreted. Texts of others are made visible."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from evidence_app.bundle.dates import MONTHS
from evidence_app.records import Attachment, Message, Reading, ReadingKind
from evidence_app.ui import say

SENT_BY_PHONE: Final = "This phone"
"""How the reader of text messages begins the sender of what the phone itself sent."""


def tr(text: str) -> str:
    """In the language of the window."""
    return QCoreApplication.translate("reading", text)


def what(reading: Reading) -> str:
    """What the file is, in a few words."""
    return {
        ReadingKind.CHAT: tr("Conversation"),
        ReadingKind.SMS: tr("Text messages"),
        ReadingKind.MAIL: tr("E-mail"),
        ReadingKind.PAGE: tr("Saved page"),
        ReadingKind.ARCHIVE: tr("Archive"),
        ReadingKind.TEXT: tr("Text"),
        ReadingKind.DOCUMENT: tr("Document"),
    }.get(reading.kind, tr("File"))


def icon(reading: Reading) -> str:
    """The icon of its kind."""
    return {
        ReadingKind.CHAT: "speech",
        ReadingKind.SMS: "phone",
        ReadingKind.MAIL: "inbox",
        ReadingKind.PAGE: "globe",
        ReadingKind.ARCHIVE: "archive",
    }.get(reading.kind, "file")


def interpreted(message: Message) -> str:
    """The time as it was interpreted, "" where it could not be."""
    if not message.at:
        return ""
    try:
        moment = datetime.fromisoformat(message.at)
    except ValueError:
        return ""
    if moment.tzinfo is None:  # the file names no zone: the day and the hour are the phone's
        return f"{moment.day} {say.tr(MONTHS[moment.month - 1])} {moment.year}, {moment:%H:%M}"
    return f"{say.short_day(moment)}, {say.clock(moment)}"


def mark(message: Message) -> tuple[str, str]:
    """Words and icon of what the file says of a message, two empty texts for nothing."""
    return {
        "": ("", ""),
        "edited": (tr("Edited, the file says"), "pencil"),
        "deleted": (tr("Deleted, the file says"), "close"),
        "left out": (tr("Picture or file not in the export"), "eye-off"),
        "by the app": (tr("Marked as a line of the app"), "info"),
        "draft": (tr("Draft, the file says"), "pencil"),
        "failed": (tr("Not sent, the file says"), "alert-circle"),
    }.get(message.mark, (message.mark, "info"))


def is_picture(file: Attachment) -> bool:
    """Whether it may be shown as a picture when somebody asks for it."""
    return file.media_type.startswith("image/")


def file_line(file: Attachment) -> str:
    """Kind and size of a file in one line."""
    kind, _, rest = file.media_type.partition("/")
    words = {
        "image": tr("Picture"),
        "audio": tr("Sound"),
        "video": tr("Video"),
        "text": tr("Text"),
        "message": tr("Message"),
    }.get(kind, tr("File"))
    size = tr("size not known") if file.size is None else say.size(file.size)
    return f"{words} ({rest}), {size}" if kind != "application" else f"{words}, {size}"
