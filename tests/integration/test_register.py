"""The register of a real vault: ages, outcomes, receipts, what belongs together, and ten thousand rows."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from evidence_app import policy, workflows
from evidence_app.errors import UsageError
from evidence_app.records import (
    BundleFacts,
    BundleState,
    Consistency,
    ExhibitVerdict,
    Likeness,
    RegisterRow,
    Role,
    Said,
    SenderStatus,
    Source,
    StoredObject,
    Verdict,
)
from evidence_app.settings import Settings
from evidence_app.vault import acts, check
from evidence_app.vault.acts import Act
from evidence_app.vault.acts_received import Arrived, bundle_received
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted
from tests import vaults
from tests.desks import desk, open_incident, picture, seal, teacher_and_head

OPEN, SETTLED = "looking_into", "closed"


@pytest.fixture
def pair(tmp_path):
    with teacher_and_head(tmp_path) as both:
        yield both


@pytest.fixture
def head(tmp_path):
    with desk(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as one:
        yield one


@pytest.fixture
def london(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/London")
        time.tzset()
        yield
    time.tzset()


def arrival(number: int, title: str = "Posts", state: BundleState = BundleState.INTACT) -> Act:
    """A received bundle as far as the record goes: its file is nobody's."""
    facts = BundleFacts(
        bundle_id=f"bundle {number}",
        sender_name="Helen Ashdown",
        sender_role="staff",
        sender_school="Larkmere Academy",
        sender_words=("a",) * 8,
        sender_fingerprint="",
        sender_key=b"k" * 32,
        incident_reference="INC-001",
        incident_title=f"{title} {number}",
        sealed_for=("Mrs Ruth Calloway",),
        asks="act",
        sealed_at=None,
        files=10,
        entries=10,
        opened=5,
        digest=f"{number:064x}",
        words=("a",) * 8,
        checkpoint=None,
    )
    verdict = Verdict(
        unchanged=True,
        sender=SenderStatus.KNOWN,
        dated=None,
        consistent=Consistency.FIRST,
        exhibits=(ExhibitVerdict("HXA/001", True),),
        problems=(),
        checks=(),
        facts=facts,
        checked_at=datetime.now(UTC),
    )
    stored = StoredObject(f"object {number}", f"{number:064x}", 1, "application/octet-stream")
    return bundle_received(Arrived(stored, f"file {number}.evidence", state, verdict))


def rows(vault: Vault, days: int = 0, limit: int | None = None) -> dict[str, RegisterRow]:
    """The register as it will be in so many days."""
    found = workflows.register(vault, datetime.now(UTC) + timedelta(days=days), limit)
    return {one.reference: one for one in found}


# --- age and overdue ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "now", "days"),
    [
        ("2026-03-12T00:00", "2026-03-12T23:59", 0),
        ("2026-03-12T23:59", "2026-03-13T00:00", 1),
        ("2026-03-12T12:00", "2026-03-26T11:00", 14),
        # In London it is summer from 29 March: 23:30 UTC is then half past midnight of the next day.
        ("2026-03-28T23:30", "2026-03-29T22:59", 1),
        ("2026-03-28T23:30", "2026-03-29T23:30", 2),
        ("2026-03-20T00:10", "2026-03-30T23:30", 11),
        ("2026-10-24T23:30", "2026-10-25T23:30", 0),
        # A clock that was put back must not make anything younger than today.
        ("2026-03-12T12:00", "2026-03-01T12:00", 0),
    ],
)
def test_an_age_is_in_calendar_days_of_local_time(head, london, monkeypatch, received, now, days):
    moment = {name: datetime.fromisoformat(f"{text}+00:00") for name, text in (("r", received), ("n", now))}
    head.record(arrival(1))
    whole = head.read.received
    monkeypatch.setattr(
        head.read, "received", lambda: tuple(replace(one, received_at=moment["r"]) for one in whole())
    )
    (row,) = workflows.register(head, moment["n"], None)
    assert row.age_days == days


def test_overdue_is_older_than_the_days_and_not_settled(head):
    head.record(arrival(1))
    head.record(arrival(2))
    workflows.state_outcome(head, "RCV-002", SETTLED)
    for days, limit, overdue in ((10, 10, False), (11, 10, True), (100, None, False), (1, 1, False)):
        found = rows(head, days, limit)
        assert found["RCV-001"].overdue is overdue
        assert not found["RCV-002"].overdue
    assert [one.settled for one in rows(head).values()] == [True, False]


def test_days_of_the_person_come_before_those_of_the_policy():
    school = replace(policy.current(), register=policy.Register("4.1", 15))
    before = policy.current()
    try:
        policy.use(school)
        assert workflows.overdue_after(Settings()) == 15
        assert workflows.overdue_after(Settings(overdue_days=3)) == 3
    finally:
        policy.use(before)


# --- outcomes -------------------------------------------------------------------------------------------


def test_what_was_decided_is_never_overwritten(head):
    head.record(arrival(1))
    assert rows(head)["RCV-001"].outcome is None
    first = workflows.state_outcome(head, "rcv-1", OPEN, "Spoke with Tom on Monday.")
    assert first.reference == "RCV-001"
    one = rows(head)["RCV-001"]
    assert (one.outcome_name, one.outcome_note, one.settled) == (
        "Being looked into",
        "Spoke with Tom on Monday.",
        False,
    )
    workflows.state_outcome(head, "RCV-001", SETTLED)
    one = rows(head)["RCV-001"]
    assert one.settled
    assert one.outcome is not None
    assert one.outcome.value == SETTLED
    assert one.outcome_note == "", "a note of an earlier outcome says nothing about this one"
    assert [(said.field, said.value) for said in head.read.statements("RCV-001")] == [
        ("outcome", OPEN),
        ("outcome_note", "Spoke with Tom on Monday."),
        ("outcome", SETTLED),
    ]
    workflows.state_outcome(head, "RCV-001", OPEN)
    assert not rows(head)["RCV-001"].settled, "what was settled can be taken up again"


@pytest.mark.parametrize("code", ["", "false", "CLOSED", "closed ", "no such"])
def test_only_outcomes_of_the_policy(head, code):
    head.record(arrival(1))
    before = head.head
    with pytest.raises(UsageError, match="no outcome"):
        workflows.state_outcome(head, "RCV-001", code)
    with pytest.raises(UsageError, match="no received bundle"):
        workflows.state_outcome(head, "RCV-002", OPEN)
    assert head.head == before


def test_no_outcome_passes_judgement_on_who_spoke_up():
    judging = re.compile(
        r"\b(false|malicious|unfounded|unsubstantiated|baseless|liar|lying|lie[sd]?)\b", re.IGNORECASE
    )
    for one in policy.current().outcomes:
        assert not judging.search(f"{one.code} {one.name} {one.about}".replace("_", " "))
    assert judging.search("a false allegation")


def test_an_outcome_that_the_policy_lost_is_shown_and_settles_nothing(head):
    head.record(arrival(1))
    head.record(acts.outcome_stated("RCV-001", [Said("outcome", "of_another_school", Source.TYPED)]))
    one = rows(head)["RCV-001"]
    assert (one.outcome_name, one.settled) == ("of_another_school", False)


# --- receipts -------------------------------------------------------------------------------------------


def test_a_receipt_stands_with_the_bundle_that_it_is_for(pair, tmp_path):
    teacher, head = pair
    for name in ("one", "two"):
        workflows.receive(head, seal(teacher, tmp_path / f"{name}.evidence"))
    workflows.issue_receipt(head, tmp_path / "one.evidence", tmp_path / "1.evidence-receipt")
    found = rows(head)
    receipt = found["RCV-001"].receipt
    assert receipt is not None
    assert receipt.digest == found["RCV-001"].row.digest
    assert found["RCV-002"].receipt is None
    workflows.issue_receipt(head, tmp_path / "one.evidence", tmp_path / "2.evidence-receipt")
    newest = rows(head)["RCV-001"].receipt
    assert newest is not None
    assert newest.seq > receipt.seq


def test_a_receipt_for_the_unchanged_one_is_none_for_an_altered_copy(pair, tmp_path):
    """The copy carries the same name and the same signed list; only an original was swapped in it."""
    from tests.integration.test_receiving import altered

    teacher, head = pair
    bundle = seal(teacher, tmp_path / "one.evidence")
    workflows.receive(head, bundle)
    workflows.issue_receipt(head, bundle, tmp_path / "1.evidence-receipt")
    (tmp_path / "odd.evidence").write_bytes(altered(pair, bundle))
    workflows.receive(head, tmp_path / "odd.evidence")
    found = rows(head)
    assert found["RCV-002"].row.digest == found["RCV-001"].row.digest
    assert found["RCV-001"].receipt is not None
    assert found["RCV-002"].receipt is None


# --- who sent it ----------------------------------------------------------------------------------------


def test_a_name_is_the_readers_own_only_for_a_confirmed_key(pair, tmp_path):
    teacher, head = pair
    workflows.receive(head, seal(teacher, tmp_path / "one.evidence"))
    one = rows(head)["RCV-001"]
    assert one.contact is not None
    assert one.sender == one.contact.name
    impostor = replace(one, contact=replace(one.contact, name="Somebody", confirmed_at=None))
    assert impostor.sender == "Helen Ashdown"


def test_the_state_is_that_of_the_newest_check(pair, tmp_path):
    head = pair[1]
    with desk(tmp_path / "nadia.evidence-vault", "Nadia Ellery", Role.STAFF) as nadia:
        open_incident(nadia, "A letter")
        workflows.keep(nadia, picture(5), "INC-001")
        workflows.add_contact(nadia, workflows.own_card(head))
        workflows.receive(head, seal(nadia, tmp_path / "letter.evidence"))
        assert rows(head)["RCV-001"].state is BundleState.SENDER_NOT_CONFIRMED
        workflows.add_contact(head, workflows.own_card(nadia))
        workflows.confirm_contact(head, "Nadia Ellery", workflows.own_words(nadia), "in person")
    workflows.check_received(head, "RCV-001")
    one = rows(head)["RCV-001"]
    assert (one.state, one.row.state) == (BundleState.INTACT, BundleState.SENDER_NOT_CONFIRMED)
    assert workflows.find(rows(head).values(), only="intact")


# --- find -----------------------------------------------------------------------------------------------


@pytest.fixture
def four(head):
    for number, title, state in (
        (1, "Fake account using the BADGE", BundleState.INTACT),
        (2, "Comments on the community page", BundleState.ALTERED),
        (3, "Straße", BundleState.INTACT),
        (4, "Letters", BundleState.DAMAGED),
    ):
        head.record(arrival(number, title, state))
    workflows.state_outcome(head, "RCV-002", "copy_asked_for", "Wrote to Nadia")
    workflows.state_outcome(head, "RCV-003", SETTLED)
    return tuple(rows(head, days=9, limit=5).values())


@pytest.mark.parametrize(
    ("words", "only", "found"),
    [
        ("", "", [4, 3, 2, 1]),
        ("badge", "", [1]),
        ("STRASSE", "", [3]),
        ("helen", "", [4, 3, 2, 1]),
        ("helen COMMENTS", "", [2]),
        ("file 4", "", [4]),
        ("rcv-001", "", [1]),
        ("new copy nadia", "", [2]),
        ("nobody", "", []),
        ("  ", "open", [4, 2, 1]),
        ("", "settled", [3]),
        ("", "overdue", [4, 2, 1]),
        ("", "altered", [2]),
        ("", "damaged", [4]),
        ("comments", "damaged", []),
        ("", "not-for-you", []),
    ],
)
def test_find(four, words, only, found):
    assert [one.reference for one in workflows.find(four, words, only)] == [f"RCV-00{at}" for at in found]


@pytest.mark.parametrize("only", ["Open", "anything", "intact "])
def test_find_refuses_what_it_does_not_know(four, only):
    with pytest.raises(UsageError, match="cannot be narrowed"):
        workflows.find(four, only=only)


# --- what belongs together ------------------------------------------------------------------------------


def state(vault: Vault, about: str, **values: str) -> None:
    said = [Said(field, value, Source.TYPED) for field, value in values.items()]
    act = acts.incident_stated if about.startswith("INC") else acts.exhibit_stated
    vault.record(act(about, said))


def incident_of(teacher: Vault, title: str) -> str:
    """A new incident with one capture."""
    reference = open_incident(teacher, title)
    workflows.keep(teacher, picture(30 + len(title)), reference)
    return reference


def hand_over(pair: tuple[Vault, Vault], folder: Path, reference: str) -> str:
    teacher, head = pair
    out = folder / f"{reference}.evidence"
    workflows.seal_bundle(teacher, Wanted(reference, contacts=teacher.read.contacts()), out)
    return workflows.receive(head, out).row.reference


def test_bundles_and_own_incidents_that_name_the_same(pair, tmp_path):
    teacher, head = pair
    second, third = incident_of(teacher, "Posts again"), incident_of(teacher, "A copied picture")
    state(teacher, "HXA/001", platform="Chirrup", account="@Larkmere_Truth")
    state(teacher, "HXA/003", platform="chirrup", account="larkmere_truth")
    state(teacher, "HXA/004", address="https://social.example/@someone/9?utm_source=x", account="Unknown")
    state(teacher, "INC-001", suspected_author="Tom Garrick")
    state(teacher, third, suspected_author="TOM  GARRICK")
    references = [hand_over(pair, tmp_path, one) for one in ("INC-001", second, third)]
    assert references == ["RCV-001", "RCV-002", "RCV-003"]
    open_incident(head, "Reported in the staff room")
    vaults.no_stop(head, None)
    workflows.keep(head, picture(7), "INC-001")
    workflows.keep(head, picture(8), None)
    state(head, "RXC/001", address="https://www.social.example/@someone/9")
    state(head, "RXC/002", platform="Chirrup", account="larkmere_truth")
    found = rows(head)

    def beside(reference: str) -> list[tuple[str, Likeness]]:
        return [(one.reference, one.why) for one in found[reference].related]

    assert beside("RCV-001") == [("RCV-002", Likeness.ACCOUNT), ("RCV-003", Likeness.PERSON)]
    assert beside("RCV-002") == [("RCV-001", Likeness.ACCOUNT)], "an unfiled capture is no incident"
    assert sorted(beside("RCV-003")) == [("INC-001", Likeness.ACCOUNT), ("RCV-001", Likeness.PERSON)]
    one = found["RCV-002"].related[0]
    assert (one.what, one.title) == ("@Larkmere_Truth on Chirrup", "Posts about my lessons")
    sentences = [workflows.related_words(one) for one in found["RCV-001"].related]
    assert sentences == [
        "The same account is named in RCV-002: larkmere_truth on chirrup",
        "The same name is stated as a suspected author in RCV-003: TOM GARRICK",
    ]
    assert check.check(head).problems == ()


def test_a_corrected_account_counts_and_the_earlier_one_does_not(pair, tmp_path):
    teacher, head = pair
    second = incident_of(teacher, "Posts again")
    for number, account in (("HXA/001", "tom"), ("HXA/003", "tom")):
        state(teacher, number, platform="Chirrup", account=account)
    state(teacher, "HXA/003", account="tam")
    hand_over(pair, tmp_path, "INC-001")
    hand_over(pair, tmp_path, second)
    assert rows(head)["RCV-001"].related == ()


def test_nothing_of_an_altered_bundle_is_compared(pair, tmp_path):
    from tests.integration.test_receiving import altered

    teacher, head = pair
    state(teacher, "HXA/001", platform="Chirrup", account="tom")
    state(teacher, "INC-001", suspected_author="Tom Garrick")
    bundle = seal(teacher, tmp_path / "one.evidence")
    (tmp_path / "odd.evidence").write_bytes(altered(pair, bundle))
    assert workflows.receive(head, tmp_path / "odd.evidence").row.state is BundleState.ALTERED
    workflows.receive(head, bundle)
    assert rows(head)["RCV-002"].related == ()


def test_words_that_would_make_two_people_one_are_nowhere():
    from evidence_app.records import Related

    for why in Likeness:
        words = workflows.related_words(Related("RCV-002", why, "x", ""))
        assert not re.search(r"same (person|author|man|woman|pupil)|is the|are the", words)


# --- ten thousand ---------------------------------------------------------------------------------------


def test_no_question_for_each_row(head):
    """The number of statements to the database grows with batches of a thousand, never with rows."""
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(head.read._engine, "before_cursor_execute", count)

    def questions() -> int:
        nonlocal asked
        asked = 0
        workflows.register(head, datetime.now(UTC), 10)
        return asked

    head.record_all(arrival(number) for number in range(3))
    few = questions()
    head.record_all(arrival(number) for number in range(3, 300))
    head.record_all(
        acts.outcome_stated(f"RCV-{at:03}", [Said("outcome", OPEN, Source.TYPED)]) for at in range(1, 100)
    )
    assert questions() == few
    head.record_all(arrival(number) for number in range(300, 1100))
    assert questions() <= few + 3, "one more batch of each kind"
