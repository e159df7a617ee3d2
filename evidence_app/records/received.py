"""What came from others: exhibits out of their bundles, and what became of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evidence_app.records.capture import Observed
from evidence_app.records.common import Level
from evidence_app.records.safeguards import LockedAway
from evidence_app.records.vault import Statement, StoredObject


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file beside the original of an exhibit in a bundle, such as `picture-2.png` or `page.mhtml`. `sha256`
    is hex."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SentExhibit:
    """An exhibit as an unchanged bundle has it: what its sender's ledger says, and so the sender's claim.

    `number` is the sender's. `sha256` (hex) and `size` are of the original. `observed` is the JSON value of
    `observed.json`, `statements` all of `stated.json`, oldest first. `sealed_at` is by the sender's clock.
    `copy_of` is the sender's number of the original, for a covered or cropped copy; else empty.
    """

    number: str
    sha256: str
    size: int
    media_type: str
    level: str
    sealed_at: datetime
    observed: object
    statements: tuple[Statement, ...]
    copy_of: str = ""
    files: tuple[SentFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceivedExhibit:
    """An exhibit that came in a bundle and was taken in; named by both, `RCV-001 HXA/001`.

    `number`, `level`, `observed`, `statements` (the newest, field by field) and `sealed_at` are what the
    sender says. `observed` is None where this version cannot read it. `abridged`: what is said of it was
    too long to be repeated here, in whole or in part; the kept bundle has it. `level` is None for one that
    this version does not know. `copy_of` is the sender's number of the original of a copy. `seq` is this
    vault's entry. `files` are in the kept bundle only; an earlier version did not note them.
    Of one that is `locked_away` the only statement is the address, and `observed` has no window.
    """

    received: str
    number: str
    stored: StoredObject
    level: Level | None
    observed: Observed | None
    sealed_at: datetime
    received_at: datetime
    seq: int
    abridged: bool = False
    copy_of: str = ""
    statements: Mapping[str, Statement] = field(default_factory=dict)
    locked_away: LockedAway | None = None
    files: tuple[SentFile, ...] = ()

    @property
    def name(self) -> str:
        """`RCV-001 HXA/001`: the number alone can be somebody else's too."""
        return f"{self.received} {self.number}"


@dataclass(frozen=True, slots=True)
class ForwardedRow:
    """A received bundle that was passed on.

    `to` are names, with their `age1…` keys in `recipients`; both are empty for one that was sealed with a
    passphrase (`with_passphrase`) or given on exactly as it came (`as_received`). `size` and `sha256` (hex)
    are of the file that was written.
    """

    received: str
    to: tuple[str, ...]
    recipients: tuple[str, ...]
    with_passphrase: bool
    as_received: bool
    reason: str
    file_name: str
    size: int
    sha256: str
    forwarded_at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was left alone, and why, in one sentence; `name` is safe to show."""

    name: str
    why: str
