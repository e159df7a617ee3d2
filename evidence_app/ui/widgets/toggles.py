"""Toggle chips in a flowing layout: "What kind of abuse is it?"."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QToolButton, QWidget

from evidence_app.ui import icons, theme


class FlowLayout(QLayout):
    """Items from left to right, on a new line when there is no room."""

    def __init__(self, parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        width = sum(item.sizeHint().width() + self._gap for item in self._items)
        return QSize(max(0, width - self._gap), self.minimumSize().height())

    def minimumSize(self) -> QSize:
        result = QSize()
        for item in self._items:
            result = result.expandedTo(item.minimumSize())
        return result

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():  # hidden: no place, and no gap beside it either
                continue
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.x() + rect.width():
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            line = max(line, size.height())
        return y + line - rect.y()


class ToggleChip(QToolButton):
    """A pill that can be on; Space and Enter toggle it, arrow keys move to its neighbours."""

    def __init__(self, text: str, data: object, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = data
        self.ring_radius = 16
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(theme.font("small", weight=500))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _on: self.updateGeometry())

    def sizeHint(self) -> QSize:
        font = theme.font("small", weight=600 if self.isChecked() else 500)
        words = QFontMetrics(font).horizontalAdvance(self.text())
        return QSize(words + 26 + (20 if self.isChecked() else 0), theme.HEIGHT_COMPACT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        parent = self.parentWidget()
        steps: dict[int, int] = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Up: -1,
        }
        if event.key() in steps and isinstance(parent, ToggleChips):
            parent.chips[(parent.chips.index(self) + steps[event.key()]) % len(parent.chips)].setFocus(
                Qt.FocusReason.TabFocusReason
            )
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.toggle()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        on = self.isChecked()
        width = 2 if on else 1
        painter.setBrush(t.color("tint" if on else "sunken" if self.underMouse() else "surface"))
        painter.setPen(QPen(t.color("accent" if on else "border"), width))
        edge = width / 2
        box = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        left = 13
        if on:
            icons.draw(painter, "check", "accent", QRectF(12, (self.height() - 16) / 2, 16, 16))
            left = 33
        painter.setFont(theme.font("small", weight=600 if on else 500))
        painter.setPen(t.color("accent" if on else "text"))
        area = QRect(left, 0, self.width(), self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class ToggleChips(QWidget):
    """Any number of chips may be on. `changed` carries the tuple of the chosen data, in order."""

    changed = Signal(object)

    def __init__(
        self,
        name: str,
        options: Iterable[tuple[str, object]],
        *,
        chosen: Iterable[object] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        flow = FlowLayout(self)
        wanted = set(chosen)
        self.chips: list[ToggleChip] = []
        for words, data in options:
            chip = ToggleChip(words, data, self)
            chip.setChecked(data in wanted)
            chip.toggled.connect(lambda _on: self.changed.emit(self.value()))
            flow.addWidget(chip)
            self.chips.append(chip)

    def value(self) -> tuple[object, ...]:
        """Data of the chips that are on."""
        return tuple(chip.data for chip in self.chips if chip.isChecked())

    def set_value(self, chosen: Iterable[object]) -> None:
        """Turn on exactly these."""
        wanted = set(chosen)
        for chip in self.chips:
            chip.setChecked(chip.data in wanted)
