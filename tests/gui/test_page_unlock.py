"""The unlock page: real vaults, real keys, nothing of a secret left behind."""

from __future__ import annotations

import json
import logging
import threading
import unicodedata
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMainWindow, QPlainTextEdit, QWidget

from evidence_app.crypto.words import recovery_words
from evidence_app.records import Role
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui import theme
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.tasks import TaskRunner
from evidence_app.ui.widgets import FocusRing
from evidence_app.vault import vault as vaults
from evidence_app.vault.vault import Vault
from tests.vaults import PASSPHRASE, Sample, light_key_slots, occurrences

pytest_plugins = ["tests.vault_fixtures"]

KEY = Qt.Key
LONG = "Alexandrina Wilhelmina Featherstonehaugh-Cholmondeley-Smythe"


@pytest.fixture
def runner(qapp):
    one = TaskRunner(threads=1)
    yield one
    assert one.shutdown()


@pytest.fixture
def show(qapp, qtbot):
    """Show a page in a window of the given size that has the keyboard."""
    theme.apply(qapp, False)
    FocusRing.install(qapp)

    def _show(page: QWidget, width: int = 1280, height: int = 768) -> QMainWindow:
        window = QMainWindow()
        qtbot.addWidget(window)
        window.setCentralWidget(page)
        window.resize(width, height)
        window.show()
        window.activateWindow()
        qtbot.waitExposed(window)
        window.windowHandle().requestActivate()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return _show


@pytest.fixture
def opened():
    """Vaults that a test opened; all are closed at its end."""
    found: list[Vault] = []
    yield found
    for vault in found:
        vault.abandon()


@pytest.fixture
def page(sample: Sample, runner, show, opened):
    one = UnlockPage(runner, known(sample.folder))
    one.unlocked.connect(opened.append)
    show(one)
    return one


def known(folder: Path, name: str = "Helen Ashdown", school: str = "Larkmere Academy") -> Settings:
    return Settings(recent=(RecentVault(str(folder), name, school, "staff", "2026-03-11T16:02:00+00:00"),))


def at() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the focus"
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(at(), key, modifier)


def write(text: str) -> None:
    QTest.keyClicks(at(), text)


def idle(qtbot, runner: TaskRunner) -> None:
    qtbot.waitUntil(lambda: not runner.tasks, timeout=30_000)


def texts(page: QWidget) -> str:
    """Everything that the page's widgets hold, also what Undo would bring back."""
    found = []
    for widget in page.findChildren(QWidget):
        found += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLineEdit):
            assert not widget.isUndoAvailable()
            widget.undo()
            found.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            assert not widget.document().isUndoAvailable()
            found.append(widget.toPlainText())
        elif hasattr(widget, "text"):
            found.append(str(widget.text()))
    return "\n".join(found)


def test_the_first_key_goes_into_the_passphrase_and_enter_unlocks(qtbot, page, runner, opened):
    assert at() is page.passphrase.input
    write(PASSPHRASE)
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)
    assert opened[0].owner.name == "Helen Ashdown"
    assert "lantern" not in texts(page)


def test_ctrl_enter_unlocks_too_and_a_shown_passphrase_does_not_stay(qtbot, page, opened):
    page.passphrase.show_button.click()
    page.passphrase.input.setFocus()
    write(PASSPHRASE)
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Enter, Qt.KeyboardModifier.ControlModifier)
    assert len(opened) == 1
    assert "lantern" not in texts(page)
    assert page.passphrase.input.echoMode() == QLineEdit.EchoMode.Password


def test_a_wrong_passphrase_is_said_in_place_and_typing_goes_on_there(qtbot, page, runner, opened):
    write("wrong horse battery staple")
    press(KEY.Key_Return)
    idle(qtbot, runner)
    assert page.passphrase.message.text() == (
        "That passphrase did not open the vault. Nothing is lost. Check Caps Lock."
    )
    assert at() is page.passphrase.input
    assert page.unlock_button.isEnabled()
    write(PASSPHRASE)  # replaces what was wrong
    assert page.passphrase.message.text() == ""
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)


def test_the_button_pressed_with_the_keyboard_gives_the_focus_back(qtbot, page, runner):
    write("wrong horse battery staple")
    page.unlock_button.setFocus(Qt.FocusReason.TabFocusReason)
    press(KEY.Key_Space)
    idle(qtbot, runner)
    assert at() is page.passphrase.input


def test_nothing_typed(page, runner):
    press(KEY.Key_Return)
    assert not runner.tasks
    assert page.passphrase.message.text() == "Type your passphrase."
    assert at() is page.passphrase.input


def test_caps_lock_is_noticed(page):
    QTest.keyClick(at(), KEY.Key_A, Qt.KeyboardModifier.NoModifier)
    assert page.passphrase.caps.text() == ""
    QTest.keyClick(at(), "A", Qt.KeyboardModifier.NoModifier)
    assert page.passphrase.caps.text() == "Caps Lock is on."


def test_recovery_words_with_numbers_capitals_and_four_letters(qtbot, page, sample, opened):
    page.recovery_link.setFocus(Qt.FocusReason.TabFocusReason)
    press(KEY.Key_Return)
    assert at() is page.recovery.input
    short = [word[:4].upper() for word in sample.words.split()]
    write(" ".join(f"{number}. {word}" for number, word in enumerate(short, 1)))
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)
    assert opened[0].read.entry(opened[0].head[0]).data["slot"] == "recovery"
    held = texts(page).lower().split()
    assert not set(sample.words.split()) & set(held)


def test_wrong_recovery_words(qtbot, page, sample, runner):
    page.recovery_link.click()
    words = sample.words.split()
    page.recovery.setText(" ".join(["lantern", "qzxv", *words[2:]]))
    press(KEY.Key_Return)
    assert page.recovery.message.text().startswith("Word ")
    assert at() is page.recovery.input
    page.recovery.setText(" ".join(words[:7]))
    press(KEY.Key_Return)
    assert "there are 7 here" in page.recovery.message.text()
    page.recovery.setText(" ".join(recovery_words()))  # a whole sheet, of another vault
    press(KEY.Key_Return)
    idle(qtbot, runner)
    assert page.recovery.message.text().startswith("Those recovery words did not open the vault.")
    assert at() is page.recovery.input


def test_escape_goes_back_to_the_passphrase_and_forgets_the_words(page, sample):
    page.recovery_link.click()
    write(sample.words)
    press(KEY.Key_Escape)
    assert at() is page.passphrase.input
    assert page.recovery.text() == ""
    assert page.recovery.input.isHidden() or not page.recovery.isVisible()
    write("something")
    page.recovery_link.click()
    assert page.passphrase.text() == ""


def test_what_is_wrong_with_the_vault_is_said_beside_it(qtbot, page, sample, runner, opened, tmp_path):
    def refused(folder: Path) -> str:
        page.show_vault(str(folder))
        write(PASSPHRASE)
        press(KEY.Key_Return)
        idle(qtbot, runner)
        assert at() is page.passphrase.input
        assert page.passphrase.message.text() == ""
        assert page.trouble.isVisible()
        return str(page.trouble.text())

    with sample.open():
        assert "already open in another Evidence window" in refused(sample.folder)
    assert "There is no Evidence vault" in refused(tmp_path / "gone.evidence-vault")
    label = sample.folder / "vault.json"
    content = json.loads(label.read_text())
    label.write_text(json.dumps({**content, "format": 2}))
    assert "newer version of Evidence" in refused(sample.folder)
    label.write_text(json.dumps(content))
    write(PASSPHRASE)
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)
    assert page.trouble.text() == ""


def test_no_vault_chosen(runner, show):
    page = UnlockPage(runner, Settings())
    show(page)
    write(PASSPHRASE)
    press(KEY.Key_Return)
    assert not runner.tasks
    assert "Choose a vault first" in page.passphrase.message.text()


def test_accents_typed_in_another_way_open_the_vault(qtbot, runner, show, opened, tmp_path):
    composed = unicodedata.normalize("NFC", "crème brûlée façade")
    folder = tmp_path / "zoe.evidence-vault"
    with light_key_slots():
        vault, _ = vaults.create(
            folder, name="Zoë Ó Briain", role=Role.STAFF, school="", passphrase=composed
        )
    vault.close()
    page = UnlockPage(runner, known(folder))
    page.unlocked.connect(opened.append)
    show(page)
    page.passphrase.setText(unicodedata.normalize("NFD", composed))
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)


def test_while_it_unlocks_nothing_can_be_changed_and_there_is_no_stop(qtbot, page, runner, opened):
    held = threading.Event()
    runner.run(held.wait, 30)  # the only thread: unlocking waits behind it
    try:
        write(PASSPHRASE)
        press(KEY.Key_Return)
        press(KEY.Key_Return)
        qtbot.waitUntil(page.progress.isVisible)
        assert len(runner.tasks) == 2
        assert not page.progress.stop_button.isVisible()
        assert page.progress.words.text() == "Unlocking"
        write("x")
        page.recovery_link.click()
        assert page.passphrase.text() == PASSPHRASE
        assert at() is page.passphrase.input
        enabled = [link.text() for link in (page.recovery_link, *page._ways_out) if link.isEnabled()]
        assert enabled == []
    finally:
        held.set()
    qtbot.waitUntil(lambda: bool(opened), timeout=30_000)
    assert not page.progress.isVisible()
    assert page.recovery_link.isEnabled()


def test_tab_goes_from_left_to_right_and_down(page):
    seen = []
    while at() not in [widget for widget, _ in seen]:
        corner = at().mapTo(page, at().rect().topLeft())
        seen.append((at(), (corner.y() // 24, corner.x())))
        press(KEY.Key_Tab)
    names = [widget.accessibleName() or widget.text() for widget, _ in seen]
    assert names == [
        "Passphrase",
        "Show the passphrase",
        "Unlock",
        "Use my recovery sheet",
        "Open a different vault",
        "New vault",
        "Check a bundle",
        "Support for school staff",
    ]
    assert [place for _, place in seen] == sorted(place for _, place in seen)


def test_every_control_has_a_name(page):
    page.recovery_link.click()
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            words = widget.text() if isinstance(widget, QAbstractButton) else ""
            assert widget.accessibleName() or words, widget


def test_links_say_what_is_wanted(qtbot, page):
    for words, signal in (
        ("New vault", page.create_requested),
        ("Check a bundle", page.check_bundle_requested),
        ("Support for school staff", page.support_requested),
    ):
        link = next(one for one in page._ways_out if one.text() == words)
        with qtbot.waitSignal(signal):
            link.click()


@pytest.mark.parametrize(("width", "height"), [(1280, 768), (1024, 640)])
def test_a_long_name_and_a_small_window_clip_nothing(qtbot, sample, runner, show, width, height):
    page = UnlockPage(runner, known(sample.folder, LONG, "Larkmere Academy and Sixth Form of the Valley"))
    show(page, width, height)
    page.recovery_link.click()
    page.recovery.setText("lantern qzxv")
    press(KEY.Key_Return)
    assert page.recovery.message.isVisible()
    qtbot.wait(50)  # the layout follows
    assert page._page.horizontalScrollBar().maximum() == 0
    column = [page.trouble, page.recovery.input, page.recovery.message, page.unlock_button]
    edges = [
        (one.mapTo(page, one.rect().topLeft()).y(), one.mapTo(page, one.rect().bottomLeft()).y())
        for one in column
        if one.isVisible()
    ]
    assert all(above[1] < below[0] for above, below in zip(edges, edges[1:], strict=False))
    assert page._who.height() >= page._who.heightForWidth(page._who.width())


def test_no_secret_in_logs_output_or_files(qtbot, page, sample, runner, opened, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    write("wrong horse battery staple")
    press(KEY.Key_Return)
    idle(qtbot, runner)
    write(PASSPHRASE)
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)
    output = capfd.readouterr()
    said = caplog.text + output.out + output.err
    assert "battery" not in said
    assert "lantern" not in said
    assert occurrences(sample.folder, PASSPHRASE) == []
