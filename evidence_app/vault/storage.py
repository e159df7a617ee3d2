"""Errors of the disk, in words for a person."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_app.errors import StorageError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


def explain(error: OSError, what_is_safe: str) -> StorageError:
    """The `StorageError` for an `OSError`: what happened, what is safe, what to do."""
    if error.errno in _FULL:
        return StorageError(f"The disk is full. {what_is_safe} Free some space and try again.")
    if error.errno in _READ_ONLY:
        return StorageError(
            f"This folder does not allow writing. {what_is_safe} "
            "Choose another folder, or ask your IT lead for permission."
        )
    return StorageError(
        f"The disk did not accept the data ({error.strerror or 'unknown reason'}). {what_is_safe} "
        "Check the disk or the network drive and try again."
    )


@contextmanager
def explained(what_is_safe: str) -> Iterator[None]:
    """Turns every `OSError` of the block into the `StorageError` that says `what_is_safe`."""
    try:
        yield
    except OSError as error:
        raise explain(error, what_is_safe) from error
