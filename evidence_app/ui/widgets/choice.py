"""Choice cards: large radio buttons with a title, a sentence and anything more (pages 02, 10a, 10b)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from evidence_app.ui import theme
from evidence_app.ui.widgets.card import Divider
from evidence_app.ui.widgets.checks import paint_radio
from evidence_app.ui.widgets.icon import IconLabel, IconTile
from evidence_app.ui.widgets.text import Text

NEXT = (Qt.Key.Key_Down, Qt.Key.Key_Right)
BACK = (Qt.Key.Key_Up, Qt.Key.Key_Left)


class ChoiceCard(QRadioButton):
    """One choice. With an `icon` it is the tall card of page 02, without the row of page 10a.

    `points` are lines with a check mark; `extra` any widget under the sentence. Enter chooses it, and Enter
    on the chosen one is `confirmed`: no single key answers by accident.
    """

    confirmed = Signal()

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        icon: str = "",
        points: Sequence[str] = (),
        extra: QWidget | None = None,
        data: object = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.data = data
        self.ring_radius = theme.RADIUS_CARD
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join([text, *points]).strip())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._tile: IconTile | None = None
        self._tall = bool(icon)
        body = self._tall_layout(icon) if icon else self._row_layout()
        body.addWidget(Text(title, type="section" if icon else "card"))
        if text:
            body.addWidget(Text(text, type="lead2" if icon else "body2"))
        if points:
            body.addSpacing(10)
            body.addWidget(Divider("tint_line"))
            body.addSpacing(8)
        for point in points:
            body.addLayout(_point(point))
        if extra is not None:
            body.addSpacing(8)
            body.addWidget(extra)
        body.addStretch(1)
        self.toggled.connect(self._on_toggled)
        for child in self.findChildren(Text) + self.findChildren(IconLabel):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _tall_layout(self, icon: str) -> QVBoxLayout:
        column = QVBoxLayout(self)
        column.setContentsMargins(25, 25, 25, 25)
        column.setSpacing(5)
        self._tile = IconTile(icon, "accent", "sunken")
        column.addWidget(self._tile)
        column.addSpacing(12)
        return column

    def _row_layout(self) -> QVBoxLayout:
        column = QVBoxLayout(self)
        column.setContentsMargins(51, 16, 17, 16)
        column.setSpacing(2)
        return column

    def _on_toggled(self, on: bool) -> None:
        if self._tile is not None:
            self._tile.set_back("surface" if on else "sunken")
        self.update()

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize() if layout else super().minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout else super().heightForWidth(width)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        group = self.group()
        if isinstance(group, QButtonGroup) and event.key() in NEXT + BACK:
            cards = [card for card in group.buttons() if card.isEnabled()]
            step = 1 if event.key() in NEXT else -1
            card = cards[(cards.index(self) + step) % len(cards)]
            card.setChecked(True)
            card.setFocus(Qt.FocusReason.TabFocusReason)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.isChecked():
                self.confirmed.emit()
            self.setChecked(True)
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # The layout lives inside a button: Qt does not tell the parent layout of its changes by itself.
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        on = self.isChecked()
        width = 2 if on else 1
        painter.setBrush(t.color("tint" if on else "surface"))
        painter.setPen(QPen(t.color("accent" if on else "border"), width))
        edge = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 8, 8)
        mark = QRectF(self.width() - 45, 39, 20, 20) if self._tall else QRectF(17, 18, 20, 20)
        paint_radio(painter, mark, on, self.isEnabled())


def _point(words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 2, 0, 1)
    row.setSpacing(10)
    row.addWidget(IconLabel("check", "accent", 18), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(words, type="body"), 1)
    return row


class ChoiceGroup(QWidget):
    """Exclusive choice cards side by side or below each other. `changed` carries the card's data."""

    changed = Signal(object)

    def __init__(
        self,
        name: str,
        cards: Sequence[ChoiceCard],
        *,
        horizontal: bool = False,
        value: object = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.cards = list(cards)
        self._group = QButtonGroup(self)
        direction = QBoxLayout.Direction.LeftToRight if horizontal else QBoxLayout.Direction.TopToBottom
        layout = QBoxLayout(direction, self)
        # Room for the focus ring, which is drawn round the card.
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(24 if horizontal else 14)
        for card in self.cards:
            self._group.addButton(card)
            layout.addWidget(card, 1)
            card.toggled.connect(lambda on, card=card: self.changed.emit(card.data) if on else None)
        if value is not None:
            self.set_value(value)

    def value(self) -> object:
        """Data of the chosen card, or None."""
        return next((card.data for card in self.cards if card.isChecked()), None)

    def set_value(self, value: object) -> None:
        """Choose by data."""
        for card in self.cards:
            if card.data == value:
                card.setChecked(True)
