"""The window: navigation only. Pages emit intentions; this module decides which page comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from evidence_app import settings as saved
from evidence_app.errors import EvidenceError, StorageError, UsageError
from evidence_app.records import Draft
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui import arrivals
from evidence_app.ui.arrivals import Kind
from evidence_app.ui.desk import Desk
from evidence_app.ui.drop_veil import DropVeil
from evidence_app.ui.incoming import Incoming
from evidence_app.ui.pages import stop
from evidence_app.ui.pages.bring_in import BringInPage
from evidence_app.ui.pages.cover import CoverPage
from evidence_app.ui.pages.cover_kept import COVER
from evidence_app.ui.pages.cover_words import cover_page
from evidence_app.ui.pages.describe import DESCRIBE, DescribePage
from evidence_app.ui.pages.help import HelpPage
from evidence_app.ui.pages.record_dialogs import NOTE
from evidence_app.ui.pages.referral import ReferralPage, head_of
from evidence_app.ui.pages.referral_draft import REFERRAL, found_of
from evidence_app.ui.pages.review import REVIEW, ReviewPage
from evidence_app.ui.pages.safeguard_dialogs import LockAwayDialog
from evidence_app.ui.pages.seal import SealWizard
from evidence_app.ui.pages.seal_draft import SEAL
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.pages.stop_question import AllowedDialog
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.quick import QuickKeys
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault.vault import Vault

_MIN_WIDTH, _MIN_HEIGHT = 1024, 640


class Shell(QMainWindow):
    """The main window. `relaunch_requested`: the vault is locked, this process should end."""

    relaunch_requested = Signal()

    def __init__(self, settings: Settings, settings_folder: Path) -> None:
        super().__init__()
        self.settings = settings
        self._settings_folder = settings_folder
        self.runner = TaskRunner(self)
        self.runner.unexpected.connect(self.tell_fault)
        self.session: Session | None = None
        self._desk: Desk | None = None
        self.setWindowTitle(self.tr("Evidence"))
        self.setMinimumSize(_MIN_WIDTH, _MIN_HEIGHT)
        self.resize(1280, 768)
        self.pages = QStackedWidget()
        self.incoming = Incoming(self)
        self.veil = DropVeil(self, self._held, lambda: self.session is not None)
        self._furnish()
        self.quick = QuickKeys(self)
        QShortcut(QKeySequence("Ctrl+L"), self, self.lock)
        QShortcut(QKeySequence("Ctrl+O"), self, self._choose_bundle)
        if settings.recent:
            self._show_unlock()
        else:
            self._show_setup()

    def _furnish(self) -> None:
        central = QWidget()
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.incoming.bar)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(central)
        self.veil.dropped.connect(self._dropped)
        self.incoming.receipts.connect(lambda paths: self._at_desk().record_receipts(paths))
        self.incoming.card.connect(self._add_card)
        self.incoming.vault.connect(self._show_vault)
        self.incoming.bundle.connect(self.verify)
        self.incoming.files.connect(lambda paths: self._bring_in(self._at_desk().here(), paths))
        self.incoming.refused.connect(self.tell)

    # --- before unlocking ------------------------------------------------------------------------

    def _show_unlock(self) -> None:
        page = UnlockPage(self.runner, self.settings)
        page.unlocked.connect(self._unlocked)
        page.create_requested.connect(self._show_setup)
        page.check_bundle_requested.connect(self._choose_bundle)
        page.support_requested.connect(self._show_help)
        self._replace(page)

    def _show_setup(self) -> None:
        page = SetupWizard(self.runner, self.settings)
        page.finished.connect(self._unlocked)
        page.cancelled.connect(self._leave_setup)
        page.check_bundle_requested.connect(self._choose_bundle)
        self.setWindowTitle(self.tr("Evidence: set up"))
        self._replace(page)

    def _leave_setup(self) -> None:
        if self.settings.recent:
            self._show_unlock()
        else:
            self.close()

    def _show_help(self) -> None:
        page = HelpPage(closable=True, hide_key=self.settings.hide_key)
        page.hide_key_chosen.connect(self.quick.set_hide_key)
        page.closed.connect(self._home)
        self._push(page)

    # --- unlocked --------------------------------------------------------------------------------

    def _unlocked(self, vault: Vault) -> None:
        session = Session(vault, self.runner, self.settings, self)
        self.session = session
        self._remember(session)
        parts = [session.owner.name, session.owner.school]
        self.setWindowTitle(self.tr("Evidence: {0}").format(", ".join(part for part in parts if part)))
        desk = Desk(session)
        desk.lock_requested.connect(self.lock)
        desk.seal_requested.connect(self._seal)
        desk.review_requested.connect(self._review)
        desk.describe_requested.connect(self._describe)
        desk.import_requested.connect(self._bring_in)
        desk.finish_requested.connect(self._finish)
        desk.settings_changed.connect(self._keep_settings)
        desk.failed.connect(self.tell)
        desk.stop_requested.connect(self._stop)
        desk.exhibit.cover_requested.connect(self._cover)
        desk.exhibit.locked.connect(self._locked)
        desk.exhibit.referral_requested.connect(
            lambda number: self._refer(self._of_exhibit(number, (number,)))
        )
        self._desk = desk
        self.quick.attend(desk)
        self._replace(desk)
        self.incoming.set_unlocked(True)

    def _at_desk(self) -> Desk:
        if self._desk is None:
            raise RuntimeError("the window is locked")
        return self._desk

    def _in_session(self) -> Session:
        if self.session is None:
            raise RuntimeError("the window is locked")
        return self.session

    def _remember(self, session: Session) -> None:
        owner = session.owner
        recent = RecentVault(
            path=str(session.vault.folder),
            owner=owner.name,
            school=owner.school,
            role=owner.role.value,
            unlocked=datetime.now(UTC).isoformat(),
        )
        session.settings = self.settings.with_recent(recent)
        self._keep_settings(session.settings)

    def _keep_settings(self, settings: Settings) -> None:
        self.settings = settings
        try:
            saved.save(self.settings, self._settings_folder)
        except StorageError as error:
            self.tell(error)

    def _review(self, number: str) -> None:
        page = ReviewPage(self._in_session())
        page.done.connect(self._reviewed)
        page.capture_again.connect(self._capture_again)
        page.must_not_keep.connect(self._must_not_keep)
        self._push(page)
        page.show_exhibit(number)

    def _reviewed(self, incident: str) -> None:
        self._home()
        self._at_desk().show_incident(incident)

    def _describe(self, reference: str) -> None:
        page = DescribePage(self._in_session())
        page.closed.connect(self._reviewed)
        self._push(page)
        page.start(reference)

    def _finish(self, draft: Draft) -> None:
        """Go on with a form that was left unfinished."""
        if draft.page == REFERRAL:
            self._refer(found_of(draft))
        else:
            note = self._at_desk().incidents.note_on
            pages = {REVIEW: self._review, DESCRIBE: self._describe, SEAL: self._seal, COVER: self._cover}
            (pages | {NOTE: note})[draft.page](draft.about)

    def _bring_in(self, incident: str, paths: Sequence[Path] = ()) -> None:
        page = self.pages.currentWidget()
        if isinstance(page, BringInPage) and page.outcome is None:
            page.add(paths)
            return
        page = BringInPage(self._in_session(), incident, paths)
        page.closed.connect(self._reviewed)
        page.stopped.connect(self._stop)
        page.exhibit_requested.connect(self._open_exhibit)
        self._push(page)

    def _open_exhibit(self, number: str) -> None:
        self._home()
        self._at_desk().show_exhibit(number)

    def _capture_again(self, incident: str) -> None:
        self._reviewed(incident)
        self._at_desk().capture(incident)

    def _cover(self, number: str) -> None:
        page = cover_page(self._in_session(), number)
        page.closed.connect(self._home)
        page.made.connect(self._covered)
        self._push(page)
        page.start(number)

    def _covered(self, original: str, copy: str) -> None:
        self._home()
        desk = self._at_desk()
        desk.show_exhibit(copy)
        desk.exhibit.tell(
            self.tr("{0} is the covered copy of {1}, and it is sealed. The original is unchanged.").format(
                copy, original
            )
        )
        desk.exhibit.setFocus()

    # --- what must not be kept -------------------------------------------------------------------

    def _must_not_keep(self, number: str) -> None:
        """An exhibit that should never have been captured: one question, then it is locked away."""
        dialog = LockAwayDialog(self._in_session(), number, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.recorded.connect(lambda names: self._locked(number, names))
        # Not locked away: the advice comes all the same, with the button to do it after all.
        dialog.rejected.connect(lambda: self._not_locked(number))
        dialog.open()

    def _not_locked(self, number: str) -> None:
        if self.session is not None:  # the whole window may be closing
            self._stop(self._of_exhibit(number, ()))

    def _of_exhibit(self, number: str, names: tuple[str, ...]) -> stop.Found:
        incident = self._in_session().vault.read.exhibit(number).incident
        return stop.Found(incident, exhibit=number, locked=names)

    def _locked(self, number: str, names: tuple[str, ...]) -> None:
        self._stop(self._of_exhibit(number, tuple(names)))

    def _stop(self, found: stop.Found) -> None:
        page = stop.StopPage(found, head_of(self._in_session().vault.read.contacts()))
        page.closed.connect(self._home)
        page.referral_requested.connect(self._refer)
        page.lock_requested.connect(self._must_not_keep)
        page.allowed_requested.connect(self._allow)
        self._push(page)

    def _refer(self, found: stop.Found) -> None:
        page = ReferralPage(self._in_session(), found)
        page.closed.connect(self._home)
        self._push(page)

    def _allow(self, incident: str | None) -> None:
        dialog = AllowedDialog(self._in_session(), incident, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.recorded.connect(lambda _said: self._home())
        dialog.open()

    def _seal(self, reference: str) -> None:
        page = SealWizard(self._in_session())
        page.closed.connect(self._home)
        page.contacts_requested.connect(self._to_contacts)
        page.receipt_requested.connect(self._add_receipt)
        self._push(page)
        page.start(reference)

    def _add_receipt(self) -> None:
        self._home()
        self._at_desk().show_section("receipts")
        self._at_desk().receipts.choose()

    def _to_contacts(self) -> None:
        self._home()
        self._at_desk().show_section("contacts")

    # --- bundles ---------------------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Open a file the program was started with: a bundle, a receipt, a contact card or a vault."""
        if arrivals.kind_of(path) is Kind.OTHER:
            # Somebody may have renamed it: what is in it decides.
            self.verify(str(path))
        else:
            self.incoming.take([path])

    def _add_card(self, path: str) -> None:
        self._to_contacts()
        self._at_desk().contacts.add_file(path)

    def _show_vault(self, path: str) -> None:
        """Offer to unlock another vault, where none is open or being made."""
        page = self.pages.widget(0)
        if isinstance(page, SetupWizard) and page.step() == 0:
            self._show_unlock()
            page = self.pages.widget(0)
        if isinstance(page, UnlockPage):
            self._home()
            page.show_vault(path)
        else:
            self.tell(
                UsageError(
                    self.tr(
                        "Another vault is open, or being made. Nothing was changed. Lock it first, then "
                        "open {0}."
                    ).format(Path(path).name)
                )
            )

    def _choose_bundle(self) -> None:
        if self._held():
            self._refuse()
            return
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a bundle"),
            str(Path.home()),
            self.tr("Evidence files (*.evidence *.evidence-receipt *.evidence-contact *.tar);;All files (*)"),
        )
        if name:
            self.open_path(Path(name))

    def verify(self, path: str) -> None:
        """Show the verdict on a bundle."""
        if self._desk is not None:
            self._home()
            self._desk.check(Path(path))
            return
        page = VerdictPage(self.runner, None)
        page.closed.connect(lambda: self._leave_verdict(page, Path(path)))
        self._push(page)
        page.check(Path(path))

    def _leave_verdict(self, page: VerdictPage, path: Path) -> None:
        """Back to unlocking; a bundle that asked for a key is opened once there is one."""
        if page.verdict is None and page.error is None and self.session is None:
            self.incoming.keep(path)
        self._home()

    # --- dropping ---------------------------------------------------------------------------------

    def _held(self) -> str:
        """Why nothing can be dropped now: another page would take the place of unfinished work."""
        page = self.pages.currentWidget()
        unfinished = (
            isinstance(page, ReviewPage | DescribePage)
            or (isinstance(page, CoverPage) and page.is_unfinished())
            or (isinstance(page, BringInPage) and page.is_busy())
            or (isinstance(page, SealWizard) and page.outcome is None)
            or (isinstance(page, ReferralPage) and page.referral is None)
        )
        if unfinished or QApplication.activeModalWidget() is not None:
            return self.tr("Finish what is open first, then open or drop the file")
        return ""

    def _dropped(self, paths: list[Path]) -> None:
        if self._held():
            self._refuse()
        elif paths:
            self.incoming.take(paths)

    def _refuse(self) -> None:
        self.tell(UsageError(f"{self._held()}. {self.tr('Nothing was changed.')}"))

    # --- errors ----------------------------------------------------------------------------------

    def tell(self, error: object) -> None:
        """One clear sentence for something that a person can act on."""
        self._message(QMessageBox.Icon.Warning, str(error))

    def tell_fault(self, error: object) -> None:
        """A fault of ours: what is safe, and what to pass on. No content of the vault is in it."""
        self._message(
            QMessageBox.Icon.Critical,
            self.tr(
                "Evidence has a fault ({0}). What is in your vault is safe. Try again; if it happens again, "
                "tell your IT lead the name of the fault."
            ).format(type(error).__name__),
        )

    def _message(self, icon: QMessageBox.Icon, words: str) -> None:
        box = QMessageBox(icon, self.tr("Evidence"), words, QMessageBox.StandardButton.Ok, self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # --- pages -----------------------------------------------------------------------------------

    def _push(self, page: QWidget) -> None:
        """Show a page above the desk; an earlier one above it goes."""
        while self.pages.count() > 1:
            self._drop(self.pages.widget(self.pages.count() - 1))
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        page.setFocus()

    def _home(self) -> None:
        """Back to the desk, or to where one unlocks."""
        self.pages.setCurrentIndex(0)
        while self.pages.count() > 1:
            self._drop(self.pages.widget(self.pages.count() - 1))

    def _replace(self, page: QWidget) -> None:
        while self.pages.count():
            self._drop(self.pages.widget(0))
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)

    def _drop(self, page: QWidget | None) -> None:
        if page is not None:
            self.pages.removeWidget(page)
            page.hide()
            page.deleteLater()

    # --- locking and closing ---------------------------------------------------------------------

    def lock(self) -> None:
        """Close the vault with a last entry and a signed checkpoint, then start afresh, locked."""
        if self.session is not None and self._close_vault():
            self.relaunch_requested.emit()

    def _close_vault(self) -> bool:
        self.incoming.set_unlocked(False)
        session, self.session = self.session, None
        desk, self._desk = self._desk, None
        if desk is not None:
            desk.flow.cancel()
            desk.browsing.close()
        # Pages keep what was typed when they go.
        while self.pages.count():
            page = self.pages.widget(0)
            leave = getattr(page, "leave", None)
            if callable(leave):
                leave()
            self._drop(page)
        self.runner.shutdown()
        if session is None:
            return True
        try:
            session.vault.close()
        except EvidenceError as error:
            session.vault.abandon()
            self.tell(error)
        return True

    def shut_down(self) -> None:
        """Before the process ends, however it ends."""
        self._close_vault()
        self.runner.shutdown()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._close_vault()
        super().closeEvent(event)
