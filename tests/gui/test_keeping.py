"""Time stamps and backups in the window: what is offered, what is said, and what a lock does first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import Dated, EntryKind, SealedBundle
from evidence_app.settings import KeepingSettings, Settings
from evidence_app.ui.closing import ClosingPage
from evidence_app.ui.pages import seal_done
from evidence_app.ui.pages.backup_dialog import BackupDialog
from evidence_app.ui.pages.restore_dialog import RestoreDialog
from evidence_app.ui.pages.seal_check import CheckPage
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.pages.stamps_dialog import StampsDialog
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault import drill
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows import backing_up, remembering
from tests import vaults
from tests.desks import teacher_and_head
from tests.shells import Opening, desk_of
from tests.stamps import Service, authority, serving
from tests.windows import cut_off, idle, nameless

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures", "tests.shell_fixtures", "tests.vault_fixtures"]

NOBODY = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def service(made: Service) -> Iterator[Service]:
    made.asked.clear()
    with serving(made) as running:
        yield running


def dialog_of(vault: Vault, runner: TaskRunner, qtbot: QtBot, keeping: KeepingSettings) -> StampsDialog:
    session = Session(vault, runner, Settings(keeping=keeping))
    shown = StampsDialog(session)
    shown.chosen.connect(lambda chosen: setattr(session, "settings", session.settings.with_keeping(chosen)))
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def test_time_stamps_are_switched_on_and_asked_for(
    opened: Vault, runner: TaskRunner, qtbot: QtBot, service: Service
) -> None:
    shown = dialog_of(opened, runner, qtbot, KeepingSettings())
    assert not shown.services.isVisible()
    assert "no time stamp in your record" in shown.state.text()
    shown.switch.click()
    assert shown.services.isVisible()
    assert nameless(shown) == []
    assert cut_off(shown) == []
    for wrong, says in (("", "No service is named"), ("stamps.example", "no address")):
        shown.services.input.setPlainText(wrong)
        shown.go()
        assert says in shown.message.text()
        assert not runner.tasks
    shown.services.input.setPlainText(f"{service.url}\n{NOBODY}")
    with qtbot.waitSignal(shown.done_with, timeout=20_000) as done:
        shown.go()
    (report,) = done.args
    assert [one.by for one in report.obtained] == ["Larkmere Test Time"]
    assert report.pending == 1
    assert len(opened.read.entries(EntryKind.TIMESTAMP_OBTAINED)) == 1
    again = dialog_of(opened, runner, qtbot, KeepingSettings())
    assert "The last one: Larkmere Test Time" in again.state.text()
    assert "Pending since" in again.state.text()


def test_a_bundle_gets_its_late_stamp_in_a_copy(
    runner: TaskRunner, qtbot: QtBot, service: Service, tmp_path: Path
) -> None:
    workflows.add_root(service.root)
    with teacher_and_head(tmp_path) as (teacher, head):
        people = teacher.read.contacts()
        wanted = workflows.Wanted("INC-001", contacts=people, timestamps=(NOBODY,))
        bundle = workflows.seal_bundle(teacher, wanted, tmp_path / "one.evidence").bundle_id
        workflows.stamp_vault(teacher, [service.url])
        shown = dialog_of(teacher, runner, qtbot, KeepingSettings())
        (button,) = shown.late_buttons
        assert button.accessibleName() == "Make a copy of one.evidence with its time stamp"
        with qtbot.waitSignal(shown.done_with, timeout=20_000):
            shown.copy_to(bundle, tmp_path / "dated.evidence")
        assert workflows.verify_with_vault(head, tmp_path / "dated.evidence").dated is not None


def test_the_sidebar_says_how_old_the_backup_is(shell_on: Opening, opened: Vault, tmp_path: Path) -> None:
    shell = shell_on(opened)
    desk = desk_of(shell)
    assert desk.sidebar.backup_words.text() == "No backup yet. What you record is only here."
    workflows.back_up(opened, tmp_path / "stick")
    desk.session.changed.emit()
    assert desk.sidebar.backup_words.text().startswith("Backed up today")
    assert "only" not in desk.sidebar.backup_words.text()
    vaults.capture(opened, vaults.png(4096, 9))
    desk.session.changed.emit()
    assert "What is newer is only here" in desk.sidebar.backup_words.text()
    desk.sidebar.backup_button.click()
    dialog = desk.activity.findChild(BackupDialog)
    assert dialog is not None
    dialog.on_lock.click()
    assert shell.settings.keeping.backup_on_lock
    dialog.reject()


def test_a_lock_brings_the_backup_up_to_date_first(
    shell_on: Opening, opened: Vault, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # However slow the computer of the tests is just now.
    monkeypatch.setattr(backing_up, "SECONDS", 600.0)
    stick = tmp_path / "stick"
    workflows.back_up(opened, stick)
    vaults.capture(opened, vaults.png(4096, 9))
    shell = shell_on(opened)
    desk_of(shell).keeping.choose(KeepingSettings(backup_on_lock=True))
    with qtbot.waitSignal(shell.relaunch_requested, timeout=20_000):
        shell.lock()
        assert isinstance(shell.pages.currentWidget(), ClosingPage)
        shell.lock()  # a second press changes nothing
    assert shell.session is None
    assert drill.drill(stick, opened.identity).objects == 4


def test_locking_at_once_stops_the_backup_and_it_goes_on_after_the_next_unlock(
    shell_on: Opening, opened: Vault, qtbot: QtBot, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    workflows.back_up(opened, stick)
    vaults.capture(opened, vaults.png(4096, 9))
    shell = shell_on(opened)
    desk_of(shell).keeping.choose(KeepingSettings(backup_on_lock=True))
    with qtbot.waitSignal(shell.relaunch_requested, timeout=20_000):
        shell.lock()
        page = shell.pages.currentWidget()
        assert isinstance(page, ClosingPage)
        page.button.click()
    again = shell_on(Vault.open(opened.folder, opened.identity, slot=Slot.PASSPHRASE))
    idle(qtbot, again.runner)
    assert drill.drill(stick, opened.identity).objects == 4
    assert "only" not in desk_of(again).sidebar.backup_words.text()


def test_an_old_copy_is_told_when_it_is_unlocked_and_a_plain_lock_waits_for_nothing(
    shell_on: Opening, opened: Vault, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workflows.back_up(opened, tmp_path / "stick")
    newer = remembering.Head(opened.head[0] + 5, bytes(32), datetime.now(UTC))
    remembering._save({opened.label.vault_id: newer})
    told: list[str] = []
    monkeypatch.setattr("evidence_app.ui.shell.Shell.tell", lambda _shell, error: told.append(str(error)))
    shell = shell_on(opened)
    assert [one for one in told if "older copy of your vault" in one]
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("seven words of a passphrase")
    with qtbot.waitSignal(shell.relaunch_requested):
        shell.lock()
        assert shell.session is None
    assert clipboard.text() == "", "what this program put there goes with the lock"


def test_a_vault_is_put_back_at_the_first_start(
    opened: Vault, runner: TaskRunner, qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    workflows.back_up(opened, tmp_path / "stick")
    opened.close()
    wizard = SetupWizard(runner, Settings())
    show(wizard)
    wizard.role_step.restore_link.click()
    dialog = wizard.findChild(RestoreDialog)
    assert dialog is not None
    qtbot.waitExposed(dialog)
    assert nameless(dialog) == []
    assert cut_off(dialog) == []
    dialog.source.field.setText(str(tmp_path / "stick"))
    dialog.target.field.setText(str(tmp_path / "again.evidence-vault"))
    dialog.go()
    assert not runner.tasks, "there is no passphrase yet"
    for secret, says in (("not the passphrase", "did not open"), (vaults.PASSPHRASE, "")):
        dialog.secret.setText(secret)
        if says:
            dialog.go()
            idle(qtbot, runner)
            assert says in dialog.message.text()
            assert not (tmp_path / "again.evidence-vault").exists()
    with qtbot.waitSignal(wizard.finished, timeout=20_000) as done:
        dialog.go()
    (back,) = done.args
    assert back.read.counts().incidents == 2
    back.abandon()


def test_sealing_says_what_goes_out_and_to_whom_and_what_came_of_it(qtbot: QtBot) -> None:
    page = CheckPage()
    qtbot.addWidget(page)
    page.offer_stamps(())
    assert not page.wants_stamp(), "nothing is offered that is not switched on"
    page.offer_stamps(("https://time.example/tsa", "https://stamps.example:8443/"))
    assert page.wants_stamp()
    assert (
        "One fingerprint of 32 bytes goes to time.example and stamps.example:8443" in page.stamp_hint.text()
    )
    page.stamp.click()
    assert not page.wants_stamp()
    now = datetime.now(UTC)
    bundle = SealedBundle("one.evidence", "id", 1, 1, 1, "00", ("word",), now)
    assert seal_done._time_stamp(bundle) is None
    for one, says in (
        (replace(bundle, dated=Dated("Larkmere Test Time", now)), "Larkmere Test Time saw the seal"),
        (
            replace(bundle, not_dated="No time stamp of x yet: the service could not be reached."),
            "not be reached",
        ),
    ):
        notice = seal_done._time_stamp(one)
        assert notice is not None
        qtbot.addWidget(notice)
        assert says in " ".join(label.text() for label in notice.findChildren(QLabel))
