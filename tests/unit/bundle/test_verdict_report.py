"""The verdict on paper: one page in every state, whatever somebody wrote into the bundle."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from evidence_app.bundle import read
from evidence_app.bundle.questions import LIMIT, questions, unanswered
from evidence_app.bundle.report_text import within
from evidence_app.bundle.sentences import describe, describe_failure, state_on_arrival
from evidence_app.bundle.verdict_report import verdict_report
from evidence_app.errors import NotOurFileError, UsageError
from evidence_app.records import (
    BundleFacts,
    BundleState,
    Check,
    Consistency,
    Contact,
    Dated,
    ExhibitVerdict,
    Owner,
    Problem,
    Role,
    SenderStatus,
    Trust,
    Verdict,
)
from tests.bundles import Sender, sealed
from tests.reports import objects, squeezed, text, utc
from tests.verdicts import HELEN, NOW, OWNER, RUTH, found

SEVEN = [state for state in BundleState if state is not BundleState.NOT_CHECKED]
NAME = "INC-001-2026-03-12.evidence"
SHA256 = "be" * 32


def page(answer, folder, **more: Any):
    about: dict[str, Any] = {"by": OWNER, "at": NOW, "sha256": SHA256, "reference": "RCV-004"} | more
    pdf = verdict_report(answer, NAME, utc, **about)
    return pdf, text(pdf, folder)


def verdict(state, folder) -> Verdict:
    answer = found(state, folder)
    assert isinstance(answer, Verdict)
    return answer


def pages(folder) -> int:
    told = subprocess.run(["pdfinfo", "report.pdf"], cwd=folder, capture_output=True, check=True).stdout
    return int(told.split(b"Pages:")[1].split()[0])


@pytest.mark.parametrize("state", SEVEN)
def test_each_state_is_one_page_with_its_sentence_and_what_to_do(state, tmp_path):
    answer = found(state, tmp_path)
    assert state_on_arrival(answer) is state
    _, words = page(answer, tmp_path)
    assert pages(tmp_path) == 1
    sentence, below = describe(answer) if isinstance(answer, Verdict) else describe_failure(answer)
    flat = squeezed(words)
    asked = questions(answer) if isinstance(answer, Verdict) else unanswered(state)
    in_order = [sentence, below, *(one.title for one in asked), *LIMIT.evidence, "What to do next"]
    at = [flat.find(squeezed(part)) for part in in_order]
    assert at == sorted(at)
    assert at[0] > 0
    for part in (NAME, "RCV-004", "Mrs Ruth Calloway, Headteacher, Larkmere Academy", SHA256, "no other"):
        assert squeezed(part) in flat


def test_an_altered_one_names_the_exhibit_the_others_and_the_bundle(tmp_path):
    answer = found(BundleState.ALTERED, tmp_path)
    assert isinstance(answer, Verdict)
    _, words = page(answer, tmp_path)
    flat = squeezed(words)
    for part in (
        "No: HXA/002",
        answer.problems[0].message,
        "HXA/001, HXA/003 are as they were sealed.",
        "Ask Helen Ashdown for a new copy",
        " ".join(HELEN.contact().words),
        answer.facts.digest if answer.facts else "",
        " ".join(answer.facts.words) if answer.facts else "",
    ):
        assert part
        assert squeezed(part) in flat


def test_a_sender_that_is_not_confirmed_is_only_a_claim(tmp_path):
    _, words = page(found(BundleState.SENDER_NOT_CONFIRMED, tmp_path), tmp_path)
    assert squeezed("Helen Ashdown. So it says; not confirmed.") in squeezed(words)
    assert squeezed("A known key, not confirmed") in squeezed(words)


def test_a_long_name_does_not_push_aside_that_it_is_not_confirmed(tmp_path):
    answer = verdict(BundleState.SENDER_NOT_CONFIRMED, tmp_path)
    assert answer.facts is not None
    answer = replace(answer, facts=replace(answer.facts, sender_name="Helen Ashdown " * 14))
    _, words = page(answer, tmp_path)
    assert squeezed("So it says; not confirmed.") in squeezed(words)


def test_another_key_under_the_name_of_a_contact_is_loud(tmp_path):
    sealed(HELEN, RUTH, tmp_path / "one.evidence")
    known = Sender("Helen Ashdown", number=7).contact()
    answer = read.verify(tmp_path / "one.evidence", [RUTH.identity], Trust((known,), ()))
    assert state_on_arrival(answer) is BundleState.SENDER_NOT_CONFIRMED
    _, words = page(answer, tmp_path)
    assert squeezed("Do not confirm the sender") in squeezed(words)
    assert squeezed("not the key that you have for Helen Ashdown") in squeezed(words)
    assert squeezed("confirm the contact and check") not in squeezed(words)


def test_without_a_vault_nobody_is_named(tmp_path):
    _, words = page(found(BundleState.INTACT, tmp_path), tmp_path, by=None, sha256="", reference="")
    assert squeezed("checked without a vault") in squeezed(words)
    assert "RCV-" not in words


def test_when_it_was_checked_is_local_time_and_utc(tmp_path):
    answer = replace(
        verdict(BundleState.INTACT, tmp_path), checked_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    )
    summer = timezone(timedelta(hours=1), "BST")
    pdf = verdict_report(answer, NAME, lambda moment: moment.astimezone(summer))
    flat = squeezed(text(pdf, tmp_path))
    assert squeezed("2 July 2026, 00:30:00 BST") in flat
    assert "2026-07-01T23:30:00.000Z" in flat


def test_it_says_what_it_is_and_reads_aloud(tmp_path):
    pdf, _ = page(found(BundleState.ALTERED, tmp_path), tmp_path)
    there = objects(pdf, tmp_path)
    catalog = next(one for one in there if one.get("/Type") == "/Catalog")
    assert catalog["/Lang"] == "u:en-GB"
    assert catalog["/MarkInfo"]["/Marked"] is True
    assert "/OutputIntents" in catalog
    assert {"/H1", "/H2", "/Table", "/TH", "/L"} <= {one.get("/S") for one in there}
    assert b"pdfaid:part>2<" in pdf
    assert b"pdfuaid:part>1<" in pdf


def test_the_same_verdict_is_the_same_page(tmp_path):
    answer = found(BundleState.IN_CONFLICT, tmp_path)
    assert page(answer, tmp_path) == page(answer, tmp_path)


def test_what_is_no_bundle_has_no_verdict():
    with pytest.raises(UsageError, match="nothing to report"):
        verdict_report(NotOurFileError("No."), NAME, utc)


# --- hostile texts --------------------------------------------------------------------------------------

HOSTILE = {
    "wide": "W" * 200,
    "markup": "#panic() $x$ *b* _i_ `r` <l> @ref [x] \\ // {sys} " * 4,
    "lines": "a\n" * 100,
    "signs": "\U0001f644你\u202e" * 66,
    "accents": "e\u0301" * 100,
}


def worst(words: str) -> Verdict:
    """Everything that a bundle or a contact can say, as long as it may be; a thousand problems."""
    contact = Contact(
        words, words, words, b"x" * 32, "age1", ("abbreviate",) * 8, "SHA256:x", NOW, NOW, words
    )
    facts = BundleFacts(
        bundle_id=words,
        sender_name=words,
        sender_role=words,
        sender_school=words,
        sender_words=("abbreviate",) * 8,
        sender_fingerprint="SHA256:x",
        sender_key=b"k" * 32,
        incident_reference=words,
        incident_title=words,
        sealed_for=(words,) * 100,
        asks=words,
        sealed_at=NOW,
        files=10_000,
        entries=10_000,
        opened=1_000,
        digest="ab" * 32,
        words=("abbreviate",) * 8,
        checkpoint=None,
    )
    codes = ("seal", "files", "record", "time", "sender", "earlier", "key-changed", "looks-like", "not-named")
    return Verdict(
        unchanged=False,
        sender=SenderStatus.CONFIRMED,
        dated=Dated(words, NOW),
        consistent=Consistency.NO,
        exhibits=tuple(ExhibitVerdict(f"HXA/{at:06}", at % 2 == 0) for at in range(2000)),
        problems=tuple(Problem("x", words if at % 2 else f"HXA/{at:03}", words * 5) for at in range(1000)),
        checks=tuple(Check(code, False, words, words, (words,)) for code in codes),
        facts=facts,
        checked_at=NOW,
        confirmed=contact,
    )


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_worst_is_one_page_too_and_inert(kind, tmp_path):
    words = HOSTILE[kind]
    by = Owner(words, Role.HEAD, words, "RXC")
    shown = text(verdict_report(worst(words), words, utc, by=by, sha256=SHA256), tmp_path)
    assert pages(tmp_path) == 1
    assert "more problems" in " ".join(shown.split())
    assert "\u202e" not in shown
    if kind == "markup":
        assert squeezed("#panic() $x$ *b* _i_ `r` <l> @ref [x] \\ //") in squeezed(shown)
    # All that the page must have is there, however much somebody wrote.
    for part in ("Sealed by whom?", "no check of this kind can tell", "What to do next", "ab" * 32, SHA256):
        assert squeezed(part) in squeezed(shown)


def test_problems_that_do_not_fit_are_counted(tmp_path):
    answer = replace(
        verdict(BundleState.ALTERED, tmp_path),
        problems=tuple(Problem("x", f"HXA/{at:03}", f"The screenshot {at} differs.") for at in range(1, 31)),
    )
    _, words = page(answer, tmp_path)
    shown = [at for at in range(1, 31) if f"The screenshot {at} differs." in words]
    assert shown == list(range(1, len(shown) + 1))
    assert 3 <= len(shown) < 30
    assert f"And {30 - len(shown)} more problems" in words
    assert pages(tmp_path) == 1


@pytest.mark.parametrize(
    ("words", "most", "cut"),
    [
        ("short", 5, "short"),
        ("longer", 5, "longe…"),
        ("WIDE", 6, "WID…"),
        ("a\nb", 20, "a…"),
        ("\U0001f644\U0001f644", 30, "\U0001f644…"),  # each is printed as "face with rolling eyes"
        ("two words", 4, "two…"),
    ],
)
def test_a_text_is_cut_by_the_room_that_it_takes(words, most, cut):
    assert within(words, most) == cut
