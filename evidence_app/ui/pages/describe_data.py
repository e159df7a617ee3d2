"""What "Describe what happened" reads and records: plain functions for the runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from evidence_app import workflows
from evidence_app.errors import UsageError
from evidence_app.fields import moments
from evidence_app.policy import Guidance
from evidence_app.records import Incident, Said
from evidence_app.ui.pages import stating_data
from evidence_app.vault.vault import Vault

LINKED = "linked.incident"
WHY = "linked.why"


@dataclass(frozen=True, slots=True)
class Described:
    """An incident as it stands, and the others it could be linked with (reference to title)."""

    incident: Incident
    others: Mapping[str, str]
    links: tuple[workflows.Link, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """What is on record now. `refused` maps the code of a field to the sentence why it was not taken."""

    described: Described
    count: int
    notes: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def load(vault: Vault, reference: str) -> Described:
    """Raises `UsageError` for an incident that does not exist."""
    incident = vault.read.incident(reference)
    links = workflows.links(vault, incident.reference)
    gone = {incident.reference, *(one.reference for one in links)}
    others = {one.reference: one.title for one in vault.read.incidents() if one.reference not in gone}
    return Described(incident, others, links)


def save(vault: Vault, reference: str, said: Sequence[Said]) -> Saved:
    """State what can stand, and say of each of the rest why it cannot: one slip does not cost the others."""
    linked = {one.field: one for one in said if one.field in (LINKED, WHY)}
    taken = stating_data.state(vault, reference, [one for one in said if one.field not in linked])
    count, refused = taken.count, dict(taken.refused)
    if LINKED in linked and linked[LINKED].value:
        why = linked[WHY].value if WHY in linked else ""
        try:
            workflows.link(vault, reference, linked[LINKED].value, why)
            count += 1
        except UsageError as error:
            refused[LINKED] = error.message
    return Saved(load(vault, reference), count, taken.notes, refused)


def time_words(value: str) -> str:
    """A stated time as it can be typed again: without the zone where that is this computer's."""
    when = moments.read_stated(value)
    if not isinstance(when, datetime):
        return value
    day, _, clock = moments.written(when).partition("T")
    if when.utcoffset() == when.astimezone().utcoffset():
        return f"{day} {clock[:-6]}"
    return f"{day} {clock[:-6]} {clock[-6:]}"


def guidance(one: Guidance) -> str:
    """The sentence with its paragraph."""
    return with_paragraph(one.text, one.paragraph)


def with_paragraph(text: str, paragraph: str) -> str:
    """`… (paragraph 6.24)`; without one where none says it."""
    return f"{text} (paragraph {paragraph})" if paragraph else text
