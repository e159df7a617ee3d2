"""Verdicts on paper, written into files."""

from __future__ import annotations

from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from evidence_app.bundle.verdict_report import verdict_report
from evidence_app.errors import EvidenceError
from evidence_app.records import Owner, ReceivedRow, Verdict
from evidence_app.workflows.files import write_new_file


def save_verdict_report(
    out: Path,
    found: Verdict | EvidenceError,
    path: Path,
    *,
    by: Owner | None = None,
    row: ReceivedRow | None = None,
) -> None:
    """Write the verdict on the bundle at `path` as one page of PDF into a new file, whole or not at all.

    `by` is the vault's owner who checked it, `row` the bundle in the register, where it is kept. Where
    there is no verdict, the file's own digest says which file it was about. Raises `UsageError` (`out`
    exists; there is nothing to report), `StorageError`.
    """
    if row is not None:
        sha256 = row.stored.sha256
    else:
        sha256 = _digest(path) if isinstance(found, EvidenceError) else ""
    data = verdict_report(
        found,
        path.name if row is None else row.file_name,
        datetime.astimezone,
        by=by,
        sha256=sha256,
        reference="" if row is None else row.reference,
    )
    write_new_file(out, data)


def _digest(path: Path) -> str:
    """SHA-256 of a file in hex; empty for a folder, or where it cannot be read any more."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
