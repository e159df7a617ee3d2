"""The activity page: the whole record in plain words, narrowed, one entry in full, and the check of the
vault, on real vaults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import ActList, Decider, EntryKind, Office, Role, Said, Source
from evidence_app.ui.pages import activity_check, activity_data, activity_list, activity_paper
from evidence_app.ui.pages.activity import ActivityPage
from evidence_app.ui.pages.activity_data import CHECKPOINT, ActRow, Asked, Texts
from evidence_app.ui.pages.activity_filters import CHECKPOINTS, group_of
from evidence_app.ui.pages.activity_paint import ROW
from evidence_app.ui.session import Session
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from tests import reports
from tests.desks import desk
from tests.gui.striped import clipped, idle, keep, open_incident, session_of_helen, state
from tests.windows import SIZES, at, nameless, press

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    """Three incidents, one capture in the first of them with a note."""
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        for name in ("Posts about a giraffe", "A copied photograph", "Messages"):
            open_incident(opened.vault, name)
        keep(opened.vault, "INC-001")
        state(opened.vault, "HXA/001", note="It was at the bus stop")
        yield opened


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot) -> ActivityPage:
    result = ActivityPage(session)
    show(result, 1064)
    settle(result, qtbot)
    return result


def settle(page: ActivityPage, qtbot: QtBot) -> None:
    """Until the list is there and what is in sight is read."""
    qtbot.waitUntil(lambda: not page.filters.waiting())
    idle(qtbot, page._session)
    page.grab()
    qtbot.waitUntil(lambda: not page.list._wants.isActive())
    idle(qtbot, page._session)


def again(page: ActivityPage, qtbot: QtBot) -> None:
    page._session.changed.emit()
    settle(page, qtbot)


def rows(page: ActivityPage) -> list[ActRow]:
    """The entries that are listed, all of them read."""
    model = page.list.model_
    found = [model.act(item) for item in model.outline.items if 0 < item < CHECKPOINT]
    assert None not in found
    return [one for one in found if one is not None]


def numbers(page: ActivityPage) -> list[int]:
    return [row.seq for row in rows(page)]


def facts(page: ActivityPage) -> dict[str, str]:
    """What stands in the entry that is open."""
    assert page.list.details is not None
    return {one.name: one.value for one in page.list.details.details.facts}


def checks(session: Session) -> int:
    return sum(one.kind is EntryKind.VAULT_CHECKED for one in session.vault.read.entries())


def spoil(vault: Vault, change: str) -> None:
    """Change the record by hand, as no program of ours does."""
    with vault._writer.begin() as _:
        connection = vault._writer.connection.dbapi_connection
        assert connection is not None
        connection.cursor().execute("DROP TRIGGER entries_no_update")
        connection.cursor().execute(change)


def look(page: ActivityPage, qtbot: QtBot, words: str) -> None:
    page.filters.field.setFocus()
    page.filters.field.clear()
    QTest.keyClicks(page.filters.field, words)
    settle(page, qtbot)


def choose(page: ActivityPage, qtbot: QtBot, name: str, words: str) -> None:
    menu = getattr(page.filters, name).menu()
    next(action for action in menu.actions() if action.text() == words).trigger()
    settle(page, qtbot)


# --- the list -------------------------------------------------------------------------------------------


def test_entries_in_plain_words_newest_first(page: ActivityPage, session: Session) -> None:
    size, link = session.vault.head
    shown = rows(page)
    assert [row.seq for row in shown] == list(range(size, 0, -1))
    assert shown[0].words == "Added a note"
    assert shown[0].about == "HXA/001"
    assert shown[0].link == link.hex()
    assert shown[-1].words == "Made this vault"
    assert page.foot.text().startswith(f"{size} entries.")


def test_an_entry_in_full(page: ActivityPage, session: Session, qtbot: QtBot) -> None:
    vault = session.vault
    seq = vault.head[0]
    page.list.setFocus()
    press(KEY.Key_Return)
    settle(page, qtbot)
    assert page.list.open_item() == seq
    said = facts(page)
    assert said["Note"] == "It was at the bus stop"
    assert said["By whom"].startswith("Helen Ashdown, on the computer ")
    assert said[f"Entry before, {seq - 1}"] == vault.read.entry(seq - 1).link.hex()
    assert said[f"This entry, {seq}"] == vault.head[1].hex()
    assert f".{vault.read.entry(seq).at.microsecond // 1000:03d} " in said["When"]
    # Tab comes to it: all of it is read out, and copied.
    press(KEY.Key_Tab)
    assert at() is page.list.details
    assert "Note: It was at the bus stop" in at().accessibleName()
    press(KEY.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert vault.head[1].hex() in QApplication.clipboard().text()
    press(KEY.Key_Escape)
    assert page.list.hasFocus()
    assert page.list.open_item() is None
    assert page.list.details is None


def test_a_click_opens_one_and_another_click_another(page: ActivityPage, qtbot: QtBot) -> None:
    def click(seq: int) -> None:
        model = page.list.model_
        row = model.row_of_place(model.outline.items.index(seq))
        rect = page.list.visualRect(model.index(row, 0))
        qtbot.mouseClick(page.list.viewport(), LEFT, pos=rect.topLeft() + QPoint(200, 20))
        settle(page, qtbot)

    top = numbers(page)[0]
    click(top - 1)
    assert page.list.open_item() == top - 1
    click(top - 2)
    assert page.list.open_item() == top - 2
    assert facts(page)[f"This entry, {top - 2}"]
    click(top - 2)
    assert page.list.open_item() is None


def test_what_is_open_stays_open_while_the_record_grows(page: ActivityPage, qtbot: QtBot) -> None:
    seq = numbers(page)[1]
    page.show_entry(seq)
    settle(page, qtbot)
    state(page._session.vault, "HXA/001", account="@whispers")
    again(page, qtbot)
    assert numbers(page)[0] == seq + 2
    assert page.list.open_item() == seq
    assert page.list.current_item() == seq
    assert facts(page)[f"This entry, {seq}"]


def test_only_what_is_in_sight_is_read(page: ActivityPage, qtbot: QtBot) -> None:
    vault = page._session.vault
    vault.record_all([acts.incident_opened(f"Elk {number}") for number in range(400)])
    again(page, qtbot)
    model = page.list.model_
    assert len(model.outline.items) > 400
    sight = page.list.viewport().height() // ROW
    assert len(model.known) <= sight + 2 * activity_list.AHEAD + 20
    assert 150 not in model.known
    model.known.clear()
    page.list.setFocus()
    press(KEY.Key_End)
    settle(page, qtbot)
    assert page.list.current_item() == 1
    assert model.known[1].words == "Made this vault"
    press(KEY.Key_Home)
    assert page.list.current_item() == vault.head[0]


def test_checkpoints_stand_above_what_they_sign(page: ActivityPage, qtbot: QtBot) -> None:
    vault = page._session.vault
    size, link = vault.head
    vault.checkpoint()
    state(vault, "HXA/001", account="@whispers")
    again(page, qtbot)
    items = [item for item in page.list.model_.outline.items if item > 0]
    newest = items[1]
    assert newest >= CHECKPOINT
    assert (items[0], items[2]) == (size + 1, size)
    signed = page.list.model_.act(newest)
    assert signed is not None
    assert signed.words == f"Signed checkpoint of entries 1 to {size}"
    page.list.toggle(page.list.model_.outline.items.index(newest))
    assert facts(page)[f"Entry {size}"] == link.hex()
    choose(page, qtbot, "kind", "Signed checkpoints")
    count = len(vault.read.checkpoints())
    assert sum(item >= CHECKPOINT for item in page.list.model_.outline.items) == count
    assert rows(page) == []
    assert page.foot.text().startswith(f"{count} signed checkpoint")


def test_what_a_disposal_erased_keeps_its_place_and_no_word(page: ActivityPage, qtbot: QtBot) -> None:
    vault = page._session.vault
    look(page, qtbot, "hxa/001")
    assert any("hxa/001" in text for text in page._texts.known.values())
    page.filters.clear()
    workflows.lock_away(vault, "HXA/001")
    workflows.record_instruction(vault, "HXA/001", "Nadia Ellery", Office.POLICE, "CAD 1", datetime.now(UTC))
    made = workflows.dispose(
        vault, "HXA/001", decided_by="Mrs Ruth Calloway", decider=Decider.HEAD, second="Alan Thwaite"
    )
    again(page, qtbot)
    gone = [row for row in rows(page) if row.gone]
    assert sorted(row.seq for row in gone) == sorted(made.erased)
    assert all(row.words.startswith("Erased by a disposal") for row in gone)
    page.show_entry(made.erased[0])
    settle(page, qtbot)
    assert f"entry {made.seq}" in facts(page)["What it says"]
    assert "bus stop" not in str(facts(page))
    assert not any("hxa/001" in text for seq, text in page._texts.known.items() if seq in made.erased)


def test_words_of_what_is_locked_away_or_private_are_not_shown(page: ActivityPage, qtbot: QtBot) -> None:
    vault = page._session.vault
    note = vault.head[0]
    vault.record(acts.incident_stated("INC-001", [Said("protected", "religion", Source.TYPED)]))
    private = vault.head[0]
    again(page, qtbot)
    page.show_entry(private)
    settle(page, qtbot)
    assert "religion" not in str(facts(page))
    assert "Kept private: not shown in this list." in facts(page).values()
    page.show_entry(note)
    settle(page, qtbot)
    assert "bus stop" in str(facts(page))
    page.hide()
    workflows.lock_away(vault, "HXA/001")
    page._session.changed.emit()
    assert page.list.details is None, "also in a page that is not in sight"
    page.show()
    again(page, qtbot)
    page.show_entry(note)
    settle(page, qtbot)
    assert "bus stop" not in str(facts(page))
    assert facts(page)["What it says"] == "Locked away: what was said about it is not shown."


def test_one_that_cannot_be_read_says_so(page: ActivityPage, qtbot: QtBot) -> None:
    spoil(page._session.vault, "UPDATE entries SET body = '{' WHERE seq = 4")
    page.list.forget()
    again(page, qtbot)
    assert rows(page)[-4].words == "This entry cannot be read"
    page.show_entry(4)
    settle(page, qtbot)
    assert facts(page)["What it says"].startswith("This entry cannot be read. Check the vault now")


def test_one_that_was_changed_does_not_fit(page: ActivityPage, qtbot: QtBot) -> None:
    page.show_entry(4)
    settle(page, qtbot)
    assert "Chain" not in facts(page)
    page.list.toggle(page.list.model_.open_place)
    spoil(
        page._session.vault,
        "UPDATE entries SET body = CAST(replace(body, 'A copied', 'A stolen') AS BLOB) WHERE seq = 4",
    )
    page.show_entry(4)
    settle(page, qtbot)
    assert facts(page)["Chain"].startswith("It does not fit into its place in the chain")


def test_the_same_day_twice_where_the_clock_was_put_back() -> None:
    moments = ("2026-03-12T10:00:00.000Z", "2026-03-11T23:30:00.000Z", "2026-03-12T09:00:00.000Z")
    found = activity_data._laid_out(ActList((3, 2, 1), moments, 3), (), gaps=True)
    assert [item for item in found.items if item > 0] == [3, 2, 1]
    assert len(found.days) == 3
    assert [item < 0 for item in found.items] == [True, False] * 3


def test_days_of_a_zone_with_half_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Midnight is then in the middle of an hour of UTC."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        day_of = activity_data._Days()
        assert str(day_of("2026-03-12T18:29:59.999Z")) == "2026-03-12"
        assert str(day_of("2026-03-12T18:30:00.000Z")) == "2026-03-13"
        assert str(day_of("2026-03-12T19:30:00.000Z")) == "2026-03-13"
    finally:
        monkeypatch.undo()
        time.tzset()


# --- narrowed -------------------------------------------------------------------------------------------


def test_words_are_those_that_a_row_shows(page: ActivityPage, qtbot: QtBot) -> None:
    look(page, qtbot, "captured")
    assert [row.about for row in rows(page)] == ["HXA/001"]
    look(page, qtbot, "giraffe")
    words = [row.words for row in rows(page)]
    assert words[0] == "Added a note", "it belongs to the incident with that title"
    assert words[-1] == "Opened the incident “Posts about a giraffe”"
    look(page, qtbot, "GIRAFFE captured")
    assert [row.about for row in rows(page)] == ["HXA/001"]
    look(page, qtbot, "bus stop")
    assert rows(page) == [], "no list finds what it does not show"
    assert page.nothing.isVisible()
    assert page.foot.text() == f"0 of {page._session.vault.head[0]} entries"
    look(page, qtbot, "1")
    assert 1 in numbers(page)
    press(KEY.Key_Return)
    assert page.list.hasFocus()


def test_by_kind_incident_and_day(page: ActivityPage, qtbot: QtBot) -> None:
    choose(page, qtbot, "kind", "What was stated")
    assert {row.words.split()[0] for row in rows(page)} == {"Opened", "Added"}
    choose(page, qtbot, "about", "INC-001 Posts about a giraffe")
    assert [row.about for row in rows(page)] == ["HXA/001", "INC-001"]
    choose(page, qtbot, "when", "Between two days")
    page.filters.days.last.setText("2020-01-01")
    page.filters.days.last.editingFinished.emit()
    settle(page, qtbot)
    assert rows(page) == []
    page.filters.clear_button.click()
    settle(page, qtbot)
    assert len(rows(page)) == page._session.vault.head[0]
    assert not page.filters.clear_button.isVisible()


def test_by_person(page: ActivityPage, tmp_path: Path, qtbot: QtBot) -> None:
    assert not page.filters.person.isVisible(), "there is nobody to choose"
    with desk(tmp_path / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as head:
        workflows.add_contact(page._session.vault, workflows.own_card(head))
    again(page, qtbot)
    choose(page, qtbot, "person", "Mrs Ruth Calloway")
    assert [row.words for row in rows(page)] == ["Added the contact Mrs Ruth Calloway"]


def test_every_kind_of_act_is_in_a_group_of_the_menu(page: ActivityPage) -> None:
    groups = set(page.filters.kind.choices())
    assert {group_of(kind) for kind in EntryKind} == groups - {CHECKPOINTS}


def test_a_new_question_drops_the_answer_to_the_one_before(
    page: ActivityPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(page.list, "set_outline", lambda outline: seen.append(outline.shown))
    page.search()
    first = page._task
    page.filters.field.setText("captured")
    page.search()
    assert first is not None
    assert first.abandoned
    idle(qtbot, page._session)
    assert seen[-1] == 1


# --- the check ------------------------------------------------------------------------------------------


def test_a_vault_in_order(page: ActivityPage, session: Session, qtbot: QtBot) -> None:
    result = page.vault_check.result
    assert result.accessibleName().startswith("The vault has not been checked yet.")
    with qtbot.waitSignal(page.checked, timeout=20_000) as checked:
        qtbot.mouseClick(page.check_button, LEFT)
        assert not page.check_button.isEnabled()
    settle(page, qtbot)
    assert checked.args[0].problems == ()
    assert result.accessibleName().startswith("The vault is in order. Last checked today, ")
    assert "were read and compared." in result.accessibleName()
    assert page.check_button.isEnabled()
    assert rows(page)[0].words == "Checked the vault: in order"
    assert not page.vault_check.problems.isVisible()


def test_the_last_answer_is_there_at_once_and_grows_old(
    page: ActivityPage, session: Session, show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with qtbot.waitSignal(page.checked, timeout=20_000):
        page.check()
    state(session.vault, "HXA/001", account="@whispers")
    fresh = ActivityPage(session)
    show(fresh, 1064)
    settle(fresh, qtbot)
    name = fresh.vault_check.result.accessibleName()
    assert name.startswith("The vault is in order. Last checked today, ")
    assert name.endswith("1 entry added since.")
    monkeypatch.setattr(activity_check, "OLD", timedelta(0))
    again(fresh, qtbot)
    name = fresh.vault_check.result.accessibleName()
    assert name.startswith("The vault was in order when it was last checked. ")
    assert name.endswith("Check it again now.")


def test_a_changed_entry_is_named_in_red(
    page: ActivityPage, session: Session, show: Show, qtbot: QtBot
) -> None:
    spoil(
        session.vault,
        "UPDATE entries SET body = replace(body, 'A copied', 'A stolen') WHERE seq = 4",
    )
    page.filters.field.setText("captured")
    with qtbot.waitSignal(page.checked, timeout=20_000) as checked:
        qtbot.mouseClick(page.check_button, LEFT)
    settle(page, qtbot)
    assert checked.args[0].problems
    shown = page.vault_check
    assert shown.result.accessibleName().startswith("The vault is not in order: entry 4")
    assert "you can go on capturing" in shown.result.accessibleName()
    assert shown.problems.isVisible()
    assert any(line.startswith("entry 4:") for line in shown.problems.words())
    # The filters hid it.
    qtbot.mouseClick(shown.problems.links[0], LEFT)
    settle(page, qtbot)
    assert page.list.open_item() == 4
    keep(session.vault, "INC-001")  # capturing goes on
    fresh = ActivityPage(session)
    show(fresh, 1064)
    settle(fresh, qtbot)
    assert fresh.vault_check.result.accessibleName().startswith("The vault is not in order: entry 4")
    assert not [button for button in fresh.findChildren(type(fresh.check_button)) if "epair" in button.text()]


def test_stop_records_nothing(page: ActivityPage, session: Session, qtbot: QtBot) -> None:
    for _ in range(4):
        session.vault.objects.put(bytes(2_000_000), "image/png")
    qtbot.mouseClick(page.check_button, LEFT)
    page.vault_check.progress.stop_button.click()
    idle(qtbot, session)
    assert page.vault_check.result.accessibleName().startswith("The check was stopped.")
    assert page.check_button.isEnabled()
    assert checks(session) == 0


# --- paper ----------------------------------------------------------------------------------------------


def test_what_is_listed_is_saved_as_a_report(page: ActivityPage, tmp_path: Path, qtbot: QtBot) -> None:
    look(page, qtbot, "captured")
    out = tmp_path / "activity.pdf"
    page.save_to(out)
    idle(qtbot, page._session)
    assert page.notice.accessibleName().startswith("The report is saved.")
    text = reports.squeezed(reports.text(out.read_bytes(), tmp_path))
    assert reports.squeezed("Captured and sealed a screenshot of an area (HXA/001)") in text
    assert reports.squeezed("the list was narrowed") in text
    assert reports.squeezed("Opened the incident") not in text
    before = out.read_bytes()
    page.save_to(out)
    idle(qtbot, page._session)
    assert page.notice.accessibleName().startswith("The report was not saved.")
    assert out.read_bytes() == before


def test_too_many_for_a_report(
    page: ActivityPage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity_paper, "MOST", 3)
    page.save_to(tmp_path / "activity.pdf")
    idle(qtbot, page._session)
    assert "A report holds up to 3 entries" in page.notice.accessibleName()
    assert not (tmp_path / "activity.pdf").exists()


# --- keys and looks ------------------------------------------------------------------------------------


def test_f6_and_names(page: ActivityPage) -> None:
    page.check_button.setFocus()
    press(KEY.Key_F6)
    assert at() is page.filters.field
    press(KEY.Key_F6)
    assert at() is page.list
    press(KEY.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert at() is page.filters.field
    index = page.list.currentIndex()
    assert "Entry" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Enter shows all of it."


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    page: ActivityPage, session: Session, qtbot: QtBot, width: int, height: int
) -> None:
    page.window().resize(width - 216, height)
    with qtbot.waitSignal(page.checked, timeout=20_000):
        qtbot.mouseClick(page.check_button, LEFT)
    page.show_entry(5)
    page.filters.when.choose("between")
    page.filters._on_change()
    settle(page, qtbot)
    assert page.width() == width - 216
    assert clipped(page) == []
    assert nameless(page) == []


def test_a_search_reads_each_entry_once(page: ActivityPage, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, vault = Texts(), page._session.vault
    first = activity_data.outline(vault, Asked(words="captured"), texts, lambda _progress: None)
    assert len(texts.known) == vault.head[0]
    monkeypatch.setattr(vault.read, "entries_of", lambda _seqs: pytest.fail("read again"))
    assert activity_data.outline(vault, Asked(words="captured"), texts, lambda _progress: None) == first
