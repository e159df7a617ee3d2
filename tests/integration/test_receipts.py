"""Receipts between two real vaults: issued, recorded, refused, and checked by ssh-keygen."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from evidence_app import workflows
from evidence_app.bundle import receipt as receipts
from evidence_app.crypto.sshsig import SigningKey, allowed_signers_line
from evidence_app.errors import IntegrityError, UsageError
from evidence_app.records import EntryKind, Role, SenderStatus, Witnessed
from evidence_app.vault import acts, check
from evidence_app.vault.layout import read_label
from tests.bundles import as_tar, opened
from tests.desks import desk, open_incident, picture, seal, teacher_and_head
from tests.receipts import again
from tests.vaults import Sample, change, relink, rewrite


@pytest.fixture
def pair(tmp_path):
    with teacher_and_head(tmp_path) as both:
        yield both


@pytest.fixture
def issued(pair, tmp_path):
    """A bundle of the teacher's, and the head's receipt for it."""
    teacher, head = pair
    bundle = seal(teacher, tmp_path / "one.evidence")
    out = tmp_path / "one.evidence-receipt"
    workflows.issue_receipt(head, bundle, out)
    return out.read_bytes()


def test_the_sender_can_show_who_received_it_and_when(pair, issued):
    teacher, head = pair
    row = workflows.record_receipt(teacher, issued)
    assert (row.contact, row.signer, row.unchanged) == ("Mrs Ruth Calloway", SenderStatus.CONFIRMED, True)
    assert not row.issued
    assert row.file == issued
    mine = head.read.receipts(row.bundle_id)
    assert [one.issued for one in mine] == [True]
    assert mine[0].file == issued
    about = [entry.kind for entry in teacher.read.entries_about("INC-001")]
    assert about[-1] is EntryKind.RECEIPT_RECORDED, "the incident's own history says so"
    for one in pair:
        assert check.check(one).problems == ()


def test_the_stock_tool_agrees(pair, issued, tmp_path):
    """By hand, as the format says: head -n 1, tail -n +2, ssh-keygen."""
    head = pair[1]
    line, _, signature = issued.partition(b"\n")
    (tmp_path / "text.sig").write_bytes(signature)
    allowed = allowed_signers_line("reader", head.signing_key.public_key, ["evidence-receipt"])
    (tmp_path / "allowed").write_text(allowed + "\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", "reader", "-n", "evidence-receipt"]

    def tool(text):
        command_line = [*command, "-s", "text.sig"]
        return subprocess.run(command_line, cwd=tmp_path, input=text, capture_output=True, check=False)

    assert tool(line + b"\n").returncode == 0
    assert tool(line.replace(b"confirmed", b"unknown") + b"\n").returncode != 0


def test_a_second_time_it_is_recognised(pair, issued):
    teacher = pair[0]
    first = workflows.record_receipt(teacher, issued)
    head = teacher.head
    assert workflows.record_receipt(teacher, issued) == first
    assert teacher.head == head


def test_a_receipt_by_a_stranger_is_recorded_as_what_it_is(pair, issued):
    teacher = pair[0]
    row = workflows.record_receipt(teacher, again(issued, SigningKey(bytes(range(32)))))
    assert row.signer is SenderStatus.UNKNOWN
    assert row.contact == ""
    assert row.name == "Mrs Ruth Calloway", "the name is kept as the claim that it is"


def test_a_receipt_by_a_contact_that_is_not_confirmed(pair, issued, tmp_path):
    teacher = pair[0]
    with desk(tmp_path / "alan.evidence-vault", "Mr Alan Thwaite", Role.HEAD) as alan:
        workflows.add_contact(teacher, workflows.own_card(alan))
        row = workflows.record_receipt(teacher, again(issued, alan.signing_key))
    assert (row.signer, row.contact) == (SenderStatus.KNOWN, "Mr Alan Thwaite")


def test_a_receipt_that_says_altered_is_recorded_as_that(pair, tmp_path):
    teacher, head = pair
    files = opened(seal(teacher, tmp_path / "one.evidence"), head.identity)
    name = next(name for name in files if name.endswith("original.png"))
    files[name] = files[name][:-1] + b"!"
    (tmp_path / "altered.tar").write_bytes(as_tar(files))
    out = tmp_path / "a.evidence-receipt"
    workflows.issue_receipt(head, tmp_path / "altered.tar", out)
    row = workflows.record_receipt(teacher, out.read_bytes())
    assert not row.unchanged
    assert "file-changed" in row.problems
    assert receipts.read_receipt(row.file).ledger is None


def test_a_receipt_for_another_bundle_is_refused(pair, issued):
    teacher, head = pair
    before = teacher.head
    other = again(issued, head.signing_key, bundle_id="00000000-0000-4000-8000-000000000000")
    with pytest.raises(UsageError, match="not sealed in this vault"):
        workflows.record_receipt(teacher, other)
    for changes in ({"digest": "0" * 64}, {"sender_key": head.signing_key.public_key}):
        with pytest.raises(UsageError, match="other content"):
            workflows.record_receipt(teacher, again(issued, head.signing_key, **changes))
    with pytest.raises(UsageError, match="this vault itself"):
        workflows.record_receipt(teacher, again(issued, teacher.signing_key))
    assert teacher.head == before
    at_the_head = head.head
    with pytest.raises(UsageError, match="this vault itself"):
        workflows.record_receipt(head, issued)
    assert head.head == at_the_head


def test_what_was_witnessed_has_to_be_this_record(pair, issued):
    """Also how a vault that was put back, or written anew, shows itself to its own owner."""
    teacher, head = pair
    seen = receipts.read_receipt(issued).ledger
    assert seen is not None
    before = teacher.head
    for wrong in (
        Witnessed(seen.vault_id, seen.size, bytes(32)),
        Witnessed(seen.vault_id, seen.size + 1, seen.link),
        Witnessed(seen.vault_id, 10_000, seen.link),
        Witnessed(head.label.vault_id, seen.size, seen.link),
    ):
        with pytest.raises(IntegrityError, match="not what it holds"):
            workflows.record_receipt(teacher, again(issued, head.signing_key, ledger=wrong))
    assert teacher.head == before


def recorded_and_locked(pair, issued):
    """The teacher's vault with the receipt in its record, locked, and what the receipt saw."""
    teacher = pair[0]
    workflows.record_receipt(teacher, issued)
    sample = Sample(teacher.folder, teacher.identity, "")
    teacher.close()
    return sample, receipts.read_receipt(issued).ledger


def problems(sample):
    with sample.open() as opened:
        return {one.code: one.message for one in check.check(opened).problems}


def entry_of_receipt(connection):
    rows = connection.execute("SELECT seq, body FROM entries").fetchall()
    return next(seq for seq, body in rows if b'"kind":"receipt.recorded"' in body)


def test_a_recorded_receipt_is_a_witness_for_the_vault_itself(pair, issued):
    """Whoever writes the past anew, with checkpoints of the vault's own key, cannot sign for the reader."""
    sample, seen = recorded_and_locked(pair, issued)
    assert problems(sample) == {}
    rewrite(sample, lambda connection: change(connection, 3, b"Posts about", b"Notes about"))
    found = problems(sample)
    assert set(found) == {"receipt-differs"}
    assert f"The first {seen.size} entries" in found["receipt-differs"]
    assert "seen by Mrs Ruth Calloway on " in found["receipt-differs"]
    with sample.open() as opened, pytest.raises(IntegrityError, match="not what it holds"):
        workflows.record_receipt(opened, issued)


def test_a_recorded_receipt_cannot_be_made_to_fit(pair, issued):
    sample, seen = recorded_and_locked(pair, issued)

    def alter(connection):
        change(connection, 3, b"Posts about", b"Notes about")
        relink(connection, read_label(sample.folder).vault_id)
        query = "SELECT link FROM entries WHERE seq = ?"
        link = connection.execute(query, (seen.size,)).fetchone()[0]
        change(connection, entry_of_receipt(connection), seen.link.hex().encode(), link.hex().encode())

    rewrite(sample, alter)
    assert set(problems(sample)) == {"receipt-broken"}


def test_what_comes_after_the_receipt_is_not_its_matter(pair, issued):
    """The record goes on; and what was never witnessed can still be written anew."""
    sample, _ = recorded_and_locked(pair, issued)
    with sample.open() as opened:
        opened.record(acts.incident_opened("A letter"))
        end = opened.head[0]
    assert problems(sample) == {}
    rewrite(sample, lambda connection: change(connection, end, b"A letter", b"A parcel"))
    assert problems(sample) == {}


def test_those_that_were_issued_are_numbered_and_those_that_came_are_not(pair, issued, tmp_path):
    teacher, head = pair
    workflows.issue_receipt(head, tmp_path / "one.evidence", tmp_path / "two.evidence-receipt")
    workflows.add_contact(head, workflows.own_card(teacher))
    open_incident(head, "Mine")
    workflows.keep(head, picture(9), "INC-001")
    mine = seal(head, tmp_path / "mine.evidence")
    workflows.issue_receipt(teacher, mine, tmp_path / "three.evidence-receipt")
    workflows.record_receipt(head, (tmp_path / "three.evidence-receipt").read_bytes())
    workflows.issue_receipt(head, tmp_path / "one.evidence", tmp_path / "four.evidence-receipt")
    assert [one.number for one in head.read.receipts()] == ["R-0003", "", "R-0002", "R-0001"]
    first = head.read.receipts()[-1]
    assert head.read.receipts(first.bundle_id)[-1] == first
    counts = head.read.counts()
    assert (counts.incidents, counts.unfiled, counts.bundles, counts.receipts) == (1, 0, 1, 4)


def test_nothing_is_issued_twice_over_a_file(pair, tmp_path):
    teacher, head = pair
    bundle = seal(teacher, tmp_path / "one.evidence")
    out = tmp_path / "kept.evidence-receipt"
    out.write_bytes(b"kept")
    with pytest.raises(UsageError, match="already a file"):
        workflows.issue_receipt(head, bundle, out)
    assert out.read_bytes() == b"kept"
    assert head.read.receipts() == ()


def test_the_act_is_in_the_record_before_the_receipt_has_its_name(pair, tmp_path, monkeypatch):
    teacher, head = pair
    bundle = seal(teacher, tmp_path / "one.evidence")
    out, record = tmp_path / "one.evidence-receipt", head.record

    def watched(act, **kw):
        assert not out.exists()
        return record(act, **kw)

    monkeypatch.setattr(head, "record", watched)
    workflows.issue_receipt(head, bundle, out)
    assert head.read.receipts()[0].file == out.read_bytes()


def test_a_bundle_that_does_not_say_which_it_is_gets_none(pair, tmp_path):
    teacher, head = pair
    files = opened(seal(teacher, tmp_path / "one.evidence"), head.identity)
    del files["data/incident.json"]
    (tmp_path / "altered.tar").write_bytes(as_tar(files))
    with pytest.raises(UsageError, match="which one it is"):
        workflows.issue_receipt(head, tmp_path / "altered.tar", tmp_path / "x.evidence-receipt")
    assert not (tmp_path / "x.evidence-receipt").exists()


def test_the_receipt_is_one_line_of_ascii_and_a_signature(issued):
    line, _, rest = issued.partition(b"\n")
    assert issued.isascii()
    assert json.loads(line)["evidence-receipt"] == 1
    assert rest.startswith(b"-----BEGIN SSH SIGNATURE-----\n")
    assert b"age1" not in issued


def test_the_same_file_from_many_hands_at_once_is_recorded_once(pair, issued):
    teacher = pair[0]
    with ThreadPoolExecutor(8) as hands:
        rows = list(hands.map(lambda _: workflows.record_receipt(teacher, issued), range(8)))
    assert len({row.seq for row in rows}) == 1
    assert len(teacher.read.receipts()) == 1
