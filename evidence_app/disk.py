"""Files on a disk that may be full, read-only or gone: whole or not at all, and errors in plain words."""

from __future__ import annotations

import errno
import io
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from evidence_app.errors import StorageError

_BLOCK: Final = 1024 * 1024
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY: Final = {errno.EROFS, errno.EACCES, errno.EPERM}
_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def explain(error: OSError, what_is_safe: str) -> StorageError:
    """The `StorageError` for an `OSError`: what happened, what is safe, what to do."""
    if error.errno in _FULL:
        return StorageError(f"The disk is full. {what_is_safe} Free some space and try again.")
    if error.errno in _READ_ONLY:
        return StorageError(
            f"This folder does not allow writing. {what_is_safe} "
            "Choose another folder, or ask your IT lead for permission."
        )
    if error.errno == errno.ENAMETOOLONG:
        return StorageError(f"This name is too long for the disk. {what_is_safe} Choose a shorter one.")
    return StorageError(
        f"The disk did not accept the data ({error.strerror or 'unknown reason'}). {what_is_safe} "
        "Check the disk, the USB stick or the network drive and try again."
    )


@contextmanager
def explained(what_is_safe: str) -> Iterator[None]:
    """Turns every `OSError` of the block into the `StorageError` that says `what_is_safe`."""
    try:
        yield
    except OSError as error:
        raise explain(error, what_is_safe) from error


def exists(path: Path) -> bool:
    """Whether there is something at `path`; False, where `Path.exists` raises, for a name that cannot be
    looked up: too long, or in a folder that this person may not enter."""
    return os.path.exists(path)  # noqa: PTH110


def is_folder(path: Path) -> bool:
    """As `Path.is_dir`, and never raises."""
    return os.path.isdir(path)  # noqa: PTH112


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable. Windows has no such call: NTFS journals them by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hidden_beside(out: Path) -> Path:
    """A name for a file that is to become `out`."""
    return out.with_name(f".{out.name}.{secrets.token_hex(8)}.part")


def publish(temporary: Path, out: Path) -> None:
    """Give a finished, synced file its name without ever replacing another, and make that durable.

    Raises `FileExistsError` where there is something of that name; `temporary` is then still there.
    """
    if sys.platform == "win32":
        temporary.rename(out)
        return
    try:
        os.link(temporary, out)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without links, such as that of a USB stick: take the name first, then replace it.
        os.close(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        temporary.replace(out)
    else:
        # It has its name: that the other one stays, hidden, is no failure.
        with suppress(OSError):
            temporary.unlink()
    # Some network file systems cannot sync a folder; the file itself is synced.
    with suppress(OSError):
        sync_folder(out.parent)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write_new(
    out: Path, data: bytes | io.RawIOBase, before_publish: Callable[[], object] | None = None
) -> None:
    """Write a new file whole or not at all, for its owner only, durable on return.

    `before_publish` is called while the file still has a hidden name. Raises what that raises, `OSError`,
    `FileExistsError`."""
    if os.path.lexists(out):
        raise FileExistsError(errno.EEXIST, "there is such a file", str(out))
    temporary = hidden_beside(out)
    try:
        with open(temporary, "xb", opener=_private) as file:
            if isinstance(data, bytes):
                file.write(data)
            else:
                shutil.copyfileobj(data, file, _BLOCK)
            file.flush()
            os.fsync(file.fileno())
        if before_publish is not None:
            before_publish()
        publish(temporary, out)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
