"""The verdict on one page of paper: what was asked of a bundle, what was found, and what to do next.

Every text of somebody else is cut to a room that is known, so that the page is always one; problems that
do not fit are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from evidence_app.bundle import questions, sentences
from evidence_app.bundle.dates import moment_of, plural
from evidence_app.bundle.paper import paper
from evidence_app.bundle.questions import Question, Tone
from evidence_app.bundle.report_text import within
from evidence_app.bundle.report_words import ROLES
from evidence_app.bundle.text import shown, shown_name
from evidence_app.errors import EvidenceError, UsageError
from evidence_app.ledger import utc_text
from evidence_app.records import BundleState, Owner, Verdict

_STATES: Final[Mapping[BundleState, tuple[Tone, str]]] = {
    BundleState.INTACT: (Tone.OK, "shield-check"),
    BundleState.ALTERED: (Tone.BAD, "shield-x"),
    BundleState.DAMAGED: (Tone.BAD, "shield-broken"),
    BundleState.SENDER_NOT_CONFIRMED: (Tone.WARN, "shield-question"),
    BundleState.IN_CONFLICT: (Tone.WARN, "shield-differs"),
    BundleState.NOT_FOR_YOU: (Tone.NONE, "lock"),
    BundleState.NEWER: (Tone.NONE, "shield-newer"),
}
_ANSWERS: Final = {
    Tone.OK: "check-circle",
    Tone.WARN: "alert-circle",
    Tone.BAD: "x-circle",
    Tone.NONE: "minus",
}
_AGAIN: Final = (
    "Keep this file. Do not delete or rename it.",
    "Ask {who} for a new copy, by another way such as a USB stick. Their own vault is not affected.",
    "Check the new copy. If it is intact, use that one.",
    "If that one fails too, keep both, and tell your IT lead and the Chair of Governors.",
)
_STEPS: Final[Mapping[BundleState, tuple[str, ...]]] = {
    BundleState.INTACT: (
        "Issue a receipt, so that the sender can show when it was received.",
        "Keep the sealed file. This page says what was found; it does not take its place.",
        "Enter in the register what was decided.",
    ),
    BundleState.ALTERED: _AGAIN,
    BundleState.DAMAGED: _AGAIN,
    BundleState.SENDER_NOT_CONFIRMED: (
        "Until the sender is confirmed, treat the name as a claim.",
        "Meet the person, or ring a number that you already have. Compare the eight words of their key.",
        "If they are the same, confirm the contact and check the bundle again. If not, tell your IT lead.",
    ),
    BundleState.IN_CONFLICT: (
        "Ask {who} what happened. A vault put back from a backup, or an old bundle, can cause this.",
        "Keep this bundle and the earlier ones. Together they show where they part.",
        "Until it is explained, do not rely on either alone.",
        "If it cannot be explained, tell your IT lead and the Chair of Governors.",
    ),
    BundleState.NOT_FOR_YOU: (
        "If you are meant to read it, give the sender your contact card and ask for a bundle sealed for you.",
        "If not, tell the sender that it has reached you, and pass it to nobody else.",
    ),
    BundleState.NEWER: (
        "That says nothing about the bundle itself. Keep the file as it is.",
        "Ask your IT lead for the newer version of the program, and check it again.",
    ),
}
_DOUBT: Final = (Tone.BAD, "shield-key")
"""The look of a bundle under the name of a contact, or one that imitates it, by another key."""
_STEPS_IN_DOUBT: Final = (
    "Do not confirm the sender, and do not rely on the bundle, before you have asked the person you know.",
    "Ask in person, or by a number that you already have, whether they sealed it and have a new vault.",
    "If they did not, keep the file, and tell your IT lead and the Chair of Governors.",
)
_MOST_PROBLEMS: Final = 12
_NAME, _SENTENCE, _PARAGRAPH, _MESSAGE = 90, 240, 360, 160
"""Room for so many letters."""


def verdict_report(
    found: Verdict | EvidenceError,
    file_name: str,
    local: Callable[[datetime], datetime],
    *,
    by: Owner | None = None,
    at: datetime | None = None,
    sha256: str = "",
    reference: str = "",
) -> bytes:
    """One page, PDF, about a bundle that was checked, or why it could not be.

    `local` turns a moment into the local time of who checked it, `by`; None where that was without a vault.
    `at` is when it was found where there is no verdict. `sha256` (hex) of the file and its `reference` in
    the register are printed where they are known. Raises `UsageError` for an error that says nothing about
    a bundle, `StorageError` where the page cannot be made.
    """
    try:
        state = sentences.state_on_arrival(found)
    except ValueError as error:
        raise UsageError(
            "There is no verdict on this file, so there is nothing to report. Nothing was written."
        ) from error
    verdict = found if isinstance(found, Verdict) else None
    if isinstance(found, Verdict):
        checked_at, asked, problems = found.checked_at, questions.questions(found), found.problems
        sentence, below = sentences.describe(found)
    else:
        checked_at, asked, problems = at or datetime.now(UTC), questions.unanswered(state), ()
        sentence, below = sentences.describe_failure(found)
    facts = None if verdict is None else verdict.facts
    file = within(shown_name(file_name), _NAME)
    (tone, icon), steps = _STATES[state], _STEPS[state]
    if state is BundleState.SENDER_NOT_CONFIRMED and verdict and sentences.doubt_about_sender(verdict):
        (tone, icon), steps = _DOUBT, _STEPS_IN_DOUBT
    who = "the sender" if verdict is None or verdict.confirmed is None else verdict.confirmed.name
    value = {
        "plain_title": f"Verdict on {shown_name(file_name)}",
        "plain_tone": tone.value,
        "plain_icon": icon,
        "school": "" if by is None else within(by.school, _NAME),
        "file": file,
        "sentence": _cut(sentence, _SENTENCE),
        "below": _cut(below, _PARAGRAPH),
        "questions": [_question(one) for one in asked],
        "problems": [
            [_cut(one.where, _NAME) or "The bundle", _cut(one.message, _MESSAGE)]
            for one in problems[:_MOST_PROBLEMS]
        ],
        "problem_count": len(problems),
        "unharmed": _unharmed(verdict),
        "steps": [step.format(who=within(who, _NAME)) for step in steps],
        "about": _about(verdict, reference),
        "checked": [
            ["File", file],
            ["Checked", moment_of(local(checked_at))],
            ["In UTC", utc_text(checked_at)],
            ["By the clock", "Of the computer on which it was checked, compared with no other"],
            ["Checked by", _reader(by)],
        ],
        "key_words": "" if facts is None else " ".join(facts.sender_words),
        "digest": "" if facts is None else facts.digest,
        "words": "" if facts is None else " ".join(facts.words),
        "sha256": sha256,
    }
    return paper("verdict", value, sorted({"logo", icon, *_ANSWERS.values()}), checked_at)


def _about(verdict: Verdict | None, reference: str) -> list[list[str]]:
    """What the bundle says about itself, as far as it could be read; a name only as what it is."""
    rows = [["In the register", reference]] if reference else []
    facts = None if verdict is None else verdict.facts
    if verdict is None or facts is None:
        return [*rows, ["From", "Not readable"]]
    confirmed = verdict.confirmed
    claimed = f"{within(facts.sender_name, _NAME)}. So it says; not confirmed."
    incident = f"{facts.incident_reference} {facts.incident_title}".strip()
    return [
        *rows,
        ["From", claimed if confirmed is None else within(confirmed.name, _NAME)],
        ["Incident", _cut(incident, _NAME)],
        ["Sealed for", within(questions.named(facts.sealed_for), _NAME) or "Whoever has the passphrase"],
        ["Contents", plural(len(verdict.exhibits), "exhibit", "exhibits")],
    ]


def _reader(by: Owner | None) -> str:
    if by is None:
        return "Not recorded: it was checked without a vault"
    role = ROLES.get(by.role.value, by.role.value)
    return within(", ".join(filter(None, (by.name, role, by.school))), 2 * _NAME)


def _question(one: Question) -> dict[str, str]:
    return {
        "title": one.title,
        "plain_tone": one.tone.value,
        "plain_icon": _ANSWERS[one.tone],
        "answer": _cut(one.answer, _NAME),
        "evidence": _cut(" ".join(one.evidence), _PARAGRAPH),
    }


def _unharmed(verdict: Verdict | None) -> str:
    """What of an altered bundle is still as it was sealed."""
    if verdict is None or verdict.unchanged:
        return ""
    same = tuple(one.number for one in verdict.exhibits if one.unchanged)
    if not same:
        return "No exhibit in it can be relied on."
    verb = "is" if len(same) == 1 else "are"
    return f"{questions.named(same, 8)} {verb} as {'it was' if len(same) == 1 else 'they were'} sealed."


def _cut(text: str, most: int) -> str:
    """On one line, inert, and of a room that is known."""
    return within(" ".join(shown(text).split()), most)
