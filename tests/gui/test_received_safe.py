"""A received bundle kept safe from the verdict page: locked away, held, disposed of."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.errors import DisposedError, LockedAwayError
from evidence_app.ui.pages import work_dialog
from evidence_app.ui.pages.disposal_dialog import DisposalDialog
from evidence_app.ui.pages.received_safe import KeepSafeDialog
from evidence_app.ui.pages.safeguard_dialogs import HoldDialog, InstructionDialog, LockAwayDialog
from evidence_app.ui.pages.verdict import VerdictPage
from tests.gui.people import People, press, tab_to, until
from tests.gui.verdicts import checked, page_of, settled

pytest_plugins = ["tests.gui.verdict_fixtures"]

KEY = Qt.Key
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011  (a day of this computer's calendar)


@pytest.fixture
def page(qtbot: QtBot, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VerdictPage:
    monkeypatch.setattr(work_dialog, "documents", lambda: tmp_path)
    monkeypatch.setattr("evidence_app.ui.pages.disposal_dialog.documents", lambda: tmp_path)
    workflows.receive(people.ruth, people.seal())
    one = page_of(qtbot, people, people.session(people.ruth))
    checked(qtbot, people, one, "RCV-001")
    return one


def opened(qtbot: QtBot, people: People, page: VerdictPage) -> KeepSafeDialog:
    """By keyboard."""
    assert page.result is not None
    panel = page.result.panel
    assert panel is not None
    until(qtbot, panel.safe_button.isVisible)
    tab_to(panel.safe_button)
    press(KEY.Key_Space)
    dialog = panel.dialog
    assert dialog is not None
    settled(qtbot, people)
    assert list(dialog.menus) == ["RCV-001", "RCV-001 HXA/001", "RCV-001 HXA/002", "RCV-001 HXA/003"]
    return dialog


def act(dialog: KeepSafeDialog, name: str, words: str) -> QDialog:
    dialog.menus[name].act_named(words).trigger()
    assert dialog.dialog is not None
    return dialog.dialog


def test_locked_away_at_once_also_in_the_picture_that_is_shown(
    qtbot: QtBot, people: People, page: VerdictPage
) -> None:
    page._view()
    assert page.view is not None
    page.view.thumbs["HXA/002"].show_requested.emit()
    until(qtbot, lambda: page.view is not None and page.view.shown())
    dialog = opened(qtbot, people, page)
    lock = act(dialog, "RCV-001 HXA/002", "Lock away")
    assert isinstance(lock, LockAwayDialog)
    lock.save()
    settled(qtbot, people)
    assert page.view.shown() == ""
    assert not page.view.isVisible()
    with pytest.raises(LockedAwayError):
        workflows.view_received(people.ruth, "RCV-001", "HXA/002")
    assert "Only on the recorded instruction" in dialog.menus["RCV-001"].act_named("Dispose").toolTip()
    dialog.close_button.click()
    settled(qtbot, people)
    assert page.banner is not None
    assert "Something in this bundle is locked away." in page.banner.accessibleName()
    assert page.result is not None
    assert page.result.panel is not None, "what is to be done next is still here"


def test_by_an_instruction_one_of_it_is_disposed_of(
    qtbot: QtBot, people: People, page: VerdictPage, tmp_path: Path
) -> None:
    name = "RCV-001 HXA/002"
    workflows.lock_away(people.ruth, name)
    dialog = opened(qtbot, people, page)
    assert not dialog.menus[name].act_named("Dispose").isEnabled()
    told = act(dialog, name, "Record an instruction")
    assert isinstance(told, InstructionDialog)
    told.office.radios()[0].setChecked(True)
    told.given_by.setText("PC Tom Garrick")
    told.reference.setText("CR/42")
    told.save()
    settled(qtbot, people)
    gone = act(dialog, name, "Dispose")
    assert isinstance(gone, DisposalDialog)
    assert gone.decided_by.text() == "Mrs Ruth Calloway"
    gone.second.setText("Mr Alan Thwaite")
    gone.typed.setText("rcv-001  hxa/002")
    gone.go()
    settled(qtbot, people)
    assert [path.name for path in tmp_path.glob("Certificate*")] == ["Certificate RCV-001-HXA-002.pdf"]
    with pytest.raises(DisposedError):
        workflows.view_received(people.ruth, "RCV-001", "HXA/002")
    gone.close()
    settled(qtbot, people)
    assert list(dialog.menus) == ["RCV-001", "RCV-001 HXA/001", "RCV-001 HXA/003"]


def test_a_hold_keeps_it_and_the_whole_goes_when_it_is_due(
    qtbot: QtBot, people: People, page: VerdictPage
) -> None:
    workflows.keep_until(people.ruth, "RCV-001", YESTERDAY)
    dialog = opened(qtbot, people, page)
    hold = act(dialog, "RCV-001", "Put on hold")
    assert isinstance(hold, HoldDialog)
    hold.reason.setText("An appeal")
    hold.asked_by.setText("Nadia Ellery")
    hold.save()
    settled(qtbot, people)
    assert people.ruth.read.hold("RCV-001") is not None
    assert not dialog.menus["RCV-001"].act_named("Dispose").isEnabled()
    release = act(dialog, "RCV-001", "Release the hold")
    assert isinstance(release, HoldDialog)
    release.reason.setText("The appeal is over")
    release.asked_by.setText("Nadia Ellery")
    release.save()
    settled(qtbot, people)
    gone = act(dialog, "RCV-001", "Dispose")
    assert isinstance(gone, DisposalDialog)
    gone.second.setText("Mr Alan Thwaite")
    gone.typed.setText("RCV-001")
    gone.go()
    settled(qtbot, people)
    assert people.ruth.read.received() == ()
    with qtbot.waitSignal(page.closed, timeout=30_000):
        gone.close()
    settled(qtbot, people)
    assert not QApplication.activeModalWidget()
