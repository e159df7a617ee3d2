"""The verification page at the desk: receiving, showing what is kept, and the acts of its buttons."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.bundle.read import verify
from evidence_app.bundle.receipt import read_receipt
from evidence_app.crypto.age import encrypt
from evidence_app.errors import DamagedError, StoppedError
from evidence_app.records import BundleState, EntryKind, Progress, Role, SenderStatus, Trust
from evidence_app.ui.pages import verdict_data
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.pages.verdict_actions import Actions
from evidence_app.ui.pages.verdict_ask import AskDialog
from evidence_app.ui.pages.verdict_data import Where
from evidence_app.ui.pages.verdict_faces import Face
from evidence_app.ui.pages.verdict_unlocked import UnlockedDialog, unlock
from evidence_app.ui.pages.verdict_view import EvidenceView
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Button, MenuButton, Notice, Text
from evidence_app.vault.vault import Vault
from tests.bundles import as_tar, opened
from tests.desks import open_incident
from tests.gui.people import People, png, press, show, tab_to, two_people, until
from tests.gui.states import PICTURE

WORDS = "harbour pencil meadow violin copper"


@pytest.fixture
def people(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        found.introduce(found.ruth, found.helen)
        yield found


@pytest.fixture
def tom(people: People) -> Iterator[Vault]:
    """A colleague, who has confirmed Helen."""
    one = people.person("Tom Garrick", Role.STAFF)
    people.introduce(one, people.helen)
    yield one
    one.abandon()


def settled(qtbot: QtBot, people: People) -> None:
    until(qtbot, lambda: not people.runner.tasks)


def page_of(qtbot: QtBot, people: People, session: Session | None) -> VerdictPage:
    page = VerdictPage(people.runner, session)
    show(qtbot, page, 1064)
    return page


def checked(qtbot: QtBot, people: People, page: VerdictPage, what: Path | str) -> Actions:
    """Check a file, or show what is kept under a reference."""
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.show_received(what) if isinstance(what, str) else page.check(what)
    settled(qtbot, people)
    assert page.acts is not None
    return page.acts


def notice(page: VerdictPage) -> Notice:
    assert page.result is not None
    (one,) = page.result.notices
    return one


def words_on(page: VerdictPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(Text) if one.isVisibleTo(page))


def altered(people: People, bundle: Path) -> Path:
    files = opened(bundle, people.ruth.identity) | {PICTURE: png(250)}
    out = people.folder / "altered.evidence"
    out.write_bytes(encrypt(as_tar(files), [people.ruth.identity.recipient]))
    return out


# --- receiving ------------------------------------------------------------------------------------


def test_a_headteacher_receives_and_the_same_file_is_recognised(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    page = page_of(qtbot, people, people.session(people.ruth))
    with qtbot.waitSignal(page.kept, timeout=30_000) as kept:
        page.check(bundle)
    assert kept.args == ["RCV-001"]
    settled(qtbot, people)
    row = people.ruth.read.received_bundle("RCV-001")
    assert row.state is BundleState.INTACT
    assert [one.number for one in people.ruth.read.received_exhibits("RCV-001")] == list(row.exhibits)
    assert page.result is not None
    assert page.result.notices == []
    assert "RCV-001" in words_on(page)
    assert page.result.panel is not None

    other = page_of(qtbot, people, people.session(people.ruth))
    copy = people.folder / "the same under another name.evidence"
    copy.write_bytes(bundle.read_bytes())
    again: list[str] = []
    other.kept.connect(again.append)
    checked(qtbot, people, other, copy)
    said = notice(other).accessibleName()
    assert said.startswith("Received before on ")
    assert "kept as RCV-001" in said
    assert "On arrival: Intact." in said
    assert other.banner is not None
    assert other.banner.kind == "ok"
    assert again == []
    assert len(people.ruth.read.received()) == 1


def test_received_again_after_confirming_shows_todays_answer(qtbot: QtBot, people: People) -> None:
    nadia = people.person("Nadia Ellery", Role.STAFF)
    try:
        nadia_bundle = _sealed_by(people, nadia)
        session = people.session(people.ruth)
        first = page_of(qtbot, people, session)
        assert checked(qtbot, people, first, nadia_bundle).face is Face.SENDER_NOT_CONFIRMED
        people.introduce(people.ruth, nadia)
        second = page_of(qtbot, people, session)
        assert checked(qtbot, people, second, nadia_bundle).face is Face.INTACT
        assert "On arrival: Intact, sender not confirmed." in notice(second).accessibleName()
        row = people.ruth.read.received_bundle("RCV-001")
        assert (row.state, row.latest_state) == (BundleState.SENDER_NOT_CONFIRMED, BundleState.INTACT)
    finally:
        nadia.abandon()


def _sealed_by(people: People, sender: Vault) -> Path:
    from evidence_app.records import Picture
    from tests.gui.people import observed

    open_incident(sender, "A letter")
    workflows.keep(sender, Picture(png(9), observed()), "INC-001")
    out = people.folder / "nadia.evidence"
    wanted = workflows.Wanted("INC-001", contacts=(people.introduce(sender, people.ruth),))
    workflows.seal_bundle(sender, wanted, out)
    return out


def test_a_member_of_staff_only_checks_until_it_is_to_be_kept(
    qtbot: QtBot, people: People, tom: Vault
) -> None:
    bundle = people.seal(contacts=(people.introduce(people.helen, tom),))
    page = page_of(qtbot, people, people.session(tom))
    acts = checked(qtbot, people, page, bundle)
    assert tom.read.received() == ()
    assert len(tom.read.entries(EntryKind.BUNDLE_CHECKED)) == 1
    assert page.result is not None
    assert page.result.panel is None
    assert acts.keep is not None
    assert acts.keep.kind == "secondary"
    assert isinstance(acts.more, MenuButton)
    forward = acts.more.act_named("Forward")
    assert not forward.isEnabled()
    assert "Keep the bundle" in forward.toolTip()
    tab_to(acts.keep)
    with qtbot.waitSignal(page.kept, timeout=30_000):
        press(Qt.Key.Key_Return)
    settled(qtbot, people)
    assert [one.reference for one in tom.read.received()] == ["RCV-001"]
    assert page.acts is not None
    assert page.acts.keep is None
    assert page.result is not None
    assert page.result.panel is not None


def test_an_opened_folder_is_only_checked(qtbot: QtBot, people: People) -> None:
    folder = people.folder / "opened"
    workflows.unlocked_copy(people.seal(), folder, [people.ruth.identity])
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, folder / "bundle")
    assert acts.face is Face.INTACT
    assert acts.keep is None
    assert people.ruth.read.received() == ()


def test_what_is_kept_is_shown_without_the_file(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    workflows.receive(people.ruth, bundle)
    bundle.unlink()
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, "RCV-001")
    assert acts.face is Face.INTACT
    assert page.result is not None
    assert page.result.notices == []
    acts.view.click()  # type: ignore[union-attr]
    assert page.view is not None
    page.view.first().click()  # type: ignore[attr-defined]
    until(qtbot, lambda: page.view is not None and page.view.shown() == "HXA/001")
    viewed = people.ruth.read.entries(EntryKind.EXHIBIT_VIEWED)
    assert [(one.data["received"], one.data["number"]) for one in viewed] == [("RCV-001", "HXA/001")]


def test_the_unchanged_exhibits_of_a_kept_altered_bundle_can_be_seen(qtbot: QtBot, people: People) -> None:
    path = altered(people, people.seal())
    workflows.receive(people.ruth, path)
    path.unlink()
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, "RCV-001")
    assert acts.view is not None
    assert acts.view.text() == "View the 2 unchanged exhibits"
    acts.view.click()
    assert page.view is not None
    assert set(page.view.thumbs) == {"HXA/001", "HXA/003"}
    page.view.thumbs["HXA/003"].button.click()
    until(qtbot, lambda: page.view is not None and page.view.shown() == "HXA/003")


def test_a_kept_damaged_bundle_is_shown_as_that(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    bundle.write_bytes(bundle.read_bytes()[:-2000])
    workflows.receive(people.ruth, bundle)
    page = page_of(qtbot, people, people.session(people.ruth))
    acts = checked(qtbot, people, page, "RCV-001")
    assert acts.face is Face.DAMAGED
    assert isinstance(page.error, DamagedError)
    assert acts.view is None
    assert "RCV-001" in words_on(page)


def test_a_kept_bundle_with_a_passphrase_asks_for_it_again(qtbot: QtBot, people: People) -> None:
    bundle = people.seal("words.evidence", passphrase=WORDS)
    page = page_of(qtbot, people, people.session(people.ruth))
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.check(bundle)
    assert page.passphrase is not None
    page.passphrase.setText(WORDS)
    with qtbot.waitSignal(page.shown, timeout=30_000):
        press(Qt.Key.Key_Return)
    assert page.verdict is not None
    settled(qtbot, people)

    later = page_of(qtbot, people, people.session(people.ruth))
    with qtbot.waitSignal(later.shown, timeout=30_000):
        later.show_received("RCV-001")
    assert later.passphrase is not None
    assert later.verdict is None
    later.passphrase.setText(WORDS)
    with qtbot.waitSignal(later.shown, timeout=30_000):
        press(Qt.Key.Key_Return)
    assert later.verdict is not None
    assert later.verdict.unchanged


def test_the_sender_of_a_kept_bundle_is_confirmed_without_the_file(qtbot: QtBot, people: People) -> None:
    nadia = people.person("Nadia Ellery", Role.STAFF)
    try:
        bundle = _sealed_by(people, nadia)
        workflows.receive(people.ruth, bundle)
        bundle.unlink()
        page = page_of(qtbot, people, people.session(people.ruth))
        checked(qtbot, people, page, "RCV-001")
        assert page.confirm is not None
        page.confirm.question.how.set_value("by telephone")
        page.confirm.question.yes.click()
        until(qtbot, lambda: page.banner is not None and page.banner.kind == "ok")
        contact = people.ruth.read.contact("Nadia Ellery")
        assert contact.confirmed_how == "by telephone"
        assert contact.recipient == nadia.identity.recipient.to_string()
    finally:
        nadia.abandon()


# --- pictures -------------------------------------------------------------------------------------


def test_pictures_are_decoded_off_the_windows_thread(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    verdict = workflows.verify_with_vault(people.ruth, bundle)
    seen: list[int] = []

    def read(number: str):
        seen.append(threading.get_ident())
        return verdict_data.picture(people.ruth, Where(bundle), number)

    view = EvidenceView(people.runner, read, verdict.exhibits, recorded=False)
    show(qtbot, view, 900)
    view.thumbs["HXA/002"].button.click()
    until(qtbot, lambda: view.shown() == "HXA/002")
    assert len(seen) == 1
    assert threading.get_ident() not in seen


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
    dialog.letter.setText(letter + "\nThank you.")
    dialog.save()
    until(qtbot, lambda: page.result is not None and page.result.notices)
    settled(qtbot, people)
    assert QGuiApplication.clipboard().text().endswith("Thank you.")
    assert "is in the register, with RCV-001" in notice(page).accessibleName()
    said = people.ruth.read.received_bundle("RCV-001").statements
    assert any("new copy was asked for" in one.value for one in said.values())


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
    assert dialog.go_button.isHidden()
    assert dialog.cancel_button.text() == "Close"
    dialog.reject()
    assert dialog.isHidden()


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
