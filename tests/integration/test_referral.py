"""A referral without a picture (8.1): its own reference, sheet and bundle, and no place for a description."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.bundle.sheet import Section, Sheet
from evidence_app.errors import ExitCode, UsageError
from evidence_app.records import Consistency, EntryKind, Found, How, Referral, StopAnswer, Told
from evidence_app.vault import check
from evidence_app.vault.vault import Vault
from tests import traces
from tests.both_sides import check_agreement
from tests.desks import teacher_and_head

SEEN = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=2)
HEAD = Told("Mrs Ruth Calloway", "head", SEEN + timedelta(minutes=20), How.IN_PERSON)
CHAIR = Told("Mr Alan Thwaite", "chair", SEEN + timedelta(minutes=30), How.TELEPHONE)
LEAD = Told("Nadia Ellery", "safeguarding_lead")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    with teacher_and_head(tmp_path) as both:
        yield both


def text_of(pdf: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def refer(vault: Vault, **other: object) -> Referral:
    wish = {"found": Found.WEBSITE, "seen_at": SEEN, "told": [HEAD, LEAD]} | other
    return workflows.record_referral(vault, **wish)  # type: ignore[arg-type]


def test_it_has_its_own_reference_and_is_in_the_record(pair: tuple[Vault, Vault]) -> None:
    teacher, _ = pair
    workflows.answer_stop(teacher, "INC-001", StopAnswer.YES)
    first = refer(teacher, address="https://pictures.example/p/7?x=1", incident="1")
    assert (first.reference, first.incident, first.exhibit) == ("REF-001", "INC-001", "")
    assert first.told == (HEAD, LEAD)
    assert refer(teacher, found=Found.SENT).reference == "REF-002"
    assert teacher.read.referral("ref-1") == first
    assert [one.reference for one in teacher.read.referrals()] == ["REF-002", "REF-001"]
    with pytest.raises(UsageError, match="There is no referral"):
        teacher.read.referral("REF-003")
    assert check.check(teacher).problems == ()


def test_there_is_no_field_that_could_describe_a_picture() -> None:
    """Codes, names, times, references, an address: a change here has to be thought about."""
    assert {one.name for one in dataclasses.fields(Referral)} == {
        "reference", "incident", "exhibit", "found", "address", "seen_at", "told", "concerns_head",
        "recorded_at", "by", "seq",
    }  # fmt: skip
    assert {one.name for one in dataclasses.fields(Told)} == {"name", "role", "at", "how"}
    assert {one.type for kind in (Sheet, Section) for one in dataclasses.fields(kind)} == {
        "str", "datetime", "tuple[Section, ...]", "tuple[tuple[str, str], ...]", "tuple[str, ...]",
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["a girl of about twelve", "see the second picture", "pictures", "https://", "a b.example", "x@y", "."],
)
def test_an_address_is_no_sentence(pair: tuple[Vault, Vault], address: str) -> None:
    with pytest.raises(UsageError, match="not a web address"):
        refer(pair[0], address=address)
    assert pair[0].read.referrals() == ()


@pytest.mark.parametrize(
    "address", ["pictures.example", "https://a.example:8443/x#y", "http://203.0.113.9/1"]
)
def test_addresses(pair: tuple[Vault, Vault], address: str) -> None:
    assert refer(pair[0], address=address).address == address


@pytest.mark.parametrize("told", [[], [HEAD], [LEAD], [CHAIR, LEAD], [HEAD, LEAD, Told("X", "friend")]])
def test_it_goes_to_the_headteacher_and_the_safeguarding_lead(
    pair: tuple[Vault, Vault], told: list[Told]
) -> None:
    with pytest.raises(UsageError, match="Nothing was recorded"):
        refer(pair[0], told=told)
    assert pair[0].read.referrals() == ()


def test_what_concerns_the_head_goes_to_the_chair(pair: tuple[Vault, Vault]) -> None:
    teacher, _ = pair
    for told in ([HEAD, LEAD], [HEAD, CHAIR, LEAD]):
        with pytest.raises(UsageError, match="chair of governors"):
            refer(teacher, told=told, concerns_head=True)
    made = refer(teacher, told=[CHAIR, LEAD], concerns_head=True)
    text = text_of(workflows.referral_report(teacher, made.reference))
    assert "Chair of Governors" in text
    assert "Ruth Calloway" not in text


@pytest.mark.parametrize(
    "times",
    [
        {"seen_at": datetime.now(UTC) + timedelta(days=1)},
        {"told": [Told("R", "head", SEEN - timedelta(minutes=1)), LEAD]},
        {"told": [Told("R", "head", datetime.now(UTC) + timedelta(days=1)), LEAD]},
        {"seen_at": datetime(1899, 1, 1, tzinfo=UTC)},
    ],
)
def test_times_that_cannot_be(pair: tuple[Vault, Vault], times: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="Nothing was recorded"):
        refer(pair[0], **times)


def test_an_exhibit_is_named_only_once_it_is_locked_away(pair: tuple[Vault, Vault]) -> None:
    teacher, _ = pair
    with pytest.raises(UsageError, match="is not locked away"):
        refer(teacher, exhibit="1")
    workflows.lock_away(teacher, "1")
    assert refer(teacher, exhibit="hxa-1").exhibit == "HXA/001"
    assert "HXA/001 is locked away" in text_of(workflows.referral_report(teacher, "1"))


NEXT = {
    Found.WEBSITE: "address is reported to the",
    Found.DEVICE: "for the police",
    Found.SENT: "for the police",
}


@pytest.mark.parametrize("found", Found)
def test_the_sheet_says_who_is_told_and_who_else(pair: tuple[Vault, Vault], found: Found) -> None:
    teacher, _ = pair
    made = refer(teacher, found=found, address="pictures.example/7")
    pdf = workflows.referral_report(teacher, made.reference)
    text = text_of(pdf)
    for words in (
        "Referral REF-001",
        "There is no picture with this, and none is described",
        "Headteacher Mrs Ruth Calloway. Told on",
        "in person",
        "Designated Safeguarding Lead Nadia Ellery. Not yet told when this was recorded",
        "pictures.example/7",
        "call 999",
    ):
        assert words in text, words
    assert NEXT[found] in text
    assert (found is Found.WEBSITE) == ("Internet Watch Foundation" in text)
    assert workflows.referral_report(teacher, "1") == pdf


def test_the_sheet_has_words_only(pair: tuple[Vault, Vault], tmp_path: Path) -> None:
    refer(pair[0])
    opened = traces.pdf_streams(workflows.referral_report(pair[0], "1"), tmp_path)
    assert b"/DCTDecode" not in opened
    assert b"/Subtype /Image" not in opened


# --- sealed without any exhibit -------------------------------------------------------------------------


def test_it_is_sealed_received_and_acknowledged_like_a_bundle(
    pair: tuple[Vault, Vault], tmp_path: Path
) -> None:
    teacher, head = pair
    workflows.seal_bundle(
        teacher, workflows.Wanted("INC-001", contacts=teacher.read.contacts()), tmp_path / "a.evidence"
    )
    workflows.receive(head, tmp_path / "a.evidence")
    refer(teacher, incident="INC-001", address="pictures.example/7")
    out = tmp_path / "REF-001.evidence"
    sealed = workflows.seal_referral(teacher, "1", teacher.read.contacts(), out)
    assert sealed.exhibits == 0
    members = traces.members(out, head.identity)
    assert not [name for name in members if name.startswith("data/exhibits/")]
    assert members["data/report.pdf"] == workflows.referral_report(teacher, "1")
    opened = members["data/ledger/opened.jsonl"].splitlines()
    assert len(opened) == 2, "how the vault began, and the referral: nothing of the incident"
    assert b"Posts about my lessons" not in b"".join(members.values())

    assert check_agreement(out, [head.identity]).state == "unchanged"
    arrival = workflows.receive(head, out)
    assert arrival.verdict is not None
    assert (arrival.verdict.unchanged, arrival.verdict.consistent) == (True, Consistency.YES)
    assert (arrival.row.incident, arrival.row.title) == ("REF-001", "Referral REF-001, without a picture")
    workflows.issue_receipt(head, out, tmp_path / "r.evidence-receipt")
    row = workflows.record_receipt(teacher, (tmp_path / "r.evidence-receipt").read_bytes())
    assert row.unchanged
    assert [one.bundle_id for one in teacher.read.bundles("REF-001")] == [sealed.bundle_id]
    entry = teacher.read.latest(EntryKind.BUNDLE_SEALED)
    assert entry is not None
    assert entry.data["incident"] == "REF-001"
    assert check.check(teacher).problems == ()
    assert check.check(head).problems == ()


def test_it_is_sealed_for_somebody(pair: tuple[Vault, Vault], tmp_path: Path) -> None:
    refer(pair[0])
    with pytest.raises(UsageError, match="Nobody was named"):
        workflows.seal_referral(pair[0], "1", (), tmp_path / "a.evidence")
    with pytest.raises(UsageError) as error:
        workflows.seal_referral(pair[0], "9", pair[0].read.contacts(), tmp_path / "a.evidence")
    assert error.value.exit_code is ExitCode.USAGE
    assert not list(tmp_path.glob("*.evidence"))
