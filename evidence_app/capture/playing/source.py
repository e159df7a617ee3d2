"""The child's side of the file: pieces that are asked for by their place, few of them held."""

from __future__ import annotations

import io
import os
import queue
import sys
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, BinaryIO, Final

from evidence_app.capture.playing import wire
from evidence_app.capture.playing.wire import Order

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK: Final = 64 * 1024
_HELD: Final = 32
"""Blocks: 2 MiB."""


class Link:
    """The two pipes. Orders come in by a thread of their own and wait in `orders`; None is the end."""

    def __init__(self, orders_in: BinaryIO, out: BinaryIO) -> None:
        self._in, self._out = orders_in, out
        self._saying = threading.Lock()
        self._asking = threading.Lock()
        self._pieces: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.orders: queue.SimpleQueue[tuple[int, bytes] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._listen, name="orders", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def say(self, message: bytes) -> None:
        """For any thread. The other side being gone ends this process: nobody wants anything any more."""
        with self._saying:
            try:
                self._out.write(message)
                self._out.flush()
            except OSError:
                os._exit(0)

    def piece(self, place: int, count: int) -> bytes:
        """Bytes of the file; fewer only at its end."""
        with self._asking:
            self.say(wire.needs(place, count))
            piece = self._pieces.get()
        if piece is None:
            os._exit(0)
        return piece

    def _listen(self) -> None:
        while (one := wire.take(self._in)) is not None:
            if one[0] == Order.PIECE:
                self._pieces.put(one[1])
            else:
                self.orders.put(one)
        self._pieces.put(None)
        self.orders.put(None)


class Source(io.RawIOBase):
    """The file: read from any place. For any thread that asks, one at a time."""

    def __init__(self, link: Link, size: int) -> None:
        super().__init__()
        self._link, self.size = link, size
        self._at = 0
        self._held: OrderedDict[int, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer) as given, given.cast("B") as view:
            piece = self.read_at(self._at, len(view))
            view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def read_at(self, place: int, count: int) -> bytes:
        """`count` bytes from `place`, fewer only at the end."""
        found = []
        with self._lock:
            end = min(self.size, place + count)
            while place < end:
                block, within = divmod(place, _BLOCK)
                piece = self._block(block)[within : within + end - place]
                if not piece:
                    break
                found.append(piece)
                place += len(piece)
        return b"".join(found)

    def _block(self, number: int) -> bytes:
        if number in self._held:
            self._held.move_to_end(number)
        else:
            self._held[number] = self._link.piece(number * _BLOCK, _BLOCK)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        return self._held[number]


def pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output of this process; whatever a library prints goes nowhere from here on."""
    out = os.fdopen(os.dup(1), "wb", buffering=1024 * 1024)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return sys.stdin.buffer, out
