"""Reading the vault: the entries, the checkpoints, and what is stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, cast, exc, select

from evidence_app import ledger
from evidence_app.errors import IntegrityError, UserError
from evidence_app.records import (
    Entry,
    EntryKind,
    SignedCheckpoint,
    Statement,
)
from evidence_app.vault import database, decode, schema

BATCH = 1000
ENTRY = select(schema.entries.c.seq, schema.entries.c.body, schema.entries.c.salt, schema.entries.c.link)


def entry_rows(connection: Connection) -> Iterable[Any]:
    """Number, body, salt, commitment and link of every entry, in order."""
    table = schema.entries
    # A value that is no BLOB gets past the column's type, but not past this.
    blobs = (cast(table.c[name], LargeBinary) for name in ("body", "salt", "commitment", "link"))
    query = select(table.c.seq, *blobs).order_by(table.c.seq).execution_options(yield_per=BATCH)
    return connection.execute(query)


class RecordQueries:
    """Questions to the record itself. Each is one short transaction on its own connection."""

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
            row = connection.execute(ENTRY.where(schema.entries.c.seq == seq)).one_or_none()
        if row is None:
            raise IntegrityError(f"Entry {seq} is missing from the vault's record.")
        return decode.entry(row)

    def entries(self, kind: EntryKind | None = None, limit: int = 200) -> list[Entry]:
        """The newest entries first, of one kind or of all; those that a disposal erased are passed over."""
        query = ENTRY.where(schema.entries.c.body.is_not(None)).order_by(schema.entries.c.seq.desc())
        query = query.limit(limit)
        if kind is not None:
            # Out of the index of kinds first: a join may go through the whole record for a kind that is rare.
            table = schema.acts
            newest = select(table.c.seq).where(table.c.kind == kind.value).order_by(table.c.seq.desc())
            query = query.where(schema.entries.c.seq.in_(newest.limit(limit)))
        with self.reading() as connection:
            return [decode.entry(row) for row in connection.execute(query)]

    def latest(self, kind: EntryKind) -> Entry | None:
        found = self.entries(kind, limit=1)
        return found[0] if found else None

    def entries_about(self, subject: str) -> list[Entry]:
        """Every act on an incident or exhibit, oldest first: its custody log."""
        subjects = schema.subjects
        query = (
            ENTRY.join(subjects, subjects.c.seq == schema.entries.c.seq)
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
            for row in connection.execute(query.execution_options(yield_per=BATCH)):
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

    def statements(self, about: str) -> tuple[Statement, ...]:
        """Everything ever stated about an incident or exhibit, oldest first."""
        table = schema.statements
        query = select(table).where(table.c.about == about).order_by(table.c.seq, table.c.position)
        with self.reading() as connection:
            return tuple(decode.statement(row) for row in connection.execute(query))

    def newest(self, connection: Connection, about: Sequence[str]) -> dict[str, dict[str, Statement]]:
        """The newest statement of each field of each, inside this room only."""
        return newest_statements(connection, about)


def newest_statements(connection: Connection, about: Sequence[str]) -> dict[str, dict[str, Statement]]:
    """The newest statement of each field of each incident, exhibit or received bundle."""
    table, newest = schema.statements, dict[str, dict[str, Statement]]()
    for start in range(0, len(about), BATCH):
        query = (
            select(table)
            .where(table.c.about.in_(about[start : start + BATCH]))
            .order_by(table.c.seq, table.c.position)
        )
        for row in connection.execute(query):
            newest.setdefault(row.about, {})[row.field] = decode.statement(row)
    return newest
