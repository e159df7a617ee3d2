"""Row `seal`: one bundle from the encrypted objects of a vault.

Ours decrypts, hashes each original against the record, packs, encrypts, signs, syncs and enters the act.
The peers hash nothing and do not wait for the disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_app import workflows
from evidence_app.vault.layout import OBJECTS
from tests.bench import heavy
from tests.bench.harness import Role, Row, Way, Workshop, settle, shell


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A filled vault, open; each way writes its bundle anew."""
    with heavy.filled(shop) as held:
        out, clear = held.folder / "out.evidence", held.folder / "clear"
        vault_key = held.folder / "vault.key"
        vault_key.write_text(held.vault.identity.to_string() + "\n", "ascii")
        objects = held.vault.folder / OBJECTS

        def absent() -> None:
            out.unlink(missing_ok=True)
            shutil.rmtree(clear, ignore_errors=True)
            clear.mkdir()
            settle()

        def ours() -> None:
            workflows.seal_bundle(held.vault, held.wanted, out)

        def each_then_tar() -> None:
            shell(
                'for f in "$1"/*/*.age; do age -d -i "$2" -o "$3/${f##*/}" "$f"; done; '
                'tar -cf - -C "$3" . | age -r "$4" -o "$5"',
                held.folder,
                objects,
                vault_key,
                clear,
                held.recipient,
                out,
            )

        yield Row(
            "seal",
            f"{heavy.OBJECTS} exhibits of a vault into one bundle",
            [
                Way("decrypt, hash, pack, encrypt, sign, fsync, ledger", Role.OURS, ours, absent),
                Way(
                    "age -d of each object, then tar | age, no fsync",
                    Role.PEER,
                    each_then_tar,
                    absent,
                    ("age", "tar"),
                    goal=0.5,
                ),
                Way(
                    "tar | age of plain files, no fsync",
                    Role.PEER,
                    lambda: shell(
                        'tar -cf - -C "$1" . | age -r "$2" -o "$3"',
                        held.folder,
                        held.plain,
                        held.recipient,
                        out,
                    ),
                    absent,
                    ("age", "tar"),
                ),
                Way(
                    "age -d of the objects to nowhere",
                    Role.LIMIT,
                    lambda: shell(
                        'for f in "$1"/*/*.age; do age -d -i "$2" "$f" >/dev/null; done',
                        held.folder,
                        objects,
                        vault_key,
                    ),
                    absent,
                    ("age",),
                ),
            ],
            size=held.size,
        )
