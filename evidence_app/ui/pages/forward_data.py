"""What passing a bundle on reads and does in the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evidence_app import workflows
from evidence_app.crypto.words import suggest_passphrase
from evidence_app.records import Contact, ForwardedRow, ProgressCall, ReceivedRow
from evidence_app.ui.pages.verdict_data import Keys
from evidence_app.vault.vault import Vault

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """The bundle, everybody it could go to, confirmed ones first, and to whom it went before."""

    row: ReceivedRow
    contacts: tuple[Contact, ...]
    before: tuple[ForwardedRow, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """To whom, why, and where the file is to stand. No contacts: it is sealed with a passphrase."""

    contacts: tuple[Contact, ...]
    reason: str
    out: Path


@dataclass(frozen=True, slots=True)
class Passed:
    """A bundle that was passed on; `passphrase` is shown once where it was sealed with one."""

    row: ForwardedRow
    path: Path
    passphrase: str = field(default="", repr=False)


def load(vault: Vault, reference: str) -> Loaded:
    """Read what the dialog shows; raises `UsageError` for a bundle that was not received."""
    row = vault.read.received_bundle(reference)
    known = (one for one in vault.read.contacts() if one.replaced_at is None)
    contacts = sorted(known, key=lambda one: one.confirmed_at is None)
    return Loaded(row, tuple(contacts), vault.read.forwarded(row.reference))


def forward(
    vault: Vault, reference: str, wanted: Wanted, keys: Keys, progress: ProgressCall | None = None
) -> Passed:
    """Seal it anew for somebody else, unchanged inside. Raises as `workflows.forward`."""
    passphrase = "" if wanted.contacts else suggest_passphrase()
    row = workflows.forward(
        vault,
        reference,
        contacts=wanted.contacts,
        passphrase=passphrase or None,
        out=wanted.out,
        reason=wanted.reason,
        keys=keys,
        progress=progress,
    )
    return Passed(row, wanted.out, passphrase)


def names(contacts: Sequence[Contact]) -> str:
    return ", ".join(one.name for one in contacts)
