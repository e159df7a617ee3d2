"""Ids of objects, and what an object is for.

An interruption can leave objects that no entry names. What was received from somebody else must not come
back as a capture, so the ids of such objects carry a mark that only the vault's key can make and read:
nobody else sees a difference, and there is no list beside the record to lose. Source:
resources/formats/vault.md, "Objects".
"""

from __future__ import annotations

import hmac
from enum import StrEnum
from uuid import UUID, uuid4

from evidence_app.crypto.age import Identity
from evidence_app.vault.layout import RECEIVED_MARK_INFO

_FREE = 10


class Purpose(StrEnum):
    """What an object was made for."""

    OWN = "own"
    RECEIVED_BUNDLE = "bundle"
    RECEIVED_EXHIBIT = "exhibit"


class Marks:
    """Makes and reads the ids of one vault's objects."""

    def __init__(self, identity: Identity) -> None:
        self._key = identity.derive(RECEIVED_MARK_INFO)

    def new_id(self, purpose: Purpose = Purpose.OWN) -> str:
        """A new id; all of them look like random UUIDs."""
        raw = uuid4().bytes
        if purpose is not Purpose.OWN:
            raw = raw[:_FREE] + self._mark(purpose, raw[:_FREE])
        return str(UUID(bytes=raw))

    def purpose(self, object_id: str) -> Purpose:
        """What an object of this id was made for; an id without a mark is of the vault's own."""
        raw = UUID(object_id).bytes
        for purpose in (Purpose.RECEIVED_BUNDLE, Purpose.RECEIVED_EXHIBIT):
            if hmac.compare_digest(self._mark(purpose, raw[:_FREE]), raw[_FREE:]):
                return purpose
        return Purpose.OWN

    def _mark(self, purpose: Purpose, free: bytes) -> bytes:
        return hmac.digest(self._key, purpose.value.encode("ascii") + b"\n" + free, "sha256")[: 16 - _FREE]
