"""The six small steps of "Describe what happened"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from evidence_app import policy
from evidence_app.policy import HEAD, Moment
from evidence_app.records import Said, Source, Statement
from evidence_app.ui.pages import describe_data
from evidence_app.ui.pages.describe_data import LINKED, WHY, Described
from evidence_app.ui.pages.describe_fields import (
    AnswerInput,
    ChoiceInput,
    Input,
    RowsInput,
    SeveralInput,
    TextInput,
)
from evidence_app.ui.widgets import (
    Card,
    InlineMessage,
    Notice,
    SelectField,
    Text,
    TextField,
    WizardPage,
    section,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("describe", text)


class Step(WizardPage):
    """A page of fields. `needs` are the fields without which it is not complete."""

    changed = Signal()
    needs: tuple[str, ...] = ()

    def __init__(self, title: str, lead: str = "") -> None:
        super().__init__(title, lead)
        self.message = Notice("", "", "bad")
        self.message.hide()
        self.body.addWidget(self.message)
        self.fields: list[Input] = []
        self.rows: list[RowsInput] = []

    def put(self, *inputs: Input | RowsInput, into: QHBoxLayout | None = None) -> None:
        """Add fields to the page, below each other or beside each other."""
        for one in inputs:
            if isinstance(one, Input):
                self.fields.append(one)
            else:
                self.rows.append(one)
            one.changed.connect(self.changed)
            if into is None:
                self.body.addWidget(one)
            else:
                into.addWidget(one, 1, Qt.AlignmentFlag.AlignTop)

    def inputs(self) -> list[Input]:
        """Every input, those in rows too."""
        return [*self.fields, *(one for row in self.rows for one in row.inputs())]

    def fill(self, described: Described) -> None:
        """Show what is on record."""
        for one in self.fields:
            one.fill(described.incident.statements)
        for row in self.rows:
            row.fill(described.incident.statements)

    def changes(self) -> list[Said]:
        """What differs from the record."""
        return [said for said in (one.change() for one in self.inputs()) if said is not None]

    def restore(self, said: Sequence[Said]) -> None:
        """Fill in what was typed earlier and is not on record; what belongs to another step stays out."""
        for one in said:
            for row in self.rows:
                row.make_for(one.field)
        for field in self.inputs():
            found = next((one for one in said if one.field == field.code), None)
            if found is not None:
                field.restore(found)

    def knows(self, said: Sequence[Said]) -> bool:
        """Whether any of this was typed on this step."""
        whole = {*(one.code for one in self.fields), *(row.code for row in self.rows)}
        return any(one.field.partition(".")[0] in whole for one in said)

    def settle(self, sent: list[Said], described: Described, refused: Mapping[str, str]) -> None:
        """After saving: what was taken is on record, what was not says why, at its field."""
        taken = {one.field: one.value for one in sent if one.field not in refused}
        for one in self.inputs():
            if one.code in taken:
                one.settle(taken[one.code], described.incident.statements)
        for row in self.rows:
            row.settle(described.incident.statements)
        self.mark(refused)

    def mark(self, refused: Mapping[str, str]) -> None:
        """Say at each field why it was not taken; the first of them gets the keyboard."""
        wrong = [one for one in self.inputs() if one.code in refused]
        for one in wrong:
            one.set_error(refused[one.code])
        if wrong:
            first = wrong[0]
            self.ensureWidgetVisible(first)
            target = first.findChild(QWidget, "", Qt.FindChildOption.FindChildrenRecursively)
            editor = getattr(getattr(first, "field", None), "editor", target)
            if editor is not None:
                editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_missing(self, statements: Mapping[str, Statement]) -> bool:
        """Whether something that the step asks for was not said yet."""
        return any(code not in statements or not statements[code].value for code in self.needs)


class SafetyStep(Step):
    """Danger first, and what decides who is told."""

    danger_now = Signal()
    needs = ("danger", "child_involved", "concerns_head", "harm_by_staff", "radicalisation")

    def __init__(self) -> None:
        super().__init__(
            _tr("First, is everybody safe?"),
            _tr("These answers decide who is told. You can change them later; nothing is overwritten."),
        )
        head = policy.current().role(HEAD).name
        self.danger = AnswerInput("danger", _tr("Is anybody in immediate danger?"), Moment.DANGER)
        self.child = AnswerInput("child_involved", _tr("Is a child involved?"), Moment.CHILD)
        self.head = AnswerInput(
            "concerns_head", _tr("Does it concern the {0}?").format(head), Moment.CONCERNS_HEAD
        )
        self.harm = AnswerInput(
            "harm_by_staff", _tr("Does anybody say that staff harmed a child?"), Moment.ALLEGATION
        )
        self.radicalisation = AnswerInput(
            "radicalisation", _tr("Could somebody be drawn into extremism?"), Moment.RADICALISATION
        )
        self.put(self.danger, self.child, self.head, self.harm, self.radicalisation)
        self.body.addStretch(1)
        self.danger.changed.connect(self._look)

    def _look(self) -> None:
        if self.danger.text() == "yes":
            self.danger_now.emit()


class WhenStep(Step):
    """Three times, of which two say how sure they are."""

    def __init__(self) -> None:
        super().__init__(
            _tr("When did it happen?"),
            _tr("A day is enough. Leave out what you do not know, or choose Not known."),
        )
        for code, label in (
            ("happened_first", _tr("First happened")),
            ("happened_last", _tr("Last happened")),
        ):
            row = QHBoxLayout()
            row.setSpacing(16)
            self.put(
                TextInput(code, label),
                ChoiceInput(f"{code}_certainty", _tr("{0}: how sure?").format(label)),
                into=row,
            )
            self.body.addLayout(row)
        self.put(TextInput("noticed", _tr("When did you notice it?")))
        self.body.addStretch(1)

    def is_missing(self, statements: Mapping[str, Statement]) -> bool:
        said = {code: one.value for code, one in statements.items()}
        return not said.get("happened_first") and said.get("happened_first_certainty") != "unknown"


class WhoStep(Step):
    """At whom it is aimed, who seems to have written it, and on what grounds anybody is suspected."""

    needs = ("aimed_at", "person_kind")

    def __init__(self) -> None:
        super().__init__(
            _tr("Who is it about?"),
            _tr("Names of accounts belong to the captures. Here is what you think, apart from them."),
        )
        row = QHBoxLayout()
        row.setSpacing(16)
        self.put(
            ChoiceInput("aimed_at", _tr("Who is it aimed at?")),
            ChoiceInput("person_kind", _tr("Who seems to have written it?")),
            into=row,
        )
        self.body.addLayout(row)
        self.put(
            TextInput("suspected_author", _tr("Do you suspect somebody?"), optional=True),
            TextInput(
                "suspected_author_grounds",
                _tr("On what grounds?"),
                hint=_tr("What you saw or were told, and by whom. A suspicion is kept as one."),
                optional=True,
                lines=2,
            ),
            AnswerInput(
                "family_link",
                _tr("Are you family of a pupil in it, and the school knows?"),
                Moment.PUPIL_PAGE,
            ),
            TextInput("family_link_about", _tr("How you are related, and who knows"), optional=True),
        )
        self.body.addStretch(1)


class WhatStep(Step):
    """The facts, and apart from them what it did to the person."""

    needs = ("facts",)

    def __init__(self) -> None:
        super().__init__(_tr("What happened?"))
        rules = policy.current()
        self.put(
            SeveralInput("kind", _tr("What kind of abuse is it?")),
            TextInput(
                "facts",
                _tr("What happened"),
                hint=describe_data.guidance(rules.advice(Moment.INTENT)),
                lines=5,
            ),
            TextInput(
                "effect",
                _tr("What it did to you, or to the person it is aimed at"),
                hint=describe_data.guidance(rules.advice(Moment.DISTRESS)),
                optional=True,
                lines=3,
            ),
            TextInput("opinion", _tr("What you think was meant by it"), optional=True, lines=2),
        )


class ToldStep(Step):
    """Who was told, what was reported, and references."""

    def __init__(self) -> None:
        super().__init__(
            _tr("Who knows about it?"), _tr("Only what has happened already. You can come back later.")
        )
        self.told = RowsInput("told", _tr("Whom you told"), _tr("Add a person"))
        self.platform = RowsInput("platform_report", _tr("Reports to the platform"), _tr("Add a report"))
        self.police = RowsInput("police_reference", _tr("Police"), _tr("Add a reference"))
        self.helpline = RowsInput("helpline_reference", _tr("Helpline"), _tr("Add a call"))
        self.union = RowsInput("union_reference", _tr("Union (only you can read this)"), _tr("Add a contact"))
        for row in (self.told, self.platform, self.police, self.helpline, self.union):
            row.add_button.setAccessibleName(f"{row.label}: {row.add_button.text()}")
        self.put(self.told, self.platform, self.police, self.helpline, self.union)
        self.body.addStretch(1)


class AccessStep(Step):
    """How the person came to see it (6.9), with the policy's advice; and incidents that belong together."""

    needs = ("access",)

    def __init__(self) -> None:
        super().__init__(_tr("How did you come to see it?"))
        self._access = {one.code: one for one in policy.current().access}
        self.access = ChoiceInput("access", _tr("How you came to see it"))
        self.advice = Notice("", "", "neutral", "info")
        self.advice.hide()
        self.put(self.access)
        self.body.addWidget(self.advice)
        self.put(TextInput("access_about", _tr("In your own words"), optional=True))
        self.body.addSpacing(8)
        self.body.addWidget(section(_tr("Does it belong to another incident?")))
        card = Card(look="sunken", padding=16)
        self.links = Text(type="body")
        self.other = SelectField(_tr("Link it with"), [])
        self.why = TextField(_tr("Why they belong together"), optional=True)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.other, 1)
        row.addWidget(self.why, 1)
        card.add(self.links, row)
        self.none = InlineMessage(_tr("There is no other incident that it could be linked with."), "neutral")
        card.add(self.none)
        self.body.addWidget(card)
        self.body.addStretch(1)
        self.access.changed.connect(self._advise)
        self.other.changed.connect(lambda _value: self.changed.emit())
        self.why.changed.connect(lambda _text: self.changed.emit())

    def fill(self, described: Described) -> None:
        super().fill(described)
        self._advise()
        self._fill_links(described)

    def _fill_links(self, described: Described) -> None:
        lines = [
            f"{one.reference} {one.title}" + (f": {one.why}" if one.why else "") for one in described.links
        ]
        self.links.setText("\n".join([_tr("Linked with:"), *lines]) if lines else "")
        self.links.setVisible(bool(lines))
        select = self.other.input
        select.clear()
        select.addItem(_tr("No other incident"), "")
        for reference, title in described.others.items():
            select.addItem(f"{reference} {title}", reference)
        select.setCurrentIndex(0)
        self.why.setText("")
        self.other.setVisible(bool(described.others))
        self.why.setVisible(bool(described.others))
        self.none.setVisible(not described.others and not lines)

    def changes(self) -> list[Said]:
        found = super().changes()
        other = str(self.other.value() or "")
        if other:
            found += [Said(LINKED, other, Source.TYPED), Said(WHY, self.why.text(), Source.TYPED)]
        return found

    def restore(self, said: Sequence[Said]) -> None:
        super().restore(said)
        typed = {one.field: one.value for one in said}
        if LINKED in typed:
            self.other.input.setCurrentIndex(self.other.input.findData(typed[LINKED]))
            self.why.setText(typed.get(WHY, ""))
        self._advise()

    def knows(self, said: Sequence[Said]) -> bool:
        return super().knows(said) or any(one.field in (LINKED, WHY) for one in said)

    def settle(self, sent: list[Said], described: Described, refused: Mapping[str, str]) -> None:
        super().settle(sent, described, refused)
        self._advise()
        if LINKED in refused:
            self.other.set_error(refused[LINKED])
        elif any(one.field == LINKED for one in sent):
            self._fill_links(described)

    def _advise(self) -> None:
        chosen = self._access.get(self.access.text())
        advice = "" if chosen is None else chosen.advice
        if chosen is not None and advice:
            self.advice.set_message(
                describe_data.with_paragraph(advice, chosen.paragraph),
                _tr("That this was shown to you is kept with your answer."),
                "warn" if chosen.caution else "neutral",
                "" if chosen.caution else "info",
            )
        self.advice.setVisible(bool(advice))
