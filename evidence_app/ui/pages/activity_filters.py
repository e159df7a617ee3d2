"""What the list of acts is narrowed to: a kind of act, an incident, days, a person, words."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from evidence_app.records import ActivityFilters, EntryKind
from evidence_app.ui.pages.activity_data import Asked, Choices
from evidence_app.ui.pages.search_filters import BETWEEN, Choice, Days, FilterMenu, span, spans
from evidence_app.ui.widgets import FlowLayout, SearchField, bare, secondary
from evidence_app.workflows import whole_days

PAUSE_MS = 150
WIDE = 940
CHECKPOINTS = "checkpoints"
_GROUPS = {
    "capture": {
        EntryKind.EXHIBIT_CAPTURED,
        EntryKind.EXHIBIT_DERIVED,
        EntryKind.EXHIBIT_FILED,
    },
    "stated": {
        EntryKind.INCIDENT_OPENED,
        EntryKind.INCIDENT_STATED,
        EntryKind.EXHIBIT_STATED,
        EntryKind.OUTCOME_STATED,
    },
    "seen": {EntryKind.EXHIBIT_VIEWED},
    "out": {
        EntryKind.BUNDLE_SEALED,
        EntryKind.BUNDLE_FORWARDED,
        EntryKind.EXHIBIT_EXPORTED,
        EntryKind.RECEIPT_RECORDED,
    },
    "in": {
        EntryKind.BUNDLE_CHECKED,
        EntryKind.BUNDLE_RECEIVED,
        EntryKind.EXHIBIT_RECEIVED,
        EntryKind.RECEIPT_ISSUED,
    },
    "safe": {
        EntryKind.EXHIBIT_WITHDRAWN,
        EntryKind.EXHIBIT_REINSTATED,
        EntryKind.EXHIBIT_LOCKED_AWAY,
        EntryKind.EXHIBIT_DISPOSED,
        EntryKind.DISPOSAL_COMPLETED,
        EntryKind.STOP_ANSWERED,
        EntryKind.HOLD_SET,
        EntryKind.HOLD_LIFTED,
        EntryKind.INSTRUCTION_RECORDED,
        EntryKind.REFERRAL_RECORDED,
    },
    "people": {EntryKind.CONTACT_ADDED, EntryKind.CONTACT_CONFIRMED},
    "vault": {
        EntryKind.VAULT_CREATED,
        EntryKind.VAULT_UNLOCKED,
        EntryKind.VAULT_CHECKED,
        EntryKind.VAULT_LOCKED,
        EntryKind.VAULT_INTERRUPTED,
        EntryKind.KEY_SLOT_CHANGED,
        EntryKind.VAULT_KEY_REPLACED,
    },
}
_BY_SUBJECT = {
    "exhibit": "capture",
    "incident": "stated",
    "bundle": "in",
    "receipt": "in",
    "contact": "people",
}


def group_of(kind: EntryKind) -> str:
    """The group that a kind of act is chosen with; one that no group names goes by what it is about."""
    for name, kinds in _GROUPS.items():
        if kind in kinds:
            return name
    return _BY_SUBJECT.get(kind.value.partition(".")[0], "vault")


class ActivityFilterBar(QWidget):
    """`changed` when another list has to be asked for; while somebody types, after a short pause."""

    changed = Signal()
    report_requested = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = FilterMenu(self.tr("Kind of act"), self.tr("All kinds of act"))
        self.about = FilterMenu(self.tr("Incident"), self.tr("All incidents"))
        self.when = FilterMenu(self.tr("When"), self.tr("Any day"))
        self.person = FilterMenu(self.tr("Person"), self.tr("Anybody"))
        self.menus = (self.kind, self.about, self.when, self.person)
        self.days = Days()
        self.field = SearchField(self.tr("Search activity"))
        self.field.setMaxLength(400)
        self.field.setMinimumWidth(180)
        self.field.setAccessibleDescription(
            self.tr("Words that stand in a row, a number, or the title of its incident.")
        )
        self.clear_button = bare(self.tr("Clear filters"), "close", size="compact", on_click=self.clear)
        self.report_button = secondary(
            self.tr("Save as a report"), "file", size="compact", on_click=self.report_requested.emit
        )
        self.report_button.setToolTip(self.tr("Save what is listed here as a PDF to print"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self.field.textChanged.connect(lambda _text: self._on_typed())
        self._build()
        self._fill()
        for menu in self.menus:
            menu.changed.connect(self._on_change)
        self.days.changed.connect(self._on_change)
        self._show_rest()

    def _build(self) -> None:
        self._buttons = buttons = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        buttons.setSizePolicy(policy)
        flow = FlowLayout(buttons, 8)
        for widget in (*self.menus, self.clear_button):
            flow.addWidget(widget)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._wide: bool | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._grid)
        column.addWidget(self.days)
        self._arrange(wide=False)

    def _arrange(self, *, wide: bool) -> None:
        """All in one line where there is room, else the words above the menus."""
        if wide == self._wide:
            return
        self._wide = wide
        top = Qt.AlignmentFlag.AlignTop
        for widget in (self._buttons, self.field, self.report_button):
            self._grid.removeWidget(widget)
        if wide:
            self._grid.addWidget(self._buttons, 0, 0)
            self._grid.addWidget(self.field, 0, 1, top)
            self._grid.addWidget(self.report_button, 0, 2, top)
        else:
            self._grid.addWidget(self.field, 0, 0, 1, 2)
            self._grid.addWidget(self.report_button, 0, 2)
            self._grid.addWidget(self._buttons, 1, 0, 1, 3)
        self._grid.setColumnStretch(0, 5 if wide else 1)
        self._grid.setColumnStretch(1, 2 if wide else 0)
        menus = (*self.menus, self.clear_button)
        order = [*menus, self.field, self.report_button] if wide else [self.field, self.report_button, *menus]
        for before, after in pairwise([*order, self.days.first]):
            QWidget.setTabOrder(before, after)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(wide=self.width() >= WIDE)

    def _fill(self) -> None:
        self.kind.set_choices(
            [
                (self.tr("Captures, copies, filing"), "capture"),
                (self.tr("What was stated"), "stated"),
                (self.tr("Pictures shown"), "seen"),
                (self.tr("Sealed and handed over"), "out"),
                (self.tr("Received and checked"), "in"),
                (self.tr("Safeguards and disposal"), "safe"),
                (self.tr("Contacts"), "people"),
                (self.tr("The vault itself"), "vault"),
                (self.tr("Signed checkpoints"), CHECKPOINTS),
            ]
        )
        spans(self.when)
        self.set_choices(Choices())

    def set_choices(self, choices: Choices) -> None:
        """What this vault has to choose from; a menu with nothing to choose is not shown."""
        incidents: list[Choice] = [(f"{ref} {_short(name)}", ref) for ref, name in choices.incidents]
        self.about.set_choices(incidents)
        self.person.set_choices([(name, name) for name in choices.people])
        for menu in (self.about, self.person):
            menu.setVisible(bool(menu.choices()))

    def value(self) -> Asked:
        """What is chosen and typed now."""
        since, until = whole_days(*span(self.when.value(), self.days))
        group = self.kind.value()
        kinds = frozenset(kind for kind in EntryKind if group_of(kind) == group)
        return Asked(
            ActivityFilters(kinds, since, until, str(self.about.value() or "")),
            " ".join(self.field.text().split()),
            str(self.person.value() or ""),
            checkpoints=group == CHECKPOINTS,
        )

    def clear(self) -> None:
        """Narrow nothing any more."""
        blocked = self.blockSignals(True)
        for menu in self.menus:
            menu.choose(None)
        self.field.clear()
        self.blockSignals(blocked)
        self._pause.stop()
        self._on_change()

    def waiting(self) -> bool:
        """Whether something is typed that was not asked for yet."""
        return self._pause.isActive()

    def _on_typed(self) -> None:
        self._show_rest()
        self._pause.start()

    def _on_change(self) -> None:
        self._show_rest()
        self.changed.emit()

    def _show_rest(self) -> None:
        self.days.setVisible(self.when.value() == BETWEEN)
        narrowed = any(menu.value() is not None for menu in self.menus) or bool(self.field.text().strip())
        if not narrowed and self.clear_button.hasFocus():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.clear_button.setVisible(narrowed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        down = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if down and self.field.hasFocus() and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"
