"""Dates and times in words, on the reader's own clock: `3 March 2026, 2:15pm`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

MONTHS = (
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
_ZONE_NAME = 5
"""Letters of a name such as AEST; Windows has whole sentences."""


def day(moment: datetime) -> str:
    """`3 March 2026` in local time."""
    return day_of(_local(moment))


def brief_day(moment: datetime) -> str:
    """`3 Mar 2026` in local time."""
    local = _local(moment)
    return f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}"


def day_of(moment: date) -> str:
    """`3 March 2026`; of a time, in its own zone."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def day_and_time(moment: datetime) -> str:
    """`3 March 2026, 2:15pm` in local time."""
    local = _local(moment)
    half = "am" if local.hour < _NOON else "pm"
    return f"{day(moment)}, {(local.hour - 1) % _NOON + 1}:{local.minute:02d}{half}"


def clock_of(moment: datetime) -> str:
    """`14:32:07 GMT`; a zone without a short name is told by its distance from UTC."""
    name = moment.tzname() or ""
    if not (name.isascii() and name.isalpha() and len(name) <= _ZONE_NAME):
        offset = moment.strftime("%z")
        name = f"UTC{offset[:3]}:{offset[3:5]}"
    return f"{moment:%H:%M:%S} {name}"


def moment_of(moment: datetime) -> str:
    """`3 March 2026, 14:32:07 GMT` in the moment's own zone."""
    return f"{day_of(moment)}, {clock_of(moment)}"


def duration(length: timedelta) -> str:
    """`2 days 3 hours`; parts of an hour are left out."""
    hours = length.seconds // 3600
    parts = [plural(length.days, "day", "days")] if length.days else []
    return " ".join([*parts, plural(hours, "hour", "hours")] if hours else parts)


def plural(count: int, one: str, many: str) -> str:
    """`1 exhibit`, `5 exhibits`."""
    return f"{count} {one if count == 1 else many}"


def _local(moment: datetime) -> datetime:
    try:
        return moment.astimezone()
    except (OverflowError, ValueError, OSError):
        # The first and last day of the calendar, which only a hostile bundle names.
        return moment
