"""What the register and the panel of a received bundle do in the background."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evidence_app import workflows
from evidence_app.records import Owner, RegisterRow, Statement
from evidence_app.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader looks for: words, and a state or "open", "overdue", "settled"; empty for all."""

    words: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """All rows, newest first, and those that were asked for."""

    rows: tuple[RegisterRow, ...] = ()
    shown: tuple[RegisterRow, ...] = ()
    asked: Asked = Asked()


def read(vault: Vault, days: int | None, asked: Asked) -> Register:
    """The register as it is now."""
    return look_for(workflows.register(vault, datetime.now(UTC), days), asked)


def look_for(rows: tuple[RegisterRow, ...], asked: Asked) -> Register:
    """These rows, narrowed down to what was asked for."""
    return Register(rows, workflows.find(rows, asked.words, asked.only), asked)


def save(rows: tuple[RegisterRow, ...], owner: Owner, path: Path) -> Path:
    """Write these rows as PDF into a new file. Raises `UsageError`, `StorageError`."""
    workflows.write_new_file(path, workflows.register_report(rows, owner, datetime.now(UTC)))
    return path


@dataclass(frozen=True, slots=True)
class Received:
    """One received bundle in the register, with every outcome that was ever stated, oldest first.

    `claim`: something in it is said to claim that staff harmed a child.
    """

    row: RegisterRow
    said: tuple[Statement, ...]
    claim: bool = False


def read_one(vault: Vault, days: int | None, reference: str) -> Received:
    """A bundle and what is known with it; raises `UsageError` where there is none of this name."""
    full = vault.read.received_bundle(reference).reference
    rows = workflows.register(vault, datetime.now(UTC), days)
    row = next(one for one in rows if one.reference == full)
    return Received(row, vault.read.statements(full), workflows.has_claim(vault, full))
