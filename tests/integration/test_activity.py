"""The whole ledger as a list: which acts there are, narrowed by kind, day and what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.errors import IntegrityError
from evidence_app.records import ActivityFilters, EntryKind, Role, Said, Source
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from tests import vaults
from tests.desks import desk, open_incident, picture
from tests.vaults import Sample

pytest_plugins = ["tests.vault_fixtures"]

VIEWED = EntryKind.EXHIBIT_VIEWED


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """Helen's: HXA/001 and HXA/002 in INC-001, HXA/003 in none; the first one was filed there later."""
    with desk(tmp_path / "a.evidence-vault", "Helen Ashdown", Role.STAFF) as made:
        open_incident(made, "Posts about my lessons")
        vaults.no_stop(made, None)
        workflows.keep(made, picture(10), None)
        workflows.keep(made, picture(20), "INC-001")
        workflows.keep(made, picture(30), None)
        made.record(acts.exhibit_stated("HXA/001", [Said("note", "At the bus stop", Source.TYPED)]))
        made.record(acts.exhibit_filed("HXA/001", "INC-001"))
        workflows.view(made, "HXA/003")
        yield made


def kinds(vault: Vault, filters: ActivityFilters) -> list[tuple[str, str]]:
    """Kind and number of what is listed."""
    entries = vault.read.entries_of(listed := vault.read.acts(filters).seqs)
    return [(entries[seq].kind.value, str(entries[seq].data.get("number", ""))) for seq in listed]


def test_all_of_it_newest_first_with_its_moments(vault: Vault) -> None:
    found = vault.read.acts()
    assert found.seqs == tuple(range(vault.head[0], 0, -1))
    assert found.size == vault.head[0]
    assert list(found.at) == sorted(found.at, reverse=True)
    assert all(at.endswith("Z") for at in found.at)


def test_by_kind(vault: Vault) -> None:
    assert kinds(vault, ActivityFilters(kinds=frozenset({VIEWED}))) == [("exhibit.viewed", "HXA/003")]
    assert vault.read.acts(ActivityFilters(kinds=frozenset({EntryKind.RECEIPT_ISSUED}))).seqs == ()


def test_about_an_exhibit(vault: Vault) -> None:
    found = vault.read.acts(ActivityFilters(about="HXA/001")).seqs
    assert found == tuple(one.seq for one in reversed(vault.read.entries_about("HXA/001")))
    assert vault.read.acts(ActivityFilters(about="HXA/009")).seqs == ()


def test_about_an_incident_with_its_exhibits_from_before_they_were_filed(vault: Vault) -> None:
    found = kinds(vault, ActivityFilters(about="INC-001"))
    assert ("exhibit.captured", "HXA/001") in found
    assert ("exhibit.captured", "HXA/002") in found
    assert not any(number == "HXA/003" for _, number in found)


def test_by_day_the_end_is_not_in_it(vault: Vault) -> None:
    entry = vault.read.entry(4)
    since = vault.read.acts(ActivityFilters(since=entry.at))
    until = vault.read.acts(ActivityFilters(until=entry.at))
    assert 4 in since.seqs
    assert 4 not in until.seqs
    assert len(since.seqs) + len(until.seqs) == vault.head[0]
    assert since.size == until.size == vault.head[0]
    later = vault.read.entry(vault.head[0]).at + timedelta(seconds=1)
    assert vault.read.acts(ActivityFilters(since=later)).seqs == ()


def test_one_that_cannot_be_read_is_left_out_and_the_others_are_there(sample: Sample) -> None:
    with sample.open() as vault:
        with vault._writer.begin() as _:
            connection = vault._writer.connection.dbapi_connection
            assert connection is not None
            connection.cursor().execute("DROP TRIGGER entries_no_update")
            connection.cursor().execute("UPDATE entries SET body = '{' WHERE seq = 4")
        assert set(vault.read.entries_of([3, 4, 5])) == {3, 5}
        assert vault.read.erased([3, 4, 5]) == frozenset()
        with pytest.raises(IntegrityError):
            vault.read.entry(4)


def test_checkpoints_oldest_first(vault: Vault) -> None:
    vault.checkpoint()
    workflows.view(vault, "HXA/003")
    vault.checkpoint()
    sizes = [one.checkpoint.size for one in vault.read.checkpoints()][-2:]
    assert sizes == [vault.head[0] - 1, vault.head[0]]
    assert vault.read.checkpoints()[-1].checkpoint.link == vault.head[1]


def test_where_exhibits_are_filed(vault: Vault) -> None:
    assert vault.read.filed() == {"HXA/001": "INC-001", "HXA/002": "INC-001"}
