"""The index tables of casework; derived from the entries like all of the index."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from evidence_app.vault.schema import INDEX

derived = Table(
    "derived",
    INDEX,
    Column("number", Text, primary_key=True),
    Column("original", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Index("derived_by_original", "original"),
)

parts = Table(
    "parts",
    INDEX,
    Column("number", Text, primary_key=True),
    Column("whole", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Index("parts_by_whole", "whole"),
)

# What a reader found inside a file, by its bytes: whatever else is said of it, these are in it.
inside = Table(
    "inside",
    INDEX,
    Column("number", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Index("inside_by_sha256", "sha256"),
)
