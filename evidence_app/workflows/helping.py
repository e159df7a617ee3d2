"""What a person tells that helps a reader: the order of day and month, the key of a mail's signature.

Both are stated like everything else, so each has its source and its history and goes into bundles; whoever
reads the exhibit afterwards reads it with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from evidence_app import fields
from evidence_app.capture.mail_key import read_key
from evidence_app.records import Limits, Reading, Statement

DATE_ORDER: Final = "order of day and month"
"""The question as the readers of chats ask it."""
DATE_ORDER_FIELD: Final = "date_order"
_SIGNED: Final = " (DKIM)"
KEY: Final = "mail_key"
ORDERS: Final = ("day first", "month first")
_MOST, _KEYS = 8 * 1024, 10
"""Characters of a key with its name, and how many: a job of the child has a limit."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A public key as it was stored with a mail. `said_by` and `said_at`: who stored it here, and when."""

    name: str
    record: str
    origin: str
    got_by: str
    got_on: str
    said_by: str
    said_at: datetime


def helped(statements: Mapping[str, Statement], limits: Limits) -> Limits:
    """The limits of a reading with what was told; an answer that they have already goes first.

    Statements may be a stranger's, out of a bundle: what a reader could not use is left out."""
    order = statements.get(DATE_ORDER_FIELD)
    answers = dict(limits.answers)
    if order is not None and order.value in ORDERS:
        answers.setdefault(DATE_ORDER, order.value)
    stored = {one.name: read_key(one.record).record for one in stored_keys(statements)}
    fit = [
        one for one in stored.items() if all(text.isascii() for text in one) and len("".join(one)) <= _MOST
    ]
    keys = dict(limits.keys) | dict(fit[-_KEYS:])
    return replace(limits, answers=tuple(answers.items()), keys=tuple(keys.items()))


def stored_keys(statements: Mapping[str, Statement]) -> tuple[StoredKey, ...]:
    """The keys that stand now, in the order in which they were stored; of one name the last one counts."""
    found = []
    for row in fields.rows(statements, KEY):
        part = row.parts.get("record")
        if part is not None and part.value and row.value("name"):
            found.append(
                StoredKey(
                    row.value("name").lower(),
                    part.value,
                    row.value("origin"),
                    row.value("got_by"),
                    row.value("got_on"),
                    part.by,
                    part.at,
                )
            )
    return tuple(found)


def signature_results(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Of each signature in a mail the name of its key and what came of its check, each once."""
    claims = (one.value for one in reading.claims if one.name.endswith(_SIGNED))
    return tuple(dict.fromkeys(zip(reading.asked, claims, strict=False)))
