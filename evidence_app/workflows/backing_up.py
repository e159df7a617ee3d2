"""The second copy: how old it is, and bringing it up to date before a lock.

A lock waits a few seconds for it and no longer. What is copied by then stays copied, and the rest is done in
the background after the next unlock: a process that goes on copying would keep the keys in memory, and a lock
is there to end that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from evidence_app.errors import EvidenceError, StoppedError, StorageError
from evidence_app.records import BackupReport, EntryKind, Progress, ProgressCall, Said, Source
from evidence_app.settings import KeepingSettings
from evidence_app.vault import backup, layout
from evidence_app.vault.vault import Vault
from evidence_app.workflows.late_stamps import stamp_vault

SECONDS: Final = 5.0
"""How long a lock waits for the backup and the time stamps together."""

_EACH_SERVICE: Final = 2.0
_LEFT: Final = "backup left"
"""Draft: what a lock could not do. `problem` is a sentence, empty for lack of time; `told` once said."""

_CONTENT: Final = (
    EntryKind.EXHIBIT_CAPTURED,
    EntryKind.EXHIBIT_IMPORTED,
    EntryKind.EXHIBIT_RECEIVED,
    EntryKind.EXHIBIT_DERIVED,
    EntryKind.EXHIBIT_STATED,
    EntryKind.INCIDENT_OPENED,
    EntryKind.INCIDENT_STATED,
    EntryKind.BUNDLE_SEALED,
    EntryKind.BUNDLE_RECEIVED,
    EntryKind.RECEIPT_RECORDED,
    EntryKind.REFERRAL_RECORDED,
    EntryKind.OUTCOME_STATED,
)


@dataclass(frozen=True, slots=True)
class LastBackup:
    """Where and when the newest backup was made, and whether something was recorded that it does not have."""

    place: Path
    at: datetime
    behind: bool


@dataclass(frozen=True, slots=True)
class Left:
    """What the last lock could not do: go on (`problem` empty), or a sentence to be said once."""

    problem: str


def last_backup(vault: Vault) -> LastBackup | None:
    """The newest backup by this vault's record; None where there was none."""
    made = vault.read.latest(EntryKind.VAULT_BACKED_UP)
    if made is None:
        return None
    held = made.data.get("entries")
    newest = (vault.read.latest(kind) for kind in _CONTENT)
    behind = any(one is not None and one.seq > (held if isinstance(held, int) else 0) for one in newest)
    return LastBackup(Path(str(made.data.get("place", ""))), made.at, behind)


def back_up(vault: Vault, folder: Path, progress: ProgressCall | None = None) -> BackupReport:
    """As `vault.backup.back_up`; a copy with fewer objects than the record names is said by the report.

    Afterwards nothing is left of an earlier one that could not be made.
    """
    report = backup.back_up(vault, folder, progress)
    with suppress(StorageError):
        vault.drafts.drop(_LEFT, "")
    return report


def has_work(vault: Vault, keeping: KeepingSettings) -> bool:
    """Whether `before_lock` would do anything."""
    return bool(keeping.asked) or (keeping.backup_on_lock and last_backup(vault) is not None)


def before_lock(
    vault: Vault,
    keeping: KeepingSettings,
    progress: ProgressCall | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Stamp the record and bring the backup up to date, as far as it goes in `SECONDS`.

    Nothing that goes wrong keeps a vault from locking: what could not be done is kept for the next unlock.
    `clock` gives seconds.
    """
    began = clock()

    def step(now: Progress) -> None:
        if clock() - began > SECONDS:
            raise StoppedError("There was no time for all of the backup.")
        if progress is not None:
            progress(now)

    with suppress(EvidenceError):
        if keeping.asked:
            vault.checkpoint()
            stamp_vault(vault, keeping.asked, step, _EACH_SERVICE)
    last = last_backup(vault) if keeping.backup_on_lock else None
    if last is None:
        return
    problem = ""
    try:
        # A stick that is out may leave an empty folder of its name: that must not become a backup.
        if not (last.place / layout.LABEL).is_file():
            raise StorageError(
                f"The backup was not brought up to date when you locked: {last.place} is not there. Your "
                "vault is safe. Put the stick in, or connect the drive, and choose Back up."
            )
        back_up(vault, last.place, step)
    except StoppedError:
        _note(vault, "")
    except EvidenceError as error:
        problem = error.message
        _note(vault, problem)


def leave_rest(vault: Vault) -> None:
    """Somebody locked at once: the backup goes on after the next unlock."""
    _note(vault, "")


def take_left(vault: Vault) -> Left | None:
    """What the last lock left, to be said or gone on with; the same problem is given out once only."""
    with suppress(StorageError):
        draft = vault.drafts.get(_LEFT, "")
        if draft is None:
            return None
        if not draft.value("problem"):
            return Left("")
        if not draft.value("told"):
            said = [*draft.said, Said("told", "yes", Source.OBSERVED)]
            vault.drafts.keep(_LEFT, "", said)
            return Left(draft.value("problem"))
    return None


def _note(vault: Vault, problem: str) -> None:
    with suppress(StorageError):
        known = vault.drafts.get(_LEFT, "")
        if known is None or known.value("problem") != problem:
            said = [Said("left", "yes", Source.OBSERVED), Said("problem", problem, Source.OBSERVED)]
            vault.drafts.keep(_LEFT, "", said)
