"""From which day on an exhibit may be disposed of. The periods are the school's; the latest day counts.

Source: domain.md, rule 8. What is not stated by anybody, and has no period in the policy, is never due.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from evidence_app import policy
from evidence_app.records import Due, Statement
from evidence_app.vault import decode, schema
from evidence_app.vault.index_common import split_name
from evidence_app.vault.queries import Queries

KEPT_UNTIL: Final = "kept_until"
"""Field of an incident or exhibit: the day (ISO 8601) from which on the school need not keep it."""
CLOSED_ON: Final = "closed_on"
"""Field of an incident: the day on which it was closed."""


def due(read: Queries, name: str) -> Due | None:
    """The day for an exhibit, or a received bundle or exhibit, in full; None where there is none."""
    with read.reading() as connection:
        return due_on(connection, read, name)


def due_on(connection: Connection, read: Queries, name: str) -> Due | None:
    """As `due`, on the caller's transaction."""
    received, number = split_name(name)
    if received:
        about = [received]
    else:
        exhibits = schema.exhibits
        query = select(exhibits.c.incident).where(exhibits.c.number == number)
        incident = connection.execute(query).scalar_one_or_none()
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
    if not received and len(about) > 1:
        found += _by_period(connection, about[1], said.get(about[1], {}))
    return max(found, key=lambda one: one.day, default=None)


def _by_period(connection: Connection, incident: str, said: Mapping[str, Statement]) -> list[Due]:
    """The day by the school's period for incidents of this kind, counted from when it was closed, or else
    last worked on; none where the school has set no period."""
    rules = policy.current()
    kind = policy.retention_of(rules, _stated(connection, incident, said))
    if kind.months is None:
        return []
    closed = said.get(CLOSED_ON)
    start = None if closed is None else _day(closed)
    if start is None:
        incidents = schema.incidents
        last = connection.execute(
            select(incidents.c.last_at).where(incidents.c.reference == incident)
        ).scalar_one()
        start = decode.moment(last).astimezone().date()
    words = f"{kind.months} months after {incident} was closed or last worked on: {kind.name}"
    return [Due(months_later(start, kind.months), words)]


def _stated(connection: Connection, incident: str, said: Mapping[str, Statement]) -> policy.Stated:
    """What was stated about an incident that its period can depend on."""
    exhibits, statements = schema.exhibits, schema.statements
    # Every kind that was ever stated about one of its exhibits: the longest period is found more often so.
    kinds = connection.scalars(
        select(statements.c.value)
        .join(exhibits, exhibits.c.number == statements.c.about)
        .where(exhibits.c.incident == incident, statements.c.field == "kind")
    )
    own = said.get("kind")
    categories = [*kinds, *([] if own is None else [own.value])]
    aimed_at = said.get("aimed_at")

    def answer(fact: policy.Fact) -> policy.Answer | None:
        value = "" if fact.value not in said else said[fact.value].value
        return policy.Answer(value) if value in set(policy.Answer) else None

    return policy.Stated(
        concerns_head=answer(policy.Fact.CONCERNS_HEAD),
        child_involved=answer(policy.Fact.CHILD_INVOLVED),
        radicalisation=answer(policy.Fact.RADICALISATION),
        harm_by_staff=answer(policy.Fact.HARM_BY_STAFF),
        danger=answer(policy.Fact.DANGER),
        indecent_image=answer(policy.Fact.INDECENT_IMAGE),
        categories=tuple(code.strip() for one in categories for code in one.split(",")),
        aimed_at=() if aimed_at is None else tuple(code.strip() for code in aimed_at.value.split(",")),
    )


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
