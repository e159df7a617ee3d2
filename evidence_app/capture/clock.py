"""The clock of this computer: one reading, and the words for what is known of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

NOT_CHECKED: Final = "this computer's clock, not checked"
NOT_KNOWN: Final = "not known"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the clock: the same instant twice, and the name of the local zone."""

    utc: datetime
    local: datetime
    zone: str


def now() -> Moment:
    """Read the clock once."""
    utc = _EPOCH + timedelta(microseconds=time.time_ns() // 1000)
    local = utc.astimezone()
    return Moment(utc, local, local.tzname() or NOT_KNOWN)
