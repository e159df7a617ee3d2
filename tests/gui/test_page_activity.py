"""The activity page: the record in plain words, and the check of the vault, on real vaults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app.records import EntryKind
from evidence_app.ui.pages import activity
from evidence_app.ui.pages.activity import ActivityPage
from evidence_app.ui.pages.activity_list import ActRow
from evidence_app.ui.session import Session
from tests.gui.striped import clipped, idle, open_incident, session_of_helen
from tests.windows import SIZES, nameless

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        for number in range(3):
            open_incident(opened.vault, f"Incident {number}")
        yield opened


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot) -> ActivityPage:
    result = ActivityPage(session)
    show(result, 1064)
    idle(qtbot, session)
    return result


def rows(page: ActivityPage) -> list[ActRow]:
    return [row for row in page.list.rows() if isinstance(row, ActRow)]


def checks(session: Session) -> int:
    return sum(one.kind is EntryKind.VAULT_CHECKED for one in session.vault.read.entries())


def test_entries_in_plain_words_newest_first(page: ActivityPage, session: Session) -> None:
    size, link = session.vault.head
    shown = rows(page)
    assert [row.seq for row in shown] == list(range(size, 0, -1))
    assert shown[0].words == "Opened the incident “Incident 2”"
    assert shown[0].about == "INC-003"
    assert shown[0].link == link.hex()
    assert shown[-1].words == "Made this vault"


def test_a_row_opens_with_its_neighbour_and_closes(
    page: ActivityPage, session: Session, qtbot: QtBot
) -> None:
    place = page.list.rows().index(rows(page)[1])
    rect = page.list.visualRect(page.list.model().index(place, 0))
    qtbot.mouseClick(page.list.viewport(), LEFT, pos=rect.topLeft() + QPoint(200, 20))
    seq = rows(page)[1].seq
    assert page.list.open_entry() == seq
    details = {name: digest for name, digest, _ in rows(page)[1].details}
    assert details[f"Entry before, {seq - 1}"] == session.vault.read.entry(seq - 1).link.hex()
    assert details[f"This entry, {seq}"] == session.vault.read.entry(seq).link.hex()
    qtbot.keyClick(page.list, Qt.Key.Key_Escape)
    assert page.list.open_entry() == 0
    qtbot.keyClick(page.list, Qt.Key.Key_Up)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert page.list.open_entry() == rows(page)[0].seq


def test_only_the_newest_are_shown_and_the_last_keeps_its_neighbour(
    page: ActivityPage, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "SHOWN", 2)
    page.reload()
    idle(qtbot, session)
    assert len(rows(page)) == 2
    assert rows(page)[-1].details[0][0].startswith("Entry before,")
    assert "Entries 1 to" in page.more.text()


def test_a_vault_in_order(page: ActivityPage, session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.checked, timeout=20_000) as checked:
        qtbot.mouseClick(page.check_button, LEFT)
        assert not page.check_button.isEnabled()
    idle(qtbot, session)
    assert checked.args[0].problems == ()
    assert page.result.accessibleName().startswith("The vault is in order.")
    assert page.check_button.isEnabled()
    assert rows(page)[0].words == "Checked the vault: in order"
    assert not page.problems.isVisible()


def test_a_changed_entry_is_named_in_red(page: ActivityPage, session: Session, qtbot: QtBot) -> None:
    with session.vault._writer.begin() as _:
        connection = session.vault._writer.connection.dbapi_connection
        assert connection is not None
        connection.cursor().execute("DROP TRIGGER entries_no_update")
        connection.cursor().execute(
            "UPDATE entries SET body = replace(body, 'Incident 1', 'Incident 9') WHERE seq = 4"
        )
    with qtbot.waitSignal(page.checked, timeout=20_000) as checked:
        qtbot.mouseClick(page.check_button, LEFT)
    idle(qtbot, session)
    assert checked.args[0].problems
    assert page.result.accessibleName().startswith("The vault is not in order.")
    assert page.problems.isVisible()
    assert any(line.startswith("entry 4:") for line in page.problems.words())
    assert "you can go on capturing" in page.result.accessibleName()


def test_stop_records_nothing(page: ActivityPage, session: Session, qtbot: QtBot) -> None:
    for _ in range(4):
        session.vault.objects.put(bytes(2_000_000), "image/png")
    qtbot.mouseClick(page.check_button, LEFT)
    page.progress.stop_button.click()
    idle(qtbot, session)
    assert page.result.accessibleName().startswith("The check was stopped.")
    assert page.check_button.isEnabled()
    assert checks(session) == 0


def test_f6_and_names(page: ActivityPage, qtbot: QtBot) -> None:
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_F6)
    assert page.check_button.hasFocus()
    assert page.list.accessibleName()
    index = page.list.currentIndex()
    assert "Entry" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    page: ActivityPage, session: Session, qtbot: QtBot, width: int, height: int
) -> None:
    page.window().resize(width - 216, height)
    with qtbot.waitSignal(page.checked, timeout=20_000):
        qtbot.mouseClick(page.check_button, LEFT)
    idle(qtbot, session)
    assert page.width() == width - 216
    assert clipped(page) == []
    assert nameless(page) == []
