"""Reading the vault: the answers to the stop, and what is locked away, withdrawn, held or disposed of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from evidence_app.errors import DisposedError, LockedAwayError, UsageError
from evidence_app.ledger import utc_moment
from evidence_app.records import (
    Disposal,
    EntryKind,
    Hold,
    Instruction,
    LockedAway,
    Referral,
    Standing,
    StopAnswered,
    Withdrawn,
)
from evidence_app.records_json import Fields
from evidence_app.vault import decode as entries_of
from evidence_app.vault import decode_safeguards as decode
from evidence_app.vault import schema
from evidence_app.vault import schema_safeguards as tables
from evidence_app.vault.index_common import received_exhibit, split_name
from evidence_app.vault.queries_record import BATCH, ENTRY, RecordQueries
from evidence_app.vault.schema_casework import inside

# Made once, as they are in every capture: making a statement costs SQLAlchemy more than running it.
_ANSWERS = tables.stop_answers
_ANSWER = (
    select(_ANSWERS).where(_ANSWERS.c.incident == bindparam("which")).order_by(_ANSWERS.c.seq.desc()).limit(1)
)
_UNLOCKED = select(func.max(schema.acts.c.seq)).where(schema.acts.c.kind == EntryKind.VAULT_UNLOCKED.value)
_ANSWER_UNFILED = (
    select(_ANSWERS)
    .where(_ANSWERS.c.incident.is_(None), _ANSWERS.c.seq > _UNLOCKED.scalar_subquery())
    .order_by(_ANSWERS.c.seq.desc())
    .limit(1)
)
_ANY_LOCKED = select(tables.locked_away.c.seq).limit(1)
_LOCKED_DIGEST = (
    select(tables.locked_away.c.seq).where(tables.locked_away.c.sha256 == bindparam("digest")).limit(1)
)


class SafeguardQueries(RecordQueries):
    """Questions about safeguards."""

    # --- the stop ------------------------------------------------------------------------------------

    def stop_answer(self, incident: str | None) -> StopAnswered | None:
        """The newest answer for an incident; for None the newest about unfiled captures since the vault
        was last unlocked. None where the question is still to be asked."""
        with self.reading() as connection:
            return self.stop_answer_on(connection, incident)

    def stop_answer_on(self, connection: Connection, incident: str | None) -> StopAnswered | None:
        """As `stop_answer`, on the caller's transaction."""
        found = (
            connection.execute(_ANSWER_UNFILED)
            if incident is None
            else (connection.execute(_ANSWER, {"which": incident}))
        )
        row = found.one_or_none()
        return None if row is None else decode.answer(row)

    # --- locked away -----------------------------------------------------------------------------------

    def locked_away(self, name: str) -> LockedAway | None:
        """How an exhibit (`HXA/001`, `RCV-001 HXA/001`, in full) came to be locked away; None where it is
        not."""
        with self.reading() as connection:
            return self.locked_on(connection, *split_name(name))

    def locked_on(self, connection: Connection, received: str, number: str) -> LockedAway | None:
        """As `locked_away`, on the caller's transaction; also where the same bytes have another number."""
        away = tables.locked_away
        exhibits = schema.received_exhibits if received else schema.exhibits
        where = [exhibits.c.number == number]
        if received:
            where.append(exhibits.c.received == received)
        query = select(away).join(exhibits, exhibits.c.sha256 == away.c.sha256).where(*where)
        own = (away.c.received == received) & (away.c.number == number)
        row = connection.execute(query.order_by(own.desc(), away.c.seq).limit(1)).one_or_none()
        return None if row is None else decode.locked(row)

    def all_locked_away(self) -> tuple[LockedAway, ...]:
        """Everything that is locked away, the first one first."""
        table = tables.locked_away
        with self.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.seq))
            return tuple(decode.locked(row) for row in rows)

    def locked_digests(self) -> frozenset[str]:
        """SHA-256 (hex) of everything that is locked away."""
        table = tables.locked_away
        query = select(table.c.sha256).where(table.c.sha256.is_not(None))
        own, files = schema.exhibits, schema.exhibit_files
        beside = (
            select(files.c.sha256).join(own, own.c.number == files.c.number).where(own.c.sha256.in_(query))
        )
        with self.reading() as connection:
            return frozenset([*connection.scalars(query), *connection.scalars(beside)])

    def same_bytes(self, name: str) -> tuple[str, ...]:
        """Other exhibits, of this vault and received, with exactly the bytes of this one (in full)."""
        own, theirs = schema.exhibits, schema.received_exhibits
        received, number = split_name(name)
        table = theirs if received else own
        where = [table.c.number == number, *([theirs.c.received == received] if received else [])]
        digest = select(table.c.sha256).where(*where).scalar_subquery()
        first = select(own.c.number).where(own.c.sha256 == digest).order_by(own.c.serial)
        second = select(theirs.c.received, theirs.c.number).where(theirs.c.sha256 == digest)
        with self.reading() as connection:
            found = list(connection.scalars(first))
            rows = connection.execute(second.order_by(theirs.c.seq))
            found += [received_exhibit(row.received, row.number) for row in rows]
        return tuple(one for one in found if one != received_exhibit(received, number).strip())

    def to_lock_on(self, connection: Connection) -> tuple[str, ...]:
        """Exhibits, of this vault and received, with bytes that are locked away under another name, or with
        such a file inside, and no entry of their own that says so; on the caller's transaction."""
        own, theirs, away = schema.exhibits, schema.received_exhibits, tables.locked_away
        if not self.has_locked_on(connection):
            return ()
        named = {(row.received, row.number) for row in connection.execute(select(away))}
        digests = select(away.c.sha256).where(away.c.sha256.is_not(None))
        first = connection.scalars(select(own.c.number).where(own.c.sha256.in_(digests)))
        found = [("", number) for number in first]
        within = select(inside.c.number).where(inside.c.sha256.in_(digests)).distinct()
        found += [("", number) for number in connection.scalars(within)]
        second = select(theirs.c.received, theirs.c.number).where(theirs.c.sha256.in_(digests))
        found += [(row.received, row.number) for row in connection.execute(second)]
        return tuple(received_exhibit(*one).strip() for one in dict.fromkeys(found) if one not in named)

    def has_locked_away(self) -> bool:
        """Whether anything is locked away at all."""
        with self.reading() as connection:
            return self.has_locked_on(connection)

    @staticmethod
    def has_locked_on(connection: Connection) -> bool:
        """As `has_locked_away`, on the caller's transaction."""
        return connection.execute(_ANY_LOCKED).first() is not None

    def is_locked_digest(self, sha256: str) -> bool:
        """Whether these very bytes (SHA-256 in hex) are locked away, under whatever number."""
        with self.reading() as connection:
            return self.is_locked_digest_on(connection, sha256)

    @staticmethod
    def is_locked_digest_on(connection: Connection, sha256: str) -> bool:
        """As `is_locked_digest`, on the caller's transaction."""
        return connection.execute(_LOCKED_DIGEST, {"digest": sha256}).first() is not None

    def locked_names(self) -> frozenset[str]:
        """The names of all exhibits, of this vault and received, that are locked away, also by their
        bytes."""
        away, own, theirs = tables.locked_away, schema.exhibits, schema.received_exhibits
        with self.reading() as connection:
            if not self.has_locked_on(connection):
                return frozenset()
            first = select(own.c.number).join(away, away.c.sha256 == own.c.sha256)
            second = select(theirs.c.received, theirs.c.number).join(away, away.c.sha256 == theirs.c.sha256)
            rows = connection.execute(second).all()
            return frozenset(
                [*connection.scalars(first), *(received_exhibit(row.received, row.number) for row in rows)]
            )

    def locked_away_objects(self) -> frozenset[str]:
        """The ids of all objects that hold what is locked away (`Vault.locked_away_files` has their paths).

        The file of a received bundle is among them, as it holds the exhibit too.
        """
        with self.reading() as connection:
            return self.locked_objects_on(connection)

    def locked_objects_on(self, connection: Connection, object_id: str | None = None) -> frozenset[str]:
        """As `locked_away_objects`, on the caller's transaction; of all, or whether this one is among
        them."""
        away, own, theirs = tables.locked_away, schema.exhibits, schema.received_exhibits
        bundles, files = schema.received, schema.exhibit_files
        digests = select(away.c.sha256).where(away.c.sha256.is_not(None))
        holding = select(theirs.c.received).where(theirs.c.sha256.in_(digests))
        found: set[str] = set()
        for column, where in (
            (own.c.object_id, own.c.sha256.in_(digests)),
            (files.c.object_id, files.c.number.in_(select(own.c.number).where(own.c.sha256.in_(digests)))),
            (theirs.c.object_id, theirs.c.sha256.in_(digests)),
            (bundles.c.object_id, bundles.c.reference.in_(holding)),
        ):
            query = select(column).where(where)
            if object_id is not None:
                query = query.where(column == object_id)
            found.update(connection.scalars(query))
        return frozenset(found)

    def received_object_on(self, connection: Connection, received: str) -> str:
        """The object of a received bundle's file, by its full reference."""
        table = schema.received
        query = select(table.c.object_id).where(table.c.reference == received)
        return str(connection.execute(query).scalar_one())

    def allow_object(self, object_id: str) -> None:
        """The one gate in front of every sealed file: raises `LockedAwayError`, or `DisposedError` for the
        file of a received bundle of which an exhibit was disposed of."""
        gone = tables.disposed_objects
        with self.reading() as connection:
            if self.has_locked_on(connection) and self.locked_objects_on(connection, object_id):
                raise LockedAwayError
            if connection.execute(select(gone.c.seq).where(gone.c.object_id == object_id)).first():
                raise DisposedError(
                    "This file was disposed of: it is not in this vault any more. What was done, and who "
                    "decided it, stands in the certificate."
                )

    # --- withdrawn and held ------------------------------------------------------------------------------

    def standing(self, connection: Connection, wanted: Sequence[str]) -> dict[str, Standing]:
        """What is to be known about these exhibits, inside this room only. A hold on their incident is not
        among it."""
        found: dict[str, Standing] = {}
        away, back, holds, exhibits = tables.locked_away, tables.withdrawn, tables.holds, schema.exhibits
        # By their bytes: what is locked away under one number is so under every other.
        own = (away.c.received == "") & (away.c.number == exhibits.c.number)  # comes last, and so counts
        same = select(exhibits.c.number.label("of"), away).join(away, away.c.sha256 == exhibits.c.sha256)
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            locked = {
                row.of: decode.locked(row)
                for row in connection.execute(
                    same.where(exhibits.c.number.in_(part)).order_by(own, away.c.seq.desc())
                )
            }
            withdrawn = {
                row.number: Withdrawn(row.reason, utc_moment(row.at), row.by, row.seq)
                for row in connection.execute(select(back).where(back.c.number.in_(part)))
            }
            held = {
                row.about: decode.hold(row)
                for row in connection.execute(select(holds).where(holds.c.about.in_(part)))
            }
            for number in locked.keys() | withdrawn.keys() | held.keys():
                found[number] = Standing(locked.get(number), withdrawn.get(number), held.get(number))
        return found

    def hold(self, about: str) -> Hold | None:
        """The hold on an exhibit or incident, by its full number or reference."""
        with self.reading() as connection:
            return self.hold_on(connection, about)

    def hold_on(self, connection: Connection, about: str) -> Hold | None:
        """As `hold`, on the caller's transaction."""
        table = tables.holds
        row = connection.execute(select(table).where(table.c.about == about)).one_or_none()
        return None if row is None else decode.hold(row)

    # --- instructions and disposals ----------------------------------------------------------------------

    def instructions(self, name: str) -> tuple[Instruction, ...]:
        """What was said is to become of an exhibit (in full) that is locked away, newest first."""
        received, number = split_name(name)
        with self.reading() as connection:
            return self.instructions_on(connection, number, received)

    def instructions_on(self, connection: Connection, number: str, received: str) -> tuple[Instruction, ...]:
        """As `instructions`, on the caller's transaction."""
        table = tables.instructions
        query = (
            ENTRY.join(table, table.c.seq == schema.entries.c.seq)
            .where(table.c.received == received, table.c.number == number)
            .order_by(table.c.seq.desc())
        )
        return tuple(decode.instruction(entries_of.entry(row)) for row in connection.execute(query))

    def disposal(self, name: str) -> Disposal | None:
        """The disposal of an exhibit or received bundle, None where there was none.

        `HXA/004`, `hxa-4` and `4` all name an exhibit, `RCV-001 HXA/001` one of a received bundle.
        """
        table = tables.disposals
        received, number = split_name(name)
        if received:
            found = re.fullmatch(r"RCV-0*([1-9][0-9]{0,8})", received, re.ASCII)
            reference = f"RCV-{int(found[1]):03d}" if found else received
            wanted = number.upper().replace("-", "/")
            made = self._disposals(
                self._disposal_query().where(table.c.received == reference, table.c.number == wanted)
            )
            return made[0] if made else None
        named = re.fullmatch(r"(?:([A-Z]{3})[/-])?0*([1-9][0-9]{0,8})", number.upper(), re.ASCII)
        if named is None:
            return None
        query = self._disposal_query().where(table.c.received == "", table.c.serial == int(named[2]))
        rows = [one for one in self._disposals(query) if named[1] in {None, one.number[:3]}]
        return rows[0] if rows else None

    def disposals(self, incident: str | None = None) -> tuple[Disposal, ...]:
        """All disposals, or those of exhibits that were filed in an incident last; oldest first."""
        query = self._disposal_query()
        if incident is not None:
            query = query.where(tables.disposals.c.incident == incident)
        return self._disposals(query)

    def unfinished_disposals(self) -> tuple[Disposal, ...]:
        """Disposals of which something may be left in the vault's folder."""
        return self._disposals(self._disposal_query().where(tables.disposals.c.completed_at.is_(None)))

    def disposed_names(self) -> frozenset[str]:
        """The names of everything that was disposed of."""
        table = tables.disposals
        with self.reading() as connection:
            rows = connection.execute(select(table.c.received, table.c.number))
            return frozenset(received_exhibit(row.received, row.number).strip() for row in rows)

    def disposed_objects(self) -> dict[str, int]:
        """The ids of the objects of all disposals, with the entry of the disposal: none may be there."""
        table = tables.disposed_objects
        with self.reading() as connection:
            return {row.object_id: row.seq for row in connection.execute(select(table))}

    def _disposal_query(self) -> Select[Any]:
        table = tables.disposals
        return (
            ENTRY.add_columns(table.c.completed_at)
            .join(table, table.c.seq == schema.entries.c.seq)
            .order_by(table.c.seq)
        )

    def _disposals(self, query: Select[Any]) -> tuple[Disposal, ...]:
        with self.reading() as connection:
            found = []
            for seq, body, salt, link, completed_at in connection.execute(query).all():
                entry = entries_of.entry((seq, body, salt, link))
                fields = Fields(entry.data, f"Entry {seq} of the record")
                at = fields.optional_number("instruction")
                instruction = None
                if at is not None:
                    row = connection.execute(ENTRY.where(schema.entries.c.seq == at)).one_or_none()
                    instruction = None if row is None else decode.instruction(entries_of.entry(row))
                found.append(decode.disposal(entry, fields, instruction, completed_at))
        return tuple(found)

    def refuse_disposed(self, name: str) -> None:
        """Raise `DisposedError` where an exhibit or received bundle of this name was disposed of."""
        gone = self.disposal(name)
        if gone is not None:
            raise DisposedError(
                f"{gone.name} was disposed of on {gone.at:%d.%m.%Y}: its content was erased and is not in "
                "this vault any more. What was done, and who decided it, stands in the certificate."
            )

    # --- referrals ---------------------------------------------------------------------------------------

    def referrals(self) -> tuple[Referral, ...]:
        """All referrals without a picture, newest first."""
        return self._referrals(select(tables.referrals.c.seq).order_by(tables.referrals.c.serial.desc()))

    def referral(self, reference: str) -> Referral:
        """One referral; `REF-001`, `ref-1` and `1` all name it. Raises `UsageError`."""
        found = re.fullmatch(r"(?:REF-)?0*([1-9][0-9]{0,8})", reference.strip(), re.IGNORECASE | re.ASCII)
        table = tables.referrals
        serial = int(found[1]) if found else 0
        rows = self._referrals(select(table.c.seq).where(table.c.serial == serial))
        if not rows:
            raise UsageError(
                f"There is no referral {reference[:40]!r} in this vault. Nothing was changed. "
                "See the list of referrals for the right reference."
            )
        return rows[0]

    def _referrals(self, query: Select[Any]) -> tuple[Referral, ...]:
        with self.reading() as connection:
            seqs = list(connection.scalars(query))
        return tuple(decode.referral(self.entry(seq)) for seq in seqs)
