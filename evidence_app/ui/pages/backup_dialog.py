"""A second copy of the vault on another disk, and what it holds."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from evidence_app import workflows
from evidence_app.errors import UsageError
from evidence_app.records import BackupReport, EntryKind
from evidence_app.ui import say
from evidence_app.ui.pages.long_text import breakable
from evidence_app.ui.pages.work_dialog import TargetField, WorkDialog, show_folder
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Check, Notice, body, hint
from evidence_app.vault.layout import LABEL, SUFFIX
from evidence_app.vault.vault import Vault


def last_backup(vault: Vault) -> tuple[str, str] | None:
    """Where the newest backup was made and when, in words; None where there was none yet."""
    for entry in vault.read.entries(EntryKind.VAULT_BACKED_UP, limit=1):
        when = f"{say.day(entry.at)}, {say.clock(entry.at)}"
        return str(entry.data.get("place", "")), when
    return None


class BackupDialog(WorkDialog):
    """`done_with` carries the `BackupReport`, `chosen` the new `KeepingSettings`."""

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session.runner, "download", parent)
        self._session = session
        self.resize(680, 560)
        self.set_words(
            self.tr("Back up this vault"),
            self.tr("If this computer breaks or is lost, only a backup keeps what you recorded."),
            self.tr("Back up now"),
        )
        last = last_backup(session.vault)
        self.last = body(
            self.tr("Last backup: {0}").format(last[1]) if last else self.tr("There is no backup yet.")
        )
        self.target = TargetField(
            self.tr("Folder of the backup"),
            Path(last[0]) if last else Path(),
            self._choose,
            hint=self.tr("On a USB stick or a network drive: a new folder, or that of an earlier backup."),
            chooser=self.tr("Choose where"),
        )
        if not last:
            self.target.field.setText("")
        self.note = Notice(
            self.tr("The backup is encrypted as your vault is."),
            self.tr(
                "It opens with your passphrase or your recovery words, and with nothing else. What is locked "
                "away is left out. A second backup to the same folder copies only what is new."
            ),
            "neutral",
            "lock",
        )
        self.on_lock = Check(
            self.tr("Bring it up to date by itself each time I lock"),
            checked=session.settings.keeping.backup_on_lock,
        )
        self.on_lock.setAccessibleDescription(
            self.tr(
                "A lock waits five seconds for it at most; the rest is done after the next unlock. "
                "A stick that is not there stops nothing."
            )
        )
        self.on_lock.toggled.connect(self._choose_on_lock)
        for part in (
            self.last,
            self.target,
            self.on_lock,
            hint(self.on_lock.accessibleDescription()),
            self.note,
        ):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.target.field.input.setFocus()

    def _choose_on_lock(self, on: bool) -> None:
        self.chosen.emit(replace(self._session.settings.keeping, backup_on_lock=on))

    def _choose(self, now: Path) -> str:
        start = now if now.is_absolute() and now.is_dir() else Path.home()
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose where"), str(start))
        if not chosen:
            return ""
        folder = Path(chosen)
        # A disk itself, or a folder with other things: the backup gets a folder of its own in it.
        own = False
        with suppress(OSError):
            own = (folder / LABEL).is_file() or not any(folder.iterdir())
        return str(folder if own else folder / self.tr("Evidence backup {0}").format(self._stem()))

    def _stem(self) -> str:
        return self._session.vault.folder.name.removesuffix(SUFFIX)

    def go(self) -> None:
        folder = self.target.path()
        if folder is not None:
            self.work(workflows.back_up, self._session.vault, folder, words=self.tr("Backing up"))

    def show_done(self, result: object) -> list[QWidget]:
        if not isinstance(result, BackupReport):
            raise UsageError(self.tr("The backup has no answer."))
        folder = Path(self.target.field.text())
        holds = self.tr(
            "{0} entries of the record and {1} sealed files, {2} of them new. Every new file was read back."
        )
        found = [holds.format(result.entries, result.objects, result.copied)]
        if result.left_out:
            found.append(self.tr("Locked away, so left out: {0}.").format(result.left_out))
        parts: list[QWidget] = [
            Notice(self.tr("The backup is made."), "\n".join([*found, breakable(str(folder))]), "ok")
        ]
        if result.missing:
            parts.append(
                Notice(
                    self.tr("Sealed files that this vault does not have any more: {0}.").format(
                        len(result.missing)
                    ),
                    self.tr("They are not in the backup. Check the vault: it names them."),
                    "bad",
                )
            )
        parts.append(body(self.tr("Take the stick out, and keep it away from this computer.")))
        parts.append(show_folder(folder, self.tr("Show the folder")))
        return parts
