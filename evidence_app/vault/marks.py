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
    """Makes the ids of one vault's objects, and reads those made under any key that it had."""

    def __init__(self, *identities: Identity) -> None:
        self._keys = [one.derive(RECEIVED_MARK_INFO) for one in identities]

    def new_id(self, purpose: Purpose = Purpose.OWN) -> str:
        """A new id; all of them look like random UUIDs."""
        raw = uuid4().bytes
        if purpose is not Purpose.OWN:
            raw = raw[:_FREE] + _mark(self._keys[0], purpose, raw[:_FREE])
        return str(UUID(bytes=raw))

    def purpose(self, object_id: str) -> Purpose:
        """What an object of this id was made for; an id without a mark is of the vault's own."""
        raw = UUID(object_id).bytes
        for purpose in (Purpose.RECEIVED_BUNDLE, Purpose.RECEIVED_EXHIBIT):
            for key in self._keys:
                if hmac.compare_digest(_mark(key, purpose, raw[:_FREE]), raw[_FREE:]):
                    return purpose
        return Purpose.OWN


def _mark(key: bytes, purpose: Purpose, free: bytes) -> bytes:
    return hmac.digest(key, purpose.value.encode("ascii") + b"\n" + free, "sha256")[: 16 - _FREE]
