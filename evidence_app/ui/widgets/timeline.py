"""The rail and the nodes beside a timeline: painted by delegates and by widgets alike."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui import icons, theme
from evidence_app.ui.widgets.text import Text

NODE = 28


def paint_rail(painter: QPainter, x: float, top: float, bottom: float) -> None:
    """A piece of the rail; rows that touch make one line."""
    painter.setPen(QPen(theme.tokens().color("tint_line"), 2))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def paint_node(
    painter: QPainter, center: QPointF, icon: str = "", *, kind: str = "accent", size: int = NODE
) -> None:
    """A node on the rail. `kind` accent for what is sealed, neutral for additions."""
    t = theme.tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    token = "border" if kind == "neutral" else kind
    painter.setBrush(
        t.color(
            "surface"
            if kind == "neutral" or not icon
            else f"{'tint' if kind == 'accent' else kind + '_tint'}"
        )
    )
    painter.setPen(QPen(t.color(token), 2))
    box = QRectF(center.x() - size / 2, center.y() - size / 2, size, size)
    painter.drawEllipse(box.adjusted(1, 1, -1, -1))
    painter.restore()
    if icon:
        inner = 14 if size >= NODE else 12
        inside = QRectF(center.x() - inner / 2, center.y() - inner / 2, inner, inner)
        icons.draw(painter, icon, "text_2" if kind == "neutral" else kind, inside)


class TimelineNode(QWidget):
    """One row's piece of rail with its node, as wide as the node. `first` and `last` end the rail."""

    def __init__(
        self,
        icon: str = "lock",
        kind: str = "accent",
        *,
        first: bool = False,
        last: bool = False,
        at: int = 26,
        size: int = NODE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._kind, self._first, self._last, self._at, self._size = (
            icon,
            kind,
            first,
            last,
            at,
            size,
        )
        self.setFixedWidth(size)
        self.setMinimumHeight(at + size // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = self.width() / 2
        paint_rail(painter, middle, self._at if self._first else 0, self._at if self._last else self.height())
        if self._icon or self._size < NODE:
            paint_node(painter, QPointF(middle, self._at), self._icon, kind=self._kind, size=self._size)


class History(QWidget):
    """A short list of what was done, newest first: "Captured and sealed / 14:20:31 · entry 38"."""

    def __init__(self, items: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.set_items(items)

    def set_items(self, items: Sequence[tuple[str, str]]) -> None:
        """Show these (what, when) pairs."""
        while self._column.count():
            gone = self._column.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        for index, (what, when) in enumerate(items):
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(12)
            node = TimelineNode("", first=index == 0, last=index == len(items) - 1, at=10, size=18)
            line.addWidget(node)
            words = QVBoxLayout()
            words.setContentsMargins(0, 0, 0, 8)
            words.setSpacing(0)
            title = Text(what, type="strong")
            title.setFont(theme.font("small", weight=600))
            words.addWidget(title)
            words.addWidget(Text(when, type="hint"))
            line.addLayout(words, 1)
            row.setAccessibleName(f"{what}, {when}")
            self._column.addWidget(row)

    def sizeHint(self) -> QSize:
        return QSize(240, super().sizeHint().height())
