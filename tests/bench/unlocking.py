"""Row `unlock`: a locked vault, with the passphrase. Nearly all of it is scrypt, and meant to be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_app.records import Role as VaultRole
from evidence_app.vault import keys, vault
from tests.bench.harness import MIB, Role, Row, Way, Workshop
from tests.vaults import PASSPHRASE

_SCRYPT_MEMORY = 512 * MIB


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A vault with key slots of the real work factor."""
    shop.require(100 * MIB)
    folder = shop.new_folder() / "bench.evidence-vault"
    vault.create(
        folder, name="Helen Ashdown", role=VaultRole.STAFF, school="Larkmere Academy", passphrase=PASSPHRASE
    )[0].close()
    held: list[vault.Vault] = []

    def lock() -> None:
        while held:
            held.pop().close()

    def ours() -> None:
        held.append(vault.unlock(folder, PASSPHRASE))

    def bare() -> None:
        hashlib.scrypt(
            PASSPHRASE.encode(),
            salt=bytes(16),
            n=2**keys.WORK_FACTOR,
            r=8,
            p=1,
            maxmem=_SCRYPT_MEMORY,
            dklen=32,
        )

    try:
        yield Row(
            "unlock",
            f"a locked vault, with the passphrase (scrypt 2^{keys.WORK_FACTOR})",
            [
                Way("unlock: scrypt, age, SQLCipher, recovery, entry, checkpoint", Role.OURS, ours, lock),
                Way("hashlib.scrypt alone, same factor", Role.LIMIT, bare, lock, goal=1.15),
            ],
        )
    finally:
        lock()
