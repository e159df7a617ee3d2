"""The answers of a check, and what the reader brings to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from evidence_app.records.ledger import Checkpoint
from evidence_app.records.vault import Contact


class SenderStatus(StrEnum):
    """Second question: sealed by whom?"""

    CONFIRMED = "confirmed"
    KNOWN = "known"
    UNKNOWN = "unknown"


class Consistency(StrEnum):
    """Fourth question: consistent with what this reader received before?"""

    YES = "yes"
    NO = "no"
    FIRST = "first"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SeenLedger:
    """What this reader remembers of a sender's ledger: that at `size` entries its head was `link`.

    It was signed by `signing_key`; what another key signs about the same vault does not count.
    """

    vault_id: str
    size: int
    link: bytes
    seen_at: datetime
    signing_key: bytes = b""


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader brings to a verification; nothing of it comes from the bundle.

    `roots`: DER certificates of those whose time stamps are believed; `revoked`: DER lists of certificates
    that their issuers called back.

    `recall` gives the commitments (32 bytes each) of a ledger that was seen, out of a bundle that the reader
    still has, and None where there is none; it never raises.
    """

    contacts: tuple[Contact, ...] = ()
    seen: tuple[SeenLedger, ...] | None = None
    recipient: str | None = None
    former: tuple[str, ...] = ()
    recall: Callable[[SeenLedger], bytes | None] | None = None
    roots: tuple[bytes, ...] = ()
    revoked: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Dated:
    """Third question: an independent time stamp, or None in the verdict where there is none."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not check. `where` is an exhibit number or a name inside the bundle.

    `expected` and `found` are hex digests where the problem is a changed file.
    """

    code: str
    where: str
    message: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class ExhibitVerdict:
    """Whether one exhibit is as it was sealed."""

    number: str
    unchanged: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of "What was checked". `passed` None means there was nothing to compare."""

    code: str
    passed: bool | None
    title: str
    summary: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What a bundle says about itself; every word is the sender's claim until the sender is confirmed."""

    bundle_id: str
    sender_name: str
    sender_role: str
    sender_school: str
    sender_words: tuple[str, ...]
    sender_fingerprint: str
    sender_key: bytes
    incident_reference: str
    incident_title: str
    sealed_for: tuple[str, ...]
    asks: str
    sealed_at: datetime | None
    files: int
    entries: int
    opened: int
    digest: str
    words: tuple[str, ...]
    checkpoint: Checkpoint | None
    left_out: Mapping[str, str] = field(default_factory=dict)
    suspected_author: str = ""


@dataclass(frozen=True, slots=True)
class Differs:
    """From when on a ledger is not the one that the reader saw: `first` does not agree with it.

    `agrees` is the newest earlier state that still does, None where there is none.
    """

    first: SeenLedger
    agrees: SeenLedger | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The four answers, each with its evidence (see `domain.md`, "The verdict")."""

    unchanged: bool
    sender: SenderStatus
    dated: Dated | None
    consistent: Consistency
    exhibits: tuple[ExhibitVerdict, ...]
    problems: tuple[Problem, ...]
    checks: tuple[Check, ...]
    facts: BundleFacts | None
    checked_at: datetime
    confirmed: Contact | None = None
    differs: Differs | None = None


class BundleState(StrEnum):
    """The seven states that a received bundle can be in, and that it was kept but never checked."""

    INTACT = "intact"
    ALTERED = "altered"
    DAMAGED = "damaged"
    SENDER_NOT_CONFIRMED = "sender-not-confirmed"
    IN_CONFLICT = "in-conflict"
    NOT_FOR_YOU = "not-for-you"
    NEWER = "newer"
    NOT_CHECKED = "not-checked"
    """Receiving was interrupted: the file is whole and kept, what it is will be known after a check."""
