"""Erasing what was lawfully disposed of, so that no moment of a crash leaves a half.

1. One transaction writes the `exhibit.disposed` entry, sets body and salt of the exhibit's entries to NULL
   and takes its rows out of the index. Before it nothing has begun; after it, it is decided.
2. The sealed file is overwritten and removed; the database is rebuilt and its log emptied.
3. Only then the `disposal.completed` entry is written. Whatever is missing of 2 and 3 is done at the next
   opening or lock, so a certificate, which needs that entry, never says what did not happen.

Source: domain.md, rule 8; resources/formats/vault.md, "Disposal".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, select, update

from evidence_app import disk
from evidence_app.errors import IntegrityError
from evidence_app.records import Disposal, Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import acts_safeguards as acts
from evidence_app.vault import schema
from evidence_app.vault.index_safeguards import numbers
from evidence_app.vault.layout import INTERRUPTED, object_path

if TYPE_CHECKING:
    from evidence_app.vault.vault import Vault


def erase_bodies(connection: Connection, entry: Entry) -> None:
    """Erase the entries that a disposal names, in the transaction that records it; nothing for other acts."""
    if entry.kind is not EntryKind.EXHIBIT_DISPOSED:
        return
    entries = schema.entries
    erasing = update(entries).where(entries.c.seq == bindparam("at")).values(body=None, salt=None)
    gone = numbers(Fields(entry.data, f"Entry {entry.seq} of the record"), "entries")
    if gone:
        connection.execute(erasing, [{"at": seq} for seq in gone])


@disk.explained("What was decided stands; the rest is done when the vault is next opened.")
def finish(vault: Vault) -> int:
    """Do what is left to do of every disposal; returns how many were completed. Raises `StorageError`.

    A sealed file that came back, with a copy of the folder from before, is removed again.
    """
    pending = {one.seq: one for one in vault.read.unfinished_disposals()}
    known = vault.read.disposed_objects()
    returned = {object_id: seq for object_id, seq in known.items() if _is_there(vault, object_id)}
    if not pending and not returned:
        return 0
    removed: dict[int, list[str]] = {seq: [] for seq in pending}
    for object_id, seq in known.items():
        if (seq in pending or object_id in returned) and vault.objects.erase(object_id):
            removed.setdefault(seq, []).append(object_id)
    for one in pending.values():
        for name in one.set_aside:
            vault.objects.erase_set_aside(name)
    vault.scrub()
    everything = {one.seq: one for one in vault.read.disposals()}
    for seq in sorted(removed):
        _look(vault, everything[seq])
    for seq, objects in sorted(removed.items()):
        one = everything[seq]
        vault.record(acts.disposal_completed(one.number, one.received, objects))
    return len(removed)


def _is_there(vault: Vault, object_id: str) -> bool:
    return object_path(vault.folder, object_id).exists()


def _look(vault: Vault, disposal: Disposal) -> None:
    """See for oneself before it is said: no body, no file. Raises `IntegrityError`."""
    entries = schema.entries
    left = 0
    with vault.read.reading() as connection:
        for seq in disposal.erased:
            query = select(entries.c.body, entries.c.salt).where(entries.c.seq == seq)
            left += tuple(connection.execute(query).one()) != (None, None)
    aside = [vault.folder / INTERRUPTED / name for name in disposal.set_aside]
    if left or any(_is_there(vault, one) for one in disposal.objects) or any(one.exists() for one in aside):
        raise IntegrityError(
            f"Not everything of {disposal.name} could be erased. What was, is gone; the rest is tried "
            "again when the vault is next opened. Check the vault."
        )
