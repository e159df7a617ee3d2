"""Search (Ctrl+F): words in everything that this vault holds, answered while they are typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import (
    ProgressCall,
    SearchAnswer,
    SearchChoices,
    SearchFilters,
    SearchHit,
    SearchKind,
)
from evidence_app.ui import say
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.pages.search_filters import SearchFilterBar
from evidence_app.ui.pages.search_list import FoundList
from evidence_app.ui.pages.search_rows import row_of
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import Task
from evidence_app.ui.widgets import (
    Card,
    FlowLayout,
    IconTile,
    InlineMessage,
    ProgressRow,
    SearchField,
    area,
    body,
    hint,
    secondary,
    section,
    title,
)
from evidence_app.vault.vault import Vault

PAUSE_MS = 120
"""So long after a key the words are searched: whoever types on does not want the answer before."""
AT_ONCE = 50


def _search(
    vault: Vault, words: str, filters: SearchFilters, before: int | None, progress: ProgressCall
) -> SearchAnswer:
    # With progress, for the first search after the index was derived anew; later there is little to do.
    vault.catch_up(progress)
    return vault.read.search(words, filters, AT_ONCE, before)


def _choices(vault: Vault, progress: ProgressCall) -> SearchChoices:
    vault.catch_up(progress)
    return vault.read.search_choices()


class SearchPage(RecordPage):
    """Emits what the person wants to see: a number, or a reference (of a received bundle `RCV-001`), or the
    id of a sealed bundle. `back_requested`: Escape with nothing typed."""

    exhibit_requested = Signal(str)
    incident_requested = Signal(str)
    received_requested = Signal(str)
    bundle_requested = Signal(str)
    referral_requested = Signal(str)
    back_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setAccessibleName(self.tr("Search"))
        self._asked = 0
        self._goes_on = False
        self._task: Task | None = None
        self._answer = SearchAnswer()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.search)
        self.field = SearchField(self.tr("Search this vault"))
        self.field.setProperty("compact", False)
        self.field.setMaxLength(100_000)
        self.field.setAccessibleDescription(self.tr("Every word is found by its beginning."))
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        self.filters = SearchFilterBar()
        self.filters.changed.connect(self.search)
        self.message = InlineMessage()
        self.progress = ProgressRow("search")
        self.summary = hint("")
        self.list = FoundList()
        self.list.opened.connect(self._open)
        self.list.left.connect(self._to_field)
        self.list.typed.connect(self._type_on)
        self.list.found.wanted.connect(self._read_on)
        self._below = QStackedWidget()
        self._start = self._build_start()
        self._nothing = self._build_nothing()
        self._results = self._build_results()
        for page in (self._start, self._nothing, self._results):
            self._below.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._build_head())
        whole.addWidget(self._below, 1)
        self.setFocusProxy(self.field)

    def _build_head(self) -> QWidget:
        head = area("header")
        column = QVBoxLayout(head)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(12)
        column.addWidget(title(self.tr("Search")))
        for part in (self.field, self.filters, self.message, self.progress):
            column.addWidget(part)
        return head

    def _build_start(self) -> QWidget:
        page, column = _padded()
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(IconTile("search"), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(section(self.tr("Type a word, a name, an address or a number.")))
        words.addWidget(
            body(
                self.tr(
                    "What is stated in this vault is searched: titles, notes, addresses, accounts, "
                    "transcripts, and what you received. Words inside a picture are found only where "
                    "somebody typed them in or had them read. Each word is found by its beginning, in small "
                    "or capital letters, with or without accents."
                )
            )
        )
        words.addWidget(
            hint(
                self.tr(
                    "Private answers, such as protected characteristics or a union, are never searched. "
                    "What is locked away is found by its number only."
                )
            )
        )
        row.addLayout(words, 1)
        column.addLayout(row)
        column.addStretch(1)
        return page

    def _build_nothing(self) -> QWidget:
        page, column = _padded()
        self.nothing = section("")
        self.advice = body("")
        self.clear_button = secondary(
            self.tr("Search without filters"), "filter", on_click=self.filters.clear
        )
        self.earlier_button = secondary(
            self.tr("Look in earlier wordings too"),
            "clock",
            on_click=lambda: self.filters.earlier.setChecked(True),
        )
        buttons = QWidget()
        flow = FlowLayout(buttons, 12)
        flow.addWidget(self.clear_button)
        flow.addWidget(self.earlier_button)
        column.addWidget(self.nothing)
        column.addWidget(self.advice)
        column.addSpacing(8)
        column.addWidget(buttons)
        column.addStretch(1)
        return page

    def _build_results(self) -> QWidget:
        page, column = _padded()
        frame = Card(padding=0, gap=0)
        frame.body.setContentsMargins(1, 1, 1, 1)
        frame.body.addWidget(self.list, 1)
        column.addWidget(self.summary)
        column.addWidget(frame, 1)
        return page

    # --- asking -----------------------------------------------------------------------------------

    def open_search(self, words: str | None = None) -> None:
        """Put the keyboard into the field, its words selected; or other words there, and search them."""
        if words is not None:
            self.field.setText(words)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def return_to_list(self) -> None:
        """Back from what was opened: the keyboard on its row."""
        if self._below.currentWidget() is self._results:
            self.list.enter()
        else:
            self._to_field()

    def reload(self) -> None:
        """Read again what there is to choose from, and search the same words again."""
        task = self._session.runner.run(
            _choices,
            self._session.vault,
            on_done=self.filters.set_choices,
            on_error=self._failed,
            words=self.tr("Getting the search ready"),
            owner=self,
        )
        if self._wanted():
            self.search()
        else:
            self.progress.follow(task, can_stop=False)

    def _on_changed(self) -> None:
        # In sight or not: of what was just locked away no word stays until the new answer is there.
        self.list.found.drop(lambda row: self._session.vault.is_gone(row.hit.about))
        super()._on_changed()

    def _wanted(self) -> bool:
        return bool(self.field.text().strip()) or self.filters.value().narrows

    def _on_typed(self, _text: str) -> None:
        self._goes_on = False
        self._pause.start()

    def search(self) -> None:
        """Ask for what is typed and chosen now; an answer to an earlier question is dropped."""
        self._pause.stop()
        self._forget()
        self.message.clear()
        if not self._wanted():
            self.progress.hide()
            self._answer = SearchAnswer()
            self.list.found.set_rows((), more=False)
            self._turn_to(self._start)
            return
        self._run(None)

    def _read_on(self) -> None:
        if self._task is None and self._answer.before is not None:
            self._run(self._answer.before)

    def _run(self, before: int | None) -> None:
        self._asked += 1
        asked = self._asked
        self._task = self._session.runner.run(
            _search,
            self._session.vault,
            self.field.text(),
            self.filters.value(),
            before,
            on_done=lambda answer: self._show(asked, answer, further=before is not None),
            on_error=lambda error: self._on_error(asked, error),
            words=self.tr("Searching"),
            owner=self,
        )
        self.progress.follow(self._task)

    def _forget(self) -> None:
        """Whatever is still being asked has no answer any more."""
        self._asked += 1
        if self._task is not None:
            self._task.abandon()
            self._task = None

    # --- the answer -------------------------------------------------------------------------------

    def _show(self, asked: int, answer: SearchAnswer, *, further: bool) -> None:
        if asked != self._asked:
            return
        self._task, self._answer = None, answer
        rows = [row_of(hit) for hit in answer.hits]
        if further:
            self.list.found.add_rows(rows, more=answer.before is not None)
        else:
            kept = self.list.current()
            self.list.found.set_rows(rows, more=answer.before is not None)
            self.list.scrollToTop()
            places = [at for at, row in enumerate(rows) if kept and row.hit.seq == kept.hit.seq]
            if places:
                self.list.setCurrentIndex(self.list.found.index(places[0]))
        if not self.list.found.rows:
            self._say_nothing(answer)
            self._turn_to(self._nothing)
            return
        self._turn_to(self._results)
        self._say_how_many(answer)
        if self._goes_on and self.field.hasFocus():
            self.list.enter()
        self._goes_on = False

    def _turn_to(self, page: QWidget) -> None:
        """Show a page below the words; the keyboard does not stay in one that goes."""
        gone = self._below.currentWidget()
        if gone is not page and gone is not None and gone.isAncestorOf(self.focusWidget() or self):
            self._to_field()
        self._below.setCurrentWidget(page)

    def _say_how_many(self, answer: SearchAnswer) -> None:
        count = len(self.list.found.rows)
        words = say.plural(count, self.tr("result"), self.tr("results"))
        if answer.before is not None:
            words = self.tr("The newest {0}. Scroll down for more.").format(words)
        if answer.cut:
            words = (
                self.tr("{0} Looked for: {1}.").format(
                    self.tr("More words were typed than are looked for."), ", ".join(answer.words)
                )
                + f" {words}"
            )
        self.summary.setText(words)
        self.list.setAccessibleDescription(words)

    def _say_nothing(self, answer: SearchAnswer) -> None:
        shown = " ".join(self.field.text().split())
        shown = shown[:60] + "…" if len(shown) > 60 else shown
        narrows = self.filters.value().narrows
        if not shown:
            self.nothing.setText(self.tr("There is nothing like that in this vault."))
        elif narrows:
            self.nothing.setText(self.tr("Nothing that fits the filters has “{0}” in it.").format(shown))
        else:
            self.nothing.setText(self.tr("Nothing has “{0}” in it.").format(shown))
        if shown and not answer.words:
            self.advice.setText(self.tr("A search needs letters or digits."))
        elif len(answer.words) > 1:
            self.advice.setText(self.tr("All the words have to be there. Try fewer, or only how they begin."))
        else:
            self.advice.setText(self.tr("Check the spelling, or type only how the word begins."))
        self.clear_button.setVisible(narrows)
        self.earlier_button.setVisible(bool(answer.words) and not self.filters.earlier.isChecked())

    def _on_error(self, asked: int, error: BaseException) -> None:
        if asked != self._asked:
            return
        self._task = None
        if isinstance(error, StoppedError):
            self.message.show_message(
                self.tr("The search was stopped. Change a word to search again."), "neutral"
            )
        else:
            self._failed(error)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    # --- opening and keys -------------------------------------------------------------------------

    def _open(self, hit: SearchHit) -> None:
        match hit.kind:
            case SearchKind.EXHIBIT:
                self.exhibit_requested.emit(hit.about)
            case SearchKind.INCIDENT:
                self.incident_requested.emit(hit.about)
            case SearchKind.RECEIVED:
                self.received_requested.emit(hit.about.partition(" ")[0])
            case SearchKind.BUNDLE:
                self.bundle_requested.emit(hit.about)
            case SearchKind.REFERRAL:
                self.referral_requested.emit(hit.about)

    def _to_field(self) -> None:
        self.field.setFocus(Qt.FocusReason.TabFocusReason)

    def _type_on(self, letters: str) -> None:
        self._to_field()
        self.field.end(False)
        self.field.insert(letters)

    def _to_list(self) -> None:
        """Into what was found; once it is there, where the answer is still to come."""
        if self._pause.isActive():
            self.search()
        self._goes_on = self._task is not None
        if not self._goes_on and self._below.currentWidget() is self._results:
            self.list.enter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain and key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._to_list()
                return True
            if plain and key == Qt.Key.Key_Escape and not self.field.text():
                self.back_requested.emit()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F6:
            if self.list.hasFocus() or self._below.currentWidget() is not self._results:
                self._to_field()
            else:
                self.list.enter()
        elif event.key() == Qt.Key.Key_Escape:
            self._to_field()
        else:
            super().keyPressEvent(event)


def _padded() -> tuple[QWidget, QVBoxLayout]:
    page = area("bg")
    column = QVBoxLayout(page)
    column.setContentsMargins(28, 20, 28, 24)
    column.setSpacing(10)
    return page, column
