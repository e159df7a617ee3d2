"""What all readers of conversations share: drafts of messages, the window that was asked for, times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from evidence_app.capture.reading._text import Gathered, Notes, fit
from evidence_app.records import Choice, Claim, Limits, Message, Question

DATE_ORDER: Final = "order of day and month"
"""Name of the question; answers are `DAY_FIRST` and `MONTH_FIRST`."""

DAY_FIRST: Final = "day first"
MONTH_FIRST: Final = "month first"
YEAR_FIRST: Final = "year first"

EDITED: Final = "edited"
DELETED: Final = "deleted"
LEFT_OUT: Final = "left out"
BY_APP: Final = "by the app"
"""Marks of messages: the export says that it was edited or deleted, that its picture was not exported, or
that the app and no person wrote the line."""

NOT_COMPLETE: Final = (
    "This shows what the export holds. Messages may be missing before, after and between these."
)
NO_ZONE: Final = "Times are as the phone showed them; the file does not name a time zone."
LOOK_ALIKE: Final = (
    "The export is plain text: a message that itself contains such lines looks like several messages."
)
_PEOPLE = 1_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as it stands in an export: three numbers of a date in the order of the file, and the clock."""

    date: tuple[int, int, int]
    clock: tuple[int, int, int] | None
    seconds: bool = False

    def at(self, order: str) -> str:
        """ISO 8601 without a zone, or "" where the numbers are no such date or the order is not known."""
        a, b, c = self.date
        day, month, year = {
            DAY_FIRST: (a, b, c),
            MONTH_FIRST: (b, a, c),
            YEAR_FIRST: (c, b, a),
        }.get(order, (0, 0, 0))
        if year < 100:
            year += 2000
        elif 2400 < year < 2700:
            year -= 543  # the Buddhist calendar of Thai phones
        if self.clock is None or not 1990 <= year <= 2200:
            return ""
        try:
            found = datetime(year, month, day, *self.clock)  # noqa: DTZ001 - the file names no zone
        except (ValueError, OverflowError):
            return ""
        return found.isoformat(timespec="seconds" if self.seconds else "minutes")


@dataclass(slots=True)
class Draft:
    """A message while it is being read; `media` is the name of the file that came with it."""

    shown: str
    sender: str
    text: str
    stamp: Stamp | None = None
    at: str = ""
    media: str = ""
    part: int | None = None
    mark: str = ""


class Order:
    """Which order of day and month the dates of a file can have."""

    def __init__(self) -> None:
        self._first_year = False
        self._high: dict[str, str] = {}
        self._runs = {DAY_FIRST: True, MONTH_FIRST: True}
        self._last: dict[str, tuple[int, int, int]] = {}
        self.any = False

    def see(self, stamp: Stamp, shown: str) -> None:
        self.any = True
        a, b, c = stamp.date
        if a > 31:
            self._first_year = True
            return
        if a > 12:
            self._high.setdefault(DAY_FIRST, shown)
        if b > 12:
            self._high.setdefault(MONTH_FIRST, shown)
        for order, moment in ((DAY_FIRST, (c, b, a)), (MONTH_FIRST, (c, a, b))):
            if moment < self._last.get(order, moment):
                self._runs[order] = False
            self._last[order] = moment

    def settled(self) -> tuple[str, str]:
        """The order that the file itself shows, with its grounds; two empty texts where it does not."""
        if self._first_year and not self._high:
            return YEAR_FIRST, "The years come first."
        if len(self._high) == 1:
            order, shown = next(iter(self._high.items()))
            return order, f"“{shown}” can only be read with the {order}."
        return "", ""

    def question(self) -> Question | None:
        if not self.any or self.settled()[0]:
            return None
        choices = []
        both = all(self._runs.values())
        for order, other in ((DAY_FIRST, MONTH_FIRST), (MONTH_FIRST, DAY_FIRST)):
            grounds = ""
            if order in self._high:
                grounds = f"“{self._high[order]}” can only be read so; other dates cannot."
            elif self._runs[order] and not both and not self._runs[other]:
                grounds = "Read so, the messages follow each other in time; read the other way they do not."
            words = "Day first: 03/04 is 3 April" if order == DAY_FIRST else "Month first: 03/04 is March 4"
            choices.append(Choice(order, words, grounds))
        words = "In which order does the phone that made this export write day and month?"
        return Question(DATE_ORDER, words, tuple(choices))


@dataclass(slots=True)
class Conversation:
    """A pass over all messages: the window is kept, everything else is counted."""

    limits: Limits
    notes: Notes
    places: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    missing: int = 0
    first_shown: str = ""
    last_shown: str = ""
    people: dict[str, int] = field(default_factory=dict)
    order: Order = field(default_factory=Order)
    window: list[Draft] = field(default_factory=list)
    search: Gathered = field(init=False)

    def __post_init__(self) -> None:
        self.search = Gathered(self.limits.text)

    def run(self, drafts: Iterable[Draft]) -> None:
        wanted = range(self.limits.first, self.limits.first + self.limits.messages)
        for draft in drafts:
            if draft.stamp is not None:
                self.order.see(draft.stamp, draft.shown)
            if draft.shown:
                self.first_shown = self.first_shown or draft.shown
                self.last_shown = draft.shown
            if draft.sender and (draft.sender in self.people or len(self.people) < _PEOPLE):
                self.people[draft.sender] = self.people.get(draft.sender, 0) + 1
            if draft.media and draft.part is None:
                draft.part = self.places.get(draft.media)
            if draft.mark == LEFT_OUT or (draft.media and draft.part is None):
                self.missing += 1
            self.search.add(f"{draft.sender}: {draft.text}" if draft.sender else draft.text)
            if self.total in wanted:
                self.window.append(draft)
            self.total += 1

    def answer(self) -> tuple[str, str]:
        """The order of dates to be used, with its grounds: of the file itself, else what was answered."""
        order, grounds = self.order.settled()
        answered = dict(self.limits.answers).get(DATE_ORDER, "")
        if not order and answered in {DAY_FIRST, MONTH_FIRST}:
            return answered, "As you answered; the file itself does not show it."
        return order, grounds

    def messages(self) -> tuple[Message, ...]:
        order, _ = self.answer()
        return tuple(self._message(draft, order) for draft in self.window)

    def _message(self, draft: Draft, order: str) -> Message:
        if len(draft.text) > self.limits.message:
            self.notes.add(
                f"A message is longer than {self.limits.message:,} characters: its end is left out."
            )
        return Message(
            shown=fit(draft.shown, self.limits.line),
            sender=fit(draft.sender, self.limits.line),
            text=fit(draft.text, self.limits.message),
            at=draft.at or ("" if draft.stamp is None else draft.stamp.at(order)),
            part=draft.part,
            mark=draft.mark,
        )

    def claims(self) -> list[Claim]:
        """Counts and ends of the export; who takes part in it."""
        found = [Claim("Messages in the export", f"{self.total:,}")]
        if self.first_shown:
            found += [Claim("First time in it", self.first_shown), Claim("Last time in it", self.last_shown)]
        order, grounds = self.answer()
        if order:
            found.append(Claim("Order of day and month", f"{order.capitalize()}. {grounds}"))
        elif self.order.any:
            found.append(Claim("Order of day and month", "Not shown by the file."))
        ranked = sorted(self.people.items(), key=lambda item: -item[1])
        found += [Claim("Name in the export", f"{name} ({count:,})") for name, count in ranked[:50]]
        if len(ranked) > 50:
            more = "1,000 or more" if len(ranked) >= _PEOPLE else f"{len(ranked):,}"
            found.append(Claim("Names in the export", more))
        return found

    def finish(self) -> None:
        """Say what the export cannot tell."""
        if self.missing:
            what = "1 message names" if self.missing == 1 else f"{self.missing:,} messages name"
            self.notes.add(f"{what} a picture or file that is not in the export.")
        if self.search.cut:
            self.notes.add(f"Search finds only the first {self.limits.text:,} characters.")
        if self.total and self.limits.first >= self.total:
            self.notes.add("There are no messages so far on.")

    def questions(self) -> tuple[Question, ...]:
        question = self.order.question()
        return () if question is None else (question,)
