"""Row `append`: one entry of the record, durable."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_app.records import Said, Source
from evidence_app.vault import acts
from tests.bench.harness import MIB, Role, Row, Way, Workshop, run
from tests.vaults import make_sample

ENTRIES = 100
COMMITS = 10

_GIT = {
    "GIT_AUTHOR_NAME": "Helen Ashdown",
    "GIT_AUTHOR_EMAIL": "helen@larkmere.example",
    "GIT_COMMITTER_NAME": "Helen Ashdown",
    "GIT_COMMITTER_EMAIL": "helen@larkmere.example",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """A vault, a plain file and a git repository on the same disk."""
    shop.require(100 * MIB)
    folder = shop.new_folder()
    repository, notes = folder / "repository", folder / "repository" / "record.jsonl"
    repository.mkdir()
    environment = {**os.environ, **_GIT}
    if shutil.which("git"):
        run("git", "init", "-q", where=repository, env=environment)
    with (
        make_sample(folder / "bench.evidence-vault").open() as vault,
        (folder / "plain").open("ab", buffering=0) as plain,
    ):
        reference = str(vault.record(acts.incident_opened("Anonymous posts")).data["reference"])
        act = acts.incident_stated(reference, [Said("note", "A pupil showed me the posts.", Source.TYPED)])
        written = vault.record(act)
        line = written.body + written.salt + written.commitment + written.link

        def ours() -> None:
            for _ in range(ENTRIES):
                vault.record(act)

        def bare() -> None:
            for _ in range(ENTRIES):
                plain.write(line)
                os.fdatasync(plain.fileno())

        def commit() -> None:
            for _ in range(COMMITS):
                with notes.open("ab") as file:
                    file.write(written.body + b"\n")
                run("git", "add", "record.jsonl", where=repository, env=environment)
                run("git", "commit", "-q", "-m", "entry", where=repository, env=environment)

        yield Row(
            "append",
            f"one entry of the record, durable ({len(line)} bytes)",
            [
                Way("Vault.record: chain, index, SQLCipher, sync", Role.OURS, ours, times=ENTRIES),
                Way("git add, git commit", Role.PEER, commit, needs=("git",), times=COMMITS, goal=1 / 10),
                Way("write and fdatasync of the same bytes", Role.LIMIT, bare, times=ENTRIES, goal=2.5),
            ],
        )
