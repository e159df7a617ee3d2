"""What the rooms hand each other: frozen dataclasses and enums, no behaviour.

Times are aware datetimes, sizes are bytes, pixels are physical pixels of the virtual screen, digests
are 32 raw bytes unless a field says hex.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO


class Role(StrEnum):
    """How a vault is used."""

    STAFF = "staff"
    HEAD = "head"


class EntryKind(StrEnum):
    """Every act that the ledger knows (see resources/formats/vault.md)."""

    VAULT_CREATED = "vault.created"
    VAULT_UNLOCKED = "vault.unlocked"
    VAULT_CHECKED = "vault.checked"
    VAULT_LOCKED = "vault.locked"
    VAULT_INTERRUPTED = "vault.interrupted"
    KEY_SLOT_CHANGED = "key_slot.changed"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_STATED = "incident.stated"
    EXHIBIT_CAPTURED = "exhibit.captured"
    EXHIBIT_STATED = "exhibit.stated"
    EXHIBIT_FILED = "exhibit.filed"
    EXHIBIT_VIEWED = "exhibit.viewed"
    CONTACT_ADDED = "contact.added"
    CONTACT_CONFIRMED = "contact.confirmed"
    BUNDLE_SEALED = "bundle.sealed"
    BUNDLE_CHECKED = "bundle.checked"
    BUNDLE_RECEIVED = "bundle.received"
    RECEIPT_ISSUED = "receipt.issued"
    RECEIPT_RECORDED = "receipt.recorded"
    OUTCOME_STATED = "outcome.stated"


class Source(StrEnum):
    """Where the value of a field comes from; shown beside it."""

    OBSERVED = "observed"
    PASTED = "pasted"
    TYPED = "typed"
    READ_FROM_PICTURE = "read from the picture"
    TAKEN_FROM_FILE = "taken from the file"


class Method(StrEnum):
    """How an exhibit came into the vault."""

    MONITOR = "screen"
    REGION = "area of the screen"
    WINDOW = "window"
    RECOVERED = "recovered after an interruption"


class Level(StrEnum):
    """Collection level, shown beside every exhibit; never called proof."""

    STATEMENT = "C0"
    BROUGHT_IN = "C1"
    SCREEN = "C2"
    BROWSER = "C3"
    WITNESSED = "C4"


# --- the ledger ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, as read from its body; `link` is empty where the chain was not walked."""

    seq: int
    kind: EntryKind
    at: datetime
    by: str
    on: str
    data: Mapping[str, object]
    salt: bytes
    body: bytes
    commitment: bytes
    link: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size and head of a ledger at a time; signed as SSHSIG, namespace `evidence-ledger`."""

    vault_id: str
    size: int
    link: bytes
    time: datetime


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """The exact text of a checkpoint with its armoured signature."""

    checkpoint: Checkpoint
    text: bytes
    signature: bytes


# --- capture ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the virtual screen, in physical pixels; left and top may be negative."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor, numbered from 1 in the order the system gives."""

    number: int
    area: Area
    name: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class WindowInfo:
    """A window of another program as the window system describes it."""

    title: str
    process: str
    pid: int | None
    area: Area


@dataclass(frozen=True, slots=True)
class Observed:
    """What the software itself saw at the click. Written once into the ledger, never edited.

    `local` keeps the zone's offset; `zone` is its name. `clock` says in words how the time was
    checked. `area` is the part of the virtual screen that was taken; `screen` the monitor's own
    number and size or None for a file. `window` is the active window at the click, or the one chosen.
    """

    method: Method
    utc: datetime
    local: datetime
    zone: str
    clock: str
    computer: str
    user: str
    system: str
    software: str
    monitors: tuple[Monitor, ...]
    monitor: int | None
    area: Area | None
    window: WindowInfo | None
    width: int
    height: int
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished capture in memory: PNG bytes (never on disk in clear) and what was observed."""

    png: bytes = field(repr=False)
    observed: Observed


# --- the vault ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose vault it is. `initials` are three letters, X where there is no middle name."""

    name: str
    role: Role
    school: str
    initials: str


@dataclass(frozen=True, slots=True)
class VaultLabel:
    """What can be told of a vault while it is locked: its folder and id. Nothing personal."""

    path: str
    vault_id: str


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An encrypted object. `sha256` (hex) and `size` are of the plain bytes."""

    object_id: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Something a person said, kept for ever; the newest of a field is the one shown.

    `about` is an incident reference or an exhibit number; `seq` is the ledger entry.
    """

    about: str
    field: str
    value: str
    source: Source
    at: datetime
    by: str
    seq: int


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that is about to be made: field, value and where the value comes from."""

    field: str
    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as the index has it; `statements` are the newest, field by field."""

    reference: str
    title: str
    opened_at: datetime
    last_at: datetime
    exhibits: int
    bundles: int
    statements: Mapping[str, Statement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An exhibit as the index has it. `incident` is None for an unfiled capture.

    `seq` is the entry that sealed it and `link` that entry's link.
    """

    number: str
    incident: str | None
    method: Method
    level: Level
    stored: StoredObject
    observed: Observed
    sealed_at: datetime
    seq: int
    statements: Mapping[str, Statement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person whose card was added. The key is theirs only once `confirmed_at` is set.

    `resembles`: names of contacts with other keys that this one could be taken for.
    """

    name: str
    role: str
    school: str
    signing_key: bytes
    recipient: str
    words: tuple[str, ...]
    fingerprint: str
    added_at: datetime
    confirmed_at: datetime | None = None
    confirmed_how: str = ""
    resembles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactCard:
    """The content of a `.evidence-contact` file whose own signature was checked.

    `signing_key`: 32 bytes Ed25519; `recipient`: `age1…`. A card proves nothing about the name.
    """

    name: str
    role: str
    school: str
    signing_key: bytes
    recipient: str


@dataclass(frozen=True, slots=True)
class CheckProblem:
    """One thing that a vault check found."""

    code: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Answer of a vault check; in order only where `problems` is empty."""

    entries: int
    objects: int
    bytes_read: int
    link: str
    checked_at: datetime
    problems: tuple[CheckProblem, ...]


# --- the bundle ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SealedExhibit:
    """One exhibit on its way into a bundle; `open` yields the plain original bytes."""

    exhibit: Exhibit
    statements: tuple[Statement, ...]
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class BundleContent:
    """Everything that a bundle is made of, without a vault.

    `commitments` are those of all entries, 32 bytes each, one after the other; `opened` the entries
    that belong to the bundle, in order. `left_out` maps the numbers of the exhibits that stay behind
    to the stated reason. `asks` is what the sender would like to happen. `recipients` are the
    `age1…` keys it is sealed to; empty for a bundle sealed to a passphrase. `report` is the PDF for
    people, empty where there is none.
    """

    bundle_id: str
    incident: Incident
    statements: tuple[Statement, ...]
    sender: ContactCard
    sender_card: bytes
    sealed_for: tuple[str, ...]
    recipients: tuple[str, ...]
    asks: str
    sealed_at: datetime
    exhibits: tuple[SealedExhibit, ...]
    left_out: Mapping[str, str]
    commitments: bytes
    opened: tuple[Entry, ...]
    checkpoint: SignedCheckpoint
    report: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """A small copy of a picture, JPEG without metadata; sides in pixels."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What the evidence report is made of.

    `previews` maps exhibit numbers to pictures; an exhibit without one is told in words. `local` turns
    a moment into the local time of whoever makes the report. `in_bundle`: the report travels inside the
    bundle that `content` describes, otherwise nothing was sealed and `sealed_at` is when it was made.
    """

    content: BundleContent
    previews: Mapping[str, Preview]
    local: Callable[[datetime], datetime]
    in_bundle: bool = True


@dataclass(frozen=True, slots=True)
class SealedBundle:
    """A bundle that is on disk. `digest` (hex) is SHA-256 of `tagmanifest-sha256.txt`, the bytes that
    are signed; `words` are its eight words."""

    path: str
    bundle_id: str
    size: int
    files: int
    exhibits: int
    digest: str
    words: tuple[str, ...]
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A bundle that this vault sealed, as the index has it."""

    bundle_id: str
    incident: str
    sealed_for: tuple[str, ...]
    exhibits: int
    digest: str
    size: int
    file_name: str
    sealed_at: datetime
    seq: int


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
    """What the reader brings to a verification; nothing of it comes from the bundle."""

    contacts: tuple[Contact, ...] = ()
    seen: tuple[SeenLedger, ...] | None = None
    recipient: str | None = None


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
    """The seven states that a received bundle can be in."""

    INTACT = "intact"
    ALTERED = "altered"
    DAMAGED = "damaged"
    SENDER_NOT_CONFIRMED = "sender-not-confirmed"
    IN_CONFLICT = "in-conflict"
    NOT_FOR_YOU = "not-for-you"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a reader saw of a sender's ledger: that at `size` entries its head was `link` (32 bytes)."""

    vault_id: str
    size: int
    link: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """The content of a `.evidence-receipt` file whose own signature was checked: a reader's statement.

    `digest` (hex) and `sender_key` are of the bundle as the reader has it. `ledger` is None where the
    bundle is altered. `problems` are codes. `at` is by the reader's clock. `signing_key` made the
    signature; who holds it is a claim until the words were compared.
    """

    bundle_id: str
    digest: str
    sender_key: bytes
    ledger: Witnessed | None
    unchanged: bool
    sender: SenderStatus
    dated: Dated | None
    consistent: Consistency
    problems: tuple[str, ...]
    at: datetime
    name: str
    role: str
    school: str
    signing_key: bytes


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt that this vault issued, or recorded for a bundle of its own.

    `file` is the receipt byte for byte; `at`, `name`, `role` and `school` are what it says. `signer` says
    what the reader's key was to this vault when the receipt was recorded; `contact` is this vault's own
    name for it, empty where it has none.
    """

    bundle_id: str
    digest: str
    unchanged: bool
    sender: SenderStatus
    consistent: Consistency
    problems: tuple[str, ...]
    at: datetime
    name: str
    role: str
    school: str
    signing_key: bytes
    issued: bool
    recorded_at: datetime
    signer: SenderStatus
    contact: str
    file: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """A bundle as it was received and found then; `stored` is the file itself, unchanged.

    `bundle_id`, `digest` and what the sender says of themselves are empty, and `sender_key` and `ledger`
    None, where the bundle could not be read. `problems` are code and exhibit or file. `statements` are
    the newest outcomes, field by field.
    """

    reference: str
    state: BundleState
    file_name: str
    stored: StoredObject
    bundle_id: str
    digest: str
    unchanged: bool
    sender: SenderStatus
    dated: Dated | None
    consistent: Consistency
    problems: tuple[tuple[str, str], ...]
    sender_key: bytes | None
    sender_name: str
    incident: str
    title: str
    exhibits: tuple[str, ...]
    ledger: Witnessed | None
    received_at: datetime
    seq: int
    statements: Mapping[str, Statement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long act is. `total` 0 means not known; both count the same unit (usually bytes)."""

    done: int
    total: int
    words: str = ""


ProgressCall = Callable[[Progress], None]
"""Called now and then by long acts; it may raise `StoppedError`, which ends the act cleanly."""
