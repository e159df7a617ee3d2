"""What was said about an incident, field by field: the newest, and behind it everything said earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app import fields
from evidence_app.bundle.dates import day_and_time
from evidence_app.bundle.field_words import value_words
from evidence_app.fields import Reach
from evidence_app.records import Source, Statement
from evidence_app.ui.widgets import Card, Link, ScrollPage, Text, body, hint, lead
from evidence_app.vault.vault import Vault

_SHOWN = 4000
"""Characters of one value that are laid out; a label cannot scroll."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("said", text)


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """Everything said of one field, newest first."""

    code: str
    said: tuple[Statement, ...]

    @property
    def name(self) -> str:
        """How the field is called."""
        return fields.name_of(self.code)


def load(vault: Vault, about: str) -> tuple[FieldSaid, ...]:
    """The fields of an incident or exhibit about which something was said, in the order of the catalogue."""
    history = vault.read.statements(about)
    order = [one.code for one in fields.FIELDS]

    def place(code: str) -> tuple[int, str]:
        whole = code.partition(".")[0]
        return order.index(whole) if whole in order else len(order), ""

    codes = sorted(dict.fromkeys(one.field for one in history), key=place)
    return tuple(
        FieldSaid(code, tuple(one for one in reversed(history) if one.field == code)) for code in codes
    )


class SaidPage(ScrollPage):
    """Shows the fields; what is expanded stays so while the page reads again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((28, 20, 28, 28), 12, "bg", parent)
        self.setAccessibleName(_tr("What was said"))
        self.cards: dict[str, SaidCard] = {}
        self._empty = lead(_tr("Nothing was said about it yet. Choose Describe."))
        self.body.addWidget(self._empty)
        self.body.addStretch(1)
        self._about = ""

    def show_fields(self, about: str, found: Sequence[FieldSaid]) -> None:
        """The fields of an incident or exhibit."""
        open_before = {code for code, card in self.cards.items() if card.is_open()}
        if about != self._about:
            open_before = set()
        self._about = about
        for card in self.cards.values():
            self.body.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {one.code: SaidCard(one) for one in found}
        for card in self.cards.values():
            self.body.insertWidget(self.body.count() - 1, card)
        for code in open_before & set(self.cards):
            self.cards[code].toggle()
        self._empty.setVisible(not found)


class SaidCard(Card):
    """One field: the newest statement with who and when, and "said earlier" behind a link."""

    def __init__(self, one: FieldSaid) -> None:
        super().__init__(one.name, padding=16, gap=4)
        newest, *earlier = one.said
        self.add(*_lines(newest))
        reach = fields.reach(one.code)
        if reach is Reach.PRIVATE:
            self.add(hint(_tr("Only you can read this. It never goes into a bundle.")))
        elif reach is Reach.RESTRICTED:
            self.add(hint(_tr("It goes into a bundle only if you choose it there.")))
        self._count = len(earlier)
        self.link = Link("", type="small", icon_after="chevron-down", on_click=self.toggle)
        self._earlier = QWidget()
        column = QVBoxLayout(self._earlier)
        column.setContentsMargins(16, 4, 0, 0)
        column.setSpacing(4)
        for said in earlier:
            for line in _lines(said):
                column.addWidget(line)
        self._earlier.hide()
        self.link.setVisible(bool(earlier))
        self.add(self.link, self._earlier)
        self._name_link()

    def is_open(self) -> bool:
        """Whether what was said earlier is shown."""
        return not self._earlier.isHidden()

    def toggle(self) -> None:
        """Show or hide what was said earlier."""
        self._earlier.setVisible(self._earlier.isHidden())
        self._name_link()

    def _name_link(self) -> None:
        shown = self.is_open()
        words = _tr("Hide what was said earlier") if shown else _tr("Said earlier ({0})").format(self._count)
        self.link.setText(words)
        self.link.set_icon_after("chevron-up" if shown else "chevron-down")
        self.link.setAccessibleName(f"{self.accessibleName()}: {words}")
        self.link.updateGeometry()


def _lines(said: Statement) -> tuple[Text, Text]:
    words = value_words(said.field, said.value) or _tr("Taken back")
    if len(words) > _SHOWN:
        words = words[:_SHOWN] + "… " + _tr("({0:,} characters in all)").format(len(words))
    origin = _tr("{0}, {1}, {2}").format(_source(said.source), said.by, day_and_time(said.at))
    return body(words), hint(origin)


def _source(source: Source) -> str:
    return {
        Source.TYPED: _tr("Typed"),
        Source.PASTED: _tr("Pasted"),
        Source.OBSERVED: _tr("Shown by the program"),
        Source.READ_FROM_PICTURE: _tr("Read from the picture"),
        Source.TAKEN_FROM_FILE: _tr("Taken from the file"),
        Source.TOLD_BY_BROWSER: _tr("Told by the browser"),
    }[source]
