"""Messages in place: what happened, what is safe, what to do. Icon, words and colour together."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui import theme
from evidence_app.ui.widgets.icon import IconLabel
from evidence_app.ui.widgets.text import Strong, Text

ICONS = {
    "accent": "lock",
    "ok": "check-circle",
    "warn": "alert-circle",
    "bad": "x-circle",
    "neutral": "info",
}
"""The icon that goes with a status where no other is named."""


class InlineMessage(QWidget):
    """One quiet line under a field or a button; hidden while it has nothing to say."""

    def __init__(self, text: str = "", kind: str = "bad", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel("x-circle", "bad", 16, line=18)
        self._label = Text(type="message", token="bad")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 5, 0, 1)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)
        self.show_message(text, kind) if text else self.hide()

    def text(self) -> str:
        """The words shown now; empty while hidden."""
        return self._label.text()

    def show_message(self, text: str, kind: str = "bad", icon: str = "") -> None:
        """Say `text`; an empty one hides the line."""
        self._icon.set_icon(icon or ICONS[kind], kind if kind != "neutral" else "text_2")
        self._label.set_token(kind if kind != "neutral" else "text_2")
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def clear(self) -> None:
        """Say nothing."""
        self.show_message("", "neutral")


class Notice(QFrame):
    """A tinted box with icon, bold words and an optional sentence: "Sent to the printer at 09:41"."""

    def __init__(
        self,
        title: str,
        text: str = "",
        kind: str = "neutral",
        icon: str = "",
        *,
        inline: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind, self._inline = kind, inline
        self._icon = IconLabel(icon or ICONS[kind], kind, 20)
        self._title = Text(type="strong")
        self._text = Text(type="small" if not inline else "body")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(17, 12, 16, 12)
        row.setSpacing(12)
        row.addWidget(
            self._icon, 0, Qt.AlignmentFlag.AlignTop if text and not inline else Qt.AlignmentFlag(0)
        )
        row.addLayout(words, 1)
        self.set_message(title, text, kind, icon)

    def set_message(self, title: str, text: str = "", kind: str = "", icon: str = "") -> None:
        """Other words, and status where given. `text` may hold nothing."""
        self._kind = kind or self._kind
        token = "text" if self._kind == "neutral" else self._kind
        self._icon.set_icon(icon or ICONS[self._kind], token)
        if self._inline:
            self._title.hide()
            self._text.set_parts(Strong(title), " " if title and text else "", text)
        else:
            self._title.setText(title)
            self._title.set_token("text" if self._kind in ("neutral", "accent") else self._kind)
            self._text.setText(text)
        self._text.setVisible(bool(text) or self._inline)
        self.setAccessibleName(f"{title} {text}".strip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.kind_colors(self._kind)
        back = theme.tokens().bg if self._kind == "neutral" else colors.back
        painter.setBrush(QColor(back))
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
