"""What was brought in on its page: real vault, real files, the real child process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app.capture import files
from evidence_app.records import StopAnswer, Why
from evidence_app.ui.pages.reading_pane import ReadingPane
from evidence_app.ui.session import Session
from evidence_app.vault import acts_safeguards
from evidence_app.workflows.importing import Batch, Brought, bring_in
from tests import brought, talks
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
    "long.txt": talks.long_chat(2_000),
    "which.txt": AMBIGUOUS,
    "away.txt": AMBIGUOUS + b"12/03/2026, 11:00 - Nadia: more\n",
    "photo.png": brought.picture("PNG"),
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
def pane(helen, show, qtbot: QtBot) -> Iterator[ReadingPane]:
    session, _ = helen
    result = ReadingPane(session)
    show(result, 1000, 700)
    yield result
    result.hide()
    idle(qtbot, session)


def opened(pane: ReadingPane, helen, qtbot: QtBot, name: str) -> str:
    done = helen[1]
    with qtbot.waitSignal(pane.ready, timeout=20_000) as said:
        pane.set_exhibit(done[name].number)
    assert said.args == [name != "photo.png"]
    return done[name].number


def shown(pane: ReadingPane, session: Session, qtbot: QtBot) -> None:
    pane.toggle()
    qtbot.waitUntil(pane.is_clear, timeout=30_000)
    idle(qtbot, session)


def test_a_mail_is_covered_until_it_is_asked_for_and_the_viewing_is_recorded(pane, helen, qtbot):
    session, done = helen
    number = opened(pane, helen, qtbot, "message.eml")
    before = views(session)
    assert "regret" not in held(pane)
    assert "nadia@larkmere.example" in held(pane)
    shown(pane, session, qtbot)
    assert pane.view.text.toPlainText() == "You will regret this.\n"
    assert views(session) == before + 1
    (part,) = done["message.eml"].parts
    assert part in held(pane), "the attachment's exhibit is linked"
    pane.toggle()
    assert not pane.is_clear()
    qtbot.waitUntil(lambda: "regret" not in held(pane))
    assert views(session) == before + 1
    assert pane.number() == number


def test_a_picture_has_nothing_here(pane, helen, qtbot):
    opened(pane, helen, qtbot, "photo.png")
    pane.toggle()
    idle(qtbot, helen[0])
    assert not pane.is_clear()


def test_further_messages_are_read_when_somebody_scrolls_to_them(pane, helen, qtbot):
    session, _ = helen
    opened(pane, helen, qtbot, "long.txt")
    shown(pane, session, qtbot)
    before = views(session)
    messages = pane.view.list
    qtbot.keyClick(messages, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: messages.message(1_999) is not None, timeout=30_000)
    idle(qtbot, session)
    assert messages.in_sight()[1] == 1_999
    assert views(session) == before, "one look is one entry"


def test_a_picture_of_a_chat_comes_from_the_child_in_pixels(pane, helen, qtbot):
    session, _ = helen
    opened(pane, helen, qtbot, "chat.zip")
    shown(pane, session, qtbot)
    messages = pane.view.list
    messages.go_to(1, near=True)
    qtbot.keyClick(messages, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: messages.shown_part() == 0, timeout=30_000)
    image: QImage = messages._shown[0]
    assert (image.width(), image.height()) == (64, 48)
    assert image.pixelColor(5, 20).red() > 150
    idle(qtbot, session)


def test_the_answer_to_the_question_is_used_for_the_rest(pane, helen, qtbot):
    session, _ = helen
    opened(pane, helen, qtbot, "which.txt")
    shown(pane, session, qtbot)
    assert pane.view.question.isVisible()
    pane.view.question.radios[0].click()
    pane.view.question.use.click()
    messages = pane.view.list
    qtbot.waitUntil(lambda: (messages.message(0) or talks).at == "2026-03-01T10:00", timeout=30_000)
    idle(qtbot, session)


def test_what_is_locked_away_leaves_no_word(pane, helen, qtbot):
    session, _ = helen
    number = opened(pane, helen, qtbot, "away.txt")
    shown(pane, session, qtbot)
    session.vault.record(acts_safeguards.exhibit_locked_away(number, Why.INDECENT_IMAGE))
    session.changed.emit()
    assert not pane.is_clear()
    qtbot.waitUntil(lambda: "message 1" not in held(pane) and "Nadia" not in held(pane))
    pane.toggle()
    idle(qtbot, session)
    assert not pane.is_clear()
