"""The window: navigation only. Pages emit intentions; this module decides which page comes next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QVBoxLayout,
    QWidget,
)

from evidence_app import settings as saved
from evidence_app import workflows
from evidence_app.errors import EvidenceError, StorageError, UsageError, UserError
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui import arrivals, clipboard
from evidence_app.ui.above import Above
from evidence_app.ui.arrivals import Kind
from evidence_app.ui.closing import Closing
from evidence_app.ui.desk import Desk
from evidence_app.ui.drop_veil import DropVeil
from evidence_app.ui.idle import IdleLock
from evidence_app.ui.incoming import Incoming
from evidence_app.ui.pages.bring_in import BringInPage
from evidence_app.ui.pages.cover import CoverPage
from evidence_app.ui.pages.describe import DescribePage
from evidence_app.ui.pages.help import HelpPage
from evidence_app.ui.pages.referral import ReferralPage
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.seal import SealWizard
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.quick import QuickKeys
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault.vault import Vault

_MIN_WIDTH, _MIN_HEIGHT = 1024, 640


class Shell(Above):
    """The main window. `relaunch_requested`: the vault is locked, this process should end."""

    relaunch_requested = Signal()

    def __init__(self, settings: Settings, settings_folder: Path) -> None:
        super().__init__()
        self.settings = settings
        self._settings_folder = settings_folder
        self.runner = TaskRunner(self)
        self.runner.unexpected.connect(self.tell_fault)
        self.setWindowTitle(self.tr("Evidence"))
        self.setMinimumSize(_MIN_WIDTH, _MIN_HEIGHT)
        self.resize(1280, 768)
        self.incoming = Incoming(self)
        self.veil = DropVeil(self, self._held, lambda: self.session is not None)
        self._furnish()
        self.closing = Closing(self._push, self)
        self.quick = QuickKeys(self)
        self.idle = IdleLock(self, lambda: self._desk is not None and self._desk.flow.running)
        self.idle.lock_requested.connect(self.lock)
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
        self.idle.watch(session)
        self._replace(desk)
        self.incoming.set_unlocked(True)
        rewound = workflows.notice(vault)
        vault.at_lock = workflows.remember
        if rewound is not None:
            self.tell(UserError(rewound.sentence))
        desk.keeping.begin()

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

    # --- locking and closing ---------------------------------------------------------------------

    def lock(self) -> None:
        """Close the vault with a last entry and a signed checkpoint, then start afresh, locked."""
        if self.closing.holds(self.session, self.lock):
            return
        if self.session is not None and self._close_vault():
            self.relaunch_requested.emit()

    def _close_vault(self) -> bool:
        self.incoming.set_unlocked(False)
        self.idle.watch(None)
        clipboard.forget()
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
        if self.closing.holds(self.session, self.close):
            event.ignore()
            return
        self._close_vault()
        super().closeEvent(event)
