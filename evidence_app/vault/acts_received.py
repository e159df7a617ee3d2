"""Acts on what came from others: bundles received, checked again and passed on, and their exhibits.

What a sender says goes into an entry as it was said, but never more of it than an entry can hold. Source
of the data's shape: resources/formats/vault.md, "Data of the entries".
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evidence_app.crypto.sshsig import public_line
from evidence_app.crypto.words import key_words
from evidence_app.errors import IntegrityError
from evidence_app.ledger import utc_text
from evidence_app.records import (
    BundleState,
    Consistency,
    EntryKind,
    SenderStatus,
    SentExhibit,
    StoredObject,
    Verdict,
)
from evidence_app.records_json import statement_from_json, statement_to_json
from evidence_app.vault.acts import MAX_PROBLEMS, Act, line, object_data

BUNDLE_MEDIA_TYPE: Final = "application/vnd.evidence-bundle"
UNKNOWN_NAME: Final = "not known"
"""The file name of a bundle that was recovered after an interruption."""
MAX_REASON: Final = 1_000
MAX_NAMES: Final = 256
MAX_OBSERVED: Final = 1024 * 1024
MAX_STATED: Final = 2 * 1024 * 1024
"""Bytes as JSON, so that both fit into one entry with room to spare."""
_MAX_LEVEL: Final = 20
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,48}/[a-z0-9][a-z0-9.+-]{0,48}")


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that was received and kept: under which name it came, and what was found. `verdict` is None
    for a bundle that could not be read."""

    stored: StoredObject
    file_name: str
    state: BundleState
    verdict: Verdict | None


def bundle_received(arrived: Arrived) -> Act:
    """A received bundle with its verdict; `Vault.record` gives it its reference."""
    return Act(
        EntryKind.BUNDLE_RECEIVED,
        {
            "reference": None,
            "file_name": arrived.file_name,
            "object": object_data(arrived.stored),
            "state": arrived.state.value,
            **_found(arrived.verdict),
        },
    )


def received_checked(
    received: str, state: BundleState, verdict: Verdict | None, took: str = "", to: str = ""
) -> Act:
    """The kept file of a received bundle was checked again. `took`: what was taken out of it then, a
    `report` or an `unlocked copy`, and `to`: under which name."""
    return Act(
        EntryKind.BUNDLE_CHECKED,
        {"received": received, "state": state.value, "took": took, "to": to, **_found(verdict)},
    )


def _found(verdict: Verdict | None) -> dict[str, object]:
    """The four answers, and what the bundle says of itself; the same where it could not be read."""
    facts = None if verdict is None else verdict.facts
    key = b"" if facts is None else facts.sender_key
    seen = facts.checkpoint if facts is not None and verdict is not None and verdict.unchanged else None
    dated = None if verdict is None else verdict.dated
    problems = () if verdict is None else verdict.problems[:MAX_PROBLEMS]
    return {
        "bundle": "" if facts is None else facts.bundle_id,
        "digest": "" if facts is None else facts.digest,
        "sender_key": public_line(key) if key else "",
        "sender_words": " ".join(key_words(key)) if key else "",
        "ledger": None
        if seen is None
        else {"vault": seen.vault_id, "size": seen.size, "link": seen.link.hex()},
        "unchanged": verdict is not None and verdict.unchanged,
        "sender": (SenderStatus.UNKNOWN if verdict is None else verdict.sender).value,
        "dated": None if dated is None else {"by": dated.by, "at": utc_text(dated.at)},
        "consistent": (Consistency.UNKNOWN if verdict is None else verdict.consistent).value,
        "problems": [{"code": one.code, "where": one.where} for one in problems],
        "exhibits": [] if verdict is None else [one.number for one in verdict.exhibits],
        "claims": None
        if facts is None
        else {
            "name": facts.sender_name,
            "role": facts.sender_role,
            "school": facts.sender_school,
            "incident": facts.incident_reference,
            "title": facts.incident_title,
            "asks": facts.asks,
            "sealed_for": list(facts.sealed_for[:MAX_NAMES]),
            "sealed_at": None if facts.sealed_at is None else facts.sealed_at.isoformat(),
            "suspected_author": facts.suspected_author,
        },
    }


def exhibit_received(received: str | None, sent: SentExhibit, stored: StoredObject) -> Act:
    """An exhibit out of a received bundle, with what its sender says of it; None for the bundle that was
    entered just before."""
    observed = sent.observed if _fits(sent.observed, MAX_OBSERVED) else None
    statements = [statement_to_json(one) for one in sent.statements]
    fits = _fits(statements, MAX_STATED) and _readable(statements)
    return Act(
        EntryKind.EXHIBIT_RECEIVED,
        {
            "received": received,
            "number": sent.number,
            "object": object_data(stored),
            "level": sent.level[:_MAX_LEVEL],
            "sealed_at": utc_text(sent.sealed_at),
            "observed": observed,
            "statements": statements if fits else [],
            "abridged": observed is None or not fits,
            "copy_of": sent.copy_of or None,
            **_files(sent),
        },
    )


def _files(sent: SentExhibit) -> dict[str, object]:
    """The files beside the original, which stay in the kept bundle; most have none, and nothing is said."""
    if not sent.files:
        return {}
    return {
        "files": [
            {"name": one.name, "sha256": one.sha256, "size": one.size, "media_type": one.media_type}
            for one in sent.files
        ]
    }


def _readable(statements: list[dict[str, object]]) -> bool:
    """Whether all of it comes out of the record again: a time may be one that no calendar here can hold."""
    try:
        for one in statements:
            statement_from_json(one, "A statement")
    except IntegrityError:
        return False
    return True


def media_type_of(sent: SentExhibit) -> str:
    """The media type that the sender gives, if it is one."""
    return sent.media_type if _MEDIA_TYPE.fullmatch(sent.media_type) else "application/octet-stream"


def _fits(value: object, limit: int) -> bool:
    """Whether an entry can hold it, and can be read again."""
    try:
        return len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode()) <= limit
    except ValueError:  # 1e999 is a number to a reader of JSON, and nothing that could be written again
        return False


@dataclass(frozen=True, slots=True)
class Handed:
    """How a received bundle was passed on, and the file that was written; see `ForwardedRow`."""

    received: str
    to: Sequence[str]
    recipients: Sequence[str]
    with_passphrase: bool
    as_received: bool
    reason: str
    file_name: str
    size: int
    sha256: str


def bundle_forwarded(handed: Handed) -> Act:
    return Act(
        EntryKind.BUNDLE_FORWARDED,
        {
            "received": handed.received,
            "to": list(handed.to),
            "recipients": list(handed.recipients),
            "with_passphrase": handed.with_passphrase,
            "as_received": handed.as_received,
            "reason": reason_line(handed.reason),
            "file_name": handed.file_name,
            "size": handed.size,
            "sha256": handed.sha256,
        },
    )


def reason_line(reason: str) -> str:
    """A reason as it is recorded; empty for none. Raises `UsageError` for one that is too long."""
    return line(reason, "reason", MAX_REASON) if reason.strip() else ""
