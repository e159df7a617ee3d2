"""The index of what was brought in, and of what readers found in it."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from evidence_app.records import Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import index_cases
from evidence_app.vault import schema_casework as tables
from evidence_app.vault.index_common import Handler, subject


def _imported(connection: Connection, entry: Entry, fields: Fields) -> None:
    index_cases.exhibit_captured(connection, entry, fields)
    whole = fields.fields("observed").fields("file").text("part_of")
    if whole:
        row = {"number": fields.text("number"), "whole": whole, "seq": entry.seq}
        connection.execute(insert(tables.parts).values(**row))


def _examined(connection: Connection, entry: Entry, fields: Fields) -> None:
    number = fields.text("number")
    subject(connection, entry, number)
    table = tables.inside
    for digest in dict.fromkeys(one for one in fields.optional_items("inside") if isinstance(one, str)):
        row = insert(table).prefix_with("OR IGNORE")
        connection.execute(row.values(number=number, sha256=digest, seq=entry.seq))


HANDLERS: dict[EntryKind, Handler] = {
    EntryKind.EXHIBIT_IMPORTED: _imported,
    EntryKind.EXHIBIT_EXAMINED: _examined,
}
