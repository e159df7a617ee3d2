"""A bundle as a file or as a stream: the same answer, and every byte handed on once and in order."""

from __future__ import annotations

import io
import os
import threading
from functools import partial
from pathlib import Path

import pytest

from evidence_app.bundle import layout, read
from evidence_app.bundle.sources import Copying, Stream, opened
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import encrypt
from evidence_app.errors import (
    DamagedError,
    EvidenceError,
    KeptFileError,
    NotForYouError,
    NotOurFileError,
    StorageError,
    UsageError,
)
from evidence_app.records import Trust
from tests import bundles
from tests.bundles import as_tar, helen, png, ruth

HELEN, RUTH = helen(), ruth()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundle") / "INC-001.evidence"
    bundles.sealed(HELEN, RUTH, out)
    return out


class Slow(io.RawIOBase):
    """Gives at most `step` bytes at a time and cannot go back."""

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__()
        self._left, self._step = memoryview(data), step

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        with memoryview(buffer) as view:  # type: ignore[arg-type]
            got = min(len(view), self._step, len(self._left))
            view[:got] = self._left[:got]
        self._left = self._left[got:]
        return got


class Kept:
    """Takes originals, as a vault does."""

    def __init__(self) -> None:
        self.originals: dict[str, bytes] = {}
        self._number = ""

    def start(self, number: str) -> None:
        self._number = number
        self.originals[number] = b""

    def feed(self, data: memoryview, /) -> None:
        self.originals[self._number] += data

    def end(self) -> None:
        self._number = ""


def stream(data: bytes, step: int = 1 << 30) -> Stream:
    return Stream("RCV-001", len(data), lambda: Slow(data, step))


@pytest.mark.parametrize("step", [1, 511, 70_001, 1 << 30])
def test_a_stream_is_as_good_as_a_file(bundle: Path, step: int) -> None:
    data, copied, kept = bundle.read_bytes(), bytearray(), Kept()
    verdict, sent = read.verify_and_take(stream(data, step), [RUTH.identity], Trust(), kept, copied.extend)
    assert verdict.unchanged
    assert copied == data
    assert [one.number for one in sent] == ["HXA/001", "HXA/002", "HXA/003"]
    assert kept.originals == {"HXA/001": png(10), "HXA/002": png(20), "HXA/003": png(30)}
    account = {one.field: one.value for one in sent[0].statements}
    assert account == {"address": "https://chat.example/p/12", "account": "@larkmere_9"}
    assert read.verify(stream(data, step), [RUTH.identity], Trust()).exhibits == verdict.exhibits


def test_also_of_the_archive_without_its_encryption(bundle: Path) -> None:
    data = as_tar(bundles.opened(bundle, RUTH.identity))
    assert read.verify(stream(data, 513), [], Trust()).unchanged


def odd(bundle: Path) -> dict[type[EvidenceError], bytes]:
    """Bundles that fail, each in its way."""
    files = bundles.opened(bundle, RUTH.identity)
    files[layout.README] += b"!"
    data = bundle.read_bytes()
    return {
        Altered: encrypt(as_tar(files), [RUTH.identity.recipient]),
        DamagedError: data[:-1],
        NotForYouError: encrypt(as_tar(files), [HELEN.identity.recipient]),
    }


@pytest.mark.parametrize("error", [Altered, DamagedError, NotForYouError])
def test_all_of_the_file_is_copied_whatever_is_wrong(
    bundle: Path, tmp_path: Path, error: type[EvidenceError]
) -> None:
    data = odd(bundle)[error]
    (tmp_path / "a.evidence").write_bytes(data)
    for source in (stream(data, 10_007), tmp_path / "a.evidence"):
        copied = bytearray()
        with pytest.raises(error):
            read.verify_and_take(source, [RUTH.identity], Trust(), None, copied.extend)
        assert copied == data


def test_what_a_stream_raises_is_not_taken_for_damage(bundle: Path) -> None:
    """Wherever it stops: in the header, in the archive, at the very end."""
    data = bundle.read_bytes()

    class Broken(Slow):
        def __init__(self, good: int) -> None:
            super().__init__(data[:good], 4096)

        def readinto(self, buffer: object, /) -> int:
            got = super().readinto(buffer)
            if not got:
                raise KeptFileError("The vault's own file is damaged.")
            return got

    for good in (0, 10, 200, 5000, len(data) // 2, len(data) - 1, len(data)):
        source = Stream("RCV-001", len(data), partial(Broken, good))
        with pytest.raises(KeptFileError):
            read.verify(source, [RUTH.identity], Trust())
    assert not [thread for thread in threading.enumerate() if thread.name in {"seal", "check"}]


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    def gone() -> io.RawIOBase:
        raise PermissionError(13, "Permission denied")

    cases: list[tuple[Path | Stream, type[EvidenceError]]] = [
        (tmp_path / "none", UsageError),
        (Stream("RCV-001", 1, gone), StorageError),
        (Stream("RCV-001", 0, lambda: Slow(b"", 1)), NotOurFileError),
        (Path(os.devnull), NotOurFileError),
    ]
    for source, error in cases:
        with pytest.raises(error):
            read.verify(source, [], Trust())
        if error is not NotOurFileError:
            with pytest.raises(error), opened(source):
                pass


def test_a_copy_is_made_of_each_byte_once() -> None:
    copied = bytearray()
    reader = io.BufferedReader(Copying(io.BytesIO(b"world"), copied.extend, b"hello "), 4)
    assert reader.read(3) == b"hel"
    assert reader.read() == b"lo world"
    assert copied == b"hello world"
