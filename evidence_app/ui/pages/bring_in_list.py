"""The files of a batch in a list: what each is called, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from evidence_app.capture import files
from evidence_app.capture.files import Found
from evidence_app.ui import icons, say, theme
from evidence_app.ui.widgets import chip_width, paint_chip, paint_focus
from evidence_app.workflows import Brought, Outcome

Index = QModelIndex | QPersistentModelIndex
_HEIGHT = 60


def _tr(text: str) -> str:
    return QCoreApplication.translate("bring_in", text)


@dataclass(frozen=True, slots=True)
class Row:
    """One file, with its size in bytes; `brought` None as long as nothing is known of it."""

    file: Found
    size: int = 0
    brought: Brought | None = None

    @property
    def name(self) -> str:
        return files.shown(self.file.path.name, 120)

    def state(self) -> tuple[str, str, str]:
        """Words, kind and icon of the chip."""
        one = self.brought
        if one is None:
            return _tr("Waiting"), "neutral", "clock"
        match one.outcome:
            case Outcome.KEPT if one.preview is False:
                return _tr("Sealed, no preview"), "accent", "lock"
            case Outcome.KEPT:
                return _tr("Sealed"), "ok", "check-circle"
            case Outcome.ALREADY:
                return _tr("Already there"), "neutral", "copy"
            case Outcome.STOPPED:
                return _tr("Not brought in"), "warn", "stop"
            case _:
                return _tr("Not brought in"), "bad", "x-circle"

    def second(self) -> str:
        """The line below the name."""
        one, size = self.brought, say.size(self.size)
        where = f"{self.file.folder}, {size}" if self.file.folder else size
        if one is None:
            return where
        if one.parts:
            with_it = _tr("With it, as exhibits of their own: {0}.").format(", ".join(one.parts))
            return f"{one.sentence} {with_it}".strip()
        return one.sentence or where

    def spoken(self) -> str:
        number = "" if self.brought is None else self.brought.number
        return ", ".join(part for part in (self.name, self.state()[0], number, self.second()) if part)


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken()
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.second() if row.brought is not None else None
        return None

    def set_rows(self, rows: list[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def tell(self, at: int, brought: Brought) -> None:
        self.rows[at] = replace(self.rows[at], brought=brought)
        index = self.index(at)
        self.dataChanged.emit(index, index)


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(200, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, _Model):
            return
        row, t, rect = model.rows[index.row()], theme.tokens(), option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, t.color("tint" if chosen else "surface"))
        painter.setPen(QPen(t.color("line"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        icons.draw(painter, "file", "text_2", QRectF(rect.left() + 16, rect.top() + 19, 20, 20))
        words, kind, icon = row.state()
        wide = chip_width(words, icon)
        chip = QRect(rect.right() - 16 - wide, rect.top() + 17, wide, 26)
        paint_chip(painter, chip, words, kind, icon)
        number = "" if row.brought is None else row.brought.number
        right = chip.left() - 12
        painter.setFont(theme.font("strong"))
        if number:
            room = QFontMetrics(painter.font()).horizontalAdvance(number)
            painter.setPen(t.color("text"))
            place = QRect(right - room, rect.top(), room, _HEIGHT - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, number)
            right -= room + 16
        left = rect.left() + 48
        self._line(painter, QRect(left, rect.top() + 9, right - left, 22), row.name, "text", middle=True)
        painter.setFont(theme.font("hint"))
        self._line(painter, QRect(left, rect.top() + 31, right - left, 20), row.second(), "text_2")
        if option.state & QStyle.StateFlag.State_HasFocus and option.widget.hasFocus():
            paint_focus(painter, rect.adjusted(3, 3, -3, -3), 6)
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, rect: QRect, words: str, token: str, *, middle: bool = False) -> None:
        mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        painter.setPen(theme.tokens().color(token))
        short = QFontMetrics(painter.font()).elidedText(words, mode, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, short)


class FileList(QListView):
    """`opened` carries the number of an exhibit, by Enter or a double click on its file."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(_tr("Files"))
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def rows(self) -> tuple[Row, ...]:
        return tuple(self._model.rows)

    def set_rows(self, rows: list[Row]) -> None:
        self._model.set_rows(rows)

    def tell(self, at: int, brought: Brought) -> None:
        """What became of the file at this place."""
        self._model.tell(at, brought)
        self.scrollTo(self._model.index(at))

    def _open(self, at: int) -> None:
        brought = self._model.rows[at].brought if 0 <= at < len(self._model.rows) else None
        if brought is not None and brought.number:
            self.opened.emit(brought.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
