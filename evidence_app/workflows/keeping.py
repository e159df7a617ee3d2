"""Acts on the vault itself."""

from __future__ import annotations

from evidence_app.records import EntryKind
from evidence_app.vault import keys
from evidence_app.vault.acts import Act
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault


def change_passphrase(vault: Vault, passphrase: str) -> None:
    """Replace the passphrase of an open vault, and say so in its record; about a second.

    Raises `UserError` for a weak one, `StorageError`; then the one of before still opens the vault.
    """
    keys.change_slot(vault.folder, vault.identity, Slot.PASSPHRASE, passphrase)
    vault.record(Act(EntryKind.KEY_SLOT_CHANGED, {"slot": Slot.PASSPHRASE.value}))
