"""What is done with an exhibit besides showing it: lock away, instruction, withdraw, hold. Each records."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app import workflows
from evidence_app.records import Office, Why
from evidence_app.ui.pages.record_dialogs import RecordDialog
from evidence_app.ui.pages.referral import MomentField
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Notice, RadioRow, SelectField, TextField, strong


def why_words(why: str) -> str:
    """A reason as it is shown, from its code in the record: never words about a picture."""
    return {
        Why.INDECENT_IMAGE.value: _tr("It could show a person under 18 indecently"),
        Why.ASKED_BY_POLICE.value: _tr("The police asked for it"),
        Why.ASKED_BY_SAFEGUARDING_LEAD.value: _tr("The safeguarding lead asked for it"),
    }.get(why, why)


def _tr(text: str) -> str:
    return QCoreApplication.translate("safeguards", text)


def names_in(text: str) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(one for part in text.split(",") if (one := " ".join(part.split())))


class _Dialog(RecordDialog):
    """What these have in common: a required line of words, and where the keyboard begins."""

    def require(self, *fields: TextField) -> bool:
        """Whether all are filled in; the first that is not says so."""
        empty = next((one for one in fields if not one.text()), None)
        if empty is not None:
            empty.set_error(self.tr("Write this too."))
            empty.input.setFocus(Qt.FocusReason.OtherFocusReason)
        return empty is None


class LockAwayDialog(_Dialog):
    """`recorded` carries the names of all that is locked away by it."""

    def __init__(self, session: Session, number: str, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._number = number
        self.set_words(
            self.tr("Lock {0} away?").format(number),
            self.tr(
                "At once nobody can see, copy or export it, also not in reports, bundles and "
                "backups. Its time "
                "and web address stay in the record. It is not removed, and it cannot be unlocked here."
            ),
            self.tr("Lock it away"),
        )
        self.why = SelectField(self.tr("Why"), [(why_words(one), one) for one in Why])
        self.told = TextField(
            self.tr("Who was told"),
            hint=self.tr("Names with commas between them. You can add this later."),
            optional=True,
        )
        self.told.submitted.connect(self.save)
        self.body.addWidget(self.why)
        self.body.addWidget(self.told)
        # Locking away is the safe answer: too much locked away can be put right by those who decide.
        self.save_button.setFocus()

    def save(self) -> None:
        self.write(
            workflows.lock_away,
            self._number,
            Why(str(self.why.value())),
            names_in(self.told.text()),
        )


class InstructionDialog(_Dialog):
    """What the police or the safeguarding lead said is to become of what is locked away."""

    def __init__(self, session: Session, number: str, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._number = number
        self.set_words(
            self.tr("Record an instruction about {0}").format(number),
            self.tr("That it is to be disposed of. Nothing is disposed of by recording this."),
            self.tr("Record it"),
        )
        self.office = RadioRow(
            self.tr("Who gave it"),
            [
                (self.tr("The police"), Office.POLICE),
                (self.tr("The safeguarding lead"), Office.SAFEGUARDING_LEAD),
            ],
        )
        self.given_by = TextField(self.tr("Name"))
        self.reference = TextField(
            self.tr("Their reference"), hint=self.tr("For example the number of the crime or of the letter.")
        )
        self.given_at = MomentField(self.tr("Given"))
        group = QVBoxLayout()
        group.setSpacing(6)
        group.addWidget(strong(self.tr("Who gave it")))
        group.addWidget(self.office)
        self.body.addLayout(group)
        for part in (self.given_by, self.reference, self.given_at):
            self.body.addWidget(part)
        self.given_by.input.setFocus()

    def save(self) -> None:
        office = self.office.value()
        if not isinstance(office, Office):
            self.message.show_message(
                self.tr("Say whether it came from the police or the safeguarding lead.")
            )
        elif self.require(self.given_by, self.reference) and (at := self.given_at.value()) is not None:
            self.message.clear()
            self.write(
                workflows.record_instruction,
                self._number,
                self.given_by.text(),
                office,
                self.reference.text(),
                at,
            )


class WithdrawDialog(_Dialog):
    """Captured by mistake: it stays, and is left out of bundles."""

    def __init__(self, session: Session, number: str, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._number = number
        self.set_words(
            self.tr("Withdraw {0}").format(number),
            self.tr(
                "For something captured by mistake. It stays in the record, marked, and new bundles leave it "
                "out with your reason. You can bring it back."
            ),
            self.tr("Withdraw it"),
        )
        self.reason = TextField(self.tr("Reason"), hint=self.tr("Whoever gets a bundle can read it."))
        self.reason.submitted.connect(self.save)
        self.body.addWidget(self.reason)
        self.reason.input.setFocus()

    def save(self) -> None:
        if self.require(self.reason):
            self.write(workflows.withdraw, self._number, self.reason.text())


class BringBackDialog(_Dialog):
    """The withdrawal is taken back; both stay in the record."""

    def __init__(self, session: Session, number: str, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._number = number
        self.set_words(
            self.tr("Bring {0} back").format(number),
            self.tr("It goes into bundles again. The withdrawal stays in the record."),
            self.tr("Bring it back"),
        )
        self.reason = TextField(self.tr("Reason"))
        self.reason.submitted.connect(self.save)
        self.body.addWidget(self.reason)
        self.reason.input.setFocus()

    def save(self) -> None:
        if self.require(self.reason):
            self.write(workflows.reinstate, self._number, self.reason.text())


class HoldDialog(_Dialog):
    """Put a hold on an exhibit (or an incident), or release it."""

    def __init__(
        self, session: Session, about: str, *, release: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(session, parent)
        self._about, self._release = about, release
        if release:
            self.set_words(
                self.tr("Release the hold on {0}").format(about),
                self.tr("Once it is due, it can be disposed of again. The hold stays in the record."),
                self.tr("Release the hold"),
            )
        else:
            self.set_words(
                self.tr("Put a hold on {0}").format(about),
                self.tr("It is kept from every disposal until the hold is released, also when it is due."),
                self.tr("Put it on hold"),
            )
        self.reason = TextField(self.tr("Reason"))
        self.asked_by = TextField(self.tr("Who asked for it"))
        self.body.addWidget(self.reason)
        self.body.addWidget(self.asked_by)
        self.reason.input.setFocus()

    def save(self) -> None:
        if self.require(self.reason, self.asked_by):
            act = workflows.release if self._release else workflows.hold
            self.write(act, self._about, self.reason.text(), self.asked_by.text())


def locked_notice(told: Sequence[str], why: str) -> Notice:
    """What stands in the place of the picture of an exhibit that is locked away."""
    words = _tr(
        "{why}. Nobody can see, copy or export it. What becomes of it is decided by the police or the "
        "safeguarding lead."
    ).format(why=why_words(why))
    if told:
        words += " " + _tr("Told: {0}.").format(", ".join(told))
    return Notice(_tr("This picture is locked away."), words, "bad", "lock")
