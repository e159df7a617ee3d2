"""The index: tables derived from the entries, one small function for each kind of act.

`apply` is the only writer of these tables, both when an act is recorded and when the index is built
again for a check, so what the window shows can always be compared with the record.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, delete, exc, insert, select, text

from evidence_app.errors import EvidenceError
from evidence_app.ledger import parse_entry, utc_text
from evidence_app.records import Entry
from evidence_app.records_json import Fields
from evidence_app.vault import (
    index_cases,
    index_casework,
    index_desk,
    index_imports,
    index_received,
    index_safeguards,
    index_search,
    schema,
)
from evidence_app.vault.schema_search import VIRTUAL, empty

_BATCH = 1000
# Statements of every act are made once: making one costs SQLAlchemy more than running it.
_ACT = insert(schema.acts)
_HANDLERS = (
    index_cases.HANDLERS
    | index_casework.HANDLERS
    | index_desk.HANDLERS
    | index_imports.HANDLERS
    | index_received.HANDLERS
    | index_safeguards.HANDLERS
)


def apply(connection: Connection, entry: Entry) -> None:
    """Bring the index up to date with one entry, inside the caller's transaction."""
    connection.execute(_ACT, {"seq": entry.seq, "kind": entry.kind.value, "at": utc_text(entry.at)})
    handler = _HANDLERS.get(entry.kind)
    if handler is not None:
        handler(connection, entry, Fields(entry.data, f"Entry {entry.seq} of the record"))
    index_search.note(connection, entry)


def complete(connection: Connection) -> None:
    """Where a table is missing, as in a vault of an earlier version, make it and derive all of them again.

    Inside the caller's transaction. An entry that cannot be read is passed over, as in the vault check,
    which names it.
    """
    there = set(connection.scalars(text("SELECT name FROM sqlite_master")))
    if {table.name for table in schema.INDEX.sorted_tables} | set(VIRTUAL) <= there:
        for one in (one for table in schema.INDEX.sorted_tables for one in table.indexes):
            if one.name not in there:
                one.create(connection)
        return
    schema.INDEX.create_all(connection)
    for table in schema.INDEX.sorted_tables:
        connection.execute(delete(table))
    empty(connection)
    entries, last = schema.entries, 0
    columns = (entries.c.seq, entries.c.salt, entries.c.body, entries.c.link)
    while True:
        query = select(*columns).where(entries.c.seq > last).order_by(entries.c.seq).limit(_BATCH)
        rows = connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].seq
        for row in rows:
            if row.body is not None and row.salt is not None:
                with suppress(EvidenceError, exc.IntegrityError):
                    apply(connection, parse_entry(row.seq, row.salt, row.body, row.link))
