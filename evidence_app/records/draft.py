"""What was typed and is not recorded yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evidence_app.records.vault import Said


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished form. `page` names the form, `about` what it is about (a number, a reference, or empty).

    `said` is by the names that the form gives its fields; it is no statement before it is recorded.
    """

    page: str
    about: str
    at: datetime
    said: tuple[Said, ...]

    def value(self, field: str) -> str:
        """What stands in a field; empty where nothing does."""
        return next((one.value for one in self.said if one.field == field), "")
