"""What the verifier collects: files, problems, and which checks were carried out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from evidence_app.bundle import layout
from evidence_app.bundle.bag import BagInfo
from evidence_app.bundle.content import Claims, Told
from evidence_app.records import Checkpoint, ContactCard, Entry, Problem

T = TypeVar("T")

MAX_PROBLEMS = 1_000
"""A hostile bundle could name hundreds of thousands; nobody reads more than the first ones."""


class Step(StrEnum):
    """Every check, in the order in which they are carried out. A verdict needs all of them."""

    LAYOUT = "layout"
    SIGNATURE = "signature"
    CARD = "card"
    SIGNER = "signer"
    BAGIT = "bagit"
    TAG_MANIFEST = "tag-manifest"
    TAG_FILES = "tag-files"
    MANIFEST = "manifest"
    FILES = "files"
    BAG_INFO = "bag-info"
    OXUM = "payload-oxum"
    CHECKPOINT = "checkpoint"
    CHECKPOINT_SIGNATURE = "checkpoint-signature"
    COMMITMENTS = "commitments"
    CHAIN = "chain"
    OPENED = "opened"
    COMMITTED = "opened-committed"
    VAULT = "vault"
    CLAIMS = "claims"
    LABEL = "label"
    ORIGINALS = "originals"
    COPIES = "copies"
    OBSERVED = "observed"
    STATED = "stated"
    INCIDENT = "incident"
    LEFT_OUT = "left-out"
    RECIPIENTS = "recipients"


SEAL_STEPS = frozenset({Step.SIGNATURE, Step.CARD, Step.SIGNER})
FILE_STEPS = frozenset(
    {
        Step.LAYOUT,
        Step.BAGIT,
        Step.TAG_MANIFEST,
        Step.TAG_FILES,
        Step.MANIFEST,
        Step.FILES,
        Step.BAG_INFO,
        Step.OXUM,
    }
)
RECORD_STEPS = frozenset(Step) - SEAL_STEPS - FILE_STEPS
SEALED_BY_SIGNATURE = frozenset({Step.SIGNATURE, Step.TAG_MANIFEST, Step.TAG_FILES, Step.MANIFEST})
SEALED_BY_LEDGER = frozenset(
    {
        Step.CARD,
        Step.CHECKPOINT,
        Step.CHECKPOINT_SIGNATURE,
        Step.COMMITMENTS,
        Step.CHAIN,
        Step.OPENED,
        Step.COMMITTED,
        Step.VAULT,
    }
)


class BlockedError(Exception):
    """What a check needs could not be read; the reason is among the problems already."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the bundle as it was read: bytes and SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(slots=True)
class Bag:
    """Everything that was read, before any of it is believed.

    `held` has the bytes of the small files; `commitments` 32 bytes each, None where the file is
    missing or not readable; `strange` is the code and name of what has no place in the layout.
    """

    files: dict[str, File] = field(default_factory=dict)
    held: dict[str, bytes] = field(default_factory=dict)
    commitments: bytes | None = None
    strange: list[tuple[str, str]] = field(default_factory=list)

    def numbers(self) -> list[str]:
        """Exhibit numbers that have at least one file, in order."""
        return sorted({place.number for name in self.files if (place := layout.place(name)) and place.number})

    def original(self, number: str) -> str | None:
        """Name of the original of an exhibit, if it is there."""
        start = layout.folder(number) + "/original."
        return next((name for name in self.files if name.startswith(start)), None)

    def beside(self, number: str) -> list[str]:
        """Names of the files beside the original of an exhibit that are there."""
        start = layout.folder(number) + "/"
        found = (name for name in self.files if name.startswith(start))
        return [name for name in found if (at := layout.place(name)) and at.part is layout.Part.BESIDE]


@dataclass(slots=True)
class Work:
    """The state of the checks: what was read so far, what was found, what was carried out.

    `newer`: the file that says it is of a later version, if any.
    """

    bag: Bag
    step: Step = Step.LAYOUT
    done: set[Step] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    failed: set[Step] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    newer: str = ""
    signer: bytes | None = None
    card: ContactCard | None = None
    tag_list: dict[str, str] | None = None
    file_list: dict[str, str] | None = None
    info: BagInfo | None = None
    checkpoint: Checkpoint | None = None
    entries: list[Entry] | None = None
    told: Told | None = None
    raw_incident: object = None
    claims: Claims | None = None

    def problem(self, code: str, where: str, message: str, expected: str = "", found: str = "") -> None:
        """Note a problem of the current step; the same one is noted once."""
        self.failed.add(self.step)
        problem = Problem(code, where, message, expected, found)
        if len(self.problems) < MAX_PROBLEMS and problem not in self.problems:
            self.problems.append(problem)
            self.steps.append(self.step)

    def messages(self, steps: frozenset[Step]) -> tuple[str, ...]:
        """What these checks found."""
        pairs = zip(self.problems, self.steps, strict=True)
        return tuple(problem.message for problem, step in pairs if step in steps)

    def held(self, name: str) -> bytes:
        """The bytes of a small file that nothing was wrong with so far; `BlockedError` otherwise."""
        data = self.bag.held.get(name)
        if data is None or name in self.changed:
            raise BlockedError(name)
        return data

    def clean(self, steps: frozenset[Step]) -> bool:
        """Whether these checks were all carried out and found nothing."""
        return steps <= self.done and not steps & self.failed


def need(value: T | None) -> T:
    """The value, or `BlockedError` where an earlier check could not read it."""
    if value is None:
        raise BlockedError
    return value
