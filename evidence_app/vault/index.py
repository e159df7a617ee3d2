"""The index: tables derived from the entries, one small function for each kind of act.

`apply` is the only writer of these tables, both when an act is recorded and when the index is built
again for a check, so what the window shows can always be compared with the record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from sqlalchemy import Connection, case, delete, exc, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from evidence_app.crypto.sshsig import key_from_public_line
from evidence_app.errors import EvidenceError, IntegrityError
from evidence_app.ledger import parse_entry, utc_text
from evidence_app.records import Consistency, Entry, EntryKind
from evidence_app.records_json import Fields, statements_from_entry
from evidence_app.vault import schema

_BATCH = 1000
_IN_CONFLICT = Consistency.NO.value


def apply(connection: Connection, entry: Entry) -> None:
    """Bring the index up to date with one entry, inside the caller's transaction."""
    connection.execute(
        insert(schema.acts).values(seq=entry.seq, kind=entry.kind.value, at=utc_text(entry.at))
    )
    handler = _HANDLERS.get(entry.kind)
    if handler is not None:
        handler(connection, entry, Fields(entry.data, f"Entry {entry.seq} of the record"))


def complete(connection: Connection) -> None:
    """Where a table is missing, as in a vault of an earlier version, make it and derive all of them again.

    Inside the caller's transaction. An entry that cannot be read is passed over, as in the vault check,
    which names it.
    """
    there = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")))
    if {table.name for table in schema.INDEX.sorted_tables} <= there:
        return
    schema.INDEX.create_all(connection)
    for table in schema.INDEX.sorted_tables:
        connection.execute(delete(table))
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


def _subject(connection: Connection, entry: Entry, *subjects: str | None) -> None:
    rows = [{"subject": subject, "seq": entry.seq} for subject in dict.fromkeys(subjects) if subject]
    if rows:
        connection.execute(insert(schema.subjects), rows)


def _touch(connection: Connection, reference: str | None, entry: Entry) -> None:
    if reference is not None:
        incidents = schema.incidents
        connection.execute(
            update(incidents).where(incidents.c.reference == reference).values(last_at=utc_text(entry.at))
        )


def _count_exhibit(connection: Connection, reference: str | None, change: int) -> None:
    if reference is not None:
        incidents = schema.incidents
        connection.execute(
            update(incidents)
            .where(incidents.c.reference == reference)
            .values(exhibits=incidents.c.exhibits + change)
        )


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
    _subject(connection, entry, reference)


def _exhibit_captured(connection: Connection, entry: Entry, fields: Fields) -> None:
    number, incident, stored = (
        fields.text("number"),
        fields.optional_text("incident"),
        fields.fields("object"),
    )
    connection.execute(
        insert(schema.exhibits).values(
            serial=serial_of(number),
            number=number,
            incident=incident,
            method=fields.text("method"),
            level=fields.text("level"),
            object_id=stored.text("id"),
            sha256=stored.text("sha256"),
            size=stored.number("size"),
            media_type=stored.text("media_type"),
            sealed_at=utc_text(entry.at),
            seq=entry.seq,
        )
    )
    _subject(connection, entry, number, incident)
    _touch(connection, incident, entry)
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
    _subject(connection, entry, number, incident, before)
    _count_exhibit(connection, before, -1)
    _count_exhibit(connection, incident, +1)
    _touch(connection, incident, entry)


def _exhibit_viewed(connection: Connection, entry: Entry, fields: Fields) -> None:
    _subject(connection, entry, fields.text("number"))


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
    _subject(connection, entry, about)
    if entry.kind is EntryKind.OUTCOME_STATED:
        return
    if entry.kind is EntryKind.EXHIBIT_STATED:
        _touch(connection, _incident_of(connection, about), entry)
        return
    _touch(connection, about, entry)
    incidents = schema.incidents
    for row in rows:
        if row["field"] == "title":
            connection.execute(
                update(incidents).where(incidents.c.reference == about).values(title=row["value"])
            )


def _contact_added(connection: Connection, entry: Entry, fields: Fields) -> None:
    values = {
        "signing_key": key_from_public_line(fields.text("signing_key")),
        "name": fields.text("name"),
        "role": fields.text("role"),
        "school": fields.text("school"),
        "recipient": fields.text("recipient"),
        "added_at": utc_text(entry.at),
        "confirmed_at": None,
        "confirmed_how": "",
        "seq": entry.seq,
    }
    contacts = schema.contacts
    statement = insert_or(contacts).values(**values)
    renewed: dict[str, object] = {
        name: statement.excluded[name] for name in ("name", "role", "school", "recipient", "seq")
    }
    # A confirmation was of this key under that name: another name has to be confirmed again.
    same_person = contacts.c.name == statement.excluded.name
    renewed["confirmed_at"] = case((same_person, contacts.c.confirmed_at), else_=None)
    renewed["confirmed_how"] = case((same_person, contacts.c.confirmed_how), else_="")
    connection.execute(statement.on_conflict_do_update(index_elements=["signing_key"], set_=renewed))


def _contact_confirmed(connection: Connection, entry: Entry, fields: Fields) -> None:
    contacts = schema.contacts
    connection.execute(
        update(contacts)
        .where(contacts.c.signing_key == key_from_public_line(fields.text("signing_key")))
        .values(confirmed_at=utc_text(entry.at), confirmed_how=fields.text("how"))
    )


def _bundle_sealed(connection: Connection, entry: Entry, fields: Fields) -> None:
    incident, numbers = fields.text("incident"), fields.texts("exhibits")
    connection.execute(
        insert(schema.bundles).values(
            seq=entry.seq,
            bundle_id=fields.text("bundle"),
            incident=incident,
            sealed_for=json.dumps(fields.texts("sealed_for")),
            exhibits=len(numbers),
            digest=fields.text("digest"),
            size=fields.number("size"),
            file_name=fields.text("file_name"),
            sealed_at=utc_text(entry.at),
        )
    )
    incidents = schema.incidents
    connection.execute(
        update(incidents).where(incidents.c.reference == incident).values(bundles=incidents.c.bundles + 1)
    )
    _touch(connection, incident, entry)
    _subject(connection, entry, incident, *numbers)


def _bundle_checked(connection: Connection, entry: Entry, fields: Fields) -> None:
    """Remember the sender's ledger. Of a received bundle it is also there where it is in conflict: then it
    is nothing to hold others against."""
    seen = None if fields.text("consistent") == _IN_CONFLICT else fields.optional_fields("ledger")
    if seen is not None:
        link = seen.text("link")
        if not re.fullmatch(r"[0-9a-f]{64}", link):
            raise IntegrityError(f"Entry {entry.seq} of the record has no valid “link”.")
        connection.execute(
            insert(schema.seen_ledgers).values(
                seq=entry.seq,
                signing_key=key_from_public_line(fields.text("sender_key")),
                vault_id=seen.text("vault"),
                size=seen.number("size"),
                link=bytes.fromhex(link),
                seen_at=utc_text(entry.at),
            )
        )


def _bundle_received(connection: Connection, entry: Entry, fields: Fields) -> None:
    reference, stored = fields.text("reference"), fields.fields("object")
    connection.execute(
        insert(schema.received).values(
            seq=entry.seq,
            serial=serial_of(reference),
            reference=reference,
            object_id=stored.text("id"),
            sha256=stored.text("sha256"),
            size=stored.number("size"),
            media_type=stored.text("media_type"),
            bundle_id=fields.text("bundle"),
            state=fields.text("state"),
            received_at=utc_text(entry.at),
        )
    )
    _subject(connection, entry, reference)
    _bundle_checked(connection, entry, fields)


def _receipt(connection: Connection, entry: Entry, fields: Fields) -> None:
    bundle_id, file = fields.text("bundle"), fields.text("file")
    connection.execute(
        insert(schema.receipts).values(
            seq=entry.seq,
            bundle_id=bundle_id,
            sha256=sha256(file.encode()).hexdigest(),
            issued=int(entry.kind is EntryKind.RECEIPT_ISSUED),
        )
    )
    if entry.kind is EntryKind.RECEIPT_RECORDED:
        bundles = schema.bundles
        incident = connection.execute(
            select(bundles.c.incident).where(bundles.c.bundle_id == bundle_id)
        ).scalar_one_or_none()
        _subject(connection, entry, incident)
        _touch(connection, incident, entry)


def serial_of(numbered: str) -> int:
    """The serial in an incident reference or exhibit number (`INC-004`, `HXA/012`); `IntegrityError`."""
    if not re.fullmatch(r"[A-Z]{3}[-/][0-9]{3,9}", numbered):
        raise IntegrityError(f"{numbered[:40]!r} is no number of an incident or exhibit.")
    return int(numbered[4:])


_HANDLERS: dict[EntryKind, Callable[[Connection, Entry, Fields], None]] = {
    EntryKind.INCIDENT_OPENED: _incident_opened,
    EntryKind.INCIDENT_STATED: _stated,
    EntryKind.EXHIBIT_CAPTURED: _exhibit_captured,
    EntryKind.EXHIBIT_STATED: _stated,
    EntryKind.EXHIBIT_FILED: _exhibit_filed,
    EntryKind.EXHIBIT_VIEWED: _exhibit_viewed,
    EntryKind.CONTACT_ADDED: _contact_added,
    EntryKind.CONTACT_CONFIRMED: _contact_confirmed,
    EntryKind.BUNDLE_SEALED: _bundle_sealed,
    EntryKind.BUNDLE_CHECKED: _bundle_checked,
    EntryKind.BUNDLE_RECEIVED: _bundle_received,
    EntryKind.OUTCOME_STATED: _stated,
    EntryKind.RECEIPT_ISSUED: _receipt,
    EntryKind.RECEIPT_RECORDED: _receipt,
}
