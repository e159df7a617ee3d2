"""The view of a file that was brought in: a conversation, a mail, a page as text; hidden until asked for.

It shows records that a reader found; it reads nothing itself. Whoever owns it records the viewing, reads
further windows and pictures in the child process, and hands them over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app.characters import visible
from evidence_app.records import Reading, ReadingKind
from evidence_app.ui import theme
from evidence_app.ui.pages import reading_words as words
from evidence_app.ui.pages.reading_list import MessageList
from evidence_app.ui.pages.reading_parts import ClaimsCard, FilesCard, QuestionCard
from evidence_app.ui.pages.reading_plain import PlainText
from evidence_app.ui.widgets import (
    Card,
    Divider,
    ElidedLabel,
    IconLabel,
    Text,
    hint,
    secondary,
)

_TALKS = frozenset({ReadingKind.CHAT, ReadingKind.SMS})


class ReadingView(QWidget):
    """`toggle_requested` comes from Show and Hide; the owner records the viewing and calls `reveal` or
    `cover`. `part_requested` carries the place of a picture to be shown (`show_part`), `exhibit_opened` a
    number, `answered` the name of a question and the answer."""

    toggle_requested = Signal()
    part_requested = Signal(int)
    answered = Signal(str, str)
    exhibit_opened = Signal(str)

    def __init__(
        self, ask_more: Callable[[int], None], *, embedded: bool = False, parent: QWidget | None = None
    ) -> None:
        """`ask_more(first)`: messages from there on are wanted; answer with `add_window`. `embedded`: whoever
        holds it has Show, Hide and the words below."""
        super().__init__(parent)
        self._embedded = embedded
        self._reading: Reading | None = None
        self._number = ""
        self.list = MessageList(ask_more)
        self.text = PlainText()
        self.claims = ClaimsCard()
        self.files = FilesCard()
        self.question = QuestionCard()
        self.list.part_requested.connect(self.part_requested)
        self.list.seen.connect(self._on_seen)
        self.question.answered.connect(self.answered)
        self.files.exhibit_opened.connect(self.exhibit_opened)
        self._cover = self._make_cover()
        self._stack = QStackedWidget()
        for page in (self._cover, self.list, self.text):
            self._stack.addWidget(page)
        self._stack.setMinimumHeight(220)
        self.content = Card(padding=0, gap=0)
        self.content.body.setContentsMargins(1, 1, 1, 1)
        foot = hint(self.tr("The original stays sealed and unchanged. Showing it is recorded."))
        foot.setContentsMargins(15, 9, 15, 9)
        self.content.add(self._bar(), Divider())
        self.content.body.addWidget(self._stack, 1)
        if not embedded:
            self.content.add(Divider(), foot)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self._column.addWidget(self.question)
        self._column.addWidget(self.content, 1)
        self._column.addWidget(self.claims)
        self._column.addWidget(self.files)

    def _bar(self) -> QHBoxLayout:
        self._icon = IconLabel("file", "text_2", 20, line=theme.HEIGHT_COMPACT)
        self._kind = Text("", type="strong", wrap=False)
        self._title = ElidedLabel(type="body2")
        self._place = Text("", type="hint", wrap=False)
        self._place.setFont(theme.tabular(theme.font("hint")))
        self.hide_button = secondary(self.tr("Hide"), "eye-off", size="compact")
        self.hide_button.clicked.connect(self.toggle_requested)
        self.hide_button.setToolTip(self.tr("Hide it (V)"))
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 8, 8, 8)
        bar.setSpacing(10)
        bar.addStrut(theme.HEIGHT_COMPACT)
        bar.addWidget(self._icon)
        bar.addWidget(self._kind)
        bar.addWidget(self._title, 1)
        bar.addWidget(self._place)
        bar.addWidget(self.hide_button)
        return bar

    def _make_cover(self) -> QWidget:
        page = QWidget()
        page.setProperty("area", "sunken")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._covered = Text("", type="lead2")
        self._covered.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_button = secondary(self.tr("Show"), "eye")
        self.show_button.clicked.connect(self.toggle_requested)
        self.show_button.setToolTip(self.tr("Show it (V)"))
        column = QVBoxLayout(page)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self._covered)
        column.addWidget(self.show_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    # --- what is shown ------------------------------------------------------------------------------

    def set_reading(self, number: str, reading: Reading, exhibits: Mapping[int, str] | None = None) -> None:
        """The first window of what a reader found in an exhibit; covered. `exhibits`: numbers of the
        attachments that became exhibits, by place."""
        self.cover()
        self._number, self._reading = number, reading
        kind = words.what(reading)
        self._icon.set_icon(words.icon(reading))
        self._kind.setText(kind)
        self._title.setText("")
        # The headers of a mail are read before it, everything else that a file says after it.
        self._column.insertWidget(1 if reading.kind is ReadingKind.MAIL else 2, self.claims)
        self.claims.set_reading(reading)
        self.files.set_reading(reading, exhibits or {})
        self.question.set_question(reading.questions[0] if reading.questions else None)
        self._covered.setText(self._cover_words(reading))
        self.show_button.setAccessibleName(self.tr("Show the content of {0}").format(number))
        self.hide_button.setAccessibleName(self.tr("Hide the content of {0}").format(number))
        self.setAccessibleName(f"{kind} {number}")
        self.content.show()
        self._update()

    def reset_messages(self, reading: Reading) -> None:
        """The same file read anew, with an answer to its question: the place and the cover stay."""
        self._reading = reading
        self.claims.set_reading(reading)
        self.question.set_question(reading.questions[0] if reading.questions else None)
        if self.is_clear():
            self._fill()
        self._update()

    def add_window(self, reading: Reading) -> None:
        """Further messages of the same file."""
        if self._reading is not None and self.is_clear():
            self.list.add(reading)

    def window_failed(self) -> None:
        """The messages that were asked for could not be read."""
        self.list.not_added()

    def clear(self) -> None:
        """Nothing of any file stays."""
        self.cover()
        self._reading = None
        self.claims.clear()
        self.files.clear()
        self.question.set_question(None)
        self._title.setText("")

    def is_clear(self) -> bool:
        """Whether the content is shown now."""
        return self._stack.currentWidget() is not self._cover

    def reveal(self) -> None:
        """Show the content; the viewing has been recorded."""
        if self._reading is None:
            return
        focused = self.show_button.hasFocus()
        self._fill()
        self._update()
        if focused:
            self.pane().setFocus(Qt.FocusReason.OtherFocusReason)

    def cover(self) -> None:
        """Hide the content and drop it."""
        focused = self.hide_button.hasFocus() or self.list.hasFocus() or self.text.hasFocus()
        self._stack.setCurrentWidget(self._cover)
        self.text.clear()
        self.list.set_reading(Reading(ReadingKind.OTHER))
        self._title.setText("")
        self._update()
        if focused:
            self.show_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_part(self, place: int, image: QImage) -> None:
        """The clear picture of an attachment that was asked for."""
        self.list.show_part(place, image)

    def part_failed(self, place: int) -> None:
        """The picture that was asked for could not be shown."""
        self.list.not_shown(place)

    def pane(self) -> QWidget:
        """What takes the keyboard focus now."""
        clear = self.list if self._stack.currentWidget() is self.list else self.text
        return clear if self.is_clear() else self.show_button

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self.cover()
        super().hideEvent(event)

    # --- parts --------------------------------------------------------------------------------------

    def _fill(self) -> None:
        reading = self._reading
        if reading is None:
            return
        if reading.kind in _TALKS:
            self.list.set_reading(reading)
            self._stack.setCurrentWidget(self.list)
        else:
            self.text.show_text(self._body(reading))
            self._stack.setCurrentWidget(self.text)
        self._title.setText(visible(reading.title))

    def _body(self, reading: Reading) -> str:
        """The text of a mail or page: its pieces joined, another version under words of its own."""
        made: list[str] = []
        layout = False
        for message in reading.messages:
            if message.mark == "version with layout" and not layout:
                layout = True
                made.append("\n\n— " + self.tr("The version with layout says:") + " —\n\n")
            elif message.sender and reading.kind is ReadingKind.PAGE and len(reading.messages) > 1:
                made.append(("\n\n" if made else "") + f"— {message.sender} —\n\n")
            made.append(message.text)
        if reading.total > len(reading.messages) and reading.messages:
            made.append("\n\n— " + self.tr("There is more in the original.") + " —")
        return "".join(made) or reading.text

    def _cover_words(self, reading: Reading) -> str:
        if reading.kind in _TALKS:
            count = say_count(reading.total, self.tr("message"), self.tr("messages"))
            return self.tr("{0} with {1}. Show it when you want to read it.").format(
                words.what(reading), count
            )
        return self.tr("{0}. Show it when you want to read it.").format(words.what(reading))

    def _on_seen(self, first: int, last: int) -> None:
        total = self.list.total()
        if total:
            spot = f"{first + 1:,} - {last + 1:,}"
            self._place.setText(self.tr("{0} of {1}").format(spot, f"{total:,}"))
            wide = QFontMetrics(self._place.font()).horizontalAdvance(self._place.text())
            self._place.setMinimumWidth(max(self._place.minimumWidth(), wide))

    def _update(self) -> None:
        clear = self.is_clear()
        self.claims.set_clear(clear)
        self.question.setVisible(clear and self.question.has_question())
        self.files.setVisible(clear and self._reading is not None and bool(self._reading.attachments))
        self.hide_button.setVisible(clear and not self._embedded)
        self._place.setVisible(clear and self._stack.currentWidget() is self.list)


def say_count(count: int, one: str, many: str) -> str:
    """`1 message`, `20,000 messages`; pass translated words."""
    return f"{count:,} {one if count == 1 else many}"
