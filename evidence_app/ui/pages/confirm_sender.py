"""The question whether eight words match. The safe answer has the focus, never "Yes"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui.pages.contact_words import BY_TELEPHONE, IN_PERSON, short_name
from evidence_app.ui.widgets import (
    Card,
    InlineMessage,
    Link,
    NumberedStep,
    RadioRow,
    Text,
    WordGrid,
    card_title,
    hint,
    primary,
    secondary,
    strong,
)


class WordsQuestion(QWidget):
    """The other person's words, how they were compared, and the three answers.

    `matched` carries how ("in person", "by telephone"); it is not emitted before that is said. `doubtful`:
    there is a reason to expect somebody else, and the page's main button is "No".
    """

    matched = Signal(str)
    refused = Signal()
    postponed = Signal()

    def __init__(
        self, words: Sequence[str], about: str, *, doubtful: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.words = WordGrid(words, columns=3, size=44)
        panel = Card(look="tint", padding=16)
        panel.add(hint(about), self.words)
        self.how = RadioRow(
            self.tr("How did you compare them?"),
            [(self.tr("In person"), IN_PERSON), (self.tr("By telephone"), BY_TELEPHONE)],
        )
        self.message = InlineMessage()
        self.how.changed.connect(lambda _how: self.message.clear())
        self.yes = primary(self.tr("Yes, all eight match"), "check", on_click=self._yes)
        self.no = secondary(self.tr("No, or I am not sure"), on_click=self.refused.emit)
        if doubtful:
            self.yes.setProperty("kind", "secondary")
            self.no.setProperty("kind", "primary")
        self.later = Link(self.tr("Do this later"), on_click=self.postponed.emit)
        how = QHBoxLayout()
        how.setSpacing(18)
        how.addWidget(strong(self.tr("How did you compare them?"), wrap=False))
        how.addWidget(self.how, 1)
        answers = QHBoxLayout()
        answers.setSpacing(12)
        answers.addWidget(self.yes)
        answers.addWidget(self.no)
        answers.addSpacing(8)
        answers.addWidget(self.later)
        answers.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(10)
        column.addWidget(panel)
        column.addLayout(how)
        column.addWidget(card_title(self.tr("Are all eight words the same, in the same order?")))
        column.addLayout(answers)
        column.addWidget(self.message)

    def focus_safe(self) -> None:
        """The focus goes to "No, or I am not sure"."""
        self.no.setFocus(Qt.FocusReason.TabFocusReason)

    def say(self, text: str, kind: str = "bad") -> None:
        """A message below the answers."""
        self.message.show_message(text, kind)

    def _yes(self) -> None:
        how = self.how.value()
        if how is None:
            self.say(self.tr("Say first how you compared them: in person, or by telephone."), "warn")
            self.no.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.matched.emit(str(how))


class ConfirmCard(Card):
    """Three steps and the question (page 14). `doubtful` as in `WordsQuestion`."""

    def __init__(
        self, name: str, words: Sequence[str], *, doubtful: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(padding=24, gap=2, parent=parent)
        who = short_name(name)
        ask, once = self.tr("Confirm it is {0}"), self.tr("You only do this once.")
        if doubtful:
            ask, once = self.tr("Find out whether it is {0}"), ""
        heading = ask.format(who)
        self.setAccessibleName(heading)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Text(heading, type="section", wrap=False))
        if once:
            head.addWidget(Text(once, type="lead2", wrap=False))
        head.addStretch(1)
        about = self.tr("Sender’s fingerprint in this bundle, in words")
        self.question = WordsQuestion(words, about, doubtful=doubtful)
        third = NumberedStep(3, self.tr("Ask them to read out their words. Compare them with these"))
        third.body.addWidget(self.question)
        self.add(
            head,
            NumberedStep(
                1,
                self.tr("Meet {0}, or ring {0} on a number you already have").format(who),
                self.tr("Do not use a phone number or email that came with the bundle."),
            ),
            NumberedStep(
                2,
                self.tr("Ask them to open Contacts, then ‘My eight words’"),
                self.tr("They will see eight words on their screen."),
            ),
            third,
        )
