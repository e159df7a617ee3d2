"""The fields of incidents and exhibits: one catalogue for window, command line, report and formats."""

from evidence_app.fields.catalogue import FIELDS, MOST_ROWS, field, fields_of, name_of, named, reach
from evidence_app.fields.levels import shown_level, witnesses
from evidence_app.fields.model import FieldSpec, Kind, Named, Of, Reach, Section, joined, several
from evidence_app.fields.rows import Row, all_rows, rows
from evidence_app.fields.values import Checked, check_order, checked, is_after

__all__ = [
    "FIELDS",
    "MOST_ROWS",
    "Checked",
    "FieldSpec",
    "Kind",
    "Named",
    "Of",
    "Reach",
    "Row",
    "Section",
    "all_rows",
    "check_order",
    "checked",
    "field",
    "fields_of",
    "is_after",
    "joined",
    "name_of",
    "named",
    "reach",
    "rows",
    "several",
    "shown_level",
    "witnesses",
]
