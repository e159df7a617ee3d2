"""What the handlers of the index share."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import Connection, bindparam, insert, update

from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_text
from evidence_app.records import Entry
from evidence_app.records_json import Fields
from evidence_app.vault import schema

Handler = Callable[[Connection, Entry, Fields], None]

# Made once, as they are in every act: see `index`.
_SUBJECTS = insert(schema.subjects)
_TOUCH = update(schema.incidents).where(schema.incidents.c.reference == bindparam("which"))


def subject(connection: Connection, entry: Entry, *subjects: str | None) -> None:
    rows = [{"subject": subject, "seq": entry.seq} for subject in dict.fromkeys(subjects) if subject]
    if rows:
        connection.execute(_SUBJECTS, rows)


def received_exhibit(received: str, number: str) -> str:
    """The subject that an exhibit of a received bundle is: `RCV-001 HXA/001`."""
    return f"{received} {number}"


def split_name(name: str) -> tuple[str, str]:
    """Received bundle and number in what a person calls an exhibit: `HXA/001` is ("", "HXA/001"),
    `RCV-001 HXA/001` is both, and `RCV-001` alone is a received bundle as a whole ("RCV-001", "")."""
    found = re.fullmatch(r"\s*(RCV-[0-9]+)(?:\s+(.*))?", name, re.IGNORECASE | re.ASCII | re.DOTALL)
    return ("", name.strip()) if found is None else (found[1].upper(), (found[2] or "").strip())


def touch(connection: Connection, reference: str | None, entry: Entry) -> None:
    if reference is not None:
        connection.execute(_TOUCH, {"which": reference, "last_at": utc_text(entry.at)})


def serial_of(numbered: str) -> int:
    """The serial in an incident reference or exhibit number (`INC-004`, `HXA/012`); `IntegrityError`."""
    if not re.fullmatch(r"[A-Z]{3}[-/][0-9]{3,9}", numbered):
        raise IntegrityError(f"{numbered[:40]!r} is no number of an incident or exhibit.")
    return int(numbered[4:])
