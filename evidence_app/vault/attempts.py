"""Failed tries to unlock: how many, since when, and how long the next one has to wait.

They are counted in a small file beside the key slots, because nothing else of a locked vault can be written.
It holds times and a number, is shared by every program that opens the vault, and goes when the vault is
unlocked: then the record says what it said. It slows down somebody at this computer. Whoever copies the
folder is held up by scrypt alone. Source: resources/formats/vault.md, "Failed tries".
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from evidence_app.errors import TooSoonError, WrongPassphraseError
from evidence_app.vault.layout import FAILED

FREE: Final = 3
"""Tries without a wait between them."""
LONGEST: Final = 300
"""Seconds. Nobody is locked out for good."""
_FIRST: Final = 5
_MOST: Final = 1_000_000
_MOST_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class FailedTries:
    """How many since the vault was last unlocked, and when the first and the last were (aware)."""

    count: int
    first: datetime
    last: datetime

    def wait(self, now: datetime) -> int:
        """Seconds until the next try may be made: 0, then 5, doubled with each up to `LONGEST`.

        A last try that lies ahead (the clock was put back) holds nobody up.
        """
        if self.count < FREE:
            return 0
        pause = min(LONGEST, _FIRST * 2 ** min(self.count - FREE, 16))
        past = (now - self.last).total_seconds()
        return 0 if past < 0 else max(0, -int(-(pause - past) // 1))


def read(folder: Path) -> FailedTries | None:
    """The tries since the vault was last unlocked; None where there is none, or nothing that makes sense."""
    try:
        with (folder / FAILED).open("rb") as file:
            raw = json.loads(file.read(_MOST_BYTES))
        count = raw["count"]
        first, last = (datetime.fromisoformat(raw[name]).astimezone(UTC) for name in ("first", "last"))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return FailedTries(min(count, _MOST), first, last) if type(count) is int and count > 0 else None


def hold_back(folder: Path) -> None:
    """Raises `TooSoonError` while the next try has to wait."""
    failed = read(folder)
    seconds = 0 if failed is None else failed.wait(datetime.now(UTC))
    if failed is not None and seconds:
        raise TooSoonError(
            f"{failed.count} tries to unlock this vault have failed. Nothing is lost. "
            f"Wait {in_words(seconds)}, then try again.",
            seconds,
        )


def add(folder: Path, error: WrongPassphraseError) -> WrongPassphraseError:
    """Count one more. What the person is told, with the wait where there is one from now on."""
    now, before = datetime.now(UTC), read(folder)
    count, first = (0, now) if before is None else (before.count, before.first)
    failed = FailedTries(count + 1, first, now)
    # A disk that takes nothing must not turn a wrong passphrase into another error.
    with suppress(OSError):
        _write(folder, failed)
    seconds = failed.wait(now)
    return (
        WrongPassphraseError(f"{error} Wait {in_words(seconds)} before the next try.") if seconds else error
    )


def clear(folder: Path) -> None:
    """The vault is unlocked, and its record says so."""
    with suppress(OSError):
        (folder / FAILED).unlink(missing_ok=True)


def in_words(seconds: int) -> str:
    """`1 second`, `40 seconds`, `about 3 minutes`."""
    if seconds < 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"about {round(seconds / 60)} minutes"


def _write(folder: Path, failed: FailedTries) -> None:
    new = folder / f"{FAILED}.new"
    body = {"count": failed.count, "first": failed.first.isoformat(), "last": failed.last.isoformat()}
    with new.open("w", encoding="ascii") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / FAILED)
