"""One entry in full: when to the millisecond, by whom, what it says, and the links of the chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from evidence_app import fields, ledger
from evidence_app.crypto.sshsig import fingerprint
from evidence_app.fields import Reach
from evidence_app.records import Disposal, Entry, EntryKind, SignedCheckpoint
from evidence_app.ui import say, theme
from evidence_app.ui.pages import act_words
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.pages.stated_words import field_name, value_words
from evidence_app.ui.widgets import HashLabel, Text
from evidence_app.vault.vault import Vault

LONGEST = 1000
"""Characters of one value that are shown; all of it stands where it was said."""


def tr(text: str) -> str:
    return QCoreApplication.translate("activity", text)


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what belongs to it: words, or a hex digest; `strong` for the entry's own link."""

    name: str
    value: str
    digest: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """An entry, or a checkpoint, in full."""

    item: int
    facts: tuple[Fact, ...]


def details_of(vault: Vault, seq: int) -> Details:
    """Read an entry and what belongs to it."""
    entry = vault.read.entries_of([seq]).get(seq)
    facts = [*_erased(vault, seq)] if entry is None else [*_facts(vault, entry)]
    before, own = vault.read.link(seq - 1), vault.read.link(seq)
    if before is not None:
        facts.append(Fact(tr("Entry before, {0}").format(seq - 1), before.hex(), digest=True))
    sealed = "" if entry is None else act_words.sealed_file(entry)
    if sealed:
        facts.append(Fact(tr("File sealed"), sealed, digest=True))
    if entry is not None and before is not None and ledger.next_link(before, entry.commitment) != own:
        words = tr("It does not fit into its place in the chain: it was changed. Check the vault now.")
        facts.append(Fact(tr("Chain"), words))
    if own is not None:
        facts.append(Fact(tr("This entry, {0}").format(seq), own.hex(), digest=True, strong=True))
    return Details(seq, tuple(facts))


def details_of_checkpoint(vault: Vault, item: int, signed: SignedCheckpoint) -> Details:
    """A signed checkpoint in full; `item` is its place in the list."""
    one = signed.checkpoint
    facts = (
        Fact(tr("Signed"), _moment(one.time)),
        Fact(
            tr("What it says"),
            tr(
                "The record had {0} entries, and the last one had this link. Signed with this vault’s key: "
                "whoever has a copy can tell whether anything before it was changed later."
            ).format(one.size),
        ),
        Fact(tr("Signed with"), fingerprint(vault.signing_key.public_key)),
        Fact(tr("Entry {0}").format(one.size), one.link.hex(), digest=True, strong=True),
    )
    return Details(item, facts)


def _moment(moment: datetime) -> str:
    """`Thursday 12 March 2026, 14:32:07.123 GMT`, and the same in UTC where that differs."""
    at = say.local(moment)
    words = f"{say.day(moment)}, {at:%H:%M:%S}.{at.microsecond // 1000:03d} {say.zone(moment)}"
    if at.utcoffset():
        utc = moment.astimezone(UTC)
        words += f" ({utc:%H:%M:%S} UTC)" if utc.date() == at.date() else f" ({utc:%Y-%m-%d %H:%M:%S} UTC)"
    return words


def _erased(vault: Vault, seq: int) -> Iterator[Fact]:
    if seq not in vault.read.erased([seq]):
        yield Fact(
            tr("What it says"),
            tr("This entry cannot be read. Check the vault now: the check names what is wrong with it."),
        )
        return
    made: Disposal | None = next((one for one in vault.read.disposals() if seq in one.erased), None)
    words = tr("Its content was erased by a disposal. Its place in the chain stays and is checked.")
    if made is not None:
        words += " " + tr("Decided by {0} with {1}, entry {2}, {3}.").format(
            made.decided_by, made.second, made.seq, say.short_day(made.at)
        )
    yield Fact(tr("What it says"), words)


def _facts(vault: Vault, entry: Entry) -> Iterator[Fact]:
    who = tr("{0}, on the computer {1}").format(entry.by, entry.on) if entry.on else entry.by
    yield Fact(tr("When"), _moment(entry.at))
    yield Fact(tr("By whom"), who)
    yield Fact(tr("What was done"), act_words.words(entry))
    about = act_words.about(entry)
    titles = vault.read.incident_titles()
    if about in titles:
        yield Fact(tr("About"), tr("{0}, “{1}”").format(about, titles[about]))
    elif about:
        yield Fact(tr("About"), about)
    if vault.is_gone(about) and entry.kind is not EntryKind.EXHIBIT_LOCKED_AWAY:
        yield Fact(tr("What it says"), tr("Locked away: what was said about it is not shown."))
    else:
        yield from _said(entry)


def _said(entry: Entry) -> Iterator[Fact]:
    """What the entry says in words that a person gave; never what is kept back from lists."""
    said = entry.data.get("statements")
    for one in said if isinstance(said, list) else ():
        if isinstance(one, Mapping):
            code, value = str(one.get("field", "")), str(one.get("value", ""))
            if fields.reach(code) is not Reach.OPEN:
                yield Fact(field_name(code), tr("Kept private: not shown in this list."))
            else:
                yield Fact(field_name(code), _short(value_words(code, value)))
    for name, words in _names().items():
        text = entry.data.get(name)
        if isinstance(text, str) and text.strip():
            yield Fact(words, _short(text))
    problems = entry.data.get("problems")
    if entry.kind is EntryKind.VAULT_CHECKED and isinstance(problems, list):
        found = [str(one.get("where", "")) for one in problems if isinstance(one, Mapping)]
        yield Fact(tr("Found at"), _short(", ".join(found)) or tr("nothing"))


def _names() -> dict[str, str]:
    """What else an entry may say in words, by its name in the record."""
    return {
        "reason": tr("Reason"),
        "asks": tr("What is asked for"),
        "asked_by": tr("Asked for by"),
        "given_by": tr("Given by"),
        "advised_by": tr("Advised by"),
        "decided_by": tr("Decided by"),
        "second": tr("Second person"),
        "file_name": tr("File"),
        "where_to": tr("Where to"),
        "how": tr("How"),
    }


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + "…"


class EntryDetails(QWidget):
    """A box below the row of an entry. Everything in it can be selected; Tab comes to it as a whole, and
    copies all of it with Ctrl+C."""

    def __init__(self, details: Details, indent: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.details = details
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(". ".join(f"{fact.name}: {fact.value}" for fact in details.facts))
        self.setAccessibleDescription(tr("Ctrl+C copies all of it."))
        grid = QGridLayout()
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for place, fact in enumerate(details.facts):
            name = Text(fact.name, type="hint")
            name.setFixedWidth(132)
            value: Text
            if fact.digest:
                value = HashLabel(fact.value, keep=None, token="text" if fact.strong else "text_2")
                if fact.strong:
                    font = value.font()
                    font.setBold(True)
                    value.setFont(font)
            else:
                value = LongText(fact.value, type="small")
            value.setAccessibleName(f"{fact.name}: {fact.value}")
            grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, place, 1)
        self._box = QWidget()
        self._box.setLayout(grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(indent, 0, 34, 14)
        column.addWidget(self._box)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            words = "\n".join(f"{fact.name}: {fact.value}" for fact in self.details.facts)
            QGuiApplication.clipboard().setText(words)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = theme.tokens()
        painter.setBrush(t.color("surface"))
        painter.setPen(QPen(t.color("tint_line"), 1))
        painter.drawRoundedRect(self._box.geometry().adjusted(0, 0, -1, -1), 6, 6)
