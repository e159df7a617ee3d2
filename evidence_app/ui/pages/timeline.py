"""The timeline of an incident: a list view whose delegate paints rail, nodes and cards.

Rows are painted, not built as widgets, so an incident of 500 exhibits costs no more than what is on the
screen. One picture at a time is clear; it is blurred again when another is shown, and on leaving.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from evidence_app.ui.pages import timeline_copies
from evidence_app.ui.pages import timeline_paint as look
from evidence_app.ui.pages.timeline_model import Index, TimelineModel
from evidence_app.ui.pages.timeline_rows import (
    Day,
    DayRow,
    ExhibitRow,
    FoldRow,
    NoteRow,
    Row,
    Timeline,
    visible,
)
from evidence_app.ui.session import Session
from evidence_app.ui.thumbnails import Thumbnails, view_clear


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: TimelineView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(self._view.viewport().width(), self._view.height_of(index.row()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._view.row(index.row())
        focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = QRect(option.rect.topLeft(), QSize(self._view.width(), option.rect.height()))
        look.paint_row(painter, rect, row, self._view.look_of(index.row(), row, focus, chosen))


class TimelineView(QListView):
    """`exhibit_opened` carries a number, `receipt_opened` the entry of a receipt, `referral_opened` the
    reference of a referral; `failed` the error of a picture that could not be shown.

    Enter opens, V and Space show or hide, R opens the original or the first copy. With `choosing` a click
    chooses a card instead of opening it.
    """

    exhibit_opened = Signal(str)
    receipt_opened = Signal(int)
    referral_opened = Signal(str)
    failed = Signal(object)
    viewed = Signal(str)

    def __init__(self, session: Session, *, choosing: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._choosing = choosing
        self._thumbnails = Thumbnails.of(session)
        self._timeline: Timeline | None = None
        self._opened: set[str] = set()
        self._expanded: set[str] = set()
        self._shown: str | None = None
        self._wanted: str | None = None
        self._clear: QImage | None = None
        self._hot: tuple[int, bool] = (-1, False)
        self._focus_by_key = False
        self._heights: dict[tuple[str, int], int] = {}
        self._rows = TimelineModel(self, self.shown)
        self.setProperty("area", "bg")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(24)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Timeline"))
        self.setItemDelegate(_Delegate(self))
        self.setModel(self._rows)
        self._thumbnails.ready.connect(self._on_thumbnail)
        session.changed.connect(self._drop_locked)

    # --- what is shown ----------------------------------------------------------------------------

    def set_timeline(self, timeline: Timeline) -> None:
        """Show these days. The row, the place and the clear picture stay where they are still there."""
        same = self._timeline is not None and _reference(self._timeline) == _reference(timeline)
        place = self.verticalScrollBar().value() if same else 0
        current = self.current_key() if same else None
        if not same:
            self._opened.clear()
            self._expanded.clear()
        self._timeline = timeline
        self._heights.clear()
        self._rows.set_rows(visible(timeline, self._opened))
        if self._shown is not None and self._shown not in self._rows.places:
            self.hide_clear()
        self._set_current(current)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(place)

    def row(self, place: int) -> Row:
        """The row at a place."""
        return self._rows.rows[place]

    def row_keys(self) -> tuple[str, ...]:
        """Keys of the rows, top to bottom: exhibit numbers, and those of days and notes."""
        return tuple(row.key for row in self._rows.rows)

    def current_key(self) -> str | None:
        """Key of the row that has the focus, or None."""
        index = self.currentIndex()
        return self.row(index.row()).key if index.isValid() else None

    def current_exhibit(self) -> str | None:
        """Number of the exhibit that has the focus, or None."""
        index = self.currentIndex()
        row = self.row(index.row()) if index.isValid() else None
        return row.key if isinstance(row, ExhibitRow) else None

    def select(self, key: str) -> None:
        """Give a row the focus and bring it into view; opens its day."""
        for day in self._timeline.days if self._timeline is not None else ():
            if key not in self._rows.places and any(row.key == key for row in day.rows):
                self._open_day(day.key)
        self._set_current(key)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _set_current(self, key: str | None) -> None:
        place = self._rows.places.get(key or "", -1)
        if place < 0:
            place = next((n for n, row in enumerate(self._rows.rows) if not isinstance(row, DayRow)), -1)
        if place >= 0:
            self.setCurrentIndex(self._rows.index(place))

    def _open_day(self, day: str) -> None:
        self._opened.add(day)
        if self._timeline is not None:
            self._rows.set_rows(visible(self._timeline, self._opened))

    # --- clear pictures ---------------------------------------------------------------------------

    def shown(self) -> str | None:
        """Number of the exhibit whose picture is clear now."""
        return self._shown

    def toggle(self, number: str) -> None:
        """Show this picture, or blur it again. Showing is recorded."""
        again = number in (self._shown, self._wanted)
        self.hide_clear()
        if again:
            return
        row = self._rows.rows[self._rows.places[number]]
        if not isinstance(row, ExhibitRow) or not row.shows:
            return
        self._wanted = number
        self._update(number)
        ratio = self.devicePixelRatioF()
        within = QSize(look.SHOWN_WIDTH, look.SHOWN_WIDTH * look.THUMB[1] // look.THUMB[0]) * ratio
        self._session.runner.run(
            view_clear,
            self._session.vault,
            row.exhibit,
            within,
            on_done=lambda image: self._show(number, image),
            on_error=lambda error: self._not_shown(number, error),
            words=self.tr("Opening {0}").format(number),
            owner=self,
        )

    def hide_clear(self) -> None:
        """Blur again and drop the clear pixels; a picture on its way is not shown."""
        changed, self._shown, self._wanted, self._clear = self._shown or self._wanted, None, None, None
        if changed is not None:
            self._relayout(changed)

    def _show(self, number: str, image: QImage) -> None:
        if self._session.vault.is_locked_away(number):
            self.hide_clear()
        elif self._wanted == number and self.isVisible():
            self._wanted, self._shown, self._clear = None, number, image
            self._relayout(number)
        self.viewed.emit(number)

    def _not_shown(self, number: str, error: BaseException) -> None:
        if self._wanted == number:
            self._wanted = None
            self._update(number)
        self.failed.emit(error)

    def _drop_locked(self) -> None:
        """What was locked away is dropped at once, before anything is read again."""
        number = self._shown or self._wanted
        if number is not None and self._session.vault.is_locked_away(number):
            self.hide_clear()

    def _relayout(self, number: str) -> None:
        self._heights = {at: high for at, high in self._heights.items() if at[0] != number}
        place = self._rows.places.get(number)
        if place is not None:
            index = self._rows.index(place)
            self._rows.dataChanged.emit(index, index)
            self.scheduleDelayedItemsLayout()

    def hideEvent(self, event: QHideEvent) -> None:
        self.hide_clear()
        super().hideEvent(event)

    # --- for the delegate -------------------------------------------------------------------------

    def height_of(self, place: int) -> int:
        """Height of a row at today's width."""
        row, width = self.row(place), self.width()
        found = self._heights.get((row.key, width))
        if found is None:
            found = look.row_height(
                row,
                width,
                shown=self._shown == row.key,
                expanded=row.key in self._expanded,
                last=place == len(self._rows.rows) - 1,
            )
            self._heights[row.key, width] = found
        return found

    def look_of(self, place: int, row: Row, focus: bool, chosen: bool) -> look.State:
        """What the delegate has to know; asks for the thumbnail of a row that is being painted."""
        card, button = self._hot == (place, False), self._hot == (place, True)
        wanted = isinstance(row, ExhibitRow) and row.shows
        thumb = self._thumbnails.get(row.exhibit) if wanted else None
        return look.State(
            thumb=thumb,
            clear=self._clear if self._shown == row.key else None,
            busy=self._wanted == row.key,
            hot_card=card or button,
            hot_button=button,
            focus=focus and self._focus_by_key and self.hasFocus(),
            chosen=chosen and self._choosing,
            expanded=row.key in self._expanded,
            last=place == len(self._rows.rows) - 1,
        )

    def _on_thumbnail(self, number: str) -> None:
        self._update(number)

    def _update(self, key: str) -> None:
        place = self._rows.places.get(key)
        if place is not None:
            self.update(self._rows.index(place))

    # --- mouse and keys ---------------------------------------------------------------------------

    def _hit(self, at: QPoint) -> tuple[int, bool, bool]:
        """Place of the row under a point (-1 for none), and whether that is on its button, its card."""
        index = self.indexAt(at)
        if not index.isValid():
            return -1, False, False
        row, rect = self.row(index.row()), self.visualRect(index)
        inside = at - rect.topLeft()
        if isinstance(row, ExhibitRow):
            plan = look.plan_card(row, self.width(), self._shown == row.key)
            return index.row(), plan.button.contains(inside), plan.card.contains(inside)
        if isinstance(row, FoldRow):
            return index.row(), False, look.fold_box(row).contains(inside)
        more = isinstance(row, NoteRow) and bool(look.note_parts(row, row.key in self._expanded)[1])
        return index.row(), False, more

    def _link_at(self, at: QPoint) -> str:
        """The exhibit whose link among original and copies is under a point, or nothing."""
        index = self.indexAt(at)
        row = self.row(index.row()) if index.isValid() else None
        if not isinstance(row, ExhibitRow):
            return ""
        plan = look.plan_card(row, self.width(), self._shown == row.key)
        return timeline_copies.link_at(plan.related, at - self.visualRect(index).topLeft())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place, button, card = self._hit(event.position().toPoint())
        hot = (place, button) if button or card else (-1, False)
        if hot != self._hot:
            for changed in {hot[0], self._hot[0]} - {-1}:
                self.update(self._rows.index(changed))
            self._hot = hot
            acts = button or (card and not self._choosing)
            shape = Qt.CursorShape.PointingHandCursor if acts else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hot = (-1, False)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        place, button, card = self._hit(event.position().toPoint())
        if place != self.currentIndex().row():
            return
        link = self._link_at(event.position().toPoint())
        if link:
            self.exhibit_opened.emit(link)
        elif button:
            self.toggle(self.row(place).key)
        elif card and not (self._choosing and isinstance(self.row(place), ExhibitRow)):
            self._activate(self.row(place))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place, button, card = self._hit(event.position().toPoint())
        if self._choosing and card and not button:
            self._activate(self.row(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._focus_by_key = True
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        index = self.currentIndex()
        row = self.row(index.row()) if index.isValid() else None
        if plain and row is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(row)
        elif plain and isinstance(row, ExhibitRow) and key in (Qt.Key.Key_V, Qt.Key.Key_Space):
            self.toggle(row.key)
        elif plain and key == Qt.Key.Key_R and isinstance(row, ExhibitRow) and row.related is not None:
            for number in row.related.numbers[:1]:
                self.exhibit_opened.emit(number)
        elif plain and key in _MOVES:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        if not self.currentIndex().isValid():
            self._set_current(None)
        super().focusInEvent(event)

    def _activate(self, row: Row) -> None:
        if isinstance(row, ExhibitRow):
            self.exhibit_opened.emit(row.key)
        elif isinstance(row, FoldRow):
            first = next((day.rows[0].key for day in self._days() if day.key == row.key), None)
            place = self.verticalScrollBar().value()
            self._open_day(row.key)
            self._set_current(first)
            self.doItemsLayout()
            self.verticalScrollBar().setValue(place)
        elif isinstance(row, NoteRow) and row.receipt >= 0:
            self.receipt_opened.emit(row.receipt)
        elif isinstance(row, NoteRow) and row.referral:
            self.referral_opened.emit(row.referral)
        elif isinstance(row, NoteRow) and len(row.rest) > look.SHORT_NOTE:
            self._expanded ^= {row.key}
            self._relayout(row.key)

    def _days(self) -> tuple[Day, ...]:
        return () if self._timeline is None else self._timeline.days


_MOVES = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


def _reference(timeline: Timeline) -> str | None:
    return None if timeline.incident is None else timeline.incident.reference
