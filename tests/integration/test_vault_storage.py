"""Disks that are full or read-only, vaults that are open elsewhere, files that are missing or swapped.

The full disk is a real one: a tmpfs of some megabytes, filled to the last block.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from evidence_app.crypto.words import recovery_words
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    IntegrityError,
    NewerFormatError,
    NotOurFileError,
    StorageError,
    UsageError,
    UserError,
    VaultBusyError,
    WrongPassphraseError,
)
from evidence_app.records import EntryKind, Method, Role, Said, Source
from evidence_app.vault import acts, check, vault
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests.disks import SmallDisk
from tests.vaults import (
    PASSPHRASE,
    Sample,
    capture,
    connect_by_hand,
    files_under,
    fill,
    light_key_slots,
    make_sample,
    png,
)

pytest_plugins = ["tests.disk_fixtures", "tests.vault_fixtures"]

KIB = 1024


def assert_in_order(opened: Vault, exhibits: int) -> None:
    assert opened.objects.unfinished() == []
    assert not [path for path in files_under(opened.folder) if path.suffix == ".part"]
    assert opened.read.object_ids() == set(opened.objects.ids())
    assert len(opened.read.object_ids()) == exhibits
    for number, stored in opened.read.stored_objects():
        assert opened.objects.read(stored), number
    assert check.check(opened).problems == ()


# --- a full disk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("free", [0, 4, 8, 12, 20, 28, 36, 48, 64, 96])
def test_a_full_disk_takes_nothing_and_harms_nothing(disk: SmallDisk, free: int) -> None:
    """Wherever the space runs out: in the object, in its folder, in the log, at the commit."""
    sample = make_sample(disk.root / "helen.evidence-vault", fill)
    opened = sample.open()
    disk.leave(free * KIB)
    sealed = 3
    refused: list[str] = []
    for serial in range(8):
        try:
            capture(opened, png(20 + serial), "INC-001")
            sealed += 1
        except StorageError as error:
            refused.append(error.message)
        assert opened.objects.unfinished() == []
    assert refused
    for message in refused:
        assert message.startswith("The disk is full. Nothing was ")
        assert message.endswith("is safe. Free some space and try again.")
    for number in ("HXA/001", "HXA/002", "HXA/003"):
        assert opened.objects.read(opened.read.exhibit(number).stored)
    assert len(opened.read.object_ids()) == sealed
    with pytest.raises(StorageError, match="The disk is full"):
        check.check(opened)
    disk.empty()
    capture(opened, png(40), "INC-001")
    opened.close()
    with sample.open() as opened:
        sealed += 1
        exhibits = [opened.read.exhibit(number) for number, _ in opened.read.stored_objects()]
        recovered = [one for one in exhibits if one.method is Method.RECOVERED]
        assert len(exhibits) - len(recovered) == sealed
        assert_in_order(opened, len(exhibits))


def test_a_disk_that_is_full_when_the_vault_locks(disk: SmallDisk) -> None:
    sample = make_sample(disk.root / "helen.evidence-vault", fill)
    opened = sample.open()
    disk.leave(0)
    with pytest.raises(StorageError, match="The disk is full"):
        opened.close()
    disk.empty()
    with sample.open() as opened:
        assert_in_order(opened, 3)


def test_a_disk_that_is_full_when_the_vault_opens(disk: SmallDisk) -> None:
    sample = make_sample(disk.root / "helen.evidence-vault", fill)
    disk.leave(0)
    with pytest.raises(StorageError):
        sample.open()
    disk.empty()
    with sample.open() as opened:
        assert_in_order(opened, 3)


@pytest.mark.parametrize("free", [0, 4, 16, 64, 120, 180])
def test_no_half_vault_on_a_full_disk(disk: SmallDisk, free: int) -> None:
    disk.leave(free * KIB)
    with light_key_slots(), pytest.raises(StorageError, match="is full"):
        vault.create(
            disk.root / "new.evidence-vault", name="H A", role=Role.HEAD, school="", passphrase=PASSPHRASE
        )
    assert [path.name for path in disk.root.iterdir()] == ["filler"]


def test_a_large_object_that_does_not_fit_leaves_no_part(disk: SmallDisk) -> None:
    sample = make_sample(disk.root / "helen.evidence-vault", fill)
    with sample.open() as opened:
        with pytest.raises(StorageError, match="Nothing was sealed"):
            opened.objects.put(png(1, 5_000_000), "image/png")
        assert_in_order(opened, 3)


def test_a_limit_on_file_sizes_is_a_full_disk_too(sample: Sample) -> None:
    """RLIMIT_FSIZE in a child: what a quota looks like."""
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from evidence_app.crypto.age import Identity\n"
        "from evidence_app.errors import StorageError\n"
        "from tests.vaults import Sample, capture, png\n"
        "opened = Sample(Path(sys.argv[1]), Identity.from_string(sys.argv[2]), '').open()\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    capture(opened, png(9, 300_000))\n"
        "except StorageError as error:\n"
        "    print(error.message)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "capture(opened, png(9, 300_000))\n"
        "opened.close()\n"
    )
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", program, str(sample.folder), sample.identity.to_string()]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    assert done.stdout.startswith("The disk is full. Nothing was sealed")
    with sample.open() as opened:
        assert_in_order(opened, 4)


def test_a_read_only_disk(disk: SmallDisk) -> None:
    sample = make_sample(disk.root / "helen.evidence-vault", fill)
    disk.remount("ro")
    with pytest.raises(StorageError, match="does not allow writing"):
        sample.open()
    with pytest.raises(StorageError, match="does not allow writing"):
        vault.unlock(sample.folder, PASSPHRASE)
    with light_key_slots(), pytest.raises(StorageError, match="does not allow writing"):
        vault.create(disk.root / "new", name="H A", role=Role.HEAD, school="", passphrase=PASSPHRASE)
    disk.remount("rw")
    with sample.open() as opened:
        assert_in_order(opened, 3)


def test_a_disk_that_becomes_read_only_under_an_open_vault(sample: Sample) -> None:
    """As root permissions do not count, so the database is told to refuse."""
    with sample.open() as opened:
        raw = opened._writer.connection.dbapi_connection
        assert raw is not None
        raw.cursor().execute("PRAGMA query_only = ON")
        with pytest.raises(StorageError, match="does not allow writing"):
            opened.record(acts.incident_opened("Not to be"))
        raw.cursor().execute("PRAGMA query_only = OFF")
        opened.record(acts.incident_opened("To be"))
        assert opened.read.incidents()[0].title == "To be"


def test_a_disk_error_does_not_quote_what_was_being_written(disk: SmallDisk) -> None:
    sample = make_sample(disk.root / "helen.evidence-vault", fill)
    opened = sample.open()
    disk.leave(0)
    with pytest.raises(StorageError) as caught:
        opened.record(acts.incident_stated("INC-001", [Said("facts", "beautiful " * 1000, Source.TYPED)]))
    chain: list[BaseException] = [caught.value]
    while chain[-1].__cause__ or chain[-1].__context__:
        chain.append(chain[-1].__cause__ or chain[-1].__context__ or chain[-1])
    assert len(chain) > 1
    assert not [one for one in chain if "beautiful" in str(one)]
    opened.abandon()


def test_what_is_said_depends_on_the_error_and_not_on_the_words_of_a_title(opened: Vault) -> None:
    """A title with the word full in it, and an error that has nothing to do with the disk."""
    raw = opened._writer.connection.dbapi_connection
    assert raw is not None
    raw.cursor().execute(
        "CREATE TEMP TRIGGER no BEFORE INSERT ON incidents BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    with pytest.raises(DamagedError):
        opened.record(acts.incident_opened("A full and locked readonly disk i/o"))


# --- open elsewhere ---------------------------------------------------------------------------------

HOLDER = """
import sys
from pathlib import Path
from evidence_app.crypto.age import Identity
from tests.vaults import Sample
opened = Sample(Path(sys.argv[1]), Identity.from_string(sys.argv[2]), "").open()
print("open", flush=True)
sys.stdin.readline()
opened.close()
"""


def test_open_in_another_process(sample: Sample) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", HOLDER, str(sample.folder), sample.identity.to_string()]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(VaultBusyError, match="already open"):
            sample.open()
        with pytest.raises(VaultBusyError, match="already open"):
            vault.unlock(sample.folder, "not even looked at")
        holder.stdin.write("\n")
    assert holder.returncode == 0
    sample.open().close()


def test_open_twice_in_one_process(sample: Sample) -> None:
    with sample.open(), pytest.raises(VaultBusyError):
        sample.open()
    sample.open().close()


def test_a_database_that_another_program_holds(opened: Vault) -> None:
    """A backup program that locks the file: no word of damage."""
    raw = opened._writer.connection.dbapi_connection
    assert raw is not None
    raw.cursor().execute("PRAGMA busy_timeout = 1")
    with closing(connect_by_hand(opened.folder, opened.identity)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program is using"):
            opened.record(acts.incident_opened("Later"))
    opened.record(acts.incident_opened("Now"))


def test_a_lock_file_that_was_left_behind_locks_nothing(sample: Sample) -> None:
    (sample.folder / "lock").write_bytes(b"")
    sample.open().close()


# --- files that are not what they should be ---------------------------------------------------------


def label(sample: Sample, content: bytes) -> None:
    (sample.folder / "vault.json").write_bytes(content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"format": 2, "vault": "whatever"}', NewerFormatError),
        (b'{"format": 99999999999999999999}', NewerFormatError),
        (b"", NotOurFileError),
        (b"\xff\xfe", NotOurFileError),
        (b"[]", NotOurFileError),
        (b"[" * 4000, NotOurFileError),
        (b'{"format": 1}', NotOurFileError),
        (b'{"format": true, "vault": "00000000-0000-4000-8000-000000000000"}', NotOurFileError),
        (b'{"format": 0, "vault": "00000000-0000-4000-8000-000000000000"}', NotOurFileError),
        (b'{"format": 1, "vault": "../../../etc"}', NotOurFileError),
        (b'{"format": 1, "vault": 7}', NotOurFileError),
        (b'{"format": 1, "vault": "00000000-0000-4000-8000-000000000000"}', IntegrityError),
    ],
)
def test_a_label_that_is_not_this_vaults(
    sample: Sample, content: bytes, expected: type[EvidenceError]
) -> None:
    before = [path for path in files_under(sample.folder) if path.name != "vault.json"]
    label(sample, content)
    with pytest.raises(expected):
        vault.unlock(sample.folder, PASSPHRASE)
    assert [path for path in files_under(sample.folder) if path.name != "vault.json"] == before


def test_labels_swapped_between_vaults(sample: Sample, tmp_path: Path) -> None:
    other = make_sample(tmp_path / "ruth.evidence-vault")
    label(sample, (other.folder / "vault.json").read_bytes())
    with pytest.raises(IntegrityError, match="does not belong to its record"):
        sample.open()


def test_key_slots_swapped_between_vaults(sample: Sample, tmp_path: Path) -> None:
    other = make_sample(tmp_path / "ruth.evidence-vault")
    shutil.copy(other.folder / "keys" / "passphrase.age", sample.folder / "keys" / "passphrase.age")
    with pytest.raises(DamagedError, match="record is damaged"):
        vault.unlock(sample.folder, PASSPHRASE)
    with vault.unlock(sample.folder, sample.words, Slot.RECOVERY) as opened:
        assert_in_order(opened, 3)


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\0" + bytes(4080), os.urandom(8192)])
def test_a_database_that_is_missing_or_something_else(sample: Sample, content: bytes | None) -> None:
    path = sample.folder / "ledger.db"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((IntegrityError, DamagedError), match=r"sealed files beside it are not\s+touched"):
        sample.open()
    assert path.exists() == (content is not None)
    if content:
        assert path.read_bytes() == content


def test_no_vault_at_all(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NotOurFileError, match="no Evidence vault"):
            vault.unlock(folder, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_something_is_already_there(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(UsageError, match="already something"):
        vault.create(tmp_path / "taken", name="H A", role=Role.HEAD, school="", passphrase=PASSPHRASE)


def slot_file(sample: Sample, slot: Slot = Slot.PASSPHRASE) -> Path:
    return sample.folder / "keys" / f"{slot.value}.age"


def test_wrong_passphrase_and_wrong_words(sample: Sample) -> None:
    with pytest.raises(WrongPassphraseError, match="Caps Lock"):
        vault.unlock(sample.folder, PASSPHRASE.upper())
    with pytest.raises(WrongPassphraseError, match="recovery words"):
        vault.unlock(sample.folder, " ".join(recovery_words()), Slot.RECOVERY)
    with pytest.raises(UsageError, match="Word 3"):
        vault.unlock(sample.folder, sample.words.replace(sample.words.split()[2], "qqqq"), Slot.RECOVERY)
    with pytest.raises(UsageError, match="empty"):
        vault.unlock(sample.folder, "")
    with vault.unlock(sample.folder, PASSPHRASE) as opened:
        assert_in_order(opened, 3)


def test_recovery_words_as_people_type_them(sample: Sample) -> None:
    typed = "\n".join(f"{at}. {word.capitalize()}" for at, word in enumerate(sample.words.split(), start=1))
    with vault.unlock(sample.folder, typed, Slot.RECOVERY) as opened:
        assert opened.read.entries(EntryKind.VAULT_UNLOCKED)[0].data == {"slot": "recovery"}


def test_a_missing_key_slot(sample: Sample) -> None:
    slot_file(sample).unlink()
    with pytest.raises(UserError, match="no passphrase key file"):
        vault.unlock(sample.folder, PASSPHRASE)
    with vault.unlock(sample.folder, sample.words, Slot.RECOVERY):
        pass


def test_the_object_folder_is_gone(sample: Sample) -> None:
    shutil.rmtree(sample.folder / "objects")
    with sample.open() as opened:
        assert {one.code for one in check.check(opened).problems} == {"object-damaged"}
        with pytest.raises(StorageError):
            opened.objects.put(b"x", "text/plain")


# --- threads ----------------------------------------------------------------------------------------


def test_threads_record_at_once_and_the_sequence_stays_whole(opened: Vault) -> None:
    start = opened.head[0]
    errors: list[BaseException] = []
    gate = threading.Barrier(4)

    def work(name: int) -> None:
        try:
            gate.wait()
            for number in range(10):
                capture(opened, png(1000 * name + number), "INC-001")
                opened.read.incidents()
        except BaseException as error:  # noqa: BLE001  (shown by the test)
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert opened.head[0] == start + 40
    numbers = [number for number, _ in opened.read.stored_objects()]
    assert numbers == [f"HXA/{serial:03d}" for serial in range(1, 44)]
    assert_in_order(opened, 43)


def test_a_vault_that_locks_under_a_working_thread(sample: Sample) -> None:
    """The thread is told; whatever it had finished is there or comes back as recovered."""
    opened = sample.open()
    done: list[bytes] = []
    ended: list[EvidenceError] = []
    started = threading.Event()

    def work() -> None:
        try:
            for number in range(10_000):
                capture(opened, png(2000 + number))
                done.append(png(2000 + number))
                started.set()
        except EvidenceError as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    opened.close()
    thread.join()
    assert len(ended) == 1
    assert isinstance(ended[0], UserError)
    with sample.open() as opened:
        kept = {opened.objects.read(stored) for _, stored in opened.read.stored_objects()}
        assert set(done) <= kept
        assert_in_order(opened, len(kept))


def test_a_locked_vault_answers_no_question_and_opens_no_file(sample: Sample) -> None:
    opened = sample.open()
    opened.close()
    names = [path.name for path in files_under(sample.folder)]
    assert "ledger.db-wal" not in names
    with pytest.raises(UserError, match="locked"):
        opened.read.incidents()
    with pytest.raises(UserError, match="locked"):
        opened.record(acts.incident_opened("Too late"))
    opened.close()
    opened.abandon()
    assert [path.name for path in files_under(sample.folder)] == names
