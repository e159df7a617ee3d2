"""Commands whose disk is full, whose output takes nothing, or which are stopped: nothing half-done stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.errors import ExitCode, StorageError
from evidence_app.records import Progress
from evidence_app.vault.layout import OBJECTS, object_path
from tests.commands import Answer, Stage, environment, finished, in_order, refused, snapshot, work_of
from tests.nursery import Command
from tests.screens import virtual_screen
from tests.vaults import Sample, capture, files_under, png

pytest_plugins = ["tests.command_fixtures"]

H, P = "helen.evidence-vault", ("--passphrase-file", "passphrase")
SEAL = ("seal", H, "--incident", "1", "--to", "Mrs Ruth Calloway", *P)
MIB = 1024 * 1024
FULL = "The disk is full. Nothing was "


class SmallDisk:
    """A mounted tmpfs of four megabytes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def leave(self, free: int) -> None:
        """Fill it up until so many bytes are left."""
        figures = os.statvfs(self.root)
        (self.root / "filler").write_bytes(bytes(max(0, figures.f_bavail * figures.f_bsize - free)))

    def empty(self) -> None:
        (self.root / "filler").unlink()

    def read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(self.root)], check=True)


@pytest.fixture
def disk(stage: Stage) -> Iterator[SmallDisk]:
    """Mounted inside the stage, as `disk`."""
    root = stage.folder / "disk"
    root.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "evidence-test", str(root)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mounting a small disk is not permitted here: {done.stderr.strip()}")
    yield SmallDisk(root)
    subprocess.run(["umount", str(root)], check=True)


def moved(sample: Sample, disk: SmallDisk) -> Sample:
    """The vault on the small disk."""
    folder = disk.root / sample.folder.name
    shutil.move(sample.folder, folder)
    return Sample(folder, sample.identity, sample.words)


# --- a full disk ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("free", [0, MIB])
def test_a_full_disk_during_capture(stage: Stage, disk: SmallDisk, free: int) -> None:
    """The picture does not fit, or not even the entry that the vault was opened."""
    sample = moved(stage.helen, disk)
    before = work_of(sample)
    disk.leave(free)
    with virtual_screen(1280, 1024, window_manager=False, current=False) as screen:
        screen.paint(3)  # noise: a PNG of nearly 4 MB
        words = ("capture", sample.folder, "--incident", "1", "--note", "n", *P, "--json")
        answer = stage.run(*words, env=environment(DISPLAY=screen.display))
    # With no block left at all SQLite cannot tell why it failed.
    says = (FULL, "is safe", "Free some space and try again.") if free else ("Nothing was changed.",)
    refused(answer, ExitCode.FAILED, *says)
    assert not list(disk.root.rglob("*.part"))
    disk.empty()
    in_order(sample)
    # That nobody could be asked stands there where the disk still took it; of the picture there is nothing.
    assert [one for one in work_of(sample) if one[0] != "stop.answered"] == before


@pytest.mark.parametrize("free", [0, 16 * 1024])
def test_a_full_disk_during_sealing(stage: Stage, disk: SmallDisk, free: int) -> None:
    with stage.helen.open() as helen:
        capture(helen, png(9, MIB), "INC-001")
    disk.leave(free)
    with stage.unharmed(stage.helen):
        answer = stage.run(*SEAL, "-o", "disk/new.evidence", "--json")
        refused(answer, ExitCode.FAILED, FULL + "sealed", "Free some space and try again.")
        assert [path.name for path in disk.root.iterdir()] == ["filler"]


def test_a_disk_that_is_full_when_the_sealing_is_to_be_recorded(stage: Stage, disk: SmallDisk) -> None:
    """The bundle is whole on another disk, but no bundle leaves the vault that the record does not name."""
    sample = moved(stage.helen, disk)
    before = work_of(sample)
    out = stage.folder / "new.evidence"

    def fill(step: Progress) -> None:
        if step.done == step.total and not (disk.root / "filler").exists():
            disk.leave(0)

    helen = sample.open()
    wanted = workflows.Wanted("INC-001", contacts=(helen.read.contact("Mrs Ruth Calloway"),))
    helen.flush()  # the write-ahead log has room of its own until it is folded into the database
    try:
        with pytest.raises(StorageError, match="The disk is full"):
            workflows.seal_bundle(helen, wanted, out, fill)
    finally:
        helen.abandon()
    assert not list(stage.folder.glob("*new.evidence*"))
    assert not list(stage.folder.glob(".*"))
    disk.empty()
    in_order(sample)
    assert work_of(sample) == before


def big_bundle(stage: Stage) -> None:
    """A bundle of Helen's for Ruth of more than a megabyte, as `big.evidence`."""
    with stage.helen.open() as helen:
        capture(helen, png(9, MIB), "INC-001")
        wanted = workflows.Wanted("INC-001", contacts=(helen.read.contact("Mrs Ruth Calloway"),))
        workflows.seal_bundle(helen, wanted, stage.folder / "big.evidence")


@pytest.mark.parametrize("free", [0, 64 * 1024, MIB])
def test_a_full_disk_while_receiving(stage: Stage, disk: SmallDisk, free: int) -> None:
    """Not even room for the entry that the vault was opened; for the start of the file; for most of it.
    Nothing is half-received, and once there is room it is received."""
    big_bundle(stage)
    sample = moved(stage.ruth, disk)
    before, objects = work_of(sample), files_under(sample.folder / OBJECTS)
    disk.leave(free)
    receive = ("receive", sample.folder, "big.evidence", *P, "--json")
    answer = stage.run(*receive)
    # With no block left at all SQLite cannot tell why it failed.
    says = ("The disk is full.", "Free some space and try again.") if free else ()
    refused(answer, ExitCode.FAILED, *says)
    assert not list(disk.root.rglob("*.part"))
    disk.empty()
    in_order(sample)
    assert work_of(sample) == before
    assert files_under(sample.folder / OBJECTS) == objects
    assert stage.ok(*receive).json["received"]["reference"] == "RCV-001"
    in_order(sample)


@pytest.mark.parametrize("words", [("contact", "add"), ("receipt", "record")])
def test_a_full_disk_while_a_card_or_receipt_comes(
    stage: Stage, disk: SmallDisk, words: tuple[str, ...]
) -> None:
    receipt = stage.folder / "r.evidence-receipt"
    with stage.ruth.open() as ruth:
        workflows.issue_receipt(ruth, stage.bundle, receipt)
    sample = moved(stage.helen, disk)
    before = work_of(sample)
    disk.leave(0)
    file = receipt if "receipt" in words else "alan.evidence-contact"
    refused(stage.run(*words, sample.folder, file, *P), ExitCode.FAILED)
    disk.empty()
    in_order(sample)
    assert work_of(sample) == before
    stage.ok(*words, sample.folder, file, *P)


@pytest.mark.parametrize("words", [("contact", "card", H), ("exhibit", "show", H, "1", "--original")])
def test_a_full_disk_for_small_files(stage: Stage, disk: SmallDisk, words: tuple[str, ...]) -> None:
    disk.leave(0)
    option = () if "--original" in words else ("-o",)
    answer = stage.run(*words, *option, "disk/new", *P)
    refused(answer, ExitCode.FAILED, "The disk is full. The file new was not written.")
    assert [path.name for path in disk.root.iterdir()] == ["filler"]
    in_order(stage.helen)


def test_a_disk_that_does_not_allow_writing(stage: Stage, disk: SmallDisk) -> None:
    """A bundle onto it, and a vault on it."""
    sample = moved(stage.ruth, disk)
    disk.read_only()
    before = snapshot(stage.folder)
    refused(stage.run(*SEAL, "-o", "disk/new.evidence"), ExitCode.FAILED, "Nothing was sealed")
    answer = stage.run("verify", "INC-001.evidence", "--vault", sample.folder, *P, "--json")
    refused(answer, ExitCode.FAILED, "does not allow writing")
    assert snapshot(stage.folder) == before
    in_order(stage.helen)


# --- standard output ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
def test_an_output_that_takes_nothing(stage: Stage, form: tuple[str, ...]) -> None:
    """Full, or closed by its reader: the work is done, and never reported as a verdict."""
    verify = ("verify", "INC-001.evidence", "--vault", "ruth.evidence-vault", *P, *form)
    says = "The answer could not be written to standard output. The work itself is done and safe."
    with Path("/dev/full").open("wb") as full:
        refused(finished(stage.start(*verify, stdout=full.fileno())), ExitCode.FAILED, says)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        words = ("incident", "open", H, "--title", "New", *P, *form)
        refused(finished(stage.start(*words, stdout=writing)), ExitCode.FAILED, says)
    finally:
        os.close(writing)
    in_order(stage.helen)
    assert work_of(stage.helen)[-1][0] == "incident.opened"


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
def test_names_that_the_terminal_cannot_show(stage: Stage, form: tuple[str, ...]) -> None:
    stage.ok("incident", "open", H, "--title", "Café – 🙂", *P)
    answer = stage.ok("incident", "list", H, *P, *form, env=environment(PYTHONIOENCODING="cp1252"))
    if form:
        assert answer.json["incidents"][0]["title"] == "Café – 🙂"
    else:
        assert answer.out.startswith("INC-003  0 exhibits  Caf")


# --- stopped --------------------------------------------------------------------------------------------


@contextmanager
def held_up(stage: Stage) -> Iterator[subprocess.Popen[bytes] | Command]:
    """A command that seals and waits in the middle of the first original, its file half-written.

    A pipe stands in the place of the object. The report, which is made first, gets the whole of it; then
    it gives only the first half, and ends after the block.
    """
    with stage.helen.open() as helen:
        path = object_path(stage.helen.folder, helen.read.exhibit("HXA/001").stored.object_id)
    data = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    process = stage.start(*SEAL, "-o", "new.evidence", "--json")
    try:
        with path.open("wb", buffering=0) as pipe:  # opens when the command opens the other end
            pipe.write(data)
        deadline = time.monotonic() + 60
        while not list(stage.folder.glob(".new.evidence.*.part")):
            assert time.monotonic() < deadline
            assert process.poll() is None
        with path.open("wb", buffering=0) as pipe:
            pipe.write(data[: len(data) // 2])
            assert len(list(stage.folder.glob(".new.evidence.*.part"))) == 1
            yield process
    except BaseException:
        process.kill()
        finished(process)
        raise
    finally:
        path.unlink()
        path.write_bytes(data)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_stopped_while_sealing(stage: Stage, name: str) -> None:
    """Ctrl-C, the end of the session, a closed terminal; a second one changes nothing."""
    before = work_of(stage.helen)
    files = snapshot(stage.folder)
    with held_up(stage) as process:
        process.send_signal(getattr(signal, name))
        process.send_signal(getattr(signal, name))
        process.wait(60)
    answer = finished(process)
    refused(answer, ExitCode.FAILED, "Stopped. Nothing of the unfinished work was kept.")
    assert snapshot(stage.folder) == files
    in_order(stage.helen)
    assert work_of(stage.helen) == before


def test_killed_while_sealing(stage: Stage) -> None:
    """What no program can clear away is never taken for a bundle, and harms neither vault nor next try."""
    before = work_of(stage.helen)
    with held_up(stage) as process:
        process.kill()
    assert finished(process) == Answer(-signal.SIGKILL, "", "")
    assert not (stage.folder / "new.evidence").exists()
    in_order(stage.helen)
    assert work_of(stage.helen) == before
    stage.ok(*SEAL, "-o", "new.evidence")
