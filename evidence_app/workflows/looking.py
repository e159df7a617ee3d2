"""Looking further into what was brought in and is being shown: a picture of a chat.

That somebody looks is in the record already; what is read here belongs to that look.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Final

from evidence_app.capture import kinds
from evidence_app.capture.child import Child
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Limits, Pixels
from evidence_app.vault.vault import Vault

_PICTURE: Final = 64 * 1024 * 1024
"""Bytes of a picture within a file; more than any phone makes."""


def picture_within(
    vault: Vault, number: str, place: int, side: int, *, watch: Callable[[], None] = lambda: None
) -> Pixels:
    """The pixels of a picture within an exhibit, at most `side` in either direction.

    `watch` may raise to stop it. Raises `NotReadableError`, `LockedAwayError`, `IntegrityError` and
    `StorageError`.
    """
    exhibit = vault.read.exhibit(number)
    data = bytearray()
    with Child() as child:
        with vault.original(exhibit.number) as source:
            reader = kinds.reader_for(exhibit.stored.media_type)
            for piece in child.part(reader, source, place, watch=watch):
                data += piece
                if len(data) > _PICTURE:
                    raise TooLargeError("This picture is larger than may be shown.")
        found = child.read("picture", BytesIO(data), Limits(preview_side=side), watch=watch)
    if found.preview is None:
        raise NotReadableError("This file cannot be shown as a picture.")
    return found.preview
