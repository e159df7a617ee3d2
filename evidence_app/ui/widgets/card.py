"""Cards, dividers, numbered steps, fact rows and scroll pages: the plain furniture of a page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QVBoxLayout, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets.text import Text


class Card(QFrame):
    """A rounded frame. `look` is plain, sunken, tint, outline, dashed or drop. `body` is its column."""

    def __init__(
        self,
        title: str = "",
        *,
        look: str = "plain",
        padding: int = 20,
        gap: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", look)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding, min(padding, 16), padding, min(padding, 16))
        self.body.setSpacing(gap)
        self._dashed = {"dashed": (1.2, theme.RADIUS_CARD, (4.0, 3.0)), "drop": (2.0, 10, (4.0, 3.0))}.get(
            look
        )
        if title:
            self.title = Text(title, type="card")
            self.body.addWidget(self.title)
            self.setAccessibleName(title)

    def add(self, *items: QWidget | QLayout) -> None:
        """Put widgets or layouts at the end of the column."""
        for item in items:
            if isinstance(item, QLayout):
                self.body.addLayout(item)
            else:
                self.body.addWidget(item)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._dashed is None:
            return
        # The style sheet's own dashes are dots at one pixel.
        width, radius, dashes = self._dashed
        over = bool(self.property("over"))
        t = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(t.color("accent" if over else "border"), width)
        pen.setDashPattern(dashes)
        painter.setPen(pen)
        if width > 1.5:
            painter.setBrush(t.color("tint" if over else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)


class Divider(QWidget):
    """A decorative line of one pixel."""

    def __init__(self, token: str = "line", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.tokens().color(self._token))


class NumberDisc(QLabel):
    """A number in a circle."""

    def __init__(self, number: int, size: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.setFixedSize(size, size)
        self.setAccessibleName(str(number))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        wide = 2 if self.width() > 30 else 1.2
        painter.setPen(QPen(t.color("accent"), wide))
        painter.setBrush(t.color("surface"))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setFont(theme.font("card" if self.width() > 30 else "strong"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


class NumberedStep(QWidget):
    """A numbered disc, a title and a sentence; `body` takes anything more."""

    def __init__(
        self, number: int, title: str, text: str = "", *, big: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(20 if big else 16)
        row.addWidget(NumberDisc(number, 36 if big else 28), 0, Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout()
        self.body.setSpacing(2)
        self.body.addWidget(Text(title, type="section" if big else "card"))
        if text:
            self.body.addWidget(Text(text, type="lead2" if big else "body2"))
        row.addLayout(self.body, 1)


class ScrollPage(QScrollArea):
    """A page that scrolls when it must. Put content into `body`; `max_width` keeps lines readable."""

    def __init__(
        self,
        margins: tuple[int, int, int, int] = (32, 32, 32, 32),
        gap: int = 16,
        area: str = "bg",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setProperty("area", area)
        inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(*margins)
        self.body.setSpacing(gap)
        self.setWidget(inner)


def area(name: str, parent: QWidget | None = None) -> QFrame:
    """A plain frame with a themed background: bg, surface, sunken, tint, header, footer, rail or aside."""
    result = QFrame(parent)
    result.setProperty("area", name)
    result.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return result
