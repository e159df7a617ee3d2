"""The Keys page: what opens the vault, and that each change is made only when it is sure to work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from evidence_app.crypto.age import Identity
from evidence_app.errors import WrongPassphraseError
from evidence_app.records import EntryKind
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui.pages.keys import KeysPage
from evidence_app.ui.pages.keys_passphrase import PassphraseDialog
from evidence_app.ui.pages.keys_school import SchoolKeyDialog
from evidence_app.ui.pages.keys_sheet import CheckSheetDialog, NewSheetDialog
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault import vault as vaults
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows import keeping
from tests.vaults import PASSPHRASE, Sample, light_key_slots
from tests.windows import SIZES, cut_off, held, idle, nameless

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]

NEW = "tulip harbour copper engine"
SCHOOL = Identity(bytes(range(1, 33)))


@pytest.fixture(autouse=True)
def light() -> Iterator[None]:
    with light_key_slots():
        yield


@pytest.fixture
def page(opened: Vault, runner: TaskRunner, show: Show, qtbot: QtBot) -> KeysPage:
    one = KeysPage(Session(opened, runner, Settings(school_key=str(SCHOOL.recipient))))
    show(one)
    idle(qtbot, runner)
    return one


@pytest.mark.parametrize("size", SIZES)
def test_every_way_in_is_named_and_nothing_is_cut_off(
    page: KeysPage, size: tuple[int, int], runner: TaskRunner, qtbot: QtBot
) -> None:
    page.window().resize(*size)
    qtbot.waitUntil(lambda: (page.window().width(), page.window().height()) == size)
    assert not nameless(page)
    assert not cut_off(page)
    assert "Chosen on" in page.passphrase.now.text()
    assert "no way in" in page.school.now.text()
    assert page.failed.isHidden()


def test_a_passphrase_is_judged_while_it_is_typed_and_changed_when_it_is_good(
    page: KeysPage, sample: Sample, opened: Vault, runner: TaskRunner, qtbot: QtBot
) -> None:
    page.passphrase_button.click()
    dialog = page.dialog
    assert isinstance(dialog, PassphraseDialog)
    fields = dialog.fields
    fields.first.setText("Larkmere Academy 2026")
    assert "your name or your school" in fields.verdict.accessibleName() + fields.verdict.text()
    dialog.save()
    assert "too easy to guess" in fields.first.input.accessibleDescription()
    fields.suggest()
    assert "55 bits" in fields.bits.text()
    fields.first.setText(NEW)
    fields.second.setText(NEW + "s")
    dialog.save()
    assert "not the same" in fields.second.input.accessibleDescription()
    fields.second.setText(NEW)
    with qtbot.waitSignal(dialog.recorded, timeout=30_000):
        dialog.save()
    assert NEW not in held(dialog)
    idle(qtbot, runner)
    opened.close()
    with pytest.raises(WrongPassphraseError):
        vaults.unlock(sample.folder, PASSPHRASE)
    vaults.unlock(sample.folder, NEW).close()


def test_a_new_sheet_is_in_use_only_when_the_paper_was_seen_to_work(
    page: KeysPage, sample: Sample, opened: Vault, runner: TaskRunner, qtbot: QtBot, tmp_path: Path
) -> None:
    page.sheet_button.click()
    dialog = page.dialog
    assert isinstance(dialog, NewSheetDialog)
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=30_000)
    words = dialog.grid.words()
    assert words[0] not in held(dialog), "hidden until somebody asks"
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "sheet.pdf"))
    dialog.print_on(printer)
    qtbot.waitUntil(dialog.said.isVisible, timeout=30_000)
    assert (tmp_path / "sheet.pdf").stat().st_size > 10_000
    dialog.words.input.setPlainText(sample.words)
    dialog.save()
    qtbot.waitUntil(lambda: "did not open" in held(dialog), timeout=30_000)
    dialog.words.input.setPlainText(" ".join(words))
    with qtbot.waitSignal(dialog.recorded, timeout=30_000):
        dialog.save()
    idle(qtbot, runner)
    keeping.check_sheet(opened, " ".join(words))
    assert opened.read.entries(EntryKind.KEY_SLOT_CHANGED)[0].data == {"slot": "recovery"}


def test_cancel_leaves_the_old_sheet_and_no_word_in_the_window(
    page: KeysPage, sample: Sample, opened: Vault, runner: TaskRunner, qtbot: QtBot
) -> None:
    page.sheet_button.click()
    dialog = page.dialog
    assert isinstance(dialog, NewSheetDialog)
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=30_000)
    dialog.show_button.click()
    words = dialog.grid.words()
    dialog.words.input.setPlainText(" ".join(words))
    dialog.reject()
    assert not dialog.grid.words()
    assert words[0] not in held(dialog)
    keeping.check_sheet(opened, sample.words)


def test_a_sheet_can_be_checked_at_any_time(
    page: KeysPage, sample: Sample, opened: Vault, qtbot: QtBot
) -> None:
    page.check_button.click()
    dialog = page.dialog
    assert isinstance(dialog, CheckSheetDialog)
    dialog.words.input.setPlainText(sample.words)
    qtbot.keyClick(dialog.words.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.works.isVisible, timeout=30_000)
    assert sample.words not in held(dialog)
    assert not opened.read.entries(EntryKind.KEY_SLOT_CHANGED)


def test_the_school_gets_a_way_in_and_uses_it(
    page: KeysPage,
    sample: Sample,
    opened: Vault,
    runner: TaskRunner,
    qtbot: QtBot,
    show: Show,
    tmp_path: Path,
) -> None:
    page.school_button.click()
    dialog = page.dialog
    assert isinstance(dialog, SchoolKeyDialog)
    dialog.key.setText("age1nonsense")
    dialog.save()
    assert "not a recipient key" in held(dialog)
    dialog.key.setText(str(SCHOOL.recipient))
    with qtbot.waitSignal(dialog.recorded, timeout=30_000):
        dialog.save()
    idle(qtbot, runner)
    assert "This key opens the vault" in page.school.now.text()
    opened.close()
    (tmp_path / "key.txt").write_text(SCHOOL.to_string() + "\n")
    (tmp_path / "wrong.txt").write_text(Identity.generate().to_string() + "\n")
    known = RecentVault(str(sample.folder), "Helen Ashdown", "", "staff", "")
    unlock = UnlockPage(runner, Settings(recent=(known,)))
    show(unlock)
    assert unlock.school_link.isVisible()
    unlock.use_key(tmp_path / "wrong.txt")
    qtbot.waitUntil(lambda: "key of the school did not open" in held(unlock), timeout=30_000)
    with qtbot.waitSignal(unlock.unlocked, timeout=30_000) as caught:
        unlock.use_key(tmp_path / "key.txt")
    assert caught.args[0].read.entries(EntryKind.VAULT_UNLOCKED, limit=1)[0].data["slot"] == Slot.SCHOOL
    caught.args[0].abandon()


def test_after_three_failed_tries_the_page_counts_down_and_lets_on(
    sample: Sample, runner: TaskRunner, qtbot: QtBot, show: Show
) -> None:
    known = RecentVault(str(sample.folder), "Helen Ashdown", "", "staff", "")
    unlock = UnlockPage(runner, Settings(recent=(known,)))
    show(unlock)
    assert unlock.school_link.isHidden()
    for _ in range(3):
        unlock.passphrase.setText(NEW)
        unlock.unlock_button.click()
        idle(qtbot, runner)
    qtbot.waitUntil(unlock.waiting.is_on)
    assert not unlock.unlock_button.isEnabled()
    assert "You can try again in" in held(unlock)
    (sample.folder / "failed.json").unlink()  # as when the time has gone by
    qtbot.waitUntil(unlock.unlock_button.isEnabled)
    assert "You can try again in" not in held(unlock)
