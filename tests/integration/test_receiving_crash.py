"""Receiving that does not come to its end: kill -9 at every step, a disk that is full at any moment.

Either all of it is there or nothing was received; what an interruption leaves is put right when the vault is
next opened, never comes back as a capture, and the same file can be received again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.crypto.age import Identity, encrypt
from evidence_app.errors import StorageError
from evidence_app.records import BundleState, Contact, EntryKind, Role
from evidence_app.vault import acts, check
from evidence_app.vault.marks import Purpose
from evidence_app.vault.vault import Vault
from tests import vaults
from tests.bundles import NOON, as_tar, opened
from tests.desks import desk, seal, teacher_and_head
from tests.disks import SmallDisk
from tests.vaults import Sample, files_under, make_sample, png

pytest_plugins = ["tests.disk_fixtures"]

KIB = 1024

# Each child does one thing to a vault and is killed at the n-th step that matters: an object is begun, its
# bytes or its name become durable, it gets its name, the entries are written, they are committed.
NURSERY = """
import os, signal, sys
from pathlib import Path
from evidence_app import workflows
from evidence_app.crypto.age import Identity
from evidence_app.vault import index, object_writing, objects
from evidence_app.vault.vault import Vault
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
    os.fsync = counted(os.fsync)
    Path.rename = counted(Path.rename)
    Vault.record_all = counted(Vault.record_all)
    index.apply = counted(index.apply)

def work(at, folder, identity, act, what, keys):
    opened = Sample(Path(folder), Identity.from_string(identity), "").open()
    extra = [Identity.from_string(one) for one in keys]
    killing(at)
    if act == "receive":
        workflows.receive(opened, Path(what), keys=extra)
    else:
        workflows.check_received(opened, what, keys=extra)
    os._exit(0)

for line in sys.stdin:
    at, folder, identity, act, what, *keys = line.split()
    child = os.fork()
    if child == 0:
        try:
            work(int(at), folder, identity, act, what, keys)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    os.write(1, f"{os.waitstatus_to_exitcode(status)}\\n".encode())
"""


class Nursery:
    """The helper process; `run` does one thing in a child and says whether it was killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._said = process.stdin, process.stdout

    def killed(self, at: int, sample: Sample, act: str, what: str, *keys: Identity) -> bool:
        words = [str(at), str(sample.folder), sample.identity.to_string(), act, what]
        self._orders.write(" ".join([*words, *(one.to_string() for one in keys)]) + "\n")
        self._orders.flush()
        code = int(self._said.readline())
        assert code in {0, -9}, "the child ended by itself"
        return code == -9


@contextmanager
def nursery() -> Iterator[Nursery]:
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
        cwd=root,
    ) as process:
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


@pytest.fixture
def reader(tmp_path: Path) -> tuple[Sample, Path]:
    """Ruth's locked vault, and a bundle for her."""
    with teacher_and_head(tmp_path) as (teacher, head):
        path = seal(teacher, tmp_path / "one.evidence")
        head.close()
        return Sample(head.folder, head.identity, ""), path


def copied(sample: Sample, folder: Path) -> Sample:
    shutil.copytree(sample.folder, folder)
    return Sample(folder, sample.identity, "")


def assert_nothing_half(opened: Vault) -> None:
    """All or nothing of every received bundle; nothing strange; no capture out of what somebody sent."""
    assert check.check(opened).problems == ()
    assert opened.objects.unfinished() == []
    assert opened.read.object_ids() == set(opened.objects.ids())
    assert opened.read.exhibits(None) == []
    for row in opened.read.received():
        taken = opened.read.received_exhibits(row.reference)
        assert len(taken) == (2 if row.latest_state is BundleState.INTACT else 0)
        assert row.state in {BundleState.INTACT, BundleState.NOT_CHECKED, BundleState.NOT_FOR_YOU}


def lost(sample: Sample, before: set[Path]) -> set[str]:
    """Names of files that were in the vault and are nowhere in it any more; a `.part` may be finished."""
    now = {path.stem for path in files_under(sample.folder)}
    return {path.stem for path in before if path.suffix in {".age", ".part"}} - now


@pytest.mark.slow
def test_killed_at_every_step_of_receiving(reader: tuple[Sample, Path], tmp_path: Path) -> None:
    sample, path = reader
    seen: dict[str, int] = {}
    at, was_killed = 0, True
    with nursery() as children:
        while was_killed:
            one = copied(sample, tmp_path / f"{at}.evidence-vault")
            was_killed = children.killed(at, one, "receive", str(path))
            left = set(files_under(one.folder))
            head = one.open()
            assert lost(one, left) == set()
            assert_nothing_half(head)
            found = head.read.received()
            state = found[0].state.value if found else "nothing"
            if found and found[0].state is BundleState.NOT_CHECKED:
                assert found[0].file_name == "not known"
                assert head.objects.read(found[0].stored) == path.read_bytes()
            if state not in seen:
                assert_received_again(head, path, again=bool(found))
            seen[state] = seen.get(state, 0) + 1
            head.abandon()
            shutil.rmtree(one.folder)
            at += 1
    assert at > 15, "the steps are no longer counted"
    assert set(seen) == {"nothing", "not-checked", "intact"}
    assert seen["intact"] == 1


def assert_received_again(head: Vault, path: Path, *, again: bool) -> None:
    arrival = workflows.receive(head, path)
    assert (arrival.row.reference, arrival.again) == ("RCV-001", again)
    assert arrival.row.latest_state is BundleState.INTACT
    assert len(head.read.received()) == 1
    assert_nothing_half(head)


@pytest.mark.slow
def test_killed_at_every_step_of_a_later_check(reader: tuple[Sample, Path], tmp_path: Path) -> None:
    sample, path = reader
    other = Identity.generate()
    with sample.open() as head:
        files = opened(path, head.identity)
        (tmp_path / "two.evidence").write_bytes(encrypt(as_tar(files), [other.recipient]))
        workflows.receive(head, tmp_path / "two.evidence")
    at, was_killed = 0, True
    with nursery() as children:
        while was_killed:
            one = copied(sample, tmp_path / f"{at}.evidence-vault")
            was_killed = children.killed(at, one, "check", "RCV-001", other)
            left = set(files_under(one.folder))
            again = one.open()
            assert lost(one, left) == set()
            assert_nothing_half(again)
            row = again.read.received_bundle("RCV-001")
            assert (row.latest_state is BundleState.INTACT) == (not was_killed)
            if not was_killed:
                workflows.check_received(again, "RCV-001", keys=[other])
                assert_nothing_half(again)
            again.abandon()
            shutil.rmtree(one.folder)
            at += 1
    assert at > 10, "the steps are no longer counted"


# --- what recovery makes of each kind of leftover ---------------------------------------------------------


def left_behind(sample: Sample, data: bytes, purpose: Purpose) -> str:
    """An object that no entry names."""
    head = sample.open()
    with head.objects.batch() as batch:
        out = batch.begin("", purpose)
        out.write(data)
        object_id = out.finish().object_id
    head.abandon()
    return object_id


def test_the_file_of_a_bundle_becomes_a_received_bundle(reader: tuple[Sample, Path]) -> None:
    """Whatever is in it: sealed with a passphrase, for somebody else, or an opened archive."""
    sample, _ = reader
    for data in (b"age-encryption.org/v1\nnot even age", b"ustar or whatever"):
        left_behind(sample, data, Purpose.RECEIVED_BUNDLE)
    with sample.open() as head:
        assert [one.state for one in head.read.received()] == [BundleState.NOT_CHECKED] * 2
        assert {head.objects.read(one.stored) for one in head.read.received()} == {
            b"age-encryption.org/v1\nnot even age",
            b"ustar or whatever",
        }
        assert head.read.unfiled() == 0
        assert check.check(head).problems == ()


def test_its_exhibits_are_put_aside_and_said(reader: tuple[Sample, Path]) -> None:
    sample, _ = reader
    object_id = left_behind(sample, png(7), Purpose.RECEIVED_EXHIBIT)
    with sample.open() as head:
        assert head.read.unfiled() == 0
        said = head.read.latest(EntryKind.VAULT_INTERRUPTED)
        assert said is not None
        assert [one["name"] for one in said.data["files"]] == [f"{object_id}.age"]  # type: ignore[attr-defined]
        assert check.check(head).problems == ()
    assert (sample.folder / "interrupted" / f"{object_id}.age").is_file()


def test_a_file_that_is_there_already_is_put_aside(reader: tuple[Sample, Path]) -> None:
    sample, path = reader
    with sample.open() as head:
        workflows.receive(head, path)
    left_behind(sample, path.read_bytes(), Purpose.RECEIVED_BUNDLE)
    with sample.open() as head:
        assert len(head.read.received()) == 1
        assert check.check(head).problems == ()


def test_a_capture_is_still_a_capture(reader: tuple[Sample, Path]) -> None:
    """That begins like a bundle: only the mark decides."""
    sample, path = reader
    left_behind(sample, path.read_bytes(), Purpose.OWN)
    with sample.open() as head:
        assert head.read.received() == ()
        assert head.read.unfiled() == 1


# --- a full disk ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("free", [0, 40, 200, 500, 640, 760, 900, 1000])
def test_a_disk_that_is_full_at_any_moment(disk: SmallDisk, tmp_path: Path, free: int) -> None:
    """In the kept file, in an exhibit, in a new folder, in the log, at the commit."""
    bundle, sample = larger_bundle(tmp_path, disk.root / "ruth.evidence-vault")
    head = sample.open()
    disk.leave(free * KIB)
    before, files = head.head, set(head.objects.ids())
    with pytest.raises(StorageError, match=r"^The disk is full\. Nothing was .*is safe\. Free some space"):
        workflows.receive(head, bundle)
    assert (head.head, set(head.objects.ids()), head.read.received()) == (before, files, ())
    assert head.objects.unfinished() == []
    disk.empty()
    row = workflows.receive(head, bundle).row
    assert (row.reference, row.latest_state) == ("RCV-001", BundleState.SENDER_NOT_CONFIRMED)
    assert len(head.read.received_exhibits("RCV-001")) == 3
    assert check.check(head).problems == ()
    head.close()
    with sample.open() as again:
        assert again.read.unfiled() == 0
        assert again.read.latest(EntryKind.VAULT_INTERRUPTED) is None
        assert check.check(again).problems == ()


def larger_bundle(folder: Path, reader: Path) -> tuple[Path, Sample]:
    """Half a megabyte of three exhibits, and the vault of who may open it."""
    sample = make_sample(reader)
    with desk(folder / "helen.evidence-vault", "Helen Ashdown", Role.STAFF) as helen, sample.open() as ruth:
        workflows.add_contact(helen, workflows.own_card(ruth))
        helen.record(acts.incident_opened("Posts"))
        for number in range(3):
            vaults.capture(helen, png(number, 150 * KIB), "INC-001")
        return seal(helen, folder / "one.evidence"), sample


def test_a_full_disk_while_it_is_passed_on_or_unlocked(disk: SmallDisk, tmp_path: Path) -> None:
    bundle, sample = larger_bundle(tmp_path, tmp_path / "ruth.evidence-vault")
    with sample.open() as head:
        workflows.receive(head, bundle)
        contacts = [Contact("A", "", "", bytes(32), head.identity.recipient.to_string(), (), "", NOON)]
        disk.leave(200 * KIB)
        before = head.head
        for act in (
            lambda: workflows.forward(head, "1", contacts=contacts, out=disk.root / "on.evidence"),
            lambda: workflows.forward_as_received(head, "1", disk.root / "on.evidence"),
            lambda: workflows.unlocked_copy_received(head, "1", disk.root / "copy"),
        ):
            with pytest.raises(StorageError, match=r"[Dd]isk is full|No space left"):
                act()
            assert [path.name for path in disk.root.iterdir()] == ["filler"]
        assert head.head == before
