"""What was brought in on the exhibit page: real vault, real files, the real child process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.capture import files
from evidence_app.records import StopAnswer, Why
from evidence_app.ui.pages.exhibit import ExhibitPage
from evidence_app.ui.pages.mail_key import StoreKeyDialog
from evidence_app.ui.session import Session
from evidence_app.vault import acts_safeguards
from evidence_app.workflows.importing import Batch, Brought, bring_in
from tests import brought, signing, talks
from tests.gui.striped import idle, open_incident, session_of_helen, views
from tests.windows import held

pytest_plugins = ["tests.window_fixtures"]

CHAT = {
    "_chat.txt": talks.whatsapp(talks.LOCALES[0]),
    talks.PICTURE: brought.picture("JPEG"),
}
AMBIGUOUS = "".join(f"{day:02}/03/2026, 10:00 - Nadia: message {day}\n" for day in range(1, 13)).encode()
NAMED = {
    "chat.zip": talks.zipped(CHAT),
    "message.eml": talks.mail(),
    "signed.eml": signing.signed(),
    "long.txt": talks.long_chat(2_000),
    "which.txt": AMBIGUOUS,
    "away.txt": AMBIGUOUS + b"12/03/2026, 11:00 - Nadia: more\n",
}


@pytest.fixture(scope="module")
def helen(
    tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[tuple[Session, dict[str, Brought]]]:
    folder: Path = tmp_path_factory.mktemp("pane")
    with session_of_helen(folder / "a.evidence-vault", qapp) as session:
        reference = open_incident(session.vault, "Messages about the trip")
        for name, data in NAMED.items():
            (folder / name).write_bytes(data)
        found = files.found([folder / name for name in NAMED])
        done = bring_in(session.vault, reference, found, Batch(StopAnswer.NO))
        yield session, {one.name: one for one in done}


@pytest.fixture
def page(helen, show, qtbot: QtBot) -> Iterator[ExhibitPage]:
    result = ExhibitPage(helen[0])
    show(result, 1064)
    yield result
    result.hide()
    idle(qtbot, helen[0])


def opened(page: ExhibitPage, helen, qtbot: QtBot, name: str) -> str:
    session, done = helen
    page.show_exhibit(done[name].number)
    qtbot.waitUntil(page.brought.view.isVisible, timeout=30_000)
    idle(qtbot, session)
    assert not page.picture.isVisible()
    return done[name].number


def shown(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_V)
    qtbot.waitUntil(page.brought.view.is_clear, timeout=30_000)
    idle(qtbot, session)


def test_a_mail_is_covered_until_it_is_asked_for_and_the_viewing_is_recorded(page, helen, qtbot):
    session, done = helen
    opened(page, helen, qtbot, "message.eml")
    before = views(session)
    assert "regret" not in held(page.brought)
    assert "nadia@larkmere.example" in held(page.brought)
    shown(page, session, qtbot)
    assert page.brought.view.text.toPlainText() == "You will regret this.\n"
    assert views(session) == before + 1
    (part,) = done["message.eml"].parts
    assert part in held(page.brought), "the attachment's exhibit is linked"
    qtbot.keyClick(page, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: "regret" not in held(page.brought))
    assert views(session) == before + 1


def test_further_messages_are_read_when_somebody_scrolls_to_them(page, helen, qtbot):
    session, _ = helen
    opened(page, helen, qtbot, "long.txt")
    shown(page, session, qtbot)
    before = views(session)
    messages = page.brought.view.list
    qtbot.keyClick(messages, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: messages.message(1_999) is not None, timeout=30_000)
    idle(qtbot, session)
    assert messages.in_sight()[1] == 1_999
    assert views(session) == before, "one look is one entry"


def test_a_picture_of_a_chat_comes_from_the_child_in_pixels(page, helen, qtbot):
    session, _ = helen
    opened(page, helen, qtbot, "chat.zip")
    shown(page, session, qtbot)
    messages = page.brought.view.list
    messages.go_to(1, near=True)
    messages.setFocus()
    qtbot.keyClick(messages, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: messages.shown_part() == 0, timeout=30_000)
    image: QImage = messages._shown[0]
    assert (image.width(), image.height()) == (64, 48)
    assert image.pixelColor(5, 20).red() > 150
    page.hide()
    assert messages.shown_part() == -1
    idle(qtbot, session)


def test_the_answer_to_the_question_is_used_for_the_rest(page, helen, qtbot):
    session, _ = helen
    number = opened(page, helen, qtbot, "which.txt")
    shown(page, session, qtbot)
    view = page.brought.view
    assert view.question.isVisible()
    view.question.radios[0].click()
    view.question.use.click()

    def first() -> str:
        message = view.list.message(0)
        return "" if message is None else message.at

    qtbot.waitUntil(lambda: first() == "2026-03-01T10:00", timeout=30_000)
    idle(qtbot, session)
    # It is stated, so whoever reads it later reads it so, and the other answer is still there to give.
    assert session.vault.read.exhibit(number).statements["date_order"].value == "day first"
    page.show_exhibit(helen[1]["long.txt"].number)
    idle(qtbot, session)
    opened(page, helen, qtbot, "which.txt")
    shown(page, session, qtbot)
    assert first() == "2026-03-01T10:00"
    assert view.question.radios[0].isChecked()
    view.question.radios[1].click()
    view.question.use.click()
    qtbot.waitUntil(lambda: first() == "2026-01-03T10:00", timeout=30_000)
    idle(qtbot, session)
    said = workflows.statement_history(session.vault, number, "date_order")
    assert [one.value for one in said] == ["day first", "month first"]


def test_what_is_locked_away_leaves_no_word(page, helen, qtbot):
    session, _ = helen
    number = opened(page, helen, qtbot, "away.txt")
    shown(page, session, qtbot)
    session.vault.record(acts_safeguards.exhibit_locked_away(number, Why.INDECENT_IMAGE))
    session.changed.emit()
    qtbot.waitUntil(lambda: "message 1" not in held(page.brought) and "Nadia" not in held(page.brought))
    assert not page.brought.isVisible()
    idle(qtbot, session)


def test_the_key_of_a_signature_is_stored_with_the_mail(page, helen, qtbot, tmp_path):
    session, _ = helen
    number = opened(page, helen, qtbot, "signed.eml")
    card = page.brought.keys
    assert card.isVisible()
    assert signing.ASKED in held(card)
    assert "Result" not in held(card)
    card.button.click()
    dialog = page.findChild(StoreKeyDialog) or page.window().findChild(StoreKeyDialog)
    dialog.save()
    assert dialog.isVisible()
    record = tmp_path / "record.txt"
    record.write_text(signing.pair()[1], "utf-8")
    dialog.take_file(record)
    assert dialog.origin.text() == "The file record.txt"
    dialog.origin.setText("the IT lead")
    dialog.got_by.setText("Tom Garrick")
    dialog.got_on.setText("2026-03-12")
    dialog.save()
    qtbot.waitUntil(lambda: "Passed with the stored key" in held(card), timeout=30_000)
    idle(qtbot, session)
    assert "from: the IT lead; got by Tom Garrick on 12 March 2026" in held(card)
    assert session.vault.read.exhibit(number).statements["mail_key.1.record"].value == signing.pair()[1]
