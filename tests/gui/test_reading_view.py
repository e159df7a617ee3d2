"""The view of what was brought in: hidden until asked for, plain text only, any length."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage, QShortcut
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from evidence_app.capture import reading
from evidence_app.characters import visible
from evidence_app.records import Limits, Reading
from evidence_app.ui.pages import reading_list
from evidence_app.ui.pages.long_text import BREAK
from evidence_app.ui.pages.reading_view import ReadingView
from evidence_app.ui.widgets import Link, ScrollPage
from tests import talks
from tests.talks_parts import PNG
from tests.windows import SIZES, cut_off, held, nameless

pytest_plugins = ["tests.window_fixtures"]

WINDOW = 100


def read(name: str, data: bytes, limits: Limits | None = None) -> Reading:
    return reading.find(name).read(BytesIO(data), limits or Limits())


class Owner:
    """What an exhibit page does with a view. The file is read once and handed over in windows."""

    def __init__(self, name: str, data: bytes) -> None:
        self.data = data
        self.whole = read(name, data, Limits(messages=100_000))
        self.asked: list[int] = []
        self.view = ReadingView(self.more)
        self.view.setMinimumHeight(600)
        self.view.set_reading("PXS/004", self.window(0))
        self.view.toggle_requested.connect(self.toggle)

    def window(self, first: int) -> Reading:
        return replace(self.whole, first=first, messages=self.whole.messages[first : first + WINDOW])

    def more(self, first: int) -> None:
        self.asked.append(first)
        self.view.add_window(self.window(first))

    def toggle(self) -> None:
        if self.view.is_clear():
            self.view.cover()
        else:
            self.view.reveal()


CHAT = talks.zipped({"_chat.txt": talks.whatsapp(talks.LOCALES[0]), talks.PICTURE: PNG})


def test_nothing_of_the_content_is_held_before_it_is_asked_for(show, qtbot: QtBot):
    owner = Owner("mail", talks.mail())
    show(owner.view)
    assert not owner.view.is_clear()
    assert "regret" not in held(owner.view)
    owner.view.show_button.click()
    assert owner.view.is_clear()
    assert owner.view.text.toPlainText() == "You will regret this.\n"
    assert "You will regret this" in held(owner.view)
    owner.view.hide_button.click()
    assert not owner.view.is_clear()
    qtbot.waitUntil(lambda: "regret" not in held(owner.view))


def test_leaving_the_page_covers_it_again(show):
    owner = Owner("archive", CHAT)
    show(owner.view)
    owner.view.show_button.click()
    assert owner.view.list.held() == 3
    owner.view.hide()
    assert (owner.view.is_clear(), owner.view.list.held()) == (False, 0)


def test_twenty_thousand_messages_are_read_in_windows_as_somebody_scrolls(show, qtbot: QtBot):
    owner = Owner("whatsapp", talks.long_chat(20_000))
    show(owner.view)
    owner.view.reveal()
    messages = owner.view.list
    assert (messages.total(), messages.held()) == (20_000, WINDOW)
    bar = messages.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert messages.in_sight()[1] == 19_999
    last = messages.message(19_999)
    assert last is not None
    assert last.text == "message 19999"
    for step in range(1, 40):
        bar.setValue(bar.maximum() * (step * 7 % 40) // 40)
        first, final = messages.in_sight()
        assert all(messages.message(row) is not None for row in range(first, final + 1))
    assert messages.held() <= reading_list.HELD
    assert len(owner.asked) < 60
    qtbot.keyClick(messages, Qt.Key.Key_End)
    assert messages.current() == 19_999
    assert messages.in_sight()[1] == 19_999
    assert "Message 20,000 of 20,000" in messages.accessibleDescription()
    # On a narrow page, as beside what was observed at 1024 pixels, the button keeps its room at any place.
    owner.view.resize(400, 600)
    qtbot.waitUntil(lambda: "of 20,000" in owner.view._place.text() and "-" not in owner.view._place.text())
    hide = owner.view.hide_button
    qtbot.waitUntil(lambda: hide.width() >= hide.sizeHint().width())
    assert hide.geometry().right() < owner.view.content.width()
    qtbot.keyClick(messages, Qt.Key.Key_Home)
    assert messages.in_sight()[0] == 0


def test_a_window_that_cannot_be_read_is_asked_for_again(show):
    asked: list[int] = []
    view = ReadingView(asked.append)
    view.set_reading("PXS/004", read("whatsapp", talks.long_chat(500), Limits(messages=10)))
    show(view)
    view.reveal()
    view.list.go_to(300)
    count = len(asked)
    assert count == 1, "one question at a time"
    view.window_failed()
    view.list.go_to(310)
    assert len(asked) == count + 1


def test_keys_move_from_message_to_message_and_copy(show, qtbot: QtBot):
    owner = Owner("archive", CHAT)
    show(owner.view)
    owner.view.show_button.setFocus()
    qtbot.keyClick(owner.view.show_button, Qt.Key.Key_Return)
    messages = owner.view.list
    assert messages.hasFocus()
    qtbot.keyClick(messages, Qt.Key.Key_Down)
    assert messages.current() == 1
    assert "Tom Garrick" in messages.accessibleDescription()
    assert "Picture (jpeg)" in messages.accessibleDescription()
    qtbot.keyClick(messages, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("12/03/2026, 14:33 Tom Garrick\n")


def test_pictures_are_shown_one_at_a_time_when_asked_for(show, qtbot: QtBot):
    owner = Owner("archive", CHAT)
    wanted: list[int] = []
    owner.view.part_requested.connect(wanted.append)
    show(owner.view)
    owner.view.reveal()
    messages = owner.view.list
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    owner.view.show_part(0, image)
    assert messages.shown_part() == -1, "nobody asked for it"
    messages.go_to(1, near=True)
    page: list[str] = []
    QShortcut(Qt.Key.Key_V, owner.view).activated.connect(lambda: page.append("V"))
    messages.setFocus()
    qtbot.keyClick(messages, Qt.Key.Key_V)
    assert (wanted, page) == ([0], [])
    owner.view.show_part(0, image)
    assert messages.shown_part() == 0
    row, top = next(place for place in messages._places if place[0] == 1)
    plan = messages._plan(row)
    assert plan is not None
    button = plan.button.translated(0, top)
    qtbot.mouseClick(messages.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(button.center()))
    assert messages.shown_part() == -1
    qtbot.keyClick(messages, Qt.Key.Key_V)
    owner.view.cover()
    owner.view.show_part(0, image)
    assert messages.shown_part() == -1, "it was on its way when somebody hid the conversation"


def test_the_question_is_asked_and_answered(show, qtbot: QtBot):
    owner = Owner("whatsapp", talks.ANDROID.encode())
    show(owner.view)
    owner.view.reveal()
    question = owner.view.question
    assert question.isVisible()
    assert not question.use.isEnabled()
    question.radios[0].click()
    with qtbot.waitSignal(owner.view.answered) as said:
        question.use.click()
    answer = (said.args[0], said.args[1])
    owner.view.reset_messages(read("whatsapp", owner.data, Limits(answers=(answer,))))
    first = owner.view.list.message(0)
    assert first is not None
    assert first.at == "2026-03-12T14:31"


def test_text_of_others_is_never_markup_and_its_marks_are_visible(show):
    data = "12/03/2026, 14:32 - <b>Nadia</b>: <a href='https://a.example'>x</a> \u202egnp.exe\x07\n"
    owner = Owner("whatsapp", data.encode())
    show(owner.view)
    owner.view.reveal()
    assert visible("a\u202eb\x00\nc\ufeff") == "a⟨U+202E⟩b⟨U+0000⟩\nc\ufeff"
    assert "⟨U+202E⟩gnp.exe⟨U+0007⟩" in owner.view.list.accessibleDescription()
    owner = Owner("html", f"<html><title>&lt;b&gt;</title><p>{data}".encode())
    show(owner.view)
    owner.view.reveal()
    assert isinstance(owner.view.text, QPlainTextEdit)
    assert "⟨U+202E⟩" in owner.view.text.toPlainText()
    assert not owner.view.text.isUndoRedoEnabled()
    assert owner.view.text.isReadOnly()


def test_a_word_without_end_is_laid_out_in_pieces_and_copied_whole(show, qtbot: QtBot):
    word = "x" * 300_000
    owner = Owner("html", f"<html><p>{word}".encode())
    show(owner.view)
    owner.view.reveal()
    text = owner.view.text
    assert max(map(len, text.toPlainText().split(BREAK))) == 200
    text.selectAll()
    text.copy()
    assert QGuiApplication.clipboard().text() == word


@pytest.mark.parametrize("size", SIZES)
def test_every_kind_fits_and_has_names(show, qtbot: QtBot, size):
    for name in ("whatsapp, marks", "chat with pictures", "SMS", "mail", "WACZ", "zip"):
        reader, data = talks.samples()[name]
        owner = Owner(reader, data)
        page = ScrollPage()
        page.body.addWidget(owner.view)
        show(page, *size)
        owner.view.reveal()
        assert not nameless(page), name
        qtbot.waitUntil(partial(lambda one: not cut_off(one), page))


def test_files_link_to_the_exhibits_that_they_became(show, qtbot: QtBot):
    owner = Owner("mail", talks.mail())
    owner.view.set_reading("PXS/004", read("mail", talks.mail()), {0: "PXS/005"})
    show(owner.view)
    link = next(one for one in owner.view.files.findChildren(Link) if one.text() == "PXS/005")
    with qtbot.waitSignal(owner.view.exhibit_opened) as said:
        link.click()
    assert said.args == ["PXS/005"]


def test_more_claims_and_files_than_rows_can_hold_unfold_in_a_box(show):
    headers = "".join(f"X-{number}: {'y' * 500}\n" for number in range(300))
    owner = Owner("mail", b"From: a@b.example\nSubject: x\n" + headers.encode() + b"\ntext")
    show(owner.view)
    claims = owner.view.claims
    assert claims.more.text() == "Show all of it (297 more)"
    claims.more.click()
    assert claims.all.toPlainText().count("X-") == 300
    assert "Subject: Shown with the content" in claims.all.toPlainText()
    claims.more.click()
    assert claims.all.toPlainText() == ""
    owner = Owner("archive", talks.zipped({f"{number}.png": PNG for number in range(100)}))
    show(owner.view)
    owner.view.reveal()
    owner.view.files.more.click()
    assert "99.png: Picture (png), 1 kB" in owner.view.files.all.toPlainText()
