"""Reading the vault: incidents, exhibits, and the objects that the record names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from evidence_app.errors import EvidenceError, UsageError
from evidence_app.records import (
    Entry,
    Exhibit,
    Incident,
    Standing,
    StoredObject,
)
from evidence_app.vault import decode, schema, schema_casework
from evidence_app.vault.queries_record import BATCH, ENTRY
from evidence_app.vault.queries_safeguards import SafeguardQueries

# Made once, as it is in every act: making a statement costs SQLAlchemy more than running it.
_INCIDENT = select(schema.incidents).where(schema.incidents.c.serial == bindparam("serial"))


class CaseQueries(SafeguardQueries):
    """Questions about incidents and exhibits."""

    def incidents(self) -> list[Incident]:
        """All incidents, the one last worked on first."""
        query = select(schema.incidents).order_by(
            schema.incidents.c.last_at.desc(), schema.incidents.c.serial.desc()
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
            said = self.newest(connection, [row.reference for row in rows])
        return [decode.incident(row, said.get(row.reference, {})) for row in rows]

    def incident(self, reference: str) -> Incident:
        """One incident by its reference; `INC-004`, `inc-4` and `4` all name it. Raises `UsageError`."""
        with self.reading() as connection:
            row = self._incident_row(connection, reference)
            return decode.incident(row, self.newest(connection, [row.reference]).get(row.reference, {}))

    def incident_titles(self) -> dict[str, str]:
        """The title of every incident by its reference, the newest first."""
        table = schema.incidents
        query = select(table.c.reference, table.c.title).order_by(table.c.serial.desc())
        with self.reading() as connection:
            return {row.reference: row.title for row in connection.execute(query)}

    def newest_of(self, fields: Collection[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """What is stated now in these fields about each incident, and about each exhibit that is filed:
        the reference of its incident, and the values by field. One question, however many there are."""
        table, exhibits = schema.statements, schema.exhibits
        query = (
            select(table.c.about, table.c.field, table.c.value, exhibits.c.incident)
            .outerjoin(exhibits, exhibits.c.number == table.c.about)
            .where(table.c.field.in_(list(fields)))
            .order_by(table.c.about, table.c.seq, table.c.position)
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
        for about, said in groupby(rows, key=lambda row: row.about):
            parts = list(said)
            yield parts[0].incident or about, {row.field: row.value for row in parts}

    def require_incident(self, reference: str, connection: Connection) -> str:
        """The full reference, on the caller's transaction; `UsageError` unless the incident exists."""
        return str(self._incident_row(connection, reference).reference)

    def _incident_row(self, connection: Connection, reference: str) -> Any:
        found = re.fullmatch(r"(?:INC-)?0*([1-9][0-9]{0,8})", reference.strip(), re.IGNORECASE | re.ASCII)
        row = None
        if found:
            row = connection.execute(_INCIDENT, {"serial": int(found[1])}).one_or_none()
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
        """One exhibit by its number; `HXA/004`, `hxa-4` and `4` all name it. Raises `UsageError`, and
        `DisposedError` for one that is no more."""
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
        self.refuse_disposed(number)
        raise UsageError(
            f"There is no exhibit {number[:40]!r} in this vault. Nothing was changed. "
            "See the list of exhibits for the right number."
        )

    def copies(self, number: str) -> tuple[str, ...]:
        """The numbers of the copies that were made of an exhibit (its full number), in their order."""
        exhibits, table = schema.exhibits, schema_casework.derived
        query = (
            select(table.c.number)
            .join(exhibits, exhibits.c.number == table.c.number)
            .where(table.c.original == number)
            .order_by(exhibits.c.serial)
        )
        with self.reading() as connection:
            return tuple(connection.scalars(query))

    def copies_in(self, incident: str | None) -> Mapping[str, tuple[str, ...]]:
        """The copies of every exhibit that is filed in an incident (in none for None), by its number."""
        originals, copies, table = schema.exhibits, schema.exhibits.alias(), schema_casework.derived
        query = (
            select(table.c.original, table.c.number)
            .join(originals, originals.c.number == table.c.original)
            .join(copies, copies.c.number == table.c.number)
            .where(
                originals.c.incident.is_(incident) if incident is None else originals.c.incident == incident
            )
            .order_by(copies.c.serial)
        )
        found: dict[str, tuple[str, ...]] = {}
        with self.reading() as connection:
            for original, number in connection.execute(query):
                found[original] = (*found.get(original, ()), number)
        return found

    def family(self, number: str) -> tuple[str, ...]:
        """Everything that shows the same: the original first, then its copies. For a full number."""
        table = schema_casework.derived
        query = select(table.c.original).where(table.c.number == number)
        with self.reading() as connection:
            original = connection.execute(query).scalar_one_or_none() or number
        return tuple(dict.fromkeys((original, *self.copies(original), number)))

    def unfiled(self) -> int:
        """How many captures are not filed in an incident."""
        query = select(schema.exhibits.c.serial).where(schema.exhibits.c.incident.is_(None))
        with self.reading() as connection:
            return len(connection.execute(query).all())

    def stored_objects(self) -> Iterator[tuple[str, StoredObject]]:
        """Number and object of every exhibit, then of every received bundle and its exhibits, in batches."""
        for table, names in (
            (schema.exhibits, ("number",)),
            (schema.exhibit_files, ("number", "name")),
            (schema.received, ("reference",)),
            (schema.received_exhibits, ("received", "number")),
        ):
            last = 0
            while True:
                # The files of one exhibit have one entry: all of them are taken at a time.
                seqs = select(table.c.seq).where(table.c.seq > last).distinct().order_by(table.c.seq)
                query = select(table).where(table.c.seq.in_(seqs.limit(BATCH))).order_by(table.c.seq)
                with self.reading() as connection:
                    rows = connection.execute(query).all()
                if not rows:
                    break
                last = rows[-1].seq
                for row in rows:
                    yield " ".join(getattr(row, name) for name in names), decode.stored(row)

    def recorded_objects(self) -> Iterator[tuple[str, StoredObject]]:
        """As `stored_objects`, but read from the entries themselves: slow, and independent of the index."""
        entries = schema.entries
        with self.reading() as connection:
            for row in connection.execute(ENTRY.order_by(entries.c.seq).execution_options(yield_per=BATCH)):
                with suppress(EvidenceError):  # entries that cannot be read are for the vault check to name
                    yield from decode.captured_objects(decode.entry(row))

    def object_ids(self) -> set[str]:
        """The ids of all objects that the record names."""
        with self.reading() as connection:
            return {
                one
                for table in (
                    schema.exhibits,
                    schema.exhibit_files,
                    schema.received,
                    schema.received_exhibits,
                )
                for one in connection.scalars(select(table.c.object_id))
            }

    def _exhibits(self, query: Select[Any]) -> list[Exhibit]:
        with self.reading() as connection:
            rows = connection.execute(query).all()
            numbers = [row.number for row in rows]
            said, standing = self.newest(connection, numbers), self.standing(connection, numbers)
            seqs = [row.seq for row in rows]
            bodies: dict[int, Entry] = {}
            for start in range(0, len(seqs), BATCH):
                part = seqs[start : start + BATCH]
                for entry in connection.execute(ENTRY.where(schema.entries.c.seq.in_(part))):
                    bodies[entry.seq] = decode.entry(entry)
        return [
            decode.exhibit(
                row, bodies[row.seq], said.get(row.number, {}), standing.get(row.number, Standing())
            )
            for row in rows
        ]
