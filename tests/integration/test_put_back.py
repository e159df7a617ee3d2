"""An old copy that is put in the place of a vault, and the backup that a lock brings up to date."""

from __future__ import annotations

import json
import shutil
from itertools import count
from pathlib import Path

import pytest

from evidence_app import paths, workflows
from evidence_app.records import EntryKind
from evidence_app.settings import KeepingSettings
from evidence_app.vault import backup, check, drill
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from evidence_app.workflows import remembering
from evidence_app.workflows.remembering import How
from tests import vaults
from tests.commands import Stage

pytest_plugins = ["tests.vault_fixtures", "tests.command_fixtures"]

P = ("--passphrase-file", "passphrase")
ON_LOCK = KeepingSettings(backup_on_lock=True)


def reopened(held: Vault) -> Vault:
    """Locked and remembered, then open again."""
    held.at_lock = workflows.remember
    held.close()
    return Vault.open(held.folder, held.identity, slot=Slot.PASSPHRASE)


# --- an old copy ----------------------------------------------------------------------------------------


def test_an_old_copy_is_noticed_once_and_the_vault_check_goes_on_naming_it(
    opened: Vault, tmp_path: Path
) -> None:
    held = reopened(opened)
    assert workflows.notice(held) is None
    held.close()
    old = tmp_path / "old"
    shutil.copytree(held.folder, old)
    held = Vault.open(held.folder, held.identity, slot=Slot.PASSPHRASE)
    vaults.capture(held, vaults.png(4096, 9))
    held = reopened(held)
    held.close()
    shutil.rmtree(held.folder)
    shutil.copytree(old, held.folder)
    back = Vault.open(held.folder, held.identity, slot=Slot.PASSPHRASE)
    try:
        found = workflows.notice(back)
        assert found is not None
        assert found.how is How.SHORTER
        assert "older copy of your vault" in found.sentence
        assert "ask your IT lead" in found.sentence
        (entry,) = back.read.entries(EntryKind.VAULT_REWOUND)
        assert entry.data["size"] == found.seen.size
        assert workflows.notice(back) is None, "told once"
        report = check.check(back)
        assert [one.code for one in report.problems if one.code == "record-rewound"]
    finally:
        back.abandon()


def test_a_record_that_was_written_anew_is_noticed_too(opened: Vault) -> None:
    held = reopened(opened)
    try:
        path = paths.user_config_dir() / remembering.HEADS
        kept = json.loads(path.read_text())
        kept["heads"][held.label.vault_id]["link"] = "00" * 32
        path.write_text(json.dumps(kept))
        found = workflows.notice(held)
        assert found is not None
        assert (found.how, found.missing) == (How.OTHER, 0)
    finally:
        held.abandon()


def test_a_backup_that_is_put_back_says_what_it_did_not_have(opened: Vault, tmp_path: Path) -> None:
    workflows.back_up(opened, tmp_path / "stick")
    vaults.capture(opened, vaults.png(4096, 9))
    held = reopened(opened)
    held.close()
    shutil.rmtree(held.folder)
    made, _ = backup.restore(tmp_path / "stick", held.folder, vaults.PASSPHRASE)
    try:
        found = workflows.notice(made)
        assert found is not None
        assert found.how is How.RESTORED
        assert "The backup did not have the newest" in found.sentence
        # It is told, and it is no fault of the record.
        assert check.check(made).problems == ()
    finally:
        made.abandon()


def test_what_is_remembered_has_no_content_and_a_damaged_file_is_no_obstacle(opened: Vault) -> None:
    held = reopened(opened)
    try:
        path = paths.user_config_dir() / remembering.HEADS
        (one,) = json.loads(path.read_text())["heads"].values()
        assert set(one) == {"size", "link", "at"}
        assert "Ashdown" not in path.read_text()
        for damage in (
            b"{",
            b"[]",
            b'{"heads":{"x":7}}',
            b'{"heads":{"x":{"size":1,"link":"zz","at":"no"}}}',
        ):
            path.write_bytes(damage)
            assert workflows.notice(held) is None
            assert json.loads(path.read_text())["heads"]
    finally:
        held.abandon()


def test_the_command_line_says_it(stage: Stage) -> None:
    helen = stage.helen.folder
    assert stage.inside("incident", "list", str(helen), *P).code == 0
    shutil.copytree(helen, stage.folder / "old")
    assert stage.inside("incident", "open", str(helen), "--title", "Another", *P).code == 0
    shutil.rmtree(helen)
    shutil.copytree(stage.folder / "old", helen)
    assert "older copy of your vault" in stage.inside("incident", "list", str(helen), *P).err
    assert "older copy" not in stage.inside("incident", "list", str(helen), *P).err
    checked = stage.inside("vault", "check", str(helen), *P)
    assert checked.code == 1
    assert "this computer" in checked.out


# --- the backup that a lock makes -------------------------------------------------------------------------


def test_a_lock_brings_the_backup_up_to_date(opened: Vault, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    assert not workflows.has_work(opened, ON_LOCK), "nowhere to go yet"
    workflows.back_up(opened, stick)
    last = workflows.last_backup(opened)
    assert last is not None
    assert (last.place, last.behind) == (stick, False)
    vaults.capture(opened, vaults.png(4096, 9))
    last = workflows.last_backup(opened)
    assert last is not None
    assert last.behind
    assert not workflows.has_work(opened, KeepingSettings()), "it is off until somebody switches it on"
    workflows.before_lock(opened, ON_LOCK, clock=lambda: 0.0)
    last = workflows.last_backup(opened)
    assert last is not None
    assert not last.behind
    assert drill.drill(stick, opened.identity).objects == 4
    assert workflows.take_left(opened) is None


def test_a_missing_stick_is_said_once_and_stops_no_lock(opened: Vault, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    workflows.back_up(opened, stick)
    stick.rename(tmp_path / "pulled out")
    stick.mkdir()  # the place where it was, empty
    for said in (True, False, False):
        workflows.before_lock(opened, ON_LOCK, clock=lambda: 0.0)
        left = workflows.take_left(opened)
        assert (left is not None) is said
        if left is not None:
            assert "is not there" in left.problem
    assert list(stick.iterdir()) == [], "no second backup is begun where the stick was"
    stick.rmdir()
    (tmp_path / "pulled out").rename(stick)
    workflows.before_lock(opened, ON_LOCK, clock=lambda: 0.0)
    stick.rename(tmp_path / "pulled out")
    workflows.before_lock(opened, ON_LOCK, clock=lambda: 0.0)
    assert workflows.take_left(opened) is not None, "it worked meanwhile, so it is said again"


def test_a_lock_waits_a_few_seconds_and_the_rest_comes_later(opened: Vault, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    workflows.back_up(opened, stick)
    held = drill.drill(stick, opened.identity)
    for number in range(3):
        vaults.capture(opened, vaults.png(4096, 20 + number))
    ticks = count(0, 4)
    workflows.before_lock(opened, ON_LOCK, clock=lambda: next(ticks))
    # What was there before is whole, and the next time goes on.
    assert drill.drill(stick, opened.identity).entries == held.entries
    left = workflows.take_left(opened)
    assert left is not None
    assert left.problem == ""
    workflows.back_up(opened, stick)
    assert drill.drill(stick, opened.identity).objects == 6
    assert workflows.take_left(opened) is None


@pytest.mark.parametrize("keeping", [KeepingSettings(), KeepingSettings(services=("http://127.0.0.1:9/",))])
def test_nothing_is_asked_that_is_not_switched_on(opened: Vault, keeping: KeepingSettings) -> None:
    before = opened.head
    assert not workflows.has_work(opened, keeping)
    workflows.before_lock(opened, keeping)
    assert opened.head == before
