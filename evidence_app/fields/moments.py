"""Times as people write them, and as they stand in a statement: `2026-03-12` or `2026-03-12T14:15+00:00`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evidence_app.errors import UsageError

When = date | datetime
"""A whole day, or an aware moment."""

_FIRST_YEAR: Final = 1990
_GRACE: Final = timedelta(minutes=10)
"""Clocks of two devices differ by as much."""

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_ISO: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,6})?)?"
    r"\s*(?P<zone>\S.*)?)?"
)
_WORDS: Final = re.compile(
    r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)? (?P<name>[A-Za-z]{3,9}) (?P<year>[0-9]{4})"
    r"(?:,? (?:at )?(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>\S.*)?)?"
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
_SHORT: Final = {"Z": 0, "UTC": 0, "GMT": 0, "BST": 1}


def read(text: str, name: str) -> When:
    """A day or a moment. Without a zone it is in that of this computer. Raises `UsageError`."""
    found = _ISO.fullmatch(text.strip()) or _WORDS.fullmatch(" ".join(text.split()))
    if found is None:
        raise _not_a_time(name, text)
    parts = found.groupdict()
    try:
        day = date(int(parts["year"]), _month(parts, name, text), int(parts["day"]))
        if parts["hour"] is None:
            return day
        clock = time(_hour(parts), int(parts["minute"]), int(parts.get("second") or 0))
        moment = datetime.combine(day, clock)
        zone = parts["zone"]
        return moment.astimezone() if zone is None else _in_zone(moment, zone.strip(), name)
    except (ValueError, OverflowError) as error:
        raise _not_a_time(name, text) from error


def read_stated(text: str) -> When | None:
    """What stands in a statement; None for text that this version did not write."""
    try:
        if len(text) == len("2026-03-12"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def written(when: When) -> str:
    """As it stands in a statement."""
    if not isinstance(when, datetime):
        return when.isoformat()
    return when.isoformat(timespec="seconds" if when.second else "minutes")


def check_past(when: When, now: datetime, name: str) -> None:
    """Raise `UsageError` for what lies ahead, or so far back that the year must be a slip."""
    if when.year < _FIRST_YEAR:
        raise UsageError(f"“{name}” is in {when.year}. Nothing was changed. Check the year.")
    if first_moment(when, now) > now + _GRACE:
        raise UsageError(
            f"“{name}” lies ahead: {written(when)}. Nothing was changed. Check the day and the time."
        )


def check_order(earlier: When, later: When, now: datetime, names: tuple[str, str]) -> None:
    """Raise `UsageError` where the later one is before the earlier one; a day counts as all its hours."""
    if _last_moment(later, now) < first_moment(earlier, now):
        raise UsageError(
            f"“{names[1]}” ({written(later)}) is before “{names[0]}” ({written(earlier)}). "
            "Nothing was changed. Check which of the two is right."
        )


def first_moment(when: When, now: datetime) -> datetime:
    """The moment, or the first one of the day in the zone of `now`."""
    return when if isinstance(when, datetime) else datetime.combine(when, time.min, now.tzinfo or UTC)


def _last_moment(when: When, now: datetime) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, time.max, now.tzinfo or UTC)


def _month(parts: dict[str, str], name: str, text: str) -> int:
    word = parts.get("name")
    if word is None:
        return int(parts["month"])
    fitting = [at for at, month in enumerate(_MONTHS, 1) if month.startswith(word.lower())]
    if len(fitting) != 1:
        raise _not_a_time(name, text)
    return fitting[0]


def _hour(parts: dict[str, str]) -> int:
    hour, half = int(parts["hour"]), parts.get("half")
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _in_zone(moment: datetime, zone: str, name: str) -> datetime:
    return moment.replace(tzinfo=_zone(zone, moment, name))


def _zone(text: str, moment: datetime, name: str) -> tzinfo:
    offset = _OFFSET.fullmatch(text)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes <= 14 * 60 and int(offset[3] or 0) < 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    elif text.upper() in _SHORT:
        return timezone(timedelta(hours=_SHORT[text.upper()]))
    else:
        found = _quietly(lambda: ZoneInfo(text).utcoffset(moment))
        if found is not None:
            return timezone(found)
    raise UsageError(
        f"“{name}”: the time zone {text[:40]!r} is not known. Nothing was changed. Write how far it is from "
        "UTC, such as +01:00, or leave it out where it is that of this computer."
    )


def _quietly(ask: Callable[[], timedelta | None]) -> timedelta | None:
    try:
        return ask()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _not_a_time(name: str, text: str) -> UsageError:
    return UsageError(
        f"“{name}”: {text.strip()[:40]!r} is no day or time that can be read. Nothing was changed. "
        "Write it as 2026-03-12 or 2026-03-12 14:15."
    )
