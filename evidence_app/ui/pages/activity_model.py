"""The rows of the activity list: the outline, what was read of it so far, and which one is open."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from evidence_app.ui.pages.activity_data import CHECKPOINT, ActRow, Outline, checkpoint_row

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class ActivityModel(QAbstractTableModel):
    """The outline, what was read of it so far, and one row more below the one that is open."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.outline = Outline()
        self.known: dict[int, ActRow] = {}
        self.open_place = -1

    def set_outline(self, outline: Outline) -> None:
        """Other rows; what was read of the record stays known, for it does not change."""
        self.beginResetModel()
        self.outline, self.open_place = outline, -1
        self.endResetModel()

    def set_open(self, place: int) -> None:
        """Put the row of details below this place of the outline; -1 takes it away."""
        if self.open_place >= 0:
            gone = self.open_place + 1
            self.beginRemoveRows(_NONE, gone, gone)
            self.open_place = -1
            self.endRemoveRows()
        if place >= 0:
            self.beginInsertRows(_NONE, place + 1, place + 1)
            self.open_place = place
            self.endInsertRows()

    def is_details(self, row: int) -> bool:
        """Whether this row of the view is the one with the details."""
        return self.open_place >= 0 and row == self.open_place + 1

    def place(self, row: int) -> int:
        """The place in the outline of a row of the view; the details belong to the row above them."""
        return row - 1 if 0 <= self.open_place < row else row

    def row_of_place(self, place: int) -> int:
        """The inverse of `place`."""
        return place + 1 if 0 <= self.open_place < place else place

    def item(self, row: int) -> int:
        """What stands in a row of the view."""
        return self.outline.items[self.place(row)]

    def act(self, item: int) -> ActRow | None:
        """An entry or checkpoint in words, None while it is not read yet."""
        if item >= CHECKPOINT:
            return checkpoint_row(self.outline.checkpoints[item - CHECKPOINT])
        return self.known.get(item)

    def day(self, item: int) -> str:
        """The words of a day's heading."""
        return self.outline.days[-1 - item]

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.outline.items) + (self.open_place >= 0)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        if role not in _SPOKEN or not 0 <= row < self.rowCount():
            return None
        item = self.item(row)
        if item < 0:
            return self.day(item) if role == Qt.ItemDataRole.AccessibleTextRole else None
        if self.is_details(row):
            return self.tr("Entry in full") if role == Qt.ItemDataRole.AccessibleTextRole else None
        act = self.act(item)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            is_open = self.open_place == self.place(row)
            return self.tr("Enter closes it.") if is_open else self.tr("Enter shows all of it.")
        if act is None:
            return self.tr("Entry {0}").format(item)
        return act.spoken if role == Qt.ItemDataRole.AccessibleTextRole else act.words

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.item(index.row()) < 0 or self.is_details(index.row()):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


_SPOKEN = (
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
    Qt.ItemDataRole.ToolTipRole,
)
