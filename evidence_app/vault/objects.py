"""Encrypted objects: one age file each, to the vault's identity.

Write order (resources/formats/vault.md, "Objects"): temporary name, fsync, rename, fsync of the
folder; only then the ledger. Sizes and digests are of the plain bytes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from evidence_app import disk
from evidence_app.crypto.age import DecryptReader, Identity
from evidence_app.disk import sync_folder
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    IntegrityError,
    KeptFileError,
    NewerFormatError,
    NotForYouError,
    NotOurFileError,
    StorageError,
    WrongPassphraseError,
)
from evidence_app.records import StoredObject
from evidence_app.vault.layout import INTERRUPTED, OBJECTS, is_object_path, object_path
from evidence_app.vault.marks import Marks
from evidence_app.vault.object_writing import SAFE, TEMPORARY, Batch, Places

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK = 1024 * 1024


class ObjectStore:
    """The `objects` folder of an open vault. Safe to use from several threads."""

    def __init__(
        self, folder: Path, identity: Identity, allow: Callable[[str], None] = lambda _: None
    ) -> None:
        self._folder = folder
        self._identity = identity
        self._allow = allow
        self.marks = Marks(identity)
        self._places = Places(folder / OBJECTS)

    def put(self, source: BinaryIO | bytes | memoryview, media_type: str) -> StoredObject:
        """Encrypt `source` into a new object that is durable on return.

        Raises `StorageError`; then no file stays behind.
        """
        with self.batch() as batch:
            out = batch.begin(media_type)
            with disk.explained(SAFE):
                for block in _blocks(source):
                    out.write(block)
            return out.finish()

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """New objects to be filled piece by piece and finished; on an exception no file stays behind."""
        batch = Batch(self._folder, self._identity, self.marks, self._places)
        try:
            yield batch
        except BaseException:
            batch.drop()
            raise

    def open(self, object_id: str) -> DecryptReader:
        """The plain bytes, streamed; the caller closes it.

        Raises `LockedAwayError` for what nobody may see, `IntegrityError` if it is missing or not an object
        of this vault, `StorageError` if the disk does not give it out; reading raises `DamagedError` and
        `OSError`.
        """
        self._allow(object_id)
        return self.open_to_measure(object_id)

    def open_to_measure(self, object_id: str) -> DecryptReader:
        """As `open`, past the gate: only to hash what is there, for the vault check and the recovery."""
        try:
            file = object_path(self._folder, object_id).open("rb")
        except (FileNotFoundError, ValueError) as error:
            raise IntegrityError(
                f"The sealed file {object_id} is missing from the vault. "
                "Everything else is untouched. Look for it in a backup."
            ) from error
        except OSError as error:
            raise StorageError(
                f"The sealed file {object_id} cannot be read ({error.strerror}). Nothing was changed. "
                "Check the disk and try again."
            ) from error
        try:
            return _OwningReader(file, self._identity)
        except BaseException as error:
            file.close()
            if isinstance(error, (NotForYouError, WrongPassphraseError, NotOurFileError, NewerFormatError)):
                raise DamagedError(
                    f"The sealed file {object_id} is damaged, or another file was put in its place. "
                    "Everything else is untouched. Look for it in a backup."
                ) from error
            raise

    def read(self, stored: StoredObject) -> bytes:
        """All plain bytes of an object, checked against its recorded size and digest."""
        data, filled = bytearray(stored.size + 1), 0
        with self.open(stored.object_id) as reader, memoryview(data) as view:
            while count := reader.readinto(view[filled:]):
                filled += count
        del data[filled:]
        if filled != stored.size or sha256(data).hexdigest() != stored.sha256:
            raise IntegrityError("This sealed file is not the one that was recorded.")
        return bytes(data)

    def erase(self, object_id: str) -> bool:
        """Overwrite and remove the file of an object that was disposed of; whether there was one.

        Durable on return. Raises `StorageError`; then it may be overwritten and is removed another time.
        """
        return self._erase(object_path(self._folder, object_id))

    def erase_set_aside(self, name: str) -> bool:
        """The same for a file that an interruption left and that was set aside, by its name."""
        if Path(name).name != name:
            raise ValueError(f"not the name of a file: {name!r}")
        return self._erase(self._folder / INTERRUPTED / name)

    def set_aside(self, digests: frozenset[str]) -> list[Path]:
        """Files that were set aside and hold bytes with one of these digests (SHA-256, hex)."""
        found = []
        for path in sorted((self._folder / INTERRUPTED).glob("*")) if digests else []:
            with (
                suppress(EvidenceError, OSError),
                path.open("rb") as file,
                DecryptReader(file, [self._identity]) as reader,
            ):
                if measure(reader)[0] in digests:
                    found.append(path)
        return found

    @staticmethod
    def _erase(path: Path) -> bool:
        with disk.explained("The disposal goes on when the vault is next opened."):
            try:
                with path.open("r+b") as file:
                    left = os.fstat(file.fileno()).st_size
                    while left > 0:
                        left -= file.write(bytes(min(left, BLOCK)))
                    file.flush()
                    os.fsync(file.fileno())
            except FileNotFoundError:
                return False
            path.unlink()
            sync_folder(path.parent)
        return True

    def stream(self, stored: StoredObject, name: str) -> io.RawIOBase:
        """All plain bytes of an object as a stream, checked against its record where it ends.

        `name` says in errors what it is. Raises `KeptFileError` where it is missing, damaged or not the
        recorded one, also while it is read, and `StorageError`; reading raises `OSError` too.
        """
        try:
            return _RecordedReader(self.open(stored.object_id), stored, name)
        except IntegrityError as error:
            raise _not_kept(name) from error

    def ids(self) -> Iterator[str]:
        """Ids of all finished objects on disk, in no particular order."""
        for path in (self._folder / OBJECTS).glob("??/*.age"):
            if is_object_path(path):
                yield path.stem

    def unfinished(self) -> list[Path]:
        """Temporary files that an interruption left behind."""
        return sorted(
            path
            for path in (self._folder / OBJECTS).glob(f"??/*{TEMPORARY}")
            if is_object_path(path.with_suffix(".age"))
        )

    def strangers(self) -> list[Path]:
        """Files under `objects` with names that this program does not give."""
        known = {object_path(self._folder, one) for one in self.ids()} | set(self.unfinished())
        found = (self._folder / OBJECTS).rglob("*")
        return sorted(path for path in found if path not in known and not path.is_dir())


class _OwningReader(DecryptReader):
    """A reader that closes the file it reads from."""

    def __init__(self, file: BinaryIO, identity: Identity) -> None:
        self._file = file
        super().__init__(file, [identity])

    def close(self) -> None:
        super().close()
        self._file.close()


class _RecordedReader(io.RawIOBase):
    """What an object holds, held against its record: to be told from damage to what somebody sent."""

    def __init__(self, reader: DecryptReader, stored: StoredObject, name: str) -> None:
        super().__init__()
        self._reader, self._stored, self._name = reader, stored, name
        self._digest, self._size = sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer) as given, given.cast("B") as view:
            try:
                got = self._reader.readinto(view)
            except DamagedError as error:
                raise _not_kept(self._name) from error
            self._digest.update(view[:got])
            self._size += got
            if len(view) and not got:
                found = (self._size, self._digest.hexdigest())
                if found != (self._stored.size, self._stored.sha256):
                    raise _not_kept(self._name)
            return got

    def close(self) -> None:
        self._reader.close()
        super().close()


def _not_kept(name: str) -> KeptFileError:
    return KeptFileError(
        f"The sealed file of {name} in this vault is missing, damaged or not the one that was recorded. "
        "Nothing was changed. Check the vault, and look for the file in a backup."
    )


def _blocks(source: BinaryIO | bytes | memoryview) -> Iterator[bytes | memoryview]:
    if isinstance(source, (bytes, memoryview)):
        view = memoryview(source)
        for start in range(0, len(view), BLOCK):
            yield view[start : start + BLOCK]
        return
    while block := source.read(BLOCK):
        yield block


def measure(reader: DecryptReader) -> tuple[str, int, bytes]:
    """SHA-256 in hex, size and the first 64 bytes of a stream, read in blocks."""
    digest, size, start = sha256(), 0, b""
    while block := reader.read(BLOCK):
        if not start:
            start = bytes(block[:64])
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size, start


def whole(path: Path, identity: Identity) -> bool:
    """Whether an age file decrypts to its very end: how a finished object is told from a cut-off one."""
    try:
        with path.open("rb") as file, DecryptReader(file, [identity]) as reader:
            while reader.read(BLOCK):
                pass
    except EvidenceError:
        return False
    return True
