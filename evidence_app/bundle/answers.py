"""The four answers of a verdict and the lines of "What was checked".

Everything that is decided here is decided by what the reader brought (`Trust`), never by a name in
the bundle. Wording: no word claims more than was looked at (see `domain.md`, "Never claim").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from evidence_app.bundle import layout
from evidence_app.bundle.checks_seal import kind_of_name
from evidence_app.bundle.dates import day
from evidence_app.bundle.dating import dating
from evidence_app.bundle.earlier import compare
from evidence_app.bundle.field_words import RELATIONS, relation_words
from evidence_app.bundle.findings import (
    FILE_STEPS,
    RECORD_STEPS,
    SEAL_STEPS,
    SEALED_BY_LEDGER,
    SEALED_BY_SIGNATURE,
    Step,
    Work,
)
from evidence_app.bundle.look_alike import looks_like
from evidence_app.bundle.text import shown, shown_name
from evidence_app.crypto.sshsig import fingerprint
from evidence_app.crypto.words import bundle_words, key_words
from evidence_app.records import (
    BundleFacts,
    Check,
    Contact,
    Derived,
    ExhibitVerdict,
    SenderStatus,
    Trust,
    Verdict,
)

MAX_DETAILS = 20
MAX_NAMED = 3


def verdict(work: Work, trust: Trust, checked_at: datetime) -> Verdict:
    """The verdict on what was examined; `unchanged` only if every step was done and none failed."""
    unchanged = not work.problems and not work.failed and work.done == frozenset(Step)
    contact = _contact(work.signer, trust)
    status = SenderStatus.UNKNOWN
    if contact is not None:
        sure = contact.confirmed_at is not None and _still_stands(contact, work, trust)
        status = SenderStatus.CONFIRMED if sure else SenderStatus.KNOWN
    consistent, earlier, differs = compare(work, trust)
    confirmed = contact if status is SenderStatus.CONFIRMED else None
    dated, time_line = dating(work, trust)
    checks = [
        _seal_line(work, confirmed),
        _files_line(work),
        _record_line(work),
        time_line,
        _sender_line(work, contact, confirmed),
        earlier,
        *_warnings(work, trust, contact, confirmed),
    ]
    return Verdict(
        unchanged=unchanged,
        sender=status,
        dated=dated,
        consistent=consistent,
        exhibits=_exhibits(work, contact),
        problems=tuple(work.problems),
        checks=tuple(checks),
        facts=_facts(work),
        checked_at=checked_at,
        confirmed=confirmed,
        differs=differs,
    )


# --- who ----------------------------------------------------------------------------------------


def _contact(key: bytes | None, trust: Trust) -> Contact | None:
    """The reader's own contact with this key, a confirmed one first."""
    found = [contact for contact in trust.contacts if key is not None and contact.signing_key == key]
    return next((contact for contact in found if contact.confirmed_at), found[0] if found else None)


def _still_stands(contact: Contact, work: Work, trust: Trust) -> bool:
    """Whether what was confirmed covers this bundle: always, until the key was replaced; afterwards only for
    a state of the record that the reader had seen by then. Whoever took an old key can seal with it."""
    if contact.replaced_at is None:
        return True
    here = work.checkpoint
    return here is not None and any(
        (one.vault_id, one.size, one.link) == (here.vault_id, here.size, here.link)
        and one.signing_key == contact.signing_key
        and one.seen_at < contact.replaced_at
        for one in trust.seen or ()
    )


def _same_person(one: str, other: str) -> bool:
    return _plain_name(one) == _plain_name(other)


def _plain_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _other_keys(signer: bytes, name: str, trust: Trust) -> Iterable[Check]:
    """A contact of this name, or else of one that looks like it, who has another key."""
    others = [one for one in trust.contacts if one.signing_key != signer and one.replaced_at is None]
    same = next((other for other in others if _same_person(other.name, name)), None)
    if same is not None:
        yield Check(
            "key-changed",
            False,
            f"This is not the key that you have for {same.name}",
            "Somebody new may be using the name, or the person has a new vault. "
            "Ask them in person before you rely on it.",
            (f"Key in your contacts: {fingerprint(same.signing_key)}",),
        )
        return
    alike = next((other for other in others if looks_like(other.name, name)), None)
    if alike is not None:
        yield Check(
            "looks-like",
            False,
            f"The name only looks like that of {alike.name}",
            "It is written with other letters, and it is not the key that you have. "
            "Somebody may want to be taken for your contact.",
            (f"Letters in the bundle: {_spelt(name)}", f"In your contacts: {_spelt(alike.name)}"),
        )


def _spelt(name: str) -> str:
    """A name with every letter that is not plain Latin named: what the eye cannot tell apart."""
    return "".join(one if one.isascii() else f"{one}[{unicodedata.name(one, 'unknown')}]" for one in name)


def _sender_line(work: Work, contact: Contact | None, confirmed: Contact | None) -> Check:
    if work.signer is None:
        return Check("sender", False, "It is not known who sealed it", "The signature does not fit.")
    details = (
        f"Fingerprint of the key: {' '.join(key_words(work.signer))}",
        fingerprint(work.signer),
    )
    if contact is None:
        return Check(
            "sender",
            None,
            "You do not know this sender yet",
            "None of your contacts has the key that sealed this bundle. Treat the name as a claim.",
            details,
        )
    if contact.confirmed_at is None:
        return Check(
            "sender",
            None,
            "You have not confirmed this sender",
            f"The key is the one on the card of {contact.name}, but you have not compared the fingerprint.",
            details,
        )
    how = f" ({shown_name(contact.confirmed_how)})" if contact.confirmed_how else ""
    then = f"You confirmed the fingerprint of {contact.name} on {day(contact.confirmed_at)}{how}."
    if contact.replaced_at is not None:
        then += f" That key was replaced on {day(contact.replaced_at)}"
        if confirmed is None:
            return Check(
                "sender",
                None,
                f"This is an earlier key of {contact.name}",
                f"{then}, and you had not seen this state of the record before. Ask them about it.",
                details,
            )
        then += "; you had this state of the record before that."
    return Check("sender", True, "You know the sender", then, details)


def _warnings(
    work: Work, trust: Trust, contact: Contact | None, confirmed: Contact | None
) -> Iterable[Check]:
    name = None if work.card is None else work.card.name
    if name is not None and confirmed is None and work.signer is not None:
        yield from _other_keys(work.signer, name, trust)
    if name is not None and contact is not None and not _same_person(contact.name, name):
        yield Check(
            "name-changed",
            None,
            f"The card in the bundle gives another name than you have for {contact.name}",
            f"It says {name}. The key is the one of your contact.",
        )
    named = () if work.claims is None else work.claims.recipients
    own = () if trust.recipient is None else (trust.recipient, *trust.former)
    if work.claims is not None and named and own and not set(own) & set(named):
        yield Check(
            "not-named",
            False,
            f"It was sealed for {_names(work.claims.sealed_for)}, and passed on to you",
            "Your key is not among those that the sender named, so somebody else gave you this bundle. "
            "The sender may not know that you have it.",
            tuple(shown_name(person) for person in work.claims.sealed_for[:MAX_DETAILS]),
        )
    if _other_records(work, trust):
        yield Check(
            "other-record",
            False,
            "This sender’s record has begun anew",
            "You had bundles from the same key with another record. Ask the sender what became of it.",
        )


def _names(people: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B, C and 2 more`; names of the sender's making, so never too long."""
    first = [shown_name(one) for one in people[:MAX_NAMED]]
    if len(people) > MAX_NAMED:
        return f"{', '.join(first)} and {len(people) - MAX_NAMED} more"
    *before, last = first or ["somebody else"]
    return f"{', '.join(before)} and {last}" if before else last


# --- what was checked ---------------------------------------------------------------------------


def _seal_line(work: Work, confirmed: Contact | None) -> Check:
    problems = _messages(work, SEAL_STEPS)
    if problems or not work.clean(SEAL_STEPS):
        return Check("seal", False, "The seal is broken", _first(problems), problems)
    whose = f"The digital signature of {confirmed.name}" if confirmed else "The signature of the key in it"
    return Check(
        "seal",
        True,
        "The seal is unbroken",
        f"{whose} is on the whole bundle.",
        (
            f"Words of this bundle: {' '.join(_bundle_words(work))}",
            f"SHA-256 of what is signed: {_digest(work)}",
        ),
    )


def _files_line(work: Work) -> Check:
    problems = _messages(work, FILE_STEPS)
    if problems or not work.clean(FILE_STEPS):
        several = len(problems) > 1
        title = "Files are not as they were sealed" if several else "One file is not as it was sealed"
        return Check("files", False, title, _first(problems), problems)
    # A time stamp is made after the seal, which cannot cover it; the line about the time speaks of it.
    sealed = len(work.bag.files.keys() - set(layout.TIME_STAMPS))
    return Check(
        "files",
        True,
        "Every file is as it was sealed",
        f"{sealed} files, none changed, missing or added.",
    )


def _record_line(work: Work) -> Check:
    problems = _messages(work, RECORD_STEPS)
    if problems or not work.clean(RECORD_STEPS) or work.checkpoint is None:
        return Check("record", False, "The chain of records does not fit", _first(problems), problems)
    size, opened = work.checkpoint.size, len(work.entries or ())
    return Check(
        "record",
        True,
        "The chain of records is complete",
        f"{size} {'entry follows' if size == 1 else 'entries follow'} on from each other, with no gaps.",
        (
            f"{opened} of them are opened in this bundle; the others are counted, not shown.",
            "Each exhibit is the one that was recorded at its capture.",
            *_copies(work),
            f"End of the record: {work.checkpoint.link.hex()}",
        ),
    )


def _copies(work: Work) -> tuple[str, ...]:
    """Of what the copies in the bundle were made, and whether the reader has that too."""
    found = []
    for number in work.bag.numbers():
        derived = _derived(work, number)
        if derived is not None:
            closed = "" if derived.origin.number in work.bag.numbers() else ", which stays closed"
            made = f"{relation_words(derived)}, of what entry {derived.origin.seq} sealed{closed}"
            found.append(f"{number} is a {made}.")
    return tuple(found[:MAX_DETAILS])


def _other_records(work: Work, trust: Trust) -> bool:
    """Whether this key signed another ledger before, and never this one."""
    if work.checkpoint is None or work.signer is None or trust.seen is None:
        return False
    before = {one.vault_id for one in trust.seen if one.signing_key == work.signer}
    return bool(before) and work.checkpoint.vault_id not in before


def _messages(work: Work, steps: frozenset[Step]) -> tuple[str, ...]:
    return work.messages(steps)[:MAX_DETAILS]


def _first(messages: tuple[str, ...]) -> str:
    if not messages:
        return "It could not be checked, because of another problem."
    return messages[0] if len(messages) == 1 else f"{messages[0]} And {len(messages) - 1} more."


# --- exhibits and facts -------------------------------------------------------------------------


def _exhibits(work: Work, contact: Contact | None) -> tuple[ExhibitVerdict, ...]:
    """Every exhibit that is here or should be. Unchanged means: nothing was found about it, and it hangs
    on a signature that fits, that of the bundle or that of the ledger. Anybody can sign lists of changed
    files with a key of their own, so that of the bundle counts only if its key is a contact's."""
    signed = contact is not None and work.clean(SEALED_BY_SIGNATURE)
    anchored = signed or work.clean(SEALED_BY_LEDGER)
    touched = {problem.where for problem in work.problems}
    numbers = set(work.bag.numbers()) | {where for where in touched if layout.is_number(where)}
    return tuple(
        ExhibitVerdict(
            number=number,
            unchanged=anchored and number not in touched,
            kind=_kind(work, number),
        )
        for number in sorted(numbers)
    )


def _kind(work: Work, number: str) -> str:
    derived = _derived(work, number)
    if derived is not None:
        return RELATIONS[derived.relation]
    return kind_of_name(work.bag.original(number) or "")


def _derived(work: Work, number: str) -> Derived | None:
    records = work.told.captured.get(number, []) if work.told else []
    return records[0].derived if len(records) == 1 else None


def _digest(work: Work) -> str:
    file = work.bag.files.get(layout.TAG_MANIFEST)
    return "" if file is None else file.sha256


def _bundle_words(work: Work) -> tuple[str, ...]:
    digest = _digest(work)
    return bundle_words(bytes.fromhex(digest)) if digest else ()


def _newest(work: Work, about: str, field: str) -> str:
    """What is stated now in one field of an incident or exhibit; empty for nothing."""
    said = () if work.told is None else work.told.statements.get(about, ())
    return next((one.value for one in reversed(said) if one.field == field), "")


def _facts(work: Work) -> BundleFacts | None:
    """What could be read of the bundle's own words, safe to show; None where it names no sender."""
    card, claims, key = work.card, work.claims, work.signer
    if card is None or claims is None:
        return None
    shown_key = card.signing_key if key is None else key
    title = "" if work.told is None else work.told.titles.get(claims.reference, "")
    return BundleFacts(
        bundle_id=shown_name(claims.bundle_id),
        sender_name=card.name,
        sender_role=card.role,
        sender_school=card.school,
        sender_words=key_words(shown_key),
        sender_fingerprint=fingerprint(shown_key),
        sender_key=shown_key,
        incident_reference=shown_name(claims.reference),
        incident_title=shown(title, 200),
        sealed_for=tuple(shown_name(name) for name in claims.sealed_for),
        asks=shown(claims.asks),
        sealed_at=claims.sealed_at,
        files=len(work.bag.files),
        entries=0 if work.checkpoint is None else work.checkpoint.size,
        opened=len(work.entries or ()),
        digest=_digest(work),
        words=_bundle_words(work),
        checkpoint=work.checkpoint,
        suspected_author=shown(_newest(work, claims.reference, "suspected_author"), 200),
        left_out={shown_name(number): shown(reason, 500) for number, reason in claims.left_out.items()},
    )
