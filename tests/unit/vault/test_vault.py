"""The open vault: one way to write, numbers that are never reused, signed checkpoints."""

from __future__ import annotations

import importlib
import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from evidence_app import ledger
from evidence_app.crypto import sshsig
from evidence_app.crypto.sshsig import SigningKey, public_line
from evidence_app.errors import StorageError, UsageError, UserError
from evidence_app.records import ContactCard, EntryKind, Role, Said, SealedBundle, Source
from evidence_app.vault import acts, check, recording, schema, vault
from evidence_app.vault.acts import Act
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests.vaults import PASSPHRASE, Sample, capture, light_key_slots, png

pytest_plugins = ["tests.vault_fixtures"]

RUTH = SigningKey(bytes(range(32)))


def card(name: str = "Mrs Ruth Calloway", key: bytes = RUTH.public_key) -> ContactCard:
    return ContactCard(name, "Headteacher", "Larkmere Academy", key, "age1example")


# --- the record -------------------------------------------------------------------------------------


def test_the_first_entries(opened: Vault) -> None:
    created = opened.read.entry(1)
    assert created.kind is EntryKind.VAULT_CREATED
    assert created.by == "Helen Ashdown"
    assert created.data == {
        "format": 1,
        "vault": opened.label.vault_id,
        "owner": {"name": "Helen Ashdown", "role": "staff", "school": "Larkmere Academy", "initials": "HXA"},
        "signing_key": public_line(opened.signing_key.public_key),
        "recipient": opened.identity.recipient.to_string(),
    }
    assert opened.read.entry(2).data == {"slot": "passphrase"}
    assert (opened.owner.name, opened.owner.role, opened.owner.initials) == (
        "Helen Ashdown",
        Role.STAFF,
        "HXA",
    )


def test_the_chain_grows_by_what_is_recorded(opened: Vault) -> None:
    size, link = opened.head
    entries = opened.record_all([acts.incident_opened("One"), acts.incident_opened("Two")])
    assert [entry.seq for entry in entries] == [size + 1, size + 2]
    for entry in entries:
        link = ledger.next_link(link, entry.commitment)
        assert entry.link == link
        assert opened.read.entry(entry.seq) == entry
    assert opened.head == (size + 2, link)
    commitments = opened.read.commitments(size + 2)
    split = [commitments[at : at + 32] for at in range(0, len(commitments), 32)]
    assert ledger.chain(opened.label.vault_id, split) == link


def test_all_or_nothing(opened: Vault) -> None:
    before = opened.head, opened.read.incidents()
    with pytest.raises(UsageError, match="no incident"):
        opened.record_all([acts.incident_opened("One"), acts.exhibit_filed("HXA/001", "INC-077")])
    with pytest.raises(UsageError, match="no exhibit"):
        opened.record(acts.exhibit_viewed("HXA/077"))
    assert (opened.head, opened.read.incidents()) == before
    assert opened.record(acts.incident_opened("One")).data["reference"] == "INC-003"


def test_references_are_written_in_full(opened: Vault) -> None:
    """A person may write inc-1 or 1; the record and every list know one name."""
    opened.record(acts.incident_stated("inc-1", [Said("facts", "Short", Source.TYPED)]))
    opened.record(acts.exhibit_stated("hxa-3", [Said("handle", "@x", Source.TYPED)]))
    opened.record(acts.exhibit_filed("3", "2"))
    entry = capture(opened, png(9), "1")
    assert entry.data["incident"] == "INC-001"
    assert opened.read.incident("INC-001").statements["facts"].value == "Short"
    exhibit = opened.read.exhibit("HXA/003")
    assert (exhibit.incident, exhibit.statements["handle"].value) == ("INC-002", "@x")
    assert [one.number for one in opened.read.exhibits("INC-001")] == ["HXA/001", "HXA/002", "HXA/004"]
    assert [entry.kind for entry in opened.read.entries_about("HXA/003")] == [
        EntryKind.EXHIBIT_CAPTURED,
        EntryKind.EXHIBIT_STATED,
        EntryKind.EXHIBIT_FILED,
    ]
    assert check.check(opened).problems == ()


@pytest.mark.parametrize(
    "wrong", ["", "INC-", "INC-000", "0", "PXS/001", "INC-1;", "١", "INC-9999999999", "HXA/004"]
)
def test_references_that_name_nothing(opened: Vault, wrong: str) -> None:
    with pytest.raises(UsageError):
        opened.read.exhibit(wrong)
    with pytest.raises(UsageError):
        opened.read.incident(wrong)


def test_filing_moves_an_exhibit_and_keeps_the_counts(opened: Vault) -> None:
    for incident in ("INC-002", "INC-001", "INC-001"):
        opened.record(acts.exhibit_filed("HXA/003", incident))
    counts = {one.reference: one.exhibits for one in opened.read.incidents()}
    assert counts == {"INC-001": 3, "INC-002": 0}
    assert opened.read.unfiled() == 0
    assert check.check(opened).problems == ()


def test_a_later_statement_is_shown_and_the_earlier_kept(opened: Vault) -> None:
    for value in ("first", "second"):
        opened.record(acts.exhibit_stated("HXA/001", [Said("handle", value, Source.TYPED)]))
    assert opened.read.exhibit("HXA/001").statements["handle"].value == "second"
    said = [one.value for one in opened.read.statements("HXA/001") if one.field == "handle"]
    assert said == ["first", "second"]
    assert opened.read.incident("INC-001").title == "Anonymous posts about staff"


def test_half_characters_of_a_window_title_do_not_stop_a_capture(opened: Vault) -> None:
    entry = capture(opened, png(9), None, title="half \ud83d a picture")
    window = opened.read.exhibit(str(entry.data["number"])).observed.window
    assert window is not None
    assert window.title == "half ? a picture"
    assert check.check(opened).problems == ()


def test_a_confirmation_is_of_a_key_under_a_name(opened: Vault) -> None:
    opened.record(acts.contact_added(card()))
    (ruth,) = opened.read.contacts()
    opened.record(acts.contact_confirmed(ruth, "compared in person"))
    opened.record(acts.contact_added(card()))
    (ruth,) = opened.read.contacts()
    assert ruth.confirmed_how == "compared in person"
    opened.record(acts.contact_added(card(name="Mr Alan Thwaite")))
    (alan,) = opened.read.contacts()
    assert (alan.name, alan.confirmed_at, alan.confirmed_how) == ("Mr Alan Thwaite", None, "")
    assert check.check(opened).problems == ()


def test_a_sealed_bundle_is_counted_with_its_incident(opened: Vault) -> None:
    exhibits = opened.read.exhibits("INC-001")
    moment = datetime(2026, 3, 12, tzinfo=UTC)
    sealed = SealedBundle("/x/y.evidence", str(uuid4()), 1234, 9, 2, "ab" * 32, ("word",) * 8, moment)
    opened.record(acts.bundle_sealed(sealed, "1", ["Ruth"], ["age1x"], exhibits, {}, "act", 11, "y.evidence"))
    (row,) = opened.read.bundles("INC-001")
    assert (row.bundle_id, row.sealed_for, row.exhibits, row.size) == (sealed.bundle_id, ("Ruth",), 2, 1234)
    assert opened.read.incident("INC-001").bundles == 1
    assert opened.read.entries_about("HXA/002")[-1].kind is EntryKind.BUNDLE_SEALED
    assert check.check(opened).problems == ()


def test_the_name_of_the_computer_may_be_anything(opened: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "staff\udcffroom")
    assert opened.record(acts.incident_opened("One")).on == "staff?room"


# --- checkpoints ------------------------------------------------------------------------------------


def test_a_checkpoint_is_signed_and_extends_the_last(opened: Vault) -> None:
    signed = opened.checkpoint()
    assert (signed.checkpoint.size, signed.checkpoint.link) == opened.head
    key = sshsig.verify(signed.text, signed.signature, "evidence-ledger")
    assert key == opened.signing_key.public_key
    assert opened.read.latest_checkpoint() == signed


def test_a_checkpoint_at_lock_and_at_an_opening_a_day_later(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sizes(opened: Vault) -> int:
        latest = opened.read.latest_checkpoint()
        assert latest is not None
        return latest.checkpoint.size

    with sample.open() as opened:
        assert sizes(opened) == 10

    with sample.open() as opened:
        assert sizes(opened) == 12

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Tomorrow:
            return super().now(tz) + timedelta(hours=25)

    monkeypatch.setattr(recording, "datetime", Tomorrow)
    with sample.open() as opened:
        assert sizes(opened) == 15


def test_a_vault_that_stays_open_is_checkpointed_every_day(
    opened: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checkpoints() -> int:
        with opened.read.reading() as connection:
            return len(connection.execute(select(schema.checkpoints.c.number)).all())

    before = checkpoints()
    opened.record(acts.incident_opened("Today"))
    assert checkpoints() == before

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Tomorrow:
            return super().now(tz) + timedelta(hours=25)

    monkeypatch.setattr(recording, "datetime", Tomorrow)
    opened.record(acts.incident_opened("Tomorrow"))
    opened.record(acts.incident_opened("Tomorrow again"))
    assert checkpoints() == before + 1


# --- making, opening, locking -----------------------------------------------------------------------


def test_what_lies_in_a_locked_vault(sample: Sample) -> None:
    sample.open().close()
    assert sorted(path.name for path in sample.folder.iterdir()) == [
        "keys",
        "ledger.db",
        "lock",
        "objects",
        "vault.json",
    ]


def test_a_new_vault_holds_no_connection_of_its_making(tmp_path: Path) -> None:
    """Or its log could never be folded in, and Windows could not have renamed the folder."""
    with light_key_slots():
        made, _ = vault.create(tmp_path / "new", name="H A", role=Role.HEAD, school="", passphrase=PASSPHRASE)
    made.close()
    assert not list((tmp_path / "new").glob("ledger.db-*"))


def test_opening_with_the_recovery_words_is_recorded(sample: Sample) -> None:
    with vault.unlock(sample.folder, sample.words, Slot.RECOVERY) as opened:
        assert opened.read.entries()[0].data == {"slot": "recovery"}


@pytest.mark.parametrize(
    ("step", "call"),
    [
        ("keys.sync_folder", 1),  # the key slots
        ("database.open_engine", 1),  # the record
        ("database.create_tables", 1),
        ("disk.sync_folder", 1),  # the finished draft
        ("disk.sync_folder", 2),  # its name
        ("database.open_engine", 2),  # the first opening
    ],
)
def test_a_vault_that_could_not_be_made_whole_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, call: int
) -> None:
    """Also when only its first opening fails: its recovery words have not been shown to anybody."""
    module, name = step.split(".")
    room = "evidence_app" if module == "disk" else "evidence_app.vault"
    owner = importlib.import_module(f"{room}.{module}")
    real, calls = getattr(owner, name), itertools.count(1)

    def fail(*given: Any, **more: Any) -> Any:
        if next(calls) == call:
            raise OSError(5, "Input/output error")
        return real(*given, **more)

    monkeypatch.setattr(owner, name, fail)
    with light_key_slots(), pytest.raises(StorageError, match="Input/output error"):
        vault.create(tmp_path / "new", name="H A", role=Role.HEAD, school="", passphrase=PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_a_weak_passphrase_or_an_empty_name_makes_no_vault(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too easy"):
        vault.create(tmp_path / "new", name="H A", role=Role.HEAD, school="", passphrase="password")
    with pytest.raises(UsageError, match="name is empty"):
        vault.create(tmp_path / "new", name=" ", role=Role.HEAD, school="", passphrase=PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_an_error_inside_a_session_still_locks(sample: Sample) -> None:
    with pytest.raises(ZeroDivisionError), sample.open() as opened:
        opened.record(acts.incident_opened("One" * (1 // 0)))
    with sample.open() as opened:
        assert [entry.kind for entry in opened.read.entries(limit=2)] == [
            EntryKind.VAULT_UNLOCKED,
            EntryKind.VAULT_LOCKED,
        ]


def test_an_act_too_large_for_an_entry_changes_nothing(opened: Vault) -> None:
    before = opened.head
    with pytest.raises(ledger.LedgerError, match="4 MiB"):
        opened.record(Act(EntryKind.VAULT_INTERRUPTED, {"files": ["x" * ledger.MAX_BODY_BYTES]}))
    assert opened.head == before
