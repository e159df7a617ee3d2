"""Key slots: each an ordinary age file that holds the vault's age identity.

With the passphrase and the stock `age` tool alone one gets the key, and with the key every object.
Source: resources/formats/vault.md, "Key slots".
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from evidence_app import disk
from evidence_app.crypto.age import (
    DEFAULT_WORK_FACTOR,
    Identity,
    Passphrase,
    Recipient,
    decrypt,
    encrypt,
    identities_from_text,
)
from evidence_app.crypto.strength import weigh
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
_MAX_SLOT_BYTES = 4096
_DAMAGED = (
    "The vault's key file is damaged. What the vault holds is not touched. "
    "Try the other way in, or put the file back from a backup."
)


class Slot(StrEnum):
    """The ways into a vault. What opens each: what the owner chose, the twelve recovery words, the text of an
    identity file of the school (`AGE-SECRET-KEY-1…`)."""

    PASSPHRASE = "passphrase"  # noqa: S105  (a name, not a secret)
    RECOVERY = "recovery"
    SCHOOL = "school"

    @property
    def file_name(self) -> str:
        return f"{self.value}.age"


_WRONG = {
    Slot.PASSPHRASE: "That passphrase did not open the vault. Nothing is lost. Check Caps Lock.",
    Slot.RECOVERY: "Those recovery words did not open the vault. Nothing is lost. Check each word.",
    Slot.SCHOOL: "That key of the school did not open the vault. Nothing is lost. Try another key file.",
}


def normalised(passphrase: str) -> str:
    """The one form in which a passphrase is counted, compared and used: Unicode NFC.

    Keyboards, systems and printed words give one accented letter as one character or as two (é, or e
    and an accent). Without this a passphrase set up on one computer would not open the vault on
    another. Here and nowhere else, so that the window and the command line cannot differ.
    """
    return unicodedata.normalize("NFC", passphrase)


def check_passphrase(passphrase: str, known: Sequence[str] = ()) -> None:
    """Refuse what can be guessed (see `crypto.strength`), and say why; `known`: the owner's name and school.

    Raises `UserError`.
    """
    found = weigh(normalised(passphrase), known)
    if not found.good:
        raise UserError(
            f"That passphrase is too easy to guess. {found.advice} Nothing was changed. "
            "Use four or more unrelated words, or let the program suggest some."
        )


def write_slots(folder: Path, identity: Identity, secrets: Mapping[Slot, str]) -> None:
    """Write the slot files of a new vault; each secret (see `seal_slot`) opens it alone. Durable then."""
    keys = folder / KEYS
    keys.mkdir(mode=0o700)
    # scrypt is meant to cost a second; the slots are independent, so they cost it side by side.
    with ThreadPoolExecutor(max_workers=2) as pool:
        sealed = pool.map(lambda one: seal_slot(identity, *one), secrets.items())
        files = dict(zip(secrets, sealed, strict=True))
    for slot, data in files.items():
        with open(keys / slot.file_name, "xb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    sync_folder(keys)


def seal_slot(identity: Identity, slot: Slot, secret: str) -> bytes:
    """A slot file: the identity, sealed to a passphrase, the recovery words, or the school's public key (for
    `Slot.SCHOOL` the secret is no secret, but `age1…`). Raises `UsageError` for what is none of them."""
    content = identity.to_string().encode("ascii") + b"\n"
    if slot is Slot.SCHOOL:
        return encrypt(content, [Recipient.from_string(secret.strip())])
    return encrypt(content, _passphrase(secret, WORK_FACTOR))


def put_slot(folder: Path, slot: Slot, data: bytes) -> None:
    """Give a vault this slot file, whole or not at all, durable on return; the others stay as they are.

    Raises `StorageError`.
    """
    out = folder / KEYS / slot.file_name
    draft = disk.hidden_beside(out)
    with disk.explained("The way to unlock the vault is the one of before."):
        try:
            disk.write_new(draft, data)
            if draft.read_bytes() != data:
                raise DamagedError("The disk gave back another key file. The one of before was kept.")
            draft.replace(out)
            sync_folder(out.parent)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def change_slot(folder: Path, identity: Identity, slot: Slot, secret: str, known: Sequence[str] = ()) -> None:
    """Replace one slot file, after it was seen to open (the school's only by the school).

    Raises `UserError` for a weak passphrase, `UsageError` for no key, `StorageError`.
    """
    if slot is Slot.PASSPHRASE:
        check_passphrase(secret, known)
    data = seal_slot(identity, slot, secret)
    if slot is not Slot.SCHOOL and opened_by(data, slot, secret).to_string() != identity.to_string():
        raise DamagedError("The new key file does not open the vault. The one of before was kept.")
    put_slot(folder, slot, data)


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
    return opened_by(data, slot, secret)


def opened_by(data: bytes, slot: Slot, secret: str) -> Identity:
    """The identity in a slot file; raises `WrongPassphraseError`, `DamagedError`, `UsageError` for what can
    be the secret of no slot."""
    if len(data) > _MAX_SLOT_BYTES:
        raise DamagedError(_DAMAGED)
    keys = _keys(slot, secret)
    try:
        text = decrypt(data, keys).decode("ascii").strip()
        return Identity.from_string(text)
    except (WrongPassphraseError, NotForYouError) as error:
        if isinstance(error, NotForYouError) is not (slot is Slot.SCHOOL):
            raise DamagedError(_DAMAGED) from error
        raise WrongPassphraseError(_WRONG[slot]) from error
    except (ValueError, UsageError, NotOurFileError, DamagedError) as error:
        raise DamagedError(_DAMAGED) from error


def _keys(slot: Slot, secret: str) -> Sequence[Identity | Passphrase]:
    match slot:
        case Slot.PASSPHRASE:
            return [_passphrase(secret)]
        case Slot.RECOVERY:
            return [_passphrase(check_recovery_words(secret))]
        case Slot.SCHOOL:
            return identities_from_text(secret)


def _passphrase(secret: str, work_factor: int = DEFAULT_WORK_FACTOR) -> Passphrase:
    return Passphrase(normalised(secret), work_factor)
