"""What window and command line share of searching: days, and the names of fields."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from evidence_app import fields
from evidence_app.vault.search_texts import NAMES


def field_name(code: str) -> str:
    """How a field is called in which something was found."""
    return NAMES.get(code) or fields.name_of(code)


def whole_days(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """The moments from which on and up to which these days of this computer's calendar last; both days count.

    A day at the very end of the calendar limits nothing.
    """
    try:
        after = None if last is None else last + timedelta(days=1)
    except OverflowError:
        after = None
    return _midnight(first), _midnight(after)


def _midnight(day: date | None) -> datetime | None:
    try:
        return None if day is None else datetime.combine(day, time.min).astimezone()
    except (OverflowError, ValueError, OSError):
        return None
