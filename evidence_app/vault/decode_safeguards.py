"""Rows and entries of the safeguards to records."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_moment
from evidence_app.records import (
    Decider,
    Disposal,
    Due,
    Entry,
    Found,
    Ground,
    Hold,
    How,
    Instruction,
    LockedAway,
    Office,
    Referral,
    StopAnswer,
    StopAnswered,
    Told,
)
from evidence_app.records_json import Fields
from evidence_app.vault.index_safeguards import numbers


def answer(row: Any) -> StopAnswered:
    try:
        answer = StopAnswer(row.answer)
    except ValueError as error:
        raise IntegrityError(f"Entry {row.seq} of the record has no valid “answer”.") from error
    return StopAnswered(
        row.incident, answer, row.files, row.advised_by, at=utc_moment(row.at), by=row.by, seq=row.seq
    )


def locked(row: Any) -> LockedAway:
    return LockedAway(
        row.number,
        row.received,
        row.why,
        tuple(json.loads(row.told)),
        at=utc_moment(row.at),
        by=row.by,
        seq=row.seq,
    )


def hold(row: Any) -> Hold:
    return Hold(row.about, row.reason, row.asked_by, at=utc_moment(row.at), by=row.by, seq=row.seq)


def instruction(entry: Entry) -> Instruction:
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


def disposal(
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
            taken=fields.texts("taken"),
            set_aside=fields.texts("set_aside"),
            at=entry.at,
            by=entry.by,
            seq=entry.seq,
            completed_at=None if completed_at is None else utc_moment(completed_at),
        )
    except ValueError as error:
        raise IntegrityError(f"Entry {entry.seq} of the record cannot be read.") from error


def referral(entry: Entry) -> Referral:
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
