"""The four questions of a verdict, each with its answer and what it rests on, and the fifth line.

Source: domain.md, "The verdict: four separate questions, never one word".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence_app.bundle.dates import day_and_time
from evidence_app.records import BundleState, Check, Consistency, SenderStatus, Verdict

MOST_NAMED: Final = 4


class Tone(StrEnum):
    """How an answer is meant: fine, to be looked at, failed, or nothing to compare with."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Question:
    """One question, its answer in a few words, and the sentences on which the answer rests."""

    title: str
    tone: Tone
    answer: str
    evidence: tuple[str, ...]


_UNCHANGED: Final = "Unchanged since it was sealed?"
_SENDER: Final = "Sealed by whom?"
_DATED: Final = "Dated by whom?"
_CONSISTENT: Final = "Consistent with what was received before?"
LIMIT: Final = Question(
    "True, and written by whom?",
    Tone.NONE,
    "No check can tell",
    ("Whether what the pictures show is true, or who wrote it, no check of this kind can tell.",),
)
"""The fifth line, with every verdict and where there is none."""

_NOT_ANSWERED: Final = {
    BundleState.DAMAGED: "The file could not be read to its end.",
    BundleState.NOT_FOR_YOU: "It is sealed for other keys and stayed closed.",
    BundleState.NEWER: "This version of the program does not know its format.",
}
_CONSISTENCY: Final = {
    Consistency.YES: (Tone.OK, "Yes"),
    Consistency.NO: (Tone.BAD, "No"),
    Consistency.FIRST: (Tone.NONE, "The first one"),
    Consistency.UNKNOWN: (Tone.NONE, "Not compared"),
}


def questions(verdict: Verdict) -> tuple[Question, ...]:
    """The four questions and the fifth line."""
    return (_unchanged(verdict), _sender(verdict), _dated(verdict), _consistent(verdict), LIMIT)


def unanswered(state: BundleState) -> tuple[Question, ...]:
    """The same for a bundle in one of the states that have no verdict."""
    titles = (_UNCHANGED, _SENDER, _DATED, _CONSISTENT)
    return (*(Question(one, Tone.NONE, "Not answered", (_NOT_ANSWERED[state],)) for one in titles), LIMIT)


def named(numbers: tuple[str, ...], most: int = MOST_NAMED) -> str:
    """`HXA/001, HXA/002`; beyond `most` they are counted."""
    more = len(numbers) - most
    return ", ".join(numbers[:most]) + (f" and {more} more" if more > 0 else "")


def _unchanged(verdict: Verdict) -> Question:
    checks = _checks(verdict, "seal", "files", "record")
    if verdict.unchanged:
        return Question(_UNCHANGED, Tone.OK, "Yes", _told(checks))
    changed = tuple(one.number for one in verdict.exhibits if not one.unchanged)
    answer = f"No: {named(changed)}" if changed else "No"
    return Question(_UNCHANGED, Tone.BAD, answer, _told([one for one in checks if not one.passed]))


def _sender(verdict: Verdict) -> Question:
    sender = _checks(verdict, "sender")
    doubts = _checks(verdict, "key-changed", "looks-like", "not-named", "name-changed")
    told = _told([*sender, *doubts])
    if any(one.passed is False for one in sender):
        return Question(_SENDER, Tone.BAD, "Not known", told)
    loud = any(one.passed is False for one in doubts)
    if verdict.sender is SenderStatus.CONFIRMED and verdict.confirmed is not None:
        return Question(_SENDER, Tone.WARN if loud else Tone.OK, verdict.confirmed.name, told)
    known = verdict.sender is not SenderStatus.UNKNOWN
    answer = "A known key, not confirmed" if known else "An unknown key"
    return Question(_SENDER, Tone.BAD if loud else Tone.WARN, answer, told)


def _dated(verdict: Verdict) -> Question:
    told = tuple(one.summary for one in _checks(verdict, "time"))
    if verdict.dated is None:
        return Question(_DATED, Tone.NONE, "Only the sender’s clock", told)
    answer = f"{verdict.dated.by}, {day_and_time(verdict.dated.at)}"
    return Question(_DATED, Tone.OK, answer, told)


def _consistent(verdict: Verdict) -> Question:
    tone, answer = _CONSISTENCY[verdict.consistent]
    again = _checks(verdict, "other-record")
    told = (*(one.summary or one.title for one in _checks(verdict, "earlier")), *_told(again))
    return Question(_CONSISTENT, Tone.WARN if again and tone is not Tone.BAD else tone, answer, told)


def _checks(verdict: Verdict, *codes: str) -> list[Check]:
    return [check for code in codes for check in verdict.checks if check.code == code]


def _told(checks: list[Check]) -> tuple[str, ...]:
    return tuple(" ".join(filter(None, (f"{one.title}.", one.summary))) for one in checks)
