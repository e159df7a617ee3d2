"""Backing up in the window: to a place, with what came of it; what is refused stays on the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import Why
from evidence_app.settings import Settings
from evidence_app.ui.pages.activity import ActivityPage
from evidence_app.ui.pages.backup_dialog import BackupDialog, last_backup
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import Notice
from evidence_app.vault import drill
from evidence_app.vault.vault import Vault
from tests.vaults import stored_of
from tests.windows import cut_off, idle, nameless

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures", "tests.vault_fixtures"]


@pytest.fixture
def dialog(opened: Vault, runner: TaskRunner, qtbot: QtBot) -> BackupDialog:
    made = BackupDialog(Session(opened, runner, Settings()))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def notices(dialog: BackupDialog) -> str:
    labels = [label for one in dialog.findChildren(Notice) for label in one.findChildren(QLabel)]
    return " ".join(label.text() for label in labels if label.isVisible())


def test_a_first_and_a_second_backup(
    dialog: BackupDialog, opened: Vault, runner: TaskRunner, qtbot: QtBot, tmp_path: Path
) -> None:
    assert last_backup(opened) is None
    assert "no backup yet" in dialog.last.text()
    assert nameless(dialog) == []
    assert cut_off(dialog) == []
    stick = tmp_path / "stick"
    dialog.target.field.setText(str(stick))
    with qtbot.waitSignal(dialog.done_with):
        dialog.go()
    assert "3 sealed files, 3 of them new" in notices(dialog)
    assert drill.drill(stick, opened.identity).objects == 3
    again = BackupDialog(dialog._session)
    qtbot.addWidget(again)
    again.show()
    assert again.target.field.text() == str(stick), "the place of the last time is offered"
    workflows.lock_away(opened, "HXA/001", Why.INDECENT_IMAGE)
    next(opened.folder.rglob(f"{stored_of(opened, 'HXA/002').object_id}.age")).unlink()
    with qtbot.waitSignal(again.done_with):
        again.go()
    assert "Locked away, so left out: 1" in notices(again)
    assert "does not have any more: 1" in notices(again)


def test_a_place_that_is_refused_stays_on_the_page(
    dialog: BackupDialog, opened: Vault, runner: TaskRunner, qtbot: QtBot
) -> None:
    dialog.target.field.setText("")
    dialog.go()
    assert not runner.tasks, "nothing was begun"
    dialog.target.field.setText(str(opened.folder / "copy"))
    dialog.go()
    idle(qtbot, runner)
    assert "inside the vault" in dialog.message.text()
    assert dialog.target.field.text() == str(opened.folder / "copy")
    assert last_backup(opened) is None


def test_what_is_chosen_gets_a_folder_of_its_own(
    dialog: BackupDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not into the middle of somebody's letters."""
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "letter.txt").write_text("Dear all")
    (tmp_path / "empty").mkdir()
    for chosen, taken in (("stick", "stick/Evidence backup helen"), ("empty", "empty")):
        monkeypatch.setattr(
            "evidence_app.ui.pages.backup_dialog.QFileDialog.getExistingDirectory",
            lambda *_, chosen=chosen: str(tmp_path / chosen),
        )
        dialog.target.button.click()
        assert dialog.target.field.text() == str(tmp_path / taken)


def test_from_the_activity_page(
    opened: Vault, runner: TaskRunner, qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    page = ActivityPage(Session(opened, runner, Settings()))
    show(page, 1024, 640)
    page.reload()
    idle(qtbot, runner)
    assert cut_off(page) == []
    qtbot.mouseClick(page.backup_button, Qt.MouseButton.LeftButton)
    dialog = page.findChild(BackupDialog)
    assert dialog is not None
    dialog.target.field.setText(str(tmp_path / "stick"))
    with qtbot.waitSignal(dialog.done_with):
        dialog.go()
    idle(qtbot, runner)
    assert "12 entries" in page.foot.text(), "the list shows the new entry"
    dialog.cancel_button.click()
