"""Sealing an incident into a bundle, and its evidence report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from uuid import uuid4

from evidence_app import disk
from evidence_app.bundle import seal
from evidence_app.bundle.report import make_report
from evidence_app.capture.child import Child
from evidence_app.capture.preview import MAX_HEIGHT, from_pixels, preview
from evidence_app.crypto.age import FileKey, Passphrase, Recipient
from evidence_app.errors import NotReadableError, UsageError
from evidence_app.records import (
    BundleContent,
    Exhibit,
    ExhibitFile,
    Preview,
    Progress,
    ProgressCall,
    ReportContent,
    SealedBundle,
    SealedExhibit,
    SealedFile,
)
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.choosing import (
    Caution,
    Selection,
    Wanted,
    check_reason,
    check_restricted,
    roles_of,
    select,
)
from evidence_app.workflows.contacts import own_card, refuse_replaced
from evidence_app.workflows.late_stamps import acts_of_sealing, keep_for_later
from evidence_app.workflows.looking import is_foreign, picture_of
from evidence_app.workflows.opening import opened_entries, opened_statements
from evidence_app.workflows.receipts import own_details
from evidence_app.workflows.routing import keeping_rows, route_rows
from evidence_app.workflows.safeguards import refuse_locked
from evidence_app.workflows.stamping import Stamper

MAX_PREVIEWS = 60
"""Pictures in a report: its pages are laid out in memory, which must not grow with the evidence. The
report says of the others that they are in the bundle."""
MAX_SERIES_PREVIEWS = 120
"""Further pictures of series, all together, for the same reason."""


def seal_bundle(
    vault: Vault, wanted: Wanted, out: Path, progress: ProgressCall | None = None
) -> SealedBundle:
    """Seal an incident into a new file at `out`.

    The act is in the record before the file has its name. Raises `UsageError` (nothing to seal, `out`
    exists), `ReasonNeededError` (a caution or a restricted field without a reason), `IntegrityError` (an
    object is not what the record says), `StorageError`, `StoppedError`; in every case no file is left
    behind. The evidence report lies in it, for people.
    """
    selection, heeded = may_be_sealed(vault, wanted, out)
    content = _content(vault, wanted, selection)
    roles = [role for _, role in roles_of(wanted)]
    content = replace(content, report=_report(vault, content, roles, progress))
    recipients: Sequence[Recipient] | Passphrase = (
        Passphrase(wanted.passphrase)
        if wanted.passphrase is not None
        else [Recipient.from_string(one) for one in content.recipients]
    )

    stamper = Stamper(wanted.timestamps) if wanted.timestamps else None
    key = FileKey.generate() if wanted.timestamps and wanted.contacts else None

    def record(sealed: SealedBundle) -> None:
        act = acts.bundle_sealed(
            sealed,
            incident=content.incident.reference,
            sealed_for=content.sealed_for,
            recipients=content.recipients,
            exhibits=selection.chosen,
            left_out=selection.left_out,
            asks=wanted.asks,
            ledger_size=content.checkpoint.checkpoint.size,
            file_name=out.name,
            roles=_stated_roles(wanted, content.recipients),
            reason=wanted.reason if heeded or wanted.restricted else "",
            redacted_only=wanted.redacted_only,
            restricted=sorted(wanted.restricted),
            time_stamp=None if stamper is None else stamper.told(),
        )
        vault.record_all([act, *(() if stamper is None else acts_of_sealing(stamper, content))])

    sealed = seal.seal(
        content,
        vault.signing_key,
        recipients,
        out,
        progress,
        before_publish=record,
        stamp=stamper,
        file_key=key,
    )
    if stamper is not None and stamper.failed:
        keep_for_later(vault, sealed, key)
    return sealed if stamper is None else replace(sealed, dated=stamper.dated, not_dated=stamper.problem)


def may_be_sealed(vault: Vault, wanted: Wanted, out: Path) -> tuple[Selection, tuple[Caution, ...]]:
    """What would go in, and the cautions that a reason was given for; raises as `seal_bundle` where it would
    not be sealed. Nothing is written: several bundles can be looked through before the first is sealed."""
    if bool(wanted.contacts) == (wanted.passphrase is not None):
        raise UsageError("A bundle is sealed either for people or with a passphrase. Nothing was sealed.")
    if disk.exists(out):
        raise UsageError(f"There is already a file {out.name}. Nothing was sealed. Choose another name.")
    check_restricted(wanted)
    refuse_replaced(vault, wanted.contacts)
    selection = select(vault, wanted)
    if not selection.chosen:
        what = "covered copy to seal" if wanted.redacted_only else "exhibit to seal"
        do = "Cover a picture first." if wanted.redacted_only else "Capture something first."
        raise UsageError(f"{selection.incident} has no {what}. Nothing was sealed. {do}")
    return selection, check_reason(vault, wanted)


def _stated_roles(wanted: Wanted, recipients: Sequence[str]) -> tuple[str, ...]:
    """The roles that the sender stated, in the order of the recipients; a card alone states none."""
    if not wanted.contacts:
        return wanted.roles[:1]
    stated = dict(zip((one.recipient for one in wanted.contacts), wanted.roles, strict=False))
    return tuple(stated.get(one, "") for one in recipients)


def _content(vault: Vault, wanted: Wanted, selection: Selection) -> BundleContent:
    checkpoint = vault.checkpoint()
    incident = vault.read.incident(wanted.incident)
    numbers = [exhibit.number for exhibit in selection.chosen]
    opened = opened_entries(vault, incident.reference, numbers, wanted.restricted)
    return BundleContent(
        bundle_id=str(uuid4()),
        incident=incident,
        statements=opened_statements(opened, incident.reference),
        sender=own_details(vault),
        sender_card=own_card(vault),
        sealed_for=tuple(contact.name for contact in wanted.contacts),
        recipients=tuple(dict.fromkeys(contact.recipient for contact in wanted.contacts)),
        asks=wanted.asks,
        sealed_at=datetime.now(UTC),
        exhibits=tuple(
            SealedExhibit(
                exhibit,
                opened_statements(opened, exhibit.number),
                _original(vault, exhibit),
                tuple(SealedFile(one, _file(vault, exhibit, one)) for one in exhibit.files),
            )
            for exhibit in selection.chosen
        ),
        left_out=selection.left_out,
        commitments=vault.read.commitments(checkpoint.checkpoint.size),
        opened=opened,
        checkpoint=checkpoint,
    )


def report(vault: Vault, reference: str, progress: ProgressCall | None = None) -> bytes:
    """The evidence report of an incident as PDF, with all its exhibits, in memory; seals nothing.

    Like a bundle it leaves out what is private and what is restricted: it may be handed on. Raises
    `UsageError` where there is no exhibit yet, `StoppedError`, and what reading an original raises.
    """
    wanted = Wanted(vault.read.incident(reference).reference)
    selection = select(vault, wanted)
    if not selection.chosen:
        raise UsageError(
            f"{selection.incident} has no exhibit to report. Nothing was written. Capture something first."
        )
    pages = _report(vault, _content(vault, wanted, selection), (), progress, in_bundle=False)
    refuse_locked(vault, selection.chosen)
    return pages


def _report(
    vault: Vault,
    content: BundleContent,
    roles: Sequence[str],
    progress: ProgressCall | None,
    *,
    in_bundle: bool = True,
) -> bytes:
    """Small pictures one after the other, then the pages."""
    previews: dict[str, Preview] = {}
    series: dict[str, tuple[Preview | None, ...]] = {}
    left = MAX_SERIES_PREVIEWS
    with Child() as child:
        for done, one in enumerate(content.exhibits[:MAX_PREVIEWS]):
            if progress is not None:
                progress(Progress(done, len(content.exhibits), "Making the report"))
            small = _preview(one, child)
            if small is not None:
                previews[one.exhibit.number] = small
            if one.exhibit.observed.series:
                series[one.exhibit.number] = _series(one, left)
                left -= len(series[one.exhibit.number])
    reference = content.incident.reference
    return make_report(
        ReportContent(
            content,
            previews,
            datetime.astimezone,
            in_bundle=in_bundle,
            route=route_rows(vault, reference, roles),
            keeping=keeping_rows(vault, reference),
            series=series,
        )
    )


def _preview(one: SealedExhibit, child: Child) -> Preview | None:
    """A small picture of an exhibit; what this program did not make itself is decoded in the child only."""
    with closing(one.open()) as source:
        if not is_foreign(one.exhibit):
            return preview(source, one.exhibit.stored.media_type)
        with suppress(NotReadableError):
            pixels = picture_of(source, one.exhibit.stored.media_type, MAX_HEIGHT, child)
            return None if pixels is None else from_pixels(pixels)
    return None


def _series(one: SealedExhibit, most: int) -> tuple[Preview | None, ...]:
    """Small pictures of a series after its first one, at most so many; they are this program's own."""
    found = []
    for file in one.files[:most]:
        with closing(file.open()) as source:
            found.append(preview(source, file.file.stored.media_type))
    return tuple(found)


def _original(vault: Vault, exhibit: Exhibit) -> Callable[[], BinaryIO]:
    return lambda: cast("BinaryIO", vault.original(exhibit.number))


def _file(vault: Vault, exhibit: Exhibit, one: ExhibitFile) -> Callable[[], BinaryIO]:
    return lambda: cast("BinaryIO", vault.file(exhibit.number, one.name))
