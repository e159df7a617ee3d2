"""A referral without the picture (8.1): words only, recorded, then a report and a bundle of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from evidence_app import policy, workflows
from evidence_app.bundle.referral_sheet import route_of
from evidence_app.errors import EvidenceError
from evidence_app.records import Contact, Found, How, Referral, Role, Said, Told
from evidence_app.ui.drafting import DraftKeeper
from evidence_app.ui.pages import referral_draft, stop
from evidence_app.ui.pages.referral_draft import REFERRAL
from evidence_app.ui.pages.referral_out import SealReferralDialog, SheetDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Card,
    InlineMessage,
    Notice,
    NumberedStep,
    RadioRow,
    ScrollPage,
    SelectField,
    TextField,
    area,
    hint,
    primary,
    secondary,
    strong,
    title,
)
from evidence_app.vault.vault import Vault

_NOT_YET = ""


class MomentField(QWidget):
    """A day and a time of this computer's zone, as a person writes them in this country."""

    def __init__(self, what: str, at: datetime | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = at or datetime.now().astimezone()
        self.day = TextField(self.tr("{0}: day").format(what), value=f"{now:%d/%m/%Y}")
        self.time = TextField(self.tr("{0}: time").format(what), value=f"{now:%H:%M}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for field in (self.day, self.time):
            row.addWidget(field, 1)

    def value(self) -> datetime | None:
        """The moment with its offset; None, with an error in place, where it cannot be read."""
        try:
            day = datetime.strptime(self.day.text(), "%d/%m/%Y")  # noqa: DTZ007 - the zone is added below
        except ValueError:
            self._wrong(self.day, self.tr("Write the day like this: 12/03/2026."))
            return None
        try:
            time = datetime.strptime(self.time.text().replace(".", ":"), "%H:%M")  # noqa: DTZ007
        except ValueError:
            self._wrong(self.time, self.tr("Write the time like this: 14:30."))
            return None
        return day.replace(hour=time.hour, minute=time.minute).astimezone()

    def _wrong(self, field: TextField, words: str) -> None:
        field.set_error(words)
        field.input.setFocus(Qt.FocusReason.OtherFocusReason)


class ToldCard(Card):
    """Somebody who is told: the name, how, and when. Not told yet is an answer too."""

    def __init__(self, role: str, name: str = "", parent: QWidget | None = None) -> None:
        words = policy.current().role(role).name
        super().__init__(words, padding=16, parent=parent)
        self.role = role
        self.name = TextField(self.tr("Name"), value=name)
        self.how = SelectField(
            self.tr("Told already?"),
            [
                (self.tr("Not yet"), _NOT_YET),
                (self.tr("In person"), How.IN_PERSON),
                (self.tr("By telephone"), How.TELEPHONE),
                (self.tr("In another way"), How.OTHER),
            ],
        )
        self.at = MomentField(self.tr("Told"))
        self.at.hide()
        self.how.changed.connect(lambda value: self.at.setVisible(bool(value)))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.name, 1)
        row.addWidget(self.how, 1)
        self.add(row, self.at)
        self._name_fields(words)

    def _name_fields(self, role: str) -> None:
        for field, words in ((self.name, self.tr("Name")), (self.how, self.tr("Told already?"))):
            field.editor.setAccessibleName(f"{role}: {words}")

    def set_role(self, role: str, name: str) -> None:
        """Another role takes this place; a name that was typed for the other one goes."""
        if role != self.role:
            self.role = role
            words = policy.current().role(role).name
            self.title.setText(words)
            self.setAccessibleName(words)
            self.name.setText(name)
            self._name_fields(words)

    def value(self) -> Told | None:
        """Who is told; None, with an error in place, where something is missing."""
        if not self.name.text():
            self.name.set_error(self.tr("Write the name. You can tell them after this."))
            self.name.input.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        how = str(self.how.value())
        if how == _NOT_YET:
            return Told(self.name.text(), self.role)
        at = self.at.value()
        return None if at is None else Told(self.name.text(), self.role, at, How(how))


def _record(
    vault: Vault,
    found: stop.Found,
    where: Found,
    seen_at: datetime,
    told: Sequence[Told],
    address: str,
    concerns_head: bool,
) -> Referral:
    return workflows.record_referral(
        vault,
        where,
        seen_at,
        told,
        address=address,
        incident=found.incident,
        exhibit=found.exhibit if found.locked else "",
        concerns_head=concerns_head,
    )


class ReferralPage(QWidget):
    """`closed` when all is done or nothing is wanted. There is no field for what the picture shows."""

    closed = Signal()

    def __init__(self, session: Session, found: stop.Found, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found = found
        known = session.vault.read.contacts()
        self._contacts = tuple(one for one in known if one.replaced_at is None)
        self.referral: Referral | None = None
        self.dialog: QDialog | None = None
        self.setAccessibleName(self.tr("Referral without the picture"))
        self.pages = QStackedWidget()
        self.pages.addWidget(self._form())
        self.message = InlineMessage()
        self.back_button = secondary(self.tr("Save and leave"), on_click=self.closed.emit)
        self.record_button = primary(self.tr("Record the referral"), "pencil", on_click=self.record)
        self.sheet_button = secondary(self.tr("Save the report as PDF"), "file", on_click=self.save_sheet)
        self.seal_button = primary(self.tr("Seal it for them"), "lock", on_click=self.seal)
        for button in (self.sheet_button, self.seal_button):
            button.hide()
        foot = area("footer")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addStretch(1)
        for button in (self.back_button, self.sheet_button, self.record_button, self.seal_button):
            row.addWidget(button)
        column = QVBoxLayout(foot)
        column.setContentsMargins(40, 15, 40, 16)
        column.setSpacing(8)
        column.addWidget(self.message)
        column.addLayout(row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.pages, 1)
        whole.addWidget(foot)
        self.setFocusProxy(self.address.input)
        self._begin()

    # --- unfinished -------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Go on where it was left, and keep what is typed from now on."""
        self._at_first = referral_draft.take(self, self._found)
        self.keeper = DraftKeeper(self._session, REFERRAL, self._typed, self)
        draft = self.keeper.begin(referral_draft.about(self._found))
        if draft is not None:
            referral_draft.give(self, draft)
        for part in (self.where, self.address, self.seen.day, self.seen.time, self.concerns):
            part.changed.connect(self.keeper.touch)
        for card in (self.first, self.lead):
            for field in (card.name, card.how, card.at.day, card.at.time):
                field.changed.connect(self.keeper.touch)

    def _typed(self) -> list[Said]:
        now = referral_draft.take(self, self._found)
        return now if self.referral is None and referral_draft.differs(now, self._at_first) else []

    def leave(self) -> None:
        """The window locks: what was typed is kept."""
        self.keeper.flush()

    # --- the form ---------------------------------------------------------------------------------

    def _form(self) -> QWidget:
        page = ScrollPage((40, 28, 40, 28), 16)
        page.body.addWidget(title(self.tr("Referral without the picture")))
        page.body.addWidget(
            hint(
                self.tr(
                    "Only when, where and who is told. Do not describe what the picture shows, and "
                    "do not look at it again to fill this in."
                )
            )
        )
        self.where = RadioRow(
            self.tr("Where is it?"),
            [
                (self.tr("On a website or in an app"), Found.WEBSITE),
                (self.tr("Saved on a device"), Found.DEVICE),
                (self.tr("It was sent to me"), Found.SENT),
            ],
        )
        self.address = TextField(
            self.tr("Web address"), hint=self.tr("The address alone, if you know it."), optional=True
        )
        self.seen = MomentField(self.tr("Seen"))
        self.concerns = RadioRow(
            self.tr("May it involve the Headteacher?"),
            [(self.tr("No"), "no"), (self.tr("Yes"), "yes"), (self.tr("I am not sure"), "unknown")],
        )
        self.concerns.changed.connect(lambda _value: self._route())
        self.first = ToldCard(policy.HEAD, head_of(self._contacts))
        self.lead = ToldCard(policy.SAFEGUARDING_LEAD)
        for label, row in (
            (self.tr("Where is it?"), self.where),
            (self.tr("May it involve the Headteacher?"), self.concerns),
        ):
            group = QVBoxLayout()
            group.setSpacing(6)
            group.addWidget(strong(label))
            group.addWidget(row)
            page.body.addLayout(group)
            if row is self.where:
                page.body.addWidget(self.address)
                page.body.addWidget(self.seen)
        page.body.addWidget(strong(self.tr("Who is told")))
        page.body.addWidget(self.first)
        page.body.addWidget(self.lead)
        page.body.addStretch(1)
        return page

    def _route(self) -> None:
        """Not sure counts as yes: that way can be put right later, the other one cannot."""
        concerned = self.concerns.value() in {"yes", "unknown"}
        self.first.set_role(
            policy.CHAIR if concerned else policy.HEAD, "" if concerned else head_of(self._contacts)
        )

    def record(self) -> None:
        """Record what was entered, in the background."""
        where, concerns = self.where.value(), self.concerns.value()
        if not isinstance(where, Found):
            self.message.show_message(self.tr("Say where it is."))
            return
        if concerns is None:
            self.message.show_message(self.tr("Say whether it may involve the Headteacher."))
            return
        seen, first, lead = self.seen.value(), self.first.value(), self.lead.value()
        if seen is None or first is None or lead is None or not self.record_button.isEnabled():
            return
        self.message.clear()
        self.record_button.setEnabled(False)
        self._session.runner.run(
            _record,
            self._session.vault,
            self._found,
            where,
            seen,
            (first, lead),
            self.address.text(),
            concerns != "no",
            on_done=self._recorded,
            on_error=self._failed,
            words=self.tr("Recording the referral"),
        )

    def _failed(self, error: BaseException) -> None:
        self.record_button.setEnabled(True)
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    # --- what comes after -------------------------------------------------------------------------

    def _recorded(self, referral: Referral) -> None:
        self.referral = referral
        self.keeper.done()
        self.pages.addWidget(self._done(referral))
        self.pages.setCurrentIndex(1)
        self.record_button.hide()
        self.sheet_button.show()
        self.seal_button.show()
        self.back_button.setText(self.tr("Done"))
        self.seal_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._session.changed.emit()

    def _done(self, referral: Referral) -> QWidget:
        page = ScrollPage((40, 28, 40, 28), 14)
        self.notice = Notice(
            self.tr("{0} is recorded, without a picture.").format(referral.reference),
            self.tr("It has an entry in your record like everything else."),
            "ok",
        )
        page.body.addWidget(self.notice)
        page.body.addWidget(strong(self.tr("What to do next")))
        for number, (name, why) in enumerate(route_of(referral, policy.current()), start=1):
            page.body.addWidget(NumberedStep(number, name, why))
        page.body.addWidget(
            hint(
                self.tr(
                    "Seal it for the people named, and save the report for the school’s safeguarding record. "
                    "Do nothing more with the picture until you have advice."
                )
            )
        )
        page.body.addStretch(1)
        return page

    def save_sheet(self) -> None:
        """The report of the referral, into a PDF."""
        if self.referral is not None:
            self._open(SheetDialog(self._session, self.referral, self.window()))

    def seal(self) -> None:
        """A bundle of its own, without any exhibit."""
        if self.referral is not None:
            self._open(SealReferralDialog(self._session, self.referral, self._contacts, self.window()))

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            (self.record_button if self.referral is None else self.seal_button).click()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def head_of(contacts: Sequence[Contact]) -> str:
    """The name of the one contact whose card says "head"; empty where there is none, or several."""
    heads = [one.name for one in contacts if one.role == Role.HEAD.value]
    return heads[0] if len(heads) == 1 else ""
