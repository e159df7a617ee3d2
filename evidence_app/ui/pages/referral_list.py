"""Referrals without a picture that were recorded: when, who is told, sealed or not; paper, and seal again."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from evidence_app import policy, workflows
from evidence_app.errors import EvidenceError
from evidence_app.records import BundleRow, Found, How, Referral, Told
from evidence_app.ui import say
from evidence_app.ui.pages import receipt_data, receipt_words
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.pages.receipt_data import Known
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.pages.referral_out import SealReferralDialog, SheetDialog
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Card,
    Chip,
    FactRows,
    FlowLayout,
    InlineMessage,
    Link,
    ScrollPage,
    card_title,
    hint,
    lead,
    primary,
    secondary,
    section,
    title,
)
from evidence_app.vault.vault import Vault

PPI = 96


@dataclass(frozen=True, slots=True)
class KnownReferral:
    """A referral with the bundles that were sealed of it, newest first, and the receipts for them."""

    referral: Referral
    bundles: tuple[BundleRow, ...]
    receipts: tuple[Known, ...]


def load(vault: Vault) -> tuple[KnownReferral, ...]:
    """All referrals, newest first; for background work."""
    found = []
    for one in vault.read.referrals():
        bundles = vault.read.bundles(one.reference)
        newest = tuple(sorted(bundles, key=lambda bundle: bundle.seq, reverse=True))
        found.append(KnownReferral(one, newest, receipt_data.of_bundles(vault, newest)))
    return tuple(found)


class ReferralsPage(RecordPage):
    """`back_requested`: Escape, or the words above the title."""

    back_requested = Signal()
    incident_requested = Signal(str)
    exhibit_requested = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._known: tuple[KnownReferral, ...] | None = None
        self._wanted = ""
        self.dialog: QDialog | None = None
        self.cards: dict[str, ReferralCard] = {}
        self.setAccessibleName(self.tr("Referrals without a picture"))
        self.back = Link(self.tr("Back"), type="small", icon="arrow-left", on_click=self.back_requested.emit)
        self.message = InlineMessage()
        self.nothing = section(self.tr("No referral without a picture was recorded."))
        self.nothing.hide()
        self.page = ScrollPage((32, 20, 32, 24), 12, "bg")
        self.page.body.addWidget(self.back)
        self.page.body.addWidget(title(self.tr("Referrals without a picture")))
        self.page.body.addWidget(
            lead(
                self.tr(
                    "What could show a child indecently is referred in words only. No picture is in any of "
                    "these, and none is described."
                )
            )
        )
        self.page.body.addWidget(self.message)
        self.page.body.addWidget(self.nothing)
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        self.page.body.addLayout(self._column)
        self.page.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.page)
        self.setFocusProxy(self.back)

    def show_referral(self, reference: str) -> None:
        """Bring this one into view, also one that has not been read yet."""
        self._wanted = reference
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read the referrals again, in the background."""
        self._session.runner.run(
            load,
            self._session.vault,
            on_done=self._show,
            on_error=self._failed,
            words=self.tr("Reading the referrals"),
        )

    def _show(self, known: tuple[KnownReferral, ...]) -> None:
        if known != self._known:
            self._known = known
            self._fill(known)
        wanted, self._wanted = self._wanted, ""
        if wanted in self.cards:
            card = self.cards[wanted]
            card.paper_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self._reveal(card)

    def _reveal(self, card: ReferralCard, *, again: bool = True) -> None:
        """Scroll to it, once the cards have their places: a first turn of the events lays them out."""
        if again:
            QTimer.singleShot(0, card, lambda: self._reveal(card, again=False))
        else:
            QTimer.singleShot(0, card, lambda: self.page.ensureWidgetVisible(card))

    def _fill(self, known: tuple[KnownReferral, ...]) -> None:
        focused = next((ref for ref, card in self.cards.items() if card.isAncestorOf(self._focus())), "")
        for card in self.cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = {}
        before: QWidget = self.back
        for one in known:
            card = ReferralCard(one)
            card.paper_button.clicked.connect(lambda _on=False, of=one.referral: self.show_paper(of))
            card.save_button.clicked.connect(lambda _on=False, of=one.referral: self._save(of))
            card.seal_button.clicked.connect(lambda _on=False, of=one.referral: self._seal(of))
            card.incident_requested.connect(self.incident_requested)
            card.exhibit_requested.connect(self.exhibit_requested)
            self._column.addWidget(card)
            self.cards[one.referral.reference] = card
            for stop in card.stops:
                QWidget.setTabOrder(before, stop)
                before = stop
        self.nothing.setVisible(not known)
        self._wanted = self._wanted or focused

    def _focus(self) -> QWidget:
        return self.focusWidget() or self

    # --- acts -------------------------------------------------------------------------------------

    def show_paper(self, referral: Referral) -> None:
        """The sheet of a referral on the screen; nothing is written."""
        self.message.clear()
        self._session.runner.run(
            workflows.referral_paper,
            self._session.vault,
            referral.reference,
            PPI,
            on_done=lambda paper: self._show_pages(referral.reference, paper),
            on_error=self._failed,
            words=self.tr("Laying out the paper"),
            owner=self,
        )

    def _show_pages(self, reference: str, paper: tuple[tuple[bytes, ...], str]) -> None:
        pages, words = paper
        self._open(PaperDialog(reference, pages, words, self.window()))

    def _save(self, referral: Referral) -> None:
        self._open(SheetDialog(self._session, referral, self.window()))

    def _seal(self, referral: Referral) -> None:
        contacts = self._session.vault.read.contacts()
        self._open(SealReferralDialog(self._session, referral, contacts, self.window()))

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_requested.emit()
        else:
            super().keyPressEvent(event)


class ReferralCard(Card):
    """One referral. `stops` are what the Tab key comes to, in order."""

    incident_requested = Signal(str)
    exhibit_requested = Signal(str)

    def __init__(self, known: KnownReferral, parent: QWidget | None = None) -> None:
        super().__init__(padding=20, parent=parent)
        one = known.referral
        self.stops: list[QAbstractButton] = []
        self.setAccessibleName(one.reference)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(card_title(one.reference, wrap=False))
        self.chip = _state(known)
        head.addWidget(self.chip)
        head.addStretch(1)
        when = f"{say.short_day(one.recorded_at)}, {say.minute(one.recorded_at)}"
        head.addWidget(hint(self.tr("Recorded {0}").format(when), wrap=False))
        self.facts = FactRows(name_width=132)
        self.facts.add(self.tr("Seen"), f"{say.short_day(one.seen_at)}, {say.minute(one.seen_at)}")
        where = _where(one)
        self.facts.add(self.tr("Where"), LongText(f"{where}: {one.address}" if one.address else where))
        for told in one.told:
            self.facts.add(policy.current().role(told.role).name, _told(told))
        if one.incident is not None:
            self._add_link(self.tr("Incident"), one.incident, self.incident_requested)
        if one.exhibit:
            self._add_link(self.tr("Locked away"), one.exhibit, self.exhibit_requested)
        for bundle in known.bundles:
            self.facts.add(self.tr("Sealed"), *_sealed(bundle, known.receipts))
        self.paper_button = secondary(self.tr("Show the paper"), "file", size="compact")
        self.save_button = secondary(self.tr("Save it as PDF"), "save", size="compact")
        again = self.tr("Seal it again") if known.bundles else self.tr("Seal it for them")
        self.seal_button = secondary(again, "lock", size="compact")
        buttons = QWidget()
        flow = FlowLayout(buttons, 8)
        for button in (self.paper_button, self.save_button, self.seal_button):
            button.setAccessibleName(f"{one.reference}: {button.text()}")
            flow.addWidget(button)
            self.stops.append(button)
        self.add(head, self.facts, buttons)

    def _add_link(self, name: str, value: str, signal: object) -> None:
        link = Link(value, type="body")
        link.setAccessibleName(f"{name}: {value}")
        link.clicked.connect(lambda: signal.emit(value))  # type: ignore[attr-defined]
        self.stops.append(link)
        self.facts.add(name, link)


def _state(known: KnownReferral) -> Chip:
    if not known.bundles:
        return Chip(say.tr("Not sealed yet"), "warn", "alert-circle")
    loud = receipt_data.speaking(known.receipts)
    if loud:
        return Chip(*receipt_words.short(loud[0]))
    return Chip(say.tr("Sealed"), "accent", "lock")


def _where(one: Referral) -> str:
    if one.found is Found.SENT:
        return say.tr("It was sent to me")
    rules = policy.current()
    return rules.name_of(one.found.value, rules.imagery)


def _told(told: Told) -> str:
    if told.at is None:
        return say.tr("{0}: not told yet when this was recorded").format(told.name)
    how = {
        How.IN_PERSON: say.tr("in person"),
        How.TELEPHONE: say.tr("by telephone"),
        How.OTHER: say.tr("in another way"),
        None: "",
    }[told.how]
    when = f"{say.short_day(told.at)}, {say.minute(told.at)}"
    return say.tr("{0}: told {1}").format(told.name, f"{how}, {when}" if how else when)


def _sealed(bundle: BundleRow, receipts: tuple[Known, ...]) -> tuple[str, str]:
    """For whom and when; beneath it the file, and what a receipt says of it."""
    for_whom = ", ".join(bundle.sealed_for) or say.tr("whoever has the passphrase")
    words = say.tr("For {0}, {1}, {2}").format(
        for_whom, say.short_day(bundle.sealed_at), say.minute(bundle.sealed_at)
    )
    own = [one for one in receipts if one.row.bundle_id == bundle.bundle_id]
    said = [f"{receipt_words.sentence(one)}." for one in own] or [say.tr("No receipt yet.")]
    return words, " ".join([f"{bundle.file_name}.", *said])


class PaperDialog(QDialog):
    """The pages of a paper as pictures; `words` is what stands on them, for a screen reader."""

    def __init__(
        self, reference: str, pages: tuple[bytes, ...], words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        name = self.tr("Paper of {0}").format(reference)
        self.setWindowTitle(name)
        self.setAccessibleName(name)
        self.resize(880, 680)
        self.page = ScrollPage((12, 12, 12, 12), 12, "sunken")
        self.page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.page.setAccessibleName(name)
        self.page.setAccessibleDescription(words)
        for data in pages:
            sheet = QLabel()
            picture = QPixmap()
            picture.loadFromData(data)
            sheet.setPixmap(picture)
            sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            sheet.setAccessibleName(name)
            self.page.body.addWidget(sheet)
        self.close_button = primary(self.tr("Close"), on_click=self.accept, min_width=112)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(12)
        column.addWidget(hint(self.tr("Only shown here: nothing was written to a file.")))
        column.addWidget(self.page, 1)
        column.addLayout(foot)
        self.close_button.setFocus()
