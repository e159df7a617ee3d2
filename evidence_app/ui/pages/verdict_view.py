"""The evidence of a bundle that was checked: hidden until asked for, shown one at a time, large."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import ExhibitVerdict, Limits
from evidence_app.ui.pages import verdict_sent
from evidence_app.ui.pages.new_file import ask_new_file
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.pages.verdict_open import OpenExhibit
from evidence_app.ui.pages.verdict_sent import Opened
from evidence_app.ui.pages.work_dialog import documents, free_path
from evidence_app.ui.tasks import Task, TaskRunner
from evidence_app.ui.widgets import (
    BlurThumb,
    Card,
    FlowLayout,
    IconLabel,
    InlineMessage,
    ProgressRow,
    hint,
    strong,
)
from evidence_app.workflows.sent import Sending, Sent, save_copy

BOX = QSize(220, 132)

_ICONS = {
    "e-mail": "inbox",
    "text": "file",
    "document": "file",
    "web page": "globe",
    "archive": "archive",
    "recording": "file",
    "video": "file",
}
"""What stands beside the number of an exhibit that is no picture."""


class EvidenceView(Card):
    """Boxes with a Show button each. `opened` after an exhibit was read: that may be an entry of the record.

    Nothing is read before Show, and nothing is kept when the page is left. `sending` says where from.
    """

    opened = Signal()
    placed = Signal(QWidget)
    """What is to be seen now: the exhibit, or the button that showed it."""

    def __init__(
        self,
        runner: TaskRunner,
        sending: Sending,
        exhibits: Sequence[ExhibitVerdict],
        *,
        recorded: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(self.tr("The evidence"), parent=parent)
        self._runner, self._sending = runner, sending
        self._task: Task | None = None
        self._sent: Sent | None = None
        self._answers: tuple[tuple[str, str], ...] = ()
        self._words = {
            one.number: f"{one.number}, {one.kind}" if one.kind else one.number for one in exhibits
        }
        self.thumbs: dict[str, BlurThumb] = {}
        self.progress = ProgressRow("eye")
        self.message = InlineMessage()
        self.reading = OpenExhibit()
        reading = self.reading
        reading.hidden.connect(self._hidden)
        reading.turned.connect(self._turn)
        reading.more_wanted.connect(lambda first: self._more(Limits(first=first), reading.add_window))
        reading.answered.connect(self._answered)
        reading.part_wanted.connect(self._part)
        reading.exhibit_wanted.connect(self._open_other)
        reading.save_wanted.connect(self._save)
        flow = FlowLayout()
        for exhibit in exhibits:
            flow.addWidget(self._box(exhibit))
        rule = self.tr("The evidence stays hidden until you ask. One exhibit is shown at a time.")
        if recorded:
            rule += " " + self.tr("That you looked is recorded.")
        self.add(hint(rule), self.progress, self.message, self.reading, flow)

    def shown(self) -> str:
        """The number of the exhibit that is shown clearly now, or empty."""
        return self.reading.number if self.reading.is_clear() else ""

    def first(self) -> QWidget:
        """The first Show button."""
        return next(iter(self.thumbs.values())).button

    def _box(self, exhibit: ExhibitVerdict) -> QWidget:
        number = exhibit.number
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 4, 8, 4)
        column.setSpacing(6)
        line = QHBoxLayout()
        line.setSpacing(6)
        icon = _ICONS.get(exhibit.kind)
        if icon is not None:
            line.addWidget(IconLabel(icon, "text_2", 20, line=20))
        line.addWidget(strong(self._words[number], wrap=False))
        line.addStretch(1)
        column.addLayout(line)
        thumb = BlurThumb(size=BOX, name=number)
        thumb.show_requested.connect(lambda: self._open(number))
        if icon is not None:
            thumb.button.setAccessibleName(self.tr("Show {0}").format(self._words[number]))
        self.thumbs[number] = thumb
        column.addWidget(thumb)
        return box

    # --- one exhibit --------------------------------------------------------------------------------

    def _open(self, number: str) -> None:
        if self._task is not None:
            return
        self.message.clear()
        self.reading.close_picture()
        self._sent, self._answers = None, ()
        task = self._run(
            verdict_sent.open_one,
            number,
            on_done=lambda found: self._shown(number, found),
            words=self.tr("Opening {0}").format(number),
        )
        self._task = task
        self.progress.follow(task, can_stop=False)

    def _open_other(self, number: str) -> None:
        """An attachment that is an exhibit of its own."""
        if number in self.thumbs:
            self._open(number)

    def _shown(self, number: str, found: Opened) -> None:
        self._task = None
        if self.isVisible():
            self._sent = found.sent
            self.reading.show_exhibit(self._words[number], found)
            set_tab_order(self)
            self.reading.hide_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self.placed.emit(self.reading)
        self.opened.emit()

    def _hidden(self) -> None:
        self._sent = None
        thumb = self.thumbs.get(self.reading.number)
        if thumb is not None:
            thumb.button.setFocus(Qt.FocusReason.OtherFocusReason)
            self.placed.emit(thumb)

    def drop(self) -> None:
        """Nothing of any exhibit stays: the page is left, or one was locked away."""
        self._sent = None
        self.reading.drop()

    # --- more of it ---------------------------------------------------------------------------------

    def _turn(self, place: int) -> None:
        one = self._sent
        if one is None:
            return
        task = self._run(
            verdict_sent.turn_to,
            one,
            place,
            on_done=lambda image: self._turned(one, place, image),
            words=self.tr("Opening picture {0} of {1}").format(place + 1, one.number),
        )
        self.progress.follow(task, can_stop=False)

    def _turned(self, one: Sent, place: int, image: QImage) -> None:
        if one is self._sent and place == self.reading.series.place:
            self.message.clear()
            self.reading.show_picture(image)

    def _more(self, limits: Limits, then: Callable[..., object]) -> None:
        one = self._sent
        if one is None:
            return
        wanted = Limits(first=limits.first, answers=self._answers)

        def done(reading: object) -> None:
            if one is self._sent:
                then(reading)

        self._run(verdict_sent.more_of, one, wanted, on_done=done, words=self.tr("Reading on"))

    def _answered(self, name: str, answer: str) -> None:
        self._answers = (*(one for one in self._answers if one[0] != name), (name, answer))
        self._more(Limits(), self.reading.content.reset_messages)

    def _part(self, place: int) -> None:
        one = self._sent
        if one is None:
            return

        def done(image: QImage) -> None:
            if one is self._sent:
                self.reading.content.show_part(place, image)

        def failed(error: BaseException) -> None:
            self.reading.content.part_failed(place)
            self._failed(error)

        words = self.tr("Opening a picture")
        self._run(verdict_sent.part_of, one, place, on_done=done, on_error=failed, words=words)

    def _save(self, name: str) -> None:
        one = self._sent
        if one is None:
            return
        stem, dot, ending = name.rpartition(".")
        number = one.number.replace("/", "-")
        proposal = free_path(documents(), f"{number} {stem}", dot + ending)
        path = ask_new_file(self, self.tr("Save a copy"), proposal, f"(*.{ending})")
        if path is not None:
            self.save_to(name, path)

    def save_to(self, name: str, path: Path) -> None:
        """Write a copy of a file of the exhibit that is shown."""
        one = self._sent
        if one is None:
            return
        task = self._run(
            save_copy, one, name, path, on_done=self._saved, words=self.tr("Saving {0}").format(path.name)
        )
        self.progress.follow(task, can_stop=False)

    def _saved(self, path: Path) -> None:
        self.message.show_message(
            self.tr("Saved as {0}. The copy is not encrypted; the original is where it was.").format(
                path.name
            ),
            "ok",
        )
        self.placed.emit(self.message)
        self.opened.emit()

    # --- furniture ----------------------------------------------------------------------------------

    def _run(
        self,
        act: Callable[..., object],
        *args: object,
        on_done: Callable[..., object],
        words: str,
        on_error: Callable[[BaseException], None] | None = None,
    ) -> Task:
        failed = self._failed if on_error is None else on_error
        return self._runner.run(
            act, self._sending, *args, on_done=on_done, on_error=failed, words=words, owner=self
        )

    def _failed(self, error: BaseException) -> None:
        self._task = None
        self.reading.content.window_failed()
        if not isinstance(error, StoppedError):
            words = error.message if isinstance(error, EvidenceError) else type(error).__name__
            self.message.show_message(words)
            self.placed.emit(self.message)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.drop()
        super().hideEvent(event)
