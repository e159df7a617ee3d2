"""Acts on the ways into a vault: the passphrase, the recovery sheet, the school's key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from evidence_app import disk
from evidence_app.bundle.recovery_sheet import recovery_picture, recovery_sheet
from evidence_app.crypto.age import Recipient
from evidence_app.crypto.words import check_recovery_words, recovery_words
from evidence_app.errors import DamagedError
from evidence_app.records import Owner
from evidence_app.vault import acts_keys, keys
from evidence_app.vault.keys import Slot
from evidence_app.vault.layout import KEYS
from evidence_app.vault.vault import Vault
from evidence_app.workflows.files import write_new_file


def change_passphrase(vault: Vault, passphrase: str) -> None:
    """Replace the passphrase of an open vault, and say so in its record; about a second.

    Raises `UserError` for a weak one, `StorageError`; then the one of before still opens the vault.
    """
    owner = vault.owner
    keys.change_slot(vault.folder, vault.identity, Slot.PASSPHRASE, passphrase, (owner.name, owner.school))
    vault.record(acts_keys.slot_changed(Slot.PASSPHRASE))


# --- the recovery sheet ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A recovery sheet that is not in use yet: the old one works until `use_sheet`. Never on a disk."""

    words: tuple[str, ...] = field(repr=False)
    sealed: bytes = field(repr=False)
    owner: Owner
    vault: str
    made: datetime


def new_sheet(vault: Vault) -> NewSheet:
    """Twelve new words and the key slot that they open; nothing is changed yet. About a second."""
    words = recovery_words()
    sealed = keys.seal_slot(vault.identity, Slot.RECOVERY, " ".join(words))
    return NewSheet(words, sealed, vault.owner, vault.folder.stem, datetime.now(UTC))


def sheet_pdf(sheet: NewSheet) -> bytes:
    """The sheet as one page of A4 (PDF): the words, and the same as a QR code. Raises `StorageError`."""
    return recovery_sheet(sheet.owner, sheet.vault, sheet.made, sheet.words)


def sheet_picture(sheet: NewSheet, ppi: int) -> bytes:
    """The same page as a PNG, for a printer. Raises `StorageError`."""
    return recovery_picture(sheet.owner, sheet.vault, sheet.made, sheet.words, ppi)


def use_sheet(vault: Vault, sheet: NewSheet, typed: str) -> None:
    """Put a new sheet in the place of the old one, which opens nothing from here on.

    `typed` is what stands on the paper, typed or scanned: it has to open the new key slot first. Raises
    `WrongPassphraseError`, `UsageError` that names a word, `StorageError`; then the old sheet still works.
    """
    _opens(vault, sheet.sealed, typed)
    keys.put_slot(vault.folder, Slot.RECOVERY, sheet.sealed)
    vault.record(acts_keys.slot_changed(Slot.RECOVERY))


def save_sheet(vault: Vault, sheet: NewSheet, out: Path) -> None:
    """Write a new sheet to a file that is not there yet, and put it in use. The page is written first: should
    the rest fail, the old sheet still works. Raises `StorageError`, `UsageError`."""
    write_new_file(out, sheet_pdf(sheet))
    use_sheet(vault, sheet, " ".join(sheet.words))


def check_sheet(vault: Vault, typed: str) -> None:
    """See whether a sheet really opens this vault; raises as `use_sheet`. Nothing is changed."""
    with disk.explained("Nothing was changed."):
        sealed = (vault.folder / KEYS / Slot.RECOVERY.file_name).read_bytes()
    _opens(vault, sealed, typed)


def _opens(vault: Vault, sealed: bytes, typed: str) -> None:
    words = check_recovery_words(typed)
    if keys.opened_by(sealed, Slot.RECOVERY, words).to_string() != vault.identity.to_string():
        raise DamagedError("This key file opens another vault. Nothing was changed. Make a new sheet.")


# --- the school's key --------------------------------------------------------------------------------


def give_school_key(vault: Vault, recipient: str) -> str:
    """Let whoever holds the school's secret key open this vault too; `recipient` is its public key (`age1…`).

    Raises `UsageError` for what is no such key, `StorageError`.
    """
    key = Recipient.from_string(recipient.strip()).to_string()
    keys.change_slot(vault.folder, vault.identity, Slot.SCHOOL, key)
    vault.record(acts_keys.slot_changed(Slot.SCHOOL, key))
    return key


def has_slot(vault_folder: Path, slot: Slot) -> bool:
    """Whether a locked or open vault has this way in."""
    return (vault_folder / KEYS / slot.file_name).is_file()
