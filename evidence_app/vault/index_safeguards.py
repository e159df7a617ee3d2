"""The index of the safeguards: the stop, what is locked away, withdrawn, held, referred and disposed of.

An entry that stays after a disposal must leave the same rows whether the entries of the exhibit are still
there or not: whatever it takes from the exhibit's row goes again with the disposal.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_text
from evidence_app.records import Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import schema
from evidence_app.vault import schema_safeguards as tables
from evidence_app.vault.index_common import Handler, serial_of, subject, touch
from evidence_app.vault.schema_casework import derived

KEPT_WHEN_LOCKED = "address"
"""The only field that is still shown of an exhibit that is locked away: the row keeps time and address."""

_BATCH = 500


def numbers(fields: Fields, name: str) -> list[int]:
    """A list of entry numbers; raises `IntegrityError`."""
    values = fields.items(name)
    if not all(type(value) is int for value in values):
        raise IntegrityError(f"An entry of the record has no valid “{name}”.")
    return [value for value in values if isinstance(value, int)]


def _stop_answered(connection: Connection, entry: Entry, fields: Fields) -> None:
    incident = fields.optional_text("incident")
    connection.execute(
        insert(tables.stop_answers).values(
            seq=entry.seq,
            incident=incident,
            answer=fields.text("answer"),
            files=fields.optional_number("files"),
            advised_by=fields.text("advised_by"),
            at=utc_text(entry.at),
            by=entry.by,
        )
    )
    subject(connection, entry, incident)


def _withdrawn(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, table = fields.text("number"), tables.withdrawn
    connection.execute(delete(table).where(table.c.number == number))
    if entry.kind is EntryKind.EXHIBIT_WITHDRAWN:
        connection.execute(
            insert(table).values(
                number=number,
                reason=fields.text("reason"),
                at=utc_text(entry.at),
                by=entry.by,
                seq=entry.seq,
            )
        )
    subject(connection, entry, number)
    touch(connection, _incident_of(connection, number), entry)


def _incident_of(connection: Connection, number: str) -> str | None:
    exhibits = schema.exhibits
    return connection.execute(
        select(exhibits.c.incident).where(exhibits.c.number == number)
    ).scalar_one_or_none()


def _locked_away(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, received = fields.text("number"), fields.optional_text("received") or ""
    table, told = tables.locked_away, list(fields.texts("told"))
    here = (table.c.received == received, table.c.number == number)
    before = connection.execute(select(table.c.told).where(*here)).scalar_one_or_none()
    if before is None:
        connection.execute(
            insert(table).values(
                received=received,
                number=number,
                sha256=_digest_of(connection, received, number),
                why=fields.text("why"),
                told=json.dumps(told),
                at=utc_text(entry.at),
                by=entry.by,
                seq=entry.seq,
            )
        )
    else:
        names = dict.fromkeys([*json.loads(before), *told])
        connection.execute(update(table).where(*here).values(told=json.dumps(list(names))))
    if received:
        subject(connection, entry, received)
        return
    said = schema.statements
    connection.execute(delete(said).where(said.c.about == number, said.c.field != KEPT_WHEN_LOCKED))
    subject(connection, entry, number)


def _digest_of(connection: Connection, received: str, number: str) -> str | None:
    exhibits = schema.exhibits
    if received:
        return None
    return connection.execute(
        select(exhibits.c.sha256).where(exhibits.c.number == number)
    ).scalar_one_or_none()


def _hold(connection: Connection, entry: Entry, fields: Fields) -> None:
    about, table = fields.text("about"), tables.holds
    connection.execute(delete(table).where(table.c.about == about))
    if entry.kind is EntryKind.HOLD_SET:
        connection.execute(
            insert(table).values(
                about=about,
                reason=fields.text("reason"),
                asked_by=fields.text("asked_by"),
                at=utc_text(entry.at),
                by=entry.by,
                seq=entry.seq,
            )
        )
    subject(connection, entry, about)


def _instruction(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, received = fields.text("number"), fields.optional_text("received") or ""
    connection.execute(insert(tables.instructions).values(seq=entry.seq, received=received, number=number))
    subject(connection, entry, received or number)


def _referral(connection: Connection, entry: Entry, fields: Fields) -> None:
    reference = fields.text("reference")
    connection.execute(
        insert(tables.referrals).values(serial=serial_of(reference), reference=reference, seq=entry.seq)
    )
    # The exhibit's number only as long as there is nothing else: it may be disposed of, the referral stays.
    subject(connection, entry, reference, fields.optional_text("incident"), fields.text("exhibit"))


def _disposed(connection: Connection, entry: Entry, fields: Fields) -> None:
    """Take away every row that came from the erased entries; what stays is that there was a disposal."""
    number, received = fields.text("number"), fields.optional_text("received") or ""
    incidents, gone = fields.texts("incidents"), numbers(fields, "entries")
    if not received:
        _forget(connection, number)
    for table in (schema.acts, schema.subjects, schema.statements):
        for start in range(0, len(gone), _BATCH):
            connection.execute(delete(table).where(table.c.seq.in_(gone[start : start + _BATCH])))
    away = tables.locked_away
    connection.execute(delete(away).where(away.c.received == received, away.c.number == number))
    connection.execute(
        insert(tables.disposals).values(
            seq=entry.seq,
            received=received,
            number=number,
            serial=serial_of(number),
            incident=fields.optional_text("incident"),
            completed_at=None,
        )
    )
    objects = tables.disposed_objects
    for object_id in fields.texts("objects"):
        connection.execute(insert_or(objects).values(object_id=object_id, seq=entry.seq))
    subject(connection, entry, received or number, *incidents)
    for incident in incidents:
        touch(connection, incident, entry)


def _forget(connection: Connection, number: str) -> None:
    incident, exhibits, incidents = _incident_of(connection, number), schema.exhibits, schema.incidents
    there = connection.execute(delete(exhibits).where(exhibits.c.number == number)).rowcount
    if there and incident is not None:
        connection.execute(
            update(incidents)
            .where(incidents.c.reference == incident)
            .values(exhibits=incidents.c.exhibits - 1)
        )
    for table, column in (
        (schema.statements, "about"),
        (tables.withdrawn, "number"),
        (tables.holds, "about"),
        (derived, "number"),
    ):
        connection.execute(delete(table).where(table.c[column] == number))


def _completed(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, received = fields.text("number"), fields.optional_text("received") or ""
    table = tables.disposals
    connection.execute(
        update(table)
        .where(table.c.received == received, table.c.number == number, table.c.completed_at.is_(None))
        .values(completed_at=utc_text(entry.at))
    )
    subject(connection, entry, received or number)


HANDLERS: dict[EntryKind, Handler] = {
    EntryKind.STOP_ANSWERED: _stop_answered,
    EntryKind.EXHIBIT_WITHDRAWN: _withdrawn,
    EntryKind.EXHIBIT_REINSTATED: _withdrawn,
    EntryKind.EXHIBIT_LOCKED_AWAY: _locked_away,
    EntryKind.HOLD_SET: _hold,
    EntryKind.HOLD_LIFTED: _hold,
    EntryKind.INSTRUCTION_RECORDED: _instruction,
    EntryKind.REFERRAL_RECORDED: _referral,
    EntryKind.EXHIBIT_DISPOSED: _disposed,
    EntryKind.DISPOSAL_COMPLETED: _completed,
}
