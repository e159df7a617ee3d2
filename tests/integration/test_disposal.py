"""Disposal (domain rule 8): only when due, by two people, never under a hold; and then it is gone.

The last group looks into every decrypted page of the database, its log, and every file of the vault.
"""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from evidence_app import policy, workflows
from evidence_app.bundle import extract
from evidence_app.errors import DisposalError, DisposedError, IntegrityError, UsageError
from evidence_app.records import (
    Consistency,
    Decider,
    Disposal,
    EntryKind,
    Ground,
    Office,
    Role,
    Said,
    Source,
)
from evidence_app.vault import acts, check, disposal, disposal_rules, retention
from evidence_app.vault.layout import object_path
from evidence_app.vault.vault import Vault
from tests import traces
from tests.desks import desk, open_incident, picture, seal, teacher_and_head
from tests.vaults import Sample, connect_by_hand, files_under, tampering

RUTH, ALAN, NADIA = "Mrs Ruth Calloway", "Mr Alan Thwaite", "Nadia Ellery"
SECRET = "the purple giraffe said it at the bus stop"
LONG = "a very long transcript of the conversation; " * 800
LATER = "and this was added when the giraffe came back"
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011  (a day of this computer's calendar)


def state(vault: Vault, number: str, **fields: str) -> None:
    vault.record(
        acts.exhibit_stated(number, [Said(name, text, Source.TYPED) for name, text in fields.items()])
    )


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """Ruth's own vault: two incidents, three captures; HXA-like numbers are RXC/001 to RXC/003."""
    with desk(tmp_path / "ruth.evidence-vault", RUTH, Role.HEAD) as made:
        for title in ("Posts about my lessons", "A copied photograph"):
            open_incident(made, title)
        for shade in (10, 20, 30):
            workflows.keep(made, picture(shade), "INC-001")
        state(made, "RXC/001", note=SECRET, transcript=LONG, address="https://chirrup.example/p/1")
        state(made, "RXC/002", note="about the second one")
        state(made, "RXC/001", note=LATER)
        workflows.view(made, "RXC/001")
        made.record(acts.exhibit_filed("RXC/001", "INC-002"))
        workflows.withdraw(made, "RXC/001", f"mistaken: {SECRET}")
        yield made


def make_due(vault: Vault, incident: str = "INC-002") -> None:
    workflows.keep_until(vault, incident, YESTERDAY)


def dispose(vault: Vault, number: str = "RXC/001", **other: object) -> object:
    wish = {"decided_by": RUTH, "decider": Decider.HEAD, "second": ALAN} | other
    return workflows.dispose(vault, number, **wish)  # type: ignore[arg-type]


def untouched(vault: Vault, number: str = "RXC/001") -> None:
    """The exhibit is there whole, and no disposal is in the record."""
    workflows.view(vault, number)
    assert vault.read.latest(EntryKind.EXHIBIT_DISPOSED) is None
    assert check.check(vault).problems == ()


# --- when, and by whom ----------------------------------------------------------------------------------


def test_there_is_no_period_by_default(vault: Vault) -> None:
    assert workflows.due(vault, "RXC/001") is None
    with pytest.raises(DisposalError, match="No day is set"):
        dispose(vault)
    untouched(vault)


def test_not_before_the_day_and_the_latest_day_counts(vault: Vault) -> None:
    make_due(vault)
    workflows.keep_until(vault, "RXC/001", date.today() + timedelta(days=1))  # noqa: DTZ011
    with pytest.raises(DisposalError, match="is kept until"):
        dispose(vault)
    untouched(vault)


def test_a_day_that_cannot_be_read_is_no_day(vault: Vault) -> None:
    make_due(vault)
    state(vault, "RXC/001", kept_until="soon")
    with pytest.raises(DisposalError, match="No day is set"):
        dispose(vault)
    untouched(vault)


@pytest.mark.parametrize("second", [RUTH, "mrs ruth  CALLOWAY", "Mrs Ruth Càlloway", "Mrs Ruth Саlloway"])
def test_two_people_who_are_two(vault: Vault, second: str) -> None:
    """Also with another accent, and with Cyrillic letters."""
    make_due(vault)
    with pytest.raises(DisposalError, match="two people"):
        dispose(vault, second=second)
    untouched(vault)


def test_a_member_of_staff_cannot_decide_alone(tmp_path: Path) -> None:
    with desk(tmp_path / "helen.evidence-vault", "Helen Ashdown", Role.STAFF) as helen:
        open_incident(helen, "Posts")
        workflows.keep(helen, picture(10), "INC-001")
        make_due(helen, "INC-001")
        with pytest.raises(DisposalError, match="cannot decide on a disposal alone"):
            workflows.dispose(
                helen, "1", decided_by="Helen Ashdown", decider=Decider.HEAD, second="Tom Garrick"
            )
        untouched(helen, "HXA/001")
        made = workflows.dispose(helen, "1", decided_by=RUTH, decider=Decider.HEAD, second="Helen Ashdown")
        assert (made.decided_by, made.second, made.by) == (RUTH, "Helen Ashdown", "Helen Ashdown")


@pytest.mark.parametrize("about", ["RXC/001", "INC-002", "INC-001"])
def test_never_under_a_hold(vault: Vault, about: str) -> None:
    """On the exhibit, its incident, or one that it was ever filed in; and not by an instruction either."""
    make_due(vault)
    workflows.hold(vault, about, "An investigation is open", "Nadia Ellery, solicitor")
    with pytest.raises(DisposalError, match="There is a hold on"):
        dispose(vault)
    workflows.lock_away(vault, "RXC/001")
    instruct(vault)
    with pytest.raises(DisposalError, match="There is a hold on"):
        dispose(vault)
    assert vault.read.latest(EntryKind.EXHIBIT_DISPOSED) is None
    workflows.release(vault, about, "It was closed", "Nadia Ellery, solicitor")
    dispose(vault)


def instruct(vault: Vault) -> None:
    given = datetime.now(UTC) - timedelta(days=1)
    workflows.record_instruction(vault, "RXC/001", "Sgt Tom Garrick", Office.POLICE, "CR/42", given)


def test_what_is_locked_away_goes_by_an_instruction_only(vault: Vault) -> None:
    make_due(vault)
    workflows.lock_away(vault, "RXC/001")
    with pytest.raises(DisposalError, match="only go on the instruction"):
        dispose(vault)
    assert vault.read.latest(EntryKind.EXHIBIT_DISPOSED) is None
    instruct(vault)
    made = workflows.dispose(vault, "RXC/001", decided_by=RUTH, decider=Decider.HEAD, second=ALAN)
    assert made.ground is Ground.INSTRUCTION
    assert made.instruction is not None
    assert made.instruction.reference == "CR/42"
    assert check.check(vault).problems == ()
    assert vault.read.all_locked_away() == ()


def test_an_instruction_needs_something_that_is_locked_away(vault: Vault) -> None:
    with pytest.raises(UsageError, match="is not locked away"):
        instruct(vault)


GUARDS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "two people": lambda patch: patch.setattr(disposal_rules, "_check_people", lambda *_: None),
    "hold": lambda patch: patch.setattr(disposal_rules, "_check_holds", lambda *_: None),
    "due": lambda patch: patch.setattr(
        disposal_rules,
        "_ground",
        lambda *_: {"ground": "due", "instruction": None, "due": None},
    ),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_each_rule_is_what_forbids_it(vault: Vault, guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: with one rule taken out, what it forbids goes through. So the tests above can fail."""
    if guard != "due":
        make_due(vault)
    if guard == "hold":
        workflows.hold(vault, "RXC/001", "An investigation", ALAN)
    wish = {"second": "MRS RUTH CALLOWAY"} if guard == "two people" else {}
    monkeypatch.setattr("evidence_app.workflows.disposing.looks_like", lambda *_: False)
    with pytest.raises(DisposalError):
        dispose(vault, **wish)
    GUARDS[guard](monkeypatch)
    dispose(vault, **wish)
    assert vault.read.disposal("RXC/001") is not None


# --- what is left ---------------------------------------------------------------------------------------


@pytest.fixture
def disposed(vault: Vault) -> Vault:
    make_due(vault)
    dispose(vault)
    return vault


def test_the_vault_is_in_order_and_says_how_many_were_disposed_of(disposed: Vault) -> None:
    report = check.check(disposed)
    assert (report.problems, report.disposed, report.objects) == ((), 1, 2)
    latest = disposed.read.latest(EntryKind.VAULT_CHECKED)
    assert latest is not None
    assert latest.data["disposed"] == 1


def test_the_number_is_gone_and_never_given_again(disposed: Vault) -> None:
    with pytest.raises(DisposedError, match="RXC/001 was disposed of on"):
        disposed.read.exhibit("1")
    assert [one.number for one in disposed.read.exhibits("INC-001")] == ["RXC/002", "RXC/003"]
    assert [one.exhibits for one in disposed.read.incidents()] == [0, 2]
    make_due(disposed, "INC-001")
    dispose(disposed, "RXC/003")
    assert workflows.keep(disposed, picture(99), "INC-001").number == "RXC/004"
    assert check.check(disposed).problems == ()


def test_the_erased_entries_keep_their_place_in_the_chain(vault: Vault) -> None:
    make_due(vault)
    before = {seq: vault.read.entry(seq) for seq in range(1, vault.head[0] + 1)}
    size, link = vault.head
    made = workflows.dispose(vault, "RXC/001", decided_by=RUTH, decider=Decider.CHAIR, second=ALAN)
    kinds = {before[seq].kind for seq in made.erased}
    assert kinds == {
        EntryKind.EXHIBIT_CAPTURED,
        EntryKind.EXHIBIT_STATED,
        EntryKind.EXHIBIT_FILED,
        EntryKind.EXHIBIT_VIEWED,
        EntryKind.EXHIBIT_WITHDRAWN,
    }
    assert all(
        before[seq].data.get("number", before[seq].data.get("about")) == "RXC/001" for seq in made.erased
    )
    for seq, entry in before.items():
        if seq in made.erased:
            with pytest.raises(IntegrityError, match="erased by a recorded disposal"):
                vault.read.entry(seq)
        else:
            assert vault.read.entry(seq) == entry
    assert vault.read.link(size) == link
    assert vault.read.commitments(size) == b"".join(entry.commitment for entry in before.values())


def test_lists_pass_over_what_is_erased(disposed: Vault) -> None:
    seqs = {one.seq for one in disposed.read.entries(limit=1000)}
    made = disposed.read.disposal("1")
    assert made is not None
    assert not seqs & set(made.erased)
    assert made.seq in seqs
    kinds = {one.kind for one in disposed.read.entries_about("RXC/001")}
    assert kinds == {EntryKind.EXHIBIT_DISPOSED, EntryKind.DISPOSAL_COMPLETED}


@pytest.mark.parametrize("locked", [False, True])
def test_the_index_can_be_built_again_from_what_is_left(vault: Vault, locked: bool) -> None:
    """With every kind of entry that stays: it must not need what was erased."""
    make_due(vault)
    workflows.hold(vault, "RXC/001", "wait", ALAN)
    if locked:
        workflows.lock_away(vault, "RXC/001", told=(NADIA,))
        instruct(vault)
    workflows.release(vault, "RXC/001", "go on", ALAN)
    dispose(vault)
    state(vault, "RXC/002", note="later")
    before = (vault.read.incidents(), vault.read.exhibits("INC-001"), vault.read.disposals())
    vault.close()
    sample = Sample(vault.folder, vault.identity, "")
    with tampering(sample) as connection:
        connection.execute("DROP TABLE subjects")
    with sample.open() as opened:
        assert (opened.read.incidents(), opened.read.exhibits("INC-001"), opened.read.disposals()) == before
        assert check.check(opened).problems == ()


def test_the_same_bytes_under_another_number_are_named_and_stay(vault: Vault) -> None:
    twin = workflows.keep(vault, picture(10), "INC-001").number
    make_due(vault)
    made = workflows.dispose(vault, "RXC/001", decided_by=RUTH, decider=Decider.HEAD, second=ALAN)
    assert made.same_bytes == (twin,)
    assert workflows.view(vault, twin) == picture(10).png
    assert twin in certificate_text(vault)


def test_a_second_time_is_refused(disposed: Vault) -> None:
    with pytest.raises(DisposedError):
        dispose(disposed)


# --- bundles before and after ---------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Vault, Vault, Path]]:
    """Helen sealed both of her captures for Ruth; then the first one was disposed of."""
    with teacher_and_head(tmp_path) as (teacher, head):
        state(teacher, "HXA/001", note=SECRET)
        old = seal(teacher, tmp_path / "old.evidence")
        assert workflows.receive(head, old).verdict
        workflows.issue_receipt(head, old, tmp_path / "old.evidence-receipt")
        workflows.record_receipt(teacher, (tmp_path / "old.evidence-receipt").read_bytes())
        workflows.keep_until(teacher, "INC-001", YESTERDAY)
        workflows.dispose(teacher, "1", decided_by=RUTH, decider=Decider.HEAD, second="Helen Ashdown")
        yield teacher, head, old


def test_an_earlier_bundle_still_verifies(pair: tuple[Vault, Vault, Path]) -> None:
    _, head, old = pair
    verdict = workflows.verify_with_vault(head, old)
    assert verdict.unchanged
    assert [one.number for one in verdict.exhibits] == ["HXA/001", "HXA/002"]


def test_a_new_bundle_verifies_and_extends_the_ledger(
    pair: tuple[Vault, Vault, Path], tmp_path: Path
) -> None:
    teacher, head, _ = pair
    new = seal(teacher, tmp_path / "new.evidence")
    verdict = workflows.verify_with_vault(head, new)
    assert (verdict.unchanged, verdict.consistent) == (True, Consistency.YES)
    assert [one.number for one in verdict.exhibits] == ["HXA/002"]
    assert verdict.facts is not None
    assert verdict.facts.left_out["HXA/001"].startswith("Disposed of on ")
    extract.extract(new, [head.identity], tmp_path / "opened")
    found = traces.in_bundle(new, head.identity, [SECRET.encode(), picture(10).png])
    assert found == []
    assert traces.in_bundle(pair[2], head.identity, [SECRET.encode()]) != []


def test_the_certificate_names_what_was_handed_out(pair: tuple[Vault, Vault, Path]) -> None:
    text = certificate_text(pair[0], "HXA/001")
    assert "old.evidence" in text
    assert "for Mrs Ruth Calloway" in text
    assert "Receipts: Mrs Ruth Calloway on" in text


# --- the certificate ------------------------------------------------------------------------------------


def certificate_text(vault: Vault, number: str = "RXC/001") -> str:
    pdf = workflows.certificate(vault, number)
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def test_the_certificate_says_who_what_and_what_not(disposed: Vault) -> None:
    text = certificate_text(disposed)
    made = disposed.read.disposal("1")
    assert made is not None
    for words in (
        "RXC/001 was disposed of",
        f"{RUTH}, headteacher",
        ALAN,
        "There was no hold",
        "stated for INC-002 by Mrs Ruth Calloway",
        ", ".join(str(seq) for seq in made.erased),
        "overwritten and removed",
        "its commitment and its link",
        "No bundle with this exhibit was sealed in this vault",
        "Other backups of this vault from before",
        "Traces on the disk itself",
    ):
        assert words in text, words
    assert SECRET not in text
    assert "permanently" not in text.lower()
    assert "everywhere" not in text.lower()
    assert workflows.certificate(disposed, "1") == workflows.certificate(disposed, "RXC/001")


def test_no_certificate_before_it_is_completed(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    make_due(vault)
    monkeypatch.setattr(disposal, "finish", lambda _: 0)
    dispose(vault)
    with pytest.raises(DisposalError, match="is not finished"):
        workflows.certificate(vault, "1")
    assert {one.code for one in check.check(vault).problems} == {"disposal-unfinished"}
    monkeypatch.undo()
    vault.close()
    with Sample(vault.folder, vault.identity, "").open() as opened:
        assert workflows.certificate(opened, "1").startswith(b"%PDF-")
        assert check.check(opened).problems == ()


def test_no_certificate_of_what_was_not_disposed_of(vault: Vault) -> None:
    with pytest.raises(UsageError, match="was not disposed of"):
        workflows.certificate(vault, "RXC/002")


# --- nothing of it is in any file ------------------------------------------------------------------------


def needles(vault: Vault) -> list[bytes]:
    """What describes the first exhibit, and salt and body of each entry about it alone."""
    exhibit = vault.read.exhibit("RXC/001")
    found = [SECRET.encode(), LATER.encode(), LONG.encode()[100:160], b"chirrup.example/p/1"]
    found += [exhibit.stored.sha256.encode(), bytes.fromhex(exhibit.stored.sha256)]
    for entry in vault.read.entries_about("RXC/001"):
        found += [entry.salt, entry.body[:60]]
    return found


def test_nothing_of_it_is_left_in_any_page_log_or_file(vault: Vault) -> None:
    wanted, original = needles(vault), picture(10).png
    folder, identity = vault.folder, vault.identity
    assert traces.in_database(folder, identity, wanted), "the search itself finds what is there"
    assert traces.in_files(folder, identity, [original])
    make_due(vault)
    made = workflows.dispose(vault, "RXC/001", decided_by=RUTH, decider=Decider.HEAD, second=ALAN)
    for again in (False, True):
        assert traces.in_database(folder, identity, wanted) == []
        assert traces.in_files(folder, identity, [*wanted, original]) == []
        assert traces.in_tables(folder, identity, wanted, but=set()) == []
        if not again:
            vault.close()
    assert not any(object_path(folder, one).exists() for one in made.objects)
    with closing(connect_by_hand(folder, identity)) as connection:
        assert int(connection.execute("PRAGMA freelist_count").fetchone()[0]) == 0


def test_the_search_sees_a_body_that_was_only_set_to_null(vault: Vault) -> None:
    """Planted: without the scrubbing, old frames of the log still have the words."""
    make_due(vault)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Vault, "scrub", lambda _: None)
        dispose(vault)
        assert traces.in_database(vault.folder, vault.identity, [SECRET.encode()])


def test_a_sealed_file_that_comes_back_is_removed_again(disposed: Vault, tmp_path: Path) -> None:
    """As when somebody copies an old folder over this one: it must not become a recovered capture."""
    made = disposed.read.disposal("1")
    assert made is not None
    stored = disposed.objects.put(picture(10).png, "image/png")
    path = object_path(disposed.folder, made.objects[0])
    path.parent.mkdir(exist_ok=True)
    object_path(disposed.folder, stored.object_id).rename(path)
    assert {one.code for one in check.check(disposed).problems} == {"disposal-unfinished"}
    disposed.abandon()
    with Sample(disposed.folder, disposed.identity, "").open() as opened:
        assert not path.exists()
        assert check.check(opened).problems == ()
        assert [one.number for one in opened.read.exhibits(None)] == []
        assert len(opened.read.entries(EntryKind.DISPOSAL_COMPLETED)) == 2


def test_copies_that_interruptions_left_go_too(vault: Vault) -> None:
    """A file set aside with the same bytes, and the throw-away index of a check that was killed."""
    stored = vault.read.exhibit("1").stored
    aside = vault.folder / "interrupted"
    aside.mkdir()
    for name, source in (
        ("left.age", stored.object_id),
        ("other.age", vault.read.exhibit("2").stored.object_id),
    ):
        (aside / name).write_bytes(object_path(vault.folder, source).read_bytes())
    make_due(vault)
    made = workflows.dispose(vault, "1", decided_by=RUTH, decider=Decider.HEAD, second=ALAN)
    assert made.set_aside == ("left.age",)
    assert [path.name for path in aside.iterdir()] == ["other.age"]
    (vault.folder / "index-check.part").write_bytes(SECRET.encode())
    vault.abandon()
    with Sample(vault.folder, vault.identity, "").open():
        assert not (vault.folder / "index-check.part").exists()


def test_an_erased_entry_without_a_disposal_is_named(disposed: Vault) -> None:
    disposed.close()
    sample = Sample(disposed.folder, disposed.identity, "")
    with tampering(sample) as connection:
        connection.execute("UPDATE entries SET body = NULL, salt = NULL WHERE seq = 5")
    with sample.open() as opened:
        assert ("entry-erased", "entry 5") in {(one.code, one.where) for one in check.check(opened).problems}


def test_a_body_that_was_put_back_is_named(vault: Vault) -> None:
    make_due(vault)
    entry = vault.read.entries_about("RXC/001")[0]
    dispose(vault)
    vault.close()
    sample = Sample(vault.folder, vault.identity, "")
    with tampering(sample) as connection:
        connection.execute(
            "UPDATE entries SET body = ?, salt = ? WHERE seq = ?", (entry.body, entry.salt, entry.seq)
        )
    with sample.open() as opened:
        found = {(one.code, one.where) for one in check.check(opened).problems}
        assert ("disposal-unfinished", f"entry {entry.seq}") in found


def test_a_disk_that_refuses_leaves_it_to_be_finished(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    make_due(vault)
    exhibit = vault.read.exhibit("1")

    def refuse(*_: object) -> bool:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        with pytest.raises(Exception, match="The disposal goes on"):
            dispose(vault)
        vault.abandon()
    assert object_path(vault.folder, exhibit.stored.object_id).exists()
    with Sample(vault.folder, vault.identity, "").open() as opened:
        assert not object_path(vault.folder, exhibit.stored.object_id).exists()
        assert opened.read.unfinished_disposals() == ()
        assert check.check(opened).problems == ()


def test_a_copy_of_the_folder_from_before_is_another_vault(vault: Vault, tmp_path: Path) -> None:
    """What the certificate says of backups is so: they still have it."""
    make_due(vault)
    vault.flush()
    shutil.copytree(vault.folder, tmp_path / "backup", ignore=shutil.ignore_patterns("lock"))
    dispose(vault)
    found = [path for path in files_under(tmp_path / "backup") if path.suffix == ".age"]
    assert len(found) > len([path for path in files_under(vault.folder) if path.suffix == ".age"])


# --- what came from others ------------------------------------------------------------------------------


@pytest.fixture
def desk_of_head(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    """Ruth received Helen's bundle with two exhibits, looked at one, and decided something."""
    with teacher_and_head(tmp_path) as (teacher, head):
        state(teacher, "HXA/001", note=SECRET)
        state(teacher, "HXA/002", note=LATER)
        bundle = seal(teacher, tmp_path / "a.evidence")
        workflows.receive(head, bundle)
        workflows.view_received(head, "RCV-001", "HXA/001")
        head.record(acts.outcome_stated("RCV-001", [Said("decided", SECRET, Source.TYPED)]))
        workflows.issue_receipt(head, bundle, tmp_path / "a.evidence-receipt")
        alan = workflows.add_contact(head, workflows.own_card(teacher))
        workflows.forward(head, "RCV-001", contacts=[alan], out=tmp_path / "b.evidence", reason="asked")
        yield teacher, head


def dispose_received(head: Vault, name: str) -> Disposal:
    return workflows.dispose(head, name, decided_by=RUTH, decider=Decider.HEAD, second=ALAN)


def test_a_received_bundle_goes_as_a_whole(desk_of_head: tuple[Vault, Vault], tmp_path: Path) -> None:
    teacher, head = desk_of_head
    row, originals = head.read.received_bundle("1"), [picture(10).png, picture(20).png]
    wanted = [SECRET.encode(), LATER.encode(), row.stored.sha256.encode(), row.title.encode()]
    assert traces.in_files(head.folder, head.identity, originals)
    with pytest.raises(DisposalError, match="No day is set"):
        dispose_received(head, "RCV-001")
    workflows.keep_until(head, "RCV-001", YESTERDAY)
    seen = head.read.seen_ledgers()
    made = dispose_received(head, "rcv-001")
    assert (made.name, made.received, made.number) == ("RCV-001", "RCV-001", "")
    assert len(made.objects) == 3
    assert traces.in_database(head.folder, head.identity, wanted) == []
    assert traces.in_files(head.folder, head.identity, [*wanted, *originals]) == []
    assert head.read.received() == ()
    with pytest.raises(DisposedError, match="RCV-001 was disposed of"):
        head.read.received_bundle("1")
    assert head.read.seen_ledgers() == seen, "later bundles are still held against what was seen"
    report = check.check(head)
    assert (report.problems, report.disposed, report.objects) == ((), 1, 0)
    text = certificate_text(head, "RCV-001")
    assert "The received bundle RCV-001 with all that was taken in" in text
    assert "b.evidence" in text
    assert "Whoever sent the bundle has the originals" in text
    again = workflows.receive(head, seal(teacher, tmp_path / "c.evidence"))
    assert again.row.reference == "RCV-002", "a reference is never used again"
    assert again.verdict is not None
    assert again.verdict.consistent is Consistency.YES


@pytest.mark.parametrize("whole", [True, False])
def test_its_index_can_be_built_again(desk_of_head: tuple[Vault, Vault], whole: bool) -> None:
    _, head = desk_of_head
    if whole:
        workflows.keep_until(head, "RCV-001", YESTERDAY)
        dispose_received(head, "RCV-001")
    else:
        lock_and_instruct(head)
        dispose_received(head, "RCV-001 HXA/001")
    before = (head.read.received(), head.read.disposals(), head.read.seen_ledgers())
    head.close()
    sample = Sample(head.folder, head.identity, "")
    with tampering(sample) as connection:
        connection.execute("DROP TABLE subjects")
    with sample.open() as opened:
        assert (opened.read.received(), opened.read.disposals(), opened.read.seen_ledgers()) == before
        assert check.check(opened).problems == ()


def lock_and_instruct(head: Vault) -> None:
    workflows.lock_away(head, "RCV-001 HXA/001")
    given = datetime.now(UTC) - timedelta(days=1)
    workflows.record_instruction(head, "RCV-001 HXA/001", "Sgt Tom Garrick", Office.POLICE, "CR/42", given)


def test_one_of_it_goes_by_an_instruction_and_the_file_that_holds_it(
    desk_of_head: tuple[Vault, Vault],
) -> None:
    _, head = desk_of_head
    with pytest.raises(DisposalError, match="as a whole once it is due"):
        dispose_received(head, "RCV-001 HXA/001")
    workflows.keep_until(head, "RCV-001", YESTERDAY)
    workflows.lock_away(head, "RCV-001 HXA/001")
    for name in ("RCV-001 HXA/001", "RCV-001"):
        with pytest.raises(DisposalError, match="only go on the instruction"):
            dispose_received(head, name)
    lock_and_instruct(head)
    made = dispose_received(head, "RCV-001 HXA/001")
    assert made.name == "RCV-001 HXA/001"
    assert traces.in_files(head.folder, head.identity, [picture(10).png]) == []
    assert workflows.view_received(head, "RCV-001", "HXA/002") == picture(20).png
    with pytest.raises(DisposedError):
        workflows.view_received(head, "RCV-001", "HXA/001")
    with pytest.raises(DisposedError, match="was disposed of"):
        workflows.report_of_received(head, "RCV-001")
    assert head.read.received_bundle("1").title == "Posts about my lessons"
    report = check.check(head)
    assert (report.problems, report.disposed) == ((), 1)
    assert "The other exhibits of it are still here" in certificate_text(head, "RCV-001 HXA/001")


def test_a_hold_on_the_bundle_keeps_its_exhibits(desk_of_head: tuple[Vault, Vault]) -> None:
    _, head = desk_of_head
    workflows.hold(head, "RCV-001", "An appeal", NADIA)
    lock_and_instruct(head)
    for name in ("RCV-001 HXA/001", "RCV-001"):
        with pytest.raises(DisposalError, match="There is a hold on RCV-001"):
            dispose_received(head, name)
    with pytest.raises(UsageError):
        workflows.release(head, "RCV-001", "", NADIA)
    workflows.release(head, "RCV-001", "It was heard", NADIA)
    with pytest.raises(DisposalError, match="No day is set"):
        dispose_received(head, "RCV-001")  # an instruction about one is none about the others
    dispose_received(head, "RCV-001 HXA/001")


# --- the school's own periods ---------------------------------------------------------------------------


def with_period(monkeypatch: pytest.MonkeyPatch, code: str, months: int) -> None:
    rules = policy.current()
    periods = tuple(
        dataclasses.replace(one, months=months if one.code == code else None) for one in rules.retention
    )
    monkeypatch.setattr(policy, "current", lambda: dataclasses.replace(rules, retention=periods))


def test_a_period_counts_from_the_closing_or_else_from_the_last_work(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_period(monkeypatch, "staff_bullying", 14)
    today = datetime.now(UTC).astimezone().date()
    due = workflows.due(vault, "RXC/002")
    assert due is not None
    assert due.day == retention.months_later(today, 14)
    said = [Said(retention.CLOSED_ON, "2024-12-31", Source.TYPED)]
    vault.record(acts.incident_stated("INC-001", said))
    due = workflows.due(vault, "RXC/002")
    assert due is not None
    assert due.day == date(2026, 2, 28)
    workflows.keep_until(vault, "INC-001", date(2031, 1, 1))
    due = workflows.due(vault, "RXC/002")
    assert due is not None
    assert due.day == date(2031, 1, 1), "the latest day counts"


def test_an_incident_with_a_child_has_the_period_of_that(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_period(monkeypatch, "staff_bullying", 1)
    assert workflows.due(vault, "RXC/002") is not None
    vault.record(acts.incident_stated("INC-001", [Said("child_involved", "unknown", Source.TYPED)]))
    assert workflows.due(vault, "RXC/002") is None, "not sure counts as yes, and no period is set for that"


def test_months_later() -> None:
    assert retention.months_later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert retention.months_later(date(2024, 12, 15), 1) == date(2025, 1, 15)
    assert retention.months_later(date(2024, 5, 31), 72) == date(2030, 5, 31)
