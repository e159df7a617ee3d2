"""The acts of a verification page: receipts, reports, a new copy, the unlocked copy, the menus."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.bundle.read import verify
from evidence_app.bundle.receipt import read_receipt
from evidence_app.crypto.age import encrypt
from evidence_app.errors import StoppedError
from evidence_app.records import Progress, ProgressCall, Role, SenderStatus, Trust
from evidence_app.ui.pages.verdict_actions import Actions
from evidence_app.ui.pages.verdict_ask import AskDialog
from evidence_app.ui.pages.verdict_data import Where
from evidence_app.ui.pages.verdict_faces import Face
from evidence_app.ui.pages.verdict_unlocked import UnlockedDialog, unlock
from evidence_app.ui.widgets import Button, MenuButton
from evidence_app.vault.vault import Vault
from tests.bundles import as_tar, opened
from tests.gui.people import CTRL, People, png, press, show, tab_to, until
from tests.gui.states import PICTURE, pictured
from tests.gui.verdicts import altered, checked, notice, page_of, settled

pytest_plugins = ["tests.gui.verdict_fixtures"]


# --- receipts and reports -------------------------------------------------------------------------


def test_a_receipt_is_issued_and_the_sender_can_record_it(qtbot: QtBot, people: People) -> None:
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, people.seal())
    assert QApplication.focusWidget() is acts.issue
    target = people.folder / "to-helen.evidence-receipt"
    with qtbot.waitSignal(page.receipt_issued, timeout=30_000) as issued:
        acts.issue_to(target)
    assert issued.args == [str(target)]
    said = notice(page).accessibleName()
    assert "Send it back to Helen Ashdown." in said
    assert target.name in said
    assert "R-0001" in said
    pictured(page, "receipt-issued")
    assert acts.issue is not None
    assert not acts.issue.isEnabled()
    assert acts.view is not None
    assert acts.view.kind == "primary"
    row = workflows.record_receipt(people.helen, target.read_bytes())
    assert (row.unchanged, row.name) == (True, "Mrs Ruth Calloway")
    # Issued once, it is no longer the first thing to do.
    again = checked(qtbot, people, page, "RCV-001")
    assert again.issue is None
    assert again.view is not None
    assert again.view.kind == "primary"
    assert isinstance(again.more, MenuButton)
    assert again.more.act_named("Issue another receipt").isEnabled()


def test_a_receipt_says_what_was_found(qtbot: QtBot, people: People) -> None:
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, altered(people, people.seal()))
    assert isinstance(acts.more, MenuButton)
    target = people.folder / "altered.evidence-receipt"
    with qtbot.waitSignal(page.receipt_issued, timeout=30_000):
        acts.issue_to(target)
    assert not read_receipt(target.read_bytes()).unchanged
    assert "It says: altered." in notice(page).accessibleName()
    # Never over another file: told in place, and nothing is issued.
    before = target.read_bytes()
    acts.issue_to(target)
    until(qtbot, lambda: "already a file" in notice(page).accessibleName())
    assert target.read_bytes() == before
    assert len(people.ruth.read.receipts()) == 1


def test_no_receipt_for_a_bundle_that_does_not_say_which_it_is(qtbot: QtBot, people: People) -> None:
    files = opened(people.seal(), people.ruth.identity)
    del files["data/incident.json"]
    path = people.folder / "headless.evidence"
    path.write_bytes(encrypt(as_tar(files), [people.ruth.identity.recipient]))
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, path)
    assert acts.face is Face.ALTERED
    assert isinstance(acts.more, MenuButton)
    line = acts.more.act_named("Issue receipt")
    assert not line.isEnabled()
    assert "it cannot be said which one it is" in line.toolTip()


def test_both_reports_are_saved(qtbot: QtBot, people: People) -> None:
    page = page_of(qtbot, people, people.session(people.ruth))
    bundle = people.seal()
    acts = checked(qtbot, people, page, bundle)
    assert isinstance(acts.report, MenuButton)
    assert all(line.isEnabled() for line in acts.report.menu_acts)
    evidence, check = people.folder / "evidence.pdf", people.folder / "check.pdf"
    acts.save_bundle_report(evidence)
    until(qtbot, evidence.exists)
    settled(qtbot, people)
    assert evidence.read_bytes() == opened(bundle, people.ruth.identity)["data/report.pdf"]
    assert "not encrypted" in notice(page).accessibleName()
    acts.save_check_report(check)
    until(qtbot, check.exists)
    settled(qtbot, people)
    assert check.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("session", [True, False])
def test_what_was_checked_is_put_on_paper_without_keeping(
    qtbot: QtBot, people: People, tom: Vault, session: bool
) -> None:
    bundle = people.seal(contacts=(people.introduce(people.helen, tom),))
    page = page_of(qtbot, people, people.session(tom) if session else None)
    if session:
        acts = checked(qtbot, people, page, bundle)
    else:
        key = people.folder / "key.txt"
        key.write_text(f"{tom.identity.to_string()}\n")
        checked_page = page
        with qtbot.waitSignal(checked_page.shown, timeout=30_000):
            page.check(bundle)
        with qtbot.waitSignal(checked_page.shown, timeout=30_000):
            page.use_key_file(key)
        assert page.acts is not None
        acts = page.acts
        assert acts.keep is None
    assert isinstance(acts.report, MenuButton)
    assert not acts.report.act_named("evidence report").isEnabled()
    out = people.folder / "check.pdf"
    acts.save_check_report(out)
    until(qtbot, out.exists)
    settled(qtbot, people)


# --- asking for a new copy ------------------------------------------------------------------------


def asked(acts: Actions) -> AskDialog:
    assert acts.ask is not None
    acts.ask.click()
    dialog = acts.dialog
    assert isinstance(dialog, AskDialog)
    return dialog


def test_asking_for_a_new_copy_gives_words_and_is_in_the_register(qtbot: QtBot, people: People) -> None:
    page = page_of(qtbot, people, people.session(people.ruth))
    dialog = asked(checked(qtbot, people, page, altered(people, people.seal())))
    letter = dialog.letter.text()
    assert letter.startswith("Dear Helen Ashdown,")
    assert "HXA/002" in letter
    assert "Mrs Ruth Calloway" in letter
    # What the evidence is about stays out of an open message.
    assert "Anonymous posts" not in letter
    pictured(dialog, "ask")
    dialog.letter.setText(letter + "\nThank you.")
    dialog.save()
    until(qtbot, lambda: page.result is not None and page.result.notices)
    settled(qtbot, people)
    assert QGuiApplication.clipboard().text().endswith("Thank you.")
    assert "is in the register, with RCV-001" in notice(page).accessibleName()
    said = people.ruth.read.received_bundle("RCV-001").statements
    assert any("new copy was asked for" in one.value for one in said.values())


def test_ctrl_enter_presses_the_main_button_but_never_yes(qtbot: QtBot, people: People, tom: Vault) -> None:
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, altered(people, people.seal()))
    press(Qt.Key.Key_Return, CTRL)
    assert isinstance(acts.dialog, AskDialog)
    acts.dialog.reject()

    bundle = people.seal("for-tom.evidence", contacts=(people.introduce(people.helen, tom),))
    nadia = people.person("Nadia Ellery", Role.STAFF, "nadia")
    try:
        page = page_of(qtbot, people, people.session(nadia))
        copy = people.folder / "for-nadia.evidence"
        copy.write_bytes(encrypt(as_tar(opened(bundle, tom.identity)), [nadia.identity.recipient]))
        checked(qtbot, people, page, copy)
        assert page.confirm is not None
        page.confirm.question.how.set_value("in person")
        press(Qt.Key.Key_Return, CTRL)
        settled(qtbot, people)
        assert nadia.read.contacts() == ()
    finally:
        nadia.abandon()


def test_each_reason_has_its_own_words(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    bundle.write_bytes(bundle.read_bytes()[:-2000])
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, bundle)
    dialog = asked(acts)
    assert dialog.letter.text().startswith("Hello,")
    assert "damaged" in dialog.letter.text()
    # Changed one's mind: nothing is recorded.
    dialog.reject()
    assert people.ruth.read.received_bundle("RCV-001").statements == {}
    assert page.result is not None
    assert page.result.notices == []


def test_without_a_vault_the_words_are_only_copied(qtbot: QtBot, people: People) -> None:
    folder = people.folder / "opened"
    workflows.unlocked_copy(people.seal(), folder, [people.ruth.identity])
    (folder / "bundle" / PICTURE).write_bytes(png(250))
    page = page_of(qtbot, people, None)
    acts = checked(qtbot, people, page, folder / "bundle")
    assert acts.ask is not None
    acts.ask.click()
    assert "HXA/002" in QGuiApplication.clipboard().text()
    assert acts.dialog is None


def test_not_for_me_my_card_goes_along(qtbot: QtBot, people: People, tom: Vault) -> None:
    bundle = people.seal(contacts=(people.introduce(people.helen, tom),))
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, bundle)
    assert acts.face is Face.NOT_FOR_YOU
    card = people.folder / "ruth.evidence-contact"
    acts.save_card(card)
    until(qtbot, card.exists)
    settled(qtbot, people)
    assert card.read_bytes() == workflows.own_card(people.ruth)
    assert "Send it along" in notice(page).accessibleName()
    # It can be handed on to whom it was meant for, as it came.
    copy = people.folder / "for-tom.evidence"
    acts.save_copy(copy)
    until(qtbot, copy.exists)
    settled(qtbot, people)
    assert copy.read_bytes() == bundle.read_bytes()
    assert people.ruth.read.forwarded("RCV-001")[0].as_received


# --- unlocked copy --------------------------------------------------------------------------------


def test_an_unlocked_copy_only_after_the_warning(qtbot: QtBot, people: People) -> None:
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, people.seal())
    assert isinstance(acts.more, MenuButton)
    acts.more.act_named("Unlocked copy").trigger()
    dialog = acts.dialog
    assert isinstance(dialog, UnlockedDialog)
    assert "not encrypted" in dialog.warning.accessibleName()
    dialog.activateWindow()
    until(qtbot, lambda: QApplication.focusWidget() is dialog.cancel_button)
    folder = people.folder / "for the police"
    pictured(dialog, "unlocked-form")
    dialog.target.field.setText(str(folder))
    dialog.go()
    assert "Say first" in dialog.message.text()
    assert not folder.exists()
    dialog.sure.setChecked(True)
    dialog.target.field.setText("for the police")
    dialog.go()
    assert dialog.target.field.message.text() == "Write the whole path, or choose it."
    dialog.target.field.setText(str(folder))
    with qtbot.waitSignal(dialog.done_with, timeout=30_000):
        dialog.go()
    assert (folder / "README.txt").is_file()
    assert verify(folder / "bundle", [], Trust()).sender is SenderStatus.UNKNOWN
    pictured(dialog, "unlocked-done")
    assert dialog.go_button.isHidden()
    assert dialog.cancel_button.text() == "Close"
    dialog.reject()
    assert dialog.isHidden()


def test_work_in_a_dialog_can_be_stopped_and_not_walked_away_from(qtbot: QtBot, people: People) -> None:
    dialog = UnlockedDialog(people.runner, people.ruth, Where(), people.folder / "new")
    show(qtbot, dialog)

    def for_ever(progress: ProgressCall) -> None:
        while True:
            progress(Progress(1, 2, "Working"))

    dialog.work(for_ever, words="Working")
    assert not dialog.page.isEnabled()
    assert not dialog.go_button.isEnabled()
    dialog.reject()
    assert dialog.isVisible()
    until(qtbot, dialog.progress.isVisible)
    dialog.progress.stop_button.click()
    until(qtbot, lambda: dialog.message.text() == "Stopped. Nothing was written.")
    assert dialog.page.isEnabled()
    assert dialog.go_button.isEnabled()
    dialog.reject()
    assert not dialog.isVisible()


def test_an_unlocked_copy_that_is_stopped_leaves_nothing(people: People) -> None:
    workflows.receive(people.ruth, people.seal())
    folder = people.folder / "for the police"

    def stop(_progress: Progress) -> None:
        raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        unlock(people.ruth, Where(reference="RCV-001"), folder, stop)
    assert not folder.exists()
    assert list(people.folder.glob(".*")) == []


# --- the menus ------------------------------------------------------------------------------------


def test_menus_open_by_keyboard(qtbot: QtBot, people: People) -> None:
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, people.seal())
    assert isinstance(acts.more, MenuButton)
    tab_to(acts.more)
    press(Qt.Key.Key_Down)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert menu.accessibleName() == "More"
    press_in = partial(qtbot.keyClick, menu)
    press_in(Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    tab_to(acts.more)
    press(Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert acts.dialog is not None
    acts.dialog.reject()
    settled(qtbot, people)
    assert isinstance(acts.more, Button)
