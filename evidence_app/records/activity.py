"""The whole ledger as a list: which acts are asked for, and which there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evidence_app.records.common import EntryKind


@dataclass(frozen=True, slots=True)
class ActivityFilters:
    """What a list of acts is narrowed to; empty values narrow nothing.

    `since` is inclusive, `until` is not; both are aware. `about` is an exhibit's number or a received
    bundle's reference in full, or an incident's: then the acts on its exhibits belong to it as well.
    """

    kinds: frozenset[EntryKind] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    about: str = ""

    @property
    def narrows(self) -> bool:
        """Whether any act may be left out."""
        return bool(self.kinds or self.since or self.until or self.about)


@dataclass(frozen=True, slots=True)
class ActList:
    """Acts by the numbers of their entries, newest first; `at` are the moments in UTC, one for each, as the
    record writes them. `size` is the number of the newest entry, asked for or not.

    An entry that a disposal erased, or that cannot be read, is in no such list: it is missing between two
    numbers.
    """

    seqs: tuple[int, ...] = ()
    at: tuple[str, ...] = ()
    size: int = 0
