"""The index of contacts, bundles that were sealed, and receipts."""

from __future__ import annotations

import json
from hashlib import sha256

from sqlalchemy import Connection, case, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from evidence_app.crypto.sshsig import key_from_public_line
from evidence_app.ledger import utc_text
from evidence_app.records import Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import schema
from evidence_app.vault.index_common import Handler, subject, touch


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
    contacts, replaced = schema.contacts, schema.replaced_keys
    key, at = key_from_public_line(fields.text("signing_key")), utc_text(entry.at)
    connection.execute(
        update(contacts)
        .where(contacts.c.signing_key == key)
        .values(confirmed_at=at, confirmed_how=fields.text("how"))
    )
    # Compared once more, a key that was thought to be replaced is in use again.
    connection.execute(delete(replaced).where(replaced.c.signing_key == key))
    for line in fields.texts("replaces") if "replaces" in entry.data else ():
        old = {"signing_key": key_from_public_line(line), "by_key": key, "at": at, "seq": entry.seq}
        connection.execute(insert_or(replaced).values(**old).on_conflict_do_nothing())


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
    touch(connection, incident, entry)
    subject(connection, entry, incident, *numbers)


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
        subject(connection, entry, incident)
        touch(connection, incident, entry)


HANDLERS: dict[EntryKind, Handler] = {
    EntryKind.CONTACT_ADDED: _contact_added,
    EntryKind.CONTACT_CONFIRMED: _contact_confirmed,
    EntryKind.BUNDLE_SEALED: _bundle_sealed,
    EntryKind.RECEIPT_ISSUED: _receipt,
    EntryKind.RECEIPT_RECORDED: _receipt,
}
