"""The covers that are drawn but not made yet: one list that the picture and the rows beside it both show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QObject, Signal

from evidence_app.capture.cover import MAX_COVERS
from evidence_app.records import Area, Cover, Exhibit
from evidence_app.workflows import TextCover
from evidence_app.workflows.texts import is_text

OTHER = "other"
"""The policy's reason that needs words."""


NO_AREA = Area(0, 0, 0, 0)


def why_not_covered(exhibit: Exhibit) -> str:
    """Why no covered copy can be made of an exhibit, or nothing."""
    if exhibit.derived is not None:
        return _tr("This is itself a copy of {0}. Open that one to cover more.").format(
            exhibit.derived.origin.number
        )
    if not exhibit.stored.media_type.startswith("image/") and not is_text(exhibit):
        return _tr("Only pictures and texts can be covered here.")
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("cover", text)


@dataclass(frozen=True, slots=True)
class Part:
    """What is covered of a text: `text` at so many `places`, or the lines `first` to `last` (from 1)."""

    text: str = ""
    first: int = 0
    last: int = 0
    places: int = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A cover as drawn so far. `area` is in pixels of the original, `part` is there for a text instead; an
    empty `reason` is still to choose."""

    area: Area = NO_AREA
    reason: str = ""
    words: str = ""
    part: Part | None = None

    def is_whole(self) -> bool:
        """Whether it says why."""
        return bool(self.reason) and (self.reason != OTHER or bool(self.words))


class Drafts(QObject):
    """`listed` when there are more or fewer; `changed` carries the place of one that is now different;
    `chose` that another one is chosen (`chosen`, -1 for none); `seen` that what is covered may be read now,
    or no more (`shown`): that makes no cover another one.
    """

    listed = Signal()
    changed = Signal(int)
    chose = Signal()
    seen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Draft] = []
        self.chosen = -1
        self.shown = False

    def all(self) -> tuple[Draft, ...]:
        """Every cover, in the order they were drawn."""
        return tuple(self._all)

    def current(self) -> Draft | None:
        """The one that is chosen."""
        return self._all[self.chosen] if self.chosen >= 0 else None

    def add(self, area: Area, part: Part | None = None) -> bool:
        """Draw one more and choose it; False where there are too many. It takes the reason of the last one:
        a page has many names of pupils. Words of one's own are never taken over."""
        if len(self._all) >= MAX_COVERS:
            return False
        reason = self._all[-1].reason if self._all else ""
        self._all.append(Draft(area, "" if reason == OTHER else reason, part=part))
        self.chosen = len(self._all) - 1
        self.listed.emit()
        self.chose.emit()
        return True

    def restore(self, drafts: Sequence[Draft]) -> None:
        """Those that were drawn earlier; none is chosen."""
        self._all, self.chosen = list(drafts[:MAX_COVERS]), -1
        self.listed.emit()
        self.chose.emit()

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

    def set_shown(self, shown: bool) -> None:
        """Whether what is covered may be read beside it: only while picture or text are shown."""
        if shown != self.shown:
            self.shown = shown
            self.seen.emit()

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

    def text_covers(self) -> tuple[TextCover, ...]:
        """The same for a text."""
        return tuple(
            TextCover(
                one.reason,
                one.words if one.reason == OTHER else "",
                one.part.text,
                0 if one.part.text else one.part.first,
                0 if one.part.text else one.part.last,
            )
            for one in self._all
            if one.part is not None
        )

    def _set(self, place: int, draft: Draft) -> None:
        if draft != self._all[place]:
            self._all[place] = draft
            self.changed.emit(place)
