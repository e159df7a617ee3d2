"""The seven states, and a sender in doubt, from real bundles: each has its own picture, words and next step.

With EVIDENCE_PICTURES=DIR every state is written there as a picture, light and dark, in both sizes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from evidence_app.records import BundleState
from evidence_app.ui import theme
from evidence_app.ui.desk import Desk
from evidence_app.ui.pages.confirm_sender import WordsQuestion
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.pages.verdict_faces import Face, face_of
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Button, Card, Text
from tests.gui.people import show, until
from tests.gui.states import World, world
from tests.windows import SIZES, cut_off, nameless, tab_order

SEVEN = [Face(state.value) for state in BundleState if state.value != "not-checked"]
ALL = [*SEVEN, Face.KEY_CHANGED, Face.LOOKS_LIKE]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("states"), qapp) as made:
        yield made
