"""Search and the referrals at the desk: two pages without a line in the sidebar, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from evidence_app.ui.pages.referral_list import ReferralsPage
from evidence_app.ui.pages.search import SearchPage

if TYPE_CHECKING:
    from evidence_app.ui.desk import Desk


class Finding(QObject):
    """Ctrl+F anywhere at the desk; what is found opens, and Escape there comes back to what was found."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._before: dict[QWidget, QWidget] = {}
        self._opened = False
        self.search = SearchPage(desk.session)
        self.referrals = ReferralsPage(desk.session)
        for page in (self.search, self.referrals):
            desk.sections.addWidget(page)
        self.search.exhibit_requested.connect(self._show_exhibit)
        self.search.incident_requested.connect(desk.show_incident)
        self.search.received_requested.connect(desk.show_received)
        self.search.bundle_requested.connect(self._show_bundle)
        self.search.back_requested.connect(self.leave)
        self.search.referral_requested.connect(self.show_referral)
        self.referrals.back_requested.connect(self.leave)
        self.referrals.incident_requested.connect(desk.show_incident)
        self.referrals.exhibit_requested.connect(desk.show_exhibit)
        desk.incidents.referral_requested.connect(self.show_referral)
        desk.bundles.referrals_requested.connect(self.show_referral)
        desk.incidents.list.everywhere_requested.connect(self.open)
        desk.sidebar.search_button.clicked.connect(self._on_button)
        desk.sections.currentChanged.connect(self._on_current)
        QShortcut(QKeySequence(self.tr("Ctrl+F")), desk, self.open)

    def open(self, words: str | None = None) -> None:
        """Show the search page with the keyboard in its field; `words` are looked for at once."""
        self._turn_to(self.search)
        self.search.open_search(words)

    def show_referral(self, reference: str = "") -> None:
        """The list of referrals, at this one."""
        self._turn_to(self.referrals)
        self.referrals.setFocus()
        self.referrals.show_referral(reference)

    def _turn_to(self, page: QWidget) -> None:
        now = self._desk.sections.currentWidget()
        if now is not None and now is not page:
            self._before[page] = now
            self._desk.sections.setCurrentWidget(page)

    def _on_button(self) -> None:
        self.open()

    def leave(self) -> None:
        """Back to the page that this one was opened from."""
        now = self._desk.sections.currentWidget()
        page = None if now is None else self._before.pop(now, None)
        if page is not None and shiboken6.isValid(page) and self._desk.sections.indexOf(page) >= 0:
            self._desk.sections.setCurrentWidget(page)
            page.setFocus()
        else:
            self._desk.show_section(self._desk.sidebar.current())

    def back(self) -> bool:
        """From an exhibit that was found to what was found; False for one that was opened elsewhere."""
        if not self._opened:
            return False
        self._desk.sections.setCurrentWidget(self.search)
        self.search.return_to_list()
        return True

    def _show_exhibit(self, number: str) -> None:
        self._desk.exhibit.back_words = self.tr("Search")
        self._desk.show_exhibit(number)
        self._opened = True

    def _show_bundle(self, bundle_id: str) -> None:
        self._desk.show_section("bundles")
        self._desk.bundles.select(bundle_id)

    def _on_current(self, _index: int) -> None:
        """Another page: an exhibit that is opened from there leads back to there."""
        if self._opened and self._desk.sections.currentWidget() is not self._desk.exhibit:
            self._opened = False
            self._desk.exhibit.back_words = ""
