"""What the verification page does in the background to show one exhibit of a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtGui import QImage

from evidence_app.errors import NotReadableError
from evidence_app.records import Limits, Reading
from evidence_app.ui.thumbnails import image_of
from evidence_app.workflows import sent
from evidence_app.workflows.looking import LARGE
from evidence_app.workflows.sent import Sending, Sent

_PART_SIDE = 1_200
"""Pixels of a picture of a chat, at most, in either direction."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An exhibit that is shown: a null `image` where it is no picture, `reading` None where no reader finds
    anything in it, and then `reason`. `parts`: the exhibits that its attachments are, by place."""

    sent: Sent
    image: QImage
    reading: Reading | None
    reason: str
    parts: Mapping[int, str]


def open_one(sending: Sending, number: str) -> Opened:
    """Open an exhibit and read it; raises as `sent.open_sent`."""
    one = sent.open_sent(sending, number)
    image, reason = QImage(), ""
    try:
        pixels = sent.picture_of(sending, one, 0, LARGE)
        if pixels is not None:
            image = image_of(pixels)
    except NotReadableError as error:
        reason = error.message
    reading = None
    # A picture that was taken of a screen says nothing of itself.
    if one.observed is None or one.observed.file is not None or image.isNull():
        reading, why = sent.reading_of(sending.vault, one, Limits(preview_side=1))
        reason = reason or why
    if reading is None:
        return Opened(one, image, None, reason, {})
    known = dict(one.parts)
    places = enumerate(reading.attachments)
    parts = {place: known[file.sha256] for place, file in places if file.sha256 in known}
    # The picture itself is shown beside it, and pixels must not lie about here.
    return Opened(one, image, replace(reading, preview=None), reason, parts)


def turn_to(sending: Sending, one: Sent, place: int) -> QImage:
    """The picture at a place of a series; raises as `sent.picture_of`."""
    pixels = sent.picture_of(sending, one, place, LARGE)
    return QImage() if pixels is None else image_of(pixels)


def more_of(sending: Sending, one: Sent, limits: Limits) -> Reading | None:
    """Another window of it, or the same with an answer."""
    reading, _ = sent.reading_of(sending.vault, one, replace(limits, preview_side=1))
    return reading


def part_of(sending: Sending, one: Sent, place: int) -> QImage:
    """A picture within it: it belongs to the viewing that is in the record already."""
    return image_of(sent.picture_within(sending.vault, one, place, _PART_SIDE))
