"""The list of incidents: titles to search, one row each, support at the bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QResizeEvent,
    QStandardItem,
    QStandardItemModel,
)
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

from evidence_app.records import Incident
from evidence_app.ui import say, theme
from evidence_app.ui.pages import receipt_words
from evidence_app.ui.pages.receipt_data import Known
from evidence_app.ui.pages.unfinished import UnfinishedLink
from evidence_app.ui.widgets import (
    Divider,
    Link,
    SearchField,
    area,
    chip_width,
    hint,
    paint_chip,
    paint_focus,
    secondary,
    section,
)

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
REFERENCE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """What a row says."""

    reference: str
    title: str
    facts: str
    status: str
    icon: str
    kind: str
    sent: bool


def row_of(incident: Incident, now: datetime, receipt: Known | None = None) -> IncidentRow:
    """The words of an incident's row; `receipt` is the one that speaks loudest."""
    exhibits = say.plural(incident.exhibits, say.tr("exhibit"), say.tr("exhibits"))
    sent = incident.bundles > 0
    status, kind, icon = say.tr("Open"), "neutral", "folder"
    if sent:
        status, icon = say.tr("Sealed and sent"), "box"
    if receipt is not None:
        status, kind, icon = receipt_words.short(receipt)
        # Where nothing is to be done the list stays quiet.
        kind = "neutral" if kind == "ok" else kind
    return IncidentRow(
        reference=incident.reference,
        title=incident.title,
        facts=f"{incident.reference} · {exhibits} · {_lately(incident.last_at, now)}",
        status=status,
        icon=icon,
        kind=kind,
        sent=sent,
    )


def _lately(moment: datetime, now: datetime) -> str:
    """As `say.lately`, without the year where it is this one: the column is narrow."""
    words = say.lately(moment, now)
    year = f" {say.local(now).year}"
    return words.removesuffix(year)


def title_lines(title: str, width: int) -> list[str]:
    """A title on at most two lines; the second is shortened."""
    metrics = QFontMetrics(theme.font("strong"))
    first: list[str] = []
    words = title.split()
    while words and (not first or metrics.horizontalAdvance(" ".join([*first, words[0]])) <= width):
        first.append(words.pop(0))
    lines = [metrics.elidedText(" ".join(first), Qt.TextElideMode.ElideRight, width)]
    if words:
        lines.append(metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width))
    return lines


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: _List) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        width = self._view.viewport().width()
        lines = title_lines(index.data(ROW).title, width - 32)
        return QSize(width, 82 + 20 * len(lines))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, row, rect = theme.tokens(), index.data(ROW), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.fillRect(rect, t.color("tint" if chosen else "bg" if over else "surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), t.color("line"))
        if chosen:
            painter.fillRect(QRectF(rect.left(), rect.top(), 4, rect.height()), t.color("accent"))
        left, top = rect.left() + 16, rect.top() + 14
        painter.setFont(theme.font("strong"))
        painter.setPen(t.color("text"))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for line in title_lines(row.title, rect.width() - 32):
            painter.drawText(QRect(left, top, rect.width() - 24, 20), align, line)
            top += 20
        painter.setFont(theme.tabular(theme.font("hint")))
        painter.setPen(t.color("text_2"))
        facts = QFontMetrics(painter.font()).elidedText(
            row.facts, Qt.TextElideMode.ElideRight, rect.width() - 20
        )
        painter.drawText(QRect(left, top + 1, rect.width() - 20, 20), align, facts)
        kind = "accent" if chosen and not row.sent else row.kind
        paint_chip(
            painter, QRect(left, top + 28, chip_width(row.status, row.icon), 24), row.status, kind, row.icon
        )
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.focus_by_key:
            paint_focus(painter, rect, 4)
        painter.restore()


class _List(QListView):
    def __init__(self) -> None:
        super().__init__()
        self.focus_by_key = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.setItemDelegate(_Delegate(self))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focus_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.focus_by_key = True
        # Left to the page: its shortcuts, and Enter, which goes on to the timeline.
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or event.key() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            event.ignore()
            return
        super().keyPressEvent(event)


class IncidentList(QFrame):
    """`chosen` carries a reference when another row is chosen by the person or by the filter."""

    chosen = Signal(str)
    new_requested = Signal()
    support_requested = Signal()
    everywhere_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("area", "surface")
        self.setMinimumWidth(232)
        self._model = QStandardItemModel(self)
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(self._model)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._shown_for: tuple[IncidentRow, ...] = ()
        self._kept = ""
        self.search = SearchField(self.tr("Search incidents"))
        self.search.textChanged.connect(self._on_search)
        self.new_button = secondary(self.tr("New"), "plus", size="compact", on_click=self.new_requested.emit)
        self.new_button.setAccessibleName(self.tr("New incident"))
        self.new_button.setToolTip(self.tr("New incident (Ctrl+N)"))
        self.list = _List()
        self.list.setAccessibleName(self.tr("Incidents"))
        self.list.setModel(self._filter)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.nothing = hint("")
        self.nothing.setContentsMargins(16, 16, 16, 16)
        self.everywhere = Link("", type="small", icon="search", on_click=self._search_everywhere)
        self._everywhere = area("surface")
        line = QHBoxLayout(self._everywhere)
        line.setContentsMargins(16, 8, 16, 12)
        line.addWidget(self.everywhere)
        line.addStretch(1)
        self._everywhere.hide()
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(section(self.tr("Incidents"), wrap=False), 1)
        head.addWidget(self.new_button)
        top = QVBoxLayout()
        top.setContentsMargins(16, 16, 16, 12)
        top.setSpacing(12)
        top.addLayout(head)
        top.addWidget(self.search)
        foot = area("surface")
        lines = QVBoxLayout(foot)
        lines.setContentsMargins(16, 14, 16, 14)
        lines.setSpacing(0)
        self.unfinished = UnfinishedLink()
        self.unfinished.setFixedHeight(32)
        lines.addWidget(self.unfinished)
        lines.addWidget(hint(self.tr("This can be hard to read alone.")))
        self.support = Link(
            self.tr("Support for school staff"), type="small", on_click=self.support_requested.emit
        )
        lines.addWidget(self.support)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(Divider())
        column.addWidget(self.nothing)
        column.addWidget(self._everywhere)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        column.addWidget(Divider())
        column.addWidget(foot)
        self.setTabOrder(self.new_button, self.search)
        self.setTabOrder(self.search, self.everywhere)
        self.setTabOrder(self.everywhere, self.list)
        self.setTabOrder(self.list, self.unfinished)
        self.setTabOrder(self.unfinished, self.support)

    # --- rows -------------------------------------------------------------------------------------

    def set_incidents(
        self, incidents: Sequence[Incident], receipts: Mapping[str, Known] | None = None
    ) -> None:
        """Show these, in this order; the chosen one stays chosen. `receipts` by the incident's reference."""
        now, said = datetime.now(UTC), receipts or {}
        rows = tuple(row_of(one, now, said.get(one.reference)) for one in incidents)
        if rows != self._shown_for:
            self._shown_for = rows
            kept, model = self.current(), self.list.selectionModel()
            blocked = model.blockSignals(True)
            self._model.clear()
            for row in rows:
                item = QStandardItem(f"{row.title} {row.reference}")
                item.setData(row, ROW)
                item.setData(row.reference, REFERENCE)
                item.setData(f"{row.title}, {row.facts}, {row.status}", Qt.ItemDataRole.AccessibleTextRole)
                item.setData(row.title, Qt.ItemDataRole.ToolTipRole)
                self._model.appendRow(item)
            model.blockSignals(blocked)
            self._kept = kept
            self._choose(kept)
        self._say_nothing()

    def current(self) -> str:
        """Reference of the chosen incident, or an empty text."""
        index = self.list.currentIndex()
        return str(index.data(REFERENCE)) if index.isValid() else ""

    def references(self) -> tuple[str, ...]:
        """What the list shows now, top to bottom."""
        return tuple(str(self._filter.index(n, 0).data(REFERENCE)) for n in range(self._filter.rowCount()))

    def select(self, reference: str) -> None:
        """Choose an incident; takes a filter away that hides it."""
        if reference not in self.references():
            self.search.clear()
        self._choose(reference)

    def _choose(self, reference: str) -> None:
        """Choose this row, or the first; says so only when that is another incident than before."""
        shown = self.references()
        if not shown:
            return
        place = shown.index(reference) if reference in shown else 0
        model = self.list.selectionModel()
        blocked = model.blockSignals(True)
        index = self._filter.index(place, 0)
        self.list.setCurrentIndex(index)
        model.blockSignals(blocked)
        self.list.scrollTo(index)
        self.list.viewport().update()
        self._tell()

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._tell()

    def _tell(self) -> None:
        now = self.current()
        if now and now != self._kept:
            self._kept = now
            self.chosen.emit(now)

    # --- search -----------------------------------------------------------------------------------

    def _on_search(self, text: str) -> None:
        kept = self.current() or self._kept
        model = self.list.selectionModel()
        blocked = model.blockSignals(True)
        self._filter.setFilterFixedString(" ".join(text.split()))
        model.blockSignals(blocked)
        # What is open on the right stays open while its row is filtered out.
        if kept in self.references():
            self._choose(kept)
        else:
            self.list.clearSelection()
        self._say_nothing()

    def _say_nothing(self) -> None:
        if not self._shown_for:
            words = self.tr("Nothing recorded yet. Choose Capture when you see something.")
        elif not self.references():
            words = self.tr("No incident has “{0}” in its title.").format(self.search.text().strip()[:40])
        else:
            words = ""
        self.nothing.setText(words)
        self.nothing.setVisible(bool(words))
        self.everywhere.setText(self.tr("Search everything (Ctrl+F)"))
        self._everywhere.setVisible(bool(self.search.text().strip()))

    def _search_everywhere(self) -> None:
        self.everywhere_requested.emit(self.search.text().strip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self.list, self.list.doItemsLayout)
