"""The exhibit page: real vaults, real keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidence_app.records import Said, Source
from evidence_app.ui.pages.exhibit import ExhibitPage
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Text
from evidence_app.ui.widgets.panels import INPUTS
from evidence_app.vault import acts
from tests.gui.striped import (
    clear_pixels,
    clipped,
    damage,
    idle,
    keep,
    open_incident,
    session_of_helen,
    views,
)
from tests.windows import SIZES, nameless

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        reference = open_incident(opened.vault, "Anonymous posts about my Year 9 lessons")
        for _ in range(3):
            keep(opened.vault, reference)
        yield opened


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot) -> ExhibitPage:
    result = ExhibitPage(session)
    show(result, 1064)
    result.show_exhibit("HXA/002")
    idle(qtbot, session)
    return result


def words(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(Text) if not one.isHidden())


def test_page_opens_blurred_and_says_where_it_is(page: ExhibitPage, session: Session) -> None:
    assert page.head.number_words.text() == "HXA/002"
    assert page.head.place.text() == "2 of 3"
    assert page.head.incident_link.accessibleName() == "INC-001 Anonymous posts about my Year 9 lessons"
    assert not page.is_clear()
    assert not clear_pixels(page)
    assert page.head.order.isVisible()
    assert page.head.order.text() == "In order"
    assert views(session) == 0


def test_v_shows_records_and_hides_again(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    qtbot.keyClick(page, Qt.Key.Key_V)
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    idle(qtbot, session)
    assert clear_pixels(page)
    assert views(session) == 1
    assert "Showed the picture" in words(page.history)
    qtbot.keyClick(page, Qt.Key.Key_V)
    assert not page.is_clear()
    assert not clear_pixels(page)
    assert views(session) == 1


def test_clear_pixels_are_gone_after_leaving(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.picture.blurred.button, LEFT)
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    idle(qtbot, session)
    assert clear_pixels(page)
    page.hide()
    assert not page.picture.view.has_picture()
    page.show()
    idle(qtbot, session)
    assert not page.is_clear()
    assert not clear_pixels(page)


def test_the_next_exhibit_is_blurred(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    page.toggle()
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    qtbot.mouseClick(page.head.next, LEFT)
    assert not page.is_clear()
    idle(qtbot, session)
    assert page.head.number_words.text() == "HXA/003"
    assert not page.head.next.isEnabled()
    assert not clear_pixels(page)
    qtbot.keyClick(page, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    idle(qtbot, session)
    assert page.head.number_words.text() == "HXA/002"


def test_a_picture_of_another_exhibit_never_arrives_late(
    page: ExhibitPage, session: Session, qtbot: QtBot
) -> None:
    page.toggle()
    page.show_exhibit("HXA/001")
    idle(qtbot, session)
    assert page.number() == "HXA/001"
    assert not page.is_clear()
    assert not clear_pixels(page)


def test_stated_keeps_every_version_newest_first(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    for note in ("The group has 13 members.", "The group has 31 members."):
        said = [Said("note", note, Source.TYPED), Said("kind", "insult,threat", Source.TYPED)]
        session.vault.record(acts.exhibit_stated("HXA/002", said))
    session.changed.emit()
    idle(qtbot, session)
    shown = words(page.stated)
    assert shown.index("31 members") < shown.index("13 members")
    assert shown.count("Earlier version.") == 2
    assert "Insults or mockery, Threat" in shown
    assert not [one for kind in INPUTS for one in page.stated.findChildren(kind)]


def test_observed_has_no_inputs_and_claims_no_address(page: ExhibitPage) -> None:
    shown = words(page.observed)
    assert "A screenshot cannot prove an address." in shown
    assert "Display 1, area 400 × 300 of 640 × 480" in shown
    assert "Level C2" in shown
    assert not [one for kind in INPUTS for one in page.observed.findChildren(kind)]


def test_entry_shows_the_links_on_both_sides(page: ExhibitPage, session: Session) -> None:
    seq = session.vault.read.exhibit("HXA/002").seq
    assert page.entry.title.text() == f"Entry {seq} in the record"
    labels = page.entry.rows.findChildren(Text)
    digests = [one.accessibleName() for one in labels]
    for neighbour in (seq - 1, seq, seq + 1):
        link = session.vault.read.entry(neighbour).link.hex()
        assert any(link in name.replace(" ", "") for name in digests)
    assert page.entry.chain.text() == "Chained to the entries on both sides."


def test_the_newest_entry_has_none_after_it(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    page.show_exhibit("HXA/003")
    idle(qtbot, session)
    assert "None yet" in words(page.entry)
    assert page.entry.chain.text().startswith("Chained to the entry before.")


def test_a_changed_file_is_said_and_never_shown(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    damage(session.vault, "HXA/001")
    page.show_exhibit("HXA/001")
    idle(qtbot, session)
    assert page.head.order.text() == "Not in order"
    assert page.message.text()
    page.toggle()
    idle(qtbot, session)
    assert not page.is_clear()
    assert views(session) == 0


def test_keys_and_buttons_emit_intentions(page: ExhibitPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.back_requested):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.add_requested) as asked:
        qtbot.mouseClick(page.head.add_button, LEFT)
    assert asked.args == ["HXA/002"]
    with qtbot.waitSignal(page.incident_requested) as asked:
        qtbot.mouseClick(page.head.incident_link, LEFT)
    assert asked.args == ["INC-001"]


def test_zoom_works_on_the_shown_picture(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    assert not page.picture.zoom_in.isEnabled()
    page.toggle()
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    before = page.picture.view.zoom()
    qtbot.mouseClick(page.picture.zoom_in, LEFT)
    assert page.picture.view.zoom() > before
    qtbot.mouseClick(page.picture.fit, LEFT)
    assert page.picture.view.zoom() <= before


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(
    page: ExhibitPage, session: Session, qtbot: QtBot, width: int, height: int
) -> None:
    said = [Said("platform", "Chirrup", Source.TYPED), Said("address", "https://" + "a" * 90, Source.PASTED)]
    session.vault.record(acts.exhibit_stated("HXA/002", [*said, Said("note", "Seen. " * 60, Source.TYPED)]))
    page.window().resize(width - 216, height)
    session.changed.emit()
    idle(qtbot, session)
    assert page.width() == width - 216
    assert clipped(page) == []
    assert nameless(page) == []


def test_a_long_address_wraps_but_copies_exactly(page: ExhibitPage, session: Session, qtbot: QtBot) -> None:
    address = "https://chirrup.example/larkmere_whispers/status/" + "0123456789" * 9
    session.vault.record(acts.exhibit_stated("HXA/002", [Said("address", address, Source.PASTED)]))
    session.changed.emit()
    idle(qtbot, session)
    (label,) = (one for one in page.stated.findChildren(LongText) if one.exact == address)
    assert label.accessibleName() == f"Web address: {address}"
    label.setFocus()
    label.setSelection(0, len(label.text()))
    qtbot.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == address
