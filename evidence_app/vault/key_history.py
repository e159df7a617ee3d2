"""The signing keys that a vault had, from its record, each change checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evidence_app.crypto import key_change
from evidence_app.errors import IntegrityError
from evidence_app.records import EntryKind
from evidence_app.records_json import Fields

if TYPE_CHECKING:
    from evidence_app.vault.vault import Vault

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """Up to the entry before `seq` the vault signed with `old` (32 bytes)."""

    seq: int
    old: bytes


def changes(vault: Vault) -> list[Change]:
    """Every change of the key, oldest first. Raises `IntegrityError` where one is not what both keys signed,
    or does not lead from the key before to the next."""
    found, last = [], None
    for entry in reversed(vault.read.entries(EntryKind.VAULT_KEY_REPLACED, limit=_MOST)):
        fields = Fields(entry.data, f"Entry {entry.seq} of the record")
        said = key_change.check(fields.text("statement"), fields.text("by_old"), fields.text("by_new"))
        if (said.vault_id, said.size) != (vault.label.vault_id, entry.seq - 1) or last not in (
            None,
            said.old,
        ):
            raise IntegrityError(f"Entry {entry.seq} of the record speaks of another change of the key.")
        last = said.new
        found.append(Change(entry.seq, said.old))
    if last not in (None, vault.signing_key.public_key):
        raise IntegrityError("The record's last change of the key leads to another key than the vault's.")
    return found


def key_at(known: Sequence[Change], size: int, present: bytes) -> bytes:
    """The key that signed when the record had `size` entries."""
    return next((one.old for one in known if one.seq > size), present)
