"""The question in the page's place where a site could not show who it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.widgets import Notice, secondary


class TrustQuestion(QFrame):
    """`ask` says what is wrong; the safe answer has the keyboard."""

    left = Signal()
    accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("area", "bg")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words = Notice(self.tr("This site could not show who it is"), " ", "bad", "warning")
        self.leave_button = secondary(self.tr("Do not open it"), on_click=self.left.emit)
        self.accept_button = secondary(
            self.tr("Open it, and record the problem"), on_click=self.accepted.emit
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.leave_button)
        buttons.addWidget(self.accept_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 40, 32, 32)
        column.setSpacing(16)
        column.addWidget(self._words)
        column.addLayout(buttons)
        column.addStretch(1)

    def set_problem(self, sentence: str) -> None:
        """Say what is wrong with the certificate, as a sentence."""
        self._words.set_message(
            self.tr("This site could not show who it is"),
            self.tr(
                "{0} You can leave it. If you open it to capture what is there, the problem is recorded with "
                "the capture. Do not sign in."
            ).format(sentence),
        )
