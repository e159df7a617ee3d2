"""Seal wizard, step 2: covered copies, what stays out with them and why, and what is restricted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app import fields, policy
from evidence_app.bundle import field_words
from evidence_app.fields import Of, Reach
from evidence_app.policy import Moment
from evidence_app.records import Exhibit, Incident
from evidence_app.ui import say
from evidence_app.ui.pages.describe_data import with_paragraph
from evidence_app.ui.pages.seal_parcels import joined
from evidence_app.ui.widgets import (
    Card,
    Check,
    ChoiceCard,
    ChoiceGroup,
    FactRows,
    InlineMessage,
    TextField,
    card_title,
    hint,
)

WITH_ORIGINALS, COPIES_ONLY = "originals", "copies"


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_covered", text)


def covered_words(exhibit: Exhibit, copies: Sequence[str]) -> str:
    """The column "Covered up": how much is covered, or which copy there is; empty where nothing is."""
    if exhibit.derived is not None:
        count = len(exhibit.derived.covers)
        return say.plural(count, _tr("part covered"), _tr("parts covered")) if count else _tr("Cut out")
    return _tr("Copy {0}").format(", ".join(copies)) if copies else ""


class CoveredChoice(QWidget):
    """How covered pictures go into the bundle for the people of the school."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        question = _tr("How should covered pictures go in?")
        self.answer = ChoiceGroup(
            question,
            [
                ChoiceCard(
                    _tr("Covered copies, with the originals behind them"),
                    _tr("The reader sees both, and which belongs to which."),
                    data=WITH_ORIGINALS,
                ),
                ChoiceCard(
                    _tr("Covered copies only"),
                    _tr("The originals stay in your vault, and so does everything that has no copy."),
                    data=COPIES_ONLY,
                ),
            ],
            value=WITH_ORIGINALS,
        )
        self.answer.changed.connect(lambda _data: self.changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(card_title(question))
        column.addWidget(self.answer)

    def copies_only(self) -> bool:
        """Whether only copies go in."""
        return not self.isHidden() and self.answer.value() == COPIES_ONLY


class OutsideCard(Card):
    """What those outside the school get: covered copies, or with a reason the originals as well."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(padding=16, gap=6)
        advice = policy.current().advice(Moment.SHARING)
        self._title = card_title("")
        self.whole = Check(_tr("Give them the originals as well"))
        self.why = TextField(
            _tr("Why do they need the originals?"),
            hint=_tr("The reason is kept in your own record. It is not in the bundle."),
        )
        self.add(self._title, hint(with_paragraph(advice.text, advice.paragraph)))
        self.add(self.whole, self.why)
        self.why.hide()
        self.whole.toggled.connect(self._toggled)
        self.why.changed.connect(lambda _text: self.changed.emit())
        self.hide()

    def show_for(self, names: Sequence[str]) -> None:
        """Who is outside; hidden where nobody is."""
        self._title.setText(_tr("Outside the school: {0}").format(joined(names)))
        if not names:
            self.whole.setChecked(False)
        self.setVisible(bool(names))

    def reason(self) -> str:
        """Why they get the originals; empty where they get copies only."""
        return self.why.text() if self.whole.isChecked() else ""

    def copies_only(self) -> bool:
        """Whether somebody outside gets copies only."""
        return not self.isHidden() and not self.whole.isChecked()

    def why_not(self) -> str:
        """What is missing before the next step."""
        if not self.isHidden() and self.whole.isChecked() and not self.why.text():
            return _tr("Say why they need the originals to continue")
        return ""

    def _toggled(self, on: bool) -> None:
        self.why.setVisible(on)
        if on:
            self.why.input.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()


class StaysOut(Card):
    """A plain list of what is not in a bundle of covered copies, and why."""

    def __init__(self) -> None:
        super().__init__(_tr("What stays out of the covered copies"), look="sunken")
        self._rows = FactRows(name_width=90)
        self.missing = InlineMessage()
        self.add(self._rows, self.missing)
        self.hide()

    def show_list(self, left_out: Mapping[str, str], without: Sequence[str]) -> None:
        """Number and reason of each; `without` are those of which there is no covered copy."""
        self._rows.clear()
        for number, reason in left_out.items():
            self._rows.add(number, f"{reason}.")
        words = ""
        if without:
            words = _tr(
                "To have {0} in it too, cover what others must not see: open the exhibit and choose "
                "“Cover parts”."
            ).format(joined(without))
        self.missing.show_message(words, "warn")
        self.setVisible(bool(left_out))


class RestrictedCard(Card):
    """What is restricted, such as protected characteristics: left out unless it is ticked with a reason."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(padding=16, gap=6)
        self._codes: frozenset[str] = frozenset()
        self._inside = True
        self.box = Check("")
        self._note = hint("")
        self._note.setContentsMargins(32, 0, 0, 0)
        self.why = TextField(
            _tr("Why does the reader need it?"),
            hint=_tr("The reason is kept in your own record. It is not in the bundle."),
        )
        self.add(self.box, self._note, self.why)
        self.why.hide()
        self.box.toggled.connect(self._toggled)
        self.why.changed.connect(lambda _text: self.changed.emit())
        self.hide()

    def fill(self, incident: Incident) -> None:
        """Show what is restricted of an incident; nothing is ticked."""
        stated = [
            (one, incident.statements[one.code].value)
            for one in fields.fields_of(Of.INCIDENT)
            if one.reach is Reach.RESTRICTED
            and one.code in incident.statements
            and incident.statements[one.code].value
        ]
        self._codes = frozenset(one.code for one, _ in stated)
        names = joined([one.name.lower() for one, _ in stated])
        self.box.setText(_tr("Put in what you said about {0}").format(names))
        said = "; ".join(field_words.value_words(one.code, value) for one, value in stated)
        paragraph = policy.current().advice(Moment.PROTECTED).paragraph
        self._note.setText(
            with_paragraph(
                _tr(
                    "You said: {0}. It is left out unless you tick this, and never goes outside the school"
                ).format(said),
                paragraph,
            )
            + "."
        )
        self.box.setAccessibleDescription(self._note.text())
        self.box.setChecked(False)
        self.why.setText("")
        self._show()

    def show_for(self, inside: bool) -> None:
        """Whether anybody of the school gets a bundle: it is for nobody else."""
        self._inside = inside
        if not inside:
            self.box.setChecked(False)
        self._show()

    def codes(self) -> frozenset[str]:
        """What goes in; empty unless it is ticked."""
        return self._codes if self.box.isChecked() else frozenset()

    def reason(self) -> str:
        """Why it goes in."""
        return self.why.text() if self.box.isChecked() else ""

    def why_not(self) -> str:
        """What is missing before the next step."""
        return _tr("Say why the reader needs it to continue") if self.codes() and not self.reason() else ""

    def _show(self) -> None:
        self.setVisible(bool(self._codes) and self._inside)

    def _toggled(self, on: bool) -> None:
        self.why.setVisible(on)
        if on:
            self.why.input.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()
