"""The pages above the desk: what comes after a capture, before a bundle, and where nothing may be kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt

from evidence_app.records import Draft
from evidence_app.ui.pages import stop
from evidence_app.ui.pages.bring_in import BringInPage
from evidence_app.ui.pages.cover_kept import COVER
from evidence_app.ui.pages.cover_words import cover_page
from evidence_app.ui.pages.describe import DESCRIBE, DescribePage
from evidence_app.ui.pages.record_dialogs import NOTE
from evidence_app.ui.pages.referral import ReferralPage, head_of
from evidence_app.ui.pages.referral_draft import REFERRAL, found_of
from evidence_app.ui.pages.review import REVIEW, ReviewPage
from evidence_app.ui.pages.safeguard_dialogs import LockAwayDialog
from evidence_app.ui.pages.seal import SealWizard
from evidence_app.ui.pages.seal_draft import SEAL
from evidence_app.ui.pages.stop_question import AllowedDialog
from evidence_app.ui.stage import Stage


class Above(Stage):
    """Shows each of these pages, and knows where it leads."""

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
        page.sealed.connect(self._at_desk().ways.reader.add)
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
