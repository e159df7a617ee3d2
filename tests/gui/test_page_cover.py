"""Covering in real pages: a real vault, real keys and the real mouse, and the pixels of the sealed copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsPixmapItem, QWidget
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import Area, Cover, EntryKind, Relation, Said, Source, Why
from evidence_app.settings import Settings
from evidence_app.ui import theme
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages import timeline_copies
from evidence_app.ui.pages.cover import CoverPage
from evidence_app.ui.pages.cover_drafts import Draft, Part
from evidence_app.ui.pages.cover_drafts import Drafts as CoverDrafts
from evidence_app.ui.pages.cover_kept import COVER
from evidence_app.ui.pages.cover_kept import drawn as drawn_of
from evidence_app.ui.pages.cover_leave import LeaveDialog
from evidence_app.ui.pages.exhibit_panels import Relations, load
from evidence_app.ui.pages.incidents import IncidentsPage
from evidence_app.ui.pages.timeline import TimelineView
from evidence_app.ui.pages.timeline_paint import plan_card
from evidence_app.ui.pages.timeline_rows import ExhibitRow
from evidence_app.ui.pages.unfinished import unfinished
from evidence_app.ui.pages.unfinished import words_of as words_of_draft
from evidence_app.ui.session import Session
from evidence_app.ui.shell import Shell
from evidence_app.ui.widgets import BlurThumb, Text
from evidence_app.vault import layout
from evidence_app.vault.drafts import Drafts
from tests.gui.striped import (
    GREEN,
    MAGENTA,
    clear_pixels,
    clipped,
    idle,
    keep,
    open_incident,
    session_of_helen,
    views,
)
from tests.windows import SIZES, nameless, press, tab_order

if TYPE_CHECKING:
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures"]

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ORIGINAL = "HXA/001"


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        reference = open_incident(opened.vault, "Anonymous posts about my Year 9 lessons")
        for _ in range(2):
            keep(opened.vault, reference)
        yield opened


@pytest.fixture
def page(session: Session, show: Show, qtbot: QtBot) -> CoverPage:
    result = CoverPage(session)
    show(result, 1280)
    result.start(ORIGINAL)
    idle(qtbot, session)
    return result


@pytest.fixture
def clear(page: CoverPage, session: Session, qtbot: QtBot) -> CoverPage:
    qtbot.mouseClick(page.picture.pane(), LEFT)
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    idle(qtbot, session)
    return page


def at(page: CoverPage, x: int, y: int) -> QPoint:
    """Where a pixel of the picture is in its view."""
    return page.view.mapFromScene(x, y)


def drag(page: CoverPage, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press, move and let go, between two pixels of the picture."""
    port = page.view.viewport()
    QTest.mousePress(port, LEFT, Qt.KeyboardModifier.NoModifier, at(page, *start))
    QTest.mouseMove(port, at(page, *end))
    QTest.mouseRelease(port, LEFT, Qt.KeyboardModifier.NoModifier, at(page, *end))


def areas(page: CoverPage) -> list[Area]:
    return [one.area for one in page.drafts.all()]


def choose_reason(page: CoverPage, place: int, code: str) -> None:
    select = page.rows.rows[place].reason.input
    select.setCurrentIndex(select.findData(code))


def near(area: Area, wanted: Area) -> bool:
    """The same to a pixel: the zoom need not divide the picture."""
    return all(
        abs(one - other) <= 1
        for one, other in zip(
            (area.left, area.top, area.width, area.height),
            (wanted.left, wanted.top, wanted.width, wanted.height),
            strict=True,
        )
    )


def pixels_held(root: QWidget) -> list[str]:
    """Every widget below that holds a picture, blurred or clear."""
    found = [type(one).__name__ for one in root.findChildren(BlurThumb) if one.has_image() or one.is_clear()]
    if isinstance(root, CoverPage):
        found += [
            type(one).__name__ for one in root.view.scene().items() if isinstance(one, QGraphicsPixmapItem)
        ]
    return found


def leave_dialog(page: CoverPage) -> LeaveDialog:
    assert isinstance(page.dialog, LeaveDialog)
    return page.dialog


def pixels(session: Session, number: str) -> Image.Image:
    return Image.open(BytesIO(session.vault.read_original(number))).convert("RGB")


def colours(picture: Image.Image) -> set[object]:
    return {colour for _count, colour in picture.getcolors() or []}


# --- the picture --------------------------------------------------------------------------------------


def test_the_picture_is_blurred_until_show_which_is_recorded(page, session, qtbot):
    assert not clear_pixels(page)
    assert views(session) == 0
    assert not page.new_button.isEnabled()
    press(KEY.Key_N)
    assert page.drafts.all() == ()
    assert page.message.text().startswith("Show the picture first")
    press(KEY.Key_V)
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    idle(qtbot, session)
    assert clear_pixels(page)
    assert views(session) == 1
    press(KEY.Key_V)
    assert not page.is_clear()
    assert not clear_pixels(page)


def test_covers_stay_while_the_picture_is_blurred(clear, session, qtbot):
    drag(clear, (40, 40), (120, 90))
    clear.toggle()
    assert not clear.view.scene().items()
    clear.toggle()
    qtbot.waitUntil(clear.is_clear, timeout=20_000)
    idle(qtbot, session)
    assert len(areas(clear)) == 1
    assert len(clear.view.scene().items()) == 2


def test_zoom_and_fit_work_while_covering(clear, qtbot):
    before = clear.view.zoom()
    qtbot.mouseClick(clear.picture.zoom_in, LEFT)
    assert clear.view.zoom() > before
    qtbot.mouseClick(clear.picture.fit, LEFT)
    assert clear.view.zoom() <= before


# --- drawing ------------------------------------------------------------------------------------------


def test_drawn_moved_and_sized_by_mouse(clear):
    drag(clear, (40, 40), (119, 89))
    (area,) = areas(clear)
    assert near(area, Area(40, 40, 80, 50))
    drag(clear, (60, 60), (160, 110))
    (moved,) = areas(clear)
    assert near(moved, Area(140, 90, 80, 50))
    drag(clear, (moved.left + moved.width, moved.top + moved.height), (300, 200))
    (sized,) = areas(clear)
    assert (sized.left, sized.top) == (moved.left, moved.top)
    assert sized.width > moved.width
    assert sized.height > moved.height


def test_a_cover_never_leaves_the_picture(clear):
    drag(clear, (350, 250), (900, 900))
    assert near(areas(clear)[0], Area(350, 250, 50, 50))
    for _ in range(60):
        press(KEY.Key_Right)
        press(KEY.Key_Down)
    area = areas(clear)[0]
    assert (area.left + area.width, area.top + area.height) == (400, 300)


def test_a_click_and_a_drag_beside_the_picture_cover_nothing(clear):
    drag(clear, (40, 40), (41, 41))
    drag(clear, (-30, -30), (-4, 200))
    assert areas(clear) == []


def test_escape_gives_a_drag_up(clear):
    drag(clear, (40, 40), (119, 89))
    before = areas(clear)
    port = clear.view.viewport()
    QTest.mousePress(port, LEFT, Qt.KeyboardModifier.NoModifier, at(clear, 60, 60))
    QTest.mouseMove(port, at(clear, 160, 110))
    assert areas(clear) != before
    press(KEY.Key_Escape)
    assert areas(clear) == before
    assert clear.dialog is None


def test_keys_draw_move_size_choose_and_remove(clear):
    press(KEY.Key_N)
    first = areas(clear)[0]
    middle = first.left + first.width // 2, first.top + first.height // 2
    assert abs(middle[0] - 200) <= 2
    assert abs(middle[1] - 150) <= 2
    press(KEY.Key_Right, CTRL)
    press(KEY.Key_Up, CTRL)
    assert areas(clear)[0] == Area(first.left + 1, first.top - 1, first.width, first.height)
    press(KEY.Key_Left)
    assert areas(clear)[0].left < first.left
    press(KEY.Key_Right, SHIFT | CTRL)
    press(KEY.Key_Down, SHIFT | CTRL)
    assert (areas(clear)[0].width, areas(clear)[0].height) == (first.width + 1, first.height + 1)
    press(KEY.Key_N)
    assert clear.drafts.chosen == 1
    press(KEY.Key_Tab, SHIFT)
    assert clear.drafts.chosen == 0
    assert clear.view.accessibleDescription().startswith("Cover 1 of 2, No reason yet")
    press(KEY.Key_Tab)
    assert clear.drafts.chosen == 1
    press(KEY.Key_Delete)
    assert len(areas(clear)) == 1
    assert len(clear.rows.rows) == 1
    assert clear.view.hasFocus()


def test_the_chosen_cover_is_in_view_beside_the_picture(clear, qtbot):
    for _ in range(8):
        press(KEY.Key_N)

    def seen(place: int) -> bool:
        row, port = clear.rows.rows[place], clear.rows.viewport()
        top = row.mapTo(port, QPoint(0, 0)).y()
        return top >= 0 and top + row.height() <= port.height()

    qtbot.waitUntil(lambda: seen(7) and not seen(0))
    assert len(set(areas(clear))) == 8  # not one on top of the other
    clear.drafts.choose(0)
    qtbot.waitUntil(lambda: seen(0) and not seen(7))


def test_tab_leaves_the_picture_after_the_last_cover(clear):
    press(KEY.Key_N)
    press(KEY.Key_N)
    stops = tab_order()
    assert {clear.make_button, clear.cancel_button} <= set(stops)
    assert {one.reason.input for one in clear.rows.rows} <= set(stops)


def test_no_more_than_the_engine_takes(clear, monkeypatch):
    monkeypatch.setattr("evidence_app.ui.pages.cover_drafts.MAX_COVERS", 2)
    for _ in range(3):
        press(KEY.Key_N)
    assert len(areas(clear)) == 2
    assert clear.message.text().startswith("There are 2 covers")


def test_a_new_cover_takes_the_reason_of_the_last_but_never_words():
    drafts = CoverDrafts()
    area = Area(0, 0, 10, 10)
    drafts.add(area)
    assert drafts.all()[0].reason == ""
    drafts.set_reason(0, "pupil_name")
    drafts.add(area)
    assert drafts.all()[1].reason == "pupil_name"
    drafts.set_reason(1, "other")
    drafts.set_words(1, "A badge")
    drafts.add(area)
    assert (drafts.all()[2].reason, drafts.all()[2].words) == ("", "")
    drafts.set_reason(1, "login")
    assert drafts.covers()[1] == Cover(area, "login", "")


# --- making -------------------------------------------------------------------------------------------


def test_every_cover_needs_a_reason(clear, session, qtbot):
    qtbot.mouseClick(clear.make_button, LEFT)
    assert clear.message.text().startswith("Nothing is covered yet")
    clear.new_cover()
    clear.make()
    row = clear.rows.rows[0]
    assert clear.message.text().startswith("Every cover needs a reason")
    assert row.reason.input.hasFocus()
    choose_reason(clear, 0, "other")
    assert row.words.isVisible()
    clear.drafts.choose(-1)
    clear.make()
    assert row.words.input.hasFocus()
    assert clear.drafts.chosen == 0
    idle(qtbot, session)
    assert session.vault.read.copies(ORIGINAL) == ()


def test_what_is_covered_is_one_solid_colour_in_the_copy_and_the_original_is_unchanged(clear, session, qtbot):
    stored = session.vault.read.exhibit(ORIGINAL).stored
    before = session.vault.read_original(ORIGINAL)
    drag(clear, (40, 40), (119, 89))
    choose_reason(clear, 0, "pupil_name")
    drag(clear, (200, 100), (299, 149))
    choose_reason(clear, 1, "other")
    qtbot.keyClicks(clear.rows.rows[1].words.input, "A badge")
    covered = areas(clear)
    with qtbot.waitSignal(clear.made, timeout=30_000) as made:
        qtbot.mouseClick(clear.make_button, LEFT)
    assert made.args == [ORIGINAL, "HXA/003"]
    copy = session.vault.read.exhibit("HXA/003")
    assert copy.derived is not None
    assert copy.derived.relation is Relation.COVERED
    assert [(one.reason, one.words) for one in copy.derived.covers] == [
        ("pupil_name", ""),
        ("other", "A badge"),
    ]
    shown, whole = pixels(session, "HXA/003"), pixels(session, ORIGINAL)
    for area in covered:
        box = (area.left, area.top, area.left + area.width, area.top + area.height)
        assert colours(whole.crop(box)) == {MAGENTA, GREEN}
        assert colours(shown.crop(box)) == {(0, 0, 0)}
        shown.paste(whole.crop(box), box[:2])
    assert shown.tobytes() == whole.tobytes()
    assert session.vault.read_original(ORIGINAL) == before
    assert session.vault.read.exhibit(ORIGINAL).stored == stored
    idle(qtbot, session)
    assert session.vault.read.exhibits("INC-001")[-1].number == "HXA/003"


def test_the_whole_way_by_keyboard(page, session, qtbot):
    press(KEY.Key_Space)  # Show has the keyboard
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    idle(qtbot, session)
    press(KEY.Key_N)
    press(KEY.Key_Right, SHIFT)
    press(KEY.Key_Up)
    assert page.rows.rows[0].reason.input in tab_order()
    while not page.rows.rows[0].reason.input.hasFocus():
        press(KEY.Key_Tab)
    press(KEY.Key_Down)
    with qtbot.waitSignal(page.made, timeout=30_000):
        press(KEY.Key_Return, CTRL)
    copy = session.vault.read.exhibit("HXA/003")
    assert copy.derived is not None
    assert [one.reason for one in copy.derived.covers] == ["pupil_name"]
    idle(qtbot, session)


def test_a_copy_that_cannot_be_made_says_so_and_loses_no_cover(clear, session, qtbot):
    drag(clear, (40, 40), (119, 89))
    choose_reason(clear, 0, "pupil_name")
    stored = session.vault.read.exhibit(ORIGINAL).stored
    (path,) = (session.vault.folder / "objects").glob(f"??/{stored.object_id}.age")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    qtbot.mouseClick(clear.make_button, LEFT)
    idle(qtbot, session)
    assert clear.message.text()
    assert len(areas(clear)) == 1
    assert clear.make_button.isEnabled()
    assert session.vault.read.copies(ORIGINAL) == ()
    path.write_bytes(whole)
    with qtbot.waitSignal(clear.made, timeout=30_000):
        qtbot.mouseClick(clear.make_button, LEFT)
    idle(qtbot, session)


# --- leaving ------------------------------------------------------------------------------------------


def test_leaving_with_covers_asks_one_question(clear, session, qtbot):
    drag(clear, (40, 40), (119, 89))
    left: list[bool] = []
    clear.closed.connect(lambda: left.append(True))
    press(KEY.Key_Escape)
    dialog = clear.dialog
    assert isinstance(dialog, LeaveDialog)
    qtbot.waitUntil(dialog.stay_button.hasFocus)
    press(KEY.Key_Escape)
    assert left == []
    assert len(areas(clear)) == 1
    qtbot.mouseClick(clear.cancel_button, LEFT)
    dialog = clear.dialog
    assert isinstance(dialog, LeaveDialog)
    assert nameless(dialog) == []
    clear.keeper.flush()
    assert session.vault.drafts.get(COVER, ORIGINAL) is not None
    qtbot.mouseClick(dialog.leave_button, LEFT)
    assert left == [True]
    assert session.vault.drafts.get(COVER, ORIGINAL) is None


def test_covers_that_are_kept_are_there_again_and_gone_once_they_are_made(session, show, qtbot):
    first = CoverPage(session)
    show(first)
    first.start(ORIGINAL)
    idle(qtbot, session)
    drawn = [Draft(Area(10, 20, 30, 40), "pupil_name"), Draft(Area(1, 2, 3, 4), "other", "a badge"),
             Draft(Area(5, 5, 5, 5), part=Part("Nadia Ellery", places=3))]  # fmt: skip
    first.drafts.restore(drawn)
    first.ask_to_close()
    with qtbot.waitSignal(first.closed):
        leave_dialog(first).keep_button.click()
    assert b"Nadia Ellery" not in (session.vault.folder / layout.DRAFTS).read_bytes()
    second = CoverPage(session)
    show(second)
    second.start(ORIGINAL)
    assert list(second.drafts.all()) == drawn
    assert not second.is_clear()
    second.drafts.remove(2)
    idle(qtbot, session)
    with qtbot.waitSignal(second.made, timeout=20_000):
        second.make()
    assert session.vault.drafts.get(COVER, ORIGINAL) is None
    third = CoverPage(session)
    third.start(ORIGINAL)
    idle(qtbot, session)
    assert not third.is_unfinished()
    third.deleteLater()


def test_a_draft_that_cannot_be_read_is_no_cover(session):
    session.vault.drafts.keep(COVER, ORIGINAL, [Said("cover.0", '{"area": 4}', Source.TYPED)])
    kept = session.vault.drafts.get(COVER, ORIGINAL)
    assert kept is not None
    assert drawn_of(kept) == []


def test_leaving_without_covers_asks_nothing(clear, qtbot):
    with qtbot.waitSignal(clear.closed):
        press(KEY.Key_Escape)
    assert clear.dialog is None


def test_no_pixels_are_held_after_leaving(clear, session, qtbot):
    drag(clear, (40, 40), (119, 89))
    assert pixels_held(clear)
    clear.hide()
    assert pixels_held(clear) == []
    clear.show()
    QApplication.processEvents()
    assert not clear_pixels(clear)


def test_a_picture_that_comes_after_leaving_is_not_kept(page, session, qtbot):
    page.toggle()
    page.hide()
    idle(qtbot, session)
    assert pixels_held(page) == []


def test_a_picture_that_is_locked_away_meanwhile_goes_at_once(clear, session, qtbot):
    drag(clear, (40, 40), (119, 89))
    left: list[bool] = []
    clear.closed.connect(lambda: left.append(True))
    workflows.lock_away(session.vault, ORIGINAL, Why.ASKED_BY_POLICE, ())
    session.changed.emit()
    assert left == [True]
    assert pixels_held(clear) == []
    assert not clear_pixels(clear)
    idle(qtbot, session)


def test_what_is_locked_away_is_never_read(session, show, qtbot):
    workflows.lock_away(session.vault, ORIGINAL, Why.ASKED_BY_POLICE, ())
    page = CoverPage(session)
    show(page)
    page.start(ORIGINAL)
    page.toggle()
    page.new_cover()
    page.make()
    idle(qtbot, session)
    assert "locked away" in page.message.text()
    assert pixels_held(page) == []
    assert views(session) == 0
    assert session.vault.read.copies(ORIGINAL) == ()


# --- the way there, and what the exhibit page says afterwards -------------------------------------------


def menu_lines(desk: Desk, words: str) -> list[bool]:
    return [one.isEnabled() for one in desk.exhibit.menu.button.menu_acts if words in one.text()]


@pytest.fixture
def shell(session: Session, tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    window = Shell(Settings(), tmp_path / "settings")
    window._unlocked(session.vault)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=10_000)
    yield window
    assert window.runner.shutdown()
    window.close()
    window.deleteLater()


def settled(qtbot: QtBot, shell: Shell) -> None:
    assert shell.session is not None
    idle(qtbot, shell.session)


def desk_of(shell: Shell) -> Desk:
    desk = shell.pages.widget(0)
    assert isinstance(desk, Desk)
    return desk


def to_cover(qtbot: QtBot, shell: Shell) -> CoverPage:
    """From the exhibit page by its More menu."""
    desk = desk_of(shell)
    desk.show_exhibit(ORIGINAL)
    settled(qtbot, shell)
    desk.exhibit.menu.button.act_named("Cover parts").trigger()
    page = shell.pages.currentWidget()
    assert isinstance(page, CoverPage)
    settled(qtbot, shell)
    return page


def words_of(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(Text) if not one.isHidden()]


def test_from_the_menu_to_the_copy_and_along_the_links(shell, qtbot):
    page = to_cover(qtbot, shell)
    page.toggle()
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    page.new_cover()
    choose_reason(page, 0, "pupil_name")
    page.make()
    qtbot.waitUntil(lambda: shell.pages.count() == 1, timeout=30_000)
    settled(qtbot, shell)
    desk = desk_of(shell)
    exhibit = desk.exhibit
    assert exhibit.number() == "HXA/003"
    assert exhibit.message.text() == (
        "HXA/003 is the covered copy of HXA/001, and it is sealed. The original is unchanged."
    )
    assert [one.accessibleName() for one in exhibit.head.relations.links] == ["Covered copy of HXA/001"]
    assert "Pupil's name" in words_of(exhibit.observed)
    assert menu_lines(desk, "Cover parts") == [False]
    (link,) = exhibit.head.relations.links
    link.setFocus()
    shell.session.changed.emit()
    settled(qtbot, shell)
    assert link.hasFocus()
    press(KEY.Key_Tab)
    assert exhibit.head.previous.hasFocus()
    qtbot.mouseClick(link, LEFT)
    settled(qtbot, shell)
    assert exhibit.number() == ORIGINAL
    assert [one.accessibleName() for one in exhibit.head.relations.links] == ["Has a covered copy: HXA/003"]
    qtbot.mouseClick(exhibit.head.relations.links[0], LEFT)
    settled(qtbot, shell)
    assert exhibit.number() == "HXA/003"
    exhibit.show_exhibit("HXA/002")
    settled(qtbot, shell)
    assert not exhibit.head.relations.isVisible()


def card_row(view: TimelineView, number: str) -> ExhibitRow:
    row = view.row(view.row_keys().index(number))
    assert isinstance(row, ExhibitRow)
    return row


def test_the_timeline_says_what_belongs_together_with_a_link_to_each(session, show, qtbot):
    made = [workflows.cover(session.vault, ORIGINAL, [Cover(Area(0, 0, 40, 40), "pupil_name")])]
    made.append(workflows.cover(session.vault, ORIGINAL, [], Area(0, 0, 80, 80)))
    covered, cropped = (one.number for one in made)
    page = IncidentsPage(session)
    show(page, 1064, 768)
    idle(qtbot, session)
    view = page.timeline
    said = {number: card_row(view, number).related for number in (ORIGINAL, covered, cropped)}
    assert [one.spoken for one in said.values() if one is not None] == [
        f"Has copies: {covered}, {cropped}",
        f"Covered copy of {ORIGINAL}",
        f"Cropped copy of {ORIGINAL}",
    ]
    assert card_row(view, "HXA/002").related is None
    assert "Needs details" not in card_row(view, covered).spoken
    for number, links in ((ORIGINAL, (covered, cropped)), (covered, (ORIGINAL,))):
        view.select(number)
        index = view.currentIndex()
        line = plan_card(card_row(view, number), view.width(), shown=False).related
        assert line is not None
        for link, box in line.links:
            at = view.visualRect(index).topLeft() + box.center()
            with qtbot.waitSignal(view.exhibit_opened) as opened:
                qtbot.mouseClick(view.viewport(), LEFT, pos=at)
            assert opened.args == [link]
        assert tuple(link for link, _ in line.links) == links
    view.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(view.exhibit_opened) as opened:
        press(KEY.Key_R)
    assert opened.args == [ORIGINAL]
    of_original = said[ORIGINAL]
    assert of_original is not None
    narrow = timeline_copies.plan(of_original, 0, 0, 180)
    assert ([link for link, _ in narrow.links], narrow.rest) == ([covered], "and 1 more")
    workflows.lock_away(session.vault, ORIGINAL, Why.ASKED_BY_POLICE, ())
    session.changed.emit()
    idle(qtbot, session)
    assert {card_row(view, number).related for number in said} == {None}


def test_what_is_locked_away_has_no_way_to_covering(shell, qtbot):
    session, desk = shell.session, desk_of(shell)
    desk.show_exhibit(ORIGINAL)
    settled(qtbot, shell)
    assert menu_lines(desk, "Cover parts") == [True]
    workflows.lock_away(session.vault, ORIGINAL, Why.ASKED_BY_POLICE, ())
    session.changed.emit()
    settled(qtbot, shell)
    assert menu_lines(desk, "Cover parts") == []


def test_files_wait_for_covers_that_are_not_made_and_a_closed_window_keeps_them(shell, session, qtbot):
    page = to_cover(qtbot, shell)
    assert shell._held() == ""
    page.toggle()
    qtbot.waitUntil(page.is_clear, timeout=20_000)
    page.new_cover()
    assert shell._held()
    page.ask_to_close()
    leave_dialog(page).reject()
    assert shell.pages.currentWidget() is page
    page.ask_to_close()
    leave_dialog(page).keep_button.click()
    assert isinstance(shell.pages.currentWidget(), Desk)
    assert pixels_held(page) == []
    (draft,) = unfinished(shell.session)
    assert words_of_draft(draft) == f"Covers on {ORIGINAL}"
    shell._finish(draft)
    again = shell.pages.currentWidget()
    assert isinstance(again, CoverPage)
    assert len(again.drafts.all()) == 1
    settled(qtbot, shell)
    folder, identity = session.vault.folder, session.vault.identity
    again.drafts.set_reason(0, "pupil_name")
    shell.close()
    (kept,) = Drafts(folder, identity).all()
    assert [one.reason for one in drawn_of(kept)] == ["pupil_name"]


def test_a_disposed_original_is_named_without_a_link(session, show, qtbot):
    copy = workflows.cover(session.vault, ORIGINAL, [Cover(Area(10, 10, 40, 20), "pupil_name")])
    file = load(session.vault, copy.number)
    assert file.origin == ORIGINAL
    relations = Relations()
    qtbot.addWidget(relations)
    relations.set_file(replace(file, origin=""))
    assert relations.links == []
    assert words_of(relations) == ["Covered copy of", "HXA/001, which was disposed of"]


def test_one_entry_is_written_for_a_copy(clear, session, qtbot):
    drag(clear, (40, 40), (119, 89))
    choose_reason(clear, 0, "pupil_name")
    size, _ = session.vault.head
    with qtbot.waitSignal(clear.made, timeout=30_000):
        clear.make()
    clear.make()
    idle(qtbot, session)
    kinds = [one.kind for one in session.vault.read.entries() if one.seq > size]
    assert kinds == [EntryKind.EXHIBIT_DERIVED]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_clipped_and_everything_has_a_name(clear, session, qtbot, qapp, width, height, dark):
    theme.apply(qapp, dark)
    clear.window().resize(width, height)
    drag(clear, (40, 40), (119, 89))
    choose_reason(clear, 0, "private_life")
    drag(clear, (200, 100), (299, 149))
    choose_reason(clear, 1, "other")
    drag(clear, (20, 200), (119, 249))
    QApplication.processEvents()
    assert clipped(clear) == []
    assert nameless(clear) == []
    clear.message.show_message("The original could not be read. Nothing was made. " * 3)
    QApplication.processEvents()
    assert clipped(clear) == []
    theme.apply(qapp, dark=False)
