"""Sealed bundles: what was handed over, to whom and when; the chosen one in full below the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from evidence_app.crypto.words import bundle_words
from evidence_app.errors import EvidenceError
from evidence_app.records import BundleRow
from evidence_app.ui import say, theme
from evidence_app.ui.pages import receipt_data, receipt_words
from evidence_app.ui.pages.receipt_data import Known
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Card,
    Chip,
    FactRows,
    HashLabel,
    InlineMessage,
    Link,
    body,
    chip_width,
    hint,
    lead,
    paint_chip,
    title,
)
from evidence_app.vault.vault import Vault

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 44
NARROW = 960
RECEIPT, MEASURES = 3, (4, 5)
CHIP = Qt.ItemDataRole.UserRole


class _Model(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.bundles: tuple[BundleRow, ...] = ()
        self._names = (
            self.tr("Sealed"),
            self.tr("Incident"),
            self.tr("Sealed for"),
            self.tr("Receipt"),
            self.tr("Exhibits"),
            self.tr("Size"),
        )
        self.receipts: Mapping[str, tuple[Known, ...]] = {}

    def set_bundles(self, bundles: Sequence[BundleRow], receipts: Mapping[str, tuple[Known, ...]]) -> None:
        self.beginResetModel()
        self.bundles, self.receipts = tuple(bundles), receipts
        self.endResetModel()

    def loudest(self, row: int) -> Known | None:
        """The receipt that most needs to be known of a bundle, or None."""
        said = self.receipts.get(self.bundles[row].bundle_id, ())
        return said[0] if said else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.bundles)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._names)

    def headerData(self, place: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._names[place]
        if way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one, receipt = self.bundles[index.row()], self.loudest(index.row())
        if role == CHIP and index.column() == RECEIPT and receipt is not None:
            return receipt_words.short(receipt)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        said = receipt_words.short(receipt)[0] if receipt is not None else ""
        return (
            f"{say.minute(one.sealed_at)}, {say.short_day(one.sealed_at)}",
            one.incident,
            for_whom(one),
            said or receipt_words.waiting(one.sealed_at, datetime.now(UTC)),
            str(one.exhibits),
            say.size(one.size),
        )[index.column()]


def for_whom(one: BundleRow) -> str:
    """The names a bundle is sealed for, or that it has a passphrase."""
    return ", ".join(one.sealed_for) or say.tr("Whoever has the passphrase")


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, rect = theme.tokens(), option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, t.color("tint" if chosen else "surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, t.color("line"))
        if chosen and index.column() == 0:
            painter.fillRect(rect.left(), rect.top(), 4, rect.height(), t.color("accent"))
        painter.setFont(theme.tabular(theme.font("body", weight=500 if index.column() == 1 else 400)))
        painter.setPen(t.color("text"))
        box = rect.adjusted(12, 0, -8, 0)
        chip = index.data(CHIP)
        if chip is not None:
            wide = min(chip_width(chip[0], chip[2]), box.width())
            paint_chip(painter, QRect(box.left(), rect.center().y() - 12, wide, 24), *chip)
        else:
            metrics, align = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            words = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, align, words)
        view = self.parent()
        if chosen and isinstance(view, _Table) and view.focus_by_key and view.hasFocus():
            painter.fillRect(rect.left(), rect.top(), rect.width(), 2, t.color("accent"))
            painter.fillRect(rect.left(), rect.bottom() - 1, rect.width(), 2, t.color("accent"))
        painter.restore()


class _Table(QTableView):
    def __init__(self) -> None:
        super().__init__()
        self.focus_by_key = False
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.setItemDelegate(_Delegate(self))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focus_by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)


def _read(vault: Vault) -> tuple[tuple[BundleRow, ...], dict[str, tuple[Known, ...]], int]:
    """The bundles, the receipts for them, and how many referrals there are."""
    bundles, receipts = receipt_data.bundles(vault)
    return bundles, receipts, len(vault.read.referrals())


class SealedBundlesPage(RecordPage):
    """Reads the bundles when it is shown and on `session.changed`. `receipt_requested`: a receipt's entry."""

    receipt_requested = Signal(int)
    referrals_requested = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setAccessibleName(self.tr("Sealed bundles"))
        self._wanted = ""
        self._model = _Model(self)
        self.table = _Table()
        self.table.setAccessibleName(self.tr("Sealed bundles"))
        self.table.setModel(self._model)
        header = self.table.horizontalHeader()
        for place, width in enumerate((212, 92, 0, 236, 84, 84)):
            if width:
                self.table.setColumnWidth(place, width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.table.selectionModel().currentRowChanged.connect(lambda _new, _old: self._show_details())
        self.message = InlineMessage()
        self.nothing = lead(self.tr("No bundles yet. Open an incident and choose Seal a bundle."))
        self.details = Card(" ", padding=20)
        self.facts = FactRows()
        self.details.add(self.facts)
        frame = Card(padding=0, gap=0)
        frame.body.setContentsMargins(1, 1, 1, 1)
        frame.add(self.table)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(frame, 1)
        column.addWidget(self.details)
        empty = QWidget()
        alone = QVBoxLayout(empty)
        alone.setContentsMargins(0, 8, 0, 0)
        alone.addWidget(self.nothing)
        alone.addStretch(1)
        self._below = QStackedWidget()
        self._below.addWidget(empty)
        self._below.addWidget(full)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(32, 24, 32, 24)
        whole.setSpacing(4)
        whole.addWidget(title(self.tr("Sealed bundles")))
        whole.addWidget(
            lead(self.tr("What you have sealed to hand over. The files are where you saved them."))
        )
        self.referrals_link = Link("", icon="flag")
        self.referrals_link.clicked.connect(lambda: self.referrals_requested.emit(""))
        self.referrals_link.hide()
        whole.addWidget(self.referrals_link)
        whole.addWidget(self.message)
        whole.addSpacing(12)
        whole.addWidget(self._below, 1)
        self.setFocusProxy(self.table)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # How much is in it stands in the details as well: people and receipts matter more.
        for place in MEASURES:
            self.table.setColumnHidden(place, self.width() < NARROW)

    def select(self, bundle_id: str) -> None:
        """Choose this bundle, also one that has not been read yet."""
        self._wanted = bundle_id
        self.reload()

    def reload(self) -> None:
        """Read the bundles again, in the background."""
        self._session.runner.run(
            _read,
            self._session.vault,
            on_done=self._show,
            on_error=self._failed,
            words=self.tr("Reading the sealed bundles"),
        )

    def _show(self, found: tuple[tuple[BundleRow, ...], dict[str, tuple[Known, ...]], int]) -> None:
        bundles, receipts, referrals = found
        self.referrals_link.setText(self.tr("Referrals without a picture: {0}").format(referrals))
        self.referrals_link.updateGeometry()
        self.referrals_link.setVisible(referrals > 0)
        chosen = self.table.currentIndex().row() if self._model.bundles else 0
        kept = self._model.bundles[chosen].bundle_id if 0 <= chosen < len(self._model.bundles) else ""
        wanted, self._wanted = self._wanted, ""
        kept = wanted or kept
        if wanted or (bundles, receipts) != (self._model.bundles, self._model.receipts):
            self._model.set_bundles(bundles, receipts)
            places = [place for place, one in enumerate(bundles) if one.bundle_id == kept]
            if bundles:
                self.table.selectRow(places[0] if places else 0)
                self.table.setFocus()
        self._below.setCurrentIndex(1 if bundles else 0)
        self._show_details()

    def _show_details(self) -> None:
        place = self.table.currentIndex().row()
        self.details.setVisible(0 <= place < len(self._model.bundles))
        if self.details.isHidden():
            return
        one = self._model.bundles[place]
        self.details.title.setText(one.file_name)
        self.details.setAccessibleName(one.file_name)
        self.facts.clear()
        exhibits = say.plural(one.exhibits, self.tr("exhibit"), self.tr("exhibits"))
        self.facts.add(self.tr("Sealed for"), for_whom(one), f"{exhibits}, {say.size(one.size)}")
        receipts = self._model.receipts.get(one.bundle_id, ())
        for receipt in receipts:
            self.facts.add(self.tr("Receipt"), self._receipt(receipt))
        # The details may take the room that the chosen row stood in.
        QTimer.singleShot(0, self.table, lambda: self.table.scrollTo(self.table.currentIndex()))
        if not receipts:
            self.facts.add(
                self.tr("Receipt"),
                f"{receipt_words.waiting(one.sealed_at, datetime.now(UTC))}.",
                self.tr("Ask for one when you hand it over, and drop the file on this window."),
            )
        self.facts.add(
            self.tr("Eight words"),
            " ".join(bundle_words(bytes.fromhex(one.digest))),
            self.tr("Compare them with the reader, in person or by telephone."),
        )
        self.facts.add(
            self.tr("Fingerprint"),
            HashLabel(one.digest),
            self.tr("SHA-256 of the sealed list of files, entry {0} in the record").format(one.seq),
        )

    def _receipt(self, one: Known) -> QWidget:
        holder = QWidget()
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        words, kind, icon = receipt_words.short(one)
        if one.kind != "ok":
            box.addWidget(Chip(words, kind, icon))
        box.addWidget(body(f"{receipt_words.sentence(one)}.", selectable=True))
        for step in receipt_words.steps(one):
            box.addWidget(hint(step))
        link = Link(self.tr("Show the receipt"), type="small")
        link.setAccessibleName(self.tr("Show the receipt: {0}").format(receipt_words.sentence(one)))
        link.clicked.connect(lambda: self.receipt_requested.emit(one.row.seq))
        box.addWidget(link)
        return holder

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)
