"""The people whose vaults are attacked, made once and copied for every case."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

from PIL import Image

from evidence_app import workflows
from evidence_app.crypto.age import Identity
from evidence_app.records import Picture
from evidence_app.vault import backup, keys
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests import desks, vaults
from tests.vaults import PASSPHRASE, Sample

NAMES = ("helen", "ruth")


@dataclass(frozen=True)
class Held:
    """What a vault held when the attack began: where its record stood, exhibits by digest."""

    size: int
    link: str
    exhibits: dict[str, str]


@dataclass(frozen=True)
class Stage:
    """Helen's vault and Ruth's in one folder, with bundles, a receipt, files to bring in and a backup."""

    folder: Path
    helen: Sample
    ruth: Sample
    held: dict[str, Held]

    def sample(self, who: str) -> Sample:
        """The vault of `helen` or `ruth`."""
        return self.helen if who == "helen" else self.ruth

    def copy(self, folder: Path) -> Stage:
        """The same in another folder, which must not exist."""
        shutil.copytree(self.folder, folder)

        def moved(one: Sample) -> Sample:
            return replace(one, folder=folder / one.folder.name)

        return replace(self, folder=folder, helen=moved(self.helen), ruth=moved(self.ruth))

    def names(self) -> set[str]:
        """What lies in the folder itself."""
        return {path.name for path in self.folder.iterdir()}


def picture(number: int) -> Picture:
    """A capture that is never the same for two numbers."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (number % 256, number // 256 % 256, 200)).save(out, "PNG")
    return Picture(out.getvalue(), vaults.observed())


def made(folder: Path) -> Stage:
    """A new stage in a new folder; about two seconds."""
    folder.mkdir()
    with desks.teacher_and_head(folder) as (helen, ruth):
        identities = (helen.identity, ruth.identity)
        _fill(folder, helen, ruth)
        for one in (helen, ruth):
            one.close()
    first, second = (
        Sample((folder / old).rename(folder / f"{name}.evidence-vault"), identity, "")
        for old, name, identity in zip(
            ("teacher.evidence-vault", "head.evidence-vault"), NAMES, identities, strict=True
        )
    )
    (folder / "passphrase").write_text(PASSPHRASE + "\n")
    (folder / "new-passphrase").write_text("another long quiet passphrase\n")
    return Stage(folder, first, second, {"helen": _held(first), "ruth": _held(second)})


def _fill(folder: Path, helen: Vault, ruth: Vault) -> None:
    workflows.keep(helen, picture(1), "INC-001")
    desks.open_incident(helen, "Photographs")
    workflows.keep(helen, picture(2), "INC-002")
    workflows.keep(helen, picture(3), "INC-002")
    workflows.keep_until(helen, "HXA/004", date.today() - timedelta(days=1))  # noqa: DTZ011
    desks.seal(helen, folder / "first.evidence")
    workflows.issue_receipt(ruth, folder / "first.evidence", folder / "first.evidence-receipt")
    workflows.receive(ruth, folder / "first.evidence")
    desks.seal(helen, folder / "second.evidence")
    backup.back_up(helen, folder / "backup")
    workflows.keep(helen, picture(4), "INC-001")
    (folder / "letter.txt").write_text("They posted it again.\n" * 200)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "tom@larkmere.example", "helen@larkmere.example", "Look"
    mail["Date"] = "Thu, 12 Mar 2026 14:32:07 +0000"
    mail.set_content("See the picture.")
    mail.add_attachment(picture(5).png, maintype="image", subtype="png", filename="shot.png")
    (folder / "look.eml").write_bytes(bytes(mail))


def _held(sample: Sample) -> Held:
    with sample.open() as opened:
        exhibits = {one.number: one.stored.sha256 for one in every_exhibit(opened)}
        size, link = opened.head
    return Held(size, link.hex(), exhibits)


def every_exhibit(opened: Vault) -> list:
    """The exhibits of every incident and those of none."""
    found = list(opened.read.exhibits(None))
    for incident in opened.read.incidents():
        found += opened.read.exhibits(incident.reference)
    return found


def digest(path: Path) -> str:
    """SHA-256 of a file in hex."""
    return sha256(path.read_bytes()).hexdigest()


def unlocked(folder: Path, secret: str = PASSPHRASE) -> Identity:
    """The identity by the passphrase alone: the key slot is whole."""
    return keys.unlock(folder, Slot.PASSPHRASE, secret)
