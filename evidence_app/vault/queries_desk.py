"""Reading the vault: people, bundles that were sealed or received, receipts."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Select, Subquery, func, select

from evidence_app.errors import UsageError
from evidence_app.records import (
    BundleRow,
    Contact,
    DeskCounts,
    ReceiptRow,
    ReceivedRow,
    SeenLedger,
)
from evidence_app.vault import decode, schema
from evidence_app.vault.queries_record import BATCH, ENTRY, RecordQueries


class DeskQueries(RecordQueries):
    """Questions about contacts, bundles and receipts."""

    def contacts(self) -> tuple[Contact, ...]:
        query = select(schema.contacts).order_by(schema.contacts.c.name, schema.contacts.c.seq)
        with self.reading() as connection:
            return tuple(decode.contact(row) for row in connection.execute(query))

    def contact(self, name: str) -> Contact:
        """The one contact with these words in the name, without regard to case. Raises `UsageError`."""
        wanted = name.strip().casefold()
        everyone = self.contacts()
        exact = [contact for contact in everyone if contact.name.casefold() == wanted]
        # Whole words only: a single letter must not seal for whoever happens to have it in the name.
        words = set(wanted.split())
        found = exact or [one for one in everyone if words and words <= set(one.name.casefold().split())]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"{len(found)} contacts fit the name {name[:80]!r}. Nothing was changed. "
                "Give the full name; if two keys carry one name, confirm whose is whose first."
            )
        raise UsageError(
            f"There is no contact {name[:80]!r} in this vault. Nothing was changed. "
            "Add the person's contact card first."
        )

    def bundles(self, incident: str | None = None) -> tuple[BundleRow, ...]:
        """The bundles that were sealed, newest first."""
        query = select(schema.bundles).order_by(schema.bundles.c.seq.desc())
        if incident is not None:
            query = query.where(schema.bundles.c.incident == incident)
        with self.reading() as connection:
            return tuple(decode.bundle(row) for row in connection.execute(query))

    def received(self) -> tuple[ReceivedRow, ...]:
        """The register: every bundle that was received, newest first."""
        return self._received(select(schema.received))

    def received_bundle(self, reference: str) -> ReceivedRow:
        """One received bundle; `RCV-004`, `rcv-4` and `4` all name it. Raises `UsageError`."""
        with self.reading() as connection:
            full = self.require_received(reference, connection)
        return self._received(select(schema.received).where(schema.received.c.reference == full))[0]

    def received_file(self, sha256: str) -> ReceivedRow | None:
        """The received bundle whose file has this digest (hex), or None."""
        found = self._received(select(schema.received).where(schema.received.c.sha256 == sha256))
        return found[0] if found else None

    def has_received_size(self, size: int) -> bool:
        """Whether a received file has exactly this many bytes: only then it can be the same again."""
        query = select(schema.received.c.seq).where(schema.received.c.size == size).limit(1)
        with self.reading() as connection:
            return connection.execute(query).first() is not None

    def require_received(self, reference: str, connection: Connection) -> str:
        """The full reference, on the caller's transaction; `UsageError` unless it was received."""
        found = re.fullmatch(r"(?:RCV-)?0*([1-9][0-9]{0,8})", reference.strip(), re.IGNORECASE | re.ASCII)
        if found:
            query = select(schema.received.c.reference).where(schema.received.c.serial == int(found[1]))
            full = connection.execute(query).scalar_one_or_none()
            if full is not None:
                return str(full)
        raise UsageError(
            f"There is no received bundle {reference[:40]!r} in this vault. Nothing was changed. "
            "See the list of received bundles for the right reference."
        )

    def _received(self, query: Select[Any]) -> tuple[ReceivedRow, ...]:
        table = schema.received
        with self.reading() as connection:
            rows = connection.execute(query.order_by(table.c.seq.desc())).all()
            said = self.newest(connection, [row.reference for row in rows])
            found = []
            for start in range(0, len(rows), BATCH):
                part = [row.seq for row in rows[start : start + BATCH]]
                wanted = ENTRY.where(schema.entries.c.seq.in_(part)).order_by(schema.entries.c.seq.desc())
                found += [decode.entry(row) for row in connection.execute(wanted)]
        return tuple(
            decode.received(entry, said.get(row.reference, {}))
            for row, entry in zip(rows, found, strict=True)
        )

    def receipts(self, bundle_id: str | None = None) -> tuple[ReceiptRow, ...]:
        """The receipts that were issued or recorded, for one bundle or for all, newest first."""
        query, table = self._numbered()
        if bundle_id is not None:
            query = query.where(table.c.bundle_id == bundle_id)
        with self.reading() as connection:
            rows = connection.execute(query.order_by(table.c.seq.desc()))
            return tuple(decode.receipt(decode.entry(row[:-1]), row.serial) for row in rows)

    def receipt(self, sha256: str) -> ReceiptRow:
        """The receipt whose file has this digest (hex); raises `UsageError`."""
        query, table = self._numbered()
        query = query.where(table.c.sha256 == sha256).order_by(table.c.seq).limit(1)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UsageError("There is no such receipt in this vault. Nothing was changed.")
        return decode.receipt(decode.entry(row[:-1]), row.serial)

    @staticmethod
    def _numbered() -> tuple[Select[Any], Subquery]:
        """The entries of the receipts, each with how many were issued up to it, and their table."""
        table = schema.receipts
        serial = func.sum(table.c.issued).over(order_by=table.c.seq).label("serial")
        numbered = select(table, serial).subquery()
        query = ENTRY.add_columns(numbered.c.serial)
        return query.join(numbered, numbered.c.seq == schema.entries.c.seq), numbered

    def counts(self) -> DeskCounts:
        """How many of each kind there are, without reading them."""
        exhibits = schema.exhibits
        unfiled = select(func.count()).select_from(exhibits).where(exhibits.c.incident.is_(None))
        tables = (schema.incidents, schema.bundles, schema.received, schema.receipts)
        incidents, bundles, received, receipts = (
            select(func.count()).select_from(table).scalar_subquery() for table in tables
        )
        query = select(incidents, unfiled.scalar_subquery(), bundles, received, receipts)
        with self.reading() as connection:
            return DeskCounts(*connection.execute(query).one())

    def seen_ledgers(self) -> tuple[SeenLedger, ...]:
        """Every size and head ever seen of a sender's ledger, each once, with when it was first seen."""
        table = schema.seen_ledgers
        same = (table.c.signing_key, table.c.vault_id, table.c.size, table.c.link)
        first = select(func.min(table.c.seq)).group_by(*same)
        query = select(table).where(table.c.seq.in_(first)).order_by(table.c.seq)
        with self.reading() as connection:
            return tuple(
                SeenLedger(row.vault_id, row.size, row.link, decode.moment(row.seen_at), row.signing_key)
                for row in connection.execute(query)
            )
