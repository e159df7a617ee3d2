"""Two acquainted vaults for tests of receiving: a teacher's and a headteacher's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from evidence_app import workflows
from evidence_app.records import Picture, Role
from evidence_app.vault import acts, vault
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted
from tests import vaults


def picture(shade: int) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 200)).save(out, "PNG")
    return Picture(out.getvalue(), vaults.observed())


def open_incident(vault: Vault, title: str) -> str:
    """The reference of a new incident of which it was answered that its pictures may be kept."""
    reference = str(vault.record(acts.incident_opened(title)).data["reference"])
    vaults.no_stop(vault, reference)
    return reference


@contextmanager
def desk(folder: Path, name: str, role: Role) -> Iterator[Vault]:
    with vaults.light_key_slots():
        made, _ = vault.create(
            folder, name=name, role=role, school="Larkmere Academy", passphrase=vaults.PASSPHRASE
        )
    try:
        yield made
    finally:
        made.abandon()


@contextmanager
def teacher_and_head(folder: Path) -> Iterator[tuple[Vault, Vault]]:
    """Helen with an incident of two captures, and Ruth; each has confirmed the other."""
    with (
        desk(folder / "teacher.evidence-vault", "Helen Ashdown", Role.STAFF) as teacher,
        desk(folder / "head.evidence-vault", "Mrs Ruth Calloway", Role.HEAD) as head,
    ):
        open_incident(teacher, "Posts about my lessons")
        for shade in (10, 20):
            workflows.keep(teacher, picture(shade), "INC-001")
        for own, other in ((teacher, head), (head, teacher)):
            contact = workflows.add_contact(own, workflows.own_card(other))
            workflows.confirm_contact(own, contact.name, workflows.own_words(other), "in person")
        yield teacher, head


def seal(sender: Vault, out: Path) -> Path:
    """INC-001 for all contacts of the sender."""
    workflows.seal_bundle(sender, Wanted("INC-001", contacts=sender.read.contacts()), out)
    return out
