"""Acts about the ways into a vault."""

from __future__ import annotations

from evidence_app.ledger import utc_text
from evidence_app.records import EntryKind
from evidence_app.vault.acts import Act
from evidence_app.vault.attempts import FailedTries
from evidence_app.vault.keys import Slot


def unlocked(slot: Slot, failed: FailedTries | None) -> Act:
    """The vault was unlocked; `failed`: the tries before that did not."""
    data: dict[str, object] = {"slot": slot.value}
    if failed is not None:
        data["failed"] = {
            "count": failed.count,
            "first": utc_text(failed.first),
            "last": utc_text(failed.last),
        }
    return Act(EntryKind.VAULT_UNLOCKED, data)


def slot_changed(slot: Slot, recipient: str = "") -> Act:
    """A slot file was replaced; `recipient`: of the school's, the key it was sealed to (`age1…`)."""
    return Act(
        EntryKind.KEY_SLOT_CHANGED,
        {"slot": slot.value} | ({"recipient": recipient} if slot is Slot.SCHOOL else {}),
    )
