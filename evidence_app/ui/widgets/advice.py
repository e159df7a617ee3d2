"""A sentence of guidance at the moment it is needed: one line with its paragraph, never in the way.

It can be sent away, and then stays away until the window is locked.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from evidence_app import policy
from evidence_app.policy import Moment
from evidence_app.ui import theme
from evidence_app.ui.widgets.button import IconButton
from evidence_app.ui.widgets.icon import IconLabel
from evidence_app.ui.widgets.text import Quiet, Text


class Advice(QFrame):
    """`show_for` the moments that apply now: the first that was not sent away is said, or nothing.

    `sent_away` is shared by all the advice of one unlocked window.
    """

    def __init__(self, sent_away: set[Moment], *moments: Moment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sent_away = sent_away
        self._moments: tuple[Moment, ...] = ()
        self.moment: Moment | None = None
        self._text = Text(type="small")
        self.close_button = IconButton("close", self.tr("Send this advice away"), size="compact")
        self.close_button.setFixedSize(24, 24)
        self.close_button.clicked.connect(self._send_away)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 7, 7)
        row.setSpacing(10)
        row.addWidget(IconLabel("info", "accent", 16, line=20), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.show_for(moments)

    def show_for(self, moments: Iterable[Moment]) -> None:
        """Say what applies now."""
        self._moments = tuple(moments)
        self.moment = next((one for one in self._moments if one not in self._sent_away), None)
        if self.moment is not None:
            said = policy.current().advice(self.moment)
            paragraph = self.tr("Paragraph {0}").format(said.paragraph) if said.paragraph else ""
            self._text.set_parts(said.text, Quiet(f" {paragraph}"))
            self.setAccessibleName(f"{said.text} {paragraph}".strip())
            self.close_button.set_name(self.tr("Send this advice away: {0}").format(said.text))
            self.close_button.setToolTip(self.tr("Send this advice away"))
        self.setVisible(self.moment is not None)

    def text(self) -> str:
        """What is said now; empty where nothing is."""
        return "" if self.moment is None else self._text.text()

    def _send_away(self) -> None:
        if self.moment is not None:
            self._sent_away.add(self.moment)
            self.show_for(self._moments)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.kind_colors("accent")
        painter.setBrush(QColor(colors.back))
        painter.setPen(QPen(QColor(colors.line), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
