"""What the safeguards fill in, and what they forbid, where an act is written.

Every way into the record passes here, on the writer's own transaction: a window, a command or a later
importer cannot get round it, and nothing can change between the question and the act.
Source: domain.md, rules 1, 7 and 8.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, select

from evidence_app.errors import DisposalError, LockedAwayError, QuestionError, UsageError
from evidence_app.records import Decider, EntryKind, Ground, Hold, Role, Standing, StopAnswer
from evidence_app.records_json import Fields
from evidence_app.vault import decode, retention, schema
from evidence_app.vault import schema_safeguards as tables
from evidence_app.vault.index_safeguards import KEPT_WHEN_LOCKED
from evidence_app.vault.queries import Queries
from evidence_app.vault.schema_casework import derived as copied

_CLOSED = frozenset({StopAnswer.YES, StopAnswer.NOT_SURE})

DESCRIBES = {
    EntryKind.EXHIBIT_CAPTURED,
    EntryKind.EXHIBIT_STATED,
    EntryKind.EXHIBIT_FILED,
    EntryKind.EXHIBIT_VIEWED,
    EntryKind.EXHIBIT_DERIVED,
    EntryKind.EXHIBIT_EXPORTED,
    EntryKind.EXHIBIT_WITHDRAWN,
    EntryKind.EXHIBIT_REINSTATED,
}
"""Entries that speak of one exhibit only and of what it is, or who looked: a disposal erases them. Those that
say how it was kept safe (locked away, held, an instruction) have no such words and stay."""


def next_serial(writer: Connection) -> int:
    """The first serial that no disposed exhibit had: numbers are never used again."""
    table = tables.disposals
    highest = writer.execute(select(func.max(table.c.serial)).where(table.c.received == "")).scalar()
    return 1 + (highest or 0)


def sealable(reference: str, read: Queries, writer: Connection) -> str:
    """The full reference of the incident, or of the referral, that a bundle is of. Raises `UsageError`."""
    if reference.upper().startswith("REF-"):
        return read.referral(reference).reference
    return read.require_incident(reference, writer)


def complete(kind: EntryKind, data: dict[str, object], read: Queries, writer: Connection) -> None:
    """Fill in references and what only the record can say. Raises `UsageError`, `DisposalError`."""
    match kind:
        case EntryKind.STOP_ANSWERED:
            if data["incident"] is not None:
                data["incident"] = read.require_incident(str(data["incident"]), writer)
            _check_answer(data, read, writer)
        case (
            EntryKind.EXHIBIT_WITHDRAWN
            | EntryKind.EXHIBIT_REINSTATED
            | EntryKind.EXHIBIT_LOCKED_AWAY
            | EntryKind.INSTRUCTION_RECORDED
        ):
            data["number"] = read.require_exhibit(str(data["number"]), writer)
        case EntryKind.HOLD_SET | EntryKind.HOLD_LIFTED:
            data["about"] = _held_thing(str(data["about"]), read, writer)
        case EntryKind.REFERRAL_RECORDED:
            serial = writer.execute(select(func.max(tables.referrals.c.serial))).scalar() or 0
            data["reference"] = f"REF-{serial + 1:03d}"
            if data["incident"] is not None:
                data["incident"] = read.require_incident(str(data["incident"]), writer)
            if data["exhibit"]:
                data["exhibit"] = read.require_exhibit(str(data["exhibit"]), writer)
        case EntryKind.EXHIBIT_DISPOSED:
            data["number"] = read.require_exhibit(str(data["number"]), writer)
            _complete_disposal(data, read, writer)
        case _:
            pass


def _held_thing(about: str, read: Queries, writer: Connection) -> str:
    if about.strip().upper().startswith("INC-"):
        return read.require_incident(about, writer)
    return read.require_exhibit(about, writer)


# --- what is forbidden --------------------------------------------------------------------------------


def refuse(kind: EntryKind, data: dict[str, object], read: Queries, writer: Connection) -> None:
    """Raise what forbids an act: `LockedAwayError`, `QuestionError`, `UsageError`."""
    match kind:
        case EntryKind.EXHIBIT_CAPTURED if data["incident"] is not None:
            _refuse_closed(str(data["incident"]), read, writer)
        case EntryKind.EXHIBIT_FILED:
            _refuse_locked([str(data["number"])], read, writer)
            _refuse_closed(str(data["incident"]), read, writer)
        case EntryKind.EXHIBIT_VIEWED | EntryKind.EXHIBIT_EXPORTED:
            _refuse_locked([str(data["number"])], read, writer)
        case EntryKind.EXHIBIT_DERIVED:
            _refuse_locked([Fields(data["from"], "A copy").text("number")], read, writer)
            if data["incident"] is not None:
                _refuse_closed(str(data["incident"]), read, writer)
        case EntryKind.EXHIBIT_STATED:
            said = data["statements"]
            fields = {one["field"] for one in said} if isinstance(said, list) else set()
            if fields != {KEPT_WHEN_LOCKED}:
                _refuse_locked([str(data["about"])], read, writer)
        case EntryKind.BUNDLE_SEALED:
            sealed = data["exhibits"]
            numbers = [str(one) for one in sealed] if isinstance(sealed, list) else []
            _refuse_locked(numbers, read, writer)
            for number in numbers:
                read.require_exhibit(number, writer)
        case EntryKind.EXHIBIT_REINSTATED:
            standing = read.standing(writer, [str(data["number"])]).get(str(data["number"]), Standing())
            if standing.withdrawn is None:
                raise UsageError(f"{data['number']} is not withdrawn. Nothing was changed.")
        case EntryKind.HOLD_LIFTED:
            if read.hold_on(writer, str(data["about"])) is None:
                raise UsageError(f"There is no hold on {data['about']}. Nothing was changed.")
        case EntryKind.INSTRUCTION_RECORDED:
            _require_locked(str(data["number"]), read, writer)
        case EntryKind.REFERRAL_RECORDED if data["exhibit"]:
            _require_locked(str(data["exhibit"]), read, writer)
        case _:
            pass


def _refuse_locked(numbers: list[str], read: Queries, writer: Connection) -> None:
    for standing in read.standing(writer, numbers).values():
        if standing.locked_away is not None:
            raise LockedAwayError


def _require_locked(number: str, read: Queries, writer: Connection) -> None:
    if read.standing(writer, [number]).get(number, Standing()).locked_away is None:
        raise UsageError(f"{number} is not locked away. Nothing was recorded. Lock it away first.")


def closed(reference: str) -> QuestionError:
    """Why no picture goes into an incident whose question was answered with yes or not sure."""
    return QuestionError(
        f"For {reference} it was answered that a picture could show a child in a way that nobody may keep. "
        "So no picture is written or filed there; what it already holds is safe. Record a referral in words, "
        "and follow the advice of the safeguarding lead."
    )


def _refuse_closed(reference: str, read: Queries, writer: Connection) -> None:
    said = read.stop_answer_on(writer, reference)
    if said is not None and said.answer in _CLOSED:
        raise closed(reference)


def _check_answer(data: dict[str, object], read: Queries, writer: Connection) -> None:
    """After yes or not sure, "no" is not a second thought: somebody who may say so has to have said it."""
    if data["incident"] is None or data["answer"] in {one.value for one in _CLOSED}:
        return
    before = read.stop_answer_on(writer, str(data["incident"]))
    if before is not None and before.answer in _CLOSED and not data["advised_by"]:
        raise QuestionError(
            f"The last answer for {data['incident']} was not “no”. Nothing was changed. It can only be put "
            "right on the advice of the safeguarding lead or the police: say who gave it."
        )


# --- disposal -----------------------------------------------------------------------------------------


def _complete_disposal(data: dict[str, object], read: Queries, writer: Connection) -> None:
    """Whether a disposal is allowed, and all that it erases; raises `DisposalError`."""
    number = str(data["number"])
    fields = Fields(data, "The disposal")
    _check_people(fields, read)
    exhibits = schema.exhibits
    row = writer.execute(select(exhibits).where(exhibits.c.number == number)).one()
    seqs, incidents = _entries_of(number, writer)
    _check_holds(number, incidents, read, writer)
    data |= _ground(number, read, writer)
    same = select(exhibits.c.number).where(exhibits.c.sha256 == row.sha256, exhibits.c.number != number)
    data |= {
        "incident": row.incident,
        "incidents": incidents,
        "captured_at": row.sealed_at,
        "entries": seqs,
        "objects": [row.object_id],
        "same_bytes": list(writer.scalars(same.order_by(exhibits.c.serial))),
    }


def _check_people(fields: Fields, read: Queries) -> None:
    decided, second = fields.fields("decided_by"), fields.text("second")
    name, owner = decided.text("name"), decode.owner(read.entry(1))
    if decided.text("role") not in set(Decider):
        raise DisposalError("Only the headteacher or the chair of governors may decide. Nothing was changed.")
    if same_name(name, second):
        raise DisposalError(
            "A disposal needs two people: who decides it, and a second one. Nothing was changed. "
            "Name another person as the second."
        )
    if owner.role is not Role.HEAD and same_name(name, owner.name):
        raise DisposalError(
            "This is the vault of a member of staff, who cannot decide on a disposal alone. Nothing was "
            "changed. Name the headteacher or the chair of governors who decided it."
        )


def same_name(one: str, other: str) -> bool:
    """Whether two names are one as far as letters, case, accents and spaces go."""

    def plain(name: str) -> str:
        marked = unicodedata.normalize("NFKD", name.casefold())
        return "".join(letter for letter in marked if letter.isalnum())

    return plain(one) == plain(other)


def _entries_of(number: str, writer: Connection) -> tuple[list[int], list[str]]:
    """The entries to erase, and every incident that the exhibit was ever filed in."""
    acts, subjects, incidents = schema.acts, schema.subjects, schema.incidents
    # A copy is an exhibit of its own: the entry that made it is in the history of its original, and stays.
    copies = select(copied.c.seq).where(copied.c.original == number)
    gone = (
        select(subjects.c.seq)
        .join(acts, acts.c.seq == subjects.c.seq)
        .where(subjects.c.subject == number, acts.c.kind.in_([kind.value for kind in DESCRIBES]))
        .where(subjects.c.seq.not_in(copies))
    )
    ever = (
        select(incidents.c.reference)
        .join(subjects, subjects.c.subject == incidents.c.reference)
        .where(subjects.c.seq.in_(gone))
        .distinct()
        .order_by(incidents.c.serial)
    )
    return list(writer.scalars(gone.order_by(subjects.c.seq))), list(writer.scalars(ever))


def _check_holds(number: str, incidents: list[str], read: Queries, writer: Connection) -> None:
    for about in (number, *incidents):
        hold = read.hold_on(writer, about)
        if hold is not None:
            raise _held(number, hold)


def _held(number: str, hold: Hold) -> DisposalError:
    return DisposalError(
        f"There is a hold on {hold.about}, asked for by {hold.asked_by}: {hold.reason.rstrip('.')}. "
        f"{number} is kept, and nothing was changed. A hold has to be lifted first, with a reason of its own."
    )


def today() -> date:
    """The day on this computer's calendar."""
    return datetime.now(UTC).astimezone().date()


def _ground(number: str, read: Queries, writer: Connection) -> dict[str, object]:
    standing = read.standing(writer, [number]).get(number, Standing())
    if standing.locked_away is not None:
        instructions = read.instructions_on(writer, number, "")
        if not instructions:
            raise DisposalError(
                f"{number} is locked away. It may only go on the instruction of the police or the "
                "safeguarding lead. Nothing was changed. Record their instruction first."
            )
        return {"ground": Ground.INSTRUCTION.value, "instruction": instructions[0].seq, "due": None}
    due = retention.due_on(writer, read, number)
    if due is None:
        raise DisposalError(
            f"No day is set from which {number} may be disposed of. Nothing was changed. The school states "
            "it; there is none by default."
        )
    if due.day > today():
        raise DisposalError(
            f"{number} is kept until {due.day:%d.%m.%Y} ({due.follows_from}). Nothing was changed."
        )
    return {
        "ground": Ground.DUE.value,
        "instruction": None,
        "due": {"day": due.day.isoformat(), "follows_from": due.follows_from},
    }
