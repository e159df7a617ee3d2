"""The vault check: recompute the chain, derive the index again, read and hash every object.

It repairs nothing and stops at nothing: everything that is wrong is named, everything else is still
looked at. The answer is itself an entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, exc, select, text

from evidence_app import ledger
from evidence_app.crypto import sshsig
from evidence_app.errors import EvidenceError, IntegrityError
from evidence_app.records import (
    CheckProblem,
    CheckReport,
    EntryKind,
    Progress,
    ProgressCall,
    StoredObject,
)
from evidence_app.vault import database, index, schema
from evidence_app.vault.acts import Act
from evidence_app.vault.layout import DATABASE_KEY_INFO
from evidence_app.vault.objects import BLOCK
from evidence_app.vault.vault import Vault

_BATCH = 1000
_FRESH = "index-check.part"
_MAX_NAMED = 100


@dataclass
class _Findings:
    """What was found so far; `say` keeps the person informed and may raise `StoppedError`."""

    progress: ProgressCall | None
    total: int
    done: int = 0
    problems: list[CheckProblem] = field(default_factory=list)

    def add(self, code: str, where: str, message: str) -> None:
        if len(self.problems) < _MAX_NAMED:
            self.problems.append(CheckProblem(code, where, message))

    def say(self, amount: int, words: str) -> None:
        self.done += amount
        if self.progress is not None:
            self.progress(Progress(self.done, self.total, words))


def check(vault: Vault, progress: ProgressCall | None = None) -> CheckReport:
    """Examine the whole vault and record the answer. Progress counts bytes of objects plus entries.

    Raises `StoppedError` when the person stops it (nothing is recorded then), `StorageError`.
    """
    size, _ = vault.head
    sizes = sum(stored.size for _, stored in vault.read.stored_objects())
    findings = _Findings(progress, total=sizes + size)
    link, checked = b"", 0
    try:
        with vault.read._reading() as connection:
            link = _check_chain(vault, connection, size, findings)
        _check_index(vault, size, findings)
    except exc.DBAPIError as error:
        findings.add("record-unreadable", "ledger.db", str(database.explain(error, "")))
    for number, stored in vault.read.stored_objects():
        _check_object(vault, number, stored, findings)
        checked += 1
    _check_strangers(vault, findings)
    vault.record(
        Act(
            EntryKind.VAULT_CHECKED,
            {
                "entries": size,
                "objects": checked,
                "problems": [{"code": one.code, "where": one.where} for one in findings.problems],
            },
        )
    )
    return CheckReport(
        entries=size,
        objects=checked,
        bytes_read=sizes,
        link=link.hex(),
        checked_at=datetime.now(UTC),
        problems=tuple(findings.problems),
    )


def _entry_rows(
    connection: Connection, size: int
) -> Iterator[tuple[int, bytes | None, bytes | None, bytes, bytes]]:
    table = schema.entries
    query = select(table).where(table.c.seq <= size).order_by(table.c.seq)
    for row in connection.execution_options(yield_per=_BATCH).execute(query):
        yield row.seq, row.body, row.salt, row.commitment, row.link


def _check_chain(vault: Vault, connection: Connection, size: int, findings: _Findings) -> bytes:
    """Recompute every commitment and link, and hold the signed checkpoints against them."""
    checkpoints = _checkpoints(vault, connection, findings)
    link = ledger.first_link(vault.label.vault_id)
    seen = 0
    for seq, body, salt, committed, stored_link in _entry_rows(connection, size):
        seen += 1
        where = f"entry {seq}"
        if seq != seen:
            findings.add("entry-missing", f"entry {seen}", f"Entry {seen} of the record is missing.")
            seen = seq
        if body is not None and salt is not None:
            try:
                if ledger.parse_entry(seq, salt, body).commitment != committed:
                    findings.add("entry-changed", where, f"Entry {seq} is not the one that was recorded.")
            except EvidenceError as error:
                findings.add("entry-changed", where, str(error))
        else:
            findings.add("entry-erased", where, f"The content of entry {seq} is gone.")
        link = ledger.next_link(link, committed)
        if link != stored_link:
            findings.add("link-broken", where, f"The chain of the record breaks at entry {seq}.")
            link = stored_link
        for promised in checkpoints.pop(seq, ()):
            if promised != link:
                findings.add(
                    "checkpoint-differs", where, f"The record up to entry {seq} differs from a signed one."
                )
        if seq % _BATCH == 0 or seq == size:
            findings.say(_BATCH if seq % _BATCH == 0 else seq % _BATCH, "Checking the record")
    if seen != size:
        findings.add("entry-missing", f"entry {seen + 1}", "The record ends too early.")
    for at in checkpoints:
        if at:
            findings.add(
                "record-shortened",
                f"entry {at}",
                f"The record once had {at} entries and is shorter now.",
            )
    return link


def _checkpoints(vault: Vault, connection: Connection, findings: _Findings) -> dict[int, list[bytes]]:
    promised: dict[int, list[bytes]] = {}
    table = schema.checkpoints
    for row in connection.execute(select(table).order_by(table.c.number)):
        where = f"checkpoint {row.number}"
        try:
            sshsig.verify(
                row.text,
                row.signature,
                ledger.CHECKPOINT_NAMESPACE,
                key=vault.signing_key.public_key,
            )
            checkpoint = ledger.parse_checkpoint(row.text)
            if checkpoint.vault_id != vault.label.vault_id:
                raise IntegrityError("It belongs to another vault.")
        except EvidenceError as error:
            findings.add("checkpoint-broken", where, f"A signed checkpoint does not check. {error}")
            continue
        promised.setdefault(checkpoint.size, []).append(checkpoint.link)
    return promised


def _check_index(vault: Vault, size: int, findings: _Findings) -> None:
    """Build the index again from the entries, in a throw-away encrypted database, and compare."""
    fresh_path = vault.folder / _FRESH
    key = vault.identity.derive(DATABASE_KEY_INFO)
    _remove(fresh_path)
    fresh = database.open_engine(fresh_path, key, durable=False)
    try:
        with (
            vault.read._reading() as source,
            database.writing(fresh) as target,
            target.begin(),
        ):
            schema.INDEX.create_all(target)
            for seq, body, salt, _, _ in _entry_rows(source, size):
                if body is None or salt is None:
                    continue
                try:
                    index.apply(target, ledger.parse_entry(seq, salt, body))
                except EvidenceError:
                    continue  # the chain check has named it
                if seq % _BATCH == 0:
                    findings.say(0, "Checking the index")
        fresh.dispose()
        with vault.read._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            if raw is None:
                raise IntegrityError("The vault's record is closed.")
            raw.cursor().execute("ATTACH DATABASE ? AS fresh KEY ?", (str(fresh_path), f"x'{key.hex()}'"))
            try:
                _compare(connection, findings)
                connection.rollback()
            finally:
                raw.cursor().execute("DETACH DATABASE fresh")
    finally:
        fresh.dispose()
        _remove(fresh_path)


def _compare(connection: Connection, findings: _Findings) -> None:
    for table in schema.INDEX.sorted_tables:
        name = table.name
        for one, other, what in (("main", "fresh", "too much"), ("fresh", "main", "missing")):
            # Names come from our own schema; there is nothing to bind.
            query = f"SELECT * FROM {one}.{name} EXCEPT SELECT * FROM {other}.{name} LIMIT 1"  # noqa: S608
            if connection.execute(text(query)).first() is not None:
                findings.add(
                    "index-differs",
                    f"table {name}",
                    f"The list of {name} does not match the record (something is {what}). "
                    "The record itself is what counts.",
                )
                break


def _check_object(vault: Vault, number: str, stored: StoredObject, findings: _Findings) -> None:
    digest, size = sha256(), 0
    try:
        with vault.objects.open(stored.object_id) as reader:
            while block := reader.read(BLOCK):
                digest.update(block)
                size += len(block)
                findings.say(len(block), "Reading the sealed files")
    except IntegrityError as error:
        findings.add("object-damaged", number, f"The sealed file of {number} cannot be read. {error}")
        return
    except OSError as error:
        findings.add("object-unreadable", number, f"The sealed file of {number}: {error.strerror}.")
        return
    if size != stored.size or digest.hexdigest() != stored.sha256:
        findings.add("object-changed", number, f"The sealed file of {number} is not the one recorded.")


def _check_strangers(vault: Vault, findings: _Findings) -> None:
    known = {stored.object_id for _, stored in vault.read.stored_objects()}
    for object_id in vault.objects.ids():
        if object_id not in known:
            findings.add(
                "object-unknown",
                object_id,
                f"The file {object_id} is not in the record. It is entered when the vault is next opened.",
            )
    for path in vault.objects.unfinished():
        findings.add("object-unfinished", path.name, f"The file {path.name} was left by an interruption.")
    with suppress(OSError):
        for path in vault.folder.glob("*.part"):
            findings.add("stray-file", path.name, f"The file {path.name} does not belong in a vault.")


def _remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
