"""The exhibits of an unchanged bundle come into the reader's vault with it, as the sender's claims."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from evidence_app import ledger, workflows
from evidence_app.bundle import layout
from evidence_app.bundle.seal import seal as seal_content
from evidence_app.bundle.text import MAX_NESTING
from evidence_app.crypto.age import Recipient, encrypt
from evidence_app.errors import IntegrityError, UsageError
from evidence_app.records import BundleState, EntryKind, Level, Method, Role, Said, Source
from evidence_app.records_json import observed_to_json
from evidence_app.vault import acts, acts_received, check
from evidence_app.vault.keys import Slot
from evidence_app.vault.layout import object_path
from evidence_app.vault.marks import Purpose
from evidence_app.vault.vault import Vault
from evidence_app.workflows.receiving import receive_in_passing
from tests import bundles, vaults
from tests.bundles import Sender, as_tar, made_without_checks, png
from tests.desks import desk, picture, seal, teacher_and_head
from tests.vaults import occurrences

NOTE = "Shown to me by a Year 9 pupil in the corridor"


@pytest.fixture
def pair(tmp_path):
    with teacher_and_head(tmp_path) as both:
        both[0].record(
            acts.exhibit_stated(
                "HXA/001",
                [Said("address", "https://chat.example/p/1", Source.PASTED), Said("note", "?", Source.TYPED)],
            )
        )
        both[0].record(acts.exhibit_stated("HXA/001", [Said("note", NOTE, Source.TYPED)]))
        yield both


@pytest.fixture
def reader(tmp_path):
    with desk(tmp_path / "reader.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as made:
        yield made


def from_stranger(sender: Sender, reader: Vault, out: Path, *, checked: bool = True) -> Path:
    """A bundle of a sender who has a program of their own, for the reader."""
    if checked:
        content = sender.content()
        recipient = reader.identity.recipient
        content = type(content)(
            **{name: getattr(content, name) for name in content.__slots__}
            | {"recipients": (recipient.to_string(),)}
        )
        seal_content(content, sender.key, [Recipient.from_string(recipient.to_string())], out)
    else:
        out.write_bytes(encrypt(as_tar(of_own_making(sender)), [reader.identity.recipient]))
    return out


def of_own_making(sender: Sender) -> dict[str, bytes]:
    """As `made_without_checks`, with each `observed.json` as its entry has it to the letter."""
    made = made_without_checks(sender)
    for entry in sender.entries:
        if entry.kind is EntryKind.EXHIBIT_CAPTURED:
            text = entry.body.decode()
            value = text[text.index('"observed":') + len('"observed":') : -2].replace("1000000000.0", "1e9")
            made[layout.observed_name(str(entry.data["number"]))] = value.encode()
    return bundles.sign_again(made, sender.key)


def test_they_are_taken_in_with_it(pair, tmp_path):
    teacher, head = pair
    row = workflows.receive(head, seal(teacher, tmp_path / "one.evidence")).row
    taken = head.read.received_exhibits("rcv-1")
    assert [one.name for one in taken] == ["RCV-001 HXA/001", "RCV-001 HXA/002"]
    for one, own in zip(taken, teacher.read.exhibits("INC-001"), strict=True):
        assert head.objects.read(one.stored) == teacher.objects.read(own.stored)
        assert (one.stored.sha256, one.stored.media_type) == (own.stored.sha256, "image/png")
        assert one.stored.object_id != own.stored.object_id
        assert (one.observed, one.level, one.number) == (own.observed, Level.SCREEN, own.number)
        assert one.sealed_at == own.sealed_at
        assert dict(one.statements) == dict(own.statements)
        assert not one.abridged
        assert one.seq > row.seq
    assert taken[0].statements["note"].value == NOTE
    # All of it in one transaction, and nothing of it is an exhibit of the reader's own.
    assert {one.seq for one in taken} == {row.seq + 1, row.seq + 2}
    assert (head.read.exhibits(None), head.read.unfiled()) == ([], 0)
    assert check.check(head).problems == ()
    assert occurrences(head.folder, "corridor") == []


def test_what_was_stated_is_in_the_entry_as_it_was_said(pair, tmp_path):
    teacher, head = pair
    bundle = seal(teacher, tmp_path / "one.evidence")
    workflows.receive(head, bundle)
    files = bundles.opened(bundle, head.identity)
    entry = head.read.entry(head.read.received_exhibit("RCV-001", "hxa-001").seq)
    assert entry.data["statements"] == json.loads(files["data/exhibits/HXA-001/stated.json"])
    assert entry.data["observed"] == json.loads(files["data/exhibits/HXA-001/observed.json"])


def test_two_senders_may_use_the_same_numbers(pair, tmp_path):
    teacher, head = pair
    head.record(acts.incident_opened("My own"))
    workflows.receive(head, seal(teacher, tmp_path / "one.evidence"))
    workflows.receive(head, seal(teacher, tmp_path / "two.evidence"))
    assert [one.name for one in head.read.received_exhibits("RCV-002")] == [
        "RCV-002 HXA/001",
        "RCV-002 HXA/002",
    ]
    assert len(head.read.object_ids()) == 6
    # A bundle of the reader's own is not mixed up with what has the same number.
    assert head.read.entries_about("HXA/001") == []
    assert check.check(head).problems == ()


def test_viewing_one_is_an_entry_of_its_custody(pair, tmp_path):
    teacher, head = pair
    workflows.receive(head, seal(teacher, tmp_path / "one.evidence"))
    assert workflows.view_received(head, "RCV-1", "hxa-002") == picture(20).png
    (received, viewed) = head.read.entries_about("RCV-001 HXA/002")
    assert (received.kind, viewed.kind) == (EntryKind.EXHIBIT_RECEIVED, EntryKind.EXHIBIT_VIEWED)
    assert viewed.data == {"received": "RCV-001", "number": "HXA/002"}
    before = head.head
    for reference, number in (("RCV-002", "HXA/001"), ("RCV-001", "HXA/009"), ("RCV-001", "")):
        with pytest.raises(UsageError, match="Nothing was changed"):
            workflows.view_received(head, reference, number)
    assert head.head == before
    assert check.check(head).problems == ()


def test_one_that_is_too_large_is_not_loaded(pair, tmp_path, monkeypatch):
    teacher, head = pair
    workflows.receive(head, seal(teacher, tmp_path / "one.evidence"))
    before = head.head
    with monkeypatch.context() as patch:
        patch.setattr(layout, "MAX_SHOWN", 10)
        with pytest.raises(UsageError, match="too large to be shown"):
            workflows.view_received(head, "RCV-001", "HXA/001")
    assert head.head == before


def test_the_same_file_received_twice_at_once_is_kept_once(pair, tmp_path):
    """Two windows' worth of work: the second finds, at the last moment, that it is there."""
    teacher, head = pair
    path = seal(teacher, tmp_path / "one.evidence")

    def meanwhile(_: object) -> None:
        workflows.receive(head, path)

    arrival = receive_in_passing(head, path, meanwhile)
    assert (arrival.again, arrival.row.reference) == (True, "RCV-001")
    assert len(head.read.received()) == 1
    assert head.read.object_ids() == set(head.objects.ids())
    assert check.check(head).problems == ()


def test_received_by_several_threads_at_the_very_same_moment(pair, tmp_path):
    teacher, head = pair
    path = seal(teacher, tmp_path / "one.evidence")
    start = threading.Barrier(4)

    def one_of_them(_: int) -> workflows.Arrival:
        start.wait(10)
        return workflows.receive(head, path)

    with ThreadPoolExecutor(4) as pool:
        arrivals = list(pool.map(one_of_them, range(4)))
    assert {one.row.reference for one in arrivals} == {"RCV-001"}
    assert sorted(one.again for one in arrivals) == [False, True, True, True]
    assert head.read.object_ids() == set(head.objects.ids())
    assert len(head.read.received_exhibits("RCV-001")) == 2
    assert check.check(head).problems == ()


def test_a_bundle_that_is_altered_gives_none(pair, tmp_path):
    teacher, head = pair
    files = bundles.opened(seal(teacher, tmp_path / "one.evidence"), head.identity)
    name = "data/exhibits/HXA-002/original.png"
    files[name] = files[name][:-1] + b"!"
    (tmp_path / "two.evidence").write_bytes(encrypt(as_tar(files), [head.identity.recipient]))
    row = workflows.receive(head, tmp_path / "two.evidence").row
    assert row.state is BundleState.ALTERED
    assert head.read.received_exhibits(row.reference) == ()
    assert list(head.objects.ids()) == [row.stored.object_id]
    assert check.check(head).problems == ()


def test_the_check_names_each_by_bundle_and_number(pair, tmp_path):
    teacher, head = pair
    workflows.receive(head, seal(teacher, tmp_path / "one.evidence"))
    one = head.read.received_exhibit("RCV-001", "HXA/001")
    path = object_path(head.folder, one.stored.object_id)
    path.write_bytes(path.read_bytes()[:-1])
    found = check.check(head).problems
    assert [(problem.code, problem.where) for problem in found] == [("object-damaged", "RCV-001 HXA/001")]
    with pytest.raises(IntegrityError):
        workflows.view_received(head, "RCV-001", "HXA/001")


def test_they_are_no_orphans_at_the_next_opening(pair, tmp_path):
    teacher, head = pair
    workflows.receive(head, seal(teacher, tmp_path / "one.evidence"))
    marks = head.objects.marks
    assert sorted(marks.purpose(one) for one in head.read.object_ids()) == [
        Purpose.RECEIVED_BUNDLE,
        Purpose.RECEIVED_EXHIBIT,
        Purpose.RECEIVED_EXHIBIT,
    ]
    before = head.read.received_exhibits("RCV-001")
    head.close()
    with Vault.open(head.folder, head.identity, slot=Slot.PASSPHRASE) as again:
        assert again.read.received_exhibits("RCV-001") == before
        assert again.read.exhibits(None) == []
        assert again.read.latest(EntryKind.VAULT_INTERRUPTED) is None
        assert check.check(again).problems == ()


def test_an_unlocked_tar_is_taken_in_as_well(pair, tmp_path):
    """What a tool made of the bundle: the archive without its encryption."""
    teacher, head = pair
    files = bundles.opened(seal(teacher, tmp_path / "one.evidence"), head.identity)
    (tmp_path / "one.tar").write_bytes(as_tar(files))
    row = workflows.receive(head, tmp_path / "one.tar").row
    assert row.state is BundleState.INTACT
    assert len(head.read.received_exhibits(row.reference)) == 2


# --- what a sender may claim ----------------------------------------------------------------------------


def test_a_kind_that_is_none_becomes_bytes(reader, tmp_path):
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", png(1), media_type="video/mp4")
    sender.capture("HXA/002", b"MZ", media_type="application/x-msdownload")
    sender.capture("HXA/003", b"text", media_type="Text/HTML; " + "x" * 300)
    row = workflows.receive(reader, from_stranger(sender, reader, tmp_path / "a.evidence")).row
    assert row.state is BundleState.SENDER_NOT_CONFIRMED
    assert [one.stored.media_type for one in reader.read.received_exhibits(row.reference)] == [
        "video/mp4",
        "application/x-msdownload",
        "application/octet-stream",
    ]
    assert check.check(reader).problems == ()


def test_what_does_not_fit_into_an_entry_stays_in_the_bundle(reader, tmp_path):
    sender = Sender()
    sender.open_incident()
    at = observed_to_json(vaults.observed())
    sender.capture("HXA/001", png(1), observed=at | {"more": [1e9] * (acts_received.MAX_OBSERVED // 6)})
    sender.capture("HXA/002", png(2))
    for _ in range(3):
        sender.state("HXA/002", note="n" * (acts_received.MAX_STATED // 3))
    sender.capture("HXA/003", png(3))
    sender.state("HXA/003", note=NOTE)
    path = from_stranger(sender, reader, tmp_path / "a.evidence", checked=False)
    arrival = workflows.receive(reader, path)
    assert arrival.verdict is not None
    assert arrival.verdict.problems == ()
    first, second, third = reader.read.received_exhibits("RCV-001")
    assert (first.abridged, first.observed) == (True, None)
    assert (second.abridged, dict(second.statements)) == (True, {})
    assert second.observed is not None
    assert (third.abridged, third.statements["note"].value) == (False, NOTE)
    assert reader.objects.read(first.stored) == png(1)
    assert check.check(reader).problems == ()


def test_numbers_and_times_that_cannot_be_written_again(reader, tmp_path):
    """`1e999` is a number of JSON; a clock may stand at the beginning of all calendars."""
    sender = Sender()
    sender.open_incident()
    at = observed_to_json(vaults.observed())
    sender.capture("HXA/001", png(1), observed=at | {"more": 123456789.5})
    sender.state("HXA/001", note=NOTE)
    entries = []
    for entry in sender.entries:
        body = entry.body.replace(b"123456789.5", b"1e999").replace(
            entry.body[entry.body.index(b'"at":"') : entry.body.index(b'","by"')],
            b'"at":"0001-01-01T00:00:00.000Z',
        )
        entries.append(ledger.parse_entry(entry.seq, entry.salt, body))
    sender.entries = entries
    arrival = workflows.receive(reader, from_stranger(sender, reader, tmp_path / "a.evidence", checked=False))
    assert arrival.verdict is not None
    assert arrival.verdict.problems == ()
    (one,) = reader.read.received_exhibits("RCV-001")
    assert (one.abridged, one.observed, dict(one.statements)) == (True, None, {})
    assert one.sealed_at == datetime(1971, 1, 1, tzinfo=UTC)
    assert check.check(reader).problems == ()


def test_what_is_nested_as_deeply_as_a_bundle_allows(reader, tmp_path):
    sender = Sender()
    sender.open_incident()
    deep: object = 1
    for _ in range(MAX_NESTING - 10):
        deep = [deep]
    at = observed_to_json(vaults.observed())
    sender.capture("HXA/001", png(1), observed=at | {"more": deep})
    arrival = workflows.receive(reader, from_stranger(sender, reader, tmp_path / "a.evidence", checked=False))
    assert arrival.verdict is not None
    assert arrival.verdict.unchanged
    (one,) = reader.read.received_exhibits("RCV-001")
    assert not one.abridged
    assert one.observed is not None
    assert check.check(reader).problems == ()


def test_a_level_or_method_of_a_later_version(reader, tmp_path):
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", png(1), level="C9")
    row = workflows.receive(reader, from_stranger(sender, reader, tmp_path / "a.evidence", checked=False)).row
    (one,) = reader.read.received_exhibits(row.reference)
    assert one.level is None
    assert one.observed is not None
    assert one.observed.method is Method.MONITOR


def test_thousands_of_names_do_not_keep_a_bundle_from_being_received(reader, tmp_path):
    sender = Sender()
    sender.open_incident()
    sender.capture("HXA/001", png(1))
    names = [f"Person {number}" for number in range(100_000)]
    files = made_without_checks(sender)
    files["data/incident.json"] = bundles.edited(files["data/incident.json"], sealed_for=names)
    label = files["bag-info.txt"].decode().splitlines()
    at = next(at for at, line in enumerate(label) if line.startswith("Evidence-Sealed-For"))
    label[at : at + 1] = [f"Evidence-Sealed-For: {name}" for name in names]
    files["bag-info.txt"] = ("\n".join(label) + "\n").encode()
    path = tmp_path / "a.evidence"
    path.write_bytes(encrypt(as_tar(bundles.sign_again(files, sender.key)), [reader.identity.recipient]))
    row = workflows.receive(reader, path).row
    assert row.state in {BundleState.SENDER_NOT_CONFIRMED, BundleState.DAMAGED}
    assert check.check(reader).problems == ()


def test_nothing_of_an_original_is_written_in_clear(pair, tmp_path, monkeypatch):
    """Looked at while it is being received, not only afterwards."""
    teacher, head = pair
    marked = vaults.png(5, 300_000) + b"The marker of Larkmere"
    vaults.capture(teacher, marked, "INC-001")
    path = seal(teacher, tmp_path / "one.evidence")
    seen: list[Path] = []
    workflows.receive(head, path, lambda _: seen.extend(occurrences(head.folder, "The marker of Larkmere")))
    assert seen == []
    assert occurrences(tmp_path, "The marker of Larkmere") == []
    exhibit = head.read.received_exhibits("RCV-001")[-1]
    assert exhibit.stored.sha256 == sha256(marked).hexdigest()


MEASURED = """
import resource, sys
from pathlib import Path
from evidence_app import workflows
from evidence_app.crypto.age import Identity
from tests.vaults import Sample

opened = Sample(Path(sys.argv[1]), Identity.from_string(sys.argv[2]), "").open()
workflows.receive(opened, Path(sys.argv[3]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
workflows.receive(opened, Path(sys.argv[4]))
workflows.check_received(opened, "RCV-002")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
opened.abandon()
"""


def test_memory_does_not_grow_with_the_bundle(pair, tmp_path):
    """A process that received a small bundle receives one of 24 MB, and checks it again, in hardly more."""
    teacher, head = pair
    small = seal(teacher, tmp_path / "small.evidence")
    vaults.capture(teacher, vaults.png(1, 24_000_000), "INC-001")
    large = seal(teacher, tmp_path / "large.evidence")
    head.close()
    command = [sys.executable, "-c", MEASURED, head.folder, head.identity.to_string(), small, large]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root, timeout=120)
    assert int(done.stdout) < 8
