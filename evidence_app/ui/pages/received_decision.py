"""What was decided about a received bundle: a choice and a note are added, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from evidence_app import policy, workflows
from evidence_app.errors import EvidenceError
from evidence_app.policy import Moment
from evidence_app.records import RegisterRow, Statement
from evidence_app.ui import say
from evidence_app.ui.pages import register_words
from evidence_app.ui.pages.long_text import breakable
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Advice,
    Card,
    Chip,
    Divider,
    History,
    InlineMessage,
    SelectField,
    TextAreaField,
    hint,
    secondary,
    strong,
)
from evidence_app.workflows.registering import OUTCOME, OUTCOME_NOTE


def history_items(said: Sequence[Statement]) -> list[tuple[str, str]]:
    """Every outcome with its note, who stated it and when; newest first."""
    rules = policy.current()
    notes = {one.seq: one.value for one in said if one.field == OUTCOME_NOTE}
    items = []
    for one in reversed(said):
        if one.field == OUTCOME:
            day, time = say.short_day(one.at), say.minute(one.at)
            when = say.tr("{day}, {time}, by {name}").format(day=day, time=time, name=one.by)
            lines = [breakable(notes[one.seq])] if one.seq in notes else []
            items.append((rules.name_of(one.value, rules.outcomes), "\n".join([*lines, when])))
    return items


class DecisionCard(Card):
    """`recorded` after an outcome is in the record; the session says `changed` as well."""

    recorded = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What was decided"), gap=12, parent=parent)
        self._session = session
        self._reference = ""
        self.now = strong("")
        self.chip = Chip(" ")
        self.choice = SelectField(
            self.tr("Record what was decided"),
            [(one.name, one.code) for one in policy.current().outcomes],
            hint=self.tr("Added with your name and the time. Earlier ones stay."),
        )
        self.choice.input.setPlaceholderText(self.tr("Choose what was decided"))
        self.choice.input.setCurrentIndex(-1)
        self.choice.changed.connect(lambda _value: self.choice.set_error(""))
        self.note = TextAreaField(self.tr("Note"), optional=True, lines=3)
        self.note.input.setFixedHeight(80)
        self.record_button = secondary(self.tr("Record"), "pencil", on_click=self.record)
        self.message = InlineMessage()
        self.history = History()
        self._before = hint(self.tr("Recorded until now, newest first"))
        self._line = Divider()
        row = QHBoxLayout()
        row.addWidget(self.record_button)
        row.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.now, 1)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)
        self.advice = Advice(session.sent_away)
        self.add(head, Divider(), self.advice, self.choice, self.note, self.message, row)
        self.add(self._line, self._before, self.history)

    def show_row(self, one: RegisterRow, said: Sequence[Statement], *, claim: bool = False) -> None:
        """Show a bundle's decisions. What was typed for this one and not recorded stays."""
        if one.reference != self._reference:
            self._reference = one.reference
            self._clear()
            self.message.clear()
        self.now.setText(register_words.decision(one))
        self.chip.set_status(*register_words.waiting_status(one))
        self.advice.show_for([Moment.ALLEGATION, Moment.DECIDING] if claim else [Moment.DECIDING])
        items = history_items(said)
        self.history.set_items(items)
        for part in (self._line, self._before, self.history):
            part.setVisible(bool(items))

    def record(self) -> None:
        """Add the chosen outcome with the note to the record."""
        if not self.record_button.isEnabled():
            return
        code = self.choice.value()
        if code is None:
            self.choice.set_error(self.tr("Choose what was decided first."))
            self.choice.input.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.record_button.setEnabled(False)
        self.message.clear()
        self._session.runner.run(
            workflows.state_outcome,
            self._session.vault,
            self._reference,
            str(code),
            self.note.text(),
            on_done=self._done,
            on_error=self._failed,
            words=self.tr("Recording what was decided"),
        )

    def _done(self, _row: object) -> None:
        self.record_button.setEnabled(True)
        self._clear()
        self.message.show_message(self.tr("It is in your record."), "ok")
        self.choice.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self._session.changed.emit()
        self.recorded.emit()

    def _failed(self, error: BaseException) -> None:
        self.record_button.setEnabled(True)
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def _clear(self) -> None:
        self.choice.input.setCurrentIndex(-1)
        self.note.setText("")
