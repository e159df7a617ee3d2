"""What a person says of a batch of files that is brought in, and what became of each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from evidence_app import fields, policy
from evidence_app.records import Said, Source, StopAnswer


class Outcome(StrEnum):
    """What became of one file."""

    KEPT = "kept"
    ALREADY = "already there"
    REFUSED = "not brought in"
    STOPPED = "stopped before it"


@dataclass(frozen=True, slots=True)
class Brought:
    """One file of a batch: `number` of its exhibit (or of the one that has these bytes already), and what
    there is to say in a sentence. `preview`: whether there is one; None where nothing was looked at.
    `parts` are the exhibits made of what was attached to it."""

    name: str
    outcome: Outcome
    number: str = ""
    sentence: str = ""
    preview: bool | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a person says about all files of a batch at once. `again`: also what is there already."""

    answer: StopAnswer
    advised_by: str = ""
    received_from: str = ""
    received_on: str = ""
    again: bool = False

    def said(self) -> tuple[Said, ...]:
        """The statements about each exhibit; raises `UsageError` for what cannot stand in a field."""
        now, rules = datetime.now(UTC).astimezone(), policy.current()
        found = []
        for code, value in (("received_from", self.received_from), ("received_on", self.received_on)):
            name = fields.named(code)
            if value.strip() and name is not None:
                found.append(Said(code, fields.checked(name, value, rules, now).value, Source.TYPED))
        return tuple(found)


FileCall = Callable[[int, Brought], None]
"""Called when something is known of the file at this place of the batch; a second time after it was read."""
