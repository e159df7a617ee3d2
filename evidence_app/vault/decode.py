"""Rows and entries to records. What is written here never leaves the room as a row."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from evidence_app import ledger
from evidence_app.crypto.sshsig import fingerprint, key_from_public_line
from evidence_app.crypto.words import key_words
from evidence_app.errors import IntegrityError
from evidence_app.records import (
    BundleRow,
    Consistency,
    Contact,
    Entry,
    EntryKind,
    Exhibit,
    ExhibitFile,
    Incident,
    Level,
    Method,
    Observed,
    Owner,
    ReceiptRow,
    Role,
    SenderStatus,
    Source,
    Standing,
    Statement,
    StoredObject,
)
from evidence_app.records_json import Fields, derived_from_json, observed_from_json


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def entry(row: Any) -> Entry:
    seq, body, salt, link = row
    if body is None or salt is None:
        raise IntegrityError(f"The content of entry {seq} was erased by a recorded disposal.")
    if not (isinstance(body, bytes) and isinstance(salt, bytes)):
        raise IntegrityError(f"Entry {seq} of the record cannot be read.")  # changed by hand
    return ledger.parse_entry(seq, salt, body, link)


def owner(entry: Entry) -> Owner:
    """Whose vault it is, from its first entry."""
    fields = Fields(entry.data, "Entry 1 of the record").fields("owner")
    return Owner(
        fields.text("name"), Role(fields.text("role")), fields.text("school"), fields.text("initials")
    )


def incident(row: Any, said: dict[str, Statement]) -> Incident:
    return Incident(
        reference=row.reference,
        title=row.title,
        opened_at=moment(row.opened_at),
        last_at=moment(row.last_at),
        exhibits=row.exhibits,
        bundles=row.bundles,
        statements=said,
    )


def captured_objects(entry: Entry) -> list[tuple[str, StoredObject]]:
    """Number of the exhibit, or reference of the received bundle, and the object that an entry brought in;
    empty for all other kinds."""
    names = _BRINGS_IN.get(entry.kind)
    if names is None:
        return []
    fields = Fields(entry.data, f"Entry {entry.seq} of the record")
    about = " ".join(fields.text(name) for name in names)
    return [(about, stored_in(fields)), *((f"{about} {one.name}", one.stored) for one in files_in(fields))]


_BRINGS_IN = {
    EntryKind.EXHIBIT_CAPTURED: ("number",),
    EntryKind.EXHIBIT_DERIVED: ("number",),
    EntryKind.EXHIBIT_IMPORTED: ("number",),
    EntryKind.BUNDLE_RECEIVED: ("reference",),
    EntryKind.EXHIBIT_RECEIVED: ("received", "number"),
}


def stored_in(fields: Fields) -> StoredObject:
    return _stored(fields.fields("object"))


def _stored(fields: Fields) -> StoredObject:
    return StoredObject(
        fields.text("id"), fields.text("sha256"), fields.number("size"), fields.text("media_type")
    )


def files_in(fields: Fields) -> tuple[ExhibitFile, ...]:
    """The files beside the original that an entry brought in; most have none."""
    named = (Fields(raw, "A file of an exhibit") for raw in fields.optional_items("files"))
    return tuple(ExhibitFile(one.text("name"), _stored(one)) for one in named)


def stored(row: Any) -> StoredObject:
    return StoredObject(row.object_id, row.sha256, row.size, row.media_type)


def exhibit(row: Any, entry: Entry, said: dict[str, Statement], standing: Standing) -> Exhibit:
    where = f"Entry {entry.seq} of the record"
    observed = observed_from_json(entry.data.get("observed"), where)
    if standing.locked_away is not None:
        observed = without_words(observed)
    return Exhibit(
        number=row.number,
        incident=row.incident,
        method=Method(row.method),
        level=Level(row.level),
        stored=stored(row),
        observed=observed,
        sealed_at=moment(row.sealed_at),
        seq=row.seq,
        statements=said,
        standing=standing,
        derived=derived_from_json(entry.data, where) if entry.kind is EntryKind.EXHIBIT_DERIVED else None,
        files=files_in(Fields(entry.data, where)),
    )


def without_words(observed: Observed) -> Observed:
    """What may be told of an exhibit that is locked away: no title, which may say what it shows."""
    page = observed.page
    if page is not None:
        page = replace(page, title="", headers=(), notes=())
    return replace(observed, window=None, page=page, file=None)


def statement(row: Any) -> Statement:
    return Statement(
        row.about, row.field, row.value, Source(row.source), at=moment(row.at), by=row.by, seq=row.seq
    )


def contact(row: Any) -> Contact:
    return Contact(
        name=row.name,
        role=row.role,
        school=row.school,
        signing_key=row.signing_key,
        recipient=row.recipient,
        words=key_words(row.signing_key),
        fingerprint=fingerprint(row.signing_key),
        added_at=moment(row.added_at),
        confirmed_at=None if row.confirmed_at is None else moment(row.confirmed_at),
        confirmed_how=row.confirmed_how,
        replaced_at=None if row.replaced_at is None else moment(row.replaced_at),
    )


def receipt(entry: Entry, serial: int) -> ReceiptRow:
    """`serial`: how many receipts were issued up to this one."""
    where = f"The receipt in entry {entry.seq}"
    data = Fields(entry.data, f"Entry {entry.seq} of the record")
    file = data.text("file")
    try:
        fields = Fields(json.loads(file.partition("\n")[0]), where)
        issued = entry.kind is EntryKind.RECEIPT_ISSUED
        by = fields.fields("by")
        return ReceiptRow(
            bundle_id=fields.text("bundle"),
            digest=fields.text("digest"),
            unchanged=fields.flag("unchanged"),
            sender=SenderStatus(fields.text("sender")),
            consistent=Consistency(fields.text("consistent")),
            problems=fields.texts("problems"),
            at=ledger.utc_moment(fields.text("at")),
            name=by.text("name"),
            role=by.text("role"),
            school=by.text("school"),
            signing_key=key_from_public_line(by.text("signing_key")),
            issued=issued,
            recorded_at=entry.at,
            signer=SenderStatus.CONFIRMED if issued else SenderStatus(data.text("signer")),
            contact=by.text("name") if issued else data.text("contact"),
            file=file.encode("ascii"),
            seq=entry.seq,
            number=f"R-{serial:04d}" if issued else "",
        )
    except ValueError as error:
        raise IntegrityError(f"{where} cannot be read.") from error


def bundle(row: Any) -> BundleRow:
    return BundleRow(
        bundle_id=row.bundle_id,
        incident=row.incident,
        sealed_for=tuple(json.loads(row.sealed_for)),
        exhibits=row.exhibits,
        digest=row.digest,
        size=row.size,
        file_name=row.file_name,
        sealed_at=moment(row.sealed_at),
        seq=row.seq,
    )
