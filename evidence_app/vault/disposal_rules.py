"""When something may be disposed of, by whom, and all that goes with it: settled where it is written.

Source: domain.md, rule 8. It runs on the writer's own transaction, so nothing can change between the question
and the act, and nobody can get round it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from evidence_app.crypto.sshsig import public_line
from evidence_app.errors import DisposalError
from evidence_app.records import Decider, EntryKind, Ground, Hold
from evidence_app.records_json import Fields
from evidence_app.vault import decode, retention, schema
from evidence_app.vault.index_common import received_exhibit, split_name
from evidence_app.vault.queries import Queries
from evidence_app.vault.schema_casework import derived

_OWN = (
    EntryKind.EXHIBIT_CAPTURED,
    EntryKind.EXHIBIT_IMPORTED,
    EntryKind.EXHIBIT_EXAMINED,
    EntryKind.EXHIBIT_STATED,
    EntryKind.EXHIBIT_FILED,
    EntryKind.EXHIBIT_VIEWED,
    EntryKind.EXHIBIT_DERIVED,
    EntryKind.EXHIBIT_EXPORTED,
    EntryKind.EXHIBIT_WITHDRAWN,
    EntryKind.EXHIBIT_REINSTATED,
)
"""Entries that speak of one exhibit only and of what it is, or who looked: a disposal erases them. Those that
say how it was kept safe (locked away, held, an instruction) have no such words and stay."""
_RECEIVED = (EntryKind.EXHIBIT_RECEIVED, EntryKind.EXHIBIT_VIEWED)
"""The same of an exhibit of a received bundle."""
_BUNDLE = (
    *_RECEIVED,
    EntryKind.BUNDLE_RECEIVED,
    EntryKind.BUNDLE_CHECKED,
    EntryKind.OUTCOME_STATED,
)
"""The same of a received bundle as a whole. That it was passed on, and receipts, stay."""


def complete(data: dict[str, object], read: Queries, writer: Connection) -> None:
    """Whether a disposal is allowed, and all that it erases; raises `DisposalError`."""
    number, received = str(data["number"]), str(data["received"] or "")
    _check_people(Fields(data, "The disposal"), read)
    if not received:
        found = _own(number, writer)
    elif number:
        found = _received_exhibit(received, number, writer)
    else:
        found = _received_bundle(received, writer)
    _check_holds(found, read, writer)
    data |= _ground(found, read, writer)
    data |= {
        "incident": found.incident,
        "incidents": list(found.incidents),
        "captured_at": found.captured_at,
        "entries": list(found.entries),
        "objects": list(found.objects),
        "same_bytes": [received_exhibit(*one).strip() for one in _same(found, writer)],
        "seen": [] if number else _seen(found.entries, writer),
        "taken": _taken(received, read) if received else _exported(number, read),
    }


@dataclass(frozen=True, slots=True)
class _Target:
    """What is to go: the entries to erase, the sealed files, and what it hangs together with.

    `exhibits` are (received bundle, number) of each exhibit in it; `digests` those of their originals.
    """

    name: str
    entries: tuple[int, ...]
    objects: tuple[str, ...]
    exhibits: tuple[tuple[str, str], ...]
    digests: frozenset[str]
    captured_at: str
    incident: str | None = None
    incidents: tuple[str, ...] = ()


def _own(number: str, writer: Connection) -> _Target:
    exhibits, incidents, subjects = schema.exhibits, schema.incidents, schema.subjects
    files = schema.exhibit_files
    row = writer.execute(select(exhibits).where(exhibits.c.number == number)).one()
    # A copy is an exhibit of its own: the entry that made it is in the history of its original, and stays.
    copies = select(derived.c.seq).where(derived.c.original == number)
    gone = _entries([number], _OWN).where(subjects.c.seq.not_in(copies))
    ever = (
        select(incidents.c.reference)
        .join(subjects, subjects.c.subject == incidents.c.reference)
        .where(subjects.c.seq.in_(gone))
        .distinct()
        .order_by(incidents.c.serial)
    )
    return _Target(
        number,
        tuple(writer.scalars(gone.order_by(schema.subjects.c.seq))),
        (
            row.object_id,
            *writer.scalars(select(files.c.object_id).where(files.c.number == number).order_by(files.c.name)),
        ),
        (("", number),),
        frozenset({row.sha256}),
        row.sealed_at,
        row.incident,
        tuple(writer.scalars(ever)),
    )


def _received_exhibit(received: str, number: str, writer: Connection) -> _Target:
    """One exhibit of a received bundle: the file as it came holds it too, so that goes as well."""
    table, bundles = schema.received_exhibits, schema.received
    row = writer.execute(select(table).where(table.c.received == received, table.c.number == number)).one()
    bundle = writer.execute(select(bundles).where(bundles.c.reference == received)).one()
    name = received_exhibit(received, number)
    gone = _entries([name], _RECEIVED).order_by(schema.subjects.c.seq)
    return _Target(
        name,
        tuple(writer.scalars(gone)),
        (row.object_id, bundle.object_id),
        ((received, number),),
        frozenset({row.sha256}),
        bundle.received_at,
    )


def _received_bundle(received: str, writer: Connection) -> _Target:
    table, bundles = schema.received_exhibits, schema.received
    bundle = writer.execute(select(bundles).where(bundles.c.reference == received)).one()
    rows = writer.execute(select(table).where(table.c.received == received).order_by(table.c.number)).all()
    names = [received, *(received_exhibit(received, row.number) for row in rows)]
    seqs = writer.scalars(_entries(names, _BUNDLE).order_by(schema.subjects.c.seq))
    return _Target(
        received,
        tuple(dict.fromkeys(seqs)),
        (bundle.object_id, *(row.object_id for row in rows)),
        tuple((received, row.number) for row in rows),
        frozenset(row.sha256 for row in rows),
        bundle.received_at,
    )


def _entries(names: list[str], kinds: tuple[EntryKind, ...]) -> Select[Any]:
    """The numbers of the entries of these kinds about any of these."""
    acts, subjects = schema.acts, schema.subjects
    return (
        select(subjects.c.seq)
        .join(acts, acts.c.seq == subjects.c.seq)
        .where(subjects.c.subject.in_(names), acts.c.kind.in_([kind.value for kind in kinds]))
    )


def _same(found: _Target, writer: Connection) -> list[tuple[str, str]]:
    """Other exhibits with exactly the same bytes, of this vault and of received bundles."""
    own, theirs = schema.exhibits, schema.received_exhibits
    rows: list[tuple[str, str]] = [
        ("", number)
        for number in writer.scalars(
            select(own.c.number).where(own.c.sha256.in_(found.digests)).order_by(own.c.serial)
        )
    ]
    query = select(theirs.c.received, theirs.c.number).where(theirs.c.sha256.in_(found.digests))
    rows += [(row.received, row.number) for row in writer.execute(query.order_by(theirs.c.seq))]
    return [one for one in rows if one not in found.exhibits]


def _taken(received: str, read: Queries) -> list[str]:
    """What was taken out of a received bundle in clear, in words: the entries that say so may go too."""
    return [
        f"{entry.data['took']} {entry.data.get('to') or ''}".strip() + f", {entry.at:%d.%m.%Y}"
        for entry in read.entries_about(received)
        if entry.kind is EntryKind.BUNDLE_CHECKED and entry.data.get("took")
    ]


def _exported(number: str, read: Queries) -> list[str]:
    """How often the original was taken out, and where to: the entries that say so go too."""
    return [
        f"the original, to {entry.data['where_to']}, {entry.at:%d.%m.%Y}"
        for entry in read.entries_about(number)
        if entry.kind is EntryKind.EXHIBIT_EXPORTED
    ]


def _seen(entries: tuple[int, ...], writer: Connection) -> list[dict[str, object]]:
    """What these entries let the vault remember of the sender's ledger: it has to outlive them."""
    table = schema.seen_ledgers
    return [
        {
            "entry": row.seq,
            "signing_key": public_line(row.signing_key),
            "vault": row.vault_id,
            "size": row.size,
            "link": row.link.hex(),
            "seen_at": row.seen_at,
        }
        for row in writer.execute(select(table).where(table.c.seq.in_(entries)).order_by(table.c.seq))
    ]


def _check_people(fields: Fields, read: Queries) -> None:
    decided, second = fields.fields("decided_by"), fields.text("second")
    name, owner = decided.text("name"), decode.owner(read.entry(1))
    if decided.text("role") not in set(Decider):
        raise DisposalError("Only the headteacher or the chair of governors may decide. Nothing was changed.")
    if same_name(name, second):
        raise DisposalError(
            "A disposal needs two people: who decides it, and a second one. Nothing was changed. "
            "Name another person as the second."
        )
    if not owner.role.receives and same_name(name, owner.name):
        raise DisposalError(
            "This is the vault of a member of staff, who cannot decide on a disposal alone. Nothing was "
            "changed. Name the headteacher or the chair of governors who decided it."
        )


def same_name(one: str, other: str) -> bool:
    """Whether two names are one as far as letters, case, accents and spaces go."""

    def plain(name: str) -> str:
        marked = unicodedata.normalize("NFKD", name.casefold())
        return "".join(letter for letter in marked if letter.isalnum())

    return plain(one) == plain(other)


def _check_holds(found: _Target, read: Queries, writer: Connection) -> None:
    """No hold on it, on the bundle or incident it belongs to, or on one that it was ever filed in."""
    names = [received_exhibit(*one).strip() for one in found.exhibits]
    bundles = [received for received, _ in found.exhibits if received]
    for about in dict.fromkeys((found.name, *names, *bundles, *found.incidents)):
        hold = read.hold_on(writer, about)
        if hold is not None:
            raise _held(found.name, hold)


def _held(number: str, hold: Hold) -> DisposalError:
    return DisposalError(
        f"There is a hold on {hold.about}, asked for by {hold.asked_by}: {hold.reason.rstrip('.')}. "
        f"{number} is kept, and nothing was changed. A hold has to be lifted first, with a reason of its own."
    )


def today() -> date:
    """The day on this computer's calendar."""
    return datetime.now(UTC).astimezone().date()


def _ground(found: _Target, read: Queries, writer: Connection) -> dict[str, object]:
    """Why it may go: what is locked away by an instruction; everything else, and a received bundle as a
    whole in any case, because it is due."""
    received, number = split_name(found.name)
    locked = [one for one in found.exhibits if read.locked_on(writer, *one) is not None]
    given = [read.instructions_on(writer, name, bundle) for bundle, name in locked]
    if not all(given):
        raise DisposalError(
            f"{found.name} is locked away, or holds something that is. It may only go on the instruction of "
            "the police or the safeguarding lead. Nothing was changed. Record their instruction first."
        )
    instruction = given[0][0].seq if given else None
    if locked and number:
        return {"ground": Ground.INSTRUCTION.value, "instruction": instruction, "due": None}
    if received and number:
        raise DisposalError(
            "Only what is locked away goes out of a received bundle by itself. Nothing was changed. "
            f"Dispose of {received} as a whole once it is due."
        )
    due = retention.due_on(writer, read, found.name)
    if due is None:
        raise DisposalError(
            f"No day is set from which {found.name} may be disposed of. Nothing was changed. The school "
            "states it; there is none by default."
        )
    if due.day > today():
        raise DisposalError(
            f"{found.name} is kept until {due.day:%d.%m.%Y} ({due.follows_from}). Nothing was changed."
        )
    return {
        "ground": Ground.DUE.value,
        "instruction": instruction,
        "due": {"day": due.day.isoformat(), "follows_from": due.follows_from},
    }
