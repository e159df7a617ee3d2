"""Custody: every act on an exhibit, and taking an original out of the vault."""

from __future__ import annotations

from pathlib import Path

from evidence_app.bundle.custody import custody_row
from evidence_app.bundle.text import shown_name
from evidence_app.records import CustodyRow, EntryKind, ReceiptRow
from evidence_app.vault import acts_casework as acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.files import write_new_file


def custody(vault: Vault, number: str) -> tuple[CustodyRow, ...]:
    """Every act on an exhibit in the order of the record; receipts for bundles with it too.

    For the vault's owner: a report shows of these only what its reader may read. Raises `UsageError`.
    """
    full = vault.read.exhibit(number).number
    rows = []
    for entry in vault.read.entries_about(full):
        rows.append(custody_row(entry, full))
        if entry.kind is EntryKind.BUNDLE_SEALED:
            bundle = str(entry.data.get("bundle"))
            rows += [_received(one, full) for one in vault.read.receipts(bundle) if not one.issued]
    return tuple(sorted(rows, key=lambda row: row.seq))


def _received(receipt: ReceiptRow, about: str) -> CustodyRow:
    state = "unchanged" if receipt.unchanged else "altered"
    who = receipt.contact or f"{receipt.name} (not a contact)"
    return CustodyRow(
        receipt.seq, receipt.recorded_at, who, "", about, f"Received, found {state}, says a receipt", who
    )


def export_file(vault: Vault, number: str, file: str, out: Path, where_to: str = "") -> int:
    """As `export_original`, for a file beside the original, such as `page.mhtml`."""
    exhibit = vault.read.exhibit(number)
    data = vault.read_file(exhibit.number, file)
    place = f"{file}: {where_to.strip() or f'the file {shown_name(out.name)}'}"
    write_new_file(out, data, lambda: vault.record(acts.exhibit_exported(exhibit.number, place)))
    return len(data)


def export_original(vault: Vault, number: str, out: Path, where_to: str = "") -> int:
    """Write the original bytes of an exhibit into a new file; that it was taken out is an entry of its own.

    `where_to` says for whom or where; readers of a later bundle see it. Empty: the name of the file. Returns
    how many bytes. Raises `UsageError` (`out` exists), `LockedAwayError`, `IntegrityError`, `StorageError`.
    """
    exhibit = vault.read.exhibit(number)
    act = acts.exhibit_exported(exhibit.number, where_to.strip() or f"the file {shown_name(out.name)}")
    with vault.whole_original(exhibit.number) as source:
        write_new_file(out, source, lambda: vault.record(act))
    return exhibit.stored.size
