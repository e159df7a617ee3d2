"""The vault check holds the record against what others saw of it: time stamps, and this computer itself.

Source: resources/formats/vault.md, "The vault check".
"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime
from typing import Final

from sqlalchemy import Connection, LargeBinary, cast, select

from evidence_app import ledger
from evidence_app.crypto import timestamp
from evidence_app.errors import EvidenceError, IntegrityError
from evidence_app.ledger import utc_moment
from evidence_app.records import Entry, EntryKind, StampOf
from evidence_app.records_json import Fields
from evidence_app.vault import schema, stamps
from evidence_app.vault.check_findings import Findings

KINDS: Final = frozenset({EntryKind.TIMESTAMP_OBTAINED, EntryKind.VAULT_REWOUND})


def check(source: Connection, entries: Sequence[Entry], findings: Findings) -> None:
    """Hold these entries, which are of `KINDS`, against the record that they stand in."""
    signed = _signed_checkpoints(source) if entries else {}
    for entry in entries:
        where = f"entry {entry.seq}"
        try:
            if entry.kind is EntryKind.VAULT_REWOUND:
                _rewound(source, entry, findings)
            else:
                _stamp(source, entry, signed, findings)
        except EvidenceError as error:
            findings.add("stamp-broken", where, f"A time stamp in the record does not check. {error}")


def _rewound(source: Connection, entry: Entry, findings: Findings) -> None:
    data = Fields(entry.data, f"Entry {entry.seq} of the record")
    size = data.number("size")
    # Put back from a backup, it lacks what the backup did not have: that is told by its entry, and no fault.
    if data.text("how") != "restored" and _link(source, size) != data.text("link"):
        day = format_datetime(utc_moment(data.text("seen_at")))[5:16]
        findings.add(
            "record-rewound",
            f"entry {entry.seq}",
            f"On {day} this computer saw {size} entries in the record, and they are not those it has now: an "
            "older copy, or another one, was put in its place.",
        )


def _stamp(
    source: Connection, entry: Entry, signed: dict[bytes, tuple[int, bytes]], findings: Findings
) -> None:
    """That the response is over the signature, and that is over this record."""
    row = stamps.row(entry)
    timestamp.read(row.response, row.of.signature)
    known = signed.get(row.of.signature)
    if row.of.over is StampOf.CHECKPOINT and known != (row.of.size, row.of.link):
        raise IntegrityError("It is over a checkpoint that the record does not have.")
    if _link(source, row.of.size) != row.of.link.hex():
        findings.add(
            "stamp-differs",
            f"entry {entry.seq}",
            f"The first {row.of.size} entries of the record are not those that {row.by} stamped.",
        )


def _link(source: Connection, size: int) -> str:
    table = schema.entries
    query = select(cast(table.c.link, LargeBinary)).where(table.c.seq == size)
    found: bytes | None = source.execute(query).scalar_one_or_none()
    return "" if found is None else found.hex()


def _signed_checkpoints(source: Connection) -> dict[bytes, tuple[int, bytes]]:
    """Size and link of each checkpoint, by its signature; the check of the record names those that fail."""
    table, found = schema.checkpoints, {}
    for text, signature in source.execute(select(table.c.text, table.c.signature)):
        try:
            made = ledger.parse_checkpoint(bytes(text))
        except (EvidenceError, TypeError):
            continue
        found[bytes(signature)] = (made.size, made.link)
    return found
