"""The window as a whole: which page comes when, what locking does, what a fault says."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from evidence_app import app, paths, settings, workflows
from evidence_app.errors import UserError
from evidence_app.records import EntryKind, Role, StopAnswer
from evidence_app.settings import RecentVault, Settings
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.describe import DescribePage
from evidence_app.ui.pages.referral import ReferralPage
from evidence_app.ui.pages.safeguard_dialogs import LockAwayDialog
from evidence_app.ui.pages.setup import SetupWizard
from evidence_app.ui.pages.stop import StopPage
from evidence_app.ui.pages.unlock import UnlockPage
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.shell import Shell
from evidence_app.vault import acts, vault
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests import vaults
from tests.vaults import PASSPHRASE, Sample
from tests.windows import at

pytest_plugins = ["tests.vault_fixtures"]


@pytest.fixture
def recent(sample: Sample) -> Settings:
    return Settings(
        recent=(RecentVault(str(sample.folder), "Helen Ashdown", "Larkmere Academy", "staff", ""),)
    )


@pytest.fixture
def make(qtbot, qapp):
    made: list[Shell] = []

    def build(loaded: Settings) -> Shell:
        settings.save(loaded, paths.user_config_dir())
        shell = app.make_shell(qapp)
        shell.show()
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow, timeout=10_000)
        made.append(shell)
        return shell

    yield build
    for shell in made:
        shell.shut_down()
        shell.close()
        shell.deleteLater()


@pytest.fixture
def unlocked(make, recent, qtbot) -> Shell:
    shell = make(recent)
    page = shell.pages.currentWidget()
    assert isinstance(page, UnlockPage)
    qtbot.keyClicks(page.passphrase.input, PASSPHRASE)
    qtbot.keyClick(page.passphrase.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(shell.pages.currentWidget(), Desk), timeout=20_000)
    return shell


def desk_of(shell: Shell) -> Desk:
    desk = shell.pages.widget(0)
    assert isinstance(desk, Desk)
    return desk


def test_the_first_key_of_a_first_start_is_never_cancel(make):
    shell = make(Settings())
    page = shell.pages.currentWidget()
    assert isinstance(page, SetupWizard)
    assert page.focusWidget() is page.role_step.choice.cards[0]


def test_the_first_start_sets_up_and_a_later_one_unlocks(make, recent):
    assert isinstance(make(Settings()).pages.currentWidget(), SetupWizard)
    assert isinstance(make(recent).pages.currentWidget(), UnlockPage)


def test_what_happened_is_described_and_locking_keeps_it(unlocked, sample, qtbot):
    desk = desk_of(unlocked)
    qtbot.waitUntil(lambda: bool(desk.incidents.reference()), timeout=20_000)
    reference = desk.incidents.reference()
    qtbot.keyClick(desk.incidents, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    page = unlocked.pages.currentWidget()
    assert isinstance(page, DescribePage)
    qtbot.waitUntil(lambda: not unlocked.runner.tasks, timeout=20_000)
    # Nothing that is dropped meanwhile takes its place.
    assert unlocked._held()
    qtbot.keyClick(page.safety.child.row.radios()[0], Qt.Key.Key_Space)
    unlocked._close_vault()
    held = sample.open()
    try:
        assert held.read.incident(reference).statements["child_involved"].value == "yes"
    finally:
        held.abandon()


def test_a_wrong_passphrase_says_so_and_stays(make, recent, qtbot):
    shell = make(recent)
    page = shell.pages.currentWidget()
    qtbot.keyClicks(page.passphrase.input, "not the passphrase")
    qtbot.keyClick(page.passphrase.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "did not open" in page.passphrase.message.text(), timeout=20_000)
    assert shell.pages.currentWidget() is page


def test_every_section_opens_by_its_key(unlocked, qtbot):
    desk = desk_of(unlocked)
    for number, key in enumerate(desk._order, start=1):
        qtbot.keyClick(unlocked, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.AltModifier)
        assert desk.sidebar.current() == key
        assert desk.sections.currentWidget() is desk._pages[key]


def test_the_keyboard_is_at_the_desk_after_unlocking_and_back_from_a_page(unlocked, qtbot):
    desk = desk_of(unlocked)
    assert at() is desk.incidents.head.capture_button
    unlocked._review("HXA/001")
    qtbot.waitUntil(lambda: not unlocked.runner.tasks, timeout=20_000)
    unlocked._home()
    assert desk.isAncestorOf(at())


def test_the_sidebar_counts_what_the_vault_holds(unlocked):
    desk = desk_of(unlocked)
    desk.session.vault.record(acts.incident_opened("Another one"))
    desk.session.changed.emit()
    texts = [
        desk.sidebar.list.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(desk.sidebar.list.model().rowCount())
    ]
    assert any(str(text).endswith("3") for text in texts)


def test_lock_writes_the_last_entry_a_checkpoint_and_asks_for_a_fresh_process(unlocked, sample, qtbot):
    with qtbot.waitSignal(unlocked.relaunch_requested, timeout=20_000):
        qtbot.keyClick(unlocked, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert unlocked.session is None
    assert unlocked.pages.count() == 0, "no page keeps a picture or a word"
    with vault.unlock(sample.folder, PASSPHRASE) as reopened:
        kinds = [entry.kind for entry in reopened.read.entries(limit=2)]
        assert kinds == [EntryKind.VAULT_UNLOCKED, EntryKind.VAULT_LOCKED]
        checkpoint = reopened.read.latest_checkpoint()
        assert checkpoint is not None
        assert checkpoint.checkpoint.size == reopened.head[0] - 1


def test_closing_the_window_locks_the_vault(unlocked, sample):
    unlocked.close()
    Vault.open(sample.folder, sample.identity, slot=Slot.PASSPHRASE).close()


def test_what_was_typed_is_kept_when_the_window_locks(unlocked, sample, qtbot):
    unlocked._review("HXA/002")
    page = unlocked.pages.currentWidget()
    qtbot.waitUntil(page.form.address.isEnabled, timeout=20_000)
    qtbot.keyClicks(page.form.account.input, "@oxbow")
    unlocked.lock()
    with sample.open() as reopened:
        assert reopened.read.exhibit("HXA/002").statements["account"].value == "@oxbow"


def test_leaving_set_up_locks_the_vault_that_was_made(make, qtbot, tmp_path):
    shell = make(Settings())
    wizard = shell.pages.currentWidget()
    with vaults.light_key_slots():
        made, words = vault.create(
            tmp_path / "new.evidence-vault",
            name="Helen Ashdown",
            role=Role.STAFF,
            school="",
            passphrase=PASSPHRASE,
        )
    wizard._created((made, words))
    shell.close()
    vault.unlock(tmp_path / "new.evidence-vault", PASSPHRASE).close()


def test_what_must_not_be_kept_leads_to_the_advice(unlocked, qtbot):
    unlocked._must_not_keep("HXA/001")
    (dialog,) = unlocked.findChildren(LockAwayDialog)
    dialog.reject()
    advice = unlocked.pages.currentWidget()
    assert isinstance(advice, StopPage)
    assert not unlocked.session.vault.is_locked_away("HXA/001")
    assert advice.lock_button is not None
    advice.lock_button.click()
    dialog = unlocked.findChildren(LockAwayDialog)[-1]
    dialog.save()
    qtbot.waitUntil(lambda: unlocked.pages.currentWidget() is not advice, timeout=20_000)
    page = unlocked.pages.currentWidget()
    assert isinstance(page, StopPage)
    assert page.found.exhibit == "HXA/001"
    assert "HXA/001" in page.found.locked
    assert unlocked.session.vault.is_locked_away("HXA/001")
    qtbot.mouseClick(page.back_button, Qt.MouseButton.LeftButton)
    assert isinstance(unlocked.pages.currentWidget(), Desk)


def test_yes_to_the_question_leads_to_the_stop_and_on_to_the_referral(unlocked, qtbot):
    desk = desk_of(unlocked)
    desk.capture("")
    assert desk.question is not None
    desk.question.choose(StopAnswer.YES)
    desk.question.save()
    qtbot.waitUntil(lambda: isinstance(unlocked.pages.currentWidget(), StopPage), timeout=20_000)
    page = unlocked.pages.currentWidget()
    assert page.found.closed
    assert page.allowed_link is not None
    page.referral_button.click()
    form = unlocked.pages.currentWidget()
    assert isinstance(form, ReferralPage)
    assert unlocked._held()
    form.back_button.click()
    assert isinstance(unlocked.pages.currentWidget(), Desk)
    assert not desk.flow.running


def test_a_bundle_can_be_checked_without_a_vault(make, recent, qtbot, tmp_path):
    (tmp_path / "letter.evidence").write_bytes(b"nothing of ours")
    shell = make(recent)
    shell.open_path(tmp_path / "letter.evidence")
    page = shell.pages.currentWidget()
    assert isinstance(page, VerdictPage)
    qtbot.waitUntil(lambda: page.error is not None, timeout=20_000)
    page.back.click()
    assert isinstance(shell.pages.currentWidget(), UnlockPage)


def test_a_verdict_stands_beside_the_sidebar_and_goes_with_the_next_section(unlocked, qtbot, tmp_path):
    (tmp_path / "letter.evidence").write_bytes(b"nothing of ours")
    desk = desk_of(unlocked)
    unlocked.verify(str(tmp_path / "letter.evidence"))
    page = desk.sections.currentWidget()
    assert isinstance(page, VerdictPage)
    qtbot.waitUntil(lambda: page.error is not None, timeout=20_000)
    desk.show_section("help")
    assert desk.sections.indexOf(page) == -1


def test_a_contact_card_opens_in_contacts(unlocked, qtbot, tmp_path):
    with vaults.light_key_slots():
        other, _ = vault.create(
            tmp_path / "head.evidence-vault",
            name="Mrs Ruth Calloway",
            role=Role.HEAD,
            school="",
            passphrase=PASSPHRASE,
        )
    with other:
        card = tmp_path / "ruth.evidence-contact"
        workflows.write_new_file(card, workflows.own_card(other))
    unlocked.open_path(card)
    desk = desk_of(unlocked)
    qtbot.waitUntil(lambda: len(desk.session.vault.read.contacts()) == 1, timeout=20_000)
    assert desk.sidebar.current() == "contacts"


def message_of(shell: Shell, qtbot) -> str:
    boxes = [box for box in shell.findChildren(QMessageBox) if box.isVisible()]
    assert len(boxes) == 1
    words = boxes[0].text()
    boxes[0].accept()
    return words


def test_an_error_of_the_person_is_its_sentence(unlocked, qtbot):
    unlocked.tell(UserError("The disk is full. Nothing was lost. Free some space."))
    assert message_of(unlocked, qtbot) == "The disk is full. Nothing was lost. Free some space."


def test_a_fault_of_ours_shows_no_content(unlocked, qtbot):
    unlocked.tell_fault(ValueError("what the pupil wrote"))
    words = message_of(unlocked, qtbot)
    assert "ValueError" in words
    assert "what the pupil wrote" not in words
    assert "safe" in words


def test_the_window_fits_a_small_screen(unlocked, qtbot):
    unlocked.resize(1024, 640)
    assert unlocked.minimumWidth() <= 1024
    assert unlocked.minimumHeight() <= 640
    desk = desk_of(unlocked)
    for key in desk._order:
        desk.show_section(key)
        assert unlocked.width() == 1024, key
        page = desk.sections.currentWidget()
        assert page is not None
        assert page.minimumSizeHint().width() <= 1024 - desk.sidebar.width(), key


def test_the_settings_remember_the_vault_but_nothing_in_it(unlocked):
    text = (paths.user_config_dir() / "settings.json").read_text()
    assert "Helen Ashdown" in text
    for secret in ("Anonymous posts", "HXA", "INC-", PASSPHRASE, str(Path("objects"))):
        assert secret not in text
