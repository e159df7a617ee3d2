"""The question before the first picture (8.1), asked in the window; and thumbnails of what is locked away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import Decider
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.stop_question import StopQuestion
from evidence_app.ui.session import Session
from evidence_app.ui.thumbnails import Thumbnails
from tests.gui.striped import idle, keep, open_incident, session_of_helen
from tests.windows import SIZES, cut_off, nameless


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[Session]:
    with session_of_helen(tmp_path / "a.evidence-vault", qapp) as opened:
        open_incident(opened.vault, "Posts")
        yield opened


@pytest.fixture
def desk(session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """With a capture that only says that it would begin."""
    made = Desk(session)
    qtbot.addWidget(made)
    made.resize(*SIZES[0])
    made.show()
    qtbot.waitExposed(made)
    began: list[str] = []
    monkeypatch.setattr(made.flow, "start", began.append)
    made.setProperty("began", began)
    made.began = began  # type: ignore[attr-defined]
    return made


def press(dialog: StopQuestion, words: str) -> None:
    next(one for one in dialog.findChildren(QAbstractButton) if one.text() == words).click()


def asked(desk: Desk, incident: str) -> StopQuestion:
    desk.capture(incident)
    found = [one for one in desk.findChildren(StopQuestion) if one.isVisible()]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("incident", ["INC-001", ""])
def test_a_capture_begins_only_after_no(desk: Desk, session: Session, qtbot: QtBot, incident: str) -> None:
    dialog = asked(desk, incident)
    press(dialog, "Record my answer")
    assert "Choose one of the answers" in dialog.message.text()
    assert desk.began == []  # type: ignore[attr-defined]
    press(dialog, "No")
    press(dialog, "Record my answer")
    idle(qtbot, session)
    assert desk.began == [incident]  # type: ignore[attr-defined]
    desk.capture(incident)
    assert desk.began == [incident, incident]  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", ["Yes", "I am not sure"])
def test_yes_and_not_sure_lead_to_the_stop_page(
    desk: Desk, session: Session, qtbot: QtBot, words: str
) -> None:
    dialog = asked(desk, "INC-001")
    press(dialog, words)
    with qtbot.waitSignal(desk.stop_requested, timeout=20_000):
        press(dialog, "Record my answer")
    idle(qtbot, session)
    assert desk.began == []  # type: ignore[attr-defined]
    again = asked(desk, "INC-001")
    assert again.advised_by.isVisible()
    press(again, "No")
    press(again, "Record my answer")
    idle(qtbot, session)
    assert "say who gave it" in again.message.text()
    again.advised_by.input.setText("Nadia Ellery")
    press(again, "Record my answer")
    idle(qtbot, session)
    assert desk.began == ["INC-001"]  # type: ignore[attr-defined]


def test_cancel_leaves_it_unanswered(desk: Desk, session: Session) -> None:
    asked(desk, "INC-001").reject()
    assert workflows.stop_answer(session.vault, "INC-001") is None
    assert desk.began == []  # type: ignore[attr-defined]


def test_the_dialog_can_be_read_and_has_names(desk: Desk) -> None:
    dialog = asked(desk, "INC-001")
    assert nameless(dialog) == []
    assert cut_off(dialog) == []
    dialog.reject()


def test_thumbnails_drop_what_is_locked_away(session: Session, qtbot: QtBot) -> None:
    thumbnails = Thumbnails.of(session)
    first, second = (keep(session.vault, "INC-001") for _ in range(2))
    other = keep(session.vault, None)
    for one in (first, second, other):
        thumbnails.get(one)
        idle(qtbot, session)
    assert set(thumbnails.held()) == {first.number, second.number, other.number}
    # The same bytes: all three are locked away.
    workflows.lock_away(session.vault, first.number)
    session.changed.emit()
    assert thumbnails.held() == ()
    image = thumbnails.get(first)
    assert image is not None
    assert image.isNull()


def test_thumbnails_drop_what_is_disposed_of(session: Session, qtbot: QtBot) -> None:
    exhibit = keep(session.vault, "INC-001")
    thumbnails = Thumbnails.of(session)
    thumbnails.get(exhibit)
    idle(qtbot, session)
    workflows.keep_until(session.vault, "INC-001", date(2020, 1, 1))
    workflows.dispose(
        session.vault,
        exhibit.number,
        decided_by="Mrs Ruth Calloway",
        decider=Decider.HEAD,
        second="Helen Ashdown",
    )
    session.changed.emit()
    assert thumbnails.held() == ()


def test_one_that_is_being_made_meanwhile_is_not_kept(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    exhibit = keep(session.vault, "INC-001")
    thumbnails = Thumbnails.of(session)
    thumbnails.get(exhibit)
    workflows.lock_away(session.vault, exhibit.number)
    idle(qtbot, session)
    image = thumbnails.get(exhibit)
    assert image is not None
    assert image.isNull()
    assert all(one.isNull() for one in thumbnails._kept.values())
