"""Numbers and references of an act: filled in and looked up where it is written."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, Connection, func, select

from evidence_app.records import EntryKind
from evidence_app.vault import numbering_casework as casework
from evidence_app.vault import numbering_safeguards as safeguards
from evidence_app.vault import schema
from evidence_app.vault.acts import Act
from evidence_app.vault.queries import Queries

# Made once, as it is in every capture: see `index`.
_HIGHEST = select(func.max(schema.exhibits.c.serial))


def complete(act: Act, initials: Callable[[], str], read: Queries, writer: Connection) -> dict[str, object]:
    """The data of an act, on the writer's transaction: the next number filled in, every reference in full.

    `initials` gives the three letters of the owner's exhibit numbers.

    Raises `UsageError` for an incident, exhibit or received bundle that is not there, and what the
    safeguards raise where one of them forbids the act.
    """
    data = dict(act.data)
    match act.kind:
        case EntryKind.INCIDENT_OPENED:
            data["reference"] = f"INC-{_next(writer, schema.incidents.c.serial):03d}"
        case EntryKind.EXHIBIT_DERIVED:
            casework.complete(act.kind, data, read, writer)
            data["number"] = _next_number(initials, writer)
        case EntryKind.EXHIBIT_EXPORTED:
            casework.complete(act.kind, data, read, writer)
        case EntryKind.EXHIBIT_CAPTURED | EntryKind.EXHIBIT_IMPORTED:
            data["number"] = _next_number(initials, writer)
            if data["incident"] is not None:
                data["incident"] = read.require_incident(str(data["incident"]), writer)
        case EntryKind.INCIDENT_STATED:
            data["about"] = read.require_incident(str(data["about"]), writer)
        case EntryKind.EXHIBIT_STATED if data["about"] is None:
            # Of what was brought in just before, in the same transaction.
            newest = select(schema.exhibits.c.number).order_by(schema.exhibits.c.serial.desc()).limit(1)
            data["about"] = str(writer.execute(newest).scalar_one())
        case EntryKind.EXHIBIT_STATED:
            data["about"] = read.require_exhibit(str(data["about"]), writer)
        case EntryKind.EXHIBIT_FILED:
            data["number"] = read.require_exhibit(str(data["number"]), writer)
            data["incident"] = read.require_incident(str(data["incident"]), writer)
        case EntryKind.EXHIBIT_EXAMINED:
            data["number"] = read.require_exhibit(str(data["number"]), writer)
        case EntryKind.EXHIBIT_VIEWED if "received" not in data:
            data["number"] = read.require_exhibit(str(data["number"]), writer)
        case EntryKind.EXHIBIT_VIEWED:
            data["received"], data["number"] = read.require_received_exhibit(
                str(data["received"]), str(data["number"]), writer
            )
        case EntryKind.BUNDLE_RECEIVED:
            read.require_new_file(data, writer)
            data["reference"] = _received(
                max(_next(writer, schema.received.c.serial), safeguards.next_serial(writer, received=True))
            )
        case EntryKind.EXHIBIT_RECEIVED if data["received"] is None:
            data["received"] = _received(_next(writer, schema.received.c.serial) - 1)
        case EntryKind.EXHIBIT_RECEIVED | EntryKind.BUNDLE_FORWARDED:
            data["received"] = read.require_received(str(data["received"]), writer)
        case EntryKind.BUNDLE_CHECKED if "received" in data:
            data["received"] = read.require_received(str(data["received"]), writer)
        case EntryKind.OUTCOME_STATED:
            data["about"] = read.require_received(str(data["about"]), writer)
        case EntryKind.BUNDLE_SEALED:
            data["incident"] = safeguards.sealable(str(data["incident"]), read, writer)
        case _:
            safeguards.complete(act.kind, data, read, writer)
    safeguards.refuse(act.kind, data, read, writer)
    return data


def _next_number(initials: Callable[[], str], writer: Connection) -> str:
    highest = writer.execute(_HIGHEST).scalar() or 0
    return f"{initials()}/{max(1 + highest, safeguards.next_serial(writer)):03d}"


def _received(serial: int) -> str:
    return f"RCV-{serial:03d}"


def _next(writer: Connection, serial: ColumnElement[int]) -> int:
    highest = writer.execute(select(func.max(serial))).scalar()
    return 1 + (highest or 0)
