"""Questions about what was brought in: what was read in it, what it has in it, what is there already."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from evidence_app.records import EntryKind, Examined
from evidence_app.records_json import Fields
from evidence_app.vault import decode, schema
from evidence_app.vault.acts_imports import examined_from_json
from evidence_app.vault.queries_record import ENTRY, RecordQueries
from evidence_app.vault.schema_casework import inside, parts


class ImportQueries(RecordQueries):
    """What the importers and their pages ask."""

    def examined(self, number: str) -> Examined | None:
        """What was last read in an exhibit (its full number); None where nothing has been yet."""
        data = self._latest_examined(number)
        return None if data is None else examined_from_json(data)

    def examined_text(self, number: str) -> str:
        """The text that search finds in an exhibit; empty where there is none."""
        data = self._latest_examined(number)
        return "" if data is None else data.text("text")

    def with_digest(self, sha256: str) -> tuple[str, ...]:
        """The numbers of this vault's exhibits with just these bytes (SHA-256, hex), the first one first."""
        table = schema.exhibits
        query = select(table.c.number).where(table.c.sha256 == sha256).order_by(table.c.serial)
        with self.reading() as connection:
            return tuple(connection.scalars(query))

    def has_size(self, size: int) -> bool:
        """Whether any exhibit of this vault has so many bytes."""
        table = schema.exhibits
        with self.reading() as connection:
            query = select(table.c.serial).where(table.c.size == size).limit(1)
            return connection.execute(query).first() is not None

    def parts_of(self, number: str) -> tuple[str, ...]:
        """The exhibits that were taken out of this one (its full number): attachments, in their order."""
        query = select(parts.c.number).where(parts.c.whole == number).order_by(parts.c.seq)
        with self.reading() as connection:
            return tuple(connection.scalars(query))

    def inside(self, numbers: Iterable[str]) -> frozenset[str]:
        """SHA-256 (hex) of the files that readers found inside these exhibits."""
        query = select(inside.c.sha256).where(inside.c.number.in_(list(numbers)))
        with self.reading() as connection:
            return frozenset(connection.scalars(query))

    def holding(self, digests: Iterable[str]) -> tuple[str, ...]:
        """The exhibits inside which a reader found files with one of these digests."""
        query = select(inside.c.number).where(inside.c.sha256.in_(list(digests))).order_by(inside.c.seq)
        with self.reading() as connection:
            return tuple(dict.fromkeys(connection.scalars(query)))

    def _latest_examined(self, number: str) -> Fields | None:
        subjects, done = schema.subjects, schema.acts
        query = (
            ENTRY.join(subjects, subjects.c.seq == schema.entries.c.seq)
            .join(done, done.c.seq == schema.entries.c.seq)
            .where(subjects.c.subject == number, done.c.kind == EntryKind.EXHIBIT_EXAMINED.value)
            .order_by(schema.entries.c.seq.desc())
            .limit(1)
        )
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        entry = decode.entry(row)
        return Fields(entry.data, f"Entry {entry.seq} of the record")
