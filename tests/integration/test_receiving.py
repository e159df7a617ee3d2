"""Receiving between two real vaults: every state is kept as it came, once, or nothing is."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout
from evidence_app.crypto.age import EncryptWriter, Passphrase, encrypt
from evidence_app.errors import NotOurFileError, StoppedError, StorageError, UsageError, WrongPassphraseError
from evidence_app.records import BundleState, Consistency, EntryKind, Progress, Role, Said, Source
from evidence_app.vault import acts, check
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted
from tests.bundles import as_tar, edited, opened, sign_again
from tests.desks import desk, open_incident, picture, seal, teacher_and_head
from tests.vaults import files_under

PICTURE = layout.original_name("HXA/002", "image/png")


@pytest.fixture
def pair(tmp_path):
    with teacher_and_head(tmp_path) as both:
        yield both


@pytest.fixture
def bundle(pair, tmp_path):
    return seal(pair[0], tmp_path / "one.evidence")


def kept(head, row):
    """The object of a received bundle, and that nothing of it lies about in clear."""
    assert row.stored.sha256 == sha256(head.objects.read(row.stored)).hexdigest()
    return head.objects.read(row.stored)


def for_head(head, files):
    return encrypt(as_tar(files), [head.identity.recipient])


def test_a_bundle_is_checked_and_kept_as_it_came(pair, bundle):
    teacher, head = pair
    arrival = workflows.receive(head, bundle)
    row = arrival.row
    assert not arrival.again
    assert arrival.verdict is not None
    assert arrival.verdict.unchanged
    assert kept(head, row) == bundle.read_bytes()
    assert (row.reference, row.state, row.file_name) == ("RCV-001", BundleState.INTACT, "one.evidence")
    assert row.exhibits == ("HXA/001", "HXA/002")
    assert (row.sender_name, row.incident, row.title) == (
        "Helen Ashdown",
        "INC-001",
        "Posts about my lessons",
    )
    assert row.sender_key == teacher.signing_key.public_key
    assert row.ledger is not None
    assert teacher.read.link(row.ledger.size) == row.ledger.link
    data = head.read.entry(row.seq).data
    assert data["sender_words"] == " ".join(workflows.own_words(teacher))
    assert [entry.kind for entry in head.read.entries_about("RCV-001")] == [
        EntryKind.BUNDLE_RECEIVED,
        EntryKind.EXHIBIT_RECEIVED,
        EntryKind.EXHIBIT_RECEIVED,
    ]
    assert check.check(head).problems == ()


def test_the_same_file_twice_is_recognised(pair, bundle, tmp_path):
    head = pair[1]
    first = workflows.receive(head, bundle).row
    before, objects_before = head.head, set(head.objects.ids())
    copy = shutil.copy(bundle, tmp_path / "renamed.evidence")
    again = workflows.receive(head, Path(copy))
    assert again.again
    assert again.row == first
    assert (head.head, set(head.objects.ids())) == (before, objects_before)


def test_another_file_of_the_same_size_is_another_bundle(pair, bundle, tmp_path):
    head = pair[1]
    workflows.receive(head, bundle)
    data = bytearray(bundle.read_bytes())
    data[-1] ^= 1
    (tmp_path / "two.evidence").write_bytes(data)
    assert workflows.receive(head, tmp_path / "two.evidence").row.reference == "RCV-002"


def damaged(pair, bundle):
    return bundle.read_bytes()[:-100]


def altered(pair, bundle):
    files = opened(bundle, pair[1].identity)
    files[PICTURE] = files[PICTURE][:-1] + b"!"
    return for_head(pair[1], files)


def not_for_you(pair, bundle):
    return encrypt(as_tar(opened(bundle, pair[1].identity)), [pair[0].identity.recipient])


def newer(pair, bundle):
    files = opened(bundle, pair[1].identity)
    files[layout.INCIDENT] = edited(files[layout.INCIDENT], format=2)
    label = files[layout.BAG_INFO].replace(b"Evidence-Bundle-Format: 1", b"Evidence-Bundle-Format: 2")
    return for_head(pair[1], sign_again(files | {layout.BAG_INFO: label}, pair[0].signing_key))


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (damaged, BundleState.DAMAGED),
        (altered, BundleState.ALTERED),
        (not_for_you, BundleState.NOT_FOR_YOU),
        (newer, BundleState.NEWER),
    ],
)
def test_one_that_fails_is_kept_too(pair, bundle, tmp_path, make, state):
    """So that "I got a damaged one on Monday" is on record."""
    head = pair[1]
    path = tmp_path / "odd.evidence"
    path.write_bytes(make(pair, bundle))
    arrival = workflows.receive(head, path)
    assert arrival.row.state is state
    assert not arrival.row.unchanged
    assert kept(head, arrival.row) == path.read_bytes()
    assert (arrival.verdict is None) == (state is not BundleState.ALTERED)
    assert head.read.seen_ledgers() == (), "a ledger is only remembered from a bundle that checks"
    assert workflows.receive(head, path).again
    assert check.check(head).problems == ()


def test_from_somebody_who_is_not_confirmed(pair, tmp_path):
    head = pair[1]
    with desk(tmp_path / "alan.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan:
        open_incident(alan, "A letter")
        workflows.keep(alan, picture(9), "INC-001")
        workflows.add_contact(alan, workflows.own_card(head))
        seal(alan, tmp_path / "two.evidence")
    row = workflows.receive(head, tmp_path / "two.evidence").row
    assert (row.state, row.sender_name) == (BundleState.SENDER_NOT_CONFIRMED, "Mr Alan Thwaite")


def test_a_bundle_with_a_passphrase(pair, tmp_path):
    teacher, head = pair
    out = tmp_path / "two.evidence"
    workflows.seal_bundle(teacher, Wanted("INC-001", passphrase="copper lantern quiet meadow"), out)
    with pytest.raises(WrongPassphraseError):
        workflows.receive(head, out)
    assert head.read.received() == ()
    row = workflows.receive(head, out, keys=[Passphrase("copper lantern quiet meadow")]).row
    assert row.state is BundleState.INTACT
    assert kept(head, row) == out.read_bytes()


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 and so on" * 100])
def test_what_is_no_bundle_is_not_kept(pair, tmp_path, content):
    head = pair[1]
    path = tmp_path / "letter.evidence"
    path.write_bytes(content)
    nothing_kept(head, lambda: workflows.receive(head, path), NotOurFileError)
    nothing_kept(head, lambda: workflows.receive(head, tmp_path), UsageError)
    nothing_kept(head, lambda: workflows.receive(head, tmp_path / "none"), UsageError)


def nothing_kept(head, act, error):
    before, files = head.head, files_under(head.folder / "objects")
    with pytest.raises(error):
        act()
    assert head.head == before
    assert files_under(head.folder / "objects") == files
    assert head.read.received() == ()


class StopAt:
    """Stops at the n-th call of the progress."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, _: Progress) -> None:
        self.left -= 1
        if self.left < 0:
            raise StoppedError("Stopped.")


def test_stop_keeps_nothing(pair, bundle):
    """At the first call of the progress, at the second, until all of them were made."""
    head, at, stop = pair[1], 0, StopAt(0)
    while head.read.received() == ():
        stop = StopAt(at)
        try:
            workflows.receive(head, bundle, stop)
        except StoppedError:
            assert (head.read.received(), list(head.objects.ids()), head.objects.unfinished()) == ((), [], [])
            assert head.read.latest(EntryKind.BUNDLE_RECEIVED) is None
        at += 1
    assert at > 8
    assert stop.left == 0, "the progress was called again after everything was recorded"
    assert len(head.read.received_exhibits("RCV-001")) == 2


def test_a_full_disk_while_the_file_is_kept(pair, bundle, monkeypatch):
    head = pair[1]

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EncryptWriter, "write", full)
    nothing_kept(head, lambda: workflows.receive(head, bundle), StorageError)


def test_a_full_disk_while_it_is_entered(pair, bundle, monkeypatch):
    """The object is complete then; without its entry it must not stay."""
    head = pair[1]

    def full(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(head, "record_all", full)
        nothing_kept(head, lambda: workflows.receive(head, bundle), StorageError)
    assert workflows.receive(head, bundle).row.reference == "RCV-001"


def test_an_object_that_was_entered_is_never_removed(pair, bundle, monkeypatch):
    """Whatever happens after the entry is durable."""
    head, record = pair[1], pair[1].record_all

    def interrupted(act, **kw):
        record(act, **kw)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(head, "record_all", interrupted)
        with pytest.raises(KeyboardInterrupt):
            workflows.receive(head, bundle)
    assert kept(head, head.read.received()[0]) == bundle.read_bytes()
    assert check.check(head).problems == ()


def test_a_received_bundle_is_no_orphan_at_the_next_opening(pair, bundle):
    head = pair[1]
    workflows.receive(head, bundle)
    head.close()
    with Vault.open(head.folder, head.identity, slot=Slot.PASSPHRASE) as again:
        assert again.read.exhibits(None) == []
        assert len(again.read.received()) == 1
        assert check.check(again).problems == ()


def test_a_damaged_object_of_a_received_bundle_is_named(pair, bundle):
    head = pair[1]
    row = workflows.receive(head, bundle).row
    path = next((head.folder / "objects").glob(f"??/{row.stored.object_id}.age"))
    path.write_bytes(path.read_bytes()[:-1])
    found = check.check(head).problems
    assert [(one.code, one.where) for one in found] == [("object-damaged", "RCV-001")]


def test_what_was_decided_is_kept_for_ever(pair, bundle):
    head = pair[1]
    row = workflows.receive(head, bundle).row
    for words in ("Spoke to the parents", "Passed to the chair"):
        head.record(acts.outcome_stated("rcv-1", [Said("decided", words, Source.TYPED)]))
    again = head.read.received_bundle(row.reference)
    assert again.statements["decided"].value == "Passed to the chair"
    assert [one.value for one in head.read.statements("RCV-001")] == [
        "Spoke to the parents",
        "Passed to the chair",
    ]
    with pytest.raises(UsageError, match="no received bundle"):
        head.record(acts.outcome_stated("RCV-002", [Said("decided", "x", Source.TYPED)]))
    assert check.check(head).problems == ()


# --- witnessing ---------------------------------------------------------------------------------------


def older_copy(teacher, tmp_path):
    teacher.flush()
    folder = tmp_path / "early"
    shutil.copytree(teacher.folder, folder, ignore=shutil.ignore_patterns("lock", "*-wal", "*-shm"))
    return folder


def test_a_rewritten_record_is_named_with_the_date_from_which_it_differs(pair, tmp_path):
    teacher, head = pair
    first = workflows.receive(head, seal(teacher, tmp_path / "one.evidence")).row
    early = older_copy(teacher, tmp_path)
    workflows.keep(teacher, picture(40), "INC-001")
    second = workflows.receive(head, seal(teacher, tmp_path / "two.evidence")).row
    workflows.keep(teacher, picture(41), "INC-001")
    third = workflows.receive(head, seal(teacher, tmp_path / "three.evidence")).row
    assert [one.consistent for one in (first, second, third)] == [
        Consistency.FIRST,
        Consistency.YES,
        Consistency.YES,
    ]
    with Vault.open(early, teacher.identity, slot=Slot.PASSPHRASE) as rewritten:
        for shade in range(50, 70):
            workflows.keep(rewritten, picture(shade), "INC-001")
        seal(rewritten, tmp_path / "four.evidence")
    arrival = workflows.receive(head, tmp_path / "four.evidence")
    assert arrival.row.state is BundleState.IN_CONFLICT
    assert arrival.verdict is not None
    assert arrival.verdict.unchanged
    differs = arrival.verdict.differs
    assert differs is not None
    assert differs.agrees is not None
    for row, seen in ((second, differs.first), (first, differs.agrees)):
        assert row.ledger is not None
        assert (seen.size, seen.link, seen.seen_at) == (row.ledger.size, row.ledger.link, row.received_at)
    said = next(one.summary for one in arrival.verdict.checks if one.code == "earlier")
    assert f"The first {differs.first.size} entries are not those that you saw on " in said
    assert f"The first {differs.agrees.size} are still those that you saw on " in said
    # The honest record is still the one that counts.
    assert arrival.row.ledger is not None
    assert arrival.row.ledger.link not in {one.link for one in head.read.seen_ledgers()}
    assert workflows.verify_with_vault(head, tmp_path / "three.evidence").consistent is Consistency.YES


def test_what_was_only_checked_is_a_witness_too(pair, tmp_path):
    teacher, head = pair
    early = older_copy(teacher, tmp_path)
    workflows.keep(teacher, picture(40), "INC-001")
    workflows.verify_with_vault(head, seal(teacher, tmp_path / "one.evidence"))
    with Vault.open(early, teacher.identity, slot=Slot.PASSPHRASE) as rewritten:
        for shade in range(50, 60):
            workflows.keep(rewritten, picture(shade), "INC-001")
        seal(rewritten, tmp_path / "two.evidence")
    arrival = workflows.receive(head, tmp_path / "two.evidence")
    assert arrival.row.state is BundleState.IN_CONFLICT
    assert arrival.verdict is not None
    assert arrival.verdict.differs is not None
    assert arrival.verdict.differs.agrees is None


def test_a_shortened_record_is_a_conflict(pair, tmp_path):
    teacher, head = pair
    early = older_copy(teacher, tmp_path)
    for shade in range(40, 60):
        workflows.keep(teacher, picture(shade), "INC-001")
    workflows.receive(head, seal(teacher, tmp_path / "one.evidence"))
    with Vault.open(early, teacher.identity, slot=Slot.PASSPHRASE) as shortened:
        seal(shortened, tmp_path / "two.evidence")
    arrival = workflows.receive(head, tmp_path / "two.evidence")
    assert arrival.row.state is BundleState.IN_CONFLICT
    assert arrival.verdict is not None
    assert "Its record ends at entry" in str([one.summary for one in arrival.verdict.checks])


@pytest.mark.parametrize("kept", [True, False])
def test_an_older_bundle_opened_late_is_an_earlier_state(pair, tmp_path, kept):
    """As long as the newer one is kept: it lists every commitment, so the older chain is found inside it."""
    teacher, head = pair
    older = seal(teacher, tmp_path / "one.evidence")
    workflows.keep(teacher, picture(40), "INC-001")
    newer = seal(teacher, tmp_path / "two.evidence")
    (workflows.receive if kept else workflows.verify_with_vault)(head, newer)
    arrival = workflows.receive(head, older)
    assert arrival.row.state is (BundleState.INTACT if kept else BundleState.IN_CONFLICT)
    assert arrival.verdict is not None
    (check,) = (one for one in arrival.verdict.checks if one.code == "earlier")
    assert check.passed is kept
    assert ("It is an earlier state of what you have seen" in check.summary) is kept
    assert ("Nothing here shows that it is the same record" in check.summary) is not kept
    again = workflows.check_received(head, workflows.receive(head, newer).row.reference)
    assert again.consistent is Consistency.YES
