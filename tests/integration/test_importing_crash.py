"""Bringing in that is killed at any step: of every file the original is kept, whole, or nothing of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from evidence_app.capture import files
from evidence_app.records import Method, StopAnswer
from evidence_app.vault import check
from evidence_app.workflows import Batch, Outcome, bring_in
from tests import brought
from tests.disks import SmallDisk
from tests.vaults import Sample

pytest_plugins = ["tests.disk_fixtures", "tests.vault_fixtures"]

NURSERY = """
import os, signal, sys
from pathlib import Path
from evidence_app.capture import files
from evidence_app.crypto.age import Identity
from evidence_app.records import StopAnswer
from evidence_app.vault import index, object_writing
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch, bring_in
from tests.vaults import Sample

def killing(at):
    steps = 0
    def counted(function):
        def call(*args, **more):
            nonlocal steps
            if steps == at:
                os.kill(os.getpid(), signal.SIGKILL)
            steps += 1
            return function(*args, **more)
        return call
    object_writing.Batch.begin = counted(object_writing.Batch.begin)
    object_writing.ObjectWriter.write = counted(object_writing.ObjectWriter.write)
    os.fsync = counted(os.fsync)
    Path.rename = counted(Path.rename)
    Vault.record_all = counted(Vault.record_all)
    index.apply = counted(index.apply)

for line in sys.stdin:
    at, folder, identity, chosen = line.split()
    child = os.fork()
    if child == 0:
        try:
            vault = Sample(Path(folder), Identity.from_string(identity), "").open()
            killing(int(at))
            batch = Batch(StopAnswer.NO, received_from="Nadia")
            bring_in(vault, "INC-001", files.found([Path(chosen)]), batch)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    os.write(1, f"{os.waitstatus_to_exitcode(status)}\\n".encode())
"""
NAMED = {"a.txt": b"first" * 100, "b.bin": bytes(3_000_000)}
STRIDE = 1 if "EVIDENCE_MUTATIONS" in os.environ else 7
"""Every step in the long hunt, else some of them."""


@pytest.fixture
def nursery() -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
        cwd=root,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def killed(nursery: subprocess.Popen[str], at: int, sample: Sample, chosen: Path) -> bool:
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{at} {sample.folder} {sample.identity.to_string()} {chosen}\n")
    nursery.stdin.flush()
    code = int(nursery.stdout.readline())
    assert code in {0, -9}, "the child ended by itself"
    return code == -9


def test_killed_at_every_step(sample: Sample, nursery: subprocess.Popen[str], tmp_path: Path) -> None:
    chosen = tmp_path / "in"
    brought.write_all(chosen, NAMED)
    wanted = {sha256(data).hexdigest(): data for data in NAMED.values()}
    at, counts = 0, set()
    while True:
        one = Sample(tmp_path / f"{at}.evidence-vault", sample.identity, "")
        shutil.copytree(sample.folder, one.folder)
        again = killed(nursery, at, one, chosen)
        with one.open() as vault:
            assert check.check(vault).problems == ()
            assert vault.objects.unfinished() == []
            kept = [
                exhibit
                for where in ("INC-001", None)
                for exhibit in vault.read.exhibits(where)
                if exhibit.stored.sha256 in wanted
            ]
            assert len({exhibit.stored.sha256 for exhibit in kept}) == len(kept)
            for exhibit in kept:
                with vault.original(exhibit.number) as source:
                    assert source.read() == wanted[exhibit.stored.sha256]
                if exhibit.method is Method.FILE:
                    assert exhibit.statements["received_from"].value == "Nadia"
            counts.add(len(kept))
            # What is missing comes in the second time, and nothing twice.
            if not again:
                done = bring_in(vault, "INC-001", files.found([chosen]), Batch(StopAnswer.NO))
                assert sum(x.outcome is Outcome.KEPT for x in done) == len(NAMED) - len(kept)
        shutil.rmtree(one.folder)
        if not again:
            break
        at += STRIDE
    assert counts >= {0, 2}
    assert at > 20


def test_a_full_disk_leaves_what_was_sealed(sample: Sample, disk: SmallDisk, tmp_path: Path) -> None:
    folder = disk.root / "a.evidence-vault"
    shutil.copytree(sample.folder, folder)
    chosen = brought.write_all(
        tmp_path / "in", {"a.txt": b"small", "b.bin": os.urandom(6_000_000), "c.txt": b"after"}
    )
    with Sample(folder, sample.identity, "").open() as vault:
        done = bring_in(vault, "INC-001", files.found(chosen), Batch(StopAnswer.NO))
        assert [one.outcome for one in done[:2]] == [Outcome.KEPT, Outcome.REFUSED]
        assert done[2].outcome in {Outcome.KEPT, Outcome.STOPPED}  # it may have been sealed meanwhile
        assert "disk is full" in done[1].sentence
        assert vault.objects.unfinished() == []
        assert check.check(vault).problems == ()
