"""The restore drill: whether a backup would give a whole vault, without writing anything anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, exc, select

from evidence_app import disk, ledger
from evidence_app.crypto.age import Identity
from evidence_app.errors import DamagedError, EvidenceError, IntegrityError, NotOurFileError
from evidence_app.records import BackupReport, Entry, EntryKind, Progress, ProgressCall, StoredObject
from evidence_app.records_json import Fields
from evidence_app.vault import database, layout, schema
from evidence_app.vault.decode import captured_objects
from evidence_app.vault.objects import BLOCK, ObjectStore
from evidence_app.vault.queries import Queries
from evidence_app.vault.queries_record import entry_rows

_WORTH_SAYING = 10_000


@dataclass
class _Record:
    entries: int = 0
    link: bytes = b""
    objects: dict[str, tuple[str, StoredObject]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)


def newest(record: Path, identity: Identity) -> tuple[int, bytes] | None:
    """Number and link of the newest entry of a record that nobody has open; None where it has none."""
    with _reading(record, identity) as connection:
        table = schema.entries
        query = select(table.c.seq, table.c.link).order_by(table.c.seq.desc()).limit(1)
        row = connection.execute(query).one_or_none()
        return None if row is None else (row.seq, row.link)


def head(
    record: Path, identity: Identity, vault_id: str, progress: ProgressCall | None = None
) -> BackupReport:
    """Recompute the whole chain of a record; raises `IntegrityError` where it breaks, `DamagedError`."""
    found = _chain(record, identity, vault_id, progress)
    return BackupReport(found.entries, found.link.hex(), 0)


@disk.explained("Nothing was restored, and the backup is not touched.")
def drill(folder: Path, identity: Identity, progress: ProgressCall | None = None) -> BackupReport:
    """Recompute the chain of a backup and read every sealed file of it against the record.

    Nothing is written. Raises `NotOurFileError` for no (whole) backup, `IntegrityError` and `DamagedError`
    naming the first thing that is wrong, `StorageError`, `StoppedError`.
    """
    label, record = layout.read_label(folder), folder / layout.LEDGER
    if not record.is_file():
        raise NotOurFileError(
            f"The backup at {folder} was never finished: it has no record. Nothing was changed. "
            "Make the backup again, or use another one."
        )
    found = _chain(record, identity, label.vault_id, progress)
    engine = database.open_reading(record, identity.derive(layout.DATABASE_KEY_INFO))
    try:
        left_out = Queries(engine, lambda: None).locked_away_objects()
    finally:
        engine.dispose()
    store = ObjectStore(folder, identity)
    wanted = {one: held for one, held in found.objects.items() if one not in found.gone}
    total, done, read = sum(stored.size for _, stored in wanted.values()), 0, 0
    for object_id, (number, stored) in wanted.items():
        if object_id in left_out and not layout.object_path(folder, object_id).is_file():
            continue
        digest, size = sha256(), 0
        try:
            with store.open_to_measure(object_id) as reader:
                while block := reader.read(BLOCK):
                    digest.update(block)
                    size += len(block)
                    done += len(block)
                    if progress is not None:
                        progress(Progress(done, total, "Reading the sealed files of the backup"))
        except EvidenceError as error:
            raise type(error)(f"The backup is not whole: the sealed file of {number}: {error}") from error
        if (digest.hexdigest(), size) != (stored.sha256, stored.size):
            raise IntegrityError(
                f"The backup is not whole: the sealed file of {number} is not the one that was recorded. "
                "Nothing was changed. Use another backup."
            )
        read += 1
    return BackupReport(found.entries, found.link.hex(), read, left_out=len(wanted) - read)


@contextmanager
def _reading(record: Path, identity: Identity) -> Iterator[Connection]:
    engine = database.open_reading(record, identity.derive(layout.DATABASE_KEY_INFO))
    try:
        with engine.connect() as connection:
            yield connection
    except exc.DBAPIError as error:
        raise database.explain(error, "Nothing was changed.") from error
    finally:
        engine.dispose()


def _chain(record: Path, identity: Identity, vault_id: str, progress: ProgressCall | None) -> _Record:
    found = _Record(link=ledger.first_link(vault_id))
    with _reading(record, identity) as connection:
        if not database.is_sound(connection):
            raise DamagedError(
                "The record of the backup is damaged. Nothing was changed. Use another backup."
            )
        for seq, body, salt, committed, link in entry_rows(connection):
            found.entries += 1
            found.link = ledger.next_link(found.link, committed)
            fits = seq == found.entries and found.link == link
            if not fits or (body is not None and ledger.commitment(salt, body) != committed):
                raise IntegrityError(
                    f"The record of the backup breaks at entry {found.entries}. Nothing was changed. "
                    "Use another backup."
                )
            if body is not None:
                _note(found, ledger.parse_entry(seq, salt, body))
            if progress is not None and not seq % _WORTH_SAYING:
                progress(Progress(seq, 0, "Checking the record of the backup"))
    return found


def _note(found: _Record, entry: Entry) -> None:
    if entry.kind is EntryKind.EXHIBIT_DISPOSED:
        found.gone.update(Fields(entry.data, f"Entry {entry.seq} of the record").texts("objects"))
    for number, stored in captured_objects(entry):
        found.objects[stored.object_id] = (number, stored)
