"""What the Keys page shows: the ways into the vault, and who tried in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evidence_app.records import EntryKind
from evidence_app.ui.pages import keys_words
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault

_MOST = 500


@dataclass(frozen=True, slots=True)
class Ways:
    """Since when the passphrase and the sheet are what they are; the school's public key, or empty; what the
    newest unlocking after failed tries said of them, or empty."""

    passphrase: datetime
    sheet: datetime
    school: str
    failed: str


def ways(vault: Vault) -> Ways:
    """For background work."""
    made = vault.read.entry(1).at
    changed = {Slot.PASSPHRASE.value: made, Slot.RECOVERY.value: made}
    school = ""
    for entry in reversed(vault.read.entries(EntryKind.KEY_SLOT_CHANGED, limit=_MOST)):
        slot = str(entry.data.get("slot"))
        changed[slot] = entry.at
        if slot == Slot.SCHOOL.value:
            school = str(entry.data.get("recipient", ""))
    unlocked = vault.read.entries(EntryKind.VAULT_UNLOCKED, limit=_MOST)
    failed = next((words for one in unlocked if (words := keys_words.failed_words(one))), "")
    return Ways(changed[Slot.PASSPHRASE.value], changed[Slot.RECOVERY.value], school, failed)
