"""The unlocked window: the sidebar and its sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QWidget

from evidence_app import workflows
from evidence_app.errors import UserError
from evidence_app.records import EntryKind, Progress, StopAnswer, StopAnswered
from evidence_app.ui import say
from evidence_app.ui.browser.opening import Browsing
from evidence_app.ui.capture_ways import CaptureWays
from evidence_app.ui.finding import Finding
from evidence_app.ui.overlay import CaptureFlow
from evidence_app.ui.pages import receipt_data, receipt_words
from evidence_app.ui.pages.activity import ActivityPage
from evidence_app.ui.pages.bundles import SealedBundlesPage
from evidence_app.ui.pages.check_bundle import CheckBundlePage
from evidence_app.ui.pages.contacts import ContactsPage
from evidence_app.ui.pages.exhibit import ExhibitPage
from evidence_app.ui.pages.help import HelpPage
from evidence_app.ui.pages.incidents import IncidentsPage
from evidence_app.ui.pages.keys import KeysPage
from evidence_app.ui.pages.receipt_data import Taken
from evidence_app.ui.pages.receipts import ReceiptsPage
from evidence_app.ui.pages.register import RegisterPage
from evidence_app.ui.pages.stop import Found
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
    describe_requested = Signal(str)
    import_requested = Signal(str)
    settings_changed = Signal(object)
    stop_requested = Signal(object)
    finish_requested = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        staff = not session.owner.role.receives
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
        self.contacts = ContactsPage(session)
        self.activity = ActivityPage(session)
        self.receipts = ReceiptsPage(session)
        self.keys = KeysPage(session)
        self.help = HelpPage(hide_key=session.settings.hide_key)
        self.exhibit = ExhibitPage(session)
        self._verdict: VerdictPage | None = None
        # Where bundles of others come in: a reader keeps a register, everybody else only checks.
        self.reading = CheckBundlePage(session) if staff else RegisterPage(session)
        self._reading_key = "check" if staff else "received"
        self._pages: dict[str, QWidget] = {
            "incidents": self.incidents,
            "unfiled": self.unfiled,
            "bundles": self.bundles,
            "receipts": self.receipts,
            self._reading_key: self.reading,
            "contacts": self.contacts,
            "activity": self.activity,
            "keys": self.keys,
            "help": self.help,
        }
        for page in (*self._pages.values(), self.exhibit):
            self.sections.addWidget(page)
        self._words = {
            "incidents": (self.tr("Incidents"), "folder"),
            "unfiled": (self.tr("Unfiled captures"), "inbox"),
            "bundles": (self.tr("Sealed bundles"), "box"),
            "receipts": (self.tr("Receipts"), "receipt"),
            "check": (self.tr("Check a bundle"), "shield-check"),
            "received": (self.tr("Received bundles"), "inbox"),
            "contacts": (self.tr("Contacts"), "people"),
            "activity": (self.tr("Activity"), "list"),
            "keys": (self.tr("Keys"), "key"),
            "help": (self.tr("Help"), "help"),
        }
        own, rest = ["incidents", "unfiled", "bundles"], ["contacts", "activity", "keys", "help"]
        # Who reads may have incidents of their own as well: they stand apart, below.
        self._apart = "" if staff else own[0]
        self._order = [*own, "receipts", "check", *rest] if staff else ["received", "receipts", *rest, *own]

        self.flow = CaptureFlow(session)
        self.ways = CaptureWays(session, self.flow, self)
        self.browsing = Browsing(session, self)
        self.question: StopQuestion | None = None
        self.finding = Finding(self)
        self._start: Callable[[str], None] = self.flow.start
        self._connect()
        for number in range(1, len(self._order) + 1):
            QShortcut(QKeySequence(f"Alt+{number}"), self, lambda n=number: self._nth(n))
        QShortcut(QKeySequence("Ctrl+Shift+W"), self, lambda: self.browse(self.incidents.reference()))
        QShortcut(
            QKeySequence("Ctrl+I"), self, lambda: self.import_requested.emit(self.incidents.reference())
        )
        QShortcut(QKeySequence("Ctrl+Shift+E"), self, self._capture_here)
        QShortcut(QKeySequence("Ctrl+,"), self, self.ways.open_settings)
        self.refresh()
        self.show_section(self._order[0])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        here = QApplication.focusWidget()
        if not event.spontaneous() and (here is None or not self.isAncestorOf(here)):
            # After unlocking, and back from a page above: no key is lost.
            self.sections.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        """What the pages ask for, and who answers."""
        self.ways.capture_requested.connect(self._capture_here)
        self.ways.again_requested.connect(lambda: self.capture(self.incidents.reference(), self.flow.again))
        self.ways.settings_changed.connect(self.settings_changed)
        self.ways.lock_requested.connect(self.lock_requested)
        self.flow.sealed.connect(self.review_requested)
        self.flow.failed.connect(self.failed)
        self.flow.stopped.connect(lambda incident: self.stop_requested.emit(Found(incident or None)))
        self.browsing.described.connect(self.review_requested)
        self.browsing.settings_changed.connect(self.settings_changed)
        self.browsing.failed.connect(self.failed)
        self.incidents.page_requested.connect(self.browse)
        self.incidents.capture_requested.connect(self.capture)
        self.incidents.seal_requested.connect(self.seal_requested)
        self.incidents.describe_requested.connect(self.describe_requested)
        self.incidents.import_requested.connect(self.import_requested)
        self.incidents.exhibit_requested.connect(self.show_exhibit)
        self.incidents.support_requested.connect(lambda: self.show_section("help"))
        self.incidents.finish_requested.connect(self.finish_requested)
        self.unfiled.capture_requested.connect(self.capture)
        self.unfiled.exhibit_requested.connect(self.show_exhibit)
        self.incidents.receipt_requested.connect(self.show_receipt)
        self.bundles.receipt_requested.connect(self.show_receipt)
        self.receipts.record_requested.connect(lambda path: self.record_receipts([Path(path)]))
        self.receipts.incident_requested.connect(self.show_incident)
        self.receipts.seal_requested.connect(self.seal_requested)
        self.receipts.contacts_requested.connect(self.compare_words)
        self.exhibit.back_requested.connect(self._back)
        self.exhibit.add_requested.connect(self.review_requested)
        self.exhibit.incident_requested.connect(self.show_incident)
        self.exhibit.exhibit_requested.connect(self.show_exhibit)
        self.reading.verify_requested.connect(lambda path: self.check(Path(path)))
        if isinstance(self.reading, RegisterPage):
            self.reading.received_requested.connect(self.show_received)
            self.reading.settings_changed.connect(self.settings_changed)
        self.receipts.received_requested.connect(self.show_received)
        self.activity.vault_check.progressed.connect(self._show_checking)
        self.sidebar.chosen.connect(self.show_section)
        self.sidebar.lock_requested.connect(self.lock_requested)
        self.session.changed.connect(self.refresh)

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

    # --- bundles of others ------------------------------------------------------------------------

    def check(self, path: Path) -> None:
        """Check a bundle, and show what was found; a reader's vault receives it."""
        self._new_verdict().check(path)

    def show_received(self, reference: str) -> None:
        """A bundle that this vault keeps, with today's answer."""
        self._new_verdict().show_received(reference)

    def _new_verdict(self) -> VerdictPage:
        page = VerdictPage(self.session.runner, self.session)
        page.related_requested.connect(self._show_related)
        if isinstance(self.reading, RegisterPage):
            page.kept.connect(self.reading.select)
        self.show_verdict(page)
        return page

    def show_verdict(self, page: VerdictPage) -> None:
        """A verdict stands beside the sidebar, in the section where bundles are checked."""
        self._end_verdict()
        self._verdict = page
        page.set_back(self._words[self._reading_key][0])
        page.closed.connect(self._leave_verdict)
        self.sections.addWidget(page)
        self.sidebar.set_current(self._reading_key)
        self.sections.setCurrentWidget(page)
        page.setFocus()

    def _leave_verdict(self) -> None:
        self.show_section(self._reading_key)
        target = self.reading.table if isinstance(self.reading, RegisterPage) else self.reading
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_related(self, reference: str) -> None:
        if reference.startswith("INC-"):
            self.show_incident(reference)
        else:
            self.show_received(reference)

    def _end_verdict(self) -> None:
        page, self._verdict = self._verdict, None
        if page is not None:
            self.sections.removeWidget(page)
            page.hide()
            page.deleteLater()

    def compare_words(self, signing_key: bytes) -> None:
        """Whose key it is: asked in Contacts."""
        self.show_section("contacts")
        self.contacts.compare(signing_key)

    # --- receipts ---------------------------------------------------------------------------------

    def show_receipt(self, seq: int) -> None:
        """One receipt in full, by its entry."""
        self.show_section("receipts")
        self.receipts.show_receipt(seq)

    def record_receipts(self, paths: Sequence[Path]) -> None:
        """Record the receipts in these files, then show what they are for."""
        self.session.runner.run(
            receipt_data.record_all,
            self.session.vault,
            list(paths),
            on_done=self._recorded,
            words=self.tr("Recording the receipt"),
            owner=self,
        )

    def _recorded(self, taken: Taken) -> None:
        if taken.recorded:
            self.session.changed.emit()
        if len(taken.recorded) == 1:
            one = taken.recorded[0]
            bundle = one.known.bundle
            self.show_section("incidents")
            self.incidents.tell("" if bundle is None else bundle.incident, *receipt_words.recorded(one))
        elif taken.recorded:
            self.show_section("receipts")
            self.receipts.say_recorded(taken.recorded)
        if len(taken.refused) == 1:
            self.failed.emit(taken.refused[0][1])
        elif taken.refused:
            self.failed.emit(
                UserError("\n".join(f"{path.name}: {error.message}" for path, error in taken.refused))
            )

    def here(self) -> str:
        """The incident that is being looked at, or an empty text."""
        if self.sections.currentWidget() is self.exhibit:
            return self.exhibit.incident()
        return self.incidents.reference() if self.sections.currentWidget() is self.incidents else ""

    def show_incident(self, reference: str) -> None:
        """An incident's timeline; the unfiled captures for an empty reference."""
        if reference:
            self.show_section("incidents")
            self.incidents.select(reference)
        else:
            self.show_section("unfiled")

    def _back(self) -> None:
        if not self.finding.back():
            self.show_section(self.sidebar.current())

    def _capture_here(self) -> None:
        self.capture(self.incidents.reference())

    def browse(self, incident: str) -> None:
        """Open the capture browser, with the same question before it."""
        if self.browsing.can_open():
            self.capture(incident, self.browsing.open)

    def capture(self, incident: str, start: Callable[[str], None] | None = None) -> None:
        """Start a capture for an incident, or unfiled for an empty reference.

        Before the first one the question of 8.1 is asked: once for an incident, once a session for what is
        not filed. Later captures start at once.
        """
        if self.flow.running or self.question is not None:
            return
        self._start = start or self.flow.start
        said = workflows.stop_answer(self.session.vault, incident or None)
        if said is None or said.answer is StopAnswer.NOT_ASKED:
            self._ask(incident or None)
        else:
            self._answered(said)

    def _ask(self, incident: str | None) -> None:
        question = StopQuestion(self.session, incident, self.window())
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.finished.connect(self._asked)
        question.recorded.connect(self._answered)
        self.question = question
        question.open()

    def _asked(self) -> None:
        self.question = None

    def _answered(self, said: StopAnswered) -> None:
        if said.answer is StopAnswer.NO:
            self._start(said.incident or "")
        else:
            self.stop_requested.emit(Found(said.incident, closed=True))

    def refresh(self) -> None:
        """Numbers beside the sections, and the state of the vault."""
        counted = self.session.vault.read.counts()
        counts = {
            "incidents": counted.incidents,
            "unfiled": counted.unfiled,
            "bundles": counted.bundles,
            "receipts": counted.receipts,
            "received": counted.received,
        }
        if not self.sidebar.current():
            self.sidebar.set_sections(
                [Section(key, *self._words[key], counts.get(key), key == self._apart) for key in self._order]
            )
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

    def _show_checking(self, progress: Progress | None) -> None:
        if progress is None:
            self._show_state()
        else:
            self.sidebar.set_vault_state(self.tr("Vault: checking"), progress.words, "neutral")

    def leave(self) -> None:
        """Pages keep what was typed."""
        self.ways.leave()
        for index in range(self.sections.count()):
            leave = getattr(self.sections.widget(index), "leave", None)
            if callable(leave):
                leave()
