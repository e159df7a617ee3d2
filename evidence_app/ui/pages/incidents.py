"""Home: the incidents on the left, the chosen one with its timeline on the right (page 04)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.records import Incident
from evidence_app.ui.pages import receipt_data, said
from evidence_app.ui.pages.incident_head import IncidentHead, NothingYet
from evidence_app.ui.pages.incident_list import IncidentList
from evidence_app.ui.pages.incident_menu import IncidentMenu
from evidence_app.ui.pages.receipt_data import Known
from evidence_app.ui.pages.record_dialogs import AddNoteDialog, NewIncidentDialog
from evidence_app.ui.pages.record_page import RecordPage
from evidence_app.ui.pages.said import FieldSaid, SaidPage
from evidence_app.ui.pages.timeline import TimelineView
from evidence_app.ui.pages.timeline_rows import Timeline, load
from evidence_app.ui.pages.unfinished import UnfinishedDialog, unfinished
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Notice,
    area,
)

NARROW = 960
"""On a page narrower than this the list gives room to the timeline."""


class IncidentsPage(RecordPage):
    """Reads again on `session.changed` while it is visible, and whenever it is shown.

    `capture_requested`, `seal_requested` and `describe_requested` carry a reference (empty for a capture
    without an incident), `exhibit_requested` a number, `receipt_requested` the entry of a receipt.
    """

    capture_requested = Signal(str)
    page_requested = Signal(str)
    import_requested = Signal(str)
    seal_requested = Signal(str)
    describe_requested = Signal(str)
    exhibit_requested = Signal(str)
    receipt_requested = Signal(int)
    referral_requested = Signal(str)
    support_requested = Signal()
    finish_requested = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._reference = ""
        self._wanted = ""
        self._told = ""
        self._asked = 0
        self._count_said = 0
        self.setAccessibleName(self.tr("Incidents"))
        self.list = IncidentList()
        self.list.chosen.connect(self._on_chosen)
        self.list.new_requested.connect(self.new_incident)
        self.list.support_requested.connect(self.support_requested)
        self.list.unfinished.clicked.connect(self.show_unfinished)
        self.timeline = TimelineView(session)
        self.timeline.exhibit_opened.connect(self.exhibit_requested)
        self.timeline.receipt_opened.connect(self.receipt_requested)
        self.timeline.referral_opened.connect(self.referral_requested)
        self.timeline.failed.connect(self._on_failed)
        self.timeline.viewed.connect(self._on_viewed)
        self.notice = Notice("", "", "ok")
        self.menu = IncidentMenu(session, self)
        self.menu.note_requested.connect(self.add_note)
        self.head = IncidentHead(self.menu)
        self.head.capture_requested.connect(self._capture)
        self.head.page_requested.connect(lambda: self.page_requested.emit(self._reference))
        self.head.import_requested.connect(lambda: self.import_requested.emit(self._reference))
        self.head.seal_requested.connect(self._seal)
        self.head.describe_requested.connect(self._describe)
        self.head.said_requested.connect(self.toggle_said)
        self._below = QStackedWidget()
        self._below.addWidget(self.timeline)
        self.empty = NothingYet(session)
        self.empty.new_requested.connect(self.new_incident)
        self._below.addWidget(self.empty)
        self.said = SaidPage()
        self._below.addWidget(self.said)
        self._said_open = False
        self._split = splitter = QSplitter(Qt.Orientation.Horizontal)
        self._narrow = False
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.list)
        splitter.addWidget(self._right())
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([279, 784])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)
        self.setFocusProxy(self.head.capture_button)
        for keys, act in (
            (QKeySequence(self.tr("Ctrl+N")), self.new_incident),
            (QKeySequence(self.tr("Ctrl+B")), self._seal),
            (QKeySequence(self.tr("Ctrl+D")), self._describe),
        ):
            QShortcut(keys, self).activated.connect(act)
        self._show_nothing()

    # --- parts ------------------------------------------------------------------------------------

    def _right(self) -> QWidget:
        self._band = area("bg")
        line = QVBoxLayout(self._band)
        line.setContentsMargins(28, 16, 28, 0)
        line.addWidget(self.notice)
        self._band.hide()
        side = QWidget()
        whole = QVBoxLayout(side)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self._band)
        whole.addWidget(self._below, 1)
        return side

    # --- reading ----------------------------------------------------------------------------------

    def select(self, reference: str) -> None:
        """Open this incident, also one that the list has not read yet."""
        self._wanted = reference
        if reference in self.list.references():
            self.list.select(reference)
        if self.isVisible():
            self.reload()

    def tell(self, reference: str, words: str, more: str, kind: str, icon: str = "") -> None:
        """Open this incident with a message above it, which goes with the incident."""
        self._told = reference
        self.notice.set_message(words, more, kind, icon)
        self._band.show()
        self.select(reference)

    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():
            self._told = ""
            self._band.hide()
        super().hideEvent(event)

    def reference(self) -> str:
        """The incident that is open, or an empty text."""
        return self._reference

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            wide = 248 if narrow else 279
            self._split.setSizes([wide, self.width() - wide - 1])

    def reload(self) -> None:
        """Read the list and the open incident again, in the background."""
        self.list.unfinished.show_count(len(unfinished(self._session)))
        self._session.runner.run(
            receipt_data.incidents,
            self._session.vault,
            on_done=self._on_incidents,
            on_error=self._on_failed,
            words=self.tr("Reading the incidents"),
        )

    def _on_incidents(self, found: tuple[list[Incident], dict[str, Known]]) -> None:
        incidents, receipts = found
        self.list.set_incidents(incidents, receipts)
        if not incidents:
            self._show_nothing()
            return
        known = {one.reference for one in incidents}
        wanted, self._wanted = self._wanted, ""
        if wanted in known:
            self.list.select(wanted)
        self._load(wanted if wanted in known else self.list.current() or self._reference)

    def _on_chosen(self, reference: str) -> None:
        self._load(reference)

    def _load(self, reference: str) -> None:
        self._asked += 1
        asked = self._asked
        self._session.runner.run(
            load,
            self._session.vault,
            reference,
            on_done=lambda timeline: self._show_timeline(asked, timeline),
            on_error=self._on_failed,
            words=self.tr("Reading {0}").format(reference),
            owner=self,
        )

    def _show_timeline(self, asked: int, timeline: Timeline) -> None:
        if asked != self._asked or timeline.incident is None:
            return  # another incident was chosen meanwhile
        incident = timeline.incident
        if self._reference != incident.reference:
            self.head.message.clear()
            self._said_open = False
        if self._told != incident.reference:
            self._band.hide()
        self._reference = incident.reference
        self.head.set_incident(incident.title, timeline.facts, timeline.exhibits)
        self.menu.show_incident(incident.reference, timeline.held)
        self.timeline.set_timeline(timeline)
        self.timeline.setAccessibleName(self.tr("Timeline of {0}").format(incident.reference))
        words = self.tr("Nothing captured yet. Choose Capture when you see something.")
        self.empty.set_words(words, first=False)
        self._timeline = self.timeline if timeline.days else self.empty
        self._count_said = sum(1 for one in incident.statements.values() if one.value)
        self._show_below()
        if self._said_open:
            self._load_said()

    def _show_nothing(self) -> None:
        self._reference = ""
        self.head.set_nothing()
        self.menu.show_incident("", None)
        words = self.tr("Nothing recorded yet. Choose Capture when you see something.")
        self.empty.set_words(words, first=True)
        self._timeline, self._count_said, self._said_open = self.empty, 0, False
        self._show_below()
        self.head.said_link.hide()

    def _show_below(self) -> None:
        """The timeline, or what was said."""
        shown = self._said_open
        self._below.setCurrentWidget(self.said if shown else self._timeline)
        self.head.set_said(self._count_said, shown)

    def toggle_said(self) -> None:
        """Show what was said field by field, or the timeline again."""
        self._said_open = not self._said_open
        if self._said_open:
            self._load_said()
        else:
            self._show_below()

    def _load_said(self) -> None:
        reference = self._reference
        self._session.runner.run(
            said.load,
            self._session.vault,
            reference,
            on_done=lambda found: self._show_said(reference, found),
            on_error=self._on_failed,
            words=self.tr("Reading {0}").format(reference),
            owner=self,
        )

    def _show_said(self, reference: str, found: tuple[FieldSaid, ...]) -> None:
        if reference == self._reference and self._said_open:
            self.said.show_fields(reference, found)
            self._show_below()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.head.message.show_message(error.message)

    def _on_viewed(self, _number: str) -> None:
        self._session.changed.emit()

    # --- acts -------------------------------------------------------------------------------------

    def _capture(self) -> None:
        self.capture_requested.emit(self._reference)

    def _seal(self) -> None:
        if self._reference and self.head.seal_button.isEnabled():
            self.seal_requested.emit(self._reference)

    def _describe(self) -> None:
        if self._reference:
            self.describe_requested.emit(self._reference)

    def new_incident(self) -> QDialog:
        """Ask for a title; the new incident is opened."""
        dialog = NewIncidentDialog(self._session, self.window())
        dialog.recorded.connect(lambda reference: self.select(str(reference)))
        return _open(dialog)

    def show_unfinished(self) -> QDialog:
        """What was begun and left; `finish_requested` carries what to go on with."""
        dialog = UnfinishedDialog(self._session, self.window())
        dialog.chosen.connect(self.finish_requested)
        return _open(dialog)

    def add_note(self) -> QDialog | None:
        """Ask for a note to the open incident."""
        return self.note_on(self._reference) if self._reference else None

    def note_on(self, reference: str) -> QDialog:
        """Ask for a note to this incident, or go on with one that was begun."""
        return _open(AddNoteDialog(self._session, reference, self.window()))

    # --- keys -------------------------------------------------------------------------------------

    def next_pane(self, *, back: bool = False) -> bool:
        """Move the focus to the next pane: list, buttons, timeline. False after the last one."""
        panes: list[QWidget] = [self.list.list, self.head.capture_button]
        if self._below.currentWidget() is self.timeline:
            panes.append(self.timeline)
        here = self.focusWidget()
        place = -1
        if here is not None and here.hasFocus():
            if self.list.isAncestorOf(here):
                place = 0
            elif here is self.timeline:
                place = 2
            else:
                place = 1
        step = place + (-1 if back else 1)
        panes[step % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)
        return 0 <= step < len(panes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F6:
            self.next_pane(back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.list.hasFocus():
            self.timeline.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)


def _open(dialog: QDialog) -> QDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
