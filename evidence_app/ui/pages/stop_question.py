"""The question before a picture is kept (8.1); the words are those of the policy."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from evidence_app import workflows
from evidence_app.policy import current
from evidence_app.records import StopAnswer, StopAnswered
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import RadioRow, TextField
from evidence_app.vault.vault import Vault

_CLOSED = frozenset({StopAnswer.YES, StopAnswer.NOT_SURE})


def is_open(vault: Vault, incident: str) -> bool:
    """Whether a capture may begin without asking first: it was answered with "no"."""
    said = workflows.stop_answer(vault, incident or None)
    return said is not None and said.answer is StopAnswer.NO


def _record(vault: Vault, incident: str, answer: StopAnswer, advised_by: str) -> StopAnswered:
    return workflows.answer_stop(vault, incident or None, answer, advised_by=advised_by)


class StopQuestion(RecordDialog):
    """Asks once; nothing is chosen beforehand. `recorded` carries the `StopAnswered`."""

    def __init__(self, session: Session, incident: str, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._incident = incident
        stop = current().stop
        self.set_words(stop.question, stop.about, self.tr("Record my answer"))
        self._title.setWordWrap(True)
        self.answers = RadioRow(stop.question, [(one.name, one.code) for one in stop.answers])
        self.body.addWidget(self.answers)
        said = workflows.stop_answer(session.vault, incident or None)
        self.advised_by = TextField(self.tr("Who said that pictures may be kept here after all?"))
        # After yes or not sure only the advice of somebody who may give it opens an incident again.
        self.advised_by.setVisible(bool(incident) and said is not None and said.answer in _CLOSED)
        self.body.addWidget(self.advised_by)
        self.answers.setFocus()

    def save(self) -> None:
        chosen = self.answers.value()
        if chosen is None:
            self.message.show_message(self.tr("Choose one of the answers. Nothing is captured before."))
            return
        self.write(_record, self._incident, StopAnswer(str(chosen)), self.advised_by.text())
