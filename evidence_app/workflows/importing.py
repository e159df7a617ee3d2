"""Bringing in: original bytes sealed and in the record first, looked at afterwards, and only in the child.

A batch is brought in file by file; whatever happens to one, the others go on. What was sealed before a
stop, a fault or an interruption stays sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import BinaryIO, Final

from evidence_app import fields, policy
from evidence_app.capture import context, files, kinds, png, webm
from evidence_app.capture.child import Child, Readable, read_in_child
from evidence_app.capture.files import Found
from evidence_app.errors import (
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
    Exhibit,
    Limits,
    Method,
    Pixels,
    Progress,
    ProgressCall,
    Reading,
    ReadingKind,
    Said,
    Source,
    StopAnswer,
)
from evidence_app.vault import acts, acts_imports
from evidence_app.vault.vault import Vault
from evidence_app.workflows.stopping import answer_for_batch

BLOCK: Final = 1024 * 1024
MOST_PARTS: Final = 200
"""Attachments of one file that become exhibits of their own."""
_WITH_PARTS: Final = frozenset({ReadingKind.MAIL})
LARGE: Final = 16_000
"""Pixels of the longer side of what is shown."""
_ANY_SIDE: Final = 65_535
_FOREIGN: Final = frozenset({Method.FILE, Method.PART, Method.RECORDING, Method.RECOVERED})
_NOTHING: Final = "There is no preview of this kind of file; it is kept as it is."


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
    reference, said = vault.read.incident(incident).reference, batch.said()
    if not chosen:
        raise UsageError("There is no file to bring in. Nothing was changed. Choose at least one.")
    answer_for_batch(vault, reference, batch.answer, len(chosen), advised_by=batch.advised_by)
    work = _Work(vault, reference, said, batch.again, _Counted(chosen, progress))
    done: list[Brought] = []
    stopped = ""
    for at, file in enumerate(chosen):
        if stopped:
            done.append(Brought(file.name, Outcome.STOPPED, sentence=stopped))
        else:
            try:
                done.append(work.keep(file))
            except StoppedError:
                stopped = "You stopped before it was sealed; nothing of it was kept."
                done.append(Brought(file.name, Outcome.STOPPED, sentence=stopped))
            except StorageError as error:
                stopped = error.message
                done.append(Brought(file.name, Outcome.REFUSED, sentence=stopped))
        told(at, done[at])
    if not stopped:
        with suppress(StoppedError), Child() as child:
            for at, one in enumerate(done):
                if one.outcome is Outcome.KEPT:
                    done[at] = work.look(one, child)
                    told(at, done[at])
    return tuple(done)


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


class _Work:
    """One batch on its way."""

    def __init__(
        self, vault: Vault, reference: str, said: tuple[Said, ...], again: bool, counted: _Counted
    ) -> None:
        self._vault, self._reference, self._said = vault, reference, said
        self._again, self._counted = again, counted

    def keep(self, file: Found) -> Brought:
        """Seal one file; raises `StoppedError`, `StorageError`, `QuestionError`."""
        self._counted.words(files.shown(file.path.name))
        try:
            source, known, size = files.opened(file)
            with source:
                return self._keep(source, known, size, Method.FILE)
        except (StoppedError, StorageError, QuestionError):
            raise
        except UserError as error:
            return Brought(file.name, Outcome.REFUSED, sentence=error.message)

    def look(self, one: Brought, child: Child) -> Brought:
        """Read what was kept, and enter what the file says in the record."""
        self._counted.words(files.shown(one.name))
        exhibit = self._vault.read.exhibit(one.number)
        reading, reason = read(self._vault, exhibit, child, watch=lambda: self._counted.add(0))
        try:
            self._vault.record(acts_imports.exhibit_examined(exhibit.number, reading, reason))
        except (StorageError, LockedAwayError) as error:
            return replace(one, sentence=error.message)
        parts: tuple[str, ...] = ()
        if reading is not None and reading.kind in _WITH_PARTS and reading.attachments:
            parts = tuple(self._parts(exhibit, reading, child))
        return replace(one, preview=reading is not None and has_view(reading), sentence=reason, parts=parts)

    def _keep(self, source: BinaryIO, known: BroughtIn, size: int, method: Method) -> Brought:
        vault = self._vault
        if vault.read.has_locked_away() or (not self._again and vault.read.has_size(size)):
            digest = self._digest(source, known)
            source.seek(0)
            if vault.read.is_locked_digest(digest):
                return _locked(known)
            there = vault.read.with_digest(digest)
            if there and not self._again:
                return _already(known, there[0])
        return self._seal(_pieces(source, known), known, method, counted=True)

    def _digest(self, source: BinaryIO, known: BroughtIn) -> str:
        digest = sha256()
        for block in _pieces(source, known):
            digest.update(block)
            self._counted.add(0)
        return digest.hexdigest()

    def _seal(self, pieces: Iterator[bytes], known: BroughtIn, method: Method, *, counted: bool) -> Brought:
        """Stream bytes into an encrypted object, and enter it: all of it, or nothing is kept."""
        vault = self._vault
        with vault.objects.batch() as batch:
            head = next(pieces, b"")
            out = batch.begin(kinds.media_type(bytes(head[: kinds.HEAD_BYTES])))
            while head:
                out.write(head)
                self._counted.add(len(head) if counted else 0)
                head = next(pieces, b"")
            stored = out.finish()
            # Looked at once more: only what went into the object counts, whatever the file was before.
            if vault.read.has_locked_away() and vault.read.is_locked_digest(stored.sha256):
                batch.drop()
                return _locked(known)
            there = vault.read.with_digest(stored.sha256)
            if there and not self._again:
                batch.drop()
                return _already(known, there[0])
            observed = replace(context.observe(method, (), None, None, None), file=known)
            wanted = [acts_imports.exhibit_imported(stored, observed, self._reference)]
            if self._said:
                wanted.append(acts.exhibit_stated(None, self._said))
            with batch.recording(vault.read.object_ids):
                entries = vault.record_all(wanted)
        sentence = f"Its bytes are those of {there[0]} too." if there else ""
        return Brought(known.name, Outcome.KEPT, str(entries[0].data["number"]), sentence)

    def _parts(self, exhibit: Exhibit, reading: Reading, child: Child) -> Iterator[str]:
        """What is attached, each an exhibit of its own that the record ties to this one."""
        reader = kinds.reader_for(exhibit.stored.media_type)
        for place, one in enumerate(reading.attachments[:MOST_PARTS]):
            known = BroughtIn(name=one.name, part_of=exhibit.number)
            with suppress(NotReadableError), self._vault.original(exhibit.number) as source:
                pieces = child.part(reader, source, place, watch=lambda: self._counted.add(0))
                brought = self._seal(pieces, known, Method.PART, counted=False)
                if brought.outcome is Outcome.KEPT:
                    yield brought.number


def read(
    vault: Vault,
    exhibit: Exhibit,
    child: Child,
    limits: Limits | None = None,
    *,
    watch: Callable[[], None] = lambda: None,
) -> tuple[Reading | None, str]:
    """What a reader finds in an exhibit, or None and the reason in a sentence. The record is not touched.

    Raises `LockedAwayError`, `IntegrityError` and `StorageError` for an original that cannot be had.
    """
    reader = kinds.reader_for(exhibit.stored.media_type)
    if not exhibit.stored.size:
        return None, "It is empty: it has no bytes."
    if not reader:
        return None, _NOTHING
    try:
        with vault.original(exhibit.number) as source:
            return child.read(reader, source, limits, watch=watch), ""
    except NotReadableError as error:
        return None, error.message


def look(
    vault: Vault, number: str, limits: Limits | None = None, *, watch: Callable[[], None] = lambda: None
) -> tuple[Reading | None, str]:
    """Read an exhibit to be shown to the person; that it was viewed is an entry. As `read` otherwise."""
    exhibit = vault.read.exhibit(number)
    with Child() as child:
        found = read(vault, exhibit, child, limits, watch=watch)
    # Should it be locked away in this moment, the entry is refused, and nothing of it goes further.
    vault.record(acts.exhibit_viewed(exhibit.number))
    return found


def is_foreign(exhibit: Exhibit) -> bool:
    """Whether the bytes of an exhibit are not this program's own making: only the child may decode them."""
    return exhibit.method in _FOREIGN


def has_picture(exhibit: Exhibit) -> bool:
    """Whether there may be a picture of an exhibit to see: not of a text, a mail or a voice."""
    reader = kinds.reader_for(exhibit.stored.media_type)
    if exhibit.observed.file is None:
        return reader != "content"  # a capture; not the covered copy of a text
    return reader in {"picture", "pdf"}


def picture_of(source: Readable, media_type: str, side: int, child: Child | None = None) -> Pixels | None:
    """The picture that bytes of this media type show, decoded in the child within `side` pixels.

    None where there is none. Raises `NotReadableError`, and what reading `source` raises.
    """
    reader = "recording" if media_type == webm.MEDIA_TYPE else kinds.reader_for(media_type)
    if reader not in {"picture", "pdf", "recording"}:
        return None
    limits = Limits(preview_side=side, text=0)
    if child is not None:
        return child.read(reader, source, limits).preview
    return read_in_child(reader, source, limits).preview


def clear_png(vault: Vault, exhibit: Exhibit) -> bytes:
    """The picture of an exhibit as a PNG that may be decoded here, its pixels those that are shown; the
    original is compared with the record. Raises `UsageError` for what is no picture, or too large a one.
    """
    if not is_foreign(exhibit):
        return vault.read_original(exhibit.number)
    vault.check_original(exhibit.number)
    reason, pixels = "It is no picture.", None
    limits = Limits(preview_side=_ANY_SIDE, preview_pixels=Limits().pixels, text=0)
    if kinds.reader_for(exhibit.stored.media_type) == "picture":
        with Child() as child:
            reading, reason = read(vault, exhibit, child, limits)
        pixels = None if reading is None else reading.preview
    if pixels is None:
        raise UsageError(f"{exhibit.number} cannot be covered. {reason} Nothing was made.")
    if max(pixels.width, pixels.height) > LARGE or pixels.width * pixels.height > Limits().preview_pixels:
        raise UsageError(
            f"{exhibit.number} is too large a picture to be covered. Nothing was made, and it is untouched."
        )
    return png.from_pixels(pixels)


def examine(vault: Vault, number: str) -> None:
    """Read what nobody has read yet, after an interruption or with a newer reader, and enter what it says."""
    exhibit = vault.read.exhibit(number)
    with Child() as child:
        reading, reason = read(vault, exhibit, child)
    vault.record(acts_imports.exhibit_examined(exhibit.number, reading, reason))


def has_view(reading: Reading) -> bool:
    """Whether there is anything of it to be shown."""
    return bool(
        reading.preview is not None or reading.text.strip() or reading.messages or reading.attachments
    )


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
