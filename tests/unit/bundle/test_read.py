"""Reading bundles from disk: who may open one, what comes out, and what stays behind."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence_app.bundle import layout, read
from evidence_app.bundle.extract import extract
from evidence_app.bundle.seal import seal
from evidence_app.bundle.threads import ReadAhead, WriteBehind
from evidence_app.bundle.verify import Altered, LimitError, Verifier
from evidence_app.crypto.age import Identity, Passphrase, decrypt, encrypt
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    NotForYouError,
    NotOurFileError,
    StoppedError,
    StorageError,
    UsageError,
    WrongPassphraseError,
)
from evidence_app.records import Progress, Trust
from tests import bundles
from tests.bundles import as_folder, as_tar, helen, png, ruth

HELEN, RUTH = helen(), ruth()
SECRET = Passphrase("copper lantern", work_factor=10)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundle") / "INC-001.evidence"
    bundles.sealed(HELEN, RUTH, out)
    return out


@pytest.fixture(scope="module")
def by_passphrase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundle") / "INC-001.evidence"
    seal(HELEN.content(), HELEN.key, SECRET, out)
    return out


def no_threads() -> bool:
    return not [t for t in threading.enumerate() if t.name in {"seal", "check"}]


def test_three_forms_one_answer(bundle: Path, tmp_path: Path) -> None:
    files = bundles.opened(bundle, RUTH.identity)
    (tmp_path / "a.tar").write_bytes(as_tar(files))
    as_folder(files, tmp_path / "opened")
    verdicts = [
        read.verify(path, keys, Trust())
        for path, keys in [(bundle, [RUTH.identity]), (tmp_path / "a.tar", []), (tmp_path / "opened", [])]
    ]
    assert all(one.unchanged for one in verdicts)
    assert len({one.facts.digest for one in verdicts if one.facts}) == 1


def test_who_may_open_it(bundle: Path, by_passphrase: Path) -> None:
    strangers: tuple[tuple[Identity | Passphrase, ...], ...] = (
        (),
        (Identity.generate(), HELEN.identity),
        (Passphrase("copper lantern"),),
    )
    for identities in strangers:
        with pytest.raises(NotForYouError, match="sealed for somebody else"):
            read.verify(bundle, identities, Trust())
    wrong: tuple[tuple[tuple[Identity | Passphrase, ...], str], ...] = (
        ((), "is sealed with a passphrase"),
        ((RUTH.identity,), "is sealed with a passphrase"),
        ((Passphrase("wrong"),), "did not open the bundle"),
    )
    for given_keys, words in wrong:
        with pytest.raises(WrongPassphraseError, match=words):
            read.verify(by_passphrase, given_keys, Trust())
    assert read.verify(by_passphrase, [RUTH.identity, Passphrase("copper lantern")], Trust()).unchanged
    assert no_threads()


def test_which_key_it_wants(bundle: Path, by_passphrase: Path, tmp_path: Path) -> None:
    assert read.sealed_for_passphrase(by_passphrase)
    assert not read.sealed_for_passphrase(bundle)
    assert not read.sealed_for_passphrase(tmp_path)
    (tmp_path / "a.tar").write_bytes(as_tar({"bagit.txt": b""}))
    assert not read.sealed_for_passphrase(tmp_path / "a.tar")
    (tmp_path / "cut").write_bytes(bundle.read_bytes()[:40])
    with pytest.raises(DamagedError, match="Nothing from it is shown"):
        read.sealed_for_passphrase(tmp_path / "cut")
    (tmp_path / "text").write_bytes(b"hello")
    with pytest.raises(NotOurFileError):
        read.sealed_for_passphrase(tmp_path / "text")


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no file nothing\.evidence"):
        read.verify(tmp_path / "nothing.evidence", [], Trust())


def test_one_exhibit(bundle: Path) -> None:
    assert read.open_exhibit(bundle, [RUTH.identity], "HXA/002").read() == png(20)
    with pytest.raises(UsageError, match="HXA/009"):
        read.open_exhibit(bundle, [RUTH.identity], "HXA/009")


def test_an_exhibit_too_large_to_show(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_SHOWN", 10)
    with pytest.raises(LimitError):
        read.open_exhibit(bundle, [RUTH.identity], "HXA/002")
    assert no_threads()


def test_an_unlocked_copy(bundle: Path, tmp_path: Path) -> None:
    verdict = extract(bundle, [RUTH.identity], tmp_path / "copy")
    assert verdict.unchanged
    files = bundles.opened(bundle, RUTH.identity)
    found = {str(p.relative_to(tmp_path / "copy")): p for p in (tmp_path / "copy").rglob("*") if p.is_file()}
    assert {name: path.read_bytes() for name, path in found.items()} == files
    assert read.verify(tmp_path / "copy", [], Trust()).unchanged
    assert [p.name for p in tmp_path.iterdir()] == ["copy"]
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700


def test_an_unlocked_copy_that_fails_leaves_nothing(bundle: Path, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (tmp_path / "cut").write_bytes(bundle.read_bytes()[:-20])
    for path, identity, error in [
        (tmp_path / "cut", RUTH.identity, DamagedError),
        (bundle, HELEN.identity, NotForYouError),
    ]:
        with pytest.raises(error):
            extract(path, [identity], place / "copy")

    def stop(now: Progress) -> None:
        if now.done:
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        extract(bundle, [RUTH.identity], place / "copy", stop)
    assert list(place.iterdir()) == []
    (place / "copy").mkdir()
    with pytest.raises(UsageError, match="already"):
        extract(bundle, [RUTH.identity], place / "copy")
    with pytest.raises(UsageError, match="does not exist"):
        extract(bundle, [RUTH.identity], tmp_path / "none" / "copy")
    assert no_threads()


def test_hostile_names_are_not_written(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    path = tmp_path / "a.tar"
    for name in ("../out.txt", "/tmp/evidence-out.txt", "data/../../out.txt", "x/.bashrc", ".bashrc"):
        path.write_bytes(as_tar({"bagit.txt": b"", name: b"hostile"}))
        with pytest.raises(EvidenceError):
            extract(path, [], place / "copy")
        assert sorted(one.name for one in tmp_path.iterdir()) == ["a.tar", "place"]
        assert list(place.iterdir()) == []


def test_stop_and_progress(bundle: Path, tmp_path: Path) -> None:
    seen = list[Progress]()
    read.verify(bundle, [RUTH.identity], Trust(), seen.append)
    assert seen[0].done == 0
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    assert all(one.done <= one.total == bundle.stat().st_size for one in seen)

    folder = as_folder(bundles.opened(bundle, RUTH.identity), tmp_path / "opened")
    seen.clear()
    read.verify(folder, [], Trust(), seen.append)
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
    assert seen[-1].done == seen[-1].total == size

    def stop(now: Progress) -> None:
        raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        read.verify(bundle, [RUTH.identity], Trust(), stop)
    assert no_threads()


def test_a_file_that_becomes_shorter_while_it_is_read(bundle: Path, tmp_path: Path) -> None:
    folder = as_folder(bundles.opened(bundle, RUTH.identity), tmp_path / "opened")

    class Shortens(Verifier):
        def start_file(self, name: str, size: int) -> None:
            super().start_file(name, size)
            (folder / name).write_bytes(b"")

    with pytest.raises(DamagedError, match="became shorter"):
        read.feed(folder, [], Shortens(Trust()), None)


def test_a_file_that_becomes_a_pipe_meanwhile(bundle: Path, tmp_path: Path) -> None:
    folder = as_folder(bundles.opened(bundle, RUTH.identity), tmp_path / "opened")
    picture = layout.original_name("HXA/002", "image/png")

    class Exchanges(Verifier):
        def start_file(self, name: str, size: int) -> None:
            super().start_file(name, size)
            if name == layout.BAGIT:
                (folder / picture).unlink()
                os.mkfifo(folder / picture)

    verifier = Exchanges(Trust())
    read.feed(folder, [], verifier, None)
    with pytest.raises(Altered) as caught:
        verifier.finish(datetime.now(UTC))
    assert ("not-a-file", picture) in {(one.code, one.where) for one in caught.value.verdict.problems}


def test_a_folder_that_goes_away_meanwhile(bundle: Path, tmp_path: Path) -> None:
    folder = as_folder(bundles.opened(bundle, RUTH.identity), tmp_path / "opened")

    class Removes(Verifier):
        def start_file(self, name: str, size: int) -> None:
            super().start_file(name, size)
            shutil.rmtree(folder)

    with pytest.raises(StorageError, match="cannot be read"):
        read.feed(folder, [], Removes(Trust()), None)


def test_what_is_kept_is_all_of_the_file_also_of_a_bad_one(bundle: Path, tmp_path: Path) -> None:
    files = bundles.opened(bundle, RUTH.identity)
    altered = as_tar(files | {layout.README: b"x"})
    large = as_tar({layout.BAGIT: b"", layout.README: bytes(layout.MIB)})
    for name, data, error in (
        ("altered.tar", altered + bytes(100_000), Altered),
        ("damaged.tar", large[:148] + b"7" + large[149:], DamagedError),
        ("cut.evidence", bundle.read_bytes()[:-20], DamagedError),
    ):
        (tmp_path / name).write_bytes(data)
        kept, seen = bytearray(), list[Progress]()
        with pytest.raises(error):
            read.verify_and_take(tmp_path / name, [RUTH.identity], Trust(), None, kept.extend, seen.append)
        assert bytes(kept) == data
        assert seen[-1].done > 0 or name == "cut.evidence"


def test_after_a_stop_nothing_more_is_read(bundle: Path, tmp_path: Path) -> None:
    files = bundles.opened(bundle, RUTH.identity) | {layout.README: bytes(layout.MIB)}
    path = tmp_path / "large.tar"
    path.write_bytes(as_tar(files))
    kept, stopped = bytearray(), list[Progress]()

    def stop(now: Progress) -> None:
        if now.done and not stopped:
            stopped.append(now)
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        read.verify_and_take(path, [], Trust(), None, kept.extend, stop)
    assert len(kept) < path.stat().st_size


def test_what_is_taken_out_is_what_was_asked_for(bundle: Path) -> None:
    for number in ("HXA/001", "HXA/002"):
        found = read.open_file(bundle, [RUTH.identity], number)
        assert found.sent is not None
        assert found.sent.number == number
    with pytest.raises(UsageError, match="no exhibit HXA/009"):
        read.open_file(bundle, [RUTH.identity], "HXA/009")
    with pytest.raises(UsageError, match=r"no file 'page\.mhtml' of HXA/001"):
        read.open_file(bundle, [RUTH.identity], "HXA/001", "page.mhtml")
    page = layout.place("data/exhibits/HXA-001/page.mhtml")
    assert page is not None
    assert layout.file_of(page) == "page.mhtml"
    for name in (layout.observed_name("HXA/001"), layout.README):
        place = layout.place(name)
        assert place is not None
        assert layout.file_of(place) is None


def test_the_commitments_can_be_had_without_a_check(bundle: Path) -> None:
    assert read.commitments_in(bundle, [RUTH.identity]) == HELEN.commitments


def test_the_archive_inside_can_be_kept(bundle: Path, tmp_path: Path) -> None:
    inside = decrypt(bundle.read_bytes(), [RUTH.identity])
    (tmp_path / "a.tar").write_bytes(inside)
    for path in (bundle, tmp_path / "a.tar"):
        kept = bytearray()
        read.feed(path, [RUTH.identity], Verifier(Trust()), None, kept.extend)
        assert bytes(kept) == inside


def test_a_report_is_handed_over_after_the_check(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no report"):
        read.open_report(bundle, [RUTH.identity], Trust())
    files = bundles.opened(bundle, RUTH.identity) | {layout.REPORT: b"%PDF-"}
    folder = as_folder(bundles.sign_again(files, HELEN.key), tmp_path / "opened")
    verdict, report = read.open_report(folder, [], Trust())
    assert (verdict.unchanged, report) == (True, b"%PDF-")


def test_a_folder_of_something_else_is_not_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "MAX_MEMBERS", 3)
    for number in range(5):
        (tmp_path / f"{number}").write_bytes(b"")
    with pytest.raises(NotOurFileError):
        read.verify(tmp_path, [], Trust())
    (tmp_path / "bagit.txt").write_bytes(b"")
    with pytest.raises(LimitError):
        read.verify(tmp_path, [], Trust())


def test_a_folder_is_not_received(bundle: Path, tmp_path: Path) -> None:
    folder = as_folder(bundles.opened(bundle, RUTH.identity), tmp_path / "opened")
    with pytest.raises(UsageError, match="is a folder"):
        read.verify_and_take(folder, [], Trust(), None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_damaged_sealed_file_only_raises_typed_errors(
    bundle: Path, tmp_path: Path, data: st.DataObject
) -> None:
    raw = bytearray(bundle.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    del raw[data.draw(st.integers(at, len(raw))) :]
    (tmp_path / "bad").write_bytes(raw)
    with pytest.raises(EvidenceError) as caught:
        read.verify(tmp_path / "bad", [RUTH.identity], Trust())
    assert caught.value.exit_code == 2
    assert no_threads()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_a_hostile_archive_sealed_properly_only_raises_typed_errors(
    bundle: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """Anybody can seal anything for a reader: what comes out of age is not to be believed either."""
    plain = bytearray(as_tar(bundles.opened(bundle, RUTH.identity)))
    for _ in range(data.draw(st.integers(1, 4))):
        plain[data.draw(st.integers(0, len(plain) - 1))] ^= data.draw(st.integers(1, 255))
    (tmp_path / "bad").write_bytes(encrypt(plain, [RUTH.identity.recipient]))
    with suppress(EvidenceError):
        read.verify(tmp_path / "bad", [RUTH.identity], Trust())
    assert no_threads()


MEMORY = """
import resource, sys
from pathlib import Path
from evidence_app.bundle import read
from evidence_app.records import Trust
from evidence_app.crypto.age import Identity
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert read.verify(Path(sys.argv[1]), [Identity.from_string(sys.argv[2])], Trust()).unchanged
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_memory_stays_flat(tmp_path: Path, repository: Path) -> None:
    sender, out = bundles.Sender(), tmp_path / "a.evidence"
    sender.open_incident()
    for serial in range(1, 4):
        sender.capture(f"HXA/00{serial}", bytes(32 * layout.MIB))
    bundles.sealed(sender, RUTH, out)
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(out), RUTH.identity.to_string()],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert int(done.stdout) < 24


# --- one block ahead, one behind --------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, layout.BLOCK - 1, layout.BLOCK, layout.BLOCK * 20 + 7])
def test_what_goes_through_the_threads(size: int) -> None:
    data = os.urandom(size)
    out = io.BytesIO()
    with WriteBehind(out) as behind:
        for at in range(0, size, 100_003):
            behind.write(memoryview(data)[at : at + 100_003])
    assert out.getvalue() == data
    with ReadAhead(io.BytesIO(data)) as ahead:
        found, buffer = bytearray(), memoryview(bytearray(70_001))
        while got := ahead.readinto(buffer):
            found += buffer[:got]
        assert ahead.readinto(buffer) == 0
    assert found == data
    assert no_threads()


def test_errors_come_out_of_the_threads_at_the_caller() -> None:
    class Failing(io.RawIOBase):
        def __init__(self) -> None:
            self.count = 0

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            self.count += 1
            if self.count > 3:
                raise DamagedError("here")
            return 10

        def write(self, data: memoryview) -> int:  # type: ignore[override]
            raise OSError(28, "full")

    with ReadAhead(Failing()) as ahead:
        buffer = memoryview(bytearray(100))
        assert [ahead.readinto(buffer) for _ in range(3)] == [10, 10, 10]
        for _ in range(2):
            with pytest.raises(DamagedError):
                ahead.readinto(buffer)
    with pytest.raises(OSError, match="full"), WriteBehind(Failing()) as behind:
        behind.write(memoryview(b"x"))
    with pytest.raises(OSError, match="full"), WriteBehind(Failing()) as behind:
        behind.write(memoryview(bytes(64 * layout.MIB)))
    assert no_threads()
