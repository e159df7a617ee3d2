"""The few acts that join rooms. Functions only, no window; the command line and the window call these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import uuid4

from evidence_app.bundle import card, seal
from evidence_app.bundle.look_alike import looks_like
from evidence_app.bundle.report import make_report
from evidence_app.capture import screen
from evidence_app.capture.preview import preview
from evidence_app.capture.screen import Target
from evidence_app.crypto.age import Passphrase, Recipient
from evidence_app.crypto.words import key_words
from evidence_app.errors import StorageError, UsageError
from evidence_app.records import (
    BundleContent,
    Contact,
    Entry,
    EntryKind,
    Exhibit,
    Level,
    Picture,
    Preview,
    Progress,
    ProgressCall,
    ReportContent,
    Said,
    SealedBundle,
    SealedExhibit,
    Source,
)
from evidence_app.records_json import statements_from_entry
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.checking import (
    trust_cards,
    trust_of,
    unlocked_copy,
    unlocked_copy_with_vault,
    verify_alone,
    verify_with_vault,
)
from evidence_app.workflows.files import read_card_file, read_text_file, write_new_file
from evidence_app.workflows.receipts import issue_receipt, own_details, record_receipt
from evidence_app.workflows.receiving import Arrival, receive

__all__ = [
    "PRIVATE_FIELDS",
    "Arrival",
    "Wanted",
    "add_contact",
    "capture",
    "confirm_contact",
    "issue_receipt",
    "keep",
    "look_alikes",
    "own_card",
    "own_words",
    "read_card_file",
    "read_text_file",
    "receive",
    "record_receipt",
    "seal_bundle",
    "trust_cards",
    "trust_of",
    "unlocked_copy",
    "unlocked_copy_with_vault",
    "verify_alone",
    "verify_with_vault",
    "view",
    "write_new_file",
]

_OPENED_KINDS = {
    EntryKind.INCIDENT_OPENED,
    EntryKind.INCIDENT_STATED,
    EntryKind.EXHIBIT_CAPTURED,
    EntryKind.EXHIBIT_STATED,
    EntryKind.EXHIBIT_FILED,
    EntryKind.EXHIBIT_VIEWED,
}


# What is stated about where an incident goes stays with the sender: a reader who is passed over for a good
# reason must not learn of it from a later bundle.
PRIVATE_FIELDS = frozenset({"concerns_head"})

MAX_PREVIEWS = 60
"""Pictures in a report: its pages are laid out in memory, which must not grow with the evidence. The
report says of the others that they are in the bundle."""


# --- screen -> vault --------------------------------------------------------------------------------


def keep(vault: Vault, picture: Picture, incident: str | None) -> Exhibit:
    """Seal a capture: the encrypted picture first, then the entry. Durable on return.

    Only after this may anything say "sealed". `incident` None leaves the capture unfiled.
    """
    reference = None if incident is None else vault.read.incident(incident).reference
    stored = vault.objects.put(picture.png, "image/png")
    try:
        entry = vault.record(acts.exhibit_captured(stored, picture.observed, reference, Level.SCREEN))
    except StorageError as error:
        raise StorageError(
            "The disk did not accept the entry of this capture. The picture itself is kept, encrypted, and "
            "is entered in the record when the vault is locked or next opened. Free some space, then lock it."
        ) from error
    return vault.read.exhibit(str(entry.data["number"]))


def capture(
    vault: Vault, target: Target, incident: str, *, address: str | None = None, note: str | None = None
) -> Exhibit:
    """Take the target from the screen, seal it, and state what was given along. For the command line."""
    reference = vault.read.incident(incident).reference
    exhibit = keep(vault, screen.take(target), reference)
    said = [
        Said(field, value, Source.TYPED)
        for field, value in (("address", address), ("note", note))
        if value is not None and value.strip()
    ]
    if said:
        vault.record(acts.exhibit_stated(exhibit.number, said))
    return vault.read.exhibit(exhibit.number)


def view(vault: Vault, number: str) -> bytes:
    """The original bytes of an exhibit, checked against the record. That it was viewed is an entry."""
    exhibit = vault.read.exhibit(number)
    data = vault.objects.read(exhibit.stored)
    vault.record(acts.exhibit_viewed(exhibit.number))
    return data


# --- contacts ---------------------------------------------------------------------------------------


def own_card(vault: Vault) -> bytes:
    """The contact card of the vault's owner, to be handed to others."""
    return card.make_card(own_details(vault), vault.signing_key)


def own_words(vault: Vault) -> tuple[str, ...]:
    """The eight words that others compare to confirm the vault's owner."""
    return key_words(vault.signing_key.public_key)


def add_contact(vault: Vault, data: bytes) -> Contact:
    """Add a person from a contact card whose own signature checks; not confirmed by that.

    The contact that is returned names those that it could be taken for (`resembles`).
    """
    found = card.read_card(data)
    if found.signing_key == vault.signing_key.public_key:
        raise UsageError(
            "This is your own contact card. Nothing was changed. Give it to the person who needs it."
        )
    vault.record(acts.contact_added(found))
    added = next(one for one in vault.read.contacts() if one.signing_key == found.signing_key)
    alike = look_alikes(vault, added.name, besides=added.signing_key)
    return replace(added, resembles=tuple(one.name for one in alike))


def look_alikes(vault: Vault, name: str, besides: bytes = b"") -> tuple[Contact, ...]:
    """Contacts whose name is easily taken for this one, or the same, but for the key `besides`.

    The owner's own name counts too: nobody should be taken for oneself.
    """
    own = own_details(vault)
    everyone = (*vault.read.contacts(), card.contact_of(own, added_at=datetime.now(UTC)))
    return tuple(one for one in everyone if one.signing_key != besides and looks_like(one.name, name))


def confirm_contact(vault: Vault, name: str, words: Sequence[str], how: str) -> Contact:
    """Confirm a contact by the eight words that were compared. Raises `UsageError` if they differ."""
    contact = vault.read.contact(name)
    given = tuple(word.strip().lower() for word in words)
    if given != contact.words:
        raise UsageError(
            f"These are not the eight words of the key on {contact.name}'s card. "
            "Nothing was confirmed. Compare again in person or by telephone; if they still differ, "
            "the card is not from that person."
        )
    vault.record(acts.contact_confirmed(contact, how))
    return next(one for one in vault.read.contacts() if one.signing_key == contact.signing_key)


# --- vault -> bundle --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to seal: the incident, for whom (contacts, or a passphrase), and what stays behind.

    `left_out` maps exhibit numbers to the reason that the reader is told.
    """

    incident: str
    contacts: tuple[Contact, ...] = ()
    passphrase: str | None = None
    left_out: Mapping[str, str] | None = None
    asks: str = ""


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
    if out.exists():
        raise UsageError(f"There is already a file {out.name}. Nothing was sealed. Choose another name.")
    incident = vault.read.incident(wanted.incident)
    left_out = dict(wanted.left_out or {})
    filed = vault.read.exhibits(incident.reference)
    chosen = [exhibit for exhibit in filed if exhibit.number not in left_out]
    if not chosen:
        raise UsageError(
            f"{incident.reference} has no exhibit to seal. Nothing was sealed. Capture something first."
        )
    unknown = set(left_out) - {exhibit.number for exhibit in filed}
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
    chosen = vault.read.exhibits(incident.reference)
    if not chosen:
        raise UsageError(
            f"{incident.reference} has no exhibit to report. Nothing was written. Capture something first."
        )
    content = _content(vault, Wanted(incident.reference), incident.reference, chosen, {})
    return _report(content, progress, in_bundle=False)


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
    return lambda: cast("BinaryIO", vault.objects.open(exhibit.stored.object_id))


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
