"""Where something that is played is, and the way to another place of it: by keys and mouse."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from evidence_app.ui import theme

STEP, PAGE = 5_000, 30_000
"""Milliseconds of an arrow key, and of Page Up and Down."""
_KNOB = 8.0
_GROOVE = 6.0


class PositionSlider(QSlider):
    """`sought` carries milliseconds, and comes only from a person. Off while the length is not known."""

    sought = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(name)
        self.setFixedHeight(theme.HEIGHT_COMPACT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSingleStep(STEP)
        self.setPageStep(PAGE)
        self.set_length(None)

    def set_length(self, milliseconds: int | None) -> None:
        """How long it is; None where that is not known."""
        self.setRange(0, milliseconds or 0)
        self.setEnabled(bool(milliseconds))

    def sizeHint(self) -> QSize:
        return QSize(240, theme.HEIGHT_COMPACT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.value()
        super().keyPressEvent(event)
        if self.value() != before:
            self.sought.emit(self.value())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        room = max(1.0, self.width() - 2 * _KNOB)
        share = min(1.0, max(0.0, (event.position().x() - _KNOB) / room))
        self.setValue(round(share * self.maximum()))
        self.sought.emit(self.value())

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isEnabled()
        room = self.width() - 2 * _KNOB
        at = _KNOB + room * (self.value() / self.maximum() if self.maximum() else 0.0)
        middle = self.height() / 2
        groove = QRectF(_KNOB, middle - _GROOVE / 2, room, _GROOVE)
        painter.setPen(QPen(t.color("border" if on else "line"), 1))
        painter.setBrush(t.color("sunken"))
        painter.drawRoundedRect(groove, _GROOVE / 2, _GROOVE / 2)
        if not on:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.color("accent"))
        painter.drawRoundedRect(QRectF(_KNOB, groove.top(), at - _KNOB, _GROOVE), _GROOVE / 2, _GROOVE / 2)
        painter.setPen(QPen(t.color("surface"), 2))
        painter.drawEllipse(QRectF(at - _KNOB, middle - _KNOB, 2 * _KNOB, 2 * _KNOB))
