"""The register for a printer: the pages of the paper as pictures."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from evidence_app.bundle import typesetter
from evidence_app.bundle.register_report import register_pictures
from evidence_app.errors import StorageError
from evidence_app.records import (
    BundleState,
    Consistency,
    Owner,
    ReceivedRow,
    RegisterRow,
    Role,
    SenderStatus,
    StoredObject,
)

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
RUTH = Owner("Mrs Ruth Calloway", Role.HEAD, "Larkmere Academy", "RXC")


def row(number: int) -> RegisterRow:
    """A bundle that could not be read."""
    received = ReceivedRow(
        reference=f"RCV-{number:03d}",
        state=BundleState.DAMAGED,
        file_name="damaged.evidence",
        stored=StoredObject("one", "0" * 64, 1000, "application/vnd.evidence-bundle"),
        bundle_id="",
        digest="",
        unchanged=False,
        sender=SenderStatus.UNKNOWN,
        dated=None,
        consistent=Consistency.UNKNOWN,
        problems=(),
        sender_key=None,
        sender_name="",
        incident="",
        title="",
        exhibits=(),
        ledger=None,
        received_at=NOON,
        seq=number,
        latest_state=BundleState.DAMAGED,
        latest_checked_at=NOON,
    )
    return RegisterRow(received, None, None, "", False, 0, False, ())


def test_every_page_is_a_picture_of_the_whole_paper():
    pages = register_pictures([row(number) for number in range(60)], RUTH, NOON, 50)
    assert len(pages) > 1
    for page in pages:
        with Image.open(io.BytesIO(page)) as picture:
            assert picture.format == "PNG"
            # A4, landscape: 297 by 210 mm.
            assert (round(297 / 25.4 * 50), round(210 / 25.4 * 50)) == picture.size
            dark = picture.convert("L").point(lambda ink: 255 * (ink < 100))
            assert dark.getbbox() is not None, "there is something on it"
    assert len(set(pages)) == len(pages)


def test_a_typesetter_that_fails_prints_nothing(monkeypatch):
    monkeypatch.setattr(typesetter, "COMMAND", "no-such-command")
    with pytest.raises(StorageError, match="could not be made"):
        register_pictures([row(1)], RUTH, NOON, 50)
