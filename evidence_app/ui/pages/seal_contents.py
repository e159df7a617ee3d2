"""Seal wizard, step 2: what goes in. Everything, unless a reason is given that the reader is told."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.records import Exhibit
from evidence_app.ui import say
from evidence_app.ui.pages.columns import Columns
from evidence_app.ui.pages.seal_data import LARGE, Loaded
from evidence_app.ui.widgets import (
    Card,
    Check,
    Divider,
    ElidedLabel,
    FactRows,
    IconLabel,
    Notice,
    PlatformBadge,
    Text,
    TextField,
    WizardPage,
    area,
    body,
    hint,
    strong,
)

BOX, NUMBER, WHEN = 44, 84, 184
"""Widths of the columns in pixels; what it is takes the rest."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_contents", text)


def kept_back(exhibit: Exhibit) -> str:
    """Why an exhibit does not go into a bundle whatever is wished; empty where it may."""
    if exhibit.standing.locked_away is not None:
        return _tr("Locked away. It goes into no bundle; the reader learns its number only.")
    if exhibit.standing.withdrawn is not None:
        return _tr("Withdrawn: {0}. The reader is told.").format(
            exhibit.standing.withdrawn.reason.rstrip(".")
        )
    return ""


class ExhibitRow(QWidget):
    """One exhibit with its box; unticked, it asks for the reason. `changed` after either."""

    changed = Signal()

    def __init__(self, exhibit: Exhibit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exhibit = exhibit
        number = exhibit.number
        self.box = Check("", checked=True)
        self.box.setFixedSize(24, 24)
        self.box.setAccessibleName(_tr("Put {0} into the bundle").format(number))
        self.reason = TextField(
            _tr("Why is {0} left out?").format(number),
            hint=_tr("The reader is told that it exists, and this reason."),
        )
        self.reason.hide()
        self.kept_back = kept_back(exhibit)
        if self.kept_back:
            self.box.setChecked(False)
            self.box.setEnabled(False)
        self.box.toggled.connect(self._toggled)
        self.reason.changed.connect(lambda _text: self.changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 11, 16, 12)
        column.setSpacing(8)
        column.addLayout(self._line(exhibit))
        below = QHBoxLayout()
        below.setContentsMargins(BOX, 0, 0, 0)
        below.addWidget(self.reason)
        column.addLayout(below)
        if self.kept_back:
            why = QHBoxLayout()
            why.setContentsMargins(BOX, 0, 0, 0)
            why.setSpacing(8)
            away = exhibit.standing.locked_away is not None
            why.addWidget(IconLabel("lock" if away else "undo", "bad" if away else "warn", 16))
            why.addWidget(Text(self.kept_back, type="small"), 1)
            column.addLayout(why)
            self.box.setAccessibleName(f"{number}: {self.kept_back}")

    def _line(self, exhibit: Exhibit) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.box)
        row.addSpacing(BOX - 24)
        number = strong(exhibit.number, wrap=False)
        number.setFixedWidth(NUMBER)
        row.addWidget(number)
        platform = say.stated(exhibit, "platform")
        if platform:
            row.addWidget(PlatformBadge(platform[:24]))
            row.addSpacing(12)
        row.addWidget(ElidedLabel(say.method(exhibit.method)), 1)
        moment = f"{say.short_day(exhibit.sealed_at)}, {say.minute(exhibit.sealed_at)}"
        when = Text(moment, type="body2", wrap=False)
        when.setFixedWidth(WHEN)
        row.addWidget(when)
        self.box.setAccessibleDescription(f"{platform} {say.method(exhibit.method)}, {moment}".strip())
        return row

    def _toggled(self, on: bool) -> None:
        self.reason.setVisible(not on)
        if not on:
            self.reason.input.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()


class ContentsPage(WizardPage):
    """The table of exhibits and the card "In this bundle"."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            _tr("What goes in"),
            _tr(
                "Everything in the incident, in order. If you leave something out, the reader is told, "
                "with your reason."
            ),
            parent=parent,
        )
        self.rows: list[ExhibitRow] = []
        self._loaded: Loaded | None = None
        self._table = Card(padding=0, gap=0)
        self._table.setAccessibleName(_tr("Exhibits of the incident"))
        self._table.body.setContentsMargins(1, 1, 1, 1)
        self._always = body("")
        self.facts = Card(_tr("In this bundle"), look="sunken")
        self._figures = FactRows(name_width=90, align_right=True)
        self.facts.add(self._figures)
        self.large = Notice(
            _tr("This is large for an email."),
            _tr(
                "Mail servers commonly stop at 35 MB, and an attachment grows by a third on its way. "
                "Use a USB stick or the shared drive, or seal it in parts: untick some, with that reason."
            ),
            "warn",
        )
        self.large.hide()
        below = Columns(self.large, self.facts, right=264, stack_below=560)
        self.body.addWidget(self._table)
        self.body.addSpacing(8)
        self.body.addWidget(below)
        self.body.addStretch(1)

    def fill(self, loaded: Loaded) -> None:
        """Show the exhibits of an incident, all of them ticked."""
        self._loaded = loaded
        while self._table.body.count():
            gone = self._table.body.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        self.rows = [ExhibitRow(exhibit) for exhibit in loaded.exhibits]
        self._table.add(_header())
        for row in self.rows:
            row.changed.connect(self._refresh)
            self._table.add(Divider(), row)
        self._always = body("")
        self._table.add(Divider(), self._always_row())
        self._refresh()

    def _always_row(self) -> QWidget:
        bar = area("bg")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 13, 16, 14)
        row.setSpacing(22)
        row.addWidget(IconLabel("link", "text_2", 20))
        row.addWidget(self._always, 1)
        return bar

    def chosen(self) -> tuple[Exhibit, ...]:
        """The exhibits that go in."""
        return tuple(row.exhibit for row in self.rows if row.box.isChecked())

    def left_out(self) -> dict[str, str]:
        """Number and reason of those that stay behind."""
        return {
            row.exhibit.number: row.reason.text()
            for row in self.rows
            if not row.box.isChecked() and not row.kept_back
        }

    def total(self) -> int:
        """About how many bytes the bundle will have."""
        return 0 if self._loaded is None else self._loaded.size_of(self.chosen())

    def counted(self) -> str:
        """For example "4 of 5"."""
        return _tr("{0} of {1}").format(len(self.chosen()), len(self.rows))

    def why_not(self) -> str:
        """What is missing before the next step; empty when nothing is."""
        if not self.rows:
            return _tr("There is nothing to seal yet. Capture something first.")
        if not self.chosen():
            return _tr("Tick at least one exhibit to continue")
        for number, reason in self.left_out().items():
            if not reason:
                return _tr("Say why {0} is left out to continue").format(number)
        return ""

    def _refresh(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        numbers = [exhibit.number for exhibit in self.chosen()]
        corrections = loaded.corrections_of(numbers)
        counted = say.plural(corrections, _tr("correction"), _tr("corrections"))
        self._always.setText(
            _tr("Always included: your notes, {0}, and the full chain of records").format(counted)
        )
        self._figures.clear()
        facts: Sequence[tuple[str, str]] = (
            (_tr("Exhibits"), self.counted()),
            (_tr("Corrections"), str(corrections)),
            (_tr("Size"), _tr("about {0}").format(say.size(self.total()))),
        )
        for name, value in facts:
            self._figures.add(name, value)
        self.large.setVisible(self.total() > LARGE)
        self.changed.emit()


def _header() -> QWidget:
    bar = area("bg")
    row = QHBoxLayout(bar)
    row.setContentsMargins(14 + BOX, 9, 16, 9)
    row.setSpacing(0)
    for words, width in ((_tr("Exhibit"), NUMBER), (_tr("What it is"), 0), (_tr("Captured"), WHEN)):
        label = hint(words, wrap=False)
        if width:
            label.setFixedWidth(width)
        row.addWidget(label, 0 if width else 1)
    return bar
