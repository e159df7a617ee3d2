"""Bringing in: original bytes sealed and in the record first, looked at afterwards, and only in the child.

A batch is brought in file by file; whatever happens to one, the others go on. What was sealed before a
stop, a fault or an interruption stays sealed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import BinaryIO, Final

from evidence_app import fields, policy
from evidence_app.capture import context, files, kinds
from evidence_app.capture.child import Child
from evidence_app.capture.files import Found
from evidence_app.errors import (
    EvidenceError,
    LockedAwayError,
    NotReadableError,
    StoppedError,
    StorageError,
    UsageError,
    UserError,
)
from evidence_app.records import (
    BroughtIn,
    EntryKind,
    Method,
    Progress,
    ProgressCall,
    Reading,
    ReadingKind,
    Said,
    Source,
    StopAnswer,
    StoredObject,
)
from evidence_app.vault import acts, acts_imports
from evidence_app.vault.acts import Act
from evidence_app.vault.objects import Batch as ObjectBatch
from evidence_app.vault.vault import Vault
from evidence_app.workflows import looking
from evidence_app.workflows.stopping import answer_for_batch

BLOCK: Final = 1024 * 1024
MOST_PARTS: Final = 200
"""Attachments of one file that become exhibits of their own."""
_HOLDS_LOCKED: Final = (
    "A file that is locked away is inside it, so it was locked away too. Tell the safeguarding lead."
)
_WITH_PARTS: Final = frozenset({ReadingKind.MAIL})
_AT_ONCE: Final = 32
_SEALERS: Final = 3
_AHEAD: Final = 6
_LOOK: Final = 0.1
_SECONDS: Final = 1.0
"""Files that are sealed wait so long, and so many of them, to be entered in one transaction."""


class Outcome(StrEnum):
    """What became of one file."""

    KEPT = "kept"
    ALREADY = "already there"
    REFUSED = "not brought in"
    STOPPED = "stopped before it"


@dataclass(frozen=True, slots=True)
class Brought:
    """One file of a batch: `number` of its exhibit (or of the one that has these bytes already), and what
    there is to say in a sentence. `preview`: whether there is one; None where nothing was looked at.
    `parts` are the exhibits made of what was attached to it."""

    name: str
    outcome: Outcome
    number: str = ""
    sentence: str = ""
    preview: bool | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a person says about all files of a batch at once. `again`: also what is there already."""

    answer: StopAnswer
    advised_by: str = ""
    received_from: str = ""
    received_on: str = ""
    again: bool = False

    def said(self) -> tuple[Said, ...]:
        """The statements about each exhibit; raises `UsageError` for what cannot stand in a field."""
        now, rules = datetime.now(UTC).astimezone(), policy.current()
        found = []
        for code, value in (("received_from", self.received_from), ("received_on", self.received_on)):
            name = fields.named(code)
            if value.strip() and name is not None:
                found.append(Said(code, fields.checked(name, value, rules, now).value, Source.TYPED))
        return tuple(found)


FileCall = Callable[[int, Brought], None]
"""Called when something is known of the file at this place of the batch; a second time after it was read."""


def bring_in(
    vault: Vault,
    incident: str,
    chosen: Sequence[Found],
    batch: Batch,
    *,
    progress: ProgressCall | None = None,
    told: FileCall = lambda _at, _one: None,
) -> tuple[Brought, ...]:
    """Bring files into an incident, one answer for each of them, in their order.

    The answer to the question of 8.1 is recorded first; raises `QuestionError` where it closes the way, and
    `UsageError` for an unknown incident or a statement that cannot be. `progress` counts bytes; where it
    raises `StoppedError`, what is not sealed yet is left out, and said so.
    """
    reference = vault.read.incident(incident).reference
    work = _Work(vault, reference, batch, _Counted(chosen, progress), told)
    if not chosen:
        raise UsageError("There is no file to bring in. Nothing was changed. Choose at least one.")
    answer_for_batch(vault, reference, batch.answer, len(chosen), advised_by=batch.advised_by)
    if work.seal_all(chosen):
        with suppress(StoppedError), Child() as child:
            work.look_at_all(child)
    return tuple(work.done[at] for at in range(len(chosen)))


class _Counted:
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


class _Work:
    """One batch on its way. Files are sealed one by one and entered in the record a few at a time."""

    def __init__(
        self,
        vault: Vault,
        reference: str,
        batch: Batch,
        counted: _Counted,
        told: FileCall,
    ) -> None:
        self._vault, self._reference, self._said = vault, reference, batch.said()
        self._again, self._counted, self._told = batch.again, counted, told
        self._waiting: list[_Sealed] = []
        self._since = 0.0
        self._stored: dict[int, StoredObject] = {}
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
                    self._counted.tell(files.shown(file.path.name))
                    while not wait([ahead[0]], _LOOK).done:
                        self._counted.tell()
                    self._take(at, ahead.popleft().result())
                self._enter()
            except StoppedError:
                why = "You stopped before it was sealed; nothing of it was kept."
            except StorageError as error:
                why = error.message
                self._tell(at, Brought(chosen[at].name, Outcome.REFUSED, sentence=why))
            finally:
                self._counted.stopping.set()
                for one in ahead:
                    one.cancel()
                wait(ahead)
                self._leave(ahead, keep=bool(why))
        self._counted.stopping.clear()
        if why:
            with suppress(StorageError):
                self._enter()
            for left, file in enumerate(chosen):
                if left not in self.done:
                    self._tell(left, Brought(file.name, Outcome.STOPPED, sentence=why))
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

    def _tell(self, at: int, one: Brought) -> None:
        self.done[at] = one
        self._told(at, one)

    def _file(self, at: int, file: Found) -> Brought | _Sealed:
        """Seal one file, in any thread; raises `StoppedError`, `StorageError`."""
        try:
            source, known, size = files.opened(file)
            with source:
                there = self._there_already(source, known, size)
                return there or self._seal(at, _pieces(source, known), known, Method.FILE, counted=True)
        except (StoppedError, StorageError):
            raise
        except UserError as error:
            return Brought(file.name, Outcome.REFUSED, sentence=error.message)

    def _take(self, at: int, found: Brought | _Sealed) -> None:
        """What became of a file: it waits to be entered, unless its bytes are known meanwhile."""
        if isinstance(found, _Sealed):
            if any(one.stored.sha256 == found.stored.sha256 for one in self._waiting):
                self._enter()
            known = self._known(found.stored.sha256, found.known)
            if known is None:
                self._wait(found)
                return
            found.batch.drop()
            found = known
        self._tell(at, found)

    def _there_already(self, source: BinaryIO, known: BroughtIn, size: int) -> Brought | None:
        """Before a byte is written, where there is something of the same size, or anything locked away."""
        read = self._vault.read
        if not read.has_locked_away() and (self._again or not read.has_size(size)):
            return None
        digest = sha256()
        for block in _pieces(source, known):
            digest.update(block)
            self._counted.add(0)
        source.seek(0)
        return self._known(digest.hexdigest(), known)

    def _known(self, digest: str, known: BroughtIn) -> Brought | None:
        read = self._vault.read
        if read.has_locked_away() and read.is_locked_digest(digest):
            return _locked(known)
        if self._again:
            return None
        there = read.with_digest(digest)
        return _already(known, there[0]) if there else None

    def _seal(
        self, at: int, pieces: Iterator[bytes], known: BroughtIn, method: Method, *, counted: bool
    ) -> _Sealed:
        """Stream bytes into an encrypted object: all of them, or nothing is kept."""
        with self._vault.objects.batch() as batch:
            block = next(pieces, b"")
            out = batch.begin(kinds.media_type(bytes(block[: kinds.HEAD_BYTES])))
            while block:
                out.write(block)
                self._counted.add(len(block) if counted else 0)
                block = next(pieces, b"")
            # From here on only what went into the object counts, whatever the file was before.
            return _Sealed(at, known, method, out.finish(), batch)

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
        for one, number in zip(waiting, self._record(waiting), strict=True):
            self._stored[one.at] = one.stored
            self._tell(one.at, Brought(one.known.name, Outcome.KEPT, number))

    def _record(self, sealed: Sequence[_Sealed]) -> list[str]:
        if not sealed:
            return []
        wanted: list[Act] = []
        for one in sealed:
            observed = replace(context.observe(one.method, (), None, None, None), file=one.known)
            wanted.append(acts_imports.exhibit_imported(one.stored, observed, self._reference))
            if self._said:
                wanted.append(acts.exhibit_stated(None, self._said))
        try:
            with ExitStack() as entering:
                for one in sealed:
                    entering.enter_context(one.batch.recording(self._vault.surely_named))
                entries = self._vault.record_all(wanted)
        except BaseException:
            for one in sealed:
                one.batch.drop()
            raise
        kind = EntryKind.EXHIBIT_IMPORTED
        return [str(entry.data["number"]) for entry in entries if entry.kind is kind]

    # --- looking ----------------------------------------------------------------------------------

    def look_at_all(self, child: Child) -> None:
        """Read what was kept, and enter what the files say; raises `StoppedError`."""
        kept: list[tuple[int, Brought]] = []
        for at, one in sorted(self.done.items()):
            if one.outcome is Outcome.KEPT:
                why = looking.why_unread(self._stored[at])
                if why:
                    # Nothing looks into it, so there is nothing to enter either.
                    self._tell(at, replace(one, preview=False, sentence=why))
                else:
                    kept.append((at, one))
        for start in range(0, len(kept), _AT_ONCE):
            part = kept[start : start + _AT_ONCE]
            found: dict[int, tuple[Reading | None, str]] = {}
            try:
                for at, one in part:
                    self._counted.tell(files.shown(one.name))
                    found[at] = self._read(one.number, self._stored[at], child)
            finally:
                self._examined(found, child)

    def _read(self, number: str, stored: StoredObject, child: Child) -> tuple[Reading | None, str]:
        try:
            return looking.read(self._vault, number, stored, child, watch=self._counted.tell)
        except StoppedError:
            raise
        except EvidenceError as error:  # locked away in this moment, or a fault of the disk
            return None, error.message

    def _examined(self, found: Mapping[int, tuple[Reading | None, str]], child: Child) -> None:
        wanted = [
            acts_imports.exhibit_examined(self.done[at].number, reading, reason)
            for at, (reading, reason) in found.items()
        ]
        try:
            self._vault.record_all(wanted)
        except LockedAwayError:
            for act in wanted:
                with suppress(LockedAwayError):
                    self._vault.record(act)
        except StorageError:
            return  # they are sealed; they are read when somebody opens them
        for at, (reading, reason) in found.items():
            parts: tuple[str, ...] = ()
            if self._vault.is_locked_away(self.done[at].number):
                self._tell(at, replace(self.done[at], preview=False, sentence=_HOLDS_LOCKED))
                continue
            if reading is not None and reading.kind in _WITH_PARTS and reading.attachments:
                with suppress(StoppedError, StorageError, LockedAwayError):
                    parts = tuple(self._parts(self.done[at].number, self._stored[at], reading, child))
            preview = reading is not None and looking.has_view(reading)
            self._tell(at, replace(self.done[at], preview=preview, sentence=reason, parts=parts))

    def _parts(self, number: str, stored: StoredObject, reading: Reading, child: Child) -> Iterator[str]:
        """What is attached, each an exhibit of its own that the record ties to this one."""
        reader = kinds.reader_for(stored.media_type)
        for place, one in enumerate(reading.attachments[:MOST_PARTS]):
            known = BroughtIn(name=one.name, part_of=number)
            with suppress(NotReadableError), self._vault.original(number) as source:
                pieces = child.part(reader, source, place, watch=self._counted.tell)
                sealed = self._seal(-1, pieces, known, Method.PART, counted=False)
                if self._known(sealed.stored.sha256, known) is None:
                    yield self._record([sealed])[0]
                else:
                    sealed.batch.drop()


def _pieces(source: BinaryIO, known: BroughtIn) -> Iterator[bytes]:
    """The bytes of a file as they are read; `UserError` where the file cannot be read to its end."""
    while True:
        try:
            block = source.read(BLOCK)
        except OSError as error:
            raise UserError(
                f"“{files.shown(known.name)}” could not be read to its end ({error.strerror}). Nothing of it "
                "was kept. Copy it to this computer, and try again."
            ) from error
        if not block:
            return
        yield block


def _already(known: BroughtIn, number: str) -> Brought:
    return Brought(known.name, Outcome.ALREADY, number, f"It is in the vault already, as {number}.")


def _locked(known: BroughtIn) -> Brought:
    return Brought(
        known.name,
        Outcome.REFUSED,
        sentence="Its bytes are those of something that is locked away, so nothing was written. Close it, "
        "and tell the safeguarding lead.",
    )
