"""Help and Stop: readable without a vault, without a mouse, in a small window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from evidence_app import policy
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
    words = reading(page)
    assert all(line.name in words and line.about in words for line in policy.current().helplines)
    assert "under 18" in words
    assert "safeguarding lead" in words
    (danger,) = page.findChildren(Notice)
    assert "Call 999" in danger.accessibleName()
    below = [text for text in page.findChildren(Text) if not danger.isAncestorOf(text)]
    # Only the title of the page stands above it.
    assert [text.text() for text in below if place(text).top() < place(danger).top()] == ["Help and support"]


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


def test_help_scrolls_with_the_keyboard(show):
    page = HelpPage()
    show(page, 700, 400)
    page.setFocus()
    assert at() is page
    bar = page.verticalScrollBar()
    assert bar.maximum() > 0
    press(KEY.Key_PageDown)
    assert bar.value() > 0


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
    qtbot.waitUntil(lambda: cut_off(page) == [])
    assert nameless(page) == []
    assert name_of(page)
