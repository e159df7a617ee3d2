"""What to do after each answer that is not a plain yes: numbered, in place, for somebody in a hurry."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from evidence_app.bundle import sentences
from evidence_app.bundle.dates import day_and_time
from evidence_app.records import Differs, ReceivedRow, Verdict
from evidence_app.ui import say
from evidence_app.ui.pages.contact_words import short_name
from evidence_app.ui.pages.verdict_faces import Face
from evidence_app.ui.widgets import Card, Chip, Divider, NumberedStep, Text, body, hint

Steps = Sequence[tuple[str, str]]


def _tr(text: str) -> str:
    return QCoreApplication.translate("verdict_steps", text)


def what_to_do(face: Face, name: str, row: ReceivedRow | None) -> Card:
    """The steps after this answer. `name` is the reader's own name for the sender, or empty; `row` is
    there where the vault keeps the file."""
    who = short_name(name) if name else _tr("the sender")
    steps = {
        Face.DAMAGED: _damaged,
        Face.NOT_FOR_YOU: _not_for_you,
        Face.NEWER: _newer,
        Face.IN_CONFLICT: _in_conflict,
    }.get(face, _altered)
    card = Card(_tr("What to do"), gap=0)
    for number, (title, text) in enumerate(steps(who, row), 1):
        if number > 1:
            card.add(Divider())
        card.add(NumberedStep(number, title, text))
    if face in (Face.ALTERED, Face.DAMAGED):
        card.add(Divider())
        note = hint(sentences.ALTERED_HINT)
        note.set_token("text")
        note.setContentsMargins(0, 8, 0, 0)
        card.add(note)
    return card


def _keep(row: ReceivedRow | None) -> tuple[str, str]:
    if row is None:
        return _tr("Keep this file"), _tr("Do not delete or rename it.")
    return (
        _tr("Keep this file"),
        _tr("Do not delete or rename it. Your vault has it too, exactly as it came, as {0}.").format(
            row.reference
        ),
    )


def _altered(who: str, row: ReceivedRow | None) -> Steps:
    return (
        _keep(row),
        (
            _tr("Ask {0} for a new copy").format(who),
            _tr("Their own vault is not affected. Use a USB stick if email may be the cause."),
        ),
        (_tr("Check the new copy here"), _tr("If it is intact, use that one.")),
        (_tr("If it is altered again"), _tr("Keep both, and tell your IT lead and the Chair of Governors.")),
    )


def _damaged(who: str, row: ReceivedRow | None) -> Steps:
    return (
        _keep(row),
        (
            _tr("Ask {0} for a new copy").format(who),
            _tr("Their own vault is not affected. Use a USB stick if email may be the cause."),
        ),
        (_tr("Check the new copy here"), _tr("A receipt can be issued for it, not for a damaged file.")),
        (
            _tr("If it is damaged again"),
            _tr("Let them bring their computer, or copy it with them. Tell your IT lead."),
        ),
    )


def _not_for_you(who: str, row: ReceivedRow | None) -> Steps:
    return (
        (
            _tr("Was it meant for you?"),
            _tr(
                "It opens only for the people that the sender named. It may have been sent to you by mistake."
            ),
        ),
        (
            _tr("If it was, give {0} your contact card").format(who),
            _tr("Save it here, and compare your eight words with them in person or by telephone."),
        ),
        (
            _tr("Ask them to seal it for you"),
            _tr("A new bundle is made from their vault. Nothing is lost by that."),
        ),
        _keep(row),
    )


def _newer(_who: str, row: ReceivedRow | None) -> Steps:
    kept = (
        _tr("Check it again then"),
        _tr("It is kept as {0}: open it from the received bundles.").format(row.reference),
    )
    return (
        _keep(row),
        (
            _tr("Ask your IT lead to update Evidence"),
            _tr("Your vault and everything in it stay as they are."),
        ),
        kept if row is not None else (_tr("Check it again then"), _tr("With the new version it opens.")),
    )


def _in_conflict(who: str, row: ReceivedRow | None) -> Steps:
    del row
    return (
        (
            _tr("Ask {0} what happened").format(who),
            _tr("A vault put back from a backup, or an old bundle opened late, can cause this."),
        ),
        (_tr("Keep this bundle and the earlier ones"), _tr("Together they show where they part.")),
        (
            _tr("Until it is explained, do not rely on either alone"),
            _tr("If it cannot be explained, tell your IT lead and the Chair of Governors."),
        ),
    )


def where_it_differs(verdict: Verdict) -> Card | None:
    """From which day on the sender's record is not the one that this reader saw; None where it is."""
    differs, facts = verdict.differs, verdict.facts
    if differs is None:
        return None
    card = Card(_tr("Where it differs"), gap=10)
    sealed = None if facts is None else facts.checkpoint
    ends = sealed is not None and sealed.size < differs.first.size
    size = 0 if sealed is None else sealed.size
    for chip, text in _lines(differs, ends=ends, size=size):
        card.body.addWidget(chip)
        card.add(body(text))
    card.add(
        Text(
            _tr("These are the times at which you saw the record, by the clock of this computer."),
            type="hint",
        )
    )
    return card


def _lines(differs: Differs, *, ends: bool, size: int) -> list[tuple[Chip, str]]:
    first, agrees = differs.first, differs.agrees
    lines = []
    if agrees is not None:
        lines.append(
            (
                Chip(_tr("The same until {0}").format(day_and_time(agrees.seen_at)), "ok", "check-circle"),
                _tr("The first {0} entries are still those that you saw on {1}.").format(
                    agrees.size, say.day(agrees.seen_at)
                ),
            )
        )
        since = _tr("Differs after {0}").format(day_and_time(agrees.seen_at))
    else:
        since = _tr("Differs from what you saw on {0}").format(day_and_time(first.seen_at))
    if ends:
        text = _tr("On {0} you saw {1} entries. The record in this bundle ends at entry {2}.").format(
            say.day(first.seen_at), first.size, size
        )
    else:
        text = _tr("On {0} you saw {1} entries. In this bundle, not all of them are the same.").format(
            say.day(first.seen_at), first.size
        )
    lines.append((Chip(since, "warn", "alert-circle"), text))
    return lines
