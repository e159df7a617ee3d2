"""Seal wizard, step 2: what goes in. Everything, unless a reason is given that the reader is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.records import Exhibit
from evidence_app.ui import say
from evidence_app.ui.pages.columns import Columns
from evidence_app.ui.pages.seal_covered import (
    CoveredChoice,
    OutsideCard,
    RestrictedCard,
    StaysOut,
    covered_words,
)
from evidence_app.ui.pages.seal_data import LARGE, Loaded
from evidence_app.ui.pages.seal_parcels import Contents, Parcel
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
from evidence_app.workflows.choosing import copies_only

BOX, NUMBER, WHEN, COVERED = 44, 84, 184, 152
"""Widths of the columns in pixels; what it is takes the rest."""

_WIDE = 760
"""Pixels of a table that has room for the last column."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_contents", text)


def kept_back(exhibit: Exhibit, withdrawn: frozenset[str] = frozenset()) -> str:
    """Why an exhibit does not go into a bundle whatever is wished; empty where it may. `withdrawn` are the
    numbers of those that were: their copies stay behind with them."""
    if exhibit.standing.locked_away is not None:
        return _tr("Locked away. It goes into no bundle; the reader learns its number only.")
    if exhibit.standing.withdrawn is not None:
        return _tr("Withdrawn: {0}. The reader is told.").format(
            exhibit.standing.withdrawn.reason.rstrip(".")
        )
    if exhibit.derived is not None and exhibit.derived.origin.number in withdrawn:
        return _tr("Its original {0} was withdrawn. The reader is told.").format(
            exhibit.derived.origin.number
        )
    return ""


class ExhibitRow(QWidget):
    """One exhibit with its box; unticked, it asks for the reason. `changed` after either."""

    changed = Signal()

    def __init__(
        self,
        exhibit: Exhibit,
        kept: str = "",
        copies: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.exhibit = exhibit
        self._covered = covered_words(exhibit, copies)
        number = exhibit.number
        self.box = Check("", checked=True)
        self.box.setFixedSize(24, 24)
        self.box.setAccessibleName(_tr("Put {0} into the bundle").format(number))
        self.reason = TextField(
            _tr("Why is {0} left out?").format(number),
            hint=_tr("The reader is told that it exists, and this reason."),
        )
        self.reason.hide()
        self.kept_back = kept
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
        row.addWidget(ElidedLabel(say.how_made(exhibit)), 1)
        moment = f"{say.short_day(exhibit.sealed_at)}, {say.minute(exhibit.sealed_at)}"
        when = Text(moment, type="body2", wrap=False)
        when.setFixedWidth(WHEN)
        row.addWidget(when)
        self.covered = _covered_cell(self._covered)
        row.addWidget(self.covered)
        said = [f"{platform} {say.how_made(exhibit)}".strip(), moment, self._covered]
        self.box.setAccessibleDescription(", ".join(filter(None, said)))
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
        self._header: _Header | None = None
        self._inside = True
        self._first = ""
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
        self.covered, self.outside = CoveredChoice(), OutsideCard()
        self.stays_out, self.restricted = StaysOut(), RestrictedCard()
        for part in (self.covered, self.outside, self.restricted):
            part.changed.connect(self._refresh)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for below_it in (self.covered, self.outside, self.stays_out, self.restricted, self.large):
            column.addWidget(below_it)
        below = Columns(left, self.facts, right=264, stack_below=560)
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
        withdrawn = frozenset(one.number for one in loaded.exhibits if one.standing.withdrawn is not None)
        self.rows = [
            ExhibitRow(one, kept_back(one, withdrawn), loaded.copies.get(one.number, ()))
            for one in loaded.exhibits
        ]
        self._header = _Header()
        self._table.add(self._header)
        for row in self.rows:
            row.changed.connect(self._refresh)
            self._table.add(Divider(), row)
        self._always = body("")
        self._table.add(Divider(), self._always_row())
        self.restricted.fill(loaded.incident)
        self._fit()
        self._refresh()

    def show_readers(self, parcels: Sequence[Parcel]) -> None:
        """For whom it is: that decides what can be chosen about covered copies and restricted fields."""
        inside = any(not one.outside for one in parcels)
        copies = any(row.exhibit.derived is not None for row in self.rows)
        self.covered.setVisible(inside and copies)
        self.outside.show_for([one.names for one in parcels if one.outside])
        self.restricted.show_for(inside)
        self._inside = inside
        self._first = parcels[0].names if len(parcels) > 1 else ""
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
        """The exhibits that are ticked."""
        return tuple(row.exhibit for row in self.rows if row.box.isChecked())

    def goes_in(self, redacted_only: bool) -> tuple[Exhibit, ...]:
        """The exhibits of a bundle, with or without the originals."""
        return tuple(copies_only(self.chosen())[0]) if redacted_only else self.chosen()

    def contents(self) -> Contents:
        """All that was chosen here."""
        return Contents(
            self.left_out(),
            redacted_only=self.covered.copies_only(),
            outside_why=self.outside.reason(),
            restricted=self.restricted.codes(),
            restricted_why=self.restricted.reason(),
        )

    def left_out(self) -> dict[str, str]:
        """Number and reason of those that stay behind."""
        return {
            row.exhibit.number: row.reason.text()
            for row in self.rows
            if not row.box.isChecked() and not row.kept_back
        }

    def total(self, redacted_only: bool = False) -> int:
        """About how many bytes the bundle will have."""
        return 0 if self._loaded is None else self._loaded.size_of(self.goes_in(redacted_only))

    def counted(self, redacted_only: bool = False) -> str:
        """For example "4 of 5"."""
        return _tr("{0} of {1}").format(len(self.goes_in(redacted_only)), len(self.rows))

    def _first_only_copies(self) -> bool:
        """Whether the bundle that the figures are about has copies only."""
        return self.covered.copies_only() if self._inside else self.outside.copies_only()

    def why_not(self) -> str:
        """What is missing before the next step; empty when nothing is."""
        if not self.rows:
            return _tr("There is nothing to seal yet. Capture something first.")
        if not self.chosen():
            return _tr("Tick at least one exhibit to continue")
        for number, reason in self.left_out().items():
            if not reason:
                return _tr("Say why {0} is left out to continue").format(number)
        needs_copies = self.covered.copies_only() or self.outside.copies_only()
        if needs_copies and not self.goes_in(redacted_only=True):
            return _tr("There is no covered copy yet: make one first")
        return self.outside.why_not() or self.restricted.why_not()

    def _refresh(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        only = self._first_only_copies()
        inside = self.goes_in(only)
        numbers = [exhibit.number for exhibit in inside]
        corrections = loaded.corrections_of(numbers)
        counted = say.plural(corrections, _tr("correction"), _tr("corrections"))
        self._always.setText(
            _tr("Always included: your notes, {0}, and the full chain of records").format(counted)
        )
        self._figures.clear()
        facts: Sequence[tuple[str, str]] = (
            *([(_tr("For"), self._first)] if self._first else []),
            (_tr("Exhibits"), self.counted(only)),
            (_tr("Parts covered"), _parts_covered(inside)),
            (_tr("Corrections"), str(corrections)),
            (_tr("Size"), _tr("about {0}").format(say.size(self.total(only)))),
        )
        for name, value in facts:
            self._figures.add(name, value)
        self.large.setVisible(self.total(only) > LARGE)
        self._show_stays_out()
        self.changed.emit()

    def _show_stays_out(self) -> None:
        left_out: Mapping[str, str] = {}
        if self.covered.copies_only() or self.outside.copies_only():
            left_out = copies_only(self.chosen())[1]
        have = {copy.derived.origin.number for copy in self.goes_in(True) if copy.derived is not None}
        self.stays_out.show_list(left_out, [number for number in left_out if number not in have])

    def _fit(self) -> None:
        wide = self.viewport().width() - 112 >= _WIDE
        cells = [row.covered for row in self.rows]
        cells += [] if self._header is None else [self._header.covered]
        for cell in cells:
            cell.setVisible(wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _parts_covered(exhibits: Sequence[Exhibit]) -> str:
    """`4, in 2 exhibits`."""
    counts = [len(one.derived.covers) for one in exhibits if one.derived is not None and one.derived.covers]
    if not counts:
        return _tr("None")
    return _tr("{0}, in {1}").format(sum(counts), say.plural(len(counts), _tr("exhibit"), _tr("exhibits")))


def _covered_cell(words: str) -> QWidget:
    """The cell of the column "Covered up"."""
    cell = QWidget()
    cell.setFixedWidth(COVERED)
    row = QHBoxLayout(cell)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    if words:
        row.addWidget(IconLabel("cover", "text_2", 16))
        row.addWidget(ElidedLabel(words, type="body2"), 1)
    else:
        row.addWidget(Text(_tr("Nothing covered"), type="body2", wrap=False), 1)
    return cell


class _Header(QWidget):
    """The names of the columns."""

    def __init__(self) -> None:
        super().__init__()
        bar = area("bg")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(bar)
        row = QHBoxLayout(bar)
        row.setContentsMargins(14 + BOX, 9, 16, 9)
        row.setSpacing(0)
        columns = (
            (_tr("Exhibit"), NUMBER),
            (_tr("What it is"), 0),
            (_tr("Captured"), WHEN),
            (_tr("Covered up"), COVERED),
        )
        for words, width in columns:
            self.covered = hint(words, wrap=False)
            if width:
                self.covered.setFixedWidth(width)
            row.addWidget(self.covered, 0 if width else 1)
