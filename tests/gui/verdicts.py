"""A verification page at a desk, for its tests: checked, settled, and what stands on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from evidence_app.crypto.age import encrypt
from evidence_app.ui.pages.verdict import VerdictPage
from evidence_app.ui.pages.verdict_actions import Actions
from evidence_app.ui.session import Session
from evidence_app.ui.widgets import Notice, Text
from tests.bundles import as_tar, opened
from tests.gui.people import People, png, show, until
from tests.gui.states import PICTURE


def settled(qtbot: QtBot, people: People) -> None:
    until(qtbot, lambda: not people.runner.tasks)


def page_of(qtbot: QtBot, people: People, session: Session | None) -> VerdictPage:
    page = VerdictPage(people.runner, session)
    show(qtbot, page, 1064)
    return page


def checked(qtbot: QtBot, people: People, page: VerdictPage, what: Path | str) -> Actions:
    """Check a file, or show what is kept under a reference."""
    with qtbot.waitSignal(page.shown, timeout=30_000):
        page.show_received(what) if isinstance(what, str) else page.check(what)
    settled(qtbot, people)
    assert page.acts is not None
    return page.acts


def notice(page: VerdictPage) -> Notice:
    assert page.result is not None
    (one,) = page.result.notices
    return one


def place_in(widget: QWidget, page: VerdictPage) -> QRect:
    return QRect(widget.mapTo(page.viewport(), widget.rect().topLeft()), widget.size())


def words_on(page: VerdictPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(Text) if one.isVisibleTo(page))


def altered(people: People, bundle: Path) -> Path:
    files = opened(bundle, people.ruth.identity) | {PICTURE: png(250)}
    out = people.folder / "altered.evidence"
    out.write_bytes(encrypt(as_tar(files), [people.ruth.identity.recipient]))
    return out
