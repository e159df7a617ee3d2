"""Reading the vault: people, bundles that were sealed, receipts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Subquery, func, select

from evidence_app.errors import UsageError
from evidence_app.records import (
    BundleRow,
    Contact,
    DeskCounts,
    ReceiptRow,
    SeenLedger,
)
from evidence_app.vault import decode, schema
from evidence_app.vault.queries_record import ENTRY, RecordQueries


class DeskQueries(RecordQueries):
    """Questions about contacts, bundles and receipts."""

    def contacts(self) -> tuple[Contact, ...]:
        table, replaced = schema.contacts, schema.replaced_keys
        both = table.outerjoin(replaced, replaced.c.signing_key == table.c.signing_key)
        query = select(table, replaced.c.at.label("replaced_at")).select_from(both)
        query = query.order_by(table.c.name, table.c.seq)
        with self.reading() as connection:
            return tuple(decode.contact(row) for row in connection.execute(query))

    def contact(self, name: str) -> Contact:
        """The one contact with these words in the name, without regard to case; keys that were replaced are
        passed over. Raises `UsageError`."""
        wanted = name.strip().casefold()
        everyone = [one for one in self.contacts() if one.replaced_at is None]
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
