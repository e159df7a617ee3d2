"""Dates and times in words, on the reader's own clock: `3 March 2026, 2:15pm`."""

from __future__ import annotations

from datetime import datetime

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NOON = 12


def day(moment: datetime) -> str:
    """`3 March 2026` in local time."""
    return day_of(_local(moment))


def day_of(moment: datetime) -> str:
    """`3 March 2026` in the moment's own zone."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def day_and_time(moment: datetime) -> str:
    """`3 March 2026, 2:15pm` in local time."""
    local = _local(moment)
    half = "am" if local.hour < _NOON else "pm"
    return f"{day(moment)}, {(local.hour - 1) % _NOON + 1}:{local.minute:02d}{half}"


def _local(moment: datetime) -> datetime:
    try:
        return moment.astimezone()
    except (OverflowError, ValueError, OSError):
        # The first and last day of the calendar, which only a hostile bundle names.
        return moment
