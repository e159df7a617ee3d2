"""One real bundle for each face of the verification page, sent to Mrs Ruth Calloway."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from evidence_app import workflows
from evidence_app.bundle import layout
from evidence_app.crypto.age import encrypt
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.records import Picture, Role
from evidence_app.ui.pages.verdict_faces import Face
from evidence_app.vault import acts
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests.bundles import as_tar, edited, opened, sign_again
from tests.desks import open_incident
from tests.gui.people import People, observed, png, two_people

PICTURE = "data/exhibits/HXA-002/original.png"
LOOKALIKE = "H\u0435l\u0435n Ashd\u043ewn"
"""Helen Ashdown with three Cyrillic letters."""


@dataclass
class World:
    """The people, and a bundle by the face that it has for Ruth."""

    people: People
    bundles: dict[Face, Path]


@contextmanager
def world(folder: Path, app: QApplication) -> Iterator[World]:
    """Ruth has confirmed Helen Ashdown and Nadia Ellery; she saw a bundle of Nadia's that no longer fits."""
    with two_people(folder, app) as people, ExitStack() as stack:
        ruth = people.ruth
        people.introduce(ruth, people.helen)
        intact = people.seal("INC-001-2026-03-12.evidence")
        found = {Face.INTACT: intact}

        def person(name: str, role: Role = Role.STAFF) -> Vault:
            one = people.person(name, role, f"person {len(list(folder.iterdir()))}")
            stack.callback(one.abandon)
            return one

        def sealed_by(sender: Vault, name: str) -> Path:
            open_incident(sender, "Photographs of the staff room")
            workflows.keep(sender, Picture(png(30), observed()), "INC-001")
            contact = people.introduce(sender, ruth)
            out = folder / name
            workflows.seal_bundle(sender, workflows.Wanted("INC-001", contacts=(contact,)), out)
            return out

        def changed(name: str, change: Callable[[dict[str, bytes], SigningKey], dict[str, bytes]]) -> Path:
            files = change(opened(intact, ruth.identity), people.helen.signing_key)
            out = folder / name
            out.write_bytes(encrypt(as_tar(files), [ruth.identity.recipient]))
            return out

        found[Face.ALTERED] = changed("altered.evidence", _altered)
        found[Face.NEWER] = changed("newer.evidence", _newer)
        found[Face.DAMAGED] = folder / "damaged.evidence"
        found[Face.DAMAGED].write_bytes(intact.read_bytes()[:-2000])
        alan = person("Mr Alan Thwaite", Role.HEAD)
        for_alan = (people.introduce(people.helen, alan),)
        found[Face.NOT_FOR_YOU] = people.seal("for-alan.evidence", contacts=for_alan)
        found[Face.SENDER_NOT_CONFIRMED] = sealed_by(person("Tom Garrick"), "from-tom.evidence")
        found[Face.KEY_CHANGED] = sealed_by(person("Helen Ashdown"), "another-helen.evidence")
        found[Face.LOOKS_LIKE] = sealed_by(person(LOOKALIKE), "imitated-helen.evidence")
        found[Face.IN_CONFLICT] = _in_conflict(people, sealed_by)
        yield World(people, found)


def laid_out() -> None:
    """Columns that go below each other ask for another round of layout, and so on inwards."""
    for _ in range(6):
        QApplication.processEvents()


def pictured(widget: QWidget, name: str) -> None:
    """Keep a picture of it where EVIDENCE_PICTURES says so."""
    folder = os.environ.get("EVIDENCE_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        laid_out()
        widget.grab().save(f"{folder}/{name}.png")


def _altered(files: dict[str, bytes], _key: SigningKey) -> dict[str, bytes]:
    return files | {PICTURE: png(250)}


def _newer(files: dict[str, bytes], key: SigningKey) -> dict[str, bytes]:
    label = files[layout.BAG_INFO].replace(b"Evidence-Bundle-Format: 1", b"Evidence-Bundle-Format: 2")
    new = {layout.INCIDENT: edited(files[layout.INCIDENT], format=2), layout.BAG_INFO: label}
    return sign_again(files | new, key)


def _in_conflict(people: People, sealed_by: Callable[[Vault, str], Path]) -> Path:
    """Nadia's vault is put back to what it was between two bundles, and then goes on differently."""
    nadia = people.person("Nadia Ellery", Role.STAFF, "nadia")
    people.introduce(people.ruth, nadia)
    first = sealed_by(nadia, "nadia-1.evidence")
    workflows.verify_with_vault(people.ruth, first)
    nadia.close()
    backup = people.folder / "nadia-backup.evidence-vault"
    shutil.copytree(nadia.folder, backup)

    def seal(folder: Path, title: str, out: Path) -> Path:
        with Vault.open(folder, nadia.identity, slot=Slot.PASSPHRASE) as held:
            held.record(acts.incident_opened(title))
            wanted = workflows.Wanted("INC-001", contacts=held.read.contacts())
            workflows.seal_bundle(held, wanted, out)
        return out

    second = seal(nadia.folder, "What was there", people.folder / "nadia-2.evidence")
    workflows.verify_with_vault(people.ruth, second)
    return seal(backup, "What is there now", people.folder / "nadia-3.evidence")
