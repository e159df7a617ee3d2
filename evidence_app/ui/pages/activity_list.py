"""The record as a list: a rail with a node for each entry, days between, one row open at a time.

Only what is in sight is read, so a hundred thousand entries open like ten.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from evidence_app.ui.pages.activity_data import CHECKPOINT, ActRow, Outline
from evidence_app.ui.pages.activity_details import Details, EntryDetails
from evidence_app.ui.pages.activity_model import ActivityModel
from evidence_app.ui.pages.activity_paint import DAY, FOCUS_BY_KEY, ROW, ActivityDelegate, columns

MOST_HEIGHTS = 50_000_000
"""Days times rows: above it headings stay as high as rows, for each height costs a look at all rows."""
AHEAD = 40
"""So many rows above and below what is in sight are read with it."""
KEPT = 4000
"""Rows that were read are kept up to here."""


class ActivityList(QTableView):
    """Enter, Space or a click opens a row in place (`details_wanted` carries its item); Escape closes it.

    `rows_wanted` carries the numbers of the entries that are to be read, as a list.
    """

    rows_wanted = Signal(list)
    details_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_ = ActivityModel(self)
        self.details: EntryDetails | None = None
        self._asked: set[int] = set()
        self._wants = QTimer(self)
        self._wants.setSingleShot(True)
        self._wants.setInterval(0)
        self._wants.timeout.connect(self._ask)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalScrollBar().setSingleStep(ROW)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        side = self.verticalHeader()
        side.hide()
        side.setMinimumSectionSize(DAY)
        side.setDefaultSectionSize(ROW)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setAccessibleName(self.tr("Entries of the record, newest first"))
        self.setItemDelegate(ActivityDelegate(self, self.model_, self.want))
        self.setModel(self.model_)

    # --- rows -------------------------------------------------------------------------------------

    def set_outline(self, outline: Outline) -> None:
        """Show these rows; the one with the focus keeps it, what is open stays open and in its place."""
        model = self.model_
        here, opened = self.current_item(), self.open_item()
        focused = self.details is not None and self.details.isAncestorOf(self.focusWidget() or self)
        top = self._top()
        self.close_details()
        model.set_outline(outline)
        if len(outline.days) * len(outline.items) <= MOST_HEIGHTS:
            side = self.verticalHeader()
            blocked = side.blockSignals(True)
            for place, item in enumerate(outline.items):
                if item < 0:
                    side.resizeSection(place, DAY)
            side.blockSignals(blocked)
        self._asked.clear()
        if opened is not None and opened in outline.items:
            self._open(outline.items.index(opened))
        self._choose(here)
        self._scroll_to_top(top)
        if focused:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.viewport().update()

    def add_rows(self, rows: Mapping[int, ActRow]) -> None:
        """What was read of the entries in sight."""
        if len(self.model_.known) > KEPT:
            self.model_.known.clear()
            self._asked.clear()
        self.model_.known.update(rows)
        self._asked.difference_update(rows)
        self.viewport().update()

    def forget(self) -> None:
        """Something was erased: all rows are read again."""
        self.model_.known.clear()
        self._asked.clear()

    def want(self) -> None:
        """A row came into sight that is not read yet."""
        if not self._wants.isActive():
            self._wants.start()

    def _ask(self) -> None:
        model, bottom = self.model_, self.viewport().height()
        first, last = self.rowAt(0), self.rowAt(bottom - 1)
        count = len(model.outline.items)
        begin = max(0, model.place(max(0, first)) - AHEAD)
        end = min(count, (model.place(last) if last >= 0 else count) + AHEAD + 1)
        wanted = [
            item
            for item in model.outline.items[begin:end]
            if 0 < item < CHECKPOINT and item not in model.known and item not in self._asked
        ]
        if wanted:
            self._asked.update(wanted)
            self.rows_wanted.emit(wanted)

    def not_read(self, seqs: list[int]) -> None:
        """Reading these failed: they may be asked for again."""
        self._asked.difference_update(seqs)

    # --- places -----------------------------------------------------------------------------------

    def current_item(self) -> int | None:
        """What the keyboard is on; None for nothing."""
        index = self.currentIndex()
        return self.model_.item(index.row()) if index.isValid() else None

    def open_item(self) -> int | None:
        """What is open; None for nothing."""
        place = self.model_.open_place
        return self.model_.outline.items[place] if place >= 0 else None

    def show_entry(self, seq: int) -> bool:
        """Go to an entry and open it; False where it is not in the list."""
        items = self.model_.outline.items
        if seq not in items:
            return False
        place = items.index(seq)
        if self.open_item() != seq:
            self._open(place)
        self._choose(seq)
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _choose(self, item: int | None) -> None:
        """The keyboard on this item, else on the first row that is no heading."""
        items = self.model_.outline.items
        place = items.index(item) if item is not None and item in items else 0
        while place < len(items) and items[place] < 0:
            place += 1
        if place < len(items):
            scroll = self.verticalScrollBar().value()
            self.setCurrentIndex(self.model_.index(self.model_.row_of_place(place), 0))
            self.verticalScrollBar().setValue(scroll)

    def _top(self) -> tuple[int, int] | None:
        """The uppermost item in sight and how far it is above the edge; None at the very top."""
        row = self.rowAt(0)
        if row < 0 or self.verticalScrollBar().value() == 0:
            return None
        return self.model_.item(row), self.rowViewportPosition(row)

    def _scroll_to_top(self, top: tuple[int, int] | None) -> None:
        items = self.model_.outline.items
        if top is None or top[0] not in items:
            self.verticalScrollBar().setValue(0)
            return
        row = self.model_.row_of_place(items.index(top[0]))
        self.updateGeometries()
        self.verticalScrollBar().setValue(self.verticalHeader().sectionPosition(row) - top[1])

    # --- opening ----------------------------------------------------------------------------------

    def toggle(self, row: int) -> None:
        """Open the entry in this row of the view, or close it."""
        place = self.model_.place(row)
        if self.model_.outline.items[place] < 0:
            return
        if place == self.model_.open_place:
            self.close_details()
        else:
            self._open(place)

    def _open(self, place: int) -> None:
        item = self.model_.outline.items[place]
        self.close_details()
        self.model_.set_open(place)
        self.setRowHeight(place + 1, 4 * 24)
        self.viewport().update()
        self.details_wanted.emit(item)

    def close_details(self) -> None:
        """Close the entry that is open, if one is."""
        if self.details is not None:
            if self.details.isAncestorOf(self.focusWidget() or self):
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.details.hide()
            self.details = None
        if self.model_.open_place >= 0:
            self.model_.set_open(-1)
        self.viewport().update()

    def set_details(self, details: Details) -> None:
        """The entry that is open, in full; one that was closed meanwhile is dropped."""
        if details.item != self.open_item():
            return
        row = self.model_.open_place + 1
        indent = columns(self.viewport().width(), self.model_.outline.size).time - 2
        self.details = EntryDetails(details, indent)
        self.setIndexWidget(self.model_.index(row, 0), self.details)
        QWidget.setTabOrder(self, self.details)
        self._fit_details()

    def _fit_details(self) -> None:
        if self.details is not None:
            width = self.viewport().width()
            height = self.details.layout().heightForWidth(width)
            row = self.model_.open_place + 1
            self.setRowHeight(row, max(ROW, height if height > 0 else self.details.sizeHint().height()))
            opener = self.model_.index(row - 1, 0)
            if self.visualRect(self.model_.index(row, 0)).bottom() > self.viewport().height():
                self.scrollTo(self.model_.index(row, 0))
                self.scrollTo(opener)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_details()

    # --- mouse and keys ---------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = index.row()
        if event.button() is Qt.MouseButton.LeftButton and row >= 0 and not self.model_.is_details(row):
            self.toggle(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.setProperty(FOCUS_BY_KEY, True)
        index, key = self.currentIndex(), event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and index.isValid() and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggle(index.row())
            self.scrollTo(index)
        elif plain and key == Qt.Key.Key_Escape and self.model_.open_place >= 0:
            self.close_details()
        elif plain and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0, 1) if key == Qt.Key.Key_Home else self._go(self.model_.rowCount() - 1, -1)
        elif plain and not event.text():
            super().keyPressEvent(event)
        else:
            event.ignore()  # letters and shortcuts belong to the page

    def _go(self, row: int, step: int) -> None:
        """To this row, or the next one that is neither a heading nor the details."""
        while 0 <= row < self.model_.rowCount():
            index = self.model_.index(row, 0)
            if self.model_.flags(index):
                self.setCurrentIndex(index)
                return
            row += step

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.setProperty(FOCUS_BY_KEY, event.reason() != Qt.FocusReason.MouseFocusReason)
        super().focusInEvent(event)
