"""A vault of an earlier version has fewer index tables: they are made and filled when it is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.vault import check, schema
from evidence_app.vault.vault import Vault
from tests.desks import seal, teacher_and_head
from tests.vaults import Sample, tampering

pytest_plugins = ["tests.vault_fixtures"]


def test_a_missing_table_is_made_and_filled(tmp_path: Path) -> None:
    with teacher_and_head(tmp_path) as (teacher, head):
        workflows.issue_receipt(head, seal(teacher, tmp_path / "a.evidence"), tmp_path / "a.evidence-receipt")
        row = workflows.record_receipt(teacher, (tmp_path / "a.evidence-receipt").read_bytes())
        teacher.close()
        sample = Sample(teacher.folder, teacher.identity, "")
    with tampering(sample) as connection:
        connection.execute("DROP TABLE receipts")
    with sample.open() as opened:
        assert opened.read.receipts() == (row,)
        assert check.check(opened).problems == ()


@pytest.mark.parametrize(
    "gone",
    [
        ("received_exhibits",),
        ("forwarded",),
        ("received_checks",),
        ("received_exhibits", "forwarded", "received_checks"),  # as of the version before
    ],
)
def test_what_was_received_is_found_again(tmp_path: Path, gone: tuple[str, ...]) -> None:
    with teacher_and_head(tmp_path) as (teacher, head):
        workflows.receive(head, seal(teacher, tmp_path / "a.evidence"))
        workflows.check_received(head, "RCV-001")
        workflows.forward(head, "RCV-001", contacts=head.read.contacts(), out=tmp_path / "b.evidence")
        workflows.view_received(head, "RCV-001", "HXA/002")
        before = what_was_received(head)
        head.close()
        sample = Sample(head.folder, head.identity, "")
    with tampering(sample) as connection:
        for table in gone:
            connection.execute(f"DROP TABLE {table}")
    with sample.open() as opened:
        assert what_was_received(opened) == before
        assert opened.read.unfiled() == 0
        assert check.check(opened).problems == ()


def what_was_received(head: Vault) -> tuple[object, ...]:
    return (
        head.read.received(),
        head.read.received_exhibits("RCV-001"),
        head.read.forwarded("RCV-001"),
        head.read.entries_about("RCV-001 HXA/002"),
        sorted(head.read.object_ids()),
        sorted(head.read.stored_objects(), key=str),
    )


@pytest.mark.parametrize("table", [table.name for table in schema.INDEX.sorted_tables])
def test_every_table_of_the_index_can_be_missing(sample: Sample, table: str) -> None:
    with sample.open() as opened:
        before = (opened.read.incidents(), opened.read.exhibits("INC-001"), opened.read.contacts())
    with tampering(sample) as connection:
        connection.execute(f"DROP TABLE {table}")
    with sample.open() as opened:
        assert (opened.read.incidents(), opened.read.exhibits("INC-001"), opened.read.contacts()) == before
        assert check.check(opened).problems == ()


def test_an_entry_that_cannot_be_read_does_not_keep_the_vault_from_opening(sample: Sample) -> None:
    with tampering(sample) as connection:
        connection.execute("DROP TABLE receipts")
        connection.execute("UPDATE entries SET body = CAST('{}' AS BLOB) WHERE seq = 5")
    with sample.open() as opened:
        assert "entry-changed" in {one.code for one in check.check(opened).problems}


def test_a_missing_index_of_the_database_is_made(sample: Sample) -> None:
    with tampering(sample) as connection:
        connection.execute("DROP INDEX exhibits_by_digest")
    with sample.open() as opened:
        assert check.check(opened).problems == ()
    with tampering(sample) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT number FROM exhibits WHERE sha256 = 'a'"
        ).fetchall()
    assert "exhibits_by_digest" in str(plan)
