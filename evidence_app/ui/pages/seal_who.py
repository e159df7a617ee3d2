"""Seal wizard, step 1: who is it for? The answer decides the route; the Headteacher may not be it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.records import Contact, Role
from evidence_app.ui.pages.seal_data import CHAIR, CONCERNS, HEAD, Loaded, by_role, role_of
from evidence_app.ui.pages.seal_others import OthersCard
from evidence_app.ui.pages.seal_parcels import Contents, Somebody, joined, parcels
from evidence_app.ui.pages.seal_person import RoutePerson
from evidence_app.ui.pages.seal_route import AllTheSame, DangerLine, RouteCard
from evidence_app.ui.widgets import (
    Card,
    Check,
    ChoiceCard,
    ChoiceGroup,
    IconLabel,
    Link,
    Notice,
    SelectField,
    Strong,
    Text,
    WizardPage,
    card_title,
    hint,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_who", text)


class WhoPage(WizardPage):
    """The question of paragraph 6.24, the person, what is asked for. `changed` after every choice."""

    changed = Signal()
    contacts_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _tr("Who is it for?"),
            _tr("Only the people you choose will be able to open it."),
            parent=parent,
        )
        self.body.setSpacing(14)
        self.body.setContentsMargins(56, 32, 56, 24)
        self._contacts: tuple[Contact, ...] = ()
        self._loaded: Loaded | None = None
        self._others_open = False
        self.danger = DangerLine()
        self.route = RouteCard()
        self.head_anyway = RoutePerson(_tr("Headteacher"))
        self.all_the_same = AllTheSame(self.head_anyway)
        self.people = {
            HEAD: RoutePerson(_tr("Headteacher")),
            CHAIR: RoutePerson(_tr("Chair of Governors")),
        }
        question = _tr("Does this incident concern the Headteacher?")
        self.answer = ChoiceGroup(question, self._cards())
        self.answer.changed.connect(self._answered)
        for route, person in self.people.items():
            person.changed.connect(lambda route=route: self._person_changed(route))
            person.contacts_requested.connect(self.contacts_requested)
            person.passphrase_requested.connect(lambda route=route: self._want_passphrase(route))
        self.head_anyway.changed.connect(self._refresh)
        self.head_anyway.contacts_requested.connect(self.contacts_requested)
        self.head_anyway.passphrase_link.hide()
        self.all_the_same.changed.connect(self._refresh)
        self.others = OthersCard()
        self.others.changed.connect(self._refresh)
        box = QVBoxLayout()
        box.setSpacing(10)
        box.addWidget(card_title(question))
        box.addWidget(self.answer)
        self.body.insertWidget(0, self.danger)
        self.body.addSpacing(4)
        self.body.addLayout(box)
        self._add_unsure()
        self.body.addWidget(self.all_the_same)
        self.body.addWidget(self.route)
        self.body.addWidget(self.others)
        self._add_passphrase()
        self._add_asks()
        self.body.addStretch(1)

    def _cards(self) -> list[ChoiceCard]:
        head = ChoiceCard(_tr("No. It goes to the Headteacher"), extra=self.people[HEAD], data=HEAD)
        chair = ChoiceCard(
            _tr("Yes. It goes to the Chair of Governors instead"),
            _tr(
                "Choose this if the Headteacher posted it, took part in it, or may have done something "
                "wrong. They cannot open this bundle and are not told about it."
            ),
            extra=self.people[CHAIR],
            data=CHAIR,
        )
        for card in (head, chair):
            # As high as its words need at this width: the page need not scroll where it fits.
            size = card.sizePolicy()
            size.setVerticalPolicy(QSizePolicy.Policy.Preferred)
            card.setSizePolicy(size)
        return [head, chair]

    def _add_unsure(self) -> None:
        self.unsure = Link(_tr("I am not sure which to choose"), on_click=self._toggle_advice)
        self.advice = Notice(
            _tr("If you are in doubt, choose Yes."),
            _tr(
                "The Chair of Governors can pass it on when the Headteacher is not involved. The other way "
                "round it cannot be undone. Your union or a helpline can advise you first; the evidence "
                "stays safe in your vault."
            ),
            "accent",
            "info",
        )
        self.advice.hide()
        self.more = Link(_tr("Somebody else as well"), on_click=self._open_others)
        row = QHBoxLayout()
        row.addWidget(self.unsure)
        row.addStretch(1)
        row.addWidget(self.more)
        self.body.addLayout(row)
        self.body.addWidget(self.advice)

    def _add_passphrase(self) -> None:
        self.passphrase = Check(_tr("Seal it with a passphrase instead of for a contact"))
        self.passphrase.toggled.connect(self._refresh)
        note = hint(
            _tr(
                "For somebody whose contact card you do not have. The program makes five words and shows "
                "them once, after sealing. Tell them by telephone or in person, never with the file."
            )
        )
        note.setContentsMargins(32, 0, 0, 0)
        self.passphrase.setAccessibleDescription(note.text())
        box = QVBoxLayout()
        box.setSpacing(0)
        box.addWidget(self.passphrase)
        box.addWidget(note)
        self.body.addLayout(box)

    def _add_asks(self) -> None:
        options: list[str | tuple[str, object]] = [(one.name, one.name) for one in policy.current().asks]
        self.asks = SelectField(
            _tr("What would you like to happen?"), [*options, (_tr("Not stated"), "")], optional=True
        )
        self.promise = Card(look="tint", padding=0)
        self.promise.body.setContentsMargins(17, 9, 16, 9)
        self._promise = Text(type="body")
        inner = QHBoxLayout()
        inner.setSpacing(12)
        inner.addWidget(IconLabel("lock", "accent", 20))
        inner.addWidget(self._promise, 1)
        self.promise.add(inner)
        row = QHBoxLayout()
        row.setSpacing(32)
        self.asks.setFixedWidth(352)
        row.addWidget(self.asks)
        row.addWidget(self.promise, 1, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(row)

    # --- filling --------------------------------------------------------------------------------

    def fill(self, loaded: Loaded) -> None:
        """Show the people of a vault; nothing is answered for the person but what they stated before."""
        self._contacts = by_role(loaded.contacts)
        self._loaded = loaded
        self.danger.show_for(loaded.stated.danger)
        self.advice.setVisible(loaded.stated.concerns_head is policy.Answer.UNKNOWN)
        said = loaded.incident.statements.get(CONCERNS)
        for card in self.answer.cards:
            card.group().setExclusive(False)
            card.setChecked(said is not None and said.value == card.data)
            card.group().setExclusive(True)
        heads = [one for one in self._contacts if one.role == Role.HEAD.value]
        head = self._known(loaded, HEAD)
        chair = self._known(loaded, CHAIR)
        if head is None:
            rest = [one for one in heads if one != chair]
            head = rest[0] if len(rest) == 1 else None
        self.people[HEAD].offer(heads, head)
        self.head_anyway.offer(heads, head)
        self._offer_chair(chair)
        self.passphrase.setChecked(False)
        self.others.clear()
        self._others_open = False
        self._refresh()

    def _known(self, loaded: Loaded, route: str) -> Contact | None:
        key = loaded.usual.get(route)
        return next((one for one in self._contacts if one.signing_key == key), None)

    def _offer_chair(self, known: Contact | None) -> None:
        """The Headteacher is not offered; a chair's card is, or a single other "head" card."""
        head = self.people[HEAD].person()
        rest = [one for one in self._contacts if one != head]
        if known is None or known == head:
            chairs = [one for one in rest if one.role == Role.CHAIR.value]
            others = chairs or [one for one in rest if one.role == Role.HEAD.value]
            known = others[0] if len(others) == 1 and (chairs or head is not None) else None
        self.people[CHAIR].offer(rest, known)

    # --- what was chosen ------------------------------------------------------------------------

    def concerns(self) -> str:
        """The answer, "no" or "yes"; empty while the question is not answered."""
        return str(self.answer.value() or "")

    def contact(self) -> Contact | None:
        """For whom; None with a passphrase or while it is not clear."""
        chosen = self.head_anyway if self.to_head() else self.people.get(self.concerns())
        return None if chosen is None or self.passphrase.isChecked() else chosen.person()

    def main(self) -> Somebody | None:
        """The first in line; None while that is not clear, or where it is only for others this time."""
        if self.others.only_these():
            return None
        if self.passphrase.isChecked():
            return Somebody("", None)
        contact = self.contact()
        return (
            None if contact is None else Somebody(role_of(self.concerns(), to_head=self.to_head()), contact)
        )

    def somebodies(self) -> tuple[Somebody, ...]:
        """Everybody it is for, the first in line first."""
        main = self.main()
        return (*(() if main is None else (main,)), *self.others.somebodies())

    def to_head(self) -> bool:
        """Whether it goes to the Headteacher although it concerns them."""
        only = self.others.only_these()
        return self.concerns() == CHAIR and self.all_the_same.is_on() and not only

    def reason(self) -> str:
        """Why it goes to them all the same; empty where it does not."""
        return self.all_the_same.reason.text() if self.to_head() else ""

    def why_not(self) -> str:
        """What is missing before the next step; empty when nothing is."""
        if not self.concerns():
            return _tr("Answer the question to continue")
        main = self.main()
        if main is None and not self.others.only_these():
            return _tr("Choose who it is for to continue")
        if self.to_head() and not self.reason():
            return _tr("Say why to continue")
        return self.others.why_not([main.contact] if main is not None and main.contact is not None else [])

    def focus_first(self) -> None:
        """The chosen answer, or the first."""
        card = next((one for one in self.answer.cards if one.isChecked()), self.answer.cards[0])
        card.setFocus(Qt.FocusReason.TabFocusReason)

    def _answered(self, _route: object) -> None:
        self._refresh()

    def _person_changed(self, route: str) -> None:
        if route == HEAD:
            chair = self.people[CHAIR].person()
            self._offer_chair(chair)
        self._choose(route)

    def _want_passphrase(self, route: str) -> None:
        self.passphrase.setChecked(True)
        self._choose(route)

    def _choose(self, route: str) -> None:
        """Working inside a card answers the question that way."""
        self.answer.set_value(route)
        self._refresh()

    def _toggle_advice(self) -> None:
        self.advice.setVisible(self.advice.isHidden())

    def _refresh(self) -> None:
        for route, person in self.people.items():
            person.set_lit(route == self.concerns())
        self.all_the_same.offer(self.concerns() == CHAIR)
        if self._loaded is not None:
            routing = self._loaded.routing(self.concerns())
            self.route.show_routing(routing, self._contacts, all_the_same=self.to_head())
            self.others.offer(
                routing,
                self._for_others(),
                role_of(self.concerns(), to_head=self.to_head()),
                self._loaded.usual,
            )
            shown = self._others_open or self.others.has_more() or self.others.is_ticked()
            self.others.setVisible(shown)
            self.more.setVisible(not shown)
        self._promise_again()
        self.changed.emit()

    def _open_others(self) -> None:
        self._others_open = True
        self._refresh()
        self.others.rows[0].box.setFocus(Qt.FocusReason.TabFocusReason)

    def _for_others(self) -> list[Contact]:
        """Whom else it can be for: not the Headteacher whom it concerns."""
        head = self.people[HEAD].person() if self.concerns() == CHAIR else None
        return [one for one in self._contacts if one != head]

    def _promise_again(self) -> None:
        everyone, promise = self.somebodies(), self._promise
        bundles = len(parcels(self.main(), self.others.somebodies(), Contents()))
        if bundles > 1:
            words = _tr("{0} bundles will be made. ").format(bundles)
            promise.set_parts(words, Strong(_tr("Each opens only for whom it is made for.")))
        elif [one.contact for one in everyone] == [None]:
            promise.set_parts(_tr("This bundle will open only "), Strong(_tr("with the passphrase.")))
        elif everyone:
            names = joined([one.name for one in everyone])
            promise.set_parts(_tr("This bundle will open only for "), Strong(f"{names}."))
        else:
            promise.setText(_tr("This bundle will open only for the person you choose."))
        self.promise.setAccessibleName(promise.text())
