"""The window starts with the school's own policy, or says once what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from evidence_app import app, policy
from evidence_app.ui.shell import Shell
from tests.policy_mistakes import EDITION


@pytest.fixture
def own() -> Path:
    path = policy.own_file()
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def start(qapp, qtbot) -> Iterator[Callable[[], list[QMessageBox]]]:
    """Open the window; returns the boxes over it."""
    made: list[Shell] = []

    def opened() -> list[QMessageBox]:
        shell = app.open_window(qapp)
        made.append(shell)
        qtbot.waitExposed(shell)
        return shell.findChildren(QMessageBox)

    yield opened
    for shell in made:
        shell.shut_down()
        shell.close()
        shell.deleteLater()


def test_no_file_no_word(start):
    assert start() == []
    assert policy.current() is policy.built_in()


def test_the_schools_own(start, own):
    own.write_text(EDITION, "utf-8")
    assert start() == []
    assert policy.current().edition == "Larkmere Academy, 2026"


def test_a_mistake_is_told_once_and_the_window_opens(start, own):
    own.write_text(EDITION + '[[ask]]\nname = "Please act"\n', "utf-8")
    (box,) = start()
    assert box.isVisible()
    assert f"{own}, line 2: [[ask]] has no “code”" in box.text()
    assert policy.current() is policy.built_in()
    box.close()
