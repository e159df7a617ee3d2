"""What stands in the whole window. The fixtures are in tests/shell_fixtures.py."""

from __future__ import annotations

from collections.abc import Callable

from evidence_app.ui.desk import Desk
from evidence_app.ui.shell import Shell
from evidence_app.vault.vault import Vault

Opening = Callable[[Vault], Shell]


def desk_of(shell: Shell) -> Desk:
    """The desk of an unlocked window."""
    desk = shell.pages.widget(0)
    assert isinstance(desk, Desk)
    return desk
