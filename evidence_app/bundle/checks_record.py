"""Checks of the record: checkpoint, chain, opened entries, and that the files say what they say.

Each function is one `Step`: it notes every problem it finds and returns nothing. These catch even a
sender who signs a bundle again around another picture: the ledger still holds the old digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from evidence_app.bundle import layout
from evidence_app.bundle.checks_seal import added, describe_file, kind_of_name, missing
from evidence_app.bundle.content import Captured, incident_value, read_claims, read_opened, stated_value, tell
from evidence_app.bundle.findings import BlockedError, Work, need
from evidence_app.bundle.text import flaw_of_line, from_json, same_json
from evidence_app.crypto.age import Recipient
from evidence_app.crypto.sshsig import SignatureError, public_line, verify
from evidence_app.errors import EvidenceError, IntegrityError, NewerFormatError
from evidence_app.ledger import (
    CHECKPOINT_NAMESPACE,
    DIGEST_BYTES,
    chain,
    first_link,
    next_link,
    parse_checkpoint,
)
from evidence_app.records_json import observed_from_json


def check_checkpoint(work: Work) -> None:
    data = work.bag.held.get(layout.CHECKPOINT)
    if data is None:
        raise BlockedError
    try:
        work.checkpoint = parse_checkpoint(data)
    except IntegrityError as error:
        work.problem("checkpoint-broken", layout.CHECKPOINT, error.message)


def check_checkpoint_signature(work: Work) -> None:
    text = work.bag.held.get(layout.CHECKPOINT)
    signature = work.bag.held.get(layout.CHECKPOINT_SIGNATURE)
    if text is None or signature is None:
        raise BlockedError
    try:
        signer = verify(text, signature, CHECKPOINT_NAMESPACE)
    except SignatureError:
        work.problem(
            "checkpoint-signature",
            layout.CHECKPOINT,
            "The signature of the checkpoint does not fit: the record's end is not the one that was signed.",
        )
        return
    if signer != need(work.card).signing_key:
        work.problem(
            "checkpoint-other-key",
            layout.CHECKPOINT,
            "The checkpoint of the record was signed with another key than the sender's.",
        )


def check_commitments(work: Work) -> None:
    if layout.COMMITMENTS not in work.bag.files:
        raise BlockedError
    if work.bag.commitments is None:
        work.problem("commitments-broken", layout.COMMITMENTS, "The list of commitments cannot be read.")
        return
    count, size = len(work.bag.commitments) // DIGEST_BYTES, need(work.checkpoint).size
    if count != size:
        work.problem(
            "commitments-count",
            layout.COMMITMENTS,
            f"The record should have {size} entries; {count} are here.",
        )


def check_chain(work: Work) -> None:
    checkpoint, commitments = need(work.checkpoint), need(work.bag.commitments)
    if len(commitments) != DIGEST_BYTES * checkpoint.size:
        raise BlockedError
    link = chain(checkpoint.vault_id, split(commitments))
    if link != checkpoint.link:
        work.problem(
            "chain-broken",
            layout.COMMITMENTS,
            "The entries do not follow on from each other up to the signed checkpoint.",
            checkpoint.link.hex(),
            link.hex(),
        )


def split(commitments: bytes) -> Iterator[bytes]:
    """32 bytes each."""
    return (commitments[at : at + DIGEST_BYTES] for at in range(0, len(commitments), DIGEST_BYTES))


def links_at(vault_id: str, commitments: bytes, sizes: Iterable[int]) -> dict[int, bytes]:
    """The link of the chain at each of these sizes that it reaches, in one walk."""
    wanted, link, found = set(sizes), first_link(vault_id), dict[int, bytes]()
    if 0 in wanted:
        found[0] = link
    for size, committed in enumerate(split(commitments), start=1):
        link = next_link(link, committed)
        if size in wanted:
            found[size] = link
    return found


def check_opened(work: Work) -> None:
    data = work.bag.held.get(layout.OPENED)
    if data is None:
        raise BlockedError
    try:
        entries = list(read_opened(data))
        told = tell(entries)
    except NewerFormatError as error:
        work.newer = work.newer or layout.OPENED
        work.problem("newer-format", layout.OPENED, error.message)
        return
    except IntegrityError as error:
        work.problem("opened-broken", layout.OPENED, error.message)
        return
    if any(after.seq <= before.seq for before, after in pairwise(entries)):
        work.problem("opened-order", layout.OPENED, "The opened entries are not in their order.")
    work.entries, work.told = entries, told


def check_committed(work: Work) -> None:
    entries, commitments = need(work.entries), need(work.bag.commitments)
    for entry in entries:
        at = (entry.seq - 1) * DIGEST_BYTES
        if entry.seq < 1 or commitments[at : at + DIGEST_BYTES] != entry.commitment:
            work.problem(
                "opened-not-committed",
                layout.OPENED,
                f"Entry {entry.seq} of the record is not the one that was written then.",
            )


def check_vault(work: Work) -> None:
    """The entry that made the vault, where it is opened, names the same vault and key."""
    checkpoint, card = need(work.checkpoint), need(work.card)
    for vault_id, key in need(work.told).vaults:
        if (vault_id, key) != (checkpoint.vault_id, public_line(card.signing_key)):
            work.problem(
                "vault-differs", layout.OPENED, "The record was begun for another vault or with another key."
            )


def check_claims(work: Work) -> None:
    try:
        work.raw_incident = from_json(work.held(layout.INCIDENT), "The file data/incident.json")
        work.claims = read_claims(work.raw_incident)
    except IntegrityError as error:
        work.problem("incident-broken", layout.INCIDENT, error.message)


def check_label(work: Work) -> None:
    """bag-info.txt says what the signed JSON, the card and the checkpoint say."""
    info, claims = need(work.info), need(work.claims)
    card, checkpoint, told = need(work.card), need(work.checkpoint), need(work.told)
    pairs = {
        "bundle": (info.bundle_id, claims.bundle_id),
        "incident": (info.reference, claims.reference),
        "title": (info.title, told.titles.get(claims.reference)),
        "sender": (info.sender, card.name),
        "sealed for": (info.sealed_for, claims.sealed_for),
        "time of sealing": (info.sealed_at, claims.sealed_at),
        "number of entries": (info.ledger_size, checkpoint.size),
        "end of the record": (info.ledger_link, checkpoint.link),
    }
    for words, (label, inside) in pairs.items():
        if label != inside:
            work.problem(
                "bag-info-differs",
                layout.BAG_INFO,
                f"The label of the bundle gives another {words} than what is inside.",
            )


def captured(work: Work, number: str) -> Captured | None:
    """The only record of an exhibit, None where there is none or more than one."""
    found = need(work.told).captured.get(number, [])
    return found[0] if len(found) == 1 else None


def check_originals(work: Work) -> None:
    """Every exhibit was captured exactly once, and its original is the one the ledger recorded."""
    told = need(work.told)
    for number in work.bag.numbers():
        records = told.captured.get(number, [])
        if len(records) != 1:
            code = "exhibit-two-records" if records else "exhibit-no-record"
            words = "has more than one record" if records else "is not in the record"
            work.problem(code, number, f"{number} {words} of captures.")
            continue
        _check_beside(work, records[0])
        name = work.bag.original(number)
        if name is None or name in work.changed:
            continue
        record, file = records[0], work.bag.files[name]
        if file.sha256 != record.sha256:
            work.changed.add(name)
            work.problem(
                "exhibit-differs",
                number,
                f"The {kind_of_name(name)} {number} is not the one that was recorded when it was captured.",
                record.sha256,
                file.sha256,
            )
        elif file.size != record.size or name != record.name:
            work.problem(
                "exhibit-record", number, f"The size or kind of {number} is not what the record says."
            )


def _check_beside(work: Work, record: Captured) -> None:
    """The files beside an original are those of its entry, no fewer and no more."""
    recorded = {one.name: one for one in record.files}
    for name in work.bag.beside(record.number):
        if name not in recorded:
            added(work, name)
    for name, one in recorded.items():
        file = work.bag.files.get(name)
        if file is None:
            missing(work, name)
        elif name not in work.changed and (file.sha256, file.size) != (one.sha256, one.size):
            work.changed.add(name)
            work.problem(
                "exhibit-differs",
                record.number,
                f"{describe_file(name)[1]} is not the one that was recorded when it was captured.",
                one.sha256,
                file.sha256,
            )


def check_copies(work: Work) -> None:
    """A copy belongs to an exhibit that was sealed before it. Where the reader has that one too, it is what
    the copy says it was made of; otherwise the entry is one of the closed ones, which the chain counts."""
    told = need(work.told)
    opened = {entry.seq: entry for entry in need(work.entries)}
    sealed = {one.entry.seq: one for records in told.captured.values() for one in records}
    for number in work.bag.numbers():
        copy = captured(work, number)
        if copy is None or copy.derived is None:
            continue
        origin = copy.derived.origin
        original = sealed.get(origin.seq)
        fits = 1 < origin.seq < copy.entry.seq and layout.is_number(origin.number) and origin.number != number
        if origin.seq in opened:
            fits = fits and original is not None and _is_made_of(copy, original)
        if not fits:
            work.problem(
                "copy-differs",
                number,
                f"{number} is a copy of another exhibit than the record says, or of none.",
            )


def _is_made_of(copy: Captured, original: Captured) -> bool:
    origin = None if copy.derived is None else copy.derived.origin
    return (
        origin is not None
        and original.derived is None
        and (original.number, original.method, original.level)
        == (origin.number, origin.method.value, copy.level)
    )


def check_observed(work: Work) -> None:
    need(work.told)
    for number in work.bag.numbers():
        record, name = captured(work, number), layout.observed_name(number)
        if record is None or name not in work.bag.held or name in work.changed:
            continue
        try:
            value = from_json(work.bag.held[name], f"The file {name}")
            observed_from_json(value, f"The file {name}")
            same = same_json(value, record.observed)
        except IntegrityError:
            same = False
        if not same:
            work.problem(
                "observed-differs",
                number,
                f"What the program observed about {number} is not what it recorded.",
            )


def check_stated(work: Work) -> None:
    told = need(work.told)
    for number in work.bag.numbers():
        name = layout.stated_name(number)
        if name not in work.bag.held or name in work.changed:
            continue
        try:
            same = same_json(from_json(work.bag.held[name], f"The file {name}"), stated_value(told, number))
        except IntegrityError:
            same = False
        if not same:
            work.problem(
                "stated-differs", number, f"What was stated about {number} is not what the record says."
            )


def check_incident(work: Work) -> None:
    """incident.json repeats the opened entries, field by field."""
    claims, told, raw = need(work.claims), need(work.told), work.raw_incident
    if told.references.count(claims.reference) != 1:
        work.problem(
            "incident-no-record", layout.INCIDENT, "The incident is not in the record, or more than once."
        )
    if claims.vault_id != need(work.checkpoint).vault_id:
        work.problem("vault-differs", layout.INCIDENT, "The incident is from another vault than the record.")
    expected = incident_value(claims, told, work.bag.numbers())
    if not isinstance(raw, dict) or set(raw) != set(expected):
        work.problem("incident-broken", layout.INCIDENT, "data/incident.json has missing or unknown fields.")
        return
    for name, value in expected.items():
        if not same_json(raw[name], value):
            work.problem(
                "incident-differs",
                layout.INCIDENT,
                f"The summary of the incident is not what the record says: {name.replace('_', ' ')}.",
            )


def check_left_out(work: Work) -> None:
    """Every exhibit that the opened entries file under the incident is here or named as left out."""
    claims, told = need(work.claims), need(work.told)
    here, left_out = set(work.bag.numbers()), set(claims.left_out)
    filed = told.of_incident(claims.reference)
    for number in sorted(filed - here - left_out):
        work.problem("exhibit-missing", number, f"{number} belongs to the incident and is missing.")
    for number in sorted(here - filed):
        work.problem("exhibit-unfiled", number, f"{number} is not recorded as part of this incident.")
    for number, reason in claims.left_out.items():
        if number in here or not layout.is_number(number) or not reason.strip():
            work.problem(
                "left-out", layout.INCIDENT, "The list of exhibits left out does not fit the bundle."
            )


def check_recipients(work: Work) -> None:
    claims = need(work.claims)
    try:
        keys = [Recipient.from_string(text).to_string() for text in claims.recipients]
    except (EvidenceError, ValueError):
        keys = []
    good = keys == list(claims.recipients) and len(set(keys)) == len(keys)
    nobody = bool(claims.recipients) and not claims.sealed_for
    if not good or nobody or any(flaw_of_line(name) for name in claims.sealed_for):
        work.problem(
            "recipients", layout.INCIDENT, "The names or keys of those it was sealed for cannot be read."
        )
