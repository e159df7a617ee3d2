"""Check a bundle: drop it or open it; below, what was checked in this vault before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app.crypto.sshsig import public_line
from evidence_app.crypto.words import bundle_words
from evidence_app.errors import EvidenceError
from evidence_app.records import Consistency, Entry, EntryKind, SenderStatus
from evidence_app.ui import say
from evidence_app.ui.pages.drop import DropZone
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import (
    Card,
    Chip,
    Divider,
    ElidedLabel,
    IconTile,
    InlineMessage,
    ScrollPage,
    Text,
    hint,
    lead,
    primary,
    section,
    title,
)
from evidence_app.vault.vault import Vault

MOST = 100
CHIP_WIDTH, WHEN_WIDTH = 188, 176


def _tr(text: str) -> str:
    return QCoreApplication.translate("check_bundle", text)


@dataclass(frozen=True, slots=True)
class Checked:
    """One earlier check. `state` is intact, altered, unconfirmed or conflict, as it was found then."""

    state: str
    sender: str
    words: tuple[str, ...]
    at: datetime


def earlier(vault: Vault) -> list[Checked]:
    """The newest checks of bundles in this vault."""
    names = {public_line(one.signing_key): one.name for one in vault.read.contacts()}
    return [_checked(entry, names) for entry in vault.read.entries(EntryKind.BUNDLE_CHECKED, limit=MOST)]


def _checked(entry: Entry, names: dict[str, str]) -> Checked:
    data = entry.data
    digest = str(data.get("digest", ""))
    if data.get("unchanged") is not True:
        state = "altered"
    elif data.get("sender") != SenderStatus.CONFIRMED.value:
        state = "unconfirmed"
    else:
        state = "conflict" if data.get("consistent") == Consistency.NO.value else "intact"
    words = bundle_words(bytes.fromhex(digest)) if len(digest) == 64 else ()
    return Checked(state, names.get(str(data.get("sender_key", "")), ""), words, entry.at)


def _status(state: str) -> tuple[str, str, str]:
    return {
        "intact": (_tr("Intact"), "ok", "check-circle"),
        "altered": (_tr("Altered"), "bad", "x-circle"),
        "unconfirmed": (_tr("Sender not confirmed"), "warn", "alert-circle"),
        "conflict": (_tr("In conflict"), "warn", "alert-circle"),
    }[state]


class CheckBundlePage(ScrollPage):
    """`verify_requested` carries the path of what was dropped or opened."""

    verify_requested = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__((32, 24, 32, 32), 20, "bg", parent)
        self._session = session
        self.zone = DropZone(_tr("Drop a bundle here"))
        self.open_button = primary(_tr("Open a bundle"), "folder", on_click=self._open)
        self.zone.dropped.connect(self.verify_requested)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(section(_tr("Drop a bundle here")))
        words.addWidget(
            hint(
                _tr("A file that ends in .evidence, or an unlocked copy’s folder. Checking changes nothing.")
            )
        )
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(IconTile("inbox", "accent", "tint", 64))
        row.addLayout(words, 1)
        row.addWidget(self.open_button)
        self.zone.add(row)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(title(_tr("Check a bundle")))
        head.addWidget(lead(_tr("One clear answer: unchanged since it was sealed, and from whom?")))
        self.list = Card(padding=0, gap=0)
        self.list.setAccessibleName(_tr("Bundles checked in this vault"))
        self.list.body.setContentsMargins(1, 1, 1, 1)
        self.message = InlineMessage()
        self.body.addLayout(head)
        self.body.addWidget(self.zone)
        self.body.addSpacing(8)
        self.body.addWidget(section(_tr("Checked before")))
        self.body.addWidget(self.message)
        self.body.addWidget(self.list)
        self.body.addStretch(1)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        self._session.runner.run(
            earlier, self._session.vault, on_done=self._show, on_error=self._failed, owner=self
        )

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.message.show_message(error.message)

    def _show(self, found: list[Checked]) -> None:
        while self.list.body.count():
            gone = self.list.body.takeAt(0).widget()
            gone.hide()
            gone.deleteLater()
        now = datetime.now(UTC)
        for number, one in enumerate(found):
            if number:
                self.list.add(Divider())
            self.list.add(_row(one, now))
        if not found:
            empty = Text(_tr("No bundles yet. Drop one above."), type="body2")
            empty.setContentsMargins(20, 16, 20, 16)
            self.list.add(empty)

    def _open(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self,
            _tr("Open a bundle"),
            str(Path.home()),
            _tr("Evidence bundles (*.evidence *.tar);;All files (*)"),
        )
        if name:
            self.verify_requested.emit(name)


def _row(one: Checked, now: datetime) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(16, 10, 16, 10)
    row.setSpacing(16)
    chip = Chip(*_status(one.state))
    side = QWidget()
    side.setFixedWidth(CHIP_WIDTH)
    inner = QHBoxLayout(side)
    inner.setContentsMargins(0, 0, 0, 0)
    inner.addWidget(chip)
    inner.addStretch(1)
    sender = one.sender or _tr("Sender not in your contacts")
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(ElidedLabel(sender, type="strong"))
    words.addWidget(ElidedLabel(" ".join(one.words), type="hint"))
    when = Text(say.lately(one.at, now), type="body2", wrap=False)
    when.setFixedWidth(WHEN_WIDTH)
    when.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(side)
    row.addLayout(words, 1)
    row.addWidget(when)
    holder.setAccessibleName(f"{chip.text()}. {sender}. {when.text()}. {' '.join(one.words)}")
    return holder
