"""The index of copies made of exhibits, and of originals that were taken out."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from evidence_app.records import Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import index_cases
from evidence_app.vault import schema_casework as tables
from evidence_app.vault.index_common import Handler, subject


def _derived(connection: Connection, entry: Entry, fields: Fields) -> None:
    """A copy is an exhibit of its own; its making belongs to the history of its original too."""
    index_cases.exhibit_captured(connection, entry, fields)
    number, original = fields.text("number"), fields.fields("from").text("number")
    connection.execute(insert(tables.derived).values(number=number, original=original, seq=entry.seq))
    subject(connection, entry, original)


def _exported(connection: Connection, entry: Entry, fields: Fields) -> None:
    subject(connection, entry, fields.text("number"))


HANDLERS: dict[EntryKind, Handler] = {
    EntryKind.EXHIBIT_DERIVED: _derived,
    EntryKind.EXHIBIT_EXPORTED: _exported,
}
