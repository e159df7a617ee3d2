"""Locking away, withdrawing and holding an exhibit; what that means for bundles and reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from evidence_app.bundle.dates import day
from evidence_app.errors import LockedAwayError
from evidence_app.records import Exhibit, Hold, Instruction, Office, Why
from evidence_app.vault import acts_safeguards as acts
from evidence_app.vault.index_common import split_name
from evidence_app.vault.vault import Vault

LOCKED_AWAY = "Locked away"
"""All that a reader is told of such an exhibit, besides its number."""


def lock_away(
    vault: Vault, name: str, why: Why = Why.INDECENT_IMAGE, told: Sequence[str] = ()
) -> tuple[str, ...]:
    """Lock an exhibit away, at once and for everybody, and with it all that have the very same bytes,
    its original, every copy that was made of it, what is inside it, and what it is inside of: of a mail its
    attachments, of an attachment its mail.

    `name` is a number, or `RCV-001 HXA/001` for one of a received bundle; the file of that bundle is closed
    with it. Only number, time and address are left to see. A second time it adds who was told (`told`,
    names). Returns the names of what is locked away by it, the exhibit itself first. Raises `UsageError`.
    """
    full = full_name(vault, name)
    names = _with_relatives(vault, [full])
    down = names
    while down:
        inside = vault.read.inside(down)
        held = [number for digest in inside for number in vault.read.with_digest(digest)]
        down = [one for one in _with_relatives(vault, held) if one not in names]
        names += down
    up = names
    while up:
        held = list(vault.read.holding(_digests(vault, up)))
        up = [one for one in _with_relatives(vault, held) if one not in names]
        names += up
    vault.record_all([acts.exhibit_locked_away(one, why, told) for one in names])
    return tuple(names)


def _with_relatives(vault: Vault, names: Sequence[str]) -> list[str]:
    """These, their originals and copies, and all that have the bytes of any of them."""
    found = dict.fromkeys(names)
    for name in names:
        family = _family(vault, name)
        found |= dict.fromkeys(family)
        found |= dict.fromkeys(other for one in family for other in vault.read.same_bytes(one))
    return list(found)


def _digests(vault: Vault, names: Sequence[str]) -> frozenset[str]:
    return frozenset(
        vault.read.received_exhibit(*split_name(one)).stored.sha256
        if split_name(one)[0]
        else vault.read.exhibit(one).stored.sha256
        for one in names
    )


def _family(vault: Vault, full: str) -> tuple[str, ...]:
    """The original and all its copies, of this vault or in whatever bundles of the same sender."""
    received, _ = split_name(full)
    if not received:
        return vault.read.family(full)
    key = vault.read.received_bundle(received).sender_key
    theirs = [
        one
        for row in vault.read.received()
        if row.reference == received or (key is not None and row.sender_key == key)
        for one in vault.read.received_exhibits(row.reference)
    ]
    own = next(one for one in theirs if one.name == full)
    original = own.copy_of or own.number
    return tuple(one.name for one in theirs if original in {one.number, one.copy_of})


def full_name(vault: Vault, name: str) -> str:
    """What an exhibit is called in full: `HXA/001`, or `RCV-001 HXA/001`. Raises `UsageError`."""
    received, number = split_name(name)
    if received:
        return vault.read.received_exhibit(received, number).name
    return vault.read.exhibit(number).number


def withdraw(vault: Vault, number: str, reason: str) -> Exhibit:
    """Mark an exhibit as captured by mistake. It stays in the record and is left out of bundles."""
    entry = vault.record(acts.exhibit_withdrawn(number, reason))
    return vault.read.exhibit(str(entry.data["number"]))


def reinstate(vault: Vault, number: str, reason: str) -> Exhibit:
    """Take a withdrawal back; both stay in the record. Raises `UsageError` where there is none."""
    entry = vault.record(acts.exhibit_reinstated(number, reason))
    return vault.read.exhibit(str(entry.data["number"]))


def hold(vault: Vault, about: str, reason: str, asked_by: str) -> Hold:
    """Keep an exhibit, or an incident (`INC-…`) with all its exhibits, from every disposal."""
    entry = vault.record(acts.hold_set(about, reason, asked_by))
    full = str(entry.data["about"])
    return Hold(
        full, str(entry.data["reason"]), str(entry.data["asked_by"]), at=entry.at, by=entry.by, seq=entry.seq
    )


def release(vault: Vault, about: str, reason: str, asked_by: str) -> str:
    """Lift a hold; returns what it was on, in full. Raises `UsageError` where there is none."""
    return str(vault.record(acts.hold_lifted(about, reason, asked_by)).data["about"])


def record_instruction(
    vault: Vault, name: str, given_by: str, office: Office, reference: str, given_at: datetime
) -> Instruction:
    """Record who of the police, or that the safeguarding lead, said that what is locked away is to go.

    Nothing is disposed of by this. Raises `UsageError` for what is not locked away.
    """
    full = full_name(vault, name)
    vault.record(acts.instruction_recorded(full, given_by, office, reference, given_at))
    return vault.read.instructions(full)[0]


def sort_out(
    vault: Vault,
    incident: str,
    filed: Sequence[Exhibit],
    left_out: Mapping[str, str],
    with_withdrawn: Collection[str] = (),
) -> tuple[list[Exhibit], dict[str, str]]:
    """What of an incident goes into a bundle or report, and why the rest does not (number to reason).

    Whatever is wished, what is locked away stays behind. What was disposed of is named, so that a gap in the
    numbers is no riddle.
    """
    reasons = {one.number: f"Disposed of on {day(one.at)}" for one in vault.read.disposals(incident)}
    reasons |= {
        one.number: f"Withdrawn: {one.standing.withdrawn.reason}"
        for one in filed
        if one.standing.withdrawn is not None and one.number not in with_withdrawn
    }
    reasons |= left_out
    reasons |= {one.number: LOCKED_AWAY for one in filed if one.standing.locked_away is not None}
    return [one for one in filed if one.number not in reasons], dict(sorted(reasons.items()))


def refuse_locked_bytes(vault: Vault, data: bytes) -> None:
    """Raise `LockedAwayError` for bytes that this vault has locked away, wherever they come from."""
    if vault.read.has_locked_away() and vault.read.is_locked_digest(sha256(data).hexdigest()):
        raise LockedAwayError


def refuse_locked(vault: Vault, chosen: Sequence[Exhibit]) -> None:
    """Raise `LockedAwayError` where one of them was locked away while work was being done with it."""
    if any(vault.is_locked_away(one.number) for one in chosen):
        raise LockedAwayError
