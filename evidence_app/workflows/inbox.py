"""The inbox: a folder that others write into. It is looked at on request, and nothing in it is changed.

Files may still be arriving: a synchronisation program or a slow network writes them piece by piece. What is
found unchanged is complete by that; anything else is only believed once the file has been left alone for a
while, so that half a file is never put on record as a damaged bundle.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from evidence_app.bundle import layout
from evidence_app.bundle import receipt as receipts
from evidence_app.bundle.text import shown, shown_name
from evidence_app.errors import EvidenceError, StoppedError, UsageError, WrongPassphraseError
from evidence_app.records import Progress, ProgressCall, ReceiptRow, SkippedFile, Verdict
from evidence_app.vault.vault import Vault
from evidence_app.workflows.files import read_card_file
from evidence_app.workflows.receipts import record_receipt
from evidence_app.workflows.receiving import Arrival, Found, receive_in_passing

QUIET: Final = timedelta(minutes=10)
"""How long a file must not have changed before it is believed that nothing more comes."""

_WRONG_CLOCK: Final = timedelta(days=1)
_LATEST: Final = 2**37
"""Seconds; a network drive may give times that no calendar here can hold."""
_ENDINGS: Final = (layout.SUFFIX, receipts.SUFFIX)
# Names that browsers and synchronisation programs give to what they have not finished.
_UNFINISHED: Final = re.compile(
    r"^[.~].*\.evidence"
    r"|\.evidence(-receipt)?[.~_](.*[.~_])?"
    r"(part|partial|tmp|temp|crdownload|download|filepart|opdownload|icloud|!sync)$",
    re.IGNORECASE,
)
_APPLE_DOUBLE: Final = "._"
_ARRIVING: Final = "It may still be arriving. Nothing was taken; look again in some minutes."


@dataclass(frozen=True, slots=True)
class InboxLook:
    """What a look into the folder came to. `arrivals` and `receipts` are what is new, `known` counts the
    files that the vault has already or made itself, `skipped` are those left alone, each with the reason."""

    arrivals: tuple[Arrival, ...]
    receipts: tuple[ReceiptRow, ...]
    skipped: tuple[SkippedFile, ...]
    known: int = 0


def look_in_inbox(
    vault: Vault, folder: Path, progress: ProgressCall | None = None, *, now: datetime | None = None
) -> InboxLook:
    """Receive every new bundle in the folder, and record every new receipt for a bundle of this vault.

    By name, the oldest first, and not in folders inside it; links are not followed. Files are never moved,
    changed or deleted. What cannot be taken is skipped with a sentence, and the rest goes on. `now` is the
    time by this computer's clock. Progress counts bytes of the files. Raises `UsageError` where the folder
    cannot be read, and what `progress` raises: what was taken until then is kept.
    """
    look = _Look(vault, datetime.now(UTC) if now is None else now)
    files = _files(folder, look)
    total, done = sum(size for _, size in files), 0
    for path, size in files:
        step = _Step(progress, done, size, total, f"Looking at {shown_name(path.name)}")
        step(Progress(0, size))
        look.at(path, step)
        done += size
    return InboxLook(tuple(look.arrivals), tuple(look.receipts), tuple(look.skipped), look.known)


class _Step:
    """The progress of one file within all; a file that is read twice does not go back."""

    def __init__(self, progress: ProgressCall | None, before: int, size: int, total: int, words: str) -> None:
        self._progress, self._words = progress, words
        self._before, self._size, self._total = before, size, total
        self._reached = 0

    def __call__(self, inside: Progress) -> None:
        self._reached = max(self._reached, min(inside.done, self._size))
        if self._progress is not None:
            self._progress(Progress(self._before + self._reached, self._total, self._words))


def _files(folder: Path, look: _Look) -> list[tuple[Path, int]]:
    """What has the name of a bundle or receipt, with its size, the oldest first."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.lower()
                if name.startswith(_APPLE_DOUBLE):
                    continue
                if _UNFINISHED.search(name):
                    look.skip(entry.name, f"Its name is that of an unfinished file. {_ARRIVING}")
                elif name.endswith(_ENDINGS):
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except OSError as error:
                        look.skip(entry.name, _unreadable(error))
                        continue
                    found.append((status.st_mtime_ns, entry.name, status.st_size))
    except OSError as error:
        raise UsageError(
            f"The folder {folder} cannot be looked into ({error.strerror or 'unknown reason'}). "
            "Nothing was taken. Check its name and whether the network drive is connected."
        ) from error
    # A sender's earlier bundle first: a later one shows more of the same record.
    return [(folder / name, size) for _, name, size in sorted(found)]


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "It was there and is gone. Nothing was taken; look again."
    return f"It cannot be read ({error.strerror or 'unknown reason'}). Nothing was taken; try to copy it."


class _ArrivingError(Exception):
    """The file is not yet what it is going to be; the text says why that is thought."""


class _Look:
    """One look: what was found so far."""

    def __init__(self, vault: Vault, now: datetime) -> None:
        self._vault = vault
        self._now = now
        self.arrivals: list[Arrival] = []
        self.receipts: list[ReceiptRow] = []
        self.skipped: list[SkippedFile] = []
        self.known = 0

    def skip(self, name: str, why: str) -> None:
        # A message may repeat a name that somebody else chose.
        self.skipped.append(SkippedFile(shown_name(name), shown(why)))

    def at(self, path: Path, step: ProgressCall) -> None:
        """Take this file, or say why not; raises only what `step` raises."""
        try:
            self._take(path, step)
        except StoppedError:
            raise
        except _ArrivingError as error:
            self.skip(path.name, f"{error} {_ARRIVING}")
        except WrongPassphraseError:
            self.skip(
                path.name,
                "It is sealed with a passphrase. Nothing was taken; receive this file by itself and type "
                "the passphrase, which the sender gives you by telephone or in person.",
            )
        except EvidenceError as error:
            self.skip(path.name, error.message)
        except OSError as error:
            self.skip(path.name, _unreadable(error))

    def _take(self, path: Path, step: ProgressCall) -> None:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            self.skip(
                path.name, "It is a link to another place. Nothing was taken; put the file itself here."
            )
        elif not stat.S_ISREG(status.st_mode):
            self.skip(path.name, "It is not a file. Nothing was taken; put the bundle here as it was sent.")
        elif not status.st_size:
            raise _ArrivingError("It is empty.")
        elif path.name.lower().endswith(receipts.SUFFIX):
            self._believed(status, lambda: self._receipt(path))
        else:
            self._believed(status, lambda: self._bundle(path, status, step))

    def _believed(self, before: os.stat_result, act: Callable[[], None]) -> None:
        """What is wrong with a file counts only once nothing more can be expected of it."""
        try:
            act()
        except (WrongPassphraseError, StoppedError):
            raise
        except EvidenceError as error:
            if isinstance(error, UsageError) or self._quiet(before):
                raise
            raise _ArrivingError("It is not complete, or not what it should be.") from error

    def _bundle(self, path: Path, before: os.stat_result, step: ProgressCall) -> None:
        if self._vault.read.wrote_file(shown_name(path.name), before.st_size):
            self.known += 1
            return

        def consider(found: Found) -> None:
            after = path.lstat()
            if _identity(after) != _identity(before):
                raise _ArrivingError("It changed while it was read.")
            if not (isinstance(found, Verdict) and found.unchanged) and not self._quiet(after):
                raise _ArrivingError("It is not complete, or not what it should be.")

        arrival = receive_in_passing(self._vault, path, consider, step)
        if arrival.verdict is None and arrival.failure is None:
            self.known += 1
        else:
            self.arrivals.append(arrival)

    def _receipt(self, path: Path) -> None:
        data = read_card_file(path)
        if receipts.read_receipt(data).signing_key == self._vault.signing_key.public_key:
            self.known += 1
            return
        before, _ = self._vault.head
        row = record_receipt(self._vault, data)
        if row.seq > before:
            self.receipts.append(row)
        else:
            self.known += 1

    def _quiet(self, status: os.stat_result) -> bool:
        """Whether the file was left alone for a while; one from far in the future was, too."""
        changed = datetime.fromtimestamp(min(max(status.st_mtime, status.st_ctime, 0), _LATEST), UTC)
        age = self._now - changed
        return age >= QUIET or age <= -_WRONG_CLOCK


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino
