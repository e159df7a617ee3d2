"""What the safeguards fill in, and what they forbid, where an act is written.

Every way into the record passes here, on the writer's own transaction: a window, a command or a later
importer cannot get round it, and nothing can change between the question and the act.
Source: domain.md, rules 1, 7 and 8.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from evidence_app.errors import LockedAwayError, QuestionError, UsageError
from evidence_app.records import EntryKind, Standing, StopAnswer
from evidence_app.records_json import Fields
from evidence_app.vault import disposal_rules
from evidence_app.vault import schema_safeguards as tables
from evidence_app.vault.index_common import split_name
from evidence_app.vault.index_safeguards import KEPT_WHEN_LOCKED
from evidence_app.vault.queries import Queries

_CLOSED = frozenset({StopAnswer.YES, StopAnswer.NOT_SURE})


# Made once, as they are in every capture: see `index`.
_HIGHEST = select(func.max(tables.disposals.c.serial)).where(tables.disposals.c.received == "")
_HIGHEST_RECEIVED = select(func.max(tables.disposals.c.serial)).where(tables.disposals.c.number == "")


def next_serial(writer: Connection, *, received: bool = False) -> int:
    """The first serial that no disposed exhibit, or received bundle, had: numbers are never used again."""
    return 1 + (writer.execute(_HIGHEST_RECEIVED if received else _HIGHEST).scalar() or 0)


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
        case EntryKind.EXHIBIT_WITHDRAWN | EntryKind.EXHIBIT_REINSTATED:
            data["number"] = read.require_exhibit(str(data["number"]), writer)
        case EntryKind.EXHIBIT_LOCKED_AWAY | EntryKind.INSTRUCTION_RECORDED:
            _require(data, read, writer)
        case EntryKind.HOLD_SET | EntryKind.HOLD_LIFTED:
            data["about"] = _held_thing(str(data["about"]), read, writer)
        case EntryKind.REFERRAL_RECORDED:
            serial = writer.execute(select(func.max(tables.referrals.c.serial))).scalar() or 0
            data["reference"] = f"REF-{serial + 1:03d}"
            if data["incident"] is not None:
                data["incident"] = read.require_incident(str(data["incident"]), writer)
            if data["exhibit"]:
                data["exhibit"] = _full_name(str(data["exhibit"]), read, writer)
        case EntryKind.EXHIBIT_DISPOSED:
            _require(data, read, writer)
            disposal_rules.complete(data, read, writer)
        case _:
            pass


def _require(data: dict[str, object], read: Queries, writer: Connection) -> None:
    """The exhibit, or the received bundle, that an entry is of, in full; raises `UsageError`."""
    number, received = str(data["number"]), data["received"]
    if received is None:
        data["number"] = read.require_exhibit(number, writer)
    elif number:
        data["received"], data["number"] = read.require_received_exhibit(str(received), number, writer)
    else:
        data["received"] = read.require_received(str(received), writer)


def _full_name(name: str, read: Queries, writer: Connection) -> str:
    received, number = split_name(name)
    data: dict[str, object] = {"number": number, "received": received or None}
    _require(data, read, writer)
    return f"{data['received'] or ''} {data['number']}".strip()


def _held_thing(about: str, read: Queries, writer: Connection) -> str:
    if about.strip().upper().startswith("INC-"):
        return read.require_incident(about, writer)
    return _full_name(about, read, writer)


# --- what is forbidden --------------------------------------------------------------------------------


def refuse(kind: EntryKind, data: dict[str, object], read: Queries, writer: Connection) -> None:
    """Raise what forbids an act: `LockedAwayError`, `QuestionError`, `UsageError`."""
    match kind:
        case EntryKind.EXHIBIT_CAPTURED | EntryKind.EXHIBIT_IMPORTED if data["incident"] is not None:
            _refuse_closed(str(data["incident"]), read, writer)
        case EntryKind.EXHIBIT_FILED:
            _refuse_locked([str(data["number"])], read, writer)
            _refuse_closed(str(data["incident"]), read, writer)
        case EntryKind.EXHIBIT_VIEWED if "received" in data:
            if read.locked_on(writer, str(data["received"]), str(data["number"])) is not None:
                raise LockedAwayError
        case EntryKind.BUNDLE_FORWARDED:
            _refuse_locked_bundle(str(data["received"]), read, writer)
        case EntryKind.BUNDLE_CHECKED if data.get("took"):
            _refuse_locked_bundle(str(data["received"]), read, writer)
        case EntryKind.EXHIBIT_VIEWED | EntryKind.EXHIBIT_EXPORTED | EntryKind.EXHIBIT_EXAMINED:
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
            _require_locked(str(data["received"] or ""), str(data["number"]), read, writer)
        case EntryKind.REFERRAL_RECORDED if data["exhibit"]:
            _require_locked(*split_name(str(data["exhibit"])), read, writer)
        case _:
            pass


def _refuse_locked(numbers: list[str], read: Queries, writer: Connection) -> None:
    for standing in read.standing(writer, numbers).values():
        if standing.locked_away is not None:
            raise LockedAwayError


def _refuse_locked_bundle(received: str, read: Queries, writer: Connection) -> None:
    """What is passed on or taken out of a received bundle holds all of its exhibits."""
    if read.locked_objects_on(writer, read.received_object_on(writer, received)):
        raise LockedAwayError


def _require_locked(received: str, number: str, read: Queries, writer: Connection) -> None:
    if read.locked_on(writer, received, number) is None:
        name = f"{received} {number}".strip()
        raise UsageError(f"{name} is not locked away. Nothing was recorded. Lock it away first.")


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
