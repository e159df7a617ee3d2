"""Help and Stop: readable without a vault, without a mouse, in a small window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from evidence_app import handbook, policy
from evidence_app.ui import theme
from evidence_app.ui.pages.help import HelpPage
from evidence_app.ui.pages.stop import StopPage
from evidence_app.ui.widgets import Notice, Text
from tests.windows import SIZES, at, cut_off, name_of, nameless, place, press

pytest_plugins = ["tests.window_fixtures"]

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def reading(page: QWidget) -> str:
    return " ".join(text.text() for text in page.findChildren(Text))


def test_danger_comes_first_and_every_helpline_is_there(show):
    page = HelpPage()
    show(page)
    words = reading(page.overview)
    for line in policy.current().helplines:
        assert line.name in words
        assert line.about in words
        assert line.contact in words
    assert "Check a number before you rely on it" in words
    assert policy.current().edition in words
    assert "under 18" in words
    assert "safeguarding lead" in words
    (danger,) = page.findChildren(Notice)
    assert "Call 999" in danger.accessibleName()
    below = [text for text in page.overview.findChildren(Text) if not danger.isAncestorOf(text)]
    assert all(place(text).top() > place(danger).top() for text in below)


def test_help_opened_before_unlocking_closes_by_button_and_by_escape(qtbot, show):
    page = HelpPage(closable=True)
    show(page)
    assert page.back_button is not None
    page.back_button.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(page.closed):
        press(KEY.Key_Return)
    page.setFocus()
    with qtbot.waitSignal(page.closed):
        press(KEY.Key_Escape)


def test_help_of_the_sidebar_has_no_way_back(qtbot, show):
    page = HelpPage()
    show(page)
    assert page.back_button is None
    page.setFocus()
    with qtbot.assertNotEmitted(page.closed):
        press(KEY.Key_Escape)


def test_the_first_page_scrolls_with_the_keyboard(show):
    page = HelpPage()
    show(page, 700, 400)
    page.overview.setFocus()
    assert at() is page.overview
    bar = page.overview.verticalScrollBar()
    assert bar.maximum() > 0
    press(KEY.Key_PageDown)
    assert bar.value() > 0


# --- the handbook ---------------------------------------------------------------------------------------


def heading(page: HelpPage) -> str:
    """The words of the heading that the cursor is on."""
    return str(page.reader.textCursor().block().text())


def test_chapters_and_headings_by_the_contents_and_by_keys(show):
    page = HelpPage()
    show(page)
    page.setFocus()
    assert at() is page.contents
    press(KEY.Key_Down)
    assert page.chapter() == "first-evening"
    assert page.reader.isVisible()
    assert heading(page) == "First evening"
    press(KEY.Key_Down)  # its parts follow it in the contents
    assert heading(page) == "Before you begin"
    page.reader.setFocus()
    press(KEY.Key_H)
    assert heading(page) == "The first time you start the program"
    press(KEY.Key_H, Qt.KeyboardModifier.ShiftModifier)
    press(KEY.Key_H, Qt.KeyboardModifier.ShiftModifier)
    assert heading(page) == "First evening"
    assert page.reader.accessibleName() == "Handbook: First evening"
    item = page.contents.currentItem()
    assert item is not None
    assert item.data(0, Qt.ItemDataRole.AccessibleTextRole) == "Heading: Before you begin"


def test_every_heading_is_one_for_other_programs_too(show):
    page = HelpPage()
    show(page)
    for chapter in handbook.chapters():
        page.show_chapter(chapter.slug)
        assert len(page._headings()) == 1 + len(chapter.headings())


def test_a_link_leads_to_its_chapter(show):
    page = HelpPage()
    show(page)
    page.show_chapter("first-evening")
    page._follow(QUrl("who-helps"))
    assert page.chapter() == "who-helps"
    assert at() is page.reader


def test_searching_leaves_the_chapters_that_have_it_and_goes_from_place_to_place(show):
    page = HelpPage(closable=True)
    show(page)
    press(KEY.Key_F, CTRL)
    assert at() is page.search
    page.contents.setFocus()
    press(KEY.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert at() is page.search
    page.search.setText("recovery sheet")
    shown = [one.text(0) for one in page._items() if not one.isHidden()]
    assert any(one.startswith("Keys, passphrase, recovery (") for one in shown)
    assert not any(one.startswith("Phone evidence") for one in shown)
    press(KEY.Key_Return)
    assert at() is page.reader
    assert page.reader.textCursor().selectedText().lower() == "recovery sheet"
    count = len(page.reader.extraSelections())
    assert f"{count} place" in page.count.text()
    places = set()
    for _ in range(count):
        places.add(page.reader.textCursor().position())
        press(KEY.Key_F3)
    assert len(places) == count
    press(KEY.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert page.reader.textCursor().selectedText().lower() == "recovery sheet"
    page.search.setText("zebra crossing")
    assert "Nothing in the handbook" in page.message.text()
    page.search.setText("")
    assert [one.text(0) for one in page._items()][1:] == [one.title for one in handbook.chapters()]
    assert page.reader.extraSelections() == []


def test_a_chapter_is_printed_dark_on_white(show, qapp, tmp_path):
    theme.apply(qapp, True)
    page = HelpPage()
    show(page)
    page.show_chapter("keyboard")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "keyboard.pdf"))
    page.print_to(printer)
    assert (tmp_path / "keyboard.pdf").read_bytes().startswith(b"%PDF")
    theme.apply(qapp, False)


def test_another_look_keeps_the_place(show, qapp):
    page = HelpPage()
    show(page)
    page.show_chapter("keyboard")
    page.reader.verticalScrollBar().setValue(90)
    before = page.reader.toPlainText()
    theme.apply(qapp, True)
    qapp.processEvents()
    assert theme.DARK.text.lower() in page.reader.toHtml().lower()
    assert page.reader.toPlainText() == before
    assert page.reader.verticalScrollBar().value() == 90
    theme.apply(qapp, False)


def test_stop_says_whom_to_tell_and_writes_nothing(show):
    page = StopPage()
    show(page)
    words = reading(page)
    for part in ("Headteacher", "safeguarding lead", "Chair of Governors", "Call 999", "do not capture"):
        assert part in words
    assert "nothing wrong" in words


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (KEY.Key_Return, Qt.KeyboardModifier.NoModifier, "referral"),
        (KEY.Key_Space, Qt.KeyboardModifier.NoModifier, "referral"),
        (KEY.Key_Enter, CTRL, "referral"),
        (KEY.Key_Escape, Qt.KeyboardModifier.NoModifier, "closed"),
    ],
)
def test_stop_leads_to_the_referral_or_back_once_by_each_key(show, key, modifier, expected):
    page = StopPage()
    told: list[str] = []
    page.closed.connect(lambda: told.append("closed"))
    page.referral_requested.connect(lambda _found: told.append("referral"))
    show(page)
    assert at() is page.referral_button
    press(key, modifier)
    assert told == [expected]


@pytest.mark.parametrize(("width", "height"), [*SIZES, (808, 640)])
@pytest.mark.parametrize("kind", [HelpPage, StopPage])
def test_nothing_is_clipped(qtbot, show, kind, width, height):
    page = kind()
    show(page, width, height)
    if isinstance(page, HelpPage):
        page.show_chapter("words")
        page.search.setText("exhibit")
    qtbot.waitUntil(lambda: cut_off(page) == [])
    assert nameless(page) == []
    assert name_of(page)
