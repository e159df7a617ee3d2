"""Search and the referrals at the desk: two pages without a line in the sidebar, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from evidence_app.ui.pages.search import SearchPage

if TYPE_CHECKING:
    from evidence_app.ui.desk import Desk


class Finding(QObject):
    """Ctrl+F anywhere at the desk; what is found opens, and Escape there comes back to what was found."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._before: QWidget | None = None
        self._opened = False
        self.search = SearchPage(desk.session)
        desk.sections.addWidget(self.search)
        self.search.exhibit_requested.connect(self._show_exhibit)
        self.search.incident_requested.connect(desk.show_incident)
        self.search.received_requested.connect(desk.show_received)
        self.search.bundle_requested.connect(self._show_bundle)
        self.search.back_requested.connect(self.leave)
        desk.incidents.list.everywhere_requested.connect(self.open)
        desk.sidebar.search_button.clicked.connect(self._on_button)
        desk.sections.currentChanged.connect(self._on_current)
        QShortcut(QKeySequence(self.tr("Ctrl+F")), desk, self._on_key)

    def _on_key(self) -> None:
        """In a page with a search of its own that comes first; from its field the key leads here."""
        page, at = self._desk.sections.currentWidget(), self._desk.focusWidget()
        here = getattr(page, "search_here", None)
        inside = at is not None and page.isAncestorOf(at)
        if here is None or not inside or not here():
            self.open()

    def open(self, words: str | None = None) -> None:
        """Show the search page with the keyboard in its field; `words` are looked for at once."""
        now = self._desk.sections.currentWidget()
        if now is not self.search:
            self._before = now
            self._desk.sections.setCurrentWidget(self.search)
        self.search.open_search(words)

    def _on_button(self) -> None:
        self.open()

    def leave(self) -> None:
        """Back to the page that the search was opened from."""
        page, self._before = self._before, None
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
