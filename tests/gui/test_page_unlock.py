"""The unlock page: real vaults, real keys, nothing of a secret left behind."""

from __future__ import annotations

import itertools
import json
import logging
import threading
import unicodedata
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from evidence_app.crypto.words import recovery_words
from evidence_app.records import Role
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.vault import vault as vaults
from tests.vaults import PASSPHRASE, Sample, light_key_slots, occurrences
from tests.windows import (
    LONG_NAME,
    LONG_SCHOOL,
    SIZES,
    at,
    cut_off,
    held,
    idle,
    name_of,
    nameless,
    place,
    press,
    spoken,
    tab_order,
    write,
)

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]

KEY = Qt.Key


@pytest.fixture
def page(sample: Sample, runner, show, vaults_opened):
    one = UnlockPage(runner, known(sample.folder))
    one.unlocked.connect(vaults_opened.append)
    show(one)
    return one


def known(folder: Path, name: str = "Helen Ashdown", school: str = "Larkmere Academy") -> Settings:
    return Settings(recent=(RecentVault(str(folder), name, school, "staff", "2026-03-11T16:02:00+00:00"),))


def test_the_first_key_goes_into_the_passphrase_and_enter_unlocks(qtbot, page, runner, vaults_opened):
    assert at() is page.passphrase.input
    write(PASSPHRASE)
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)
    assert vaults_opened[0].owner.name == "Helen Ashdown"
    assert "lantern" not in held(page)


def test_ctrl_enter_unlocks_too_and_a_shown_passphrase_does_not_stay(qtbot, page, vaults_opened):
    page.passphrase.show_button.click()
    page.passphrase.input.setFocus()
    write(PASSPHRASE)
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Enter, Qt.KeyboardModifier.ControlModifier)
    assert len(vaults_opened) == 1
    assert "lantern" not in held(page)
    assert page.passphrase.input.echoMode() == QLineEdit.EchoMode.Password


def test_a_wrong_passphrase_is_said_in_place_and_typing_goes_on_there(qtbot, page, runner, vaults_opened):
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
    write("a")
    assert page.passphrase.caps.text() == ""
    write("A")  # without Shift
    assert page.passphrase.caps.text() == "Caps Lock is on."


def test_recovery_words_with_numbers_capitals_and_four_letters(qtbot, page, sample, vaults_opened):
    page.recovery_link.setFocus(Qt.FocusReason.TabFocusReason)
    press(KEY.Key_Return)
    assert at() is page.recovery.input
    ours = spoken(page)
    short = [word[:4].upper() for word in sample.words.split()]
    write(" ".join(f"{number}. {word}" for number, word in enumerate(short, 1)))
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)
    assert vaults_opened[0].read.entry(vaults_opened[0].head[0]).data["slot"] == "recovery"
    page.recovery_link.click()
    assert not set(sample.words.split()) & (spoken(page) - ours)
    assert not set(short) & {word.upper() for word in spoken(page) - ours}


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


def test_what_is_wrong_with_the_vault_is_said_beside_it(qtbot, page, sample, runner, vaults_opened, tmp_path):
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


def test_accents_typed_in_another_way_open_the_vault(qtbot, runner, show, vaults_opened, tmp_path):
    composed = unicodedata.normalize("NFC", "crème brûlée façade")
    folder = tmp_path / "zoe.evidence-vault"
    with light_key_slots():
        vault, _ = vaults.create(folder, name="Zoë Ó Briain", role=Role.STAFF, school="", passphrase=composed)
    vault.close()
    page = UnlockPage(runner, known(folder))
    page.unlocked.connect(vaults_opened.append)
    show(page)
    page.passphrase.setText(unicodedata.normalize("NFD", composed))
    with qtbot.waitSignal(page.unlocked, timeout=30_000):
        press(KEY.Key_Return)


def test_while_it_unlocks_nothing_can_be_changed_and_there_is_no_stop(qtbot, page, runner, vaults_opened):
    gate = threading.Event()
    runner.run(gate.wait, 30)  # the only thread: unlocking waits behind it
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
        gate.set()
    qtbot.waitUntil(lambda: bool(vaults_opened), timeout=30_000)
    assert not page.progress.isVisible()
    assert page.recovery_link.isEnabled()


def test_tab_goes_from_left_to_right_and_down(page):
    order = tab_order()
    assert [name_of(widget) for widget in order] == [
        "Passphrase",
        "Show the passphrase",
        "Unlock",
        "Use my recovery sheet",
        "Open a different vault",
        "New vault",
        "Check a bundle",
        "Support for school staff",
    ]
    # Rows of one third of the hero height: what stands side by side is one row.
    places = [(place(widget).center().y() // 16, place(widget).left()) for widget in order]
    assert places == sorted(places)


def test_every_control_has_a_name(page):
    assert nameless(page) == []
    page.recovery_link.click()
    assert nameless(page) == []


def test_links_say_what_is_wanted(qtbot, page):
    for words, signal in (
        ("New vault", page.create_requested),
        ("Check a bundle", page.check_bundle_requested),
        ("Support for school staff", page.support_requested),
    ):
        link = next(one for one in page._ways_out if one.text() == words)
        with qtbot.waitSignal(signal):
            link.click()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_long_name_and_a_small_window_clip_nothing(qtbot, sample, runner, show, width, height):
    page = UnlockPage(runner, known(sample.folder, LONG_NAME, LONG_SCHOOL))
    show(page, width, height)
    qtbot.waitUntil(lambda: cut_off(page) == [])
    page.recovery_link.click()
    page.recovery.setText("lantern qzxv")
    press(KEY.Key_Return)
    assert page.recovery.message.isVisible()
    qtbot.waitUntil(lambda: cut_off(page) == [])
    column = [page.recovery.input, page.recovery.message, page.unlock_button]
    assert all(place(above).bottom() < place(below).top() for above, below in itertools.pairwise(column))


def test_no_secret_in_logs_output_or_files(qtbot, page, sample, runner, vaults_opened, caplog, capfd):
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
