"""What e-mails of both forms (.eml, .msg) share: headers as claims, times in them, bodies as messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

from evidence_app.capture.reading._mime import Header
from evidence_app.capture.reading._text import Notes, in_words, pieces_of_text
from evidence_app.records import Claim, Limits, Message

_FIRST: Final = ("from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id")
_SERVERS: Final = ("authentication-results", "arc-authentication-results", "received-spf")
_WORDS: Final = re.compile(r"\w+")
LAYOUT: Final = "version with layout"
"""Mark of a message: the text of the HTML version, where it says something else than the plain one."""

MESSAGE_SAYS: Final = (
    "Headers are what the message says. Whoever wrote it, or a server on its way, could write them."
)


def utc_of(value: str) -> str:
    """The time of a header in UTC (RFC 5322, 3.3), or "" where it is none."""
    try:
        moment = parsedate_to_datetime(value[:200].strip())
        if moment.tzinfo is None:
            return ""  # "-0000": the sender does not say in which zone
        return moment.astimezone(UTC).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError):
        return ""


def claims_of(headers: Sequence[Header]) -> list[Claim]:
    """The headers in this order: who, when and what; the way it took; what servers say; everything else."""
    found: list[Claim] = []
    by_name: dict[str, list[Header]] = {}
    for header in headers:
        by_name.setdefault(header.name.lower(), []).append(header)
    for name in _FIRST:
        for header in by_name.pop(name, []):
            found.append(Claim(header.name, header.value))
            if name == "date" and (utc := utc_of(header.value)):
                found.append(Claim("Date, in UTC", in_words(utc)))
    chain = by_name.pop("received", [])
    for number, header in enumerate(chain, 1):
        which = f"Received ({number} of {len(chain)}, newest first)"
        found.append(Claim(which, header.value))
        if utc := utc_of(header.value.rpartition(";")[2]):
            found.append(Claim(f"{which}, time in UTC", in_words(utc)))
    for name in _SERVERS:
        found += [Claim(f"{h.name} (a receiving server says)", h.value) for h in by_name.pop(name, [])]
    for header in headers:
        if header.name.lower() in by_name:
            found.append(Claim(header.name, header.value))
    return found


def first_of(headers: Sequence[Header], name: str) -> str:
    """The value of the first header of this name, "" without one."""
    return next((one.value for one in headers if one.name.lower() == name), "")


def same_words(plain: str, layout: str) -> bool:
    """Whether two versions of a text say the same words (addresses behind links aside)."""
    one, two = _WORDS.findall(plain.lower()), _WORDS.findall(layout.lower())
    if one == two:
        return True
    return set(two) <= set(one)


def messages_of(
    plain: str, layout: str, headers: Sequence[Header], limits: Limits, notes: Notes
) -> list[Message]:
    """The body as messages; the version with layout behind it where it says something else."""
    shown, sender = first_of(headers, "date"), first_of(headers, "from")
    if plain.strip():
        made = pieces_of_text(plain, limits, shown=shown, sender=sender, at=utc_of(shown))
        if layout.strip() and not same_words(plain, layout):
            notes.add("The message has two versions that say different things: both are shown.")
            made += [Message("", "", one.text, mark=LAYOUT) for one in pieces_of_text(layout, limits)]
        return made
    if layout.strip():
        notes.add("The message has a version with layout only: its text is shown, nothing was loaded.")
    return pieces_of_text(layout, limits, shown=shown, sender=sender, at=utc_of(shown))


def search_text(headers: Sequence[Header], messages: Sequence[Message], names: Sequence[str]) -> str:
    """What search finds: who, the subject, the bodies, the names of what is attached."""
    top = [first_of(headers, name) for name in ("from", "to", "cc", "subject")]
    return "\n".join(filter(None, [*top, *(one.text for one in messages), *names]))
