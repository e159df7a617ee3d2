"""One exhibit of a bundle that was checked, shown: its picture or its text, and what was observed of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.records import Reading, ReadingKind
from evidence_app.ui import say, theme
from evidence_app.ui.pages.observed_rows import fill_sent
from evidence_app.ui.pages.reading_view import ReadingView
from evidence_app.ui.pages.series_bar import SeriesBar
from evidence_app.ui.pages.verdict_sent import Opened
from evidence_app.ui.widgets import (
    Card,
    ElidedLabel,
    IconButton,
    MenuAct,
    MenuButton,
    Notice,
    ObservedPanel,
    PictureView,
    secondary,
)

READING_HEIGHT = 440


class OpenExhibit(Card):
    """It holds clear pixels and texts only while they are shown.

    `more_wanted`, `answered` and `part_wanted` ask for more of what is shown (a window from this message on,
    the file read with an answer, a picture within it), `turned` for the picture at a place of a series,
    `exhibit_wanted` for another exhibit, `save_wanted` for a copy of a file, by its name in the bundle.
    """

    hidden = Signal()
    turned = Signal(int)
    more_wanted = Signal(int)
    answered = Signal(str, str)
    part_wanted = Signal(int)
    exhibit_wanted = Signal(str)
    save_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(look="sunken", padding=0, gap=0, parent=parent)
        self.number = ""
        self.view = PictureView()
        self.view.setFixedHeight(READING_HEIGHT)
        self.content = ReadingView(self.more_wanted.emit, embedded=True)
        self.content.content.setMinimumHeight(READING_HEIGHT)
        self.content.answered.connect(self.answered)
        self.content.part_requested.connect(self.part_wanted)
        self.content.exhibit_opened.connect(self.exhibit_wanted)
        self.nothing = Notice(self.tr("No preview"), "", "neutral", "file")
        self.observed = ObservedPanel(
            "", self.tr("As the sender’s program recorded it, under the seal. No one can edit this.")
        )
        self.body.setContentsMargins(1, 1, 1, 1)
        below = QVBoxLayout()
        below.setContentsMargins(12, 12, 12, 12)
        below.setSpacing(12)
        for part in (self.nothing, self.content, self.observed):
            below.addWidget(part)
        self.add(self._bar(), self.view, below)
        self.hide()

    def _bar(self) -> QHBoxLayout:
        self._title = ElidedLabel(type="card")
        view = self.view
        self._zooms = [
            IconButton("zoom-out", self.tr("Zoom out"), size="compact", on_click=view.zoom_out),
            IconButton("zoom-in", self.tr("Zoom in"), size="compact", on_click=view.zoom_in),
            IconButton("fit", self.tr("Fit the whole picture"), size="compact", on_click=view.fit),
        ]
        self.series = SeriesBar()
        self.series.turned.connect(lambda: self.turned.emit(self.series.place))
        self.save_button = MenuButton(self.tr("Save a copy"), [], "download", size="compact")
        self.hide_button = secondary(self.tr("Hide"), "eye-off", size="compact", on_click=self.close_picture)
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 8, 8, 8)
        bar.setSpacing(4)
        bar.addStrut(theme.HEIGHT_COMPACT)
        bar.addWidget(self._title, 1)
        bar.addWidget(self.series)
        for button in self._zooms:
            bar.addWidget(button)
        bar.addSpacing(8)
        bar.addWidget(self.save_button)
        bar.addSpacing(4)
        bar.addWidget(self.hide_button)
        return bar

    # --- what is shown ------------------------------------------------------------------------------

    def is_clear(self) -> bool:
        """Whether an exhibit is shown."""
        return not self.isHidden() and bool(self.number)

    def show_exhibit(self, words: str, opened: Opened) -> None:
        """Show what was opened, all of it at once."""
        one = opened.sent
        self.drop()
        self.number = one.number
        self._title.setText(words)
        self.setAccessibleName(words)
        self.hide_button.setAccessibleName(self.tr("Hide {0}").format(one.number))
        self._offer_copies(opened)
        self.series.set_count(one.number, one.pictures)
        fill_sent(self.observed, one)
        self.show()
        self.show_picture(opened.image)
        reading = opened.reading
        self.content.setVisible(reading is not None)
        if reading is not None:
            self.content.set_reading(one.number, reading, opened.parts)
            self.content.reveal()
            self.content.content.setVisible(reading.kind is not ReadingKind.PICTURE)
        self.nothing.setVisible(reading is None and opened.image.isNull())
        self.nothing.set_message(
            self.tr("No preview"),
            self.tr("{0} It is {1}, {2}. The original is unchanged; a copy of it can be saved.").format(
                opened.reason, one.media_type, say.size(one.size)
            ),
            "neutral",
            "file",
        )

    def show_picture(self, image: QImage) -> None:
        """As wide as the view, from the top: posts are read downwards. A null one: none is shown."""
        for part in (self.view, *self._zooms):
            part.setVisible(not image.isNull())
        if image.isNull():
            self.view.clear()
            return
        self.view.set_picture(image)
        percent = min(100, (self.view.width() - 48) * 100 // max(1, image.width()))
        if percent > self.view.zoom():
            self.view.set_zoom(percent)
            self.view.verticalScrollBar().setValue(self.view.verticalScrollBar().minimum())

    def _offer_copies(self, opened: Opened) -> None:
        names = opened.sent.names
        sizes = (opened.sent.size, *(one.size for one in opened.sent.files))
        self.save_button.set_acts(
            [
                MenuAct(f"{name}, {say.size(size)}", partial(self.save_wanted.emit, name))
                for name, size in zip(names, sizes, strict=True)
            ]
        )

    def add_window(self, reading: Reading | None) -> None:
        """Further messages; None where they could not be read."""
        if reading is None:
            self.content.window_failed()
        else:
            self.content.add_window(reading)

    def close_picture(self) -> None:
        """Drop what is shown; `hidden` follows if there was anything."""
        held = self.is_clear()
        self.drop()
        if held:
            self.hidden.emit()

    def drop(self) -> None:
        """Drop what is shown and say nothing: the page is being left."""
        self.view.clear()
        self.content.clear()
        self.observed.clear()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_clear():
            self.close_picture()
        else:
            super().keyPressEvent(event)
