"""What bundles, reports and receipts are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from evidence_app.records.ledger import Entry, SignedCheckpoint
from evidence_app.records.vault import ContactCard, Exhibit, ExhibitFile, Incident, Statement
from evidence_app.records.verdict import Consistency, Dated, SenderStatus


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file of an exhibit beside its original, on its way into a bundle; `open` yields the plain bytes."""

    file: ExhibitFile
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class SealedExhibit:
    """One exhibit on its way into a bundle; `open` yields the plain original bytes."""

    exhibit: Exhibit
    statements: tuple[Statement, ...]
    open: Callable[[], BinaryIO]
    files: tuple[SealedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleContent:
    """Everything that a bundle is made of, without a vault.

    `commitments` are those of all entries, 32 bytes each, one after the other; `opened` the entries
    that belong to the bundle, in order. `left_out` maps the numbers of the exhibits that stay behind
    to the stated reason. `asks` is what the sender would like to happen. `recipients` are the
    `age1…` keys it is sealed to; empty for a bundle sealed to a passphrase. `report` is the PDF for
    people, empty where there is none.
    """

    bundle_id: str
    incident: Incident
    statements: tuple[Statement, ...]
    sender: ContactCard
    sender_card: bytes
    sealed_for: tuple[str, ...]
    recipients: tuple[str, ...]
    asks: str
    sealed_at: datetime
    exhibits: tuple[SealedExhibit, ...]
    left_out: Mapping[str, str]
    commitments: bytes
    opened: tuple[Entry, ...]
    checkpoint: SignedCheckpoint
    report: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """A small copy of a picture, JPEG without metadata; sides in pixels. `top`: of its upper part only."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    top: bool = False


@dataclass(frozen=True, slots=True)
class ReportContent:
    """What the evidence report is made of.

    `previews` maps exhibit numbers to pictures; an exhibit without one is told in words. `local` turns
    a moment into the local time of whoever makes the report. `in_bundle`: the report travels inside the
    bundle that `content` describes, otherwise nothing was sealed and `sealed_at` is when it was made.
    `route` and `keeping` are rows of label and words: who is told and why, and how long it is kept.
    `series` has the pictures after the first of an exhibit with several, None for one without a smaller copy.
    """

    content: BundleContent
    previews: Mapping[str, Preview]
    local: Callable[[datetime], datetime]
    in_bundle: bool = True
    route: tuple[tuple[str, str], ...] = ()
    keeping: tuple[tuple[str, str], ...] = ()
    series: Mapping[str, tuple[Preview | None, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SealedBundle:
    """A bundle that is on disk. `digest` (hex) is SHA-256 of `tagmanifest-sha256.txt`, the bytes that
    are signed; `words` are its eight words. `dated`: the time stamp that is in it; `not_dated` says why one
    that was asked for is not."""

    path: str
    bundle_id: str
    size: int
    files: int
    exhibits: int
    digest: str
    words: tuple[str, ...]
    sealed_at: datetime
    dated: Dated | None = None
    not_dated: str = ""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What a reader saw of a sender's ledger: that at `size` entries its head was `link` (32 bytes)."""

    vault_id: str
    size: int
    link: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """The content of a `.evidence-receipt` file whose own signature was checked: a reader's statement.

    `digest` (hex) and `sender_key` are of the bundle as the reader has it. `ledger` is None where the
    bundle is altered. `problems` are codes. `at` is by the reader's clock. `signing_key` made the
    signature; who holds it is a claim until the words were compared.
    """

    bundle_id: str
    digest: str
    sender_key: bytes
    ledger: Witnessed | None
    unchanged: bool
    sender: SenderStatus
    dated: Dated | None
    consistent: Consistency
    problems: tuple[str, ...]
    at: datetime
    name: str
    role: str
    school: str
    signing_key: bytes
