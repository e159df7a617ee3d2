"""Files sealed one by one, several at the same time, and entered in the record a few at a time.

A batch of them is made durable together: each file by its sealer, then every folder once, then the entries in
one transaction. Only then is any of them reported as sealed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from io import FileIO
from typing import Final

from evidence_app.capture import context, files, kinds
from evidence_app.capture.files import Found
from evidence_app.errors import StoppedError, StorageError, UserError
from evidence_app.records import BroughtIn, EntryKind, Method, Progress, ProgressCall, StoredObject
from evidence_app.vault import acts, acts_imports
from evidence_app.vault.acts import Act
from evidence_app.vault.object_writing import Batch as ObjectBatch
from evidence_app.vault.vault import Vault
from evidence_app.workflows.brought import Batch, Brought, FileCall, Outcome

BLOCK: Final = 256 * 1024
_AT_ONCE: Final = 32
_SEALERS: Final = 3
_AHEAD: Final = 32
_LOOK: Final = 0.1
_SECONDS: Final = 1.0
"""Files that are sealed wait so long, and so many of them, to be entered in one transaction."""


class Counted:
    """Progress over a batch, in bytes. `add` is for any thread, `tell` for the one that began the work."""

    def __init__(self, chosen: Sequence[Found], progress: ProgressCall | None) -> None:
        self._call, self._done, self._words = progress, 0, ""
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._total = 0
        for one in chosen:
            with suppress(OSError, ValueError):
                self._total += one.path.stat().st_size

    def add(self, count: int) -> None:
        """So many bytes more; raises `StoppedError` once `stopping` is set."""
        if self.stopping.is_set():
            raise StoppedError("Stopped.")
        with self._lock:
            self._done += count

    def tell(self, words: str | None = None) -> None:
        """Call the progress call, which may raise `StoppedError`."""
        self._words = self._words if words is None else words
        if self._call is not None:
            self._call(Progress(min(self._done, self._total), self._total, self._words))


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A file whose object is whole and on the disk, and which the record does not name yet."""

    at: int
    known: BroughtIn
    method: Method
    stored: StoredObject
    batch: ObjectBatch


class Work:
    """One batch on its way. Files are sealed one by one and entered in the record a few at a time."""

    def __init__(
        self,
        vault: Vault,
        reference: str,
        batch: Batch,
        counted: Counted,
        told: FileCall,
    ) -> None:
        self.vault, self._reference, self._said = vault, reference, batch.said()
        self._again, self.counted, self._told = batch.again, counted, told
        self._waiting: list[_Sealed] = []
        self._since = 0.0
        self.stored: dict[int, StoredObject] = {}
        self.done: dict[int, Brought] = {}

    # --- sealing ----------------------------------------------------------------------------------

    def seal_all(self, chosen: Sequence[Found]) -> bool:
        """Seal the files, some at the same time; False where that did not come to its end."""
        why, at = "", 0
        with ThreadPoolExecutor(_SEALERS, thread_name_prefix="sealer") as pool:
            ahead: deque[Future[Brought | _Sealed]] = deque()
            try:
                for at, file in enumerate(chosen):
                    while len(ahead) < _AHEAD and at + len(ahead) < len(chosen):
                        place = at + len(ahead)
                        ahead.append(pool.submit(self._file, place, chosen[place]))
                    self.counted.tell(files.shown(file.path.name))
                    while not wait([ahead[0]], _LOOK).done:
                        self.counted.tell()
                    self._take(at, ahead.popleft().result())
                self._enter()
            except StoppedError:
                why = "You stopped before it was sealed; nothing of it was kept."
            except StorageError as error:
                why = error.message
                self.tell(at, Brought(chosen[at].name, Outcome.REFUSED, sentence=why))
            finally:
                self.counted.stopping.set()
                for one in ahead:
                    one.cancel()
                wait(ahead)
                self._leave(ahead, keep=bool(why))
        self.counted.stopping.clear()
        if why:
            with suppress(StorageError):
                self._enter()
            for left, file in enumerate(chosen):
                if left not in self.done:
                    self.tell(left, Brought(file.name, Outcome.STOPPED, sentence=why))
        return not why

    def _leave(self, ahead: Iterable[Future[Brought | _Sealed]], *, keep: bool) -> None:
        """What was being sealed when the work ended: what is whole is kept, after a stop; else nothing."""
        for one in ahead:
            if not one.cancelled() and one.exception() is None:
                found = one.result()
                if keep:
                    with suppress(StorageError):
                        self._take(found.at if isinstance(found, _Sealed) else -1, found)
                elif isinstance(found, _Sealed):
                    found.batch.drop()
        if not keep:
            for sealed in self._waiting:
                sealed.batch.drop()
            self._waiting.clear()

    def tell(self, at: int, one: Brought) -> None:
        self.done[at] = one
        self._told(at, one)

    def _file(self, at: int, file: Found) -> Brought | _Sealed:
        """Seal one file, in any thread; raises `StoppedError`, `StorageError`."""
        try:
            source, known, size = files.opened(file)
            with source:
                there = self._there_already(source, known, size)
                return there or self.seal(at, _pieces(source, known), known, Method.FILE, counted=True)
        except (StoppedError, StorageError):
            raise
        except UserError as error:
            return Brought(file.name, Outcome.REFUSED, sentence=error.message)

    def _take(self, at: int, found: Brought | _Sealed) -> None:
        """What became of a file: it waits to be entered, unless its bytes are known meanwhile."""
        if isinstance(found, _Sealed):
            if any(one.stored.sha256 == found.stored.sha256 for one in self._waiting):
                self._enter()
            known = self.known(found.stored.sha256, found.known)
            if known is None:
                self._wait(found)
                return
            found.batch.drop()
            found = known
        self.tell(at, found)

    def _there_already(self, source: FileIO, known: BroughtIn, size: int) -> Brought | None:
        """Before a byte is written, where there is something of the same size, or anything locked away."""
        if not self.vault.read.may_be_known(size, locked_only=self._again):
            return None
        digest = sha256()
        for block in _pieces(source, known):
            digest.update(block)
            self.counted.add(0)
        source.seek(0)
        return self.known(digest.hexdigest(), known)

    def known(self, digest: str, known: BroughtIn) -> Brought | None:
        away, there = self.vault.read.known_bytes(digest)
        if away:
            return _locked(known)
        return _already(known, there[0]) if there and not self._again else None

    def seal(
        self,
        at: int,
        pieces: Iterator[bytes | memoryview],
        known: BroughtIn,
        method: Method,
        *,
        counted: bool,
    ) -> _Sealed:
        """Stream bytes into an encrypted object: all of them, or nothing is kept."""
        with self.vault.objects.batch() as batch:
            block: bytes | memoryview = next(pieces, b"")
            out = batch.begin(kinds.media_type(bytes(block[: kinds.HEAD_BYTES])))
            while block:
                out.write(block)
                self.counted.add(len(block) if counted else 0)
                block = next(pieces, b"")
            # From here on only what went into the object counts, whatever the file was before.
            return _Sealed(at, known, method, out.make_whole(), batch)

    # --- entering ---------------------------------------------------------------------------------

    def _wait(self, sealed: _Sealed) -> None:
        now = time.monotonic()
        self._since = self._since if self._waiting else now
        self._waiting.append(sealed)
        if len(self._waiting) >= _AT_ONCE or now - self._since > _SECONDS:
            self._enter()

    def _enter(self) -> None:
        """Enter what waits in one transaction; from then on it is said to be sealed."""
        waiting, self._waiting = self._waiting, []
        for one, number in zip(waiting, self.record(waiting), strict=True):
            self.stored[one.at] = one.stored
            self.tell(one.at, Brought(one.known.name, Outcome.KEPT, number))

    def record(self, sealed: Sequence[_Sealed]) -> list[str]:
        if not sealed:
            return []
        wanted: list[Act] = []
        for one in sealed:
            observed = replace(context.observe(one.method, (), None, None, None), file=one.known)
            wanted.append(acts_imports.exhibit_imported(one.stored, observed, self._reference))
            if self._said:
                wanted.append(acts.exhibit_stated(None, self._said))
        try:
            ObjectBatch.name_all(one.batch for one in sealed)
            with ExitStack() as entering:
                for one in sealed:
                    entering.enter_context(one.batch.recording(self.vault.surely_named))
                entries = self.vault.record_all(wanted)
        except BaseException:
            for one in sealed:
                one.batch.drop()
            raise
        kind = EntryKind.EXHIBIT_IMPORTED
        return [str(entry.data["number"]) for entry in entries if entry.kind is kind]


def _pieces(source: FileIO, known: BroughtIn) -> Iterator[memoryview]:
    """The bytes of a file as they are read, each piece good until the next; `UserError` where the file cannot
    be read to its end."""
    # One buffer for all blocks: new ones cost page faults, more than hashing a small file does.
    buffer = memoryview(bytearray(BLOCK))
    while True:
        try:
            size = source.readinto(buffer)
        except OSError as error:
            raise UserError(
                f"“{files.shown(known.name)}” could not be read to its end ({error.strerror}). Nothing of it "
                "was kept. Copy it to this computer, and try again."
            ) from error
        if not size:
            return
        yield buffer[:size]


def _already(known: BroughtIn, number: str) -> Brought:
    return Brought(known.name, Outcome.ALREADY, number, f"It is in the vault already, as {number}.")


def _locked(known: BroughtIn) -> Brought:
    return Brought(
        known.name,
        Outcome.REFUSED,
        sentence="Its bytes are those of something that is locked away, so nothing was written. Close it, "
        "and tell the safeguarding lead.",
    )
