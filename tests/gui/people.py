"""Two people with real vaults, and a real bundle between them, for the tests of the pages."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import Area, Contact, Method, Monitor, Observed, Picture, Role, Said, Source
from evidence_app.settings import Settings
from evidence_app.ui import theme
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault import acts, vault
from evidence_app.vault.vault import Vault
from tests.vaults import PASSPHRASE, light_key_slots, no_stop

PATIENCE = 30_000
CTRL = Qt.KeyboardModifier.ControlModifier


def png(shade: int) -> bytes:
    """A small picture; another `shade` is another picture."""
    out = io.BytesIO()
    Image.new("RGB", (320, 200), (shade, 90, 160)).save(out, "PNG")
    return out.getvalue()


def observed() -> Observed:
    now, screen = datetime.now(UTC), Area(0, 0, 1920, 1080)
    return Observed(
        method=Method.REGION,
        utc=now,
        local=now,
        zone="Europe/London",
        clock="the computer's own clock",
        computer="LARKMERE-T14",
        user="h.ashdown",
        system="Linux",
        software="Evidence",
        monitors=(Monitor(1, screen),),
        monitor=1,
        area=Area(10, 10, 320, 200),
        window=None,
        width=320,
        height=200,
    )


@dataclass
class People:
    """Helen Ashdown with an incident of three exhibits; Mrs Ruth Calloway, headteacher; one runner."""

    folder: Path
    helen: Vault
    ruth: Vault
    incident: str
    runner: TaskRunner

    def session(self, one: Vault) -> Session:
        return Session(one, self.runner, Settings())

    def introduce(self, to: Vault, who: Vault, how: str = "in person") -> Contact:
        """Give `to` the card of `who`; with `how` the words are compared as well."""
        contact = workflows.add_contact(to, workflows.own_card(who))
        return workflows.confirm_contact(to, contact.name, contact.words, how) if how else contact

    def seal(self, name: str = "INC-001.evidence", **wanted: object) -> Path:
        """A bundle of Helen's, for Ruth unless said otherwise."""
        if not wanted:
            known = [one for one in self.helen.read.contacts() if one.role == "head"]
            wanted = {"contacts": (known[0] if known else self.introduce(self.helen, self.ruth),)}
        out = self.folder / name
        workflows.seal_bundle(self.helen, workflows.Wanted(self.incident, **wanted), out)  # type: ignore[arg-type]
        return out

    def person(self, name: str, role: Role, folder_name: str = "third") -> Vault:
        """One more vault; the test closes it."""
        folder = self.folder / f"{folder_name}.evidence-vault"
        with light_key_slots():
            return vault.create(
                folder, name=name, role=role, school="Larkmere Academy", passphrase=PASSPHRASE
            )[0]


@contextmanager
def two_people(folder: Path, app: QApplication) -> Iterator[People]:
    """Everything is closed at the end, and no thread is left."""
    theme.apply(app, False)
    runner = TaskRunner()
    opened: list[Vault] = []
    try:
        with light_key_slots():
            for name, role in (("Helen Ashdown", Role.STAFF), ("Mrs Ruth Calloway", Role.HEAD)):
                path = folder / f"{name.rpartition(' ')[2].lower()}.evidence-vault"
                opened.append(
                    vault.create(
                        path, name=name, role=role, school="Larkmere Academy", passphrase=PASSPHRASE
                    )[0]
                )
        helen, ruth = opened
        entry = helen.record(acts.incident_opened("Anonymous posts about my Year 9 lessons"))
        incident = str(entry.data["reference"])
        no_stop(helen, incident)
        for shade in (20, 60, 100):
            exhibit = workflows.keep(helen, Picture(png(shade), observed()), incident)
            helen.record(acts.exhibit_stated(exhibit.number, [Said("platform", "Chirrup", Source.TYPED)]))
        yield People(folder, helen, ruth, incident, runner)
    finally:
        runner.shutdown()
        for one in opened:
            one.abandon()


def show(qtbot: QtBot, page: QWidget, width: int = 1280, height: int = 768) -> None:
    """On the screen and active, so that the focus moves. It lives until the test has ended."""
    qtbot.addWidget(page)
    # As a window would hold it: the test's own name for it goes before its last task does.
    vars(qtbot).setdefault("kept", []).append(page)
    page.resize(width, height)
    page.show()
    page.activateWindow()
    qtbot.waitExposed(page)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key to whatever has the focus."""
    target = QApplication.focusWidget()
    assert target is not None, "nothing has the focus"
    QTest.keyClick(target, key, modifier)


def type_text(text: str) -> None:
    """Letters to whatever has the focus."""
    target = QApplication.focusWidget()
    assert target is not None, "nothing has the focus"
    QTest.keyClicks(target, text)


def tab_to(wanted: QWidget, most: int = 60) -> None:
    """Tab until `wanted` has the focus: it can be reached without a mouse."""
    for _ in range(most):
        if QApplication.focusWidget() is wanted:
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"{wanted.accessibleName() or wanted} cannot be reached by Tab")


def until(qtbot: QtBot, true: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE)
