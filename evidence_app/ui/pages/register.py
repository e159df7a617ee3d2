"""Received bundles: drop or choose one, look in the inbox, and the register of all that came (page 11)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.errors import EvidenceError
from evidence_app.settings import Settings
from evidence_app.ui.pages import register_data
from evidence_app.ui.pages.drop import DropZone
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.pages.register_bar import RegisterBar, RegisterFoot
from evidence_app.ui.pages.register_data import Asked, Register
from evidence_app.ui.pages.register_inbox import Inbox
from evidence_app.ui.pages.register_paper import RegisterPaper
from evidence_app.ui.pages.register_settings import RegisterSettingsDialog
from evidence_app.ui.pages.register_table import RegisterTable
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import Task
from evidence_app.ui.widgets import (
    Card,
    IconTile,
    InlineMessage,
    ProgressRow,
    Text,
    lead,
    primary,
    secondary,
    section,
    title,
)

LOW = 720
"""A window lower than this leaves the room to the table."""


class RegisterPage(RecordPage):
    """`verify_requested` carries a path, `received_requested` a reference, `settings_changed` `Settings`."""

    verify_requested = Signal(str)
    received_requested = Signal(str)
    settings_changed = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setAccessibleName(self.tr("Received bundles"))
        self.register = Register()
        self._reading: Task | None = None
        self._again = False
        self._wanted = ""
        self.choose_button = primary(
            self.tr("Choose a file"), "folder", size="hero", on_click=self._choose_file
        )
        self.inbox_button = secondary(self.tr("Look in the inbox"), "inbox")
        self.inbox = Inbox(session, self.inbox_button)
        self.inbox.received.connect(self._received)
        self.zone = self._drop_zone()
        self.bar = RegisterBar()
        self.bar.asked.connect(self._go_on)
        self.progress = ProgressRow("list")
        self.message = InlineMessage()
        self.table = RegisterTable()
        self.table.opened.connect(self.received_requested)
        self.bar.down_pressed.connect(lambda: self.table.setFocus(Qt.FocusReason.TabFocusReason))
        self.foot = RegisterFoot()
        self.paper = RegisterPaper(session, self.foot, lambda: self.register.shown)
        self.paper.said.connect(self.inbox.result.hide)
        self.inbox_button.clicked.connect(self.paper.notice.hide)
        self.foot.settings_button.clicked.connect(self._open_settings)
        self._build()
        self.setFocusProxy(self.choose_button)
        QShortcut(QKeySequence(self.tr("Ctrl+Shift+F")), self).activated.connect(self.search)
        self._show_settings()

    # --- parts ------------------------------------------------------------------------------------

    def _build(self) -> None:
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(title(self.tr("Received bundles")))
        head.addWidget(
            lead(
                self.tr(
                    "Check a bundle before you read it. It takes a few seconds and happens on this computer."
                )
            )
        )
        frame = Card(padding=0, gap=0)
        frame.body.setContentsMargins(1, 1, 1, 1)
        frame.add(self.table)
        self._below = QStackedWidget()
        self._below.addWidget(frame)
        self._below.addWidget(self._nothing())
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._column.addSpacing(16)
        for part, gap in (
            (self.zone, 12),
            (self.inbox, 0),
            (self.progress, 0),
            (self.message, 0),
            (self.paper, 12),
            (self.bar, 12),
        ):
            self._column.addWidget(part)
            self._column.addSpacing(gap)
        self._column.addWidget(self._below, 1)
        self._column.addSpacing(8)
        self._column.addWidget(self.foot)

    def _drop_zone(self) -> DropZone:
        zone = DropZone(self.tr("Drop a bundle here to check it"))
        zone.dropped.connect(self.verify_requested)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(section(self.tr("Drop a bundle here to check it")))
        words.addWidget(
            Text(
                self.tr(
                    "A file that ends in .evidence, from a USB stick, the shared drive or an email. "
                    "Pictures stay blurred until you choose Show."
                ),
                type="body2",
            )
        )
        words.addStretch(1)
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.choose_button)
        buttons.addWidget(self.inbox_button)
        buttons.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(IconTile("download", "accent", "tint", 64))
        row.addLayout(words, 1)
        row.addLayout(buttons)
        zone.add(row)
        return zone

    def _nothing(self) -> QWidget:
        self.nothing = lead("")
        self.all_button = secondary(self.tr("Show all bundles"), size="compact", on_click=self.show_all)
        inside = Card(padding=20, gap=12)
        row = QHBoxLayout()
        row.addWidget(self.all_button)
        row.addStretch(1)
        inside.add(self.nothing, row)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(inside)
        column.addStretch(1)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        low = self.height() < LOW
        self._column.setContentsMargins(32, 16 if low else 24, 32, 12 if low else 16)
        both = self.inbox_button.isVisibleTo(self)
        edge = 12 if low else 24 if both else 40
        self.zone.body.setContentsMargins(32, edge, 28, edge)

    # --- rows -------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the register again, in the background."""
        self._again = True
        self._go_on()

    def _go_on(self) -> None:
        """One job at a time: what is asked meanwhile is done after it, and only the newest of it."""
        if self._reading is not None:
            return
        asked = Asked(self.bar.search.text().strip(), self.bar.filter.value())
        runner = self._session.runner
        if self._again:
            self._again = False
            days = workflows.overdue_after(self._session.settings)
            self._reading = runner.run(
                register_data.read,
                self._session.vault,
                days,
                asked,
                on_done=self._read,
                on_error=self._failed,
                words=self.tr("Reading the register"),
            )
            if not self.register.rows:
                self.progress.follow(self._reading, can_stop=False)
        elif asked != self.register.asked:
            self._reading = runner.run(
                register_data.look_for, self.register.rows, asked, on_done=self._read, on_error=self._failed
            )

    def _read(self, register: Register) -> None:
        self._reading = None
        self.register = register
        self.message.clear()
        self.table.set_rows(register.shown)
        if self._wanted:
            self.table.select(self._wanted)
            self._wanted = ""
        self.foot.show_register(register, workflows.overdue_after(self._session.settings))
        self._say_nothing()
        self._go_on()

    def _failed(self, error: BaseException) -> None:
        self._reading = None
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)
        if self._again:
            self._go_on()

    def _say_nothing(self) -> None:
        register = self.register
        if not register.rows:
            self.nothing.setText(self.tr("No bundles yet. Drop one above."))
        elif not register.shown:
            words = register.asked.words[:40]
            self.nothing.setText(
                self.tr("No bundle in the register fits “{0}”.").format(words)
                if words
                else self.tr("No bundle in the register is of this kind.")
            )
        self.all_button.setVisible(bool(register.rows))
        self._below.setCurrentIndex(0 if register.shown else 1)

    def show_all(self) -> None:
        """Take search and filter away."""
        self.bar.filter.choose("")
        self.bar.search.clear()
        self.bar.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self._go_on()

    def select(self, reference: str) -> None:
        """Give a bundle the focus when the register has been read."""
        self._wanted = reference
        self.reload()

    def search(self) -> None:
        """Go to the search field."""
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def _received(self, reference: str) -> None:
        if reference:
            self.select(reference)

    # --- acts -------------------------------------------------------------------------------------

    def _choose_file(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose a file"),
            str(Path.home()),
            self.tr("Evidence bundles (*.evidence *.tar);;All files (*)"),
        )
        if name:
            self.verify_requested.emit(name)

    def _open_settings(self) -> None:
        dialog = RegisterSettingsDialog(self._session, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._use_settings)
        dialog.open()

    def _use_settings(self, settings: Settings) -> None:
        self._session.settings = settings
        self._show_settings()
        self.settings_changed.emit(settings)
        self.reload()

    def _show_settings(self) -> None:
        self.inbox_button.setVisible(bool(self._session.settings.inbox))
        self.inbox_button.setToolTip(self._session.settings.inbox)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.paper.notice.hide()
            self.inbox.result.hide()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.choose_button.click()
        elif event.key() == Qt.Key.Key_F6:
            target = self.bar.search if self.table.hasFocus() else self.table
            target.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)
