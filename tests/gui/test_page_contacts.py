"""The contacts page: my words and card, adding, confirming; the focus is never on "Yes"."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.bundle.card import read_card
from evidence_app.records import Role
from evidence_app.ui import theme
from evidence_app.ui.pages.contacts import ContactRow, ContactsPage
from evidence_app.ui.pages.contacts_compare import letter_words, letters
from evidence_app.ui.widgets import Text
from tests.gui.people import People, press, show, tab_to, two_people, until
from tests.gui.states import laid_out, pictured
from tests.windows import cut_off


@pytest.fixture
def people(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        yield found


def begun(qtbot: QtBot, people: People) -> ContactsPage:
    page = ContactsPage(people.session(people.helen))
    show(qtbot, page, 1064)
    until(qtbot, lambda: not people.runner.tasks)
    return page


def said(page: ContactsPage, words: str) -> bool:
    return words in page.notice.accessibleName()


def card_of_ruth(people: People) -> Path:
    path = people.folder / "ruth.evidence-contact"
    path.write_bytes(workflows.own_card(people.ruth))
    return path


def test_my_words_and_my_card(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    assert page.own_words.words() == workflows.own_words(people.helen)
    target = people.folder / "mine.evidence-contact"
    page.save_card(target)
    until(qtbot, target.exists)
    until(qtbot, page.notice.isVisible)
    assert read_card(target.read_bytes()).name == "Helen Ashdown"
    # Never over another file.
    target.write_bytes(b"other")
    page.save_card(target)
    until(qtbot, lambda: "already a file" in page.notice.accessibleName())
    assert target.read_bytes() == b"other"


def test_add_and_confirm_by_keyboard(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    assert page.rows == []
    with qtbot.waitSignal(page._session.changed, timeout=30_000):
        page.add_file(str(card_of_ruth(people)))
    until(qtbot, lambda: page.rows and page.rows[0].question)
    row = page.rows[0]
    assert row.chip.kind() == "warn"
    question = row.question
    assert question is not None
    assert question.words.words() == workflows.own_words(people.ruth)
    assert QApplication.focusWidget() is question.no
    assert page.add_button.kind == "secondary"
    press(Qt.Key.Key_Return)
    assert "Nothing was confirmed" in question.message.text()
    assert people.helen.read.contacts()[0].confirmed_at is None

    question.how._group.buttons()[0].setFocus()
    press(Qt.Key.Key_Space)
    tab_to(question.yes)
    press(Qt.Key.Key_Return)
    until(qtbot, lambda: page.rows and page.rows[0].chip.kind() == "ok")
    contact = people.helen.read.contacts()[0]
    assert contact.confirmed_how == "in person"
    assert page.rows[0].chip.text() == "Fingerprint confirmed in person"
    assert page.add_button.kind == "primary"


def test_do_this_later_closes_the_question(qtbot: QtBot, people: People) -> None:
    people.introduce(people.helen, people.ruth, how="")
    page = begun(qtbot, people)
    page.rows[0].button.setFocus()
    # Tab order is visual order, though the rows came later than what stands below them.
    seen = []
    for _ in range(3):
        seen.append(QApplication.focusWidget())
        press(Qt.Key.Key_Tab)
    assert seen == [page.rows[0].button, page.add_button, page.save_button]
    assert QApplication.focusWidget() is page.rows[0].button
    press(Qt.Key.Key_Return)
    question = page.rows[0].question
    assert question is not None
    assert QApplication.focusWidget() is question.no
    tab_to(question.later)
    press(Qt.Key.Key_Return)
    assert not question.isVisible()
    assert QApplication.focusWidget() is page.rows[0].button


def test_what_is_no_card_changes_nothing(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    letter = people.folder / "letter.txt"
    letter.write_text("hello")
    own = people.folder / "own.evidence-contact"
    own.write_bytes(workflows.own_card(people.helen))
    broken = people.folder / "broken.evidence-contact"
    broken.write_bytes(workflows.own_card(people.ruth).replace(b"Calloway", b"Galloway"))
    for path, words in (
        (letter, "not an Evidence contact card"),
        (own, "your own contact card"),
        (broken, "changed after it was made"),
        (people.folder / "nowhere", "cannot be read"),
    ):
        page.add_file(str(path))
        until(qtbot, partial(said, page, words))
    assert people.helen.read.contacts() == ()


@pytest.mark.parametrize("width", [760, 1064])
def test_nothing_is_cut_off_sideways(qtbot: QtBot, people: People, width: int) -> None:
    people.introduce(people.helen, people.ruth, how="")
    page = begun(qtbot, people)
    page.resize(width, 640)
    page.rows[0].button.click()
    QApplication.processEvents()
    assert page.horizontalScrollBar().maximum() == 0


# --- somebody who could be taken for another --------------------------------------------------------


def add_card(qtbot: QtBot, page: ContactsPage, people: People, card: bytes) -> ContactRow:
    """Add somebody by their card; the row whose words are asked for."""
    path = people.folder / "new.evidence-contact"
    path.write_bytes(card)
    page.add_file(str(path))
    until(qtbot, lambda: any(row.question is not None for row in page.rows))
    return next(row for row in page.rows if row.question is not None)


def test_another_key_under_a_known_name_is_shown_beside_it(qtbot: QtBot, people: People) -> None:
    people.introduce(people.helen, people.ruth)
    other = people.person("Mrs Ruth Calloway", Role.HEAD, "other")
    try:
        page = begun(qtbot, people)
        row = add_card(qtbot, page, people, workflows.own_card(other))
        assert said(page, "Look closely")
        assert page.notice.accessibleName().endswith("who has another key.")
        assert row.doubt is not None
        assert row.doubt.text() == "Another key under a name you know"
        (comparison,) = row.comparisons
        assert comparison.known.words == workflows.own_words(people.ruth)
        assert comparison.new.words == workflows.own_words(other)
        assert [name.marked() for name in comparison.names] == ["", ""]
        # The safe answer is the page's main button, and has the focus.
        question = row.question
        assert question is not None
        assert (question.yes.kind, question.no.kind) == ("secondary", "primary")
        assert QApplication.focusWidget() is question.no
        pictured(page, "contacts-other-key")
        # The confirmed one is not under suspicion.
        assert [one.doubt for one in page.rows if one.contact.confirmed_at] == [None]
        press(Qt.Key.Key_Return)
        assert [one.confirmed_at is None for one in people.helen.read.contacts()].count(True) == 1
    finally:
        until(qtbot, lambda: not people.runner.tasks)
        other.abandon()


def test_an_imitated_name_is_spelt_out(qtbot: QtBot, people: People, qapp: QApplication) -> None:
    people.introduce(people.helen, people.ruth)
    other = people.person("Mrs Ruth C\u0430ll\u200doway", Role.HEAD, "other")
    try:
        page = begun(qtbot, people)
        row = add_card(qtbot, page, people, workflows.own_card(other))
        assert row.doubt is not None
        assert row.doubt.text() == "Only looks like Mrs Ruth Calloway"
        (comparison,) = row.comparisons
        words = "\n".join(one.text() for one in comparison.findChildren(Text))
        assert "Letter 11, “\u0430”: Cyrillic small letter a, U+0430" in words
        assert "Letter 14 cannot be seen: Zero width joiner, U+200D" in words
        assert "Letter 11, “a”: Latin small letter a, U+0061" in words
        assert [name.marked() for name in comparison.names] == ["a", "\u0430\u200d"]
        # Closed and opened again, both stand there again.
        assert row.question is not None
        row.question.postponed.emit()
        assert not comparison.isVisible()
        row.button.click()
        assert comparison.isVisible()
        for dark in (False, True):
            theme.apply(qapp, dark)
            for width in (760, 1064):
                page.resize(width, 768)
                laid_out()
                assert cut_off(page) == []
                pictured(page, f"contacts-imitated-{'dark' if dark else 'light'}-{width}")
        theme.apply(qapp, False)
    finally:
        until(qtbot, lambda: not people.runner.tasks)
        other.abandon()


def test_somebody_who_could_be_taken_for_oneself(qtbot: QtBot, people: People) -> None:
    other = people.person("Helen Ashd\u043ewn", Role.STAFF, "other")
    try:
        page = begun(qtbot, people)
        row = add_card(qtbot, page, people, workflows.own_card(other))
        assert row.doubt is not None
        assert row.doubt.text() == "Could be taken for you"
        assert row.comparisons[0].known.where == "Yourself"
    finally:
        until(qtbot, lambda: not people.runner.tasks)
        other.abandon()


def test_letters_that_differ() -> None:
    for one, other, marked in (
        ("Helen", "Helen", ("", "")),
        ("Barns", "Bams", ("rn", "m")),
        ("Iris", "lris", ("I", "l")),
        ("Ann", "An\u00adn", ("", "\u00ad")),
    ):
        left, right = letters(one, other)
        assert ("".join(x.sign for x in left), "".join(x.sign for x in right)) == (one, other)
        found = tuple("".join(x.sign for x in side if x.differs) for side in (left, right))
        assert found == marked
    assert letter_words(letters("Iris", "lris")[0]) == ["Letter 1, “I”: Latin capital letter i, U+0049"]
    assert letter_words(letters("", "abcdef")[1])[-1] == "And 2 more letters."
    hidden = letters("Ann", "An\u00adn")[1]
    assert letter_words(hidden) == ["Letter 3 cannot be seen: Soft hyphen, U+00AD"]
