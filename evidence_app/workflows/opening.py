"""What of the record a reader of a bundle may read: the entries that are opened, and what stays closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from evidence_app import fields
from evidence_app.fields import Reach
from evidence_app.records import Entry, EntryKind, Statement
from evidence_app.records_json import statements_from_entry
from evidence_app.vault.vault import Vault

OPENED_KINDS: Final = frozenset(
    {
        EntryKind.INCIDENT_OPENED,
        EntryKind.INCIDENT_STATED,
        EntryKind.EXHIBIT_CAPTURED,
        EntryKind.EXHIBIT_DERIVED,
        EntryKind.EXHIBIT_IMPORTED,
        EntryKind.EXHIBIT_STATED,
        EntryKind.EXHIBIT_FILED,
        EntryKind.EXHIBIT_VIEWED,
        EntryKind.EXHIBIT_EXPORTED,
        EntryKind.EXHIBIT_WITHDRAWN,
        EntryKind.EXHIBIT_REINSTATED,
    }
)
PRIVATE_FIELDS: Final = frozenset(one.code for one in fields.FIELDS if one.reach is Reach.PRIVATE)
"""What is stated here stays with the sender: a reader who is passed over for a good reason must not learn of
it from a later bundle, and who is in a union is nobody else's to know."""

_KEY_CHANGES: Final = 100
_STATED: Final = frozenset({EntryKind.INCIDENT_STATED, EntryKind.EXHIBIT_STATED})


def opened_entries(
    vault: Vault, reference: str, numbers: Iterable[str], restricted: Collection[str] = ()
) -> tuple[Entry, ...]:
    """The entries for a reader: how the vault began and each change of its key, this incident, these
    exhibits; by their full names.

    An entry is opened as a whole or not at all: one with a private field in it stays closed, and one with a
    restricted field unless its code is in `restricted`.
    """
    wanted = {reference, *numbers}
    found = {one.seq: one for one in beginnings(vault)}
    for subject in wanted:
        for entry in vault.read.entries_about(subject):
            if entry.kind in OPENED_KINDS and _about(entry) in wanted and _may_be_read(entry, restricted):
                found[entry.seq] = entry
    return tuple(found[seq] for seq in sorted(found))


def beginnings(vault: Vault) -> tuple[Entry, ...]:
    """Whose record it is: how the vault began, and each change of its key. In every bundle."""
    changes = vault.read.entries(EntryKind.VAULT_KEY_REPLACED, limit=_KEY_CHANGES)
    return vault.read.entry(1), *reversed(changes)


def opened_statements(opened: Iterable[Entry], about: str) -> tuple[Statement, ...]:
    """What these entries state about an incident or exhibit, oldest first."""
    return tuple(
        said
        for entry in opened
        if entry.kind in _STATED and entry.data.get("about") == about
        for said in statements_from_entry(entry.data, entry.seq, entry.at, entry.by)
    )


def _about(entry: Entry) -> object:
    """The incident or exhibit that an entry is of, whatever its kind calls it."""
    return next((entry.data[name] for name in ("number", "about", "reference") if name in entry.data), None)


def _may_be_read(entry: Entry, restricted: Collection[str]) -> bool:
    if entry.kind not in _STATED:
        return True
    said = statements_from_entry(entry.data, entry.seq, entry.at, entry.by)
    return all(_is_open(one.field, restricted) for one in said)


def _is_open(field: str, restricted: Collection[str]) -> bool:
    match fields.reach(field):
        case Reach.PRIVATE:
            return False
        case Reach.RESTRICTED:
            return field.partition(".")[0] in restricted
        case _:
            return True
