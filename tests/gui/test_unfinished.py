"""Save and pause: what was typed on a long page is there again, whatever ended the page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from evidence_app.records import Found, How, Said, Source, Why
from evidence_app.ui import drafting
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages import stop
from evidence_app.ui.pages.describe import DescribePage
from evidence_app.ui.pages.referral import ReferralPage
from evidence_app.ui.pages.review import ReviewPage
from evidence_app.ui.pages.seal import CONTENTS, SealWizard
from evidence_app.ui.pages.seal_data import CHAIR
from evidence_app.ui.pages.unfinished import UnfinishedDialog
from evidence_app.ui.shell import Shell
from evidence_app.vault.acts_safeguards import exhibit_locked_away
from tests.shells import Opening, desk_of
from tests.vaults import Sample
from tests.windows import nameless

pytest_plugins = ["tests.vault_fixtures", "tests.shell_fixtures"]

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "AFTER_MS", 1)


def page_of(shell: Shell, kind: type[QWidget]) -> Any:
    page = shell.pages.currentWidget()
    assert isinstance(page, kind)
    return page


def settled(shell: Shell, qtbot) -> None:
    qtbot.waitUntil(lambda: not shell.runner.tasks, timeout=20_000)


# --- each of the long pages: begin, and see it again ----------------------------------------------------


def open_review(shell: Shell, qtbot) -> ReviewPage:
    shell._review("HXA/002")
    settled(shell, qtbot)
    return page_of(shell, ReviewPage)


def open_describe(shell: Shell, qtbot) -> DescribePage:
    shell._describe("INC-001")
    settled(shell, qtbot)
    return page_of(shell, DescribePage)


def open_referral(shell: Shell, qtbot) -> ReferralPage:
    shell._refer(stop.Found("INC-001"))
    settled(shell, qtbot)
    return page_of(shell, ReferralPage)


def open_seal(shell: Shell, qtbot) -> SealWizard:
    shell._seal("INC-001")
    settled(shell, qtbot)
    return page_of(shell, SealWizard)


def type_review(page: ReviewPage, qtbot) -> None:
    qtbot.keyClicks(page.form.account.input, "@oxbow")
    page.form.kind.chips[0].click()
    page.form.access.input.setCurrentIndex(1)


def see_review(page: ReviewPage) -> None:
    assert page.form.account.text() == "@oxbow"
    assert page.form.kind.chips[0].isChecked()
    assert page.form.access.value() == "shown_to_me"
    assert {one.field for one in page.form.changes()} == {"account", "kind", "access"}


def type_describe(page: Any, qtbot) -> None:
    page._go(4)
    page.step().told.add()
    whom, _when, how = page.step().told.rows[1]
    qtbot.keyClicks(whom.field.input, "Mrs Ruth Calloway")
    qtbot.keyClicks(how.field.input, "by telephone")
    page.step().platform.add()
    qtbot.keyClicks(page.step().platform.rows[1][1].field.input, "not a time yet")


def see_describe(page: Any) -> None:
    assert page.wizard.step() == 4
    assert page.step().told.rows[1][0].text() == "Mrs Ruth Calloway"
    assert page.step().told.rows[1][2].text() == "by telephone"
    assert page.step().platform.rows[1][1].text() == "not a time yet"


def type_referral(page: ReferralPage, qtbot) -> None:
    page.where.set_value(Found.WEBSITE)
    page.concerns.set_value("yes")
    qtbot.keyClicks(page.address.input, "https://chirrup.example/9")
    page.first.name.input.clear()
    qtbot.keyClicks(page.first.name.input, "Mr Alan Thwaite")
    page.lead.how.input.setCurrentIndex(page.lead.how.input.findData(How.TELEPHONE))
    page.lead.at.day.setText("12/03/2026")


def see_referral(page: ReferralPage) -> None:
    assert page.where.value() is Found.WEBSITE
    assert page.concerns.value() == "yes"
    assert page.address.text() == "https://chirrup.example/9"
    assert page.first.role == "chair"
    assert page.first.name.text() == "Mr Alan Thwaite"
    assert page.lead.how.value() == How.TELEPHONE
    assert page.lead.at.isVisible()
    assert page.lead.at.day.text() == "12/03/2026"


def type_seal(page: SealWizard, qtbot) -> None:
    page.who.answer.set_value(CHAIR)
    page.who.passphrase.setChecked(True)
    union = page.who.others.row("union")
    union.box.setChecked(True)
    page._next()
    page.contents.outside.whole.setChecked(True)
    qtbot.keyClicks(page.contents.outside.why.input, "They represent me")
    page.contents.rows[1].box.setChecked(False)
    qtbot.keyClicks(page.contents.rows[1].reason.input, "It names a pupil")


def see_seal(page: SealWizard) -> None:
    assert page.who.concerns() == CHAIR
    assert page.who.passphrase.isChecked()
    assert [one.role for one in page.who.others.somebodies()] == ["union"]
    assert page.contents.outside.reason() == "They represent me"
    assert page.wizard.step() == CONTENTS
    assert page.contents.left_out() == {"HXA/002": "It names a pupil"}


PAGES: dict[str, tuple[Callable[..., Any], Callable[..., None], Callable[..., None]]] = {
    "review": (open_review, type_review, see_review),
    "describe": (open_describe, type_describe, see_describe),
    "referral": (open_referral, type_referral, see_referral),
    "seal": (open_seal, type_seal, see_seal),
}


def test_a_power_cut_costs_nothing_that_was_typed(shell, shell_on: Opening, sample: Sample, qtbot):
    drafts = shell.session.vault.drafts
    for name, (begin, fill, _see) in PAGES.items():
        page = begin(shell, qtbot)
        assert drafts.get(name, page.keeper._about) is None
        fill(page, qtbot)
        about = page.keeper._about
        qtbot.waitUntil(
            lambda: (kept := drafts.get(name, about)) is not None and kept.said == tuple(page.keeper._read()),  # noqa: B023
            timeout=20_000,
        )
        # The plug is pulled: nothing of the page is asked any more.
        page.keeper._about, page.leave = None, lambda: None
    shell.session.vault.abandon()
    shell.session = None
    again = shell_on(sample.open())
    incidents = desk_of(again).incidents
    assert incidents.list.unfinished.text() == "4 things to finish"
    for at, (_begin, _fill, see) in enumerate(reversed(PAGES.values())):  # the newest is the first
        dialog = incidents.show_unfinished()
        assert isinstance(dialog, UnfinishedDialog)
        dialog.go_buttons[at].click()
        settled(again, qtbot)
        seen: Any = again.pages.currentWidget()
        see(seen)
        seen.keeper._about, seen.leave = None, lambda: None
        again._home()


def test_the_referral_form_is_there_again_after_quick_lock_and_after_leaving(shell, shell_on, sample, qtbot):
    type_referral(open_referral(shell, qtbot), qtbot)
    qtbot.keyClick(shell, Qt.Key.Key_L, CTRL)
    assert shell.session is None
    again = shell_on(sample.open())
    page = open_referral(again, qtbot)
    see_referral(page)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert isinstance(again.pages.currentWidget(), Desk)
    see_referral(open_referral(again, qtbot))


def test_closing_the_window_keeps_what_was_chosen_for_a_bundle(shell, shell_on, sample, qtbot):
    type_seal(open_seal(shell, qtbot), qtbot)
    shell.close()
    see_seal(open_seal(shell_on(sample.open()), qtbot))


def test_what_is_recorded_leaves_no_draft(shell, qtbot):
    page = open_review(shell, qtbot)
    type_review(page, qtbot)
    page.finish()
    settled(shell, qtbot)
    assert shell.session.vault.drafts.all() == ()
    assert shell.session.vault.read.exhibit("HXA/002").statements["account"].value == "@oxbow"
    form = open_referral(shell, qtbot)
    type_referral(form, qtbot)
    form.lead.name.setText("Nadia Ellery")
    form.lead.how.input.setCurrentIndex(0)  # not told yet: the day that was typed is before it was seen
    form.record()
    qtbot.waitUntil(lambda: form.referral is not None, timeout=20_000)
    settled(shell, qtbot)
    assert shell.session.vault.drafts.all() == ()


def test_leaving_a_page_as_it_was_opened_leaves_nothing_to_finish(shell, qtbot):
    for begin, _fill, _see in PAGES.values():
        begin(shell, qtbot)
        shell._home()
        settled(shell, qtbot)
    assert shell.session.vault.drafts.all() == ()
    assert desk_of(shell).incidents.list.unfinished.isHidden()


def test_one_slip_in_describe_is_kept_while_the_rest_is_on_record(shell, shell_on, sample, qtbot):
    type_describe(open_describe(shell, qtbot), qtbot)
    shell.lock()
    again = shell_on(sample.open())
    said = again.session.vault.read.incident("INC-001").statements
    assert said["told.1.whom"].value == "Mrs Ruth Calloway"
    (draft,) = again.session.vault.drafts.all()
    assert [(one.field, one.value) for one in draft.said] == [("platform_report.1.date", "not a time yet")]


def test_things_to_finish_are_thrown_away_one_by_one_and_by_keyboard(shell, qtbot):
    vault = shell.session.vault
    typed = (Said("account", "@oxbow", Source.TYPED),)
    for number in ("HXA/001", "HXA/002"):
        vault.drafts.keep("review", number, typed)
    vault.drafts.keep("a page of later", "HXA/003", typed)
    shell.session.changed.emit()
    settled(shell, qtbot)
    link = desk_of(shell).incidents.list.unfinished
    assert link.text() == "2 things to finish"
    link.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(link, Qt.Key.Key_Return)
    (dialog,) = shell.findChildren(UnfinishedDialog)
    assert nameless(dialog) == []
    assert [one.accessibleName() for one in dialog.go_buttons] == [
        "Go on: What you know about HXA/002",
        "Go on: What you know about HXA/001",
    ]
    dialog.drop_buttons[0].click()
    assert [one.about for one in vault.drafts.all()] == ["HXA/003", "HXA/001"]
    assert len(dialog.drop_buttons) == 1
    dialog.drop_buttons[0].click()
    settled(shell, qtbot)
    assert [one for one in shell.findChildren(UnfinishedDialog) if one.isVisible()] == []
    assert link.isHidden()


def test_what_is_locked_away_is_nothing_to_finish(shell, qtbot):
    vault = shell.session.vault
    vault.drafts.keep("review", "HXA/001", (Said("note", "words", Source.TYPED),))
    vault.record(exhibit_locked_away("HXA/001", Why.INDECENT_IMAGE))
    shell.session.changed.emit()
    settled(shell, qtbot)
    assert vault.drafts.all() == ()
    assert desk_of(shell).incidents.list.unfinished.isHidden()


_TYPIST = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from evidence_app import app
from evidence_app.crypto.age import Identity
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
qapp = app.make_application()
shell = app.make_shell(qapp)
shell.show()
shell._unlocked(Vault.open(Path(sys.argv[1]), Identity.from_string(sys.argv[2]), slot=Slot.PASSPHRASE))
shell._review("HXA/002")
page = shell.pages.currentWidget()
def type_on():
    QTest.keyClicks(page.form.note.input, "word ")
drafts = Path(sys.argv[1]) / "drafts.age"
def look():
    if drafts.exists():
        print("kept", flush=True)
typing, looking = QTimer(), QTimer()
typing.timeout.connect(type_on)
looking.timeout.connect(look)
typing.start(250)
looking.start(20)
qapp.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_kill_9_while_typing_costs_a_second_at_most(sample: Sample) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _TYPIST, str(sample.folder), sample.identity.to_string()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "kept"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    opened = sample.open()
    try:
        draft = opened.drafts.get("review", "HXA/002")
        assert draft is not None
        assert "word" in draft.value("note")
        assert "note" not in opened.read.exhibit("HXA/002").statements
    finally:
        opened.abandon()
