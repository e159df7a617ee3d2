"""Seal wizard, step 1: whom the policy tells, with its paragraphs, and the way past it with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.policy import Addressee, Answer, Routing, Withheld
from evidence_app.records import Contact
from evidence_app.ui.pages.describe_data import with_paragraph
from evidence_app.ui.widgets import Card, Check, Notice, Strong, Text, TextField, card_title, hint


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_route", text)


class DangerLine(Notice):
    """The number to ring, above everything, while somebody may be in danger."""

    def __init__(self) -> None:
        danger = policy.current().danger
        super().__init__(danger.title, danger.text, "bad", "phone")
        self.hide()

    def show_for(self, answer: Answer | None) -> None:
        """Only where danger was stated, or is not sure."""
        self.setVisible(answer in (Answer.YES, Answer.UNKNOWN))


class RouteCard(Card):
    """Everybody who is told of the incident, in order and with the reason, and who is not."""

    def __init__(self) -> None:
        super().__init__(look="sunken", padding=16, gap=6)
        self.add(card_title(_tr("Who is told")))
        self._lines: list[Text] = []
        self.hide()

    def show_routing(
        self, routing: Routing, contacts: Sequence[Contact], *, all_the_same: bool = False
    ) -> None:
        """Show the people of a routing; a contact whose card says the role is named.

        `all_the_same`: who is passed over gets it nevertheless, and so it says.
        """
        for line in self._lines:
            self.body.removeWidget(line)
            line.hide()
            line.deleteLater()
        first = next((one.role for one in routing.addressees), "")
        self._lines = [_told(one, first, contacts) for one in routing.addressees]
        self._lines += [_not_told(one, all_the_same) for one in routing.withheld]
        self.add(*self._lines)
        self.setAccessibleName(self.words())
        self.setVisible(bool(self._lines))

    def words(self) -> str:
        """All of it, as a screen reader says it."""
        return " ".join([_tr("Who is told."), *(line.text() for line in self._lines)])


def _told(one: Addressee, first: str, contacts: Sequence[Contact]) -> Text:
    main = one.role in (first, policy.HEAD, policy.CHAIR)
    order = _tr("after that") if one.then else "" if main else _tr("as well")
    names = [
        contact.name for contact in contacts if contact.role.casefold() in (one.role, one.name.casefold())
    ]
    known = ", ".join(names) if one.role not in (policy.HEAD, policy.CHAIR) else ""
    head = one.name + (f" ({known})" if known else "") + (f", {order}" if order else "")
    return Text(Strong(f"{head}. "), _reasons(one), type="body")


def _reasons(one: Addressee) -> str:
    return " ".join(with_paragraph(reason.sentence, reason.paragraph) for reason in one.reasons)


def _not_told(one: Withheld, all_the_same: bool) -> Text:
    against = all_the_same and one.needs_reason
    words = (
        _tr("{0}: gets it all the same, for the reason that you give. ")
        if against
        else _tr("{0}: not told. ")
    )
    return Text(
        Strong(words.format(one.name)),
        with_paragraph(one.reason.sentence, one.reason.paragraph),
        type="body",
    )


class AllTheSame(QWidget):
    """That it goes to the Headteacher although it concerns them: only with a reason, which is recorded."""

    changed = Signal()

    def __init__(self, person: QWidget) -> None:
        super().__init__()
        head = policy.current().role(policy.HEAD).name
        self.check = Check(_tr("It has to go to the {0} all the same").format(head))
        self.reason = TextField(
            _tr("Why?"),
            hint=_tr("The reason is kept in your own record. It is not in the bundle."),
        )
        self._inner = QWidget()
        inner = QVBoxLayout(self._inner)
        inner.setContentsMargins(32, 4, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(
            hint(
                _tr(
                    "The {0} will be able to read it, also that it concerns them. This cannot be undone."
                ).format(head)
            )
        )
        inner.addWidget(person)
        inner.addWidget(self.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.check)
        column.addWidget(self._inner)
        self._inner.hide()
        self.check.toggled.connect(self._toggled)
        self.reason.changed.connect(lambda _text: self.changed.emit())

    def offer(self, on: bool) -> None:
        """Whether it can be chosen at all; if not it is not chosen."""
        if not on:
            self.check.setChecked(False)
        self.setVisible(on)

    def is_on(self) -> bool:
        """Whether it was chosen."""
        return self.check.isChecked()

    def _toggled(self, on: bool) -> None:
        self._inner.setVisible(on)
        self.changed.emit()
