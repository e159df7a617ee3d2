"""Seal wizard, step 1: the person at the end of a route."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from evidence_app.records import Contact, Role
from evidence_app.ui.pages import contact_words
from evidence_app.ui.widgets import (
    Card,
    Chip,
    IconLabel,
    Link,
    Select,
    body,
    hint,
    secondary,
    strong,
)
from evidence_app.ui.widgets.field import repolish


class RoutePerson(QWidget):
    """The person at the end of a route: the one it is, a list to choose from, or nobody yet."""

    changed = Signal()
    contacts_requested = Signal()
    passphrase_requested = Signal()

    def __init__(self, route: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.route = route
        self._options: tuple[Contact, ...] = ()
        self._person: Contact | None = None
        self._stack = QStackedLayout(self)
        self._one, self._many, self._none = self._make_one(), self._make_many(), self._make_none()
        for page in (self._one, self._many, self._none):
            self._stack.addWidget(page)

    def _make_one(self) -> Card:
        card = Card(look="sunken", padding=0)
        card.body.setContentsMargins(16, 9, 14, 9)
        self._name, self._about = strong("", wrap=False), hint("", wrap=False)
        self._chip = Chip("", "warn")
        self._other = Link(self.tr("Change"), type="small", on_click=self._choose)
        self._other.setAccessibleName(self.tr("Choose somebody else as {0}").format(self.route))
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._name)
        words.addWidget(self._about)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(IconLabel("person", "text", 20))
        row.addLayout(words)
        row.addStretch(1)
        row.addWidget(self._other)
        row.addWidget(self._chip)
        card.add(row)
        return card

    def _make_many(self) -> QWidget:
        box = QWidget()
        self._select = Select()
        self._select.setAccessibleName(self.tr("Who is the {0}?").format(self.route))
        self._select.setPlaceholderText(self.tr("Choose the {0}").format(self.route))
        self._select.activated.connect(self._picked)
        self._select_chip = Chip("", "warn")
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(14)
        row.addWidget(self._select, 1)
        row.addWidget(self._select_chip)
        return box

    def _make_none(self) -> QWidget:
        card = Card(look="dashed", padding=14)
        words = self.tr("You have no contact for the {0} yet. Ask for their contact card and add it first.")
        self.add_button = secondary(
            self.tr("Add a contact"), "people", size="compact", on_click=self.contacts_requested.emit
        )
        self.passphrase_link = Link(
            self.tr("With a passphrase instead"), type="small", on_click=self.passphrase_requested.emit
        )
        text = body(words.format(self.route))
        text.setMinimumWidth(240)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(text, 1)
        row.addWidget(self.add_button)
        row.addWidget(self.passphrase_link)
        card.add(row)
        return card

    def person(self) -> Contact | None:
        """Who it is, once that is clear."""
        return self._person

    def offer(self, options: Sequence[Contact], person: Contact | None) -> None:
        """Show `person`, or the list of `options`, or that there is nobody."""
        self._options, self._person = tuple(options), person
        if not options:
            self._show(self._none)
        elif person is None:
            self._fill()
        else:
            self._name.setText(person.name)
            self._about.setText(", ".join(part for part in (self.route, person.school) if part))
            self._chip.set_status(*contact_words.status(person))
            self._other.setVisible(len(options) > 1 or person.role not in (Role.HEAD.value, Role.CHAIR.value))
            self._one.setAccessibleName(f"{person.name}. {self._chip.text()}")
            self._show(self._one)

    def prefer(self, signing_key: str) -> None:
        """Choose who has this key (hex), if it is one of those on offer."""
        found = [one for one in self._options if one.signing_key.hex() == signing_key]
        if found:
            self.offer(self._options, found[0])

    def set_lit(self, on: bool) -> None:
        """Whether the card around is the chosen one."""
        look = "plain" if on else "sunken"
        if self._one.property("card") != look:
            self._one.setProperty("card", look)
            repolish(self._one)

    def _show(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        for other in (self._one, self._many, self._none):
            other.setEnabled(other is page)
        self.setFixedHeight(page.sizeHint().height())

    def _fill(self) -> None:
        self._select.clear()
        for one in self._options:
            note = contact_words.role_and_school(one.role, one.school)
            self._select.addItem(f"{one.name} ({note})" if note else one.name, one)
        self._select.setCurrentIndex(-1)
        self._select_chip.hide()
        self._show(self._many)

    def _choose(self) -> None:
        self._person = None
        self._fill()
        self._select.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()

    def _picked(self, index: int) -> None:
        self._person = self._options[index] if 0 <= index < len(self._options) else None
        self._select_chip.set_status(*contact_words.status(self._person))
        self._select_chip.show()
        self.changed.emit()
