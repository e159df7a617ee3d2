"""What a field is: its code in the record, its name, what may stand in it, and who may read it.

Window, command line, report and formats all speak of the same fields. A field whose rows can be several
(`told`) has parts; in the record a part is `told.1.whom`, so that each of them is a statement with a
history of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from evidence_app.policy import Access, Choice, Moment, Policy


class Kind(StrEnum):
    """What may stand in a field."""

    LINE = "line"
    LONG = "long"
    CHOICE = "choice"
    SEVERAL = "several"
    ANSWER = "answer"
    MOMENT = "moment"
    DAY = "day"
    ADDRESS = "address"
    PHONE = "phone"
    INCIDENT = "incident"
    ROWS = "rows"


class Section(StrEnum):
    """The small steps in which a person goes through the fields, in this order."""

    WHAT = "what"
    SAFETY = "safety"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    POST = "post"
    ACCESS = "access"
    TOLD = "told"
    DONE = "done"
    KEEPING = "keeping"


class Reach(StrEnum):
    """Who may read it. RESTRICTED: in a bundle only if it was chosen. PRIVATE: never in one."""

    OPEN = "open"
    RESTRICTED = "restricted"
    PRIVATE = "private"


class Of(StrEnum):
    """What a field can be stated about."""

    INCIDENT = "incident"
    EXHIBIT = "exhibit"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `code` is what records keep, `name` is shown; a change of the code is a new field.

    `choices` names the list of the policy that a CHOICE or SEVERAL is chosen from. `quoted`: what somebody
    else wrote, so it is kept as it was, odd characters and all. `past`: a MOMENT or DAY that cannot lie
    ahead. `needed`: it cannot be emptied again. `said_apart`: opinion and effect, never mixed with facts.
    `guidance`: what is to be shown beside it.
    """

    code: str
    name: str
    kind: Kind
    section: Section
    of: frozenset[Of]
    choices: str = ""
    reach: Reach = Reach.OPEN
    quoted: bool = False
    past: bool = True
    needed: bool = False
    said_apart: bool = False
    about: str = ""
    guidance: Moment | None = None
    parts: tuple[FieldSpec, ...] = ()

    def part(self, code: str) -> FieldSpec | None:
        """The part of a row by its code."""
        return next((one for one in self.parts if one.code == code), None)

    def offered(self, rules: Policy) -> tuple[Choice | Access, ...]:
        """What can be chosen, in the order of the policy; empty for other kinds."""
        return tuple(getattr(rules, self.choices)) if self.choices else ()


@dataclass(frozen=True, slots=True)
class Named:
    """A field as a statement names it. `row` counts from 1; 0 where the field has no rows.

    `spec` is that of the part where there is one, and `field` always the whole field.
    """

    field: FieldSpec
    spec: FieldSpec
    row: int = 0

    @property
    def code(self) -> str:
        """As it stands in a statement: `facts`, `told.2.whom`."""
        return f"{self.field.code}.{self.row}.{self.spec.code}" if self.row else self.field.code

    @property
    def name(self) -> str:
        """As it is shown: `What happened`, `Told: whom (2)`."""
        if not self.row:
            return self.field.name
        count = f" ({self.row})" if self.row > 1 else ""
        return f"{self.field.name}: {self.spec.name.lower()}{count}"


def several(text: str) -> tuple[str, ...]:
    """The codes of a SEVERAL as it stands in a statement, each once: `insult,threat`."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def joined(codes: Iterable[str]) -> str:
    """The inverse of `several`."""
    return ",".join(codes)
