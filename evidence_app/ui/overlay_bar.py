"""What lies on the frozen screen: the toolbar, the key hints and the choice of a delay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from evidence_app.capture.clock import Moment
from evidence_app.ui import icons, say, theme
from evidence_app.ui.overlay_choice import How, Mode
from evidence_app.ui.widgets import Button, Divider, IconLabel, Text, secondary

DELAYS = (3, 5, 10)
"""Seconds that the timer offers."""

HintRow = tuple[tuple[str, str], ...]
"""Keys and what they do; an empty key is the line between two groups."""


class Tool(QToolButton):
    """An icon above a word. On the frozen screen it takes no focus: every tool has a key of its own."""

    def __init__(self, icon: str, text: str, tip: str, on_click: Callable[[], object]) -> None:
        super().__init__()
        self._icon = icon
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFont(theme.font("small", weight=500))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _on: on_click())

    def nextCheckState(self) -> None:
        """What is marked is decided by the choice, not by the click."""

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(theme.font("small", weight=600)).horizontalAdvance(self.text())
        return QSize(max(72, round(words) + 26), 56)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        on, lively = self.isChecked(), self.isEnabled() and self.underMouse()
        token = "accent" if on else "text" if self.isEnabled() else "text_2"
        if on or lively or self.hasFocus():
            painter.setBrush(t.color("tint" if on else "sunken"))
            ring = on or self.hasFocus()
            painter.setPen(QPen(t.color("accent"), 2) if ring else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        icons.draw(painter, self._icon, token, QRectF(0, 7, self.width(), 20))
        painter.setFont(theme.font("small", weight=600 if on else 500))
        painter.setPen(t.color(token))
        painter.drawText(QRectF(0, 30, self.width(), 20), Qt.AlignmentFlag.AlignCenter, self.text())


class Panel(QFrame):
    """A card on the frozen screen; the pointer keeps its arrow over it, and clicks stay in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        painter.setBrush(t.color("surface"))
        painter.setPen(QPen(t.color("line"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)


class Line(Divider):
    """An upright line between two groups of tools."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(1, 38)


class Toolbar(Panel):
    """Region, Window, Screen, Timer, the time of the frozen screen, Cancel."""

    mode_chosen = Signal(object)
    screen_chosen = Signal()
    timer_pressed = Signal()
    last_chosen = Signal()
    pointer_chosen = Signal()
    how_chosen = Signal(object)
    cancel_pressed = Signal()

    def __init__(
        self,
        moment: Moment,
        *,
        has_windows: bool,
        has_last: bool = False,
        has_pointer: bool = False,
        has_video: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Capture"))
        self.region = Tool(
            "region",
            self.tr("Region"),
            self.tr("Drag over what you want to keep (R)"),
            lambda: self.mode_chosen.emit(Mode.REGION),
        )
        self.window_ = Tool(
            "window",
            self.tr("Window"),
            self.tr("Choose a window (W)") if has_windows else self.tr("No window can be told apart here"),
            lambda: self.mode_chosen.emit(Mode.WINDOW),
        )
        self.screen_ = Tool(
            "monitor",
            self.tr("Screen"),
            self.tr("Capture and seal this whole screen (Enter)"),
            self.screen_chosen.emit,
        )
        self.last = Tool(
            "refresh",
            self.tr("Last area"),
            self.tr("Choose the area again that was captured last (L)")
            if has_last
            else self.tr("No area was captured yet"),
            self.last_chosen.emit,
        )
        self.pointer = Tool(
            "pointer",
            self.tr("Pointer"),
            self.tr("Draw the mouse pointer into the picture (P)")
            if has_pointer
            else self.tr("Where the mouse pointer was is not known here"),
            self.pointer_chosen.emit,
        )
        self.series = Tool(
            "series",
            self.tr("Series"),
            self.tr("Several pictures while you scroll, kept as one exhibit (S)"),
            lambda: self.how_chosen.emit(How.SERIES),
        )
        self.video = Tool(
            "record",
            self.tr("Video"),
            self.tr("Record what moves, without sound, until you stop (V)")
            if has_video
            else self.tr("On this kind of desktop only pictures can be taken"),
            lambda: self.how_chosen.emit(How.VIDEO),
        )
        self.timer = Tool(
            "timer",
            self.tr("Timer"),
            self.tr("Take the screen again after some seconds (T)"),
            self.timer_pressed.emit,
        )
        self.cancel = Tool(
            "close", self.tr("Cancel"), self.tr("Capture nothing (Esc)"), self.cancel_pressed.emit
        )
        self.window_.setEnabled(has_windows)
        self.last.setEnabled(has_last)
        self.pointer.setEnabled(has_pointer)
        self.video.setEnabled(has_video)
        for tool in (self.pointer, self.series, self.video):
            tool.setCheckable(True)
        self.region.setCheckable(True)
        self.window_.setCheckable(True)
        self.clock = _clock(moment)
        row = QHBoxLayout(self)
        row.setContentsMargins(15, 6, 5, 6)
        row.setSpacing(2)
        row.addWidget(IconLabel("logo", "accent", 24))
        row.addSpacing(14)
        row.addWidget(Line())
        row.addSpacing(6)
        for tool in (self.region, self.window_, self.screen_, self.last):
            row.addWidget(tool)
        row.addWidget(Line())
        for tool in (self.series, self.video, self.timer, self.pointer):
            row.addWidget(tool)
        row.addSpacing(6)
        self._before_clock = Line()
        row.addWidget(self._before_clock)
        row.addWidget(self.clock)
        row.addWidget(Line())
        row.addSpacing(2)
        row.addWidget(self.cancel)
        self.set_mode(Mode.REGION)

    def set_mode(self, mode: Mode) -> None:
        """Mark the tool in use."""
        self.region.setChecked(mode is Mode.REGION)
        self.window_.setChecked(mode is Mode.WINDOW)

    def set_how(self, how: How, *, with_pointer: bool) -> None:
        """Mark what becomes of the chosen part."""
        self.series.setChecked(how is How.SERIES)
        self.video.setChecked(how is How.VIDEO)
        self.pointer.setChecked(with_pointer)

    def fit(self, width: int) -> None:
        """Leave out the clock where the screen is too narrow for it, then take the size needed."""
        for part in (self.clock, self._before_clock):
            part.show()
        self.adjustSize()
        if self.width() > width:
            for part in (self.clock, self._before_clock):
                part.hide()
            self.layout().activate()
            self.adjustSize()


def _clock(moment: Moment) -> QWidget:
    """The moment that is frozen; it stands still on purpose."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(15, 0, 15, 0)
    column.setSpacing(0)
    time = Text(say.clock(moment.utc), type="card", wrap=False)
    time.setFont(theme.tabular(theme.font("card")))
    day = f"{say.day(moment.utc).split(' ')[0][:3]} {say.short_day(moment.utc)}"
    column.addStretch(1)
    column.addWidget(time)
    column.addWidget(Text(day, type="hint", wrap=False))
    column.addStretch(1)
    return holder


class KeyHints(QWidget):
    """The keys at the bottom of the screen; always dark, in as many lines as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[HintRow] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_hints(self, hints: HintRow, width: int) -> None:
        """Show these, within `width` pixels, and take the size needed."""
        self._rows = [()]
        for hint in hints:
            row = (*self._rows[-1], hint)
            if self._rows[-1] and _row_width(row) > width:
                self._rows.append((hint,) if hint[0] else ())
            else:
                self._rows[-1] = row
        self.setAccessibleName(". ".join(f"{key}: {does}" for key, does in hints if key))
        widest = max(_row_width(row) for row in self._rows)
        self.resize(round(widest), 12 + 36 * len(self._rows))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dark = theme.DARK
        painter.setBrush(dark.color("bg"))
        painter.setPen(QPen(dark.color("border"), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        for number, row in enumerate(self._rows):
            left, middle = 20.0 + (self.width() - _row_width(row)) / 2, 24.0 + 36 * number
            for key, does in row:
                if not key:
                    painter.fillRect(QRectF(left, middle - 12, 1, 24), dark.color("border"))
                    left += 25
                    continue
                cap = QRectF(left, middle - 12, _cap_width(key), 24)
                painter.setBrush(dark.color("sunken"))
                painter.setPen(QPen(dark.color("border"), 1))
                painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
                painter.setPen(dark.color("text"))
                painter.setFont(theme.font("small", weight=500))
                painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
                painter.setFont(theme.font("body"))
                words = QRectF(cap.right() + 8, middle - 12, _words_width(does) + 2, 24)
                painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, does)
                left = words.right() + 22


def _cap_width(key: str) -> float:
    return max(28.0, QFontMetricsF(theme.font("small", weight=500)).horizontalAdvance(key) + 16)


def _words_width(words: str) -> float:
    return QFontMetricsF(theme.font("body")).horizontalAdvance(words)


def _row_width(row: HintRow) -> float:
    parts = [_cap_width(key) + 8 + _words_width(does) + 2 if key else 1 for key, does in row]
    gaps = [24 if not key else 22 for key, _ in row[:-1]]
    return 40 + sum(parts) + sum(gaps)


class DelayPanel(Panel):
    """The delay of the timer: three buttons; arrows and the figures 3, 5 and 1 choose as well."""

    chosen = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = self.tr("Take the screen again after")
        self.setAccessibleName(title)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(8)
        row.addWidget(Text(title, type="body", wrap=False))
        row.addSpacing(4)
        self.buttons = [self._button(seconds) for seconds in DELAYS]
        for button in self.buttons:
            row.addWidget(button)

    def _button(self, seconds: int) -> Button:
        words = self.tr("{0} seconds").format(seconds)
        return secondary(words, size="compact", on_click=lambda: self.chosen.emit(seconds))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((i for i, button in enumerate(self.buttons) if button.hasFocus()), 0)
        steps: dict[int, int] = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
        }
        figures = {str(seconds)[0]: seconds for seconds in DELAYS}
        if event.key() in steps:
            self.buttons[(at + steps[event.key()]) % len(self.buttons)].setFocus()
        elif event.text() in figures:
            self.chosen.emit(figures[event.text()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.buttons[at].click()
        elif event.key() in (Qt.Key.Key_T, Qt.Key.Key_Escape):
            self.closed.emit()
