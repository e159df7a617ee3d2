"""Row `chain`: the chain of a whole record recomputed, as before a backup is believed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_app.vault import database, drill
from evidence_app.vault.layout import DATABASE_KEY_INFO, LEDGER
from evidence_app.vault.queries_record import entry_rows
from tests.bench.harness import GIB, Role, Row, Way, Workshop, run
from tests.bench.searching import EXHIBITS
from tests.bench.ten_years import ten_years


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A simulated record, and a git history of as many commits."""
    shop.require(2 * GIB)
    folder = shop.new_folder()
    sample = ten_years(folder / "bench.evidence-vault", EXHIBITS)
    with sample.open() as vault:
        vault_id = vault.label.vault_id
    record, repository = sample.folder / LEDGER, folder / "repository"
    newest = drill.newest(record, sample.identity)
    assert newest is not None
    count = newest[0]
    repository.mkdir()
    if shutil.which("git"):
        run("git", "init", "-q", where=repository)
        subprocess.run(["git", "fast-import", "--quiet"], cwd=repository, input=_history(count), check=True)

    def ours() -> None:
        assert drill.head(record, sample.identity, vault_id).entries == count

    def scan() -> None:
        engine = database.open_reading(record, sample.identity.derive(DATABASE_KEY_INFO))
        try:
            with engine.connect() as connection:
                assert sum(1 for _ in entry_rows(connection)) == count
        finally:
            engine.dispose()

    yield Row(
        "chain",
        f"every commitment and link of {count:,} entries",
        [
            Way("read, hash, link and parse every entry, check every page", Role.OURS, ours),
            Way(
                "git fsck of as many commits",
                Role.PEER,
                lambda: run("git", "fsck", "--no-progress", where=repository),
                needs=("git",),
                goal=1.0,
            ),
            Way("the rows alone, out of SQLCipher", Role.LIMIT, scan, goal=3.0),
        ],
    )


def _history(count: int) -> bytes:
    """For `git fast-import`: commits of a line each."""
    return b"".join(
        b"commit refs/heads/main\ncommitter Helen Ashdown <helen@larkmere.example> %d +0000\ndata 5\nentry\n"
        b"M 644 inline record.jsonl\ndata <<END\n%d\nEND\n\n" % (1_700_000_000 + number, number)
        for number in range(count)
    )
