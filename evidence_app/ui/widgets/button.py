"""Buttons and links. One primary button per screen; its label does not change while it is busy."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from evidence_app.ui import icons, theme

HEIGHTS = {"compact": theme.HEIGHT_COMPACT, "control": theme.HEIGHT_CONTROL, "hero": theme.HEIGHT_HERO}
ICON_SIZE = {"compact": 16, "control": 18, "hero": 20}
CTRL = Qt.KeyboardModifier.ControlModifier
PADDING = {"compact": 12, "control": 16, "hero": 20}


class _Pressable(QPushButton):
    """What buttons and links share: Enter works like Space, and the pointer over it is known."""

    def __init__(self, text: str, on_click: Callable[[], object] | None, parent: QWidget | None) -> None:
        super().__init__(text, parent)
        self._hover = False
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & CTRL:
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = False
        self.update()
        super().leaveEvent(event)


class Button(_Pressable):
    """A push button: `kind` is primary, secondary or bare; `size` compact (32), control (40), hero (48).

    `shortcut_hint` is shown after the words ("Ctrl L"); it does not install a shortcut. `token` colours
    the words of a bare button; `icon_after` stands behind them (the chevron of a menu).
    """

    def __init__(
        self,
        text: str,
        icon: str = "",
        *,
        kind: str = "secondary",
        size: str = "control",
        shortcut_hint: str = "",
        on_click: Callable[[], object] | None = None,
        min_width: int = 0,
        token: str = "",
        icon_after: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, on_click, parent)
        self._icon, self._size, self._hint, self._token = icon, size, shortcut_hint, token
        self._after = icon_after
        self.setProperty("kind", kind)
        self.setFont(theme.font("strong" if size != "hero" else "card", weight=600))
        if size == "compact":
            self.setFont(theme.font("hint", weight=600))
        self.setFixedHeight(HEIGHTS[size])
        self.setMinimumWidth(max(min_width, HEIGHTS[size]))
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    @property
    def kind(self) -> str:
        """primary, secondary or bare."""
        return str(self.property("kind"))

    def set_icon_name(self, icon: str) -> None:
        """Another icon, or none."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def set_shortcut_hint(self, hint: str) -> None:
        """Another key behind the words."""
        self._hint = hint
        self.updateGeometry()
        self.update()

    def icon_name(self) -> str:
        """The icon shown, or the empty string."""
        return self._icon

    def _hint_font(self) -> QFont:
        result = QFont(self.font())
        result.setWeight(QFont.Weight.Normal)
        return result

    def _words(self) -> str:
        return self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def _content_width(self) -> float:
        width = QFontMetricsF(self.font()).horizontalAdvance(self._words())
        if self._icon:
            width += ICON_SIZE[self._size] + (8 if self._words() else 0)
        if self._hint:
            width += 12 + QFontMetricsF(self._hint_font()).horizontalAdvance(self._hint)
        if self._after:
            width += 10 + ICON_SIZE[self._size]
        return width

    def sizeHint(self) -> QSize:
        width = round(self._content_width() + 0.5) + 2 * PADDING[self._size]
        return QSize(max(width, self.minimumWidth()), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colors(self) -> tuple[str, str, str]:
        """Background, outline, front: tokens, or an empty string for none."""
        lively = self.isEnabled() and (self._hover or self.isDown())
        if not self.isEnabled():
            return ("", "", "text_2") if self.kind == "bare" else ("sunken", "line", "text_2")
        if self.kind == "primary":
            fill = "accent_hover" if lively else "accent"
            return fill, fill, "on_accent"
        if self.isChecked():
            return "tint", "accent", "accent"
        if self.kind == "bare":
            return ("tint" if lively else ""), "", self._token or "text"
        return ("sunken" if lively else "surface"), "border", "text"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        back, line, front = self._colors()
        painter.setBrush(t.color(back) if back else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(t.color(line), 1) if line else Qt.PenStyle.NoPen)
        radius = theme.RADIUS_CONTROL
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._paint_content(painter, t.color(front), front)

    def _paint_content(self, painter: QPainter, color: QColor, token: str) -> None:
        width, height, size = self._content_width(), self.height(), ICON_SIZE[self._size]
        spread = bool(self._hint) and self.width() > width + 2 * PADDING[self._size] + 8
        left = PADDING[self._size] if spread else (self.width() - width) / 2
        if self._icon:
            icons.draw(painter, self._icon, token, QRectF(left, (height - size) / 2, size, size))
            left += size + 8
        painter.setPen(color)
        painter.setFont(self.font())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(left, 0, self.width(), height), align, self._words())
        if self._after:
            right = (self.width() + width) / 2 - size
            icons.draw(painter, self._after, token, QRectF(right, (height - size) / 2, size, size))
        if self._hint:
            painter.setFont(self._hint_font())
            hint_width = QFontMetricsF(self._hint_font()).horizontalAdvance(self._hint) + 1
            start = (
                self.width() - PADDING[self._size] - hint_width
                if spread
                else self.width() - hint_width - left
            )
            if not spread:
                start = (self.width() + width) / 2 - hint_width
            painter.drawText(QRectF(start, 0, hint_width, height), align, self._hint)


def primary(text: str, icon: str = "", **kw: object) -> Button:
    """The one filled button of a screen."""
    return Button(text, icon, kind="primary", **kw)  # type: ignore[arg-type]


def secondary(text: str, icon: str = "", **kw: object) -> Button:
    """An outlined button."""
    return Button(text, icon, kind="secondary", **kw)  # type: ignore[arg-type]


def bare(text: str, icon: str = "", **kw: object) -> Button:
    """A button without outline, for toolbars and inside fields."""
    return Button(text, icon, kind="bare", **kw)  # type: ignore[arg-type]


class IconButton(Button):
    """A square button with an icon only; `name` is both its accessible name and its tooltip."""

    def __init__(
        self,
        icon: str,
        name: str,
        *,
        kind: str = "bare",
        size: str = "control",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", icon, kind=kind, size=size, on_click=on_click, parent=parent)
        self.set_name(name)
        self.setFixedWidth(HEIGHTS[size])

    def set_name(self, name: str) -> None:
        """Other words for the tooltip and the screen reader."""
        self.setAccessibleName(name)
        self.setToolTip(name)


class Link(_Pressable):
    """Underlined words that act; focusable, Enter and Space work."""

    def __init__(
        self,
        text: str,
        *,
        type: str = "body",  # noqa: A002
        icon: str = "",
        icon_after: str = "",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, on_click, parent)
        self.setProperty("kind", "link")
        self._icon, self._after = icon, icon_after
        self.setFont(theme.font(type, weight=500))
        self.setFixedHeight(max(24, theme.TYPE[type].line))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon_after(self, icon: str) -> None:
        """Another icon behind the words (a chevron that turns)."""
        self._after = icon
        self.update()

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(self.font()).horizontalAdvance(self.text()) + 1
        width += 24 * bool(self._icon) + 24 * bool(self._after)
        return QSize(max(24, round(width + 0.5)), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        token = "accent" if self.isEnabled() else "text_2"
        height, left = self.height(), 0.0
        if self._icon:
            icons.draw(painter, self._icon, token, QRectF(0, (height - 16) / 2, 16, 16))
            left = 24.0
        painter.setFont(self.font())
        painter.setPen(theme.tokens().color(token))
        metrics = QFontMetricsF(self.font())
        width = metrics.horizontalAdvance(self.text())
        base = round((height + metrics.ascent() - metrics.descent()) / 2)
        painter.drawText(int(left), base, self.text())
        thickness = 2 if self._hover else 1
        painter.fillRect(QRectF(left, base + 3, width, thickness), theme.tokens().color(token))
        if self._after:
            icons.draw(painter, self._after, token, QRectF(left + width + 8, (height - 16) / 2, 16, 16))
