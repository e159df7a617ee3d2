"""First use: role, passphrase, recovery sheet, ready (pictures 02 and 03)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from evidence_app.errors import EvidenceError
from evidence_app.records import Role
from evidence_app.settings import Settings
from evidence_app.ui.pages.restore_dialog import RestoreDialog
from evidence_app.ui.pages.setup_recovery import RecoveryStep
from evidence_app.ui.pages.setup_steps import MARGIN, PassphraseStep, ReadyStep, RoleStep
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import Wizard
from evidence_app.vault import vault as vaults
from evidence_app.vault.vault import Vault

ROLE, PASSPHRASE, RECOVERY, READY = range(4)


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
            foot=self.tr("Setting up takes two or three minutes. Nothing leaves this computer."),
            margin=MARGIN,
            parent=parent,
        )
        self.setAccessibleName(self.tr("Set up"))
        self._runner = runner
        self._settings = settings
        self._vault: Vault | None = None
        self._busy = False
        self.role_step = RoleStep()
        self.passphrase_step = PassphraseStep()
        self.recovery_step = RecoveryStep(runner)
        self.ready_step = ReadyStep()
        for step in (self.role_step, self.passphrase_step, self.recovery_step, self.ready_step):
            self.add_page(step)
        self.role_step.check_bundle_requested.connect(self.check_bundle_requested)
        self.role_step.restore_requested.connect(self.restore)
        self.role_step.submitted.connect(self._submit)
        self.passphrase_step.changed.connect(self._hold)
        self.passphrase_step.submitted.connect(self._submit)
        self.recovery_step.changed.connect(self._hold)
        self.recovery_step.submitted.connect(self._submit)
        self.next_pressed.connect(self._next)
        self.back_pressed.connect(self._back)
        self._show(ROLE)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # What got the focus while this was in no window has not got it here: the first key would be Cancel's.
        if self.step() == ROLE:
            self.role_step.focus_first()

    def _show(self, step: int) -> None:
        self.set_step(step)
        # Once the vault exists there is no way back to before it.
        self.back_button.setVisible(step < RECOVERY)
        self._hold()
        match step:
            case 0:
                self.role_step.focus_first()
            case 2:
                self.recovery_step.focus_first()
            case 3:
                self.next_button.setFocus(Qt.FocusReason.TabFocusReason)
            case _:
                pass

    def _hold(self) -> None:
        """Say whether the next step can be taken now, and if not why."""
        step = self.step()
        why = ""
        if step == PASSPHRASE:
            why = self.passphrase_step.why_not()
        elif step == RECOVERY:
            why = self.recovery_step.why_not()
        words = self.tr("Start") if step == READY else self.tr("Continue")
        self.set_next(not why and not self._busy, why, words)

    def _submit(self) -> None:
        """Enter in a field does what the button does, and only when the button would."""
        if self.next_button.isEnabled():
            self._next()

    def _back(self) -> None:
        if not self._busy and PASSPHRASE <= self.step() < RECOVERY:
            self._show(self.step() - 1)

    def _next(self) -> None:
        match self.step():
            case 0:
                self.passphrase_step.set_role(self.role_step.role())
                self._show(PASSPHRASE)
            case 1:
                self._create()
            case 2:
                self.recovery_step.forget()
                self.ready_step.set_role(self.role_step.role())
                self._show(READY)
            case _:
                if self._vault is not None:
                    vault, self._vault = self._vault, None
                    self.finished.emit(vault)

    def restore(self) -> None:
        """Put a vault back from a backup instead of making one."""
        dialog = RestoreDialog(self._runner, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_with.connect(self.finished)
        dialog.open()

    # --- making the vault ------------------------------------------------------------------------

    def _create(self) -> None:
        step = self.passphrase_step
        if self._busy or step.is_wrong():
            return
        self._set_busy(True)
        task = self._runner.run(
            _create,
            step.folder(),
            step.name(),
            self.role_step.role(),
            step.school(),
            step.passphrase(),
            on_done=self._created,
            on_error=self._failed,
            words=self.tr("Making your vault"),
            owner=self,
        )
        step.progress.follow(task, can_stop=False)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.passphrase_step.set_busy(busy)
        self.back_button.setEnabled(not busy)
        self._hold()

    def _created(self, made: tuple[Vault, str]) -> None:
        self._vault, words = made
        owner = self._vault.owner
        self._set_busy(False)
        self.passphrase_step.forget()
        self.recovery_step.set_sheet(owner.name, owner.school, words.split())
        self._show(RECOVERY)

    def _failed(self, error: BaseException) -> None:
        self._set_busy(False)
        if isinstance(error, EvidenceError):
            self.passphrase_step.set_error(str(error))

    def leave(self) -> None:
        """Set-up was left after the vault was made: it is locked as it stands."""
        self.recovery_step.forget()
        if self._vault is not None:
            vault, self._vault = self._vault, None
            vault.close()


def _create(folder: Path, name: str, role: Role, school: str, passphrase: str) -> tuple[Vault, str]:
    return vaults.create(folder, name=name, role=role, school=school, passphrase=passphrase)
