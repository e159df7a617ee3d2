"""The parent's side of playing: starts the child, gives it pieces of the file, checks what it answers."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Final, Protocol

from evidence_app.capture.child.frames import crashed
from evidence_app.capture.child.outside import MEMORY
from evidence_app.capture.child.process import Process, command
from evidence_app.capture.playing import wire
from evidence_app.capture.playing.inside import COMMAND
from evidence_app.capture.playing.wire import Order, Says
from evidence_app.errors import NotReadableError, TooLongError
from evidence_app.matroska import HEAD
from evidence_app.records.playing import SOUND_BYTES_A_SECOND, At, Heard, Opened, Played, Shown

SECONDS: Final = 40.0
"""To open a file, whatever its size; and half of it for a sign of life afterwards."""
_SPACE: Final = 32 * 1024 * 1024 * 1024
"""Bytes of address space: every thread of the decoder sets some aside and uses next to nothing of it."""
_LOOK: Final = 0.1
_WAITING: Final = 16
_ORDERS: Final = 64
_AHEAD: Final = 20.0
"""Seconds of sound that may come more than time has passed: what is decoded before it is due, and jumps."""


class Anywhere(Protocol):
    """Where the bytes come from: anything that can be read from any place."""

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Go to a place."""

    def read(self, size: int = ..., /) -> bytes | None:
        """Up to `size` bytes; empty at the end."""


class Controls:
    """What a person does while something is played; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[tuple[Order, bytes]] = []
        self._ended = False

    def play(self) -> None:
        """Play on, or from the beginning where it has ended."""
        self._add(Order.PLAY)

    def pause(self) -> None:
        """Stand still."""
        self._add(Order.PAUSE)

    def seek(self, milliseconds: int) -> None:
        """Go to a place, whether it plays or not."""
        self._add(Order.SEEK, max(0, milliseconds).to_bytes(8))

    def seen(self) -> None:
        """The last picture is on the screen: the next may come."""
        self._add(Order.SEEN)

    def end(self) -> None:
        """No more of it."""
        self._ended = True

    @property
    def ended(self) -> bool:
        """Whether somebody has ended it."""
        return self._ended

    def take(self) -> list[tuple[Order, bytes]]:
        """What is to be done, in its order; of several jumps in a row only the last one."""
        with self._lock:
            orders, self._orders = self._orders, []
        return orders

    def _add(self, order: Order, content: bytes = b"") -> None:
        with self._lock:
            if order is Order.SEEK:
                self._orders = [one for one in self._orders if one[0] is not Order.SEEK]
            self._orders.append((order, content))


def play(
    source: Anywhere,
    size: int,
    controls: Controls,
    tell: Callable[[Played], object],
    *,
    watch: Callable[[], None] = lambda: None,
    program: Sequence[str] | None = None,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> None:
    """Play a file of `size` bytes until `controls.end()`; `tell` hears what there is to be seen and heard.

    It stands still at first. The first that `tell` hears is `Opened`; a picture comes only once the one
    before was taken (`controls.seen`). `watch` is called now and then and may raise, which ends it. `program`
    is for tests. Raises `NotReadableError` (and its kinds) with one sentence, and what reading `source`
    raises.
    """
    if not size:
        raise NotReadableError("It is empty: it has no bytes.")
    given = command(COMMAND, "evidence_app.capture.playing.inside") if program is None else list(program)
    running = Process(given, memory, _SPACE)
    said: queue.Queue[tuple[int, bytes] | BaseException | None] = queue.Queue(_WAITING)
    orders: queue.Queue[bytes | None] = queue.Queue(_ORDERS)
    threads = [
        threading.Thread(target=_pump, args=(running.output, said), name="player-pump", daemon=True),
        threading.Thread(target=_feed, args=(running.input, orders), name="player-feeder", daemon=True),
    ]
    for one in threads:
        one.start()
    try:
        source.seek(0)
        own = source.read(len(HEAD)) == HEAD
        orders.put_nowait(wire.message(Order.START, size.to_bytes(8) + bytes([own])))
        _Checked(source, size, controls, tell, orders, seconds).run(said, watch)
    except queue.Full as error:
        raise crashed() from error
    finally:
        running.kill()
        while threads[1].is_alive():
            with suppress(queue.Full):
                orders.put(None, timeout=_LOOK)
            threads[1].join(_LOOK)
        while threads[0].is_alive():
            with suppress(queue.Empty):
                said.get(timeout=_LOOK)
        for one in threads:
            one.join()
        running.close()


class _Checked:
    """One side of the talk; holds what the other may say next."""

    def __init__(
        self,
        source: Anywhere,
        size: int,
        controls: Controls,
        tell: Callable[[Played], object],
        orders: queue.Queue[bytes | None],
        seconds: float,
    ) -> None:
        self._source, self._size, self._controls, self._tell = source, size, controls, tell
        self._orders, self._seconds = orders, seconds
        self._opened: Opened | None = None
        self._may_show = True
        self._began = self._sign = time.monotonic()
        self._sound = 0

    def run(
        self, said: queue.Queue[tuple[int, bytes] | BaseException | None], watch: Callable[[], None]
    ) -> None:
        while True:
            watch()
            if self._controls.ended:
                return
            self._hand_on()
            self._in_time()
            try:
                one = said.get(timeout=_LOOK / 5)
            except queue.Empty:
                continue
            if isinstance(one, BaseException):
                raise one
            if one is None:
                raise crashed()
            self._take(*one)

    def _hand_on(self) -> None:
        for order, content in self._controls.take():
            if order is Order.SEEN:
                if self._may_show:
                    continue
                self._may_show = True
            self._orders.put_nowait(wire.message(order, content))

    def _take(self, kind: int, content: bytes) -> None:
        if kind == Says.NEEDS:
            place, count = wire.place_of(content, self._size)
            self._source.seek(place)
            piece = self._source.read(count) or b""
            self._orders.put_nowait(wire.message(Order.PIECE, piece))
            return
        what = wire.heard(kind, content)
        if self._opened is not None or isinstance(what, Opened):
            self._sign = time.monotonic()
        if isinstance(what, Opened) is (self._opened is not None) and not isinstance(what, At):
            raise crashed()  # twice, or something else first
        match what:
            case Opened():
                self._opened = what
            case Shown():
                if not self._may_show:
                    raise crashed()
                self._may_show = False
            case Heard():
                self._sound += len(what.samples)
                if self._sound > (time.monotonic() - self._began + _AHEAD) * SOUND_BYTES_A_SECOND:
                    raise crashed()
            case _:
                pass
        if self._opened is not None:
            self._tell(what)

    def _in_time(self) -> None:
        now = time.monotonic()
        if now - self._sign > (self._seconds if self._opened is None else self._seconds / 2):
            raise TooLongError("Opening or playing it took longer than a player may take.")


def _pump(source: IO[bytes], said: queue.Queue[tuple[int, bytes] | BaseException | None]) -> None:
    try:
        while (one := wire.take(source)) is not None:
            said.put(one)
    except (NotReadableError, OSError, ValueError) as error:
        said.put(error if isinstance(error, NotReadableError) else crashed())
    else:
        said.put(None)


def _feed(out: IO[bytes], orders: queue.Queue[bytes | None]) -> None:
    try:
        while (one := orders.get()) is not None:
            out.write(one)
            out.flush()
    except (OSError, ValueError):
        return  # the child is gone; its missing answer says so
