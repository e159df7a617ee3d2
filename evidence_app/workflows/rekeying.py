"""Another key for the vault, after a suspected theft of the old one."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from evidence_app.crypto.words import recovery_words
from evidence_app.errors import EvidenceError, UserError
from evidence_app.records import EntryKind, ProgressCall
from evidence_app.vault import keys, replacing
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows.keeping import NewSheet

_MOST = 500


def replace_key(vault: Vault, passphrase: str, progress: ProgressCall | None = None) -> NewSheet:
    """Seal everything to a new key that a new passphrase opens, sign with a new one from now on, and close
    the vault: this process still holds the old key. Returns the new recovery sheet, which is in use already.

    After an interruption or Stop the same call with the same passphrase goes on where it was; until it is
    done the vault is the old one. Raises `UserError` for a weak passphrase or the old one, `StorageError`,
    `StoppedError`; then nothing was changed and the vault is open.
    """
    if _opens(vault, passphrase):
        raise UserError(
            "That is the passphrase of before, which may be known to somebody. Nothing was changed. "
            "Choose another one."
        )
    words = recovery_words()
    sheet = NewSheet(words, b"", vault.owner, vault.folder.stem, datetime.now(UTC))
    secrets = {Slot.PASSPHRASE: passphrase, Slot.RECOVERY: " ".join(words)}
    school = school_key(vault)
    if school:
        secrets[Slot.SCHOOL] = school
    replacing.prepare(vault, secrets, progress)()
    return sheet


def _opens(vault: Vault, passphrase: str) -> bool:
    with suppress(EvidenceError):
        keys.unlock(vault.folder, Slot.PASSPHRASE, passphrase)
        return True
    return False


def school_key(vault: Vault) -> str:
    """The school's public key that has a way in, or empty."""
    for entry in vault.read.entries(EntryKind.KEY_SLOT_CHANGED, limit=_MOST):
        if entry.data.get("slot") == Slot.SCHOOL.value:
            return str(entry.data.get("recipient", ""))
    return ""
