"""The part of the vault check that reads the record: its chain, its receipts, and the index derived again."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from sqlalchemy import Connection, Engine, exc, func, select, text

from evidence_app import disk, ledger
from evidence_app.errors import EvidenceError, IntegrityError, NewerFormatError
from evidence_app.records import Entry, EntryKind
from evidence_app.records_json import Fields
from evidence_app.vault import check_outside, check_signed, database, index, index_search, schema
from evidence_app.vault.check_findings import Findings, Record
from evidence_app.vault.check_pages import damaged_pages
from evidence_app.vault.decode import captured_objects
from evidence_app.vault.index_safeguards import numbers
from evidence_app.vault.layout import DATABASE_KEY_INFO, INDEX_CHECK, LEDGER
from evidence_app.vault.queries_record import entry_rows
from evidence_app.vault.schema_search import make_words, search_words
from evidence_app.vault.vault import Vault
from evidence_app.vault.witnesses import witness

_BATCH = 1000


def check_record(vault: Vault, record: Record, findings: Findings) -> None:
    """Check the chain and derive the index again, in a throw-away encrypted database, to compare."""
    fresh_path = vault.folder / INDEX_CHECK
    key = vault.identity.derive(DATABASE_KEY_INFO)
    with disk.explained("Nothing was changed."):
        database.remove(fresh_path)
    for message in damaged_pages(vault):
        findings.add("record-damaged", "ledger.db", message)
    fresh = database.open_engine(fresh_path, key, durable=False)
    try:
        with vault.read.reading() as source:
            with database.writing(fresh) as target, target.begin():
                schema.INDEX.create_all(target)
                make_words(target)
            try:
                database.attach(source, fresh_path, "fresh", key)
                with ExitStack() as stack:
                    with vault.up_to_date():
                        stack.enter_context(source.begin())
                        # What this transaction sees is settled by the first thing that it reads.
                        record.size = source.execute(select(func.max(schema.entries.c.seq))).scalar() or 0
                    with database.writing(fresh) as target, target.begin():
                        _check_chain(vault, source, target, record, findings)
                    _derive_words(vault, fresh, key)
                    _compare(source, findings)
            finally:
                # This connection knows the throw-away database and must not go back to the others.
                source.invalidate()
    finally:
        fresh.dispose()
        with suppress(OSError):  # what is left is removed at the next opening
            database.remove(fresh_path)


def _derive_words(vault: Vault, fresh: Engine, key: bytes) -> None:
    """The words of the search, from the index that was just derived and the entries themselves."""
    # Not `writing`: that would keep everybody else from writing into the record meanwhile.
    with fresh.connect() as target:
        try:
            # The throw-away database has no table of entries, so the name means the one of the record.
            database.attach(target, vault.folder / LEDGER, "record", key)
            with target.begin():
                index_search.fill(target)
        finally:
            target.invalidate()


def _check_chain(
    vault: Vault, source: Connection, target: Connection, record: Record, findings: Findings
) -> None:
    """Recompute every commitment and link, and hold the signed checkpoints against them."""
    findings.total += record.size
    checkpoints = check_signed.checkpoints(vault, source, findings.add)
    record.link = ledger.first_link(vault.label.vault_id)
    expected = 1
    for seq, body, salt, committed, stored_link in entry_rows(source):
        where = f"entry {seq}"
        if seq != expected:
            findings.add("entry-missing", f"entry {expected}", f"Entry {expected} of the record is missing.")
        expected = seq + 1
        if body is None and salt is None:
            record.erased.add(seq)
            entry = None
        else:
            entry = _check_entry(seq, body, salt, committed, findings)
        if entry is not None:
            record.note_time(entry)
            _derive(target, entry, record, findings)
        link = ledger.next_link(record.link, committed)
        if link != stored_link:
            findings.add("link-broken", where, f"The chain of the record breaks at entry {seq}.")
        record.link = stored_link
        for promised in checkpoints.pop(seq, ()):
            if promised != stored_link:
                findings.add(
                    "checkpoint-differs", where, f"The record up to entry {seq} differs from a signed one."
                )
        if seq % _BATCH == 0 or seq == record.size:
            findings.say(_BATCH if seq % _BATCH == 0 else seq % _BATCH, "Checking the record")
    _check_receipts(vault, source, record, findings)
    check_outside.check(source, record.outside, findings)
    _check_erased(record, findings)
    for at in checkpoints:
        if at > record.size:
            findings.add(
                "record-shortened",
                f"entry {at}",
                f"The record once had {at} entries and is shorter now.",
            )


def _check_entry(
    seq: int, body: bytes | None, salt: bytes | None, committed: bytes, findings: Findings
) -> Entry | None:
    where = f"entry {seq}"
    if body is None or salt is None:
        findings.add("entry-erased", where, f"The content of entry {seq} is gone.")
        return None
    try:
        if ledger.commitment(salt, body) != committed:
            findings.add("entry-changed", where, f"Entry {seq} is not the one that was recorded.")
            return None
        return ledger.parse_entry(seq, salt, body)
    except NewerFormatError as error:
        findings.add("entry-newer", where, str(error))
    except EvidenceError as error:
        findings.add("entry-unreadable", where, str(error))
    return None


def _check_receipts(vault: Vault, source: Connection, record: Record, findings: Findings) -> None:
    """Hold what readers signed of this record against it as it is now."""
    for entry in record.receipts:
        where = f"entry {entry.seq}"
        try:
            found = witness(entry)
        except IntegrityError as error:
            findings.add("receipt-broken", where, f"A recorded receipt does not check. {error}")
            continue
        if found is None:
            continue
        seen = found.seen
        link = source.execute(
            select(schema.entries.c.link).where(schema.entries.c.seq == seen.size)
        ).scalar_one_or_none()
        if (seen.vault_id, seen.link) != (vault.label.vault_id, link):
            findings.add(
                "receipt-differs",
                where,
                f"The first {seen.size} entries of the record are not those that were seen by {found.words}, "
                "who signed a receipt for them.",
            )


def _check_erased(record: Record, findings: Findings) -> None:
    """What is erased was disposed of, and what was disposed of is erased."""
    allowed = set[int]().union(*(entries for _, entries, _ in record.disposals.values()))
    for seq in sorted(record.erased - allowed):
        findings.add("entry-erased", f"entry {seq}", f"The content of entry {seq} is gone.")
    for seq in sorted(allowed - record.erased):
        findings.add(
            "disposal-unfinished",
            f"entry {seq}",
            f"Entry {seq} was disposed of, and its content is still here.",
        )


def _derive(target: Connection, entry: Entry, record: Record, findings: Findings) -> None:
    if entry.kind is EntryKind.RECEIPT_RECORDED:
        record.receipts.append(entry)
    if entry.kind in check_outside.KINDS:
        record.outside.append(entry)
    record.restored |= entry.kind is EntryKind.VAULT_RESTORED
    try:
        if entry.kind is EntryKind.EXHIBIT_DISPOSED:
            fields = Fields(entry.data, f"Entry {entry.seq} of the record")
            seqs = frozenset(seq for seq in numbers(fields, "entries") if seq < entry.seq)
            name = f"{fields.optional_text('received') or ''} {fields.text('number')}".strip()
            record.disposals[entry.seq] = (name, seqs, frozenset(fields.texts("objects")))
        record.objects += captured_objects(entry)
        index.apply(target, entry)
    except EvidenceError as error:
        findings.add("entry-unreadable", f"entry {entry.seq}", str(error))
    except exc.IntegrityError:
        findings.add(
            "entry-repeats", f"entry {entry.seq}", f"Entry {entry.seq} uses a number that is already taken."
        )


def _compare(connection: Connection, findings: Findings) -> None:
    for table in schema.INDEX.sorted_tables:
        name = table.name
        for one, other, what in (("main", "fresh", "too much"), ("fresh", "main", "missing")):
            # Names come from our own schema; there is nothing to bind.
            query = f"SELECT * FROM {one}.{name} EXCEPT SELECT * FROM {other}.{name} LIMIT 1"  # noqa: S608
            if connection.execute(text(query)).first() is not None:
                findings.add(
                    "index-differs",
                    f"table {name}",
                    f"The list of {name} does not match the record (something is {what}). "
                    "The record itself is what counts.",
                )
                break
        findings.say(0, "Checking the index")
    if index_search.differs(connection, "main", "fresh"):
        findings.add(
            "index-differs",
            f"table {search_words.name}",
            "The words of the search do not match the record. The record itself is what counts.",
        )
