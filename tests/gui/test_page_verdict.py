"""The verification page with real bundles: intact, altered, damaged, unconfirmed, in conflict, not ours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.bundle import sentences
from evidence_app.bundle.extract import extract
from evidence_app.bundle.sentences import State
from evidence_app.errors import DamagedError, NotForYouError, NotOurFileError
from evidence_app.records import EntryKind, Picture, Role, SenderStatus
from evidence_app.ui.pages.check_bundle import CheckBundlePage, earlier
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.pages.verdict_parts import LoudRow
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import CheckRow, Chip, HashLabel, Text
from evidence_app.vault import acts
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests.gui.people import People, observed, press, show, tab_to, two_people, until

WORDS = "harbour pencil meadow violin copper"


@pytest.fixture
def people(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        yield found


def checked(qtbot: QtBot, people: People, path: Path, session: Session | None) -> VerdictPage:
    page = VerdictPage(people.runner, session)
    show(qtbot, page, 1064)
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.check(path)
    return page


def words_on(page: VerdictPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(Text) if one.isVisibleTo(page))


def opened(people: People, bundle: Path) -> Path:
    folder = people.folder / "opened"
    extract(bundle, [people.ruth.identity], folder)
    return folder


def test_intact(qtbot: QtBot, people: People) -> None:
    people.introduce(people.ruth, people.helen)
    session = people.session(people.ruth)
    page = checked(qtbot, people, people.seal(), session)
    assert page.verdict is not None
    assert page.banner is not None
    assert page.banner.kind == "ok"
    assert page.banner.sentence.text() == (
        "This bundle is intact.\nNothing has changed since Helen Ashdown sealed it."
    )
    assert sentences.LIMIT in words_on(page)
    assert "Mrs Ruth Calloway" in words_on(page)
    received = people.ruth.read.received()
    assert [(one.reference, one.state.value) for one in received] == [("RCV-001", "intact")]
    assert page.horizontalScrollBar().maximum() == 0
    with qtbot.waitSignal(page.closed):
        press(Qt.Key.Key_Escape)


def test_pictures_are_shown_one_at_a_time(qtbot: QtBot, people: People) -> None:
    people.introduce(people.ruth, people.helen)
    page = checked(qtbot, people, people.seal(), people.session(people.ruth))
    assert page.view_button is not None
    tab_to(page.view_button)
    press(Qt.Key.Key_Return)
    view = page.view
    assert view is not None
    first, second, _third = view.thumbs.values()
    assert QApplication.focusWidget() is first.button
    assert view.shown() == ""
    press(Qt.Key.Key_Return)
    until(qtbot, lambda: view.shown() == "HXA/001")
    assert not first.is_clear()
    assert QApplication.focusWidget() is view.reading.hide_button
    second.button.click()
    assert view.shown() == ""
    until(qtbot, lambda: view.shown() == "HXA/002")
    # Hidden by hand: the focus is where it was.
    press(Qt.Key.Key_Escape)
    assert view.shown() == ""
    assert QApplication.focusWidget() is second.button
    press(Qt.Key.Key_Return)
    until(qtbot, lambda: view.shown() == "HXA/002")
    page.hide()
    assert view.shown() == ""
    assert not view.reading.view.has_picture()
    page.show()
    assert not view.reading.isVisible()
    # Every look is an entry of the record.
    until(qtbot, lambda: not people.runner.tasks)
    viewed = people.ruth.read.entries(EntryKind.EXHIBIT_VIEWED)
    assert [one.data["number"] for one in reversed(viewed)] == ["HXA/001", "HXA/002", "HXA/002"]


def test_altered_names_the_exhibit_and_both_fingerprints(qtbot: QtBot, people: People) -> None:
    people.introduce(people.ruth, people.helen)
    folder = opened(people, people.seal())
    picture = folder / "data" / "exhibits" / "HXA-002" / "original.png"
    changed = bytearray(picture.read_bytes())
    changed[60] ^= 1
    picture.write_bytes(bytes(changed))
    page = checked(qtbot, people, folder, people.session(people.ruth))
    assert page.verdict is not None
    assert page.banner is not None
    assert page.banner.kind == "bad"
    assert page.banner.sentence.text().startswith("This bundle has been altered.\n")
    assert "HXA/002" in page.banner.sentence.text()
    assert [one.text() for one in page.findChildren(Chip)] == ["HXA/002, screenshot"]
    problem = next(one for one in page.verdict.problems if one.where == "HXA/002" and one.found)
    assert {one.digest for one in page.findChildren(HashLabel)} >= {problem.expected, problem.found}
    assert "The 2 other exhibits are unchanged." in words_on(page)
    assert "Everything else" in words_on(page)
    assert "Keep this file" in words_on(page)
    assert page.confirm is None
    # The unchanged ones can be seen, the altered one is not offered.
    assert page.view_button is not None
    page.view_button.click()
    assert page.view is not None
    assert set(page.view.thumbs) == {"HXA/001", "HXA/003"}


def test_a_cut_file_is_damaged_and_nothing_of_it_is_shown(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    bundle.write_bytes(bundle.read_bytes()[:-2000])
    page = checked(qtbot, people, bundle, people.session(people.ruth))
    assert isinstance(page.error, DamagedError)
    assert page.verdict is None
    assert page.banner is not None
    assert page.banner.kind == "bad"
    assert "Anonymous posts" not in words_on(page)
    assert "Helen" not in words_on(page)
    assert "Ask the sender for a new copy" in words_on(page)


def test_unconfirmed_then_confirmed_then_intact(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    page = checked(qtbot, people, bundle, people.session(people.ruth))
    assert page.banner is not None
    assert page.banner.kind == "warn"
    assert page.confirm is not None
    question = page.confirm.question
    assert question.words.words() == workflows.own_words(people.helen)
    # What is open stands first.
    rows = page.findChildren(LoudRow)
    assert [one.accessibleName() for one in rows] == ["Not confirmed: You do not know this sender yet"]
    assert all(rows[0].y() < one.y() for one in page.findChildren(CheckRow))
    # A security question: the safe answer has the focus.
    assert QApplication.focusWidget() is question.no
    press(Qt.Key.Key_Return)
    assert "Nothing was confirmed" in question.message.text()
    assert people.ruth.read.contacts() == ()

    # "Yes" asks first how the words were compared.
    question.yes.click()
    assert "how you compared" in question.message.text()
    assert QApplication.focusWidget() is not question.yes
    assert people.ruth.read.contacts() == ()

    radios = question.how._group.buttons()
    radios[1].setFocus()
    press(Qt.Key.Key_Space)
    tab_to(question.yes)
    press(Qt.Key.Key_Return)
    until(qtbot, lambda: page.banner is not None and page.banner.kind == "ok")
    assert page.acts is not None
    assert QApplication.focusWidget() is page.acts.issue
    contact = people.ruth.read.contacts()[0]
    assert contact.name == "Helen Ashdown"
    assert contact.confirmed_at is not None
    assert contact.confirmed_how == "by telephone"
    assert contact.recipient == people.helen.identity.recipient.to_string()
    assert page.verdict is not None
    assert page.verdict.sender is SenderStatus.CONFIRMED


def test_a_known_card_is_confirmed_without_adding_another(qtbot: QtBot, people: People) -> None:
    people.introduce(people.ruth, people.helen, how="")
    page = checked(qtbot, people, people.seal(), people.session(people.ruth))
    assert page.verdict is not None
    assert page.verdict.sender is SenderStatus.KNOWN
    assert page.confirm is not None
    page.confirm.question.how.set_value("in person")
    page.confirm.question.yes.click()
    until(qtbot, lambda: page.banner is not None and page.banner.kind == "ok")
    assert len(people.ruth.read.contacts()) == 1


def test_a_namesake_is_not_confirmed_in_place_of_the_sender(qtbot: QtBot, people: People) -> None:
    """Two keys under one name: the one whose words were compared becomes confirmed, no other."""
    other = people.person("Helen Ashdown", Role.STAFF, "other")
    try:
        people.introduce(people.ruth, people.helen, how="")
        people.introduce(people.ruth, other, how="")
        page = checked(qtbot, people, people.seal(), people.session(people.ruth))
        assert page.confirm is not None
        page.confirm.question.how.set_value("in person")
        page.confirm.question.yes.click()
        until(qtbot, lambda: page.banner is not None and page.banner.kind == "ok")
        confirmed = [one for one in people.ruth.read.contacts() if one.confirmed_at]
        assert [one.signing_key for one in confirmed] == [people.helen.signing_key.public_key]
    finally:
        other.abandon()


def test_in_conflict_with_what_was_seen_before(qtbot: QtBot, people: People) -> None:
    people.introduce(people.ruth, people.helen)
    ruth = people.introduce(people.helen, people.ruth)
    old = people.folder / "old.evidence-vault"
    people.helen.close()
    shutil.copytree(people.helen.folder, old)
    identity = people.helen.identity
    with Vault.open(people.helen.folder, identity, slot=Slot.PASSPHRASE) as helen:
        first = people.folder / "first.evidence"
        workflows.seal_bundle(helen, workflows.Wanted(people.incident, contacts=(ruth,)), first)
    workflows.verify_with_vault(people.ruth, first)
    with Vault.open(old, identity, slot=Slot.PASSPHRASE) as helen:
        for number in range(5):
            helen.record(acts.incident_opened(f"Another {number}"))
        second = people.folder / "second.evidence"
        workflows.seal_bundle(helen, workflows.Wanted(people.incident, contacts=(ruth,)), second)
    page = checked(qtbot, people, second, people.session(people.ruth))
    assert page.verdict is not None
    assert sentences.state(page.verdict) is State.IN_CONFLICT
    assert page.banner is not None
    assert page.banner.kind == "warn"
    assert "Ask Helen what happened" in words_on(page)


def test_sealed_for_somebody_else_and_not_a_bundle(qtbot: QtBot, people: People) -> None:
    alan = people.person("Mr Alan Thwaite", Role.HEAD)
    try:
        bundle = people.seal("alan.evidence", contacts=(people.introduce(people.helen, alan),))
        page = checked(qtbot, people, bundle, people.session(people.ruth))
        assert isinstance(page.error, NotForYouError)
        letter = people.folder / "letter.evidence"
        letter.write_text("Dear Headteacher")
        page = checked(qtbot, people, letter, people.session(people.ruth))
        assert isinstance(page.error, NotOurFileError)
        assert page.banner is not None
        assert page.banner.kind == "neutral"
    finally:
        alan.abandon()


def test_a_passphrase_is_asked_for_and_a_wrong_one_is_said(qtbot: QtBot, people: People) -> None:
    bundle = people.seal("words.evidence", passphrase=WORDS)
    for session in (people.session(people.ruth), None):
        page = checked(qtbot, people, bundle, session)
        field = page.passphrase
        assert field is not None
        assert QApplication.focusWidget() is field.input
        field.setText("not these words")
        with qtbot.waitSignal(page.shown, timeout=30_000):
            press(Qt.Key.Key_Return)
        assert "did not open" in field.message.text()
        assert page.verdict is None
        field.setText(WORDS)
        with qtbot.waitSignal(page.shown, timeout=30_000):
            press(Qt.Key.Key_Return)
        assert page.verdict is not None
        assert page.verdict.unchanged
        assert (page.confirm is not None) == (session is not None)
    # Recorded once: by the vault that received it, not by the reader without one.
    assert len(people.ruth.read.received()) == 1


def test_without_a_vault_a_key_file_opens_it(qtbot: QtBot, people: People) -> None:
    bundle = people.seal()
    page = checked(qtbot, people, bundle, None)
    assert page.verdict is None
    key = people.folder / "key.txt"
    key.write_text(f"# a key\n{people.ruth.identity.to_string()}\n")
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.use_key_file(key)
    assert page.verdict is not None
    assert page.verdict.unchanged
    assert page.confirm is None
    assert "a vault of your own" in words_on(page)


def test_stop_gives_no_answer(qtbot: QtBot, people: People) -> None:
    large = os.urandom(60_000_000)
    workflows.keep(people.helen, Picture(large, observed()), people.incident)
    bundle = people.seal()
    page = VerdictPage(people.runner, people.session(people.ruth))
    show(qtbot, page, 1064)
    page.check(bundle)

    def stopped() -> bool:
        # Pressed as soon as there is something to stop.
        if any(task.words == "Checking the bundle" for task in people.runner.tasks):
            page.progress.stop_button.click()
        return "The check was stopped" in words_on(page)

    until(qtbot, stopped)
    assert page.verdict is None
    assert people.ruth.read.received() == ()


def test_check_a_bundle_lists_what_was_checked(
    qtbot: QtBot, people: People, request: pytest.FixtureRequest
) -> None:
    tom = people.person("Tom Garrick", Role.STAFF)
    request.addfinalizer(tom.abandon)
    session = people.session(tom)
    page = CheckBundlePage(session)
    show(qtbot, page, 1064)
    bundle = people.seal(contacts=(people.introduce(people.helen, tom),))
    checked(qtbot, people, bundle, session)
    until(
        qtbot,
        lambda: (
            [one.text() for one in page.findChildren(Chip) if one.isVisibleTo(page)]
            == ["Sender not confirmed"]
        ),
    )
    assert [one.state for one in earlier(tom)] == ["unconfirmed"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(bundle))])
    event = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(page.verify_requested) as caught:
        page.zone.dropEvent(event)
    assert caught.args == [str(bundle)]
