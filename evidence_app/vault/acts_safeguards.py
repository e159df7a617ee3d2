"""The acts of the safeguards, one small builder for each kind, as in `acts`.

Where a builder leaves `None`, `Vault.record` fills in what only the record can say. Nothing here takes words
about what a picture shows. Source: resources/formats/vault.md, "Data of the entries".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from evidence_app.errors import UsageError
from evidence_app.records import (
    Decider,
    EntryKind,
    Found,
    Office,
    StopAnswer,
    Told,
    Why,
)
from evidence_app.vault.acts import Act, line
from evidence_app.vault.index_common import split_name

CHAIR: Final = "chair"
HEAD: Final = "head"
SAFEGUARDING_LEAD: Final = "safeguarding_lead"
TOLD_ROLES: Final = (HEAD, CHAIR, SAFEGUARDING_LEAD, "police", "internet_watch_foundation")
"""Whom a referral can name: role codes of the policy, and who takes reports about websites."""

MAX_ADDRESS: Final = 2000
MAX_TOLD: Final = 20
_MAX_NAME: Final = 120
_CLOCKS_DIFFER = timedelta(minutes=10)
_FIRST_YEAR = 1990
_ADDRESS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^\s/?#@:]+(?:\.[^\s/?#@:]+)+(?::[0-9]{1,5})?(?:[/?#]\S*)?"
)


def stop_answered(
    incident: str | None, answer: StopAnswer, files: int | None = None, advised_by: str = ""
) -> Act:
    """The answer to the question of 8.1: for an incident, or for unfiled captures (None)."""
    return Act(
        EntryKind.STOP_ANSWERED,
        {
            "incident": incident,
            "answer": answer.value,
            "files": files,
            "advised_by": line(advised_by, "name", _MAX_NAME) if advised_by.strip() else "",
        },
    )


def exhibit_withdrawn(number: str, reason: str) -> Act:
    return Act(EntryKind.EXHIBIT_WITHDRAWN, {"number": number, "reason": line(reason, "reason")})


def exhibit_reinstated(number: str, reason: str) -> Act:
    return Act(EntryKind.EXHIBIT_REINSTATED, {"number": number, "reason": line(reason, "reason")})


def _exhibit(name: str) -> dict[str, object]:
    """What an entry says which exhibit it is of: this vault's, or one of a received bundle."""
    received, number = split_name(name)
    return {"number": number, "received": received or None}


def exhibit_locked_away(name: str, why: Why, told: Sequence[str] = ()) -> Act:
    """An exhibit (`HXA/001`, `RCV-001 HXA/001`) is locked away; again for the same one adds who was told."""
    if len(told) > MAX_TOLD:
        raise UsageError(f"More than {MAX_TOLD} names were given. Nothing was changed. Name who matters.")
    return Act(
        EntryKind.EXHIBIT_LOCKED_AWAY,
        {
            **_exhibit(name),
            "why": why.value,
            "told": [line(name, "name", _MAX_NAME) for name in told],
        },
    )


def hold_set(about: str, reason: str, asked_by: str) -> Act:
    """`about`: an exhibit number or an incident reference."""
    return Act(EntryKind.HOLD_SET, _hold(about, reason, asked_by))


def hold_lifted(about: str, reason: str, asked_by: str) -> Act:
    return Act(EntryKind.HOLD_LIFTED, _hold(about, reason, asked_by))


def _hold(about: str, reason: str, asked_by: str) -> dict[str, object]:
    return {
        "about": about,
        "reason": line(reason, "reason"),
        "asked_by": line(asked_by, "name of who asked", _MAX_NAME),
    }


def instruction_recorded(name: str, given_by: str, office: Office, reference: str, given_at: datetime) -> Act:
    """What the police or the safeguarding lead said is to be done: dispose of what is locked away."""
    return Act(
        EntryKind.INSTRUCTION_RECORDED,
        {
            **_exhibit(name),
            "given_by": line(given_by, "name of who gave it", _MAX_NAME),
            "office": office.value,
            "reference": line(reference, "reference", _MAX_NAME),
            "given_at": _past(given_at, "The instruction"),
        },
    )


def referral_recorded(
    found: Found,
    seen_at: datetime,
    told: Sequence[Told],
    *,
    address: str = "",
    incident: str | None = None,
    exhibit: str = "",
    concerns_head: bool = False,
) -> Act:
    """A referral without a picture; `Vault.record` gives it its reference.

    Raises `UsageError` unless the safeguarding lead and the headteacher are both named; where it concerns
    the headteacher, the chair of governors instead, and then the headteacher not at all (6.24).
    """
    _check_told(told, concerns_head=concerns_head)
    if any(one.at is not None and one.at < seen_at for one in told):
        raise UsageError("Nobody can be told before it was seen. Nothing was recorded. Check the times.")
    return Act(
        EntryKind.REFERRAL_RECORDED,
        {
            "reference": None,
            "incident": incident,
            "exhibit": exhibit,
            "found": found.value,
            "address": address_line(address) if address.strip() else "",
            "seen_at": _past(seen_at, "Seeing it"),
            "told": [
                {
                    "name": line(one.name, "name", _MAX_NAME),
                    "role": one.role,
                    "at": None if one.at is None else _past(one.at, f"Telling {one.name}"),
                    "how": "" if one.how is None else one.how.value,
                }
                for one in told
            ],
            "concerns_head": concerns_head,
        },
    )


def _check_told(told: Sequence[Told], *, concerns_head: bool) -> None:
    roles = [one.role for one in told]
    if set(roles) - set(TOLD_ROLES) or len(told) > MAX_TOLD:
        raise UsageError(
            f"A referral names people of these roles only: {', '.join(TOLD_ROLES)}. Nothing was recorded."
        )
    if concerns_head and HEAD in roles:
        raise UsageError(
            "This referral concerns the headteacher, so it goes to the chair of governors instead. "
            "Nothing was recorded. Name the chair in the place of the headteacher."
        )
    leading = CHAIR if concerns_head else HEAD
    if leading not in roles or SAFEGUARDING_LEAD not in roles:
        first = "chair of governors" if concerns_head else "headteacher"
        raise UsageError(
            f"A referral goes to the {first} and to the safeguarding lead. Nothing was recorded. "
            "Name both; when they are told can be added."
        )


def address_line(text: str) -> str:
    """A web address, and no sentence: one word with a dot in it. Raises `UsageError`."""
    address = line(text, "address", MAX_ADDRESS)
    if not _ADDRESS.fullmatch(address):
        raise UsageError(
            "That is not a web address. Nothing was recorded. Give the address alone, or leave it out; "
            "do not describe what was seen."
        )
    return address


def exhibit_disposed(
    name: str, decided_by: str, decider: Decider, second: str, set_aside: Sequence[str] = ()
) -> Act:
    """A disposal: of an exhibit, or of a received bundle as a whole (`RCV-001`).

    `set_aside` are names of files with the same bytes that an interruption left. All else about it, and
    whether it is allowed at all, is settled where it is written.
    """
    return Act(
        EntryKind.EXHIBIT_DISPOSED,
        {
            **_exhibit(name),
            "decided_by": {"name": line(decided_by, "name", _MAX_NAME), "role": decider.value},
            "second": line(second, "name of the second person", _MAX_NAME),
            "set_aside": list(set_aside),
        },
    )


def disposal_completed(number: str, received: str, objects: Sequence[str]) -> Act:
    """That nothing of what was disposed of is left in the vault's folder."""
    return Act(
        EntryKind.DISPOSAL_COMPLETED,
        {"number": number, "received": received or None, "objects": list(objects)},
    )


def _past(moment: datetime, what: str) -> str:
    """A stated time, ISO 8601 with offset; raises `UsageError` for one that is still to come."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is required")
    if not moment.year >= _FIRST_YEAR or moment > datetime.now(UTC) + _CLOCKS_DIFFER:
        raise UsageError(f"{what} cannot be at that time. Nothing was recorded. Check day and time.")
    return moment.isoformat(timespec="minutes")
