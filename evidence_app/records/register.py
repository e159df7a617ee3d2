"""The headteacher's register: a received bundle with what became of it, and what belongs beside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evidence_app.records.desk import ReceiptRow, ReceivedRow
from evidence_app.records.vault import Contact, Statement
from evidence_app.records.verdict import BundleState


class Likeness(StrEnum):
    """Why two things are seen together. None of them says that two people are one."""

    ACCOUNT = "account"
    ADDRESS = "address"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Related:
    """Something else in this vault that names the same: a received bundle (`RCV-002`) or an incident of
    the vault's own (`INC-001`).

    `what` is the account, address or name as it is stated there; `title` that of the bundle's incident.
    """

    reference: str
    why: Likeness
    what: str
    title: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register. `age_days` are calendar days in local time, never negative.

    `receipt` is the newest that was issued for what this bundle holds. `outcome` is the newest statement
    of what was decided, `outcome_name` its words in the school's policy and `outcome_note` what was noted
    with it; earlier ones are in `vault.read.statements`. `contact` is the owner's own contact with the
    sender's key. `related` has the newest ones, `related_more` counts the others.
    """

    row: ReceivedRow
    receipt: ReceiptRow | None
    outcome: Statement | None
    outcome_name: str
    settled: bool
    age_days: int
    overdue: bool
    related: tuple[Related, ...]
    outcome_note: str = ""
    contact: Contact | None = None
    related_more: int = 0

    @property
    def reference(self) -> str:
        return self.row.reference

    @property
    def state(self) -> BundleState:
        """The state of the newest check; what it was on arrival is `row.state`."""
        return self.row.latest_state

    @property
    def sender(self) -> str:
        """The owner's own name for a confirmed sender, otherwise the name that the bundle gives."""
        if self.contact is not None and self.contact.confirmed_at is not None:
            return self.contact.name
        return self.row.sender_name
