"""A session on a real vault whose pictures are stripes of two pure colours, which no blur leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from evidence_app import workflows
from evidence_app.records import Area, EntryKind, Exhibit, Method, Observed, Picture, Role, Said, Source
from evidence_app.settings import Settings
from evidence_app.ui import theme
from evidence_app.ui.session import Session
from evidence_app.ui.tasks import TaskRunner
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault, create
from tests import vaults, windows

MAGENTA, GREEN = (255, 0, 255), (0, 255, 0)


def png(width: int = 400, height: int = 300) -> bytes:
    """Upright stripes, pure magenta and pure green."""
    image = Image.new("RGB", (width, height), MAGENTA)
    for x in range(0, width, 10):
        image.paste(GREEN, (x, 0, x + 5, height))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def observed(at: datetime | None = None) -> Observed:
    """What a capture of an area of 400 x 300 observes, at `at` or now."""
    moment = at or datetime.now(UTC)
    area = Area(10, 20, 400, 300)
    seen = vaults.observed(Method.REGION, "Larkmere Whispers on Chirrup")
    return replace(seen, utc=moment, local=moment, zone="GMT", area=area, width=400, height=300)


def keep(vault: Vault, incident: str | None, at: datetime | None = None) -> Exhibit:
    """Seal a striped picture, after the question was answered."""
    vaults.no_stop(vault, incident)
    return workflows.keep(vault, Picture(png(), observed(at)), incident)


def state(vault: Vault, number: str, **fields: str) -> None:
    vault.record(acts.exhibit_stated(number, [Said(k, v, Source.TYPED) for k, v in fields.items()]))


def open_incident(vault: Vault, title: str) -> str:
    """The new incident's reference."""
    return str(vault.record(acts.incident_opened(title)).data["reference"])


@contextmanager
def session_of_helen(folder: Path, app: QApplication) -> Iterator[Session]:
    """Helen Ashdown's new vault, unlocked, in the light theme."""
    theme.apply(app, dark=False)
    with vaults.light_key_slots():
        vault, _ = create(
            folder,
            name="Helen Ashdown",
            role=Role.STAFF,
            school="Larkmere Academy",
            passphrase=vaults.PASSPHRASE,
        )
    runner = TaskRunner()
    try:
        yield Session(vault, runner, Settings())
        assert runner.shutdown()
    finally:
        runner.shutdown()
        vault.close()


def idle(qtbot: QtBot, session: Session) -> None:
    """Until nothing runs, and nothing that followed from it."""
    for _ in range(2):
        windows.idle(qtbot, session.runner)
        QApplication.processEvents()


def clear_pixels(widget: QWidget) -> bool:
    """Whether anything of a striped picture can be seen unblurred."""
    image = widget.grab().toImage()
    wanted = {QColor(*MAGENTA).rgb(), QColor(*GREEN).rgb()}
    found = (image.pixel(x, y) for y in range(0, image.height(), 3) for x in range(image.width()))
    return any(pixel in wanted for pixel in found)


def views(session: Session) -> int:
    """How often the record says that a picture was shown."""
    return sum(one.kind is EntryKind.EXHIBIT_VIEWED for one in session.vault.read.entries())


def damage(vault: Vault, number: str) -> None:
    """Change one byte of an exhibit's sealed file."""
    stored = vault.read.exhibit(number).stored
    (path,) = (vault.folder / "objects").glob(f"??/{stored.object_id}.age")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def clipped(page: QWidget) -> list[str]:
    """Visible buttons that are narrower than their words, or reach out of the page; labels cut off."""
    found = windows.cut_off(page)
    for button in page.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            right = button.mapTo(page, button.rect().topRight()).x()
            if button.width() < button.sizeHint().width() or right >= page.width():
                found.append(button.text())
    return found
