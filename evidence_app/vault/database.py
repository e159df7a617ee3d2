"""The SQLCipher database `ledger.db`: connections, key, pragmas.

SQLAlchemy's own `pysqlcipher` dialect crashes with several threads under its default pool, so the
plain SQLite dialect runs on sqlcipher3's module with a `creator` of ours and a QueuePool.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from evidence_app.errors import DamagedError, StorageError
from evidence_app.vault.schema import INDEX, RECORD, TRIGGERS
from evidence_app.vault.schema_search import make_words

_CACHE_KIB = 16 * 1024
_COPY_PAGES = 2048
# What SQLite says of a code; its backup raises without the code itself.
_SAID = {
    "database or disk is full": sqlcipher.SQLITE_FULL,
    "attempt to write a readonly database": sqlcipher.SQLITE_READONLY,
    "unable to open database file": sqlcipher.SQLITE_CANTOPEN,
    "disk I/O error": sqlcipher.SQLITE_IOERR,
    "database is locked": sqlcipher.SQLITE_BUSY,
    "out of memory": sqlcipher.SQLITE_NOMEM,
}


def open_engine(path: Path, key: bytes, *, durable: bool = True) -> Engine:
    """An engine on the encrypted database at `path`; `key` is 32 raw bytes.

    `durable` off is for throw-away databases only (a rebuilt index to compare with).
    """
    return create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        hide_parameters=True,  # what was stated has no place in an error report
        creator=_creator(path, key, durable=durable),
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=4,
    ).execution_options()


def _connect(name: str, **options: Any) -> Any:
    """A connection, its key not given yet. SQLCipher itself would tell of damage on standard error."""
    connection = sqlcipher.connect(name, **options)
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    return connection


def _creator(path: Path, key: bytes, *, durable: bool) -> Callable[[], Any]:
    if len(key) != 32:
        raise ValueError("the database key is 32 bytes long")

    def connect() -> Any:
        connection = _connect(str(path), check_same_thread=False, timeout=10)
        # Transactions are begun by `_begin` below, never by the module's own guessing.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"PRAGMA key = \"x'{key.hex()}'\"",
            "PRAGMA temp_store = MEMORY",  # no plaintext spills to temporary files
            f"PRAGMA cache_size = -{_CACHE_KIB}",
            f"PRAGMA journal_mode = {'WAL' if durable else 'MEMORY'}",
            f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}",
            "PRAGMA foreign_keys = ON",
            "PRAGMA recursive_triggers = ON",  # else INSERT OR REPLACE gets round the delete triggers
            "PRAGMA secure_delete = ON",
            "PRAGMA trusted_schema = OFF",
        ):
            cursor.execute(pragma)
        cursor.close()
        return connection

    return connect


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get("evidence_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def open_reading(path: Path, key: bytes) -> Engine:
    """Only reads a database that nothing writes to meanwhile, and leaves no file beside it."""

    def connect() -> Any:
        connection = _connect(f"{path.resolve().as_uri()}?immutable=1", uri=True, check_same_thread=False)
        connection.isolation_level = None
        for pragma in (f"PRAGMA key = \"x'{key.hex()}'\"", "PRAGMA temp_store = MEMORY"):
            connection.execute(pragma)
        return connection

    return create_engine(
        "sqlite+pysqlite://", module=sqlcipher, hide_parameters=True, creator=connect, poolclass=NullPool
    )


def is_sound(connection: Connection) -> bool:
    """Whether every page of the database is as it was written, and the pages fit together."""
    return not connection.exec_driver_sql("PRAGMA cipher_integrity_check").all() and (
        connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"
    )


def settle(connection: Connection) -> None:
    """What a transaction sees is settled by the first thing that it reads: this."""
    connection.exec_driver_sql("SELECT 1 FROM entries LIMIT 1").all()


def copy(source: Connection, out: Path, key: bytes, step: Callable[[int, int], None]) -> None:
    """Copy what the transaction of `source` sees to a new database under the same key, in one file.

    `step` gets pages done and pages in all, and may raise. Raises what `explain` gives.
    """
    raw = source.connection.dbapi_connection
    if raw is None:
        raise ValueError("the connection is closed")

    def stepped(_status: int, remaining: int, total: int) -> None:
        step(total - remaining, total)

    try:
        with closing(_connect(str(out))) as target:
            target.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            raw.backup(target, pages=_COPY_PAGES, progress=stepped)
            # A log beside the file would be part of it: this one has to be whole by itself.
            target.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlcipher.Error as error:
        raise explain(error, "What the vault holds is safe.") from error


def rekey(path: Path, old: bytes, new: bytes) -> None:
    """Encrypt a database that nobody has open anew, under another raw key of 32 bytes; one file on return.

    Raises what `explain` gives; then the file is of no use.
    """
    try:
        with closing(sqlcipher.connect(str(path), isolation_level=None)) as connection:
            connection.execute(f"PRAGMA key = \"x'{old.hex()}'\"")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
            connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"").fetchall()
        with closing(sqlcipher.connect(str(path))) as connection:
            connection.execute(f"PRAGMA key = \"x'{new.hex()}'\"")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlcipher.Error as error:
        raise explain(error, "The vault is as it was before.") from error


def create_tables(engine: Engine) -> None:
    """All tables and triggers of a new vault."""
    with writing(engine) as connection, connection.begin():
        RECORD.create_all(connection)
        INDEX.create_all(connection)
        make_words(connection)
        for trigger in TRIGGERS:
            connection.exec_driver_sql(trigger)


def writing(engine: Engine) -> Connection:
    """A connection whose transactions take the write lock at their start."""
    return engine.connect().execution_options(evidence_write=True)


def outside_transactions(connection: Connection, statement: str, *values: str) -> None:
    """Run a statement that SQLite does not allow inside a transaction; raises what `explain` gives."""
    raw = connection.connection.dbapi_connection
    try:
        if raw is not None:
            raw.cursor().execute(statement, values).fetchall()
    except sqlcipher.Error as error:
        raise explain(error, "What the vault holds is safe.") from error


def attach(connection: Connection, path: Path, name: str, key: bytes) -> None:
    """Let a connection see another encrypted database too, as `name`; `key` is 32 raw bytes."""
    outside_transactions(
        connection,
        f"ATTACH DATABASE ? AS {name} KEY ?",
        str(path),
        f"x'{key.hex()}'",
    )


def remove(path: Path) -> None:
    """Remove a throw-away database with all that lies beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def scrub(connection: Connection) -> None:
    """Rebuild the database into whole pages and truncate the log to nothing; raises `StorageError`.

    `secure_delete` has overwritten what was erased; this leaves no page of before at all.
    """
    outside_transactions(connection, "VACUUM")
    empty_log(connection)


def empty_log(connection: Connection) -> None:
    """Fold the log into the database and truncate it to nothing; raises `StorageError`, also where something
    else is reading at the moment."""
    raw = connection.connection.dbapi_connection
    if raw is None:
        return
    try:
        busy, *_ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlcipher.Error as error:
        raise explain(error, "What the vault holds is safe.") from error
    if busy:
        raise StorageError(
            "The vault's record is being read at this moment, so its log could not be emptied. "
            "What the vault holds is safe. It is done when the vault is locked or next opened."
        )


def may_come_back(error: Exception) -> bool:
    """Whether a transaction that failed may count all the same when the database is next opened: where only
    making it durable failed, it can stand whole in the log (sqlite.org/wal.html, "Recovery")."""
    return bool(_code(error) == sqlcipher.SQLITE_IOERR)


def is_corrupt(error: Exception) -> bool:
    """Whether a statement failed because what it read does not fit together; it may be only what FTS5 keeps
    for the search."""
    return bool(_code(error) == sqlcipher.SQLITE_CORRUPT)


def _code(error: Exception) -> int:
    """The primary result code, see sqlite.org/rescode.html."""
    error = getattr(error, "orig", error)
    if isinstance(error, MemoryError):  # what the driver makes of SQLITE_NOMEM
        return int(sqlcipher.SQLITE_NOMEM)
    found = getattr(error, "sqlite_errorcode", None)
    if found is None and len(error.args) == 1:
        found = _SAID.get(error.args[0])
    return int((found or 0) & 0xFF)


def explain(error: Exception, what_is_safe: str) -> StorageError | DamagedError:
    """What a failed statement means to a person; `error` is SQLAlchemy's or the driver's own."""
    # By the code alone: a text could quote what was being written.
    match _code(error):
        case sqlcipher.SQLITE_FULL:
            return StorageError(f"The disk is full. {what_is_safe} Free some space and try again.")
        case sqlcipher.SQLITE_READONLY | sqlcipher.SQLITE_CANTOPEN | sqlcipher.SQLITE_PERM:
            return StorageError(
                f"The vault's folder does not allow writing. {what_is_safe} "
                "Check the disk, or ask your IT lead for permission."
            )
        case sqlcipher.SQLITE_IOERR:
            return StorageError(
                f"The disk did not accept the data; it may be full. {what_is_safe} "
                "Check the disk and its free space and try again."
            )
        case sqlcipher.SQLITE_BUSY | sqlcipher.SQLITE_LOCKED:
            return StorageError(
                f"Another program is using the vault's record. {what_is_safe} "
                "Wait for a backup or virus scan to end and try again."
            )
        case sqlcipher.SQLITE_NOMEM:
            return StorageError(
                f"There is not enough free memory, or the disk has gone away. {what_is_safe} Check the disk, "
                "close other programs and try again."
            )
    return DamagedError(
        "The vault's record is damaged and cannot be read here. The sealed files beside it are not "
        "touched. Do not delete anything; put the vault back from a backup, or ask for help."
    )
