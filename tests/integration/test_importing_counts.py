"""What bringing in costs, in counts that do not flicker: syncs, statements, and bytes read of each file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from evidence_app.capture import files
from evidence_app.records import StopAnswer
from evidence_app.vault.layout import OBJECTS
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch, Outcome, bring_in, importing_seal
from tests import brought

pytest_plugins = ["tests.vault_fixtures"]

FILES = 40
STATEMENTS = 16
"""Of each file: three questions before and after its bytes, what its entry needs and writes."""


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    found: Counter[str] = Counter()

    class Counting(FileIO):
        def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
            got = super().readinto(buffer)
            found["read"] += got or 0
            return got

    sync = os.fsync

    def synced(handle: int) -> None:
        found["folder" if os.fstat(handle).st_mode & 0o040000 else "file"] += 1
        sync(handle)

    def executed(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found["transaction" if statement.startswith("BEGIN IMM") else "statement"] += 1

    monkeypatch.setattr(files, "FileIO", Counting)
    monkeypatch.setattr(os, "fsync", synced)
    event.listen(Engine, "before_cursor_execute", executed)
    yield found
    event.remove(Engine, "before_cursor_execute", executed)


def test_a_batch_is_read_once_and_synced_together(
    opened: Vault, counts: Counter[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {f"{at:02}.bin": os.urandom(1000 + at) for at in range(FILES)}
    chosen = files.found(brought.write_all(tmp_path / "in", named))
    monkeypatch.setattr(importing_seal, "_SECONDS", 600.0)
    before = set((opened.folder / OBJECTS).iterdir())
    counts.clear()
    done = bring_in(opened, "INC-001", chosen, Batch(StopAnswer.NO))
    assert {one.outcome for one in done} == {Outcome.KEPT}
    assert counts["read"] == sum(map(len, named.values()))  # no second pass
    assert counts["file"] == FILES
    # Each folder once a batch, and the one above them where some are new; never once a file.
    batches = counts["transaction"] - 1  # the first is the answer to the question
    assert batches == 2
    folders = {one.parent for one in (opened.folder / OBJECTS).rglob("*.age")} - before
    assert counts["folder"] <= len(folders) + len(before) + batches
    assert counts["statement"] <= FILES * STATEMENTS + 60


def test_one_of_the_same_size_is_hashed_before_it_is_written(
    opened: Vault, counts: Counter[str], tmp_path: Path
) -> None:
    chosen = files.found(brought.write_all(tmp_path / "in", {"a.bin": b"a" * 5000}))
    bring_in(opened, "INC-001", chosen, Batch(StopAnswer.NO))
    counts.clear()
    (again,) = bring_in(opened, "INC-001", chosen, Batch(StopAnswer.NO))
    assert again.outcome is Outcome.ALREADY
    assert counts["read"] == 5000
    assert counts["file"] == counts["folder"] == 0
