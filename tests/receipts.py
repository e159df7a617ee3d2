"""Receipts for tests: a real one of the headteacher's, and the same statement signed or worded otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from evidence_app import workflows
from evidence_app.bundle import receipt as receipts
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.records import Consistency
from evidence_app.vault.vault import Vault

STRANGER = SigningKey(bytes(range(32)))
ALTERED = {"unchanged": False, "ledger": None, "problems": ("file-changed",)}
CONFLICT = {"consistent": Consistency.NO}


def issued(reader: Vault, bundle: Path, out: Path) -> bytes:
    """The reader's receipt for a bundle, also in the new file `out`."""
    workflows.issue_receipt(reader, bundle, out)
    return out.read_bytes()


def again(data: bytes, key: SigningKey, **changes: object) -> bytes:
    """The same receipt with other answers, properly signed by `key`."""
    said = receipts.read_receipt(data)
    changed = replace(said, signing_key=key.public_key, **changes)  # type: ignore[arg-type]
    return receipts.make_receipt(changed, key)
