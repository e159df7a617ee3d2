"""Recorded receipts as witnesses: what a reader signed of this record, to be held against it later.

Whoever rewrites a record can write everything in it anew but what somebody else has signed.
Source: resources/formats/vault.md, "The vault check".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import format_datetime

from evidence_app import ledger
from evidence_app.crypto import sshsig
from evidence_app.errors import IntegrityError
from evidence_app.records import Entry, Witnessed
from evidence_app.records_json import Fields


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody saw this record at a size and with a head; `words` say who, and when by their own clock."""

    words: str
    seen: Witnessed


def witness(entry: Entry) -> Witness | None:
    """What the receipt in a `receipt.recorded` entry says of this record; None where it says nothing.

    Raises `IntegrityError` where it is not as its reader signed it.
    """
    where = f"The receipt in entry {entry.seq}"
    data = Fields(entry.data, where)
    line, newline, signature = data.text("file").partition("\n")
    try:
        said = Fields(json.loads(line), where)
        by, seen = said.fields("by"), said.optional_fields("ledger")
        key = sshsig.key_from_public_line(by.text("signing_key"))
        text = (line + newline).encode("ascii")
        sshsig.verify(text, signature.encode("ascii"), ledger.RECEIPT_NAMESPACE, key=key)
        if seen is None:
            return None
        link = bytes.fromhex(seen.text("link"))
        # 22 Nov 2026, whatever the language of the system
        day = format_datetime(ledger.utc_moment(said.text("at")))[5:16]
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"{where} cannot be read.") from error
    who = data.text("contact") or f"somebody who gives the name {by.text('name')}"
    return Witness(f"{who} on {day}", Witnessed(seen.text("vault"), seen.number("size"), link))
