"""The index tables of the safeguards; derived from the entries like all of the index.

`received` is empty for an exhibit of this vault, else the reference of the received bundle it came in.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from evidence_app.vault.schema import INDEX

stop_answers = Table(
    "stop_answers",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("incident", Text),
    Column("answer", Text, nullable=False),
    Column("files", Integer),
    Column("advised_by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index("stop_answers_by_incident", "incident", "seq"),
)

# The digest stands here too: the same bytes are locked away wherever they are.
locked_away = Table(
    "locked_away",
    INDEX,
    Column("received", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("sha256", Text),
    Column("why", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Index("locked_away_by_digest", "sha256"),
)

withdrawn = Table(
    "withdrawn",
    INDEX,
    Column("number", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)

holds = Table(
    "holds",
    INDEX,
    Column("about", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)

instructions = Table(
    "instructions",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("received", Text, nullable=False),
    Column("number", Text, nullable=False),
    Index("instructions_by_exhibit", "received", "number", "seq"),
)

referrals = Table(
    "referrals",
    INDEX,
    Column("serial", Integer, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("seq", Integer, nullable=False),
)

disposals = Table(
    "disposals",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("received", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("incident", Text),
    Column("completed_at", Text),
    Index("disposals_by_exhibit", "received", "number", unique=True),
)

disposed_objects = Table(
    "disposed_objects",
    INDEX,
    Column("object_id", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
)
