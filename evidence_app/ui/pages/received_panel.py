"""What the register knows of one received bundle; it stands beside the verdict on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.errors import EvidenceError
from evidence_app.records import RegisterRow, Related
from evidence_app.ui import say
from evidence_app.ui.pages import register_data
from evidence_app.ui.pages.bundle_states import status
from evidence_app.ui.pages.columns import Columns, column
from evidence_app.ui.pages.long_text import LongText, breakable
from evidence_app.ui.pages.received_decision import DecisionCard
from evidence_app.ui.pages.received_safe import KeepSafeDialog
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.pages.register_data import Received
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Card, Divider, FactRows, InlineMessage, Link, body, hint, secondary

STACK_BELOW = 700


class ReceivedPanel(RecordPage):
    """`show_row` fills it; it reads again when the record grows. `related_requested` carries the
    reference of another bundle (`RCV-002`) or of an incident (`INC-001`), `locked`: something was locked
    away or disposed of, so no picture of it may stay; `safeguarded`, once that is done with: True where
    the whole bundle was disposed of."""

    related_requested = Signal(str)
    locked = Signal()
    safeguarded = Signal(bool)
    shown = Signal()
    """After it was filled."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setAccessibleName(self.tr("In your register"))
        self._reference = ""
        self.dialog: KeepSafeDialog | None = None
        self.message = InlineMessage()
        self.facts = FactRows(name_width=92)
        self._facts_card = Card(self.tr("In your register"))
        self._facts_card.add(self.facts)
        self.related = SeenTogether()
        self.related.requested.connect(self.related_requested)
        self.related.hide()
        self.decision = DecisionCard(session)
        self._parts = Columns(
            column(self._facts_card, self.related), self.decision, right=400, stack_below=STACK_BELOW
        )
        # Made after the fields above it, or the Tab key would pass it by.
        self.safe_button = secondary(
            self.tr("Lock away, hold or dispose of it"), "hand", size="compact", on_click=self.keep_safe
        )
        foot = QHBoxLayout()
        foot.addWidget(self.safe_button)
        foot.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(self.message)
        whole.addWidget(self._parts)
        whole.addLayout(foot)
        self._parts.hide()
        self.safe_button.hide()

    def keep_safe(self) -> KeepSafeDialog:
        """What must not be kept, what is on hold, and what may go; see `received_safe`."""
        changed: list[str] = []

        def note(names: Sequence[str]) -> None:
            changed.extend(names)
            if self._reference in names:
                self._reference = ""  # there is nothing left to be read
            self.locked.emit()

        dialog = KeepSafeDialog(self._session, self._reference, self.window())
        whole = self._reference
        dialog.locked.connect(note)
        dialog.gone.connect(lambda name: note([name]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(lambda _code: self.safeguarded.emit(whole in changed) if changed else None)
        self.dialog = dialog
        dialog.open()
        return dialog

    def show_row(self, reference: str) -> None:
        """Show this bundle (`RCV-001`)."""
        if reference != self._reference:
            self._parts.hide()
        self._reference = reference
        self.reload()

    def reload(self) -> None:
        """Read the bundle's row again, in the background."""
        if not self._reference:
            return
        self._session.runner.run(
            register_data.read_one,
            self._session.vault,
            workflows.overdue_after(self._session.settings),
            self._reference,
            on_done=self._show,
            on_error=self._failed,
            words=self.tr("Reading the register"),
        )

    def _show(self, found: Received) -> None:
        if found.row.reference != self._reference:
            return  # another one was asked for meanwhile
        self.message.clear()
        self._fill(found.row)
        self.related.show_related(found.row)
        self.decision.show_row(found.row, found.said, claim=found.claim)
        self._parts.show()
        self.safe_button.show()
        set_tab_order(self)
        self.shown.emit()

    def _fill(self, one: RegisterRow) -> None:
        row = one.row
        self.facts.clear()
        self.facts.add(self.tr("Reference"), row.reference)
        self.facts.add(
            self.tr("Received"),
            f"{say.short_day(row.received_at)}, {say.minute(row.received_at)}",
            self.tr("Found then: {0}").format(status(row.state).words),
        )
        if row.latest_checked_at > row.received_at:
            self.facts.add(
                self.tr("Last check"),
                f"{say.short_day(row.latest_checked_at)}, {say.minute(row.latest_checked_at)}",
                self.tr("Found then: {0}").format(status(row.latest_state).words),
            )
        self.facts.add(self.tr("File"), LongText(row.file_name), say.size(row.stored.size))
        receipt = one.receipt
        if receipt is None:
            self.facts.add(self.tr("Receipt"), self.tr("Not issued"))
        else:
            when = f"{say.short_day(receipt.recorded_at)}, {say.minute(receipt.recorded_at)}"
            self.facts.add(self.tr("Receipt"), self.tr("Issued on {0}").format(when), receipt.number)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)


class SeenTogether(Card):
    """Other bundles and incidents that name the same. It never says that two people are one."""

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Seen together"), gap=8, parent=parent)
        self.links: list[Link] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.add(self._rows)

    def show_related(self, one: RegisterRow) -> None:
        """List what belongs beside this bundle; hidden where there is nothing."""
        while self._rows.count():
            gone = self._rows.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        self.links = []
        for place, other in enumerate(one.related):
            if place:
                self._rows.addWidget(Divider())
            self._rows.addWidget(self._row(other))
        if one.related_more:
            self._rows.addWidget(hint(self.tr("And {0} more.").format(one.related_more)))
        self.setVisible(bool(one.related))

    def _row(self, other: Related) -> QWidget:
        holder = QWidget()
        lines = QVBoxLayout(holder)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        lines.addWidget(body(breakable(f"{workflows.related_words(other)}.")))
        if other.title:
            lines.addWidget(hint(breakable(other.title)))
        link = Link(
            self.tr("Open {0}").format(other.reference),
            on_click=lambda: self.requested.emit(other.reference),
        )
        self.links.append(link)
        foot = QHBoxLayout()
        foot.addWidget(link)
        foot.addStretch(1)
        lines.addLayout(foot)
        return holder
