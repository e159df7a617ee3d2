"""The fields of "Describe what happened": one widget for each kind of value that can be stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import fields, policy
from evidence_app.fields import FieldSpec, Kind
from evidence_app.policy import Moment
from evidence_app.records import Said, Source, Statement
from evidence_app.ui import theme
from evidence_app.ui.pages import describe_data
from evidence_app.ui.pages.origin import Origin
from evidence_app.ui.widgets import (
    Card,
    InlineMessage,
    RadioRow,
    SelectField,
    Text,
    TextAreaField,
    TextField,
    ToggleChips,
    secondary,
    strong,
)

_EXAMPLE = "2026-03-12 14:15"


def _tr(text: str) -> str:
    return QCoreApplication.translate("describe_fields", text)


class Input(QWidget):
    """One field of an incident. `changed` when the person did something; the text is what is stated."""

    changed = Signal()

    def __init__(self, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = code
        self._on_record = ""
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)

    def text(self) -> str:
        """What stands there now, as it would be stated."""
        raise NotImplementedError

    def show_value(self, value: str) -> None:
        """Show a stated value; an empty one where nothing was said."""
        raise NotImplementedError

    def set_error(self, words: str) -> None:
        """Say in place why this cannot be stated."""
        raise NotImplementedError

    def source(self) -> Source:
        """Where the words come from."""
        return Source.TYPED

    def fill(self, statements: Mapping[str, Statement]) -> None:
        """Show what is on record."""
        said = statements.get(self.code)
        self.show_value("" if said is None else said.value)
        self._on_record = self.text()

    def restore(self, said: Said) -> None:
        """Show what was typed earlier; it is not on record."""
        self.show_value(said.value)
        self.changed.emit()

    def change(self) -> Said | None:
        """What differs from the record, or None."""
        now = self.text()
        return None if now == self._on_record else Said(self.code, now, self.source())

    def settle(self, sent: str, statements: Mapping[str, Statement]) -> None:
        """`sent` is on record now; what was typed since then stays."""
        self._on_record = sent
        if self.text() == sent:
            self.fill(statements)
            self.set_error("")


class AnswerInput(Input):
    """Yes, no or not sure; with what the policy says at the moment of a yes."""

    def __init__(self, code: str, question: str, moment: Moment) -> None:
        super().__init__(code)
        self._advice = describe_data.guidance(policy.current().advice(moment))
        options = ((_tr("Yes"), "yes"), (_tr("No"), "no"), (_tr("Not sure"), "unknown"))
        self.row = RadioRow(question, options)
        self.row.changed.connect(self._tell)
        self.message = InlineMessage()
        for words, radio in zip((words for words, _ in options), self.row.radios(), strict=True):
            radio.setAccessibleName(f"{question} {words}")
        self.column.addWidget(strong(question))
        self.column.addWidget(self.row)
        self.column.addWidget(self.message)

    def text(self) -> str:
        return str(self.row.value() or "")

    def show_value(self, value: str) -> None:
        self.row.set_value(value or None)
        self._advise()

    def set_error(self, words: str) -> None:
        if words:
            self.message.show_message(words)
        else:
            self._advise()

    def _tell(self, _value: object) -> None:
        self._advise()
        self.changed.emit()

    def _advise(self) -> None:
        said = self.text() in ("yes", "unknown")
        self.message.show_message(self._advice if said else "", "neutral")


class ChoiceInput(Input):
    """One of a list of the policy."""

    def __init__(self, code: str, label: str, placeholder: str = "", *, hint: str = "") -> None:
        super().__init__(code)
        spec = _spec(code)
        self._offered = spec.offered(policy.current())
        self.field = SelectField(label, [(one.name, one.code) for one in self._offered], hint=hint)
        self.field.input.setPlaceholderText(placeholder or _tr("Choose"))
        self.field.input.setCurrentIndex(-1)
        self.field.changed.connect(lambda _value: self.changed.emit())
        self.column.addWidget(self.field)

    def text(self) -> str:
        return str(self.field.value() or "")

    def show_value(self, value: str) -> None:
        select = self.field.input
        if value and select.findData(value) < 0:
            # A code that another edition of the policy offered.
            select.addItem(policy.current().name_of(value, self._offered), value)
        select.setCurrentIndex(select.findData(value) if value else -1)

    def set_error(self, words: str) -> None:
        self.field.set_error(words)

    def say(self, words: str) -> None:
        """Something to know about the choice."""
        self.field.set_message(words)


class SeveralInput(Input):
    """Any number of a list of the policy."""

    def __init__(self, code: str, label: str) -> None:
        super().__init__(code)
        offered = _spec(code).offered(policy.current())
        self._others: tuple[str, ...] = ()
        self.chips = ToggleChips(label, [(one.name, one.code) for one in offered])
        self.chips.changed.connect(lambda _value: self.changed.emit())
        self.message = InlineMessage()
        self.column.addWidget(strong(label))
        self.column.addWidget(self.chips)
        self.column.addWidget(self.message)

    def text(self) -> str:
        return fields.joined([*(str(one) for one in self.chips.value()), *self._others])

    def show_value(self, value: str) -> None:
        codes = fields.several(value)
        offered = {chip.data for chip in self.chips.chips}
        self._others = tuple(one for one in codes if one not in offered)
        self.chips.set_value(codes)

    def set_error(self, words: str) -> None:
        self.message.show_message(words)


class TextInput(Input):
    """A line, a longer text or a time. A time is shown as it can be typed again."""

    def __init__(
        self, code: str, label: str = "", *, hint: str = "", optional: bool = False, lines: int = 3
    ) -> None:
        super().__init__(code)
        spec = _spec(code)
        words = label or spec.name
        self._time = spec.kind is Kind.MOMENT
        if spec.kind is Kind.LONG:
            self.field: TextField | TextAreaField = TextAreaField(
                words, hint=hint, optional=optional, lines=lines
            )
        else:
            example = _tr("For example {0}").format(_EXAMPLE) if self._time else ""
            self.field = TextField(words, hint=hint, optional=optional, placeholder=example)
        # Neither squeezed nor spread: the page scrolls where it is too long.
        if isinstance(self.field, TextField):
            self.field.input.setMinimumHeight(theme.HEIGHT_CONTROL)
        else:
            self.field.input.setFixedHeight(lines * theme.TYPE["body"].line + 18)
        self._origin = Origin(self.field.input, self.field.text)
        self.field.changed.connect(lambda *_: self.changed.emit())
        self.column.addWidget(self.field)

    def text(self) -> str:
        return self.field.text()

    def show_value(self, value: str) -> None:
        self.field.setText(describe_data.time_words(value) if self._time else value)
        self._origin.reset(Source.TYPED)

    def restore(self, said: Said) -> None:
        self.field.setText(said.value)
        self._origin.reset(said.source)
        self.changed.emit()

    def set_error(self, words: str) -> None:
        self.field.set_error(words)

    def source(self) -> Source:
        return self._origin.source


def _spec(code: str) -> FieldSpec:
    name = fields.named(code)
    if name is None:
        raise ValueError(f"no field {code!r}")
    return name.spec


class RowsInput(QWidget):
    """A field with rows, such as whom it was told to: those on record, and one more when asked for."""

    changed = Signal()

    def __init__(self, code: str, label: str, add: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = code
        spec = fields.field(code)
        if spec is None:
            raise ValueError(f"no field {code!r}")
        self._spec = spec
        self.label = label
        self._statements: Mapping[str, Statement] = {}
        self.rows: dict[int, list[TextInput]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.add_button = secondary(add, "plus", size="compact", on_click=self.add)
        head = QHBoxLayout()
        head.addWidget(strong(label, wrap=False))
        head.addStretch(1)
        head.addWidget(self.add_button)
        self._column.addLayout(head)
        self._advice = Text(type="hint")
        words = (
            "" if spec.guidance is None else describe_data.guidance(policy.current().advice(spec.guidance))
        )
        self._advice.setText(words)
        self._advice.hide()
        self._column.addWidget(self._advice)

    def fill(self, statements: Mapping[str, Statement]) -> None:
        """Show the rows on record; an empty one that was begun stays."""
        for row in fields.rows(statements, self.code):
            if row.number not in self.rows:
                self._make(row.number)
        for one in self.inputs():
            one.fill(statements)
        self.settle(statements)

    def settle(self, statements: Mapping[str, Statement]) -> None:
        """These are on record now: another row can be added."""
        self._statements = statements
        self._show_state()

    def add(self) -> None:
        """One more row, with the cursor in it."""
        number = max((row.number for row in fields.all_rows(self._statements, self.code)), default=0) + 1
        if number not in self.rows:
            self._make(number)
        self._show_state()
        self.rows[number][0].field.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def make_for(self, code: str) -> None:
        """A row for a field of this list (`told.2.whom`) that was begun and is not on record."""
        whole, _, rest = code.partition(".")
        number = rest.partition(".")[0]
        if whole == self.code and number.isdecimal() and int(number) not in self.rows:
            self._make(int(number))
            self._show_state()

    def inputs(self) -> Sequence[TextInput]:
        """Every part of every row."""
        return [one for row in self.rows.values() for one in row]

    def _make(self, number: int) -> None:
        card = Card(look="sunken", padding=16)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        made = []
        for at, part in enumerate(self._spec.parts):
            one = TextInput(f"{self.code}.{number}.{part.code}", part.name, lines=2)
            one.field.editor.setAccessibleName(f"{self.label}, {number}: {part.name}")
            one.changed.connect(self.changed)
            grid.addWidget(one, at // 2, at % 2)
            made.append(one)
        card.add(grid)
        self.rows[number] = made
        self._column.addWidget(card)

    def _show_state(self) -> None:
        known = {row.number for row in fields.all_rows(self._statements, self.code)}
        self.add_button.setVisible(set(self.rows) <= known)
        self._advice.setVisible(bool(self.rows and self._advice.text()))
