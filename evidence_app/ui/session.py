"""What the pages of an unlocked window share: the vault, the background runner, the settings."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from evidence_app.policy import Moment
from evidence_app.settings import Settings
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault.vault import Vault


class Session(QObject):
    """Lives from unlocking to locking. `changed` says that the record grew: pages read again."""

    changed = Signal()

    def __init__(
        self, vault: Vault, runner: TaskRunner, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.vault = vault
        self.runner = runner
        self.settings = settings
        self.owner = vault.owner
        # Advice that the person has read and sent away, until the window is locked.
        self.sent_away: set[Moment] = set()
