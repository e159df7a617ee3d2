"""What entries brought in that can be found: read for many of them at once.

A function of the entries and the other tables of the index, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, LargeBinary, Row, Table, and_, cast, func, or_, select

from evidence_app import fields
from evidence_app.errors import EvidenceError
from evidence_app.ledger import utc_text
from evidence_app.records import Entry, EntryKind, ReceivedRow, SearchKind, Statement
from evidence_app.records_json import Fields
from evidence_app.vault import decode, decode_received, schema
from evidence_app.vault import schema_safeguards as safeguards
from evidence_app.vault.index_common import received_exhibit
from evidence_app.vault.queries_record import BATCH, newest_statements
from evidence_app.vault.search_text import plain
from evidence_app.vault.search_texts import FILE_SAYS, FILE_TEXT, STATED, WINDOW, Part, Thing, is_searched

# --- the things that entries brought in ---------------------------------------------------------------


@dataclass(frozen=True)
class _Batch:
    """What is read once for many entries."""

    said: Mapping[str, Mapping[str, Statement]]
    incidents: Mapping[str, Any]
    exhibits: Mapping[int | str, Any]
    locked: frozenset[str]
    superseded: Mapping[int, Sequence[Any]]
    received: Mapping[str, ReceivedRow] = field(default_factory=dict)
    forwarded: Mapping[str, Sequence[Fields]] = field(default_factory=dict)
    examined: Mapping[str, Fields] = field(default_factory=dict)


def things(connection: Connection, seqs: Sequence[int]) -> dict[int, Thing]:
    """What can be found by these entries, by their numbers; those that bring in nothing are left out."""
    entries = {seq: one for seq, one in _entries(connection, seqs).items() if one.kind in _BUILD}
    batch = _read(connection, entries)
    found = {}
    for seq, entry in entries.items():
        with suppress(EvidenceError):  # what cannot be read is for the vault check to name
            thing = _BUILD[entry.kind](entry, Fields(entry.data, f"Entry {seq} of the record"), batch)
            if thing is not None:
                found[seq] = thing
    return found


def _entries(connection: Connection, seqs: Iterable[int]) -> dict[int, Entry]:
    """The entries of these numbers that can be read."""
    found, table = {}, schema.entries
    # A value that is no BLOB gets past the column's type, but not past this.
    blobs = (cast(table.c[name], LargeBinary) for name in ("body", "salt", "link"))
    query = select(table.c.seq, *blobs)
    for part in _batches(seqs):
        for row in connection.execute(query.where(table.c.seq.in_(part))):
            with suppress(EvidenceError):
                found[row.seq] = decode.entry(row)
    return found


def _batches(wanted: Iterable[Any]) -> Iterable[list[Any]]:
    listed = list(dict.fromkeys(wanted))
    for start in range(0, len(listed), BATCH):
        yield listed[start : start + BATCH]


def _rows(connection: Connection, table: Table, column: str, wanted: Iterable[Any]) -> list[Row[Any]]:
    return [
        row
        for part in _batches(wanted)
        for row in connection.execute(select(table).where(table.c[column].in_(part)))
    ]


def _read(connection: Connection, entries: Mapping[int, Entry]) -> _Batch:
    of: dict[EntryKind, list[Entry]] = {}
    for entry in entries.values():
        of.setdefault(entry.kind, []).append(entry)

    def named(kind: EntryKind, name: str) -> list[str]:
        return [str(entry.data.get(name)) for entry in of.get(kind, [])]

    exhibits = {row.seq: row for row in _rows(connection, schema.exhibits, "seq", entries)}
    superseded = _superseded(connection, [one.seq for kind in STATED for one in of.get(kind, [])])
    references = named(EntryKind.INCIDENT_OPENED, "reference")
    arrived = named(EntryKind.BUNDLE_RECEIVED, "reference")
    sent = [
        received_exhibit(str(one.data.get("received")), str(one.data.get("number")))
        for one in of.get(EntryKind.EXHIBIT_RECEIVED, [])
    ]
    own = [row.number for row in exhibits.values()]
    earlier = [row.about for rows in superseded.values() for row in rows]
    said = newest_statements(connection, [*references, *own, *arrived])
    return _Batch(
        said=said,
        incidents={
            row.reference: row for row in _rows(connection, schema.incidents, "reference", references)
        },
        exhibits=exhibits
        | {row.number: row for row in _rows(connection, schema.exhibits, "number", earlier)},
        locked=locked_among(connection, [*own, *earlier], sent),
        superseded=superseded,
        received=_received(connection, [*arrived, *named(EntryKind.EXHIBIT_RECEIVED, "received")], said),
        forwarded=_forwarded(connection, arrived),
        examined=_examined(connection, own),
    )


def _examined(connection: Connection, numbers: Sequence[str]) -> dict[str, Fields]:
    """What was last read in these exhibits."""
    subjects, done, latest = schema.subjects, schema.acts, dict[str, int]()
    query = (
        select(subjects.c.subject, func.max(subjects.c.seq).label("seq"))
        .join(done, done.c.seq == subjects.c.seq)
        .where(done.c.kind == EntryKind.EXHIBIT_EXAMINED.value)
        .group_by(subjects.c.subject)
    )
    for part in _batches(numbers):
        latest |= {
            row.subject: row.seq for row in connection.execute(query.where(subjects.c.subject.in_(part)))
        }
    entries = _entries(connection, latest.values())
    return {
        number: Fields(entries[seq].data, f"Entry {seq} of the record")
        for number, seq in latest.items()
        if seq in entries
    }


def _superseded(connection: Connection, seqs: Sequence[int]) -> dict[int, list[Any]]:
    """Of what these entries stated, what the next statement of the same field put differently."""
    said, later = schema.statements, schema.statements.alias("later")
    follows = or_(
        later.c.seq > said.c.seq, and_(later.c.seq == said.c.seq, later.c.position > said.c.position)
    )
    following = (
        select(later.c.value)
        .where(later.c.about == said.c.about, later.c.field == said.c.field, follows)
        .order_by(later.c.seq, later.c.position)
        .limit(1)
        .scalar_subquery()
    )
    found: dict[int, list[Any]] = {}
    for part in _batches(seqs):
        # Where nothing follows it is NULL, and no text differs from that.
        query = select(said).where(said.c.seq.in_(part), following != said.c.value)
        for row in connection.execute(query.order_by(said.c.seq, said.c.position)):
            found.setdefault(row.seq, []).append(row)
    return found


def locked_among(connection: Connection, own: Sequence[str], sent: Sequence[str]) -> frozenset[str]:
    """Which of these exhibits, of this vault and received, are locked away, also by having the same bytes."""
    away, exhibits, theirs = safeguards.locked_away, schema.exhibits, schema.received_exhibits
    if connection.execute(select(away.c.seq).limit(1)).first() is None:
        return frozenset()
    found = {received_exhibit(row.received, row.number).strip() for row in connection.execute(select(away))}
    for part in _batches(own):
        same = select(exhibits.c.number).join(away, away.c.sha256 == exhibits.c.sha256)
        found.update(connection.scalars(same.where(exhibits.c.number.in_(part))))
    if sent:
        both = select(theirs.c.received, theirs.c.number).join(away, away.c.sha256 == theirs.c.sha256)
        found.update(received_exhibit(row.received, row.number) for row in connection.execute(both))
    return frozenset(found)


def _received(
    connection: Connection, references: Sequence[str], said: Mapping[str, Mapping[str, Statement]]
) -> dict[str, ReceivedRow]:
    rows = _rows(connection, schema.received, "reference", references)
    checks, newest = schema.received_checks, dict[str, int]()
    for part in _batches(references):
        query = select(checks.c.received, func.max(checks.c.seq).label("seq")).group_by(checks.c.received)
        newest |= {
            row.received: row.seq for row in connection.execute(query.where(checks.c.received.in_(part)))
        }
    entries = _entries(connection, [*(row.seq for row in rows), *newest.values()])
    found = {}
    for row in rows:
        with suppress(EvidenceError, KeyError):
            latest = entries[newest[row.reference]] if row.reference in newest else None
            about = dict(said.get(row.reference, {}))
            found[row.reference] = decode_received.received(entries[row.seq], latest, about)
    return found


def _forwarded(connection: Connection, references: Sequence[str]) -> dict[str, list[Fields]]:
    found: dict[str, list[Fields]] = {}
    rows = _rows(connection, schema.forwarded, "received", references)
    entries = _entries(connection, sorted(row.seq for row in rows))
    for row in sorted(rows, key=lambda one: one.seq):
        if row.seq in entries:
            data = Fields(entries[row.seq].data, f"Entry {row.seq} of the record")
            found.setdefault(row.received, []).append(data)
    return found


# --- one kind after the other -------------------------------------------------------------------------


def _said(statements: Mapping[str, Statement]) -> list[Part]:
    return [
        Part(code, one.value) for code, one in statements.items() if one.value.strip() and is_searched(code)
    ]


def _described(thing: Thing, said: Mapping[str, Statement], *others: Part) -> Thing:
    """With what is said of it, and what else there is to find."""
    platform, kind = said.get("platform"), said.get("kind")
    return replace(
        thing,
        platform="" if platform is None else plain(platform.value).strip(),
        categories="" if kind is None else fields.joined(fields.several(kind.value)),
        parts=(*_said(said), *others),
    )


def _incident(entry: Entry, data: Fields, batch: _Batch) -> Thing | None:
    reference = data.text("reference")
    row = batch.incidents.get(reference)
    if row is None:
        return None
    thing = Thing(
        entry.seq,
        SearchKind.INCIDENT,
        reference,
        row.title,
        utc_text(entry.at),
        entry.by,
        incident=reference,
    )
    # The title is there already, and so is what it was at first, where it was changed.
    said = {code: one for code, one in batch.said.get(reference, {}).items() if code != "title"}
    first = [Part("title", data.text("title"), earlier=True)] if row.title != data.text("title") else []
    return _described(thing, said, *first)


def _exhibit(entry: Entry, data: Fields, batch: _Batch) -> Thing | None:
    row = batch.exhibits.get(entry.seq)
    if row is None:
        return None
    thing = Thing(
        entry.seq,
        SearchKind.EXHIBIT,
        row.number,
        row.number,
        row.sealed_at,
        entry.by,
        incident=row.incident,
        method=row.method,
    )
    if row.number in batch.locked:
        return thing
    found = [*_window(data), *_file(data), *_read_in_it(batch.examined.get(row.number))]
    return _described(thing, batch.said.get(row.number, {}), *found)


def _file(data: Fields) -> list[Part]:
    with suppress(EvidenceError):
        file = data.fields("observed").optional_fields("file")
        if file is not None and file.text("name").strip():
            return [Part("file_name", file.text("name"))]
    return []


def _read_in_it(examined: Fields | None) -> list[Part]:
    """What a reader found in a file that was brought in."""
    if examined is None:
        return []
    with suppress(EvidenceError):
        said = [Fields(one, "A claim") for one in examined.items("claims")]
        claims = "\n".join(f"{one.text('name')}: {one.text('value')}" for one in said)
        texts = (FILE_SAYS, f"{examined.text('title')}\n{claims}"), (FILE_TEXT, examined.text("text"))
        return [Part(code, words) for code, words in texts if words.strip()]
    return []


def _window(data: Fields) -> list[Part]:
    with suppress(EvidenceError):
        observed = data.optional_fields("observed")
        window = None if observed is None else observed.optional_fields("window")
        page = None if observed is None else observed.optional_fields("page")
        titled = page or window
        if titled is not None and titled.text("title").strip():
            return [Part(WINDOW, titled.text("title"))]
    return []


def _received_bundle(entry: Entry, data: Fields, batch: _Batch) -> Thing | None:
    row = batch.received.get(data.text("reference"))
    if row is None:
        return None
    claims = data.optional_fields("claims")
    texts = [
        ("sent_title", row.title),
        ("sent_by", row.sender_name),
        ("sent_incident", row.incident),
        ("asks", "" if claims is None else claims.text("asks")),
        ("file_name", row.file_name),
    ]
    for passed in batch.forwarded.get(row.reference, []):
        texts += [("forwarded_to", ", ".join(passed.texts("to"))), ("forwarded_why", passed.text("reason"))]
    return Thing(
        entry.seq,
        SearchKind.RECEIVED,
        row.reference,
        row.title or row.file_name,
        utc_text(entry.at),
        row.sender_name,
        parts=(*(Part(code, text) for code, text in texts if text.strip()), *_said(row.statements)),
    )


def _received_exhibit(entry: Entry, data: Fields, batch: _Batch) -> Thing | None:
    sent = decode_received.received_exhibit(entry)
    bundle = batch.received.get(sent.received)
    thing = Thing(
        entry.seq,
        SearchKind.RECEIVED,
        sent.name,
        sent.name,
        utc_text(entry.at),
        "" if bundle is None else bundle.sender_name,
        method="" if sent.observed is None else sent.observed.method.value,
    )
    if sent.name in batch.locked:
        return replace(thing, method="")
    earlier = []
    for raw in data.items("statements"):
        one = Fields(raw, "A statement")
        code, value = one.text("field"), one.text("value")
        newest = sent.statements.get(code)
        if newest is not None and newest.value != value and value.strip() and is_searched(code):
            earlier.append(Part(code, value, earlier=True))
    return _described(thing, sent.statements, *_window(data), *earlier)


def _bundle(entry: Entry, data: Fields, _batch: _Batch) -> Thing | None:
    texts = [
        ("sealed_for", ", ".join(data.texts("sealed_for"))),
        ("asks", data.text("asks")),
        ("incident", data.text("incident")),
    ]
    return Thing(
        entry.seq,
        SearchKind.BUNDLE,
        data.text("bundle"),
        data.text("file_name"),
        utc_text(entry.at),
        entry.by,
        incident=data.text("incident"),
        parts=tuple(Part(code, text) for code, text in texts if text.strip()),
    )


def _referral(entry: Entry, data: Fields, _batch: _Batch) -> Thing | None:
    told = ", ".join(Fields(one, "A referral").text("name") for one in data.items("told"))
    texts = [("address", data.text("address")), ("told", told), ("exhibit", data.text("exhibit"))]
    return Thing(
        entry.seq,
        SearchKind.REFERRAL,
        data.text("reference"),
        data.text("reference"),
        utc_text(entry.at),
        entry.by,
        incident=data.optional_text("incident"),
        parts=tuple(Part(code, text) for code, text in texts if text.strip()),
    )


def _stated(entry: Entry, data: Fields, batch: _Batch) -> Thing | None:
    """What this entry said and a later one put differently."""
    about = data.text("about")
    parts = [
        Part(row.field, row.value, earlier=True)
        for row in batch.superseded.get(entry.seq, [])
        if row.value.strip() and is_searched(row.field)
    ]
    if not parts or about in batch.locked:
        return None
    kind, incident = SearchKind.RECEIVED, None
    if entry.kind is EntryKind.INCIDENT_STATED:
        kind, incident = SearchKind.INCIDENT, about
    elif entry.kind is EntryKind.EXHIBIT_STATED:
        row = batch.exhibits.get(about)
        kind, incident = SearchKind.EXHIBIT, None if row is None else row.incident
    return Thing(
        entry.seq,
        kind,
        about,
        about,
        utc_text(entry.at),
        entry.by,
        incident=incident,
        earlier=True,
        parts=tuple(parts),
    )


_BUILD: Final[Mapping[EntryKind, Callable[[Entry, Fields, _Batch], Thing | None]]] = {
    EntryKind.INCIDENT_OPENED: _incident,
    EntryKind.EXHIBIT_CAPTURED: _exhibit,
    EntryKind.EXHIBIT_DERIVED: _exhibit,
    EntryKind.EXHIBIT_IMPORTED: _exhibit,
    EntryKind.BUNDLE_RECEIVED: _received_bundle,
    EntryKind.EXHIBIT_RECEIVED: _received_exhibit,
    EntryKind.BUNDLE_SEALED: _bundle,
    EntryKind.REFERRAL_RECORDED: _referral,
    **dict.fromkeys(STATED, _stated),
}

BRINGS_IN: Final = frozenset(_BUILD) - STATED
"""Kinds of entries that bring in something that can be found."""
