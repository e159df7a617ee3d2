"""A conversation of any length: only what is in sight is laid out, only windows of it are held.

The place in the list is a message and pixels inside it, not pixels from the beginning: nothing above has to
be measured, and 20,000 messages cost no more than twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from evidence_app.characters import visible
from evidence_app.records import Attachment, Message, Reading
from evidence_app.ui import theme
from evidence_app.ui.pages import reading_bubbles as look
from evidence_app.ui.pages.reading_words import is_picture

UNIT: Final = 100
"""Steps of the scroll bar for one message."""

HELD: Final = 4_000
"""Messages that are kept at most; those farthest from what is in sight go first."""

_TOP: Final = 12
_PLANS: Final = 400


class MessageList(QAbstractScrollArea):
    """`part_requested` carries the place of a picture that somebody wants to see, `part_hidden` of one that
    was clear. `seen` carries the first and last message in sight.

    Up and Down move from message to message, V and Space show or hide its picture, Ctrl+C copies its text.
    """

    part_requested = Signal(int)
    part_hidden = Signal(int)
    seen = Signal(int, int)

    def __init__(self, ask_more: Callable[[int], None], parent: QWidget | None = None) -> None:
        """`ask_more(first)`: somebody scrolled to messages that are not here; answer with `add`."""
        super().__init__(parent)
        self._ask_more = ask_more
        self._messages: dict[int, Message] = {}
        self._files: Sequence[Attachment] = ()
        self._total = 0
        self._row, self._inside = 0, 0  # what is at the top of the view: a message, pixels of it above
        self._current = -1
        self._by_key = False
        self._pending = -1
        self._plans: dict[int, look.Plan] = {}
        self._places: list[tuple[int, int]] = []
        self._shown: dict[int, QImage] = {}
        self._wanted = -1
        self._hot = -1
        self._moving = self._at_end = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._on_bar)
        theme.on_change().changed.connect(self._restyle)
        self.setAccessibleName(self.tr("Messages"))

    # --- what is shown ------------------------------------------------------------------------------

    def set_reading(self, reading: Reading) -> None:
        """Begin with this window of a conversation."""
        self.hide_parts()
        self._messages.clear()
        self._plans.clear()
        self._files, self._total = reading.attachments, reading.total
        self._pending, self._current = -1, -1
        self._row, self._inside = 0, 0
        self._take(reading)
        self._current = 0 if self._total else -1
        self._settle()

    def add(self, reading: Reading) -> None:
        """Another window of the same conversation."""
        self._pending = -1
        at_end = self._at_end
        self._take(reading)
        if at_end:  # what came is higher or lower than what stood for it
            self._row, self._inside = self._last_place()
        self._settle()

    def not_added(self) -> None:
        """The window that was asked for could not be read; it is asked for again on the next scroll."""
        self._pending = -1

    def total(self) -> int:
        """Messages in the whole conversation."""
        return self._total

    def held(self) -> int:
        """Messages that are here now."""
        return len(self._messages)

    def message(self, row: int) -> Message | None:
        """A message, or None while it has not been read."""
        return self._messages.get(row)

    def current(self) -> int:
        """The message that the keyboard is at; -1 for none."""
        return self._current

    def in_sight(self) -> tuple[int, int]:
        """First and last message in the view."""
        return (self._places[0][0], self._places[-1][0]) if self._places else (0, 0)

    def _take(self, reading: Reading) -> None:
        for row, message in enumerate(reading.messages, reading.first):
            self._messages[row] = message
            self._plans.pop(row, None)
        if len(self._messages) > HELD:
            near = sorted(self._messages, key=lambda row: abs(row - self._row))
            for row in near[HELD:]:
                del self._messages[row]
                self._plans.pop(row, None)

    # --- pictures -----------------------------------------------------------------------------------

    def show_part(self, place: int, image: QImage) -> None:
        """The clear picture of an attachment, asked for before; one at a time."""
        if self._wanted != place or not self.isVisible() or image.isNull():
            return
        self._wanted = -1
        self._shown = {place: image}
        self._plans.clear()
        self._settle()

    def not_shown(self, place: int) -> None:
        """The picture could not be shown."""
        if self._wanted == place:
            self._wanted = -1
            self.viewport().update()

    def hide_parts(self) -> None:
        """Drop every clear picture; one on its way is not shown."""
        held, self._shown, self._wanted = list(self._shown), {}, -1
        if held:
            self._plans.clear()
            self._settle()
        for place in held:
            self.part_hidden.emit(place)

    def shown_part(self) -> int:
        """Place of the picture that is clear now; -1 for none."""
        return next(iter(self._shown), -1)

    def toggle(self, row: int) -> None:
        """Show the picture of a message, or hide it again."""
        place = self._place(row)
        if not self._has_picture(row):
            return
        again = place in self._shown or place == self._wanted
        self.hide_parts()
        if not again:
            self._wanted = place
            self.viewport().update()
            self.part_requested.emit(place)

    def hideEvent(self, event: QHideEvent) -> None:
        self.hide_parts()
        super().hideEvent(event)

    def _place(self, row: int) -> int:
        message = self._messages.get(row)
        return -1 if message is None or message.part is None else message.part

    def _file(self, row: int) -> Attachment | None:
        place = self._place(row)
        return self._files[place] if 0 <= place < len(self._files) else None

    # --- measures -----------------------------------------------------------------------------------

    def _plan(self, row: int) -> look.Plan | None:
        message = self._messages.get(row)
        if message is None:
            return None
        found = self._plans.get(row)
        if found is None:
            if len(self._plans) > _PLANS:
                self._plans.clear()
            picture = self._shown.get(self._place(row))
            found = look.plan(message, self._file(row), self.viewport().width(), picture)
            self._plans[row] = found
        return found

    def _height(self, row: int) -> int:
        made = self._plan(row)
        return look.UNREAD if made is None else made.height

    def _move(self, pixels: int) -> None:
        """Scroll by pixels: down is positive."""
        self._inside += pixels
        while self._inside < 0 and self._row > 0:
            self._row -= 1
            self._inside += self._height(self._row)
        while self._row < self._total - 1 and self._inside >= self._height(self._row):
            self._inside -= self._height(self._row)
            self._row += 1
        self._settle()

    def _last_place(self) -> tuple[int, int]:
        """The top of the view when the end of the last message is at its bottom."""
        room, row = self.viewport().height() - 2 * _TOP, self._total
        while row > 0:
            row -= 1
            room -= self._height(row)
            if room <= 0:
                return row, -room
        return 0, 0

    def _settle(self) -> None:
        """Keep the place within the conversation, lay out what is in sight, ask for what is missing."""
        self._row = min(max(0, self._row), max(0, self._total - 1))
        self._inside = max(0, self._inside)
        last = self._last_place()
        self._row, self._inside = min((self._row, self._inside), last)
        self._at_end = (self._row, self._inside) == last
        self._places = []
        y, row = _TOP - self._inside, self._row
        while row < self._total and y < self.viewport().height():
            self._places.append((row, y))
            y += self._height(row)
            row += 1
        self._set_bar(last)
        self._ask()
        self._speak()
        if self._places:
            self.seen.emit(*self.in_sight())
        self.viewport().update()

    def _set_bar(self, last: tuple[int, int]) -> None:
        bar = self.verticalScrollBar()
        self._moving = True
        bar.setRange(0, self._value(*last))
        bar.setPageStep(max(1, len(self._places)) * UNIT)
        bar.setSingleStep(UNIT)
        bar.setValue(self._value(self._row, self._inside))
        self._moving = False

    def _value(self, row: int, inside: int) -> int:
        return row * UNIT + min(UNIT - 1, inside * UNIT // max(1, self._height(row)))

    def _on_bar(self, value: int) -> None:
        if self._moving:
            return
        self._row = value // UNIT
        self._inside = (value % UNIT) * self._height(min(self._row, max(0, self._total - 1))) // UNIT
        if value >= self.verticalScrollBar().maximum():
            self._row, self._inside = self._last_place()
        self._settle()

    def _ask(self) -> None:
        """One question at a time: whoever drags over thousands of messages wants the last place only."""
        if self._pending >= 0:
            return
        missing = next((row for row, _ in self._places if row not in self._messages), -1)
        if missing >= 0:
            self._pending = missing
            # A little before it, so that scrolling up has something too.
            self._ask_more(max(0, missing - 50))

    def _speak(self) -> None:
        made = self._plan(self._current) if self._current >= 0 else None
        where = self.tr("Message {0} of {1}").format(f"{self._current + 1:,}", f"{self._total:,}")
        self.setAccessibleDescription("" if made is None else f"{where}. {made.spoken}")

    def _restyle(self) -> None:
        self._plans.clear()
        self._settle()

    # --- paint --------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        painter.fillRect(event.rect(), t.color("bg"))
        for row, top in self._places:
            message, made = self._messages.get(row), self._plan(row)
            if message is None or made is None:
                painter.setFont(theme.font("hint"))
                painter.setPen(t.color("text_2"))
                box = QRect(look.SIDE, top, self.viewport().width() - 2 * look.SIDE, look.UNREAD - look.GAP)
                words = self.tr("Reading message {0}…").format(f"{row + 1:,}")
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
                continue
            place = self._place(row)
            look.paint(
                painter,
                top,
                message,
                self._file(row),
                made,
                picture=self._shown.get(place),
                current=row == self._current and self.hasFocus() and self._by_key,
                hot=row == self._hot,
                busy=place >= 0 and place == self._wanted,
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._plans.clear()
        self._settle()

    def sizeHint(self) -> QSize:
        return QSize(560, 420)

    # --- mouse and keys -----------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels = event.pixelDelta().y() or event.angleDelta().y() * 60 // 120
        before = (self._row, self._inside)
        self._move(-pixels)
        # At an end the page around takes it.
        event.setAccepted((self._row, self._inside) != before)

    def _at(self, point: QPoint) -> tuple[int, bool]:
        """The message under a point (-1 for none), and whether that is on its button."""
        for row, top in self._places:
            made = self._plan(row)
            if top <= point.y() < top + self._height(row):
                return row, made is not None and made.button.translated(0, top).contains(point)
        return -1, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row, button = self._at(event.position().toPoint())
        hot = row if button else -1
        if hot != self._hot:
            self._hot = hot
            shape = Qt.CursorShape.PointingHandCursor if button else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hot = -1
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        row, button = self._at(event.position().toPoint())
        if row >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self._current = row
            self._speak()
            if button:
                self.toggle(row)
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        # V is also a shortcut of the page around; here it is for the picture of the current message.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_V
            and not event.modifiers()
            and self._has_picture(self._current)
        ):
            event.accept()
            return True
        return super().event(event)

    def _has_picture(self, row: int) -> bool:
        file = self._file(row)
        return file is not None and is_picture(file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_key = True
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_C:
            self._copy()
        elif not plain:
            event.ignore()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            page = max(40, self.viewport().height() - 60)
            self._move(page if key == Qt.Key.Key_PageDown else -page)
            self._current = self.in_sight()[0]
            self._speak()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to(0 if key == Qt.Key.Key_Home else self._total - 1)
        elif key in (Qt.Key.Key_V, Qt.Key.Key_Space) and self._has_picture(self._current):
            self.toggle(self._current)
        else:
            event.ignore()

    def _step(self, step: int) -> None:
        """To the next message; within one that is higher than the view, a piece further."""
        top = next((y for row, y in self._places if row == self._current), None)
        view = self.viewport().height()
        if top is not None:
            bottom = top + self._height(self._current)
            if step > 0 and bottom > view + 8 and self._height(self._current) > view:
                self._move(min(view // 2, bottom - view))
                return
            if step < 0 and top < -8 and self._height(self._current) > view:
                self._move(max(-view // 2, top - _TOP))
                return
        self.go_to(self._current + step, near=True)

    def go_to(self, row: int, *, near: bool = False) -> None:
        """Make a message the current one and bring it into sight; `near` scrolls no more than it must."""
        if not self._total:
            return
        self._current = min(max(0, row), self._total - 1)
        top = next((y for at, y in self._places if at == self._current), None)
        view = self.viewport().height()
        if near and top is not None:
            below = top + self._height(self._current) - view
            self._move(top - _TOP if top < _TOP else min(below, top - _TOP) if below > 0 else 0)
        else:
            self._row, self._inside = self._current, 0
            if near and top is None and self._places and self._current > self._places[-1][0]:
                self._move(self._height(self._current) - view + 2 * _TOP)
            self._settle()

    def _copy(self) -> None:
        message = self._messages.get(self._current)
        if message is not None:
            head = " ".join(part for part in (message.shown, message.sender) if part)
            QGuiApplication.clipboard().setText(visible(f"{head}\n{message.text}" if head else message.text))
