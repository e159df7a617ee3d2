"""Acts: what may be written into the record, one small builder for each kind.

`None` where a number or reference stands means "the next free one", which `Vault.record` fills in.
Source of the data's shape: resources/formats/vault.md, "Data of the entries".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evidence_app import fields
from evidence_app.characters import BIDIRECTIONAL
from evidence_app.crypto.sshsig import public_line
from evidence_app.errors import UsageError
from evidence_app.records import (
    Consistency,
    Contact,
    ContactCard,
    EntryKind,
    Exhibit,
    ExhibitFile,
    Level,
    Observed,
    Owner,
    Receipt,
    Said,
    SealedBundle,
    SenderStatus,
    Source,
    StoredObject,
    Verdict,
)
from evidence_app.records_json import observed_to_json

MAX_TITLE = 200
MAX_VALUE = 200_000
MAX_PROBLEMS = 100
RECOGNISED: Final = "recognised_text"
"""Field of an exhibit: text that was read from its picture."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on its way into the record."""

    kind: EntryKind
    data: Mapping[str, object]


def line(text: str, what: str, limit: int = MAX_TITLE) -> str:
    """One line of printable text; raises `UsageError` when nothing is left."""
    cleaned = "".join(_printable(char) for char in text)
    cleaned = " ".join(unicodedata.normalize("NFC", cleaned).split())
    if not cleaned:
        raise UsageError(f"The {what} is empty. Nothing was changed. Type at least one word.")
    if len(cleaned) > limit:
        raise UsageError(
            f"The {what} is longer than {limit} characters. Nothing was changed. Make it shorter."
        )
    return cleaned


def _printable(char: str) -> str:
    """What stands for a character in one line: nothing in it may break the line or turn its direction."""
    if char in BIDIRECTIONAL or unicodedata.category(char) in {"Cn", "Co"}:
        return ""
    return " " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char


def _value(text: str) -> str:
    """A stated value as it was given, but for characters that no file can hold."""
    if len(text) > MAX_VALUE:
        raise UsageError(
            f"This text is longer than {MAX_VALUE:,} characters. Nothing was changed. "
            "Save it as a file and bring that in instead."
        )
    return text.encode("utf-8", "replace").decode()


def vault_created(vault_id: str, owner: Owner, signing_key: bytes, recipient: str, form: int) -> Act:
    return Act(
        EntryKind.VAULT_CREATED,
        {
            "format": form,
            "vault": vault_id,
            "owner": {
                "name": owner.name,
                "role": owner.role.value,
                "school": owner.school,
                "initials": owner.initials,
            },
            "signing_key": public_line(signing_key),
            "recipient": recipient,
        },
    )


def incident_opened(title: str) -> Act:
    return Act(EntryKind.INCIDENT_OPENED, {"reference": None, "title": line(title, "title")})


def _stated(kind: EntryKind, about: str | None, said: Sequence[Said]) -> Act:
    if not said:
        raise UsageError("There is nothing to state. Nothing was changed.")
    if len({fields.reach(one.field) for one in said}) > 1:
        # A bundle opens an entry as a whole, so what stays with the sender has to be an entry of its own.
        raise UsageError(
            "What readers of a bundle may see and what they may not cannot be stated in one act. "
            "Nothing was changed. State the one, then the other."
        )
    return Act(
        kind,
        {
            "about": about,
            "statements": [
                {
                    "field": line(one.field, "field"),
                    "value": line(one.value, "title") if one.field == "title" else _value(one.value),
                    "source": one.source.value,
                }
                for one in said
            ],
        },
    )


def incident_stated(reference: str, said: Sequence[Said]) -> Act:
    return _stated(EntryKind.INCIDENT_STATED, reference, said)


def exhibit_stated(number: str | None, said: Sequence[Said]) -> Act:
    """`number` None: the exhibit that the act before it, in the same transaction, brings in."""
    return _stated(EntryKind.EXHIBIT_STATED, number, said)


def text_recognised(number: str, recognised: str) -> Act:
    """Text that was read from the picture of an exhibit: kept, found and corrected like all that is stated,
    but with its source."""
    return exhibit_stated(number, [Said(RECOGNISED, recognised, Source.READ_FROM_PICTURE)])


def object_data(stored: StoredObject) -> dict[str, object]:
    return {
        "id": stored.object_id,
        "sha256": stored.sha256,
        "size": stored.size,
        "media_type": stored.media_type,
    }


def exhibit_captured(
    stored: StoredObject,
    observed: Observed,
    incident: str | None,
    level: Level,
    files: Sequence[ExhibitFile] = (),
) -> Act:
    """`files` are those beside the picture, of a web page."""
    several = {"files": [{"name": one.name, **object_data(one.stored)} for one in files]} if files else {}
    return Act(
        EntryKind.EXHIBIT_CAPTURED,
        {
            "number": None,
            "incident": incident,
            "method": observed.method.value,
            "level": level.value,
            "object": object_data(stored),
            **several,
            "observed": observed_to_json(observed),
        },
    )


def exhibit_filed(number: str, incident: str) -> Act:
    return Act(EntryKind.EXHIBIT_FILED, {"number": number, "incident": incident})


def exhibit_viewed(number: str, received: str | None = None, *, played: bool = False) -> Act:
    """That an exhibit was looked at, or `played`; `received` for one of a received bundle, by its sender's
    number."""
    data = {"number": number} if received is None else {"received": received, "number": number}
    return Act(EntryKind.EXHIBIT_VIEWED, data | ({"played": True} if played else {}))


def contact_added(card: ContactCard) -> Act:
    return Act(
        EntryKind.CONTACT_ADDED,
        {
            "name": card.name,
            "role": card.role,
            "school": card.school,
            "signing_key": public_line(card.signing_key),
            "recipient": card.recipient,
        },
    )


def contact_confirmed(contact: Contact, how: str, replaces: Sequence[Contact] = ()) -> Act:
    """`replaces`: contacts whose keys the same person has no longer."""
    data: dict[str, object] = {
        "name": contact.name,
        "signing_key": public_line(contact.signing_key),
        "how": line(how, "way of confirming"),
    }
    if replaces:
        data["replaces"] = [public_line(one.signing_key) for one in replaces]
    return Act(EntryKind.CONTACT_CONFIRMED, data)


def bundle_sealed(
    sealed: SealedBundle,
    incident: str,
    sealed_for: Sequence[str],
    recipients: Sequence[str],
    exhibits: Sequence[Exhibit],
    left_out: Mapping[str, str],
    asks: str,
    ledger_size: int,
    file_name: str,
    *,
    roles: Sequence[str] = (),
    reason: str = "",
    redacted_only: bool = False,
    restricted: Sequence[str] = (),
    time_stamp: Mapping[str, object] | None = None,
) -> Act:
    """`roles`: codes of the policy, one for each of `recipients` as far as the sender said; `reason`: why it
    went out against a caution, or with the fields of `restricted`. Nobody else ever reads this entry."""
    return Act(
        EntryKind.BUNDLE_SEALED,
        {
            "bundle": sealed.bundle_id,
            "incident": incident,
            "sealed_for": list(sealed_for),
            "recipients": list(recipients),
            "exhibits": [exhibit.number for exhibit in exhibits],
            "left_out": dict(left_out),
            "asks": asks,
            "digest": sealed.digest,
            "size": sealed.size,
            "ledger_size": ledger_size,
            "file_name": file_name,
            "roles": list(roles),
            "reason": line(reason, "reason") if reason.strip() else "",
            "redacted_only": redacted_only,
            "restricted": list(restricted),
            **({} if time_stamp is None else {"time_stamp": dict(time_stamp)}),
        },
    )


def bundle_checked(verdict: Verdict) -> Act:
    """The answer of a check. The sender's ledger is remembered only if it is one to hold others against."""
    facts = verdict.facts
    checkpoint = None if facts is None else facts.checkpoint
    remember = verdict.unchanged and verdict.consistent is not Consistency.NO and checkpoint is not None
    return Act(
        EntryKind.BUNDLE_CHECKED,
        {
            "bundle": "" if facts is None else facts.bundle_id,
            "digest": "" if facts is None else facts.digest,
            "sender_key": "" if facts is None or not facts.sender_key else public_line(facts.sender_key),
            "ledger": {
                "vault": checkpoint.vault_id,
                "size": checkpoint.size,
                "link": checkpoint.link.hex(),
            }
            if remember and checkpoint is not None
            else None,
            "unchanged": verdict.unchanged,
            "sender": verdict.sender.value,
            "consistent": verdict.consistent.value,
            "problems": [{"code": one.code, "where": one.where} for one in verdict.problems[:MAX_PROBLEMS]],
        },
    )


def receipt_issued(receipt: Receipt, file: bytes) -> Act:
    """A receipt that the owner gave out; `file` is all of it."""
    return Act(EntryKind.RECEIPT_ISSUED, {"bundle": receipt.bundle_id, "file": file.decode("ascii")})


def receipt_recorded(receipt: Receipt, file: bytes, signer: SenderStatus, contact: str) -> Act:
    """A reader's receipt, what its key was to the owner at that time, and under which name."""
    return Act(
        EntryKind.RECEIPT_RECORDED,
        {
            "bundle": receipt.bundle_id,
            "file": file.decode("ascii"),
            "signer": signer.value,
            "contact": contact,
        },
    )


def outcome_stated(received: str, said: Sequence[Said]) -> Act:
    """What was decided about a received bundle (`RCV-001`); never overwritten."""
    return _stated(EntryKind.OUTCOME_STATED, received, said)
