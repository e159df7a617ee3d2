"""One program at a time has a vault open."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from evidence_app import disk
from evidence_app.errors import VaultBusyError
from evidence_app.vault import layout


def take_lock(folder: Path) -> FileLock:
    """The vault's lock, held by this process until it is released; raises `VaultBusyError`."""
    # One lock for all threads: the vault is opened by a worker and closed by the window.
    lock = FileLock(str(folder / layout.LOCK), timeout=0, thread_local=False)
    with disk.explained("Nothing was changed."):
        try:
            lock.acquire()
        except Timeout as error:
            raise VaultBusyError(
                "This vault is already open in another Evidence window. Nothing is lost. "
                "Lock it there first, or close that window."
            ) from error
    return lock
