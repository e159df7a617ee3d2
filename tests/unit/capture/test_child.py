"""The child process stops whatever a file makes a reader do, and the program goes on."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from evidence_app.capture.child import Child, read_in_child
from evidence_app.errors import (
    DamagedError,
    NotReadableError,
    ReaderCrashedError,
    StoppedError,
    TooLargeError,
    TooLongError,
)
from evidence_app.records import Limits, ReadingKind

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = [sys.executable, "-B", "-s", "-P", str(ROOT / "tests/hostile_readers.py")]
linux = pytest.mark.skipif(sys.platform != "linux", reason="what Linux refuses")


@pytest.fixture
def hostile() -> Iterator[Child]:
    """A child with the hostile readers; nothing of it may be left afterwards."""
    before = set(threading.enumerate())
    with Child(HOSTILE, seconds=30) as child:
        yield child
    assert set(threading.enumerate()) <= before
    assert not [one for one in psutil.Process().children() if "hostile_readers" in " ".join(one.cmdline())]


def still_works(child: Child) -> None:
    assert child.read("noisy", io.BytesIO(b"fine")).text == "fine"


def test_a_text_is_read_in_a_child_of_its_own() -> None:
    reading = read_in_child("text", io.BytesIO("größer\n".encode() * 3))
    assert (reading.kind, reading.text) == (ReadingKind.TEXT, "größer\n" * 3)


def test_one_child_reads_many_files_and_takes_no_more_of_one_than_it_needs() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            Endless.taken += size
            return b"a" * size

    with Child() as child:
        for _ in range(3):
            assert child.read("text", io.BytesIO(b"short"), Limits(text=10)).text == "short"
            assert child.read("text", Endless(), Limits(text=10)).text == "a" * 10
    assert Endless.taken < 64 * 1024 * 1024


def test_an_endless_loop_is_ended() -> None:
    with Child(HOSTILE, seconds=0.5) as child, pytest.raises(TooLongError):
        child.read("endless", io.BytesIO(b"x" * 1000))


def test_stop_ends_it_at_once(hostile: Child) -> None:
    calls = []

    def watch() -> None:
        calls.append(1)
        if len(calls) > 2:
            raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        hostile.read("endless", io.BytesIO(b""), watch=watch)
    still_works(hostile)


@pytest.mark.parametrize(
    ("reader", "error"),
    [
        ("memory", TooLargeError),
        ("crash", ReaderCrashedError),
        ("silent", ReaderCrashedError),
        ("garbage", ReaderCrashedError),
        ("long frame", ReaderCrashedError),
        ("no head", ReaderCrashedError),
        ("no json", ReaderCrashedError),
        ("deep json", ReaderCrashedError),
        ("pixels only", ReaderCrashedError),
        ("bare end", ReaderCrashedError),
        ("huge", ReaderCrashedError),
        ("no such reader", NotReadableError),
    ],
)
def test_a_fault_is_one_sentence_and_the_next_file_is_read(
    hostile: Child, reader: str, error: type[NotReadableError]
) -> None:
    before = psutil.Process().memory_info().rss
    with pytest.raises(error) as caught:
        hostile.read(reader, io.BytesIO(b"x" * 100_000))
    assert caught.type is error
    assert caught.value.message.count(".") == 1
    assert psutil.Process().memory_info().rss - before < 64 * 1024 * 1024
    still_works(hostile)


def test_what_is_left_of_a_file_does_not_become_the_next_question(hostile: Child) -> None:
    reading = hostile.read("beyond", io.BytesIO(b"x" * 5_000_000), Limits(text=100, line=50))
    assert (len(reading.title), len(reading.text)) == (50, 100)
    assert (len(reading.claims), len(reading.notes)) == (Limits().claims, Limits().notes)
    still_works(hostile)


def test_a_file_over_the_limit_is_too_large(hostile: Child) -> None:
    with pytest.raises(TooLargeError, match="1 MB"):
        hostile.read("noisy", io.BytesIO(bytes(2 * 1024 * 1024)), Limits(source=1024 * 1024))
    still_works(hostile)


def test_a_fault_of_the_source_comes_out_as_it_is(hostile: Child) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise DamagedError("damaged")

    with pytest.raises(DamagedError):
        hostile.read("noisy", Broken())
    still_works(hostile)


def test_parts_come_in_pieces_and_within_the_limit(hostile: Child) -> None:
    pieces = list(hostile.part("noisy", io.BytesIO(b""), 2))
    assert sum(map(len, pieces)) == 6_000_000
    assert max(map(len, pieces)) <= 1024 * 1024
    with pytest.raises(TooLargeError):
        list(hostile.part("noisy", io.BytesIO(b""), 2, Limits(part_bytes=5_000_000)))
    still_works(hostile)
    for _ in hostile.part("noisy", io.BytesIO(b""), 9):
        break
    still_works(hostile)


@linux
def test_nothing_but_the_pipes_is_open_to_a_reader(hostile: Child, tmp_path: Path) -> None:
    victim = Path("/tmp/evidence-reader-victim")
    victim.write_bytes(b"kept")
    try:
        reading = hostile.read("attempts", io.BytesIO(b""))
        assert {one.name: one.value for one in reading.claims if one.value == "done"} == {}
        assert len(reading.claims) > 10
        assert victim.read_bytes() == b"kept"
    finally:
        victim.unlink()
    left = [one.name for one in Path("/tmp").glob("evidence-reader-*")]
    assert not left


@linux
def test_nothing_of_the_program_is_in_there() -> None:
    secret = os.open(__file__, os.O_RDONLY)
    os.set_inheritable(secret, True)
    os.environ["EVIDENCE_TEST_SECRET"] = "1"
    try:
        with Child(HOSTILE) as child:
            reading = child.read("around", io.BytesIO(b""))
    finally:
        del os.environ["EVIDENCE_TEST_SECRET"]
        os.close(secret)
    found = {one.name: one.value for one in reading.claims}
    assert found["environment"].split() in (
        ["LANG", "LC_CTYPE", "PYTHONPATH", "PYTHONUTF8"],
        ["LANG", "PYTHONPATH", "PYTHONUTF8"],
    )
    assert found["descriptors"].split() == ["0", "1", "2", "3"]
    modules = set(reading.text.split("\n"))
    assert "evidence_app.capture.child.inside" in modules
    rooms = {one.split(".")[1] for one in modules if one.startswith("evidence_app.")}
    assert rooms <= {"capture", "records", "records_json", "errors", "characters"}
    tops = {one.split(".")[0] for one in modules}
    assert not tops & {"PySide6", "shiboken6", "cryptography", "sqlalchemy", "sqlcipher3", "mss", "typer"}


@linux
@pytest.mark.parametrize("reader", ["endless", "stuck"])
def test_it_dies_with_the_program(reader: str) -> None:
    script = (
        "import io, sys\n"
        "from evidence_app.capture.child import Child\n"
        f"child = Child({HOSTILE!r})\n"
        "print(next(c.value for c in child.read('around', io.BytesIO(b'')).claims if c.name == 'process'),"
        " flush=True)\n"
        f"child.read({reader!r}, io.BytesIO(bytes(5_000_000)))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    with parent:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        child.wait(timeout=20)
        assert not child.is_running()


def test_the_program_has_the_word_for_it() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "evidence_app", "read-file", *map(str, (os.getpid(), 2**31, 2**31))],
        input=b"",
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (0, b"")
