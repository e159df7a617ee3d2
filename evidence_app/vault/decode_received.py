"""Entries about what came from others, to records."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from evidence_app.crypto.sshsig import key_from_public_line
from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_moment
from evidence_app.records import (
    BundleState,
    Consistency,
    Dated,
    Entry,
    ForwardedRow,
    Level,
    LockedAway,
    ReceivedExhibit,
    ReceivedRow,
    SenderStatus,
    SentFile,
    Statement,
    Witnessed,
)
from evidence_app.records_json import Fields, observed_from_json, statement_from_json
from evidence_app.vault.decode import stored_in, without_words
from evidence_app.vault.index_safeguards import KEPT_WHEN_LOCKED

# A sender's clock may say what no calendar here can turn into local time.
_EARLIEST, _LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)


def received(entry: Entry, latest: Entry | None, said: dict[str, Statement]) -> ReceivedRow:
    """`entry` is how it arrived, `latest` the newest check of the kept file, None where there was none."""
    where = f"Entry {entry.seq} of the record"
    fields = Fields(entry.data, where)
    checked = fields if latest is None else Fields(latest.data, f"Entry {latest.seq} of the record")
    of_itself = checked if checked.text("bundle") else fields
    claims, seen = of_itself.optional_fields("claims"), of_itself.optional_fields("ledger")
    key, dated = of_itself.text("sender_key"), fields.optional_fields("dated")
    problems = [Fields(one, where) for one in fields.items("problems")]
    try:
        return ReceivedRow(
            reference=fields.text("reference"),
            state=BundleState(fields.text("state")),
            file_name=fields.text("file_name"),
            stored=stored_in(fields),
            bundle_id=of_itself.text("bundle"),
            digest=of_itself.text("digest"),
            unchanged=fields.flag("unchanged"),
            sender=SenderStatus(fields.text("sender")),
            dated=None if dated is None else Dated(dated.text("by"), utc_moment(dated.text("at"))),
            consistent=Consistency(fields.text("consistent")),
            problems=tuple((one.text("code"), one.text("where")) for one in problems),
            sender_key=key_from_public_line(key) if key else None,
            sender_name="" if claims is None else claims.text("name"),
            incident="" if claims is None else claims.text("incident"),
            title="" if claims is None else claims.text("title"),
            exhibits=of_itself.texts("exhibits"),
            ledger=None
            if seen is None
            else Witnessed(seen.text("vault"), seen.number("size"), bytes.fromhex(seen.text("link"))),
            received_at=entry.at,
            seq=entry.seq,
            latest_state=BundleState(checked.text("state")),
            latest_checked_at=entry.at if latest is None else latest.at,
            statements=said,
        )
    except ValueError as error:
        raise IntegrityError(f"{where} cannot be read.") from error


def received_exhibit(entry: Entry) -> ReceivedExhibit:
    where = f"Entry {entry.seq} of the record"
    fields = Fields(entry.data, where)
    level, observed, raw = fields.text("level"), None, entry.data.get("observed")
    # Of a later version of the sender's there may be more, or other words, than this one knows.
    if raw is not None:
        with suppress(IntegrityError):
            observed = observed_from_json(raw, where)
    said = [statement_from_json(one, where) for one in fields.items("statements")]
    return ReceivedExhibit(
        received=fields.text("received"),
        number=fields.text("number"),
        stored=stored_in(fields),
        level=Level(level) if level in set(Level) else None,
        observed=observed,
        sealed_at=min(max(utc_moment(fields.text("sealed_at")), _EARLIEST), _LATEST),
        received_at=entry.at,
        seq=entry.seq,
        abridged=fields.flag("abridged"),
        copy_of=fields.optional_text("copy_of") or "",
        statements={one.field: one for one in said},
        files=tuple(_file(Fields(one, where)) for one in fields.optional_items("files")),
    )


def _file(fields: Fields) -> SentFile:
    return SentFile(
        fields.text("name"), fields.text("media_type"), fields.number("size"), fields.text("sha256")
    )


def without_what_it_shows(exhibit: ReceivedExhibit, away: LockedAway) -> ReceivedExhibit:
    """A received exhibit as it is told of once it is locked away: number, time and address."""
    observed = exhibit.observed
    return replace(
        exhibit,
        observed=None if observed is None else without_words(observed),
        statements={name: said for name, said in exhibit.statements.items() if name == KEPT_WHEN_LOCKED},
        locked_away=away,
        files=(),
    )


def forwarded(entry: Entry) -> ForwardedRow:
    fields = Fields(entry.data, f"Entry {entry.seq} of the record")
    return ForwardedRow(
        received=fields.text("received"),
        to=fields.texts("to"),
        recipients=fields.texts("recipients"),
        with_passphrase=fields.flag("with_passphrase"),
        as_received=fields.flag("as_received"),
        reason=fields.text("reason"),
        file_name=fields.text("file_name"),
        size=fields.number("size"),
        sha256=fields.text("sha256"),
        forwarded_at=entry.at,
        seq=entry.seq,
    )
