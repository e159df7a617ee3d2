"""Search and the referrals at the desk: from anywhere, to what was found, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app.records import Role
from evidence_app.settings import Settings
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.register import RegisterPage
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from tests.desks import desk as make_desk
from tests.gui.striped import clipped, idle, keep, open_incident, session_of_helen, state
from tests.windows import SIZES, at, nameless, press

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("finding")
    with session_of_helen(folder / "a.evidence-vault", qapp) as opened:
        open_incident(opened.vault, "Posts about a giraffe")
        keep(opened.vault, "INC-001")
        state(opened.vault, "HXA/001", note="At the bus stop")
        yield opened


@pytest.fixture
def desk(session: Session, show: Show, qtbot: QtBot) -> Desk:
    result = Desk(session)
    show(result)
    idle(qtbot, session)
    return result


def find(desk: Desk, qtbot: QtBot, words: str) -> None:
    press(KEY.Key_F, CTRL)
    assert at() is desk.finding.search.field
    QTest.keyClicks(at(), words)
    qtbot.waitUntil(lambda: not desk.finding.search._pause.isActive())
    idle(qtbot, desk.session)
    press(KEY.Key_Return)
    idle(qtbot, desk.session)


def test_from_every_section_and_back_to_it(desk: Desk, qtbot: QtBot) -> None:
    for key in desk._order:
        desk.show_section(key)
        desk.sidebar.list.setFocus()
        idle(qtbot, desk.session)
        press(KEY.Key_F, CTRL)
        assert desk.sections.currentWidget() is desk.finding.search
        assert at() is desk.finding.search.field
        press(KEY.Key_Escape)
        assert desk.sections.currentWidget() is desk._pages[key]
        assert desk.sidebar.current() == key


def test_from_the_register_of_a_reader(tmp_path: Path, qapp: QApplication, show: Show, qtbot: QtBot) -> None:
    """The register has a search of its own, with another key."""
    with make_desk(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as vault:
        runner = TaskRunner()
        desk = Desk(Session(vault, runner, Settings()))
        show(desk)
        idle(qtbot, desk.session)
        assert isinstance(desk.reading, RegisterPage)
        desk.sidebar.list.setFocus()
        press(KEY.Key_F, CTRL)
        assert at() is desk.finding.search.field
        press(KEY.Key_Escape)
        assert desk.sections.currentWidget() is desk.reading
        press(KEY.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
        assert at() is desk.reading.bar.search
        idle(qtbot, desk.session)
        assert runner.shutdown()


def test_an_exhibit_opens_and_escape_comes_back_to_its_row(desk: Desk, qtbot: QtBot) -> None:
    find(desk, qtbot, "bus")
    press(KEY.Key_Return)
    idle(qtbot, desk.session)
    assert desk.sections.currentWidget() is desk.exhibit
    assert desk.exhibit.head.home_link.text() == "Search"
    # The search from there, and Escape in it, is the exhibit again: it leads on to the search all the same.
    desk.exhibit.setFocus()
    press(KEY.Key_Escape)
    assert desk.sections.currentWidget() is desk.finding.search
    assert at() is desk.finding.search.list
    assert desk.finding.search.field.text() == "bus"
    press(KEY.Key_Escape)
    press(KEY.Key_Escape)
    press(KEY.Key_Escape)
    assert desk.sections.currentWidget() is desk.incidents


def test_an_exhibit_of_the_timeline_does_not_lead_to_the_search(desk: Desk, qtbot: QtBot) -> None:
    find(desk, qtbot, "bus")
    press(KEY.Key_Return)
    idle(qtbot, desk.session)
    desk.show_section("incidents")
    desk.show_exhibit("HXA/001")
    idle(qtbot, desk.session)
    assert desk.exhibit.head.home_link.text() == "Incidents"
    desk.exhibit.back_requested.emit()
    assert desk.sections.currentWidget() is desk.incidents


def test_an_incident_opens(desk: Desk, session: Session, qtbot: QtBot) -> None:
    open_incident(session.vault, "Something newer")
    find(desk, qtbot, "posts giraffe")
    press(KEY.Key_Return)
    idle(qtbot, session)
    assert desk.sections.currentWidget() is desk.incidents
    assert desk.incidents.reference() == "INC-001"


def test_words_typed_above_the_incidents_are_looked_for_everywhere(desk: Desk, qtbot: QtBot) -> None:
    field = desk.incidents.list.search
    assert not desk.incidents.list.everywhere.isVisible()
    QTest.keyClicks(field, "bus")
    assert desk.incidents.list.references() == ()
    qtbot.mouseClick(desk.incidents.list.everywhere, Qt.MouseButton.LeftButton)
    idle(qtbot, desk.session)
    qtbot.waitUntil(lambda: not desk.finding.search._pause.isActive())
    idle(qtbot, desk.session)
    assert [row.title.text for row in desk.finding.search.list.found.rows] == ["HXA/001"]


def test_the_button_above_the_sections_and_the_chosen_section_again(desk: Desk, qtbot: QtBot) -> None:
    qtbot.mouseClick(desk.sidebar.search_button, Qt.MouseButton.LeftButton)
    assert desk.sections.currentWidget() is desk.finding.search
    place = desk.sidebar.list.visualRect(desk.sidebar.list.currentIndex()).center()
    qtbot.mouseClick(desk.sidebar.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert desk.sections.currentWidget() is desk.incidents


def test_the_sidebar_says_that_the_vault_is_being_checked(desk: Desk, qtbot: QtBot) -> None:
    said: list[str] = []
    shown = desk.activity.vault_check.progressed
    shown.connect(lambda _progress: said.append(desk.sidebar.state_words.text()))
    with qtbot.waitSignal(desk.activity.checked, timeout=20_000):
        desk.activity.check()
    idle(qtbot, desk.session)
    assert said[0] == "Vault: checking"
    assert said[-1] == "Vault: in order"
    assert desk.sidebar.state_words.text() == "Vault: in order"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped(desk: Desk, qtbot: QtBot, width: int, height: int) -> None:
    desk.window().resize(width, height)
    QTest.keyClicks(desk.incidents.list.search, "giraffe")
    idle(qtbot, desk.session)
    assert clipped(desk) == []
    assert nameless(desk) == []
