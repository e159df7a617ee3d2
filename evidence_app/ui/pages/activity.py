"""Activity: everything that was done in this vault, newest first, and the check of the vault (page 15)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import CheckReport
from evidence_app.ui import say
from evidence_app.ui.pages import activity_data, activity_details, activity_paper
from evidence_app.ui.pages.activity_check import VaultCheck
from evidence_app.ui.pages.activity_data import CHECKPOINT, Asked, Choices, Outline, Texts
from evidence_app.ui.pages.activity_filters import ActivityFilterBar
from evidence_app.ui.pages.activity_list import ActivityList
from evidence_app.ui.pages.activity_paint import ActivityHeader
from evidence_app.ui.pages.backup_dialog import BackupDialog
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.pages.stamps_dialog import StampsDialog
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import Task
from evidence_app.ui.widgets import (
    Card,
    Notice,
    ProgressRow,
    area,
    body,
    hint,
    lead,
    primary,
    secondary,
    section,
    title,
)


class ActivityPage(RecordPage):
    """`checked` carries the `CheckReport` of a check that came to its end, `keeping_chosen` the new
    `KeepingSettings`."""

    checked = Signal(object)
    keeping_chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._texts = Texts()
        self._asked = Asked()
        self._task: Task | None = None
        self._disposals = 0
        self._wanted = 0
        self.setAccessibleName(self.tr("Activity"))
        self.check_button = primary(self.tr("Check the vault now"), "shield-check")
        self.backup_button = secondary(self.tr("Back up…"), "drive", on_click=self.back_up)
        self.time_button = secondary(self.tr("Time stamps…"), "clock", on_click=self.time_stamps)
        self.vault_check = VaultCheck(session, self.check_button)
        self.check_button.clicked.connect(self.check)
        self.vault_check.checked.connect(self._on_checked)
        self.vault_check.entry_requested.connect(self.show_entry)
        self.filters = ActivityFilterBar()
        self.filters.changed.connect(self._on_filters)
        self.filters.report_requested.connect(self._save)
        self.reading = ProgressRow("list")
        self.notice = Notice("", "", "ok")
        self.notice.hide()
        self.list = ActivityList()
        self.header = ActivityHeader(self.list.viewport())
        self.list.rows_wanted.connect(self._read_rows)
        self.list.details_wanted.connect(self._read_details)
        self.filters.left.connect(lambda: self.list.setFocus(Qt.FocusReason.TabFocusReason))
        self.foot = hint("")
        self.foot.setContentsMargins(16, 8, 16, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 20, 32, 20)
        column.setSpacing(12)
        column.addLayout(self._head())
        for part in (self.vault_check, self.filters, self.reading, self.notice):
            column.addWidget(part)
        column.addWidget(self._table(), 1)
        self.setFocusProxy(self.check_button)

    def _head(self) -> QVBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(title(self.tr("Activity")), 1)
        line.addWidget(self.time_button)
        line.addWidget(self.backup_button)
        line.addWidget(self.check_button)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addLayout(line)
        head.addWidget(
            lead(
                self.tr(
                    "Everything done in this vault, in order. Each entry is chained to the one before it, "
                    "so nothing can be removed or changed without showing."
                )
            )
        )
        return head

    def back_up(self) -> None:
        """A copy of the vault on another disk; made or not, the list says what was recorded."""
        self._open(BackupDialog(self._session, self))

    def time_stamps(self) -> None:
        """Which services confirm the time, and what they said."""
        self._open(StampsDialog(self._session, self))

    def _open(self, dialog: BackupDialog | StampsDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.keeping_chosen)
        dialog.done_with.connect(lambda _report: self.reload())
        dialog.done_with.connect(self._session.changed)
        dialog.open()

    def _table(self) -> QWidget:
        self.nothing = section("")
        self.advice = body("")
        empty = area("surface")
        words = QVBoxLayout(empty)
        words.setContentsMargins(20, 20, 20, 20)
        words.addWidget(self.nothing)
        words.addWidget(self.advice)
        words.addStretch(1)
        self._below = QStackedWidget()
        self._below.addWidget(self.list)
        self._below.addWidget(empty)
        table = Card(look="sunken", padding=0, gap=0)
        table.body.setContentsMargins(1, 1, 1, 1)
        table.add(self.header)
        table.body.addWidget(self._below, 1)
        table.add(self.foot)
        return table

    # --- the list ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read what there is to choose from, the last check, and the list again."""
        self._session.runner.run(
            activity_data.choices,
            self._session.vault,
            on_done=self._on_choices,
            on_error=self._failed,
            owner=self,
        )
        self.search()

    def _on_choices(self, found: Choices) -> None:
        self.filters.set_choices(found)
        self.vault_check.show_last(found.checked)

    def _on_filters(self) -> None:
        self.notice.hide()
        self.search()

    def search(self) -> None:
        """Ask for the list as it is narrowed now; an answer to an earlier question is dropped."""
        if self._session.runner.closed:  # locked between the last letter and the list
            return
        if self._task is not None:
            self._task.abandon()
        asked = self.filters.value()
        self._task = self._session.runner.run(
            activity_data.outline,
            self._session.vault,
            asked,
            self._texts,
            on_done=lambda outline: self._show(asked, outline),
            on_error=self._failed,
            words=self.tr("Reading the record"),
            owner=self,
        )
        self.reading.follow(self._task)

    def _show(self, asked: Asked, outline: Outline) -> None:
        self._task = None
        self._asked = asked
        zone = next(iter(outline.zones)) if len(outline.zones) == 1 else ""
        self.header.set_words(zone, self._session.owner.name, outline.size)
        self.list.set_outline(outline)
        if not outline.items and self.list.hasFocus():
            self.filters.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._below.setCurrentIndex(0 if outline.items else 1)
        self.nothing.setText(self.tr("No entry fits what you chose."))
        self.advice.setText(
            self.tr("Words are looked for in what a row says, its number, and the title of its incident.")
        )
        self._say_how_many(outline)
        wanted, self._wanted = self._wanted, 0
        if wanted:
            self.list.show_entry(wanted)

    def _say_how_many(self, outline: Outline) -> None:
        size = f"{outline.size:,} " + (self.tr("entry") if outline.size == 1 else self.tr("entries"))
        if self._asked.checkpoints:
            words = say.plural(
                len(outline.checkpoints), self.tr("signed checkpoint"), self.tr("signed checkpoints")
            )
        elif self._asked.narrows:
            words = self.tr("{0} of {1}").format(f"{outline.shown:,}", size)
        else:
            words = self.tr("{0}. Signed checkpoints stand above the newest entry that they sign.").format(
                size
            )
        self.foot.setText(words)
        self.list.setAccessibleDescription(words)

    def _read_rows(self, seqs: list[int]) -> None:
        self._session.runner.run(
            activity_data.rows,
            self._session.vault,
            seqs,
            on_done=self.list.add_rows,
            on_error=lambda error: self._rows_failed(seqs, error),
            owner=self,
        )

    def _rows_failed(self, seqs: list[int], error: BaseException) -> None:
        self.list.not_read(seqs)
        self._failed(error)

    def _read_details(self, item: int) -> None:
        vault, outline = self._session.vault, self.list.model_.outline
        if item >= CHECKPOINT:
            signed = outline.checkpoints[item - CHECKPOINT]
            self.list.set_details(activity_details.details_of_checkpoint(vault, item, signed))
            return
        self._session.runner.run(
            activity_details.details_of,
            vault,
            item,
            on_done=self.list.set_details,
            on_error=self._failed,
            owner=self,
        )

    def show_entry(self, seq: int) -> None:
        """Go to an entry, also one that the filters hide now, and open it."""
        if not self.list.show_entry(seq):
            self._wanted = seq
            self.filters.clear()

    def _on_changed(self) -> None:
        # What was erased must not stay in what was read of it, nor what is locked away in what is open.
        disposals = len(self._session.vault.read.disposed_names())
        if disposals != self._disposals:
            self._disposals = disposals
            self._texts.known.clear()
            self.list.forget()
        item = self.list.open_item()
        act = None if item is None else self.list.model_.act(item)
        if act is not None and self._session.vault.is_gone(act.about):
            self.list.close_details()
        super()._on_changed()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, StoppedError):
            self._say(self.tr("Reading was stopped."), self.tr("Change a filter to read again."), "neutral")
        elif isinstance(error, EvidenceError):
            self._say(self.tr("The record was not read."), error.message, "bad")

    def _say(self, words: str, more: str, kind: str) -> None:
        self.notice.set_message(words, more, kind)
        self.notice.show()

    # --- the check --------------------------------------------------------------------------------

    def check(self) -> None:
        """Examine the whole vault; the answer is recorded and shown here."""
        self.vault_check.start()

    def _on_checked(self, report: CheckReport) -> None:
        self._session.changed.emit()
        self.checked.emit(report)

    # --- paper ------------------------------------------------------------------------------------

    def _save(self) -> None:
        proposal = Path.home() / self.tr("Activity {0}.pdf").format(
            f"{say.local(datetime.now(UTC)):%Y-%m-%d}"
        )
        path = ask_new_file(self, self.tr("Save as a report"), proposal, self.tr("PDF (*.pdf)"))
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write what is listed as PDF into a new file."""
        self.notice.hide()
        task = self._session.runner.run(
            activity_paper.save,
            self._session.vault,
            self.filters.value(),
            path,
            on_done=self._saved,
            on_error=self._not_saved,
            words=self.tr("Writing the report"),
            owner=self,
        )
        self.reading.follow(task, busy=self.filters.report_button)

    def _saved(self, path: Path) -> None:
        words = self.tr("It is not encrypted: keep it where only you can read it.")
        self._say(self.tr("The report is saved."), f"{path}. {words}", "ok")

    def _not_saved(self, error: BaseException) -> None:
        if isinstance(error, StoppedError):
            self._say(self.tr("Saving was stopped."), self.tr("No file was written."), "neutral")
        elif isinstance(error, EvidenceError):
            self._say(self.tr("The report was not saved."), error.message, "bad")

    # --- keys -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F6:
            panes = (self.check_button, self.filters.field, self.list)
            here = next((at for at, pane in enumerate(panes) if pane.hasFocus()), 0)
            step = -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            panes[(here + step) % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)
