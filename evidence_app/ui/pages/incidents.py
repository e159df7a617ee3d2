"""Home: the incidents on the left, the chosen one with its timeline on the right (page 04)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from evidence_app.errors import EvidenceError
from evidence_app.policy import Moment
from evidence_app.records import Incident
from evidence_app.ui import say, theme
from evidence_app.ui.pages import receipt_data, said
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
    Advice,
    FlowLayout,
    InlineMessage,
    Link,
    Notice,
    area,
    hint,
    lead,
    primary,
    secondary,
    title,
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
        self.title = title("")
        self.facts = hint("")
        self.facts.setFont(theme.tabular(theme.font("hint")))
        self.message = InlineMessage()
        self.notice = Notice("", "", "ok")
        self.capture_button = primary(
            self.tr("Capture"), "camera", shortcut_hint=self.tr("Ctrl Shift E"), on_click=self._capture
        )
        self.seal_button = secondary(self.tr("Seal a bundle"), "box", on_click=self._seal)
        self.seal_button.setToolTip(self.tr("Seal a bundle (Ctrl+B)"))
        self.describe_button = secondary(self.tr("Describe"), "speech", on_click=self._describe)
        self.describe_button.setAccessibleName(self.tr("Describe what happened"))
        self.describe_button.setToolTip(self.tr("Describe what happened (Ctrl+D)"))
        self.page_button = secondary(self.tr("Web page"), "globe", on_click=self._page)
        self.page_button.setAccessibleName(self.tr("Capture a web page"))
        self.page_button.setToolTip(self.tr("Capture a web page in the built-in browser (Ctrl+Shift+W)"))
        self.import_button = secondary(
            self.tr("Bring in"), "download", on_click=lambda: self.import_requested.emit(self._reference)
        )
        self.import_button.setAccessibleName(self.tr("Bring files in"))
        self.import_button.setToolTip(self.tr("Bring files in (Ctrl+I), or drop them here"))
        self.menu = IncidentMenu(session, self)
        self.menu.note_requested.connect(self.add_note)
        self._below = QStackedWidget()
        self._below.addWidget(self.timeline)
        self._empty = self._empty_page()
        self._below.addWidget(self._empty)
        self.said = SaidPage()
        self._below.addWidget(self.said)
        self._said_open = False
        self.said_link = Link("", type="small", icon_after="chevron-down", on_click=self.toggle_said)
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
        self.setFocusProxy(self.capture_button)
        for keys, act in (
            (QKeySequence(self.tr("Ctrl+N")), self.new_incident),
            (QKeySequence(self.tr("Ctrl+B")), self._seal),
            (QKeySequence(self.tr("Ctrl+D")), self._describe),
        ):
            QShortcut(keys, self).activated.connect(act)
        self._show_nothing()

    # --- parts ------------------------------------------------------------------------------------

    def _right(self) -> QWidget:
        head = area("header")
        buttons = QWidget()
        flow = FlowLayout(buttons, 12)
        for button in (
            self.capture_button,
            self.page_button,
            self.import_button,
            self.seal_button,
            self.describe_button,
            self.menu.button,
        ):
            flow.addWidget(button)
        column = QVBoxLayout(head)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(4)
        column.addWidget(self.title)
        under = QHBoxLayout()
        under.setSpacing(16)
        under.addWidget(self.menu.chip)
        under.addWidget(self.facts, 1)
        under.addWidget(self.said_link, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(under)
        column.addSpacing(12)
        column.addWidget(buttons)
        column.addWidget(self.message)
        self._band = area("bg")
        line = QVBoxLayout(self._band)
        line.setContentsMargins(28, 16, 28, 0)
        line.addWidget(self.notice)
        self._band.hide()
        side = QWidget()
        whole = QVBoxLayout(side)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._band)
        whole.addWidget(self._below, 1)
        return side

    def _empty_page(self) -> QWidget:
        page = area("bg")
        self.empty_words = lead("")
        self.empty_new = secondary(self.tr("New incident"), "plus", on_click=self.new_incident)
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 32, 28, 32)
        column.setSpacing(16)
        self.advice = Advice(self._session.sent_away, Moment.BEFORE_BLOCK, Moment.BEFORE_REPLY, Moment.KEEP)
        column.addWidget(self.empty_words)
        column.addWidget(self.advice)
        row = QHBoxLayout()
        row.addWidget(self.empty_new)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        return page

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
            self.message.clear()
            self._said_open = False
        if self._told != incident.reference:
            self._band.hide()
        self._reference = incident.reference
        self.title.setText(incident.title)
        self.facts.setText(timeline.facts)
        self.facts.show()
        self.seal_button.setEnabled(timeline.exhibits > 0)
        self.describe_button.setEnabled(True)
        self.menu.show_incident(incident.reference, timeline.held)
        self.timeline.set_timeline(timeline)
        self.timeline.setAccessibleName(self.tr("Timeline of {0}").format(incident.reference))
        self.empty_words.setText(self.tr("Nothing captured yet. Choose Capture when you see something."))
        self.empty_new.hide()
        self._timeline = self.timeline if timeline.days else self._empty
        self._count_said = sum(1 for one in incident.statements.values() if one.value)
        self._show_below()
        if self._said_open:
            self._load_said()

    def _show_nothing(self) -> None:
        self._reference = ""
        self.title.setText(self.tr("Your incidents"))
        self.facts.hide()
        self.seal_button.setEnabled(False)
        self.describe_button.setEnabled(False)
        self.menu.show_incident("", None)
        self.empty_words.setText(self.tr("Nothing recorded yet. Choose Capture when you see something."))
        self.empty_new.show()
        self._timeline, self._count_said, self._said_open = self._empty, 0, False
        self._show_below()
        self.said_link.hide()

    def _show_below(self) -> None:
        """The timeline, or what was said."""
        shown = self._said_open
        self._below.setCurrentWidget(self.said if shown else self._timeline)
        count = say.plural(self._count_said, self.tr("field"), self.tr("fields"))
        self.said_link.setText(
            self.tr("Back to the timeline") if shown else self.tr("What was said: {0}").format(count)
        )
        self.said_link.set_icon_after("chevron-up" if shown else "chevron-down")
        self.said_link.setAccessibleName(self.said_link.text())
        self.said_link.updateGeometry()
        self.said_link.show()

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
            self.message.show_message(error.message)

    def _on_viewed(self, _number: str) -> None:
        self._session.changed.emit()

    # --- acts -------------------------------------------------------------------------------------

    def _page(self) -> None:
        self.page_requested.emit(self._reference)

    def _capture(self) -> None:
        self.capture_requested.emit(self._reference)

    def _seal(self) -> None:
        if self._reference and self.seal_button.isEnabled():
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
        panes: list[QWidget] = [self.list.list, self.capture_button]
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
