"""Icons as widgets: bare, in a disc (sealed), or on a tile."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from evidence_app.ui import icons, theme


class IconLabel(QLabel):
    """An icon in a theme colour. Decoration only, unless `name` gives it words for a screen reader.

    `line` is the height of the line of text it stands beside, so that the two are level.
    """

    def __init__(
        self,
        icon: str,
        token: str = "text_2",
        size: int = 20,
        *,
        line: int = 0,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._token, self._size = icon, token, size
        self.setFixedSize(size, max(size, line))
        self.setAccessibleName(name)

    def set_icon(self, icon: str, token: str = "") -> None:
        """Another picture, and colour where given."""
        self._icon, self._token = icon, token or self._token
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        icons.draw(QPainter(self), self._icon, self._token, QRectF(self.rect()))


class IconDisc(IconLabel):
    """An icon in a tinted circle with an accent outline: "sealed" on pages 06 and 10c."""

    def __init__(
        self, icon: str = "lock", size: int = 44, kind: str = "accent", parent: QWidget | None = None
    ) -> None:
        super().__init__(icon, kind, size, parent=parent)
        self._kind = kind

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.kind_colors(self._kind)
        painter.setBrush(QColor(colors.back))
        painter.setPen(QPen(QColor(colors.front), 2))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        inner = round(self._size * 0.46)
        edge = (self._size - inner) / 2
        icons.draw(painter, self._icon, colors.front, QRectF(edge, edge, inner, inner))


class IconTile(IconLabel):
    """An icon on a rounded square: choice cards (48), the drop zone and the stop page (64)."""

    def __init__(
        self,
        icon: str,
        token: str = "accent",
        back: str = "surface",
        size: int = 48,
        line: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(icon, token, size, parent=parent)
        self._back, self._line = back, line

    def set_back(self, back: str) -> None:
        """Another background token."""
        self._back = back
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        painter.setBrush(t.color(self._back))
        painter.setPen(QPen(t.color(self._line), 1) if self._line else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        inner = 24 if self._size < 60 else 32
        edge = (self._size - inner) / 2
        icons.draw(painter, self._icon, self._token, QRectF(edge, edge, inner, inner))


class Logo(QLabel):
    """The mark and the word, at the top of the sidebar (24) and on the unlock page (36)."""

    def __init__(self, size: int = 24, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._style = "brand" if size < 30 else "display"
        self.setAccessibleName(self._word())
        self.setFixedHeight(max(size, theme.TYPE[self._style].line))

    def _word(self) -> str:
        return self.tr("Evidence")

    def _gap(self) -> int:
        return 10 if self._size < 30 else 14

    def sizeHint(self) -> QSize:
        width = QFontMetrics(theme.font(self._style)).horizontalAdvance(self._word())
        return QSize(self._size + self._gap() + width + 2, self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = (self.height() - self._size) / 2
        icons.draw(painter, "logo", "accent", QRectF(0, top, self._size, self._size))
        painter.setFont(theme.font(self._style))
        painter.setPen(theme.tokens().color("text"))
        area = self.rect().adjusted(self._size + self._gap(), 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._word())
