"""From which day on an exhibit may be disposed of. The periods are the school's; the latest day counts.

Source: domain.md, rule 8. What is not stated by anybody, and has no period in the policy, is never due.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from evidence_app.records import Due, Statement
from evidence_app.vault import schema
from evidence_app.vault.queries import Queries

KEPT_UNTIL: Final = "kept_until"
"""Field of an incident or exhibit: the day (ISO 8601) from which on the school need not keep it."""
CLOSED_ON: Final = "closed_on"
"""Field of an incident: the day on which it was closed."""


def due(read: Queries, number: str) -> Due | None:
    """The day for an exhibit by its full number, None where there is none."""
    with read.reading() as connection:
        return due_on(connection, read, number)


def due_on(connection: Connection, read: Queries, number: str) -> Due | None:
    """As `due`, on the caller's transaction."""
    exhibits = schema.exhibits
    incident = connection.execute(
        select(exhibits.c.incident).where(exhibits.c.number == number)
    ).scalar_one_or_none()
    about = [number] if incident is None else [number, incident]
    said = read.newest(connection, about)
    found = []
    for one in about:
        stated = said.get(one, {}).get(KEPT_UNTIL)
        if stated is None:
            continue
        day = _day(stated)
        if day is None:
            return None  # what was stated cannot be read: nobody may act on it
        found.append(Due(day, f"stated for {one} by {stated.by} on {stated.at:%d.%m.%Y}"))
    return max(found, key=lambda one: one.day, default=None)


def _day(said: Statement) -> date | None:
    try:
        return date.fromisoformat(said.value.strip())
    except ValueError:
        return None


def months_later(day: date, months: int) -> date:
    """The same day `months` later; the last of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
