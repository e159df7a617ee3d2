"""The index of the search: what an act changes is noted, and the words follow before the next search.

`note` runs with every act and is light. `catch_up` makes the rows of what was noted anew, as a function of
the entries and the other tables, so nothing can drift apart. What is locked away or disposed of is taken out
by `note` itself, in the transaction of the act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exc, func, insert, or_, select, text
from sqlalchemy.dialects.sqlite import insert as insert_or

from evidence_app.records import Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import schema
from evidence_app.vault import schema_safeguards as safeguards
from evidence_app.vault.index_common import received_exhibit
from evidence_app.vault.schema_search import (
    empty,
    expect_many,
    search_things,
    search_todo,
    search_words,
)
from evidence_app.vault.search_texts import STATED, Thing, is_searched
from evidence_app.vault.search_things import BRINGS_IN, things

_AT_ONCE: Final = 200


# --- with every act -----------------------------------------------------------------------------------


def note(connection: Connection, entry: Entry) -> None:
    """Note what an entry changes, after the other tables were brought up to date with it."""
    if entry.kind in BRINGS_IN:
        _remember(connection, [entry.seq])
    handler = _CHANGES.get(entry.kind)
    if handler is not None:
        _remember(connection, handler(connection, entry, Fields(entry.data, "An entry of the record")))


_NOTE: Final = insert_or(search_todo).on_conflict_do_nothing()


def _remember(connection: Connection, seqs: Iterable[int | None]) -> None:
    rows = [{"seq": seq} for seq in dict.fromkeys(seqs) if seq is not None]
    if rows:
        connection.execute(_NOTE, rows)


def _brought_in(connection: Connection, about: str) -> int | None:
    """The entry that brought something in: the first one about it."""
    subjects = schema.subjects
    return connection.execute(select(func.min(subjects.c.seq)).where(subjects.c.subject == about)).scalar()


def _rows_about(connection: Connection, *about: str) -> list[int]:
    """Everything that can be found now and is about these: they themselves, and what was said earlier."""
    return list(connection.scalars(select(search_things.c.seq).where(search_things.c.about.in_(about))))


# What it is about, and of each field the entry that spoke of it before: one statement, as it is in every act.
_NOTE_STATED: Final = text(
    "INSERT OR IGNORE INTO search_todo (seq) SELECT seq FROM ("
    "SELECT min(seq) AS seq FROM subjects WHERE subject = :about UNION ALL "
    "SELECT max(seq) FROM statements WHERE about = :about AND field IN :fields AND seq < :seq GROUP BY field"
    ") WHERE seq IS NOT NULL"
).bindparams(bindparam("fields", expanding=True))


def _stated(connection: Connection, entry: Entry, fields: Fields) -> list[int | None]:
    codes = [Fields(one, "A statement").text("field") for one in fields.items("statements")]
    searched = [code for code in dict.fromkeys(codes) if is_searched(code)]
    values = {"about": fields.text("about"), "fields": searched, "seq": entry.seq}
    connection.execute(_NOTE_STATED, values)
    # A field that stands twice in one act: the first was put differently at once.
    return [entry.seq] if len(set(codes)) < len(codes) else []


def _filed(connection: Connection, _entry: Entry, fields: Fields) -> list[int | None]:
    number = fields.text("number")
    return [_brought_in(connection, number), *_rows_about(connection, number)]


def _examined(connection: Connection, _entry: Entry, fields: Fields) -> list[int | None]:
    return [_brought_in(connection, fields.text("number"))]


def _checked(connection: Connection, _entry: Entry, fields: Fields) -> list[int | None]:
    received, exhibits = fields.optional_text("received"), schema.received_exhibits
    if received is None:
        return []
    sent = connection.scalars(select(exhibits.c.seq).where(exhibits.c.received == received))
    return [_brought_in(connection, received), *sent]


def _forwarded(connection: Connection, _entry: Entry, fields: Fields) -> list[int | None]:
    return [_brought_in(connection, fields.text("received"))]


def _locked_away(connection: Connection, _entry: Entry, fields: Fields) -> list[int | None]:
    """All text goes now; the number comes back with the next search. So with whatever has the same bytes."""
    away, own, theirs = safeguards.locked_away, schema.exhibits, schema.received_exhibits
    received, number = fields.optional_text("received") or "", fields.text("number")
    names = [received_exhibit(received, number).strip()]
    digest = connection.execute(
        select(away.c.sha256).where(away.c.received == received, away.c.number == number)
    ).scalar_one_or_none()
    if digest is not None:
        names += connection.scalars(select(own.c.number).where(own.c.sha256 == digest))
        same = select(theirs.c.received, theirs.c.number).where(theirs.c.sha256 == digest)
        names += [received_exhibit(row.received, row.number) for row in connection.execute(same)]
    seqs = _rows_about(connection, *names)
    _take_out(connection, seqs)
    return [*seqs]


def _disposed(connection: Connection, _entry: Entry, fields: Fields) -> list[int | None]:
    received, number = fields.optional_text("received") or "", fields.text("number")
    about = search_things.c.about
    name = received_exhibit(received, number).strip()
    is_gone = about == name
    if received and not number:
        is_gone = or_(is_gone, about.startswith(f"{received} ", autoescape=True))
    seqs = list(connection.scalars(select(search_things.c.seq).where(is_gone)))
    seqs += [seq for seq in fields.items("entries") if isinstance(seq, int)]
    _take_out(connection, seqs)
    for start in range(0, len(seqs), _AT_ONCE):
        part = seqs[start : start + _AT_ONCE]
        connection.execute(delete(search_todo).where(search_todo.c.seq.in_(part)))
    return []


_Change = Callable[[Connection, Entry, Fields], list[int | None]]
_CHANGES: Final[Mapping[EntryKind, _Change]] = {
    **dict.fromkeys(STATED, _stated),
    EntryKind.EXHIBIT_EXAMINED: _examined,
    EntryKind.EXHIBIT_FILED: _filed,
    EntryKind.BUNDLE_CHECKED: _checked,
    EntryKind.BUNDLE_FORWARDED: _forwarded,
    EntryKind.EXHIBIT_LOCKED_AWAY: _locked_away,
    EntryKind.EXHIBIT_DISPOSED: _disposed,
}


# --- the words ----------------------------------------------------------------------------------------

_DELETE: Final = delete(search_words).where(search_words.c.rowid == bindparam("at"))


# FTS5 writes at the commit otherwise, and what is wrong then would undo the act.
_FLUSH: Final = "INSERT INTO search_words(search_words) VALUES ('flush')"


def _take_out(connection: Connection, seqs: list[int]) -> None:
    """Take rows out of the search, with every letter of their words."""
    try:
        with connection.begin_nested():
            for seq in sorted(seqs):
                connection.execute(_DELETE, {"at": seq})
            connection.exec_driver_sql(_FLUSH)
    except exc.DBAPIError:
        # The words are damaged. What must go goes, whatever it costs to find the rest again.
        renew(connection)
    for start in range(0, len(seqs), _AT_ONCE):
        part = seqs[start : start + _AT_ONCE]
        connection.execute(delete(search_things).where(search_things.c.seq.in_(part)))


def renew(connection: Connection) -> None:
    """Empty the search, and note everything in it to be made anew."""
    query = select(search_things.c.seq).union(select(search_todo.c.seq))
    seqs = list(connection.scalars(query))
    empty(connection)
    _remember(connection, seqs)


def catch_up(connection: Connection, most: int | None = None) -> int:
    """Make the rows of what was noted anew, `most` of them or all, inside the caller's transaction.

    Returns how many were looked at.
    """
    done = 0
    while most is None or done < most:
        query = select(search_todo.c.seq).order_by(search_todo.c.seq).limit(_AT_ONCE)
        seqs = list(connection.scalars(query))
        if not seqs:
            break
        _renew_rows(connection, seqs, things(connection, seqs))
        connection.execute(delete(search_todo).where(search_todo.c.seq <= seqs[-1]))
        done += len(seqs)
    return done


def fill(connection: Connection) -> None:
    """As `catch_up`, for a database that is made in one go."""
    expect_many(connection, many=True)
    catch_up(connection)
    expect_many(connection, many=False)


def _renew_rows(connection: Connection, seqs: list[int], found: Mapping[int, Thing]) -> None:
    """Put what can be found by these entries now in the place of what could be."""
    kept = select(search_words).where(search_words.c.rowid.in_(seqs))
    there = {row.rowid: dict(row._mapping) for row in connection.execute(kept)}
    wanted = {seq: thing.words() for seq, thing in found.items()}
    gone = [{"at": seq} for seq in sorted(there) if there[seq] != wanted.get(seq)]
    new = [wanted[seq] for seq in sorted(wanted) if there.get(seq) != wanted[seq]]
    if gone:
        connection.execute(_DELETE, gone)
    connection.execute(delete(search_things).where(search_things.c.seq.in_(seqs)))
    if found:
        connection.execute(insert(search_things), [found[seq].row() for seq in sorted(found)])
    if new:
        connection.execute(insert(search_words), new)


# --- the check ----------------------------------------------------------------------------------------

_MISSING: Final = (
    "SELECT 1 FROM {one}.search_words AS a LEFT JOIN {other}.search_words AS b ON b.rowid = a.rowid WHERE "
    "b.rowid IS NULL OR a.words IS NOT b.words OR a.parts IS NOT b.parts OR a.earlier IS NOT b.earlier "
    "LIMIT 1"
)
# Every place of every word goes into one row, so that nothing has to be held in memory.
_TERMS: Final = (
    "SELECT count(*), sum(n), sum(d), sum(p), sum(d % 8191 * (length(term) + unicode(term))) "
    "FROM (SELECT term, count(*) AS n, sum(doc) AS d, sum((doc * (offset + 1)) % 1000003) AS p "
    "FROM {one}.search_terms GROUP BY term)"
)


def differs(connection: Connection, one: str, other: str) -> bool:
    """Whether the words of two attached databases are not the same, row by row and word by word."""
    try:
        if any(
            connection.execute(text(_MISSING.format(one=left, other=right))).first() is not None
            for left, right in ((one, other), (other, one))
        ):
            return True
        mine, theirs = (connection.execute(text(_TERMS.format(one=name))).one() for name in (one, other))
    except exc.DBAPIError:
        return True
    return tuple(mine) != tuple(theirs)
