"""Independent time on a bundle: a real service on loopback, stock openssl on the other side, and lies."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from evidence_app import paths, workflows
from evidence_app.bundle import layout
from evidence_app.crypto import timestamp
from evidence_app.errors import ExitCode, UsageError
from evidence_app.records import EntryKind, SealedBundle, Verdict
from evidence_app.vault.vault import Vault
from tests import bundles
from tests.both_sides import check_agreement
from tests.commands import Stage
from tests.desks import teacher_and_head
from tests.stamps import Service, authority, serving

pytest_plugins = ["tests.command_fixtures"]

P = ("--passphrase-file", "passphrase")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def service(made: Service) -> Iterator[Service]:
    made.asked.clear()
    made.answer, made.status, made.elsewhere = None, 200, ""
    with serving(made) as running:
        yield running


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    with teacher_and_head(tmp_path) as both:
        yield both


def believe(service: Service) -> None:
    """What a school does once: the root of its service goes into the settings."""
    folder = paths.user_config_dir() / workflows.ROOTS
    folder.mkdir(parents=True)
    shutil.copy(service.root, folder / "service.pem")


def sealed(sender: Vault, out: Path, url: str) -> SealedBundle:
    head = sender.read.contact("Mrs Ruth Calloway")
    return workflows.seal_bundle(sender, workflows.Wanted("INC-001", contacts=(head,), timestamp=url), out)


def time_line(verdict: Verdict) -> str:
    return next(one.summary for one in verdict.checks if one.code == "time")


# --- good ones ------------------------------------------------------------------------------------------


def test_a_bundle_is_dated_by_the_service(
    pair: tuple[Vault, Vault], service: Service, tmp_path: Path
) -> None:
    believe(service)
    done = sealed(pair[0], tmp_path / "one.evidence", service.url)
    assert done.dated is not None
    assert done.not_dated == ""
    verdict = workflows.verify_with_vault(pair[1], tmp_path / "one.evidence")
    assert verdict.unchanged
    assert verdict.dated == done.dated
    assert verdict.dated is not None
    assert verdict.dated.by == "Larkmere Test Time"
    keys, roots = [pair[1].identity], service.root.read_bytes()
    both = check_agreement(tmp_path / "one.evidence", keys, roots=roots)
    assert both.dated == verdict.dated.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert check_agreement(tmp_path / "one.evidence", keys).dated is None
    assert "not made later" in time_line(verdict)
    (entry,) = pair[0].read.entries(EntryKind.BUNDLE_SEALED)
    assert entry.data["time_stamp"] == {
        "service": "127.0.0.1",
        "by": "Larkmere Test Time",
        "at": done.dated.at.isoformat(),
    }


def test_openssl_says_the_same(pair: tuple[Vault, Vault], service: Service, tmp_path: Path) -> None:
    sealed(pair[0], tmp_path / "one.evidence", service.url)
    files = bundles.opened(tmp_path / "one.evidence", pair[1].identity)
    (tmp_path / "sig").write_bytes(files[layout.SIGNATURE])
    (tmp_path / "tsr").write_bytes(files[layout.TIME_STAMP])
    command = ["openssl", "ts", "-verify", "-in", "tsr", "-data", "sig", "-CAfile", str(service.root)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout, done.stderr


def test_the_service_sees_a_digest_and_nothing_else(
    pair: tuple[Vault, Vault], service: Service, tmp_path: Path
) -> None:
    sealed(pair[0], tmp_path / "one.evidence", service.url)
    files = bundles.opened(tmp_path / "one.evidence", pair[1].identity)
    (query,) = service.asked
    assert sha256(files[layout.SIGNATURE]).digest() in query
    assert len(query) < 100


def test_without_a_wish_nothing_goes_out(pair: tuple[Vault, Vault], service: Service, tmp_path: Path) -> None:
    believe(service)
    done = sealed(pair[0], tmp_path / "one.evidence", "")
    assert (done.dated, done.not_dated) == (None, "")
    verdict = workflows.verify_with_vault(pair[1], tmp_path / "one.evidence")
    assert verdict.dated is None
    assert service.asked == []


# --- whom to believe ------------------------------------------------------------------------------------


def test_a_service_that_the_reader_does_not_know_is_not_believed(
    pair: tuple[Vault, Vault], service: Service, tmp_path: Path
) -> None:
    done = sealed(pair[0], tmp_path / "one.evidence", service.url)
    assert "no certificate that confirms it" in done.not_dated
    verdict = workflows.verify_with_vault(pair[1], tmp_path / "one.evidence")
    assert verdict.unchanged
    assert verdict.dated is None
    assert "calls itself one of Larkmere Test Time" in time_line(verdict)
    believe(service)
    assert workflows.verify_with_vault(pair[1], tmp_path / "one.evidence").dated is not None


def test_another_root_of_the_same_name_confirms_nothing(
    pair: tuple[Vault, Vault], service: Service, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    believe(authority(tmp_path / "other"))
    sealed(pair[0], tmp_path / "one.evidence", service.url)
    assert workflows.verify_with_vault(pair[1], tmp_path / "one.evidence").dated is None


def test_a_stamp_of_something_else_is_named_and_changes_no_other_answer(
    pair: tuple[Vault, Vault], service: Service, tmp_path: Path
) -> None:
    believe(service)
    for name in ("one", "two"):
        sealed(pair[0], tmp_path / f"{name}.evidence", service.url)
    one, two = (bundles.opened(tmp_path / f"{name}.evidence", pair[1].identity) for name in ("one", "two"))
    stamp = one[layout.TIME_STAMP]
    for planted, says in (
        (two[layout.TIME_STAMP], "of something else"),
        (b"whatever", "cannot be read"),
        (stamp[:-1], "cannot be read"),
        (stamp + b"\0", "cannot be read"),
    ):
        (tmp_path / "x.tar").write_bytes(bundles.as_tar(one | {layout.TIME_STAMP: planted}))
        verdict = workflows.verify_with_vault(pair[1], tmp_path / "x.tar")
        assert verdict.unchanged
        assert verdict.dated is None
        assert says in time_line(verdict)
        both = check_agreement(tmp_path / "x.tar", roots=service.root.read_bytes())
        assert (both.state, both.dated) == ("unchanged", None)


def test_a_stamp_that_was_changed_anywhere_dates_nothing(
    pair: tuple[Vault, Vault], service: Service, tmp_path: Path
) -> None:
    sealed(pair[0], tmp_path / "one.evidence", service.url)
    files = bundles.opened(tmp_path / "one.evidence", pair[1].identity)
    stamp, signed = files[layout.TIME_STAMP], files[layout.SIGNATURE]
    roots = timestamp.load_roots(service.root.read_bytes())
    good = timestamp.read(stamp, signed, roots)
    assert good.trusted
    for at in range(0, len(stamp), 3):
        changed = stamp[:at] + bytes([stamp[at] ^ 1]) + stamp[at + 1 :]
        try:
            found = timestamp.read(changed, signed, roots)
        except timestamp.StampError:
            continue
        # What no signature covers, such as a certificate's own signature beside a trusted chain, may differ.
        assert not found.trusted or (found.at, found.by) == (good.at, good.by)


# --- a service that fails -------------------------------------------------------------------------------


def test_a_service_that_fails_stops_no_sealing(
    pair: tuple[Vault, Vault], service: Service, tmp_path: Path
) -> None:
    believe(service)
    other = service.reply(timestamp.request(b"something else")[0])
    for number, (answer, status, says) in enumerate(
        [
            (b"", 200, "cannot be read"),
            (b"<html>Welcome to the network of your hotel</html>", 200, "cannot be read"),
            (bytes(200_000), 200, "larger than a time stamp can be"),
            (other, 200, "of something else"),
            (b"", 503, "the error 503"),
        ]
    ):
        service.answer, service.status = answer, status
        out = tmp_path / f"{number}.evidence"
        done = sealed(pair[0], out, service.url)
        assert done.dated is None
        assert says in done.not_dated
        assert "sealed without one" in done.not_dated
        assert layout.TIME_STAMP not in bundles.opened(out, pair[1].identity)
        assert workflows.verify_with_vault(pair[1], out).unchanged
    entries = pair[0].read.entries(EntryKind.BUNDLE_SEALED)
    assert all("problem" in one.data["time_stamp"] for one in entries)  # type: ignore[operator]


def test_nobody_there_and_sent_elsewhere(pair: tuple[Vault, Vault], service: Service, tmp_path: Path) -> None:
    done = sealed(pair[0], tmp_path / "one.evidence", "http://127.0.0.1:9/")
    assert "could not be reached" in done.not_dated
    service.elsewhere = "http://127.0.0.1:9/other"
    done = sealed(pair[0], tmp_path / "two.evidence", service.url)
    assert "the error 302" in done.not_dated


@pytest.mark.parametrize(
    "url", ["ftp://stamps.example/", "stamps.example", "file:///etc/passwd", "http://", "\u202ex"]
)
def test_what_is_no_address_seals_nothing(pair: tuple[Vault, Vault], tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="no address of a time stamp service"):
        sealed(pair[0], tmp_path / "one.evidence", url)
    assert not (tmp_path / "one.evidence").exists()


# --- the command line -----------------------------------------------------------------------------------


def test_as_commands(stage: Stage, service: Service) -> None:
    believe(service)
    words = ("seal", stage.helen.folder, "--incident", "1", "--to", "Mrs Ruth Calloway", *P, "--json")
    done = stage.ok(*words, "--timestamp", service.url, "-o", "dated.evidence")
    assert done.json["dated"]["by"] == "Larkmere Test Time"
    answer = stage.run("verify", "dated.evidence", "--vault", stage.ruth.folder, *P, "--json")
    assert answer.code == ExitCode.OK
    assert answer.json["dated"] == done.json["dated"]
    failed = stage.ok(*words, "--timestamp", "http://127.0.0.1:9/", "-o", "not.evidence")
    assert failed.json["dated"] is None
    assert "No time stamp" in failed.err
