"""Row `import`: 200 files into an open vault.

Ours asks nothing twice, hashes, encrypts, syncs every file, enters two acts each and looks at what it is. The
peers hash nothing; one of them does not wait for the disk at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.records import StopAnswer
from evidence_app.vault import acts
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch
from tests.bench.harness import Role, Row, Way, Workshop, settle, shell
from tests.vaults import make_sample

FILES = 200


def _with_incident(vault: Vault) -> None:
    vault.record(acts.incident_opened("From the phone"))


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A new vault for each round; the files are the same."""
    folder = shop.folder / "import"
    plain, out = folder / "plain", folder / "out"
    plain.mkdir(parents=True)
    each = max(1, shop.size // FILES)
    with Path("/dev/urandom").open("rb") as source:
        for at in range(FILES):
            (plain / f"{at:03}.bin").write_bytes(source.read(each))
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

    def ours() -> None:
        done = workflows.bring_in(held[0], "INC-001", files.found([plain]), Batch(StopAnswer.NO))
        assert len(done) == FILES

    yield Row(
        "import",
        f"{FILES} files into a vault",
        [
            Way("hash, encrypt, fsync, ledger, look at each", Role.OURS, ours, fresh),
            Way(
                "age, one call for each file, no fsync",
                Role.PEER,
                lambda: shell(
                    'for f in "$1"/*; do age -r "$2" -o "$3/${f##*/}.age" "$f"; done',
                    folder,
                    plain,
                    recipient,
                    out,
                ),
                empty,
                ("age",),
            ),
            Way(
                "cp, then sync",
                Role.LIMIT,
                lambda: shell('cp -r "$1" "$2/copy" && sync -f "$2"', folder, plain, out),
                empty,
                ("cp",),
            ),
        ],
        size=each * FILES,
    )
    empty()
