"""Pages in a real window that has the keyboard.

A test module that wants these fixtures says `pytest_plugins = ["tests.window_fixtures"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from evidence_app.ui import theme
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import FocusRing
from evidence_app.vault.vault import Vault

Show = Callable[..., QMainWindow]


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[TaskRunner]:
    """A runner with one thread, so that work can be held up behind other work."""
    one = TaskRunner(threads=1)
    yield one
    assert one.shutdown()


@pytest.fixture
def show(qapp: QApplication, qtbot: QtBot) -> Iterator[Show]:
    """Show a page in a window of the given size, in front and with the keyboard."""
    theme.apply(qapp, False)
    FocusRing.install(qapp)
    kept: list[QMainWindow] = []

    def _show(page: QWidget, width: int = 1280, height: int = 768) -> QMainWindow:
        window = QMainWindow()
        kept.append(window)
        qtbot.addWidget(window)
        window.setCentralWidget(page)
        window.resize(width, height)
        window.show()
        window.activateWindow()
        qtbot.waitExposed(window)
        window.windowHandle().requestActivate()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield _show
    kept.clear()


@pytest.fixture
def vaults_opened() -> Iterator[list[Vault]]:
    """Vaults that a test opened; all are closed at its end."""
    found: list[Vault] = []
    yield found
    for vault in found:
        vault.abandon()
