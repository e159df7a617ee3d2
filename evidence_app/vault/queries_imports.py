"""Questions about what was brought in: what was read in it, what it has in it, what is there already."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from evidence_app.records import EntryKind, Examined
from evidence_app.records_json import Fields
from evidence_app.vault import decode, schema
from evidence_app.vault.acts_imports import examined_from_json
from evidence_app.vault.queries_record import ENTRY
from evidence_app.vault.queries_safeguards import SafeguardQueries
from evidence_app.vault.schema_casework import inside, parts

# Made once, as they are asked of every file: making a statement costs SQLAlchemy more than running it.
_OWN = schema.exhibits.c
_WITH_DIGEST = select(_OWN.number).where(_OWN.sha256 == bindparam("digest")).order_by(_OWN.serial)
_WITH_SIZE = select(_OWN.serial).where(_OWN.size == bindparam("bytes")).limit(1)


class ImportQueries(SafeguardQueries):
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
        with self.reading() as connection:
            return tuple(connection.scalars(_WITH_DIGEST, {"digest": sha256}))

    def may_be_known(self, size: int, *, locked_only: bool = False) -> bool:
        """Whether bytes of this size may be there already, or locked away: then they have to be hashed
        before any of them is written. `locked_only` asks for the second alone."""
        with self.reading() as connection:
            return self.has_locked_on(connection) or (
                not locked_only and connection.execute(_WITH_SIZE, {"bytes": size}).first() is not None
            )

    def known_bytes(self, sha256: str) -> tuple[bool, tuple[str, ...]]:
        """Whether just these bytes (SHA-256, hex) are locked away, and what `with_digest` says."""
        with self.reading() as connection:
            away = self.is_locked_digest_on(connection, sha256)
            return away, tuple(connection.scalars(_WITH_DIGEST, {"digest": sha256}))

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
