"""The headteacher’s register: what was received, how old it is, what was decided, what belongs together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from evidence_app import fields, policy
from evidence_app.errors import UsageError
from evidence_app.records import (
    BundleState,
    Likeness,
    ReceiptRow,
    ReceivedRow,
    RegisterRow,
    Related,
    Said,
    Source,
    Statement,
)
from evidence_app.settings import Settings
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from evidence_app.workflows.likeness import FIELDS, Together, clues, plain

OUTCOME: Final = "outcome"
OUTCOME_NOTE: Final = "outcome_note"
OPEN, OVERDUE, SETTLED = "open", "overdue", "settled"
"""What `find` knows besides the states of a bundle."""
_UNCHANGED: Final = {BundleState.INTACT, BundleState.SENDER_NOT_CONFIRMED, BundleState.IN_CONFLICT}
_WORDS: Final = {
    Likeness.ACCOUNT: "The same account is named in",
    Likeness.ADDRESS: "The same address is named in",
    Likeness.PERSON: "The same name is stated as a suspected author in",
}


def register(vault: Vault, now: datetime, overdue_days: int | None) -> tuple[RegisterRow, ...]:
    """Every bundle that was received, newest first.

    One is overdue that is older than `overdue_days` calendar days and not settled; none where the school
    set no number (None). The vault is asked a fixed number of questions, in batches, whatever the number
    of bundles.
    """
    received = vault.read.received()
    receipts = _issued(vault)
    contacts = {one.signing_key: one for one in vault.read.contacts()}
    related = _related(vault, received)
    rules = policy.current()
    found = []
    for row in received:
        outcome = row.statements.get(OUTCOME)
        settled = outcome is not None and rules.settles(outcome.value)
        age = _age(row.received_at, now)
        beside, more = related.of(row.reference)
        held = (row.bundle_id, row.digest, row.latest_state in _UNCHANGED)
        found.append(
            RegisterRow(
                row=row,
                receipt=receipts.get(held) if row.bundle_id else None,
                outcome=outcome,
                outcome_name="" if outcome is None else outcome_name(outcome.value),
                settled=settled,
                age_days=age,
                overdue=overdue_days is not None and age > overdue_days and not settled,
                related=beside,
                outcome_note=_note(row, outcome),
                contact=None if row.sender_key is None else contacts.get(row.sender_key),
                related_more=more,
            )
        )
    return tuple(found)


def overdue_after(settings: Settings) -> int | None:
    """After how many days a bundle is overdue: the person's own number, otherwise that of the policy."""
    return policy.current().register.overdue_days if settings.overdue_days is None else settings.overdue_days


def outcome_name(code: str) -> str:
    """What the policy calls an outcome; the code itself where no edition knows it."""
    rules = policy.current()
    return rules.name_of(code, rules.outcomes)


def find(rows: Iterable[RegisterRow], words: str = "", only: str = "") -> tuple[RegisterRow, ...]:
    """The rows that have every word, whatever its case, and are `only` so.

    Looked through are sender, title, file name, references and what was decided. `only` is empty, a value
    of `BundleState`, or `open`, `overdue` or `settled`; anything else raises `UsageError`.
    """
    if only and only not in {OPEN, OVERDUE, SETTLED, *BundleState}:
        raise UsageError(
            f"The register cannot be narrowed down to {only[:40]!r}. Nothing was changed. Use one of: "
            f"{', '.join((OPEN, OVERDUE, SETTLED, *BundleState))}."
        )
    wanted = plain(words).split()
    return tuple(row for row in rows if _is_only(row, only) and _has(row, wanted))


def related_words(one: Related) -> str:
    """Likeness it is seen beside the other, as a sentence. Never that two people are one."""
    return f"{_WORDS[one.why]} {one.reference}: {one.what}"


def state_outcome(vault: Vault, reference: str, code: str, note: str = "") -> ReceivedRow:
    """State what was decided about a received bundle: a code of the policy's outcomes, and a note.

    Nothing that was stated before is overwritten: `vault.read.statements` has it all. Raises `UsageError`
    for a code that the policy does not have, or no such bundle.
    """
    known = [one.code for one in policy.current().outcomes]
    if code not in known:
        raise UsageError(
            f"The policy has no outcome {code[:40]!r}. Nothing was changed. Use one of: {', '.join(known)}."
        )
    said = [Said(OUTCOME, code, Source.TYPED)]
    if note.strip():
        said.append(Said(OUTCOME_NOTE, note, Source.TYPED))
    vault.record(acts.outcome_stated(reference, said))
    return vault.read.received_bundle(reference)


def _issued(vault: Vault) -> Mapping[tuple[str, str, bool], ReceiptRow]:
    """The newest receipt that was issued, by what it is for: bundle, digest and whether it was unchanged."""
    found: dict[tuple[str, str, bool], ReceiptRow] = {}
    for receipt in vault.read.receipts():
        if receipt.issued:
            found.setdefault((receipt.bundle_id, receipt.digest, receipt.unchanged), receipt)
    return found


def _note(row: ReceivedRow, outcome: Statement | None) -> str:
    """The note of this outcome: one of an earlier outcome says nothing about it."""
    note = row.statements.get(OUTCOME_NOTE)
    return note.value if note is not None and outcome is not None and note.seq == outcome.seq else ""


def _age(received_at: datetime, now: datetime) -> int:
    """Calendar days on this computer's clock, each moment in the local time that held then."""
    return max((now.astimezone().date() - received_at.astimezone().date()).days, 0)


def _is_only(row: RegisterRow, only: str) -> bool:
    return {OPEN: not row.settled, OVERDUE: row.overdue, SETTLED: row.settled, "": True}.get(
        only, row.state.value == only
    )


def _has(row: RegisterRow, words: Sequence[str]) -> bool:
    if not words:
        return True
    one = row.row
    texts = (
        *(one.reference, row.sender, one.sender_name, one.incident, one.title, one.file_name),
        *(row.outcome_name, row.outcome_note),
    )
    looked_through = plain("\n".join(texts))
    return all(word in looked_through for word in words)


def _related(vault: Vault, received: Sequence[ReceivedRow]) -> Together:
    """What the received bundles and the vault's own incidents have in common."""
    together = Together({row.reference: row.title for row in received} | vault.read.incident_titles())
    for reference, said in (*vault.read.received_stated(FIELDS), *vault.read.newest_of(FIELDS)):
        for clue in clues(said):
            together.add(reference, clue)
    return together


def has_claim(vault: Vault, reference: str) -> bool:
    """Whether an exhibit of a received bundle is stated to claim that staff harmed a child."""
    kinds = {one.code for one in policy.current().categories if one.means is policy.Fact.HARM_BY_STAFF}
    return any(
        kinds & set(fields.several(one.statements["kind"].value))
        for one in vault.read.received_exhibits(reference)
        if "kind" in one.statements
    )
