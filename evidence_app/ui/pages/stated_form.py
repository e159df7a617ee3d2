"""What a person says about an exhibit, with the true source of every word: typed, or pasted as a whole.

Nothing is overwritten: `changes` gives only what differs from the newest statements, and the page records
it as new statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCompleter, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.policy import Fact, Moment
from evidence_app.records import Said, Source, Statement
from evidence_app.ui.pages.access_choice import AccessChoice
from evidence_app.ui.pages.origin import Origin
from evidence_app.ui.pages.stated_address import AddressBlock
from evidence_app.ui.widgets import (
    Advice,
    Quiet,
    RadioRow,
    StatedPanel,
    Strong,
    Text,
    TextAreaField,
    TextField,
    ToggleChips,
)
from evidence_app.workflows import Suggestion

PLATFORMS = (
    "Discord",
    "E-mail",
    "Facebook",
    "Instagram",
    "LinkedIn",
    "Reddit",
    "Snapchat",
    "Text message",
    "TikTok",
    "WhatsApp",
    "X",
    "YouTube",
)
"""Offered while typing; anything else may be written."""

_NARROW = 520


@dataclass(frozen=True)
class _Value:
    text: str
    source: Source


_EMPTY = _Value("", Source.TYPED)


class StatedForm(StatedPanel):
    """The fields of an exhibit. Their names are those of the statements.

    `sent_away`: the advice that the person has sent away in this session.
    """

    changed = Signal()

    def __init__(self, sent_away: set[Moment] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        rules = policy.current()
        self._known: dict[str, _Value] = {}
        self._on_record: dict[str, str] = {}
        self._rest: dict[str, _Value] = {}
        self._filling = False
        self.where = AddressBlock()
        self.where.used.connect(self._use)
        self.address, self.paste = self.where.field, self.where.paste
        self.platform = TextField(self.tr("Platform"), placeholder=self.tr("Where it was posted"))
        self.account = TextField(self.tr("Account or handle"), placeholder="@")
        self.group = TextField(
            self.tr("Group or thread"), optional=True, placeholder=self.tr("If there is one")
        )
        kind, aimed = self.tr("What kind of abuse is it?"), self.tr("Who is it aimed at?")
        self.kind = ToggleChips(kind, [(one.name, one.code) for one in rules.categories])
        self.aimed_at = RadioRow(aimed, [(one.name, one.code) for one in rules.aimed_at])
        self.access = AccessChoice()
        self.note = TextAreaField(self.tr("Note"), optional=True, lines=3)
        # It takes what room there is, but asks for no more than its lines.
        self.note.input.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.advice = Advice(set() if sent_away is None else sent_away)
        self._lay_out(kind, aimed)
        completer = QCompleter(list(PLATFORMS), self.platform.input)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.platform.input.setCompleter(completer)

        lines: dict[str, TextField | TextAreaField] = {
            "address": self.address,
            "platform": self.platform,
            "account": self.account,
            "group": self.group,
            "note": self.note,
        }
        self._texts = lines
        self._origins = {
            name: self.where.origin if name == "address" else Origin(field.input, field.text)
            for name, field in lines.items()
        }
        for field in lines.values():
            field.changed.connect(self._tell)
        for choice in (self.kind, self.aimed_at, self.access):
            choice.changed.connect(self._tell)
        self.kind.changed.connect(self._fit)
        self.set_statements({})

    def _lay_out(self, kind: str, aimed: str) -> None:
        self.body.addWidget(self.where)
        self._three = QGridLayout()
        self._three.setHorizontalSpacing(16)
        self._three.setVerticalSpacing(14)
        self.body.addLayout(self._three)
        self._columns = 0
        self._arrange(3)
        self.body.addWidget(self.advice)
        for title, extra, widget in (
            (kind, self.tr("Choose all that fit"), self.kind),
            (aimed, "", self.aimed_at),
        ):
            column = QVBoxLayout()
            column.setSpacing(6)
            parts = (Strong(title), Quiet(" " + extra)) if extra else (Strong(title),)
            column.addWidget(Text(*parts, type="body", wrap=False))
            column.addWidget(widget)
            self.body.addLayout(column)
        self.body.addWidget(self.access)
        self.body.addWidget(self.note, 1)

    def _arrange(self, columns: int) -> None:
        """Three short fields side by side, or two and one where there is no room."""
        if columns == self._columns:
            return
        self._columns = columns
        for at, field in enumerate((self.platform, self.account, self.group)):
            self._three.addWidget(field, at // columns, at % columns)
        for at in range(3):
            self._three.setColumnStretch(at, 1 if at < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(3 if self.width() >= _NARROW else 2)
        self._fit()

    def _fit(self) -> None:
        # A scroll area asks for the least height without regard to the width, at which chips wrap.
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(layout.totalMinimumHeightForWidth(self.width()))

    # --- values -----------------------------------------------------------------------------------

    def set_statements(self, statements: Mapping[str, Statement]) -> None:
        """Fill in the newest statements; from here on `changes` tells what differs."""
        self._known = {name: _Value(said.value, said.source) for name, said in statements.items()}
        self._rest = {}
        self.fill(())
        # As the fields show it: a line break that a field cannot show is no change.
        self._on_record = {name: value.text for name, value in self._values().items()}
        self._guide()

    def fill(self, said: Sequence[Said]) -> None:
        """Fill in words that are not on record yet, over those that are."""
        new = {one.field: _Value(one.value, one.source) for one in said}
        words = {**self._known, **new}
        self._filling = True
        for name, field in self._texts.items():
            value = words.get(name, _EMPTY)
            field.setText(value.text)
            self._origins[name].reset(value.source)
        self.kind.set_value(words.get("kind", _EMPTY).text.split(","))
        self.aimed_at.set_value(None)
        self.aimed_at.set_value(words.get("aimed_at", _EMPTY).text)
        self.access.show_code(words.get("access", _EMPTY).text)
        shown = {*self._texts, "kind", "aimed_at", "access"}
        self._rest = {name: value for name, value in new.items() if name not in shown}
        self._filling = False
        self._guide()
        self.changed.emit()

    def changes(self) -> list[Said]:
        """What differs from the record, field by field, each with its source."""
        return [
            Said(name, value.text, value.source)
            for name, value in self._values().items()
            if value.text != self._on_record.get(name, self._known_text(name))
        ]

    def settle(self, said: Sequence[Said]) -> None:
        """These are on record now."""
        for one in said:
            self._known[one.field] = _Value(one.value, one.source)
            self._on_record[one.field] = one.value

    def mark(self, refused: Mapping[str, str]) -> None:
        """Say at each field why it was not taken; the first of them gets the keyboard."""
        fields = {**self._texts, "access": self.access}
        for name, field in fields.items():
            if name in refused or field.editor.property("wrong"):
                field.set_error(refused.get(name, ""))
        first = next((field for name, field in fields.items() if name in refused), None)
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()

    def _values(self) -> dict[str, _Value]:
        def text(name: str) -> _Value:
            return _Value(self._texts[name].text(), self._origins[name].source)

        # Codes that another edition of the policy knew are kept as they are.
        known = [code for code in self._known_text("kind").split(",") if code]
        offered = [chip.data for chip in self.kind.chips]
        kinds = [str(code) for code in self.kind.value()] + [code for code in known if code not in offered]
        aimed = self.aimed_at.value()
        return {
            "address": text("address"),
            "platform": text("platform"),
            "account": text("account"),
            "group": text("group"),
            **self._rest,
            "kind": _Value(",".join(kinds), Source.TYPED),
            "aimed_at": _Value(self._known_text("aimed_at") if aimed is None else str(aimed), Source.TYPED),
            "access": _Value(self.access.code(), Source.TYPED),
            "note": text("note"),
        }

    def _known_text(self, name: str) -> str:
        return self._known[name].text if name in self._known else ""

    # --- while it is filled in --------------------------------------------------------------------

    def _tell(self, *_value: object) -> None:
        if not self._filling:
            self._guide()
            self.changed.emit()

    def _use(self, found: Sequence[Suggestion]) -> None:
        """Take over what the address says, with the source of the address."""
        self._filling = True
        for one in found:
            if one.field in self._texts:
                self._texts[one.field].setText(one.value)
                self._origins[one.field].reset(one.source)
        self._rest = {one.field: _Value(one.value, one.source) for one in self.where.rest()}
        self._filling = False
        self.platform.input.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()

    def _guide(self) -> None:
        """What the address says, and the one sentence that is needed now."""
        self.where.show_for({name: field.text() for name, field in self._texts.items()})
        if self._rest and self._rest != {
            one.field: _Value(one.value, one.source) for one in self.where.rest()
        }:
            self._rest = {}  # it was taken from an address that stands there no more
        rules, moments = policy.current(), []
        if self.platform.text().casefold() == "snapchat":
            moments.append(Moment.SNAPCHAT)
        chosen = [one for one in rules.categories if one.code in self.kind.value()]
        if any(one.means is Fact.HARM_BY_STAFF for one in chosen):
            moments.append(Moment.ALLEGATION)
        if any(one.means is Fact.RADICALISATION for one in chosen):
            moments.append(Moment.RADICALISATION)
        self.advice.show_for(moments)
        self._fit()
