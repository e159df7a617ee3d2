"""The pages of the record as they lie on the disk, also those that no question happens to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from evidence_app.errors import StorageError
from evidence_app.vault import database
from evidence_app.vault.vault import Vault


def damaged_pages(vault: Vault) -> Iterator[str]:
    """A sentence where a page is not as it was written, or the pages do not fit together."""
    if _sound(vault):
        return
    # A page that is being written in this very moment looks torn: once more, with nobody writing.
    with vault.alone():
        if _sound(vault):
            return
    yield (
        "Parts of the record's file are damaged. What can still be read of it was checked. Do not delete "
        "anything; put the vault back from a backup."
    )


def _sound(vault: Vault) -> bool:
    # What a crash left half-written in the file stands whole in the log.
    with suppress(StorageError):
        vault.flush()
    with vault.read.reading() as connection:
        return database.is_sound(connection)
