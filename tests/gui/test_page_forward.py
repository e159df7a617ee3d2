"""Passing a received bundle on: to contacts or with a passphrase, with a reason, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.bundle.read import verify
from evidence_app.crypto.age import Passphrase
from evidence_app.errors import NotForYouError
from evidence_app.records import EntryKind, Role, Trust
from evidence_app.ui import theme
from evidence_app.ui.pages.forward import CONTACTS, PASSPHRASE, ForwardDialog
from evidence_app.ui.widgets import Text
from evidence_app.vault.vault import Vault
from tests.gui.people import People, press, tab_to, two_people, until
from tests.gui.states import laid_out, pictured
from tests.windows import SIZES, cut_off, nameless


@pytest.fixture
def people(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        found.introduce(found.ruth, found.helen)
        workflows.receive(found.ruth, found.seal())
        yield found


@pytest.fixture
def alan(people: People) -> Iterator[Vault]:
    """The chair of governors, whose words Ruth has compared."""
    one = people.person("Mr Alan Thwaite", Role.HEAD)
    people.introduce(people.ruth, one)
    yield one
    one.abandon()


def begun(qtbot: QtBot, people: People) -> ForwardDialog:
    dialog = ForwardDialog(people.session(people.ruth), "RCV-001")
    qtbot.addWidget(dialog)
    vars(qtbot).setdefault("kept", []).append(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitExposed(dialog)
    until(qtbot, lambda: not people.runner.tasks)
    return dialog


def words_on(dialog: ForwardDialog) -> str:
    return "\n".join(one.text() for one in dialog.findChildren(Text) if one.isVisibleTo(dialog))


def passed_on(qtbot: QtBot, dialog: ForwardDialog) -> Path:
    with qtbot.waitSignal(dialog.done_with, timeout=30_000) as done:
        dialog.go()
    return Path(done.args[0].path)


def test_to_the_chair_by_keyboard(qtbot: QtBot, people: People, alan: Vault) -> None:
    dialog = begun(qtbot, people)
    assert [row.contact.name for row in dialog.rows] == ["Helen Ashdown", "Mr Alan Thwaite"]
    assert "They will see all of it." in dialog.everything.accessibleName()
    # Nobody is chosen for the person, and nothing is written without being told for whom and why.
    assert dialog.chosen() == ()
    dialog.go()
    assert dialog.message.text() == "Choose for whom it is."
    until(qtbot, lambda: QApplication.focusWidget() is dialog.rows[0].check)
    tab_to(dialog.rows[1].check)
    press(Qt.Key.Key_Space)
    assert [one.name for one in dialog.chosen()] == ["Mr Alan Thwaite"]
    dialog.go()
    assert "why it is passed on" in dialog.reason.message.text()
    assert QApplication.focusWidget() is dialog.reason.input
    dialog.reason.setText("It concerns the Headteacher.")
    out = people.folder / "for-alan.evidence"
    dialog.target.field.setText(str(out))
    pictured(dialog, "forward-form")
    assert passed_on(qtbot, dialog) == out
    row = people.ruth.read.forwarded("RCV-001")[0]
    assert (row.to, row.reason) == (("Mr Alan Thwaite",), "It concerns the Headteacher.")
    # What it says about the new reader's view is so.
    with pytest.raises(NotForYouError):
        verify(out, [people.helen.identity], Trust())
    contact = workflows.add_contact(alan, workflows.own_card(people.helen))
    workflows.confirm_contact(alan, contact.name, contact.words, "in person")
    verdict = workflows.verify_with_vault(alan, out)
    assert verdict.unchanged
    assert verdict.confirmed is not None
    assert verdict.confirmed.name == "Helen Ashdown"
    passed = [check.title for check in verdict.checks if check.code == "not-named"]
    assert passed == ["It was sealed for Mrs Ruth Calloway, and passed on to you"]
    assert "sealed for you and passed on to them" in words_on(dialog)
    assert str(out.name) in words_on(dialog).replace("\u200b", "")
    assert dialog.go_button.isHidden()
    pictured(dialog, "forward-done")


def test_who_is_not_confirmed_stands_apart_and_is_warned_of(
    qtbot: QtBot, people: People, alan: Vault
) -> None:
    tom = people.person("Tom Garrick", Role.STAFF, "tom")
    try:
        people.introduce(people.ruth, tom, how="")
        dialog = begun(qtbot, people)
        assert [row.contact.name for row in dialog.rows][-1] == "Tom Garrick"
        assert "Not confirmed: the key may be somebody else’s" in words_on(dialog)
        assert "Not confirmed" in dialog.rows[-1].check.accessibleName()
        assert not dialog.doubt.isVisible()
        dialog.rows[-1].check.setChecked(True)
        assert dialog.doubt.isVisible()
        assert "You have not confirmed Tom Garrick." in dialog.doubt.accessibleName()
        assert dialog.doubt.accessibleName() != ""
        pictured(dialog, "forward-unconfirmed")
    finally:
        until(qtbot, lambda: not people.runner.tasks)
        tom.abandon()


def test_with_a_passphrase_that_is_shown_once(qtbot: QtBot, people: People) -> None:
    dialog = begun(qtbot, people)
    dialog.how.set_value(PASSPHRASE)
    assert not dialog.people.isVisible()
    assert "never with the file" in dialog.with_words.accessibleName()
    dialog.reason.setText("For the police")
    out = people.folder / "for-the-police.evidence"
    dialog.target.field.setText(str(out))
    passed_on(qtbot, dialog)
    assert dialog.words is not None
    words = " ".join(dialog.words.words())
    assert len(words.split()) == 5
    assert verify(out, [Passphrase(words)], Trust()).unchanged
    assert "by another route" in words_on(dialog)
    pictured(dialog, "forward-passphrase")
    row = people.ruth.read.forwarded("RCV-001")[0]
    assert row.with_passphrase
    # Not in the record, and not in the window once it is closed.
    entries = people.ruth.read.entries(EntryKind.BUNDLE_FORWARDED)
    assert not any(word in str(entry.data).split() for entry in entries for word in words.split())
    grid = dialog.words
    dialog.reject()
    assert grid.words() == ()
    assert dialog.words is None


def test_without_contacts_only_the_passphrase_is_left(qtbot: QtBot, tmp_path: Path, qapp: QApplication):
    with two_people(tmp_path, qapp) as people:
        workflows.receive(people.ruth, people.seal())
        dialog = begun(qtbot, people)
        assert dialog.how.value() == PASSPHRASE
        dialog.how.set_value(CONTACTS)
        assert "no contacts yet" in words_on(dialog)


def test_an_altered_one_and_a_taken_name_are_refused_in_place(qtbot: QtBot, people: People) -> None:
    dialog = begun(qtbot, people)
    dialog.rows[0].check.setChecked(True)
    dialog.reason.setText("For the file")
    taken = people.folder / "taken.evidence"
    taken.write_bytes(b"something else")
    dialog.target.field.setText(str(taken))
    dialog.go()
    until(qtbot, lambda: "already" in dialog.message.text())
    assert taken.read_bytes() == b"something else"
    assert people.ruth.read.forwarded("RCV-001") == ()
    # Nothing typed is lost.
    assert dialog.reason.text() == "For the file"
    assert dialog.page.isEnabled()
    dialog.reject()
    assert dialog.isHidden()


def test_it_tells_of_earlier_ones(qtbot: QtBot, people: People, alan: Vault) -> None:
    chair = people.ruth.read.contact("Mr Alan Thwaite")
    out = people.folder / "first.evidence"
    workflows.forward(people.ruth, "RCV-001", contacts=[chair], out=out, reason="6.24")
    dialog = begun(qtbot, people)
    assert "Passed on before: Mr Alan Thwaite on " in dialog.before.text()


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits(qtbot: QtBot, people: People, alan: Vault, qapp: QApplication, dark: bool) -> None:
    theme.apply(qapp, dark)
    dialog = begun(qtbot, people)
    assert nameless(dialog) == []
    for width, height in [(720, 600), (640, SIZES[1][1] - 60)]:
        dialog.resize(width, height)
        laid_out()
        assert cut_off(dialog) == []
    theme.apply(qapp, False)
