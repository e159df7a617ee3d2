"""The answer of a page in one sentence: status bar, large icon, sentence, what it rests on, what to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets.icon import IconLabel
from evidence_app.ui.widgets.text import Text
from evidence_app.ui.widgets.toggles import FlowLayout

ICONS = {
    "ok": "shield-check",
    "warn": "shield-question",
    "bad": "shield-x",
    "neutral": "shield-broken",
    "accent": "lock",
}


def paint_side_bar_card(painter: QPainter, rect: QRectF, kind: str, bar: int, radius: int) -> None:
    """A tinted, outlined, rounded box with a bar of the status colour on its left edge."""
    colors = theme.kind_colors(kind)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    shape = QPainterPath()
    shape.addRoundedRect(box, radius, radius)
    painter.fillPath(shape, QColor(colors.back))
    painter.setPen(QPen(QColor(colors.line), 1))
    painter.drawPath(shape)
    edge = QPainterPath()
    edge.addRect(QRectF(rect.left(), rect.top(), bar, rect.height()))
    whole = QPainterPath()
    whole.addRoundedRect(rect, radius, radius)
    painter.fillPath(whole.intersected(edge), QColor(colors.front))


class ResultBanner(QFrame):
    """`kind`: ok, warn, bad or neutral. The sentence takes the focus of a screen reader: it is announced
    as the banner's accessible name, the second sentence as its description."""

    def __init__(
        self, kind: str, sentence: str, sub: str = "", *, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = IconLabel("shield-check", "ok", 60)
        self.sentence = Text(type="display", selectable=True)
        self.sub = Text(type="lead", selectable=True)
        self._buttons = FlowLayout(gap=12)
        self._column = column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.sentence)
        column.addWidget(self.sub)
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 24, 32, 24)
        row.setSpacing(24)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.set_result(kind, sentence, sub, icon)

    @property
    def kind(self) -> str:
        """The status shown now."""
        return self._kind

    @property
    def icon(self) -> str:
        """The name of the picture shown now."""
        return self._icon_name

    def set_result(self, kind: str, sentence: str, sub: str = "", icon: str = "") -> None:
        """Another answer; the buttons stay."""
        self._kind, self._icon_name = kind, icon or ICONS[kind]
        self._icon.set_icon(self._icon_name, kind if kind != "neutral" else "text_2")
        self.sentence.setText(sentence)
        self.sub.setText(sub)
        self.sub.setVisible(bool(sub))
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(sub)
        self.update()

    def add_button(self, *buttons: QWidget) -> None:
        """Put buttons into the row under the sentences, in this order; a second row where one is short."""
        if self._buttons.count() == 0:
            self._column.addSpacing(12)
            self._column.addLayout(self._buttons)
        for button in buttons:
            self._buttons.addWidget(button)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_side_bar_card(painter, QRectF(self.rect()), self._kind, 8, theme.RADIUS_BANNER)
