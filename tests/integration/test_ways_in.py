"""The ways into a vault: each alone is enough, none of them can be guessed at, and the record tells of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from evidence_app.crypto.age import Identity
from evidence_app.errors import (
    DamagedError,
    StorageError,
    TooSoonError,
    UsageError,
    UserError,
    VaultBusyError,
    WrongPassphraseError,
)
from evidence_app.records import EntryKind
from evidence_app.vault import attempts, locking, vault
from evidence_app.vault.attempts import FailedTries
from evidence_app.vault.keys import Slot
from evidence_app.workflows import keeping
from tests.commands import Stage
from tests.vaults import PASSPHRASE, Sample, files_under, light_key_slots, occurrences

pytest_plugins = ["tests.vault_fixtures", "tests.command_fixtures"]

WRONG = "meadow quiet lantern copper"
NOW = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
SCHOOL = Identity(bytes(range(1, 33)))
KEY_FILE = f"# created: 2026-03-12\n# public key: {SCHOOL.recipient}\n{SCHOOL.to_string()}\n"


@pytest.fixture(autouse=True)
def light() -> Iterator[None]:
    with light_key_slots():
        yield


def fail(sample: Sample, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassphraseError):
            vault.unlock(sample.folder, WRONG)


def passed(sample: Sample, seconds: int) -> None:
    """As if that much time had gone by since the last try."""
    path = sample.folder / "failed.json"
    raw = json.loads(path.read_text())
    raw["last"] = (datetime.fromisoformat(raw["last"]) - timedelta(seconds=seconds)).isoformat()
    path.write_text(json.dumps(raw))


# --- failed tries ------------------------------------------------------------------------------------


def test_the_delay_grows_and_never_locks_out_for_good() -> None:
    waits = [FailedTries(count, NOW, NOW).wait(NOW) for count in (1, 2, 3, 4, 5, 8, 9, 10, 10**6)]
    assert waits == [0, 0, 5, 10, 20, 160, 300, 300, 300]
    tries = FailedTries(50, NOW, NOW)
    assert tries.wait(NOW + timedelta(seconds=299.5)) == 1
    assert tries.wait(NOW + timedelta(seconds=300)) == 0
    assert tries.wait(NOW - timedelta(days=400)) == 0, "a clock that was put back holds nobody up"


def test_after_three_failed_tries_the_next_has_to_wait_even_with_the_right_words(sample: Sample) -> None:
    fail(sample, 2)
    with pytest.raises(WrongPassphraseError, match=r"Check Caps Lock\. Wait 5 seconds before the next try"):
        vault.unlock(sample.folder, WRONG)
    for secret, slot in ((PASSPHRASE, Slot.PASSPHRASE), (sample.words, Slot.RECOVERY)):
        with pytest.raises(TooSoonError, match="3 tries to unlock this vault have failed") as caught:
            vault.unlock(sample.folder, secret, slot)
        assert 1 <= caught.value.seconds <= 5
    passed(sample, 6)
    vault.unlock(sample.folder, PASSPHRASE).close()


def test_the_record_says_how_many_failed_and_when(sample: Sample) -> None:
    fail(sample, 2)
    with vault.unlock(sample.folder, PASSPHRASE) as opened:
        data = opened.read.entries(EntryKind.VAULT_UNLOCKED, limit=1)[0].data
        failed = data["failed"]
        assert isinstance(failed, dict)
        assert failed["count"] == 2
        assert failed["first"] <= failed["last"]
    with vault.unlock(sample.folder, PASSPHRASE) as opened:
        assert opened.read.entries(EntryKind.VAULT_UNLOCKED, limit=1)[0].data == {"slot": "passphrase"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff", b'{"count":"9"}', b'{"count":-1,"first":"x","last":"x"}', b"9" * 9999],
)
def test_a_damaged_count_keeps_nobody_out(sample: Sample, content: bytes) -> None:
    (sample.folder / "failed.json").write_bytes(content)
    assert attempts.read(sample.folder) is None
    vault.unlock(sample.folder, PASSPHRASE).close()


def test_two_programs_cannot_try_side_by_side(sample: Sample) -> None:
    held = locking.take_lock(sample.folder)
    try:
        with pytest.raises(VaultBusyError):
            vault.unlock(sample.folder, WRONG)
    finally:
        held.release()
    assert attempts.read(sample.folder) is None


def test_a_disk_that_takes_nothing_still_says_that_the_passphrase_was_wrong(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(attempts, "_write", full)
    fail(sample, 1)


def test_a_slip_in_the_recovery_words_is_no_failed_try(sample: Sample) -> None:
    with pytest.raises(UsageError, match="Word 1"):
        vault.unlock(sample.folder, "qqqq " + sample.words, Slot.RECOVERY)
    assert attempts.read(sample.folder) is None


# --- the recovery sheet ------------------------------------------------------------------------------


def test_a_new_sheet_takes_the_place_of_the_old_one_only_when_it_was_seen_to_open(sample: Sample) -> None:
    with sample.open() as opened:
        sheet = keeping.new_sheet(opened)
        words = " ".join(sheet.words)
        with pytest.raises(WrongPassphraseError):
            keeping.use_sheet(opened, sheet, sample.words)  # the sheet of before, in the hand by mistake
        with pytest.raises(UsageError, match="there are 11 here"):
            keeping.use_sheet(opened, sheet, " ".join(sheet.words[:-1]))
        keeping.check_sheet(opened, sample.words)
        assert not opened.read.entries(EntryKind.KEY_SLOT_CHANGED)
        keeping.use_sheet(opened, sheet, words.upper())
        (entry,) = opened.read.entries(EntryKind.KEY_SLOT_CHANGED)
        assert entry.data == {"slot": "recovery"}
        keeping.check_sheet(opened, words)
        with pytest.raises(WrongPassphraseError):
            keeping.check_sheet(opened, sample.words)
    with pytest.raises(WrongPassphraseError):
        vault.unlock(sample.folder, sample.words, Slot.RECOVERY)
    vault.unlock(sample.folder, words, Slot.RECOVERY).close()
    vault.unlock(sample.folder, PASSPHRASE).close()
    assert not occurrences(sample.folder, words)
    assert words.split()[0] not in repr(sheet)


def test_a_sheet_that_cannot_be_put_in_use_leaves_the_old_one(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with sample.open() as opened:
        sheet = keeping.new_sheet(opened)
        with monkeypatch.context() as patch:
            patch.setattr("evidence_app.disk.publish", full)
            with pytest.raises(StorageError, match="The disk is full"):
                keeping.use_sheet(opened, sheet, " ".join(sheet.words))
        assert not opened.read.entries(EntryKind.KEY_SLOT_CHANGED)
        keeping.check_sheet(opened, sample.words)


# --- the school's key --------------------------------------------------------------------------------


def test_the_school_opens_the_vault_with_its_own_key(sample: Sample) -> None:
    with sample.open() as opened:
        with pytest.raises(UsageError, match="recipient key"):
            keeping.give_school_key(opened, "age1nonsense")
        assert not keeping.has_slot(sample.folder, Slot.SCHOOL)
        keeping.give_school_key(opened, f"  {SCHOOL.recipient}\n")
        (entry,) = opened.read.entries(EntryKind.KEY_SLOT_CHANGED)
        assert entry.data == {"slot": "school", "recipient": str(SCHOOL.recipient)}
    assert keeping.has_slot(sample.folder, Slot.SCHOOL)
    with pytest.raises(WrongPassphraseError, match="key of the school"):
        vault.unlock(sample.folder, Identity.generate().to_string(), Slot.SCHOOL)
    with pytest.raises(UsageError, match="holds no secret key"):
        vault.unlock(sample.folder, "# nothing\n", Slot.SCHOOL)
    with vault.unlock(sample.folder, KEY_FILE, Slot.SCHOOL) as opened:
        assert opened.read.entries(EntryKind.VAULT_UNLOCKED, limit=1)[0].data["slot"] == "school"
        keeping.change_passphrase(opened, WRONG)
    vault.unlock(sample.folder, WRONG).close()


@pytest.mark.parametrize(
    "lost",
    [set(some) for count in (1, 2) for some in combinations(Slot, count)],
    ids=lambda one: "+".join(sorted(one)),
)
@pytest.mark.parametrize("how", ["gone", "damaged"])
def test_losing_one_slot_or_two_never_loses_the_vault(sample: Sample, lost: set[Slot], how: str) -> None:
    with sample.open() as opened:
        keeping.give_school_key(opened, str(SCHOOL.recipient))
    secrets = {Slot.PASSPHRASE: PASSPHRASE, Slot.RECOVERY: sample.words, Slot.SCHOOL: KEY_FILE}
    for slot in lost:
        path = sample.folder / "keys" / slot.file_name
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[:-7] + b"damaged")
    for slot, secret in secrets.items():
        if slot in lost:
            with pytest.raises((UserError, DamagedError), match=r"no .* key file|damaged"):
                vault.unlock(sample.folder, secret, slot)
        else:
            with vault.unlock(sample.folder, secret, slot) as opened:
                assert opened.read.exhibit("HXA/001").incident == "INC-001"
    left = next(slot for slot in Slot if slot not in lost)
    with vault.unlock(sample.folder, secrets[left], left) as opened:
        keeping.change_passphrase(opened, WRONG)
        sheet = keeping.new_sheet(opened)
        keeping.use_sheet(opened, sheet, " ".join(sheet.words))
    vault.unlock(sample.folder, WRONG).close()
    vault.unlock(sample.folder, " ".join(sheet.words), Slot.RECOVERY).close()


# --- the command line --------------------------------------------------------------------------------


def test_the_ways_in_on_the_command_line(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    name = stage.helen.folder.name
    sheet = stage.folder / "sheet.pdf"
    answer = stage.inside("vault", "recovery-sheet", name, "-o", str(sheet), *stage.secret)
    assert (answer.code, answer.err) == (0, "")
    assert "The sheet of before opens nothing any more" in answer.out
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert sheet.stat().st_mode & 0o777 == 0o600
    again = stage.inside("vault", "recovery-sheet", name, "-o", str(sheet), *stage.secret)
    assert again.code == 64
    (stage.folder / "old").write_text(stage.helen.words + "\n")
    checked = stage.inside("vault", "recovery-check", name, "--recovery-words-file", "old", *stage.secret)
    assert (checked.code, checked.out) == (2, "")
    assert "Check each word" in checked.err

    given = stage.inside("vault", "school-key", name, "--recipient", str(SCHOOL.recipient), *stage.secret)
    assert given.code == 0
    (stage.folder / "school.txt").write_text(KEY_FILE)
    (stage.folder / "new").write_text(f"{WRONG}\n")
    changed = stage.inside(
        "vault", "passphrase", name, "--identity", "school.txt", "--new-passphrase-file", "new"
    )
    assert changed.code == 0
    assert stage.inside("vault", "check", name, "--identity", "school.txt", "--json").json["in_order"]
    both = stage.inside("vault", "check", name, "--identity", "school.txt", *stage.secret)
    assert both.code == 64


def test_words_are_suggested_with_their_bits(stage: Stage) -> None:
    before = files_under(stage.folder)
    found = stage.inside("vault", "words", "--count", "6", "--json").json
    assert len(str(found["words"]).split()) == 6
    assert found["bits"] == 66
    assert files_under(stage.folder) == before


def test_a_weak_new_passphrase_is_refused_with_advice(stage: Stage) -> None:
    (stage.folder / "new").write_text("Larkmere Academy 2026\n")
    answer = stage.inside(
        "vault", "passphrase", stage.helen.folder.name, "--new-passphrase-file", "new", *stage.secret
    )
    assert answer.code == 70
    assert "your name or your school" in answer.err
    assert Path(stage.folder / "new").is_file()
