"""Key slots: each an ordinary age file that holds the vault's age identity.

With the passphrase and the stock `age` tool alone one gets the key, and with the key every object.
Source: resources/formats/vault.md, "Key slots".
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from evidence_app import disk
from evidence_app.crypto.age import DEFAULT_WORK_FACTOR, Identity, Passphrase, decrypt, encrypt
from evidence_app.crypto.words import check_recovery_words
from evidence_app.disk import sync_folder
from evidence_app.errors import (
    DamagedError,
    NotForYouError,
    NotOurFileError,
    StorageError,
    UsageError,
    UserError,
    WrongPassphraseError,
)
from evidence_app.vault.layout import KEYS

WORK_FACTOR = 18
MIN_PASSPHRASE_CHARACTERS = 12
_MAX_SLOT_BYTES = 4096
_DAMAGED = (
    "The vault's key file is damaged. What the vault holds is not touched. "
    "Try the other way in, or put the file back from a backup."
)


class Slot(StrEnum):
    """The ways into a vault."""

    PASSPHRASE = "passphrase"  # noqa: S105  (a name, not a secret)
    RECOVERY = "recovery"

    @property
    def file_name(self) -> str:
        return f"{self.value}.age"


def normalised(passphrase: str) -> str:
    """The one form in which a passphrase is counted, compared and used: Unicode NFC.

    Keyboards, systems and printed words give one accented letter as one character or as two (é, or e
    and an accent). Without this a passphrase set up on one computer would not open the vault on
    another. Here and nowhere else, so that the window and the command line cannot differ.
    """
    return unicodedata.normalize("NFC", passphrase)


def check_passphrase(passphrase: str) -> None:
    """Refuse what can be guessed: shorter than 12 characters or fewer than 6 different ones."""
    passphrase = normalised(passphrase)
    if len(passphrase) < MIN_PASSPHRASE_CHARACTERS or len(set(passphrase)) < 6:
        raise UserError(
            "That passphrase is too easy to guess. Nothing was changed. "
            "Use four or more unrelated words, 12 characters at least."
        )


def write_slots(folder: Path, identity: Identity, secrets: Mapping[Slot, str]) -> None:
    """Write the slot files of a new vault; each secret opens it alone. Durable on return."""
    content = identity.to_string().encode("ascii") + b"\n"
    keys = folder / KEYS
    keys.mkdir(mode=0o700)

    def slot_bytes(secret: str) -> bytes:
        return encrypt(content, _passphrase(secret, WORK_FACTOR))

    # scrypt is meant to cost a second; the slots are independent, so they cost it side by side.
    with ThreadPoolExecutor(max_workers=2) as pool:
        files = dict(zip(secrets, pool.map(slot_bytes, secrets.values()), strict=True))
    for slot, data in files.items():
        with open(keys / slot.file_name, "xb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    sync_folder(keys)


def change_slot(folder: Path, identity: Identity, slot: Slot, secret: str) -> None:
    """Replace one slot file whole or not at all, after it was seen to open; durable on return.

    The others stay as they are. Raises `UserError` for a weak passphrase, `StorageError`.
    """
    if slot is Slot.PASSPHRASE:
        check_passphrase(secret)
    data = encrypt(identity.to_string().encode("ascii") + b"\n", _passphrase(secret, WORK_FACTOR))
    out = folder / KEYS / slot.file_name
    draft = disk.hidden_beside(out)
    with disk.explained("The way to unlock the vault is the one of before."):
        try:
            disk.write_new(draft, data)
            with draft.open("rb") as file:
                written = file.read(_MAX_SLOT_BYTES + 1)
            if decrypt(written, [_passphrase(secret)]).decode("ascii").strip() != identity.to_string():
                raise DamagedError("The new key file does not open the vault. The one of before was kept.")
            draft.replace(out)
            sync_folder(out.parent)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def unlock(folder: Path, slot: Slot, secret: str) -> Identity:
    """The vault's identity, from one slot and its secret.

    Raises `WrongPassphraseError`, `DamagedError` for a slot file that is not what was written, or
    `StorageError` where the slot file cannot be read.
    """
    try:
        with (folder / KEYS / slot.file_name).open("rb") as file:
            data = file.read(_MAX_SLOT_BYTES + 1)
    except FileNotFoundError as error:
        raise UserError(
            f"This vault has no {slot.value} key file. Nothing was changed. "
            "Try the other way in, or put the file back from a backup."
        ) from error
    except OSError as error:
        raise StorageError(
            "The vault's key file cannot be read. Nothing was changed. Check the disk and try again."
        ) from error
    if len(data) > _MAX_SLOT_BYTES:
        raise DamagedError(_DAMAGED)
    key = _passphrase(check_recovery_words(secret) if slot is Slot.RECOVERY else secret)
    try:
        text = decrypt(data, [key]).decode("ascii").strip()
        return Identity.from_string(text)
    except WrongPassphraseError as error:
        raise WrongPassphraseError(
            "That passphrase did not open the vault. Nothing is lost. Check Caps Lock."
            if slot is Slot.PASSPHRASE
            else "Those recovery words did not open the vault. Nothing is lost. Check each word."
        ) from error
    except (ValueError, UsageError, NotOurFileError, NotForYouError, DamagedError) as error:
        raise DamagedError(_DAMAGED) from error


def _passphrase(secret: str, work_factor: int = DEFAULT_WORK_FACTOR) -> Passphrase:
    return Passphrase(normalised(secret), work_factor)
