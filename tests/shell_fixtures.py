"""The whole window on an open vault, for tests that begin where one has unlocked.

A test module that wants these fixtures says `pytest_plugins = ["tests.shell_fixtures", …]`, with
`tests.vault_fixtures` beside it. Helpers are in tests/shells.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from evidence_app import app
from evidence_app.settings import Settings
from evidence_app.ui import theme
from evidence_app.ui.shell import Shell
from evidence_app.vault.vault import Vault
from tests.shells import Opening
from tests.vaults import Sample


@pytest.fixture
def shell_on(qapp: QApplication, qtbot: QtBot) -> Iterator[Opening]:
    """Opens a vault in a window of its own, which is active; all of them go at the end."""
    made: list[Shell] = []

    def build(vault: Vault) -> Shell:
        shell = app.make_shell(qapp)
        shell.show()
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow, timeout=10_000)
        made.append(shell)
        shell._unlocked(vault)
        qtbot.waitUntil(lambda: not shell.runner.tasks, timeout=20_000)
        return shell

    yield build
    for shell in made:
        shell.shut_down()
        shell.close()
        shell.deleteLater()


@pytest.fixture
def shell(shell_on: Opening, opened: Vault) -> Shell:
    """The window on the sample vault (tests/vault_fixtures.py)."""
    return shell_on(opened)


@pytest.fixture(scope="module")
def _one_window(
    qapp: QApplication, template: Sample, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shell]:
    home = tmp_path_factory.mktemp("window")
    shutil.copytree(template.folder, home / "helen.evidence-vault")
    theme.apply(qapp, False)
    shell = Shell(Settings(), home)
    shell.show()
    shell._unlocked(Sample(home / "helen.evidence-vault", template.identity, template.words).open())
    yield shell
    shell.shut_down()
    shell.close()
    shell.deleteLater()


@pytest.fixture
def window(_one_window: Shell, qtbot: QtBot) -> Shell:
    """One window for all tests of a module that neither lock it nor mind what others recorded: at its
    desk, in front, with nothing open."""
    shell = _one_window
    shell.quick.hiding.come_back()
    shell.showNormal()
    for dialog in shell.findChildren(QDialog):
        dialog.close()
    shell._home()
    shell.activateWindow()
    shell.windowHandle().requestActivate()
    qtbot.waitUntil(lambda: shell.isActiveWindow() and not shell.runner.tasks, timeout=20_000)
    return shell
