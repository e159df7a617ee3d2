"""Sealing an incident into a bundle, and its evidence report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import uuid4

from evidence_app import disk
from evidence_app.bundle import seal
from evidence_app.bundle.report import make_report
from evidence_app.capture.preview import preview
from evidence_app.crypto.age import Passphrase, Recipient
from evidence_app.errors import UsageError
from evidence_app.records import (
    BundleContent,
    Contact,
    Entry,
    EntryKind,
    Exhibit,
    Preview,
    Progress,
    ProgressCall,
    ReportContent,
    SealedBundle,
    SealedExhibit,
)
from evidence_app.records_json import statements_from_entry
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.contacts import own_card
from evidence_app.workflows.receipts import own_details
from evidence_app.workflows.safeguards import refuse_locked, sort_out

_OPENED_KINDS = {
    EntryKind.INCIDENT_OPENED,
    EntryKind.INCIDENT_STATED,
    EntryKind.EXHIBIT_CAPTURED,
    EntryKind.EXHIBIT_STATED,
    EntryKind.EXHIBIT_FILED,
    EntryKind.EXHIBIT_VIEWED,
    EntryKind.EXHIBIT_WITHDRAWN,
    EntryKind.EXHIBIT_REINSTATED,
}


# What is stated about where an incident goes stays with the sender: a reader who is passed over for a good
# reason must not learn of it from a later bundle.
PRIVATE_FIELDS = frozenset({"concerns_head"})

MAX_PREVIEWS = 60
"""Pictures in a report: its pages are laid out in memory, which must not grow with the evidence. The
report says of the others that they are in the bundle."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to seal: the incident, for whom (contacts, or a passphrase), and what stays behind.

    `left_out` maps exhibit numbers to the reason that the reader is told. What was withdrawn stays behind
    too, but for the numbers in `with_withdrawn`; what is locked away does in any case.
    """

    incident: str
    contacts: tuple[Contact, ...] = ()
    passphrase: str | None = None
    left_out: Mapping[str, str] | None = None
    asks: str = ""
    with_withdrawn: frozenset[str] = frozenset()


def seal_bundle(
    vault: Vault, wanted: Wanted, out: Path, progress: ProgressCall | None = None
) -> SealedBundle:
    """Seal an incident into a new file at `out`.

    The act is in the record before the file has its name. Raises `UsageError` (nothing to seal, `out`
    exists), `IntegrityError` (an object is not what the record says), `StorageError`, `StoppedError`;
    in every case no file is left behind. The evidence report lies in it, for people.
    """
    if bool(wanted.contacts) == (wanted.passphrase is not None):
        raise UsageError("A bundle is sealed either for people or with a passphrase. Nothing was sealed.")
    if disk.exists(out):
        raise UsageError(f"There is already a file {out.name}. Nothing was sealed. Choose another name.")
    incident = vault.read.incident(wanted.incident)
    wished = dict(wanted.left_out or {})
    filed = vault.read.exhibits(incident.reference)
    chosen, left_out = sort_out(vault, incident.reference, filed, wished, wanted.with_withdrawn)
    if not chosen:
        raise UsageError(
            f"{incident.reference} has no exhibit to seal. Nothing was sealed. Capture something first."
        )
    unknown = set(wished) - {exhibit.number for exhibit in filed}
    if unknown:
        raise UsageError(f"{min(unknown)} is not an exhibit of {incident.reference}. Nothing was sealed.")
    content = _content(vault, wanted, incident.reference, chosen, left_out)
    content = replace(content, report=_report(content, progress))
    recipients: Sequence[Recipient] | Passphrase = (
        Passphrase(wanted.passphrase)
        if wanted.passphrase is not None
        else [Recipient.from_string(one) for one in content.recipients]
    )

    def record(sealed: SealedBundle) -> None:
        vault.record(
            acts.bundle_sealed(
                sealed,
                incident=incident.reference,
                sealed_for=content.sealed_for,
                recipients=content.recipients,
                exhibits=chosen,
                left_out=left_out,
                asks=wanted.asks,
                ledger_size=content.checkpoint.checkpoint.size,
                file_name=out.name,
            )
        )

    return seal.seal(content, vault.signing_key, recipients, out, progress, before_publish=record)


def _content(
    vault: Vault, wanted: Wanted, reference: str, chosen: Sequence[Exhibit], left_out: Mapping[str, str]
) -> BundleContent:
    checkpoint = vault.checkpoint()
    return BundleContent(
        bundle_id=str(uuid4()),
        incident=vault.read.incident(reference),
        statements=tuple(
            said for said in vault.read.statements(reference) if said.field not in PRIVATE_FIELDS
        ),
        sender=own_details(vault),
        sender_card=own_card(vault),
        sealed_for=tuple(contact.name for contact in wanted.contacts),
        recipients=tuple(dict.fromkeys(contact.recipient for contact in wanted.contacts)),
        asks=wanted.asks,
        sealed_at=datetime.now(UTC),
        exhibits=tuple(
            SealedExhibit(
                exhibit,
                vault.read.statements(exhibit.number),
                _original(vault, exhibit),
            )
            for exhibit in chosen
        ),
        left_out=left_out,
        commitments=vault.read.commitments(checkpoint.checkpoint.size),
        opened=_opened(vault, reference, chosen),
        checkpoint=checkpoint,
    )


def report(vault: Vault, reference: str, progress: ProgressCall | None = None) -> bytes:
    """The evidence report of an incident as PDF, with all its exhibits, in memory; seals nothing.

    Raises `UsageError` where there is no exhibit yet, `StoppedError`, and what reading an original raises.
    """
    incident = vault.read.incident(reference)
    filed = vault.read.exhibits(incident.reference)
    chosen, left_out = sort_out(vault, incident.reference, filed, {})
    if not chosen:
        raise UsageError(
            f"{incident.reference} has no exhibit to report. Nothing was written. Capture something first."
        )
    content = _content(vault, Wanted(incident.reference), incident.reference, chosen, left_out)
    pages = _report(content, progress, in_bundle=False)
    refuse_locked(vault, chosen)
    return pages


def _report(content: BundleContent, progress: ProgressCall | None, *, in_bundle: bool = True) -> bytes:
    """Small pictures one after the other, then the pages."""
    previews: dict[str, Preview] = {}
    for done, one in enumerate(content.exhibits[:MAX_PREVIEWS]):
        if progress is not None:
            progress(Progress(done, len(content.exhibits), "Making the report"))
        with closing(one.open()) as source:
            small = preview(source, one.exhibit.stored.media_type)
        if small is not None:
            previews[one.exhibit.number] = small
    return make_report(ReportContent(content, previews, datetime.astimezone, in_bundle=in_bundle))


def _original(vault: Vault, exhibit: Exhibit) -> Callable[[], BinaryIO]:
    return lambda: cast("BinaryIO", vault.original(exhibit.number))


def _opened(vault: Vault, reference: str, chosen: Sequence[Exhibit]) -> tuple[Entry, ...]:
    """The entries that the reader may read: how the vault began, this incident, these exhibits."""
    wanted = {reference, *(exhibit.number for exhibit in chosen)}
    found = {1: vault.read.entry(1)}
    for subject in wanted:
        for entry in vault.read.entries_about(subject):
            if entry.kind in _OPENED_KINDS and _about(entry) in wanted and not _is_private(entry):
                found[entry.seq] = entry
    return tuple(found[seq] for seq in sorted(found))


def _about(entry: Entry) -> object:
    """The incident or exhibit that an entry is of, whatever its kind calls it."""
    return next((entry.data[name] for name in ("number", "about", "reference") if name in entry.data), None)


def _is_private(entry: Entry) -> bool:
    if entry.kind is not EntryKind.INCIDENT_STATED:
        return False
    said = statements_from_entry(entry.data, entry.seq, entry.at, entry.by)
    return all(one.field in PRIVATE_FIELDS for one in said)
