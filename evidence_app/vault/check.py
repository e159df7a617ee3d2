"""The vault check: recompute the chain, derive the index again, read and hash every object.

It repairs nothing and stops at nothing: everything that is wrong is named, everything else is still
looked at. The answer is itself an entry. Captures may go on meanwhile: the record is read in one
transaction, and files are only strange if they were there before and nobody entered them until the end.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from evidence_app import disk
from evidence_app.errors import DamagedError, IntegrityError, StorageError
from evidence_app.records import CheckReport, EntryKind, ProgressCall, StoredObject
from evidence_app.vault.acts import Act
from evidence_app.vault.check_findings import Findings, Record
from evidence_app.vault.check_record import check_record
from evidence_app.vault.layout import object_path
from evidence_app.vault.objects import BLOCK
from evidence_app.vault.vault import Vault


@disk.explained("Nothing was changed.")
def check(vault: Vault, progress: ProgressCall | None = None) -> CheckReport:
    """Examine the whole vault and record the answer. Progress counts bytes of objects plus entries.

    Raises `StoppedError` when the person stops it (nothing is recorded then), `StorageError`.
    """
    findings, record, bytes_read = Findings(progress), Record(), 0
    before = _Files.of(vault)
    readable = True
    try:
        findings.total = sum(stored.size for _, stored in vault.read.stored_objects())
        check_record(vault, record, findings)
    except DamagedError as error:
        readable = False
        findings.add("record-unreadable", "ledger.db", str(error))
    gone = frozenset[str]().union(*(objects for _, _, objects in record.disposals.values()))
    if readable and record.restored:
        gone |= _left_out(vault)
    for number, stored in record.objects:
        if stored.object_id in gone:
            continue
        bytes_read += _check_object(vault, number, stored, findings)
    if readable:
        _check_files(vault, before, record, findings)
    problems = findings.all()
    with suppress(*(() if readable else (DamagedError, StorageError))):
        vault.record(
            Act(
                EntryKind.VAULT_CHECKED,
                {
                    "entries": record.size,
                    "objects": len(record.objects),
                    "disposed": len(record.disposals),
                    "problems": [{"code": one.code, "where": one.where} for one in problems],
                },
            )
        )
    return CheckReport(
        entries=record.size,
        objects=len(record.objects),
        bytes_read=bytes_read,
        link=record.link.hex(),
        checked_at=datetime.now(UTC),
        problems=problems,
        disposed=len(record.disposals),
        notes=tuple(record.notes),
    )


def _check_object(vault: Vault, number: str, stored: StoredObject, findings: Findings) -> int:
    """Hash one object and hold it against the record; how many bytes were read."""
    digest, size = sha256(), 0
    try:
        with vault.objects.open_to_measure(stored.object_id) as reader:
            while block := reader.read(BLOCK):
                digest.update(block)
                size += len(block)
                findings.say(len(block), "Reading the sealed files")
    except IntegrityError as error:
        findings.add("object-damaged", number, f"The sealed file of {number} cannot be read. {error}")
        return size
    except StorageError as error:
        findings.add("object-unreadable", number, f"The sealed file of {number}: {error}")
        return size
    except OSError as error:
        findings.add("object-unreadable", number, f"The sealed file of {number}: {error.strerror}.")
        return size
    if size != stored.size or digest.hexdigest() != stored.sha256:
        findings.add("object-changed", number, f"The sealed file of {number} is not the one recorded.")
    return size


def _left_out(vault: Vault) -> frozenset[str]:
    """What is locked away and not here."""
    hidden = vault.read.locked_away_objects()
    return frozenset(one for one in hidden if not object_path(vault.folder, one).exists())


@dataclass(frozen=True)
class _Files:
    """What lies in the vault's folder beside the record; unfinished files with the time of change."""

    objects: frozenset[str]
    unfinished: frozenset[tuple[Path, int]]

    @classmethod
    def of(cls, vault: Vault) -> _Files:
        unfinished = set()
        for path in vault.objects.unfinished():
            with suppress(FileNotFoundError):  # finished in this moment
                unfinished.add((path, path.stat().st_mtime_ns))
        return cls(frozenset(vault.objects.ids()), frozenset(unfinished))


def _check_files(vault: Vault, before: _Files, record: Record, findings: Findings) -> None:
    after = _Files.of(vault)
    recorded = {stored.object_id for _, stored in record.objects}
    for number, _, objects in record.disposals.values():
        if before.objects & after.objects & objects:
            findings.add(
                "disposal-unfinished",
                number,
                f"{number} was disposed of, and its sealed file is here. It is removed at the next opening.",
            )
        recorded |= objects
    recorded_since = vault.read.object_ids()
    for object_id in sorted((before.objects & after.objects) - recorded - recorded_since):
        findings.add(
            "object-unknown",
            object_id,
            f"The file {object_id} is not in the record. It is entered when the vault is next opened.",
        )
    for path, _ in sorted(before.unfinished & after.unfinished):
        findings.add("object-unfinished", path.name, f"The file {path.name} was left by an interruption.")
    for path in [*vault.objects.strangers(), *vault.folder.glob("*.part")]:
        findings.add("stray-file", path.name, f"The file {path.name} does not belong in a vault.")
