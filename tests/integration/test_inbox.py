"""The inbox: a folder that others write into, looked at, never touched."""

from __future__ import annotations

import os
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout
from evidence_app.crypto.age import EncryptWriter, Passphrase, encrypt
from evidence_app.errors import StoppedError, UsageError
from evidence_app.records import BundleState, Consistency
from evidence_app.vault import check
from evidence_app.workflows import inbox
from tests.bundles import as_tar, edited, opened, sign_again
from tests.desks import picture, seal, teacher_and_head

LATER = timedelta(hours=1)
WORDS = "copper lantern quiet meadow"


@pytest.fixture
def pair(tmp_path):
    with teacher_and_head(tmp_path) as both:
        yield both


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def look(vault, folder, after=timedelta(0)):
    """A look that changes nothing in the folder; `after` so much time."""
    before = state_of(folder)
    found = workflows.look_in_inbox(vault, folder, now=datetime.now(UTC) + after)
    assert state_of(folder) == before
    return found


def state_of(folder):
    """Of every name what it is, when it was changed and what is in it."""
    found = {}
    for path in folder.iterdir():
        status = path.lstat()
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else None
        found[path.name] = status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, data
    return found


def why(found):
    return {one.name: one.why for one in found.skipped}


def test_what_is_new_is_taken_once(pair, folder):
    teacher, head = pair
    seal(teacher, folder / "one.evidence")
    workflows.keep(teacher, picture(30), "INC-001")
    seal(teacher, folder / "TWO.EVIDENCE")
    (folder / "letter.pdf").write_bytes(b"%PDF")
    (folder / "ruth.evidence-contact").write_bytes(workflows.own_card(teacher))
    found = look(head, folder)
    assert [one.row.file_name for one in found.arrivals] == ["one.evidence", "TWO.EVIDENCE"]
    assert [one.row.state for one in found.arrivals] == [BundleState.INTACT] * 2
    assert (found.receipts, found.skipped, found.known) == ((), (), 0)
    assert len(head.read.received_exhibits("RCV-002")) == 3
    before = head.head
    again = look(head, folder)
    assert (again.arrivals, again.receipts, again.skipped, again.known) == ((), (), (), 2)
    assert head.head == before
    assert check.check(head).problems == ()


def test_the_oldest_comes_first_whatever_its_name(pair, folder):
    """Else a later bundle would make the earlier one look as if the record had been shortened."""
    teacher, head = pair
    seal(teacher, folder / "z.evidence")
    workflows.keep(teacher, picture(30), "INC-001")
    seal(teacher, folder / "a.evidence")
    os.utime(folder / "z.evidence", (1_700_000_000, 1_700_000_000))
    found = look(head, folder)
    assert [one.row.file_name for one in found.arrivals] == ["z.evidence", "a.evidence"]
    assert [one.row.consistent for one in found.arrivals] == [Consistency.FIRST, Consistency.YES]


def test_receipts_for_bundles_of_this_vault(pair, folder, tmp_path):
    teacher, head = pair
    bundle = seal(teacher, tmp_path / "one.evidence")
    workflows.issue_receipt(head, bundle, folder / "one.evidence-receipt")
    found = look(teacher, folder)
    assert [one.name for one in found.receipts] == ["Mrs Ruth Calloway"]
    assert len(teacher.read.receipts()) == 1
    again = look(teacher, folder)
    assert (again.receipts, again.known, again.skipped) == ((), 1, ())
    # The reader who wrote it has nothing to learn from it, and is not bothered with it.
    own = look(head, folder)
    assert (own.receipts, own.known, own.skipped) == ((), 1, ())


def test_a_receipt_for_somebody_else_is_left_alone(pair, folder, tmp_path):
    teacher, head = pair
    with teacher_and_head(tmp_path / "others") as (other, _):
        workflows.issue_receipt(
            head, seal(teacher, tmp_path / "one.evidence"), folder / "one.evidence-receipt"
        )
        found = look(other, folder)
    assert (found.receipts, found.known) == ((), 0)
    assert "not sealed in this vault" in why(found)["one.evidence-receipt"]


def test_what_this_vault_wrote_itself_is_not_received(pair, folder):
    """A folder that both sides share: one's own bundles lie in it, and cannot be opened by oneself."""
    teacher, head = pair
    seal(teacher, folder / "one.evidence")
    assert look(teacher, folder).known == 1
    assert teacher.read.received() == ()
    look(head, folder)
    workflows.forward(head, "1", contacts=head.read.contacts(), out=folder / "on.evidence")
    found = look(head, folder)
    assert (found.arrivals, found.known, found.skipped) == ((), 2, ())


# --- what may still be arriving -------------------------------------------------------------------------


def half(data):
    return data[: len(data) // 2]


def zeros_behind(data):
    """The whole size from the beginning, as some systems copy, and the rest not yet written."""
    return half(data) + bytes(len(data) - len(data) // 2)


def nothing_yet(data):
    return bytes(len(data))


@pytest.mark.parametrize("so_far", [half, zeros_behind, nothing_yet, lambda data: data[:10]])
def test_half_a_file_is_never_registered_as_damaged(pair, folder, tmp_path, so_far):
    teacher, head = pair
    whole = seal(teacher, tmp_path / "one.evidence").read_bytes()
    path = folder / "one.evidence"
    path.write_bytes(so_far(whole))
    before = head.head
    for _ in range(2):
        found = look(head, folder)
        assert found.arrivals == ()
        assert "may still be arriving" in why(found)["one.evidence"]
    assert head.head == before
    assert list(head.objects.ids()) == []
    assert head.objects.unfinished() == []
    path.write_bytes(whole)
    found = look(head, folder)
    assert [one.row.state for one in found.arrivals] == [BundleState.INTACT]


def test_one_that_stays_as_it_is_is_registered_as_what_it_is(pair, folder, tmp_path):
    teacher, head = pair
    whole = seal(teacher, tmp_path / "one.evidence").read_bytes()
    (folder / "cut.evidence").write_bytes(half(whole))
    files = opened(tmp_path / "one.evidence", head.identity)
    files["data/README.txt"] += b"!"
    (folder / "odd.evidence").write_bytes(encrypt(as_tar(files), [head.identity.recipient]))
    (folder / "other.evidence").write_bytes(encrypt(as_tar(files), [teacher.identity.recipient]))
    (folder / "letter.evidence").write_bytes(b"Dear Ruth")
    (folder / "empty.evidence").write_bytes(b"")
    (folder / "cut.evidence-receipt").write_bytes(b'{"evidence-receipt":1,')
    first = look(head, folder)
    assert first.arrivals == ()
    assert all("may still be arriving" in one for one in why(first).values())
    assert len(first.skipped) == 6
    later = look(head, folder, LATER)
    assert {one.row.file_name: one.row.state for one in later.arrivals} == {
        "cut.evidence": BundleState.DAMAGED,
        "odd.evidence": BundleState.ALTERED,
        "other.evidence": BundleState.NOT_FOR_YOU,
    }
    assert why(later)["letter.evidence"] == "This file is not an Evidence bundle, or the copy is incomplete."
    assert "empty" in why(later)["empty.evidence"]
    assert len(why(later)["cut.evidence-receipt"]) > 20
    assert check.check(head).problems == ()
    before = head.head
    again = look(head, folder, LATER)
    assert (again.arrivals, again.known, head.head) == ((), 3, before)


def test_what_has_another_answer_now_is_told_again(pair, folder, tmp_path, monkeypatch):
    """From a newer version, and the program was updated; interrupted, and it is whole."""
    teacher, head = pair
    files = opened(seal(teacher, tmp_path / "one.evidence"), head.identity)
    files[layout.INCIDENT] = edited(files[layout.INCIDENT], format=2)
    label = files[layout.BAG_INFO].replace(b"Evidence-Bundle-Format: 1", b"Evidence-Bundle-Format: 2")
    newer = sign_again(files | {layout.BAG_INFO: label}, teacher.signing_key)
    (folder / "newer.evidence").write_bytes(encrypt(as_tar(newer), [head.identity.recipient]))
    assert [one.row.state for one in look(head, folder, LATER).arrivals] == [BundleState.NEWER]
    before = head.head
    assert look(head, folder, LATER).known == 1
    assert head.head == before
    with monkeypatch.context() as patch:
        patch.setattr(layout, "FORMAT", 2)
        (arrival,) = look(head, folder).arrivals
        assert (arrival.again, arrival.row.latest_state) == (True, BundleState.INTACT)
        assert len(head.read.received_exhibits("RCV-001")) == 2
        assert look(head, folder).known == 1


@pytest.mark.parametrize(
    ("age", "taken"),
    [
        (inbox.QUIET - timedelta(seconds=1), False),
        (inbox.QUIET, True),
        (-timedelta(minutes=30), False),  # the clock of a network drive goes ahead
        (-timedelta(days=2), True),  # a time that is no time at all
    ],
)
def test_the_edge_of_quiet(pair, folder, age, taken):
    (folder / "cut.evidence").write_bytes(b"age-encryption.org/v1\n-> X25519 ")
    changed = datetime.fromtimestamp((folder / "cut.evidence").stat().st_ctime, UTC)
    assert bool(workflows.look_in_inbox(pair[1], folder, now=changed + age).arrivals) == taken


def test_a_file_that_changes_while_it_is_read(pair, folder, monkeypatch):
    """The check was of bytes that are not the file's any more: nothing is kept of it."""
    teacher, head = pair
    path = seal(teacher, folder / "one.evidence")
    write = EncryptWriter.write

    def meanwhile(self, data):
        path.touch()
        with path.open("ab") as file:
            file.write(b"")
        os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
        return write(self, data)

    before = head.head
    with monkeypatch.context() as patch:
        patch.setattr(EncryptWriter, "write", meanwhile)
        found = workflows.look_in_inbox(head, folder, now=datetime.now(UTC) + LATER)
    assert "changed while it was read" in why(found)["one.evidence"]
    assert head.head == before
    assert list(head.objects.ids()) == []
    assert len(look(head, folder).arrivals) == 1


@pytest.mark.parametrize(
    "name",
    [
        ".one.evidence.1a2b3c4d.part",
        ".INC-001.evidence.aB3dE9",
        ".syncthing.INC-001.evidence.tmp",
        "~syncthing~INC-001.evidence.tmp",
        "INC-001.evidence.crdownload",
        "INC-001.evidence.part",
        "INC-001.evidence.filepart",
        ".INC-001.evidence.~1a2b",
        "INC-001.evidence~3f2a11.tmp",
        ".INC-001.evidence.icloud",
        "INC-001.evidence-receipt.partial",
        "INC-001.evidence.!sync",
        ".INC-001.evidence",
    ],
)
def test_names_of_unfinished_files(pair, folder, tmp_path, name):
    shutil.copy(seal(pair[0], tmp_path / "one.evidence"), folder / name)
    before = pair[1].head
    found = look(pair[1], folder, LATER)
    assert "unfinished" in why(found)[name]
    assert (found.arrivals, pair[1].head) == ((), before)


@pytest.mark.parametrize(
    "name",
    ["evidence", "one.evidence.txt", "._one.evidence", "one.evidence-contact", "a.evidence-vault", "notes"],
)
def test_names_that_are_none_of_ours(pair, folder, tmp_path, name):
    shutil.copy(seal(pair[0], tmp_path / "one.evidence"), folder / name)
    found = look(pair[1], folder, LATER)
    assert (found.arrivals, found.skipped, found.known) == ((), (), 0)


# --- what cannot be taken -------------------------------------------------------------------------------


def test_whatever_lies_there_the_rest_goes_on(pair, folder, tmp_path, monkeypatch):
    teacher, head = pair
    bundle = seal(teacher, tmp_path / "one.evidence")
    shutil.copy(bundle, folder / "zz.evidence")
    (folder / "link.evidence").symlink_to(bundle)
    (folder / "inside.evidence").symlink_to(folder / "zz.evidence")
    (folder / "nowhere.evidence").symlink_to(tmp_path / "nothing")
    (folder / "folder.evidence").mkdir()
    os.mkfifo(folder / "pipe.evidence")
    with socket.socket(socket.AF_UNIX) as made:
        monkeypatch.chdir(folder)
        made.bind("socket.evidence")
    with_words = encrypt(b"anything", Passphrase(WORDS, work_factor=10))
    (folder / "words.evidence").write_bytes(with_words)
    found = look(head, folder, LATER)
    assert [one.row.file_name for one in found.arrivals] == ["zz.evidence"]
    said = why(found)
    assert set(said) == {
        *(f"{name}.evidence" for name in ("link", "inside", "nowhere", "folder", "pipe", "socket", "words"))
    }
    for name in ("link", "inside", "nowhere"):
        assert "a link to another place" in said[f"{name}.evidence"]
    for name in ("folder", "pipe", "socket"):
        assert "not a file" in said[f"{name}.evidence"]
    assert "passphrase" in said["words.evidence"]
    for sentence in said.values():
        assert "Nothing was taken" in sentence
        assert sentence.endswith(".")
        assert "\n" not in sentence


def test_one_that_cannot_be_read_or_is_gone_meanwhile(pair, folder, monkeypatch):
    teacher, head = pair
    for name in ("a.evidence", "b.evidence", "c.evidence", "d.evidence"):
        seal(teacher, folder / name)
    open_file, lstat = os.open, Path.lstat

    def opening(path, *more, **named):
        if str(path).endswith("a.evidence"):
            raise PermissionError(13, "Permission denied")
        return open_file(path, *more, **named)

    def looking(self):
        if self.name == "b.evidence":
            raise FileNotFoundError(2, "No such file or directory")
        return lstat(self)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", opening)
        patch.setattr(Path, "lstat", looking)
        found = workflows.look_in_inbox(head, folder, now=datetime.now(UTC) + LATER)
    assert [one.row.file_name for one in found.arrivals] == ["c.evidence", "d.evidence"]
    assert "cannot be read (Permission denied)" in why(found)["a.evidence"]
    assert "is gone" in why(found)["b.evidence"]


def test_names_are_shown_safely(pair, folder):
    (folder / "a\u202ecnedive.evidence").write_bytes(b"x")
    found = look(pair[1], folder, LATER)
    assert [one.name for one in found.skipped] == ["a\ufffdcnedive.evidence"]
    assert "\u202e" not in found.skipped[0].why


def test_a_time_that_no_calendar_holds(pair, folder):
    path = folder / "cut.evidence"
    path.write_bytes(b"age-encryption.org/v1\n")
    for when in (2**33, -(2**31)):
        os.utime(path, (when, when))
        workflows.look_in_inbox(pair[1], folder)


def test_a_folder_that_is_none(pair, folder, tmp_path):
    for path in (tmp_path / "none", seal(pair[0], tmp_path / "one.evidence")):
        with pytest.raises(UsageError, match="cannot be looked into"):
            workflows.look_in_inbox(pair[1], path)


def test_ten_thousand_files(pair, folder):
    """Nearly all of them nothing: each has its sentence, none is passed over."""
    teacher, head = pair
    for number in range(10_000):
        (folder / f"{number:05}.evidence").write_bytes(b"")
    seal(teacher, folder / "one.evidence")
    found = workflows.look_in_inbox(head, folder)
    assert len(found.skipped) == 10_000
    assert [one.row.file_name for one in found.arrivals] == ["one.evidence"]


def test_progress_and_stop(pair, folder):
    teacher, head = pair
    for number in range(3):
        seal(teacher, folder / f"{number}.evidence")
    total = sum(path.stat().st_size for path in folder.iterdir())
    seen = []

    def stop(now):
        seen.append((now.done, now.total))
        if now.words.endswith("1.evidence") and now.done > total // 3:
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        workflows.look_in_inbox(head, folder, stop)
    assert [one.file_name for one in head.read.received()] == ["0.evidence"]
    assert len(set(head.objects.ids())) == 3
    assert {one for _, one in seen} == {total}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    seen.clear()
    found = workflows.look_in_inbox(head, folder, lambda now: seen.append((now.done, now.total)))
    assert len(found.arrivals) == 2
    assert max(done for done, _ in seen) <= total
    assert check.check(head).problems == ()
