"""What a bundle is read from: a file on disk, or a stream such as the file that a vault keeps."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evidence_app.bundle import layout
from evidence_app.bundle.verify import NOT_OURS
from evidence_app.crypto.age import MAX_HEADER_BYTES, Readable, fill
from evidence_app.errors import NotOurFileError, StorageError, UsageError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer

_NO_FILE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})

Copy = Callable[[memoryview], object]
"""Takes bytes as they come by; the view is only valid during the call."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A bundle that is no file of its own. `open` gives all of its `size` bytes anew; `name` is for errors.

    What reading it raises passes through, but for `OSError` and `DamagedError`: the latter would be taken
    for damage to the bundle.
    """

    name: str
    size: int
    open: Callable[[], io.RawIOBase]


Source = Path | Stream


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that is being read: all bytes from the first, and the first ones to look at beforehand."""

    file: io.BufferedReader[Copying]
    start: bytes
    size: int


class Copying(io.RawIOBase):
    """Hands on every byte that is read through it: what was checked is then what was kept."""

    def __init__(self, source: Readable, copy: Copy, start: bytes = b"") -> None:
        super().__init__()
        self._source = source
        self._copy = copy
        self._start = memoryview(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        with memoryview(buffer) as given, given.cast("B") as view:
            if self._start:
                got = min(len(view), len(self._start))
                view[:got] = self._start[:got]
                self._start = self._start[got:]
            else:
                got = fill(self._source, view)
            with view[:got] as fresh:
                self._copy(fresh)
            return got


def _nowhere(_: memoryview) -> None:
    """For a source of which nothing is kept."""


@contextmanager
def opened(source: Source, copy: Copy | None = None) -> Iterator[Opened]:
    """An ordinary file or a stream, opened; its errors in words. What is read of it goes to `copy` too.

    Raises `UsageError` (no such file), `NotOurFileError` (a device or pipe), `StorageError`.
    """
    name = source.name
    try:
        with closing(_file(source) if isinstance(source, Path) else source.open()) as raw:
            size = os.fstat(raw.fileno()).st_size if isinstance(source, Path) else source.size
            head = memoryview(bytearray(MAX_HEADER_BYTES))
            start = bytes(head[: fill(raw, head)])
            with io.BufferedReader(Copying(raw, copy or _nowhere, start), layout.BLOCK) as file:
                yield Opened(file, start, size)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise UsageError(f"There is no file {name} here. Check the name and try again.") from error
        raise StorageError(
            f"The file {name} cannot be read ({error.strerror or 'unknown reason'}). "
            "Nothing was changed. Copy it to this computer and try again."
        ) from error


def _file(path: Path) -> io.FileIO:
    # Non-blocking, so that a pipe under the name of a bundle cannot hold the program up.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    raw = io.FileIO(handle, "rb")
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raw.close()
        raise NotOurFileError(NOT_OURS)
    return raw
