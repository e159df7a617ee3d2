"""One answer on the verification page: banner, what was checked, what it is, what to do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from evidence_app.bundle.dates import day_and_time
from evidence_app.records import ReceivedRow, Verdict
from evidence_app.ui.pages import contacts_compare, verdict_parts, verdict_steps
from evidence_app.ui.pages.bundle_states import status
from evidence_app.ui.pages.columns import Columns, column
from evidence_app.ui.pages.confirm_sender import ConfirmCard
from evidence_app.ui.pages.contact_words import role_and_school
from evidence_app.ui.pages.contacts_compare import Comparison, Person
from evidence_app.ui.pages.received_panel import ReceivedPanel
from evidence_app.ui.pages.verdict_data import Found, Where
from evidence_app.ui.pages.verdict_faces import IN_DOUBT, UNCONFIRMED, Face, face_of
from evidence_app.ui.pages.verdict_view import EvidenceView
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Button, Card, FlowLayout, Notice, secondary

STACK_BELOW = 760


class ResultView(QWidget):
    """Made once for each answer. `place_buttons` puts the acts where the pictures have them."""

    related_requested = Signal(str)
    locked = Signal()
    safeguarded = Signal(bool)
    """As those of `ReceivedPanel`."""

    def __init__(
        self, found: Found, where: Where, session: Session | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.found, self.face = found, face_of(found.answer)
        self.banner = verdict_parts.banner(found.answer)
        self.confirm: ConfirmCard | None = None
        self.comparisons: list[Comparison] = []
        self.panel: ReceivedPanel | None = None
        self.notices: list[Notice] = []
        self._until: Card | None = None
        self._said = QVBoxLayout()
        self._said.setSpacing(12)
        self._views = QVBoxLayout()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(20)
        whole.addWidget(self.banner)
        whole.addLayout(self._said)
        whole.addWidget(self._answer(where))
        whole.addLayout(self._views)
        if session is not None and found.row is not None:
            self.panel = ReceivedPanel(session)
            self.panel.related_requested.connect(self.related_requested)
            self.panel.locked.connect(self.locked)
            self.panel.safeguarded.connect(self.safeguarded)
            self.panel.show_row(found.row.reference)
            whole.addWidget(self.panel)

    # --- what is shown --------------------------------------------------------------------------

    def _answer(self, where: Where) -> QWidget:
        verdict, row = self.found.verdict, self.found.row
        if verdict is None:
            return self._without_verdict(where, row)
        about, limit = verdict_parts.about(verdict, row), verdict_parts.limit(verdict)
        if self.face in UNCONFIRMED:
            return self._unconfirmed(verdict, about, limit)
        name = verdict.confirmed.name if verdict.confirmed is not None else ""
        if self.face is Face.ALTERED:
            left = column(verdict_parts.what_changed(verdict), verdict_parts.checked_altered(verdict))
            todo = verdict_steps.what_to_do(self.face, name, row)
            return Columns(left, column(todo, about, limit), right=392, stack_below=STACK_BELOW)
        if self.face is Face.IN_CONFLICT:
            differs = verdict_steps.where_it_differs(verdict)
            checked = verdict_parts.checked(verdict)
            left = checked if differs is None else column(differs, checked)
            todo = verdict_steps.what_to_do(self.face, name, row)
            return Columns(left, column(todo, about, limit), right=360, stack_below=STACK_BELOW)
        checked = verdict_parts.checked(verdict)
        return Columns(checked, column(about, limit), right=316, stack_below=STACK_BELOW)

    def _without_verdict(self, where: Where, row: ReceivedRow | None) -> QWidget:
        file = verdict_parts.about_file(where.path, where.reference, row)
        if self.face is Face.NOT_CHECKED:
            return file
        todo = verdict_steps.what_to_do(self.face, "", row)
        return Columns(todo, file, right=392, stack_below=STACK_BELOW)

    def _unconfirmed(self, verdict: Verdict, about: Card, limit: Card) -> QWidget:
        self._until = verdict_parts.plain(
            self.tr("Until you confirm"),
            self.tr(
                "You can read the evidence, but treat the sender’s name as a claim. A receipt will say "
                "‘sender not confirmed’."
            ),
        )
        left = column(*(_framed(one) for one in self._compared(verdict)), self._who_sent(verdict))
        right = column(verdict_parts.checked_narrow(verdict), self._until, limit, about)
        return Columns(left, right, right=364, stack_below=STACK_BELOW)

    def _compared(self, verdict: Verdict) -> list[Comparison]:
        facts = verdict.facts
        if facts is None or self._session is None:
            return []
        new = Person(
            self.tr("In this bundle"),
            facts.sender_name,
            role_and_school(facts.sender_role, facts.sender_school),
            facts.sender_words,
            facts.sender_fingerprint,
        )
        own = self._session.vault.signing_key.public_key
        self.comparisons = [
            Comparison(contacts_compare.person(known, own), new) for known in self.found.alike
        ]
        return self.comparisons

    def _who_sent(self, verdict: Verdict) -> Card:
        facts = verdict.facts
        if self._session is None or facts is None:
            words = " ".join(facts.sender_words) if facts is not None else ""
            return verdict_parts.plain(
                self.tr("Who sent it?"),
                self.tr(
                    "To confirm a sender you need a vault of your own, where it is remembered. Open this "
                    "bundle there, and compare the eight words with the sender in person or by telephone."
                ),
                self.tr("Words of the key that sealed it: {0}").format(words),
            )
        if facts.sender_key in self._session.vault.own_keys():
            return verdict_parts.plain(
                self.tr("You sealed it yourself"),
                self.tr("The key is the one of this vault. There is nobody else to confirm."),
            )
        doubtful = self.face in IN_DOUBT or bool(self.found.alike)
        self.confirm = ConfirmCard(facts.sender_name, facts.sender_words, doubtful=doubtful)
        return self.confirm

    # --- what is put in later -------------------------------------------------------------------

    def place_buttons(self, buttons: list[Button]) -> None:
        """Into the banner; beside the question who sent it, into the card "Until you confirm"."""
        if not buttons:
            return
        if self._until is None:
            self.banner.add_button(*buttons)
        else:
            flow = FlowLayout(gap=8)
            for button in buttons:
                flow.addWidget(button)
            self._until.body.addSpacing(4)
            self._until.add(flow)
        for button in buttons:
            button.show()

    def add_view(self, view: EvidenceView) -> None:
        """The pictures, below what was checked."""
        self._views.addWidget(view)

    def say(self, title: str, text: str, kind: str, folder: str = "") -> None:
        """What came of an act, below the banner; only the newest is shown."""
        for old in self.notices:
            old.hide()
            old.deleteLater()
        notice = Notice(title, text, kind)
        self.notices = [notice]
        if folder:
            button = secondary(
                self.tr("Show the file"),
                "folder",
                size="compact",
                on_click=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)),
            )
            button.setToolTip(str(Path(folder)))
            notice.layout().addWidget(button)
        self._said.addWidget(notice)
        notice.show()

    def say_received_before(self, row: ReceivedRow) -> None:
        """The file is the same as one that the vault keeps."""
        self.say(
            self.tr("Received before on {0}, kept as {1}.").format(
                day_and_time(row.received_at), row.reference
            ),
            self.tr("It is the same file, byte for byte. On arrival: {0}. Today’s answer is above.").format(
                status(row.state).words
            ),
            "accent",
        )


def _framed(comparison: Comparison) -> Card:
    card = Card(padding=20)
    card.setAccessibleName(comparison.accessibleName())
    card.add(comparison)
    return card
