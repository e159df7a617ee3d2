"""Set-up from the first card to the open vault: real keys, real vaults, no secret left behind."""

from __future__ import annotations

import re
import threading
import time
import unicodedata
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from evidence_app.crypto import words
from evidence_app.records import Role
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui.pages.setup import PASSPHRASE, READY, RECOVERY, ROLE, SetupWizard
from evidence_app.ui.pages.setup_steps import vault_folder
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.vault import keys
from evidence_app.vault import vault as vaults
from evidence_app.vault.keys import Slot
from tests import vaults as sample
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

pytest_plugins = ["tests.window_fixtures"]

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SECRET = sample.PASSPHRASE
REAL_WORK_FACTOR = keys.WORK_FACTOR


@pytest.fixture(autouse=True)
def _light_slots(monkeypatch):
    monkeypatch.setattr(keys, "WORK_FACTOR", sample.LIGHT_WORK_FACTOR)


@pytest.fixture
def wizard(runner, show, vaults_opened):
    one = SetupWizard(runner, Settings())
    one.finished.connect(vaults_opened.append)
    show(one)
    one._show(ROLE)
    yield one
    one.leave()


@pytest.fixture
def at_passphrase(wizard):
    wizard.next_button.click()
    return wizard


@pytest.fixture
def ours(at_passphrase) -> set[str]:
    """Words that the pages say by themselves: some stand on the word list, too."""
    at_passphrase.ready_step.set_role(Role.STAFF)
    return spoken(at_passphrase)


@pytest.fixture
def at_recovery(qtbot, at_passphrase, runner, tmp_path, ours, monkeypatch):
    # Always the same words: random ones are sometimes words of the window itself.
    monkeypatch.setattr("evidence_app.vault.vault.recovery_words", lambda: words._recovery(b"*" * 16))
    fill(at_passphrase, tmp_path)
    press(KEY.Key_Return)
    idle(qtbot, runner)
    assert at_passphrase.step() == RECOVERY
    return at_passphrase


def fill(wizard: SetupWizard, folder: Path, again: str = SECRET) -> None:
    step = wizard.passphrase_step
    step.name_field.setText("Helen Ashdown")
    step.school_field.setText("Larkmere Academy")
    step.first.setText(SECRET)
    step.second.setText(again)
    step.keep_in(folder)
    step.second.input.setFocus()


def asked(wizard: SetupWizard) -> list[str]:
    """The two words that are asked for, from the sheet."""
    words = wizard.recovery_step.grid.words()
    return [words[number - 1] for number in wizard.recovery_step.asked()]


# --- the whole way ----------------------------------------------------------------------------------


def test_the_whole_way_with_the_keyboard_alone(qtbot, wizard, runner, vaults_opened, tmp_home):
    assert name_of(at()) == "Member of staff"
    press(KEY.Key_Right)
    press(KEY.Key_Return)
    assert name_of(at()) == "Your name"
    write("Mrs Ruth Calloway")
    press(KEY.Key_Tab)
    press(KEY.Key_Tab)
    write(SECRET)
    press(KEY.Key_Tab)
    press(KEY.Key_Tab)
    assert not wizard.next_button.isEnabled()
    assert wizard.note.text() == "Type it again to continue"
    write(SECRET)
    press(KEY.Key_Return)
    idle(qtbot, runner)
    assert wizard.step() == RECOVERY
    words = wizard.recovery_step.grid.words()
    first, second = asked(wizard)
    while name_of(at()) != f"Word {wizard.recovery_step.asked()[0]}":
        press(KEY.Key_Tab)
    write(first)
    press(KEY.Key_Return)
    write(second)
    press(KEY.Key_Return)
    assert wizard.note.text() == "Tick the box to continue"
    press(KEY.Key_Space)
    press(KEY.Key_Return, CTRL)
    assert wizard.step() == READY
    assert at() is wizard.next_button
    press(KEY.Key_Return)
    (vault,) = vaults_opened
    assert vault.owner.role is Role.HEAD
    assert vault.folder.is_relative_to(tmp_home)
    assert vault.folder.name == "mrs-ruth-calloway.evidence-vault"
    vault.close()
    for slot, secret in ((Slot.PASSPHRASE, SECRET), (Slot.RECOVERY, " ".join(words))):
        vaults.unlock(vault.folder, secret, slot).close()


def test_a_chair_of_governors_says_so(wizard):
    cards = wizard.role_step.choice.cards
    assert not wizard.role_step.post.isVisible()
    press(KEY.Key_Right)
    assert wizard.role_step.post.isVisible()
    assert wizard.role_step.role() is Role.HEAD
    press(KEY.Key_Tab)
    press(KEY.Key_Right)
    assert wizard.role_step.role() is Role.CHAIR
    cards[0].setChecked(True)
    assert wizard.role_step.role() is Role.STAFF


def test_escape_and_back(qtbot, wizard):
    press(KEY.Key_Right)
    press(KEY.Key_Return, CTRL)
    assert wizard.step() == PASSPHRASE
    press(KEY.Key_Escape)
    assert wizard.step() == ROLE
    assert name_of(at()) == "Headteacher or Chair of Governors"  # what was chosen stays, with the focus
    with qtbot.waitSignal(wizard.cancelled):
        press(KEY.Key_Escape)


def test_check_a_bundle_without_setting_up(qtbot, wizard):
    with qtbot.waitSignal(wizard.check_bundle_requested):
        while name_of(at()) != "Check one without setting up":
            press(KEY.Key_Tab)
        press(KEY.Key_Return)


# --- passphrase -------------------------------------------------------------------------------------


def test_a_weak_passphrase_is_refused_where_it_stands(at_passphrase, runner, tmp_path):
    step = at_passphrase.passphrase_step
    fill(at_passphrase, tmp_path, "aaaa aaaa aaaa")
    step.first.setText("aaaa aaaa aaaa")
    press(KEY.Key_Return)
    assert not runner.tasks
    assert "too easy to guess" in step.first.message.text()
    assert at() is step.first.input


def test_two_that_are_not_the_same(at_passphrase, runner, tmp_path):
    step = at_passphrase.passphrase_step
    fill(at_passphrase, tmp_path, SECRET + "s")
    press(KEY.Key_Return)
    assert not runner.tasks
    assert step.second.message.text() == "The two are not the same. Type the second one again."
    assert at() is step.second.input
    write(SECRET)  # replaces what was wrong
    assert step.second.message.text() == ""
    assert step.second.text() == SECRET


def test_the_same_accent_from_two_keyboards_is_the_same(at_passphrase, tmp_path):
    step = at_passphrase.passphrase_step
    fill(at_passphrase, tmp_path)
    step.first.setText(unicodedata.normalize("NFC", "crème brûlée façade"))
    step.second.setText(unicodedata.normalize("NFD", "crème brûlée façade"))
    assert not step.is_wrong()
    with pytest.raises(Exception, match="too easy to guess"):
        keys.check_passphrase(unicodedata.normalize("NFD", "éèêëáàâä"))  # eight letters, not sixteen


def test_enter_does_nothing_while_something_is_missing(at_passphrase, runner):
    write("Helen Ashdown")
    press(KEY.Key_Return)
    press(KEY.Key_Return, CTRL)
    assert at_passphrase.step() == PASSPHRASE
    assert not runner.tasks
    assert at_passphrase.note.text() == "Type a passphrase to continue"


def test_suggested_words_are_shown_but_typed_by_the_person(at_passphrase):
    step = at_passphrase.passphrase_step
    step.suggest_button.click()
    first = step.suggested.text()
    assert len(first.split()) == 5
    assert step.suggested.isVisible()
    assert step.first.text() == ""
    step.suggest_button.click()
    assert step.suggested.text() != first
    keys.check_passphrase(step.suggested.text())


def test_while_the_vault_is_made_nothing_starts_twice(qtbot, at_passphrase, runner, tmp_path):
    gate = threading.Event()
    runner.run(gate.wait, 30)  # the only thread: making the vault waits behind it
    try:
        fill(at_passphrase, tmp_path)
        press(KEY.Key_Return)
        for key, modifier in (
            (KEY.Key_Return, Qt.KeyboardModifier.NoModifier),
            (KEY.Key_Return, CTRL),
            (KEY.Key_Escape, Qt.KeyboardModifier.NoModifier),
            (KEY.Key_X, Qt.KeyboardModifier.NoModifier),
        ):
            press(key, modifier)
        step = at_passphrase.passphrase_step
        qtbot.waitUntil(step.progress.isVisible)
        assert at_passphrase.step() == PASSPHRASE
        assert len(runner.tasks) == 2
        assert step.first.text() == step.second.text() == SECRET
        assert not step.progress.stop_button.isVisible()
        assert not at_passphrase.back_button.isEnabled()
        assert not at_passphrase.next_button.isEnabled()
    finally:
        gate.set()
    idle(qtbot, runner)
    assert [path.name for path in tmp_path.iterdir()] == ["helen-ashdown.evidence-vault"]


def test_a_vault_that_cannot_be_made_is_said_and_can_be_made_elsewhere(
    qtbot, at_passphrase, runner, tmp_path
):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    fill(at_passphrase, in_the_way)
    press(KEY.Key_Return)
    idle(qtbot, runner)
    step = at_passphrase.passphrase_step
    assert "No vault was made" in step.error.text()
    assert at() is step.name_field.input
    assert at_passphrase.next_button.isEnabled()
    assert step.first.text() == SECRET
    step.keep_in(tmp_path)
    press(KEY.Key_Return)
    idle(qtbot, runner)
    assert at_passphrase.step() == RECOVERY


def test_names_of_vault_folders(tmp_path):
    assert vault_folder("Zoë Ó Briain", tmp_path).name == "zoe-o-briain.evidence-vault"
    assert vault_folder("../..", tmp_path).name == "my.evidence-vault"
    assert vault_folder("李", tmp_path).name == "my.evidence-vault"
    assert len(vault_folder("x" * 200, tmp_path).name) < 60
    (tmp_path / "my.evidence-vault").mkdir()
    assert vault_folder("", tmp_path).name == "my-2.evidence-vault"


# --- recovery sheet ---------------------------------------------------------------------------------


def test_the_passphrase_is_gone_when_the_vault_is_made(at_recovery):
    assert "lantern" not in held(at_recovery.passphrase_step)
    assert not at_recovery.back_button.isVisible()
    assert not at_recovery.next_button.isEnabled()
    assert at() is at_recovery.recovery_step.print_button


def test_hidden_words_are_not_read_aloud(at_recovery, ours):
    step = at_recovery.recovery_step
    words = step.grid.words()
    assert len(words) == 12
    assert step.grid.is_hidden_words()
    assert not set(words) & (spoken(step) - ours)
    step.show_words.click()
    assert f"12 {words[11]}" in step.grid.accessibleName()
    step.show_words.click()
    assert step.grid.accessibleName() == "12 words, hidden"


def test_the_two_words_are_judged_as_they_are_typed(at_recovery):
    step = at_recovery.recovery_step
    one, other = step.word_fields
    first, second = asked(at_recovery)
    one.input.setFocus()
    write(first[:3])
    assert one.message.text() == ""
    write("qqq")
    assert one.message.text() == "Not the word on the sheet. Look again."
    one.setText("")
    write(f" {first.upper()} ")
    assert one.message.text() == ""
    assert one.input.accessibleDescription() == "Correct"
    assert at_recovery.note.text() == f"Type word {step.asked()[1]} to continue"
    press(KEY.Key_Return)
    assert at() is other.input
    write("zz")
    assert other.message.text() == ""
    press(KEY.Key_Tab)  # left: now it is certain
    assert other.message.text() == "Not the word on the sheet. Look again."
    other.setText(second)
    assert at_recovery.note.text() == "Tick the box to continue"
    step.promise.click()
    assert at_recovery.next_button.isEnabled()


def test_no_recovery_word_stays_after_the_step(qtbot, at_recovery, ours):
    step = at_recovery.recovery_step
    words = set(step.grid.words())
    step.show_words.click()
    for field, word in zip(step.word_fields, asked(at_recovery), strict=True):
        field.input.setFocus()
        write(word)
    step.promise.click()
    press(KEY.Key_Return, CTRL)
    assert at_recovery.step() == READY
    assert step.grid.words() == ()
    assert step._words == []
    assert not words & (spoken(at_recovery) - ours)


def test_leaving_before_the_end_locks_the_vault_and_forgets(at_recovery, tmp_path):
    at_recovery.leave()
    assert at_recovery.recovery_step.grid.words() == ()
    vaults.unlock(tmp_path / "helen-ashdown.evidence-vault", SECRET).close()


# --- paper and stick --------------------------------------------------------------------------------


def words_in_pdf(path: Path) -> str:
    """The text of a PDF as Qt writes it: glyph numbers, and tables from numbers to letters."""
    streams = []
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), re.DOTALL):
        try:
            streams.append(zlib.decompress(match[1]).decode("latin-1"))
        except zlib.error:
            streams.append(match[1].decode("latin-1"))
    # Each font has its own table; the words of the sheet stand in one of them.
    tables: list[dict[int, str]] = []
    for stream in (one for one in streams if "begincmap" in one):
        table: dict[int, str] = {}
        for first, last, rest in re.findall(r"<(\w{4})> <(\w{4})> (\[[^]]*\]|<\w+>)", stream):
            letters = [chr(int(code, 16)) for code in re.findall(r"<(\w+)>", rest)]
            for at_glyph in range(int(first, 16), int(last, 16) + 1):
                offset = at_glyph - int(first, 16)
                table[at_glyph] = letters[offset] if len(letters) > 1 else chr(ord(letters[0]) + offset)
        tables.append(table)
    shown = []
    for stream in (one for one in streams if re.search(r"<[0-9a-fA-F]+> Tj", one)):
        for table in tables:
            for text in re.findall(r"<([0-9a-fA-F]+)> Tj", stream):
                glyphs = [int(text[place : place + 4], 16) for place in range(0, len(text), 4)]
                shown.append("".join(table.get(glyph, "?") for glyph in glyphs))
            shown.append("\n")
    return "".join(shown)


def pdf_printer(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_the_printed_sheet_has_the_twelve_words_on_one_page(qtbot, at_recovery, runner, tmp_path):
    step = at_recovery.recovery_step
    step.print_on(pdf_printer(tmp_path / "sheet.pdf"))
    idle(qtbot, runner)
    assert step.done.isVisible()
    assert step.done.accessibleName().startswith("Saved as sheet.pdf at ")
    printed = words_in_pdf(tmp_path / "sheet.pdf")
    assert [word for word in step.grid.words() if word not in printed] == []
    assert "Larkmere" in printed
    assert (tmp_path / "sheet.pdf").read_bytes().count(b"/Type /Page\n") == 1


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_not_called_done(qtbot, at_recovery, runner, tmp_path):
    at_recovery.recovery_step.print_on(pdf_printer(tmp_path / "gone" / "sheet.pdf"))
    idle(qtbot, runner)
    assert at_recovery.recovery_step.done.accessibleName().startswith("The sheet was not printed.")
    assert at_recovery.recovery_step.done._kind == "bad"


def choose(path: Path) -> None:
    """Type a name into the file dialog that comes next, and accept it."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, answer)
            return
        dialog.selectFile(str(path))
        dialog.accept()
        if dialog.isVisible():
            dialog.done(QDialog.DialogCode.Rejected)

    QTimer.singleShot(0, answer)


def test_saved_to_a_stick_whole_and_never_over_another_file(qtbot, at_recovery, runner, tmp_path):
    step = at_recovery.recovery_step
    stick = tmp_path / "stick"
    stick.mkdir()
    choose(stick / "sheet.txt")
    step.save_button.click()
    idle(qtbot, runner)
    assert step.done.accessibleName().startswith("Saved at ")
    text = (stick / "sheet.txt").read_text("utf-8")
    assert re.findall(r"^ ?\d+\. ([a-z]+)$", text, re.MULTILINE) == list(step.grid.words())
    assert "Helen Ashdown, Larkmere Academy" in text
    assert "Use my recovery sheet" in text
    (stick / "sheet.txt").write_text("somebody else's")
    choose(stick / "sheet.txt")
    step.save_button.click()
    idle(qtbot, runner)
    assert "There is already a file sheet.txt" in step.done.accessibleName()
    assert (stick / "sheet.txt").read_text() == "somebody else's"
    assert [path.name for path in stick.iterdir()] == ["sheet.txt"]


def test_a_stick_that_is_gone_leaves_nothing_half_written(qtbot, at_recovery, runner, tmp_path):
    step = at_recovery.recovery_step
    before = sorted(tmp_path.rglob("*.txt*"))
    step.save_as(tmp_path / "gone" / "sheet.txt")
    idle(qtbot, runner)
    assert step.done.accessibleName().startswith("The sheet was not saved. The folder")
    assert sorted(tmp_path.rglob("*.txt*")) == before


# --- how it looks and is reached --------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_long_names_and_small_windows_clip_nothing(qtbot, runner, show, tmp_path, width, height):
    wizard = SetupWizard(runner, Settings())
    show(wizard, width, height)
    step = wizard.passphrase_step
    for role in Role:
        wizard._show(ROLE)
        wizard.role_step.choice.set_value(role)
        qtbot.waitUntil(lambda: cut_off(wizard) == [])
        assert nameless(wizard) == []
        wizard.next_button.click()
    fill(wizard, tmp_path, "other")
    step.name_field.setText(LONG_NAME)
    step.school_field.setText(LONG_SCHOOL)
    step.suggest_button.click()
    wizard.next_button.click()
    qtbot.waitUntil(lambda: cut_off(wizard) == [])
    assert nameless(wizard) == []
    step.second.setText(SECRET)
    wizard.next_button.click()
    idle(qtbot, runner)
    recovery = wizard.recovery_step
    recovery.save_as(tmp_path / "sheet.txt")
    recovery.word_fields[0].setText(asked(wizard)[0])
    recovery.word_fields[1].setText("wrong word")
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: cut_off(wizard) == [])
    assert nameless(wizard) == []
    assert not place(recovery.word_fields[0]).intersects(place(recovery.word_fields[1]))
    recovery.forget()
    wizard.ready_step.set_role(Role.HEAD)
    wizard._show(READY)
    qtbot.waitUntil(lambda: cut_off(wizard) == [])
    wizard.leave()


def test_tab_is_the_order_of_reading(at_passphrase, tmp_path):
    fill(at_passphrase, tmp_path)
    at_passphrase.passphrase_step.name_field.input.setFocus()
    assert [name_of(widget) for widget in tab_order()] == [
        "Your name",
        "School",
        "Passphrase",
        "Show the passphrase",
        "The same again",
        "Show the passphrase",
        "Suggest words",
        "Keep it elsewhere",
        "Back",
        "Continue",
    ]


def test_tab_on_the_recovery_sheet(at_recovery):
    step = at_recovery.recovery_step
    step.show_words.setFocus()
    first, second = step.asked()
    assert [name_of(widget) for widget in tab_order()] == [
        "Show the words",
        "Print",
        "Save to a USB stick instead",
        f"Word {first}",
        f"Word {second}",
        step.promise.text(),
    ]


# --- the window stays alive -------------------------------------------------------------------------


class Pulse:
    """A timer of 5 ms: how long the window stood still, and for how much of the time."""

    def __init__(self) -> None:
        self.started = self.last = time.monotonic()
        self.still: list[float] = []
        self.timer = QTimer()
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._beat)
        self.timer.start(5)

    def _beat(self) -> None:
        now = time.monotonic()
        self.still.append(now - self.last)
        self.last = now

    def share_stood_still(self) -> float:
        """Part of the whole time that was in standstills of over 50 ms."""
        self.timer.stop()
        self._beat()
        return sum(gap for gap in self.still if gap > 0.05) / (self.last - self.started)


def test_the_window_stays_alive_while_scrypt_runs(qtbot, at_passphrase, runner, show, tmp_path, monkeypatch):
    monkeypatch.setattr(keys, "WORK_FACTOR", REAL_WORK_FACTOR)
    fill(at_passphrase, tmp_path)
    pulse = Pulse()
    press(KEY.Key_Return)
    idle(qtbot, runner)
    # scrypt on the window's thread would be nearly all of the time; a busy machine costs some beats.
    assert pulse.share_stood_still() < 0.5
    assert at_passphrase.step() == RECOVERY
    at_passphrase.leave()

    folder = tmp_path / "helen-ashdown.evidence-vault"
    page = UnlockPage(runner, Settings(recent=(RecentVault(str(folder), "Helen Ashdown", "", "staff", ""),)))
    show(page)
    page.passphrase.setText(SECRET)
    pulse = Pulse()
    with qtbot.waitSignal(page.unlocked, timeout=30_000) as got:
        page.unlock_button.click()
    assert pulse.share_stood_still() < 0.5
    got.args[0].close()
