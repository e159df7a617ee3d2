"""The pictures of a bundle that was checked: hidden until asked for, shown one at a time, large."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError, StoppedError
from evidence_app.records import ExhibitVerdict
from evidence_app.ui import theme
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.tasks import Task, TaskRunner
from evidence_app.ui.widgets import (
    BlurThumb,
    Card,
    FlowLayout,
    IconButton,
    InlineMessage,
    PictureView,
    ProgressRow,
    card_title,
    hint,
    secondary,
    strong,
)

BOX = QSize(220, 132)
READING_HEIGHT = 440


class Reading(Card):
    """One picture, as wide as the page, with zoom. It holds clear pixels only while it is shown."""

    hidden = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(look="sunken", padding=0, gap=0, parent=parent)
        self.number = ""
        self.view = PictureView()
        self.view.setFixedHeight(READING_HEIGHT)
        self._title = card_title("", wrap=False)
        view = self.view
        zooms = [
            IconButton("zoom-out", self.tr("Zoom out"), size="compact", on_click=view.zoom_out),
            IconButton("zoom-in", self.tr("Zoom in"), size="compact", on_click=view.zoom_in),
            IconButton("fit", self.tr("Fit the whole picture"), size="compact", on_click=view.fit),
        ]
        self.hide_button = secondary(self.tr("Hide"), "eye-off", size="compact", on_click=self.close_picture)
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 8, 8, 8)
        bar.setSpacing(4)
        bar.addStrut(theme.HEIGHT_COMPACT)
        bar.addWidget(self._title)
        bar.addStretch(1)
        for button in zooms:
            bar.addWidget(button)
        bar.addSpacing(8)
        bar.addWidget(self.hide_button)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.add(bar, self.view)
        self.hide()

    def is_clear(self) -> bool:
        """Whether clear pixels are held."""
        return self.view.has_picture()

    def show_picture(self, number: str, words: str, image: QImage) -> None:
        """As wide as the view, from the top: posts are read downwards."""
        self.number = number
        self._title.setText(words)
        self.setAccessibleName(words)
        self.hide_button.setAccessibleName(self.tr("Hide the picture {0}").format(number))
        self.show()
        self.view.set_picture(image)
        percent = min(100, (self.view.width() - 48) * 100 // max(1, image.width()))
        if percent > self.view.zoom():
            self.view.set_zoom(percent)
            self.view.verticalScrollBar().setValue(self.view.verticalScrollBar().minimum())

    def close_picture(self) -> None:
        """Drop the pixels; `hidden` follows if there were any."""
        held = self.is_clear()
        self.drop()
        if held:
            self.hidden.emit()

    def drop(self) -> None:
        """Drop the pixels and say nothing: the page is being left."""
        self.view.clear()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_clear():
            self.close_picture()
        else:
            super().keyPressEvent(event)


class EvidenceView(Card):
    """Boxes with a Show button each. `opened` after a picture was read: that may be an entry of the record.

    `read` gets an exhibit's number in the background and gives the decoded picture; nothing is decoded
    before Show, and nothing is kept when the page is left.
    """

    opened = Signal()
    placed = Signal(QWidget)
    """What is to be seen now: the picture, or the button that showed it."""

    def __init__(
        self,
        runner: TaskRunner,
        read: Callable[[str], QImage],
        exhibits: Sequence[ExhibitVerdict],
        *,
        recorded: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(self.tr("The evidence"), parent=parent)
        self._runner, self._read = runner, read
        self._task: Task | None = None
        self._words = {
            one.number: f"{one.number}, {one.kind}" if one.kind else one.number for one in exhibits
        }
        self.thumbs: dict[str, BlurThumb] = {}
        self.progress = ProgressRow("eye")
        self.message = InlineMessage()
        self.reading = Reading()
        self.reading.hidden.connect(self._hidden)
        flow = FlowLayout()
        for exhibit in exhibits:
            flow.addWidget(self._box(exhibit))
        rule = self.tr("Pictures stay hidden until you ask. One is shown at a time.")
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
        column.addWidget(strong(self._words[number], wrap=False))
        thumb = BlurThumb(size=BOX, name=number)
        thumb.show_requested.connect(lambda: self._open(number))
        self.thumbs[number] = thumb
        column.addWidget(thumb)
        return box

    def _open(self, number: str) -> None:
        if self._task is not None:
            return
        self.message.clear()
        self.reading.close_picture()
        task = self._runner.run(
            self._read,
            number,
            on_done=lambda image: self._shown(number, image),
            on_error=self._failed,
            words=self.tr("Opening {0}").format(number),
            owner=self,
        )
        self._task = task
        self.progress.follow(task, can_stop=False)

    def _shown(self, number: str, image: QImage) -> None:
        self._task = None
        if self.isVisible():
            self.reading.show_picture(number, self._words[number], image)
            set_tab_order(self)
            self.reading.hide_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self.placed.emit(self.reading)
        self.opened.emit()

    def _hidden(self) -> None:
        thumb = self.thumbs.get(self.reading.number)
        if thumb is not None:
            thumb.button.setFocus(Qt.FocusReason.OtherFocusReason)
            self.placed.emit(thumb)

    def _failed(self, error: BaseException) -> None:
        self._task = None
        if not isinstance(error, StoppedError):
            words = error.message if isinstance(error, EvidenceError) else type(error).__name__
            self.message.show_message(words)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.reading.drop()
        super().hideEvent(event)
