"""The custody log of an exhibit: every act on it, who, when, what, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.records import Entry, EntryKind
from evidence_app.ui import say
from evidence_app.ui.pages import act_words
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.widgets import Divider, ScrollPage, Text, hint, primary, section
from evidence_app.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the log, in words; `where_to` is where something of the exhibit went, or empty."""

    seq: int
    when: str
    who: str
    what: str
    where_to: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("custody", text)


def read(vault: Vault, number: str) -> tuple[Act, ...]:
    """Every act on an exhibit in the order of the record, with the receipts for bundles that hold it."""
    acts = []
    for entry in vault.read.entries_about(vault.read.exhibit(number).number):
        acts.append(_act(entry))
        if entry.kind is EntryKind.BUNDLE_SEALED:
            acts += [
                Act(
                    one.seq,
                    _when(one.recorded_at),
                    one.contact or _tr("{0} (not a contact)").format(one.name),
                    _tr("Received it, says a receipt")
                    + (_tr(": unchanged") if one.unchanged else _tr(": altered")),
                    "",
                )
                for one in vault.read.receipts(str(entry.data.get("bundle")))
                if not one.issued
            ]
    return tuple(sorted(acts, key=lambda one: one.seq))


def _when(moment: datetime) -> str:
    return f"{say.short_day(moment)}, {say.clock(moment)}"


def _act(entry: Entry) -> Act:
    who = f"{entry.by}, {entry.on}" if entry.on else entry.by
    return Act(entry.seq, _when(entry.at), who, act_words.words(entry), _where_to(entry))


def _where_to(entry: Entry) -> str:
    if entry.kind in {EntryKind.BUNDLE_SEALED, EntryKind.BUNDLE_FORWARDED}:
        name = entry.data.get("file_name")
        return _tr("the file {0}").format(name) if isinstance(name, str) and name else ""
    return ""


class CustodyDialog(QDialog):
    """The whole log, oldest first, to read and to copy."""

    def __init__(self, number: str, acts: Sequence[Act], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = _tr("Custody log of {0}").format(number)
        self.acts = tuple(acts)
        self.setWindowTitle(words)
        self.setAccessibleName(words)
        self.resize(760, 560)
        self.page = ScrollPage((0, 4, 10, 4), 0, "bg")
        self.page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.page.setAccessibleName(words)
        for place, one in enumerate(self.acts):
            if place:
                self.page.body.addWidget(Divider())
            self.page.body.addWidget(_row(one))
        self.page.body.addStretch(1)
        self.close_button = primary(_tr("Close"), on_click=self.accept, min_width=112)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        column.addWidget(section(words))
        column.addWidget(
            hint(_tr("Every act on this exhibit, oldest first. Each has its entry in the chain of records."))
        )
        column.addWidget(self.page, 1)
        column.addLayout(foot)
        self.close_button.setFocus()


def _row(act: Act) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 8, 0, 8)
    row.setSpacing(16)
    left = QVBoxLayout()
    left.setSpacing(1)
    when = Text(act.when, type="small", wrap=True)
    when.setFixedWidth(190)
    left.addWidget(when)
    left.addWidget(hint(_tr("Entry {0}").format(act.seq), wrap=False))
    left.addStretch(1)
    row.addLayout(left)
    right = QVBoxLayout()
    right.setSpacing(1)
    right.addWidget(LongText(act.what))
    where = _tr("by {0}").format(act.who)
    if act.where_to:
        where += " · " + _tr("to {0}").format(act.where_to)
    right.addWidget(LongText(where, type="hint"))
    right.addStretch(1)
    row.addLayout(right, 1)
    holder.setAccessibleName(f"{act.when}: {act.what}. {where}")
    return holder
