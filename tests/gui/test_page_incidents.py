"""Home: the list of incidents and the timeline; real vaults, real keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import Level
from evidence_app.ui.pages import timeline_paint
from evidence_app.ui.pages.incidents import IncidentsPage
from evidence_app.ui.pages.safeguard_dialogs import HoldDialog
from evidence_app.ui.pages.timeline import TimelineView
from evidence_app.ui.pages.timeline_rows import ExhibitRow, FoldRow, NoteRow
from evidence_app.ui.session import Session
from evidence_app.ui.thumbnails import Thumbnails
from evidence_app.ui.widgets import Text
from evidence_app.vault import acts, recording
from tests.gui.striped import (
    clear_pixels,
    clipped,
    damage,
    idle,
    keep,
    observed,
    open_incident,
    png,
    session_of_helen,
    state,
    views,
)
from tests.windows import SIZES, nameless

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

LEFT = Qt.MouseButton.LeftButton


class Clock(datetime):
    """The vault's clock, put to a time of the test's choice."""

    at: datetime | None = None

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return cls.at or datetime.now(tz)


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        yield opened


@pytest.fixture
def home(session: Session, show: Show, qtbot: QtBot) -> IncidentsPage:
    """The page beside where the sidebar stands, read; filled by `again`."""
    page = IncidentsPage(session)
    show(page, 1064, 768)
    idle(qtbot, session)
    return page


def again(page: IncidentsPage, session: Session, qtbot: QtBot) -> None:
    """The record grew: the page has read it."""
    session.changed.emit()
    idle(qtbot, session)


def button_of(view: TimelineView, number: str) -> QPoint:
    """The middle of a row's Show or Hide button, in the viewport."""
    place = view.row_keys().index(number)
    row = view.row(place)
    assert isinstance(row, ExhibitRow)
    rect = view.visualRect(view.model().index(place, 0))
    plan = timeline_paint.plan_card(row, view.width(), view.shown() == number)
    return rect.topLeft() + plan.button.center()


def card_of(view: TimelineView, number: str) -> QPoint:
    rect = view.visualRect(view.model().index(view.row_keys().index(number), 0))
    return rect.topLeft() + QPoint(rect.width() // 2, 40)


def dialog() -> QDialog:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    assert len(found) == 1
    return found[0]


# --- the list -------------------------------------------------------------------------------------


def test_empty_vault_says_what_to_do(session: Session, home: IncidentsPage, qtbot: QtBot) -> None:
    page = home
    again(page, session, qtbot)
    assert page.empty.words.text() == "Nothing recorded yet. Choose Capture when you see something."
    assert not page.head.seal_button.isEnabled()
    with qtbot.waitSignal(page.capture_requested) as asked:
        qtbot.mouseClick(page.head.capture_button, LEFT)
    assert asked.args == [""]


def test_search_filters_titles_and_keeps_what_is_open(
    session: Session, home: IncidentsPage, qtbot: QtBot
) -> None:
    for name in ("Fake account using the school badge", "Comments under the concert video"):
        open_incident(session.vault, name)
    page = home
    again(page, session, qtbot)
    assert page.list.references() == ("INC-002", "INC-001")
    assert page.reference() == "INC-002"
    qtbot.keyClicks(page.list.search, "BADGE")
    assert page.list.references() == ("INC-001",)
    assert page.reference() == "INC-002"
    qtbot.keyClicks(page.list.search, "zzz")
    assert "BADGEzzz" in page.list.nothing.text()
    qtbot.keyClick(page.list.search, Qt.Key.Key_Escape)
    assert page.list.references() == ("INC-002", "INC-001")
    qtbot.keyClick(page.list.list, Qt.Key.Key_Down)
    idle(qtbot, session)
    assert page.reference() == "INC-001"
    assert page.head.title.text() == "Fake account using the school badge"


def test_new_incident_by_keys_is_opened(session: Session, home: IncidentsPage, qtbot: QtBot) -> None:
    page = home
    again(page, session, qtbot)
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    asked: Any = dialog()
    qtbot.keyClick(asked.title.input, Qt.Key.Key_Return)
    assert asked.isVisible()
    assert "at least one word" in asked.title.message.text()
    qtbot.keyClicks(asked.title.input, "Anonymous posts about my Year 9 lessons")
    qtbot.keyClick(asked.title.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.reference() == "INC-001", timeout=20_000)
    idle(qtbot, session)
    assert page.head.title.text() == "Anonymous posts about my Year 9 lessons"
    assert "1" not in page.head.facts.text().split("·")[-1]


def test_a_note_appends_and_never_overwrites(session: Session, home: IncidentsPage, qtbot: QtBot) -> None:
    reference = open_incident(session.vault, "Anonymous posts")
    page = home
    again(page, session, qtbot)
    for words in ("I told my head of department.", "She will speak to the class."):
        page.menu.button.act_named("Add a note").trigger()
        asked: Any = dialog()
        qtbot.keyClicks(asked.note.input, words)
        qtbot.keyClick(asked.note.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(
            lambda: not any(isinstance(w, QDialog) and w.isVisible() for w in QApplication.topLevelWidgets())
        )
        idle(qtbot, session)
    said = session.vault.read.statements(reference)
    assert [one.value for one in said] == ["I told my head of department.", "She will speak to the class."]
    rows = [page.timeline.row(n) for n in range(len(page.timeline.row_keys()))]
    notes = [row.rest for row in rows if isinstance(row, NoteRow)]
    assert len(notes) == 2
    assert "She will speak" in notes[0]
    assert "I told my head" in notes[1]


def test_seal_names_the_incident_and_needs_an_exhibit(
    session: Session, home: IncidentsPage, qtbot: QtBot
) -> None:
    reference = open_incident(session.vault, "Anonymous posts")
    page = home
    again(page, session, qtbot)
    with qtbot.assertNotEmitted(page.seal_requested):
        qtbot.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    keep(session.vault, reference)
    session.changed.emit()
    idle(qtbot, session)
    with qtbot.waitSignal(page.seal_requested) as asked:
        qtbot.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [reference]


# --- the timeline ---------------------------------------------------------------------------------


def test_cards_say_what_is_missing_and_corrections_stay(
    session: Session, home: IncidentsPage, qtbot: QtBot
) -> None:
    vault = session.vault
    reference = open_incident(vault, "Anonymous posts")
    first, second = keep(vault, reference), keep(vault, reference)
    state(
        vault, first.number, address="https://chirrup.example/larkmere_whispers", account="@a", kind="insult"
    )
    state(vault, first.number, account="@larkmere_whispers")
    page = home
    again(page, session, qtbot)
    rows = {key: page.timeline.row(n) for n, key in enumerate(page.timeline.row_keys())}
    bare, full = rows[second.number], rows[first.number]
    assert isinstance(bare, ExhibitRow)
    assert isinstance(full, ExhibitRow)
    assert bare.line == "No address yet"
    assert [chip.words for chip in bare.chips] == ["Sealed", "Needs details"]
    assert full.line == "https://chirrup.example/larkmere_whispers"
    assert [chip.words for chip in full.chips] == ["Sealed", "Details added", "Address stated"]
    (note,) = [row for row in rows.values() if isinstance(row, NoteRow)]
    assert note.head == f"Correction to {first.number},"
    assert "by Helen Ashdown" in note.rest
    assert note.rest.endswith("The first version stays on record.")


def test_show_is_recorded_one_at_a_time_and_gone_on_leaving(
    session: Session, home: IncidentsPage, qtbot: QtBot
) -> None:
    reference = open_incident(session.vault, "Anonymous posts")
    first, second = (keep(session.vault, reference).number for _ in range(2))
    page = home
    again(page, session, qtbot)
    view = page.timeline
    assert not clear_pixels(page)
    assert views(session) == 0

    qtbot.mouseClick(view.viewport(), LEFT, pos=button_of(view, second))
    qtbot.waitUntil(lambda: view.shown() == second, timeout=20_000)
    idle(qtbot, session)
    assert view.shown() == second
    assert clear_pixels(page)
    assert views(session) == 1

    view.select(first)
    qtbot.keyClick(view, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: view.shown() == first, timeout=20_000)
    idle(qtbot, session)
    assert view.shown() == first
    assert views(session) == 2

    page.hide()
    assert view.shown() is None
    assert view._clear is None
    page.show()
    idle(qtbot, session)
    assert not clear_pixels(page)
    assert views(session) == 2


def test_a_picture_asked_for_does_not_appear_after_leaving(
    session: Session, home: IncidentsPage, qtbot: QtBot
) -> None:
    number = keep(session.vault, open_incident(session.vault, "Anonymous posts")).number
    page = home
    again(page, session, qtbot)
    page.timeline.toggle(number)
    page.hide()
    idle(qtbot, session)
    page.show()
    idle(qtbot, session)
    assert page.timeline.shown() is None
    assert not clear_pixels(page)


def test_a_damaged_picture_is_said_and_not_shown(session: Session, home: IncidentsPage, qtbot: QtBot) -> None:
    exhibit = keep(session.vault, open_incident(session.vault, "Anonymous posts"))
    damage(session.vault, exhibit.number)
    page = home
    again(page, session, qtbot)
    qtbot.mouseClick(page.timeline.viewport(), LEFT, pos=button_of(page.timeline, exhibit.number))
    idle(qtbot, session)
    assert page.timeline.shown() is None
    assert page.head.message.text()
    assert views(session) == 0


def test_click_and_enter_open_an_exhibit(session: Session, home: IncidentsPage, qtbot: QtBot) -> None:
    reference = open_incident(session.vault, "Anonymous posts")
    first, second = (keep(session.vault, reference).number for _ in range(2))
    page = home
    again(page, session, qtbot)
    view = page.timeline
    with qtbot.waitSignal(page.exhibit_requested) as asked:
        qtbot.mouseClick(view.viewport(), LEFT, pos=card_of(view, first))
    assert asked.args == [first]
    qtbot.keyClick(view, Qt.Key.Key_Up)
    with qtbot.waitSignal(page.exhibit_requested) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked.args == [second]


def test_older_days_are_folded_and_open_in_place(
    session: Session, home: IncidentsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "datetime", Clock)
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    numbers = []
    monkeypatch.setattr(Clock, "at", today - timedelta(days=9))
    reference = open_incident(session.vault, "Anonymous posts")
    for days, count in ((9, 2), (3, 1), (0, 4)):
        for minute in range(count):
            Clock.at = today - timedelta(days=days) + timedelta(minutes=minute)
            numbers.append(keep(session.vault, reference, Clock.at).number)
    page = home
    again(page, session, qtbot)
    view = page.timeline
    rows = [view.row(n) for n in range(len(view.row_keys()))]
    folds = [row for row in rows if isinstance(row, FoldRow)]
    assert len(folds) == 2
    assert folds[1].words.endswith(f"show {numbers[0]} and {numbers[1]}")
    view.select(folds[1].key)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.current_key() == numbers[1]
    assert numbers[0] in view.row_keys()
    assert numbers[2] not in view.row_keys()


def test_only_what_is_visible_is_decoded(session: Session, home: IncidentsPage, qtbot: QtBot) -> None:
    vault, data = session.vault, png(64, 40)
    reference = open_incident(vault, "A long campaign")
    vault.record_all(
        acts.exhibit_captured(vault.objects.put(data, "image/png"), observed(), reference, Level.SCREEN)
        for _ in range(200)
    )
    page = home
    again(page, session, qtbot)
    qtbot.waitUntil(lambda: Thumbnails.of(session).decoded > 0, timeout=20_000)
    idle(qtbot, session)
    assert len([key for key in page.timeline.row_keys() if "/" in key]) == 200
    assert 1 <= Thumbnails.of(session).decoded <= 12
    assert views(session) == 0


def test_f6_walks_through_the_panes(session: Session, home: IncidentsPage, qtbot: QtBot) -> None:
    keep(session.vault, open_incident(session.vault, "Anonymous posts"))
    page = home
    again(page, session, qtbot)
    page.list.list.setFocus()
    qtbot.keyClick(page.list.list, Qt.Key.Key_F6)
    assert page.head.capture_button.hasFocus()
    qtbot.keyClick(page.head.capture_button, Qt.Key.Key_F6)
    assert page.timeline.hasFocus()
    qtbot.keyClick(page.timeline, Qt.Key.Key_F6)
    assert page.list.list.hasFocus()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    session: Session, show: Show, qtbot: QtBot, width: int, height: int
) -> None:
    number = keep(
        session.vault, open_incident(session.vault, "Anonymous posts about my Year 9 lessons")
    ).number
    state(session.vault, number, platform="Chirrup", address="https://chirrup.example/" + "a" * 300, note="n")
    page = IncidentsPage(session)
    show(page, width - 216, height)
    idle(qtbot, session)
    assert page.width() == width - 216
    assert clipped(page) == []
    assert nameless(page) == []


def test_what_was_said_earlier_is_there_with_who_and_when(
    home: IncidentsPage, session: Session, qtbot: QtBot
) -> None:
    reference = open_incident(session.vault, "Posts")
    for facts in ("Two posts.", "Three posts."):
        workflows.state(session.vault, reference, {"facts": facts, "union_reference.1.whom": "A rep"})
    home.select(reference)
    again(home, session, qtbot)
    assert home.head.said_link.text() == "What was said: 2 fields"
    home.head.said_link.setFocus()
    QTest.keyClick(home.head.said_link, Qt.Key.Key_Return)
    idle(qtbot, session)
    assert home.said.isVisible()
    card = home.said.cards["facts"]
    texts = lambda: [one.text() for one in card.findChildren(Text) if one.isVisible()]  # noqa: E731
    assert "Three posts." in texts()
    assert "Two posts." not in texts()
    assert any("Typed, Helen Ashdown" in one for one in texts())
    QTest.keyClick(card.link, Qt.Key.Key_Space)
    assert "Two posts." in texts()
    private = home.said.cards["union_reference.1.whom"]
    assert any("Only you" in one.text() for one in private.findChildren(Text))
    # What is read again stays open; and a new statement is there.
    workflows.state(session.vault, reference, {"facts": "Four posts."})
    again(home, session, qtbot)
    card = home.said.cards["facts"]
    assert card.is_open()
    assert {"Four posts.", "Three posts.", "Two posts."} <= set(texts())
    home.toggle_said()
    assert not home.said.isVisible()


def test_an_incident_is_put_on_hold_and_released(home: IncidentsPage, session: Session, qtbot: QtBot) -> None:
    assert not home.menu.button.isEnabled()
    reference = open_incident(session.vault, "Posts")
    home.select(reference)
    again(home, session, qtbot)
    for words, on in (("Put it on hold", True), ("Release the hold", False)):
        home.menu.button.act_named(words).trigger()
        asked = home.menu.dialog
        assert isinstance(asked, HoldDialog)
        asked.reason.setText("The police ask for it")
        asked.asked_by.setText("PC Tom Garrick")
        asked.save()
        idle(qtbot, session)
        assert (session.vault.read.hold(reference) is not None) is on
        assert home.menu.chip.isVisible() is on
