"""Time stamps in the record: how they are put there, and how they are read again.

Source: resources/formats/vault.md, "Time stamps".
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_moment, utc_text
from evidence_app.records import Entry, EntryKind, PendingStamp, Stamped, StampOf, StampRow
from evidence_app.records_json import Fields
from evidence_app.vault.acts import Act
from evidence_app.vault.index_common import Handler, subject
from evidence_app.vault.queries_record import RecordQueries

_NEWEST: Final = 40
"""Among how many time stamps one of the newest checkpoint is looked for: a few services, and room."""
_MOST_PENDING: Final = 500


def obtained(of: Stamped, service: str, by: str, at: datetime, response: bytes, *, confirmed: bool) -> Act:
    return Act(
        EntryKind.TIMESTAMP_OBTAINED,
        {
            **_subject_data(of),
            "service": service,
            "by": by,
            "at": utc_text(at),
            "confirmed": confirmed,
            "response": b64encode(response).decode("ascii"),
        },
    )


def pending(of: Stamped, services: Sequence[str], problem: str) -> Act:
    return Act(
        EntryKind.TIMESTAMP_PENDING, {**_subject_data(of), "services": list(services), "problem": problem}
    )


def bundle_stamped(bundle: str, file_name: str, size: int, services: Sequence[str]) -> Act:
    """A further copy of a sealed bundle, with time stamps that came later."""
    return Act(
        EntryKind.BUNDLE_STAMPED,
        {"bundle": bundle, "file_name": file_name, "size": size, "services": list(services)},
    )


def row(entry: Entry) -> StampRow:
    """The time stamp in an entry; raises `IntegrityError` for one that cannot be read."""
    data = Fields(entry.data, f"The time stamp in entry {entry.seq}")
    try:
        response = b64decode(data.text("response"), validate=True)
        at = utc_moment(data.text("at"))
    except ValueError as error:
        raise IntegrityError(f"The time stamp in entry {entry.seq} cannot be read.") from error
    return StampRow(
        entry.seq, _subject(data), data.text("service"), data.text("by"), at, data.flag("confirmed"), response
    )


def newest(read: RecordQueries, limit: int = _NEWEST) -> list[StampRow]:
    """The newest time stamps first."""
    return [row(one) for one in read.entries(EntryKind.TIMESTAMP_OBTAINED, limit=limit)]


def of_bundle(read: RecordQueries, bundle: str) -> list[StampRow]:
    """The time stamps over a bundle, oldest first."""
    about = read.entries_about(bundle)
    return [row(one) for one in about if one.kind is EntryKind.TIMESTAMP_OBTAINED]


def still_pending(read: RecordQueries) -> list[PendingStamp]:
    """What was asked for and has not come, newest first. It has come when any service has stamped the same
    since, or a later checkpoint, which says all that an earlier one would have."""
    found, seen = list[PendingStamp](), set[str]()
    given = [one for one in newest(read) if one.of.over is StampOf.CHECKPOINT]
    for entry in read.entries(EntryKind.TIMESTAMP_PENDING, limit=_MOST_PENDING):
        data = Fields(entry.data, f"Entry {entry.seq} of the record")
        of = _subject(data)
        if of.bundle in seen:  # of checkpoints the newest only
            continue
        seen.add(of.bundle)
        stamped = [one for one in given if one.of.size >= of.size]
        if of.over is StampOf.BUNDLE:
            stamped = of_bundle(read, of.bundle)
        if not any(one.seq > entry.seq for one in stamped):
            found.append(PendingStamp(entry.seq, of, data.texts("services"), entry.at, data.text("problem")))
    return found


def _subject_data(of: Stamped) -> Mapping[str, object]:
    return {
        "over": of.over.value,
        "bundle": of.bundle,
        "size": of.size,
        "link": of.link.hex(),
        "signature": of.signature.decode("ascii"),
    }


def _subject(data: Fields) -> Stamped:
    try:
        return Stamped(
            StampOf(data.text("over")),
            data.number("size"),
            bytes.fromhex(data.text("link")),
            data.text("signature").encode("ascii"),
            data.text("bundle"),
        )
    except ValueError as error:
        raise IntegrityError("A time stamp in the record cannot be read.") from error


def _index(connection: Connection, entry: Entry, fields: Fields) -> None:
    bundle = fields.text("bundle")
    if bundle:
        subject(connection, entry, bundle)


HANDLERS: dict[EntryKind, Handler] = {
    EntryKind.TIMESTAMP_OBTAINED: _index,
    EntryKind.TIMESTAMP_PENDING: _index,
    EntryKind.BUNDLE_STAMPED: _index,
}
