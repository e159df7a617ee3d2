"""Help > Save the reader page: a file, its SHA-256, and a warning."""

from __future__ import annotations

from hashlib import sha256

import pytest
from PySide6.QtWidgets import QFileDialog

from evidence_app.ui.pages.help import HelpPage
from evidence_app.ui.widgets import HashLabel, Text
from tests.reader_page import PAGE
from tests.windows import SIZES, cut_off, nameless

pytest_plugins = ["tests.window_fixtures"]


def test_the_page_is_saved_and_its_digest_shown(show, tmp_path, monkeypatch):
    page = HelpPage()
    show(page)
    card, chosen = page.overview.reader_card, tmp_path / "reader"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(chosen), ""))
    assert card.findChildren(HashLabel) == []
    card.save_button.click()
    saved = tmp_path / "reader.html"
    assert saved.read_bytes() == PAGE.read_bytes()
    assert card.digest is not None
    assert card.digest.digest == sha256(PAGE.read_bytes()).hexdigest()
    assert saved.name in card.message.text()
    assert "came together with a bundle" in " ".join(one.text() for one in card.findChildren(Text))


def test_what_cannot_be_written_is_said_and_shows_no_digest(show, tmp_path):
    page = HelpPage()
    show(page)
    card = page.overview.reader_card
    there = tmp_path / "there.html"
    card.save(there)
    card.save(there)
    assert "Nothing was written" in card.message.text()
    assert card.digest is None


def test_nothing_happens_where_no_place_is_chosen(show, monkeypatch):
    page = HelpPage()
    show(page)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    page.overview.reader_card.save_button.click()
    assert page.overview.reader_card.message.text() == ""


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_fits(qtbot, show, tmp_path, width, height):
    page = HelpPage()
    show(page, width, height)
    page.overview.reader_card.save(tmp_path / "reader.html")
    qtbot.waitUntil(lambda: cut_off(page.overview) == [])
    assert nameless(page.overview) == []
