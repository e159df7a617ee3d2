"""Sound and video while they are played: bare pixels and samples with their times, nothing to be decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from evidence_app.records.reading import Pixels

RATE: Final = 48_000
"""Samples a second of all sound that is played."""
CHANNELS: Final = 2
SAMPLE_BYTES: Final = 2
"""Of one channel: signed, least significant byte first."""
SOUND_BYTES_A_SECOND: Final = RATE * CHANNELS * SAMPLE_BYTES


@dataclass(frozen=True, slots=True)
class Opened:
    """What there is to play; `milliseconds` is None where the file does not tell its length."""

    milliseconds: int | None
    picture: bool
    sound: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, and where in the file it belongs."""

    milliseconds: int
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Heard:
    """Samples as `RATE`, `CHANNELS` and `SAMPLE_BYTES` say, one channel after the other."""

    milliseconds: int
    samples: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class At:
    """How far it is now; comes also while it stands still."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class Ended:
    """It was played to its end. It can be played again."""


Played = Opened | Shown | Heard | At | Ended
