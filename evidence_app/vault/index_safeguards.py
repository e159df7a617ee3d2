"""The index of the safeguards: the stop, what is locked away, withdrawn, held, referred and disposed of.

An entry that stays after a disposal must leave the same rows whether the entries of the exhibit are still
there or not: whatever it takes from the exhibit's row goes again with the disposal.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, Select, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from evidence_app.crypto.sshsig import key_from_public_line
from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_text
from evidence_app.records import Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import schema
from evidence_app.vault import schema_safeguards as tables
from evidence_app.vault.index_common import Handler, received_exhibit, serial_of, subject, touch
from evidence_app.vault.schema_casework import derived, inside, parts

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
    own, said = schema.statements, schema.received_stated
    if received:
        seqs = _entered(received, number)
        connection.execute(delete(said).where(said.c.seq.in_(seqs), said.c.field != KEPT_WHEN_LOCKED))
    else:
        connection.execute(delete(own).where(own.c.about == number, own.c.field != KEPT_WHEN_LOCKED))
    subject(connection, entry, *_subjects(received, number))


def _subjects(received: str, number: str) -> tuple[str, ...]:
    """What an entry is about: an exhibit; for a received one its bundle as well."""
    if not received:
        return (number,)
    return (received, received_exhibit(received, number)) if number else (received,)


def _digest_of(connection: Connection, received: str, number: str) -> str | None:
    own, theirs = schema.exhibits, schema.received_exhibits
    query = select(own.c.sha256).where(own.c.number == number)
    if received:
        query = select(theirs.c.sha256).where(theirs.c.received == received, theirs.c.number == number)
    return connection.execute(query).scalar_one_or_none()


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
    subject(connection, entry, *_subjects(received, number))


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
    received_from = (schema.received_checks, schema.received_stated)
    for table in (schema.acts, schema.subjects, schema.statements, *received_from):
        for start in range(0, len(gone), _BATCH):
            connection.execute(delete(table).where(table.c.seq.in_(gone[start : start + _BATCH])))
    if received:
        _forget_received(connection, received, number)
        _keep_seen(connection, fields)
    else:
        _forget(connection, number)
    connection.execute(
        insert(tables.disposals).values(
            seq=entry.seq,
            received=received,
            number=number,
            serial=serial_of(number or received),
            incident=fields.optional_text("incident"),
            completed_at=None,
        )
    )
    for object_id in fields.texts("objects"):
        row = insert_or(tables.disposed_objects).values(object_id=object_id, seq=entry.seq)
        connection.execute(row.on_conflict_do_nothing())
    subject(connection, entry, *_subjects(received, number), *incidents)
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
        (parts, "number"),
        (inside, "number"),
        (schema.exhibit_files, "number"),
    ):
        connection.execute(delete(table).where(table.c[column] == number))
    away = tables.locked_away
    connection.execute(delete(away).where(away.c.received == "", away.c.number == number))


def _entered(received: str, number: str) -> Select[tuple[int]]:
    """The entry that took an exhibit of a received bundle in."""
    table = schema.received_exhibits
    return select(table.c.seq).where(table.c.received == received, table.c.number == number)


def _forget_received(connection: Connection, received: str, number: str) -> None:
    """One exhibit of a received bundle, or all of it. Entries that stay, as of passing it on, are about the
    bundle; that they were about each exhibit followed from rows that go now."""
    exhibits, away, subjects = schema.received_exhibits, tables.locked_away, schema.subjects
    one = [] if not number else [number]
    said = schema.received_stated
    which = said.c.seq.in_(_entered(received, number)) if number else said.c.received == received
    connection.execute(delete(said).where(which))
    for table in (exhibits, away):
        where = [table.c.received == received, *(table.c.number == name for name in one)]
        connection.execute(delete(table).where(*where))
    name = received_exhibit(received, number)
    if number:
        connection.execute(delete(subjects).where(subjects.c.subject == name))
        return
    connection.execute(delete(subjects).where(subjects.c.subject.startswith(name, autoescape=True)))
    for table, column in ((schema.received, "reference"), (schema.statements, "about")):
        connection.execute(delete(table).where(table.c[column] == received))
    connection.execute(delete(tables.holds).where(tables.holds.c.about == received))


def _keep_seen(connection: Connection, fields: Fields) -> None:
    """What was seen of the sender's ledger outlives the bundle: later ones are held against it."""
    for raw in fields.items("seen"):
        seen = Fields(raw, "A disposal")
        row = insert_or(schema.seen_ledgers).values(
            seq=seen.number("entry"),
            signing_key=key_from_public_line(seen.text("signing_key")),
            vault_id=seen.text("vault"),
            size=seen.number("size"),
            link=bytes.fromhex(seen.text("link")),
            seen_at=seen.text("seen_at"),
        )
        connection.execute(row.on_conflict_do_nothing())


def _completed(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, received = fields.text("number"), fields.optional_text("received") or ""
    table = tables.disposals
    connection.execute(
        update(table)
        .where(table.c.received == received, table.c.number == number, table.c.completed_at.is_(None))
        .values(completed_at=utc_text(entry.at))
    )
    subject(connection, entry, *_subjects(received, number))


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
