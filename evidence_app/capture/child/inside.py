"""The child's side: takes jobs from standard input, one after the other, and writes what a reader found.

It ends when its input does. What a reader does wrong is an answer ("could not be read"); what it does worse
ends the process, and the other side says so.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final

from evidence_app.capture import reading
from evidence_app.capture.child import confine, frames
from evidence_app.capture.child.frames import Frame, Job
from evidence_app.errors import EvidenceError, NotReadableError, TooLargeError
from evidence_app.records import Limits, Reader

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

COMMAND: Final = "read-file"
"""A word for `evidence_app.__main__`, not for people."""


class Source(io.RawIOBase):
    """The file of one job: comes by the pipe as far as a reader asks for it, and is held in memory."""

    def __init__(self, pipe: BinaryIO, most: int) -> None:
        super().__init__()
        self._pipe, self._most = pipe, most
        self._held = bytearray()
        self._at = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_END:
            self._fetch(None)
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._held)}[whence]
        if base + offset < 0:
            raise ValueError("seek before the beginning")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer) as given, given.cast("B") as view:
            self._fetch(self._at + len(view))
            with memoryview(self._held) as held:
                piece = held[self._at : self._at + len(view)]
                view[: len(piece)] = piece
                count = len(piece)
        self._at += count
        return count

    def readall(self) -> bytes:
        self._fetch(None)
        at, self._at = self._at, max(self._at, len(self._held))
        return bytes(memoryview(self._held)[at:])

    def drain(self) -> None:
        """Read past what nobody wants any more, up to the end of the job."""
        self._held = bytearray()
        while self._piece() is not None:
            pass

    def _fetch(self, until: int | None) -> None:
        while not self._ended and (until is None or len(self._held) < until):
            piece = self._piece()
            if piece is None:
                return
            if len(self._held) + len(piece) > self._most:
                raise TooLargeError(f"It is larger than the {_megabytes(self._most)} that are looked into.")
            self._held += piece

    def _piece(self) -> bytes | None:
        if self._ended:
            return None
        head = self._pipe.read(frames.LENGTH)
        length = int.from_bytes(head)
        if len(head) < frames.LENGTH or not length:
            self._ended = True
            return None
        piece = self._pipe.read(length)
        if len(piece) < length:
            raise EOFError
        return piece


def _megabytes(size: int) -> str:
    return f"{size // (1024 * 1024)} MB"


def main(find: Callable[[str], Reader] = reading.find) -> int:
    """Serve jobs until the input ends; returns the exit code. The arguments end with the number of the
    parent's process, the bytes of memory that there may be, and those of address space."""
    parent, memory, space = (int(one) for one in sys.argv[-3:])
    confine.die_with(parent)
    jobs = sys.stdin.buffer
    out = os.fdopen(os.dup(1), "wb", buffering=256 * 1024)
    # Whatever a library prints must not be taken for an answer.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    confine.limits(memory, space)
    first = jobs.readline(frames.MAX_JOB)
    if not first:
        return 0
    # The libraries of the first reader come in before the doors close: loading may need more than reading.
    _known(find, Job.parse(first).reader)
    confine.doors()
    line = first
    while line:
        _serve(find, Job.parse(line), jobs, out)
        line = jobs.readline(frames.MAX_JOB)
    return 0


def _known(find: Callable[[str], Reader], name: str) -> Reader | None:
    try:
        return find(name)
    except (KeyError, ImportError):
        return None


def _serve(find: Callable[[str], Reader], job: Job, jobs: BinaryIO, out: BinaryIO) -> None:
    source = Source(jobs, job.limits.source)
    try:
        reader = _known(find, job.reader)
        if reader is None:
            raise NotReadableError("This installation has no reader for it.")
        given = io.BufferedReader(source, 256 * 1024)
        if job.part is None:
            frames.write_reading(out, reader.read(given, job.limits), job.limits)
        else:
            _part(reader, given, job.limits, job.part, out)
    except MemoryError:
        # Nothing is certain any more after that.
        del source
        frames.write_failure(out, "large", "Looking at it needs more memory than a reader may have.")
        out.flush()
        os._exit(1)
    except TooLargeError as error:
        frames.write_failure(out, "large", error.message)
    except EvidenceError as error:
        frames.write_failure(out, "unreadable", error.message)
    except Exception:  # noqa: BLE001  (the edge: any fault of a reader means that the file cannot be read)
        frames.write_failure(out, "unreadable", "Its content is not what it says it is, or it is damaged.")
    out.flush()
    source.drain()


def _part(reader: Reader, source: BinaryIO, limits: Limits, place: int, out: BinaryIO) -> None:
    if reader.part is None:
        raise NotReadableError("It has no attachments.")
    sent = 0
    for piece in reader.part(source, limits, place):
        sent += len(piece)
        if sent > limits.part_bytes:
            raise TooLargeError("The attachment is larger than a reader may give out.")
        view = memoryview(piece)
        for start in range(0, len(view), frames.MAX_FRAME):
            frames.write(out, Frame.PART, view[start : start + frames.MAX_FRAME])
    frames.write(out, Frame.DONE, b"")


if __name__ == "__main__":
    sys.exit(main())
