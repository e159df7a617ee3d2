"""Writing encrypted objects: whole or not at all, one by one or the names of many at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from evidence_app import disk
from evidence_app.crypto.age import EncryptWriter, Identity
from evidence_app.disk import sync_folder
from evidence_app.errors import EvidenceError
from evidence_app.records import StoredObject
from evidence_app.vault.layout import object_path
from evidence_app.vault.marks import Marks, Purpose

TEMPORARY: Final = ".part"
SAFE: Final = "Nothing was sealed, and what the vault already holds is safe."


class Places:
    """The folders that objects lie in, made when first needed; each is durable before a name in it counts."""

    def __init__(self, top: Path) -> None:
        self._top, self._durable, self._lock = top, set[Path](), threading.Lock()

    def sync(self, paths: Iterable[Path]) -> None:
        """Make these new names durable, each folder once."""
        folders = {path.parent for path in paths}
        for folder in sorted(folders):
            sync_folder(folder)
        with self._lock:
            if not folders <= self._durable:
                there = set(self._top.iterdir())
                sync_folder(self._top)
                self._durable |= there


class Batch:
    """The objects of one act: all of them are entered in the record, or none is kept."""

    def __init__(self, folder: Path, identity: Identity, marks: Marks, places: Places) -> None:
        self._folder, self._identity, self._marks, self._places = folder, identity, marks, places
        self._writers: list[ObjectWriter] = []

    def begin(self, media_type: str, purpose: Purpose = Purpose.OWN) -> ObjectWriter:
        """A new object; raises `StorageError`."""
        object_id = self._marks.new_id(purpose)
        path = object_path(self._folder, object_id)
        with disk.explained(SAFE):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            out = ObjectWriter(path, self._identity, object_id, media_type, self._places)
        self._writers.append(out)
        return out

    @contextmanager
    def recording(self, named: Callable[[], set[str]]) -> Iterator[None]:
        """Round the recording of the act: should it fail half-way, an object may only go if the record is
        sure not to name it. `named` gives the ids that it names."""
        for one in self._writers:
            one.recorded = True
        try:
            yield
        except BaseException:
            with suppress(EvidenceError):
                entered = named()
                for one in self._writers:
                    one.recorded = one.object_id in entered
            raise

    @staticmethod
    def name_all(batches: Iterable[Batch]) -> None:
        """Give the objects that are whole, of many batches, their names, durable on return: each folder is
        synced once. Raises `StorageError`."""
        writers = [writer for batch in batches for writer in batch._writers if writer.whole]
        with disk.explained(SAFE):
            for one in writers:
                one.rename()
            for places in {writer.places for writer in writers}:
                places.sync(writer.path for writer in writers)

    def keep(self) -> None:
        """What was written so far stays, and is entered at the next opening or lock, as after a crash."""
        for one in self._writers:
            one.recorded = True

    def drop(self) -> None:
        """Remove all that is not recorded."""
        for one in self._writers:
            one.drop()
        self._writers.clear()


class ObjectWriter:
    """An object on its way: `write` until everything is there, then `finish`, or `make_whole` where the names
    of several objects are given at once."""

    def __init__(
        self, path: Path, identity: Identity, object_id: str, media_type: str, places: Places
    ) -> None:
        self.path, self._temporary, self.places = path, path.with_suffix(TEMPORARY), places
        self.whole = False
        self.object_id, self._media_type = object_id, media_type
        self._digest, self._size = sha256(), 0
        self.recorded = False
        """Set before an entry may name the object: from then on it is never removed."""
        self._file = self._temporary.open("xb")
        try:
            self._writer: EncryptWriter | None = EncryptWriter(self._file, [identity.recipient])
        except BaseException:
            self.drop()
            raise

    def write(self, block: bytes | memoryview) -> None:
        """Encrypt a piece; raises `StorageError`."""
        if self._writer is None:
            raise ValueError("the object is finished")
        with disk.explained(SAFE):
            self._digest.update(block)
            self._writer.write(block)
            self._size += len(block)

    def finish(self) -> StoredObject:
        """Give it its name, durable on return; raises `StorageError`."""
        stored = self.make_whole()
        with disk.explained(SAFE):
            self.rename()
            self.places.sync([self.path])
        return stored

    def rename(self) -> None:
        """Give it its name, which is not durable yet; raises `OSError`."""
        self._temporary.rename(self.path)
        self.whole = False

    def make_whole(self) -> StoredObject:
        """All its bytes are durable on return, under its temporary name: as good as kept, as after a crash,
        but no entry may name it before `Batch.name_all`. Raises `StorageError`."""
        if self._writer is None:
            raise ValueError("the object is finished")
        with disk.explained(SAFE):
            self._writer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        self.whole = True
        self._writer = None  # its buffers are the larger part: a batch may be of thousands
        return StoredObject(self.object_id, self._digest.hexdigest(), self._size, self._media_type)

    def drop(self) -> None:
        """Remove it, unless an entry may name it. The name is new, so nothing else can be lost here."""
        with suppress(OSError):
            self._file.close()
        if not self.recorded:
            for unfinished in (self._temporary, self.path):
                with suppress(OSError):
                    unfinished.unlink(missing_ok=True)
