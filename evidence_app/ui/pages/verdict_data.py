"""What the verification page does in the background: look, check, confirm, open one picture."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtGui import QImage

from evidence_app import workflows
from evidence_app.bundle import layout, read
from evidence_app.bundle.card import MAX_CARD_BYTES, read_card
from evidence_app.bundle.taking import BundleSink
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import Identity, Passphrase, identities_from_text, is_age_file
from evidence_app.errors import IntegrityError, NotOurFileError
from evidence_app.records import Contact, ProgressCall, Verdict
from evidence_app.ui.thumbnails import decode
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault

Keys = Sequence[Identity | Passphrase]

_START = 1024


class Need(Enum):
    """What it takes to open a file."""

    NOTHING = "an opened folder or tar"
    PASSPHRASE = "sealed with a passphrase"
    KEY = "sealed for people"


def look(path: Path) -> Need:
    """Raises as `read.sealed_for_passphrase`."""
    if read.sealed_for_passphrase(path):
        return Need.PASSPHRASE
    if path.is_dir():
        return Need.NOTHING
    with path.open("rb") as file:
        return Need.KEY if is_age_file(file.read(_START)) else Need.NOTHING


def check(vault: Vault | None, path: Path, keys: Keys, progress: ProgressCall | None = None) -> Verdict:
    """Check a bundle as the vault's owner, who then has it in the record, or on one's own.

    `keys` are what was given besides the vault's own key. Raises as `workflows.verify_with_vault`.
    """
    if vault is None:
        return workflows.verify_alone(path, keys, (), progress)
    if not keys:
        return workflows.verify_with_vault(vault, path, progress)
    try:
        verdict = read.verify(path, [vault.identity, *keys], workflows.trust_of(vault), progress)
    except Altered as altered:
        verdict = altered.verdict
    vault.record(acts.bundle_checked(verdict))
    return verdict


def keys_in(path: Path) -> tuple[Identity, ...]:
    """The keys in an age key file; raises `UserError`."""
    return identities_from_text(workflows.read_text_file(path))


def confirm(
    vault: Vault, path: Path, keys: Keys, signing_key: bytes, how: str, progress: ProgressCall | None = None
) -> Contact:
    """Confirm the holder of `signing_key`, whose words were compared; their card is taken from the bundle.

    The card carries its own signature by that key, so nobody else can have put another recipient into it.
    """
    known = [one for one in vault.read.contacts() if one.signing_key == signing_key]
    if known:
        contact = known[0]
    else:
        data = _card(path, [vault.identity, *keys], progress)
        if read_card(data).signing_key != signing_key:
            raise IntegrityError(
                "The file has changed since it was checked. Nothing was confirmed. Check it again."
            )
        contact = workflows.add_contact(vault, data)
    vault.record(acts.contact_confirmed(contact, how))
    return next(one for one in vault.read.contacts() if one.signing_key == signing_key)


class _FoundError(Exception):
    """The rest of the bundle need not be read."""


class _CardSink(BundleSink):
    """Takes the sender's card out of a bundle that was checked before."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._here = False

    def start_file(self, name: str, size: int) -> None:
        self._here = name == layout.CARD and size <= MAX_CARD_BYTES

    def feed(self, data: memoryview) -> None:
        if self._here:
            self.data += data

    def end_file(self) -> None:
        if self._here:
            raise _FoundError

    def refuse(self, code: str, name: str) -> None:
        """What may not be there was named by the check."""


def _card(path: Path, keys: Keys, progress: ProgressCall | None) -> bytes:
    sink = _CardSink()
    try:
        read.feed(path, keys, sink, progress)
    except _FoundError:
        return bytes(sink.data)
    raise NotOurFileError(
        "The sender's card is no longer in this file. Nothing was confirmed. Check it again."
    )


def picture(path: Path, keys: Keys, number: str) -> QImage:
    """The original of one exhibit, decoded; the whole bundle is checked on the way.

    Raises as `read.open_exhibit`, and `IntegrityError` for what is not a PNG: no other decoder is tried.
    """
    return decode(read.open_exhibit(path, keys, number).getvalue())
