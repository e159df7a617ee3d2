"""The seal wizard with real vaults: the whole way by keyboard, the routes, Stop, the passphrase."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.bundle import read
from evidence_app.crypto.age import Passphrase
from evidence_app.records import EntryKind, Picture, Role, SenderStatus, Trust
from evidence_app.ui.pages.seal import CHECK, CONTENTS, DONE, WHO, SealWizard
from evidence_app.ui.pages.seal_data import CHAIR, CONCERNS, HEAD
from tests.gui.people import CTRL, People, observed, press, show, tab_to, two_people, type_text, until


@pytest.fixture
def people(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        yield found


def begun(qtbot: QtBot, people: People) -> SealWizard:
    page = SealWizard(people.session(people.helen))
    show(qtbot, page)
    page.start(people.incident)
    until(qtbot, lambda: page.contents.rows)
    return page


def stated(people: People) -> str:
    said = people.helen.read.incident(people.incident).statements.get(CONCERNS)
    return "" if said is None else said.value


def test_the_whole_way_by_keyboard(qtbot: QtBot, people: People) -> None:
    people.introduce(people.helen, people.ruth)
    page = begun(qtbot, people)
    # Nothing is answered for the person.
    assert not page.wizard.next_button.isEnabled()
    assert QApplication.focusWidget() is page.who.answer.cards[0]
    press(Qt.Key.Key_Space)
    assert "Mrs Ruth Calloway" in page.who.promise.accessibleName()
    press(Qt.Key.Key_Return, CTRL)
    assert page.wizard.step() == CONTENTS

    tab_to(page.contents.rows[1].box)
    press(Qt.Key.Key_Space)
    assert not page.wizard.next_button.isEnabled()
    assert QApplication.focusWidget() is page.contents.rows[1].reason.input
    type_text("It names a pupil")
    press(Qt.Key.Key_Return, CTRL)
    assert page.wizard.step() == CHECK
    assert QApplication.focusWidget() is page.wizard.next_button
    target = page.check.path()
    assert target.name.startswith(f"{people.incident}-")
    assert target.parent.name == "Evidence bundles"
    press(Qt.Key.Key_Return)
    until(qtbot, lambda: page.outcome)

    assert page.wizard.step() == DONE
    assert QApplication.focusWidget() is page.done.show_button
    assert target.is_file()
    outcome = page.outcome
    assert outcome is not None
    assert page.done.words is not None
    assert page.done.words.words() == outcome.bundle.words
    assert stated(people) == HEAD
    verdict = workflows.verify_with_vault(people.ruth, target)
    assert verdict.unchanged
    assert verdict.facts is not None
    assert dict(verdict.facts.left_out) == {"HXA/002": "It names a pupil"}
    assert verdict.facts.asks == "Please act on this"
    assert verdict.facts.words == outcome.bundle.words

    with qtbot.waitSignal(page.closed):
        press(Qt.Key.Key_Return, CTRL)


def test_stop_keeps_no_file(qtbot: QtBot, people: People) -> None:
    people.introduce(people.helen, people.ruth)
    workflows.keep(people.helen, Picture(os.urandom(26_000_000), observed()), people.incident)
    page = begun(qtbot, people)
    page.who.answer.set_value(HEAD)
    press(Qt.Key.Key_Return, CTRL)
    assert page.contents.large.isVisible()
    press(Qt.Key.Key_Return, CTRL)
    target = page.check.path()
    page.wizard.next_button.click()
    assert not page.wizard.next_button.isEnabled()
    page.check.progress.stop_button.click()
    until(qtbot, page.check.message.isVisible)
    assert "Nothing was kept" in page.check.message.accessibleName()
    assert not target.parent.exists() or not list(target.parent.iterdir())
    assert people.helen.read.bundles() == ()
    assert page.wizard.step() == CHECK

    # And it can be done after all.
    page.wizard.next_button.click()
    until(qtbot, lambda: page.outcome)
    assert target.is_file()
    assert [one.name for one in target.parent.iterdir()] == [target.name]


def test_an_existing_file_is_refused_and_left_alone(qtbot: QtBot, people: People) -> None:
    people.introduce(people.helen, people.ruth)
    page = begun(qtbot, people)
    page.who.answer.set_value(HEAD)
    press(Qt.Key.Key_Return, CTRL)
    press(Qt.Key.Key_Return, CTRL)
    taken = people.folder / "taken.evidence"
    taken.write_bytes(b"something else")
    page.check.target.setText(str(taken))
    page.wizard.next_button.click()
    until(qtbot, page.check.message.isVisible)
    assert "already a file" in page.check.message.accessibleName()
    assert taken.read_bytes() == b"something else"
    assert page.wizard.next_button.isEnabled()


def test_the_chair_opens_it_and_the_headteacher_cannot(qtbot: QtBot, people: People) -> None:
    alan = people.person("Mr Alan Thwaite", Role.HEAD)
    try:
        ruth = people.introduce(people.helen, people.ruth)
        chair = people.introduce(people.helen, alan)
        page = begun(qtbot, people)
        # Two cards say "head": which is whose is the person's to say.
        assert page.who.people[HEAD].person() is None
        page.who.answer.set_value(CHAIR)
        assert not page.wizard.next_button.isEnabled()
        select = page.who.people[HEAD]._select
        select.setCurrentIndex(next(i for i in range(select.count()) if select.itemData(i) == ruth))
        select.activated.emit(select.currentIndex())
        # The one that is the Headteacher is not offered as the chair.
        assert page.who.people[CHAIR].person() == chair
        page.who.answer.set_value(CHAIR)
        assert page.who.contact() == chair
        for _ in range(3):
            page.wizard.next_button.click()
        until(qtbot, lambda: page.outcome)
        assert page.outcome is not None
        assert stated(people) == CHAIR
        path = Path(page.outcome.bundle.path)
        assert read.verify(path, [alan.identity], Trust()).sender is SenderStatus.UNKNOWN
        with pytest.raises(Exception, match="somebody else"):
            read.verify(path, [people.ruth.identity], Trust())

        # The next time it is known who is who.
        again = begun(qtbot, people)
        assert again.who.concerns() == CHAIR
        assert again.who.contact() == chair
    finally:
        alan.abandon()


def test_who_is_told_follows_from_what_was_stated(qtbot: QtBot, people: People) -> None:
    people.introduce(people.helen, people.ruth)
    workflows.state(people.helen, people.incident, {"child_involved": "yes", "harm_by_staff": "unknown"})
    page = begun(qtbot, people)
    words = page.who.route.words()
    assert "Designated Safeguarding Lead, as well" in words
    assert "Local authority designated officer, as well" in words
    assert "11.5" in words
    assert page.who.danger.isHidden()
    page.who.answer.set_value(CHAIR)
    words = page.who.route.words()
    assert "Headteacher: not told" in words
    assert "6.24" in words
    assert not words.startswith("Who is told. Headteacher.")
    # The first in line is the Chair: the Headteacher is offered nowhere, unless asked for.
    assert page.who.contact() is None
    assert people.runner.tasks == ()


def test_danger_stands_on_top(qtbot: QtBot, people: People) -> None:
    workflows.state(people.helen, people.incident, {"danger": "unknown", "concerns_head": "unknown"})
    page = begun(qtbot, people)
    assert "999" in page.who.danger.accessibleName()
    assert page.who.danger.isVisible()
    # Not sure is nobody's answer to the question of the route, but the advice is open.
    assert not page.who.concerns()
    assert page.who.advice.isVisible()
    assert "Headteacher: not told" in page.who.route.words()


def test_the_headteacher_it_concerns_gets_it_only_with_a_reason(qtbot: QtBot, people: People) -> None:
    ruth = people.introduce(people.helen, people.ruth)
    page = begun(qtbot, people)
    assert page.who.all_the_same.isHidden()
    page.who.answer.set_value(CHAIR)
    tab_to(page.who.all_the_same.check)
    press(Qt.Key.Key_Space)
    assert page.who.contact() == ruth
    assert page.wizard.note.text() == "Say why to continue"
    assert "gets it all the same" in page.who.route.words()
    assert not page.wizard.next_button.isEnabled()
    tab_to(page.who.all_the_same.reason.input)
    type_text("The governors asked her to answer it")
    for _ in range(3):
        page.wizard.next_button.click()
    until(qtbot, lambda: page.outcome)
    (sealed,) = people.helen.read.entries(EntryKind.BUNDLE_SEALED, limit=5)
    assert sealed.data["reason"] == "The governors asked her to answer it"
    assert sealed.data["roles"] == ["head"]
    assert stated(people) == CHAIR
    # That does not make her the chair the next time.
    again = begun(qtbot, people)
    assert again.who.people[HEAD].person() == ruth
    assert again.who.people[CHAIR].person() is None


def test_who_was_the_headteacher_is_not_the_chair_without_a_reason(qtbot: QtBot, people: People) -> None:
    ruth = people.introduce(people.helen, people.ruth)
    workflows.seal_bundle(
        people.helen,
        workflows.Wanted(people.incident, contacts=(ruth,), roles=("head",)),
        people.folder / "earlier.evidence",
    )
    page = begun(qtbot, people)
    page.who.people[CHAIR].offer([ruth], ruth)
    page.who.answer.set_value(CHAIR)
    for _ in range(3):
        page.wizard.next_button.click()
    until(qtbot, page.check.reason.isVisible)
    assert page.outcome is None
    assert "6.24" in page.check.message.accessibleName()
    page.check.reason.setText("She is the chair now")
    page.wizard.next_button.click()
    until(qtbot, lambda: page.outcome)


def test_without_a_contact_there_is_a_way_on(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    head = page.who.people[HEAD]
    with qtbot.waitSignal(page.contacts_requested):
        head.add_button.click()
    assert not page.wizard.next_button.isEnabled()
    head.passphrase_link.click()
    assert page.who.concerns() == HEAD
    for _ in range(3):
        page.wizard.next_button.click()
    until(qtbot, lambda: page.outcome)
    outcome = page.outcome
    assert outcome is not None
    assert len(outcome.passphrase.split()) == 5
    assert outcome.passphrase not in repr(outcome)
    assert page.done.passphrase is not None
    assert page.done.passphrase.words() == tuple(outcome.passphrase.split())
    path = Path(outcome.bundle.path)
    assert read.verify(path, [Passphrase(outcome.passphrase)], Trust()).unchanged
    page.done._copy(outcome.passphrase, "Copied.")
    assert QGuiApplication.clipboard().text() == outcome.passphrase
    # Shown once.
    page.wizard.next_button.click()
    assert page.done.passphrase is None


def test_an_unconfirmed_contact_is_said_to_be_one(qtbot: QtBot, people: People) -> None:
    people.introduce(people.helen, people.ruth, how="")
    page = begun(qtbot, people)
    assert page.who.people[HEAD]._chip.text() == "Not confirmed"
    assert page.who.people[HEAD]._chip.kind() == "warn"


def test_escape_leaves_and_steps_back(qtbot: QtBot, people: People) -> None:
    people.introduce(people.helen, people.ruth)
    page = begun(qtbot, people)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return, CTRL)
    assert page.wizard.step() == CONTENTS
    press(Qt.Key.Key_Escape)
    assert page.wizard.step() == WHO
    with qtbot.waitSignal(page.closed):
        press(Qt.Key.Key_Escape)
    assert not stated(people)


@pytest.mark.parametrize("size", [(1024, 640), (1280, 768)])
def test_nothing_is_cut_off_sideways(qtbot: QtBot, people: People, size: tuple[int, int]) -> None:
    people.introduce(people.helen, people.ruth)
    page = begun(qtbot, people)
    page.resize(*size)
    page.who.answer.set_value(HEAD)
    for step in range(4):
        shown = (page.who, page.contents, page.check, page.done)[step]
        QApplication.processEvents()
        assert shown.horizontalScrollBar().maximum() == 0
        if step < DONE:
            page.wizard.next_button.click()
        if step == CHECK:
            until(qtbot, lambda: page.outcome)
