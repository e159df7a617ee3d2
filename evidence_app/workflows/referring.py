"""A referral without a picture: recorded, printed as a sheet of words, and sealed without any exhibit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from evidence_app import policy
from evidence_app.bundle import seal
from evidence_app.bundle.content import referral_title
from evidence_app.bundle.referral_sheet import referral_sheet
from evidence_app.bundle.sheet import make_sheet, sheet_pictures, sheet_words
from evidence_app.crypto.age import Recipient
from evidence_app.errors import UsageError
from evidence_app.records import (
    BundleContent,
    Contact,
    Found,
    Incident,
    ProgressCall,
    Referral,
    SealedBundle,
    Told,
)
from evidence_app.vault import acts
from evidence_app.vault import acts_safeguards as safeguard_acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.choosing import Caution, CautionCode, need_reason, role_on_card, sealed_as
from evidence_app.workflows.contacts import own_card, refuse_replaced
from evidence_app.workflows.opening import beginnings
from evidence_app.workflows.receipts import own_details
from evidence_app.workflows.routing import stated


def record_referral(
    vault: Vault,
    found: Found,
    seen_at: datetime,
    told: Sequence[Told],
    *,
    address: str = "",
    incident: str | None = None,
    exhibit: str = "",
    concerns_head: bool = False,
) -> Referral:
    """Record that such a picture was come across: where, when, and who is told. Never what it shows.

    Raises `UsageError` unless the safeguarding lead and the headteacher are named, or the chair of governors
    where it concerns the headteacher.
    """
    entry = vault.record(
        safeguard_acts.referral_recorded(
            found,
            seen_at,
            told,
            address=address,
            incident=incident,
            exhibit=exhibit,
            concerns_head=concerns_head,
        )
    )
    return vault.read.referral(str(entry.data["reference"]))


def referral_report(vault: Vault, reference: str) -> bytes:
    """The sheet of a referral as PDF. Raises `UsageError`, `StorageError`."""
    return make_sheet(referral_sheet(vault.read.referral(reference), vault.owner, datetime.astimezone))


def referral_paper(vault: Vault, reference: str, ppi: int) -> tuple[tuple[bytes, ...], str]:
    """The sheet of a referral to be looked at, nothing written: its pages as PNG, and its words.

    Raises `UsageError`, `StorageError`.
    """
    sheet = referral_sheet(vault.read.referral(reference), vault.owner, datetime.astimezone)
    return sheet_pictures(sheet, ppi), sheet_words(sheet)


def seal_referral(
    vault: Vault,
    reference: str,
    contacts: Sequence[Contact],
    out: Path,
    progress: ProgressCall | None = None,
    *,
    roles: Sequence[str] = (),
    reason: str = "",
) -> SealedBundle:
    """Seal a referral for people into a new file: a bundle with its sheet, its entry and no exhibit.

    They receive, check and acknowledge it like any other. `roles` and `reason` as those of `Wanted`: where it
    concerns the headteacher, the headteacher gets it with a reason only. Raises what `seal_bundle` raises.
    """
    referral = vault.read.referral(reference)
    if not contacts:
        raise UsageError(
            "Nobody was named to seal the referral for. Nothing was sealed. Choose at least one."
        )
    refuse_replaced(vault, contacts)
    named = _roles(referral, contacts, roles)
    against = _cautions(vault, referral, contacts, named)
    need_reason(against, reason, "Nothing was sealed. Choose somebody else")
    if out.exists():
        raise UsageError(f"There is already a file {out.name}. Nothing was sealed. Choose another name.")
    report = referral_report(vault, referral.reference)
    checkpoint = vault.checkpoint()
    recipients = tuple(dict.fromkeys(one.recipient for one in contacts))
    title = referral_title(referral.reference)
    content = BundleContent(
        bundle_id=str(uuid4()),
        incident=Incident(
            referral.reference, title, referral.recorded_at, referral.recorded_at, exhibits=0, bundles=0
        ),
        statements=(),
        sender=own_details(vault),
        sender_card=own_card(vault),
        sealed_for=tuple(one.name for one in contacts),
        recipients=recipients,
        asks="",
        sealed_at=datetime.now(UTC),
        exhibits=(),
        left_out={},
        commitments=vault.read.commitments(checkpoint.checkpoint.size),
        opened=tuple(sorted((*beginnings(vault), vault.read.entry(referral.seq)), key=lambda one: one.seq)),
        checkpoint=checkpoint,
        report=report,
    )

    def record(sealed: SealedBundle) -> None:
        vault.record(
            acts.bundle_sealed(
                sealed,
                incident=referral.reference,
                sealed_for=content.sealed_for,
                recipients=content.recipients,
                exhibits=(),
                left_out={},
                asks="",
                ledger_size=content.checkpoint.checkpoint.size,
                file_name=out.name,
                roles=[named[one] for one in recipients],
                reason=reason if against else "",
            )
        )

    keys = [Recipient.from_string(one) for one in recipients]
    return seal.seal(content, vault.signing_key, keys, out, progress, before_publish=record)


def _roles(referral: Referral, contacts: Sequence[Contact], roles: Sequence[str]) -> dict[str, str]:
    """The role code of everyone it is for, by age key: as given, as told in the referral, as on the card."""
    told = {one.name.casefold(): one.role for one in referral.told}
    given = (*roles, *("" for _ in contacts))
    return {
        one.recipient: role or told.get(one.name.casefold()) or role_on_card(one.role)
        for one, role in zip(contacts, given, strict=False)
    }


def _cautions(
    vault: Vault, referral: Referral, contacts: Sequence[Contact], roles: Mapping[str, str]
) -> tuple[Caution, ...]:
    """Who must not have it without a reason: the headteacher, where it concerns them (6.24)."""
    said = policy.Stated() if referral.incident is None else stated(vault, referral.incident)
    if referral.concerns_head:
        said = replace(said, concerns_head=policy.Answer.YES)
    found = []
    for one in contacts:
        for role in dict.fromkeys((roles[one.recipient], sealed_as(vault, one))):
            against = policy.conflict(policy.current(), said, role)
            if against is not None:
                why = against.reason
                found.append(Caution(CautionCode.CONFLICT, one.name, role, why.sentence, why.paragraph))
                break
    return tuple(found)
