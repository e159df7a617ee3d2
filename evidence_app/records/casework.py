"""Copies made of an exhibit, and what was done with one from its capture on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evidence_app.records.capture import Area
from evidence_app.records.common import Method


class Relation(StrEnum):
    """What a copy is to its original. A covered copy may be cropped as well."""

    COVERED = "covered"
    CROP = "crop"


@dataclass(frozen=True, slots=True)
class Cover:
    """A solid rectangle over part of a picture. `area` is in pixels of the original, from its top left.

    `reason` is a code of the policy's list of reasons; `words` say more, or are empty.
    """

    area: Area
    reason: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class CoveredPassage:
    """Words or lines of a text that are covered in a copy, at `places` places.

    Neither the words nor their place and length are kept: the record of a copy goes along with it.
    """

    reason: str
    words: str
    places: int


@dataclass(frozen=True, slots=True)
class Origin:
    """The original of a copy, as the record ties the two: by number and by the entry that sealed it.

    Its digest is not among it, so a reader of the copy alone learns nothing about the bytes. `captured_at`
    keeps the offset of the zone; `method` is that of the original, and the level of a copy is its level.
    """

    number: str
    seq: int
    captured_at: datetime
    method: Method


@dataclass(frozen=True, slots=True)
class Derived:
    """How a copy was made. `crop` is the part that was kept, None for the whole picture.

    A copy of a text has `passages` in the place of `covers`.
    """

    relation: Relation
    origin: Origin
    covers: tuple[Cover, ...] = ()
    crop: Area | None = None
    passages: tuple[CoveredPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """One act: its entry, when, by whom on which computer, about which exhibit or incident, and what.

    `where_to` is where something of it went, for whom, or empty.
    """

    seq: int
    at: datetime
    by: str
    on: str
    about: str
    what: str
    where_to: str = ""
