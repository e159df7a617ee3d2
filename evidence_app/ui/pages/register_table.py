"""The register as a table: rows of one height, opened by a click or by Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from evidence_app.records import RegisterRow
from evidence_app.ui.pages.register_model import Column, RegisterModel
from evidence_app.ui.pages.register_paint import ROW, RegisterDelegate, RegisterHeader, widths
from evidence_app.ui.widgets import paint_focus

_MOVES = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


class RegisterTable(QTableView):
    """`opened` carries the reference of a row. Rows are painted, never built as widgets."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focus_by_key = False
        self._pressed = -1
        self._rows = RegisterModel(self)
        self._delegate = RegisterDelegate(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(ROW)
        self.setHorizontalHeader(RegisterHeader(self))
        side = self.verticalHeader()
        side.hide()
        side.setMinimumSectionSize(ROW)
        side.setDefaultSectionSize(ROW)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setItemDelegate(self._delegate)
        self.setModel(self._rows)
        self.setAccessibleName(self.tr("Received bundles, newest first"))

    # --- rows -------------------------------------------------------------------------------------

    def set_rows(self, rows: tuple[RegisterRow, ...]) -> None:
        """Show these; the bundle that is chosen stays chosen and the place stays where it is."""
        kept, place = self.current_reference(), self.verticalScrollBar().value()
        self._rows.set_rows(rows)
        if rows:
            self.setCurrentIndex(self._rows.index(max(0, self._rows.place_of(kept)), 0))
        self.verticalScrollBar().setValue(place)

    def references(self) -> tuple[str, ...]:
        """What is shown now, from the top."""
        return tuple(one.reference for one in self._rows.rows)

    def current_reference(self) -> str:
        """The bundle that has the focus; empty for none."""
        place = self.currentIndex().row()
        return self._rows.rows[place].reference if 0 <= place < len(self._rows.rows) else ""

    def select(self, reference: str) -> None:
        """Give a bundle the focus and bring it into view."""
        place = self._rows.place_of(reference)
        if place >= 0:
            self.setCurrentIndex(self._rows.index(place, 0))
            self.scrollTo(self.currentIndex())

    # --- keys and mouse ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._focus_by_key = True
        self.viewport().update()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_reference():
            self.opened.emit(self.current_reference())
        elif plain and event.key() in _MOVES:
            super().keyPressEvent(event)
        else:
            event.ignore()  # letters and shortcuts belong to the page

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        actions = QAbstractItemView.CursorAction
        ends = {actions.MoveHome: 0, actions.MoveEnd: self._rows.rowCount() - 1}
        if action in ends:
            return self._rows.index(ends[action], 0)
        return super().moveCursor(action, modifiers)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focus_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.indexAt(event.position().toPoint()).row()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = self.indexAt(event.position().toPoint()).row()
        if event.button() is Qt.MouseButton.LeftButton and place >= 0 and place == self._pressed:
            self.opened.emit(self._rows.rows[place].reference)
        self._pressed = -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # No drag of the selection: a press belongs to the row on which it began.
        self._heat(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._heat(-1)

    def _heat(self, place: int) -> None:
        if place != self._delegate.hot:
            self._delegate.hot = place
            shape = Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    # --- look -------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = widths(self.viewport().width())
        self._delegate.receipt_below = not wide[Column.RECEIPT]
        for column, width in wide.items():
            self.setColumnHidden(column, not width)
            if width:
                self.setColumnWidth(column, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        index = self.currentIndex()
        if index.isValid() and self.hasFocus() and self._focus_by_key:
            top = self.visualRect(index.siblingAtColumn(Column.RECEIVED)).top()
            paint_focus(QPainter(self.viewport()), QRect(0, top, self.viewport().width(), ROW - 1), 6)
