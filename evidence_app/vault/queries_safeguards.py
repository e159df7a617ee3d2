"""Reading the vault: the answers to the stop, and what is locked away, withdrawn, held or disposed of."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, func, select, union

from evidence_app.errors import DisposedError, IntegrityError, LockedAwayError, UsageError
from evidence_app.ledger import utc_moment
from evidence_app.records import (
    Decider,
    Disposal,
    Due,
    Entry,
    EntryKind,
    Found,
    Ground,
    Hold,
    How,
    Instruction,
    LockedAway,
    Office,
    Referral,
    Standing,
    StopAnswer,
    StopAnswered,
    Told,
    Withdrawn,
)
from evidence_app.records_json import Fields
from evidence_app.vault import decode, schema
from evidence_app.vault import schema_safeguards as tables
from evidence_app.vault.index_safeguards import numbers
from evidence_app.vault.queries_record import BATCH, ENTRY, RecordQueries


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
        table = tables.stop_answers
        query = select(table).where(table.c.incident.is_not_distinct_from(incident))
        if incident is None:
            acts = schema.acts
            unlocked = select(func.max(acts.c.seq)).where(acts.c.kind == EntryKind.VAULT_UNLOCKED.value)
            query = query.where(table.c.seq > unlocked.scalar_subquery())
        row = connection.execute(query.order_by(table.c.seq.desc()).limit(1)).one_or_none()
        return None if row is None else _answer(row)

    # --- locked away -----------------------------------------------------------------------------------

    def locked_away(self, number: str, received: str = "") -> LockedAway | None:
        """How an exhibit came to be locked away, None where it is not. By its full number."""
        table = tables.locked_away
        query = select(table).where(table.c.received == received, table.c.number == number)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _locked(row)

    def all_locked_away(self) -> tuple[LockedAway, ...]:
        """Everything that is locked away, the first one first."""
        table = tables.locked_away
        with self.reading() as connection:
            return tuple(_locked(row) for row in connection.execute(select(table).order_by(table.c.seq)))

    def same_bytes(self, number: str) -> tuple[str, ...]:
        """Other exhibits with exactly the bytes of this one (its full number), in their order."""
        exhibits = schema.exhibits
        own = select(exhibits.c.sha256).where(exhibits.c.number == number).scalar_subquery()
        query = select(exhibits.c.number).where(exhibits.c.sha256 == own, exhibits.c.number != number)
        with self.reading() as connection:
            return tuple(connection.scalars(query.order_by(exhibits.c.serial)))

    def has_locked_away(self) -> bool:
        """Whether anything is locked away at all."""
        with self.reading() as connection:
            return connection.execute(select(tables.locked_away.c.seq).limit(1)).first() is not None

    def is_locked_digest(self, sha256: str) -> bool:
        """Whether these very bytes (SHA-256 in hex) are locked away, under whatever number."""
        table = tables.locked_away
        query = select(table.c.seq).where(table.c.sha256 == sha256).limit(1)
        with self.reading() as connection:
            return connection.execute(query).first() is not None

    def locked_numbers(self) -> frozenset[str]:
        """The numbers of all exhibits of this vault that are locked away, also by having the same bytes."""
        away, exhibits = tables.locked_away, schema.exhibits
        query = select(exhibits.c.number).join(away, away.c.sha256 == exhibits.c.sha256)
        with self.reading() as connection:
            return frozenset(connection.scalars(query))

    def locked_away_objects(self) -> frozenset[str]:
        """The ids of all objects that hold what is locked away: a backup leaves these files out."""
        with self.reading() as connection:
            return frozenset(connection.scalars(_locked_objects()))

    def allow_object(self, object_id: str) -> None:
        """The one gate in front of every sealed file: raises `LockedAwayError` for what is locked away."""
        query = _locked_objects(object_id).limit(1)
        with self.reading() as connection:
            if connection.execute(query).first() is not None:
                raise LockedAwayError

    # --- withdrawn and held ------------------------------------------------------------------------------

    def standing(self, connection: Connection, wanted: Sequence[str]) -> dict[str, Standing]:
        """What is to be known about these exhibits, inside this room only. A hold on their incident is not
        among it."""
        found: dict[str, Standing] = {}
        away, back, holds, exhibits = tables.locked_away, tables.withdrawn, tables.holds, schema.exhibits
        # By their bytes: what is locked away under one number is so under every other.
        same = select(exhibits.c.number.label("of"), away).join(away, away.c.sha256 == exhibits.c.sha256)
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            locked = {
                row.of: _locked(row)
                for row in connection.execute(
                    same.where(exhibits.c.number.in_(part)).order_by(away.c.seq.desc())
                )
            }
            withdrawn = {
                row.number: Withdrawn(row.reason, utc_moment(row.at), row.by, row.seq)
                for row in connection.execute(select(back).where(back.c.number.in_(part)))
            }
            held = {
                row.about: _hold(row)
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
        return None if row is None else _hold(row)

    # --- instructions and disposals ----------------------------------------------------------------------

    def instructions(self, number: str, received: str = "") -> tuple[Instruction, ...]:
        """What was said is to become of an exhibit that is locked away, newest first."""
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
        return tuple(_instruction(decode.entry(row)) for row in connection.execute(query))

    def disposal(self, number: str, received: str = "") -> Disposal | None:
        """The disposal of an exhibit, None where there was none. `HXA/004`, `hxa-4` and `4` all name it."""
        found = re.fullmatch(r"(?:([A-Z]{3})[/-])?0*([1-9][0-9]{0,8})", number.strip().upper(), re.ASCII)
        if found is None:
            return None
        table = tables.disposals
        query = self._disposal_query().where(table.c.received == received, table.c.serial == int(found[2]))
        made = [one for one in self._disposals(query) if found[1] in {None, one.number[:3]}]
        return made[0] if made else None

    def disposals(self, incident: str | None = None) -> tuple[Disposal, ...]:
        """All disposals, or those of exhibits that were filed in an incident last; oldest first."""
        query = self._disposal_query()
        if incident is not None:
            query = query.where(tables.disposals.c.incident == incident)
        return self._disposals(query)

    def unfinished_disposals(self) -> tuple[Disposal, ...]:
        """Disposals of which something may be left in the vault's folder."""
        return self._disposals(self._disposal_query().where(tables.disposals.c.completed_at.is_(None)))

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
                entry = decode.entry((seq, body, salt, link))
                fields = Fields(entry.data, f"Entry {seq} of the record")
                at = fields.optional_number("instruction")
                instruction = None
                if at is not None:
                    row = connection.execute(ENTRY.where(schema.entries.c.seq == at)).one_or_none()
                    instruction = None if row is None else _instruction(decode.entry(row))
                found.append(_disposal(entry, fields, instruction, completed_at))
        return tuple(found)

    def refuse_disposed(self, number: str) -> None:
        """Raise `DisposedError` where an exhibit of this number was disposed of."""
        gone = self.disposal(number)
        if gone is not None:
            raise DisposedError(
                f"{gone.number} was disposed of on {gone.at:%d.%m.%Y}: its content was erased and is not in "
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
        return tuple(_referral(self.entry(seq)) for seq in seqs)


def _locked_objects(object_id: str | None = None) -> Select[Any]:
    """Ids of objects with bytes that are locked away; of all, or whether this one is among them."""
    away, exhibits = tables.locked_away, schema.exhibits
    digests = select(away.c.sha256).where(away.c.sha256.is_not(None))
    own = select(exhibits.c.object_id).where(exhibits.c.sha256.in_(digests))
    parts = [own]
    if object_id is not None:
        parts = [part.where(part.selected_columns[0] == object_id) for part in parts]
    everything = union(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(everything.c.object_id)


def _answer(row: Any) -> StopAnswered:
    try:
        answer = StopAnswer(row.answer)
    except ValueError as error:
        raise IntegrityError(f"Entry {row.seq} of the record has no valid “answer”.") from error
    return StopAnswered(
        row.incident, answer, row.files, row.advised_by, at=utc_moment(row.at), by=row.by, seq=row.seq
    )


def _locked(row: Any) -> LockedAway:
    return LockedAway(
        row.number,
        row.received,
        row.why,
        tuple(json.loads(row.told)),
        at=utc_moment(row.at),
        by=row.by,
        seq=row.seq,
    )


def _hold(row: Any) -> Hold:
    return Hold(row.about, row.reason, row.asked_by, at=utc_moment(row.at), by=row.by, seq=row.seq)


def _instruction(entry: Entry) -> Instruction:
    where = f"Entry {entry.seq} of the record"
    fields = Fields(entry.data, where)
    try:
        return Instruction(
            number=fields.text("number"),
            received=fields.optional_text("received") or "",
            given_by=fields.text("given_by"),
            office=Office(fields.text("office")),
            reference=fields.text("reference"),
            given_at=fields.moment("given_at"),
            at=entry.at,
            by=entry.by,
            seq=entry.seq,
        )
    except ValueError as error:
        raise IntegrityError(f"{where} cannot be read.") from error


def _disposal(
    entry: Entry, fields: Fields, instruction: Instruction | None, completed_at: str | None
) -> Disposal:
    decided = fields.fields("decided_by")
    due = fields.optional_fields("due")
    try:
        return Disposal(
            number=fields.text("number"),
            received=fields.optional_text("received") or "",
            incidents=fields.texts("incidents"),
            captured_at=fields.moment("captured_at"),
            ground=Ground(fields.text("ground")),
            due=None if due is None else Due(date.fromisoformat(due.text("day")), due.text("follows_from")),
            instruction=instruction,
            decided_by=decided.text("name"),
            decider=Decider(decided.text("role")),
            second=fields.text("second"),
            erased=tuple(numbers(fields, "entries")),
            objects=fields.texts("objects"),
            same_bytes=fields.texts("same_bytes"),
            at=entry.at,
            by=entry.by,
            seq=entry.seq,
            completed_at=None if completed_at is None else utc_moment(completed_at),
        )
    except ValueError as error:
        raise IntegrityError(f"Entry {entry.seq} of the record cannot be read.") from error


def _referral(entry: Entry) -> Referral:
    where = f"Entry {entry.seq} of the record"
    fields = Fields(entry.data, where)
    told = [Fields(one, where) for one in fields.items("told")]
    try:
        return Referral(
            reference=fields.text("reference"),
            incident=fields.optional_text("incident"),
            exhibit=fields.text("exhibit"),
            found=Found(fields.text("found")),
            address=fields.text("address"),
            seen_at=fields.moment("seen_at"),
            told=tuple(
                Told(
                    one.text("name"),
                    one.text("role"),
                    None if one.optional_text("at") is None else one.moment("at"),
                    How(one.text("how")) if one.text("how") else None,
                )
                for one in told
            ),
            concerns_head=fields.flag("concerns_head"),
            recorded_at=entry.at,
            by=entry.by,
            seq=entry.seq,
        )
    except ValueError as error:
        raise IntegrityError(f"{where} cannot be read.") from error
