"""The question of 8.1, asked once before the first picture of an incident is written."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLayout, QWidget

from evidence_app import workflows
from evidence_app.policy import Moment, current
from evidence_app.records import StopAnswer
from evidence_app.ui.pages.access_choice import AccessChoice
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Advice, ChoiceCard, ChoiceGroup, TextField, hint
from evidence_app.vault.vault import Vault


class StopQuestion(RecordDialog):
    """`recorded` carries the `StopAnswered`; closed without an answer, nothing may be captured.

    `incident` None: for captures that are not filed yet, once a session. The keys N, Y and S choose. The
    focus begins on "not sure", and nothing is chosen.
    """

    def __init__(self, session: Session, incident: str | None, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._incident = incident
        stop = current().stop
        self.set_words(stop.question, stop.about, self.tr("Continue"))
        self.setWindowTitle(self.tr("Before you capture"))
        where = self.tr("captures that are not filed yet") if incident is None else incident
        self.setAccessibleDescription(f"{stop.about} {self.tr('Asked once for {0}.').format(where)}")
        self.cards = {
            StopAnswer(one.code): ChoiceCard(one.name, one.about, data=StopAnswer(one.code))
            for one in stop.answers
        }
        self.answers = ChoiceGroup(stop.question, list(self.cards.values()))
        self.answers.changed.connect(lambda _value: self.message.clear())
        for card in self.cards.values():
            card.confirmed.connect(self.save)
        self.body.addWidget(self.answers)
        self.body.addWidget(
            hint(
                self.tr(
                    "Asked once for {0}, before the first one. Paragraph {1}. Keys: N, S or Y, then Enter."
                ).format(where, stop.paragraph)
            )
        )
        self.access = AccessChoice()
        self.access.setVisible(incident is not None and not workflows.access_of(session.vault, incident))
        self.body.addWidget(self.access)
        self.setMinimumWidth(700)
        advice = Advice(session.sent_away, Moment.PUPIL_PAGE, Moment.COVERT_ACCESS)
        # One piece of advice is enough: what was chosen says it more exactly.
        self.access.advised.connect(lambda on: advice.setVisible(not on and advice.moment is not None))
        self.body.addWidget(advice)
        self.cards[StopAnswer.NOT_SURE].setFocus(Qt.FocusReason.TabFocusReason)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """As high as the words need at this width: counted without it a small screen would be too low."""
        layout = self.layout()
        if layout is not None:
            layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
            height = layout.totalHeightForWidth(self.width())
            self.setMinimumHeight(height)
            self.resize(self.width(), height)

    def choose(self, answer: StopAnswer) -> None:
        """Choose an answer, and put the keyboard on it."""
        self.answers.set_value(answer)
        self.cards[answer].setFocus(Qt.FocusReason.TabFocusReason)

    def save(self) -> None:
        answer = self.answers.value()
        if not isinstance(answer, StopAnswer):
            self.message.show_message(self.tr("Choose one of the answers. Nothing is captured before."))
            return
        self.write(_answer, self._incident, answer, self.access.code())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_N: StopAnswer.NO,
            Qt.Key.Key_Y: StopAnswer.YES,
            Qt.Key.Key_S: StopAnswer.NOT_SURE,
        }
        answer = keys.get(Qt.Key(event.key())) if not event.modifiers() else None
        if answer is not None:
            self.choose(answer)
        else:
            super().keyPressEvent(event)


def _answer(vault: Vault, incident: str | None, answer: StopAnswer, access: str) -> object:
    """The answer first: it decides whether anything may be kept. Then how they came to see it (6.9)."""
    said = workflows.answer_stop(vault, incident, answer)
    if incident is not None and access:
        workflows.state(vault, incident, {"access": access})
    return said


def _allow(vault: Vault, incident: str | None, advised_by: str) -> object:
    return workflows.answer_stop(vault, incident, StopAnswer.NO, advised_by=advised_by)


class AllowedDialog(RecordDialog):
    """After "yes" or "not sure": somebody who may say so has said that pictures can be kept."""

    def __init__(self, session: Session, incident: str | None, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._incident = incident
        self.set_words(
            self.tr("Pictures may be kept after all?"),
            self.tr(
                "Only the safeguarding lead or the police can say so. Your earlier answer stays in "
                "the record, and so does this."
            ),
            self.tr("Record it"),
        )
        self.name = TextField(self.tr("Who said so?"), placeholder=self.tr("For example: Nadia Ellery"))
        self.name.submitted.connect(self.save)
        self.body.addWidget(self.name)
        self.cancel_button.setFocus()

    def save(self) -> None:
        if not self.name.text():
            self.name.set_error(self.tr("Write the name of who said so."))
            self.name.input.setFocus()
            return
        self.write(_allow, self._incident, self.name.text())
