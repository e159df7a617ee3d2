"""A file that is kept while it is read: what was checked is then what was kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer as Buffer


class CopyingFile(io.FileIO):
    """A file whose bytes are handed on, each once and in order, when they are first read."""

    def __init__(self, handle: int, copy: Callable[[memoryview], object]) -> None:
        super().__init__(handle, "rb")
        self._copy = copy
        self._copied = 0

    def readinto(self, buffer: Buffer, /) -> int | None:
        at = self.tell()
        got = super().readinto(buffer)
        if got and at + got > self._copied:
            if at > self._copied:
                raise ValueError("a part of the file was passed over")
            with memoryview(buffer) as view, view[self._copied - at : got] as fresh:
                self._copy(fresh)
            self._copied = at + got
        return got

    def readall(self) -> bytes:
        raise ValueError("only read in blocks")
