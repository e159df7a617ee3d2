"""Original and copies in the timeline: which belong to a card, and the line of links that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from evidence_app.errors import UsageError
from evidence_app.records import Exhibit, Relation
from evidence_app.ui import icons, theme
from evidence_app.vault.vault import Vault

HEIGHT = 22
"""Pixels of the line."""

_ICON, _GAP = 21, 8
_SPACE = 4


def _tr(text: str) -> str:
    return QCoreApplication.translate("timeline", text)


@dataclass(frozen=True, slots=True)
class Related:
    """The words before the numbers, and the numbers, each a link. `gone` is one without a link."""

    words: str
    numbers: tuple[str, ...]
    gone: str = ""

    @property
    def spoken(self) -> str:
        """All of it, as a screen reader says it."""
        return " ".join(part for part in (self.words, ", ".join(self.numbers), self.gone) if part)


@dataclass(frozen=True, slots=True)
class Line:
    """Where the parts of the line are; `rest` says how many links had no room."""

    box: QRect
    links: tuple[tuple[str, QRect], ...]
    rest: str = ""


def originals_kept(vault: Vault, exhibits: Sequence[Exhibit]) -> frozenset[str]:
    """The originals of these exhibits that are still there; one may have been disposed of."""
    here = {one.number for one in exhibits}
    wanted = {one.derived.origin.number for one in exhibits if one.derived is not None}
    return frozenset(number for number in wanted if number in here or _is_there(vault, number))


def _is_there(vault: Vault, number: str) -> bool:
    try:
        vault.read.exhibit(number)
    except UsageError:
        return False
    return True


def related(exhibit: Exhibit, kept: frozenset[str], copies: Mapping[str, Sequence[str]]) -> Related | None:
    """What the card says of original and copies. Of what is locked away nothing is said here."""
    if exhibit.standing.locked_away is not None:
        return None
    if exhibit.derived is not None:
        origin = exhibit.derived.origin.number
        cropped = exhibit.derived.relation is Relation.CROP
        words = _tr("Cropped copy of") if cropped else _tr("Covered copy of")
        if origin in kept:
            return Related(words, (origin,))
        return Related(words, (), _tr("{0}, which was disposed of").format(origin))
    numbers = tuple(copies.get(exhibit.number, ()))
    if not numbers:
        return None
    return Related(_tr("Has a copy:") if len(numbers) == 1 else _tr("Has copies:"), numbers)


# --- measure and paint ----------------------------------------------------------------------------


def plan(one: Related, left: int, top: int, room: int) -> Line:
    """The line at this place, with as many links as there is room for."""
    metrics = QFontMetrics(theme.font("small"))
    x = left + _ICON + metrics.horizontalAdvance(one.words) + _SPACE
    links: list[tuple[str, QRect]] = []
    rest = ""
    for place, number in enumerate(one.numbers):
        wide = metrics.horizontalAdvance(number)
        more = _tr("and {0} more").format(len(one.numbers) - place)
        last = place + 1 == len(one.numbers)
        needed = wide if last else wide + _GAP + metrics.horizontalAdvance(more)
        if links and x + needed > left + room:
            rest = more
            break
        links.append((number, QRect(x, top, wide, HEIGHT - 2)))
        x += wide + _GAP
    return Line(QRect(left, top, room, HEIGHT - 2), tuple(links), rest)


def link_at(line: Line | None, point: QPoint) -> str:
    """The number whose link is under a point, or nothing."""
    found = line.links if line is not None else ()
    return next((number for number, box in found if box.adjusted(-3, -2, 3, 2).contains(point)), "")


def paint(painter: QPainter, line: Line, one: Related) -> None:
    """Icon, words and links."""
    t, box = theme.tokens(), line.box
    middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    icons.draw(painter, "cover", "text_2", QRectF(box.left(), box.top() + 2, 16, 16))
    painter.setFont(theme.font("small"))
    metrics = QFontMetrics(painter.font())
    painter.setPen(t.color("text"))
    words = f"{one.words} {one.gone}".rstrip()
    room = box.width() - _ICON
    painter.drawText(
        QRect(box.left() + _ICON, box.top(), room, box.height()),
        middle,
        metrics.elidedText(words, Qt.TextElideMode.ElideRight, room),
    )
    painter.setPen(t.color("accent"))
    for number, spot in line.links:
        painter.drawText(spot, middle, number)
        painter.fillRect(QRect(spot.left(), spot.bottom() - 1, spot.width(), 1), t.color("accent"))
    if line.rest:
        painter.setPen(t.color("text_2"))
        left = line.links[-1][1].right() + 1 + _GAP
        painter.drawText(QRect(left, box.top(), box.right() - left + 1, box.height()), middle, line.rest)
