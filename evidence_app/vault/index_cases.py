"""The index of incidents, exhibits and what is stated about them."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from evidence_app.ledger import utc_text
from evidence_app.records import Entry, EntryKind
from evidence_app.records_json import Fields, statements_from_entry
from evidence_app.vault import schema
from evidence_app.vault.decode import files_in
from evidence_app.vault.index_common import Handler, received_exhibit, serial_of, subject, touch

# Made once, as they are in every capture: see `index`.
_COUNT = (
    update(schema.incidents)
    .where(schema.incidents.c.reference == bindparam("which"))
    .values(exhibits=schema.incidents.c.exhibits + bindparam("change"))
)
_EXHIBIT = insert(schema.exhibits)


def _count_exhibit(connection: Connection, reference: str | None, change: int) -> None:
    if reference is not None:
        connection.execute(_COUNT, {"which": reference, "change": change})


def _incident_opened(connection: Connection, entry: Entry, fields: Fields) -> None:
    reference = fields.text("reference")
    connection.execute(
        insert(schema.incidents).values(
            serial=serial_of(reference),
            reference=reference,
            title=fields.text("title"),
            opened_at=utc_text(entry.at),
            last_at=utc_text(entry.at),
            exhibits=0,
            bundles=0,
        )
    )
    subject(connection, entry, reference)


def exhibit_captured(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, incident, stored = (
        fields.text("number"),
        fields.optional_text("incident"),
        fields.fields("object"),
    )
    row = {
        "serial": serial_of(number),
        "number": number,
        "incident": incident,
        "method": fields.text("method"),
        "level": fields.text("level"),
        "object_id": stored.text("id"),
        "sha256": stored.text("sha256"),
        "size": stored.number("size"),
        "media_type": stored.text("media_type"),
        "sealed_at": utc_text(entry.at),
        "seq": entry.seq,
    }
    connection.execute(_EXHIBIT, row)
    for one in files_in(fields):
        connection.execute(
            insert(schema.exhibit_files).values(
                number=number,
                name=one.name,
                object_id=one.stored.object_id,
                sha256=one.stored.sha256,
                size=one.stored.size,
                media_type=one.stored.media_type,
                seq=entry.seq,
            )
        )
    subject(connection, entry, number, incident)
    touch(connection, incident, entry)
    _count_exhibit(connection, incident, +1)


def _incident_of(connection: Connection, number: str) -> str | None:
    exhibits = schema.exhibits
    return connection.execute(
        select(exhibits.c.incident).where(exhibits.c.number == number)
    ).scalar_one_or_none()


def _exhibit_filed(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, incident = fields.text("number"), fields.text("incident")
    before = _incident_of(connection, number)
    exhibits = schema.exhibits
    connection.execute(update(exhibits).where(exhibits.c.number == number).values(incident=incident))
    subject(connection, entry, number, incident, before)
    _count_exhibit(connection, before, -1)
    _count_exhibit(connection, incident, +1)
    touch(connection, incident, entry)


def _exhibit_viewed(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, received = fields.text("number"), fields.optional_text("received")
    subject(connection, entry, number if received is None else received_exhibit(received, number))


def _stated(connection: Connection, entry: Entry, fields: Fields) -> None:
    about = fields.text("about")
    rows = [
        {
            "seq": entry.seq,
            "position": position,
            "about": said.about,
            "field": said.field,
            "value": said.value,
            "source": said.source.value,
            "at": utc_text(said.at),
            "by": said.by,
        }
        for position, said in enumerate(statements_from_entry(entry.data, entry.seq, entry.at, entry.by))
    ]
    if rows:
        connection.execute(insert(schema.statements), rows)
    subject(connection, entry, about)
    if entry.kind is EntryKind.OUTCOME_STATED:
        return
    if entry.kind is EntryKind.EXHIBIT_STATED:
        touch(connection, _incident_of(connection, about), entry)
        return
    touch(connection, about, entry)
    incidents = schema.incidents
    for row in rows:
        if row["field"] == "title":
            connection.execute(
                update(incidents).where(incidents.c.reference == about).values(title=row["value"])
            )


HANDLERS: dict[EntryKind, Handler] = {
    EntryKind.INCIDENT_OPENED: _incident_opened,
    EntryKind.INCIDENT_STATED: _stated,
    EntryKind.EXHIBIT_CAPTURED: exhibit_captured,
    EntryKind.EXHIBIT_STATED: _stated,
    EntryKind.EXHIBIT_FILED: _exhibit_filed,
    EntryKind.EXHIBIT_VIEWED: _exhibit_viewed,
    EntryKind.OUTCOME_STATED: _stated,
}
