"""Reading the vault: the whole ledger as a list, of which only what is seen is read in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from evidence_app import ledger
from evidence_app.errors import EvidenceError
from evidence_app.ledger import utc_text
from evidence_app.records import ActivityFilters, ActList, Entry, SignedCheckpoint
from evidence_app.vault import decode, schema
from evidence_app.vault.queries_record import BATCH, ENTRY, RecordQueries


class ActivityQueries(RecordQueries):
    """Questions for the list of everything that was done."""

    def acts(self, filters: ActivityFilters | None = None) -> ActList:
        """All acts that the filters leave, newest first: numbers and moments, no content."""
        table, entries = schema.acts, schema.entries
        query = select(table.c.seq, table.c.at).order_by(table.c.seq.desc())
        if filters is not None:
            query = query.where(*_conditions(filters))
        with self.reading() as connection:
            # One transaction: what is listed and how long the record is belong together.
            # Past SQLAlchemy's rows: of a hundred thousand they would be most of the time.
            rows = connection.execute(query).cursor.fetchall()
            size = connection.execute(select(func.max(entries.c.seq))).scalar_one_or_none()
        return ActList(tuple([row[0] for row in rows]), tuple([row[1] for row in rows]), size or 0)

    def entries_of(self, seqs: Sequence[int]) -> dict[int, Entry]:
        """The entries of these numbers; one that was erased or cannot be read is left out."""
        found: dict[int, Entry] = {}
        with self.reading() as connection:
            for start in range(0, len(seqs), BATCH):
                query = ENTRY.where(schema.entries.c.seq.in_(seqs[start : start + BATCH]))
                for row in connection.execute(query):
                    _read(row, found)
        return found

    def erased(self, seqs: Sequence[int]) -> frozenset[int]:
        """Those of these entries whose content a disposal erased."""
        table = schema.entries
        gone: set[int] = set()
        with self.reading() as connection:
            for start in range(0, len(seqs), BATCH):
                part = seqs[start : start + BATCH]
                gone.update(
                    connection.scalars(
                        select(table.c.seq).where(table.c.seq.in_(part), table.c.body.is_(None))
                    )
                )
        return frozenset(gone)

    def checkpoints(self) -> tuple[SignedCheckpoint, ...]:
        """All signed checkpoints, oldest first; one that cannot be read is left out (the vault check names
        it). Their signatures are not checked here."""
        table, found = schema.checkpoints, []
        with self.reading() as connection:
            for row in connection.execute(select(table.c.text, table.c.signature).order_by(table.c.number)):
                try:
                    found.append(SignedCheckpoint(ledger.parse_checkpoint(row.text), row.text, row.signature))
                except EvidenceError:
                    continue
        return tuple(found)

    def filed(self) -> dict[str, str]:
        """The incident of every exhibit that is filed, by the exhibit's number."""
        table = schema.exhibits
        query = select(table.c.number, table.c.incident).where(table.c.incident.is_not(None))
        with self.reading() as connection:
            return {row.number: row.incident for row in connection.execute(query)}


def _read(row: Any, found: dict[int, Entry]) -> None:
    try:
        found[row.seq] = decode.entry(row)
    except EvidenceError:
        return


def _conditions(filters: ActivityFilters) -> list[ColumnElement[bool]]:
    table = schema.acts
    conditions: list[ColumnElement[bool]] = []
    if filters.kinds:
        conditions.append(table.c.kind.in_(sorted(kind.value for kind in filters.kinds)))
    if filters.since is not None:
        conditions.append(table.c.at >= utc_text(filters.since))
    if filters.until is not None:
        conditions.append(table.c.at < utc_text(filters.until))
    if filters.about:
        conditions.append(table.c.seq.in_(_about(filters.about)))
    return conditions


def _about(about: str) -> Select[Any]:
    """The entries about something; about an incident also those about what is filed in it now."""
    subjects, exhibits = schema.subjects, schema.exhibits
    filed = select(exhibits.c.number).where(exhibits.c.incident == about)
    return select(subjects.c.seq).where(or_(subjects.c.subject == about, subjects.c.subject.in_(filed)))
