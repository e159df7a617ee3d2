"""The register of received bundles: seven real states, search, filter, keys, settings, print and save."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from evidence_app import policy, workflows
from evidence_app.records import BundleState, Role
from evidence_app.settings import Settings
from evidence_app.ui.pages.bundle_states import status
from evidence_app.ui.pages.register import RegisterPage
from evidence_app.ui.pages.register_model import Column
from evidence_app.ui.pages.register_settings import RegisterSettingsDialog
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault.vault import Vault
from tests.desks import desk
from tests.gui.registers import STATES, bundle_of, open_incident
from tests.gui.striped import clipped, idle
from tests.reports import text
from tests.windows import LONG_NAME, SIZES, at, nameless, press, tab_order, write

if TYPE_CHECKING:
    from tests.gui.register_fixtures import SevenReceived
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures", "tests.gui.register_fixtures"]

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
NEWEST_FIRST = tuple(f"RCV-{number:03d}" for number in range(7, 0, -1))


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot) -> RegisterPage:
    result = RegisterPage(session)
    show(result, 1064)
    result.setFocus(Qt.FocusReason.TabFocusReason)
    idle(qtbot, session)
    return result


@pytest.fixture
def empty(tmp_path: Path, runner: TaskRunner, show: Show, qtbot: QtBot) -> Iterator[RegisterPage]:
    with desk(tmp_path / "new.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as vault:
        page = RegisterPage(Session(vault, runner, Settings()))
        show(page, 1064)
        idle(qtbot, page._session)
        yield page


def spoken(page: RegisterPage, place: int) -> str:
    return str(page.table.model().index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def cell(page: RegisterPage, place: int, column: Column) -> str:
    return str(page.table.model().index(place, column).data())


def settle(qtbot: QtBot, page: RegisterPage) -> None:
    idle(qtbot, page._session)


# --- what stands in it ------------------------------------------------------------------------------------


def test_every_state_newest_first_in_words(page: RegisterPage, seven: SevenReceived) -> None:
    assert page.table.references() == NEWEST_FIRST
    for state, reference in seven.references.items():
        place = page.table.references().index(reference)
        assert cell(page, place, Column.RESULT) == status(state).words
        assert status(state).words in spoken(page, place)
    last = spoken(page, 6)
    for words in (
        "RCV-001",
        "Helen Ashdown",
        "Member of staff",
        "3 exhibits",
        "Intact",
        "Receipt not issued",
    ):
        assert words in last
    assert "Not decided yet" in last


def test_a_name_that_is_not_confirmed_is_a_claim(page: RegisterPage) -> None:
    assert cell(page, 0, Column.SENDER) == "Tom Garrick, Not confirmed"
    assert cell(page, 6, Column.SENDER) == "Helen Ashdown, Member of staff"
    unreadable = page.table.references().index("RCV-003")
    assert cell(page, unreadable, Column.SENDER) == "Not known, Not readable"
    assert cell(page, unreadable, Column.INCIDENT) == "damaged.evidence"
    assert cell(page, unreadable, Column.EXHIBITS) == "–"


def test_age_and_overdue_are_said_in_words(page: RegisterPage) -> None:
    assert [cell(page, place, Column.DECIDED) for place in (0, 1, 4, 6)] == [
        "Not decided yet. Came today",
        "Not decided yet. Waiting 1 day",
        "Not decided yet. Waiting 6 days",
        "Not decided yet. Waiting 12 days",
    ]
    assert "Waiting 12 days, overdue" in spoken(page, 6)
    assert "overdue" not in spoken(page, 2)
    assert page.foot.words.text() == "7 bundles. 3 overdue: open for more than 5 days."


def test_what_was_decided_and_the_receipt_follow(
    page: RegisterPage, head: Vault, seven: SevenReceived, qtbot: QtBot, tmp_path: Path
) -> None:
    settles = next(one for one in policy.current().outcomes if one.settles)
    workflows.state_outcome(head, "RCV-001", settles.code)
    workflows.issue_receipt(head, seven.files / "INC-001.evidence", tmp_path / "one.evidence-receipt")
    page._session.changed.emit()
    settle(qtbot, page)
    assert cell(page, 6, Column.DECIDED) == f"{settles.name}. Settled"
    assert "overdue" not in spoken(page, 6)
    assert cell(page, 6, Column.RECEIPT).startswith("R-0001, ")


def test_an_empty_register_says_what_to_do(empty: RegisterPage) -> None:
    assert empty.nothing.text() == "No bundles yet. Drop one above."
    assert empty.nothing.isVisible()
    assert not empty.all_button.isVisible()
    assert not empty.foot.print_button.isEnabled()
    assert not empty.foot.save_button.isEnabled()


def test_without_a_number_of_days_nothing_is_overdue(
    head: Vault, runner: TaskRunner, show: Show, qtbot: QtBot
) -> None:
    page = RegisterPage(Session(head, runner, Settings()))
    show(page, 1064)
    settle(qtbot, page)
    assert not any("overdue" in spoken(page, place) for place in range(7))
    assert page.foot.words.text().endswith("No number of days is set after which one is overdue.")


def test_a_new_bundle_comes_first_and_the_chosen_one_stays_chosen(
    page: RegisterPage, head: Vault, tmp_path: Path, qtbot: QtBot
) -> None:
    page.table.select("RCV-004")
    with desk(tmp_path / "long.evidence-vault", LONG_NAME, Role.STAFF) as sender:
        workflows.add_contact(sender, workflows.own_card(head))
        incident = open_incident(sender, "A title " * 20, 40)
        workflows.receive(head, bundle_of(sender, incident, tmp_path / "long.evidence"))
    page._session.changed.emit()
    settle(qtbot, page)
    assert page.table.references()[0] == "RCV-008"
    assert page.table.current_reference() == "RCV-004"
    page.select("RCV-008")
    settle(qtbot, page)
    assert page.table.current_reference() == "RCV-008"


# --- keys -------------------------------------------------------------------------------------------------


def test_the_table_by_keys(page: RegisterPage, qtbot: QtBot) -> None:
    page.table.setFocus(Qt.FocusReason.TabFocusReason)
    assert page.table.current_reference() == "RCV-007"
    for key, reference in (
        (Qt.Key.Key_Down, "RCV-006"),
        (Qt.Key.Key_Right, "RCV-006"),
        (Qt.Key.Key_End, "RCV-001"),
        (Qt.Key.Key_Up, "RCV-002"),
        (Qt.Key.Key_Home, "RCV-007"),
    ):
        press(key)
        assert page.table.current_reference() == reference
    with qtbot.waitSignal(page.received_requested) as opened:
        press(Qt.Key.Key_Return)
    assert opened.args == ["RCV-007"]


def test_a_click_opens_a_row(page: RegisterPage, qtbot: QtBot) -> None:
    rect = page.table.visualRect(page.table.model().index(2, Column.SENDER))
    with qtbot.waitSignal(page.received_requested) as opened:
        qtbot.mouseClick(page.table.viewport(), LEFT, pos=rect.center())
    assert opened.args == ["RCV-005"]


def test_tab_order_is_visual_order(page: RegisterPage) -> None:
    foot = page.foot
    assert tab_order() == [
        page.choose_button,
        page.bar.search,
        page.bar.filter,
        page.table,
        foot.print_button,
        foot.save_button,
        foot.settings_button,
    ]


def test_search_by_keys(page: RegisterPage, qtbot: QtBot) -> None:
    press(Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert at() is page.bar.search
    write("tom community")
    settle(qtbot, page)
    assert page.table.references() == ("RCV-007",)
    assert page.foot.words.text().startswith("1 of 7 bundles.")
    press(Qt.Key.Key_Return)
    assert at() is page.table
    press(Qt.Key.Key_F6)
    assert at() is page.bar.search
    press(Qt.Key.Key_Escape)
    settle(qtbot, page)
    assert page.table.references() == NEWEST_FIRST


def test_nothing_found_says_so_and_leads_back(page: RegisterPage, qtbot: QtBot) -> None:
    press(Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    write("nobody of this name")
    settle(qtbot, page)
    assert page.nothing.text() == "No bundle in the register fits “nobody of this name”."
    assert page.nothing.isVisible()
    page.all_button.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Return)
    settle(qtbot, page)
    assert page.table.references() == NEWEST_FIRST
    assert at() is page.bar.search
    page.bar.filter.choose("settled")
    page.reload()
    settle(qtbot, page)
    assert page.nothing.text() == "No bundle in the register is of this kind."


def choose(page: RegisterPage, words: str) -> None:
    """Open the menu by the keyboard, go down to these words, take them."""
    page.bar.filter.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Down)
    menu = page.bar.filter.menu()
    assert isinstance(menu, QMenu)
    wanted = next(one for one in menu.actions() if one.text() == words)
    for _ in menu.actions():
        if menu.activeAction() is not wanted:
            QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def test_the_menu_shows_one_state_at_a_time(page: RegisterPage, seven: SevenReceived, qtbot: QtBot) -> None:
    for state in BundleState:
        choose(page, status(state).words)
        settle(qtbot, page)
        assert page.table.references() == tuple(seven.references[one] for one in STATES if one is state)
        assert page.bar.filter.accessibleName() == f"Show: {status(state).words}"
    choose(page, "Overdue")
    settle(qtbot, page)
    assert page.table.references() == ("RCV-003", "RCV-002", "RCV-001")
    choose(page, "All results")
    settle(qtbot, page)
    assert page.table.references() == NEWEST_FIRST


def test_what_is_typed_while_the_register_is_read_is_not_lost(page: RegisterPage, qtbot: QtBot) -> None:
    page.reload()
    page.bar.search.setText("tom")
    page.bar.search.setText("helen")
    settle(qtbot, page)
    assert set(page.table.references()) == {"RCV-006", "RCV-002", "RCV-001"}


# --- files ------------------------------------------------------------------------------------------------


def test_a_file_is_dropped_or_chosen(
    page: RegisterPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.evidence"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(page.verify_requested) as asked:
        page.zone.dropEvent(drop)
    assert asked.args == [str(path)]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (str(path), ""))
    with qtbot.waitSignal(page.verify_requested) as asked:
        press(Qt.Key.Key_Return)
    assert asked.args == [str(path)]
    for stop in (page.table, page.bar.search):
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        with qtbot.waitSignal(page.verify_requested) as asked:
            press(Qt.Key.Key_Return, CTRL)
        assert asked.args == [str(path)]


# --- inbox ------------------------------------------------------------------------------------------------


def look(page: RegisterPage, qtbot: QtBot) -> str:
    """Press the button without a mouse; the sentence that follows."""
    page.inbox_button.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Return)
    settle(qtbot, page)
    return page.inbox.result.accessibleName()


@pytest.fixture
def inbox(page: RegisterPage, seven: SevenReceived, head: Vault, tmp_path: Path, qtbot: QtBot) -> Path:
    """A shared folder: a new bundle, two that were received before (one damaged), and a letter."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in ("INC-001.evidence", "damaged.evidence"):
        shutil.copy(seven.files / name, folder)
    (folder / "letter.evidence").write_text("Dear Mrs Calloway")
    with desk(tmp_path / "nadia.evidence-vault", "Nadia Ellery", Role.STAFF) as nadia:
        workflows.add_contact(nadia, workflows.own_card(head))
        bundle_of(nadia, open_incident(nadia, "Photographs of the staff room", 70), folder / "new.evidence")
    page._use_settings(page._session.settings.with_inbox(str(folder)))
    settle(qtbot, page)
    return folder


def test_look_in_the_inbox(page: RegisterPage, inbox: Path, qtbot: QtBot) -> None:
    files = {path.name: path.read_bytes() for path in inbox.iterdir()}
    said = look(page, qtbot)
    assert said.startswith("1 new bundle, 2 known before, 1 file skipped.")
    assert "letter.evidence: " in said
    assert page.inbox.result.isVisible()
    assert page.table.current_reference() == page.table.references()[0] == "RCV-008"
    assert page.inbox_button.isEnabled()
    said = look(page, qtbot)
    assert said.startswith("No new bundle, 3 known before, 1 file skipped.")
    assert {path.name: path.read_bytes() for path in inbox.iterdir()} == files


def test_an_inbox_that_is_gone_is_one_sentence(page: RegisterPage, inbox: Path, qtbot: QtBot) -> None:
    shutil.rmtree(inbox)
    said = look(page, qtbot)
    assert said.startswith("The inbox could not be read.")
    assert "Nothing was taken" in said


def test_stop_keeps_what_had_arrived(page: RegisterPage, inbox: Path, qtbot: QtBot) -> None:
    page.inbox.look()
    page.inbox.progress.stop_button.click()
    settle(qtbot, page)
    assert page.inbox.result.accessibleName().startswith("You stopped looking.")
    assert page.inbox_button.isEnabled()
    assert page.table.references() == NEWEST_FIRST


# --- settings ---------------------------------------------------------------------------------------------


def dialog_of(page: RegisterPage, qtbot: QtBot) -> RegisterSettingsDialog:
    page.foot.settings_button.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Return)
    dialog = page.findChild(RegisterSettingsDialog)
    assert isinstance(dialog, RegisterSettingsDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.days.input.hasFocus)
    return dialog


def test_days_and_inbox_are_set(page: RegisterPage, qtbot: QtBot, tmp_path: Path) -> None:
    assert not page.inbox_button.isVisible()
    dialog = dialog_of(page, qtbot)
    assert dialog.days.text() == "5"
    dialog.days.input.selectAll()
    write("two")
    press(Qt.Key.Key_Return)
    assert "whole number" in dialog.days.message.text()
    dialog.days.input.selectAll()
    write("2")
    dialog.folder.setText(str(tmp_path / "gone"))
    press(Qt.Key.Key_Return, CTRL)
    assert "no such folder" in dialog.folder.message.text()
    assert at() is dialog.folder.input
    dialog.folder.setText(str(tmp_path))
    with qtbot.waitSignal(page.settings_changed) as changed:
        press(Qt.Key.Key_Return, CTRL)
    assert changed.args == [Settings(overdue_days=2, inbox=str(tmp_path))]
    assert page._session.settings == changed.args[0]
    settle(qtbot, page)
    assert page.inbox_button.isVisible()
    assert page.foot.words.text() == "7 bundles. 5 overdue: open for more than 2 days."


def test_cancel_changes_no_setting(page: RegisterPage, qtbot: QtBot) -> None:
    dialog = dialog_of(page, qtbot)
    write("9")
    with qtbot.assertNotEmitted(page.settings_changed):
        press(Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert page._session.settings == Settings(overdue_days=5)


# --- many rows --------------------------------------------------------------------------------------------


def test_ten_thousand_rows_cost_what_is_seen_of_them(page: RegisterPage, qtbot: QtBot) -> None:
    some = page.register.rows
    rows = tuple(
        replace(one, row=replace(one.row, reference=f"RCV-{number:05d}"))
        for number, one in ((n, some[n % len(some)]) for n in range(10_000, 0, -1))
    )
    page.table.set_rows(rows)
    page.table.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_End)
    QApplication.processEvents()
    assert page.table.current_reference() == "RCV-00001"
    model = page.table._rows
    assert model.rowCount() == 10_000
    assert len(model._words) < 100
    assert page.table.indexAt(QPoint(30, 30)).row() > 9_900


def test_the_record_is_never_read_on_the_windows_thread(
    page: RegisterPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def watched(name: str) -> None:
        real = getattr(workflows, name)

        def call(*args: object) -> object:
            threads.append(threading.current_thread() is threading.main_thread())
            return real(*args)

        monkeypatch.setattr(workflows, name, call)

    watched("register")
    watched("find")
    page._session.changed.emit()
    settle(qtbot, page)
    page.bar.search.setText("helen")
    settle(qtbot, page)
    assert threads
    assert not any(threads)


# --- look -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_and_everything_has_a_name(
    page: RegisterPage, qtbot: QtBot, tmp_path: Path, width: int, height: int
) -> None:
    page._use_settings(Settings(overdue_days=5, inbox=str(tmp_path)))
    page.window().resize(width - 216, height)
    settle(qtbot, page)
    assert page.inbox_button.isVisible()
    assert clipped(page) == []
    assert nameless(page) == []
    table = page.table
    shown = [column for column in Column if not table.isColumnHidden(column)]
    assert sum(table.columnWidth(column) for column in shown) == table.viewport().width()
    assert table.columnWidth(Column.INCIDENT) >= 130
    assert table.viewport().height() > 3 * 56


# --- paper ------------------------------------------------------------------------------------------------


def test_what_is_shown_is_saved_as_pdf_and_never_over_a_file(
    page: RegisterPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    write("tom")
    settle(qtbot, page)
    target = tmp_path / "register.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target)[:-4], ""))
    page.foot.save_button.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Return)
    settle(qtbot, page)
    assert page.paper.notice.accessibleName().startswith("The register is saved.")
    words = text(target.read_bytes(), tmp_path)
    assert "RCV-007" in words
    assert "RCV-002" not in words
    before = target.read_bytes()
    page.paper.save_to(target)
    settle(qtbot, page)
    assert "already a file" in page.paper.notice.accessibleName()
    assert target.read_bytes() == before


def printer_to(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_what_is_shown_is_printed_as_it_is_saved(page: RegisterPage, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "printed.pdf"
    page.paper.print_on(printer_to(path))
    settle(qtbot, page)
    assert page.paper.notice.accessibleName().startswith("Printed into the file printed.pdf.")
    page.paper.save_to(tmp_path / "saved.pdf")
    settle(qtbot, page)
    printed, saved = (picture_of(tmp_path / name) for name in ("printed.pdf", "saved.pdf"))
    assert printed.width > printed.height
    assert saved.point(lambda ink: 255 * (ink < 200)).getbbox() is not None, "there is something on it"
    apart = ImageChops.difference(printed, saved)
    assert apart.point(lambda gap: 255 * (gap > 40)).getbbox() is None


def picture_of(pdf: Path) -> Image.Image:
    """The first page, grey and coarse: where there is how much ink."""
    name = pdf.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "60", "-gray", "-f", "1", "-singlefile", pdf, name], check=True)
    with Image.open(f"{name}.pgm") as opened:
        return opened.resize((88, 62), Image.Resampling.BOX)


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_not_called_done(
    page: RegisterPage, qtbot: QtBot, tmp_path: Path
) -> None:
    page.paper.print_on(printer_to(tmp_path / "gone" / "register.pdf"))
    settle(qtbot, page)
    assert page.paper.notice.accessibleName().startswith("The printer took nothing.")
