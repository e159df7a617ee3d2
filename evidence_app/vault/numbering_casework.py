"""What the record itself fills in for copies of exhibits, and what it refuses, where the act is written."""

from __future__ import annotations

from sqlalchemy import Connection, select

from evidence_app.errors import UsageError
from evidence_app.records import EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import schema
from evidence_app.vault import schema_casework as tables
from evidence_app.vault.queries import Queries


def complete(kind: EntryKind, data: dict[str, object], read: Queries, writer: Connection) -> None:
    """Fill in references and what only the record can say. Raises `UsageError`.

    The number of a copy is filled in by the caller.
    """
    match kind:
        case EntryKind.EXHIBIT_DERIVED:
            _complete_copy(data, read, writer)
        case EntryKind.EXHIBIT_EXPORTED:
            data["number"] = read.require_exhibit(str(data["number"]), writer)
        case _:
            pass


def _complete_copy(data: dict[str, object], read: Queries, writer: Connection) -> None:
    number = read.require_exhibit(Fields(data["from"], "A copy").text("number"), writer)
    copies, exhibits = tables.derived, schema.exhibits
    made_of = writer.execute(select(copies.c.original).where(copies.c.number == number)).scalar_one_or_none()
    if made_of is not None:
        raise UsageError(
            f"{number} is itself a copy of {made_of}. Nothing was made. Cover or crop {made_of} instead, so "
            "that every copy belongs to what was captured."
        )
    row = writer.execute(select(exhibits).where(exhibits.c.number == number)).one()
    captured = Fields(read.entry(row.seq).data, f"Entry {row.seq} of the record").fields("observed")
    data["incident"], data["level"] = row.incident, row.level
    data["from"] = {
        "number": number,
        "entry": row.seq,
        "captured_at": captured.moment("local").isoformat(),
        "method": row.method,
    }
