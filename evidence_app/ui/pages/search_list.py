"""What was found, as a list: painted rows with the words marked, read page by page as it is scrolled."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from PySide6.QtGui import (
    QBrush,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from evidence_app.records import Marked
from evidence_app.ui import icons, theme
from evidence_app.ui.pages.search_rows import FoundRow
from evidence_app.ui.widgets import chip_width, paint_chip, paint_focus, paint_platform, platform_width

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
_TOP, _TITLE, _FACTS, _LINE, _BOTTOM = 12, 24, 20, 22, 13
_LEFT, _RIGHT, _GAP = 52, 20, 8
_V = Qt.AlignmentFlag.AlignVCenter
_L = Qt.AlignmentFlag.AlignLeft | _V


class FoundModel(QAbstractListModel):
    """The rows; asks for more (`wanted`) when the view comes to the end of what there is."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[FoundRow] = []
        self._more = False

    def set_rows(self, rows: Sequence[FoundRow], *, more: bool) -> None:
        """These in the place of all others; `more`: there are more to ask for."""
        self.beginResetModel()
        self.rows, self._more = list(rows), more
        self.endResetModel()

    def add_rows(self, rows: Sequence[FoundRow], *, more: bool) -> None:
        """These below the others."""
        self._more = more
        if rows:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()

    def drop(self, gone: Callable[[FoundRow], bool]) -> None:
        """Without these, at once."""
        for place in range(len(self.rows) - 1, -1, -1):
            if gone(self.rows[place]):
                self.beginRemoveRows(QModelIndex(), place, place)
                del self.rows[place]
                self.endRemoveRows()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not parent.isValid()

    def fetchMore(self, _parent: Index) -> None:
        self._more = False  # until the answer is there
        self.wanted.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken if role == Qt.ItemDataRole.AccessibleTextRole else row.facts
        return None


class FoundList(QListView):
    """Enter, or a click, opens a row (`opened` carries its `SearchHit`); Escape, and Up from the first row,
    go back to the words (`left`); letters go there too (`typed`)."""

    opened = Signal(object)
    left = Signal()
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.focus_by_key = False
        self.found = FoundModel(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(32)
        self.setAccessibleName(self.tr("What was found, newest first"))
        self.setItemDelegate(_Delegate(self))
        self.setModel(self.found)

    def enter(self) -> None:
        """The keyboard comes in from above: to the row it was on, else the first."""
        if self.found.rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self.found.index(0))
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def current(self) -> FoundRow | None:
        """The row that the keyboard is on."""
        index = self.currentIndex()
        return self.found.rows[index.row()] if index.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.focus_by_key = True
        key, row = event.key(), self.current()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        typing = not event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if row is not None:
                self.opened.emit(row.hit)
        elif plain and (key == Qt.Key.Key_Escape or (key == Qt.Key.Key_Up and self._is_at_top())):
            self.left.emit()
        elif typing and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _is_at_top(self) -> bool:
        return self.currentIndex().row() <= 0

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            self.opened.emit(self.found.rows[index.row()].hit)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focus_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: FoundList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        row: FoundRow = index.data(ROW)
        height = _TOP + _TITLE + _FACTS + _LINE * len(row.lines) + _BOTTOM
        return QSize(self._view.viewport().width(), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: FoundRow = index.data(ROW)
        t, rect = theme.tokens(), option.rect
        keyed = bool(option.state & QStyle.StateFlag.State_HasFocus) and self._view.focus_by_key
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, t.color("tint" if keyed else "bg" if over else "surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.color("line"))
        left, right = rect.left() + _LEFT, rect.right() - _RIGHT
        icons.draw(painter, row.icon, "text_2", QRectF(rect.left() + 18, rect.top() + _TOP + 2, 20, 20))
        _paint_head(painter, QRect(left, rect.top() + _TOP, right - left, _TITLE), row, keyed=keyed)
        top = rect.top() + _TOP + _TITLE
        painter.setFont(theme.font("hint"))
        painter.setPen(t.color("text_2"))
        room = QRect(left, top, right - left, _FACTS)
        words = painter.fontMetrics().elidedText(row.facts, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, _L, words)
        top += _FACTS
        for label, text in row.lines:
            _paint_line(painter, QRect(left, top, right - left, _LINE), label, text, keyed=keyed)
            top += _LINE
        if keyed:
            paint_focus(painter, rect, 4)
        painter.restore()


def _paint_head(painter: QPainter, rect: QRect, row: FoundRow, *, keyed: bool) -> None:
    """Title, platform and marks on the left, when on the right."""
    t = theme.tokens()
    painter.setFont(theme.tabular(theme.font("hint")))
    painter.setPen(t.color("text_2"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignRight | _V, row.when)
    end = rect.right() - painter.fontMetrics().horizontalAdvance(row.when) - 2 * _GAP
    beside = sum(chip_width(chip.words, chip.icon) + _GAP for chip in row.chips)
    platform = row.hit.platform
    badge = platform_width(platform) + _GAP if platform else 0
    if badge > (end - rect.left()) // 3:
        badge = 0  # a platform with the name of a novel has no place here
    room = QRect(rect.left(), rect.top(), max(80, end - rect.left() - beside - badge), rect.height())
    x = paint_marked(painter, room, row.title, theme.font("strong"), "text", keyed=keyed) + 12
    if badge:
        paint_platform(painter, QRect(round(x), rect.top(), badge - _GAP, 24), platform)
        x += badge
    for chip in row.chips:
        width = chip_width(chip.words, chip.icon)
        if x + width > end + _GAP:
            break
        paint_chip(painter, QRect(round(x), rect.top(), width, 24), chip.words, chip.kind, chip.icon)
        x += width + _GAP


def _paint_line(painter: QPainter, rect: QRect, label: str, text: Marked, *, keyed: bool) -> None:
    t = theme.tokens()
    painter.setFont(theme.font("small", weight=500))
    painter.setPen(t.color("text_2"))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(f"{label}:", Qt.TextElideMode.ElideRight, rect.width() // 3)
    painter.drawText(rect, _L, shown)
    left = rect.left() + metrics.horizontalAdvance(shown) + _GAP
    room = QRect(left, rect.top(), rect.right() - left, rect.height())
    paint_marked(painter, room, text, theme.font("body"), "text", keyed=keyed)


# --- marked words -------------------------------------------------------------------------------------


def paint_marked(
    painter: QPainter, rect: QRect, text: Marked, font: QFont, token: str, *, keyed: bool
) -> float:
    """Paint a text on one line, as much of it as fits, with its marks; returns where it ends."""
    layout = _laid_out(text, font, rect.width(), keyed=keyed)
    painter.setPen(theme.tokens().color(token))
    height = layout.boundingRect().height()
    layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - height) / 2))
    return rect.left() + layout.lineAt(0).naturalTextWidth()


def _laid_out(text: Marked, font: QFont, width: int, *, keyed: bool) -> QTextLayout:
    """A layout of as much of a text as fits, with its marks."""
    metrics, room = QFontMetricsF(font), float(width)
    while True:
        shown = metrics.elidedText(text.text, Qt.TextElideMode.ElideRight, room)
        kept = len(text.text) if shown == text.text else len(shown.removesuffix("…"))
        marks = tuple((start, min(end, kept)) for start, end in text.marks if start < kept)
        layout = _layout(shown, marks, font, width, keyed=keyed)
        # The marks are bold, so a text can be wider than its letters alone.
        over = layout.lineAt(0).naturalTextWidth() - width
        if over <= 0 or room <= 0:
            return layout
        room -= over + 1


def _layout(
    text: str, marks: Sequence[tuple[int, int]], font: QFont, width: float, *, keyed: bool
) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.setFormats([_mark(text, start, end, keyed=keyed) for start, end in marks])
    layout.beginLayout()
    layout.createLine().setLineWidth(width)
    layout.endLayout()
    return layout


def _mark(text: str, start: int, end: int, *, keyed: bool) -> QTextLayout.FormatRange:
    """Bold in colour on a tint: more than a colour. The row with the keyboard is tinted itself."""
    t = theme.tokens()
    look = QTextCharFormat()
    look.setFontWeight(QFont.Weight.DemiBold)
    look.setForeground(QBrush(t.color("accent")))
    look.setBackground(QBrush(t.color("surface" if keyed else "tint")))
    made = QTextLayout.FormatRange()
    # Qt counts in units of UTF-16.
    made.start, made.length = _units(text[:start]), _units(text[start:end])
    made.format = look
    return made


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
