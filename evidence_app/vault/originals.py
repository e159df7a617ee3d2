"""The one way to the originals, past the gate for what is locked away."""

from __future__ import annotations

import io
from pathlib import Path

from evidence_app.crypto.age import DecryptReader, SeekReader
from evidence_app.errors import UsageError
from evidence_app.records import StoredObject
from evidence_app.vault.index_common import split_name
from evidence_app.vault.layout import object_path
from evidence_app.vault.objects import BLOCK, ObjectStore
from evidence_app.vault.queries import Queries


class Originals:
    """What a vault gives out of its sealed files. `objects` asks the gate before it opens one."""

    folder: Path
    read: Queries
    objects: ObjectStore
    _head: tuple[int, bytes] | None
    _known_hidden: tuple[int, frozenset[str], frozenset[str]] | None = None

    def original(self, name: str) -> DecryptReader:
        """The original bytes of an exhibit, streamed: the one way to them; the caller closes it.

        `name` is a number, or `RCV-001 HXA/001` for one of a received bundle. Raises `UsageError`,
        `DisposedError`, `LockedAwayError`, and what `ObjectStore.open` raises.
        """
        return self.objects.open(self._stored(name).object_id)

    def original_anywhere(self, name: str) -> SeekReader:
        """The same, read from any place: for what is played. `check_original` comes first."""
        return self.objects.open_anywhere(self._stored(name).object_id)

    def read_original(self, name: str) -> bytes:
        """The same, whole, and checked against the record; raises `IntegrityError` where it differs."""
        return self.objects.read(self._stored(name))

    def whole_original(self, name: str) -> io.RawIOBase:
        """The same as a stream of any size, which raises where it ends and is not what was recorded."""
        return self.objects.stream(self._stored(name), name)

    def check_original(self, name: str) -> None:
        """Read it to its end in constant memory; raises `KeptFileError` where it is not what was recorded."""
        with self.whole_original(name) as source:
            while source.read(BLOCK):
                pass

    def file(self, number: str, file: str) -> DecryptReader:
        """A file of an exhibit beside its picture, by its name, streamed; the caller closes it. Raises
        `UsageError` where there is none of this name, and what `original` raises."""
        return self.objects.open(self._file(number, file).object_id)

    def read_file(self, number: str, file: str) -> bytes:
        """The same, whole, and checked against the record; raises `IntegrityError` where it differs."""
        return self.objects.read(self._file(number, file))

    def _file(self, number: str, file: str) -> StoredObject:
        exhibit = self.read.exhibit(number)
        for one in exhibit.files:
            if one.name == file:
                return one.stored
        names = ", ".join(one.name for one in exhibit.files)
        there = f"It has: {names}." if names else "It has no other file than its original."
        raise UsageError(f"{exhibit.number} has no file {file[:40]!r}. Nothing was written. {there}")

    def _stored(self, name: str) -> StoredObject:
        received, number = split_name(name)
        if received:
            return self.read.received_exhibit(received, number).stored
        return self.read.exhibit(number).stored

    def set_aside_copies(self, name: str) -> tuple[str, ...]:
        """Names of files that an interruption left and that hold the bytes of an exhibit, or of any of a
        received bundle (`RCV-001`)."""
        received, number = split_name(name)
        if received and not number:
            stored = [one.stored for one in self.read.received_exhibits(received)]
            stored.append(self.read.received_bundle(received).stored)
        else:
            stored = [self._stored(name)]
            stored += [] if received else [one.stored for one in self.read.exhibit(number).files]
        found = self.objects.set_aside(frozenset(one.sha256 for one in stored))
        return tuple(path.name for path in found)

    def locked_away_files(self) -> frozenset[Path]:
        """Every file of this vault's folder that holds what is locked away: a backup leaves these out."""
        objects = (object_path(self.folder, one) for one in self.read.locked_away_objects())
        return frozenset([*objects, *self.objects.set_aside(self.read.locked_digests())])

    def is_locked_away(self, name: str) -> bool:
        """Whether an exhibit (`HXA/001`, `RCV-001 HXA/001`) is locked away now. Quick enough for every row
        that is painted."""
        return name in self._hidden()[1]

    def is_gone(self, name: str) -> bool:
        """Whether nothing of an exhibit may be shown or held any more: locked away, or disposed of."""
        _, locked, disposed = self._hidden()
        return name in locked or name in disposed

    def _hidden(self) -> tuple[int, frozenset[str], frozenset[str]]:
        head, known = self._head, self._known_hidden
        if known is None or head is None or known[0] != head[0]:
            # The head from before the question: what is recorded meanwhile asks again.
            known = (0 if head is None else head[0], self.read.locked_names(), self.read.disposed_names())
            self._known_hidden = known
        return known
