"""Looking at what was just brought in: after all of it is sealed, and only in the child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from evidence_app.capture import files, kinds
from evidence_app.capture.child import Child
from evidence_app.errors import EvidenceError, LockedAwayError, NotReadableError, StoppedError, StorageError
from evidence_app.records import BroughtIn, Method, Reading, ReadingKind, StoredObject
from evidence_app.vault import acts_imports
from evidence_app.workflows import looking
from evidence_app.workflows.brought import Brought, Outcome
from evidence_app.workflows.importing_seal import Work

MOST_PARTS: Final = 200
"""Attachments of one file that become exhibits of their own."""
_HOLDS_LOCKED: Final = (
    "A file that is locked away is inside it, so it was locked away too. Tell the safeguarding lead."
)
_WITH_PARTS: Final = frozenset({ReadingKind.MAIL})
_AT_ONCE: Final = 32


def look_at_all(work: Work) -> None:
    """Read what was kept, in a child that is started for it, and enter what the files say; raises
    `StoppedError`."""
    kept: list[tuple[int, Brought]] = []
    for at, one in sorted(work.done.items()):
        if one.outcome is Outcome.KEPT:
            why = looking.why_unread(work.stored[at])
            if why:
                # Nothing looks into it, so there is nothing to enter either.
                work.tell(at, replace(one, preview=False, sentence=why))
            else:
                kept.append((at, one))
    work.counted.tell()
    if kept:
        with Child() as child:
            for start in range(0, len(kept), _AT_ONCE):
                _look_at(work, kept[start : start + _AT_ONCE], child)


def _look_at(work: Work, part: Sequence[tuple[int, Brought]], child: Child) -> None:
    found: dict[int, tuple[Reading | None, str]] = {}
    try:
        for at, one in part:
            work.counted.tell(files.shown(one.name))
            found[at] = _read(work, one.number, work.stored[at], child)
    finally:
        _examined(work, found, child)


def _read(work: Work, number: str, stored: StoredObject, child: Child) -> tuple[Reading | None, str]:
    try:
        return looking.read(work.vault, number, stored, child, watch=work.counted.tell)
    except StoppedError:
        raise
    except EvidenceError as error:  # locked away in this moment, or a fault of the disk
        return None, error.message


def _examined(work: Work, found: Mapping[int, tuple[Reading | None, str]], child: Child) -> None:
    wanted = [
        acts_imports.exhibit_examined(work.done[at].number, reading, reason)
        for at, (reading, reason) in found.items()
    ]
    try:
        work.vault.record_all(wanted)
    except LockedAwayError:
        for act in wanted:
            with suppress(LockedAwayError):
                work.vault.record(act)
    except StorageError:
        return  # they are sealed; they are read when somebody opens them
    for at, (reading, reason) in found.items():
        parts: tuple[str, ...] = ()
        if work.vault.is_locked_away(work.done[at].number):
            work.tell(at, replace(work.done[at], preview=False, sentence=_HOLDS_LOCKED))
            continue
        if reading is not None and reading.kind in _WITH_PARTS and reading.attachments:
            with suppress(StoppedError, StorageError, LockedAwayError):
                parts = tuple(_parts(work, work.done[at].number, work.stored[at], reading, child))
        preview = reading is not None and looking.has_view(reading)
        work.tell(at, replace(work.done[at], preview=preview, sentence=reason, parts=parts))


def _parts(work: Work, number: str, stored: StoredObject, reading: Reading, child: Child) -> Iterator[str]:
    """What is attached, each an exhibit of its own that the record ties to this one."""
    reader = kinds.reader_for(stored.media_type)
    for place, one in enumerate(reading.attachments[:MOST_PARTS]):
        known = BroughtIn(name=one.name, part_of=number)
        with suppress(NotReadableError), work.vault.original(number) as source:
            pieces = child.part(reader, source, place, watch=work.counted.tell)
            sealed = work.seal(-1, pieces, known, Method.PART, counted=False)
            if work.known(sealed.stored.sha256, known) is None:
                yield work.record([sealed])[0]
            else:
                sealed.batch.drop()
