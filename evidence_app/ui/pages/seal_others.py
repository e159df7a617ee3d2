"""Seal wizard, step 1: who gets it as well, several at once, each with what they get."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.policy import Moment, Routing
from evidence_app.records import Contact
from evidence_app.ui.pages import contact_words
from evidence_app.ui.pages.describe_data import with_paragraph
from evidence_app.ui.pages.seal_parcels import Somebody
from evidence_app.ui.widgets import Card, Check, Chip, Divider, Select, card_title, hint

UNION = "union"
"""Always offered: whether to go to the union is the reporter's own choice, and no route says it."""

_NOT_HERE = (policy.HEAD, policy.CHAIR, policy.STAFF, policy.POLICE)
"""The two of the question above; and the police are called, not sent a file by a member of staff."""

_NO_CARD = "passphrase"


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_others", text)


def offered(routing: Routing) -> tuple[str, ...]:
    """The role codes that can be ticked: whom the policy tells as well, and the union."""
    told = [one.role for one in routing.addressees if not one.then and one.role not in _NOT_HERE]
    return tuple(dict.fromkeys([*told, UNION]))


class OtherRow(QWidget):
    """One role with its box; ticked, it asks who that is."""

    changed = Signal()

    def __init__(
        self, role: str, words: str, contacts: Sequence[Contact], usual: bytes | None = None
    ) -> None:
        super().__init__()
        named = policy.current().role(role)
        self.role = role
        self.box = Check(named.name)
        note = hint(words)
        note.setContentsMargins(32, 0, 0, 0)
        self.box.setAccessibleDescription(note.text())
        self.select = Select()
        self.select.setAccessibleName(_tr("Who is the {0}?").format(named.name))
        self.select.setPlaceholderText(_tr("Choose the {0}").format(named.name))
        self._chip = Chip("", "warn")
        self._inner = QWidget()
        inner = QHBoxLayout(self._inner)
        inner.setContentsMargins(32, 6, 0, 4)
        inner.setSpacing(14)
        inner.addWidget(self.select, 1)
        inner.addWidget(self._chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(0)
        for part in (self.box, note, self._inner):
            column.addWidget(part)
        self._inner.hide()
        self.offer(contacts)
        self._preselect(named, contacts, usual)
        self.box.toggled.connect(self._toggled)
        self.select.currentIndexChanged.connect(self._chosen)

    def offer(self, contacts: Sequence[Contact]) -> None:
        """Other people to choose from; who was chosen stays so if still there."""
        before = self.select.value()
        self.select.blockSignals(True)
        self.select.clear()
        for one in contacts:
            about = contact_words.role_and_school(one.role, one.school)
            self.select.addItem(f"{one.name} ({about})" if about else one.name, one)
        self.select.addItem(_tr("No contact card: with a passphrase"), _NO_CARD)
        self.select.setCurrentIndex(self._place(before))
        self.select.blockSignals(False)
        self._show_chip()

    def _place(self, data: object) -> int:
        return next((at for at in range(self.select.count()) if self.select.itemData(at) == data), -1)

    def _preselect(self, named: policy.NamedRole, contacts: Sequence[Contact], usual: bytes | None) -> None:
        """Who it was the last time, or whose card says the role; where there are no cards, a passphrase."""
        fits = [one for one in contacts if one.signing_key == usual] or [
            one for one in contacts if one.role.casefold() in (named.code, named.name.casefold())
        ]
        if len(fits) == 1:
            self.select.setCurrentIndex(self._place(fits[0]))
        elif not contacts:
            self.select.setCurrentIndex(self._place(_NO_CARD))
        self._show_chip()

    def somebody(self) -> Somebody | None:
        """Who it is; None while it is not ticked or not clear."""
        data = self.select.value()
        if not self.box.isChecked() or data is None:
            return None
        return Somebody(self.role, data if isinstance(data, Contact) else None)

    def is_open(self) -> bool:
        """Whether it is ticked and nobody is chosen yet."""
        return self.box.isChecked() and self.somebody() is None

    def _toggled(self, on: bool) -> None:
        self._inner.setVisible(on)
        self.changed.emit()

    def _chosen(self) -> None:
        self._show_chip()
        self.changed.emit()

    def _show_chip(self) -> None:
        data = self.select.value()
        self._chip.setVisible(isinstance(data, Contact))
        if isinstance(data, Contact):
            self._chip.set_status(*contact_words.status(data))


class OthersCard(Card):
    """The rows, and whether only those ticked get it this time."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(padding=16, gap=2)
        self.rows: list[OtherRow] = []
        self._shown: tuple[tuple[str, str], ...] = ()
        self.add(card_title(_tr("Who gets it as well?")))
        self.add(
            hint(
                _tr(
                    "Tick as many as you like. Somebody outside the school gets a bundle of their own, and "
                    "the others do not learn of it."
                )
            )
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.body.addLayout(self._list)
        self.only = Check("")
        self.only.toggled.connect(lambda _on: self.changed.emit())
        self.only.hide()
        self.add(self.only)

    def offer(
        self, routing: Routing, contacts: Sequence[Contact], main: str, usual: Mapping[str, bytes]
    ) -> None:
        """Show whom the policy tells as well. `main` is the role code of the first in line; `usual` maps a
        role code to the signing key of who it was last."""
        name = policy.current().role(main).name
        shown = tuple((role, _words(role, routing, name)) for role in offered(routing))
        if shown != self._shown:
            self._shown = shown
            self._make(shown, contacts, usual)
        else:
            for row in self.rows:
                row.offer(contacts)
        self.only.setText(_tr("Only for those ticked here this time, not for the {0}").format(name))
        self._show_only()

    def _make(
        self, shown: Sequence[tuple[str, str]], contacts: Sequence[Contact], usual: Mapping[str, bytes]
    ) -> None:
        ticked = {row.role: row for row in self.rows if row.box.isChecked()}
        while (item := self._list.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.rows = []
        for role, words in shown:
            row = OtherRow(role, words, contacts, usual.get(role))
            before = ticked.get(role)
            if before is not None:
                row.box.setChecked(True)
                row.select.setCurrentIndex(before.select.currentIndex())
            row.changed.connect(self._on_row)
            self._list.addWidget(Divider())
            self._list.addWidget(row)
            self.rows.append(row)

    def has_more(self) -> bool:
        """Whether the policy tells somebody as well, beside whom one may ask for advice."""
        return any(row.role != UNION for row in self.rows)

    def is_ticked(self) -> bool:
        """Whether anybody is ticked."""
        return any(row.box.isChecked() for row in self.rows)

    def row(self, role: str) -> OtherRow:
        """The row of a role that is offered."""
        return next(row for row in self.rows if row.role == role)

    def somebodies(self) -> tuple[Somebody, ...]:
        """Everybody ticked who is clear."""
        return tuple(one for row in self.rows if (one := row.somebody()) is not None)

    def only_these(self) -> bool:
        """Whether it is not for the first in line this time."""
        return self.only.isChecked() and self.is_ticked()

    def why_not(self, taken: Collection[Contact]) -> str:
        """What is missing before the next step. `taken`: who gets it already."""
        for row in self.rows:
            if row.is_open():
                return _tr("Choose who the {0} is to continue").format(policy.current().role(row.role).name)
        keys = [one.signing_key for one in taken]
        keys += [one.contact.signing_key for one in self.somebodies() if one.contact is not None]
        if len(set(keys)) < len(keys):
            return _tr("The same person is chosen twice")
        return ""

    def clear(self) -> None:
        """Nobody is ticked."""
        for row in self.rows:
            row.box.setChecked(False)
        self.only.setChecked(False)

    def _on_row(self) -> None:
        self._show_only()
        self.changed.emit()

    def _show_only(self) -> None:
        self.only.setVisible(self.is_ticked())


def _words(role: str, routing: Routing, main: str) -> str:
    """The paragraph by which they are told (the sentence stands in the card above), and what they get."""
    rules = policy.current()
    told = routing.to(role)
    paragraphs = [] if told is None else [one.paragraph for one in told.reasons if one.paragraph]
    why = _tr("Paragraph {0}.").format(", ".join(dict.fromkeys(paragraphs))) if paragraphs else ""
    if role == UNION and told is None:
        advice = rules.advice(Moment.UNION)
        why = with_paragraph(advice.text, advice.paragraph)
    gets = (
        _tr("Outside the school: gets the covered copies only, in a bundle of their own.")
        if rules.role(role).outside
        else _tr("Gets the same as the {0}.").format(main)
    )
    return f"{why} {gets}".strip()
