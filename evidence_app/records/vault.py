"""What the vault's index knows: incidents, exhibits, statements, contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evidence_app.records.capture import Observed
from evidence_app.records.casework import Derived
from evidence_app.records.common import Level, Method, Role, Source
from evidence_app.records.safeguards import Standing


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
class ExhibitFile:
    """A file of an exhibit beside its picture: its name, which is ours, and the object."""

    name: str
    stored: StoredObject


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

    `seq` is the entry that sealed it and `link` that entry's link. Of one that is locked away (`standing`)
    the only statement is the address, and `observed` has no window: a title may tell what it shows.
    `derived` is there for a copy that was made of another exhibit; `observed` is then of the making.
    `files` are there for a web page; `stored` is then its picture.
    `level` is as recorded; what is shown (`fields.shown_level`) also follows from what a witness says.
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
    standing: Standing = field(default_factory=Standing)
    derived: Derived | None = None
    files: tuple[ExhibitFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """What a reader found in an exhibit that was brought in: all of it is what the file says.

    `kind` is a `ReadingKind` or, where nothing could be read, empty; `reason` then says why. `claims` are
    pairs of name and value. `attachments` and `messages` are counts.
    """

    kind: str
    title: str
    claims: tuple[tuple[str, str], ...]
    messages: int
    attachments: int
    notes: tuple[str, ...]
    has_text: bool
    has_preview: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A person whose card was added. The key is theirs only once `confirmed_at` is set.

    `resembles`: names of contacts with other keys that this one could be taken for. `replaced_at`: since
    then the same person has another key; what was confirmed before stays as it was.
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
    replaced_at: datetime | None = None


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
    """Answer of a vault check; in order only where `problems` is empty. `disposed`: exhibits whose content
    was lawfully erased. `notes`: sentences on what is no problem and worth knowing, as a clock set back."""

    entries: int
    objects: int
    bytes_read: int
    link: str
    checked_at: datetime
    problems: tuple[CheckProblem, ...]
    disposed: int = 0
    notes: tuple[str, ...] = ()
