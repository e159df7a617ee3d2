"""Pictures within a chat: out of the vault through the child, in pixels and never further."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_app.capture import files
from evidence_app.errors import LockedAwayError, NotReadableError
from evidence_app.records import StopAnswer, Why
from evidence_app.vault import acts_safeguards
from evidence_app.vault.vault import Vault
from evidence_app.workflows.importing import Batch, bring_in
from evidence_app.workflows.looking import picture_within
from tests import brought, talks

pytest_plugins = ["tests.vault_fixtures"]


def test_a_picture_of_a_chat_in_pixels(opened: Vault, tmp_path: Path) -> None:
    chat = {
        "_chat.txt": talks.whatsapp(talks.LOCALES[0]),
        talks.PICTURE: brought.picture("JPEG"),
        "a.vcf": b"x",
    }
    (tmp_path / "chat.zip").write_bytes(talks.zipped(chat))
    (done,) = bring_in(opened, "INC-001", files.found([tmp_path / "chat.zip"]), Batch(StopAnswer.NO))
    pixels = picture_within(opened, done.number, 0, 32)
    assert (pixels.width, pixels.height) == (32, 24)
    assert pixels.rgb[0] > 150 > pixels.rgb[2]
    for place in (1, 2):
        with pytest.raises(NotReadableError):
            picture_within(opened, done.number, place, 32)
    opened.record(acts_safeguards.exhibit_locked_away(done.number, Why.INDECENT_IMAGE))
    with pytest.raises(LockedAwayError):
        picture_within(opened, done.number, 0, 32)
