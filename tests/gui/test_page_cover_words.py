"""Covering words of a text in real pages: a real vault, real keys, and the bytes of the sealed copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import EntryKind, Level, Why
from evidence_app.ui import theme
from evidence_app.ui.pages.cover import CoverPage
from evidence_app.ui.pages.cover_words import CoverWordsPage, cover_page
from evidence_app.ui.pages.exhibit import ExhibitPage
from evidence_app.ui.pages.incidents import IncidentsPage
from evidence_app.ui.pages.timeline_rows import ExhibitRow
from evidence_app.ui.session import Session
from evidence_app.vault import acts
from tests.gui.striped import clipped, idle, keep, observed, open_incident, session_of_helen, views
from tests.windows import SIZES, at, nameless, press, tab_order, write

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
CHAT = """Tom G: did you see Quennelda Xandervane 😀
Nadia: QUENNELDA  XANDERVANE again?? 😀 @xandervane_q
Tom G: 07700 900461, that is Quennelda's
Nadia: Miss Ashdown should be told
"""


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        reference = open_incident(opened.vault, "A group chat about my lessons")
        keep(opened.vault, reference)
        stored = opened.vault.objects.put(CHAT.encode(), "text/plain")
        opened.vault.record(
            acts.exhibit_captured(stored, replace(observed(), window=None), reference, Level.BROUGHT_IN)
        )
        yield opened


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot) -> CoverWordsPage:
    result = cover_page(session, "HXA/002")
    assert isinstance(result, CoverWordsPage)
    show(result, 1280)
    result.start("HXA/002")
    idle(qtbot, session)
    return result


@pytest.fixture
def clear(page: CoverWordsPage, session: Session, qtbot: QtBot) -> CoverWordsPage:
    page.toggle()
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    idle(qtbot, session)
    return page


def choose(page: CoverWordsPage, words: str) -> None:
    """Select the first place where these words stand, as the mouse would."""
    found = page.text.document().find(words)
    assert not found.isNull(), words
    page.text.setTextCursor(found)


def solid(page: CoverWordsPage) -> list[str]:
    """What is painted over."""
    return [one.cursor.selectedText() for one in page.text.extraSelections()]


def give_reason(page: CoverWordsPage, place: int, code: str) -> None:
    select = page.rows.rows[place].reason.input
    select.setCurrentIndex(select.findData(code))


def test_a_picture_has_its_own_page(session: Session, show: Show) -> None:
    page = cover_page(session, "HXA/001")
    assert type(page) is CoverPage
    page.deleteLater()


def test_the_text_is_hidden_until_show_which_is_recorded(
    page: CoverWordsPage, session: Session, qtbot: QtBot
) -> None:
    assert not page.is_clear()
    assert page.text.toPlainText() == ""
    assert at() is page.picture.pane()
    assert views(session) == 0
    page.new_cover()
    assert "Show the text first" in page.message.text()
    press(KEY.Key_V)
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    assert page.text.toPlainText() == CHAT
    assert views(session) == 1
    assert at() is page.text
    press(KEY.Key_V)
    assert page.text.toPlainText() == ""
    assert at() is page.picture.pane()


def test_the_whole_way_by_keyboard(page: CoverWordsPage, session: Session, qtbot: QtBot) -> None:
    press(KEY.Key_V)
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    for _ in range("Tom G: did you see ".count("") - 1):
        press(KEY.Key_Right)
    for _ in range(2):
        press(KEY.Key_Right, CTRL | SHIFT)
    press(KEY.Key_N)
    assert [one.part.text for one in page.drafts.all() if one.part] == ["Quennelda Xandervane"]
    # Letters beyond the first 65,536 do not shift what is painted.
    assert solid(page) == ["Quennelda Xandervane", "QUENNELDA  XANDERVANE"]
    assert "“Quennelda” also stands alone, at 1 place" in page.message.text()
    for _ in range(2):
        press(KEY.Key_Down)
    press(KEY.Key_L)
    assert [(one.part.first, one.part.last) for one in page.drafts.all()[1:] if one.part] == [(3, 3)]
    assert solid(page)[2:] == ["Tom G: 07700 900461, that is Quennelda's"]
    choose(page, "xandervane_")
    page.text.setTextCursor(page.text.document().find("xandervane", 70))
    press(KEY.Key_N)
    assert [row.where.text() for row in page.rows.rows] == [
        "“Quennelda Xandervane”, 2 places",
        "line 3",
        "“xandervane”, 3 places",
    ]
    give_reason(page, 0, "pupil_name")
    give_reason(page, 1, "other")
    page.rows.rows[1].words.input.setFocus()
    write("private")
    give_reason(page, 2, "pupil_name")
    press(KEY.Key_Return, CTRL)
    made: list[str] = []
    page.made.connect(lambda _original, copy: made.append(copy))
    qtbot.waitUntil(lambda: made != [], timeout=20_000)
    assert session.vault.read_original(made[0]).decode() == (
        "Tom G: did you see [█████ pupil's name] 😀\n"
        "Nadia: [█████ pupil's name] again?? 😀 @[█████ pupil's name]_q\n"
        "[█████ another reason: private]\n"
        "Nadia: Miss Ashdown should be told\n"
    )
    assert session.vault.read_original("HXA/002") == CHAT.encode()
    entry = session.vault.read.latest(EntryKind.EXHIBIT_DERIVED)
    assert entry is not None
    assert b"andervane" not in entry.body
    assert page.drafts.all() == ()
    assert page.text.toPlainText() == ""


def test_covered_words_are_not_named_beside_a_hidden_text(clear: CoverWordsPage) -> None:
    choose(clear, "Quennelda Xandervane")
    clear.new_cover()
    assert clear.rows.rows[0].where.text() == "“Quennelda Xandervane”, 2 places"
    clear.toggle()
    assert clear.rows.rows[0].where.text() == "2 places"
    assert solid(clear) == []
    assert clear.is_unfinished()


def test_nothing_chosen_and_chosen_twice_are_said(clear: CoverWordsPage) -> None:
    cursor = clear.text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    clear.text.setTextCursor(cursor)
    for act in (clear.new_cover, clear.new_lines):
        act()
        assert "Choose" in clear.message.text()
    choose(clear, "Nadia")
    clear.new_cover()
    choose(clear, "Nadia")
    clear.new_cover()
    assert clear.message.text() == "That is covered already."
    assert len(clear.drafts.all()) == 1
    press(KEY.Key_Delete)
    assert clear.drafts.all() == ()


def test_a_reason_that_says_what_it_covers_loses_no_cover(
    clear: CoverWordsPage, session: Session, qtbot: QtBot
) -> None:
    choose(clear, "Quennelda Xandervane")
    clear.new_cover()
    give_reason(clear, 0, "other")
    clear.drafts.set_words(0, "it is Quennelda Xandervane")
    clear.make()
    idle(qtbot, session)
    assert "says what it covers" in clear.message.text()
    assert len(clear.drafts.all()) == 1
    assert session.vault.read.copies("HXA/002") == ()


def test_locked_away_meanwhile_it_goes_at_once(clear: CoverWordsPage, session: Session, qtbot: QtBot) -> None:
    choose(clear, "Nadia")
    clear.new_cover()
    workflows.lock_away(session.vault, "HXA/002", Why.ASKED_BY_POLICE, ())
    with qtbot.waitSignal(clear.closed):
        session.changed.emit()
    assert clear.text.toPlainText() == ""
    assert clear.drafts.all() == ()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    clear: CoverWordsPage, qapp: QApplication, width: int, height: int, dark: bool
) -> None:
    theme.apply(qapp, dark)
    clear.window().resize(width, height)
    choose(clear, "Quennelda Xandervane")
    clear.new_cover()
    QApplication.processEvents()
    assert clipped(clear) == []
    assert nameless(clear) == []
    clear.text.setFocus()
    order = tab_order()
    assert order.index(clear.make_button) > order.index(clear.rows.rows[0].reason.input)
    theme.apply(qapp, False)


def test_the_copy_is_read_on_its_page_and_has_no_picture_in_the_timeline(
    session: Session, show: Show, qtbot: QtBot
) -> None:
    copy = workflows.cover_text(session.vault, "2", [workflows.TextCover("pupil_name", text="Quennelda")])
    page = ExhibitPage(session)
    show(page, 1064)
    page.show_exhibit(copy.number)
    idle(qtbot, session)
    qtbot.waitUntil(page.brought.isVisible, timeout=20_000)
    assert not page.picture.isVisible()
    assert page.head.order.text() == "In order"
    assert session.vault.read.examined(copy.number) is None
    assert views(session) == 0
    home = IncidentsPage(session)
    show(home, 1064, 768)
    idle(qtbot, session)
    row = home.timeline.row(home.timeline.row_keys().index(copy.number))
    assert isinstance(row, ExhibitRow)
    assert (row.bare, row.shows) == (True, False)
    home.timeline.toggle(copy.number)
    idle(qtbot, session)
    assert views(session) == 0
