"""The seven states, and a sender in doubt, from real bundles: each has its own picture, words and next step.

With EVIDENCE_PICTURES=DIR each of them is written there as a picture: light and dark, in both sizes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app.bundle.sentences import describe, describe_failure
from evidence_app.records import BundleState, Verdict
from evidence_app.ui import theme
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.bundle_states import status
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.pages.verdict_data import Where, judge
from evidence_app.ui.pages.verdict_faces import UNCONFIRMED, Face, face_of, look_of
from evidence_app.ui.widgets import Button, FocusRing, Text
from tests.gui.people import show, until
from tests.gui.states import World, laid_out, pictured, world
from tests.windows import SIZES, cut_off, nameless

SEVEN = [Face(state.value) for state in BundleState if state is not BundleState.NOT_CHECKED]
ALL = [*SEVEN, Face.KEY_CHANGED, Face.LOOKS_LIKE]
NEXT = {
    Face.INTACT: "Issue receipt",
    Face.ALTERED: "Ask for a new copy",
    Face.DAMAGED: "Ask for a new copy",
    Face.SENDER_NOT_CONFIRMED: "Yes, all eight match",
    Face.IN_CONFLICT: "Ask about it",
    Face.NOT_FOR_YOU: "Ask to have it sealed for you",
    Face.NEWER: "Ask for an update",
    Face.KEY_CHANGED: "No, or I am not sure",
    Face.LOOKS_LIKE: "No, or I am not sure",
}
"""The one primary button of each."""
KINDS = {
    Face.INTACT: "ok",
    Face.ALTERED: "bad",
    Face.DAMAGED: "bad",
    Face.SENDER_NOT_CONFIRMED: "warn",
    Face.IN_CONFLICT: "warn",
    Face.NOT_FOR_YOU: "accent",
    Face.NEWER: "neutral",
    Face.KEY_CHANGED: "bad",
    Face.LOOKS_LIKE: "bad",
}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("states"), qapp) as made:
        yield made


def opened(qtbot: QtBot, states: World, face: Face) -> tuple[Desk, VerdictPage]:
    """The bundle in Ruth's window, as wide as a window has it; received when it is opened first."""
    people = states.people
    desk = Desk(people.session(people.ruth))
    show(qtbot, desk, *SIZES[0])
    page = VerdictPage(people.runner, desk.session)
    desk.show_verdict(page)
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.check(states.bundles[face])
    panel = page.result.panel if page.result is not None else None
    until(qtbot, lambda: not people.runner.tasks and (panel is None or panel.decision.isVisibleTo(panel)))
    return desk, page


def words_on(page: VerdictPage) -> list[str]:
    return [one.text() for one in page.findChildren(Text) if one.isVisibleTo(page)]


def test_no_two_states_look_or_speak_alike(states: World) -> None:
    ruth = states.people.ruth
    found = {face: judge(ruth, Where(states.bundles[face]), keep=False) for face in ALL}
    assert [face_of(one.answer) for one in found.values()] == ALL
    said = [
        describe(one.answer) if isinstance(one.answer, Verdict) else describe_failure(one.answer)
        for one in found.values()
    ]
    assert len({sentence for sentence, _ in said}) == len({below for _, below in said}) == len(ALL)
    # Never by colour alone: those that share one differ by picture and words.
    assert {face: look_of(face).kind for face in ALL} == KINDS
    assert len({look_of(face).icon for face in ALL}) == len(ALL)
    assert len({status(BundleState(face.value)).words for face in SEVEN}) == len(SEVEN)


@pytest.mark.parametrize("face", ALL)
def test_each_state_has_its_own_face_and_fits(qtbot: QtBot, states: World, qapp: QApplication, face: Face):
    FocusRing.install(qapp)
    desk, page = opened(qtbot, states, face)
    assert page.banner is not None
    assert page.acts is not None
    assert page.acts.face is face
    assert page.banner.kind == KINDS[face]
    primary = [one for one in page.findChildren(Button) if one.kind == "primary" and one.isVisibleTo(page)]
    assert [one.text() for one in primary] == [NEXT[face]]
    focused = QApplication.focusWidget()
    assert isinstance(focused, Button)
    assert focused.text() == ("No, or I am not sure" if face in UNCONFIRMED else NEXT[face])
    assert nameless(page) == []
    for dark in (False, True):
        theme.apply(qapp, dark)
        for width, height in SIZES:
            desk.resize(width, height)
            laid_out()
            assert cut_off(page) == [], (face, dark, width)
            name = f"{face.value}-{'dark' if dark else 'light'}-{width}"
            pictured(desk, name)
            whole = page.widget()
            assert whole is not None
            pictured(whole, f"{name}-whole")
    theme.apply(qapp, False)
