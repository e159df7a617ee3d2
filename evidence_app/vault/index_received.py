"""The index of what came from others: received bundles, their checks and exhibits, what was passed on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from evidence_app.crypto.sshsig import key_from_public_line
from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_text
from evidence_app.records import Consistency, Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import schema
from evidence_app.vault.index_common import Handler, received_exhibit, serial_of, subject

MAX_STATED = 2_000
"""Characters of a value that this index keeps: what is longer is nothing to be found or compared by."""
_IN_CONFLICT = Consistency.NO.value


def _remember(connection: Connection, entry: Entry, fields: Fields) -> None:
    """The sender's ledger as it was seen. Of a received bundle it is also there where it is in conflict:
    then it is nothing to hold others against."""
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


def _heard(connection: Connection, entry: Entry, received: str, said: Mapping[str, str]) -> None:
    """What the sender states now, field by field; of a longer text than `MAX_STATED` the entry has it all."""
    rows = [
        {"seq": entry.seq, "field": field, "received": received, "value": value}
        for field, value in said.items()
        if value and len(value) <= MAX_STATED
    ]
    if rows:
        connection.execute(insert(schema.received_stated), rows)


def _heard_of_incident(connection: Connection, entry: Entry, received: str, fields: Fields) -> None:
    """Entries of earlier versions do not have it; of a bundle that was altered nothing is heard."""
    claims = fields.optional_fields("claims")
    author = None if claims is None else claims.optional_text("suspected_author")
    if author and fields.flag("unchanged"):
        _heard(connection, entry, received, {"suspected_author": author})


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
    subject(connection, entry, reference)
    _heard_of_incident(connection, entry, reference, fields)
    _remember(connection, entry, fields)


def _bundle_checked(connection: Connection, entry: Entry, fields: Fields) -> None:
    _remember(connection, entry, fields)
    received = fields.optional_text("received")
    if received is None:
        return
    connection.execute(
        insert(schema.received_checks).values(seq=entry.seq, received=received, state=fields.text("state"))
    )
    if fields.text("bundle"):
        table = schema.received
        connection.execute(
            update(table).where(table.c.reference == received).values(bundle_id=fields.text("bundle"))
        )
    _heard_of_incident(connection, entry, received, fields)
    subject(connection, entry, received)


def _exhibit_received(connection: Connection, entry: Entry, fields: Fields) -> None:
    received, number, stored = fields.text("received"), fields.text("number"), fields.fields("object")
    connection.execute(
        insert(schema.received_exhibits).values(
            seq=entry.seq,
            received=received,
            number=number,
            object_id=stored.text("id"),
            sha256=stored.text("sha256"),
            size=stored.number("size"),
            media_type=stored.text("media_type"),
        )
    )
    said = (Fields(one, f"Entry {entry.seq} of the record") for one in fields.items("statements"))
    _heard(connection, entry, received, {one.text("field"): one.text("value") for one in said})
    subject(connection, entry, received, received_exhibit(received, number))


def _bundle_forwarded(connection: Connection, entry: Entry, fields: Fields) -> None:
    received, exhibits = fields.text("received"), schema.received_exhibits
    connection.execute(
        insert(schema.forwarded).values(
            seq=entry.seq,
            received=received,
            file_name=fields.text("file_name"),
            size=fields.number("size"),
        )
    )
    numbers = connection.scalars(select(exhibits.c.number).where(exhibits.c.received == received))
    subject(connection, entry, received, *(received_exhibit(received, one) for one in numbers))


HANDLERS: dict[EntryKind, Handler] = {
    EntryKind.BUNDLE_CHECKED: _bundle_checked,
    EntryKind.BUNDLE_RECEIVED: _bundle_received,
    EntryKind.EXHIBIT_RECEIVED: _exhibit_received,
    EntryKind.BUNDLE_FORWARDED: _bundle_forwarded,
}
