"""Times on a timeline: days without an exhibit, when a post was made beside when it was captured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication

from evidence_app.bundle.dates import day_of
from evidence_app.fields import moments
from evidence_app.records import Exhibit
from evidence_app.ui import say

LEAST_GAP = 2
"""So many whole days without an exhibit are worth a line."""


def tr(text: str) -> str:
    return QCoreApplication.translate("timeline", text)


def gap_words(newer: date, older: date) -> str:
    """As "No exhibit for 3 days, 12 to 14 March 2026"; empty where the days are close together.

    It says when nothing was captured or brought in, not that nothing happened.
    """
    days = (newer - older).days - 1
    if days < LEAST_GAP:
        return ""
    first, last = older + timedelta(days=1), newer - timedelta(days=1)
    return tr("No exhibit for {0} days, {1}").format(days, _from_to(first, last))


def span(one: datetime, other: datetime) -> str:
    """As "9 to 12 March 2026", by local days."""
    first, last = sorted((say.local(one).date(), say.local(other).date()))
    return day_of(last) if first == last else _from_to(first, last)


def _from_to(first: date, last: date) -> str:
    start = day_of(first)
    if first.year == last.year:
        start = start.rpartition(" ")[0]
        if first.month == last.month:
            start = str(first.day)
    return tr("{0} to {1}").format(start, day_of(last))


def posted(exhibit: Exhibit) -> Iterator[tuple[str, str, str]]:
    """When it was posted, as stated and as its number says, where that is another time than that of the
    capture beside it: words, kind and icon of a chip for each."""
    for field, words in (
        ("posted_interpreted", tr("Posted {0}, as stated")),
        ("posted_from_id", tr("Posted {0}, by its number")),
    ):
        when = moments.read_stated(say.stated(exhibit, field))
        if when is not None and _differs(when, exhibit.sealed_at):
            late = _day(when) > say.local(exhibit.sealed_at).date()
            shown = words.format(_words(when))
            if late:
                shown = tr("{0}: after the capture").format(shown)
            yield shown, "warn" if late else "neutral", "alert-circle" if late else "clock"


def _differs(when: moments.When, captured: datetime) -> bool:
    """By a minute, or as a day where no more is stated."""
    if isinstance(when, datetime):
        return abs(when - captured) >= timedelta(minutes=1)
    return when != say.local(captured).date()


def _day(when: moments.When) -> date:
    return say.local(when).date() if isinstance(when, datetime) else when


def _words(when: moments.When) -> str:
    if isinstance(when, datetime):
        return f"{say.short_day(when)}, {say.minute(when)}"
    return day_of(when)
