"""Time stamps over the record itself, of several services, and those that come after the seal."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_app import paths, workflows
from evidence_app.bundle import layout
from evidence_app.crypto import age, timestamp
from evidence_app.errors import DamagedError, ExitCode, UsageError
from evidence_app.records import EntryKind, StampOf, Verdict, Why
from evidence_app.vault import check, stamps
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests import bundles, vaults
from tests.commands import Stage
from tests.desks import teacher_and_head
from tests.stamps import Service, authority, serving

pytest_plugins = ["tests.command_fixtures"]

P = ("--passphrase-file", "passphrase")
NOBODY = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Service, Service]:
    """Two services of two authorities."""
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    return authority(one), authority(two, "Thwaite Time")


@pytest.fixture
def both(made: tuple[Service, Service]) -> Iterator[tuple[Service, Service]]:
    for one in made:
        one.asked.clear()
        one.answer, one.status, one.elsewhere = None, 200, ""
    with serving(made[0], host="127.0.0.1"), serving(made[1], host="localhost"):
        yield made


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    with teacher_and_head(tmp_path) as opened:
        yield opened


def believe(*services: Service) -> None:
    folder = paths.user_config_dir() / workflows.ROOTS
    folder.mkdir(parents=True, exist_ok=True)
    for number, service in enumerate(services):
        shutil.copy(service.root, folder / f"{number}.pem")


def seal(sender: Vault, out: Path, *urls: str, passphrase: str | None = None) -> str:
    people = () if passphrase else (sender.read.contact("Mrs Ruth Calloway"),)
    wanted = workflows.Wanted("INC-001", contacts=people, passphrase=passphrase, timestamps=urls)
    return workflows.seal_bundle(sender, wanted, out).bundle_id


def time_line(verdict: Verdict) -> str:
    found = next(one for one in verdict.checks if one.code == "time")
    return " ".join([found.summary, *found.details])


def openssl_agrees(folder: Path, response: bytes, signature: bytes, root: Path) -> bool:
    (folder / "tsr").write_bytes(response)
    (folder / "sig").write_bytes(signature)
    command = ["openssl", "ts", "-verify", "-in", "tsr", "-data", "sig", "-CAfile", str(root)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return "Verification: OK" in done.stdout


# --- over the record ------------------------------------------------------------------------------------


def test_the_newest_checkpoint_is_stamped_by_every_service_and_openssl_agrees(
    pair: tuple[Vault, Vault], both: tuple[Service, Service], tmp_path: Path
) -> None:
    believe(*both)
    signed = pair[0].checkpoint()
    report = workflows.stamp_vault(pair[0], [one.url for one in both])
    assert (report.problems, report.pending) == ((), 0)
    assert [one.by for one in report.obtained] == ["Larkmere Test Time", "Thwaite Time"]
    for row, service in zip(report.obtained, both, strict=True):
        assert row.confirmed
        assert (row.of.over, row.of.size, row.of.link) == (
            StampOf.CHECKPOINT,
            signed.checkpoint.size,
            signed.checkpoint.link,
        )
        assert row.of.signature == signed.signature
        assert openssl_agrees(tmp_path, row.response, signed.signature, service.root)
        assert len(service.asked[0]) < 100
    # What is stamped is not asked for again.
    assert workflows.stamp_vault(pair[0], [one.url for one in both]).obtained == ()
    assert [len(one.asked) for one in both] == [1, 1]
    assert check.check(pair[0]).problems == ()


def test_offline_is_pending_once_and_caught_up_with_after_locking(
    pair: tuple[Vault, Vault], both: tuple[Service, Service]
) -> None:
    believe(*both)
    one = pair[0]
    for _ in range(3):
        one.checkpoint()
        assert workflows.stamp_vault(one, [NOBODY]).pending == 1
    (noted,) = one.read.entries(EntryKind.TIMESTAMP_PENDING)
    assert "could not be reached" in str(noted.data["problem"])
    (waiting,) = workflows.pending_stamps(one)
    assert waiting.services == ("127.0.0.1:9",)
    one.close()
    again = Vault.open(one.folder, one.identity, slot=Slot.PASSPHRASE)
    try:
        report = workflows.stamp_vault(again, [both[0].url])
        # The checkpoint of the lock: all that was recorded while there was no network is dated.
        assert report.obtained[0].of.size > waiting.of.size
        assert workflows.pending_stamps(again) == []
        assert check.check(again).problems == ()
    finally:
        again.abandon()


# --- over bundles ---------------------------------------------------------------------------------------


def test_several_services_on_one_bundle_and_the_earliest_dates_it(
    pair: tuple[Vault, Vault], both: tuple[Service, Service], tmp_path: Path
) -> None:
    believe(*both)
    seal(pair[0], tmp_path / "one.evidence", both[0].url, both[1].url)
    files = bundles.opened(tmp_path / "one.evidence", pair[1].identity)
    for name, service in zip(layout.TIME_STAMPS, both, strict=False):
        assert openssl_agrees(tmp_path, files[name], files[layout.SIGNATURE], service.root)
    verdict = workflows.verify_with_vault(pair[1], tmp_path / "one.evidence")
    assert verdict.unchanged
    assert verdict.dated is not None
    assert "Larkmere Test Time" in time_line(verdict)
    assert "Thwaite Time" in time_line(verdict)
    # Only one of them is believed: the other is told with the reason, and dates nothing.
    (paths.user_config_dir() / workflows.ROOTS / "0.pem").unlink()
    verdict = workflows.verify_with_vault(pair[1], tmp_path / "one.evidence")
    assert verdict.dated is not None
    assert verdict.dated.by == "Thwaite Time"
    assert "Larkmere Test Time" in time_line(verdict)
    assert "no certificate that confirms it" in time_line(verdict)


def test_one_service_that_fails_is_said_and_the_other_is_kept(
    pair: tuple[Vault, Vault], both: tuple[Service, Service], tmp_path: Path
) -> None:
    believe(*both)
    both[1].status = 503
    host = workflows.host_of(both[1].url)
    head = pair[0].read.contact("Mrs Ruth Calloway")
    wanted = workflows.Wanted("INC-001", contacts=(head,), timestamps=tuple(one.url for one in both))
    done = workflows.seal_bundle(pair[0], wanted, tmp_path / "one.evidence")
    assert done.dated is not None
    assert done.dated.by == "Larkmere Test Time"
    assert f"{host} gave no time stamp yet: the service answered with the error 503." in done.not_dated
    (waiting,) = workflows.pending_stamps(pair[0])
    assert (waiting.of.over, waiting.services) == (StampOf.BUNDLE, (host,))


def test_a_stamp_that_comes_late_is_put_into_a_copy_that_is_otherwise_the_same(
    pair: tuple[Vault, Vault], both: tuple[Service, Service], tmp_path: Path
) -> None:
    believe(*both)
    sender, first, second = pair[0], tmp_path / "one.evidence", tmp_path / "stamped.evidence"
    bundle = seal(sender, first, NOBODY)
    before = first.read_bytes()
    with pytest.raises(UsageError, match="no time stamp of this bundle yet"):
        workflows.stamped_copy(sender, bundle, second)
    workflows.stamp_vault(sender, [both[0].url])
    assert [one[:2] for one in workflows.can_be_added(sender)] == [(bundle, str(first))]
    workflows.stamped_copy(sender, bundle, second)
    assert first.read_bytes() == before
    assert workflows.verify_with_vault(pair[1], first).dated is None
    verdict = workflows.verify_with_vault(pair[1], second)
    assert verdict.unchanged
    assert verdict.dated is not None
    old, new = (bundles.opened(one, pair[1].identity) for one in (first, second))
    response = new.pop(layout.TIME_STAMP)
    assert new == old
    assert openssl_agrees(tmp_path, response, new[layout.SIGNATURE], both[0].root)
    # In its place, so that it is what a bundle stamped at once is.
    plain = age.decrypt(second.read_bytes(), [pair[1].identity])
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert tar.getnames()[: len(layout.TOP) + 1] == [*layout.TOP, layout.TIME_STAMP]
    # Another age file with another key, and the key of the first is not kept any longer than it is needed.
    assert workflows.can_be_added(sender) == []
    (entry,) = sender.read.entries(EntryKind.BUNDLE_STAMPED)
    assert entry.data["file_name"] == "stamped.evidence"
    with pytest.raises(UsageError, match="made already"):
        workflows.stamped_copy(sender, bundle, tmp_path / "third.evidence", first)
    assert not (tmp_path / "third.evidence").exists()


def test_a_bundle_with_a_passphrase_wants_it_for_the_copy(
    pair: tuple[Vault, Vault],
    both: tuple[Service, Service],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    believe(*both)
    monkeypatch.setattr(age.Passphrase.__init__, "__defaults__", (vaults.LIGHT_WORK_FACTOR,))
    bundle = seal(pair[0], tmp_path / "one.evidence", NOBODY, passphrase="four plain words here")
    workflows.stamp_vault(pair[0], [both[0].url])
    with pytest.raises(UsageError, match="has a passphrase"):
        workflows.stamped_copy(pair[0], bundle, tmp_path / "two.evidence")
    workflows.stamped_copy(pair[0], bundle, tmp_path / "two.evidence", passphrase="four plain words here")
    key = age.Passphrase("four plain words here")
    assert workflows.verify_alone(tmp_path / "two.evidence", [key], ()).dated is not None


def test_no_copy_of_another_bundle_or_of_what_is_locked_away(
    pair: tuple[Vault, Vault], both: tuple[Service, Service], tmp_path: Path
) -> None:
    bundle = seal(pair[0], tmp_path / "one.evidence", NOBODY)
    other = seal(pair[0], tmp_path / "two.evidence", NOBODY)
    workflows.stamp_vault(pair[0], [both[0].url])
    with pytest.raises(DamagedError, match="damaged"):
        workflows.stamped_copy(pair[0], bundle, tmp_path / "x.evidence", tmp_path / "two.evidence")
    away = pair[0].read.exhibits("INC-001")[0].number
    workflows.lock_away(pair[0], away, Why.ASKED_BY_POLICE, ["Mr Alan Thwaite"])
    with pytest.raises(UsageError, match="locked away"):
        workflows.stamped_copy(pair[0], other, tmp_path / "x.evidence")
    assert not (tmp_path / "x.evidence").exists()


# --- the command line -----------------------------------------------------------------------------------


def test_as_commands(stage: Stage, both: tuple[Service, Service]) -> None:
    believe(*both)
    helen = str(stage.helen.folder)
    refused = stage.inside("stamp", helen, *P)
    assert refused.code == ExitCode.USAGE
    assert "switched on" in refused.err
    sealed = stage.inside(
        "seal", helen, "--incident", "1", "--to", "Mrs Ruth Calloway", *P, "--timestamp", NOBODY,
        "-o", "late.evidence", "--json",
    )  # fmt: skip
    assert sealed.code == ExitCode.OK
    failed = stage.inside("stamp", helen, *P, "--service", NOBODY, "--json")
    assert failed.code == ExitCode.FAILED
    assert {one["over"] for one in failed.json["pending"]} == {"bundle", "checkpoint"}
    done = stage.inside("stamp", helen, *P, "--service", both[0].url, "--json")
    assert {one["over"] for one in done.json["obtained"]} == {"bundle", "checkpoint"}
    assert done.json["pending"] == []
    copied = stage.inside("stamp", helen, *P, "--copy", "late.evidence", "-o", "dated.evidence", "--json")
    assert copied.code == ExitCode.OK, copied
    exported = stage.inside("stamp", helen, *P, "--export", "stamps", "--json")
    assert exported.json["stamps"] == 2
    for response in (stage.folder / "stamps").glob("*.tsr"):
        signature = response.with_suffix(".sig").read_bytes()
        assert openssl_agrees(stage.folder, response.read_bytes(), signature, both[0].root)
    answer = stage.inside("verify", "dated.evidence", "--vault", str(stage.ruth.folder), *P, "--json")
    assert answer.json["dated"]["by"] == "Larkmere Test Time"


# --- the vault check ------------------------------------------------------------------------------------


def test_the_vault_check_holds_the_record_against_its_stamps(
    pair: tuple[Vault, Vault], both: tuple[Service, Service]
) -> None:
    one = pair[0]
    one.checkpoint()
    (row,) = workflows.stamp_vault(one, [both[0].url]).obtained
    assert check.check(one).problems == ()
    other = timestamp_of(both[0], b"something else")
    for of, response, code in (
        (replace(row.of, link=bytes(32)), row.response, "stamp-broken"),
        (row.of, other, "stamp-broken"),
        (row.of, b"whatever", "stamp-broken"),
        (replace(row.of, over=StampOf.BUNDLE, bundle="x", link=bytes(32)), row.response, "stamp-differs"),
    ):
        planted = one.record(stamps.obtained(of, "x", "x", row.at, response, confirmed=True))
        found = {(problem.where, problem.code) for problem in check.check(one).problems}
        assert (f"entry {planted.seq}", code) in found


def timestamp_of(service: Service, data: bytes) -> bytes:
    return service.reply(timestamp.request(data)[0])
