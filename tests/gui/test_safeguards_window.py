"""The stop question, referral, locking away, withdrawal, hold, disposal and custody, in real pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from evidence_app import policy, workflows
from evidence_app.errors import DisposedError
from evidence_app.records import EntryKind, Found, Ground, How, Office, Role, StopAnswer
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages import custody, stop
from evidence_app.ui.pages.disposal_dialog import DisposalDialog
from evidence_app.ui.pages.exhibit import ExhibitPage
from evidence_app.ui.pages.referral import ReferralPage
from evidence_app.ui.pages.referral_out import SealReferralDialog, SheetDialog
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.safeguard_dialogs import (
    BringBackDialog,
    HoldDialog,
    InstructionDialog,
    LockAwayDialog,
    WithdrawDialog,
)
from evidence_app.ui.pages.seal_contents import ContentsPage
from evidence_app.ui.pages.seal_data import load as load_seal
from evidence_app.ui.pages.stop_question import AllowedDialog, StopQuestion
from evidence_app.ui.pages.timeline import TimelineView
from evidence_app.ui.pages.timeline_rows import ExhibitRow
from evidence_app.ui.pages.timeline_rows import load as load_timeline
from evidence_app.ui.session import Session
from evidence_app.ui.thumbnails import Thumbnails
from evidence_app.ui.widgets import BlurThumb, PictureView, Text
from tests.gui.people import People, two_people
from tests.gui.striped import GREEN, MAGENTA, clipped, idle, keep, open_incident, session_of_helen, state
from tests.windows import SIZES, cut_off, nameless

pytest_plugins = ["tests.window_fixtures"]

KEY = Qt.Key
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        reference = open_incident(opened.vault, "Anonymous posts about my Year 9 lessons")
        for _ in range(2):
            keep(opened.vault, reference)
        state(opened.vault, "HXA/001", address="https://chirrup.example/larkmere", note="striped words")
        yield opened


@pytest.fixture
def pair(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        yield found


def striking(widget: QWidget) -> bool:
    """Whether pixels of a picture, clear or blurred, can be seen: a striped one blurs to other colours than
    those of any theme, so pure stripes and their mean are looked for."""
    image = widget.grab().toImage()
    wanted = {QColor(*MAGENTA).rgb(), QColor(*GREEN).rgb(), QColor(127, 127, 127).rgb()}
    return any(image.pixel(x, y) in wanted for y in range(0, image.height(), 4) for x in range(image.width()))


def holding_pixels(root: QWidget) -> list[str]:
    """Every widget below that holds a picture, blurred or clear."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if isinstance(widget, BlurThumb) and (widget.has_image() or widget.is_clear()):
            found.append(type(widget).__name__)
        if isinstance(widget, PictureView) and widget.has_picture():
            found.append(type(widget).__name__)
        if isinstance(widget, TimelineView) and widget.shown() is not None:
            found.append(type(widget).__name__)
    return found


# --- the question -------------------------------------------------------------------------------------


def fresh(session: Session) -> str:
    return open_incident(session.vault, "Something new")


def asked(session: Session) -> int:
    return sum(one.kind is EntryKind.STOP_ANSWERED for one in session.vault.read.entries())


def desk_with(session: Session, show, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, list[str]]:
    desk = Desk(session)
    show(desk)
    started: list[str] = []
    # The capture itself is the matter of test_overlay; here only whether, and when, it begins.
    monkeypatch.setattr(desk.flow, "start", started.append)
    return desk, started


def answer(desk: Desk, said: StopAnswer) -> None:
    assert desk.question is not None
    desk.question.choose(said)
    desk.question.save()


def test_the_question_comes_first_and_once(session, show, qtbot, monkeypatch):
    desk, started = desk_with(session, show, monkeypatch)
    reference, before = fresh(session), asked(session)
    desk.capture(reference)
    assert isinstance(desk.question, StopQuestion)
    assert started == []
    desk.capture(reference)  # a second press does not ask twice
    assert len(desk.window().findChildren(StopQuestion)) == 1
    answer(desk, StopAnswer.NO)
    qtbot.waitUntil(lambda: started == [reference], timeout=20_000)
    assert asked(session) == before + 1
    desk.capture(reference)
    assert started == [reference, reference]
    assert desk.question is None


def test_unfiled_captures_are_asked_once_a_session(session, show, qtbot, monkeypatch):
    desk, started = desk_with(session, show, monkeypatch)
    desk.capture("")
    answer(desk, StopAnswer.NO)
    qtbot.waitUntil(lambda: started == [""], timeout=20_000)
    desk.capture("")
    assert started == ["", ""]


@pytest.mark.parametrize("said", [StopAnswer.YES, StopAnswer.NOT_SURE])
def test_yes_and_not_sure_lead_to_the_stop_and_never_to_a_capture(session, show, qtbot, monkeypatch, said):
    desk, started = desk_with(session, show, monkeypatch)
    stops: list[stop.Found] = []
    desk.stop_requested.connect(stops.append)
    reference = fresh(session)
    desk.capture(reference)
    answer(desk, said)
    qtbot.waitUntil(lambda: bool(stops), timeout=20_000)
    desk.capture(reference)
    assert started == []
    assert stops == [stop.Found(reference, closed=True)] * 2


def test_the_question_is_answered_by_keys_and_no_single_key_answers(session, show, qtbot):
    show(QWidget())
    question = StopQuestion(session, "INC-001")
    qtbot.addWidget(question)
    question.show()
    question.activateWindow()
    qtbot.waitExposed(question)
    question.cards[StopAnswer.NOT_SURE].setFocus()
    before = asked(session)
    assert question.focusWidget() is question.cards[StopAnswer.NOT_SURE]
    assert question.answers.value() is None
    question.save()
    idle(qtbot, session)
    assert question.message.text().startswith("Choose one")
    qtbot.keyClick(question.cards[StopAnswer.NOT_SURE], KEY.Key_Return)
    idle(qtbot, session)
    assert asked(session) == before
    assert question.answers.value() is StopAnswer.NOT_SURE
    qtbot.keyClick(question, KEY.Key_N)
    assert question.answers.value() is StopAnswer.NO
    qtbot.keyClick(question.cards[StopAnswer.NO], KEY.Key_Return)
    idle(qtbot, session)
    assert asked(session) == before + 1
    assert session.vault.read.stop_answer("INC-001").answer is StopAnswer.NO


def test_closed_by_escape_nothing_is_captured(session, show, qtbot, monkeypatch):
    desk, started = desk_with(session, show, monkeypatch)
    before = asked(session)
    desk.capture(fresh(session))
    qtbot.keyClick(desk.question, KEY.Key_Escape)
    assert desk.question is None
    assert started == []
    assert asked(session) == before


def test_only_on_advice_may_pictures_be_kept_after_all(session, qtbot):
    reference = fresh(session)
    workflows.answer_stop(session.vault, reference, StopAnswer.YES)
    dialog = AllowedDialog(session, reference)
    qtbot.addWidget(dialog)
    dialog.save()
    assert session.vault.read.stop_answer(reference).answer is StopAnswer.YES
    dialog.name.setText("Nadia Ellery")
    dialog.save()
    idle(qtbot, session)
    said = session.vault.read.stop_answer(reference)
    assert (said.answer, said.advised_by) == (StopAnswer.NO, "Nadia Ellery")


# --- the referral ---------------------------------------------------------------------------------------


def filled(session: Session, found: stop.Found, qtbot: QtBot) -> ReferralPage:
    page = ReferralPage(session, found)
    qtbot.addWidget(page)
    page.resize(1024, 640)
    page.show()
    page.where.set_value(Found.WEBSITE)
    page.concerns.set_value("no")
    page.first.name.setText("Mrs Ruth Calloway")
    page.first.how.input.setCurrentIndex(2)
    page.lead.name.setText("Nadia Ellery")
    return page


def test_a_referral_is_recorded_without_a_picture_and_its_report_saved(session, qtbot, tmp_path):
    page = filled(session, stop.Found("INC-001"), qtbot)
    page.address.setText("https://chirrup.example/post/1")
    page.record()
    idle(qtbot, session)
    (made,) = session.vault.read.referrals()
    assert (made.incident, made.found, made.address) == (
        "INC-001",
        Found.WEBSITE,
        "https://chirrup.example/post/1",
    )
    assert [(one.name, one.role, one.how) for one in made.told] == [
        ("Mrs Ruth Calloway", policy.HEAD, How.TELEPHONE),
        ("Nadia Ellery", policy.SAFEGUARDING_LEAD, None),
    ]
    readers = (getattr(one, "text", None) for one in page.findChildren(QWidget))
    words = "\n".join(reader() for reader in readers if callable(reader))
    assert "Internet Watch Foundation" in words
    page.save_sheet()
    dialog = page.dialog
    assert isinstance(dialog, SheetDialog)
    dialog.target.field.setText(str(tmp_path / "referral.pdf"))
    dialog.go()
    idle(qtbot, session)
    assert (tmp_path / "referral.pdf").read_bytes().startswith(b"%PDF")


def test_no_field_of_the_form_describes_the_picture(session, qtbot):
    page = filled(session, stop.Found("INC-001"), qtbot)
    names = {one.accessibleName() for one in page.findChildren(QLineEdit) if one.accessibleName()}
    people = {f"{role}: Name" for role in ("Headteacher", "Designated Safeguarding Lead")}
    moments = {f"{what}: {part}" for what in ("Seen", "Told") for part in ("day", "time")}
    assert names == {"Web address", *moments, *people}
    assert not page.findChildren(QPlainTextEdit)
    page.address.setText("a picture of something")
    page.record()
    idle(qtbot, session)
    assert session.vault.read.referrals() == ()
    assert "not a web address" in page.message.text()
    assert page.address.text() == "a picture of something"


@pytest.mark.parametrize("answer", ["yes", "unknown"])
def test_a_referral_about_the_head_goes_to_the_chair(pair, qtbot, answer):
    contact = pair.introduce(pair.helen, pair.ruth)
    session = pair.session(pair.helen)
    page = filled(session, stop.Found(pair.incident), qtbot)
    assert page.first.name.text() == contact.name
    page.concerns.set_value(answer)
    assert page.first.role == policy.CHAIR
    assert page.first.name.text() == ""
    page.record()
    assert session.vault.read.referrals() == ()
    page.first.name.setText("Mr Alan Thwaite")
    page.record()
    idle(qtbot, session)
    (made,) = session.vault.read.referrals()
    assert made.concerns_head
    assert {one.role for one in made.told} == {policy.CHAIR, policy.SAFEGUARDING_LEAD}
    page.seal()
    dialog = page.dialog
    assert isinstance(dialog, SealReferralDialog)
    assert contact.name not in dialog.boxes
    session.runner.shutdown()


def test_a_referral_is_sealed_for_the_head_and_the_lead(pair, qtbot, tmp_path):
    nadia = pair.person("Nadia Ellery", Role.STAFF)
    try:
        pair.introduce(pair.helen, pair.ruth)
        pair.introduce(pair.helen, nadia)
        session = pair.session(pair.helen)
        page = filled(session, stop.Found(pair.incident), qtbot)
        page.record()
        idle(qtbot, session)
        page.seal()
        dialog = page.dialog
        assert isinstance(dialog, SealReferralDialog)
        assert all(box.isChecked() for box, _ in dialog.boxes.values())
        out = tmp_path / "REF-001.evidence"
        dialog.target.field.setText(str(out))
        dialog.go()
        idle(qtbot, session)
        for reader in (pair.ruth, nadia):
            verdict = workflows.verify_with_vault(reader, out)
            assert verdict.unchanged
            assert verdict.exhibits == ()
    finally:
        nadia.abandon()


# --- locked away ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seen", ["clear", "blurred", "hidden"])
def test_after_locking_away_no_widget_holds_pixels(session, show, qtbot, seen):
    """Planted: the picture is open on the exhibit page, in the timeline and in review before."""
    page = ExhibitPage(session)
    show(page)
    page.show_exhibit("HXA/001")
    idle(qtbot, session)
    if seen == "clear":
        page.toggle()
        qtbot.waitUntil(page.is_clear, timeout=20_000)
        idle(qtbot, session)
    timeline = TimelineView(session)
    review = ReviewPage(session)
    show(timeline)
    timeline.set_timeline(load_timeline(session.vault, "INC-001"))
    show(review)
    review.show_exhibit("HXA/001")
    timeline.toggle("HXA/001")
    idle(qtbot, session)
    thumbs = Thumbnails.of(session)
    thumbs.get(session.vault.read.exhibit("HXA/001"))
    idle(qtbot, session)
    if seen == "hidden":
        page.window().hide()
    assert "HXA/001" in thumbs.held()
    assert holding_pixels(page)
    assert holding_pixels(timeline)
    assert holding_pixels(review)
    dialog = LockAwayDialog(session, "HXA/001", page)
    dialog.told.setText("Mrs Ruth Calloway, Nadia Ellery")
    dialog.save()
    qtbot.waitUntil(lambda: session.vault.is_locked_away("HXA/001"), timeout=20_000)
    idle(qtbot, session)
    for widget in (page, timeline, review):
        assert holding_pixels(widget) == []
    assert "HXA/001" not in thumbs.held()
    assert session.vault.read.locked_away("HXA/001").told == ("Mrs Ruth Calloway", "Nadia Ellery")


def locked(session: Session, number: str = "HXA/001") -> None:
    workflows.lock_away(session.vault, number)
    session.changed.emit()


def test_the_exhibit_page_of_what_is_locked_away_has_no_show_and_keeps_time_and_address(session, show, qtbot):
    locked(session)
    page = ExhibitPage(session)
    show(page)
    page.show_exhibit("HXA/001")
    idle(qtbot, session)
    assert not page.picture.isVisible()
    assert not page.head.add_button.isVisible()
    assert page.away.isVisible()
    readers = (getattr(one, "text", None) for one in page.findChildren(QWidget))
    words = "\n".join(reader() for reader in readers if callable(reader))
    assert "https://chirrup.example/larkmere" in words.replace("\u200b", "")
    assert "striped words" not in words
    assert "Locked away" in words
    page.toggle()
    idle(qtbot, session)
    assert not page.is_clear()
    assert not any(one.kind is EntryKind.EXHIBIT_VIEWED for one in session.vault.read.entries())
    assert not striking(page)
    lines = [one.text() for one in page.menu.button.menu_acts]
    assert "Lock away" not in lines
    assert "Record an instruction" in lines


def test_the_row_of_what_is_locked_away_keeps_time_and_address_and_has_no_show(session, show, qtbot):
    locked(session)
    timeline = TimelineView(session)
    show(timeline)
    timeline.set_timeline(load_timeline(session.vault, "INC-001"))
    idle(qtbot, session)
    places = {row.key: row for row in map(timeline.row, range(timeline.model().rowCount()))}
    row = places["HXA/001"]
    assert isinstance(row, ExhibitRow)
    assert row.locked
    assert row.line == "https://chirrup.example/larkmere"
    assert [one.words for one in row.chips] == ["Locked away"]
    timeline.toggle("HXA/001")
    idle(qtbot, session)
    assert timeline.shown() is None
    assert "HXA/001" not in Thumbnails.of(session).held()


def test_nothing_locked_away_or_withdrawn_is_ticked_for_sealing(session, show, qtbot):
    locked(session)
    page = ContentsPage()
    show(page)
    page.fill(load_seal(session.vault, "INC-001"))
    # Both exhibits have the very same bytes, so both are locked away.
    assert [(row.box.isChecked(), row.box.isEnabled()) for row in page.rows] == [(False, False)] * 2
    assert page.chosen() == ()
    assert page.left_out() == {}
    assert "Locked away" in page.rows[0].kept_back


def test_must_not_keep_in_review_locks_away_after_one_question(session, show, qtbot):
    review = ReviewPage(session)
    show(review)
    review.show_exhibit("HXA/001")
    numbers: list[str] = []
    review.must_not_keep.connect(numbers.append)
    review.stop_link.click()
    assert numbers == ["HXA/001"]
    assert not session.vault.is_locked_away("HXA/001")


# --- withdraw, hold, instruction, disposal ------------------------------------------------------------------


def exhibit_page(session: Session, show, qtbot, number: str = "HXA/001") -> ExhibitPage:
    page = ExhibitPage(session)
    show(page)
    page.show_exhibit(number)
    idle(qtbot, session)
    return page


def choose(page: ExhibitPage, words: str) -> object:
    page.menu.button.act_named(words).trigger()
    return page.menu.dialog


def test_withdrawn_is_marked_and_brought_back(session, show, qtbot):
    page = exhibit_page(session, show, qtbot)
    dialog = choose(page, "Withdraw")
    assert isinstance(dialog, WithdrawDialog)
    dialog.save()
    assert session.vault.read.exhibit("HXA/001").standing.withdrawn is None
    dialog.reason.setText("The wrong window")
    dialog.save()
    idle(qtbot, session)
    assert [one.text() for one in page.head.marks if one.isVisible()] == ["Withdrawn"]
    rows = [row for day in load_timeline(session.vault, "INC-001").days for row in day.rows]
    assert any("Withdrawn" in row.spoken for row in rows if isinstance(row, ExhibitRow))
    assert any("The wrong window" in row.rest for row in rows if not isinstance(row, ExhibitRow))
    back = choose(page, "Bring back")
    assert isinstance(back, BringBackDialog)
    back.reason.setText("It was the right one")
    back.save()
    idle(qtbot, session)
    assert not any(one.isVisible() for one in page.head.marks)


def test_a_hold_is_put_and_released_with_reason_and_stops_a_disposal(session, show, qtbot):
    workflows.keep_until(session.vault, "HXA/001", YESTERDAY.date())
    page = exhibit_page(session, show, qtbot)
    assert page.menu.button.act_named("Dispose").isEnabled()
    dialog = choose(page, "Put on hold")
    assert isinstance(dialog, HoldDialog)
    dialog.reason.setText("Police are looking into it")
    dialog.asked_by.setText("Mrs Ruth Calloway")
    dialog.save()
    idle(qtbot, session)
    assert [one.text() for one in page.head.marks if one.isVisible()] == ["On hold"]
    line = page.menu.button.act_named("Dispose")
    assert not line.isEnabled()
    assert "hold" in line.toolTip()
    free = choose(page, "Release the hold")
    assert isinstance(free, HoldDialog)
    free.reason.setText("It is over")
    free.asked_by.setText("Mrs Ruth Calloway")
    free.save()
    idle(qtbot, session)
    assert page.menu.button.act_named("Dispose").isEnabled()


def test_what_is_not_due_cannot_be_disposed_of(session, show, qtbot):
    page = exhibit_page(session, show, qtbot)
    line = page.menu.button.act_named("Dispose")
    assert not line.isEnabled()
    assert "never due" in line.toolTip()
    page.menu.dispose()
    assert page.menu.dialog is None


def due_dialog(session: Session, show, qtbot, tmp_path: Path) -> tuple[ExhibitPage, DisposalDialog, Path]:
    workflows.keep_until(session.vault, "HXA/001", YESTERDAY.date())
    page = exhibit_page(session, show, qtbot)
    dialog = choose(page, "Dispose")
    assert isinstance(dialog, DisposalDialog)
    path = tmp_path / "certificate.pdf"
    dialog.decided_by.setText("Mrs Ruth Calloway")
    dialog.second.setText("Mr Alan Thwaite")
    dialog.target.field.setText(str(path))
    return page, dialog, path


def test_a_disposal_needs_the_number_typed_and_never_has_the_focus_on_its_button(
    session, show, qtbot, tmp_path
):
    _page, dialog, path = due_dialog(session, show, qtbot, tmp_path)
    assert dialog.focusWidget() is dialog.cancel_button
    for typed in ("", "HXA/002"):
        dialog.typed.setText(typed)
        dialog.go()
        idle(qtbot, session)
        assert session.vault.read.disposal("HXA/001") is None
    assert not path.exists()


def test_one_person_alone_cannot_dispose(session, show, qtbot, tmp_path):
    _page, dialog, path = due_dialog(session, show, qtbot, tmp_path)
    dialog.second.setText("mrs ruth  CALLOWAY")
    dialog.typed.setText("HXA/001")
    dialog.go()
    idle(qtbot, session)
    assert "two people" in dialog.message.text()
    assert session.vault.read.disposal("HXA/001") is None
    assert not path.exists()


def test_a_disposal_writes_its_certificate_and_leaves_nothing_in_the_window(session, show, qtbot, tmp_path):
    page, dialog, path = due_dialog(session, show, qtbot, tmp_path)
    thumbs = Thumbnails.of(session)
    thumbs.get(session.vault.read.exhibit("HXA/001"))
    idle(qtbot, session)
    gone: list[bool] = []
    page.back_requested.connect(lambda: gone.append(True))
    dialog.typed.setText("hxa/001")
    dialog.go()
    idle(qtbot, session)
    assert path.read_bytes().startswith(b"%PDF")
    assert session.vault.read.disposal("HXA/001").ground is Ground.DUE
    with pytest.raises(DisposedError):
        session.vault.read.exhibit("HXA/001")
    assert holding_pixels(page) == []
    assert "HXA/001" not in thumbs.held()
    dialog.reject()
    assert gone == [True]
    rows = [row for day in load_timeline(session.vault, "INC-001").days for row in day.rows]
    assert any(row.key.endswith("disposed") for row in rows)


def test_what_is_locked_away_goes_only_by_a_recorded_instruction(session, show, qtbot):
    locked(session)
    page = exhibit_page(session, show, qtbot)
    assert not page.menu.button.act_named("Dispose").isEnabled()
    dialog = choose(page, "Record an instruction")
    assert isinstance(dialog, InstructionDialog)
    dialog.save()
    assert session.vault.read.instructions("HXA/001") == ()
    dialog.office.set_value(Office.POLICE)
    dialog.given_by.setText("PC Tom Garrick")
    dialog.reference.setText("LM/2026/118")
    dialog.save()
    idle(qtbot, session)
    (given,) = session.vault.read.instructions("HXA/001")
    assert (given.office, given.reference) == (Office.POLICE, "LM/2026/118")
    assert page.menu.button.act_named("Dispose").isEnabled()


# --- custody and looks --------------------------------------------------------------------------------------


def test_the_custody_log_has_every_act_with_who_when_and_where_to(pair, qtbot):
    pair.seal("custody.evidence")
    acts = custody.read(pair.helen, "HXA/001")
    assert [one.seq for one in acts] == sorted(one.seq for one in acts)
    assert "Captured and sealed" in acts[0].what
    assert all("Helen Ashdown" in one.who for one in acts)
    assert acts[-1].where_to == "the file custody.evidence"
    assert "Mrs Ruth Calloway" in acts[-1].what
    dialog = custody.CustodyDialog("HXA/001", acts)
    qtbot.addWidget(dialog)
    dialog.show()
    shown = [one.text() for one in dialog.findChildren(Text)]
    assert [f"Entry {one.seq}" for one in acts] == [one for one in shown if one.startswith("Entry ")]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_pages_fit_and_everything_has_a_name(session, show, qtbot, width, height):
    locked(session)
    page = stop.StopPage(stop.Found("INC-001", exhibit="HXA/001", locked=("HXA/001",)), "Mrs Ruth Calloway")
    show(page, width, height)
    qtbot.waitUntil(lambda: cut_off(page) == [])
    assert nameless(page) == []
    exhibit = ExhibitPage(session)
    show(exhibit, width - 216, height)
    exhibit.show_exhibit("HXA/001")
    idle(qtbot, session)
    assert clipped(exhibit) == []
    assert nameless(exhibit) == []
    referral = ReferralPage(session, stop.Found("INC-001"))
    show(referral, width, height)
    qtbot.waitUntil(lambda: cut_off(referral) == [])
    assert nameless(referral) == []
    assert clipped(referral) == []
