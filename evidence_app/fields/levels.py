"""The collection level that is shown: what was recorded, raised by what a second person says."""

from __future__ import annotations

from typing import Final

from evidence_app.fields.rows import Row, rows
from evidence_app.records import Exhibit, Level

_RAISED: Final = frozenset({Level.SCREEN, Level.BROWSER})
_WHOLE: Final = ("name", "role", "when", "words")


def witnesses(exhibit: Exhibit) -> tuple[Row, ...]:
    """Who saw it live: only rows in which name, role, time and their own words all stand."""
    return tuple(
        row for row in rows(exhibit.statements, "witness") if all(row.value(part) for part in _WHOLE)
    )


def shown_level(exhibit: Exhibit) -> Level:
    """C4 for what was captured here and a second named person saw live, else as recorded (`level`)."""
    return Level.WITNESSED if exhibit.level in _RAISED and witnesses(exhibit) else exhibit.level
