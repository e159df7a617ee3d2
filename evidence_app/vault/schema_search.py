"""The tables of the search; derived from the entries like all of the index.

What can be found has one row in `search_things` and one in `search_words`, both numbered by the entry that
brought it in; so newest first is by number. `search_words` is an FTS5 table: SQLite makes several tables of
its own for it, which nobody else touches.

`search_todo` has the entries whose rows are to be made anew. Acts only note them there, which keeps an act
light; the words follow before the next search. What is locked away or disposed of does not wait: its rows go
in the very transaction of that act.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, column, delete, table

from evidence_app.vault.schema import INDEX

search_things = Table(
    "search_things",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("incident", Text),
    Column("earlier", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("categories", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("earlier_fields", Text, nullable=False),
    Index("search_things_by_about", "about"),
)

search_todo = Table("search_todo", INDEX, Column("seq", Integer, primary_key=True))

BETWEEN: Final = "\x1e"
"""Between the texts in `words` (number and title first) and `earlier`, and between their fields."""

# What stands now; parts of handles and addresses that a word can begin with; what was said earlier.
COLUMNS: Final = ("words", "parts", "earlier")
search_words = table("search_words", column("rowid"), *(column(name) for name in COLUMNS))
search_terms = table("search_terms", column("term"), column("doc"), column("col"), column("offset"))
VIRTUAL: Final = (search_words.name, search_terms.name)

SHORT_PREFIXES: Final = (2, 3)
"""Lengths of which FTS5 keeps a list for every beginning of a word."""

_COLUMNS: Final = ", ".join(COLUMNS)
_TOKENS: Final = "tokenize = 'unicode61 remove_diacritics 2'"
_PREFIXES: Final = f"prefix = '{' '.join(map(str, SHORT_PREFIXES))}'"
_MAKE: Final = (
    f"CREATE VIRTUAL TABLE search_words USING fts5({_COLUMNS}, {_TOKENS}, {_PREFIXES}, columnsize = 0)",
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab(search_words, instance)",
    # Without it FTS5 only marks what is deleted, and a word would stay in the file until some later merge.
    "INSERT INTO search_words(search_words, rank) VALUES ('secure-delete', 1)",
)

_BULK_BYTES: Final = 16 * 1024 * 1024
_DEFAULT_BYTES: Final = 1024 * 1024
_DEFAULT_MERGE: Final = 4


def make_words(connection: Connection) -> None:
    """Make the FTS5 tables, empty, also where there are some."""
    for name in VIRTUAL:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    for statement in _MAKE:
        connection.exec_driver_sql(statement)


def empty(connection: Connection) -> None:
    """As if nothing could be found."""
    make_words(connection)
    for one in (search_things, search_todo):
        connection.execute(delete(one))


def expect_many(connection: Connection, *, many: bool) -> None:
    """Tell FTS5 that very many rows follow, or that they are all there: then it puts itself in order."""
    for name, value in (
        ("hashsize", _BULK_BYTES if many else _DEFAULT_BYTES),
        ("automerge", 0 if many else _DEFAULT_MERGE),
    ):
        connection.exec_driver_sql(
            "INSERT INTO search_words(search_words, rank) VALUES (?, ?)", (name, value)
        )
    if not many:
        connection.exec_driver_sql("INSERT INTO search_words(search_words) VALUES ('optimize')")
