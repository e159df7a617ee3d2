"""The record as a list: a rail with a node for each entry, days between, one row open at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from evidence_app.records import Entry
from evidence_app.ui import icons, say, theme
from evidence_app.ui.pages import act_words
from evidence_app.ui.widgets import group_hex, paint_focus, paint_node, paint_rail

Index = QModelIndex | QPersistentModelIndex
ROW, DAY, LINE = 44, 37, 24
RAIL = 28
_V = Qt.AlignmentFlag.AlignVCenter
_L = Qt.AlignmentFlag.AlignLeft | _V


@dataclass(frozen=True, slots=True)
class DayHead:
    """The heading of a day."""

    words: str


@dataclass(frozen=True, slots=True)
class ActRow:
    """One entry; `details` are (name, hex digest, bold) lines shown when the row is open."""

    seq: int
    time: str
    icon: str
    words: str
    about: str
    link: str
    details: tuple[tuple[str, str, bool], ...]
    spoken: str


Row = DayHead | ActRow


def rows_of(entries: Sequence[Entry], shown: int) -> list[Row]:
    """Rows of the first `shown` entries, newest first; one more entry gives the last its neighbour."""
    rows: list[Row] = []
    day = ""
    for place, entry in enumerate(entries[:shown]):
        words = say.day(entry.at)
        if words != day:
            day = words
            rows.append(DayHead(words))
        before = entries[place + 1] if place + 1 < len(entries) else None
        rows.append(_row(entry, before))
    return rows


def _row(entry: Entry, before: Entry | None) -> ActRow:
    details = []
    if before is not None:
        details.append((act_words.tr("Entry before, {0}").format(before.seq), before.link.hex(), False))
    sealed = act_words.sealed_file(entry)
    if sealed:
        details.append((act_words.tr("Picture sealed"), sealed, False))
    details.append((act_words.tr("This entry, {0}").format(entry.seq), entry.link.hex(), True))
    words, about, time = act_words.words(entry), act_words.about(entry), f"{say.local(entry.at):%H:%M:%S}"
    spoken = act_words.tr("Entry {seq}, {day} {time}, {words}").format(
        seq=entry.seq, day=say.day(entry.at), time=say.clock(entry.at), words=words
    )
    return ActRow(
        seq=entry.seq,
        time=time,
        icon=act_words.icon(entry),
        words=words,
        about=about,
        link=entry.link.hex(),
        details=tuple(details),
        spoken=f"{spoken}, {about}" if about else spoken,
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Left edges of the columns in a list of some width; header and rows share them."""

    number: int
    time: int
    words: int
    about: int
    link: int
    chevron: int


def columns(width: int) -> Columns:
    """Where the columns are; a narrow list draws the first ones together."""
    narrow = width < 860
    return Columns(
        number=57,
        time=104 if narrow else 109,
        words=186 if narrow else 257,
        about=width - (268 if narrow else 293),
        link=width - (184 if narrow else 209),
        chevron=width - 34,
    )


class ActivityHeader(QWidget):
    """The names of the columns, above the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(40)
        self.zone = ""
        self.by = ""

    def set_words(self, zone: str, by: str) -> None:
        """The zone of the times, and whose acts these are."""
        self.zone, self.by = zone, by
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        t, at = theme.tokens(), columns(self.width())
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


class _Model(QAbstractListModel):
    def __init__(self, view: ActivityList) -> None:
        super().__init__(view)
        self._view = view
        self.rows: list[Row] = []

    def set_rows(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.words if isinstance(row, DayHead) else row.spoken
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and isinstance(row, ActRow):
            if self._view.open_entry() != row.seq:
                return self.tr("Enter shows the fingerprints.")
            return ", ".join(f"{name}: {group_hex(digest, None)}" for name, digest, _ in row.details)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, ActRow):
            return row.words
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.rows[index.row()], DayHead):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: ActivityList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        row = self._view.row(index.row())
        width = self._view.viewport().width()
        if isinstance(row, DayHead):
            return QSize(width, DAY)
        return QSize(width, ROW + (LINE * len(row.details) + 32 if row.seq == self._view.open_entry() else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row, rect = self._view.row(index.row()), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t, last = theme.tokens(), index.row() == len(self._view.rows()) - 1
        opened = isinstance(row, ActRow) and row.seq == self._view.open_entry()
        back = "bg" if isinstance(row, DayHead) else "tint" if opened else "surface"
        painter.fillRect(rect, t.color(back))
        left = 0 if isinstance(row, DayHead) or opened else 57
        if not last:
            painter.fillRect(
                QRect(rect.left() + left, rect.bottom(), rect.width() - left, 1), t.color("line")
            )
        bottom = rect.top() + ROW // 2 if last else rect.bottom() + 1
        paint_rail(painter, rect.left() + RAIL - 0.5, rect.top(), bottom)
        if isinstance(row, DayHead):
            painter.setFont(theme.font("small", weight=600))
            painter.setPen(t.color("text_2"))
            painter.drawText(rect.adjusted(columns(self._view.width()).time, 0, 0, 0), _L, row.words)
        else:
            _paint_act(painter, rect, row, columns(self._view.width()), opened)
            focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
            if focus and self._view.focus_by_key:
                paint_focus(painter, rect, 4)
        painter.restore()


def _paint_act(painter: QPainter, rect: QRect, row: ActRow, at: Columns, opened: bool) -> None:
    t, x, y = theme.tokens(), rect.left(), rect.top()
    paint_node(painter, QPointF(x + RAIL - 0.5, y + ROW / 2), "link", size=22)
    painter.setFont(theme.tabular(theme.font("body")))
    painter.setPen(t.color("text_2"))
    painter.drawText(QRect(x + at.number, y, at.time - at.number, ROW), _L, str(row.seq))
    painter.setPen(t.color("text"))
    painter.drawText(QRect(x + at.time, y, at.words - at.time, ROW), _L, row.time)
    icons.draw(painter, row.icon, "text_2", QRectF(x + at.words, y + 14, 16, 16))
    painter.setFont(theme.font("body"))
    room = at.about - at.words - 27 - 10
    words = QFontMetrics(painter.font()).elidedText(row.words, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(x + at.words + 27, y, room, ROW), _L, words)
    painter.setFont(theme.tabular(theme.font("body", weight=500)))
    painter.drawText(QRect(x + at.about, y, at.link - at.about, ROW), _L, row.about)
    painter.setFont(theme.font("mono"))
    painter.setPen(t.color("text_2"))
    painter.drawText(QRect(x + at.link, y, at.chevron - at.link, ROW), _L, group_hex(row.link, (2, 1)))
    arrow = "chevron-up" if opened else "chevron-down"
    icons.draw(painter, arrow, "accent", QRectF(x + at.chevron, y + 14, 16, 16))
    if not opened:
        return
    box = QRect(x + at.time, y + ROW, at.chevron - at.time, LINE * len(row.details) + 18)
    painter.setBrush(t.color("surface"))
    painter.setPen(QPen(t.color("tint_line"), 1))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    for place, (name, digest, bold) in enumerate(row.details):
        top = box.top() + 9 + place * LINE
        painter.setFont(theme.font("small"))
        painter.setPen(t.color("text_2"))
        painter.drawText(QRect(box.left() + 16, top, 128, LINE), _L, name)
        mono = theme.font("mono")
        whole = group_hex(digest, None)
        room = box.width() - 160
        mono.setBold(bold)
        fits = QFontMetrics(mono).horizontalAdvance(whole) <= room
        painter.setFont(mono)
        painter.setPen(t.color("text"))
        painter.drawText(
            QRect(box.left() + 144, top, room, LINE), _L, whole if fits else group_hex(digest, (4, 2))
        )


class ActivityList(QListView):
    """Enter, Space or a click opens a row in place; Escape closes it."""

    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.focus_by_key = False
        self._open = 0
        self._rows = _Model(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setAccessibleName(self.tr("Entries of the record, newest first"))
        self.setItemDelegate(_Delegate(self))
        self.setModel(self._rows)

    def rows(self) -> list[Row]:
        """What is listed, days included."""
        return self._rows.rows

    def row(self, place: int) -> Row:
        """The row at a place."""
        return self._rows.rows[place]

    def open_entry(self) -> int:
        """Number of the entry whose fingerprints are shown; 0 for none."""
        return self._open

    def set_rows(self, rows: list[Row]) -> None:
        """Show these; the entry that has the focus keeps it."""
        here = self.currentIndex()
        row = self.row(here.row()) if here.isValid() else None
        seq = row.seq if isinstance(row, ActRow) else 0
        place = self.verticalScrollBar().value()
        self._rows.set_rows(rows)
        wanted = [n for n, one in enumerate(rows) if isinstance(one, ActRow) and seq in (0, one.seq)]
        if wanted:
            self.setCurrentIndex(self._rows.index(wanted[0]))
        self.doItemsLayout()
        self.verticalScrollBar().setValue(place)

    def toggle(self, seq: int) -> None:
        """Open this entry's fingerprints, or close them."""
        self._open = 0 if self._open == seq else seq
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
        self.opened.emit(self._open)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = self.row(index.row()) if index.isValid() else None
        inside = event.position().y() - self.visualRect(index).top() if index.isValid() else 0
        if event.button() is Qt.MouseButton.LeftButton and isinstance(row, ActRow) and inside < ROW:
            self.toggle(row.seq)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.focus_by_key = True
        index = self.currentIndex()
        row = self.row(index.row()) if index.isValid() else None
        key = event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if (
            plain
            and isinstance(row, ActRow)
            and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        ):
            self.toggle(row.seq)
            self.scrollTo(index)
        elif plain and key == Qt.Key.Key_Escape and self._open:
            self.toggle(self._open)
        elif plain and not event.text():
            super().keyPressEvent(event)
        else:
            event.ignore()  # letters and shortcuts belong to the page

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focus_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
