"""Bringing files in: one page for a batch. One question, from whom and when, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.errors import EvidenceError, QuestionError, StoppedError
from evidence_app.policy import current
from evidence_app.records import Incident, ProgressCall, StopAnswer
from evidence_app.ui.pages.bring_in_list import FileList, Row
from evidence_app.ui.pages.stop import Found as StopFound
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import Task
from evidence_app.ui.widgets import (
    Card,
    ChoiceCard,
    ChoiceGroup,
    Divider,
    IconDisc,
    InlineMessage,
    ProgressRow,
    ScrollPage,
    SelectField,
    Text,
    TextField,
    area,
    hint,
    primary,
    secondary,
    strong,
    title,
)
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Batch, Brought, Outcome

_NARROW = 1140
_Told = SimpleQueue[tuple[int, Brought]]


def find(chosen: Sequence[Path]) -> list[Row]:
    """The files among these and in these folders; for background work."""
    return [Row(one, _size(one.path)) for one in files.found(chosen)]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def bring(
    vault: Vault,
    incident: str,
    rows: Sequence[Row],
    batch: Batch,
    told: _Told,
    progress: ProgressCall | None = None,
) -> tuple[Brought, ...]:
    """Bring the files in; for background work. What becomes of each goes into `told` at once."""
    return workflows.bring_in(
        vault,
        incident,
        [one.file for one in rows],
        batch,
        progress=progress,
        told=lambda at, one: told.put((at, one)),
    )


class BringInPage(QWidget):
    """`closed` carries the incident; `stopped` what the stop page has to know (8.1); `sealed` the number of
    each exhibit that may have a picture, when all is done."""

    closed = Signal(str)
    exhibit_requested = Signal(str)
    stopped = Signal(object)
    sealed = Signal(str)

    def __init__(
        self, session: Session, incident: str, chosen: Sequence[Path] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._told: _Told = SimpleQueue()
        self._task: Task | None = None
        self.outcome: tuple[Brought, ...] | None = None
        self.setAccessibleName(self.tr("Bring files in"))
        self.message = InlineMessage()
        self.progress = ProgressRow("download")
        self.list = FileList()
        self.list.opened.connect(self.exhibit_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        self._left = self._questions(incident)
        middle.addWidget(self._left)
        middle.addWidget(self._files(), 1)
        column.addLayout(middle, 1)
        column.addWidget(self._footer())
        self.setFocusProxy(self.cards[StopAnswer.NOT_SURE])
        self._show_files([])
        if chosen:
            self.add(chosen)

    # --- parts ------------------------------------------------------------------------------------

    def _head(self) -> QWidget:
        head = area("header")
        self.heading = title(self.tr("Bring files in"), wrap=False)
        self.under = Text(
            self.tr("Each file is sealed as it is, byte for byte, before anything looks into it."),
            type="body2",
        )
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.heading)
        words.addWidget(self.under)
        row = QHBoxLayout(head)
        row.setContentsMargins(32, 16, 32, 16)
        row.setSpacing(16)
        row.addWidget(IconDisc("download"))
        row.addLayout(words, 1)
        return head

    def _questions(self, incident: str) -> QWidget:
        stop = current().stop
        page = ScrollPage((32, 16, 12, 16), 12)
        self.incident = SelectField(
            self.tr("Into which incident?"),
            [(f"{one.reference} {one.title}", one.reference) for one in self._incidents()],
        )
        if incident:
            self.incident.input.setCurrentIndex(self.incident.input.findData(incident))
        self.cards = {
            StopAnswer(one.code): ChoiceCard(one.name, one.about, data=StopAnswer(one.code))
            for one in stop.answers
        }
        self.answers = ChoiceGroup(stop.question, list(self.cards.values()))
        self.answers.changed.connect(lambda _value: self.message.clear())
        card = Card(padding=16, gap=8)
        card.add(strong(stop.question), Text(stop.about, type="body2"), self.answers)
        card.add(
            hint(
                self.tr(
                    "Asked for every batch, and it is for all these files. Nobody and nothing but you can "
                    "answer it: do not open them to find out. Paragraph {0}."
                ).format(stop.paragraph)
            )
        )
        self.advised = TextField(self.tr("Who said that it may be kept?"))
        self.advised.hide()
        card.add(self.advised)
        self.source = TextField(
            self.tr("Received from"), optional=True, placeholder=self.tr("For example: Nadia Ellery")
        )
        self.day = TextField(self.tr("On"), optional=True, placeholder=self.tr("12/03/2026"))
        received = QHBoxLayout()
        received.setSpacing(12)
        received.addWidget(self.source, 3)
        received.addWidget(self.day, 2)
        page.body.addWidget(self.incident)
        page.body.addLayout(received)
        page.body.addWidget(card)
        page.body.addStretch(1)
        return page

    def _incidents(self) -> list[Incident]:
        return self._session.vault.read.incidents()

    def _files(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(12, 20, 32, 20)
        column.setSpacing(12)
        self.count = strong("")
        self.add_button = secondary(
            self.tr("Add files"), "file-plus", size="compact", on_click=self.choose_files
        )
        self.folder_button = secondary(
            self.tr("Add a folder"), "folder", size="compact", on_click=self.choose_folder
        )
        top = QHBoxLayout()
        top.setContentsMargins(16, 10, 12, 10)
        top.setSpacing(8)
        top.addWidget(self.count, 1)
        top.addWidget(self.add_button)
        top.addWidget(self.folder_button)
        card = Card(padding=0, gap=0)
        card.body.setContentsMargins(1, 1, 1, 1)
        card.add(top, Divider())
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing())
        self._stack.addWidget(self.list)
        card.body.addWidget(self._stack, 1)
        column.addWidget(self.message)
        column.addWidget(self.progress)
        column.addWidget(card, 1)
        return whole

    def _nothing(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(32, 24, 32, 24)
        column.addStretch(1)
        words = Text(
            self.tr(
                "Pictures, PDF, e-mails, chat exports, text messages, saved pages, voice and video. Drop "
                "files or folders here, or add them above."
            ),
            type="lead2",
        )
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words)
        column.addStretch(1)
        return page

    def _footer(self) -> QWidget:
        foot = area("footer")
        foot.setFixedHeight(72)
        self.cancel_button = secondary(self.tr("Cancel"), on_click=self.leave_page)
        self.start_button = primary(self.tr("Seal these files"), "lock", on_click=self.start)
        row = QHBoxLayout(foot)
        row.setContentsMargins(32, 0, 32, 0)
        row.setSpacing(12)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.start_button)
        return foot

    # --- which files ------------------------------------------------------------------------------

    def add(self, chosen: Sequence[Path]) -> None:
        """Add files and folders; their names are read in the background."""
        if self._task is not None or self.outcome is not None:
            return
        self.message.clear()
        self._session.runner.run(
            find,
            list(chosen),
            on_done=self._found,
            on_error=self._failed,
            words=self.tr("Looking for the files"),
            owner=self,
        )

    def _found(self, rows: list[Row]) -> None:
        known = {one.file.path: one for one in (*self.list.rows(), *rows)}
        self._show_files(list(known.values()))
        if not rows:
            self.message.show_message(self.tr("There is no file in there. Nothing was changed."))

    def _show_files(self, rows: list[Row]) -> None:
        self.list.set_rows(rows)
        self._stack.setCurrentIndex(1 if rows else 0)
        self.count.setText(
            self.tr("No files yet")
            if not rows
            else self.tr("1 file")
            if len(rows) == 1
            else self.tr("{0} files").format(f"{len(rows):,}")
        )
        self.start_button.setEnabled(bool(rows) and self.incident.value() is not None)
        if self.incident.value() is None:
            self.message.show_message(
                self.tr("There is no incident yet. Open one first, then bring the files into it.")
            )

    def choose_files(self) -> None:
        """The dialog for files."""
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Bring files in"), str(Path.home()))
        if names:
            self.add([Path(one) for one in names])

    def choose_folder(self) -> None:
        """The dialog for a folder."""
        name = QFileDialog.getExistingDirectory(self, self.tr("Bring a folder in"), str(Path.home()))
        if name:
            self.add([Path(name)])

    # --- bringing in ------------------------------------------------------------------------------

    def start(self) -> None:
        """Bring them in, once the question is answered; the page is done after that."""
        if self.outcome is not None:
            self.leave_page()
            return
        answer, incident = self.answers.value(), self.incident.value()
        if self._task is not None or not self.list.rows():
            return
        if not isinstance(answer, StopAnswer):
            self.message.show_message(self.tr("Choose one of the three answers. Nothing is sealed before."))
            self.cards[StopAnswer.NOT_SURE].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        day = self._day()
        if day is None:
            return
        self.message.clear()
        batch = Batch(answer, self.advised.text(), self.source.text(), day)
        self._task = self._session.runner.run(
            bring,
            self._session.vault,
            str(incident),
            self.list.rows(),
            batch,
            self._told,
            on_done=self._done,
            on_error=self._failed,
            on_progress=lambda _progress: self._hear(),
            words=self.tr("Sealing"),
            owner=self,
        )
        self._set_busy(True)
        self.progress.follow(self._task)

    def _day(self) -> str | None:
        """The day as a field has it; None, with an error in place, where it cannot be read."""
        text = self.day.text()
        if not text:
            return ""
        try:
            day = datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            day = None
        if day is None or day > date.today():  # noqa: DTZ011
            self.day.set_error(self.tr("Write the day like this: 12/03/2026."))
            self.day.input.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return day.isoformat()

    def _hear(self) -> None:
        while True:
            try:
                at, one = self._told.get_nowait()
            except Empty:
                return
            self.list.tell(at, one)

    def _done(self, outcome: tuple[Brought, ...]) -> None:
        self._hear()
        self._task, self.outcome = None, outcome
        self._session.changed.emit()
        for number in (number for one in outcome if one.preview for number in (one.number, *one.parts)):
            self.sealed.emit(number)
        kept = sum(one.outcome is Outcome.KEPT for one in outcome)
        there = sum(one.outcome is Outcome.ALREADY for one in outcome)
        left = len(outcome) - kept - there
        self.heading.setText(
            self.tr("1 file is sealed and safe")
            if kept == 1
            else self.tr("{0} files are sealed and safe").format(f"{kept:,}")
        )
        more = [
            self.tr("{0} already there.").format(f"{there:,}") if there else "",
            self.tr("{0} not brought in; the list says why.").format(f"{left:,}") if left else "",
            self.tr("Choose one to open it as an exhibit."),
        ]
        self.under.setText(" ".join(part for part in more if part))
        self._set_busy(False)
        for part in (self.add_button, self.folder_button, self.cancel_button):
            part.hide()
        self._left.hide()
        self.start_button.setText(self.tr("Done"))
        self.start_button.set_icon_name("check")
        self.start_button.setEnabled(True)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: BaseException) -> None:
        self._hear()
        self._task = None
        self._set_busy(False)
        if isinstance(error, QuestionError) and self.answers.value() is not StopAnswer.NO:
            self._session.changed.emit()
            self.stopped.emit(StopFound(str(self.incident.value()), closed=True))
        elif isinstance(error, EvidenceError) and not isinstance(error, StoppedError):
            self.message.show_message(error.message)
            if isinstance(error, QuestionError):
                self.advised.show()
                self.advised.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_busy(self, busy: bool) -> None:
        self._left.setEnabled(not busy)
        for part in (self.add_button, self.folder_button, self.cancel_button, self.start_button):
            part.setEnabled(not busy)

    def is_unfinished(self) -> bool:
        """Whether another page must not take its place."""
        return self.outcome is None and (self._task is not None or bool(self.list.rows()))

    def is_busy(self) -> bool:
        """Whether files are being sealed now."""
        return self._task is not None

    def leave_page(self) -> None:
        """Back to the incident, unless files are being sealed."""
        if self._task is None:
            self.closed.emit(str(self.incident.value() or ""))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_N: StopAnswer.NO,
            Qt.Key.Key_Y: StopAnswer.YES,
            Qt.Key.Key_S: StopAnswer.NOT_SURE,
        }
        answer = keys.get(Qt.Key(event.key())) if not event.modifiers() and self.outcome is None else None
        if event.key() == Qt.Key.Key_Escape:
            self.leave_page()
        elif answer is not None and self._task is None:
            self.answers.set_value(answer)
            self.cards[answer].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._left.setFixedWidth(430 if event.size().width() < _NARROW else 500)
