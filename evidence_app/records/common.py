"""Words that several rooms use: roles, kinds of entries, sources, progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """How a vault is used. Earlier versions knew one word, `head`, for headteacher and chair alike."""

    STAFF = "staff"
    HEAD = "head"
    CHAIR = "chair"

    @property
    def receives(self) -> bool:
        """Whether bundles of others come here to be kept and answered."""
        return self is not Role.STAFF


class EntryKind(StrEnum):
    """Every act that the ledger knows (see resources/formats/vault.md)."""

    VAULT_CREATED = "vault.created"
    VAULT_UNLOCKED = "vault.unlocked"
    VAULT_CHECKED = "vault.checked"
    VAULT_LOCKED = "vault.locked"
    VAULT_INTERRUPTED = "vault.interrupted"
    VAULT_BACKED_UP = "vault.backed_up"
    VAULT_RESTORED = "vault.restored"
    VAULT_REWOUND = "vault.rewound"
    KEY_SLOT_CHANGED = "key_slot.changed"
    VAULT_KEY_REPLACED = "vault.key_replaced"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_STATED = "incident.stated"
    EXHIBIT_CAPTURED = "exhibit.captured"
    EXHIBIT_IMPORTED = "exhibit.imported"
    EXHIBIT_EXAMINED = "exhibit.examined"
    EXHIBIT_STATED = "exhibit.stated"
    EXHIBIT_FILED = "exhibit.filed"
    EXHIBIT_VIEWED = "exhibit.viewed"
    EXHIBIT_DERIVED = "exhibit.derived"
    EXHIBIT_EXPORTED = "exhibit.exported"
    EXHIBIT_WITHDRAWN = "exhibit.withdrawn"
    EXHIBIT_REINSTATED = "exhibit.reinstated"
    EXHIBIT_LOCKED_AWAY = "exhibit.locked_away"
    EXHIBIT_DISPOSED = "exhibit.disposed"
    DISPOSAL_COMPLETED = "disposal.completed"
    STOP_ANSWERED = "stop.answered"
    HOLD_SET = "hold.set"
    HOLD_LIFTED = "hold.lifted"
    INSTRUCTION_RECORDED = "instruction.recorded"
    REFERRAL_RECORDED = "referral.recorded"
    CONTACT_ADDED = "contact.added"
    CONTACT_CONFIRMED = "contact.confirmed"
    BUNDLE_SEALED = "bundle.sealed"
    BUNDLE_STAMPED = "bundle.stamped"
    BUNDLE_CHECKED = "bundle.checked"
    BUNDLE_RECEIVED = "bundle.received"
    EXHIBIT_RECEIVED = "exhibit.received"
    BUNDLE_FORWARDED = "bundle.forwarded"
    RECEIPT_ISSUED = "receipt.issued"
    RECEIPT_RECORDED = "receipt.recorded"
    OUTCOME_STATED = "outcome.stated"
    TIMESTAMP_OBTAINED = "timestamp.obtained"
    TIMESTAMP_PENDING = "timestamp.pending"


class Source(StrEnum):
    """Where the value of a field comes from; shown beside it."""

    OBSERVED = "observed"
    PASTED = "pasted"
    TYPED = "typed"
    READ_FROM_PICTURE = "read from the picture"
    TAKEN_FROM_FILE = "taken from the file"
    TOLD_BY_BROWSER = "told by the browser"


class Method(StrEnum):
    """How an exhibit came into the vault."""

    MONITOR = "screen"
    REGION = "area of the screen"
    WINDOW = "window"
    BROWSER = "built-in browser"
    RECORDING = "recording of the screen"
    RECOVERED = "recovered after an interruption"
    COPY = "copy of another exhibit"
    FILE = "file that was brought in"
    PART = "part of another exhibit"


class Level(StrEnum):
    """Collection level, shown beside every exhibit; never called proof."""

    STATEMENT = "C0"
    BROUGHT_IN = "C1"
    SCREEN = "C2"
    BROWSER = "C3"
    WITNESSED = "C4"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long act is. `total` 0 means not known; both count the same unit (usually bytes)."""

    done: int
    total: int
    words: str = ""


ProgressCall = Callable[[Progress], None]
"""Called now and then by long acts; it may raise `StoppedError`, which ends the act cleanly."""
