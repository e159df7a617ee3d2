"""How the activity list looks: its columns and their names, the rail, one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from evidence_app.ui import icons, theme
from evidence_app.ui.pages import act_words
from evidence_app.ui.pages.activity_data import ActRow
from evidence_app.ui.pages.activity_model import ActivityModel, Index
from evidence_app.ui.widgets import group_hex, paint_focus, paint_node, paint_rail

ROW, DAY = 44, 37
_RAIL = 28
FOCUS_BY_KEY = "focusByKey"
"""Property of the view: the keyboard moved the focus, so it is shown."""
_V = Qt.AlignmentFlag.AlignVCenter
_L = Qt.AlignmentFlag.AlignLeft | _V


@dataclass(frozen=True, slots=True)
class Columns:
    """Left edges of the columns in a list of some width; header and rows share them."""

    number: int
    time: int
    words: int
    about: int
    link: int
    chevron: int


def columns(width: int, longest: int) -> Columns:
    """Where the columns are; `longest` is the largest number of an entry. A narrow list draws the first
    ones together."""
    narrow = width < 860
    more = 9 * max(0, len(str(longest)) - 4)
    return Columns(
        number=57,
        time=(104 if narrow else 109) + more,
        words=(186 if narrow else 257) + more,
        about=width - (268 if narrow else 293),
        link=width - (184 if narrow else 209),
        chevron=width - 34,
    )


class ActivityHeader(QWidget):
    """The names of the columns, above the rows that are painted in `below`."""

    def __init__(self, below: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._below = below
        self.setFixedHeight(40)
        self.zone, self.by, self._longest = "", "", 0

    def set_words(self, zone: str, by: str, longest: int) -> None:
        """The zone of the times, and whose acts these are."""
        self.zone, self.by, self._longest = zone, by, longest
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        t, at = theme.tokens(), columns(self._below.width(), self._longest)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), t.color("line"))
        painter.setFont(theme.font("small", weight=500))
        painter.setPen(t.color("text_2"))
        what = self.tr("What was done, by {0}").format(self.by) if self.by else self.tr("What was done")
        time = self.tr("Time ({0})").format(self.zone) if self.zone else self.tr("Time")
        for left, right, words in (
            (at.number, at.time, self.tr("Entry")),
            (at.time, at.words, time),
            (at.words, at.about, what),
            (at.about, at.link, self.tr("About")),
            (at.link, self.width(), self.tr("Entry fingerprint")),
        ):
            room = right - left - 4
            shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left, 0, room, 40), _L, shown)


class ActivityDelegate(QStyledItemDelegate):
    """Paints the rows of a view; `want` is called for one that is not read yet."""

    def __init__(self, view: QTableView, model: ActivityModel, want: Callable[[], object]) -> None:
        super().__init__(view)
        self._view, self._model, self._want = view, model, want

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, model, rect, row = self._view, self._model, option.rect, index.row()
        item, details = model.item(row), model.is_details(row)
        t, last = theme.tokens(), row == model.rowCount() - 1
        opened = details or model.open_place == model.place(row)
        at = columns(view.viewport().width(), model.outline.size)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, t.color("bg" if item < 0 else "tint" if opened else "surface"))
        if not last and not (opened and not details):
            left = 0 if item < 0 or opened else 57
            painter.fillRect(rect.left() + left, rect.bottom(), rect.width() - left, 1, t.color("line"))
        bottom = rect.top() + ROW // 2 if last else rect.bottom() + 1
        if not (details and last):
            paint_rail(painter, rect.left() + _RAIL - 0.5, rect.top(), bottom)
        if item < 0:
            painter.setFont(theme.font("small", weight=600))
            painter.setPen(t.color("text_2"))
            painter.drawText(rect.adjusted(at.time, 0, 0, 0), _L, model.day(item))
        elif not details:
            act = model.act(item)
            _paint_act(painter, rect, act or _unread(item), at, "accent" if opened else "text_2", opened)
            if option.state & QStyle.StateFlag.State_HasFocus and view.property(FOCUS_BY_KEY):
                paint_focus(painter, rect, 4)
            if act is None:
                self._want()
        painter.restore()


def _unread(item: int) -> ActRow:
    return ActRow(item, "", "list", "…", "", "", act_words.tr("Entry {0}").format(item))


def _paint_act(painter: QPainter, rect: QRect, row: ActRow, at: Columns, arrow: str, opened: bool) -> None:
    t, x, y = theme.tokens(), rect.left(), rect.top()
    node = "key" if row.seq == 0 else "link"
    paint_node(painter, QPointF(x + _RAIL - 0.5, y + ROW / 2), node, size=22)
    painter.setFont(theme.tabular(theme.font("body")))
    painter.setPen(t.color("text_2"))
    if row.seq:
        painter.drawText(QRect(x + at.number, y, at.time - at.number, ROW), _L, str(row.seq))
    painter.setPen(t.color("text"))
    painter.drawText(QRect(x + at.time, y, at.words - at.time, ROW), _L, row.time)
    icons.draw(painter, row.icon, "text_2", QRectF(x + at.words, y + 14, 16, 16))
    painter.setFont(theme.font("body"))
    painter.setPen(t.color("text_2" if row.gone or not row.seq else "text"))
    room = (at.about if row.about else at.link) - at.words - 27 - 10
    words = QFontMetrics(painter.font()).elidedText(row.words, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(x + at.words + 27, y, room, ROW), _L, words)
    painter.setPen(t.color("text"))
    painter.setFont(theme.tabular(theme.font("body", weight=500)))
    about = QFontMetrics(painter.font()).elidedText(
        row.about, Qt.TextElideMode.ElideRight, at.link - at.about - 8
    )
    painter.drawText(QRect(x + at.about, y, at.link - at.about, ROW), _L, about)
    painter.setFont(theme.font("mono"))
    painter.setPen(t.color("text_2"))
    if row.link:
        painter.drawText(QRect(x + at.link, y, at.chevron - at.link, ROW), _L, group_hex(row.link, (2, 1)))
    chevron = "chevron-up" if opened else "chevron-down"
    icons.draw(painter, chevron, arrow, QRectF(x + at.chevron, y + 14, 16, 16))
