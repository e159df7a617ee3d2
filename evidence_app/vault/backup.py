"""A second copy of a vault in another place: as encrypted as the vault itself, whole at every moment.

A backup has the layout of a vault (resources/formats/vault.md, "Backup"). Sealed files never change, so only
new ones are copied; the record comes last and under its own name only when it is whole, so a backup that was
stopped or cut off is still the one of before. What is locked away is left out, what was disposed of goes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from evidence_app import disk
from evidence_app.errors import DamagedError, IntegrityError, NotOurFileError, UsageError
from evidence_app.records import BackupReport, EntryKind, Progress, ProgressCall
from evidence_app.vault import database, drill, keys, layout
from evidence_app.vault.acts import Act
from evidence_app.vault.keys import Slot
from evidence_app.vault.objects import BLOCK, ObjectStore
from evidence_app.vault.vault import Vault

_SAFE = "Your vault is not touched, and what the backup held before is still good."
_UNFINISHED = ".part"
_BEGUN = {layout.LABEL + _UNFINISHED}
"""All that lies in a folder whose first backup was cut off before it had a label."""


def back_up(vault: Vault, folder: Path, progress: ProgressCall | None = None) -> BackupReport:
    """Bring the backup at `folder` up to date, or begin one; durable on return, and an entry of the record.

    The vault may be in use meanwhile. Every new file is read back and compared. Raises `UsageError` for a
    folder that holds something else, `IntegrityError` for a backup that is not of an earlier state of this
    vault, `StorageError`, `StoppedError` (what was copied by then stays and need not be copied again).
    """
    _check_place(vault, folder)
    with disk.explained(_SAFE):
        _begin(vault, folder)
        record = folder / (layout.LEDGER + _UNFINISHED)
        database.remove(record)
        try:
            objects = _copy_record(vault, record, progress)
            report = _bring_objects(vault, folder, objects, progress)
            found = drill.head(record, vault.identity, vault.label.vault_id, progress)
            _put_in_place(vault, folder, record)
        finally:
            with suppress(OSError):
                database.remove(record)
        _remove_what_is_gone(vault, folder)
    report = replace(report, entries=found.entries, link=found.link)
    vault.record(
        Act(
            EntryKind.VAULT_BACKED_UP,
            {
                "place": str(folder),
                "entries": report.entries,
                "link": report.link,
                "objects": report.objects,
                "left_out": report.left_out,
                "missing": list(report.missing),
            },
        )
    )
    return report


def restore(
    folder: Path,
    target: Path,
    secret: str,
    slot: Slot = Slot.PASSPHRASE,
    progress: ProgressCall | None = None,
) -> tuple[Vault, BackupReport]:
    """Make a vault at `target` from the backup at `folder`, and open it; the backup is not changed.

    The record and every sealed file are checked in the backup first (`drill.drill`). Raises what that and
    `keys.unlock` raise, `UsageError` where `target` exists, `NotOurFileError` for no (whole) backup,
    `StorageError`, `StoppedError`; then there is nothing at `target`.
    """
    if disk.exists(target):
        raise UsageError(f"There is already something at {target}. Nothing was changed. Choose a new name.")
    layout.read_label(folder)
    identity = keys.unlock(folder, slot, secret)
    report = drill.drill(folder, identity, progress)
    with disk.explained("Nothing was restored, and the backup is not touched."):
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.parent / f".{target.name}.{token_bytes(4).hex()}.part"
        draft.mkdir(mode=0o700)
        try:
            _copy_all(folder, draft, progress)
            draft.rename(target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        with suppress(OSError):
            disk.sync_folder(target.parent)
    vault = None
    try:
        vault = Vault.open(target, identity, slot=slot)
        data = {"entries": report.entries, "link": report.link, "left_out": report.left_out}
        vault.record(Act(EntryKind.VAULT_RESTORED, data))
    except BaseException:
        if vault is not None:
            vault.abandon()
        shutil.rmtree(target, ignore_errors=True)  # a copy, made a moment ago; the backup has it all
        raise
    return vault, report


# --- the place --------------------------------------------------------------------------------------


def _check_place(vault: Vault, folder: Path) -> None:
    own, place = vault.folder.resolve(), folder.resolve()
    if place == own or own in place.parents or place in own.parents:
        raise UsageError(
            "A backup inside the vault, or around it, would be lost with it. Nothing was changed. "
            "Choose a folder on another disk."
        )
    if not disk.exists(folder) or (disk.is_folder(folder) and _names(folder) <= _BEGUN):
        return
    try:
        label = layout.read_label(folder)
    except NotOurFileError as error:
        raise UsageError(
            f"There is something else at {folder}. Nothing was changed. Choose a new or an empty folder."
        ) from error
    if label.vault_id != vault.label.vault_id:
        raise UsageError(
            f"The backup at {folder} is of another vault. Nothing was changed. Choose another folder."
        )
    if disk.exists(folder / layout.LOCK):
        raise UsageError(
            f"The folder {folder} is a vault that was in use itself. Nothing was changed. "
            "Choose another folder."
        )
    if not disk.exists(folder / layout.LEDGER):
        return  # one that was stopped before it was ever whole
    held = _newest(vault, folder)
    if held is None or vault.read.link(held[0]) != held[1]:
        raise IntegrityError(
            f"The backup at {folder} holds entries that this vault does not have: this vault may be an old "
            "copy that was put back. Nothing was changed. Keep that backup, choose another folder, and ask "
            "your IT lead."
        )


def _newest(vault: Vault, folder: Path) -> tuple[int, bytes] | None:
    """Of the record in a backup; `UsageError` for one that was made under a key that the vault had before."""
    record = folder / layout.LEDGER
    try:
        return drill.newest(record, vault.identity)
    except DamagedError:
        for former in vault.identities[1:]:
            with suppress(DamagedError):
                drill.newest(record, former)
                raise UsageError(
                    f"The backup at {folder} was made before this vault's key was replaced. It is not "
                    "touched, and still opens with the old passphrase or sheet, so keep it from strange "
                    "hands. Choose a new folder."
                ) from None
        raise


def _names(folder: Path) -> set[str]:
    with disk.explained("Nothing was changed."):
        return set(os.listdir(folder))  # noqa: PTH208


def _begin(vault: Vault, folder: Path) -> None:
    """The label first: it says whose the folder is, so that one that was cut off here can be gone on with."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / layout.LABEL).exists():
        _copy(vault.folder / layout.LABEL, folder / layout.LABEL)
    for name in (layout.KEYS, layout.OBJECTS):
        (folder / name).mkdir(mode=0o700, exist_ok=True)


# --- the record -------------------------------------------------------------------------------------


def _copy_record(vault: Vault, out: Path, progress: ProgressCall | None) -> set[str]:
    """Copy the record as it is at one moment; the ids of the objects that it names then."""

    def step(done: int, total: int) -> None:
        if progress is not None:
            progress(Progress(done, total, "Copying the record"))

    with vault.read.reading() as source, source.begin():
        with vault.alone():
            database.settle(source)
            objects = vault.read.object_ids()
        database.copy(source, out, vault.identity.derive(layout.DATABASE_KEY_INFO), step)
    _sync(out)
    return objects


def _put_in_place(vault: Vault, folder: Path, record: Path) -> None:
    """Key files and the record get their names: from here on the backup is the new one."""
    for path in sorted((vault.folder / layout.KEYS).glob("*.age")):
        _copy(path, folder / layout.KEYS / path.name)
    record.replace(folder / layout.LEDGER)
    with suppress(OSError):  # some network drives cannot sync a folder
        disk.sync_folder(folder)


# --- the sealed files -------------------------------------------------------------------------------


@dataclass
class _Counter:
    progress: ProgressCall | None
    total: int
    done: int = 0

    def add(self, count: int) -> None:
        self.done += count
        if self.progress is not None:
            self.progress(Progress(self.done, self.total, "Copying the sealed files"))


def _bring_objects(
    vault: Vault, folder: Path, objects: set[str], progress: ProgressCall | None
) -> BackupReport:
    hidden = vault.locked_away_files()
    wanted = {
        layout.object_path(vault.folder, one): layout.object_path(folder, one) for one in sorted(objects)
    }
    aside = vault.folder / layout.INTERRUPTED
    wanted |= {path: folder / layout.INTERRUPTED / path.name for path in sorted(aside.glob("*"))}
    open_ones = {source: out for source, out in wanted.items() if source not in hidden}
    missing = [source.stem for source in open_ones if not source.is_file()]
    new = {
        source: out
        for source, out in open_ones.items()
        if source.is_file() and not (out.is_file() and out.stat().st_size == source.stat().st_size)
    }
    counter = _Counter(progress, sum(source.stat().st_size for source in new))
    for source, out in new.items():
        if not out.parent.is_dir():
            out.parent.mkdir(mode=0o700, exist_ok=True)
        _copy(source, out, counter.add)
    return BackupReport(
        entries=0,
        link="",
        objects=len(open_ones) - len(missing),
        copied=len(new),
        copied_bytes=counter.done,
        left_out=len(wanted) - len(open_ones),
        missing=tuple(missing),
    )


def _remove_what_is_gone(vault: Vault, folder: Path) -> None:
    """What is locked away or was disposed of since the last time must not live on in a copy."""
    store = ObjectStore(folder, vault.identity)
    for object_id in {*vault.read.disposed_objects(), *vault.read.locked_away_objects()}:
        store.erase(object_id)
    hidden = {path.name for path in vault.locked_away_files() if path.parent.name == layout.INTERRUPTED}
    kept = {path.name for path in (vault.folder / layout.INTERRUPTED).glob("*")} - hidden
    for path in sorted((folder / layout.INTERRUPTED).glob("*")):
        if path.name not in kept:
            store.erase_set_aside(path.name)


# --- files ------------------------------------------------------------------------------------------


def _copy(source: Path, out: Path, step: Callable[[int], None] = lambda _: None) -> None:
    """Copy a file whole or not at all, durable, read back and compared."""
    draft = out.with_name(out.name + _UNFINISHED)
    digest = sha256()
    try:
        with source.open("rb") as reading, draft.open("wb") as writing:
            while block := reading.read(BLOCK):
                digest.update(block)
                writing.write(block)
                step(len(block))
            writing.flush()
            os.fsync(writing.fileno())
            if hasattr(os, "posix_fadvise"):  # what is read back should come from the disk
                os.posix_fadvise(writing.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        with draft.open("rb") as reading:
            written = sha256()
            while block := reading.read(BLOCK):
                written.update(block)
        if written.digest() != digest.digest():
            raise IntegrityError(
                f"The disk gave back something else than what was written to it. {_SAFE} Use another disk."
            )
        draft.replace(out)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        disk.sync_folder(out.parent)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _copy_all(folder: Path, draft: Path, progress: ProgressCall | None) -> None:
    """Everything that belongs to a backup, by the names that we give, and nothing else that lies there."""
    files = [folder / layout.LABEL, folder / layout.LEDGER, *(folder / layout.KEYS).glob("*.age")]
    files += [path for path in (folder / layout.OBJECTS).glob("??/*.age") if layout.is_object_path(path)]
    files += [path for path in (folder / layout.INTERRUPTED).glob("*") if path.is_file()]
    counter = _Counter(progress, sum(path.stat().st_size for path in files))
    (draft / layout.OBJECTS).mkdir(mode=0o700)
    for path in files:
        out = draft / path.relative_to(folder)
        out.parent.mkdir(mode=0o700, exist_ok=True)
        _copy(path, out, counter.add)
