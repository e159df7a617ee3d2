"""The unlocked window: the sidebar and its sections."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from evidence_app.records import EntryKind, Role, StopAnswer, StopAnswered
from evidence_app.ui import say
from evidence_app.ui.overlay import CaptureFlow
from evidence_app.ui.pages import stop_question
from evidence_app.ui.pages.activity import ActivityPage
from evidence_app.ui.pages.bundles import SealedBundlesPage
from evidence_app.ui.pages.check_bundle import CheckBundlePage
from evidence_app.ui.pages.contacts import ContactsPage
from evidence_app.ui.pages.exhibit import ExhibitPage
from evidence_app.ui.pages.help import HelpPage
from evidence_app.ui.pages.incidents import IncidentsPage
from evidence_app.ui.pages.stop_question import StopQuestion
from evidence_app.ui.pages.unfiled import UnfiledPage
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Section, Sidebar


class Desk(QWidget):
    """The unlocked window: the sidebar and its sections."""

    lock_requested = Signal()
    seal_requested = Signal(str)
    review_requested = Signal(str)
    verify_requested = Signal(str)
    stop_requested = Signal(str)
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        staff = session.owner.role is Role.STAFF
        self.sidebar = Sidebar()
        self.sections = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(self.sections, 1)

        self.incidents = IncidentsPage(session)
        self.unfiled = UnfiledPage(session)
        self.bundles = SealedBundlesPage(session)
        self.check = CheckBundlePage(session)
        self.contacts = ContactsPage(session)
        self.activity = ActivityPage(session)
        self.help = HelpPage()
        self.exhibit = ExhibitPage(session)
        self._verdict: VerdictPage | None = None
        self._pages: dict[str, QWidget] = {
            "incidents": self.incidents,
            "unfiled": self.unfiled,
            "bundles": self.bundles,
            "check": self.check,
            "contacts": self.contacts,
            "activity": self.activity,
            "help": self.help,
        }
        for page in (*self._pages.values(), self.exhibit):
            self.sections.addWidget(page)
        own = ["incidents", "unfiled", "bundles"] if staff else ["check"]
        other = ["check"] if staff else ["incidents", "bundles"]
        self._order = [*own, *other, "contacts", "activity", "help"]

        self.flow = CaptureFlow(session)
        self.flow.sealed.connect(self.review_requested)
        self.flow.failed.connect(self.failed)
        self.incidents.capture_requested.connect(self.capture)
        self.incidents.seal_requested.connect(self.seal_requested)
        self.incidents.exhibit_requested.connect(self.show_exhibit)
        self.incidents.support_requested.connect(lambda: self.show_section("help"))
        self.unfiled.capture_requested.connect(self.capture)
        self.unfiled.exhibit_requested.connect(self.show_exhibit)
        self.exhibit.back_requested.connect(self._back)
        self.exhibit.add_requested.connect(self.review_requested)
        self.exhibit.incident_requested.connect(self.show_incident)
        self.check.verify_requested.connect(self.verify_requested)
        self.sidebar.chosen.connect(self.show_section)
        self.sidebar.lock_requested.connect(self.lock_requested)
        session.changed.connect(self.refresh)
        for number in range(1, 8):
            QShortcut(QKeySequence(f"Alt+{number}"), self, lambda n=number: self._nth(n))
        QShortcut(QKeySequence("Ctrl+Shift+E"), self, lambda: self.capture(self.incidents.reference()))
        self.refresh()
        self.show_section(self._order[0])

    def _nth(self, number: int) -> None:
        if number <= len(self._order):
            self.show_section(self._order[number - 1])

    def show_section(self, key: str) -> None:
        self._end_verdict()
        self.sidebar.set_current(key)
        self.sections.setCurrentWidget(self._pages[key])

    def show_exhibit(self, number: str) -> None:
        self.sections.setCurrentWidget(self.exhibit)
        self.exhibit.show_exhibit(number)

    def show_verdict(self, page: VerdictPage) -> None:
        """A verdict stands beside the sidebar, in the section where bundles are checked."""
        self._end_verdict()
        self._verdict = page
        page.closed.connect(lambda: self.show_section("check"))
        self.sections.addWidget(page)
        self.sidebar.set_current("check")
        self.sections.setCurrentWidget(page)
        page.setFocus()

    def _end_verdict(self) -> None:
        page, self._verdict = self._verdict, None
        if page is not None:
            self.sections.removeWidget(page)
            page.hide()
            page.deleteLater()

    def show_incident(self, reference: str) -> None:
        """An incident's timeline; the unfiled captures for an empty reference."""
        if reference:
            self.show_section("incidents")
            self.incidents.select(reference)
        else:
            self.show_section("unfiled")

    def _back(self) -> None:
        self.show_section(self.sidebar.current())

    def capture(self, incident: str) -> None:
        """Start a capture for an incident, or unfiled for an empty reference; the question of 8.1 first."""
        if stop_question.is_open(self.session.vault, incident):
            self.flow.start(incident)
            return
        dialog = StopQuestion(self.session, incident, self.window())
        dialog.recorded.connect(lambda said: self._answered(incident, said))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _answered(self, incident: str, said: StopAnswered) -> None:
        if said.answer is StopAnswer.NO:
            self.flow.start(incident)
        else:
            self.stop_requested.emit("")

    def refresh(self) -> None:
        """Numbers beside the sections, and the state of the vault."""
        read = self.session.vault.read
        counts = {
            "incidents": len(read.incidents()),
            "unfiled": read.unfiled(),
            "bundles": len(read.bundles()),
        }
        words = {
            "incidents": (self.tr("Incidents"), "folder"),
            "unfiled": (self.tr("Unfiled captures"), "inbox"),
            "bundles": (self.tr("Sealed bundles"), "box"),
            "check": (self.tr("Check a bundle"), "shield-check"),
            "contacts": (self.tr("Contacts"), "people"),
            "activity": (self.tr("Activity"), "list"),
            "help": (self.tr("Help"), "help"),
        }
        if not self.sidebar.current():
            self.sidebar.set_sections([Section(key, *words[key], counts.get(key)) for key in self._order])
        for key, count in counts.items():
            self.sidebar.set_count(key, count)
        self._show_state()

    def _show_state(self) -> None:
        checked = self.session.vault.read.latest(EntryKind.VAULT_CHECKED)
        if checked is None:
            self.sidebar.set_vault_state(
                self.tr("Vault: unlocked"), self.tr("Not checked yet"), "neutral", "lock"
            )
        elif checked.data.get("problems"):
            self.sidebar.set_vault_state(self.tr("Vault: look at Activity"), "", "bad")
        else:
            when = say.lately(checked.at, datetime.now(UTC))
            self.sidebar.set_vault_state(
                self.tr("Vault: in order"), self.tr("Checked {0}").format(when), "ok"
            )

    def leave(self) -> None:
        """Pages keep what was typed."""
        for index in range(self.sections.count()):
            leave = getattr(self.sections.widget(index), "leave", None)
            if callable(leave):
                leave()
