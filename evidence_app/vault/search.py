"""Searching the vault: by words, by what narrows them, newest first.

What a person types is taken apart into words before SQLite sees it, and each word is quoted: nothing in it
is an instruction. FTS5 gives the rows in falling order of their numbers, so the newest come without looking
at the others, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    bindparam,
    exc,
    func,
    literal,
    or_,
    select,
    text,
)

from evidence_app.errors import DamagedError
from evidence_app.ledger import utc_moment, utc_text
from evidence_app.records import (
    Method,
    SearchAnswer,
    SearchChoices,
    SearchFilters,
    SearchHit,
    SearchKind,
    SearchPart,
    SearchState,
)
from evidence_app.vault import database, schema
from evidence_app.vault import schema_safeguards as safeguards
from evidence_app.vault.queries_safeguards import SafeguardQueries
from evidence_app.vault.schema_search import (
    BETWEEN,
    SHORT_PREFIXES,
    search_terms,
    search_things,
    search_todo,
    search_words,
)
from evidence_app.vault.search_text import SHORTEST_INSIDE, marked, matches, piece, words_of
from evidence_app.vault.search_texts import INSIDE
from evidence_app.vault.search_things import locked_among

LIMIT: Final = 50
MOST: Final = 200
_PARTS_SHOWN: Final = 3
_ENDINGS: Final = 32
"""So many words with one beginning are named one by one; FTS5 takes them one after the other then, instead of
putting all their places together first."""
_SAME: Final = 16
_AFTER: Final = "\x01"
_LAST: Final = "\U0010ffff"


class _WordsDamagedError(DamagedError):
    """Only the words of the search do not fit together; they can be made again from the record."""

    def __init__(self) -> None:
        super().__init__(
            "The words that a search goes by are damaged. The record itself is not touched, and nothing is "
            "lost. Lock the vault, open it again and check it."
        )


class SearchQueries(SafeguardQueries):
    """The search. `catch_up` lets the words follow the record, or makes all of them anew (`renew`)."""

    def __init__(self, engine: Engine, catch_up: Callable[..., None]) -> None:
        super().__init__(engine)
        self._catch_up = catch_up

    def is_behind(self) -> bool:
        """Whether something was recorded that the words have not followed yet."""
        with self.reading() as connection:
            return connection.execute(select(search_todo.c.seq).limit(1)).first() is not None

    def behind(self) -> int:
        """How much of it there is."""
        with self.reading() as connection:
            return connection.execute(select(func.count()).select_from(search_todo)).scalar_one()

    def search(
        self,
        words: str,
        filters: SearchFilters | None = None,
        limit: int = LIMIT,
        before: int | None = None,
    ) -> SearchAnswer:
        """What has all of these words, each by its beginning, newest first.

        `limit` is at most 200; `before` is that of the answer before, for the next page. Without a word
        everything is found that the filters leave, and nothing where they leave out nothing. Never raises
        for what was typed; raises `StorageError`, `DamagedError`.
        """
        wanted, cut = words_of(words)
        narrowed = filters or SearchFilters()
        if not wanted and (words.strip() or not narrowed.narrows):
            return SearchAnswer(words=wanted, cut=cut)
        self._catch_up()
        limit = max(1, min(limit, MOST))
        try:
            hits, more = self._found(wanted, narrowed, limit, before)
        except _WordsDamagedError:
            self._catch_up(renew=True)
            hits, more = self._found(wanted, narrowed, limit, before)
        return SearchAnswer(hits, hits[-1].seq if more else None, wanted, cut)

    def _found(
        self, words: Sequence[str], filters: SearchFilters, limit: int, before: int | None
    ) -> tuple[tuple[SearchHit, ...], bool]:
        with self.reading() as connection:
            try:
                query = _query(connection, words, filters, before).limit(limit + 1)
                rows = connection.execute(query).all()
            except exc.DBAPIError as error:
                if database.is_corrupt(error):
                    raise _WordsDamagedError from error
                raise
            away = _away(connection, rows[:limit])
        hits = tuple(_hit(row, words, away, earlier=filters.earlier) for row in rows[:limit])
        return hits, len(rows) > limit

    def search_choices(self) -> SearchChoices:
        """What there is to narrow a search to."""
        self._catch_up()
        table = search_things
        with self.reading() as connection:

            def values(name: str) -> list[str]:
                query = select(table.c[name]).distinct().where(table.c[name] != "")
                return sorted(connection.scalars(query), key=str.casefold)

            platforms = {one.casefold(): one for one in values("platform")}
            codes = dict.fromkeys(code for one in values("categories") for code in one.split(","))
            methods = set(values("method"))
            return SearchChoices(
                platforms=tuple(platforms.values()),
                categories=tuple(codes),
                methods=tuple(one for one in Method if one.value in methods),
                people=tuple(values("by")),
            )


# --- the query ----------------------------------------------------------------------------------------


def _query(
    connection: Connection, words: Sequence[str], filters: SearchFilters, before: int | None
) -> Select[Any]:
    table, withdrawn, holds = search_things, safeguards.withdrawn, safeguards.holds
    incidents = schema.incidents
    number = search_words.c.rowid if words else table.c.seq
    # Where there are words FTS5 leads, whatever the optimiser would think of a virtual table.
    both = (
        search_words.join(table, table.c.seq == search_words.c.rowid)
        if words
        else (table.join(search_words, table.c.seq == search_words.c.rowid))
    )
    query = (
        select(
            table,
            search_words.c.words,
            search_words.c.earlier.label("once"),
            select(incidents.c.title)
            .where(incidents.c.reference == table.c.incident)
            .scalar_subquery()
            .label("filed_in"),
            select(withdrawn.c.seq).where(withdrawn.c.number == table.c.about).exists().label("withdrawn"),
            select(holds.c.seq).where(holds.c.about == table.c.about).exists().label("held"),
        )
        .select_from(both)
        .where(*_narrowed(filters))
    )
    if words:
        expression = _expression(connection, words, earlier=filters.earlier)
        query = query.where(text("search_words MATCH :expression").bindparams(expression=expression))
    if not filters.earlier:
        query = query.where(table.c.earlier == 0)
    if before is not None:
        query = query.where(number < before)
    return query.order_by(number.desc())


def _narrowed(filters: SearchFilters) -> list[ColumnElement[bool]]:
    table = search_things.c
    found: list[ColumnElement[bool]] = []
    if filters.kinds:
        found.append(table.kind.in_([kind.value for kind in filters.kinds]))
    if filters.since is not None:
        found.append(table.at >= utc_text(filters.since))
    if filters.until is not None:
        found.append(table.at < utc_text(filters.until))
    for column, part in ((table.platform, filters.platform), (table.by, filters.by)):
        if part:
            found.append(column.icontains(part, autoescape=True))
    if filters.category:
        found.append(
            (literal(",") + table.categories + ",").contains(f",{filters.category},", autoescape=True)
        )
    if filters.method is not None:
        found.append(table.method == filters.method.value)
    if filters.incident:
        found.append(table.incident == filters.incident)
    if filters.state is not None:
        found.append(_stands(filters.state))
    return found


def _stands(state: SearchState) -> ColumnElement[bool]:
    table, own, theirs = search_things.c, schema.exhibits, schema.received_exhibits
    away, withdrawn, holds = safeguards.locked_away, safeguards.withdrawn, safeguards.holds
    match state:
        case SearchState.NOT_FILED:
            return and_(table.kind == SearchKind.EXHIBIT.value, table.incident.is_(None))
        case SearchState.WITHDRAWN:
            return table.about.in_(select(withdrawn.c.number))
        case SearchState.ON_HOLD:
            return table.about.in_(select(holds.c.about))
        case SearchState.LOCKED_AWAY:
            numbers = select(own.c.number).join(away, away.c.sha256 == own.c.sha256)
            sent = select(theirs.c.received + " " + theirs.c.number).join(
                away, away.c.sha256 == theirs.c.sha256
            )
            named = select(func.trim(away.c.received + " " + away.c.number))
            return or_(*(table.about.in_(one) for one in (numbers, sent, named)))


def _expression(connection: Connection, words: Sequence[str], *, earlier: bool) -> str:
    """The words for FTS5: all of them, in what is said now or also in what was said earlier."""
    columns = "words parts earlier" if earlier else "words parts"
    return f"{{{columns}}} : ({' AND '.join(_word(connection, word) for word in words)})"


def _word(connection: Connection, word: str) -> str:
    if len(word) < min(SHORT_PREFIXES):
        return _quoted(word)
    if len(word) < SHORTEST_INSIDE:
        # Too little to be looked for in the middle of handles; a number may have as few digits.
        return f"({{words earlier}} : {_quoted(word)} * OR {_quoted(word)})"
    if len(word) in SHORT_PREFIXES:
        return f"{_quoted(word)} *"
    endings = _beginning_with(connection, word)
    if not endings:
        return f"{_quoted(word)} *"
    return f"({' OR '.join(_quoted(one) for one in endings)})"


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


_FROM: Final = (
    select(search_terms.c.term)
    .where(search_terms.c.term >= bindparam("low"), search_terms.c.term < bindparam("high"))
    .order_by(search_terms.c.term)
    .limit(_SAME)
)


def _beginning_with(connection: Connection, word: str) -> list[str]:
    """The words of the vault that begin with this one; empty where there are none, or very many.

    The list of words has a row for every place of each, so a word is skipped once it comes too often.
    """
    found: list[str] = []
    low = word
    while True:
        rows = list(connection.scalars(_FROM, {"low": low, "high": word + _LAST}))
        found += [term for term in dict.fromkeys(rows) if term not in found]
        if len(found) > _ENDINGS:
            return []
        if len(rows) < _SAME:
            return found
        low = rows[-1] + _AFTER if rows[0] == rows[-1] else rows[-1]


# --- what is shown ------------------------------------------------------------------------------------


def _away(connection: Connection, rows: Sequence[Any]) -> frozenset[str]:
    """Which of the exhibits in these rows are locked away."""
    own = [row.about for row in rows if row.kind == SearchKind.EXHIBIT]
    sent = [row.about for row in rows if row.kind == SearchKind.RECEIVED and " " in row.about]
    return locked_among(connection, own, sent)


def _hit(row: Any, words: Sequence[str], away: frozenset[str], *, earlier: bool) -> SearchHit:
    kind = SearchKind(row.kind)
    states = (
        (SearchState.LOCKED_AWAY, row.about in away),
        (SearchState.WITHDRAWN, row.withdrawn),
        (SearchState.ON_HOLD, row.held),
        (SearchState.NOT_FILED, kind is SearchKind.EXHIBIT and row.incident is None),
    )
    return SearchHit(
        kind=kind,
        about=row.about,
        title=marked(row.title, words, inside=True),
        parts=_shown(_parts(row, earlier=earlier), words),
        at=utc_moment(row.at),
        by=row.by,
        seq=row.seq,
        incident=row.incident,
        incident_title=row.filed_in or "",
        platform=row.platform,
        states=tuple(state for state, stands in states if stands),
        earlier=bool(row.earlier),
    )


def _parts(row: Any, *, earlier: bool) -> Iterator[tuple[str, str, bool]]:
    """Field, text and whether it was said earlier, of what was looked through."""
    for code, value in zip(row.fields.split(BETWEEN), row.words.split(BETWEEN)[2:], strict=False):
        yield code, value, False
    if earlier and row.earlier_fields:
        for code, value in zip(row.earlier_fields.split(BETWEEN), row.once.split(BETWEEN), strict=False):
            yield code, value, True


def _shown(parts: Iterable[tuple[str, str, bool]], words: Sequence[str]) -> tuple[SearchPart, ...]:
    """The fields with most of the words, each with the piece where they stand."""
    ranked = []
    for place, (code, value, earlier) in enumerate(parts):
        found = {one for _, _, one in matches(value, words, inside=code in INSIDE)}
        if found:
            ranked.append((-len(found), place, code, value, earlier))
    ranked.sort(key=lambda one: one[:2])
    return tuple(
        SearchPart(code, piece(value, words, inside=code in INSIDE), earlier)
        for _, _, code, value, earlier in ranked[:_PARTS_SHOWN]
    )
