"""Receipts: those that readers gave for what was sealed here, those that this vault issued; one in full."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app.bundle.receipt import SUFFIX
from evidence_app.errors import EvidenceError
from evidence_app.ui.pages import receipt_data
from evidence_app.ui.pages.drop import DropZone
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.receipt_data import Known, Recorded
from evidence_app.ui.pages.receipt_list import ReceiptList
from evidence_app.ui.pages.receipt_view import ReceiptView
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Card, IconTile, Notice, hint, lead, primary, section, title
from evidence_app.vault.vault import Vault


def _read(vault: Vault) -> tuple[tuple[Known, ...], bool]:
    """The receipts, and whether this vault sealed anything."""
    return receipt_data.everything(vault), vault.read.counts().bundles > 0


class ReceiptsPage(RecordPage):
    """`record_requested` carries the path of a receipt file that was dropped or chosen."""

    record_requested = Signal(str)
    incident_requested = Signal(str)
    received_requested = Signal(str)
    seal_requested = Signal(str)
    contacts_requested = Signal(bytes)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._reader = session.owner.role.receives
        self._known: tuple[Known, ...] = ()
        self._wanted = -1
        self.setAccessibleName(self.tr("Receipts"))
        self.notice = Notice("", "", "ok")
        self.notice.hide()
        self.list = ReceiptList()
        self.list.opened.connect(self._open)
        self.view = ReceiptView()
        self.view.closed.connect(self.close_receipt)
        self.view.save_requested.connect(self._save)
        self.view.incident_requested.connect(self.incident_requested)
        self.view.received_requested.connect(self.received_requested)
        self.view.seal_requested.connect(self.seal_requested)
        self.view.contacts_requested.connect(self.contacts_requested)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._overview())
        self._stack.addWidget(self.view)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self.setFocusProxy(self.list)
        self._show(())

    def _overview(self) -> QWidget:
        page = QWidget()
        about = self.tr(
            "What a reader found in a bundle, signed with the reader’s own key. It shows that they had it."
        )
        if self._reader:
            about = self.tr("What you told the senders: that you had their bundle, and how you found it.")
        self.nothing = lead("")
        self._card = Card(padding=0, gap=0)
        self._card.body.setContentsMargins(1, 1, 1, 1)
        self._card.add(self.list)
        column = QVBoxLayout(page)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(4)
        column.addWidget(title(self.tr("Receipts")))
        column.addWidget(lead(about))
        column.addSpacing(16)
        column.addWidget(self.notice)
        column.addWidget(self._zone())
        column.addSpacing(16)
        column.addWidget(self.nothing)
        column.addWidget(self._card, 1)
        column.addStretch(0)
        return page

    def _zone(self) -> QWidget:
        self.zone = DropZone(self.tr("Drop a receipt here"), suffix=SUFFIX, padding=20)
        self.zone.dropped.connect(self.record_requested)
        self.record_button = primary(self.tr("Record a receipt"), "receipt", on_click=self.choose)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(section(self.tr("Drop a receipt here")))
        words.addWidget(
            hint(self.tr("A file that ends in {0}, from whoever you gave a bundle to.").format(SUFFIX))
        )
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(IconTile("receipt", "accent", "tint", 48))
        row.addLayout(words, 1)
        row.addWidget(self.record_button)
        self.zone.add(row)
        return self.zone

    # --- reading ----------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the receipts again, in the background."""
        self._session.runner.run(
            _read,
            self._session.vault,
            on_done=self._on_read,
            on_error=self._failed,
            words=self.tr("Reading the receipts"),
        )

    def _on_read(self, found: tuple[tuple[Known, ...], bool]) -> None:
        known, seals = found
        # A reader who never sealed anything has no use for a place where receipts are recorded.
        self.zone.setVisible(seals or not self._reader)
        self._show(known)

    def _show(self, known: tuple[Known, ...]) -> None:
        self._known = known
        issued = [one for one in known if one.row.issued]
        recorded = [one for one in known if not one.row.issued]
        groups = [
            (self.tr("For bundles you sealed"), recorded),
            (self.tr("Issued by you"), issued),
        ]
        self.list.set_groups(groups[::-1] if self._reader else groups)
        self.nothing.setText(
            self.tr("No receipts yet. When you have checked a bundle, choose Issue receipt.")
            if self._reader
            else self.tr("No receipts yet. Ask whoever you give a bundle to for one: it takes one click.")
        )
        self.nothing.setVisible(not known)
        self._card.setVisible(bool(known))
        wanted, self._wanted = self._wanted, -1
        shown = self.view.known.row.seq if self.view.known is not None else -1
        if wanted >= 0:
            shown = wanted
        now = next((one for one in known if one.row.seq == shown), None)
        if now is not None and (wanted >= 0 or (self._is_open() and now != self.view.known)):
            self._open(now)

    def _is_open(self) -> bool:
        return self._stack.currentWidget() is self.view

    # --- one receipt ------------------------------------------------------------------------------

    def show_receipt(self, seq: int) -> None:
        """Open the receipt of this entry, also one that the list has not read yet."""
        self._wanted = seq
        if self.isVisible():
            self.reload()

    def _open(self, known: Known) -> None:
        self.notice.hide()
        self.view.notice.hide()
        fresh = not self._is_open()
        self.view.set_receipt(known)
        self._stack.setCurrentWidget(self.view)
        if fresh:
            self.view.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_receipt(self) -> None:
        """Back to the list."""
        if self._is_open():
            self._stack.setCurrentIndex(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Who comes back later finds the list."""
        if not event.spontaneous():
            self._stack.setCurrentIndex(0)
            self.notice.hide()
        super().hideEvent(event)

    # --- acts -------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a receipt file, to record it."""
        name, _filter = QFileDialog.getOpenFileName(
            self, self.tr("Record a receipt"), str(Path.home()), self.tr("Receipts (*{0})").format(SUFFIX)
        )
        if name:
            self.record_requested.emit(name)

    def _save(self, known: Known) -> None:
        proposal = Path.home() / receipt_data.file_name(known)
        kinds = self.tr("Receipts (*{0})").format(SUFFIX)
        path = ask_new_file(self, self.tr("Save a copy"), proposal, kinds)
        if path is not None:
            self.save_copy(known, path)

    def save_copy(self, known: Known, path: Path) -> None:
        """Write the receipt to a file that does not exist yet."""
        self._session.runner.run(
            receipt_data.save_copy, known, path, on_done=self._saved, on_error=self._failed
        )

    def say_recorded(self, recorded: Sequence[Recorded]) -> None:
        """Several were recorded at once: how many, and whether one needs a look."""
        self.close_receipt()
        loud = sum(one.known.kind != "ok" for one in recorded)
        words = self.tr("{0} receipts recorded.").format(len(recorded))
        more = self.tr("Look at those that are marked: {0} of them.").format(loud) if loud else ""
        self._say(words, more, "warn" if loud else "ok")

    def _saved(self, path: Path) -> None:
        self._say(self.tr("The receipt is saved."), str(path), "ok")

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self._say(self.tr("That did not work."), error.message, "bad")

    def _say(self, words: str, more: str, kind: str) -> None:
        where = self.view.notice if self._is_open() else self.notice
        where.set_message(words, more, kind)
        where.show()
