"""Receipts: the reader says what was found, and the sender's record keeps that it was said."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from evidence_app.bundle import receipt as receipts
from evidence_app.errors import IntegrityError, UsageError
from evidence_app.records import (
    ContactCard,
    ProgressCall,
    Receipt,
    ReceiptRow,
    SenderStatus,
    Verdict,
)
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.checking import verify_with_vault
from evidence_app.workflows.files import write_new_file


def own_details(vault: Vault) -> ContactCard:
    """The vault's owner as others know them."""
    owner = vault.owner
    return ContactCard(
        name=owner.name,
        role=owner.role.value,
        school=owner.school,
        signing_key=vault.signing_key.public_key,
        recipient=vault.identity.recipient.to_string(),
    )


def issue_receipt(
    vault: Vault, checked: Verdict | Path, out: Path, progress: ProgressCall | None = None
) -> ReceiptRow:
    """Write a signed receipt for a bundle into a new file at `out`; the act is in the record first.

    `checked` is a verdict of this vault, or a bundle that is checked now. Raises `UsageError` (no receipt
    is possible, `out` exists), `StorageError`, and for a path what `verify_with_vault` raises.
    """
    verdict = verify_with_vault(vault, checked, progress) if isinstance(checked, Path) else checked
    receipt = receipts.receipt_of(verdict, own_details(vault))
    data = receipts.make_receipt(receipt, vault.signing_key)
    # Read back before anything is handed over: the one at the other end is as strict.
    receipts.read_receipt(data)
    write_new_file(out, data, lambda: vault.record(acts.receipt_issued(receipt, data)))
    return _row(vault, data)


def record_receipt(vault: Vault, data: bytes) -> ReceiptRow:
    """Keep a reader's receipt for a bundle that this vault sealed; a second time it is only recognised.

    One by a key that is not confirmed, or that says "altered", is recorded as what it is. Raises
    `UsageError` where it is for no bundle of this vault, `IntegrityError` where what the reader saw of
    this vault's record is not what it holds; otherwise what `receipt.read_receipt` raises. Nothing is
    recorded then.
    """
    receipt = receipts.read_receipt(data)
    # The same file may be dropped twice at once.
    with vault.alone():
        return _recorded(vault, receipt, data)


def _recorded(vault: Vault, receipt: Receipt, data: bytes) -> ReceiptRow:
    if receipt.signing_key == vault.signing_key.public_key:
        raise UsageError(
            "This receipt was signed by this vault itself, so it shows nothing about another reader. "
            "Nothing was recorded."
        )
    own = receipt.ledger is not None and receipt.ledger.vault_id == vault.label.vault_id
    if own:
        # Before anything is looked up: a record that was put back knows neither the bundle nor the receipt.
        _check_witnessed(vault, receipt)
    known = [one for one in vault.read.receipts(receipt.bundle_id) if one.file == data and not one.issued]
    if known:
        return known[0]
    _check_bundle(vault, receipt)
    if not own:
        _check_witnessed(vault, receipt)
    contact = next((one for one in vault.read.contacts() if one.signing_key == receipt.signing_key), None)
    signer = SenderStatus.UNKNOWN
    if contact is not None:
        current = contact.confirmed_at is not None and contact.replaced_at is None
        signer = SenderStatus.CONFIRMED if current else SenderStatus.KNOWN
    vault.record(acts.receipt_recorded(receipt, data, signer, "" if contact is None else contact.name))
    return _row(vault, data)


def _row(vault: Vault, data: bytes) -> ReceiptRow:
    return vault.read.receipt(sha256(data).hexdigest())


def _check_bundle(vault: Vault, receipt: Receipt) -> None:
    """That the receipt is for a bundle of this vault; raises `UsageError` where it sealed none that fits."""
    sealed = next((one for one in vault.read.bundles() if one.bundle_id == receipt.bundle_id), None)
    if sealed is None:
        raise UsageError(
            "This receipt is for a bundle that was not sealed in this vault. Nothing was recorded. "
            "Open the vault that the bundle came from."
        )
    # Who found it altered may well hold another list of files, or one signed by somebody else.
    same = receipt.digest == sealed.digest and receipt.sender_key == vault.signing_key.public_key
    if receipt.unchanged and not same:
        raise UsageError(
            "This receipt calls unchanged what is not the bundle that was sealed in this vault: it has "
            "the same name but other content. Nothing was recorded. Ask the reader which file they have."
        )


def _check_witnessed(vault: Vault, receipt: Receipt) -> None:
    seen = receipt.ledger
    if seen is None:
        return
    if seen.vault_id != vault.label.vault_id or vault.read.link(seen.size) != seen.link:
        raise IntegrityError(
            f"What the reader saw of this vault's record, {seen.size} entries, is not what it holds. "
            "Nothing was recorded, and nothing was changed. Either the receipt is not genuine, or the "
            "vault was put back to an older state: check the vault, and keep the receipt."
        )
