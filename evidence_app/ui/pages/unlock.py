"""Unlock: the first page of somebody who has a vault (picture 01)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from evidence_app import __version__
from evidence_app.crypto.words import check_recovery_words
from evidence_app.errors import EvidenceError
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui import say
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import (
    Card,
    Divider,
    IconLabel,
    Link,
    Logo,
    PassphraseField,
    ProgressRow,
    ScrollPage,
    Text,
    TextAreaField,
    area,
    primary,
)
from evidence_app.vault import vault as vaults
from evidence_app.vault.keys import Slot

_WIDTH = 440


class UnlockPage(QWidget):
    """Passphrase or recovery words of one vault; `unlocked` carries the open `Vault`."""

    unlocked = Signal(object)
    create_requested = Signal()
    check_bundle_requested = Signal()
    support_requested = Signal()

    def __init__(self, runner: TaskRunner, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._settings = settings
        self._path = ""
        self._slot = Slot.PASSPHRASE
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._promise())
        row.addWidget(self._form(), 1)
        if settings.recent:
            self.show_vault(settings.recent[0].path)

    # --- left ------------------------------------------------------------------------------------

    def _promise(self) -> QWidget:
        side = area("tint")
        side.setFixedWidth(456)
        column = QVBoxLayout(side)
        column.setContentsMargins(48, 64, 48, 40)
        column.setSpacing(0)
        column.addWidget(Logo(36))
        column.addSpacing(20)
        column.addWidget(Text(self.tr("Keep a true record of online abuse at school."), type="intro"))
        column.addSpacing(40)
        for icon, title, words in (
            (
                "camera",
                self.tr("The click is the seal"),
                self.tr("A capture is sealed the moment you take it."),
            ),
            (
                "link",
                self.tr("Nothing is ever deleted"),
                self.tr("You can add to a record. A change to what is there would show."),
            ),
            (
                "drive",
                self.tr("It stays on this computer"),
                self.tr("Nothing is sent anywhere until you choose to share it."),
            ),
        ):
            point = QHBoxLayout()
            point.setSpacing(16)
            point.addWidget(IconLabel(icon, "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
            lines = QVBoxLayout()
            lines.setSpacing(2)
            lines.addWidget(Text(title, type="card"))
            lines.addWidget(Text(words, type="body2"))
            point.addLayout(lines, 1)
            column.addLayout(point)
            column.addSpacing(24)
        column.addStretch(1)
        column.addWidget(
            Text(
                self.tr("If someone is in danger now, call 999 first. You can record it afterwards."),
                type="hint",
            )
        )
        return side

    # --- right -----------------------------------------------------------------------------------

    def _form(self) -> QWidget:
        page = ScrollPage((96, 64, 96, 24), 0, "surface")
        page.body.addWidget(Text(self.tr("Unlock your vault"), type="display"))
        page.body.addSpacing(24)
        box = QWidget()
        box.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._who = Text("", type="card")
        self._when = Text("", type="body2")
        who = Card(look="sunken", padding=16)
        line = QHBoxLayout()
        line.setSpacing(14)
        line.addWidget(IconLabel("lock", "accent", 20), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._who)
        words.addWidget(self._when)
        line.addLayout(words, 1)
        who.add(line)
        column.addWidget(who)
        column.addSpacing(24)

        self.passphrase = PassphraseField(
            self.tr("Passphrase"),
            hint=self.tr("The four or more words you chose when you set up this vault."),
        )
        self.passphrase.submitted.connect(self._unlock)
        self.recovery = TextAreaField(
            self.tr("Recovery words"),
            hint=self.tr(
                "The twelve words on your recovery sheet, in order. Four letters of each are enough."
            ),
            lines=3,
        )
        self.recovery.hide()
        column.addWidget(self.passphrase)
        column.addWidget(self.recovery)
        column.addSpacing(20)
        actions = QHBoxLayout()
        actions.setSpacing(24)
        self.unlock_button = primary(self.tr("Unlock"), size="hero", min_width=168, on_click=self._unlock)
        self.recovery_link = Link(self.tr("Use my recovery sheet"), on_click=self._switch)
        actions.addWidget(self.unlock_button)
        actions.addWidget(self.recovery_link)
        actions.addStretch(1)
        column.addLayout(actions)
        self.progress = ProgressRow("lock")
        column.addSpacing(16)
        column.addWidget(self.progress)
        column.addSpacing(16)
        column.addWidget(Divider())
        column.addSpacing(16)
        column.addWidget(
            Text(
                self.tr(
                    "We cannot reset a passphrase. If you have lost both the passphrase and the recovery "
                    "sheet, no one can open this vault."
                ),
                type="hint",
            )
        )
        page.body.addWidget(box)
        page.body.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(24)
        foot.addWidget(Link(self.tr("Open a different vault"), type="small", on_click=self._choose))
        foot.addWidget(Link(self.tr("Set up a new vault"), type="small", on_click=self.create_requested.emit))
        foot.addWidget(
            Link(self.tr("Check a bundle"), type="small", on_click=self.check_bundle_requested.emit)
        )
        foot.addWidget(
            Link(self.tr("Support for school staff"), type="small", on_click=self.support_requested.emit)
        )
        foot.addStretch(1)
        foot.addWidget(Text(self.tr("Version {0}").format(__version__), type="hint", wrap=False))
        page.body.addLayout(foot)
        return page

    def show_vault(self, path: str) -> None:
        """Offer this vault; what is said of it comes from the settings, not from the locked vault."""
        self._path = path
        known = next((one for one in self._settings.recent if one.path == path), None)
        if known is None:
            self._who.setText(Path(path).stem)
            self._when.setText(self.tr("Not opened by you before"))
        else:
            self._who.setText(", ".join(part for part in (known.owner, known.school) if part))
            self._when.setText(_last_unlocked(known))
        self.passphrase.clear()
        self.passphrase.set_error("")
        self.passphrase.input.setFocus()

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Open a vault"), str(Path(self._path).parent))
        if name:
            self.show_vault(name)

    def _switch(self) -> None:
        """From the passphrase to the recovery words, and back."""
        self._slot = Slot.RECOVERY if self._slot is Slot.PASSPHRASE else Slot.PASSPHRASE
        recovering = self._slot is Slot.RECOVERY
        self.passphrase.setVisible(not recovering)
        self.recovery.setVisible(recovering)
        self.recovery_link.setText(
            self.tr("Use my passphrase") if recovering else self.tr("Use my recovery sheet")
        )
        (self.recovery.input if recovering else self.passphrase.input).setFocus()

    def _unlock(self) -> None:
        if not self.unlock_button.isEnabled():
            return
        field = self.recovery if self._slot is Slot.RECOVERY else self.passphrase
        field.set_error("")
        secret = field.text()
        if not secret.strip():
            field.set_error(
                self.tr("Type your passphrase.")
                if self._slot is Slot.PASSPHRASE
                else self.tr("Type the twelve words.")
            )
            return
        if self._slot is Slot.RECOVERY:
            try:
                secret = check_recovery_words(secret)
            except EvidenceError as error:
                field.set_error(str(error))
                return
        task = self._runner.run(
            vaults.unlock,
            Path(self._path),
            secret,
            self._slot,
            on_done=self._done,
            on_error=self._failed,
            words=self.tr("Unlocking"),
            owner=self,
        )
        self.progress.follow(task, busy=self.unlock_button, can_stop=False)

    def _done(self, vault: object) -> None:
        self.passphrase.clear()
        self.recovery.setText("")
        self.unlocked.emit(vault)

    def _failed(self, error: BaseException) -> None:
        field = self.recovery if self._slot is Slot.RECOVERY else self.passphrase
        if isinstance(error, EvidenceError):
            field.set_error(str(error))
        field.input.setFocus()
        field.input.selectAll()


def _last_unlocked(vault: RecentVault) -> str:
    try:
        at = datetime.fromisoformat(vault.unlocked)
    except ValueError:
        return say.tr("On this computer")
    return say.tr("Last unlocked {day}, {time}").format(day=say.day(at), time=say.minute(at))
