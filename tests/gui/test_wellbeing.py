"""Pictures are blurred until asked, one at a time, and again on leaving, hiding, locking: on every page."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from evidence_app import workflows
from evidence_app.records import EntryKind, Picture, StopAnswer
from evidence_app.ui.shell import Shell
from evidence_app.vault.acts_safeguards import stop_answered
from tests import vaults
from tests.shells import clear_pixels, desk_of

pytest_plugins = ["tests.vault_fixtures", "tests.shell_fixtures"]

KEY = Qt.Key


def picture(shade: int) -> Picture:
    """Large enough that its blur, and every icon, is far smaller."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).point(lambda one: (one + shade) % 256).save(out, "PNG")
    return Picture(out.getvalue(), vaults.observed())


@pytest.fixture
def two(window) -> tuple[str, str]:
    """Numbers of two captures of INC-001 that can be shown."""
    return captured(window)


def captured(shell: Shell) -> tuple[str, str]:
    vault = desk_of(shell).session.vault
    vault.record(stop_answered("INC-001", StopAnswer.NO))
    first, second = (workflows.keep(vault, picture(shade), "INC-001").number for shade in (0, 90))
    desk_of(shell).session.changed.emit()
    return first, second


def settled(shell: Shell, qtbot) -> None:
    qtbot.waitUntil(lambda: not shell.runner.tasks, timeout=20_000)


def viewed(shell: Shell, number: str) -> int:
    entries = desk_of(shell).session.vault.read.entries_about(number)
    return sum(1 for one in entries if one.kind is EntryKind.EXHIBIT_VIEWED)


# --- the pages on which a picture can be shown: open, ask, see -------------------------------------------


def on_timeline(shell: Shell, qtbot, number: str) -> tuple[QWidget, Callable[[], Any], Callable[[], Any]]:
    desk = desk_of(shell)
    desk.show_section("incidents")
    desk.incidents.select("INC-001")
    settled(shell, qtbot)
    view = desk.incidents.timeline
    return view, lambda: view.toggle(number), lambda: view.shown() == number


def on_exhibit(shell: Shell, qtbot, number: str) -> tuple[QWidget, Callable[[], Any], Callable[[], Any]]:
    page = desk_of(shell).exhibit
    desk_of(shell).show_exhibit(number)
    qtbot.waitUntil(page.is_loaded, timeout=20_000)
    settled(shell, qtbot)
    return page, page.toggle, page.is_clear


def on_review(shell: Shell, qtbot, number: str) -> tuple[QWidget, Callable[[], Any], Callable[[], Any]]:
    shell._review(number)
    page: Any = shell.pages.currentWidget()
    settled(shell, qtbot)
    thumb = page.thumb
    return page, thumb.button.click, thumb.is_clear


PLACES = {"timeline": on_timeline, "exhibit": on_exhibit, "review": on_review}


def asked(shell: Shell, qtbot, place: str, number: str) -> Any:
    """A page with its picture shown, because a person asked for it."""
    page, ask, seen = PLACES[place](shell, qtbot, number)
    assert clear_pixels(shell) == [], "blurred until asked"
    before = viewed(shell, number)
    ask()
    qtbot.waitUntil(seen, timeout=20_000)
    settled(shell, qtbot)
    assert viewed(shell, number) == before + 1
    assert clear_pixels(shell), "the guard below would see it"
    return page


# --- leaving -------------------------------------------------------------------------------------------


def leave(shell: Shell, way: str) -> None:
    if way == "another page":
        shell._home()
        desk_of(shell).show_section("contacts")
    elif way == "help above it":
        shell._show_help()
    elif way == "hide key":
        shell.quick.hide()
    elif way == "made small":
        shell.showMinimized()
    elif way == "lock":
        shell._close_vault()


@pytest.mark.parametrize("place", PLACES)
def test_blurred_until_asked_and_again_whenever_the_page_is_lost(window, two, qtbot, place):
    ways = ["hide key", "another page", "made small", "help above it"]
    for way in ways if place == "exhibit" else ways[:2]:
        asked(window, qtbot, place, two[0])
        leave(window, way)
        settled(window, qtbot)
        assert clear_pixels(window) == [], f"{place}, {way}"
        window.quick.hiding.come_back()
        if window.isMinimized():
            window.showNormal()
        assert window.centralWidget().isVisible()
        settled(window, qtbot)
        assert clear_pixels(window) == [], f"back on {place} after {way}"
        window._home()


def test_nothing_of_a_picture_is_left_after_the_lock(shell, qtbot):
    asked(shell, qtbot, "exhibit", captured(shell)[0])
    leave(shell, "lock")
    assert clear_pixels(shell) == []


@pytest.mark.parametrize("place", PLACES)
def test_one_at_a_time(window, two, qtbot, place):
    page = asked(window, qtbot, place, two[0])
    alone = len(clear_pixels(window))
    if place == "timeline":
        page.toggle(two[1])
    else:
        page.show_exhibit(two[1])
    settled(window, qtbot)
    if place == "timeline":
        assert page.shown() == two[1]
        assert len(clear_pixels(window)) == alone
    else:
        assert clear_pixels(window) == []


@pytest.mark.parametrize("place", ["exhibit", "review"])
def test_a_picture_on_its_way_does_not_arrive_while_hidden(window, two, qtbot, place):
    _, ask, seen = PLACES[place](window, qtbot, two[0])
    ask()
    window.quick.hide()
    settled(window, qtbot)
    assert clear_pixels(window) == []
    window.quick.hiding.come_back()
    settled(window, qtbot)
    assert not seen()


def test_a_page_that_keeps_what_it_showed_would_be_caught(window, two, qtbot):
    """The planted violation: the picture stays in a list of the page, though nothing shows it."""
    page = asked(window, qtbot, "review", two[0])
    kept = [QImage.fromData(picture(0).png)]
    page.setProperty("planted", 1)
    leave(window, "another page")
    settled(window, qtbot)
    assert clear_pixels(window) == ["QImage 640 x 480"]
    kept.clear()
    assert clear_pixels(window) == []
