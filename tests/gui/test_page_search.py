"""The search page on a real vault: answers while words are typed, keys, filters, what it says and shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import Marked, Said, SearchState, Source
from evidence_app.ui import theme
from evidence_app.ui.pages import search, search_list
from evidence_app.ui.pages.search import SearchPage
from evidence_app.ui.pages.search_filters import BETWEEN
from evidence_app.ui.session import Session
from evidence_app.vault import acts
from tests.gui.striped import clipped, idle, keep, open_incident, session_of_helen, state
from tests.vaults import no_stop
from tests.windows import SIZES, nameless, press

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    """Two incidents, four captures; the third is withdrawn, the fourth is not filed."""
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        vault = opened.vault
        open_incident(vault, "Posts about a giraffe")
        open_incident(vault, "A copied photograph")
        no_stop(vault, None)
        for incident in ("INC-001", "INC-001", "INC-002", None):
            keep(vault, incident)
        state(vault, "HXA/001", note="The giraffe at the bus stop", platform="Chirrup", kind="threat")
        state(vault, "HXA/002", account="@thegiraffetruth", platform="Photogram")
        state(vault, "HXA/003", note="It was a giraffe")
        state(vault, "HXA/003", note="It was an elephant")
        state(vault, "HXA/004", transcript="giraffe 😀 giraffe")
        vault.record(acts.exhibit_stated("HXA/001", [Said("group", "Year 9", Source.TYPED)]))
        workflows.withdraw(vault, "HXA/003", "By mistake")
        yield opened


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot) -> SearchPage:
    result = SearchPage(session)
    show(result, 1064)
    idle(qtbot, session)
    result.open_search()
    return result


def settle(page: SearchPage, qtbot: QtBot) -> None:
    """Until what is typed has its answer."""
    qtbot.waitUntil(lambda: not page._pause.isActive())
    idle(qtbot, page._session)


def ask(page: SearchPage, qtbot: QtBot, words: str) -> list[str]:
    """Type other words; what is found, by title."""
    page.open_search()
    if words:
        QTest.keyClicks(page.field, words)
    else:
        page.field.clear()
    settle(page, qtbot)
    return titles(page)


def titles(page: SearchPage) -> list[str]:
    return [row.title.text for row in page.list.found.rows]


def choose(page: SearchPage, qtbot: QtBot, name: str, words: str) -> None:
    """Choose a line of a filter's menu, as a click does."""
    menu = getattr(page.filters, name).menu()
    next(action for action in menu.actions() if action.text() == words).trigger()
    settle(page, qtbot)


def shown(page: SearchPage) -> str:
    """The words of the page below the filters."""
    return " ".join(
        label.text() for label in (page.nothing, page.advice) if label.isVisible() and label.text()
    )


# --- answers --------------------------------------------------------------------------------------------


def test_it_begins_with_what_can_be_searched(page: SearchPage) -> None:
    assert page._below.currentWidget() is page._start
    assert page.field.hasFocus()
    assert not page.filters.clear_button.isVisible()


def test_answers_come_while_words_are_typed(page: SearchPage, qtbot: QtBot) -> None:
    assert ask(page, qtbot, "gir") == ["HXA/004", "HXA/002", "HXA/001", "Posts about a giraffe"]
    QTest.keyClicks(page.field, "affe bus")
    settle(page, qtbot)
    assert titles(page) == ["HXA/001"]
    assert page.summary.text() == "1 result"
    row = page.list.found.rows[0]
    assert row.facts == "Exhibit in “Posts about a giraffe” (INC-001)"
    assert [(label, text.text, text.marks) for label, text in row.lines] == [
        ("Note", "The giraffe at the bus stop", ((4, 11), (19, 22)))
    ]
    assert ask(page, qtbot, "") == []
    assert page._below.currentWidget() is page._start


def test_an_answer_to_an_earlier_question_is_never_shown(page: SearchPage, qtbot: QtBot) -> None:
    seen: list[list[str]] = []
    page.list.found.modelReset.connect(lambda: seen.append(titles(page)))
    vault = page._session.vault
    state(vault, "HXA/001", note="The giraffe went home")  # so that a search has to wait for its words
    with vault._writing:
        QTest.keyClicks(page.field, "giraffe")
        qtbot.waitUntil(lambda: page._task is not None)
        first = page._task
        page.field.setText("elephant")
        qtbot.waitUntil(lambda: page._task is not first and page._task is not None)
    settle(page, qtbot)
    assert seen == [["HXA/003"]]


def test_what_was_said_earlier_when_it_is_asked_for(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "was giraffe")
    assert shown(page).startswith("Nothing has “was giraffe” in it. All the words have to be there.")
    qtbot.mouseClick(page.earlier_button, LEFT)
    settle(page, qtbot)
    assert titles(page) == ["HXA/003"]
    row = page.list.found.rows[0]
    assert [chip.words for chip in row.chips] == ["Said earlier", "Withdrawn"]
    assert row.lines[0][0] == "Note, said earlier"
    assert page.filters.earlier.isChecked()


def test_nothing_found_leads_on(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "zebra")
    assert shown(page) == ("Nothing has “zebra” in it. Check the spelling, or type only how the word begins.")
    assert not page.clear_button.isVisible()
    ask(page, qtbot, "?!")
    assert shown(page).endswith("A search needs letters or digits.")
    choose(page, qtbot, "among", "Sealed bundles")
    ask(page, qtbot, "giraffe")
    assert shown(page).startswith("Nothing that fits the filters has “giraffe” in it.")
    qtbot.mouseClick(page.clear_button, LEFT)
    settle(page, qtbot)
    assert len(titles(page)) == 4


def test_a_paste_of_anything(page: SearchPage, qtbot: QtBot) -> None:
    for words in ("x" * 100_000, '" OR NEAR(', "a b " * 25_000, "\u202egiraffe\u202c", "हिन्दी 😀"):
        page.field.setText(words)
        settle(page, qtbot)
        assert not page.message.isVisible()
    page.field.setText(" ".join(f"giraffe{number}" for number in range(30)))
    settle(page, qtbot)
    assert "giraffe0" in shown(page)
    assert len(shown(page)) < 250


def test_more_words_than_are_looked_for(page: SearchPage, session: Session, qtbot: QtBot) -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen"
    state(session.vault, "HXA/001", note=words)
    page.field.setText(f"{words} zebra")
    settle(page, qtbot)
    assert titles(page) == ["HXA/001"]
    assert page.summary.text().startswith("More words were typed than are looked for. Looked for: one, two,")


def test_more_are_read_as_the_list_is_scrolled(
    page: SearchPage, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 20)
    session.vault.record_all([acts.incident_opened(f"Elk {number}") for number in range(50)])
    assert ask(page, qtbot, "elk") == [f"Elk {number}" for number in range(49, 29, -1)]
    assert page.summary.text() == "The newest 20 results. Scroll down for more."
    bar = page.list.verticalScrollBar()
    for _ in range(2):
        bar.setValue(bar.maximum())
        settle(page, qtbot)
        QApplication.processEvents()
        settle(page, qtbot)
    assert titles(page) == [f"Elk {number}" for number in range(49, -1, -1)]
    assert page.summary.text() == "50 results"


def test_the_page_follows_the_record(page: SearchPage, session: Session, qtbot: QtBot) -> None:
    ask(page, qtbot, "giraffe")
    page.list.setCurrentIndex(page.list.found.index(3))
    page.hide()
    workflows.lock_away(session.vault, "HXA/004")
    session.changed.emit()
    assert not [row for row in page.list.found.rows if row.hit.about.startswith("HXA")], "at once"
    page.show()
    settle(page, qtbot)
    assert titles(page) == ["Posts about a giraffe"], "the captures have the very same bytes"
    assert page.list.current() is page.list.found.rows[0]
    ask(page, qtbot, "hxa 4")
    assert [(row.lines, [chip.words for chip in row.chips]) for row in page.list.found.rows] == [
        ((), ["Locked away", "Not filed"])
    ]


# --- keys -----------------------------------------------------------------------------------------------


def test_by_keys_alone(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "giraffe")
    press(KEY.Key_Down)
    assert page.list.hasFocus()
    assert page.list.currentIndex().row() == 0
    press(KEY.Key_Down)
    with qtbot.waitSignal(page.exhibit_requested) as asked:
        press(KEY.Key_Return)
    assert asked.args == ["HXA/002"]
    press(KEY.Key_End)
    with qtbot.waitSignal(page.incident_requested) as asked:
        press(KEY.Key_Return)
    assert asked.args == ["INC-001"]
    press(KEY.Key_Escape)
    assert page.field.hasFocus()
    press(KEY.Key_Down)
    press(KEY.Key_Home)
    press(KEY.Key_Up)
    assert page.field.hasFocus()
    press(KEY.Key_F6)
    assert page.list.hasFocus()
    QTest.keyClicks(page.list, "s")
    assert page.field.hasFocus()
    QTest.keyClicks(page.field, " bus")
    assert page.field.text() == "giraffes bus"
    press(KEY.Key_Escape)
    assert page.field.text() == ""
    with qtbot.waitSignal(page.back_requested):
        press(KEY.Key_Escape)


def test_enter_goes_into_the_answer_once_it_is_there(page: SearchPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.field, "elephant")
    press(KEY.Key_Return)
    qtbot.waitUntil(page.list.hasFocus)
    assert titles(page) == ["HXA/003"]
    assert page.list.currentIndex().row() == 0


def test_a_click_opens_a_row(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "bus")
    rect = page.list.visualRect(page.list.found.index(0))
    with qtbot.waitSignal(page.exhibit_requested) as asked:
        qtbot.mouseClick(page.list.viewport(), LEFT, pos=rect.topLeft() + QPoint(90, 20))
    assert asked.args == ["HXA/001"]


def test_the_keyboard_does_not_stay_where_nothing_is(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "bus")
    press(KEY.Key_Down)
    choose(page, qtbot, "state", "On hold")
    assert page._below.currentWidget() is page._nothing
    assert page.field.hasFocus()


# --- filters --------------------------------------------------------------------------------------------


def test_filters_narrow_and_are_cleared(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "giraffe")
    choose(page, qtbot, "among", "Exhibits")
    assert titles(page) == ["HXA/004", "HXA/002", "HXA/001"]
    assert page.filters.among.isChecked()
    assert page.filters.among.accessibleName() == "Search in: Exhibits"
    choose(page, qtbot, "platform", "Chirrup")
    assert titles(page) == ["HXA/001"]
    qtbot.mouseClick(page.filters.clear_button, LEFT)
    settle(page, qtbot)
    assert len(titles(page)) == 4
    assert not page.filters.clear_button.isVisible()
    name = page.filters.category.menu().actions()[-1].text()
    assert name != "threat", "by its name, not by its code"
    choose(page, qtbot, "category", name)
    assert titles(page) == ["HXA/001"]


def test_a_filter_alone_lists_what_it_leaves(page: SearchPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "state", "Withdrawn")
    assert titles(page) == ["HXA/003"]
    choose(page, qtbot, "state", "Not filed")
    assert titles(page) == ["HXA/004"]
    assert page.filters.value().state is SearchState.NOT_FILED
    choose(page, qtbot, "state", "Locked away")
    assert shown(page).startswith("There is nothing like that in this vault.")


def test_menus_with_nothing_to_tell_apart_are_not_there(page: SearchPage) -> None:
    assert page.filters.platform.choices() == ("Chirrup", "Photogram")
    assert page.filters.platform.isVisible()
    assert not page.filters.by.isVisible(), "all of it is Helen's"
    assert not page.filters.method.isVisible(), "all of it was captured in one way"


def test_days_are_typed(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "giraffe")
    choose(page, qtbot, "when", "Today")
    assert len(titles(page)) == 4
    choose(page, qtbot, "when", "Between two days")
    assert page.filters.when.value() == BETWEEN
    page.filters.days.first.setFocus()
    QTest.keyClicks(page.filters.days.first, "1 March 2021")
    QTest.keyClicks(page.filters.days.last, "2021-03-31")
    press(KEY.Key_Return)
    page.filters.days.last.editingFinished.emit()
    settle(page, qtbot)
    assert titles(page) == []
    page.filters.days.last.setText("soon")
    page.filters.days.last.editingFinished.emit()
    settle(page, qtbot)
    assert page.filters.days.message.text().startswith("Write a day as")
    assert len(titles(page)) == 4, "a day that cannot be read limits nothing, and says so"
    page.filters.days.last.setText("2020-01-01")
    page.filters.days.last.editingFinished.emit()
    settle(page, qtbot)
    assert page.filters.days.message.text() == "The first day is after the last one."


# --- what is seen and said ------------------------------------------------------------------------------


def test_rows_say_all_of_it(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "elephant")
    spoken = str(page.list.found.index(0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("HXA/003, Exhibit in “A copied photograph” (INC-002). Withdrawn. ")
    assert spoken.endswith("Note: It was an elephant")
    assert page.list.accessibleDescription() == "1 result"


@pytest.mark.parametrize("dark", [False, True])
def test_the_words_are_marked_where_they_stand(
    page: SearchPage, qtbot: QtBot, qapp: QApplication, dark: bool
) -> None:
    """Letters outside the first plane of Unicode are two to Qt: the marks do not slip."""
    theme.apply(qapp, dark)
    ask(page, qtbot, "giraffe")
    row = page.list.found.rows[0]
    label, text = row.lines[0]
    assert (label, text.text) == ("Transcript", "giraffe 😀 giraffe")
    layout = search_list._laid_out(text, theme.font("body"), 600, keyed=False)
    marked = [(one.start, one.length) for one in layout.formats()]
    assert marked == [(0, 7), (11, 7)]
    tint = theme.tokens().color("tint").rgb()

    def tinted() -> int:
        image = page.list.viewport().grab().toImage()
        rect = page.list.visualRect(page.list.found.index(0))
        return sum(
            image.pixel(x, y) == tint
            for y in range(rect.top() + 56, rect.bottom() - 2)
            for x in range(rect.left(), rect.right(), 2)
        )

    assert tinted() > 50
    # Planted: the same row without its marks has no such pixel.
    page.list.found.rows[0] = type(row)(
        row.hit, row.icon, row.title, row.facts, row.when, row.chips, ((label, Marked(text.text)),), ""
    )
    page.list.viewport().update()
    assert tinted() == 0


def test_a_long_line_is_cut_and_keeps_its_marks_inside(qapp: QApplication) -> None:
    text = Marked("giraffe " * 40, tuple((at * 8, at * 8 + 7) for at in range(40)))
    layout = search_list._laid_out(text, theme.font("body"), 300, keyed=True)
    assert layout.lineAt(0).naturalTextWidth() <= 300
    assert layout.text().endswith("…")
    assert all(one.start + one.length <= len(layout.text()) for one in layout.formats())


def test_tab_order_is_visual_order(page: SearchPage, qtbot: QtBot) -> None:
    ask(page, qtbot, "giraffe")
    order = [page.field]
    for _ in range(7):
        press(KEY.Key_Tab)
        order.append(QApplication.focusWidget())  # type: ignore[arg-type]
    filters = page.filters
    assert order == [
        *(page.field, filters.among, filters.when, filters.platform, filters.category),
        *(filters.state, filters.earlier, page.list),
    ]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    page: SearchPage, qtbot: QtBot, width: int, height: int
) -> None:
    page.window().resize(width - 216, height)
    for words in ("", "giraffe", "zebra"):
        ask(page, qtbot, words)
        assert clipped(page) == []
        assert nameless(page) == []
    choose(page, qtbot, "when", "Between two days")
    choose(page, qtbot, "platform", "Photogram")
    page.filters.earlier.setChecked(True)
    settle(page, qtbot)
    assert page.width() == width - 216
    assert clipped(page) == []
    assert nameless(page) == []
