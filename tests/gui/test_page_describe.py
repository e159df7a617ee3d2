"""Describe what happened: keyboard only, in real vaults; what is left half done is on record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import EntryKind, Source
from evidence_app.ui.pages.describe import DescribePage
from evidence_app.ui.pages.describe_fields import Input
from evidence_app.vault import acts
from tests.gui.people import CTRL, People, press, show, tab_to, two_people, type_text, until
from tests.windows import SIZES, cut_off, nameless

SAFETY, WHEN, WHO, WHAT, TOLD, ACCESS = range(6)
SAFE = {
    "danger": "no",
    "child_involved": "no",
    "concerns_head": "no",
    "harm_by_staff": "no",
    "radicalisation": "no",
}


@pytest.fixture
def people(tmp_path: Path, qapp: QApplication) -> Iterator[People]:
    with two_people(tmp_path, qapp) as found:
        yield found


def begun(qtbot: QtBot, people: People, width: int = 1280, height: int = 768) -> DescribePage:
    page = DescribePage(people.session(people.helen))
    show(qtbot, page, width, height)
    page.start(people.incident)
    until(qtbot, lambda: not people.runner.tasks)
    return page


def said(people: People, code: str) -> str:
    one = people.helen.read.incident(people.incident).statements.get(code)
    return "" if one is None else one.value


def editor(page: DescribePage, code: str) -> Input:
    return next(one for one in page.step().inputs() if one.code == code)


def on(qtbot: QtBot, people: People, page: DescribePage, step: int) -> None:
    press(Qt.Key.Key_Return, CTRL)
    until(qtbot, lambda: not people.runner.tasks and page.wizard.step() == step)


def test_the_whole_way_by_keyboard(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    assert page.wizard.step() == SAFETY
    for one in (page.safety.danger, page.safety.child, page.safety.head, page.safety.harm):
        tab_to(one.row.radios()[0])
        press(Qt.Key.Key_Right)
        press(Qt.Key.Key_Space)
    tab_to(page.safety.radicalisation.row.radios()[0])
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert "safeguarding" in page.safety.radicalisation.message.text().lower()
    assert not page.safety.child.message.isVisible()
    on(qtbot, people, page, WHEN)
    assert page.saved.text().startswith("Saved")
    assert said(people, "danger") == "no"
    assert said(people, "radicalisation") == "unknown"

    type_text("12 March 2026 2:15 pm")
    on(qtbot, people, page, WHO)
    assert said(people, "happened_first").startswith("2026-03-12T14:15")
    on(qtbot, people, page, WHAT)
    tab_to(editor(page, "facts").field.editor)  # type: ignore[attr-defined]
    type_text("Three posts about my lesson.")
    press(Qt.Key.Key_Tab)
    type_text("I could not sleep.")
    on(qtbot, people, page, TOLD)
    assert said(people, "facts") == "Three posts about my lesson."
    assert said(people, "effect") == "I could not sleep."
    told = page.step().rows[0]
    tab_to(told.add_button)
    press(Qt.Key.Key_Space)
    type_text("Nadia Ellery")
    on(qtbot, people, page, ACCESS)
    assert said(people, "told.1.whom") == "Nadia Ellery"
    with qtbot.waitSignal(page.closed) as closed:
        press(Qt.Key.Key_Return, CTRL)
    assert closed.args == [people.incident]


def test_danger_comes_before_any_form_and_what_was_said_is_kept(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    page.safety.child.row.radios()[0].click()
    tab_to(page.safety.danger.row.radios()[0])
    press(Qt.Key.Key_Space)
    assert page.danger.isVisible()
    assert not page.wizard.isVisible()
    assert "999" in page.danger.accessibleName()
    until(qtbot, lambda: "saved" in page.danger.kept.accessibleName() and not people.runner.tasks)
    assert said(people, "danger") == "yes"
    assert said(people, "child_involved") == "yes"
    press(Qt.Key.Key_Return)
    assert page.wizard.isVisible()
    assert page.wizard.step() == SAFETY


def test_esc_saves_and_leaves_and_it_goes_on_where_something_is_missing(qtbot: QtBot, people: People) -> None:
    workflows.state(people.helen, people.incident, SAFE | {"happened_first": "2026-03-12"})
    page = begun(qtbot, people)
    assert page.wizard.step() == WHO
    assert page.wizard.rail.state(WHEN) == "Done"
    page.step().fields[0].show_value("me")
    with qtbot.waitSignal(page.closed):
        press(Qt.Key.Key_Escape)
    assert said(people, "aimed_at") == "me"
    again = begun(qtbot, people)
    assert again.wizard.step() == WHO
    assert editor(again, "aimed_at").text() == "me"
    # What is passed without an answer is not shown as done.
    on(qtbot, people, again, WHAT)
    assert again.wizard.rail.state(WHO) == "Not complete yet"


def test_a_slip_is_said_at_its_field_and_costs_nothing_else(qtbot: QtBot, people: People) -> None:
    workflows.state(people.helen, people.incident, SAFE)
    page = begun(qtbot, people)
    assert page.wizard.step() == WHEN
    type_text("12 March 2126")
    noticed = editor(page, "noticed")
    noticed.show_value("12 March 2026")
    press(Qt.Key.Key_Return, CTRL)
    until(qtbot, lambda: not people.runner.tasks)
    first = editor(page, "happened_first")
    assert page.wizard.step() == WHEN
    assert "lies ahead" in first.field.message.text()  # type: ignore[attr-defined]
    assert QApplication.focusWidget() is first.field.editor  # type: ignore[attr-defined]
    assert said(people, "noticed") == "2026-03-12"
    assert said(people, "happened_first") == ""
    # The wrong order is found by the engine, and said at one of the two.
    first.show_value("13 March 2026")
    press(Qt.Key.Key_Return, CTRL)
    until(qtbot, lambda: not people.runner.tasks)
    assert "is before" in first.field.message.text()  # type: ignore[attr-defined]
    press(Qt.Key.Key_Escape)
    until(qtbot, page.step().message.isVisible)
    with qtbot.waitSignal(page.closed):
        press(Qt.Key.Key_Escape)
    assert said(people, "happened_first") == ""


def test_a_correction_is_added_and_the_source_is_true(qtbot: QtBot, people: People) -> None:
    workflows.state(people.helen, people.incident, SAFE | {"facts": "Two posts."})
    page = begun(qtbot, people)
    page._go(WHAT)
    facts = editor(page, "facts")
    QApplication.clipboard().setText("Three posts.")
    box = facts.field.input  # type: ignore[attr-defined]
    box.setFocus()
    box.selectAll()
    box.paste()
    on(qtbot, people, page, TOLD)
    history = workflows.statement_history(people.helen, people.incident, "facts")
    assert [one.value for one in history] == ["Two posts.", "Three posts."]
    assert history[-1].source is Source.PASTED
    # Nothing changed: nothing is said again.
    count = len(people.helen.read.entries(EntryKind.INCIDENT_STATED, limit=100))
    page._back()
    until(qtbot, lambda: page.wizard.step() == WHAT)
    on(qtbot, people, page, TOLD)
    assert len(people.helen.read.entries(EntryKind.INCIDENT_STATED, limit=100)) == count


def test_the_advice_on_access_is_shown_and_recorded_and_incidents_are_linked(
    qtbot: QtBot, people: People
) -> None:
    other = str(people.helen.record(acts.incident_opened("A group chat")).data["reference"])
    page = begun(qtbot, people)
    page._go(ACCESS)
    page.access.access.show_value("pupil_page")
    assert "6.9" in page.access.advice.accessibleName()
    page.access.other.input.setCurrentIndex(1)
    page.access.why.setText("The same group")
    with qtbot.waitSignal(page.closed):
        press(Qt.Key.Key_Return, CTRL)
    assert said(people, "access") == "pupil_page"
    assert "pupils" in said(people, "access_advice")
    for here, there in ((people.incident, other), (other, people.incident)):
        (link,) = workflows.links(people.helen, here)
        assert (link.reference, link.why) == (there, "The same group")


def test_locking_the_window_keeps_what_was_typed(qtbot: QtBot, people: People) -> None:
    page = begun(qtbot, people)
    page._go(WHAT)
    editor(page, "facts").show_value("Half a sent")
    page.leave()
    assert said(people, "facts") == "Half a sent"


@pytest.mark.parametrize("size", SIZES)
def test_every_step_fits_and_has_names(qtbot: QtBot, people: People, size: tuple[int, int]) -> None:
    workflows.state(people.helen, people.incident, {"child_involved": "yes", "told.whom": "Nadia Ellery"})
    page = begun(qtbot, people, *size)
    for index in range(len(page.steps)):
        page._go(index)
        QApplication.processEvents()
        assert nameless(page.step()) == []
        assert cut_off(page.step()) == []
