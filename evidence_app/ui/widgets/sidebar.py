"""The navigation on the left: logo, sections with counts, state of the vault, Lock now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from evidence_app.ui import icons, theme
from evidence_app.ui.widgets.button import IconButton, secondary
from evidence_app.ui.widgets.card import Divider, area
from evidence_app.ui.widgets.focus_ring import paint_focus
from evidence_app.ui.widgets.icon import IconLabel, Logo
from evidence_app.ui.widgets.text import Text

KEY = Qt.ItemDataRole.UserRole
ICON = Qt.ItemDataRole.UserRole + 1
COUNT = Qt.ItemDataRole.UserRole + 2
APART = Qt.ItemDataRole.UserRole + 3
BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
ROW, GROUP = 42, 17
WIDTH = 216


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the sidebar; `count` None shows no number. `apart`: a line stands above it."""

    key: str
    words: str
    icon: str
    count: int | None = None
    apart: bool = False


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(option.rect.width(), ROW + (GROUP if index.data(APART) else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        t = theme.tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        here = bool(state & QStyle.StateFlag.State_Selected)
        apart = bool(index.data(APART))
        box = QRect(option.rect.left(), option.rect.top() + (GROUP if apart else 0), option.rect.width(), 40)
        if apart:
            painter.fillRect(
                box.left() + 12, box.top() - GROUP // 2 - 1, box.width() - 24, 1, t.color("line")
            )
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.color("tint"))
            painter.drawRoundedRect(QRectF(box), 6, 6)
            painter.setBrush(t.color("accent"))
            painter.drawRoundedRect(QRectF(box.left(), box.top() + 8, 3, 24), 1.5, 1.5)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.color("sunken"))
            painter.drawRoundedRect(QRectF(box), 6, 6)
        token = "accent" if here else "text_2"
        icons.draw(painter, str(index.data(ICON)), token, QRectF(box.left() + 12, box.top() + 11, 18, 18))
        painter.setFont(theme.font("strong" if here else "body", weight=600 if here else 500))
        painter.setPen(t.color(token))
        align = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.adjusted(40, 0, -18, 0), align | Qt.AlignmentFlag.AlignLeft, str(index.data()))
        count = index.data(COUNT)
        if count is not None:
            painter.setFont(theme.tabular(theme.font("body", weight=500)))
            painter.setPen(t.color("accent" if here else "text"))
            painter.drawText(box.adjusted(0, 0, -12, 0), align | Qt.AlignmentFlag.AlignRight, str(count))
        view = self.parent()
        if state & QStyle.StateFlag.State_HasFocus and isinstance(view, _List) and view.focus_by_key:
            paint_focus(painter, box, 6)
        painter.restore()


class _List(QListView):
    def __init__(self) -> None:
        super().__init__()
        self.focus_by_key = False
        self.setProperty("area", "bg")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setItemDelegate(_Delegate(self))

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in BY_KEY:
            self.focus_by_key = True
        elif event.reason() == Qt.FocusReason.MouseFocusReason:
            self.focus_by_key = False
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.focus_by_key = True
        super().keyPressEvent(event)


class Sidebar(QFrame):
    """`chosen` carries the key of a section; `lock_requested` and `hide_requested` come from the bottom."""

    chosen = Signal(str)
    lock_requested = Signal()
    hide_requested = Signal()
    backup_requested = Signal()

    def __init__(self, sections: Sequence[Section] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("area", "rail")
        self.setFixedWidth(WIDTH)
        self._model = QStandardItemModel(self)
        self.list = _List()
        self.list.setAccessibleName(self.tr("Sections"))
        self.list.setModel(self._model)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        for chosen_again in (self.list.clicked, self.list.activated):
            chosen_again.connect(self._on_again)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 20, 12, 16)
        column.setSpacing(0)
        logo = QHBoxLayout()
        logo.setContentsMargins(12, 0, 0, 0)
        logo.addWidget(Logo())
        logo.addStretch(1)
        self.search_button = IconButton("search", self.tr("Search (Ctrl+F)"), size="compact")
        logo.addWidget(self.search_button)
        column.addLayout(logo)
        column.addSpacing(20)
        column.addWidget(self.list, 1)
        column.addWidget(Divider())
        column.addWidget(self._bottom())
        self.set_sections(sections)

    def _bottom(self) -> QWidget:
        box = area("bg")
        self._state_icon = IconLabel("shield-check", "ok", 18)
        self.state_words = Text(type="strong", wrap=False)
        self.state_words.setFont(theme.font("small", weight=600))
        self.state_detail = Text(type="hint", wrap=False)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.state_words)
        words.addWidget(self.state_detail)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._state_icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.lock_button = secondary(
            self.tr("Lock now"),
            "lock",
            size="compact",
            shortcut_hint=self.tr("Ctrl L"),
            on_click=self.lock_requested.emit,
        )
        self.hide_button = secondary(
            self.tr("Hide now"),
            "eye-off",
            size="compact",
            shortcut_hint="F9",
            on_click=self.hide_requested.emit,
        )
        self.set_hide_key("F9")
        self.backup_words = Text(type="hint")
        self.backup_words.hide()
        self.backup_button = IconButton("drive", self.tr("Back up…"), size="compact")
        self.backup_button.clicked.connect(self.backup_requested)
        self.backup_button.hide()
        second = QHBoxLayout()
        second.setSpacing(4)
        second.addWidget(self.backup_words, 1)
        second.addWidget(self.backup_button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(box)
        column.setContentsMargins(12, 16, 12, 0)
        column.setSpacing(12)
        column.addLayout(row)
        column.addSpacing(-4)
        column.addLayout(second)
        column.addWidget(self.lock_button)
        column.addSpacing(-4)
        column.addWidget(self.hide_button)
        return box

    def set_hide_key(self, key: str) -> None:
        """The key that hides every window, as its button tells it."""
        self.hide_button.set_shortcut_hint(key.replace("+", " "))
        self.hide_button.setToolTip(self.tr("Hide every window now ({0})").format(key))
        self.lock_button.setToolTip(self.tr("Lock now (Ctrl+L)"))

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show these sections; the chosen one stays chosen."""
        kept = self.current()
        blocked = self.list.selectionModel().blockSignals(True)
        self._model.clear()
        for section in sections:
            item = QStandardItem(section.words)
            item.setData(section.key, KEY)
            item.setData(section.icon, ICON)
            item.setData(section.apart, APART)
            self._model.appendRow(item)
            self._set_count(item, section.count)
        self.list.selectionModel().blockSignals(blocked)
        if kept:
            self.set_current(kept)

    def set_count(self, key: str, count: int | None) -> None:
        """Another number beside a section."""
        item = self._item(key)
        if item is not None:
            self._set_count(item, count)

    def _set_count(self, item: QStandardItem, count: int | None) -> None:
        item.setData(count, COUNT)
        name = item.text() if count is None else self.tr("{0}, {1}").format(item.text(), count)
        item.setData(name, Qt.ItemDataRole.AccessibleTextRole)

    def current(self) -> str:
        """Key of the chosen section, or the empty string."""
        index = self.list.currentIndex()
        return str(index.data(KEY)) if index.isValid() else ""

    def set_current(self, key: str) -> None:
        """Choose a section without emitting `chosen`."""
        item = self._item(key)
        if item is not None:
            model = self.list.selectionModel()
            blocked = self.blockSignals(True)
            self.list.setCurrentIndex(item.index())
            self.blockSignals(blocked)
            model.setCurrentIndex(item.index(), model.SelectionFlag.ClearAndSelect)

    def set_vault_state(self, words: str, detail: str = "", kind: str = "ok", icon: str = "") -> None:
        """What the bottom says ("Vault: in order"); kind ok, warn, bad or neutral."""
        names = {"ok": "shield-check", "warn": "alert-circle", "bad": "shield-x", "neutral": "refresh"}
        self._state_icon.set_icon(icon or names[kind], "accent" if kind == "neutral" else kind)
        self.state_words.setText(words)
        self.state_detail.setText(detail)

    def set_backup(self, words: str) -> None:
        """How old the backup is, in a sentence."""
        self.backup_words.setText(words)
        self.backup_words.show()
        self.backup_button.show()

    def _item(self, key: str) -> QStandardItem | None:
        for row in range(self._model.rowCount()):
            item = self._model.item(row)
            if item.data(KEY) == key:
                return item
        return None

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(str(current.data(KEY)))

    def _on_again(self, index: QModelIndex) -> None:
        """The chosen section once more: it leads back from a page that stands beside it."""
        self.chosen.emit(str(index.data(KEY)))
