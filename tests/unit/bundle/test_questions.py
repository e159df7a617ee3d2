"""The four questions and the fifth line: every answer rests on what was looked at, none on a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evidence_app.bundle.questions import LIMIT, Tone, named, questions, unanswered
from evidence_app.records import BundleState, Check, Dated, ExhibitVerdict, SenderStatus, Verdict
from tests.verdicts import NOW, found


@pytest.fixture(scope="module")
def intact(tmp_path_factory) -> Verdict:
    answer = found(BundleState.INTACT, tmp_path_factory.mktemp("intact"))
    assert isinstance(answer, Verdict)
    return answer


def test_five_lines_always_in_this_order(intact):
    titles = [one.title for one in questions(intact)]
    assert titles == [
        "Unchanged since it was sealed?",
        "Sealed by whom?",
        "Dated by whom?",
        "Consistent with what was received before?",
        "True, and written by whom?",
    ]
    for state in (BundleState.DAMAGED, BundleState.NOT_FOR_YOU, BundleState.NEWER):
        assert [one.title for one in unanswered(state)] == titles
        assert [one.answer for one in unanswered(state)[:4]] == ["Not answered"] * 4


def test_an_intact_one(intact):
    told = [(one.answer, one.tone) for one in questions(intact)]
    assert told == [
        ("Yes", Tone.OK),
        ("Helen Ashdown", Tone.OK),
        ("Only the sender’s clock", Tone.NONE),
        ("The first one", Tone.NONE),
        ("No check can tell", Tone.NONE),
    ]
    assert all(one.evidence for one in questions(intact))


def test_an_altered_one_is_never_yes(intact):
    changed = (ExhibitVerdict("HXA/001", unchanged=True), ExhibitVerdict("HXA/002", unchanged=False))
    one = questions(replace(intact, unchanged=False, exhibits=changed))[0]
    assert (one.answer, one.tone) == ("No: HXA/002", Tone.BAD)
    assert questions(replace(intact, unchanged=False, exhibits=changed[:1]))[0].answer == "No"


@pytest.mark.parametrize("status", [SenderStatus.KNOWN, SenderStatus.UNKNOWN])
def test_a_name_in_the_bundle_is_no_answer(intact, status):
    """Planted: the bundle says Helen Ashdown, and the reader has not confirmed the key."""
    one = questions(replace(intact, sender=status, confirmed=None))[1]
    assert "Helen" not in one.answer
    assert one.tone is Tone.WARN


def test_confirmed_without_a_contact_is_not_confirmed(intact):
    assert questions(replace(intact, confirmed=None))[1].tone is Tone.WARN


def test_a_doubt_about_the_sender_is_loud(intact):
    doubt = Check("key-changed", False, "This is not the key that you have for Helen Ashdown", "Ask her.")
    one = questions(replace(intact, sender=SenderStatus.UNKNOWN, confirmed=None, checks=(doubt,)))[1]
    assert one.tone is Tone.BAD
    assert "not the key that you have" in one.evidence[0]


def test_an_independent_time_is_told_with_its_source(intact):
    one = questions(replace(intact, dated=Dated("A time stamp service", NOW)))[2]
    assert one.tone is Tone.OK
    assert one.answer.startswith("A time stamp service, 13 March 2026")


def test_a_conflict_is_bad_and_a_record_begun_anew_is_never_fine(intact, tmp_path):
    conflict = found(BundleState.IN_CONFLICT, tmp_path)
    assert isinstance(conflict, Verdict)
    assert (questions(conflict)[3].answer, questions(conflict)[3].tone) == ("No", Tone.BAD)
    again = Check("other-record", False, "This sender’s record has begun anew", "Ask the sender.")
    one = questions(replace(intact, checks=(*intact.checks, again)))[3]
    assert one.tone is Tone.WARN
    assert "begun anew" in one.evidence[-1]


def test_the_fifth_line_promises_nothing():
    assert LIMIT.answer == "No check can tell"
    assert LIMIT.tone is Tone.NONE


def test_many_exhibits_are_counted():
    assert named(("A", "B")) == "A, B"
    assert named(tuple("ABCDEFG")) == "A, B, C, D and 3 more"
