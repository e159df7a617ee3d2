"""Guidance where it is needed: one sentence with its paragraph, sent away by a key, never in the way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from evidence_app import policy, workflows
from evidence_app.errors import UsageError
from evidence_app.policy import Moment
from evidence_app.records import Said, Source, StopAnswer
from evidence_app.settings import Settings
from evidence_app.ui.pages.received_decision import DecisionCard
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.stop_question import StopQuestion
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Advice
from evidence_app.vault import acts
from tests import desks
from tests.windows import cut_off, idle, nameless, press

pytest_plugins = ["tests.vault_fixtures", "tests.window_fixtures"]


@pytest.fixture
def session(opened, runner, qapp) -> Session:
    return Session(opened, runner, Settings())


def text_of(moment: Moment) -> str:
    return policy.current().advice(moment).text


@pytest.mark.parametrize("moment", list(Moment))
def test_every_moment_has_a_sentence_or_two_and_no_more(qapp, moment):
    said = policy.current().advice(moment)
    assert 0 < len(said.text) <= 240
    assert said.text.count(". ") <= 2
    shown = Advice(set(), moment)
    assert said.text in shown.text()
    assert said.paragraph in shown.text()
    assert said.text in shown.accessibleName()


def test_advice_is_sent_away_by_its_key_and_stays_away_until_the_lock(show, session):
    one = Advice(session.sent_away, Moment.BEFORE_REPLY, Moment.KEEP)
    show(one, 500, 120)
    assert nameless(one) == []
    one.close_button.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Space)
    assert one.moment is Moment.KEEP
    press(Qt.Key.Key_Space)
    assert not one.isVisible()
    assert Advice(session.sent_away, Moment.KEEP).moment is None
    assert Advice(set(), Moment.KEEP).moment is Moment.KEEP


def test_snapchat_and_a_claim_are_told_on_the_review_page_as_soon_as_they_are_stated(show, session):
    page = ReviewPage(session)
    show(page)
    page.show_exhibit("HXA/002")
    assert text_of(Moment.BEFORE_REPLY) in page.advice.text()
    advice = page.form.advice
    assert not advice.isVisible()
    page.form.platform.setText("snapchat")
    assert text_of(Moment.SNAPCHAT) in advice.text()
    advice.close_button.click()
    assert not advice.isVisible()
    page.form.kind.set_value(["allegation"])
    page.form.kind.changed.emit(("allegation",))
    assert text_of(Moment.ALLEGATION) in advice.text()
    page.form.platform.setText("X")
    page.form.kind.set_value([])
    page.form.kind.changed.emit(())
    assert not advice.isVisible()
    page.finish()
    assert "platform" in session.vault.read.exhibit("HXA/002").statements


def test_what_an_address_says_is_offered_and_taken_over_with_its_source(show, session):
    page = ReviewPage(session)
    show(page)
    page.show_exhibit("HXA/002")
    form = page.form
    form.address.setText("https://x.com/larkmere_whispers/status/1580661436132757506?s=20")
    assert form.where.found.isVisible()
    assert "https://x.com/larkmere_whispers/status/1580661436132757506," in form.where.shared.text()
    assert form.platform.text() == ""
    form.where.use_button.click()
    assert (form.platform.text(), form.account.text()) == ("X", "larkmere_whispers")
    assert not form.where.found.isVisible()
    page.finish()
    said = session.vault.read.exhibit("HXA/002").statements
    assert said["address_cleaned"].value == "https://x.com/larkmere_whispers/status/1580661436132757506"
    assert said["post"].value == "1580661436132757506"
    assert said["posted_from_id"].value.startswith("2022-10-13T")
    assert said["platform"].source is Source.TYPED
    # Another address afterwards: what was taken from the first one is not stated of it.
    page.show_exhibit("HXA/003")
    form.address.setText("https://x.com/larkmere_whispers/status/1580661436132757506")
    form.where.use_button.click()
    form.address.setText("https://chirrup.example/9")
    assert {one.field for one in form.changes()} == {"address", "platform", "account"}


def test_how_they_saw_it_is_asked_before_the_first_capture_with_advice_and_recorded(
    show, session, qtbot, runner
):
    vault = session.vault
    question = StopQuestion(session, "INC-002")
    question.show()
    qtbot.addWidget(question)
    assert question.access.isVisible()
    question.access.show_code("pupil_page")
    advice = next(one.advice for one in policy.current().access if one.code == "pupil_page")
    assert advice in question.access.message.text()
    assert "6.9" in question.access.message.text()
    # Not a wall: the answer of 8.1 alone is enough, and it is recorded first.
    question.choose(StopAnswer.NO)
    question.save()
    idle(qtbot, runner)
    said = vault.read.incident("INC-002").statements
    assert said["access"].value == "pupil_page"
    assert (said["access_advice"].value, said["access_advice"].source) == (advice, Source.OBSERVED)
    again = StopQuestion(session, "INC-002")
    assert again.access.isHidden()
    assert StopQuestion(session, None).access.isHidden()


def test_the_question_fits_a_small_window_with_its_advice(show, session, qtbot):
    question = StopQuestion(session, "INC-002")
    qtbot.addWidget(question)
    question.access.show_code("other_login")
    question.show()
    assert nameless(question) == []
    qtbot.waitUntil(lambda: cut_off(question) == [], timeout=5000)
    assert question.height() <= 640


def test_nobody_can_say_of_themselves_that_advice_was_shown(opened):
    with pytest.raises(UsageError, match="entered by the program"):
        workflows.state(opened, "INC-001", {"access": "pupil_page", "access_advice": "none"})
    assert "access" not in opened.read.incident("INC-001").statements


def test_a_headteacher_is_told_to_write_down_what_was_done_and_of_a_claim(qapp, tmp_path, runner):
    with desks.teacher_and_head(tmp_path) as (teacher, head):
        teacher.record(acts.exhibit_stated("HXA/001", [Said("kind", "insult,allegation", Source.TYPED)]))
        arrival = workflows.receive(head, desks.seal(teacher, tmp_path / "one.evidence"))
        assert workflows.has_claim(head, arrival.row.reference)
        card = DecisionCard(Session(head, runner, Settings()))
        (row,) = workflows.register(head, datetime.now(UTC), None)
        card.show_row(row, (), claim=True)
        assert text_of(Moment.ALLEGATION) in card.advice.text()
        card.advice.close_button.click()
        assert text_of(Moment.DECIDING) in card.advice.text()
        card.show_row(row, ())
        assert text_of(Moment.DECIDING) in card.advice.text()
