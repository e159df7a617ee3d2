"""kill -9 between any two steps of a disposal: at the next opening it is completed, or has not begun.

One helper process forks a child for every point, in a copy of the vault of its own, so that all of them take
seconds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.errors import DisposedError
from evidence_app.records import EntryKind
from evidence_app.vault import check
from tests import traces
from tests.vaults import Sample, png

pytest_plugins = ["tests.vault_fixtures"]

ADDRESS = b"https://social.example/@larkmere_truth/9"

# Where the child dies: a name, and whether the disposal has begun by then (its transaction is committed).
POINTS = {
    "before the entry": False,
    "before the bodies are erased": False,
    "before the commit": False,
    "before the file is overwritten": True,
    "before the file is removed": True,
    "after the file is removed": True,
    "before the database is rebuilt": True,
    "before the log is emptied": True,
    "after the log is emptied": True,
    "before completion is recorded": True,
    "before completion is committed": True,
    "after completion is recorded": True,
}

NURSERY = """
import os, signal, sys
from pathlib import Path
from evidence_app import workflows
from evidence_app.crypto.age import Identity
from evidence_app.records import Decider, EntryKind
from evidence_app.vault import database, disposal, index, objects, vault
from tests.vaults import Sample

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def then(*given, **named):
        function(*given, **named)
        die()
    return then

def only(kind, function, when):
    def then(connection, entry, *rest):
        if entry.kind is kind and when == "before":
            die()
        function(connection, entry, *rest)
        if entry.kind is kind and when == "after":
            die()
    return then

def plant(point):
    apply, erase = index.apply, disposal.erase_bodies
    outside = database.outside_transactions
    disposed, completed = EntryKind.EXHIBIT_DISPOSED, EntryKind.DISPOSAL_COMPLETED
    if point == "before the entry":
        index.apply = only(disposed, apply, "before")
    elif point == "before the bodies are erased":
        disposal.erase_bodies = only(disposed, erase, "before")
    elif point == "before the commit":
        disposal.erase_bodies = only(disposed, erase, "after")
    elif point == "before the file is overwritten":
        objects.ObjectStore.erase = die
    elif point == "before the file is removed":
        objects.os.fsync = after(os.fsync)
    elif point == "after the file is removed":
        objects.ObjectStore.erase = after(objects.ObjectStore.erase)
    elif point == "before the database is rebuilt":
        vault.Vault.scrub = die
    elif point == "before the log is emptied":
        database.outside_transactions = lambda c, s, *v: (outside(c, s, *v), s == "VACUUM" and die())
    elif point == "after the log is emptied":
        vault.Vault.scrub = after(vault.Vault.scrub)
    elif point == "before completion is recorded":
        disposal._look = after(disposal._look)
    elif point == "before completion is committed":
        index.apply = only(completed, apply, "after")
    else:
        disposal.finish = after(disposal.finish)

identity = Identity.from_string(sys.argv[1])
for line in sys.stdin:
    folder, point = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        try:
            opened = Sample(Path(folder), identity, "").open()
            plant(point)
            workflows.dispose(
                opened, "1", decided_by="Mrs Ruth Calloway", decider=Decider.HEAD, second="Tom Garrick"
            )
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    os.write(1, f"{os.waitstatus_to_exitcode(status)}\\n".encode())
"""


@dataclass(frozen=True)
class Killed:
    """What the killed children left: a vault for every point, and where the words still were."""

    vaults: dict[str, Sample]
    left: dict[str, list[str]]


@pytest.fixture(scope="module")
def killed(template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    base = tmp_path_factory.mktemp("killed")
    with Sample(shutil.copytree(template.folder, base / "due"), template.identity, "").open() as opened:
        yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011  (a day of this computer's calendar)
        workflows.keep_until(opened, "INC-001", yesterday)
    found = {}
    for at, point in enumerate(POINTS):
        folder = shutil.copytree(base / "due", base / f"{at}.evidence-vault")
        found[point] = Sample(folder, template.identity, "")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", NURSERY, template.identity.to_string()],
        input="".join(f"{one.folder}\t{point}\n" for point, one in found.items()),
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["-9"] * len(POINTS), done.stderr
    left = {point: traces.in_database(one.folder, one.identity, [ADDRESS]) for point, one in found.items()}
    return Killed(found, left)


@pytest.mark.parametrize("point", POINTS)
def test_it_is_completed_or_has_not_begun(killed: Killed, point: str) -> None:
    sample = killed.vaults[point]
    with sample.open() as opened:
        assert check.check(opened).problems == ()
        assert opened.read.unfinished_disposals() == ()
        assert len(opened.read.exhibits(None)) == 1, "nothing of it came back as a recovered capture"
        if not POINTS[point]:
            assert opened.read.latest(EntryKind.EXHIBIT_DISPOSED) is None
            assert workflows.view(opened, "HXA/001") == png(1)
            return
        with pytest.raises(DisposedError):
            opened.read.exhibit("HXA/001")
        made = opened.read.disposal("HXA/001")
        assert made is not None
        assert made.completed_at is not None
        # What the record, and so the certificate, says is so: looked at while the vault is open and after.
        for _ in range(2):
            assert traces.in_database(sample.folder, sample.identity, [ADDRESS]) == []
            assert traces.in_files(sample.folder, sample.identity, [ADDRESS, png(1)]) == []
            opened.flush()
        assert len(opened.read.entries(EntryKind.DISPOSAL_COMPLETED)) == 1


def test_the_kills_fell_between_the_steps(killed: Killed) -> None:
    """Planted proof: before the next opening the words can still be there, and nothing claims otherwise."""
    assert killed.left["before the entry"]
    assert killed.left["before the file is overwritten"]
    assert killed.left["before the log is emptied"]
    assert not killed.left["after completion is recorded"]
