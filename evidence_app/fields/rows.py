"""Fields with rows: whom the incident was told to, reports to a platform, witnesses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence_app.fields.catalogue import named
from evidence_app.records import Statement


@dataclass(frozen=True, slots=True)
class Row:
    """One row, counted from 1; `parts` are the newest statements by the code of the part."""

    number: int
    parts: Mapping[str, Statement] = field(default_factory=dict)

    def value(self, part: str) -> str:
        """The newest value of a part, empty where nothing was said."""
        said = self.parts.get(part)
        return "" if said is None else said.value

    @property
    def is_empty(self) -> bool:
        """Whether everything in it was taken back."""
        return not any(one.value for one in self.parts.values())


def all_rows(statements: Mapping[str, Statement], code: str) -> tuple[Row, ...]:
    """The rows of a field, also those that were emptied again, from the newest statements."""
    found: dict[int, dict[str, Statement]] = {}
    for text, said in statements.items():
        name = named(text) if text.startswith(f"{code}.") else None
        if name is not None and name.row:
            found.setdefault(name.row, {})[name.spec.code] = said
    return tuple(Row(number, found[number]) for number in sorted(found))


def rows(statements: Mapping[str, Statement], code: str) -> tuple[Row, ...]:
    """The rows of a field that say something, in their order."""
    return tuple(one for one in all_rows(statements, code) if not one.is_empty)
