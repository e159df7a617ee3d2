"""Hide now, quick lock and help: one key, wherever one is; pictures are blurred again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from evidence_app import app, handbook, settings
from evidence_app.handbook import FIRST
from evidence_app.records import StopAnswer
from evidence_app.settings import HIDE_KEYS, Settings
from evidence_app.ui import help_places
from evidence_app.ui.desk import Desk
from evidence_app.ui.overlay_view import CaptureOverlay
from evidence_app.ui.pages.help import OVERVIEW
from evidence_app.ui.pages.help_window import HelpWindow
from evidence_app.ui.pages.record_dialogs import AddNoteDialog
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.vault.acts_safeguards import stop_answered
from tests.shells import desk_of

pytest_plugins = ["tests.vault_fixtures", "tests.shell_fixtures"]

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def press(
    window: QWidget | None, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """As the keyboard does it: to the window, which hands it on."""
    handle = None if window is None else window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, key, modifier)


def visible() -> list[QWidget]:
    """Windows on the screen with something in them."""
    return [one for one in QApplication.topLevelWidgets() if one.isVisible() and not one.isMinimized()]


def front(qtbot, window: QWidget | None) -> None:
    assert window is not None
    window.activateWindow()
    window.windowHandle().requestActivate()
    qtbot.waitUntil(window.isActiveWindow, timeout=10_000)


@pytest.fixture
def choosing(shell, qtbot) -> Iterator[CaptureOverlay]:
    """A capture for INC-001, at the choice; below our windows there is something to be seen."""
    display = Display()
    screen = display.screen()
    below = screen.root.create_window(
        40, 40, 200, 160, 0, screen.root_depth, background_pixel=0xFFFFFF, override_redirect=True
    )
    below.map()
    display.sync()
    desk = desk_of(shell)
    shell.session.vault.record(stop_answered("INC-001", StopAnswer.NO))
    desk.capture("INC-001")
    qtbot.waitUntil(lambda: bool(desk.flow.overlays), timeout=20_000)
    overlay = desk.flow.overlays[0]
    qtbot.waitUntil(lambda: overlay.windowHandle() in shell.quick._watched, timeout=10_000)
    yield overlay
    below.destroy()
    display.sync()
    display.close()


def strike(name: str, *held: str) -> None:
    """A key of the real keyboard: it goes to whatever has the keyboard now."""
    display = Display()
    codes = [display.keysym_to_keycode(XK.string_to_keysym(one)) for one in (*held, name)]
    for code in codes:
        xtest.fake_input(display, X.KeyPress, code)
    for code in reversed(codes):
        xtest.fake_input(display, X.KeyRelease, code)
    display.sync()
    display.close()


# --- hiding ---------------------------------------------------------------------------------------------


def test_one_key_and_nothing_tells_what_program_it_is(window, qtbot):
    title = window.windowTitle()
    dialog = desk_of(window).incidents.add_note()
    assert isinstance(dialog, AddNoteDialog)
    front(qtbot, dialog)
    qtbot.keyClicks(dialog.note.input, "half a sentence")
    press(dialog, KEY.Key_F9)
    assert window.quick.hiding.is_hidden
    assert visible() == []
    assert "Evidence" not in window.windowTitle()
    assert "Helen" not in window.windowTitle()
    assert not window.centralWidget().isVisible()
    window.quick.hiding.come_back()
    assert window.windowTitle() == title
    assert window.centralWidget().isVisible()
    assert dialog.isVisible()
    assert dialog.isModal()
    assert dialog.note.text() == "half a sentence"


def test_the_ways_back(window, qtbot):
    hiding, sidebar = window.quick.hiding, desk_of(window).sidebar

    def activated() -> None:
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))

    for back in (
        lambda: window.setWindowState(Qt.WindowState.WindowNoState),
        activated,
        lambda: QTest.mouseClick(window, Qt.MouseButton.LeftButton),
        window.quick.hide,  # the key, where the window could not become small
    ):
        sidebar.hide_button.click()
        hiding.hide_now()  # a second time changes nothing
        assert hiding.is_hidden
        back()
        assert not hiding.is_hidden
        assert not window.isMinimized()
        assert window.centralWidget().isVisible()


def test_hiding_before_unlocking(qapp, qtbot):
    shell = app.make_shell(qapp)
    qtbot.addWidget(shell)
    shell.show()
    front(qtbot, shell)
    press(shell, KEY.Key_F9)
    assert visible() == []
    shell.quick.hiding.come_back()
    assert shell.pages.isVisible()
    shell.shut_down()


def test_while_a_capture_is_chosen_it_is_taken_back_first(shell, choosing, qtbot):
    desk, count = desk_of(shell), shell.session.vault.read.counts()
    strike("F9")
    qtbot.waitUntil(lambda: shell.quick.hiding.is_hidden, timeout=10_000)
    assert not desk.flow.running
    assert visible() == []
    assert shell.session.vault.read.counts() == count
    shell.quick.hiding.come_back()


def test_while_a_picture_is_being_sealed_it_is_sealed_and_then_everything_goes(shell, choosing, qtbot):
    desk = desk_of(shell)
    sealed: list[str] = []
    desk.flow.sealed.connect(sealed.append)
    choosing._take_screen()
    shell.quick.hide()
    qtbot.waitUntil(lambda: bool(sealed) and not shell.runner.tasks, timeout=20_000)
    assert shell.quick.hiding.is_hidden
    assert visible() == []
    shell.quick.hiding.come_back()
    assert isinstance(shell.pages.currentWidget(), ReviewPage)


def test_another_key_can_be_chosen_and_stays_chosen(window, qtbot):
    desk = desk_of(window)
    desk.show_section("help")
    desk.help.show_chapter("keyboard")
    desk.help.hide_choice.input.setCurrentIndex(HIDE_KEYS.index("F12"))
    assert "F12" in desk.sidebar.hide_button.toolTip()
    assert "F12" in desk.help.reader.toPlainText()
    assert "F9" not in desk.help.reader.toPlainText()
    press(window, KEY.Key_F9)
    assert not window.quick.hiding.is_hidden
    press(window, KEY.Key_F12)
    assert window.quick.hiding.is_hidden
    window.quick.hiding.come_back()
    assert settings.load(window._settings_folder).hide_key == "F12"
    window.quick.set_hide_key("F9")
    assert Settings().with_hide_key("Escape").hide_key == "F9"


# --- locking --------------------------------------------------------------------------------------------


def test_quick_lock_from_a_dialog_keeps_what_was_typed(shell, shell_on, sample, qtbot):
    dialog = desk_of(shell).incidents.add_note()
    assert isinstance(dialog, AddNoteDialog)
    front(qtbot, dialog)
    qtbot.keyClicks(dialog.note.input, "half a sentence")
    with qtbot.waitSignal(shell.relaunch_requested, timeout=20_000):
        press(dialog, KEY.Key_L, CTRL)
    assert shell.session is None
    again = shell_on(sample.open())
    vault = desk_of(again).session.vault
    (draft,) = vault.drafts.all()
    again._finish(draft)
    (dialog,) = again.findChildren(AddNoteDialog)
    assert dialog.note.text() == "half a sentence"
    dialog.save()
    qtbot.waitUntil(lambda: not again.runner.tasks, timeout=20_000)
    assert vault.drafts.all() == ()
    assert vault.read.incident(draft.about).statements["note"].value == "half a sentence"


def test_quick_lock_while_a_capture_is_chosen(shell, choosing, qtbot):
    with qtbot.waitSignal(shell.relaunch_requested, timeout=20_000):
        strike("l", "Control_L")
    assert shell.session is None
    assert [one for one in visible() if isinstance(one, CaptureOverlay)] == []


# --- help -----------------------------------------------------------------------------------------------


def test_f1_opens_the_chapter_of_where_one_is_and_leaves_nothing(window, qtbot):
    desk = desk_of(window)
    desk.show_section("contacts")
    press(window, KEY.Key_F1)
    opened = window.quick.help_window
    assert isinstance(opened, HelpWindow)
    assert opened.page.chapter() == "confirming-a-sender"
    window._review("HXA/002")
    page = window.pages.currentWidget()
    assert isinstance(page, ReviewPage)
    front(qtbot, window)
    press(window, KEY.Key_F1)
    assert window.quick.help_window is opened
    assert opened.page.chapter() == "capture"
    assert window.pages.currentWidget() is page
    front(qtbot, opened)
    press(opened, KEY.Key_F1)
    assert opened.page.chapter() == "keyboard"


def test_every_key_of_the_window_that_the_handbook_names_is_one(window):
    """The rest are struck by the tests of their pages."""
    chapter = handbook.chapter("keyboard")
    named = {
        span.text for span in chapter.spans() if span.style is handbook.Style.CODE and len(span.text) > 1
    }
    by_pages = {"F6", "Shift+F6", "Alt+Left", "Alt+Right", "Esc", "Ctrl+Enter", "Shift+H"}
    by_everybody = {"Tab", "Shift+Tab", "Space", "Enter", "Shift"}
    keys = {one.key().toString() for one in window.findChildren(QShortcut)}
    assert named - by_pages - by_everybody <= keys
    assert "Ctrl+Q" not in keys


def test_f1_in_a_dialog_can_be_read_beside_it(window, qtbot):
    desk = desk_of(window)
    desk.capture("")
    question = desk.question
    assert question is not None
    front(qtbot, question)
    press(question, KEY.Key_F1)
    opened = window.quick.help_window
    assert opened is not None
    assert opened.page.chapter() == "what-not-to-capture"
    assert opened.parent() is question
    assert question.isVisible()
    question.reject()


def test_every_page_of_the_window_has_a_chapter_that_exists(window):
    desk = window.pages.widget(0)
    assert isinstance(desk, Desk)
    chapters = {one.data(0, Qt.ItemDataRole.UserRole) for one in desk.help._items()} - {OVERVIEW}
    assert set(help_places.PLACES.values()) <= chapters
    assert FIRST in chapters
    # A section that joins later has the first chapter until it is named there.
    assert {
        help_places.chapter_for(desk.sections.widget(at)) for at in range(desk.sections.count())
    } <= chapters


def test_an_error_box_is_hidden_too(window, qtbot):
    window.tell(ValueError("something"))
    (box,) = [one for one in window.findChildren(QMessageBox) if one.isVisible()]
    window.quick.hide()
    assert visible() == []
    window.quick.hiding.come_back()
    assert box.isVisible()
    assert isinstance(box, QDialog)
    box.accept()
