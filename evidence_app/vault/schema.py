"""The tables of `ledger.db`.

`entries` and `checkpoints` are the record and can only grow; every other table is an index derived
from the entries and can be built again from them.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

RECORD = MetaData()
INDEX = MetaData()

entries = Table(
    "entries",
    RECORD,
    Column("seq", Integer, primary_key=True),
    Column("body", LargeBinary),
    Column("salt", LargeBinary),
    Column("commitment", LargeBinary, nullable=False),
    Column("link", LargeBinary, nullable=False),
    CheckConstraint("length(commitment) = 32 AND length(link) = 32"),
    CheckConstraint("(body IS NULL) = (salt IS NULL)"),
)

checkpoints = Table(
    "checkpoints",
    RECORD,
    Column("number", Integer, primary_key=True),
    Column("text", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

acts = Table(
    "acts",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("acts_by_kind", "kind", "seq"),
)

subjects = Table(
    "subjects",
    INDEX,
    Column("subject", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

incidents = Table(
    "incidents",
    INDEX,
    Column("serial", Integer, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
    Column("exhibits", Integer, nullable=False),
    Column("bundles", Integer, nullable=False),
)

exhibits = Table(
    "exhibits",
    INDEX,
    Column("serial", Integer, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("incident", Text),
    Column("method", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("object_id", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sealed_at", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Index("exhibits_by_incident", "incident", "serial"),
    Index("exhibits_by_digest", "sha256"),
    Index("exhibits_by_size", "size"),
)

# Files of an exhibit beside its picture: a web page as it was saved, its certificates.
exhibit_files = Table(
    "exhibit_files",
    INDEX,
    Column("number", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("object_id", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)

statements = Table(
    "statements",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("about", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index("statements_by_about", "about", "field", "seq", "position"),
)

contacts = Table(
    "contacts",
    INDEX,
    Column("signing_key", LargeBinary, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("added_at", Text, nullable=False),
    Column("confirmed_at", Text),
    Column("confirmed_how", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)

replaced_keys = Table(
    "replaced_keys",
    INDEX,
    Column("signing_key", LargeBinary, primary_key=True),
    Column("by_key", LargeBinary, nullable=False),
    Column("at", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)

bundles = Table(
    "bundles",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("bundle_id", Text, nullable=False, unique=True),
    Column("incident", Text, nullable=False),
    Column("sealed_for", Text, nullable=False),
    Column("exhibits", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sealed_at", Text, nullable=False),
    Index("bundles_by_incident", "incident", "seq"),
)

seen_ledgers = Table(
    "seen_ledgers",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("signing_key", LargeBinary, nullable=False),
    Column("vault_id", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("link", LargeBinary, nullable=False),
    Column("seen_at", Text, nullable=False),
)

received = Table(
    "received",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("serial", Integer, nullable=False, unique=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("object_id", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("bundle_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Index("received_by_bundle", "bundle_id", "seq"),
)

received_checks = Table(
    "received_checks",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("received", Text, nullable=False),
    Column("state", Text, nullable=False),
    Index("received_checks_by_bundle", "received", "seq"),
)

received_exhibits = Table(
    "received_exhibits",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("received", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("object_id", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Index("received_exhibits_by_bundle", "received", "number", unique=True),
)

received_stated = Table(
    "received_stated",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("received", Text, nullable=False),
    Column("value", Text, nullable=False),
    Index("received_stated_by_field", "field", "seq"),
)

forwarded = Table(
    "forwarded",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("received", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Index("forwarded_by_bundle", "received", "seq"),
)

receipts = Table(
    "receipts",
    INDEX,
    Column("seq", Integer, primary_key=True),
    Column("bundle_id", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("issued", Integer, nullable=False),
    Index("receipts_by_bundle", "bundle_id", "seq"),
    Index("receipts_by_file", "sha256"),
)

# Nothing is changed or deleted, but that a lawful disposal may erase one entry's body and salt.
TRIGGERS = (
    """CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
       BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END""",
    """CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
       WHEN NOT (NEW.body IS NULL AND NEW.salt IS NULL AND OLD.body IS NOT NULL AND NEW.seq IS OLD.seq
                 AND NEW.commitment IS OLD.commitment AND NEW.link IS OLD.link)
       BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END""",
    """CREATE TRIGGER entries_in_order BEFORE INSERT ON entries
       WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM entries), 0)
       BEGIN SELECT RAISE(ABORT, 'entries follow one another'); END""",
    # Without `recursive_triggers` an INSERT OR REPLACE would get round the trigger on DELETE.
    """CREATE TRIGGER checkpoints_no_replace BEFORE INSERT ON checkpoints
       WHEN EXISTS (SELECT 1 FROM checkpoints WHERE number = NEW.number)
       BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END""",
    """CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints
       BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END""",
    """CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints
       BEGIN SELECT RAISE(ABORT, 'checkpoints are never changed'); END""",
)
