"""An unlocked copy for police: an ordinary folder, with the warning that it is not encrypted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from evidence_app import workflows
from evidence_app.errors import UsageError
from evidence_app.records import ProgressCall
from evidence_app.ui.pages.long_text import breakable
from evidence_app.ui.pages.verdict_data import Where
from evidence_app.ui.pages.work_dialog import TargetField, WorkDialog, show_folder
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import Check, Divider, Notice, NumberedStep, body
from evidence_app.vault.vault import Vault


def unlock(vault: Vault | None, where: Where, folder: Path, progress: ProgressCall | None = None) -> Path:
    """Make the copy in the new folder; raises as `workflows.unlocked_copy`, and nothing is written then."""
    if vault is None:
        workflows.unlocked_copy(where.path, folder, where.keys, (), progress)
    elif where.reference:
        workflows.unlocked_copy_received(vault, where.reference, folder, progress, where.keys)
    elif where.keys:
        workflows.unlocked_copy(where.path, folder, where.keys, vault.read.contacts(), progress)
    else:
        workflows.unlocked_copy_with_vault(vault, where.path, folder, (), progress)
    return folder


class UnlockedDialog(WorkDialog):
    """`done_with` carries the folder."""

    def __init__(
        self,
        runner: TaskRunner,
        vault: Vault | None,
        where: Where,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(runner, "folder", parent)
        self._vault, self._where = vault, where
        self.resize(680, 540)
        self.set_words(
            self.tr("Unlocked copy for police"),
            self.tr(
                "The untouched originals, the sender’s seal, and how to check both without this program."
            ),
            self.tr("Make the copy"),
        )
        self.warning = Notice(
            self.tr("The copy is not encrypted."),
            self.tr(
                "Whoever has the folder sees everything in it. Make it on an encrypted stick or drive, hand "
                "it over in person, and note to whom. It is not for email."
            ),
            "warn",
            "warning",
        )
        self.target = TargetField(
            self.tr("New folder"),
            folder,
            self._choose,
            hint=self.tr("It must not exist yet."),
            chooser=self.tr("Choose where"),
        )
        self.sure = Check(self.tr("I know that it is not encrypted"))
        self.sure.toggled.connect(lambda _on: self.message.clear())
        for part in (self.warning, self.target, self.sure):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.cancel_button.setFocus()

    def _choose(self, now: Path) -> str:
        parent = QFileDialog.getExistingDirectory(self, self.tr("Choose where"), str(now.parent))
        return str(Path(parent) / now.name) if parent else ""

    def go(self) -> None:
        folder = self.target.path()
        if folder is None:
            return
        if not self.sure.isChecked():
            self.message.show_message(self.tr("Say first that you know it is not encrypted."), "warn")
            self.sure.setFocus()
            return
        if folder.exists():
            self.target.field.set_error(self.tr("There is already something of this name. Choose another."))
            return
        self.work(unlock, self._vault, self._where, folder, words=self.tr("Making the unlocked copy"))

    def show_done(self, result: object) -> list[QWidget]:
        if not isinstance(result, Path):
            raise UsageError(self.tr("The copy has no folder."))
        return [
            Notice(self.tr("The unlocked copy is made."), breakable(str(result)), "ok"),
            NumberedStep(
                1,
                self.tr("Hand it over in person"),
                self.tr("Note who took it and when. That the copy was made is in your record."),
            ),
            Divider(),
            NumberedStep(
                2,
                self.tr("Point to README.txt"),
                self.tr("It has three commands for each system that check every file and the seal."),
            ),
            Divider(),
            body(self.tr("Nothing may be added to the folder “bundle” in it: it has its own lists.")),
            show_folder(result, self.tr("Show the folder")),
        ]
