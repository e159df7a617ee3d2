"""kill -9 at random moments: what was reported as sealed is there and checks, nothing else is lost.

A helper process imports everything once and forks a child for every round, so that a hundred rounds take
seconds. The child opens the vault, which also makes the recovery of the round before a thing to kill.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from evidence_app import media
from evidence_app.errors import DamagedError, EvidenceError
from evidence_app.records import EntryKind, Method, Said, Source
from evidence_app.vault import acts, check
from evidence_app.vault.layout import object_path
from evidence_app.vault.vault import Vault
from tests import brought
from tests.vaults import Sample, capture, make_sample, occurrences, png, stored_of, tampering

pytest_plugins = ["tests.vault_fixtures"]

KILLS, CHUNKS = 24, 2
MARKER = "The marker of Larkmere"

NURSERY = """
import os, sys
from hashlib import sha256
from pathlib import Path
from evidence_app.crypto.age import Identity
from evidence_app.records import Said, Source
from evidence_app.vault import acts
from tests.vaults import Sample, capture, png

sample = Sample(Path(sys.argv[1]), Identity.from_string(sys.argv[2]), "")
marker = sys.argv[3]

def work(round):
    opened = sample.open()
    os.write(1, b"open\\n")
    serial = 0
    while True:
        serial += 1
        data = png(round * 1000 + serial, 1000 + serial * 7919 % 300000) + marker.encode()
        entry = capture(opened, data, None, title=marker)
        number = entry.data["number"]
        os.write(1, f"sealed {number} {sha256(data).hexdigest()}\\n".encode())
        if serial % 3 == 0:
            opened.record(acts.exhibit_stated(number, [Said("note", marker, Source.TYPED)]))

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            work(int(line))
        finally:
            os._exit(1)
    os.write(1, f"child {child}\\n".encode())
    _, status = os.waitpid(child, 0)
    os.write(1, f"ended {os.waitstatus_to_exitcode(status)}\\n".encode())
"""


class Nursery:
    """The helper process; `round` kills one child and returns what it had sealed until then.

    It dies `seconds` after its birth, or after it has opened the vault.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._said = process.stdin, process.stdout
        self._rounds = 0

    def round(self, seconds: float, *, once_open: bool) -> list[tuple[str, str]]:
        self._rounds += 1
        self._orders.write(f"{self._rounds}\n")
        self._orders.flush()
        lines = [self._said.readline().split()]
        awaited = {"child", "open"} if once_open else {"child"}
        while not awaited <= {line[0] for line in lines}:
            lines.append(self._said.readline().split())
        time.sleep(seconds)  # the random moment itself, not a wait for something
        child = next(int(line[1]) for line in lines if line[0] == "child")
        os.kill(child, signal.SIGKILL)
        while lines[-1][0] != "ended":
            lines.append(self._said.readline().split())
        assert lines[-1][1] == "-9", "the child ended by itself"
        return [(number, digest) for kind, number, digest in (one for one in lines if one[0] == "sealed")]


@contextmanager
def nursery(sample: Sample) -> Iterator[Nursery]:
    command = [sys.executable, "-c", NURSERY, str(sample.folder), sample.identity.to_string(), MARKER]
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=root
    ) as process:
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def assert_sealed(opened: Vault, sealed: dict[str, str]) -> None:
    for number, digest in sealed.items():
        stored = stored_of(opened, number)
        assert stored.sha256 == digest
        assert sha256(opened.objects.read(stored)).hexdigest() == digest


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_kill_at_random_moments(tmp_path: Path, chunk: int) -> None:
    sample = make_sample(tmp_path / "helen.evidence-vault")
    seed = random.SystemRandom().getrandbits(32)
    print("seed", seed, "chunk", chunk)  # noqa: T201  (shown when the test fails)
    moments = random.Random(seed)
    sealed: dict[str, str] = {}
    entries = 0
    with nursery(sample) as children:
        for kill in range(KILLS // CHUNKS):
            new = children.round(moments.uniform(0, 0.2), once_open=kill % 3 > 0)
            assert not set(sealed) & {number for number, _ in new}, "a number was given twice"
            sealed.update(new)
            assert occurrences(sample.folder, MARKER) == [], "something was written in clear"
            if kill % 5 < 4:
                continue  # the next child opens what this one left
            opened = sample.open()
            assert opened.objects.unfinished() == []
            assert opened.head[0] > entries
            entries = opened.head[0]
            assert_sealed(opened, sealed)
            assert check.check(opened).problems == ()
            assert {stored.object_id for _, stored in opened.read.stored_objects()} == set(
                opened.objects.ids()
            )
            opened.abandon()
    with sample.open() as opened:
        assert_sealed(opened, sealed)
        recovered = [one for one in opened.read.exhibits(None) if one.method is Method.RECOVERED]
        others = [one for one in opened.read.exhibits(None) if one.method is not Method.RECOVERED]
        interrupted = opened.read.entries(EntryKind.VAULT_INTERRUPTED)
        # At most one capture of each round was recorded but not yet reported; never the other way round.
        assert set(sealed) <= {one.number for one in others}
        assert len(others) - len(sealed) <= KILLS // CHUNKS
        assert len(recovered) + len(interrupted) <= KILLS // CHUNKS
        assert sealed  # how many depends on how fast the computer is
        assert recovered or interrupted, "no kill ever hit between an object and its entry"
        for one in recovered:
            assert opened.objects.read(one.stored).endswith(MARKER.encode())
        assert check.check(opened).problems == ()
    assert not list((sample.folder / "objects").rglob("*.part"))
    assert occurrences(sample.folder, MARKER) == []


# --- each kind of leftover by itself ----------------------------------------------------------------


def test_an_object_without_an_entry_is_recovered_as_it_was(sample: Sample) -> None:
    opened = sample.open()
    opened.objects.put(png(50, 5000), "image/png")
    other = opened.objects.put(b"no picture at all", "text/plain")
    opened.abandon()
    with sample.open() as opened:
        picture, text = (opened.read.exhibit(number) for number in ("HXA/004", "HXA/005"))
        assert (picture.method, picture.incident) == (Method.RECOVERED, None)
        assert (picture.observed.width, picture.observed.height) == (640, 480)
        assert opened.objects.read(picture.stored) == png(50, 5000)
        assert (text.stored.object_id, text.stored.media_type) == (other.object_id, "text/plain")
        assert opened.read.unfiled() == 3


def test_what_is_recovered_gets_its_media_type_by_its_content(sample: Sample) -> None:
    """What it was called when it was sealed went with the interruption."""
    opened = sample.open()
    wanted = {}
    for name, data in brought.every_kind().items():
        stored = opened.objects.put(data, "application/octet-stream")
        wanted[stored.object_id] = media.media_type(data[: media.HEAD_BYTES]), name
    opened.abandon()
    with sample.open() as opened:
        found = {one.stored.object_id: one.stored.media_type for one in opened.read.exhibits(None)}
        assert {key: found[key] for key in wanted} == {key: kind for key, (kind, _) in wanted.items()}
        assert {"image/jpeg", "image/heic", "application/octet-stream"} <= set(found.values())
        assert check.check(opened).problems == ()


def test_even_after_a_clean_lock(sample: Sample) -> None:
    """A capture can finish its object in the moment in which the vault is locked."""
    with sample.open() as opened:
        store = opened.objects
    store.put(png(51), "image/png")
    with sample.open() as opened:
        assert opened.read.exhibit("HXA/004").method is Method.RECOVERED
        assert check.check(opened).problems == ()


def test_a_whole_temporary_file_is_recovered(sample: Sample) -> None:
    opened = sample.open()
    path = object_path(sample.folder, opened.objects.put(png(52), "image/png").object_id)
    path.rename(path.with_suffix(".part"))
    opened.abandon()
    with sample.open() as opened:
        assert opened.objects.read(stored_of(opened, "HXA/004")) == png(52)
        assert opened.objects.unfinished() == []


@pytest.mark.parametrize("keep", [0, 1, 30, 150, 230, 1000, -1])
def test_a_cut_off_temporary_file_is_put_aside_and_said(sample: Sample, keep: int) -> None:
    opened = sample.open()
    path = object_path(sample.folder, opened.objects.put(png(53), "image/png").object_id)
    opened.abandon()
    part = path.rename(path.with_suffix(".part"))
    data = part.read_bytes()[:keep]
    part.write_bytes(data)
    with sample.open() as opened:
        assert [one.number for one in opened.read.exhibits(None)] == ["HXA/003"]
        said = opened.read.latest(EntryKind.VAULT_INTERRUPTED)
        assert said is not None
        assert said.data == {"files": [{"name": part.name, "size": len(data)}]}
        assert (sample.folder / "interrupted" / part.name).read_bytes() == data
        assert check.check(opened).problems == ()


@pytest.mark.parametrize("content", [b"", b"garbage", "somebody else's"])
def test_an_object_that_the_key_does_not_open_never_keeps_the_vault_closed(
    sample: Sample, tmp_path: Path, content: bytes | str
) -> None:
    if isinstance(content, str):
        with make_sample(tmp_path / "ruth.evidence-vault").open() as other:
            stored = other.objects.put(png(1), "image/png")
            content = object_path(other.folder, stored.object_id).read_bytes()
    path = object_path(sample.folder, "00000000-0000-4000-8000-000000000000")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with sample.open() as opened:
        assert check.check(opened).problems == ()
        assert [one.number for one in opened.read.exhibits(None)] == ["HXA/003"]
    assert (sample.folder / "interrupted" / path.name).read_bytes() == content
    with sample.open() as opened:
        assert len(opened.read.entries(EntryKind.VAULT_INTERRUPTED)) == 1


def test_an_object_whose_index_row_is_gone_is_not_entered_twice(sample: Sample) -> None:
    """The index can be wrong; whether an object is an orphan is for the record to say."""
    with tampering(sample) as connection:
        connection.execute("DELETE FROM exhibits WHERE serial = 3")
    with sample.open() as opened:
        assert opened.read.latest(EntryKind.EXHIBIT_CAPTURED) == opened.read.entry(7)


def test_an_error_between_object_and_entry_is_put_right_when_the_vault_locks(sample: Sample) -> None:
    with sample.open() as opened, pytest.raises(EvidenceError, match="no incident"):
        capture(opened, png(54), "INC-099")
    with sample.open() as opened:
        assert opened.read.entries()[0].kind is EntryKind.VAULT_UNLOCKED
        assert opened.read.entries()[1].kind is EntryKind.VAULT_LOCKED
        assert opened.read.exhibit("HXA/004").method is Method.RECOVERED


def test_a_restored_file_from_before_all_calendars_is_recovered(sample: Sample) -> None:
    opened = sample.open()
    path = object_path(sample.folder, opened.objects.put(png(55), "image/png").object_id)
    opened.abandon()
    os.utime(path, (0, 0))
    with sample.open() as opened:
        assert opened.read.exhibit("HXA/004").observed.utc.year == 1972


def test_a_kill_leaves_a_log_and_the_log_is_encrypted(sample: Sample) -> None:
    """The write-ahead log of a session that never ended holds no word of it."""
    with nursery(sample) as children:
        children.round(0.1, once_open=True)
    assert (sample.folder / "ledger.db-wal").stat().st_size > 0
    assert occurrences(sample.folder, MARKER) == []
    assert occurrences(sample.folder, "exhibit.captured") == []


def test_nothing_of_a_session_is_on_disk_in_clear(sample: Sample) -> None:
    opened = sample.open()
    reference = opened.record(acts.incident_opened(MARKER)).data["reference"]
    capture(opened, png(60) + MARKER.encode(), str(reference), title=MARKER)
    opened.record(acts.exhibit_stated("HXA/004", [Said("address", MARKER, Source.PASTED)]))
    opened.record(acts.incident_stated("INC-003", [Said("facts", MARKER * 3000, Source.TYPED)]))
    seen: list[Path] = []
    check.check(opened, lambda _: seen.extend(occurrences(sample.folder, MARKER)))
    assert occurrences(sample.folder, MARKER) == []
    assert opened.read.incidents()[0].title == MARKER
    opened.close()
    assert occurrences(sample.folder, MARKER) == []
    assert occurrences(sample.folder, "Helen") == []
    assert seen == []
    (sample.folder / "planted").write_text(MARKER, encoding="utf-16")
    assert occurrences(sample.folder, MARKER) == [sample.folder / "planted"]


@pytest.mark.parametrize("tenths", range(11))
def test_a_log_that_was_cut_off_loses_the_end_and_nothing_else(
    sample: Sample, tmp_path: Path, tenths: int
) -> None:
    """A disk that lied about writing: whole entries may be missing, never half of one, and no object."""
    opened = sample.open()
    for number in range(5):
        capture(opened, png(70 + number))
    copy = Sample(tmp_path / "copy.evidence-vault", sample.identity, sample.words)
    shutil.copytree(sample.folder, copy.folder)
    opened.abandon()
    log = copy.folder / "ledger.db-wal"
    log.write_bytes(log.read_bytes()[: log.stat().st_size * tenths // 10])
    with copy.open() as opened:
        assert check.check(opened).problems == ()
        captured = [opened.objects.read(one.stored) for one in opened.read.exhibits(None)]
        assert set(captured) == {png(3)} | {png(70 + number) for number in range(5)}
        lost = [one for one in opened.read.exhibits(None) if one.method is Method.RECOVERED]
        assert bool(lost) == (tenths < 10)


def test_a_damaged_first_page_is_said_and_nothing_is_touched(sample: Sample) -> None:
    path = sample.folder / "ledger.db"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedError, match="record is damaged"):
        sample.open()
    assert path.read_bytes() == data
