"""The first page of Help: danger first, the way in six steps, what must not be captured, who helps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.ui.pages.reader_card import ReaderCard
from evidence_app.ui.widgets import (
    Card,
    IconLabel,
    Notice,
    NumberedStep,
    ScrollPage,
    Strong,
    Text,
)

_ROOMY = 760


class HelpOverview(ScrollPage):
    """One page of short advice; the chapters of the handbook say the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((32, 24, 32, 24), 16, "bg", parent)
        self.setAccessibleName(self.tr("Help and support"))
        # Reading must be possible without a mouse: the arrow keys scroll.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.addWidget(
            Notice(
                self.tr("Is somebody in danger now?"),
                self.tr("Call 999 first. The record can wait; nothing you saved is lost."),
                "warn",
                "warning",
                inline=True,
            )
        )
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self._never())
        right.addWidget(self._lines())
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(16)
        self._columns.addWidget(self._how(), 3)
        self._columns.addLayout(right, 2)
        self.body.addLayout(self._columns)
        self.reader_card = ReaderCard()
        self.body.addWidget(self.reader_card)
        self.body.addStretch(1)

    def _how(self) -> QWidget:
        card = Card(self.tr("How to keep what you saw"), gap=4)
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
            (
                self.tr("Ask for a receipt, and drop it on this window"),
                self.tr("It says when your bundle arrived, and whether it was unchanged."),
            ),
        )
        for number, (title, words) in enumerate(steps, start=1):
            card.add(NumberedStep(number, title, words))
        card.body.addStretch(1)
        return card

    def _never(self) -> QWidget:
        card = Card()
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(IconLabel("hand", "bad", 20, line=24), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Text(self.tr("What you must not capture"), type="card"), 1)
        card.add(head)
        card.add(
            Text(
                Strong(
                    self.tr(
                        "Any picture that could show a person under 18 nude, partly nude or in a sexual way."
                    )
                ),
                self.tr(
                    " Not even as evidence, not even if a computer made it. Close it, and tell the "
                    "Headteacher and the safeguarding lead at once, in words only."
                ),
            )
        )
        card.add(
            Text(
                self.tr("Do not go looking on pupils' pages. Record what you were sent or shown."),
                type="body2",
            )
        )
        return card

    def _lines(self) -> QWidget:
        card = Card(self.tr("Support for school staff"))
        card.add(Text(self.tr("This can be hard to read alone. You do not have to."), type="body2"))
        for line in policy.current().helplines:
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(Text(line.name, type="strong"))
            words.addWidget(Text(line.about, type="hint"))
            if line.contact:
                words.addWidget(Text(line.contact, type="body", selectable=True))
            card.add(words)
        card.add(
            Text(
                self.tr("As of the edition “{0}”. Check a number before you rely on it.").format(
                    policy.current().edition
                ),
                type="hint",
            )
        )
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().width() >= _ROOMY
        sideways, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(sideways if roomy else down)
