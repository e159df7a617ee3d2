"""Help: danger first, what must not be captured, who helps. Readable without unlocking."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.ui.widgets import Card, Notice, NumberedStep, ScrollPage, Text, secondary


class HelpPage(ScrollPage):
    """One page of short advice. `closed` only where it was opened from the unlock page."""

    closed = Signal()

    def __init__(self, *, closable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__((40, 32, 40, 32), 16, "bg", parent)
        self.setAccessibleName(self.tr("Help"))
        head = QHBoxLayout()
        head.addWidget(Text(self.tr("Help and support"), type="title"), 1)
        if closable:
            head.addWidget(secondary(self.tr("Back"), "arrow-left", on_click=self.closed.emit))
        self.body.addLayout(head)
        self.body.addWidget(
            Notice(
                self.tr("Is somebody in danger now?"),
                self.tr("Call 999 first. The record can wait; nothing you saved is lost."),
                "warn",
                "warning",
                inline=True,
            )
        )
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self._how(), 3)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self._lines())
        right.addWidget(self._never())
        right.addStretch(1)
        columns.addLayout(right, 2)
        self.body.addLayout(columns)
        self.body.addStretch(1)

    def _how(self) -> QWidget:
        card = Card(self.tr("How to keep what you saw"))
        steps = (
            (
                self.tr("Capture before you block, report or reply"),
                self.tr(
                    "Press Ctrl+Shift+E with the post on the screen. Include the web address if you can. "
                    "Do not answer the person."
                ),
            ),
            (
                self.tr("Stop when you want"),
                self.tr(
                    "The picture is sealed at the click. You can add what you know today or another day."
                ),
            ),
            (
                self.tr("Say what you know, and say it is yours"),
                self.tr(
                    "What the program saw stands under Observed. What you say stands under Stated. "
                    "A correction is added; the first words stay."
                ),
            ),
            (
                self.tr("Seal a bundle for the Headteacher"),
                self.tr(
                    "If it concerns the Headteacher, it goes to the Chair of Governors instead. "
                    "Only the person you choose can open it."
                ),
            ),
            (
                self.tr("Compare the eight words"),
                self.tr("In person or on a number you already have. Then each of you knows whose key it is."),
            ),
        )
        for number, (title, words) in enumerate(steps, start=1):
            card.add(NumberedStep(number, title, words))
        card.body.addStretch(1)
        return card

    def _lines(self) -> QWidget:
        card = Card(self.tr("Support for school staff"))
        card.add(Text(self.tr("This can be hard to read alone. You do not have to."), type="body2"))
        for line in policy.current().helplines:
            card.add(Text(line.name, type="strong"))
            card.add(Text(line.about, type="hint"))
        return card

    def _never(self) -> QWidget:
        card = Card(self.tr("What you must not capture"))
        card.add(
            Text(
                self.tr(
                    "Any picture that could show a person under 18 nude, partly nude or in a "
                    "sexual way. "
                    "Not even as evidence, not even made by a computer. Close it, and tell the Headteacher and "
                    "the safeguarding lead at once, in words only."
                )
            )
        )
        card.add(
            Text(
                self.tr("Do not go looking on pupils' pages. Record what you were sent or shown."),
                type="body2",
            )
        )
        return card
