"""The panel beside a verdict: what the register knows of a bundle, and what is decided about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidence_app import policy, workflows
from evidence_app.records import EntryKind
from evidence_app.ui.pages.received_panel import ReceivedPanel
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import ScrollPage
from evidence_app.vault.vault import Vault
from tests.gui.striped import clipped, idle
from tests.windows import SIZES, at, held, nameless, press, tab_order, write

if TYPE_CHECKING:
    from tests.gui.register_fixtures import SevenReceived
    from tests.window_fixtures import Show

pytest_plugins = ["tests.window_fixtures", "tests.gui.register_fixtures"]


@pytest.fixture
def panel(session: Session, show: Show, qtbot: QtBot) -> ReceivedPanel:
    result = ReceivedPanel(session)
    around = ScrollPage()
    around.body.addWidget(result)
    around.body.addStretch(1)
    show(around, 1064)
    shown(result, "RCV-001", qtbot)
    return result


def shown(panel: ReceivedPanel, reference: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.shown, timeout=30_000):
        panel.show_row(reference)
    idle(qtbot, panel._session)


def outcomes(vault: Vault, reference: str) -> list[tuple[str, str]]:
    return [(one.field, one.value) for one in vault.read.statements(reference)]


def first_code() -> str:
    return policy.current().outcomes[0].code


def decide(panel: ReceivedPanel, qtbot: QtBot, downs: int, note: str = "") -> None:
    """Choose with the arrow key, type a note, record: without a mouse."""
    panel.decision.choice.input.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(downs):
        press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Tab)
    assert at() is panel.decision.note.input
    write(note)
    press(Qt.Key.Key_Tab)
    assert at() is panel.decision.record_button
    with qtbot.waitSignal(panel.shown, timeout=30_000):
        press(Qt.Key.Key_Return)
    idle(qtbot, panel._session)


def test_what_the_register_knows(panel: ReceivedPanel) -> None:
    words = held(panel.facts)
    for expected in ("RCV-001", "INC-001.evidence", "Found then: Intact", "Not issued"):
        assert expected in words
    assert panel.decision.now.text() == "Not decided yet"
    assert panel.decision.chip.text() == "Overdue: waiting 12 days"
    assert not panel.decision.history.isVisible()


def test_a_receipt_that_was_issued_is_said(
    panel: ReceivedPanel, head: Vault, seven: SevenReceived, tmp_path: Path, qtbot: QtBot
) -> None:
    workflows.issue_receipt(head, seven.files / "INC-001.evidence", tmp_path / "one.evidence-receipt")
    with qtbot.waitSignal(panel.shown, timeout=30_000):
        panel._session.changed.emit()
    assert "Issued on " in held(panel.facts)
    assert "R-0001" in held(panel.facts)


def test_decisions_are_added_and_none_is_overwritten(panel: ReceivedPanel, head: Vault, qtbot: QtBot) -> None:
    first, last = policy.current().outcomes[0], policy.current().outcomes[-1]
    decide(panel, qtbot, 1, "Spoke with Helen.")
    assert panel.decision.now.text() == first.name
    assert panel.decision.message.text() == "It is in your record."
    assert at() is panel.decision.choice.input
    assert panel.decision.note.text() == ""
    decide(panel, qtbot, len(policy.current().outcomes))
    assert panel.decision.now.text() == last.name
    assert panel.decision.chip.text() == "Settled"
    assert outcomes(head, "RCV-001") == [
        ("outcome", first.code),
        ("outcome_note", "Spoke with Helen."),
        ("outcome", last.code),
    ]
    kinds = [entry.kind for entry in head.read.entries_about("RCV-001")]
    assert kinds[-2:] == [EntryKind.OUTCOME_STATED, EntryKind.OUTCOME_STATED]
    history = held(panel.decision.history)
    assert history.index(last.name) < history.index(first.name)
    assert "Spoke with Helen." in history
    assert "by Mrs Ruth Calloway" in history


def test_nothing_is_recorded_without_a_choice(panel: ReceivedPanel, head: Vault) -> None:
    before = head.head
    panel.decision.note.setText("only a note")
    panel.decision.record_button.setFocus(Qt.FocusReason.TabFocusReason)
    press(Qt.Key.Key_Return)
    assert panel.decision.choice.message.text() == "Choose what was decided first."
    assert at() is panel.decision.choice.input
    assert panel.decision.note.text() == "only a note"
    assert head.head == before


def test_what_is_refused_is_said_and_stays(panel: ReceivedPanel, head: Vault, qtbot: QtBot) -> None:
    before = head.head
    panel.decision.choice.input.setCurrentIndex(0)
    panel.decision.note.setText("x" * 200_001)
    panel.decision.record()
    idle(qtbot, panel._session)
    assert "Nothing was changed" in panel.decision.message.text()
    assert len(panel.decision.note.text()) == 200_001
    assert panel.decision.record_button.isEnabled()
    assert head.head == before


def test_what_was_typed_stays_for_its_bundle_only(panel: ReceivedPanel, qtbot: QtBot) -> None:
    panel.decision.note.setText("half a sent")
    with qtbot.waitSignal(panel.shown, timeout=30_000):
        panel._session.changed.emit()
    assert panel.decision.note.text() == "half a sent"
    shown(panel, "RCV-003", qtbot)
    assert panel.decision.note.text() == ""
    assert "damaged.evidence" in held(panel.facts)


def test_what_names_the_same_account_is_seen_together(panel: ReceivedPanel, qtbot: QtBot) -> None:
    assert panel.related.isVisible()
    words = held(panel.related)
    assert "The same account is named in RCV-007: @larkmere_truth" in words
    assert "Comments on the community page" in words
    link = next(one for one in panel.related.links if one.text() == "Open RCV-007")
    link.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(panel.related_requested) as asked:
        press(Qt.Key.Key_Return)
    assert asked.args == ["RCV-007"]
    shown(panel, "RCV-003", qtbot)
    assert not panel.related.isVisible()


def test_a_bundle_that_is_not_there(panel: ReceivedPanel, qtbot: QtBot) -> None:
    panel.show_row("RCV-999")
    idle(qtbot, panel._session)
    assert "no received bundle" in panel.message.text()
    assert not panel.decision.isVisible()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_and_everything_has_a_name(
    panel: ReceivedPanel, head: Vault, qtbot: QtBot, width: int, height: int
) -> None:
    workflows.state_outcome(head, "RCV-001", first_code(), "https://larkmere.example/" + "a" * 300)
    panel.window().resize(width - 216, height)
    shown(panel, "RCV-001", qtbot)
    assert clipped(panel.window()) == []
    assert nameless(panel) == []
    panel.window().resize(400, height)
    qtbot.waitUntil(lambda: clipped(panel.window()) == [])


def test_tab_order_is_visual_order(panel: ReceivedPanel) -> None:
    panel.decision.choice.input.setFocus(Qt.FocusReason.TabFocusReason)
    stops = [one for one in tab_order() if panel.decision.isAncestorOf(one)]
    card = panel.decision
    assert stops == [card.choice.input, card.note.input, card.record_button, card.advice.close_button]
