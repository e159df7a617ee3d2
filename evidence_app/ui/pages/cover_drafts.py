"""The covers that are drawn but not made yet: one list that the picture and the rows beside it both show."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from evidence_app.capture.cover import MAX_COVERS
from evidence_app.records import Area, Cover

OTHER = "other"
"""The policy's reason that needs words."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A cover as drawn so far. `area` is in pixels of the original; an empty `reason` is still to choose."""

    area: Area
    reason: str = ""
    words: str = ""

    def is_whole(self) -> bool:
        """Whether it says why."""
        return bool(self.reason) and (self.reason != OTHER or bool(self.words))


class Drafts(QObject):
    """`listed` when there are more or fewer; `changed` carries the place of one that is now different;
    `chose` that another one is chosen (`chosen`, -1 for none)."""

    listed = Signal()
    changed = Signal(int)
    chose = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Draft] = []
        self.chosen = -1

    def all(self) -> tuple[Draft, ...]:
        """Every cover, in the order they were drawn."""
        return tuple(self._all)

    def current(self) -> Draft | None:
        """The one that is chosen."""
        return self._all[self.chosen] if self.chosen >= 0 else None

    def add(self, area: Area) -> bool:
        """Draw one more and choose it; False where there are too many. It takes the reason of the last one:
        a page has many names of pupils. Words of one's own are never taken over."""
        if len(self._all) >= MAX_COVERS:
            return False
        reason = self._all[-1].reason if self._all else ""
        self._all.append(Draft(area, "" if reason == OTHER else reason))
        self.chosen = len(self._all) - 1
        self.listed.emit()
        self.chose.emit()
        return True

    def remove(self, place: int) -> None:
        """Take one away; the one after it, or the last, is chosen then."""
        del self._all[place]
        self.chosen = min(place, len(self._all) - 1)
        self.listed.emit()
        self.chose.emit()

    def clear(self) -> None:
        """None are left."""
        self._all, self.chosen = [], -1
        self.listed.emit()
        self.chose.emit()

    def choose(self, place: int) -> None:
        """Choose one by its place, or none with -1."""
        if place != self.chosen:
            self.chosen = place
            self.chose.emit()

    def set_area(self, place: int, area: Area) -> None:
        """It lies elsewhere, or has another size."""
        self._set(place, replace(self._all[place], area=area))

    def set_reason(self, place: int, reason: str) -> None:
        """Why it is there: a code of the policy."""
        self._set(place, replace(self._all[place], reason=reason))

    def set_words(self, place: int, words: str) -> None:
        """What more is said about the reason."""
        self._set(place, replace(self._all[place], words=words.strip()))

    def covers(self) -> tuple[Cover, ...]:
        """What is to be made. Words go along only with the reason that asks for them."""
        return tuple(
            Cover(one.area, one.reason, one.words if one.reason == OTHER else "") for one in self._all
        )

    def _set(self, place: int, draft: Draft) -> None:
        if draft != self._all[place]:
            self._all[place] = draft
            self.changed.emit(place)
