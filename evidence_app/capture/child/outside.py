"""The parent's side: starts the child, feeds it, checks what it answers, and ends it at any fault."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from types import TracebackType
from typing import IO, Final, Protocol, Self

from evidence_app.capture.child import frames
from evidence_app.capture.child.frames import Collector, Frame, Job
from evidence_app.capture.child.inside import COMMAND
from evidence_app.capture.child.process import Process, command
from evidence_app.errors import NotReadableError, TooLargeError, TooLongError
from evidence_app.records import Limits, Reading

SECONDS: Final = 40.0
"""For one job, whatever its size."""
MEMORY: Final = 1536 * 1024 * 1024
"""Bytes that a reader may have written to at one time."""
_SPACE: Final = 3 * 1024 * 1024 * 1024
"""Bytes of address space; what libraries only map counts too."""
_VAST: Final = {"pdf": 128 * 1024 * 1024 * 1024, "words": 16 * 1024 * 1024 * 1024}
"""Qt's reader of PDF and the one of text in pictures set gigabytes aside and use next to nothing of them."""
_BYTES_A_SECOND: Final = 8 * 1024 * 1024
"""More seconds for a file that comes from a slow disk."""
_LOOK: Final = 0.1
_MAX_ANSWER: Final = 64 * 1024 * 1024
_JOBS: Final = 100
"""After so many files a child is replaced: what one left behind in its memory cannot pile up."""
_WAITING: Final = 8
_TO_SETTLE: Final = 5.0
_ENDED: Final = None
_MODULE: Final = "evidence_app.capture.child.inside"


class Readable(Protocol):
    """Where the bytes come from: any binary file or stream."""

    def read(self, size: int, /) -> bytes | None:
        """Up to `size` bytes; empty at the end."""


def read_in_child(
    reader: str,
    source: Readable,
    limits: Limits | None = None,
    *,
    watch: Callable[[], None] = lambda: None,
) -> Reading:
    """Read one file in a child of its own. Arguments and errors as in `Child.read`."""
    with Child() as child:
        return child.read(reader, source, limits, watch=watch)


class Child:
    """One child process for several files, one after the other; started when it is first needed.

    For one thread at a time. Any fault ends the process; the next file gets a new one.
    """

    def __init__(
        self, program: Sequence[str] | None = None, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        """`program`: for tests, another program that speaks the same; `memory`: bytes of it."""
        self._command = list(program) if program is not None else command(COMMAND, _MODULE)
        self._seconds, self._memory = seconds, memory
        self._running: _Running | None = None
        self._jobs, self._space = 0, _SPACE

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """End the process; does nothing where there is none."""
        running, self._running, self._jobs = self._running, None, 0
        if running is not None:
            running.end()

    def read(
        self,
        reader: str,
        source: Readable,
        limits: Limits | None = None,
        *,
        watch: Callable[[], None] = lambda: None,
    ) -> Reading:
        """What the reader of that name finds in `source`, which is read from the beginning to where that has
        enough. `watch` is called now and then and may raise (`StoppedError`), which ends the child.

        Raises `NotReadableError` (`TooLargeError`, `TooLongError`, `ReaderCrashedError`) with one sentence,
        and whatever reading `source` raises.
        """
        limits = Limits() if limits is None else limits
        collected, size = Collector(limits), 0
        for kind, content in self._answers(Job(reader, limits), source, watch):
            size += 0 if kind is Frame.PIXELS else len(content)  # of those the collector knows how many
            if size > _MAX_ANSWER:
                self.close()
                raise TooLargeError("Its content is more than a reader may give out.")
            try:
                collected.add(kind, content)
            except NotReadableError:
                self.close()
                raise
        try:
            return collected.finish()
        except NotReadableError:
            self.close()
            raise

    def part(
        self,
        reader: str,
        source: Readable,
        place: int,
        limits: Limits | None = None,
        *,
        watch: Callable[[], None] = lambda: None,
    ) -> Iterator[bytes]:
        """The bytes of one attachment, in pieces; raises as `read`. Take them all, or the child is ended."""
        limits = Limits() if limits is None else limits
        size = 0
        for kind, content in self._answers(Job(reader, limits, place), source, watch):
            size += len(content)
            if kind is not Frame.PART or size > limits.part_bytes:
                self.close()
                raise frames.crashed()
            yield content

    def _answers(
        self, job: Job, source: Readable, watch: Callable[[], None]
    ) -> Iterator[tuple[Frame, bytes]]:
        """The frames of one answer but the last one; a failure is raised."""
        space = _VAST.get(job.reader, _SPACE)
        fits = self._running is not None and self._running.alive() and space == self._space
        if self._running is None or not fits or self._jobs >= _JOBS:
            self.close()
            self._running, self._space = _Running(self._command, self._memory, space), space
        self._jobs += 1
        running, whole = self._running, False
        try:
            with closing(running.ask(job, source, watch, self._seconds)) as answers:
                for kind, content in answers:
                    if kind is Frame.DONE:
                        whole = True
                        return
                    if kind is Frame.FAILED:
                        error = frames.failure(content)
                        # Where memory ran out, nothing in there is certain any more.
                        whole = not isinstance(error, TooLargeError)
                        raise error
                    yield kind, content
        finally:
            # Also where the caller stopped taking: the rest of an answer must not meet the next question.
            if not whole or not running.settle():
                self.close()


class _Running:
    """A child process with its pipes."""

    def __init__(self, command: Sequence[str], memory: int, space: int) -> None:
        self._process = Process(command, memory, space)
        self._feeder: _Feeder | None = None

    def alive(self) -> bool:
        return self._process.alive()

    def ask(
        self, job: Job, source: Readable, watch: Callable[[], None], seconds: float
    ) -> Generator[tuple[Frame, bytes], None, None]:
        found: queue.Queue[tuple[Frame, bytes] | BaseException | None] = queue.Queue(_WAITING)
        feeder = self._feeder = _Feeder(self._process.input, job, source)
        pump = threading.Thread(
            target=_pump, args=(self._process.output, found), name="reader-pump", daemon=True
        )
        pump.start()
        started, received = time.monotonic(), 0
        ended = False
        try:
            while not ended:
                watch()
                feeder.check()
                if time.monotonic() - started > seconds + (feeder.sent + received) / _BYTES_A_SECOND:
                    raise TooLongError("Looking at it took longer than a reader may take.")
                try:
                    one = found.get(timeout=_LOOK)
                except queue.Empty:
                    continue
                if isinstance(one, BaseException):
                    feeder.check()
                    raise one
                ended = one is _ENDED
                if one is not None:
                    ended = one[0] in {Frame.DONE, Frame.FAILED}
                    received += len(one[1])
                    yield one
        finally:
            if not ended:
                self._process.kill()
            while pump.is_alive():
                with suppress(queue.Empty):
                    found.get(timeout=_LOOK)
            pump.join()

    def settle(self) -> bool:
        """After an answer: stop feeding. False where the child no longer takes what it is given."""
        if self._feeder is None:
            return self.alive()
        settled = self._feeder.stop()
        if not settled:
            self._process.kill()
        error = self._feeder.error
        self._feeder = None
        return settled and error is None and self.alive()

    def end(self) -> None:
        self._process.kill()
        if self._feeder is not None:
            self._feeder.stop()
        self._process.close()


class _Feeder:
    """Writes a job and its file into the child's input, in a thread: the child may be answering meanwhile."""

    def __init__(self, pipe: IO[bytes], job: Job, source: Readable) -> None:
        self._pipe, self._job, self._source = pipe, job, source
        self._enough = threading.Event()
        self.error: BaseException | None = None
        self.sent = 0
        self._thread = threading.Thread(target=self._feed, name="reader-feeder", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raise what reading the source raised."""
        if self.error is not None:
            raise self.error

    def stop(self) -> bool:
        """No more of the file; whether everything that was begun has been taken."""
        self._enough.set()
        self._thread.join(timeout=_TO_SETTLE)
        return not self._thread.is_alive()

    def _feed(self) -> None:
        try:
            self._send(self._job.line())
            while not self._enough.is_set():
                try:
                    piece = self._source.read(frames.MAX_PIECE)
                except BaseException as error:  # noqa: BLE001  (handed over to the thread that asked)
                    self.error = error
                    break
                if not piece:
                    break
                self._send(len(piece).to_bytes(frames.LENGTH) + piece)
                self.sent += len(piece)
            self._send(bytes(frames.LENGTH))
            self._pipe.flush()
        except (OSError, ValueError):
            # The child is gone; its missing answer says so.
            return

    def _send(self, data: bytes) -> None:
        self._pipe.write(data)
        if len(data) < frames.MAX_PIECE:
            self._pipe.flush()


def _pump(source: IO[bytes], found: queue.Queue[tuple[Frame, bytes] | BaseException | None]) -> None:
    try:
        for one in frames.frames(source):
            found.put(one)
    except (NotReadableError, OSError, ValueError) as error:
        found.put(error if isinstance(error, NotReadableError) else frames.crashed())
    else:
        found.put(_ENDED)
