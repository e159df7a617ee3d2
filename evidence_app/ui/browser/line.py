"""The line under the bar of the capture browser: how one looks, or what the last capture came to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from evidence_app.ui.widgets import IconLabel, InlineMessage, Link, Text

_HEIGHT = 40


class TellingLine(QFrame):
    """`tell` replaces the words about how one looks; `describe_requested` comes from the link beside it."""

    describe_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("area", "footer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._eye = IconLabel("eye", "text_2", 16, line=20)
        self._words = Text(
            self.tr(
                "Evidence does not like, reply or download, and forgets this site when you close the window."
            ),
            type="body",
        )
        self.message = InlineMessage()
        self.say_more = Link(
            self.tr("Add what you know"), icon_after="arrow-right", on_click=self.describe_requested.emit
        )
        self.say_more.hide()
        self.setMinimumHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 6, 16, 6)
        row.setSpacing(10)
        row.addWidget(self._eye)
        row.addWidget(self._words, 1)
        row.addWidget(self.message, 1)
        row.addWidget(self.say_more)

    def tell(self, words: str, kind: str) -> None:
        """Show a message; without words, how one looks."""
        self.message.show_message(words, kind)
        self._words.setVisible(not words)
        self._eye.setVisible(not words)
        self.say_more.hide()
