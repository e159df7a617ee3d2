"""The register on paper: one row for each received bundle, landscape, with the page's number on each page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from evidence_app.bundle.dates import brief_day, day, moment_of, plural
from evidence_app.bundle.paper import paper, paper_pictures
from evidence_app.bundle.report_text import within
from evidence_app.bundle.report_words import ROLES, STATES
from evidence_app.bundle.text import shown
from evidence_app.records import Owner, RegisterRow

MAX_ROWS: Final = 1_000
"""Rows on one paper: its pages are laid out in memory (measured: 240 MB and 2 s; 10,000 rows took 1.9 GB)."""
_NAME: Final = 120
_NOTE: Final = 300
"""Room for so many letters; in full it is in the record."""
_MOST_BESIDE: Final = 4
_ICONS: Final = ("clock", "logo")


def register_report(rows: Sequence[RegisterRow], owner: Owner, now: datetime) -> bytes:
    """These rows of the register in their order, as PDF; `now` is when it is made.

    Beyond `MAX_ROWS` they are counted, not printed. Raises `StorageError` where the paper cannot be made.
    """
    return paper("register", _value(rows, owner, now), _ICONS, now)


def register_pictures(
    rows: Sequence[RegisterRow], owner: Owner, now: datetime, ppi: int
) -> tuple[bytes, ...]:
    """The pages of the same paper as PNG pictures of `ppi` pixels per inch, for a printer."""
    return paper_pictures("register", _value(rows, owner, now), _ICONS, now, ppi)


def _value(rows: Sequence[RegisterRow], owner: Owner, now: datetime) -> dict[str, object]:
    late = sum(one.overdue for one in rows)
    open_ones = sum(not one.settled for one in rows)
    more = len(rows) - MAX_ROWS
    made = f"{owner.name}, {ROLES[owner.role.value]}, on {moment_of(now.astimezone())}"
    return {
        "plain_title": f"Register of received bundles, {day(now)}",
        "school": within(owner.school, _NAME),
        "made": within(made, 2 * _NAME),
        "counted": f"{plural(len(rows), 'bundle', 'bundles')}: {open_ones} not settled, {late} overdue.",
        "rows": [_row(one) for one in rows[:MAX_ROWS]],
        "more": f"And {more} more. Narrow the list down to print them." if more > 0 else "",
    }


def _row(one: RegisterRow) -> dict[str, object]:
    row, receipt, outcome = one.row, one.receipt, one.outcome
    confirmed = one.contact is not None and one.contact.confirmed_at is not None
    named = within(one.sender, _NAME)
    title = within(shown(row.title or row.file_name).replace("\n", " "), _NAME)
    return {
        "received": brief_day(row.received_at),
        "reference": row.reference,
        "from": named or "Not readable",
        "sender": ("Confirmed" if confirmed else "Not confirmed") if named else "",
        "title": title,
        "beside": _beside(one),
        "exhibits": str(len(row.exhibits)) if row.exhibits else "–",
        "state": STATES[one.state],
        "plain_late": one.overdue,
        "age": _age(one),
        "receipt": "Not issued" if receipt is None else f"Issued {brief_day(receipt.recorded_at)}",
        "decided": within(one.outcome_name, _NAME) or "Not decided yet",
        "when": "" if outcome is None else f"{brief_day(outcome.at)}, by {within(outcome.by, _NAME)}",
        "note": within(" ".join(shown(one.outcome_note).split()), _NOTE),
    }


def _age(one: RegisterRow) -> str:
    if one.settled:
        return "Settled"
    waiting = plural(one.age_days, "day", "days")
    if one.overdue:
        return f"Overdue: {waiting}"
    return waiting if one.age_days else "Came today"


def _beside(one: RegisterRow) -> str:
    """What is seen together with it; why is said in the program, where it can be looked at."""
    names = [other.reference for other in one.related]
    more = len(names) - _MOST_BESIDE + one.related_more
    listed = ", ".join(names[:_MOST_BESIDE]) + (f" and {more} more" if more > 0 else "")
    return f"Seen with {listed}" if names else ""
