"""Another key for a vault: nothing is lost at any step, the old one opens nothing, and everybody sees it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.errors import (
    EvidenceError,
    IntegrityError,
    StoppedError,
    StorageError,
    UsageError,
    UserError,
    WrongPassphraseError,
)
from evidence_app.records import Consistency, EntryKind, Progress, Said, SenderStatus, Source, Verdict
from evidence_app.vault import acts, backup, check, layout, replacing, vault
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted, rekeying
from tests.commands import Stage
from tests.desks import picture, seal, teacher_and_head
from tests.key_replacement import NEW, SCHOOL, attempt, prepared, survives, whole
from tests.vaults import PASSPHRASE, Sample, capture, change, files_under, light_key_slots, png, rewrite

pytest_plugins = ["tests.vault_fixtures", "tests.command_fixtures"]


@pytest.fixture(autouse=True)
def light() -> Iterator[None]:
    with light_key_slots():
        yield


def test_everything_goes_on_under_the_new_key_and_the_old_one_opens_nothing(sample: Sample) -> None:
    prepared(sample)
    old_objects = {path.name: path.read_bytes() for path in (sample.folder / "objects").rglob("*.age")}
    with sample.open() as opened:
        size = opened.head[0]
        sheet = rekeying.replace_key(opened, NEW)
        with pytest.raises(UserError, match="locked"):
            opened.record(acts.incident_opened("too late"))
    assert (sample.folder / "old-key").is_dir(), "kept until the new key has opened the vault"
    with vault.unlock(sample.folder, NEW) as opened:
        whole(opened)
        assert not (sample.folder / "old-key").exists()
        assert not (sample.folder / "new-key").exists()
        assert opened.identity.to_string() != sample.identity.to_string()
        assert [one.to_string() for one in opened.identities[1:]] == [sample.identity.to_string()]
        (entry,) = opened.read.entries(EntryKind.VAULT_KEY_REPLACED)
        assert entry.seq == size + 1
        assert entry.data["left"] == []
        capture(opened, png(4), "INC-001")
    for secret, slot in ((" ".join(sheet.words), Slot.RECOVERY), (SCHOOL.to_string(), Slot.SCHOOL)):
        vault.unlock(sample.folder, secret, slot).close()
    with pytest.raises(WrongPassphraseError):
        vault.unlock(sample.folder, PASSPHRASE)
    with pytest.raises(WrongPassphraseError):
        vault.unlock(sample.folder, sample.words, Slot.RECOVERY)
    with pytest.raises(EvidenceError):
        Vault.open(sample.folder, sample.identity, slot=Slot.PASSPHRASE)
    for path in (sample.folder / "objects").rglob("*.age"):
        if path.name in old_objects:
            assert path.read_bytes() != old_objects[path.name]
            assert path.read_bytes()[-3000:] == old_objects[path.name][-3000:], (
                "the sealed bytes go over as they are"
            )
    assert not list(sample.folder.rglob("*.unfinished"))


def test_the_key_can_be_replaced_again(sample: Sample) -> None:
    prepared(sample)
    with sample.open() as opened:
        rekeying.replace_key(opened, NEW)
    with vault.unlock(sample.folder, NEW) as opened:
        rekeying.replace_key(opened, "violet bottle candle river")
    with vault.unlock(sample.folder, "violet bottle candle river") as opened:
        whole(opened)
        assert len(opened.identities) == 3
        assert len(set(opened.own_keys())) == 3


def test_a_weak_or_the_old_passphrase_is_refused(sample: Sample) -> None:
    with sample.open() as opened:
        with pytest.raises(UserError, match="passphrase of before"):
            rekeying.replace_key(opened, PASSPHRASE)
        with pytest.raises(UserError, match="your name or your school"):
            rekeying.replace_key(opened, "Larkmere Academy 2026")
        assert not replacing.was_begun(sample.folder)


# --- misfortune --------------------------------------------------------------------------------------


def test_killed_at_a_sample_of_its_steps_one_of_the_two_keys_opens_everything(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tests/attack/key_change.py` does it at every step; here at some, most of them of the last."""
    prepared(sample)
    safe = tmp_path / "safe"
    shutil.copytree(sample.folder, safe)
    total = attempt(sample, monkeypatch, 10**9)
    seen = set()
    for after in (total // 2, total - 23, total - 15, total - 8, total - 2):
        shutil.rmtree(sample.folder)
        shutil.copytree(safe, sample.folder)
        attempt(sample, monkeypatch, after)
        seen.add(survives(sample))
    assert seen == {PASSPHRASE, NEW}
    shutil.rmtree(sample.folder)
    shutil.copytree(safe, sample.folder)
    attempt(sample, monkeypatch, total // 2)
    with vault.unlock(sample.folder, PASSPHRASE) as opened:  # it goes on where it was
        rekeying.replace_key(opened, NEW)
    assert survives(sample) == NEW


def test_what_was_sealed_already_is_used_again_with_the_same_passphrase_only(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(sample)
    sealed = 0
    real = replacing._seal_file

    def two(*given: object) -> None:
        nonlocal sealed
        sealed += 1
        if sealed == 3:
            raise OSError(28, "No space left on device")
        real(*given)  # type: ignore[arg-type]

    with sample.open() as opened:
        with monkeypatch.context() as patch:
            patch.setattr(replacing, "_seal_file", two)
            with pytest.raises(StorageError, match="disk is full"):
                rekeying.replace_key(opened, NEW)
        assert replacing.was_begun(sample.folder)
        whole(opened)
        capture(opened, png(4), "INC-001")
        left = {
            path.name: path.stat().st_ino for path in (sample.folder / "new-key" / "objects").rglob("*.age")
        }
        assert len(left) == 2
        rekeying.replace_key(opened, NEW)
    now = {path.name: path.stat().st_ino for path in (sample.folder / "objects").rglob("*.age")}
    assert left.items() <= now.items()
    with vault.unlock(sample.folder, NEW) as opened:
        assert opened.read.exhibit("HXA/004").incident == "INC-001"
        whole(opened)


def test_stop_leaves_the_vault_as_it_was_and_open(sample: Sample) -> None:
    prepared(sample)

    def stop(_: Progress) -> None:
        raise StoppedError("Stopped.")

    with sample.open() as opened:
        with pytest.raises(StoppedError):
            rekeying.replace_key(opened, NEW, stop)
        capture(opened, png(4), "INC-001")
        opened.drafts.keep("review", "HXA/002", [Said("note", "more", Source.TYPED)])
        whole(opened)
    with vault.unlock(sample.folder, PASSPHRASE) as opened:
        whole(opened)


def test_too_little_room_is_said_before_anything_is_written(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(sample.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=10))
    with sample.open() as opened, pytest.raises(StorageError, match="not enough room"):
        rekeying.replace_key(opened, NEW)


def test_a_decision_that_the_disk_did_not_take_is_taken_back(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise what is recorded afterwards under the old key would be lost at the next opening."""
    prepared(sample)
    real = replacing._write

    def half(out: Path, data: bytes) -> None:
        real(out, data)
        if out.name == layout.READY:
            raise OSError(5, "Input/output error")

    with sample.open() as opened:
        with monkeypatch.context() as patch:
            patch.setattr(replacing, "_write", half)
            with pytest.raises(StorageError):
                rekeying.replace_key(opened, NEW)
        capture(opened, png(4), "INC-001")
    assert survives(sample) == PASSPHRASE
    with vault.unlock(sample.folder, PASSPHRASE) as opened:
        assert opened.read.exhibit("HXA/004").incident == "INC-001"


def test_a_damaged_file_goes_over_as_it_is_and_is_named(sample: Sample) -> None:
    with sample.open() as opened:
        path = layout.object_path(sample.folder, opened.read.exhibit("HXA/002").stored.object_id)
        path.write_bytes(b"age-encryption.org/v1\nnonsense\n")
        rekeying.replace_key(opened, NEW)
    assert path.read_bytes() == b"age-encryption.org/v1\nnonsense\n"
    with vault.unlock(sample.folder, NEW) as opened:
        assert opened.read.entries(EntryKind.VAULT_KEY_REPLACED)[0].data["left"] == [path.name]
        assert [(one.code, one.where) for one in check.check(opened).problems] == [
            ("object-damaged", "HXA/002")
        ]
        assert opened.objects.read(opened.read.exhibit("HXA/001").stored) == png(1)


# --- what others see ---------------------------------------------------------------------------------


@pytest.fixture
def people(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    with teacher_and_head(tmp_path) as both:
        yield both


def renewed(opened: Vault) -> Vault:
    """The same vault under another key."""
    rekeying.replace_key(opened, NEW)
    return vault.unlock(opened.folder, NEW)


def check_of(verdict: Verdict, code: str) -> str:
    return next(one.summary for one in verdict.checks if one.code == code)


def test_a_reader_sees_a_new_key_on_the_same_record_and_confirms_it(
    people: tuple[Vault, Vault], tmp_path: Path
) -> None:
    helen, ruth = people
    row = workflows.receive(ruth, seal(helen, tmp_path / "before.evidence")).row
    with renewed(helen) as helen:
        workflows.keep(helen, picture(30), "INC-001")
        verdict = workflows.verify_with_vault(ruth, seal(helen, tmp_path / "after.evidence"))
        assert verdict.unchanged
        assert verdict.sender is not SenderStatus.CONFIRMED, (
            "whoever stole the old key could sign a change too"
        )
        assert any(one.code == "key-changed" for one in verdict.checks)
        assert verdict.consistent is Consistency.YES
        workflows.add_contact(ruth, workflows.own_card(helen))
        workflows.confirm_contact(ruth, "Helen Ashdown", workflows.own_words(helen), "in person")
        after = workflows.verify_with_vault(ruth, tmp_path / "after.evidence")
        assert (after.sender, after.consistent) == (SenderStatus.CONFIRMED, Consistency.YES)
        workflows.seal_bundle(helen, Wanted("INC-001", passphrase=NEW), tmp_path / "by-passphrase.evidence")
        assert check.check(helen).problems == ()
    before = workflows.check_received(ruth, row.reference)
    assert (before.unchanged, before.sender) == (True, SenderStatus.CONFIRMED)
    assert "That key was replaced on" in check_of(before, "sender")


def test_a_record_that_was_rewritten_before_the_change_is_still_a_conflict(
    people: tuple[Vault, Vault], tmp_path: Path
) -> None:
    helen, ruth = people
    helen.flush()
    early = tmp_path / "early.evidence-vault"
    shutil.copytree(helen.folder, early, ignore=shutil.ignore_patterns("lock", "*-wal", "*-shm"))
    workflows.keep(helen, picture(40), "INC-001")
    workflows.verify_with_vault(ruth, seal(helen, tmp_path / "one.evidence"))
    with Vault.open(early, helen.identity, slot=Slot.PASSPHRASE) as rewritten, renewed(rewritten) as helen:
        for shade in (50, 60, 70, 80):
            workflows.keep(helen, picture(shade), "INC-001")
        seal(helen, tmp_path / "two.evidence")
    verdict = workflows.verify_with_vault(ruth, tmp_path / "two.evidence")
    assert (verdict.unchanged, verdict.consistent) == (True, Consistency.NO)


def test_a_reader_with_another_key_still_opens_what_was_sealed_for_the_old_one(
    people: tuple[Vault, Vault], tmp_path: Path
) -> None:
    helen, ruth = people
    row = workflows.receive(ruth, seal(helen, tmp_path / "one.evidence")).row
    workflows.keep(helen, picture(30), "INC-001")
    late = seal(helen, tmp_path / "late.evidence")
    with renewed(ruth) as ruth:
        assert workflows.check_received(ruth, row.reference).unchanged
        verdict = workflows.verify_with_vault(ruth, late)
        assert (verdict.unchanged, verdict.sender) == (True, SenderStatus.CONFIRMED)
        assert not any(one.code == "not-named" for one in verdict.checks)
        workflows.receive(ruth, late)
        assert check.check(ruth).problems == ()


def test_a_change_that_both_keys_did_not_sign_is_named(people: tuple[Vault, Vault], tmp_path: Path) -> None:
    helen, _ = people
    with renewed(helen) as helen:
        (entry,) = helen.read.entries(EntryKind.VAULT_KEY_REPLACED)
        sample = Sample(helen.folder, helen.identity, "")
    rewrite(sample, lambda db: change(db, entry.seq, b"size ", b"size 1"))
    with sample.open() as helen:
        assert "key-change-broken" in {one.code for one in check.check(helen).problems}
        with pytest.raises(IntegrityError):
            seal(helen, tmp_path / "forged.evidence")


def test_backups_of_before_stay_readable_with_the_old_passphrase_and_get_nothing_new(
    sample: Sample, tmp_path: Path
) -> None:
    prepared(sample)
    old, new = tmp_path / "old stick", tmp_path / "new stick"
    with sample.open() as opened:
        backup.back_up(opened, old)
        before = {path: path.read_bytes() for path in files_under(old)}
        rekeying.replace_key(opened, NEW)
    with vault.unlock(sample.folder, NEW) as opened:
        with pytest.raises(UsageError, match="before this vault's key was replaced"):
            backup.back_up(opened, old)
        assert {path: path.read_bytes() for path in files_under(old)} == before
        backup.back_up(opened, new)
    made, _ = backup.restore(old, tmp_path / "from old.evidence-vault", PASSPHRASE)
    made.close()
    made, _ = backup.restore(new, tmp_path / "from new.evidence-vault", NEW)
    with made:
        assert check.check(made).problems == ()
        assert len(made.identities) == 2


def test_on_the_command_line(stage: Stage) -> None:
    name = stage.helen.folder.name
    (stage.folder / "new").write_text(NEW + "\n")
    options = ("--new-passphrase-file", "new", "--recovery-sheet", "sheet.pdf")
    answer = stage.inside("vault", "replace-key", name, *options, *stage.secret)
    assert (answer.code, answer.err) == (0, "")
    assert "make a new one in a new folder" in answer.out
    assert (stage.folder / "sheet.pdf").read_bytes().startswith(b"%PDF-")
    assert stage.inside("vault", "check", name, *stage.secret).code == 2
    assert stage.inside("vault", "check", name, "--passphrase-file", "new", "--json").json["in_order"]
    assert stage.inside("vault", "replace-key", name, *options, "--passphrase-file", "new").code == 64
