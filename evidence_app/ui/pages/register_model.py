"""The model behind the register: rows as the engine gives them, words made when a row is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from evidence_app.records import RegisterRow
from evidence_app.ui.pages.register_words import RowWords, words_of

Index = QModelIndex | QPersistentModelIndex
WORDS = Qt.ItemDataRole.UserRole
_KEPT = 512


class Column(IntEnum):
    """The columns, from left to right."""

    RECEIVED = 0
    SENDER = 1
    INCIDENT = 2
    EXHIBITS = 3
    RESULT = 4
    RECEIPT = 5
    DECIDED = 6


class RegisterModel(QAbstractTableModel):
    """Holds the rows that are shown; nothing is made of a row that nobody looks at."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RegisterRow, ...] = ()
        self._words: dict[int, RowWords] = {}
        self._names = {
            Column.RECEIVED: self.tr("Received"),
            Column.SENDER: self.tr("From"),
            Column.INCIDENT: self.tr("Incident"),
            Column.EXHIBITS: self.tr("Exhibits"),
            Column.RESULT: self.tr("Result"),
            Column.RECEIPT: self.tr("Receipt"),
            Column.DECIDED: self.tr("Decision"),
        }

    def set_rows(self, rows: tuple[RegisterRow, ...]) -> None:
        """Show these rows, in this order."""
        self.beginResetModel()
        self.rows = rows
        self._words.clear()
        self.endResetModel()

    def words(self, place: int) -> RowWords:
        """What a row says."""
        found = self._words.get(place)
        if found is None:
            if len(self._words) >= _KEPT:
                self._words.clear()
            found = self._words[place] = words_of(self.rows[place])
        return found

    def place_of(self, reference: str) -> int:
        """Where a bundle is; -1 where it is not shown."""
        return next((n for n, one in enumerate(self.rows) if one.reference == reference), -1)

    # --- for Qt -----------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(Column)

    def headerData(self, place: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._names[Column(place)] if way is Qt.Orientation.Horizontal else str(place + 1)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        words = self.words(index.row())
        column = Column(index.column())
        if role == WORDS:
            return words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            # The arrow keys move from row to row: the first cell speaks for all.
            return words.spoken if column is Column.RECEIVED else _cell(words)[column]
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and column is Column.RECEIVED:
            return self.tr("Enter opens the bundle.")
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _cell(words)[column]
        return None


def _cell(words: RowWords) -> Mapping[Column, str]:
    return {
        Column.RECEIVED: ", ".join(words.received),
        Column.SENDER: ", ".join(part for part in words.sender if part),
        Column.INCIDENT: ". ".join(part for part in (words.title, words.related) if part),
        Column.EXHIBITS: words.exhibits,
        Column.RESULT: words.status.words,
        Column.RECEIPT: ", ".join(part for part in words.receipt if part),
        Column.DECIDED: ". ".join(words.decided),
    }
