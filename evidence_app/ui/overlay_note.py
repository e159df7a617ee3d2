"""A small dark bar at the top of the screen: the countdown of the timer, and "Sealing the picture"."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QScreen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets import IconLabel

TICK_MS = 1000


class Note(QWidget):
    """Words on top of everything. It never takes the keyboard from the program in use."""

    def __init__(self, words: str, icon: str, on: QScreen) -> None:
        super().__init__(None)
        self.setWindowFlags(
            Qt.WindowType.ToolTip
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus
            | Qt.WindowType.BypassWindowManagerHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        self.setScreen(on)
        self._around = on.geometry()
        self._fixed: QPoint | None = None
        self._label = QLabel()
        self._label.setFont(theme.tabular(theme.font("card")))
        self._label.setStyleSheet(f"color: {theme.DARK.text}")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(18, 10, 18, 10)
        self.row.setSpacing(12)
        self.row.addWidget(IconLabel(icon, theme.DARK.accent, 20))
        self.row.addWidget(self._label)
        self.say(words)

    def say(self, words: str) -> None:
        """Other words."""
        self._label.setText(words)
        self.setWindowTitle(words)
        self.setAccessibleName(words)
        self.adjustSize()
        if self._fixed is not None:
            self.move(self._fixed)
            return
        across = (self._around.width() - self.width()) // 2
        self.move(self._around.topLeft() + QPoint(across, 20))

    def keep_at(self, x: int, y: int) -> None:
        """Stay at this place, whatever is said."""
        self._fixed = QPoint(x, y)
        self.move(self._fixed)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.DARK.color("bg"))
        painter.setPen(QPen(theme.DARK.color("border"), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


class Countdown(Note):
    """The timer runs ("Capturing in 3"): time to open a menu or a page. A click cancels."""

    finished = Signal()
    cancelled = Signal()

    def __init__(self, seconds: int, on: QScreen) -> None:
        super().__init__("", "timer", on)
        self._left = seconds
        hint = QLabel(self.tr("Click here to cancel"))
        hint.setFont(theme.font("hint"))
        hint.setStyleSheet(f"color: {theme.DARK.text_2}")
        self.row.addWidget(hint)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        self._tell()

    def _tell(self) -> None:
        self.say(self.tr("Capturing in {0}").format(self._left))

    def _tick(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._tell()
            return
        self._timer.stop()
        self.finished.emit()

    def mousePressEvent(self, _event: object) -> None:
        self._timer.stop()
        self.cancelled.emit()
