"""What the vault check finds about signatures: of the checkpoints, and of each change of the vault's key."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, LargeBinary, cast, select

from evidence_app import ledger
from evidence_app.crypto import sshsig
from evidence_app.errors import EvidenceError, IntegrityError
from evidence_app.vault import key_history, schema
from evidence_app.vault.key_history import Change
from evidence_app.vault.layout import FORMER
from evidence_app.vault.vault import Vault

Add = Callable[[str, str, str], None]
"""Takes code, place and message of a problem."""


def checkpoints(vault: Vault, connection: Connection, add: Add) -> dict[int, list[bytes]]:
    """The links that signed checkpoints promise, by size; each has to be signed with the key of its time."""
    promised: dict[int, list[bytes]] = {}
    changes = _key_changes(vault, add)
    table = schema.checkpoints
    expected = 1
    query = select(table.c.number, cast(table.c.text, LargeBinary), cast(table.c.signature, LargeBinary))
    for number, signed, signature in connection.execute(query.order_by(table.c.number)):
        where = f"checkpoint {number}"
        if number != expected:
            add("checkpoint-missing", f"checkpoint {expected}", "A signed checkpoint is missing.")
        expected = number + 1
        try:
            checkpoint = ledger.parse_checkpoint(signed)
            key = key_history.key_at(changes, checkpoint.size, vault.signing_key.public_key)
            sshsig.verify(signed, signature, ledger.CHECKPOINT_NAMESPACE, key=key)
            if checkpoint.vault_id != vault.label.vault_id:
                raise IntegrityError("It belongs to another vault.")
        except EvidenceError as error:
            add("checkpoint-broken", where, f"A signed checkpoint does not check. {error}")
            continue
        promised.setdefault(checkpoint.size, []).append(checkpoint.link)
    return promised


def _key_changes(vault: Vault, add: Add) -> list[Change]:
    """Each key that the vault had, and until when; the signatures of both keys are checked."""
    if (vault.folder / FORMER).exists() and len(vault.identities) == 1:
        add(
            "former-keys-damaged",
            FORMER,
            "The keys that this vault had before cannot be read: what was sealed for them does not open.",
        )
    try:
        return key_history.changes(vault)
    except EvidenceError as error:
        add("key-change-broken", "key change", f"A change of the vault's key does not check. {error}")
        return []
