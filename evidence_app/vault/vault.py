"""The open vault: create, unlock, lock. How it is written is `recording`, how it is read `queries`."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes
from typing import Self
from uuid import UUID, uuid4

from filelock import FileLock
from sqlalchemy import Engine, exc

from evidence_app import disk
from evidence_app.crypto.age import Identity
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.crypto.words import recovery_words
from evidence_app.errors import (
    EvidenceError,
    IntegrityError,
    StorageError,
    UsageError,
    WrongPassphraseError,
)
from evidence_app.records import (
    EntryKind,
    Owner,
    Role,
    VaultLabel,
)
from evidence_app.vault import (
    acts,
    acts_keys,
    attempts,
    database,
    disposal,
    index,
    keys,
    layout,
    recovery,
    replacing,
)
from evidence_app.vault.acts import Act
from evidence_app.vault.drafts import Drafts
from evidence_app.vault.following import Following
from evidence_app.vault.keys import Slot
from evidence_app.vault.locking import give_back, take_lock
from evidence_app.vault.objects import ObjectStore
from evidence_app.vault.queries import Queries
from evidence_app.vault.recording import Recording


def initials_of(name: str) -> str:
    """Three letters for exhibit numbers, X where there is no middle name: `Pat Sample` is `PXS`."""
    titles = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir"}
    words = [word for word in name.replace("-", " ").split() if word.lower().strip(".") not in titles]
    letters = [word[0].upper() for word in words if word[0].isascii() and word[0].isalpha()]
    first, last = (letters[0], letters[-1]) if letters else ("X", "X")
    middle = letters[1] if len(letters) > 2 else "X"
    return f"{first}{middle}{last if len(letters) > 1 else 'X'}"


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
    keys.check_passphrase(passphrase, (owner.name, owner.school))
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


class Vault(Recording, Following):
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
        self.identities = (identity, *keys.former(folder, identity))
        """What opens a bundle that was sealed for this vault: its key, and those that it had before."""
        self.signing_key = SigningKey(identity.derive(layout.SIGNING_KEY_INFO))
        self.read = Queries(engine, self.catch_up)
        self.objects = ObjectStore(folder, identity, self.read.allow_object, self.identities[1:])
        self.drafts = Drafts(folder, identity)
        self._engine = engine
        self._lock_file = lock
        self._writing = threading.RLock()
        self._writer = database.writing(engine)
        self._head: tuple[int, bytes] | None = None
        self.at_lock: Callable[[Vault], None] | None = None
        """Called once it is locked, with its last head still known."""

    def own_keys(self) -> tuple[bytes, ...]:
        """The public signing keys of this vault, each 32 bytes: its present one first, then former ones."""
        return tuple(SigningKey(one.derive(layout.SIGNING_KEY_INFO)).public_key for one in self.identities)

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
            replacing.complete(folder)
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
            give_back(lock)
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
        self.record(acts_keys.unlocked(slot, attempts.read(self.folder)))
        attempts.clear(self.folder)
        replacing.forget_old(self.folder)
        with suppress(IntegrityError):  # the vault check names a checkpoint that cannot be read
            latest = self.read.latest_checkpoint()
            self._checkpointed = None if latest is None else latest.checkpoint.time
        self._checkpoint_when_due()

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
        if self.at_lock is not None:
            self.at_lock(self)

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
                        give_back(self._lock_file)

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


def unlock(folder: Path, secret: str, slot: Slot = Slot.PASSPHRASE) -> Vault:
    """Open a vault with a passphrase, the recovery words or the school's key file (see `Slot`). About a
    second: scrypt is meant to cost.

    Raises what `keys.unlock` and `Vault.open` raise, and `TooSoonError` after failed tries, which are counted
    under the vault's lock, so that several programs cannot try side by side.
    """
    layout.read_label(folder)
    lock = take_lock(folder)
    try:
        replacing.complete(folder)
        attempts.hold_back(folder)
        identity = keys.unlock(folder, slot, secret)
    except WrongPassphraseError as error:
        raise attempts.add(folder, error) from error
    finally:
        give_back(lock)
    return Vault.open(folder, identity, slot=slot)
