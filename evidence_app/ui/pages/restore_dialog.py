"""Putting a vault back from a backup, where there is none on this computer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from evidence_app import paths
from evidence_app.errors import UsageError
from evidence_app.records import BackupReport, ProgressCall
from evidence_app.ui.pages.setup_steps import vault_folder
from evidence_app.ui.pages.work_dialog import TargetField, WorkDialog
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import Notice, PassphraseField, RadioRow
from evidence_app.vault import backup
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault


def _restore(
    folder: Path, target: Path, secret: str, slot: Slot, progress: ProgressCall | None = None
) -> tuple[Vault, BackupReport]:
    return backup.restore(folder, target, secret, slot, progress)


class RestoreDialog(WorkDialog):
    """`done_with` carries the open `Vault`, which is whoever listens to it to close."""

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(runner, "refresh", parent)
        self.resize(680, 600)
        self.set_words(
            self.tr("Put a vault back from a backup"),
            self.tr("All of the backup is read and checked first. The backup itself is not changed."),
            self.tr("Put it back"),
        )
        self.source = TargetField(
            self.tr("Folder of the backup"),
            Path(),
            lambda now: self._choose(self.tr("Choose the backup"), now),
            hint=self.tr("The folder on the USB stick or network drive that holds vault.json."),
        )
        self.source.field.setText("")
        self.way = RadioRow(
            self.tr("What opens it?"),
            [(self.tr("The passphrase"), Slot.PASSPHRASE), (self.tr("The recovery words"), Slot.RECOVERY)],
            value=Slot.PASSPHRASE,
        )
        self.secret = PassphraseField(
            self.tr("Passphrase or recovery words"),
            hint=self.tr("Those of the day on which the backup was made."),
        )
        self.secret.submitted.connect(self.go)
        self.target = TargetField(
            self.tr("Where the vault goes"),
            vault_folder("my vault", paths.user_data_dir()),
            self._choose_target,
            hint=self.tr("A new folder on this computer."),
        )
        self.note = Notice(
            self.tr("Work with one of the two only."),
            self.tr("If the lost one turns up, do not go on in both: each would have a record of its own."),
            "neutral",
            "info",
        )
        for part in (self.source, self.way, self.secret, self.target, self.note):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.source.button.setFocus()

    def _choose(self, title: str, now: Path) -> str:
        start = now if now.is_absolute() and now.is_dir() else Path.home()
        return QFileDialog.getExistingDirectory(self, title, str(start))

    def _choose_target(self, now: Path) -> str:
        chosen = self._choose(self.tr("Choose where the vault goes"), now.parent)
        return str(vault_folder("my vault", Path(chosen))) if chosen else ""

    def go(self) -> None:
        folder, target, slot = self.source.path(), self.target.path(), self.way.value()
        if folder is None or target is None or not isinstance(slot, Slot):
            return
        if not self.secret.text():
            self.secret.set_error(self.tr("Type the passphrase, or the recovery words."))
            self.secret.input.setFocus()
            return
        self.work(_restore, folder, target, self.secret.text(), slot, words=self.tr("Putting the vault back"))

    def show_done(self, _result: object) -> list[QWidget]:
        raise UsageError(self.tr("The vault is open."))

    def _done(self, result: object) -> None:
        self._idle()
        if isinstance(result, tuple) and isinstance(result[0], Vault):
            self.secret.clear()
            self.accept()
            self.done_with.emit(result[0])
