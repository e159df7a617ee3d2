"""The rows of the registers: bundles that were sealed or received, and receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evidence_app.records.bundle import Witnessed
from evidence_app.records.vault import Statement, StoredObject
from evidence_app.records.verdict import BundleState, Consistency, Dated, SenderStatus


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A bundle that this vault sealed, as the index has it."""

    bundle_id: str
    incident: str
    sealed_for: tuple[str, ...]
    exhibits: int
    digest: str
    size: int
    file_name: str
    sealed_at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt that this vault issued, or recorded for a bundle of its own.

    `file` is the receipt byte for byte; `at`, `name`, `role` and `school` are what it says. `signer` says
    what the reader's key was to this vault when the receipt was recorded; `contact` is this vault's own
    name for it, empty where it has none. `number` is "R-0004" for the fourth that this vault issued, and
    empty for one that it recorded: the reader's numbers stand in no receipt.
    """

    bundle_id: str
    digest: str
    unchanged: bool
    sender: SenderStatus
    consistent: Consistency
    problems: tuple[str, ...]
    at: datetime
    name: str
    role: str
    school: str
    signing_key: bytes
    issued: bool
    recorded_at: datetime
    signer: SenderStatus
    contact: str
    file: bytes
    seq: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many of each a vault holds; `receipts` are those issued and those recorded."""

    incidents: int
    unfiled: int
    bundles: int
    received: int
    receipts: int


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """A bundle that was received; `stored` is the file itself, unchanged.

    `state` and the answers (`unchanged` to `problems`) are as found on arrival; `latest_state` is what the
    newest check of the kept file found, at `latest_checked_at`. What the bundle says of itself and of its
    sender is from the newest check that could read it: texts are empty, `sender_key` and `ledger` None,
    where none could. `problems` are code and exhibit or file. `statements` are the newest outcomes, field
    by field.
    """

    reference: str
    state: BundleState
    file_name: str
    stored: StoredObject
    bundle_id: str
    digest: str
    unchanged: bool
    sender: SenderStatus
    dated: Dated | None
    consistent: Consistency
    problems: tuple[tuple[str, str], ...]
    sender_key: bytes | None
    sender_name: str
    incident: str
    title: str
    exhibits: tuple[str, ...]
    ledger: Witnessed | None
    received_at: datetime
    seq: int
    latest_state: BundleState
    latest_checked_at: datetime
    statements: Mapping[str, Statement] = field(default_factory=dict)
