"""Row `bring_in`: 1 GiB of 200 mixed files into an open vault, durable.

Ours asks nothing twice, hashes, encrypts, syncs every file and enters each in the record; that is when the
window says "sealed". What the files are is looked at afterwards, in the child, and is a way of its own here.
The peers hash nothing and keep no record. `cp` does not even encrypt.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.errors import StoppedError
from evidence_app.records import Progress, StopAnswer
from evidence_app.vault import acts
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch, Brought, Outcome
from tests.bench import mixed
from tests.bench.harness import Role, Row, Way, Workshop, run, settle, shell
from tests.vaults import make_sample


def _with_incident(vault: Vault) -> None:
    vault.record(acts.incident_opened("From the phone"))


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A new vault for each round; the files are the same."""
    folder = shop.folder / "import"
    plain, out = folder / "plain", folder / "out"
    count = len(mixed.make(plain, shop.size))
    held: list[Vault] = []
    sample = make_sample(folder / "template.evidence-vault", _with_incident)
    recipient = sample.identity.recipient.to_string()

    def empty() -> None:
        for one in held:
            one.abandon()
        held.clear()
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        settle()

    def fresh() -> None:
        empty()
        shutil.copytree(sample.folder, out / "a.evidence-vault")
        held.append(Vault.open(out / "a.evidence-vault", sample.identity, slot=Slot.PASSPHRASE))
        settle()

    def seal() -> None:
        kept: set[int] = set()

        def told(at: int, one: Brought) -> None:
            if one.outcome is Outcome.KEPT:
                kept.add(at)

        def until_sealed(_: Progress) -> None:
            if len(kept) == count:
                raise StoppedError("Stopped.")

        workflows.bring_in(
            held[0], "INC-001", files.found([plain]), Batch(StopAnswer.NO), progress=until_sealed, told=told
        )
        assert len(kept) == count

    def seal_and_look() -> None:
        workflows.bring_in(held[0], "INC-001", files.found([plain]), Batch(StopAnswer.NO))

    each = 'for f in "$1"/*; do age -r "$2" -o "$3/${f##*/}.age" "$f"; done'
    archive = 'borg create -C none "$3/archive::a" "$1" && sync -f "$3"'

    words = os.environ | {"BORG_PASSPHRASE": "four words of our own", "BORG_BASE_DIR": str(folder / "borg")}

    def borg() -> None:
        empty()
        run("borg", "init", "-e", "repokey-blake2", out / "archive", env=words)
        settle()

    yield Row(
        "bring_in",
        f"{count} mixed files into a vault, durable",
        [
            Way("hash, encrypt, fsync, ledger: sealed", Role.OURS, seal, fresh),
            Way("the same, and each looked at in the child", Role.OURS, seal_and_look, fresh),
            Way(
                "age, one call for each file, then sync",
                Role.PEER,
                lambda: shell(f'{each}; sync -f "$3"', folder, plain, recipient, out),
                empty,
                ("age",),
            ),
            Way(
                "age, one call for each file, no sync",
                Role.PEER,
                lambda: shell(each, folder, plain, recipient, out),
                empty,
                ("age",),
            ),
            Way(
                "borg create, encrypted, not compressed, then sync",
                Role.PEER,
                lambda: run("bash", "-ec", archive, "bench", plain, recipient, out, env=words),
                borg,
                ("borg",),
            ),
            Way(
                "cp, then sync",
                Role.LIMIT,
                lambda: shell('cp -r "$1" "$2/copy" && sync -f "$2"', folder, plain, out),
                empty,
                ("cp",),
            ),
        ],
        size=shop.size,
    )
    empty()
