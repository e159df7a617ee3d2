"""Which chapter of the handbook belongs to which page."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QStackedWidget, QWidget

from evidence_app.handbook import FIRST
from evidence_app.ui.pages.activity import ActivityPage
from evidence_app.ui.pages.backup_dialog import BackupDialog
from evidence_app.ui.pages.bring_in import BringInPage
from evidence_app.ui.pages.bundles import SealedBundlesPage
from evidence_app.ui.pages.check_bundle import CheckBundlePage
from evidence_app.ui.pages.confirm_sender import ConfirmCard
from evidence_app.ui.pages.contacts import ContactsPage
from evidence_app.ui.pages.cover import CoverPage
from evidence_app.ui.pages.danger import DangerPage
from evidence_app.ui.pages.describe import DescribePage
from evidence_app.ui.pages.disposal_dialog import DisposalDialog
from evidence_app.ui.pages.exhibit import ExhibitPage
from evidence_app.ui.pages.help import HelpPage
from evidence_app.ui.pages.incidents import IncidentsPage
from evidence_app.ui.pages.keys import KeysPage
from evidence_app.ui.pages.keys_passphrase import PassphraseDialog
from evidence_app.ui.pages.keys_replace import ReplaceKeyDialog
from evidence_app.ui.pages.keys_school import SchoolKeyDialog
from evidence_app.ui.pages.keys_sheet import CheckSheetDialog, NewSheetDialog
from evidence_app.ui.pages.receipts import ReceiptsPage
from evidence_app.ui.pages.referral import ReferralPage
from evidence_app.ui.pages.referral_list import ReferralsPage
from evidence_app.ui.pages.register import RegisterPage
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.safeguard_dialogs import LockAwayDialog
from evidence_app.ui.pages.seal import SealWizard
from evidence_app.ui.pages.search import SearchPage
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.pages.stamps_dialog import StampsDialog
from evidence_app.ui.pages.stop import StopPage
from evidence_app.ui.pages.stop_question import AllowedDialog, StopQuestion
from evidence_app.ui.pages.unfiled import UnfiledPage
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.pages.verdict import VerdictPage

PLACES: dict[type[QWidget], str] = {
    UnlockPage: "keys",
    KeysPage: "keys",
    PassphraseDialog: "keys",
    NewSheetDialog: "keys",
    CheckSheetDialog: "keys",
    SchoolKeyDialog: "keys",
    ReplaceKeyDialog: "keys",
    SetupWizard: "keys",
    IncidentsPage: "first-evening",
    UnfiledPage: "capture",
    SealedBundlesPage: "hand-over",
    ReceiptsPage: "hand-over",
    CheckBundlePage: "reading-a-verdict",
    RegisterPage: "reading-a-verdict",
    VerdictPage: "reading-a-verdict",
    ContactsPage: "confirming-a-sender",
    ConfirmCard: "confirming-a-sender",
    ActivityPage: "backup",
    BackupDialog: "backup",
    StampsDialog: "backup",
    DisposalDialog: "backup",
    SearchPage: "words",
    CoverPage: "hand-over",
    BringInPage: "phone",
    ExhibitPage: "capture",
    ReviewPage: "capture",
    DescribePage: "first-evening",
    DangerPage: "who-helps",
    SealWizard: "hand-over",
    StopQuestion: "what-not-to-capture",
    AllowedDialog: "what-not-to-capture",
    StopPage: "what-not-to-capture",
    ReferralPage: "what-not-to-capture",
    ReferralsPage: "what-not-to-capture",
    LockAwayDialog: "what-not-to-capture",
    HelpPage: "keyboard",
}


def chapter_for(window: QWidget | None) -> str:
    """The chapter of the page that is shown in a window; the first where none was named for it."""
    for page in () if window is None else _shown(window):
        own = getattr(page, "help_chapter", "")  # of pages that are not loaded before they are needed
        if own:
            return str(own)
        for kind in type(page).__mro__:
            if kind in PLACES:
                return PLACES[kind]
    return FIRST


def _shown(window: QWidget) -> Iterator[QWidget]:
    """The window itself, then its pages from the innermost that is shown."""
    yield window
    stacks = [one for one in window.findChildren(QStackedWidget) if one.isVisible()]
    for stack in reversed(stacks):
        page = stack.currentWidget()
        if page is not None:
            yield page
