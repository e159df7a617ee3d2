"""A backup is whole at every moment, gives the same vault back, and holds nothing that is locked away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.crypto.age import decrypt
from evidence_app.errors import (
    DamagedError,
    ExitCode,
    IntegrityError,
    NotOurFileError,
    StoppedError,
    StorageError,
    UsageError,
    UserError,
    WrongPassphraseError,
)
from evidence_app.records import EntryKind, Progress, Why
from evidence_app.vault import backup, check, database, drill, vault
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests import traces
from tests.commands import Stage, refused
from tests.disks import SmallDisk
from tests.vaults import (
    PASSPHRASE,
    Sample,
    capture,
    files_under,
    light_key_slots,
    make_sample,
    occurrences,
    png,
    stored_of,
    tampering,
)

P = ("--passphrase-file", "passphrase")
KEYS = ["passphrase.age", "recovery.age"]
pytest_plugins = ["tests.vault_fixtures", "tests.disk_fixtures", "tests.command_fixtures"]

NEW = "another long quiet passphrase"


def restored(folder: Path, target: Path, secret: str = PASSPHRASE) -> Vault:
    made, _ = backup.restore(folder, target, secret)
    return made


def holdings(opened: Vault) -> dict[str, bytes]:
    return {
        one.number: opened.objects.read(one.stored)
        for incident in ("INC-001", "INC-002", None)
        for one in opened.read.exhibits(incident)
    }


@pytest.mark.parametrize("left", [[], ["vault.json.part"], ["vault.json"], ["vault.json", "keys"]])
def test_a_first_backup_that_was_cut_off_at_its_very_beginning_is_gone_on_with(
    opened: Vault, tmp_path: Path, left: list[str]
) -> None:
    """In the order in which it is written: the label first, which says whose folder it is."""
    place = tmp_path / "stick"
    place.mkdir()
    for name in left:
        if name == "keys":
            (place / name).mkdir()
        else:
            shutil.copy(opened.folder / "vault.json", place / name)
    assert backup.back_up(opened, place).copied == 3
    with restored(place, tmp_path / "back.evidence-vault") as back:
        assert holdings(back) == holdings(opened)


# --- there and back -------------------------------------------------------------------------------------


def test_the_vault_that_is_put_back_is_the_same(opened: Vault, tmp_path: Path) -> None:
    before, head = holdings(opened), opened.head
    report = backup.back_up(opened, tmp_path / "stick")
    assert (report.entries, report.link) == (head[0], head[1].hex())
    assert (report.objects, report.copied, report.left_out, report.missing) == (3, 3, 0, ())
    (entry,) = opened.read.entries(EntryKind.VAULT_BACKED_UP)
    assert entry.data["link"] == head[1].hex()
    snapshot = {path: path.read_bytes() for path in files_under(tmp_path / "stick")}
    with restored(tmp_path / "stick", tmp_path / "back.evidence-vault") as back:
        assert holdings(back) == before
        assert back.read.link(head[0]) == head[1]
        (said,) = back.read.entries(EntryKind.VAULT_RESTORED)
        assert (said.data["entries"], said.data["link"]) == (head[0], head[1].hex())
        assert check.check(back).problems == ()
        number = capture(back, png(50), "INC-001").data["number"]
        assert number == "HXA/004"
    assert {path: path.read_bytes() for path in files_under(tmp_path / "stick")} == snapshot


def test_it_opens_with_the_recovery_words_too(sample: Sample, tmp_path: Path) -> None:
    with sample.open() as opened:
        backup.back_up(opened, tmp_path / "stick")
    back, _ = backup.restore(tmp_path / "stick", tmp_path / "back", sample.words, Slot.RECOVERY)
    with back:
        assert len(holdings(back)) == 3


def test_nothing_of_it_is_readable(opened: Vault, tmp_path: Path) -> None:
    capture(opened, b"quaggawhistle" * 40, "INC-001", title="okapilantern")
    backup.back_up(opened, tmp_path / "stick")
    for marker in ("quaggawhistle", "okapilantern", "Helen", "larkmere_truth", "HXA/001"):
        assert occurrences(tmp_path / "stick", marker) == []
    assert sorted(path.name for path in (tmp_path / "stick").iterdir()) == [
        *("keys", "ledger.db", "objects", "vault.json")
    ]


def test_the_next_one_copies_only_what_is_new(opened: Vault, tmp_path: Path) -> None:
    backup.back_up(opened, tmp_path / "stick")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "stick" / "objects").rglob("*.age")}
    capture(opened, png(51), "INC-002")
    report = backup.back_up(opened, tmp_path / "stick")
    assert (report.copied, report.objects) == (1, 4)
    assert report.entries > 11
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert backup.back_up(opened, tmp_path / "stick").copied == 0
    with restored(tmp_path / "stick", tmp_path / "back") as back:
        assert holdings(back)["HXA/004"] == png(51)


def test_a_vault_in_use_is_copied_as_it_was_at_one_moment(
    opened: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captures while the record and the files are being copied belong to the next backup."""
    monkeypatch.setattr(database, "_COPY_PAGES", 1)
    head = opened.head
    numbers = iter(range(60, 70))

    def busy(_: Progress) -> None:
        with suppress(StopIteration):
            capture(opened, png(next(numbers)), "INC-001")

    report = backup.back_up(opened, tmp_path / "stick", busy)
    assert (report.entries, report.link) == (head[0], head[1].hex())
    assert opened.head[0] > head[0] + 9
    with restored(tmp_path / "stick", tmp_path / "back") as back:
        assert len(holdings(back)) == 3
        assert check.check(back).problems == ()
        assert not back.read.entries(EntryKind.VAULT_INTERRUPTED)


def test_a_file_that_the_vault_lost_is_named_and_the_rest_is_saved(opened: Vault, tmp_path: Path) -> None:
    stored = stored_of(opened, "HXA/002")
    next(opened.folder.rglob(f"{stored.object_id}.age")).unlink()
    report = backup.back_up(opened, tmp_path / "stick")
    assert report.missing == (stored.object_id,)
    assert report.objects == 2
    with pytest.raises(IntegrityError, match="HXA/002"):
        drill.drill(tmp_path / "stick", opened.identity)


# --- places -----------------------------------------------------------------------------------------------


def test_places_that_are_refused(opened: Vault, tmp_path: Path) -> None:
    other = make_sample(tmp_path / "other.evidence-vault")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("Dear all")
    (tmp_path / "file").write_text("a file")
    before = {path: path.read_bytes() for path in files_under(other.folder)}
    for place, says in (
        (opened.folder, "inside the vault"),
        (opened.folder / "objects" / "b", "inside the vault"),
        (tmp_path, "around it"),
        (tmp_path / "letters", "something else"),
        (tmp_path / "file", "something else"),
        (other.folder, "of another vault"),
    ):
        with pytest.raises(UsageError, match=says):
            backup.back_up(opened, place)
    assert {path: path.read_bytes() for path in files_under(other.folder)} == before
    assert not opened.read.entries(EntryKind.VAULT_BACKED_UP)


def test_a_copy_that_was_opened_as_a_vault_is_no_backup_any_more(opened: Vault, tmp_path: Path) -> None:
    backup.back_up(opened, tmp_path / "stick")
    Vault.open(tmp_path / "stick", opened.identity, slot=Slot.PASSPHRASE).close()
    with pytest.raises(UsageError, match="in use itself"):
        backup.back_up(opened, tmp_path / "stick")


def test_an_old_copy_of_the_vault_is_not_written_over_a_newer_backup(sample: Sample, tmp_path: Path) -> None:
    old = shutil.copytree(sample.folder, tmp_path / "old.evidence-vault")
    with sample.open() as opened:
        capture(opened, png(52), "INC-001")
        newest = backup.back_up(opened, tmp_path / "stick")
    with Sample(old, sample.identity, "").open() as rolled_back:
        for _ in range(9):
            capture(rolled_back, png(53), "INC-001")
        with pytest.raises(IntegrityError, match="old copy that was put back"):
            backup.back_up(rolled_back, tmp_path / "stick")
    found = drill.drill(tmp_path / "stick", sample.identity)
    assert (found.entries, found.link) == (newest.entries, newest.link)


# --- what must not live on --------------------------------------------------------------------------------


def test_what_is_locked_away_is_left_out_and_goes_from_an_earlier_one(opened: Vault, tmp_path: Path) -> None:
    stored = stored_of(opened, "HXA/001")
    backup.back_up(opened, tmp_path / "stick")
    assert list((tmp_path / "stick").rglob(f"{stored.object_id}*"))
    workflows.lock_away(opened, "HXA/001", Why.INDECENT_IMAGE)
    report = backup.back_up(opened, tmp_path / "stick")
    assert (report.objects, report.left_out) == (2, 1)
    assert not list((tmp_path / "stick").rglob(f"{stored.object_id}*"))
    assert backup.back_up(opened, tmp_path / "second").left_out == 1
    assert not list((tmp_path / "second").rglob(f"{stored.object_id}*"))
    # Not under another name either, and not in the record.
    for stick in (tmp_path / "stick", tmp_path / "second"):
        plain = [decrypt(path.read_bytes(), [opened.identity]) for path in stick.rglob("objects/*/*.age")]
        assert sorted(plain) == sorted([png(2), png(3)])
        assert not traces.in_database(stick, opened.identity, [png(1)[100:160], png(1)[-60:]])
    with restored(tmp_path / "stick", tmp_path / "back") as back:
        assert check.check(back).problems == ()
        assert back.is_locked_away("HXA/001")


def test_without_a_restoring_its_file_is_missed(opened: Vault) -> None:
    """The exception is for what a backup left out, not for a vault that lost it."""
    stored = stored_of(opened, "HXA/001")
    workflows.lock_away(opened, "HXA/001", Why.INDECENT_IMAGE)
    next(opened.folder.rglob(f"{stored.object_id}.age")).unlink()
    assert [one.code for one in check.check(opened).problems] == ["object-damaged"]


def test_a_restored_vault_misses_what_is_not_locked_away(opened: Vault, tmp_path: Path) -> None:
    backup.back_up(opened, tmp_path / "stick")
    with restored(tmp_path / "stick", tmp_path / "back") as back:
        next(back.folder.rglob(f"{stored_of(back, 'HXA/001').object_id}.age")).unlink()
        assert [one.code for one in check.check(back).problems] == ["object-damaged"]


# --- interrupted ------------------------------------------------------------------------------------------


def test_stopped_the_first_time_it_goes_on_where_it_was(opened: Vault, tmp_path: Path) -> None:
    calls = 0

    def stop(now: Progress) -> None:
        nonlocal calls
        if now.words == "Copying the sealed files":
            calls += 1
            if calls == 2:
                raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        backup.back_up(opened, tmp_path / "stick", stop)
    assert not [path for path in files_under(tmp_path / "stick") if path.name.endswith(".part")]
    with pytest.raises(NotOurFileError, match="never finished"):
        drill.drill(tmp_path / "stick", opened.identity)
    assert backup.back_up(opened, tmp_path / "stick").copied == 2


def test_a_full_disk_leaves_the_one_of_before(opened: Vault, disk: SmallDisk, tmp_path: Path) -> None:
    stick = disk.root / "stick"
    first = backup.back_up(opened, stick)
    capture(opened, png(54, 200_000), "INC-001")
    disk.leave(100_000)
    with pytest.raises(StorageError, match=r"The disk is full|may be full"):
        backup.back_up(opened, stick)
    disk.empty()
    assert drill.drill(stick, opened.identity).link == first.link
    assert backup.back_up(opened, stick).copied == 1


def test_killed_before_any_renaming_it_is_the_one_of_before_or_the_new_one(
    sample: Sample, tmp_path: Path
) -> None:
    with sample.open() as opened:
        first = backup.back_up(opened, tmp_path / "base")
        capture(opened, png(55), "INC-001")
        capture(opened, png(56), "INC-001")
        workflows.lock_away(opened, "HXA/001", Why.INDECENT_IMAGE)
    links = set()
    for at in range(6):  # two sealed files, two key files, the record, and after it
        stick = shutil.copytree(tmp_path / "base", tmp_path / f"stick-{at}")
        folder = shutil.copytree(sample.folder, tmp_path / f"{at}.evidence-vault")
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                _die_at(at)
                backup.back_up(Sample(folder, sample.identity, "").open(), stick)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == -9
        found = drill.drill(stick, sample.identity)
        links.add(found.link)
        with Sample(folder, sample.identity, "").open() as opened:
            report = backup.back_up(opened, stick)
        assert drill.drill(stick, sample.identity).link == report.link
        assert not [path for path in files_under(stick) if path.name.endswith(".part")]
    assert first.link in links
    assert len(links) == 2


def _die_at(calls: int) -> None:
    """From here on this process dies at the renaming of that number, the first is 0."""
    replace, left = Path.replace, [calls]

    def counting(path: Path, target: Path) -> Path:
        if left[0] == 0:
            os.kill(os.getpid(), 9)
        left[0] -= 1
        done = replace(path, target)
        if target.name == "ledger.db":
            os.kill(os.getpid(), 9)
        return done

    Path.replace = counting  # type: ignore[method-assign,assignment]


# --- the drill --------------------------------------------------------------------------------------------


def _swap(stick: Path, sample: Sample) -> None:
    one, other = sorted((stick / "objects").rglob("*.age"))[:2]
    one.write_bytes(other.read_bytes())


def _shorten(stick: Path, sample: Sample) -> None:
    path = min((stick / "objects").rglob("*.age"))
    path.write_bytes(path.read_bytes()[:-1])


def _remove(stick: Path, sample: Sample) -> None:
    min((stick / "objects").rglob("*.age")).unlink()


def _change_entry(stick: Path, sample: Sample) -> None:
    with tampering(Sample(stick, sample.identity, "")) as connection:
        connection.execute("UPDATE entries SET body = replace(body, 'Anonymous', 'anonymous') WHERE seq = 3")


def _drop_entry(stick: Path, sample: Sample) -> None:
    with tampering(Sample(stick, sample.identity, "")) as connection:
        connection.execute("DELETE FROM entries WHERE seq = 5")


def _damage_record(stick: Path, sample: Sample) -> None:
    with (stick / "ledger.db").open("r+b") as file:
        file.seek(9000)
        file.write(bytes(200))


@pytest.mark.parametrize(
    "harm",
    [_swap, _shorten, _remove, _change_entry, _drop_entry, _damage_record],
    ids=lambda one: one.__name__,
)
def test_a_backup_that_is_not_whole_is_not_put_back(
    sample: Sample, tmp_path: Path, harm: Callable[[Path, Sample], None]
) -> None:
    with sample.open() as opened:
        backup.back_up(opened, tmp_path / "stick")
    harm(tmp_path / "stick", sample)
    with pytest.raises((IntegrityError, DamagedError)):
        backup.restore(tmp_path / "stick", tmp_path / "back", PASSPHRASE)
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".back*"))


def test_putting_back_takes_nothing_that_is_there(sample: Sample, tmp_path: Path) -> None:
    with sample.open() as opened:
        backup.back_up(opened, tmp_path / "stick")
    (tmp_path / "back").mkdir()
    with pytest.raises(UsageError, match="already something"):
        backup.restore(tmp_path / "stick", tmp_path / "back", PASSPHRASE)
    with pytest.raises(WrongPassphraseError):
        backup.restore(tmp_path / "stick", tmp_path / "new", "not the right passphrase")
    with pytest.raises(NotOurFileError):
        backup.restore(tmp_path / "nothing", tmp_path / "new", PASSPHRASE)

    def stop(now: Progress) -> None:
        if now.words == "Copying the sealed files":
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        backup.restore(tmp_path / "stick", tmp_path / "new", PASSPHRASE, progress=stop)
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".new*"))


def test_a_disk_that_gives_back_something_else_is_noticed(
    opened: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: what was synced is not what is read back."""
    sync = os.fsync

    def rot(descriptor: int) -> None:
        sync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.name.endswith(".age.part") and "stick" in path.parts:
            with path.open("r+b") as file:
                file.write(b"rotten")

    monkeypatch.setattr("os.fsync", rot)
    with pytest.raises(IntegrityError, match="gave back something else"):
        backup.back_up(opened, tmp_path / "stick")


# --- the passphrase ---------------------------------------------------------------------------------------


def test_a_new_passphrase_opens_the_vault_and_the_old_one_does_not(sample: Sample) -> None:
    with sample.open() as opened, light_key_slots():
        workflows.change_passphrase(opened, NEW)
        (entry,) = opened.read.entries(EntryKind.KEY_SLOT_CHANGED)
        assert entry.data == {"slot": "passphrase"}
    with pytest.raises(WrongPassphraseError):
        vault.unlock(sample.folder, PASSPHRASE)
    vault.unlock(sample.folder, NEW).close()
    vault.unlock(sample.folder, sample.words, Slot.RECOVERY).close()
    assert sorted(path.name for path in (sample.folder / "keys").iterdir()) == [
        "passphrase.age",
        "recovery.age",
    ]


def test_a_passphrase_that_cannot_be_written_leaves_the_old_one(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with sample.open() as opened, light_key_slots():
        with pytest.raises(UserError, match="too easy"):
            workflows.change_passphrase(opened, "short")
        with monkeypatch.context() as patch:
            patch.setattr("evidence_app.disk.publish", full)
            with pytest.raises(StorageError, match="The disk is full"):
                workflows.change_passphrase(opened, NEW)
        assert not opened.read.entries(EntryKind.KEY_SLOT_CHANGED)
    assert sorted(path.name for path in (sample.folder / "keys").iterdir()) == [
        "passphrase.age",
        "recovery.age",
    ]
    vault.unlock(sample.folder, PASSPHRASE).close()


# --- the command line -------------------------------------------------------------------------------------


def test_backup_restore_and_passphrase_as_commands(stage: Stage) -> None:
    done = stage.ok("vault", "backup", stage.helen.folder, "stick", *P, "--json")
    assert (done.json["copied"], done.json["missing"]) == (4, [])
    again = stage.ok("vault", "backup", stage.helen.folder, "stick", *P)
    assert "0 of them new" in again.out
    answer = stage.ok("vault", "restore", "stick", "back.evidence-vault", *P)
    assert "Work with one of the two only" in answer.out
    assert stage.ok("vault", "check", "back.evidence-vault", *P, "--json").json["in_order"]
    refused(
        stage.run("vault", "restore", "stick", "back.evidence-vault", *P), ExitCode.USAGE, "already something"
    )
    refused(stage.run("vault", "restore", "nothing", "new", *P), ExitCode.CANNOT_OPEN, "no Evidence vault")
    (stage.folder / "new-passphrase").write_text(NEW + "\n")
    changed = stage.ok(
        "vault", "passphrase", "back.evidence-vault", *P, "--new-passphrase-file", "new-passphrase"
    )
    assert "changed" in changed.out
    refused(
        stage.run("vault", "check", "back.evidence-vault", *P), ExitCode.CANNOT_OPEN, "did not open the vault"
    )
    stage.ok("vault", "check", "back.evidence-vault", "--passphrase-file", "new-passphrase")
