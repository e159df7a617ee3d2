"""Reading the vault: records out of the tables. Rows never leave this module."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, Select, exc, func, select

from evidence_app import ledger
from evidence_app.errors import EvidenceError, IntegrityError, UsageError, UserError
from evidence_app.records import (
    BundleRow,
    Contact,
    Entry,
    EntryKind,
    Exhibit,
    Incident,
    ReceiptRow,
    ReceivedRow,
    SeenLedger,
    SignedCheckpoint,
    Statement,
    StoredObject,
)
from evidence_app.vault import database, decode, schema

_BATCH = 1000


_ENTRY = select(schema.entries.c.seq, schema.entries.c.body, schema.entries.c.salt, schema.entries.c.link)


class Queries:
    """Read-only questions to an open vault. Each is one short transaction on its own connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._closed = False

    def close(self) -> None:
        """From now on every question raises: an engine would open the database anew, without the lock."""
        self._closed = True

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from, inside this room only; turns errors of the database into ours."""
        if self._closed:
            raise UserError("The vault is locked. Nothing was changed. Unlock it and try again.")
        try:
            with self._engine.connect() as connection:
                yield connection
        except exc.DBAPIError as error:
            raise database.explain(error, "Nothing was changed.") from error

    # --- the record ------------------------------------------------------------------------------

    def head(self) -> tuple[int, bytes] | None:
        """Number and link of the newest entry."""
        entries = schema.entries
        query = select(entries.c.seq, entries.c.link).order_by(entries.c.seq.desc()).limit(1)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.seq, row.link)

    def link(self, size: int) -> bytes | None:
        """The link after the first `size` entries; None where there are fewer."""
        query = select(schema.entries.c.link).where(schema.entries.c.seq == size)
        with self.reading() as connection:
            found: bytes | None = connection.execute(query).scalar_one_or_none()
        return found

    def entry(self, seq: int) -> Entry:
        with self.reading() as connection:
            row = connection.execute(_ENTRY.where(schema.entries.c.seq == seq)).one_or_none()
        if row is None:
            raise IntegrityError(f"Entry {seq} is missing from the vault's record.")
        return decode.entry(row)

    def entries(self, kind: EntryKind | None = None, limit: int = 200) -> list[Entry]:
        """The newest entries first, of one kind or of all."""
        query = _ENTRY.order_by(schema.entries.c.seq.desc()).limit(limit)
        if kind is not None:
            query = query.join(schema.acts, schema.acts.c.seq == schema.entries.c.seq).where(
                schema.acts.c.kind == kind.value
            )
        with self.reading() as connection:
            return [decode.entry(row) for row in connection.execute(query)]

    def latest(self, kind: EntryKind) -> Entry | None:
        found = self.entries(kind, limit=1)
        return found[0] if found else None

    def entries_about(self, subject: str) -> list[Entry]:
        """Every act on an incident or exhibit, oldest first: its custody log."""
        subjects = schema.subjects
        query = (
            _ENTRY.join(subjects, subjects.c.seq == schema.entries.c.seq)
            .where(subjects.c.subject == subject)
            .order_by(schema.entries.c.seq)
        )
        with self.reading() as connection:
            return [decode.entry(row) for row in connection.execute(query)]

    def commitments(self, size: int) -> bytes:
        """The first `size` commitments, 32 bytes each, one after the other."""
        entries = schema.entries
        query = select(entries.c.commitment).where(entries.c.seq <= size).order_by(entries.c.seq)
        out = bytearray()
        with self.reading() as connection:
            for row in connection.execute(query.execution_options(yield_per=_BATCH)):
                out += row.commitment
        return bytes(out)

    def latest_checkpoint(self) -> SignedCheckpoint | None:
        table = schema.checkpoints
        query = select(table.c.text, table.c.signature).order_by(table.c.number.desc()).limit(1)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return SignedCheckpoint(ledger.parse_checkpoint(row.text), row.text, row.signature)

    # --- incidents and exhibits ------------------------------------------------------------------

    def incidents(self) -> list[Incident]:
        """All incidents, the one last worked on first."""
        query = select(schema.incidents).order_by(
            schema.incidents.c.last_at.desc(), schema.incidents.c.serial.desc()
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
            said = self._newest(connection, [row.reference for row in rows])
        return [decode.incident(row, said.get(row.reference, {})) for row in rows]

    def incident(self, reference: str) -> Incident:
        """One incident by its reference; `INC-004`, `inc-4` and `4` all name it. Raises `UsageError`."""
        with self.reading() as connection:
            row = self._incident_row(connection, reference)
            return decode.incident(row, self._newest(connection, [row.reference]).get(row.reference, {}))

    def require_incident(self, reference: str, connection: Connection) -> str:
        """The full reference, on the caller's transaction; `UsageError` unless the incident exists."""
        return str(self._incident_row(connection, reference).reference)

    def _incident_row(self, connection: Connection, reference: str) -> Any:
        found = re.fullmatch(r"(?:INC-)?0*([1-9][0-9]{0,8})", reference.strip(), re.IGNORECASE | re.ASCII)
        row = None
        if found:
            query = select(schema.incidents).where(schema.incidents.c.serial == int(found[1]))
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UsageError(
                f"There is no incident {reference[:40]!r} in this vault. Nothing was changed. "
                "See the list of incidents for the right reference."
            )
        return row

    def exhibits(self, incident: str | None) -> list[Exhibit]:
        """The exhibits of an incident in order; the unfiled captures for None."""
        exhibits = schema.exhibits
        where = exhibits.c.incident.is_(None) if incident is None else exhibits.c.incident == incident
        return self._exhibits(select(exhibits).where(where).order_by(exhibits.c.serial))

    def exhibit(self, number: str) -> Exhibit:
        """One exhibit by its number; `HXA/004`, `hxa-4` and `4` all name it. Raises `UsageError`."""
        exhibits = schema.exhibits
        with self.reading() as connection:
            full = self.require_exhibit(number, connection)
        return self._exhibits(select(exhibits).where(exhibits.c.number == full))[0]

    def require_exhibit(self, number: str, connection: Connection) -> str:
        """The full number, on the caller's transaction; `UsageError` unless the exhibit exists."""
        found = re.fullmatch(r"(?:([A-Z]{3})[/-])?0*([1-9][0-9]{0,8})", number.strip().upper(), re.ASCII)
        if found:
            query = select(schema.exhibits.c.number).where(schema.exhibits.c.serial == int(found[2]))
            full = connection.execute(query).scalar_one_or_none()
            if full is not None and found[1] in {None, full[:3]}:
                return str(full)
        raise UsageError(
            f"There is no exhibit {number[:40]!r} in this vault. Nothing was changed. "
            "See the list of exhibits for the right number."
        )

    def unfiled(self) -> int:
        """How many captures are not filed in an incident."""
        query = select(schema.exhibits.c.serial).where(schema.exhibits.c.incident.is_(None))
        with self.reading() as connection:
            return len(connection.execute(query).all())

    def stored_objects(self) -> Iterator[tuple[str, StoredObject]]:
        """Number and object of every exhibit, then of every received bundle, fetched in batches."""
        for table, name in ((schema.exhibits, "number"), (schema.received, "reference")):
            last = 0
            while True:
                query = select(table).where(table.c.serial > last).order_by(table.c.serial).limit(_BATCH)
                with self.reading() as connection:
                    rows = connection.execute(query).all()
                if not rows:
                    break
                last = rows[-1].serial
                for row in rows:
                    yield getattr(row, name), decode.stored(row)

    def recorded_objects(self) -> Iterator[tuple[str, StoredObject]]:
        """As `stored_objects`, but read from the entries themselves: slow, and independent of the index."""
        entries = schema.entries
        with self.reading() as connection:
            for row in connection.execute(_ENTRY.order_by(entries.c.seq).execution_options(yield_per=_BATCH)):
                with suppress(EvidenceError):  # entries that cannot be read are for the vault check to name
                    yield from decode.captured_objects(decode.entry(row))

    def object_ids(self) -> set[str]:
        """The ids of all objects that the record names."""
        with self.reading() as connection:
            return {
                one
                for table in (schema.exhibits, schema.received)
                for one in connection.scalars(select(table.c.object_id))
            }

    def _exhibits(self, query: Select[Any]) -> list[Exhibit]:
        with self.reading() as connection:
            rows = connection.execute(query).all()
            said = self._newest(connection, [row.number for row in rows])
            seqs = [row.seq for row in rows]
            bodies: dict[int, Entry] = {}
            for start in range(0, len(seqs), _BATCH):
                part = seqs[start : start + _BATCH]
                for entry in connection.execute(_ENTRY.where(schema.entries.c.seq.in_(part))):
                    bodies[entry.seq] = decode.entry(entry)
        return [decode.exhibit(row, bodies[row.seq], said.get(row.number, {})) for row in rows]

    # --- statements ------------------------------------------------------------------------------

    def statements(self, about: str) -> tuple[Statement, ...]:
        """Everything ever stated about an incident or exhibit, oldest first."""
        table = schema.statements
        query = select(table).where(table.c.about == about).order_by(table.c.seq, table.c.position)
        with self.reading() as connection:
            return tuple(decode.statement(row) for row in connection.execute(query))

    def _newest(self, connection: Connection, about: Sequence[str]) -> dict[str, dict[str, Statement]]:
        table, newest = schema.statements, dict[str, dict[str, Statement]]()
        for start in range(0, len(about), _BATCH):
            query = (
                select(table)
                .where(table.c.about.in_(about[start : start + _BATCH]))
                .order_by(table.c.seq, table.c.position)
            )
            for row in connection.execute(query):
                newest.setdefault(row.about, {})[row.field] = decode.statement(row)
        return newest

    # --- people and bundles ----------------------------------------------------------------------

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
            said = self._newest(connection, [row.reference for row in rows])
            found = []
            for start in range(0, len(rows), _BATCH):
                part = [row.seq for row in rows[start : start + _BATCH]]
                wanted = _ENTRY.where(schema.entries.c.seq.in_(part)).order_by(schema.entries.c.seq.desc())
                found += [decode.entry(row) for row in connection.execute(wanted)]
        return tuple(
            decode.received(entry, said.get(row.reference, {}))
            for row, entry in zip(rows, found, strict=True)
        )

    def receipts(self, bundle_id: str | None = None) -> tuple[ReceiptRow, ...]:
        """The receipts that were issued or recorded, for one bundle or for all, newest first."""
        table = schema.receipts
        query = _ENTRY.join(table, table.c.seq == schema.entries.c.seq).order_by(table.c.seq.desc())
        if bundle_id is not None:
            query = query.where(table.c.bundle_id == bundle_id)
        with self.reading() as connection:
            return tuple(decode.receipt(decode.entry(row)) for row in connection.execute(query))

    def receipt(self, sha256: str) -> ReceiptRow:
        """The receipt whose file has this digest (hex); raises `UsageError`."""
        table = schema.receipts
        query = _ENTRY.join(table, table.c.seq == schema.entries.c.seq).where(table.c.sha256 == sha256)
        with self.reading() as connection:
            row = connection.execute(query.order_by(table.c.seq).limit(1)).one_or_none()
        if row is None:
            raise UsageError("There is no such receipt in this vault. Nothing was changed.")
        return decode.receipt(decode.entry(row))

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
