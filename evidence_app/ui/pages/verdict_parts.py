"""The cards of the verification page, each made from a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import policy
from evidence_app.bundle import sentences
from evidence_app.bundle.dates import day_and_time
from evidence_app.bundle.sentences import State
from evidence_app.errors import EvidenceError
from evidence_app.records import Check, Problem, ReceivedRow, Verdict
from evidence_app.ui import say, theme
from evidence_app.ui.pages.columns import column
from evidence_app.ui.pages.contact_words import role_and_school
from evidence_app.ui.pages.long_text import breakable
from evidence_app.ui.pages.verdict_faces import face_of, look_of
from evidence_app.ui.widgets import (
    Card,
    CheckList,
    CheckRow,
    Chip,
    Divider,
    FactRows,
    HashLabel,
    IconLabel,
    Link,
    ResultBanner,
    Text,
    body,
    card_title,
    hint,
)
from evidence_app.ui.widgets.check_row import ICONS

MOST_CHANGES = 6


def _tr(text: str) -> str:
    return QCoreApplication.translate("verdict_parts", text)


def banner(found: Verdict | EvidenceError) -> ResultBanner:
    """The sentence of an answer; the second half of two on its own line, as in the pictures."""
    said = sentences.describe(found) if isinstance(found, Verdict) else sentences.describe_failure(found)
    sentence, sub = said
    look = look_of(face_of(found))
    return ResultBanner(look.kind, sentence.replace(". ", ".\n", 1), sub, icon=look.icon)


# --- what was checked ---------------------------------------------------------------------------


def _status(check: Check) -> tuple[str, str]:
    """Kind and word of a line."""
    if check.passed is None:
        words = {"sender": _tr("Not confirmed"), "name-changed": _tr("Look")}
        return ("warn", words[check.code]) if check.code in words else ("neutral", _tr("None"))
    return ("ok", _tr("Passed")) if check.passed else ("bad", _tr("Failed"))


def _row(check: Check) -> CheckRow:
    return CheckRow(*_status(check), check.title, check.summary, check.details)


class LoudRow(QFrame):
    """A line that needs attention, in a narrow list: status above the words, Details in place."""

    def __init__(self, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, status = _status(check)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(IconLabel(ICONS[self.kind], self.kind, 20))
        top.addWidget(Text(status, type="strong", token=self.kind, wrap=False))
        top.addStretch(1)
        self._link = Link(_tr("Details"), type="small", icon_after="chevron-down", on_click=self._toggle)
        self._link.setAccessibleName(_tr("Details: {0}").format(check.title))
        top.addWidget(self._link)
        self._more = column(
            *(Text(line, type="small", selectable=True) for line in (check.summary, *check.details) if line),
            gap=4,
        )
        self._more.hide()
        self._link.setVisible(bool(check.summary or check.details))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 10, 16, 12)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addWidget(body(check.title))
        layout.addWidget(self._more)
        self.setAccessibleName(f"{status}: {check.title}")
        self.setAccessibleDescription(check.summary)

    def _toggle(self) -> None:
        self._more.setVisible(self._more.isHidden())
        self._link.set_icon_after("chevron-down" if self._more.isHidden() else "chevron-up")

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.tokens().color(f"{self.kind}_tint"))


def _summary(checks: Sequence[Check]) -> str:
    failed = sum(check.passed is False for check in checks)
    passed = sum(check.passed is True for check in checks)
    if failed:
        return _tr("{0} failed, {1} passed").format(failed, passed)
    return _tr("{0} of {1} passed").format(passed, len(checks))


def _loudest_first(checks: Sequence[Check]) -> list[Check]:
    order = {"bad": 0, "warn": 1, "ok": 2, "neutral": 3}
    return sorted(checks, key=lambda one: order[_status(one)[0]])


def checked(verdict: Verdict) -> CheckList:
    """All lines; the failed ones first unless all is well."""
    result = CheckList(_tr("What was checked"), _summary(verdict.checks))
    intact = sentences.state(verdict) is State.INTACT
    for check in verdict.checks if intact else _loudest_first(verdict.checks):
        result.add_row(_row(check))
    return result


def checked_narrow(verdict: Verdict) -> Card:
    """The list beside the question about the sender: what is open in full, the rest in one line each."""
    result = Card(padding=0, gap=0)
    result.body.setContentsMargins(1, 0, 1, 1)
    heading = card_title(_tr("What was checked"))
    heading.setContentsMargins(20, 12, 16, 10)
    result.setAccessibleName(heading.text())
    result.add(heading)
    for check in _loudest_first(verdict.checks):
        kind, status = _status(check)
        loud = kind in ("warn", "bad")
        result.add(Divider(), LoudRow(check) if loud else CheckRow(kind, status, check.title))
    return result


def checked_altered(verdict: Verdict) -> CheckList:
    """Failed lines, then those with nothing to compare, then everything else in one."""
    result = CheckList(_tr("What was checked"), _summary(verdict.checks))
    passed = [check for check in verdict.checks if check.passed]
    for check in _loudest_first([check for check in verdict.checks if not check.passed]):
        result.add_row(_row(check))
    if passed:
        names = ", ".join(_SHORT[check.code]() for check in passed if check.code in _SHORT)
        details = [f"{check.title}. {check.summary}" for check in passed]
        summary = f"{names[:1].upper()}{names[1:]}."
        result.add_row(CheckRow("ok", _tr("Passed"), _tr("Everything else"), summary, details))
    return result


_SHORT = {
    "seal": lambda: _tr("seal"),
    "files": lambda: _tr("files"),
    "record": lambda: _tr("chain of records"),
    "time": lambda: _tr("time"),
    "sender": lambda: _tr("sender"),
    "earlier": lambda: _tr("earlier bundles"),
}


# --- what changed -------------------------------------------------------------------------------


def what_changed(verdict: Verdict) -> Card:
    """Which exhibit, in words, with the sealed fingerprint beside the one that was found."""
    card = Card(_tr("What changed"), gap=10)
    kinds = {exhibit.number: exhibit.kind for exhibit in verdict.exhibits}
    places: dict[str, list[Problem]] = {}
    for problem in verdict.problems:
        places.setdefault(problem.where, []).append(problem)
    # Exhibits first: that is what the reader asks.
    ordered = sorted(places, key=lambda where: where not in kinds)
    for where in ordered[:MOST_CHANGES]:
        kind = kinds.get(where, "")
        words = f"{where}, {kind}" if kind else where
        card.add(_change(words, places[where]))
    more = len(ordered) - MOST_CHANGES
    if more > 0:
        counted = say.plural(more, _tr("more part of the bundle"), _tr("more parts of the bundle"))
        card.add(hint(_tr("And {0}: see Details below.").format(counted)))
    same = sum(exhibit.unchanged for exhibit in verdict.exhibits)
    if same:
        counted = say.plural(same, _tr("other exhibit is"), _tr("other exhibits are"))
        card.add(body(_tr("The {0} unchanged.").format(counted)))
    elif any(exhibit.number not in places for exhibit in verdict.exhibits):
        card.add(body(_tr("No exhibit can be relied on: what would show that is itself changed.")))
    return card


def _change(where: str, problems: Sequence[Problem]) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 2, 0, 4)
    layout.setSpacing(6)
    layout.addWidget(Chip(where[:60], "bad", "x-circle"), 0, Qt.AlignmentFlag.AlignLeft)
    for message in dict.fromkeys(problem.message for problem in problems[:3]):
        layout.addWidget(body(message))
    for problem in problems:
        if problem.expected and problem.found:
            grid = QGridLayout()
            grid.setHorizontalSpacing(24)
            grid.setVerticalSpacing(4)
            grid.addWidget(hint(_tr("Sealed fingerprint"), wrap=False), 0, 0)
            grid.addWidget(HashLabel(problem.expected), 0, 1)
            grid.addWidget(hint(_tr("In this file"), wrap=False), 1, 0)
            grid.addWidget(HashLabel(problem.found, token="bad"), 1, 1)
            grid.setColumnStretch(2, 1)
            layout.addLayout(grid)
            break
    return holder


# --- right column -------------------------------------------------------------------------------


def about(verdict: Verdict, row: ReceivedRow | None = None) -> Card:
    """What the bundle says about itself, and as what the vault keeps it."""
    card = Card(_tr("About this bundle"), padding=16)
    rows = FactRows(name_width=92)
    card.add(rows)
    facts = verdict.facts
    if facts is None:
        rows.add(_tr("From"), _tr("Not readable"), _tr("The bundle no longer says who sealed it."))
        add_kept(rows, row)
        return card
    role = role_and_school(facts.sender_role, facts.sender_school)
    if verdict.confirmed is None:
        rows.add(_tr("From"), facts.sender_name, _tr("{0}. So it says; not confirmed.").format(role))
    else:
        rows.add(_tr("From"), verdict.confirmed.name, role)
    rows.add(_tr("Incident"), f"{facts.incident_reference} {facts.incident_title}".strip())
    out = [f"{number}: {reason}" for number, reason in facts.left_out.items()]
    left = _tr("Left out by the sender: {0}").format("; ".join(out)) if out else ""
    rows.add(_tr("Contents"), say.plural(len(verdict.exhibits), _tr("exhibit"), _tr("exhibits")), left)
    rows.add(_tr("Sealed for"), ", ".join(facts.sealed_for) or _tr("Whoever has the passphrase"))
    if facts.asks:
        rows.add(_tr("Asks you"), policy.current().name_of(facts.asks))
    if facts.words:
        rows.add(_tr("Its words"), " ".join(facts.words))
    add_kept(rows, row)
    return card


def about_file(path: Path, reference: str, row: ReceivedRow | None) -> Card:
    """What can be said of a file whose inside is not shown. `reference` is of one that the vault keeps."""
    card = Card(_tr("The file"), padding=16)
    rows = FactRows(name_width=92)
    card.add(rows)
    if row is None and reference:
        rows.add(_tr("Kept as"), reference)
    elif row is None:
        rows.add(_tr("Name"), breakable(path.name))
        rows.add(_tr("Folder"), breakable(str(path.parent)))
        if path.is_file():
            rows.add(_tr("Size"), say.size(path.stat().st_size))
    else:
        rows.add(_tr("Name"), breakable(row.file_name))
        rows.add(_tr("Size"), say.size(row.stored.size))
        add_kept(rows, row)
    return card


def add_kept(rows: FactRows, row: ReceivedRow | None) -> None:
    """Where the vault keeps the file, and since when."""
    if row is None:
        return
    since = _tr("Since {0}, exactly as it came, encrypted.").format(day_and_time(row.received_at))
    rows.add(_tr("Kept as"), row.reference, since)


def limit(verdict: Verdict) -> Card:
    """The fifth line, on every verdict."""
    card = Card(_tr("What this does not tell you"), padding=16, gap=4)
    always = _tr("No check of this kind can tell who wrote the posts, or whether what they say is true.")
    card.add(body(sentences.LIMIT if verdict.unchanged else always))
    return card


def plain(title: str, *texts: str) -> Card:
    """A card of words."""
    card = Card(title, padding=20, gap=6)
    card.add(*(body(text) for text in texts))
    return card


def button_row(*buttons: QWidget) -> QHBoxLayout:
    """Buttons from the left."""
    row = QHBoxLayout()
    row.setSpacing(12)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
