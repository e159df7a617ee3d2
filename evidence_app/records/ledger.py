"""The hash chain: entries and checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from evidence_app.records.common import EntryKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, as read from its body; `link` is empty where the chain was not walked."""

    seq: int
    kind: EntryKind
    at: datetime
    by: str
    on: str
    data: Mapping[str, object]
    salt: bytes
    body: bytes
    commitment: bytes
    link: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The size and head of a ledger at a time; signed as SSHSIG, namespace `evidence-ledger`."""

    vault_id: str
    size: int
    link: bytes
    time: datetime


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """The exact text of a checkpoint with its armoured signature."""

    checkpoint: Checkpoint
    text: bytes
    signature: bytes
