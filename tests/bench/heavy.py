"""What the two heavy rows share: a vault with as many bytes of exhibits as wished, and its bundle."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evidence_app import workflows
from evidence_app.bundle import card
from evidence_app.crypto.age import Identity
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.records import ContactCard, Level, Method
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from tests.bench.harness import MIB, Workshop
from tests.vaults import LIGHT_WORK_FACTOR, PASSPHRASE, Sample, make_sample, observed

OBJECTS = 40
SEED = 20260313
HEAD = "Mrs Ruth Calloway"
assert LIGHT_WORK_FACTOR < 12, "these rows are not about scrypt"


@dataclass(frozen=True)
class Heavy:
    """`plain` holds the same bytes as the exhibits, as ordinary files; `key` is the reader's age key."""

    folder: Path
    sample: Sample
    vault: Vault
    reference: str
    size: int
    reader: Identity
    plain: Path

    @property
    def key(self) -> Path:
        return self.folder / "reader.key"

    @property
    def recipient(self) -> str:
        return self.reader.recipient.to_string()

    @property
    def wanted(self) -> workflows.Wanted:
        return workflows.Wanted(self.reference, contacts=(self.vault.read.contact(HEAD),))


@contextmanager
def filled(shop: Workshop) -> Iterator[Heavy]:
    """Forty exhibits: three of four are noise, as pictures and video are, the fourth is text."""
    shop.require(5 * shop.size + 512 * MIB)
    folder = shop.new_folder()
    plain = folder / "plain"
    plain.mkdir()
    sample = make_sample(folder / "bench.evidence-vault")
    reader = Identity.generate()
    with sample.open() as vault:
        reference = str(vault.record(acts.incident_opened("Anonymous posts")).data["reference"])
        rng = random.Random(SEED)
        each = max(1, shop.size // OBJECTS)
        for number in range(OBJECTS):
            path = plain / f"{number:02}.bin"
            with path.open("wb") as file:
                rest = each
                while rest:
                    count = min(rest, MIB)
                    file.write(rng.randbytes(count) if number % 4 else _text(rng, count))
                    rest -= count
            with path.open("rb") as file:
                stored = vault.objects.put(file, "image/png" if number % 4 else "text/plain")
            vault.record(acts.exhibit_captured(stored, observed(Method.MONITOR), reference, Level.SCREEN))
        vault.record(acts.contact_added(_card_of(reader)))
        heavy = Heavy(folder, sample, vault, reference, each * OBJECTS, reader, plain)
        heavy.key.write_text(reader.to_string() + "\n", "ascii")
        yield heavy


def _text(rng: random.Random, count: int) -> bytes:
    line = b"%016x: she said it was in the group on Tuesday and that everyone saw it\n" % rng.getrandbits(64)
    return (line * (count // len(line) + 1))[:count]


def _card_of(reader: Identity) -> ContactCard:
    key = SigningKey(reader.derive(b"evidence/signing/1"))
    made = ContactCard(HEAD, "head", "Larkmere Academy", key.public_key, reader.recipient.to_string())
    return card.read_card(card.make_card(made, key))


def as_command(*words: str | Path) -> list[str | Path]:
    """Our own command line as a whole process, as the peers are."""
    return [sys.executable, "-m", "evidence_app", *words]


def command_environment() -> dict[str, str]:
    """The command line is started in other folders than this checkout."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def passphrase_file(heavy: Heavy) -> Path:
    path = heavy.folder / "passphrase"
    path.write_text(PASSPHRASE + "\n", "utf-8")
    return path
