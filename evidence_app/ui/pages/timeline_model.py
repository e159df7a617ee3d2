"""The model behind the timeline: its rows, and what a screen reader says of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

from evidence_app.ui.pages.timeline_rows import DayRow, ExhibitRow, NoteRow, Row

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole


class TimelineModel(QAbstractListModel):
    """`places` finds a row by its key. `shown` tells whose picture is clear, for a screen reader."""

    def __init__(self, parent: QObject, shown: Callable[[], str | None]) -> None:
        super().__init__(parent)
        self._shown = shown
        self.rows: list[Row] = []
        self.places: dict[str, int] = {}

    def set_rows(self, rows: list[Row]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self.rows = rows
        self.places = {row.key: place for place, row in enumerate(rows)}
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and isinstance(row, ExhibitRow):
            words = self.tr("Enter opens the exhibit.")
            if row.shows:
                words = self.tr("Enter opens the exhibit, V shows or hides the picture.")
            if row.related is not None and row.related.numbers:
                words += " " + self.tr("R opens {0}.").format(row.related.numbers[0])
            return words
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(row, ExhibitRow) and row.line and not row.quiet:
            return row.line
        return None

    def _spoken(self, row: Row) -> str:
        if isinstance(row, ExhibitRow):
            if not row.shows:
                return row.spoken
            shown = self._shown() == row.key
            return f"{row.spoken}, {self.tr('picture shown') if shown else self.tr('picture blurred')}"
        if isinstance(row, NoteRow):
            return f"{row.head}{row.rest}"
        return row.words

    def flags(self, index: Index) -> Qt.ItemFlag:
        # The arrow keys pass over the headings of days; every card says its day itself.
        if index.isValid() and isinstance(self.rows[index.row()], DayRow):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def roleNames(self) -> dict[int, QByteArray]:
        return {ROW: QByteArray(b"row")}
