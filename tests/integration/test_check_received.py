"""The kept file is checked again: with today's contacts, with another key, by a later version."""

from __future__ import annotations

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout, read
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Identity, Passphrase, encrypt
from evidence_app.errors import (
    DamagedError,
    KeptFileError,
    NewerFormatError,
    NotForYouError,
    StoppedError,
    UsageError,
    WrongPassphraseError,
)
from evidence_app.records import BundleState, Consistency, EntryKind, Role, SenderStatus
from evidence_app.vault import acts_received, check
from evidence_app.vault.layout import object_path
from tests.bundles import as_tar, edited, opened, sign_again
from tests.desks import desk, seal, teacher_and_head
from tests.vaults import files_under

WORDS = "copper lantern quiet meadow"


@pytest.fixture
def pair(tmp_path):
    with teacher_and_head(tmp_path) as both:
        yield both


@pytest.fixture
def bundle(pair, tmp_path):
    return seal(pair[0], tmp_path / "one.evidence")


def kinds(head):
    return [entry.kind for entry in head.read.entries_about("RCV-001")]


def test_it_gives_the_answer_of_today(pair, bundle):
    head = pair[1]
    row = workflows.receive(head, bundle).row
    assert (row.latest_state, row.latest_checked_at) == (BundleState.INTACT, row.received_at)
    verdict = workflows.check_received(head, "rcv-1")
    assert (verdict.unchanged, verdict.sender) == (True, SenderStatus.CONFIRMED)
    assert verdict.consistent is Consistency.YES
    again = head.read.received_bundle("RCV-001")
    assert again.state is BundleState.INTACT
    assert again.latest_checked_at > row.received_at
    assert (again.received_at, again.seq, again.consistent) == (row.received_at, row.seq, row.consistent)
    # Its exhibits are in already, and are not taken in again.
    assert kinds(head).count(EntryKind.EXHIBIT_RECEIVED) == 2
    assert head.read.received()[0] == again
    assert check.check(head).problems == ()


def test_a_sender_who_is_confirmed_later(tmp_path):
    with (
        teacher_and_head(tmp_path) as (teacher, _),
        desk(tmp_path / "alan.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan,
    ):
        workflows.add_contact(teacher, workflows.own_card(alan))
        path = seal(teacher, tmp_path / "one.evidence")
        row = workflows.receive(alan, path).row
        assert (row.state, row.latest_state) == (BundleState.SENDER_NOT_CONFIRMED,) * 2
        assert len(alan.read.received_exhibits("RCV-001")) == 2
        assert workflows.receive(alan, path).verdict is None
        contact = workflows.add_contact(alan, workflows.own_card(teacher))
        workflows.confirm_contact(alan, contact.name, workflows.own_words(teacher), "in person")
        arrival = workflows.receive(alan, path)
        assert arrival.again
        assert arrival.verdict is not None
        assert arrival.verdict.sender is SenderStatus.CONFIRMED
        row = alan.read.received_bundle("RCV-001")
        assert (row.state, row.latest_state) == (BundleState.SENDER_NOT_CONFIRMED, BundleState.INTACT)
        assert row.sender is SenderStatus.UNKNOWN
        assert len(alan.read.received_exhibits("RCV-001")) == 2
        assert workflows.receive(alan, path).verdict is None
        assert check.check(alan).problems == ()


def test_one_that_a_later_version_can_read(pair, bundle, tmp_path, monkeypatch):
    """Kept as `newer`; the same file again, or a check, is then answered and its exhibits come in."""
    teacher, head = pair
    files = opened(bundle, head.identity)
    files[layout.INCIDENT] = edited(files[layout.INCIDENT], format=2)
    label = files[layout.BAG_INFO].replace(b"Evidence-Bundle-Format: 1", b"Evidence-Bundle-Format: 2")
    newer = sign_again(files | {layout.BAG_INFO: label}, teacher.signing_key)
    path = tmp_path / "newer.evidence"
    path.write_bytes(encrypt(as_tar(newer), [head.identity.recipient]))
    row = workflows.receive(head, path).row
    assert (row.latest_state, row.title, row.exhibits) == (BundleState.NEWER, "", ())
    with pytest.raises(NewerFormatError):
        workflows.check_received(head, "RCV-001")
    assert kinds(head) == [EntryKind.BUNDLE_RECEIVED, EntryKind.BUNDLE_CHECKED]

    # The program of the day after tomorrow: the same checks under the other number.
    monkeypatch.setattr(layout, "FORMAT", 2)
    verdict = workflows.receive(head, path).verdict
    assert verdict is not None
    assert verdict.unchanged
    row = head.read.received_bundle("RCV-001")
    assert (row.state, row.latest_state) == (BundleState.NEWER, BundleState.INTACT)
    assert (row.title, row.sender_name, row.incident) == (
        "Posts about my lessons",
        "Helen Ashdown",
        "INC-001",
    )
    assert row.exhibits == ("HXA/001", "HXA/002")
    assert row.sender_key == teacher.signing_key.public_key
    assert row.ledger is not None
    assert len(head.read.received_exhibits("RCV-001")) == 2
    assert head.read.seen_ledgers() != ()
    assert check.check(head).problems == ()


def test_one_that_opens_with_another_key(pair, bundle, tmp_path):
    head = pair[1]
    other = Identity.generate()
    path = tmp_path / "other.evidence"
    path.write_bytes(encrypt(as_tar(opened(bundle, head.identity)), [other.recipient]))
    arrival = workflows.receive(head, path)
    assert arrival.row.latest_state is BundleState.NOT_FOR_YOU
    again = workflows.receive(head, path)
    assert again.again
    assert isinstance(again.failure, NotForYouError)
    assert again.row.latest_checked_at > arrival.row.latest_checked_at
    assert workflows.check_received(head, "RCV-001", keys=[other]).unchanged
    row = head.read.received_bundle("RCV-001")
    assert row.latest_state is BundleState.INTACT
    assert len(head.read.received_exhibits("RCV-001")) == 2
    # Without that key nothing new is learnt, and what was found stands.
    before = head.head
    with pytest.raises(NotForYouError):
        workflows.check_received(head, "RCV-001")
    assert head.head == before
    assert head.read.received_bundle("RCV-001").latest_state is BundleState.INTACT
    assert check.check(head).problems == ()


def test_one_that_is_sealed_with_a_passphrase(pair, bundle, tmp_path):
    head = pair[1]
    path = tmp_path / "two.evidence"
    path.write_bytes(encrypt(as_tar(opened(bundle, head.identity)), Passphrase(WORDS, work_factor=10)))
    workflows.receive(head, path, keys=[Passphrase(WORDS)])
    before = head.head
    with pytest.raises(WrongPassphraseError):
        workflows.check_received(head, "RCV-001")
    assert head.head == before
    assert workflows.check_received(head, "RCV-001", keys=[Passphrase(WORDS)]).unchanged


def test_one_that_was_kept_before_exhibits_were_taken_in(pair, bundle):
    """By an earlier version: the file is there, its exhibits are not."""
    head = pair[1]
    verdict = read.verify(bundle, [head.identity], workflows.trust_of(head))
    stored = head.objects.put(bundle.read_bytes(), acts_received.BUNDLE_MEDIA_TYPE)
    head.record(
        acts_received.bundle_received(
            acts_received.Arrived(stored, "one.evidence", BundleState.INTACT, verdict)
        )
    )
    assert head.read.received_exhibits("RCV-001") == ()
    arrival = workflows.receive(head, bundle)
    assert arrival.again
    assert arrival.verdict is not None
    assert len(head.read.received_exhibits("RCV-001")) == 2
    assert check.check(head).problems == ()


@pytest.mark.parametrize("keep", [-100, 400, 40])
def test_one_that_is_damaged_stays_so(pair, bundle, tmp_path, keep):
    head = pair[1]
    path = tmp_path / "cut.evidence"
    path.write_bytes(bundle.read_bytes()[:keep])
    row = workflows.receive(head, path).row
    again = workflows.receive(head, path)
    assert isinstance(again.failure, DamagedError)
    with pytest.raises(DamagedError):
        workflows.check_received(head, row.reference)
    assert head.read.received_bundle("RCV-001").latest_state is BundleState.DAMAGED
    assert head.read.received_exhibits("RCV-001") == ()
    assert check.check(head).problems == ()


def test_one_that_is_altered_is_only_recognised(pair, bundle, tmp_path):
    head = pair[1]
    files = opened(bundle, head.identity)
    name = layout.original_name("HXA/002", "image/png")
    files[name] = files[name][:-1] + b"!"
    path = tmp_path / "odd.evidence"
    path.write_bytes(encrypt(as_tar(files), [head.identity.recipient]))
    workflows.receive(head, path)
    before = head.head
    arrival = workflows.receive(head, path)
    assert (arrival.again, arrival.verdict, arrival.failure) == (True, None, None)
    assert head.head == before
    assert not workflows.check_received(head, "RCV-001").unchanged
    assert head.read.received_bundle("RCV-001").latest_state is BundleState.ALTERED
    with pytest.raises(Altered):
        workflows.report_of_received(head, "RCV-001")
    with pytest.raises(Altered):
        workflows.unlocked_copy_received(head, "RCV-001", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("how", ["cut", "changed", "swapped", "garbage", "gone"])
def test_a_kept_file_that_is_not_the_recorded_one_says_nothing_about_the_bundle(pair, bundle, tmp_path, how):
    head = pair[1]
    row = workflows.receive(head, bundle).row
    path = object_path(head.folder, row.stored.object_id)
    data = bytearray(path.read_bytes())
    if how == "cut":
        path.write_bytes(data[:-1])
    elif how == "changed":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif how == "swapped":
        path.write_bytes(encrypt(b"another file of this vault", [head.identity.recipient]))
    elif how == "garbage":
        path.write_bytes(b"no age file at all")
    else:
        path.unlink()
    before, people = head.head, head.read.contacts()
    for act in (
        lambda: workflows.check_received(head, "RCV-001"),
        lambda: workflows.report_of_received(head, "RCV-001"),
        lambda: workflows.unlocked_copy_received(head, "RCV-001", tmp_path / "copy"),
        lambda: workflows.forward(head, "RCV-001", contacts=people, out=tmp_path / "on.evidence"),
        lambda: workflows.forward_as_received(head, "RCV-001", tmp_path / "on.evidence"),
    ):
        with pytest.raises(KeptFileError, match=r"sealed file of RCV-001 in this vault .* Check the vault"):
            act()
    assert head.head == before
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["one.evidence"]
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("after", [0, 1])
def test_stop_takes_nothing_in(pair, bundle, tmp_path, after):
    head = pair[1]
    other = Identity.generate()
    path = tmp_path / "other.evidence"
    path.write_bytes(encrypt(as_tar(opened(bundle, head.identity)), [other.recipient]))
    workflows.receive(head, path)
    before, files = head.head, files_under(head.folder / "objects")

    def stop(now):
        if now.done >= after:
            raise StoppedError("Stopped.")

    for act in (workflows.check_received, workflows.report_of_received):
        with pytest.raises(StoppedError):
            act(head, "RCV-001", progress=stop, keys=[other])
    assert head.head == before
    assert files_under(head.folder / "objects") == files


def test_a_reference_that_is_none(pair):
    before = pair[1].head
    for reference in ("RCV-001", "INC-001", "", "RCV-001 HXA/001"):
        with pytest.raises(UsageError, match="no received bundle"):
            workflows.check_received(pair[1], reference)
    assert pair[1].head == before


# --- what is taken out of it ----------------------------------------------------------------------------


def test_the_report_of_a_received_bundle(pair, bundle):
    head = pair[1]
    workflows.receive(head, bundle)
    data = workflows.report_of_received(head, "RCV-001")
    assert data == opened(bundle, head.identity)[layout.REPORT]
    entry = head.read.entries_about("RCV-001")[-1]
    assert (entry.kind, entry.data["took"], entry.data["state"]) == (
        EntryKind.BUNDLE_CHECKED,
        "report",
        "intact",
    )


def test_a_bundle_without_a_report(pair, bundle, tmp_path):
    teacher, head = pair
    files = opened(bundle, head.identity)
    del files[layout.REPORT]
    path = tmp_path / "two.evidence"
    path.write_bytes(encrypt(as_tar(sign_again(files, teacher.signing_key)), [head.identity.recipient]))
    workflows.receive(head, path)
    before = head.head
    with pytest.raises(UsageError, match="no report in this bundle"):
        workflows.report_of_received(head, "RCV-001")
    assert head.head == before


def test_an_unlocked_copy_of_a_received_bundle(pair, bundle, tmp_path):
    head = pair[1]
    workflows.receive(head, bundle)
    bundle.unlink()
    verdict = workflows.unlocked_copy_received(head, "RCV-001", tmp_path / "for police")
    assert verdict.unchanged
    assert sorted(one.name for one in (tmp_path / "for police").iterdir()) == [
        "README.txt",
        "allowed_signers",
        "bundle",
    ]
    copy = read.verify(tmp_path / "for police" / "bundle", [], workflows.trust_of(head))
    assert copy.unchanged
    entry = head.read.entries_about("RCV-001")[-1]
    assert (entry.data["took"], entry.data["to"]) == ("unlocked copy", "for police")
    before = head.head
    with pytest.raises(UsageError):
        workflows.unlocked_copy_received(head, "RCV-001", tmp_path / "for police")
    assert head.head == before
