"""Check boxes and radio buttons in the look of the pictures."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from evidence_app.ui import icons, theme

BOX = 20
LINE = 20
INDENT = 32


def paint_radio(painter: QPainter, rect: QRectF, checked: bool, enabled: bool = True) -> None:
    """A radio mark of 20 pixels; choice cards use it too."""
    t = theme.tokens()
    token = "line" if not enabled else "accent" if checked else "border"
    painter.setPen(QPen(t.color(token), 2 if checked else 1.2))
    painter.setBrush(t.color("surface"))
    painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
    if checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.color(token))
        painter.drawEllipse(rect.adjusted(5, 5, -5, -5))


def paint_check(painter: QPainter, rect: QRectF, checked: bool, enabled: bool = True) -> None:
    """A check mark box of 20 pixels; delegates use it too."""
    t = theme.tokens()
    if checked:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.color("accent" if enabled else "border"))
    else:
        painter.setPen(QPen(t.color("border" if enabled else "line"), 1.2))
        painter.setBrush(t.color("surface"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if checked:
        icons.draw(painter, "check", "on_accent", rect.adjusted(3, 3, -3, -3))


class Check(QCheckBox):
    """A check box whose words may take several lines."""

    def __init__(self, text: str, *, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFont(theme.font("body"))
        self.setChecked(checked)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        return max(24, len(self._lines(width)) * LINE + 4)

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        width = min(480, QFontMetrics(self.font()).horizontalAdvance(self.text()) + 34)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(120 if len(self.text()) > 12 else self.sizeHint().width(), 24)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def _lines(self, width: int) -> list[str]:
        layout = QTextLayout(self.text(), self.font())
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(40, width - INDENT))
            lines.append(self.text()[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
        return lines or [""]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_check(painter, QRectF(0, 2, BOX, BOX), self.isChecked(), self.isEnabled())
        painter.setFont(self.font())
        painter.setPen(theme.tokens().color("text" if self.isEnabled() else "text_2"))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for number, line in enumerate(self._lines(self.width())):
            painter.drawText(QRect(INDENT, 2 + LINE * number, self.width() - INDENT, LINE), align, line)


class Radio(QRadioButton):
    """A radio button; the arrow keys move within its group."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFont(theme.font("body"))
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 30, 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_radio(painter, QRectF(QPointF(0, 2), QPointF(20, 22)), self.isChecked(), self.isEnabled())
        painter.setFont(self.font())
        painter.setPen(theme.tokens().color("text" if self.isEnabled() else "text_2"))
        area = self.rect().adjusted(28, 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class RadioRow(QWidget):
    """A few radio buttons in a row: "Who is it aimed at?". `changed` carries the chosen data."""

    changed = Signal(object)

    def __init__(
        self,
        name: str,
        options: Iterable[tuple[str, object]],
        *,
        value: object = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._values: dict[Radio, object] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        for words, data in options:
            radio = Radio(words)
            radio.setChecked(data == value and value is not None)
            self._group.addButton(radio)
            self._values[radio] = data
            row.addWidget(radio)
            radio.toggled.connect(lambda on, data=data: self.changed.emit(data) if on else None)
        row.addStretch(1)

    def radios(self) -> tuple[Radio, ...]:
        """The buttons, in order."""
        return tuple(self._values)

    def value(self) -> object:
        """The data of the chosen one, or None."""
        return next((data for radio, data in self._values.items() if radio.isChecked()), None)

    def set_value(self, value: object) -> None:
        """Choose by data; None chooses none."""
        if value is None:
            self._group.setExclusive(False)
        for radio, data in self._values.items():
            if value is None or data == value:
                radio.setChecked(value is not None)
        self._group.setExclusive(True)
