"""Bringing in: original bytes sealed and in the record first, looked at afterwards, and only in the child.

A batch is brought in file by file; whatever happens to one, the others go on. What was sealed before a
stop, a fault or an interruption stays sealed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    QuestionError,
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
_WITH_PARTS: Final = frozenset({ReadingKind.MAIL})
_AT_ONCE: Final = 32
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
    """Progress over a batch, in bytes of the files."""

    def __init__(self, chosen: Sequence[Found], progress: ProgressCall | None) -> None:
        self._call, self._done, self._words = progress, 0, ""
        self._total = 0
        for one in chosen:
            with suppress(OSError, ValueError):
                self._total += one.path.stat().st_size

    def words(self, words: str) -> None:
        self._words = words
        self.add(0)

    def add(self, count: int) -> None:
        self._done += count
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
        """Seal the files; False where that did not come to its end."""
        at, why = 0, ""
        try:
            for at, file in enumerate(chosen):
                self._file(at, file)
            self._enter()
        except StoppedError:
            why = "You stopped before it was sealed; nothing of it was kept."
        except StorageError as error:
            why = error.message
            if at not in self.done and not self._is_waiting(at):
                self._tell(at, Brought(chosen[at].name, Outcome.REFUSED, sentence=why))
        except BaseException:
            self._drop()
            raise
        if why:
            self._enter_what_can_be(chosen)
            for left, file in enumerate(chosen):
                if left not in self.done:
                    self._tell(left, Brought(file.name, Outcome.STOPPED, sentence=why))
        return not why

    def _is_waiting(self, at: int) -> bool:
        return any(one.at == at for one in self._waiting)

    def _enter_what_can_be(self, chosen: Sequence[Found]) -> None:
        waiting = list(self._waiting)
        try:
            self._enter()
        except StorageError as error:
            for one in waiting:
                if one.at not in self.done:
                    name = chosen[one.at].name
                    self._tell(one.at, Brought(name, Outcome.REFUSED, sentence=error.message))

    def _tell(self, at: int, one: Brought) -> None:
        self.done[at] = one
        self._told(at, one)

    def _file(self, at: int, file: Found) -> None:
        """Seal one file; raises `StoppedError`, `StorageError`, `QuestionError`."""
        self._counted.words(files.shown(file.path.name))
        try:
            source, known, size = files.opened(file)
            with source:
                found = self._there_already(source, known, size) or self._seal(
                    at, _pieces(source, known), known, Method.FILE, counted=True
                )
        except (StoppedError, StorageError, QuestionError):
            raise
        except UserError as error:
            found = Brought(file.name, Outcome.REFUSED, sentence=error.message)
        if isinstance(found, Brought):
            self._tell(at, found)
        else:
            self._wait(found)

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
    ) -> Brought | _Sealed:
        """Stream bytes into an encrypted object: all of them, or nothing is kept."""
        with self._vault.objects.batch() as batch:
            block = next(pieces, b"")
            out = batch.begin(kinds.media_type(bytes(block[: kinds.HEAD_BYTES])))
            while block:
                out.write(block)
                self._counted.add(len(block) if counted else 0)
                block = next(pieces, b"")
            stored = out.finish()
            # Only what went into the object counts, whatever the file was before.
            if any(one.stored.sha256 == stored.sha256 for one in self._waiting):
                self._enter()
            found = self._known(stored.sha256, known)
            if found is not None:
                batch.drop()
                return found
            return _Sealed(at, known, method, stored, batch)

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
                    entering.enter_context(one.batch.recording(self._vault.read.object_ids))
                entries = self._vault.record_all(wanted)
        except BaseException:
            for one in sealed:
                one.batch.drop()
            raise
        kind = EntryKind.EXHIBIT_IMPORTED
        return [str(entry.data["number"]) for entry in entries if entry.kind is kind]

    def _drop(self) -> None:
        for one in self._waiting:
            one.batch.drop()
        self._waiting.clear()

    # --- looking ----------------------------------------------------------------------------------

    def look_at_all(self, child: Child) -> None:
        """Read what was kept, and enter what the files say; raises `StoppedError`."""
        kept = [(at, one) for at, one in sorted(self.done.items()) if one.outcome is Outcome.KEPT]
        for start in range(0, len(kept), _AT_ONCE):
            part = kept[start : start + _AT_ONCE]
            found: dict[int, tuple[Reading | None, str]] = {}
            try:
                for at, one in part:
                    self._counted.words(files.shown(one.name))
                    found[at] = self._read(one.number, self._stored[at], child)
            finally:
                self._examined(found, child)

    def _read(self, number: str, stored: StoredObject, child: Child) -> tuple[Reading | None, str]:
        try:
            return looking.read(self._vault, number, stored, child, watch=lambda: self._counted.add(0))
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
            if reading is not None and reading.kind in _WITH_PARTS and reading.attachments:
                with suppress(StoppedError, StorageError):
                    parts = tuple(self._parts(self.done[at].number, self._stored[at], reading, child))
            preview = reading is not None and looking.has_view(reading)
            self._tell(at, replace(self.done[at], preview=preview, sentence=reason, parts=parts))

    def _parts(self, number: str, stored: StoredObject, reading: Reading, child: Child) -> Iterator[str]:
        """What is attached, each an exhibit of its own that the record ties to this one."""
        reader = kinds.reader_for(stored.media_type)
        for place, one in enumerate(reading.attachments[:MOST_PARTS]):
            known = BroughtIn(name=one.name, part_of=number)
            with suppress(NotReadableError), self._vault.original(number) as source:
                pieces = child.part(reader, source, place, watch=lambda: self._counted.add(0))
                sealed = self._seal(-1, pieces, known, Method.PART, counted=False)
                if isinstance(sealed, _Sealed):
                    yield self._record([sealed])[0]


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
