"""Choose another passphrase; words drawn by chance are offered."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.crypto.strength import weigh
from evidence_app.crypto.words import SUGGESTED_WORDS, WORD_BITS, suggest_passphrase
from evidence_app.errors import EvidenceError
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Card, InlineMessage, PassphraseField, Text, secondary
from evidence_app.vault import keys
from evidence_app.workflows import keeping


class PassphraseDialog(RecordDialog):
    """A new passphrase, typed twice."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.set_words(
            self.tr("Change the passphrase"),
            self.tr(
                "The recovery sheet and the school’s key go on as they are. Backups made before still open "
                "with the old passphrase: make a new one afterwards."
            ),
            self.tr("Change it"),
        )
        self.fields = NewPassphrase((session.owner.name, session.owner.school))
        self.fields.second.submitted.connect(self.save)
        self.fields.grown.connect(self.grow)
        self.body.addWidget(self.fields)
        self.fields.first.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        if self.save_button.isEnabled() and self.fields.is_right():
            self.write(keeping.change_passphrase, self.fields.first.text())

    def done(self, result: int) -> None:
        self.fields.forget()
        super().done(result)


class NewPassphrase(QWidget):
    """Two fields, what the program thinks of the first, and words drawn by chance. `grown`: it needs room."""

    grown = Signal()

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__()
        self._known = known
        self.first = PassphraseField(
            self.tr("New passphrase"), hint=self.tr("Four or more unrelated words, 12 characters at least.")
        )
        self.second = PassphraseField(self.tr("The same again"))
        self.verdict = InlineMessage()
        self.first.changed.connect(lambda _text: self._typed())
        self.first.submitted.connect(self.second.setFocus)
        self.suggested = Text("", type="strong", token="accent", selectable=True)
        self.bits = Text("", type="hint")
        self.suggest_button = secondary(
            self.tr("Suggest words"), "refresh", size="compact", on_click=self.suggest
        )
        card = Card(look="sunken", padding=16)
        row = QHBoxLayout()
        row.addWidget(self.suggest_button)
        row.addStretch(1)
        card.add(row, self.suggested, self.bits)
        for part in (self.suggested, self.bits):
            part.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for one in (self.first, self.verdict, self.second, card):
            column.addWidget(one)

    def suggest(self) -> None:
        """Offer random words; the person types them, so that the hands learn them."""
        self.suggested.setText(suggest_passphrase())
        self.bits.setText(
            self.tr("{0} words drawn by chance from 2,048: {1} bits. Type them yourself, twice.").format(
                SUGGESTED_WORDS, SUGGESTED_WORDS * WORD_BITS
            )
        )
        for part in (self.suggested, self.bits):
            part.show()
        self.suggest_button.setText(self.tr("Other words"))
        self.suggest_button.updateGeometry()
        self.grown.emit()

    def _typed(self) -> None:
        """What the program thinks of it, while it is typed."""
        self.second.set_error("")
        typed = keys.normalised(self.first.text())
        if not typed:
            self.verdict.clear()
            return
        if self.verdict.isHidden():
            self.grown.emit()
        found = weigh(typed, self._known)
        if found.good:
            self.verdict.show_message(self.tr("Hard to guess."), "ok", "check-circle")
        else:
            self.verdict.show_message(
                self.tr("Too easy to guess. {0}").format(found.advice), "warn", "alert-circle"
            )

    def is_right(self) -> bool:
        """Whether it is good and the same twice; otherwise it is said in place, with the focus there."""
        try:
            keys.check_passphrase(self.first.text(), self._known)
        except EvidenceError as error:
            return self._refuse(self.first, error.message)
        if keys.normalised(self.first.text()) != keys.normalised(self.second.text()):
            return self._refuse(self.second, self.tr("The two are not the same. Type the second one again."))
        return True

    @staticmethod
    def _refuse(field: PassphraseField, words: str) -> bool:
        field.set_error(words)
        field.input.setFocus(Qt.FocusReason.OtherFocusReason)
        field.input.selectAll()
        return False

    def forget(self) -> None:
        """No passphrase stays in the fields, nor in what Undo would bring back."""
        for field in (self.first, self.second):
            field.setText("")
            field.clear()
        self.suggested.setText("")
        self.verdict.clear()
