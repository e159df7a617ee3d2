"""The open vault: create, unlock, record, lock.

There is one way to write, `Vault.record`: it appends the entry and brings the index up to date in one
transaction. Nothing else changes state, so there is nothing to forget to log.
"""

from __future__ import annotations

import os
import platform
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from secrets import token_bytes
from typing import Self
from uuid import UUID, uuid4

from filelock import FileLock
from sqlalchemy import Engine, exc, insert

from evidence_app import disk, ledger
from evidence_app.crypto.age import Identity
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.crypto.words import recovery_words
from evidence_app.errors import (
    EvidenceError,
    IntegrityError,
    StorageError,
    UsageError,
    UserError,
)
from evidence_app.records import (
    Checkpoint,
    Entry,
    EntryKind,
    Owner,
    Role,
    SignedCheckpoint,
    VaultLabel,
    Why,
)
from evidence_app.vault import (
    acts,
    database,
    decode,
    disposal,
    index,
    keys,
    layout,
    numbering,
    recovery,
    schema,
)
from evidence_app.vault.acts import Act
from evidence_app.vault.acts_safeguards import exhibit_locked_away
from evidence_app.vault.drafts import TAKES_AWAY, Drafts
from evidence_app.vault.following import Following
from evidence_app.vault.keys import Slot
from evidence_app.vault.locking import take_lock
from evidence_app.vault.numbering import initials_of
from evidence_app.vault.objects import ObjectStore
from evidence_app.vault.originals import Originals
from evidence_app.vault.queries import Queries

_BRING_IN = {
    EntryKind.EXHIBIT_CAPTURED,
    EntryKind.EXHIBIT_IMPORTED,
    EntryKind.EXHIBIT_EXAMINED,
    EntryKind.EXHIBIT_RECEIVED,
}
_CHECKPOINT_EVERY = timedelta(hours=24)
_SAFE = "Nothing was added, and what the vault already holds is safe."
_UNCERTAIN = "What the vault already holds is safe; whether this was added is seen when it is next opened."


def create(folder: Path, *, name: str, role: Role, school: str, passphrase: str) -> tuple[Vault, str]:
    """Make a vault at `folder` and open it; also returns the twelve recovery words, shown once.

    Made beside its place and renamed when it is whole, so there is never half a vault. Raises
    `UsageError` where the folder exists, `UserError` for a weak passphrase, `StorageError`.
    """
    owner = Owner(
        name=acts.line(name, "name"),
        role=role,
        school=acts.line(school, "school") if school.strip() else "",
        initials=initials_of(name),
    )
    keys.check_passphrase(passphrase)
    if disk.exists(folder):
        raise UsageError(f"There is already something at {folder}. Nothing was changed. Choose a new name.")
    words = " ".join(recovery_words())
    identity = Identity.generate()
    with disk.explained("No vault was made, and nothing else was changed."):
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = folder.parent / f".{folder.name}.{token_bytes(4).hex()}.part"
        draft.mkdir(mode=0o700)
        try:
            vault_id = uuid4()
            _furnish(draft, vault_id, owner, identity, {Slot.PASSPHRASE: passphrase, Slot.RECOVERY: words})
            draft.rename(folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        try:
            disk.sync_folder(folder.parent)
            return Vault.open(folder, identity, slot=Slot.PASSPHRASE), words
        except BaseException:
            # Nobody has seen the recovery words: an empty vault without them must not stay behind.
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _furnish(
    folder: Path, vault_id: UUID, owner: Owner, identity: Identity, secrets: dict[Slot, str]
) -> None:
    (folder / layout.OBJECTS).mkdir(mode=0o700)
    keys.write_slots(folder, identity, secrets)
    with (folder / layout.LABEL).open("xb") as file:
        file.write(layout.label_bytes(vault_id))
        file.flush()
        os.fsync(file.fileno())
    engine = database.open_engine(folder / layout.LEDGER, identity.derive(layout.DATABASE_KEY_INFO))
    vault = None
    try:
        database.create_tables(engine)
        vault = Vault(folder, VaultLabel(str(folder), str(vault_id)), identity, engine, None)
        signing = SigningKey(identity.derive(layout.SIGNING_KEY_INFO))
        vault.record(
            acts.vault_created(
                str(vault_id), owner, signing.public_key, identity.recipient.to_string(), layout.FORMAT
            ),
            by=owner.name,
        )
        vault.flush()
    except exc.DBAPIError as error:
        raise database.explain(error, "No vault was made, and nothing else was changed.") from error
    finally:
        # Every connection has to be gone before the folder gets its name.
        if vault is not None:
            vault.abandon()
        engine.dispose()
    disk.sync_folder(folder)


class Vault(Originals, Following):
    """An open vault. Its methods may be called from any thread; writing is one at a time."""

    def __init__(
        self,
        folder: Path,
        label: VaultLabel,
        identity: Identity,
        engine: Engine,
        lock: FileLock | None,
    ) -> None:
        self.folder = folder
        self.label = label
        self.identity = identity
        self.signing_key = SigningKey(identity.derive(layout.SIGNING_KEY_INFO))
        self.read = Queries(engine, self.catch_up)
        self.objects = ObjectStore(folder, identity, self.read.allow_object)
        self.drafts = Drafts(folder, identity)
        self._engine = engine
        self._lock_file = lock
        self._writing = threading.RLock()
        self._writer = database.writing(engine)
        self._head: tuple[int, bytes] | None = None
        self._owner: Owner | None = None
        self._checkpointed: datetime | None = None
        self._suspect = False
        self._may_come_back = False
        self._closed = False

    # --- opening and locking ---------------------------------------------------------------------

    @classmethod
    def open(cls, folder: Path, identity: Identity, *, slot: Slot) -> Vault:
        """Open a vault with its identity (see `unlock`), and put right what an interruption left.

        Raises `VaultBusyError`, `NotOurFileError`, `NewerFormatError`, `IntegrityError`,
        `DamagedError`, `StorageError`.
        """
        label = layout.read_label(folder)
        lock = take_lock(folder)
        engine = vault = None
        try:
            if not (folder / layout.LEDGER).is_file():
                raise IntegrityError(
                    "The vault's record, ledger.db, is missing. The sealed files beside it are not "
                    "touched. Do not delete anything; put the record back from a backup."
                )
            engine = database.open_engine(folder / layout.LEDGER, identity.derive(layout.DATABASE_KEY_INFO))
            vault = cls(folder, label, identity, engine, lock)
            vault._begin_session(slot)
        except BaseException as error:
            if vault is not None:
                vault.abandon()
            elif engine is not None:
                engine.dispose()
            lock.release()
            if isinstance(error, exc.DBAPIError):
                raise database.explain(error, "Nothing was changed.") from error
            raise
        return vault

    def _begin_session(self, slot: Slot) -> None:
        created = self.read.entry(1)
        if created.kind is not EntryKind.VAULT_CREATED or created.data.get("vault") != self.label.vault_id:
            raise IntegrityError(
                "The label of this vault, vault.json, does not belong to its record. "
                "The sealed files are not touched. Put vault.json back from a backup."
            )
        # Left by a check that was killed: it holds the words of the index of then.
        with disk.explained("Nothing was changed."):
            database.remove(self.folder / layout.INDEX_CHECK)
        with self._writer.begin():
            index.complete(self._writer)
        # A disposal that could not be finished must not keep the vault from opening; it goes on at the lock.
        with suppress(StorageError, IntegrityError):
            disposal.finish(self)
        recovery.recover(self)
        self.record(Act(EntryKind.VAULT_UNLOCKED, {"slot": slot.value}))
        with suppress(IntegrityError):  # the vault check names a checkpoint that cannot be read
            latest = self.read.latest_checkpoint()
            self._checkpointed = None if latest is None else latest.checkpoint.time
        self._checkpoint_when_due()

    def _checkpoint_when_due(self) -> None:
        """A signed checkpoint every day, also of a vault that is never locked."""
        last, now = self._checkpointed, datetime.now(UTC)
        if last is None or abs(now - last) > _CHECKPOINT_EVERY:
            self.checkpoint()

    def close(self) -> None:
        """Lock: the last entry, a signed checkpoint, and everything folded into one file."""
        with self._writing:
            if self._closed:
                return
            try:
                if self._suspect:
                    recovery.recover(self)
                with suppress(StorageError, IntegrityError):
                    disposal.finish(self)
                self.record(Act(EntryKind.VAULT_LOCKED, {}))
                self.checkpoint()
                self.flush()
            finally:
                self.abandon()

    def abandon(self) -> None:
        """Close without writing, for a vault whose disk or record failed."""
        with self._writing:
            if not self._closed:
                self._closed = True
                self.read.close()
                try:
                    with suppress(exc.DBAPIError):
                        self._writer.close()
                    self._engine.dispose()
                finally:
                    if self._lock_file is not None:
                        self._lock_file.release()

    def flush(self) -> None:
        """Fold the write-ahead log into the database file (also before a backup); raises `StorageError`."""
        with self._writing:
            database.outside_transactions(self._writer, "PRAGMA wal_checkpoint(TRUNCATE)")

    def scrub(self) -> None:
        """Write the database anew without a free page, and empty its log: what was erased is in neither.

        Raises `StorageError`, also where something else is reading at the moment.
        """
        with self._writing:
            database.scrub(self._writer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            self.close()
            return
        try:
            self.close()
        except EvidenceError:
            # The first error is the one the person has to see.
            self.abandon()

    # --- writing ---------------------------------------------------------------------------------

    @property
    def owner(self) -> Owner:
        """Whose vault this is, from its first entry."""
        if self._owner is None:
            self._owner = decode.owner(self.read.entry(1))
        return self._owner

    @property
    def head(self) -> tuple[int, bytes]:
        """Number and link (32 bytes) of the newest entry; (0, link_0) for an empty record."""
        with self._writing:
            if self._head is None:
                self._head = self.read.head() or (0, ledger.first_link(self.label.vault_id))
            return self._head

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nothing else is recorded meanwhile: for a look at the record that decides what is recorded next."""
        with self._writing:
            yield

    def record(self, act: Act, *, by: str | None = None) -> Entry:
        """Append one act, durable on return."""
        return self.record_all([act], by=by)[0]

    def record_all(self, wanted: Iterable[Act], *, by: str | None = None) -> list[Entry]:
        """Append acts in one transaction, and what follows from them: all or none, durable on return.

        Raises `UsageError` for an incident or exhibit that does not exist, `StorageError`.
        """
        with self._writing:
            if self._closed:
                raise UserError("The vault is locked. Nothing was changed. Unlock it and try again.")
            person = self.owner.name if by is None else by
            seq, link = self.head
            written: list[Entry] = []
            try:
                with self._writer.begin():
                    for act in chain(wanted, self._following(written)):
                        seq += 1
                        body = ledger.encode_body(
                            seq,
                            act.kind,
                            datetime.now(UTC),
                            person,
                            platform.node(),
                            numbering.complete(act, lambda: self.owner.initials, self.read, self._writer),
                        )
                        salt = token_bytes(ledger.SALT_BYTES)
                        link = ledger.next_link(link, ledger.commitment(salt, body))
                        entry = ledger.parse_entry(seq, salt, body, link)
                        self._writer.execute(
                            insert(schema.entries).values(
                                seq=seq, body=body, salt=salt, commitment=entry.commitment, link=link
                            )
                        )
                        index.apply(self._writer, entry)
                        disposal.erase_bodies(self._writer, entry)
                        written.append(entry)
            except BaseException as error:
                self._head = None
                # A finished object may now be without an entry: recovered when the vault locks.
                self._suspect = True
                if isinstance(error, exc.DBAPIError):
                    raise database.explain(error, self._after(error)) from error
                raise
            self._head, self._may_come_back = (seq, link), False
            if any(entry.kind in TAKES_AWAY for entry in written):
                self.drafts.forget(self.is_gone)
            if self._checkpointed is not None:
                # The acts are durable whatever becomes of the checkpoint; the next act tries again.
                with suppress(EvidenceError):
                    self._checkpoint_when_due()
            return written

    def _after(self, error: exc.DBAPIError) -> str:
        """What is safe after acts failed: a word too much would be untrue."""
        self._may_come_back = database.may_come_back(error)
        with suppress(StorageError):
            self.surely_named()
        return _UNCERTAIN if self._may_come_back else _SAFE

    def surely_named(self) -> set[str]:
        """The ids of the objects that the record names; `StorageError` where it may come to name others."""
        with self._writing:
            if self._may_come_back:
                database.empty_log(self._writer)
                self._may_come_back = False
            return self.read.object_ids()

    def _following(self, written: Sequence[Entry]) -> Iterator[Act]:
        """What follows from acts, in their transaction: what came in with bytes that are locked away already
        is locked away too, however it came."""
        if any(one.kind in _BRING_IN for one in written):
            for name in self.read.to_lock_on(self._writer):
                yield exhibit_locked_away(name, Why.SAME_BYTES)

    def checkpoint(self) -> SignedCheckpoint:
        """Sign the size and head of the record as they are now, and keep the checkpoint."""
        with self._writing:
            size, link = self.head
            checkpoint = Checkpoint(self.label.vault_id, size, link, datetime.now(UTC))
            text = ledger.encode_checkpoint(checkpoint)
            signature = self.signing_key.sign(text, ledger.CHECKPOINT_NAMESPACE)
            try:
                with self._writer.begin():
                    self._writer.execute(insert(schema.checkpoints).values(text=text, signature=signature))
            except exc.DBAPIError as error:
                raise database.explain(error, _SAFE) from error
            self._checkpointed = checkpoint.time
            return SignedCheckpoint(ledger.parse_checkpoint(text), text, signature)


def unlock(folder: Path, secret: str, slot: Slot = Slot.PASSPHRASE) -> Vault:
    """Open a vault with a passphrase or the recovery words. About a second: scrypt is meant to cost.

    Raises what `keys.unlock` and `Vault.open` raise; whether the vault is open elsewhere is looked
    at before the costly part.
    """
    layout.read_label(folder)
    take_lock(folder).release()
    return Vault.open(folder, keys.unlock(folder, slot, secret), slot=slot)
