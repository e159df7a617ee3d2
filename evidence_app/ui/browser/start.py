"""What stands in the capture browser before a page does: that it goes online, and what that means."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from evidence_app.ui.widgets import Card, Check, IconLabel, InlineMessage, Text, area, body, primary, section

_WIDTH = 600
_LEAST = 400


class StartCard(QWidget):
    """`agreed` says that the person wants to go online; `remembered` whether to ask the next time too."""

    agreed = Signal()
    remembered = Signal(bool)

    def __init__(self, online: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.go = primary(self.tr("Go online in this window"), "globe", on_click=self._agree)
        self.remember = Check(self.tr("Do not ask me again on this computer"), checked=online)
        self.remember.toggled.connect(self.remembered)
        self.message = InlineMessage()
        card = Card(padding=28, gap=10)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(IconLabel("globe", "accent", 24, line=28), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(section(self.tr("This window goes to the internet, because you opened it")), 1)
        card.add(head)
        for words in (
            self.tr(
                "Evidence itself sends nothing anywhere. Only the pages that you open here are asked for, "
                "and their sites can see that somebody at your internet connection looked."
            ),
            self.tr(
                "Use it for what you were sent or shown. Do not go looking on pupils’ pages, and do not use "
                "anybody else’s name or password."
            ),
            self.tr(
                "Nothing is downloaded. Cookies and everything else a site leaves are forgotten when you "
                "close the window."
            ),
        ):
            card.add(body(words))
        card.add(self.remember)
        row = QHBoxLayout()
        row.addWidget(self.go)
        row.addStretch(1)
        card.add(row)
        card.add(self.message)
        card.setMaximumWidth(_WIDTH)
        card.setMinimumWidth(_LEAST)
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.ready = Text(self.tr("Paste or type the address of the page above."), type="lead", wrap=False)
        self.go.setVisible(not online)
        self.ready.setVisible(online)
        frame = area("bg")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 24, 16, 24)
        column.setSpacing(20)
        column.addStretch(1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addWidget(self.ready, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def _agree(self) -> None:
        self.go.setEnabled(False)
        self.agreed.emit()

    def set_ready(self) -> None:
        """The browser is there: now an address."""
        self.go.hide()
        self.ready.show()

    def fail(self, words: str) -> None:
        """The browser could not be had."""
        self.go.setEnabled(True)
        self.go.setVisible(True)
        self.message.show_message(words)
