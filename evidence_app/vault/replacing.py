"""Another key for a vault, after the old one may be in strange hands: everything is sealed and signed anew.

The vault with the new key is built whole in `new-key/` beside the old one, which is not touched. Then one
small file, `new-key/ready`, decides: before it the vault is the old one, after it the new one. What follows
are renames that need no key and are finished by whoever opens the vault next. The old parts go only when the
new vault has been opened. So at every moment one of the two keys opens everything.
Source: resources/formats/vault.md, "Another key".
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evidence_app import disk
from evidence_app.crypto import key_change
from evidence_app.crypto.age import Identity, encrypt, rewrap
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    IntegrityError,
    NewerFormatError,
    NotForYouError,
    NotOurFileError,
    StorageError,
    WrongPassphraseError,
)
from evidence_app.ledger import utc_text
from evidence_app.records import Progress, ProgressCall
from evidence_app.vault import acts_keys, database, drill, keys, layout
from evidence_app.vault.keys import Slot
from evidence_app.vault.locking import take_lock

if TYPE_CHECKING:
    from evidence_app.vault.vault import Vault

PARTS: Final = (layout.KEYS, layout.OBJECTS, layout.INTERRUPTED, layout.DRAFTS, layout.LEDGER)
"""What is of one key or the other. The record comes last: before it its log has to be out of the way."""
_BESIDE: Final = {
    layout.LEDGER: (f"{layout.LEDGER}-wal", f"{layout.LEDGER}-shm", f"{layout.LEDGER}-journal"),
    layout.DRAFTS: (layout.DRAFTS_NEW, layout.DRAFTS_DAMAGED),
}
_UNFINISHED: Final = ".unfinished"
_SAFE: Final = "The vault is as it was before; what was prepared is used when you try again."
_NOT_OURS: Final = (
    DamagedError,
    NotForYouError,
    NotOurFileError,
    NewerFormatError,
    WrongPassphraseError,
)


@dataclass
class _Job:
    """One replacement on its way."""

    vault: Vault
    identity: Identity
    folder: Path
    progress: ProgressCall | None
    total: int = 0
    done: int = 0
    left: list[str] = field(default_factory=list)

    def step(self, count: int) -> None:
        self.done += count
        if self.progress is not None:
            self.progress(Progress(min(self.done, self.total), self.total, "Sealing to the new key"))


def prepare(
    vault: Vault, secrets: Mapping[Slot, str], progress: ProgressCall | None = None
) -> Callable[[], None]:
    """Build the vault with another key; what was built by an earlier, interrupted run is used again.

    `secrets` open the new key slots (see `keys.seal_slot`); the passphrase is needed, and tells an earlier
    run of the same person. The vault may be in use meanwhile. Returns what has to be called to finish: it
    records the change, puts the new vault in the old one's place, and leaves `vault` closed. Raises
    `UserError` for a weak passphrase, `StorageError`, `StoppedError`; then the vault is as it was.
    """
    owner = vault.owner
    keys.check_passphrase(secrets[Slot.PASSPHRASE], (owner.name, owner.school))
    folder = vault.folder / layout.NEW_KEY
    with disk.explained(_SAFE):
        job = _Job(vault, _begin(folder, secrets[Slot.PASSPHRASE]), folder, progress)
        _write_keys(job, secrets)
        _bring_files(job, check_room=True)
    return lambda: _finish(job)


def complete(folder: Path) -> None:
    """Finish a replacement that was decided: renames only. Under the vault's lock. Raises `StorageError`."""
    new, old = folder / layout.NEW_KEY, folder / layout.OLD_KEY
    if not (new / layout.READY).is_file():
        return
    with disk.explained(
        "Both the old and the new files are there. It goes on when the vault is next opened."
    ):
        old.mkdir(mode=0o700, exist_ok=True)
        for part in PARTS:
            if not disk.exists(new / part):
                continue
            # What lies here is the old one's: the new one has not moved yet.
            for name in (*_BESIDE.get(part, ()), part):
                if disk.exists(folder / name):
                    (folder / name).replace(old / name)
            disk.sync_folder(old)
            (new / part).replace(folder / part)
            disk.sync_folder(folder)
        (new / layout.READY).unlink()
        disk.sync_folder(new)
        shutil.rmtree(new)
        disk.sync_folder(folder)


def forget_old(folder: Path) -> None:
    """The new key has opened the vault: the old parts go, the old key slots overwritten first. What the disk
    does not allow now is done at the next opening."""
    old = folder / layout.OLD_KEY
    with suppress(OSError):
        for path in (old / layout.KEYS).glob("*"):
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        shutil.rmtree(old)


def was_begun(folder: Path) -> bool:
    """Whether a replacement was begun here and not decided: the vault is the one of before."""
    return (folder / layout.NEW_KEY).is_dir()


# --- building ---------------------------------------------------------------------------------------------


def _begin(folder: Path, passphrase: str) -> Identity:
    """The new key: that of an interrupted run with the same passphrase, or a fresh one."""
    if (folder / layout.KEYS / Slot.PASSPHRASE.file_name).is_file():
        with suppress(EvidenceError):
            return keys.unlock(folder, Slot.PASSPHRASE, passphrase)
    if disk.exists(folder):
        shutil.rmtree(folder)
    identity = Identity.generate()
    folder.mkdir(mode=0o700)
    for name in (layout.KEYS, layout.OBJECTS, layout.INTERRUPTED):
        (folder / name).mkdir(mode=0o700)
    keys.put_slot(folder, Slot.PASSPHRASE, keys.seal_slot(identity, Slot.PASSPHRASE, passphrase))
    disk.sync_folder(folder.parent)
    return identity


def _write_keys(job: _Job, secrets: Mapping[Slot, str]) -> None:
    for slot, secret in secrets.items():
        if slot is not Slot.PASSPHRASE:
            keys.put_slot(job.folder, slot, keys.seal_slot(job.identity, slot, secret))
    # What others sealed to the old key, and what this vault received with it, must go on to open.
    text = "".join(f"{one.to_string()}\n" for one in job.vault.identities)
    sealed = encrypt(text.encode("ascii"), [job.identity.recipient])
    _write(job.folder / layout.FORMER, sealed)
    _write(job.folder / layout.LABEL, (job.vault.folder / layout.LABEL).read_bytes())


def _sources(job: _Job) -> Iterator[tuple[Path, Path]]:
    for name in (layout.OBJECTS, layout.INTERRUPTED):
        for path in sorted((job.vault.folder / name).rglob("*")):
            if path.is_file():
                yield path, job.folder / path.relative_to(job.vault.folder)


def _bring_files(job: _Job, *, check_room: bool = False) -> None:
    """Seal every file that is not there yet to the new key."""
    missing = [(source, out, source.stat().st_size) for source, out in _sources(job) if not out.exists()]
    job.total, job.done = sum(size for *_, size in missing), 0
    room = job.total + 2 * (job.vault.folder / layout.LEDGER).stat().st_size
    if check_room and shutil.disk_usage(job.folder).free < room:
        raise StorageError(
            f"There is not enough room: the vault is sealed anew beside the old one, and that takes "
            f"{room // 1_000_000 + 1} MB. Nothing was changed. Free some space and try again."
        )
    for source, out, _ in missing:
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # disposed of in this moment, or finished under its name
            _seal_file(job, source, out)
    if job.progress is not None:
        job.progress(Progress(0, 0, "Sealing to the new key"))


def _seal_file(job: _Job, source: Path, out: Path) -> None:
    """One file: whole or not at all, durable, read back and compared."""
    draft = out.with_name(out.name + _UNFINISHED)
    try:
        with source.open("rb") as reading, draft.open("wb") as writing:
            try:
                digest = rewrap(reading, writing, [job.vault.identity], [job.identity.recipient], job.step)
            except _NOT_OURS:
                # Damaged, or never this vault's: nothing opens it. It goes on as it is, and is named.
                reading.seek(0)
                writing.seek(0)
                writing.truncate()
                digest = _copied(reading.read, writing.write)
                job.left.append(source.name)
            writing.flush()
            os.fsync(writing.fileno())
        with draft.open("rb") as reading:
            written = _copied(reading.read, lambda _: None)
        if written != digest:
            raise IntegrityError(f"The disk gave back something else than what was written. {_SAFE}")
        times = source.stat()
        os.utime(draft, ns=(times.st_atime_ns, times.st_mtime_ns))
        draft.replace(out)
        disk.sync_folder(out.parent)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def _copied(read: Callable[[int], bytes], write: Callable[[bytes], object]) -> bytes:
    digest = sha256()
    while block := read(1024 * 1024):
        digest.update(block)
        write(block)
    return digest.digest()


def _write(out: Path, data: bytes) -> None:
    draft = out.with_name(out.name + _UNFINISHED)
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(out)
    disk.sync_folder(out.parent)


# --- deciding ---------------------------------------------------------------------------------------------


def _finish(job: _Job) -> None:
    vault = job.vault
    with vault.alone(), disk.explained(_SAFE):
        with vault.drafts.ending() as drafts:
            _bring_files(job)  # what came in meanwhile
            _forget_what_went(job)
            _write(job.folder / layout.DRAFTS, encrypt(drafts, [job.identity.recipient]))
            _write_record(job)
            _decide(job)
        vault.abandon()
    lock = take_lock(vault.folder)
    try:
        complete(vault.folder)
    finally:
        lock.release()


def _decide(job: _Job) -> None:
    """From here on the vault is the new one. Where the disk does not say whether that was taken, nothing more
    may be recorded under the old key: the next opening finds out."""
    ready = job.folder / layout.READY
    try:
        _write(ready, b"")
    except BaseException:
        try:
            ready.unlink(missing_ok=True)
            disk.sync_folder(job.folder)
        except OSError:
            job.vault.abandon()
        raise


def _forget_what_went(job: _Job) -> None:
    """What was disposed of, or set aside, since it was sealed to the new key."""
    wanted = {out for _, out in _sources(job)}
    for name in (layout.OBJECTS, layout.INTERRUPTED):
        for path in (job.folder / name).rglob("*"):
            if path.is_file() and path not in wanted:
                path.unlink()


def _write_record(job: _Job) -> None:
    """The record under its new key, with the change as its newest entry, signed by both keys."""
    vault, out = job.vault, job.folder / layout.LEDGER
    database.remove(out)
    vault.checkpoint()  # by the old key, up to the change
    size, link = vault.head
    old, new = (
        vault.identity.derive(layout.DATABASE_KEY_INFO),
        job.identity.derive(layout.DATABASE_KEY_INFO),
    )
    with vault.read.reading() as source, source.begin():
        database.settle(source)
        database.copy(source, out, old, lambda _done, _total: None)
    database.rekey(out, old, new)
    signing = SigningKey(job.identity.derive(layout.SIGNING_KEY_INFO))
    change = key_change.KeyChange(
        vault.label.vault_id,
        size,
        link,
        vault.signing_key.public_key,
        signing.public_key,
        job.identity.recipient.to_string(),
        utc_text(datetime.now(UTC)),
    )
    by_old, by_new = key_change.sign(change, vault.signing_key, signing)
    engine = database.open_engine(out, new)
    staged = type(vault)(job.folder, vault.label, job.identity, engine, None)
    try:
        staged.record(acts_keys.key_replaced(change, by_old, by_new, sorted(set(job.left))))
        staged.checkpoint()
        staged.flush()
    finally:
        staged.abandon()
    for name in _BESIDE[layout.LEDGER]:
        (job.folder / name).unlink(missing_ok=True)
    found = drill.head(out, job.identity, vault.label.vault_id, job.progress)
    if found.entries != size + 1:
        raise IntegrityError(f"The record was not carried over whole. {_SAFE}")
    with out.open("rb+") as file:
        os.fsync(file.fileno())
    disk.sync_folder(job.folder)
