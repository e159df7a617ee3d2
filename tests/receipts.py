"""Receipts for tests: a real one of the headteacher's, and the same statement signed or worded otherwise.

The fixtures are in tests/receipt_fixtures.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from evidence_app import workflows
from evidence_app.bundle import receipt as receipts
from evidence_app.crypto.age import Identity
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.records import Consistency, Role
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests.desks import desk, seal, teacher_and_head

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


@dataclass
class Exchange:
    """Helen's and Ruth's open vaults; Helen's bundle, Ruth's receipt for it and Alan's card on disk.

    Helen and Ruth have confirmed each other. Ruth has checked the bundle, not received it.
    """

    folder: Path
    helen: Vault
    ruth: Vault

    @property
    def bundle(self) -> Path:
        return self.folder / "one.evidence"

    @property
    def receipt(self) -> Path:
        return self.folder / "one.evidence-receipt"

    @property
    def card(self) -> Path:
        return self.folder / "alan.evidence-contact"


@dataclass(frozen=True)
class Prepared:
    """An exchange on disk, locked: made once, and opened as a copy by every test."""

    folder: Path
    helen: Identity
    ruth: Identity

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Exchange]:
        shutil.copytree(self.folder, folder)
        opened = [
            Vault.open(folder / f"{name}.evidence-vault", identity, slot=Slot.PASSPHRASE)
            for name, identity in (("teacher", self.helen), ("head", self.ruth))
        ]
        try:
            yield Exchange(folder, *opened)
        finally:
            for one in opened:
                one.abandon()


def prepare(folder: Path) -> Prepared:
    """Seal, check, answer."""
    with teacher_and_head(folder) as (helen, ruth):
        issued(ruth, seal(helen, folder / "one.evidence"), folder / "one.evidence-receipt")
        with desk(folder / "alan.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan:
            workflows.write_new_file(folder / "alan.evidence-contact", workflows.own_card(alan))
        return Prepared(folder, helen.identity, ruth.identity)
