"""First use: role, passphrase, recovery sheet, ready (pictures 02 and 03)."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from evidence_app import paths
from evidence_app.errors import EvidenceError
from evidence_app.records import Role
from evidence_app.settings import Settings
from evidence_app.ui.pages.setup_steps import PassphraseStep, ReadyStep, RecoveryStep, RoleStep
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import Wizard
from evidence_app.vault import vault as vaults
from evidence_app.vault.layout import SUFFIX
from evidence_app.vault.vault import Vault

ROLE, PASSPHRASE, RECOVERY, READY = range(4)


def vault_folder(name: str, folder: Path) -> Path:
    """A free folder for a vault of that name, made of letters that every system can write."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "my"
    candidate, number = folder / f"{plain}{SUFFIX}", 2
    while candidate.exists():
        candidate, number = folder / f"{plain}-{number}{SUFFIX}", number + 1
    return candidate


class SetupWizard(Wizard):
    """Makes a vault; `finished` carries it, open."""

    finished = Signal(object)
    check_bundle_requested = Signal()

    def __init__(self, runner: TaskRunner, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(
            [
                self.tr("Your role"),
                self.tr("Passphrase"),
                self.tr("Recovery sheet"),
                self.tr("Ready to start"),
            ],
            foot=self.tr("Setting up takes about five minutes. Nothing leaves this computer."),
            parent=parent,
        )
        self._runner = runner
        self._settings = settings
        self._vault: Vault | None = None
        self.role_step = RoleStep()
        self.passphrase_step = PassphraseStep()
        self.recovery_step = RecoveryStep()
        self.ready_step = ReadyStep()
        for step in (self.role_step, self.passphrase_step, self.recovery_step, self.ready_step):
            self.add_page(step)
        self.role_step.check_bundle_requested.connect(self.check_bundle_requested)
        self.passphrase_step.changed.connect(self._hold)
        self.passphrase_step.submitted.connect(self.next_pressed)
        self.recovery_step.changed.connect(self._hold)
        self.next_pressed.connect(self._next)
        self.back_pressed.connect(lambda: self._show(self.step() - 1))
        self._show(ROLE)

    def _show(self, step: int) -> None:
        self.set_step(step)
        # Once the vault exists there is no way back to before it.
        self.back_button.setVisible(step < RECOVERY)
        self._hold()

    def _hold(self) -> None:
        step = self.step()
        why = ""
        if step == PASSPHRASE:
            why = self.passphrase_step.why_not()
        elif step == RECOVERY:
            why = self.recovery_step.why_not()
        words = self.tr("Start") if step == READY else self.tr("Continue")
        self.set_next(not why, why, words)

    def _next(self) -> None:
        match self.step():
            case 0:
                self.passphrase_step.set_role(self.role_step.role())
                self._show(PASSPHRASE)
            case 1:
                self._create()
            case 2:
                self.recovery_step.forget()
                self._show(READY)
            case _:
                if self._vault is not None:
                    vault, self._vault = self._vault, None
                    self.finished.emit(vault)

    def _create(self) -> None:
        step = self.passphrase_step
        error = step.check()
        if error:
            return
        folder = step.folder() or vault_folder(step.name(), paths.user_data_dir())
        task = self._runner.run(
            _create,
            folder,
            step.name(),
            self.role_step.role(),
            step.school(),
            step.passphrase(),
            on_done=self._created,
            on_error=self._failed,
            words=self.tr("Making your vault"),
            owner=self,
        )
        step.progress.follow(task, busy=self.next_button, can_stop=False)

    def _created(self, made: tuple[Vault, str]) -> None:
        self._vault, words = made
        owner = self._vault.owner
        self.passphrase_step.forget()
        self.recovery_step.set_sheet(owner.name, owner.school, words.split())
        self._show(RECOVERY)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EvidenceError):
            self.passphrase_step.set_error(str(error))
        self._hold()

    def leave(self) -> None:
        """Set-up was left after the vault was made: it is locked as it stands."""
        if self._vault is not None:
            vault, self._vault = self._vault, None
            vault.close()


def _create(folder: Path, name: str, role: Role, school: str, passphrase: str) -> tuple[Vault, str]:
    return vaults.create(folder, name=name, role=role, school=school, passphrase=passphrase)
