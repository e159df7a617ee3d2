"""What is known of the receipts of a vault: read in the background, no widgets here.

A receipt is kept with what its key was to the vault when it was recorded. What a person is told is what
the key is today: a contact who was confirmed since is a confirmed one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evidence_app import workflows
from evidence_app.bundle.receipt import SUFFIX, read_receipt
from evidence_app.errors import EvidenceError
from evidence_app.records import (
    BundleRow,
    Consistency,
    Contact,
    Incident,
    Receipt,
    ReceiptRow,
    ReceivedRow,
    SenderStatus,
)
from evidence_app.vault.vault import Vault

LOUDEST = ("bad", "warn", "ok")


@dataclass(frozen=True, slots=True)
class Known:
    """A receipt with what belongs to it: today's contact for its key, and the bundle it is for.

    `bundle` is there where this vault sealed it, `received` where this vault received it.
    """

    row: ReceiptRow
    contact: Contact | None
    bundle: BundleRow | None = None
    received: ReceivedRow | None = None

    @property
    def signer(self) -> SenderStatus:
        """What the key is to this vault today."""
        if self.row.issued:
            return SenderStatus.CONFIRMED
        if self.contact is None:
            return SenderStatus.UNKNOWN
        return SenderStatus.KNOWN if self.contact.confirmed_at is None else SenderStatus.CONFIRMED

    @property
    def name(self) -> str:
        """This vault's own name for who signed it; the receipt's claim where it has none."""
        return self.row.name if self.contact is None else self.contact.name

    @property
    def kind(self) -> str:
        """How loud it has to be: ok, warn or bad."""
        if not self.row.unchanged:
            return "bad"
        sure = self.signer is SenderStatus.CONFIRMED and self.row.consistent is not Consistency.NO
        return "ok" if sure else "warn"


def everything(vault: Vault) -> tuple[Known, ...]:
    """Every receipt that was issued or recorded, newest first."""
    received: dict[str, ReceivedRow] = {}
    for one in vault.read.received():
        received.setdefault(one.bundle_id, one)
    return tuple(
        replace(one, received=received.get(one.row.bundle_id)) if one.row.issued else one
        for one in _with_contacts(vault)
    )


def _with_contacts(vault: Vault) -> list[Known]:
    """The receipts with whoever they are from, and the bundle where it was sealed here."""
    sealed = {one.bundle_id: one for one in vault.read.bundles()}
    contacts = {one.signing_key: one for one in vault.read.contacts()}
    return [
        Known(row, contacts.get(row.signing_key), None if row.issued else sealed.get(row.bundle_id))
        for row in vault.read.receipts()
    ]


def of_bundles(vault: Vault, bundles: Iterable[BundleRow]) -> tuple[Known, ...]:
    """The receipts that were recorded for these bundles, newest first."""
    contacts = {one.signing_key: one for one in vault.read.contacts()}
    found = [
        Known(row, contacts.get(row.signing_key), bundle)
        for bundle in bundles
        for row in vault.read.receipts(bundle.bundle_id)
        if not row.issued
    ]
    return tuple(sorted(found, key=lambda one: one.row.seq, reverse=True))


def speaking(receipts: Iterable[Known]) -> tuple[Known, ...]:
    """Of each reader's key the newest receipt: what it said before is overtaken. Loudest first."""
    newest: dict[bytes, Known] = {}
    for one in sorted(receipts, key=lambda one: one.row.seq, reverse=True):
        newest.setdefault(one.row.signing_key, one)
    return tuple(sorted(newest.values(), key=lambda one: LOUDEST.index(one.kind)))


def incidents(vault: Vault) -> tuple[list[Incident], dict[str, Known]]:
    """The incidents, and for those with receipts the one that speaks loudest, by reference."""
    found: dict[str, list[Known]] = {}
    for one in _with_contacts(vault):
        if one.bundle is not None:
            found.setdefault(one.bundle.incident, []).append(one)
    return vault.read.incidents(), {reference: speaking(some)[0] for reference, some in found.items()}


def bundles(vault: Vault) -> tuple[tuple[BundleRow, ...], dict[str, tuple[Known, ...]]]:
    """The sealed bundles, and the receipts for each that speak, by bundle id."""
    found: dict[str, list[Known]] = {}
    for one in _with_contacts(vault):
        if one.bundle is not None:
            found.setdefault(one.bundle.bundle_id, []).append(one)
    return vault.read.bundles(), {bundle_id: speaking(some) for bundle_id, some in found.items()}


# --- acts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recorded:
    """A receipt that is in the record now. `again`: it was there before, and nothing was added."""

    known: Known
    again: bool


def record(vault: Vault, path: Path) -> Recorded:
    """Keep a reader's receipt from a file; raises as `workflows.record_receipt`."""
    data = workflows.read_card_file(path)
    size, _ = vault.head
    row = workflows.record_receipt(vault, data)
    known = next(one for one in _with_contacts(vault) if one.row.seq == row.seq)
    return Recorded(known, again=row.seq <= size)


def what_it_says(known: Known) -> Receipt:
    """The receipt read again out of its own bytes; raises where its signature does not fit."""
    return read_receipt(known.row.file)


def file_name(known: Known) -> str:
    """A plain name for a copy: no blanks, no name of a person."""
    about = known.row.number or (known.bundle.incident if known.bundle is not None else "receipt")
    return f"{about}-{known.row.at:%Y-%m-%d}{SUFFIX}"


def save_copy(known: Known, path: Path) -> Path:
    """Write the receipt, byte for byte, into a new file."""
    if path.suffix != SUFFIX:
        path = path.with_name(path.name + SUFFIX)
    workflows.write_new_file(path, known.row.file)
    return path


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of several receipt files: recorded, or refused with a sentence."""

    recorded: tuple[Recorded, ...]
    refused: tuple[tuple[Path, EvidenceError], ...]


def record_all(vault: Vault, paths: Sequence[Path]) -> Taken:
    """Record one after the other; one that is refused does not keep the others out."""
    recorded: list[Recorded] = []
    refused: list[tuple[Path, EvidenceError]] = []
    for path in paths:
        try:
            recorded.append(record(vault, path))
        except EvidenceError as error:
            refused.append((path, error))
    return Taken(tuple(recorded), tuple(refused))
