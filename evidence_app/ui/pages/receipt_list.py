"""The list of receipts: two lines each, painted, so that a thousand cost no more than a screenful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from evidence_app.bundle.dates import day_and_time
from evidence_app.ui import icons, theme
from evidence_app.ui.pages import receipt_words
from evidence_app.ui.pages.receipt_data import Known
from evidence_app.ui.widgets import chip_width, paint_chip, paint_focus

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
HEIGHT, HEADING = 72, 44
LEFT, RIGHT, NUMBER, GAP = 20, 44, 76, 10
_V = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above a group."""

    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A receipt as its row says it."""

    known: Known
    number: str
    name: str
    about: str
    when: str
    signer: receipt_words.Status | None
    found: receipt_words.Status
    spoken: str


def line_of(known: Known) -> Line:
    """The words of a row."""
    row = known.row
    to = known.received.sender_name if known.received is not None else ""
    name = (to or receipt_words.tr("Sender not on record")) if row.issued else receipt_words.who(known)
    signer = None if row.issued else receipt_words.signer(known)
    found, when, about = receipt_words.found(known), day_and_time(row.at), receipt_words.about(known)
    said = [row.number, name, signer[0] if signer else "", found[0], about, when]
    return Line(known, row.number, name, about, when, signer, found, ", ".join(part for part in said if part))


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[Heading | Line, ...] = ()

    def set_rows(self, rows: Sequence[Heading | Line]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.words if isinstance(row, Heading) else row.spoken
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and isinstance(row, Line):
            return self.tr("Enter opens the receipt.")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self.rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: ReceiptList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        heading = isinstance(index.data(ROW), Heading)
        return QSize(self._view.viewport().width(), HEADING if heading else HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, row, rect = theme.tokens(), index.data(ROW), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            painter.fillRect(rect, t.color("bg"))
            painter.setFont(theme.font("small", weight=600))
            painter.setPen(t.color("text_2"))
            painter.drawText(rect.adjusted(LEFT, 4, 0, 0), _V | Qt.AlignmentFlag.AlignLeft, row.words)
        else:
            over = bool(option.state & QStyle.StateFlag.State_MouseOver)
            painter.fillRect(rect, t.color("tint" if over else "surface"))
            _paint_line(painter, rect, row)
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.color("line"))
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.focus_by_key:
            paint_focus(painter, rect.adjusted(1, 1, -1, -2), 4)
        painter.restore()


def _paint_line(painter: QPainter, rect: QRect, row: Line) -> None:
    t = theme.tokens()
    left, right = rect.left() + LEFT, rect.right() - RIGHT
    top, under = rect.top() + 12, rect.top() + 39
    icons.draw(painter, "chevron-right", "text_2", QRectF(rect.right() - 32, rect.center().y() - 8, 16, 16))
    if row.number:
        painter.setFont(theme.tabular(theme.font("body", weight=500)))
        painter.setPen(t.color("text"))
        painter.drawText(QRect(left, top, NUMBER, 24), _V, row.number)
        left += NUMBER
    words, kind, icon = row.found
    wide = chip_width(words, icon)
    paint_chip(painter, QRect(right - wide, top, wide, 24), words, kind, icon)
    end = right - wide - GAP
    signer_wide = 0
    if row.signer is not None:
        signer_wide = chip_width(row.signer[0], row.signer[2])
    painter.setFont(theme.font("strong"))
    painter.setPen(t.color("text"))
    metrics = QFontMetrics(painter.font())
    room = max(0, end - left - (signer_wide + GAP if signer_wide else 0))
    name = metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(left, top, room, 24), _V, name)
    if row.signer is not None:
        at = left + metrics.horizontalAdvance(name) + GAP
        paint_chip(painter, QRect(at, top, signer_wide, 24), *row.signer)
    painter.setFont(theme.tabular(theme.font("hint")))
    painter.setPen(t.color("text_2"))
    metrics = QFontMetrics(painter.font())
    when = metrics.horizontalAdvance(row.when)
    box = QRect(left, under, right - left, 20)
    painter.drawText(box, _V | Qt.AlignmentFlag.AlignRight, row.when)
    about = metrics.elidedText(row.about, Qt.TextElideMode.ElideRight, max(0, box.width() - when - 16))
    painter.drawText(box, _V | Qt.AlignmentFlag.AlignLeft, about)


class ReceiptList(QListView):
    """`opened` carries the `Known` of a row that was clicked, or where Enter was pressed."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.focus_by_key = False
        self.rows = _Model(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Receipts"))
        self.setItemDelegate(_Delegate(self))
        self.setModel(self.rows)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)

    def set_groups(self, groups: Sequence[tuple[str, Sequence[Known]]]) -> None:
        """Show these groups, each under its words; words only where there is more than one group."""
        shown = [(words, some) for words, some in groups if some]
        rows: list[Heading | Line] = []
        for words, some in shown:
            if len(shown) > 1:
                rows.append(Heading(words))
            rows += [line_of(one) for one in some]
        if tuple(rows) == self.rows.rows:
            return
        index = self.currentIndex()
        kept = self.rows.rows[index.row()] if index.isValid() else None
        seq = kept.known.row.seq if isinstance(kept, Line) else -1
        self.rows.set_rows(rows)
        lines = [(n, row.known.row.seq) for n, row in enumerate(rows) if isinstance(row, Line)]
        place = next((n for n, one in lines if one == seq), lines[0][0] if lines else -1)
        if place >= 0:
            self.setCurrentIndex(self.rows.index(place))

    def lines(self) -> tuple[Line, ...]:
        """The receipts, top to bottom."""
        return tuple(row for row in self.rows.rows if isinstance(row, Line))

    def _open(self, index: QModelIndex) -> None:
        row = index.data(ROW) if index.isValid() else None
        if isinstance(row, Line):
            self.opened.emit(row.known)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            index = self.indexAt(event.position().toPoint())
            if index == self.currentIndex():
                self._open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.focus_by_key = True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focus_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
