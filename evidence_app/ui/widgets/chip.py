"""Chips (icon, words, colour) and platform badges."""

from __future__ import annotations

from zlib import crc32

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from evidence_app.ui import icons, theme

CHIP_HEIGHT = 24


def chip_width(text: str, icon: str = "") -> int:
    """Width in pixels of a chip, for delegates."""
    words = QFontMetrics(theme.font("small", weight=500)).horizontalAdvance(text)
    return words + 16 + (22 if icon else 0)


def paint_chip(painter: QPainter, rect: QRect, text: str, kind: str, icon: str = "") -> None:
    """Paint a chip into `rect`; the widget and the delegates of lists and tables share this."""
    colors = theme.kind_colors(kind)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colors.back))
    painter.setPen(QPen(QColor(colors.line), 1))
    box = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(box, theme.RADIUS_CHIP, theme.RADIUS_CHIP)
    left = rect.left() + 8
    if icon:
        icons.draw(
            painter,
            icon,
            colors.front,
            QRectF(rect.left() + 7, rect.top() + (rect.height() - 15) / 2, 15, 15),
        )
        left = rect.left() + 29
    painter.setFont(theme.font("small", weight=500))
    painter.setPen(QColor(colors.front))
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRect(left, rect.top(), rect.width(), rect.height()), align, text)
    painter.restore()


class Chip(QLabel):
    """A status: never colour alone. `kind` is one of `theme.KINDS`."""

    def __init__(
        self, text: str, kind: str = "neutral", icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_status(text, kind, icon)

    def set_status(self, text: str, kind: str = "neutral", icon: str = "") -> None:
        """Other words, colour and icon."""
        theme.kind_colors(kind)
        self._text, self._kind, self._icon = text, kind, icon
        self.setAccessibleName(text)
        self.setFixedSize(chip_width(text, icon), CHIP_HEIGHT)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(chip_width(self._text, self._icon), CHIP_HEIGHT)

    def text(self) -> str:
        """The words."""
        return self._text

    def kind(self) -> str:
        """The status."""
        return self._kind

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_chip(QPainter(self), self.rect(), self._text, self._kind, self._icon)


PLATFORM_COLORS = ("#0B6E69", "#3B6B1F", "#7A3B8F", "#8A4B12", "#1F5C99", "#8C2F5B", "#4A5568")
"""Squares of platform badges: white letters on each have 5:1 or more."""


def platform_color(name: str) -> str:
    """The same colour for the same name, always; no platform's own."""
    return PLATFORM_COLORS[crc32(name.lower().encode(), 97) % len(PLATFORM_COLORS)]


def platform_width(name: str) -> int:
    """Width of a platform badge, for delegates."""
    return QFontMetrics(theme.font("small", weight=500)).horizontalAdvance(name) + 36


def paint_platform(painter: QPainter, rect: QRect, name: str) -> None:
    """Paint a letter square and the platform's name into `rect`."""
    t = theme.tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(t.color("sunken"))
    painter.drawRoundedRect(QRectF(rect), theme.RADIUS_CHIP, theme.RADIUS_CHIP)
    side = 18
    square = QRectF(rect.left() + 4, rect.top() + (rect.height() - side) / 2, side, side)
    painter.setBrush(QColor(platform_color(name)))
    painter.drawRoundedRect(square, 3, 3)
    letter = QFont(theme.font("small", weight=600))
    letter.setPixelSize(11)
    painter.setFont(letter)
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(square, Qt.AlignmentFlag.AlignCenter, name[:1].upper())
    painter.setFont(theme.font("small", weight=500))
    painter.setPen(t.color("text"))
    area = QRect(rect.left() + 28, rect.top(), rect.width() - 28, rect.height())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
    painter.restore()


class PlatformBadge(QLabel):
    """A letter square and a name; it imitates nobody's logo."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """Another platform."""
        self._name = name
        self.setAccessibleName(name)
        self.setFixedSize(platform_width(name), CHIP_HEIGHT)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(platform_width(self._name), CHIP_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_platform(QPainter(self), self.rect(), self._name)
