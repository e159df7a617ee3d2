"""The acts that join rooms, on two real vaults: capture, contacts, seal, check."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from evidence_app import workflows
from evidence_app.bundle import extract, sentences
from evidence_app.crypto.age import Recipient, encrypt
from evidence_app.errors import ExitCode, NotForYouError, StoppedError, StorageError, UsageError
from evidence_app.records import (
    Consistency,
    EntryKind,
    Level,
    Method,
    Picture,
    Progress,
    Role,
    Said,
    SenderStatus,
    Source,
)
from evidence_app.vault import acts, check, vault
from evidence_app.vault.keys import Slot
from evidence_app.vault.layout import object_path
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted
from tests import vaults

OTHER_TITLE = "An unrelated incident about a colleague"
OTHER_NOTE = "nobody but the teacher may read this"


def picture(shade: int) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 200)).save(out, "PNG")
    return Picture(out.getvalue(), vaults.observed())


def new_vault(folder: Path, name: str, role: Role) -> Vault:
    with vaults.light_key_slots():
        made, _ = vault.create(
            folder, name=name, role=role, school="Larkmere Academy", passphrase=vaults.PASSPHRASE
        )
    return made


@pytest.fixture
def teacher(tmp_path):
    with new_vault(tmp_path / "teacher.evidence-vault", "Helen Ashdown", Role.STAFF) as made:
        made.record(acts.incident_opened("Posts about my lessons"))
        made.record(acts.incident_opened(OTHER_TITLE))
        for incident in ("INC-001", "INC-002"):
            vaults.no_stop(made, incident)
        for shade in (10, 20, 30):
            workflows.keep(made, picture(shade), "INC-001")
        hidden = workflows.keep(made, picture(200), "INC-002")
        made.record(acts.exhibit_stated(hidden.number, [Said("note", OTHER_NOTE, Source.TYPED)]))
        made.record(acts.exhibit_stated("HXA/001", [Said("note", "thirteen members", Source.TYPED)]))
        made.record(acts.exhibit_stated("HXA/001", [Said("note", "31 members", Source.TYPED)]))
        yield made


@pytest.fixture
def head(tmp_path):
    with new_vault(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as made:
        yield made


@pytest.fixture
def acquainted(teacher, head):
    """Both have the other's card and compared the words."""
    for own, other in ((teacher, head), (head, teacher)):
        contact = workflows.add_contact(own, workflows.own_card(other))
        workflows.confirm_contact(own, contact.name, workflows.own_words(other), "in person")
    return teacher, head


def seal(sender: Vault, out: Path, **kw) -> Path:
    wanted = Wanted("INC-001", contacts=sender.read.contacts(), **kw)
    workflows.seal_bundle(sender, wanted, out)
    return out


def test_from_the_shutter_to_the_verdict(acquainted, tmp_path):
    sender, reader = acquainted
    bundle = seal(sender, tmp_path / "one.evidence")
    verdict = workflows.verify_with_vault(reader, bundle)
    assert verdict.unchanged
    assert verdict.sender is SenderStatus.CONFIRMED
    assert verdict.consistent is Consistency.FIRST
    assert sentences.exit_code(verdict) is ExitCode.OK
    assert [one.number for one in verdict.exhibits] == ["HXA/001", "HXA/002", "HXA/003"]
    assert check.check(sender).problems == ()
    assert check.check(reader).problems == ()


def test_the_check_is_remembered_and_the_next_bundle_must_extend_it(acquainted, tmp_path):
    sender, reader = acquainted
    workflows.verify_with_vault(reader, seal(sender, tmp_path / "one.evidence"))
    workflows.keep(sender, picture(40), "INC-001")
    second = workflows.verify_with_vault(reader, seal(sender, tmp_path / "two.evidence"))
    assert second.consistent is Consistency.YES
    again = workflows.verify_with_vault(reader, tmp_path / "one.evidence")
    assert again.consistent is Consistency.YES, "an older bundle that was seen before is no conflict"


def test_a_rewritten_record_is_a_conflict(acquainted, tmp_path):
    sender, reader = acquainted
    early = tmp_path / "early"
    sender.flush()
    shutil.copytree(sender.folder, early, ignore=shutil.ignore_patterns("lock", "*-wal", "*-shm"))
    workflows.keep(sender, picture(40), "INC-001")
    workflows.verify_with_vault(reader, seal(sender, tmp_path / "one.evidence"))
    with Vault.open(early, sender.identity, slot=Slot.PASSPHRASE) as rewritten:
        for shade in (50, 60, 70, 80):
            workflows.keep(rewritten, picture(shade), "INC-001")
        workflows.seal_bundle(
            rewritten, Wanted("INC-001", contacts=rewritten.read.contacts()), tmp_path / "two.evidence"
        )
    verdict = workflows.verify_with_vault(reader, tmp_path / "two.evidence")
    assert verdict.unchanged
    assert verdict.consistent is Consistency.NO
    assert sentences.exit_code(verdict) is ExitCode.IN_CONFLICT


def test_what_was_seen_is_remembered_with_the_key_that_signed_it(acquainted, tmp_path):
    """So what another key signs about the same vault is not held against the sender."""
    sender, reader = acquainted
    workflows.verify_with_vault(reader, seal(sender, tmp_path / "one.evidence"))
    seen = reader.read.seen_ledgers()
    assert [one.signing_key for one in seen] == [sender.signing_key.public_key]


def test_only_the_incident_and_its_exhibits_are_opened(acquainted, tmp_path):
    sender, reader = acquainted
    bundle = seal(sender, tmp_path / "one.evidence", left_out={"HXA/002": "a duplicate"})
    extract.extract(bundle, [reader.identity], tmp_path / "opened")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "opened").rglob("*") if path.is_file())
    for secret in (OTHER_TITLE, OTHER_NOTE, "HXA/004", "INC-002"):
        assert secret.encode() not in everything
    left_out = sender.objects.read(sender.read.exhibit("HXA/002").stored)
    assert left_out not in everything
    assert b"a duplicate" in everything, "the reader is told the reason"
    assert b"thirteen members" in everything, "a correction does not hide what was said first"


def test_that_it_concerned_the_headteacher_is_in_no_bundle(acquainted, tmp_path):
    """Whoever is passed over must not learn of it from a bundle that goes to them later."""
    sender, reader = acquainted
    for answer in ("yes", "no"):
        sender.record(acts.incident_stated("INC-001", [Said("concerns_head", answer, Source.TYPED)]))
    sender.record(acts.incident_stated("INC-001", [Said("note", "for the reader", Source.TYPED)]))
    bundle = seal(sender, tmp_path / "one.evidence")
    assert workflows.verify_with_vault(reader, bundle).unchanged
    extract.extract(bundle, [reader.identity], tmp_path / "opened")
    everything = b"".join(path.read_bytes() for path in (tmp_path / "opened").rglob("*") if path.is_file())
    assert b"concerns_head" not in everything
    assert b"for the reader" in everything


def test_only_the_chosen_person_can_open_it(acquainted, tmp_path):
    sender, _ = acquainted
    bundle = seal(sender, tmp_path / "one.evidence")
    with pytest.raises(NotForYouError):
        workflows.verify_with_vault(sender, bundle)


def test_an_unconfirmed_sender_is_said(teacher, head, tmp_path):
    workflows.add_contact(teacher, workflows.own_card(head))
    verdict = workflows.verify_with_vault(head, seal(teacher, tmp_path / "one.evidence"))
    assert verdict.sender is SenderStatus.UNKNOWN
    assert sentences.exit_code(verdict) is ExitCode.SENDER_NOT_CONFIRMED
    workflows.add_contact(head, workflows.own_card(teacher))
    verdict = workflows.verify_with_vault(head, tmp_path / "one.evidence")
    assert verdict.sender is SenderStatus.KNOWN
    assert sentences.exit_code(verdict) is ExitCode.SENDER_NOT_CONFIRMED


def test_wrong_words_confirm_nobody(teacher, head):
    contact = workflows.add_contact(teacher, workflows.own_card(head))
    wrong = (*contact.words[:-1], "wrong")
    with pytest.raises(UsageError, match="not the eight words"):
        workflows.confirm_contact(teacher, contact.name, wrong, "in person")
    assert teacher.read.contacts()[0].confirmed_at is None


def test_ones_own_card_is_no_contact(teacher):
    with pytest.raises(UsageError, match="your own"):
        workflows.add_contact(teacher, workflows.own_card(teacher))


def test_another_name_under_a_confirmed_key_has_to_be_confirmed_again(acquainted):
    sender, _ = acquainted
    contact = sender.read.contacts()[0]
    assert contact.confirmed_at is not None
    renamed = acts.Act(
        EntryKind.CONTACT_ADDED,
        {**sender.read.latest(EntryKind.CONTACT_ADDED).data, "name": "Mr Alan Thwaite"},
    )
    sender.record(renamed)
    again = sender.read.contacts()[0]
    assert (again.name, again.confirmed_at) == ("Mr Alan Thwaite", None)


def test_stop_keeps_no_file_and_records_no_bundle(acquainted, tmp_path):
    sender, _ = acquainted
    before = sender.head
    folder = tmp_path / "out"
    folder.mkdir()

    def stop(now: Progress) -> None:
        if now.done:
            raise StoppedError("Stopped.")

    wanted = Wanted("INC-001", contacts=sender.read.contacts())
    with pytest.raises(StoppedError):
        workflows.seal_bundle(sender, wanted, folder / "one.evidence", stop)
    assert list(folder.iterdir()) == []
    assert sender.head == before


def test_the_act_is_in_the_record_before_the_file_has_its_name(acquainted, tmp_path, monkeypatch):
    sender, _ = acquainted
    out = tmp_path / "one.evidence"
    record = sender.record

    def watched(act, **kw):
        if act.kind is EntryKind.BUNDLE_SEALED:
            assert not out.exists()
        return record(act, **kw)

    monkeypatch.setattr(sender, "record", watched)
    seal(sender, out)
    assert out.exists()
    sealed = sender.read.bundles()[0]
    assert sealed.file_name == out.name
    assert sealed.size == out.stat().st_size


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted("INC-001"), "either for people or with a passphrase"),
        (Wanted("INC-009", passphrase="copper lantern quiet meadow"), "no incident"),
        (Wanted("INC-001", passphrase="x", left_out={"HXA/009": "?"}), "not an exhibit"),
        (
            Wanted("INC-001", passphrase="x", left_out={f"HXA/00{n}": "?" for n in (1, 2, 3)}),
            "no exhibit to seal",
        ),
    ],
)
def test_what_cannot_be_sealed_is_one_sentence(teacher, tmp_path, wanted, words):
    with pytest.raises(UsageError, match=words):
        workflows.seal_bundle(teacher, wanted, tmp_path / "one.evidence")
    assert not (tmp_path / "one.evidence").exists()


def test_a_planted_object_is_never_called_captured(teacher):
    """The vault's public key stands on the contact card: a file encrypted to it shows nothing."""
    object_id = str(uuid4())
    path = object_path(teacher.folder, object_id)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        encrypt(picture(99).png, [Recipient.from_string(teacher.identity.recipient.to_string())])
    )
    teacher.abandon()
    with Vault.open(teacher.folder, teacher.identity, slot=Slot.PASSPHRASE) as reopened:
        (found,) = reopened.read.exhibits(None)
        assert found.method is Method.RECOVERED
        assert found.level is Level.BROUGHT_IN
        assert found.observed.user == "not known"


def test_a_record_that_cannot_be_written_says_that_the_picture_is_kept(teacher, monkeypatch):
    def full(_act):
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(teacher, "record", full)
        with pytest.raises(StorageError, match="picture itself is kept"):
            workflows.keep(teacher, picture(7), "INC-001")
    teacher.abandon()
    with Vault.open(teacher.folder, teacher.identity, slot=Slot.PASSPHRASE) as reopened:
        assert [one.method for one in reopened.read.exhibits(None)] == [Method.RECOVERED]


def test_viewing_is_an_entry(teacher):
    workflows.view(teacher, "HXA/001")
    assert teacher.read.latest(EntryKind.EXHIBIT_VIEWED).data["number"] == "HXA/001"


def test_a_file_is_never_overwritten(tmp_path):
    path = tmp_path / "card.evidence-contact"
    path.write_bytes(b"kept")
    with pytest.raises(UsageError, match="already a file"):
        workflows.write_new_file(path, b"new")
    assert path.read_bytes() == b"kept"
    assert list(tmp_path.iterdir()) == [path]


def test_the_verifier_runs_without_window_vault_and_screen():
    """The bundle room can be taken out and read on its own."""
    code = (
        "import sys; import evidence_app.bundle.read; "
        "never = {'PySide6', 'sqlalchemy', 'sqlcipher3', 'mss', 'Xlib', 'PIL'}; "
        "sys.exit(', '.join(never & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
