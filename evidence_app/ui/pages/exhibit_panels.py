"""What the exhibit page reads and shows beside the picture: observed, stated, history, the entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from evidence_app.errors import IntegrityError, UsageError
from evidence_app.ledger import next_link
from evidence_app.records import Entry, EntryKind, Exhibit, Incident, Relation, Statement
from evidence_app.ui import say
from evidence_app.ui.pages import act_words
from evidence_app.ui.pages.disposal_dialog import why_not
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.pages.stated_words import field_name, value_words
from evidence_app.ui.widgets import (
    Card,
    Divider,
    FactRows,
    FlowLayout,
    HashLabel,
    History,
    IconLabel,
    Link,
    StatedPanel,
    Text,
    body,
    hint,
)
from evidence_app.vault.vault import Vault

HISTORY_SHOWN = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("exhibit", text)


@dataclass(frozen=True, slots=True)
class ExhibitFile:
    """Everything the page shows of an exhibit but the picture. `why_kept`: why it cannot be disposed of now.

    `origin` is there for a copy whose original is still kept; `copies` are those made of this one.
    `before` and `after` are the neighbouring entries, None where there is none or it was erased;
    `chained` says whether the links on both sides were recomputed and fit.
    """

    exhibit: Exhibit
    incident: Incident | None
    neighbours: tuple[str, ...]
    statements: tuple[Statement, ...]
    history: tuple[Entry, ...]
    entry: Entry
    before: Entry | None
    after: Entry | None
    chained: bool
    incident_held: bool = False
    why_kept: str = ""
    origin: str = ""
    copies: tuple[Exhibit, ...] = ()


def load(vault: Vault, number: str) -> ExhibitFile:
    """Read an exhibit with its custody log; for background work. Raises `UsageError`."""
    exhibit = vault.read.exhibit(number)
    entry = vault.read.entry(exhibit.seq)
    size, _ = vault.head
    before = _neighbour(vault, exhibit.seq - 1, size)
    after = _neighbour(vault, exhibit.seq + 1, size)
    chained = (before is None or next_link(before.link, entry.commitment) == entry.link) and (
        after is None or next_link(entry.link, after.commitment) == after.link
    )
    return ExhibitFile(
        exhibit=exhibit,
        incident=None if exhibit.incident is None else vault.read.incident(exhibit.incident),
        neighbours=tuple(one.number for one in vault.read.exhibits(exhibit.incident)),
        statements=vault.read.statements(exhibit.number),
        history=tuple(reversed(vault.read.entries_about(exhibit.number))),
        entry=entry,
        before=before,
        after=after,
        chained=chained,
        incident_held=exhibit.incident is not None and vault.read.hold(exhibit.incident) is not None,
        why_kept=why_not(vault, exhibit),
        origin=_origin(vault, exhibit),
        copies=tuple(vault.read.exhibit(one) for one in vault.read.copies(exhibit.number)),
    )


def _origin(vault: Vault, exhibit: Exhibit) -> str:
    if exhibit.derived is None:
        return ""
    try:
        return vault.read.exhibit(exhibit.derived.origin.number).number
    except UsageError:
        return ""  # disposed of


def _neighbour(vault: Vault, seq: int, size: int) -> Entry | None:
    if not 1 <= seq <= size:
        return None
    try:
        return vault.read.entry(seq)
    except IntegrityError:
        return None  # erased by a recorded disposal; the vault check says what is wrong otherwise


# --- the original and its copies ------------------------------------------------------------------


class Relations(QWidget):
    """What a copy was made of, or which copies there are, as links. Hidden where there are none.

    `requested` carries the number of the exhibit to show.
    """

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = FlowLayout(self, gap=6)
        self.links: list[Link] = []
        self._shown: tuple[object, ...] = ()
        self.hide()

    def set_file(self, file: ExhibitFile) -> bool:
        """The relations of this exhibit; whether they are other ones than before."""
        shown = (file.exhibit.number, file.origin, *(one.number for one in file.copies))
        if shown == self._shown:
            return False  # links that are there keep the keyboard
        self._shown = shown
        while (item := self._line.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.links = []
        derived = file.exhibit.derived
        if derived is not None:
            cropped = derived.relation is Relation.CROP
            words = _tr("Cropped copy of") if cropped else _tr("Covered copy of")
            self._add(words, [derived.origin.number], bool(file.origin))
        for relation, one, more in (
            (Relation.COVERED, _tr("Has a covered copy:"), _tr("Has covered copies:")),
            (Relation.CROP, _tr("Has a cropped copy:"), _tr("Has cropped copies:")),
        ):
            copies = [copy for copy in file.copies if copy.derived and copy.derived.relation is relation]
            self._add(one if len(copies) == 1 else more, [copy.number for copy in copies])
        self.setVisible(self._line.count() > 0)
        self.updateGeometry()
        return True

    def _add(self, words: str, numbers: Sequence[str], there: bool = True) -> None:
        if not numbers:
            return
        self._put(Text(words, type="small", wrap=False))
        for number in numbers:
            if there:
                link = Link(number, type="small", on_click=partial(self.requested.emit, number))
                link.setAccessibleName(f"{words} {number}")
                self.links.append(link)
                self._put(link)
            else:
                self._put(Text(_tr("{0}, which was disposed of").format(number), type="small", wrap=False))

    def _put(self, widget: QWidget) -> None:
        widget.setFixedHeight(24)
        self._line.addWidget(widget)
        widget.show()


# --- stated ---------------------------------------------------------------------------------------


class StatedHistory(StatedPanel):
    """Every statement, newest first. Older versions stay and are marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "", _tr("What people say about it, newest first. Nothing is overwritten."), parent=parent
        )
        self.rows = FactRows(name_width=96)
        self.nothing = hint(_tr("Nothing stated yet. Choose “Add to this exhibit” to say what you know."))
        self.body.setSpacing(0)
        self.body.setContentsMargins(19, 6, 19, 12)
        self.add(self.nothing)
        self.add(self.rows)
        self.body.addStretch(1)

    def set_statements(self, statements: Sequence[Statement]) -> None:
        """Show these, given oldest first."""
        newest = {one.field: index for index, one in enumerate(statements)}
        self.rows.clear()
        order = sorted(enumerate(statements), key=lambda pair: (-pair[1].seq, pair[0]))
        for index, one in order:
            words = value_words(one.field, one.value)
            how = _tr("{by}, {when}, {source}").format(
                by=one.by, when=f"{say.minute(one.at)} {say.short_day(one.at)}", source=source_words(one)
            )
            if newest[one.field] == index:
                value = LongText(words)
                value.setAccessibleName(f"{field_name(one.field)}: {words}")
                self.rows.add(field_name(one.field), value, how)
            else:
                old = LongText(words, type="body2")
                old.setAccessibleName(_tr("Earlier {0}: {1}").format(field_name(one.field), words))
                self.rows.add(field_name(one.field), old, _tr("Earlier version. {0}").format(how))
        # The panel's own line is right above; rows that were cleared are hidden but not gone yet.
        for line in [one for one in self.rows.findChildren(Divider) if not one.isHidden()][:1]:
            line.hide()
        self.nothing.setVisible(not statements)
        self.rows.setVisible(bool(statements))


def source_words(one: Statement) -> str:
    """Where a stated value comes from, as it is shown beside it."""
    return _tr(one.source.value)


# --- history and entry ----------------------------------------------------------------------------


class HistoryCard(Card):
    """Every act on the exhibit, newest first; more than a few are opened by a link."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_tr("History of this exhibit"), padding=16, gap=8, parent=parent)
        self.history = History()
        self.more = Link("", type="small", icon_after="chevron-down", on_click=self._open)
        self.add(self.history)
        self.add(self.more)
        self.body.addStretch(1)
        self._items: list[tuple[str, str]] = []
        self._number = ""
        self._all = False

    def set_entries(self, number: str, entries: Sequence[Entry]) -> None:
        """Show these, given newest first."""
        self._all = self._all and number == self._number
        self._number = number
        self._items = [(_short(one), _when(one, entries[-1])) for one in entries]
        self._show()

    def _open(self) -> None:
        self._all = True
        self._show()

    def _show(self) -> None:
        shown = self._items if self._all else self._items[:HISTORY_SHOWN]
        self.history.set_items(shown)
        self.more.setText(_tr("Show all {0} acts").format(len(self._items)))
        self.more.setVisible(len(shown) < len(self._items))


def _short(entry: Entry) -> str:
    captured = entry.kind is EntryKind.EXHIBIT_CAPTURED
    return _tr("Captured and sealed") if captured else act_words.words(entry)


def _when(entry: Entry, first: Entry) -> str:
    """As "14:21:48 · entry 39"; with the day where that is not the day of the first entry."""
    same = say.local(entry.at).date() == say.local(first.at).date()
    time = f"{say.local(entry.at):%H:%M:%S}" if same else f"{say.short_day(entry.at)}, {say.minute(entry.at)}"
    return _tr("{time} · entry {seq}").format(time=time, seq=entry.seq)


class EntryCard(Card):
    """The entry that sealed the exhibit, with its neighbours in the chain."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(" ", padding=16, gap=8, parent=parent)
        self.rows = FactRows(name_width=96)
        self.add(self.rows)
        self._icon = IconLabel("link", "ok", 16)
        self.chain = body()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.chain, 1)
        self.add(line)
        self.body.addStretch(1)

    def set_file(self, file: ExhibitFile) -> None:
        """Show the links of this entry and its neighbours."""
        title = _tr("Entry {0} in the record").format(file.entry.seq)
        self.title.setText(title)
        self.setAccessibleName(title)
        self.rows.clear()
        self.rows.add(_tr("Entry before"), _link(file.before))
        self.rows.add(_tr("This entry"), _link(file.entry, strong=True))
        self.rows.add(_tr("Entry after"), _link(file.after))
        if not file.chained:
            icon, token = "x-circle", "bad"
            words = _tr("This entry does not fit its neighbours. Check the vault now, under Activity.")
        elif file.after is None:
            icon, token = "link", "ok"
            words = _tr("Chained to the entry before. The next one will be chained to this.")
        else:
            icon, token, words = "link", "ok", _tr("Chained to the entries on both sides.")
        self._icon.set_icon(icon, token)
        self.chain.set_token("bad" if token == "bad" else "text")
        self.chain.setText(words)


def _link(entry: Entry | None, *, strong: bool = False) -> QWidget:
    if entry is None:
        return Text(_tr("None yet"), type="hint")
    label = HashLabel(entry.link.hex(), keep=(2, 1))
    if strong:
        font = label.font()
        font.setBold(True)
        label.setFont(font)
    return label
