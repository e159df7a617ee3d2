"""Reading the vault: what came from others, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, func, select

from evidence_app.errors import ReceivedMeanwhileError, UsageError
from evidence_app.records import Entry, ForwardedRow, ReceivedExhibit, ReceivedRow, SeenLedger
from evidence_app.records_json import Fields
from evidence_app.vault import decode, decode_received, schema
from evidence_app.vault.index_common import received_exhibit
from evidence_app.vault.queries_record import BATCH, ENTRY
from evidence_app.vault.queries_safeguards import SafeguardQueries


class ReceivedQueries(SafeguardQueries):
    """Questions about received bundles and their exhibits."""

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

    def wrote_file(self, name: str, size: int) -> bool:
        """Whether this vault itself once sealed or forwarded a bundle of this file name and size."""
        with self.reading() as connection:
            return any(
                connection.execute(
                    select(table.c.seq).where(table.c.file_name == name, table.c.size == size).limit(1)
                ).first()
                is not None
                for table in (schema.bundles, schema.forwarded)
            )

    def require_received(self, reference: str, connection: Connection) -> str:
        """The full reference, on the caller's transaction; `UsageError` unless it was received."""
        found = re.fullmatch(r"(?:RCV-)?0*([1-9][0-9]{0,8})", reference.strip(), re.IGNORECASE | re.ASCII)
        if found:
            query = select(schema.received.c.reference).where(schema.received.c.serial == int(found[1]))
            full = connection.execute(query).scalar_one_or_none()
            if full is not None:
                return str(full)
            self.refuse_disposed(f"RCV-{found[1]}")
        raise UsageError(
            f"There is no received bundle {reference[:40]!r} in this vault. Nothing was changed. "
            "See the list of received bundles for the right reference."
        )

    def require_new_file(self, data: Mapping[str, object], connection: Connection) -> None:
        """That no received bundle is the file in this data; `ReceivedMeanwhileError` where one is."""
        digest = Fields(data, "The entry").fields("object").text("sha256")
        query = select(schema.received.c.reference).where(schema.received.c.sha256 == digest)
        earlier = connection.execute(query).scalar_one_or_none()
        if earlier is not None:
            raise ReceivedMeanwhileError(
                f"This file was received meanwhile, as {earlier}. Nothing was added. Look for it there."
            )

    def received_with(self, seen: SeenLedger) -> tuple[str, ...]:
        """The received bundles with which this state of a sender's ledger was seen, oldest first."""
        table = schema.seen_ledgers
        query = ENTRY.join(table, table.c.seq == schema.entries.c.seq).where(
            table.c.signing_key == seen.signing_key,
            table.c.vault_id == seen.vault_id,
            table.c.size == seen.size,
            table.c.link == seen.link,
            schema.entries.c.body.is_not(None),
        )
        with self.reading() as connection:
            found = [decode.entry(row) for row in connection.execute(query.order_by(table.c.seq))]
        named = (one.data.get("reference") or one.data.get("received") for one in found)
        return tuple(dict.fromkeys(str(one) for one in named if one))

    def received_exhibits(self, reference: str) -> tuple[ReceivedExhibit, ...]:
        """The exhibits of a received bundle that were taken in, by number; raises `UsageError`."""
        with self.reading() as connection:
            full = self.require_received(reference, connection)
            return self._exhibits_of(connection, schema.received_exhibits.c.received == full)

    def taken_in(self, reference: str) -> bool:
        """Whether the exhibits of a received bundle (full reference) are in the vault: all or none are."""
        table = schema.received_exhibits
        query = select(table.c.seq).where(table.c.received == reference).limit(1)
        with self.reading() as connection:
            return connection.execute(query).first() is not None

    def received_exhibit(self, reference: str, number: str) -> ReceivedExhibit:
        """One of them by its sender's number (`HXA/004`, `hxa-004`); raises `UsageError`."""
        table = schema.received_exhibits
        with self.reading() as connection:
            full, named = self.require_received_exhibit(reference, number, connection)
            return self._exhibits_of(connection, table.c.received == full, table.c.number == named)[0]

    def require_received_exhibit(
        self, reference: str, number: str, connection: Connection
    ) -> tuple[str, str]:
        """Full reference and number, on the caller's transaction; `UsageError` unless it was taken in."""
        full, table = self.require_received(reference, connection), schema.received_exhibits
        wanted = number.strip().upper().replace("-", "/")
        query = select(table.c.number).where(table.c.received == full, table.c.number == wanted)
        named = connection.execute(query).scalar_one_or_none()
        if named is None:
            self.refuse_disposed(received_exhibit(full, wanted))
            raise UsageError(
                f"No exhibit {number[:40]!r} of {full} was taken into this vault. Nothing was changed. "
                "See the list of its exhibits for the right number."
            )
        return full, str(named)

    def _exhibits_of(self, connection: Connection, *where: Any) -> tuple[ReceivedExhibit, ...]:
        table = schema.received_exhibits
        query = ENTRY.join(table, table.c.seq == schema.entries.c.seq).where(*where).order_by(table.c.number)
        found = [decode_received.received_exhibit(decode.entry(row)) for row in connection.execute(query)]
        return tuple(
            decode_received.without_what_it_shows(one, away)
            if (away := self.locked_on(connection, one.received, one.number)) is not None
            else one
            for one in found
        )

    def received_stated(self, fields: Collection[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """What senders state now in these fields about each exhibit, and each incident, of received bundles:
        the bundle's reference, and the values by field. One question, however many there are."""
        table = schema.received_stated
        query = select(table).where(table.c.field.in_(list(fields))).order_by(table.c.seq)
        with self.reading() as connection:
            rows = connection.execute(query).all()
        for _, said in groupby(rows, key=lambda row: row.seq):
            parts = list(said)
            yield parts[0].received, {row.field: row.value for row in parts}

    def forwarded(self, reference: str) -> tuple[ForwardedRow, ...]:
        """How a received bundle was passed on, newest first; raises `UsageError`."""
        table = schema.forwarded
        query = ENTRY.join(table, table.c.seq == schema.entries.c.seq).order_by(table.c.seq.desc())
        with self.reading() as connection:
            full = self.require_received(reference, connection)
            rows = connection.execute(query.where(table.c.received == full))
            return tuple(decode_received.forwarded(decode.entry(row)) for row in rows)

    def _received(self, query: Select[Any]) -> tuple[ReceivedRow, ...]:
        table, checks = schema.received, schema.received_checks
        newest = select(checks.c.received, func.max(checks.c.seq).label("seq")).group_by(checks.c.received)
        with self.reading() as connection:
            rows = connection.execute(query.order_by(table.c.seq.desc())).all()
            said = self.newest(connection, [row.reference for row in rows])
            wanted = {row.reference for row in rows}
            checked = {row.received: row.seq for row in connection.execute(newest) if row.received in wanted}
            entries = self._entries(connection, [*(row.seq for row in rows), *checked.values()])
        return tuple(
            decode_received.received(
                entries[row.seq],
                entries[checked[row.reference]] if row.reference in checked else None,
                said.get(row.reference, {}),
            )
            for row in rows
        )

    @staticmethod
    def _entries(connection: Connection, seqs: list[int]) -> dict[int, Entry]:
        found: dict[int, Entry] = {}
        for start in range(0, len(seqs), BATCH):
            part = ENTRY.where(schema.entries.c.seq.in_(seqs[start : start + BATCH]))
            found |= {row.seq: decode.entry(row) for row in connection.execute(part)}
        return found
