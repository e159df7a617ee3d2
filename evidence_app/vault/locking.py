"""One running program per vault: the lock of its folder."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from evidence_app import disk
from evidence_app.errors import StorageError, VaultBusyError
from evidence_app.vault import layout

_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


_STUCK: list[FileLock] = []
"""What could not be given back when its folder went away; the folder may come back."""


def take_lock(folder: Path) -> FileLock:
    """The vault's lock, held by this process until released; raises `VaultBusyError`, `StorageError`."""
    for one in tuple(_STUCK):
        give_back(one)
    # One lock for all threads: the vault is opened by a worker and closed by the window.
    lock = FileLock(str(folder / layout.LOCK), timeout=0, thread_local=False, fallback_to_soft=False)
    with disk.explained("Nothing was changed."):
        try:
            lock.acquire()
        except Timeout as error:
            raise VaultBusyError(
                "This vault is already open in another Evidence window. Nothing is lost. "
                "Lock it there first, or close that window."
            ) from error
        except OSError as error:
            if error.errno in _NO_LOCKS:
                raise StorageError(
                    "This drive cannot keep two programs from writing at once, so the vault is not opened "
                    "there. Nothing was changed. Copy the vault's folder to this computer and open it here."
                ) from error
            raise
    return lock


def give_back(lock: FileLock) -> None:
    """Release a lock. A folder that has gone away does not take it back: then that is tried again later."""
    with suppress(ValueError):
        _STUCK.remove(lock)
    try:
        lock.release(force=True)
    except OSError:
        _STUCK.append(lock)
