"""What the parts of the vault check hand each other: what was found wrong, what the record holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from evidence_app.ledger import utc_text
from evidence_app.records import CheckProblem, Entry, Progress, ProgressCall, StoredObject

_MAX_NAMED = 100
_MAX_NOTES = 20


@dataclass
class Findings:
    """What was found so far; `say` keeps the person informed and may raise `StoppedError`."""

    progress: ProgressCall | None
    total: int = 0
    done: int = 0
    problems: list[CheckProblem] = field(default_factory=list)
    unnamed: int = 0

    def add(self, code: str, where: str, message: str) -> None:
        """A problem, by its code (resources/formats/vault.md), where it is, and what it is in words."""
        if len(self.problems) < _MAX_NAMED:
            self.problems.append(CheckProblem(code, where, message))
        else:
            self.unnamed += 1

    def all(self) -> tuple[CheckProblem, ...]:
        """The first hundred, and how many more there are."""
        if not self.unnamed:
            return tuple(self.problems)
        return (*self.problems, CheckProblem("more", "vault", f"There are {self.unnamed} more problems."))

    def say(self, amount: int, words: str) -> None:
        """So much more was looked at."""
        self.done += amount
        if self.progress is not None:
            self.progress(Progress(self.done, self.total, words))


@dataclass
class Record:
    """What the record was found to hold: its size, its last link, the objects that it names, receipts."""

    size: int = 0
    link: bytes = b""
    objects: list[tuple[str, StoredObject]] = field(default_factory=list)
    receipts: list[Entry] = field(default_factory=list)
    outside: list[Entry] = field(default_factory=list)
    """What others saw of the record: see `check_outside`."""
    erased: set[int] = field(default_factory=set)
    restored: bool = False
    """Put back from a backup, which holds nothing that is locked away."""
    disposals: dict[int, tuple[str, frozenset[int], frozenset[str]]] = field(default_factory=dict)
    """By entry: which exhibit, the entries that it lets be erased, the objects that must be gone."""
    notes: list[str] = field(default_factory=list)
    _last: Entry | None = None

    def note_time(self, entry: Entry) -> None:
        """Times are those of a clock that can be set: where they go back, that is said."""
        last, self._last = self._last, entry
        if last is not None and entry.at < last.at and len(self.notes) < _MAX_NOTES:
            self.notes.append(
                f"Entry {entry.seq} is dated {utc_text(entry.at)}, entry {last.seq} before it "
                f"{utc_text(last.at)}: the clock of the computer was set back between them. Their order is "
                "that of the record."
            )
