"""What the safeguards keep: the answer to the stop, what is locked away, held, withdrawn or disposed of.

Source: domain.md, rules 1, 7 and 8; paragraphs 8.1-8.4 of the policy. A `received` that is not empty is the
reference of a received bundle (`RCV-001`), and the number beside it is then the sender's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class StopAnswer(StrEnum):
    """What was answered to "could this show anyone under 18 nude, partly nude or sexual?" (8.1).

    The values are the codes of the policy. `NOT_ASKED` is no answer: a command without a person in front
    of it was told to capture, and the record says so.
    """

    NO = "no"
    YES = "yes"
    NOT_SURE = "unknown"
    NOT_ASKED = "not_asked"


class Why(StrEnum):
    """Why an exhibit is locked away. A code and no words: nothing here may describe a picture."""

    INDECENT_IMAGE = "indecent_image"
    ASKED_BY_POLICE = "asked_by_police"
    ASKED_BY_SAFEGUARDING_LEAD = "asked_by_safeguarding_lead"
    SAME_BYTES = "same_bytes"
    """It came in when exactly the same was locked away already."""


class Office(StrEnum):
    """Whose instruction allows the disposal of what is locked away (8.1)."""

    POLICE = "police"
    SAFEGUARDING_LEAD = "safeguarding_lead"


class Found(StrEnum):
    """Where a picture is that nobody may keep; it decides who has to be told besides the school."""

    WEBSITE = "website"
    DEVICE = "device"
    SENT = "sent"


class How(StrEnum):
    """How somebody was told; not in writing, where that can be helped."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    OTHER = "other"


class Decider(StrEnum):
    """Who may decide on a disposal."""

    HEAD = "head"
    CHAIR = "chair"


class Ground(StrEnum):
    """What a disposal rests on."""

    DUE = "due"
    INSTRUCTION = "instruction"


@dataclass(frozen=True, slots=True)
class StopAnswered:
    """An answer as it was recorded. `files` is the size of the batch, None where it was a capture.

    `advised_by` is who said that it may be kept after all, where an earlier answer was not "no".
    """

    incident: str | None
    answer: StopAnswer
    files: int | None
    advised_by: str
    at: datetime
    by: str
    seq: int


@dataclass(frozen=True, slots=True)
class LockedAway:
    """That an exhibit is locked away; `told` are names, in the order in which they were told."""

    number: str
    received: str
    why: str
    told: tuple[str, ...]
    at: datetime
    by: str
    seq: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That an exhibit was captured by mistake and is left out of bundles."""

    reason: str
    at: datetime
    by: str
    seq: int


@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps an exhibit, or an incident with all its exhibits, from every disposal.

    `asked_by` is who wants it kept; `by` wrote it down.
    """

    about: str
    reason: str
    asked_by: str
    at: datetime
    by: str
    seq: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be known about an exhibit before anything is done with it."""

    locked_away: LockedAway | None = None
    withdrawn: Withdrawn | None = None
    held: Hold | None = None


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the police or the safeguarding lead said is to become of an exhibit that is locked away."""

    number: str
    received: str
    given_by: str
    office: Office
    reference: str
    given_at: datetime
    at: datetime
    by: str
    seq: int


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told of a referral: name, role code of the policy, when and how (None: not yet)."""

    name: str
    role: str
    at: datetime | None = None
    how: How | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral without a picture (8.1). There is no field for what the picture shows.

    `exhibit` is the number of one that was already captured and is locked away, else empty.
    """

    reference: str
    incident: str | None
    exhibit: str
    found: Found
    address: str
    seen_at: datetime
    told: tuple[Told, ...]
    concerns_head: bool
    recorded_at: datetime
    by: str
    seq: int


@dataclass(frozen=True, slots=True)
class Due:
    """From which day on something may be disposed of, and what the day follows from."""

    day: date
    follows_from: str


@dataclass(frozen=True, slots=True)
class Disposal:
    """A disposal as the record has it; `completed_at` None: it is not finished yet.

    Of a received bundle as a whole `number` is empty. `captured_at` is when it was captured, or received.
    `erased` are the numbers of the entries whose content was erased, `objects` the ids of the sealed files,
    `incidents` every incident that the exhibit was ever filed in, `same_bytes` other exhibits with exactly
    the same content, which are not part of it, `taken` what was taken out of a received bundle in clear,
    `set_aside` files with the same bytes that an interruption had left.
    """

    number: str
    received: str
    incidents: tuple[str, ...]
    captured_at: datetime
    ground: Ground
    due: Due | None
    instruction: Instruction | None
    decided_by: str
    decider: Decider
    second: str
    erased: tuple[int, ...]
    objects: tuple[str, ...]
    same_bytes: tuple[str, ...]
    taken: tuple[str, ...]
    set_aside: tuple[str, ...]
    at: datetime
    by: str
    seq: int
    completed_at: datetime | None = None

    @property
    def name(self) -> str:
        """`HXA/001`, `RCV-001 HXA/001`, or `RCV-001` for a received bundle as a whole."""
        return f"{self.received} {self.number}".strip()


@dataclass(frozen=True, slots=True)
class LeftInBackup:
    """A backup that held what was disposed of, as the record knows it; `renewed_at`: it was brought up to
    date since, which took it out there too."""

    place: str
    at: datetime
    renewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file with an exhibit in it that this vault wrote: no disposal reaches it.

    `to` are names, empty for a passphrase or for one that was passed on as it came. `receipts` are the names
    of those who gave one, and when.
    """

    file_name: str
    to: tuple[str, ...]
    at: datetime
    receipts: tuple[tuple[str, datetime], ...] = ()
