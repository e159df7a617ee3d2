"""Bringing files in through the window: real files, a real vault, the real child process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app.records import EntryKind, Source, StopAnswer
from evidence_app.settings import Settings
from evidence_app.ui.pages.bring_in import BringInPage
from evidence_app.ui.pages.stop import StopPage
from evidence_app.ui.session import Session
from evidence_app.ui.shell import Shell
from evidence_app.workflows import Outcome
from tests import brought
from tests.dragging import drop, over
from tests.gui.striped import idle, open_incident, session_of_helen
from tests.windows import SIZES, cut_off, nameless, press

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

KEY = Qt.Key


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        open_incident(opened.vault, "Anonymous posts about my Year 9 lessons")
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    named = {
        "photo.jpg": brought.picture("JPEG"),
        "notes.txt": b"They will regret it\n",
        "clip.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(3000),
        "in\u202egpj.exe": b"MZ\0\0" * 50,
    }
    return brought.write_all(tmp_path / "from the phone", named)


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot, files: list[Path]) -> BringInPage:
    result = BringInPage(session, "INC-001", [files[0].parent])
    show(result, 1280)
    idle(qtbot, session)
    return result


def finish(page: BringInPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.outcome is not None, timeout=20_000)


def test_a_folder_is_sealed_with_one_answer(page: BringInPage, session: Session, qtbot: QtBot) -> None:
    assert [row.name for row in page.list.rows()] == [
        "clip.mp4",
        "in⟨U+202E⟩gpj.exe",
        "notes.txt",
        "photo.jpg",
    ]
    page.start()
    assert page.outcome is None
    assert "three answers" in page.message.text()
    assert session.vault.read.latest(EntryKind.EXHIBIT_IMPORTED) is None
    press(KEY.Key_N)
    page.source.setText("Nadia Ellery")
    page.day.setText("32/03/2026")
    page.start()
    assert not page.is_busy()
    page.day.setText("12/03/2026")
    page.start()
    assert not page.start_button.isEnabled()
    finish(page, qtbot)
    assert [row.state()[0] for row in page.list.rows()] == [
        "Sealed, no preview",
        "Sealed, no preview",
        "Sealed",
        "Sealed",
    ]
    assert "4 files are sealed" in page.heading.text()
    for row in page.list.rows():
        assert row.brought is not None
        said = session.vault.read.exhibit(row.brought.number).statements
        assert (said["received_from"].value, said["received_from"].source) == ("Nadia Ellery", Source.TYPED)
        assert said["received_on"].value == "2026-03-12"
    with qtbot.waitSignal(page.exhibit_requested) as asked:
        page.list.setCurrentIndex(page.list.model().index(3, 0))
        press(KEY.Key_Return)
    assert asked.args == [page.list.rows()[3].brought.number]  # type: ignore[union-attr]
    with qtbot.waitSignal(page.closed) as closed:
        page.start_button.click()
    assert closed.args == ["INC-001"]


@pytest.mark.parametrize("answer", [StopAnswer.YES, StopAnswer.NOT_SURE])
def test_another_answer_leads_to_the_advice(
    page: BringInPage, session: Session, qtbot: QtBot, answer: StopAnswer
) -> None:
    page.answers.set_value(answer)
    with qtbot.waitSignal(page.stopped) as stopped:
        page.start()
    assert stopped.args[0].incident == "INC-001"
    assert session.vault.read.latest(EntryKind.EXHIBIT_IMPORTED) is None
    # After that it takes the name of who may say so.
    page.answers.set_value(StopAnswer.NO)
    page.start()
    qtbot.waitUntil(page.advised.isVisible)
    page.advised.setText("Mrs Ruth Calloway")
    page.start()
    finish(page, qtbot)
    assert page.outcome is not None
    assert {one.outcome for one in page.outcome} == {Outcome.KEPT}


def test_what_is_there_already_is_said(
    page: BringInPage, session: Session, show: Show, qtbot: QtBot, files: list[Path]
) -> None:
    page.answers.set_value(StopAnswer.NO)
    page.start()
    finish(page, qtbot)
    again = BringInPage(session, "INC-001", files[:1])
    show(again, 1024)
    idle(qtbot, session)
    again.answers.set_value(StopAnswer.NO)
    again.start()
    finish(again, qtbot)
    assert again.list.rows()[0].state()[0] == "Already there"
    assert "already there" in again.under.text()


@pytest.mark.parametrize("size", SIZES)
def test_every_control_has_a_name_and_room(page: BringInPage, show: Show, size: tuple[int, int]) -> None:
    page.window().resize(*size)
    assert nameless(page) == []
    assert cut_off(page) == []


def test_dropped_on_the_window(session: Session, files: list[Path], tmp_path: Path, qtbot: QtBot) -> None:
    shell = Shell(Settings(), tmp_path / "settings")
    qtbot.addWidget(shell)
    shell.show()
    # Before a vault is open nothing can be brought in.
    over(shell, files)
    assert "cannot be dropped" in shell.veil.words() or "files" in shell.veil.words()
    shell._unlocked(session.vault)
    assert over(shell, files)
    assert shell.veil.words() == "Let go to bring 4 files in"
    drop(shell.veil, *files)
    page = shell.pages.currentWidget()
    assert isinstance(page, BringInPage)
    qtbot.waitUntil(lambda: len(page.list.rows()) == 4)
    # More files go to the same batch.
    more = tmp_path / "more.txt"
    more.write_bytes(b"more")
    drop(shell.veil, more)
    assert shell.pages.currentWidget() is page
    qtbot.waitUntil(lambda: len(page.list.rows()) == 5)
    page.answers.set_value(StopAnswer.NOT_SURE)
    page.start()
    qtbot.waitUntil(lambda: isinstance(shell.pages.currentWidget(), StopPage))


def test_the_exhibit_page_shows_what_the_file_says(
    page: BringInPage, session: Session, show: Show, qtbot: QtBot
) -> None:
    from evidence_app.ui.pages.exhibit import ExhibitPage

    page.answers.set_value(StopAnswer.NO)
    page.start()
    finish(page, qtbot)
    assert page.outcome is not None
    numbers = {one.name: one.number for one in page.outcome}
    exhibit = ExhibitPage(session)
    show(exhibit, 1280)
    exhibit.show_exhibit(numbers["photo.jpg"])
    idle(qtbot, session)
    assert exhibit.picture.isVisible()
    assert exhibit.brought.view.claims.isVisible()
    assert not exhibit.brought.view.content.isVisible()
    exhibit.toggle()
    idle(qtbot, session)
    assert exhibit.is_clear()
    latest = session.vault.read.latest(EntryKind.EXHIBIT_VIEWED)
    assert latest is not None
    assert latest.data["number"] == numbers["photo.jpg"]
    exhibit.show_exhibit(numbers["notes.txt"])
    idle(qtbot, session)
    assert not exhibit.picture.isVisible()
    assert not exhibit.brought.view.is_clear()
    assert exhibit.brought.view.text.toPlainText() == ""
    exhibit.toggle()
    idle(qtbot, session)
    assert "regret" in exhibit.brought.view.text.toPlainText()
    latest = session.vault.read.latest(EntryKind.EXHIBIT_VIEWED)
    assert latest is not None
    assert latest.data["number"] == numbers["notes.txt"]
    exhibit.show_exhibit(numbers["clip.mp4"])
    idle(qtbot, session)
    assert exhibit.brought.nothing.isVisible()
    assert not exhibit.picture.isVisible()
    assert exhibit.head.order.text() == "In order"
