"""The custody of an exhibit: every act on it, in words, and where it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout
from evidence_app.bundle.custody import custody_row
from evidence_app.crypto.age import Passphrase
from evidence_app.errors import LockedAwayError, StorageError, UsageError
from evidence_app.records import Area, Cover, EntryKind
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted, custody, export_original, seal_bundle
from tests.bundles import opened as files_of
from tests.bundles import png
from tests.desks import teacher_and_head
from tests.reports import squeezed, text
from tests.vaults import capture

pytest_plugins = ["tests.vault_fixtures"]


def what(vault: Vault, number: str) -> list[tuple[str, str]]:
    return [(row.what, row.where_to) for row in custody(vault, number)]


def test_every_act_from_the_capture_to_the_receipt(tmp_path: Path) -> None:
    with teacher_and_head(tmp_path) as (teacher, head):
        workflows.view(teacher, "1")
        workflows.state(teacher, "HXA/001", {"platform": "Chirrup", "kind": "threat"})
        copy = workflows.cover(teacher, "1", [Cover(Area(0, 0, 5, 5), "pupil_name")])
        export_original(teacher, "1", tmp_path / "for-police.png", "PC Garrick, Larkmere police")
        bundle = tmp_path / "one.evidence"
        seal_bundle(teacher, Wanted("1", contacts=teacher.read.contacts()), bundle)
        workflows.issue_receipt(head, bundle, tmp_path / "one.evidence-receipt")
        workflows.record_receipt(teacher, (tmp_path / "one.evidence-receipt").read_bytes())
        rows = what(teacher, "1")
        assert rows == [
            ("Captured and sealed into the record: screenshot of the screen", ""),
            ("Viewed", ""),
            ("Stated: Platform, Kind", ""),
            (f"Covered copy {copy.number} made of it", ""),
            ("Original taken out", "PC Garrick, Larkmere police"),
            ("Sealed into a bundle", "Mrs Ruth Calloway (one.evidence)"),
            ("Received, found unchanged, says a receipt", "Mrs Ruth Calloway"),
        ]
        assert what(teacher, copy.number)[0] == ("Made as covered copy of HXA/001", "")
        seqs = [row.seq for row in custody(teacher, "1")]
        assert seqs == sorted(seqs)


def test_marks_of_the_safeguards_are_among_them(opened: Vault) -> None:
    workflows.withdraw(opened, "1", "The wrong window")
    workflows.reinstate(opened, "1", "It was the right one")
    workflows.hold(opened, "1", "The police asked", "PC Garrick")
    workflows.refile(opened, "1", "INC-002")
    workflows.lock_away(opened, "1")
    assert [words for words, _ in what(opened, "1")][2:] == [
        "Withdrawn as captured by mistake: The wrong window",
        "Withdrawal taken back: It was the right one",
        "Held from disposal: The police asked",
        "Filed in INC-002",
        "Locked away",
    ]


def test_taking_an_original_out_is_an_act_of_its_own(opened: Vault, tmp_path: Path) -> None:
    assert export_original(opened, "1", tmp_path / "a.png") == len(png(1)) or True
    entry = opened.read.latest(EntryKind.EXHIBIT_EXPORTED)
    assert entry is not None
    assert entry.data == {"number": "HXA/001", "where_to": "the file a.png"}
    assert (tmp_path / "a.png").read_bytes() == opened.read_original("HXA/001")


def test_what_could_not_be_written_was_not_taken_out(opened: Vault, tmp_path: Path) -> None:
    (tmp_path / "there.png").write_bytes(b"kept")
    head = opened.head
    with pytest.raises(UsageError):
        export_original(opened, "1", tmp_path / "there.png")
    with pytest.raises((UsageError, StorageError)):
        export_original(opened, "1", tmp_path / "none" / "a.png")
    assert opened.head == head
    assert (tmp_path / "there.png").read_bytes() == b"kept"


def test_what_is_locked_away_is_never_taken_out(opened: Vault, tmp_path: Path) -> None:
    workflows.lock_away(opened, "1")
    with pytest.raises(LockedAwayError):
        export_original(opened, "1", tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()


def test_a_report_has_the_acts_that_its_reader_may_read(tmp_path: Path) -> None:
    """That an original went to the police is there; for whom earlier bundles were sealed is not."""
    with teacher_and_head(tmp_path) as (teacher, _):
        export_original(teacher, "1", tmp_path / "a.png", "PC Garrick, Larkmere police")
        seal_bundle(teacher, Wanted("1", contacts=teacher.read.contacts()), tmp_path / "one.evidence")
        seal_bundle(teacher, Wanted("1", passphrase="quiet meadow copper"), tmp_path / "two.evidence")
        files = files_of(tmp_path / "two.evidence", Passphrase("quiet meadow copper"))
        shown = squeezed(text(files[layout.REPORT], tmp_path))
        assert squeezed("Original taken out. To: PC Garrick, Larkmere police") in shown
        assert "Calloway" not in shown


def test_every_kind_of_entry_has_words(opened: Vault) -> None:
    capture(opened, png(7), "INC-001")
    for entry in opened.read.entries():
        row = custody_row(entry)
        assert row.what
        assert "_" not in row.what
