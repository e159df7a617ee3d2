"""What is searched for, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evidence_app.records.common import Method


class SearchKind(StrEnum):
    """What can be found. RECEIVED: a received bundle, or an exhibit of one."""

    INCIDENT = "incident"
    EXHIBIT = "exhibit"
    RECEIVED = "received"
    BUNDLE = "bundle"
    REFERRAL = "referral"


class SearchState(StrEnum):
    """How something stands: a mark beside what is found, and something to look for."""

    NOT_FILED = "not_filed"
    WITHDRAWN = "withdrawn"
    LOCKED_AWAY = "locked_away"
    ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What a search is narrowed to; empty values narrow nothing.

    `since` is inclusive, `until` is not; both are aware. `category` is a code of the policy. `by` and
    `platform` are found by a part of the name. `incident` is a reference in full. With `earlier` also what
    was said once, and was put differently since, is looked through.
    """

    kinds: frozenset[SearchKind] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    platform: str = ""
    category: str = ""
    method: Method | None = None
    state: SearchState | None = None
    by: str = ""
    incident: str = ""
    earlier: bool = False

    @property
    def narrows(self) -> bool:
        """Whether anything is left out by them, so that they say something without any words."""
        return bool(
            self.kinds
            or self.since
            or self.until
            or self.platform
            or self.category
            or self.method
            or self.state
            or self.by
            or self.incident
        )


@dataclass(frozen=True, slots=True)
class Marked:
    """One line of text; `marks` are the parts that were looked for: first character, and one past the last,
    in order and apart from each other."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPart:
    """Where the words stand: the field (its code), a piece of its text, whether it was said earlier and put
    differently since."""

    field: str
    text: Marked
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """Something that was found.

    `about` names it: a reference, a number, `RCV-001 HXA/001`, or the id of a bundle that was sealed here.
    `title` is its number, or what it is called. `parts` has the fields with most of the words first; empty
    where the words are in the title. `at` and `by` are of its making; of something said earlier (`earlier`)
    of the saying. `seq` is that entry. `incident` and `incident_title` are where it is filed.
    """

    kind: SearchKind
    about: str
    title: Marked
    parts: tuple[SearchPart, ...]
    at: datetime
    by: str
    seq: int
    incident: str | None = None
    incident_title: str = ""
    platform: str = ""
    states: tuple[SearchState, ...] = ()
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What was found, newest first. `before` asks for the next page, None where there is none.

    `words` are what was looked for, as it was understood; `cut` says that there were more of them.
    """

    hits: tuple[SearchHit, ...] = ()
    before: int | None = None
    words: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class SearchChoices:
    """What there is to narrow a search to: platforms, categories (codes), methods and people, in order."""

    platforms: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()
    people: tuple[str, ...] = ()
