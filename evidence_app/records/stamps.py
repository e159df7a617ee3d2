"""Independent time: what was stamped, by whom, and what is still to be asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class StampOf(StrEnum):
    """What a time stamp is over; always a signature of this vault's key."""

    CHECKPOINT = "checkpoint"
    BUNDLE = "bundle"


@dataclass(frozen=True, slots=True)
class Stamped:
    """The signature (armoured SSHSIG) that a service saw a digest of.

    `size` and `link` (32 bytes) are of the record under that signature; `bundle` is the id of a bundle, or
    empty for a checkpoint.
    """

    over: StampOf
    size: int
    link: bytes
    signature: bytes = field(repr=False)
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class StampRow:
    """A time stamp in the record. `response` is all that the service sent (DER); `confirmed` whether one of
    the owner's certificates led to it when it came. `service` is the host that was asked."""

    seq: int
    of: Stamped
    service: str
    by: str
    at: datetime
    confirmed: bool
    response: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PendingStamp:
    """A time stamp that was asked for and has not come. `since` is the entry's time; `problem` a sentence."""

    seq: int
    of: Stamped
    services: tuple[str, ...]
    since: datetime
    problem: str


@dataclass(frozen=True, slots=True)
class StampingReport:
    """What came of asking: time stamps that are in the record now, and sentences about what is not.

    `pending`: how many signatures still have no time stamp of a service that was asked.
    """

    obtained: tuple[StampRow, ...] = ()
    problems: tuple[str, ...] = ()
    pending: int = 0
