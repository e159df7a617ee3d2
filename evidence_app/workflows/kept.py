"""The files of received bundles, as the vault keeps them, and what they still tell."""

from __future__ import annotations

from collections.abc import Callable

from evidence_app.bundle import read
from evidence_app.bundle.sources import Stream
from evidence_app.errors import EvidenceError
from evidence_app.records import ReceivedRow, SeenLedger
from evidence_app.vault.vault import Vault


def kept_file(vault: Vault, row: ReceivedRow) -> Stream:
    """The sealed file of a received bundle, as it came, out of the vault."""
    stored = row.stored
    return Stream(row.reference, stored.size, lambda: vault.objects.stream(stored, row.reference))


def recalling(vault: Vault) -> Callable[[SeenLedger], bytes | None]:
    """What `Trust.recall` asks: the commitments of a ledger that was seen, if its bundle is still kept."""

    def recall(seen: SeenLedger) -> bytes | None:
        for reference in vault.read.received_with(seen):
            try:
                row = vault.read.received_bundle(reference)
                found = read.commitments_in(kept_file(vault, row), list(vault.identities))
            except EvidenceError:  # disposed of, locked away, or opened with another key at the time
                continue
            if found is not None:
                return found
        return None

    return recall
