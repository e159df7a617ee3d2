"""The head of the exhibit page: where it stands, its number, marks and relations, the way to the next one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.ui import say, theme
from evidence_app.ui.pages.exhibit_panels import ExhibitFile, Relations
from evidence_app.ui.pages.safeguard_menu import marks
from evidence_app.ui.pages.tab_order import set_tab_order
from evidence_app.ui.widgets import (
    Chip,
    ElidedLabel,
    IconButton,
    Link,
    PlatformBadge,
    hint,
    primary,
    title,
)


class ExhibitHead(QFrame):
    """`set_file` fills it. `step_requested` carries -1 or 1, `exhibit_requested` what is related."""

    back_requested = Signal()
    incident_requested = Signal()
    exhibit_requested = Signal(str)
    step_requested = Signal(int)
    add_requested = Signal()

    def __init__(self, menu: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("area", "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._incident_words = ""
        self._narrow = False
        self.home_link = Link(self.tr("Incidents"), type="small", on_click=self.back_requested.emit)
        self.incident_link = Link("", type="small", on_click=self.incident_requested.emit)
        self._crumb = hint("", wrap=False)
        crumbs = QHBoxLayout()
        crumbs.setSpacing(8)
        self._second = hint("›", wrap=False)
        for crumb in (self.home_link, hint("›", wrap=False), self.incident_link, self._second, self._crumb):
            crumbs.addWidget(crumb)
        crumbs.addStretch(1)
        self.number_words = title("", wrap=False)
        self.badge = PlatformBadge(" ")
        self.method = ElidedLabel(type="body2")
        self.sealed = Chip(self.tr("Sealed"), "accent", "lock")
        self.order = Chip(self.tr("In order"), "ok", "check-circle")
        self.order.setToolTip(self.tr("The sealed picture was just read and compared with the record."))
        line = QHBoxLayout()
        line.setSpacing(12)
        self.marks = [Chip("", "neutral", "hand") for _ in range(2)]
        below = QHBoxLayout()
        below.setSpacing(8)
        for chip in self.marks:
            chip.hide()
            below.addWidget(chip)
        below.addStretch(1)
        self.relations = Relations()
        self.relations.requested.connect(self.exhibit_requested)
        for part in (self.number_words, self.badge, self.method, self.sealed, self.order):
            line.addWidget(part)
        line.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addLayout(crumbs)
        left.addLayout(line)
        left.addLayout(below)
        left.addWidget(self.relations)
        self.previous = IconButton("chevron-left", self.tr("Previous exhibit"), kind="secondary")
        self.previous.clicked.connect(lambda: self.step_requested.emit(-1))
        self.next = IconButton("chevron-right", self.tr("Next exhibit"), kind="secondary")
        self.next.clicked.connect(lambda: self.step_requested.emit(1))
        self.place = hint("", wrap=False)
        self.place.setFont(theme.tabular(theme.font("hint")))
        self.add_button = primary(self.tr("Add to this exhibit"), "plus", on_click=self.add_requested.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 16, 24, 15)
        row.setSpacing(12)
        row.addLayout(left, 1)
        for button in (self.previous, self.place, self.next):
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(menu)
        row.addWidget(self.add_button)

    def set_file(self, file: ExhibitFile, back_words: str) -> None:
        """Show an exhibit's place and marks; `back_words` say where Back leads, where it is no section."""
        exhibit, incident = file.exhibit, file.incident
        home = self.tr("Incidents") if incident else self.tr("Unfiled captures")
        self.home_link.setText(back_words or home)
        self._incident_words = "" if incident is None else f"{incident.reference} {incident.title}"
        self.incident_link.setAccessibleName(self._incident_words)
        self._fit_crumb()
        self.incident_link.setVisible(incident is not None)
        self._second.setVisible(incident is not None)
        self._crumb.setText(exhibit.number)
        self.number_words.setText(exhibit.number)
        platform = say.stated(exhibit, "platform")
        self.badge.setVisible(bool(platform))
        self.badge.set_name(platform or " ")
        self.method.setText(say.how_made(exhibit))
        place = file.neighbours.index(exhibit.number)
        self.previous.setEnabled(place > 0)
        self.next.setEnabled(place + 1 < len(file.neighbours))
        where = self.tr("{0} of {1}").format(place + 1, len(file.neighbours))
        self.place.setText(where)
        self.previous.set_name(self.tr("Previous exhibit (Alt+Left), now {0}").format(where))
        self.next.set_name(self.tr("Next exhibit (Alt+Right), now {0}").format(where))
        if self.relations.set_file(file):
            set_tab_order(self)  # the links stand before the buttons
        locked = exhibit.standing.locked_away is not None
        self.add_button.setVisible(not locked)
        if locked:
            self.order.hide()
        shown = marks(file)
        for at, chip in enumerate(self.marks):
            chip.setVisible(at < len(shown))
            if at < len(shown):
                words, kind, icon, why = shown[at]
                chip.set_status(words, kind, icon)
                chip.setToolTip(why)

    def set_order(self, fine: bool) -> None:
        """Say whether what was just read is what was recorded."""
        if fine:
            self.order.set_status(self.tr("In order"), "ok", "check-circle")
        else:
            self.order.set_status(self.tr("Not in order"), "bad", "x-circle")
        self.order.show()

    def set_narrow(self, narrow: bool) -> None:
        """Leave out what a narrow page has no room for."""
        self._narrow = narrow
        self.place.setVisible(not narrow)
        self.method.setVisible(not narrow)
        self.sealed.setVisible(not narrow)  # that it is in order says as much
        self._fit_crumb()

    def _fit_crumb(self) -> None:
        words = self.incident_link.fontMetrics().elidedText(
            self._incident_words, Qt.TextElideMode.ElideRight, 190 if self._narrow else 330
        )
        self.incident_link.setText(words)
        self.incident_link.updateGeometry()
