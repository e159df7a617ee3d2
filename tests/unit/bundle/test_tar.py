"""The strict tar: what it writes others read, what it does not fully understand it refuses."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.bundle import layout, tar
from evidence_app.errors import DamagedError, ExitCode

AT = datetime(2026, 3, 12, 15, 6, tzinfo=UTC)
SIZES = {"a.txt": 0, "b/c.bin": 1, "b/d.bin": 511, "e": 512, "f": 513, "g": 700_001}


class Collected:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def start_file(self, name: str, size: int) -> None:
        self._name, self._size, self._data = name, size, bytearray()

    def feed(self, data: memoryview) -> None:
        self._data += data

    def end_file(self) -> None:
        assert len(self._data) == self._size
        self.files[self._name] = bytes(self._data)


class Counted:
    """A sink for what does not fit into memory."""

    def __init__(self) -> None:
        self.total = 0

    def start_file(self, name: str, size: int) -> None:
        self.size = size

    def feed(self, data: memoryview) -> None:
        self.total += len(data)

    def end_file(self) -> None:
        assert self.total == self.size


def files() -> dict[str, bytes]:
    return {name: bytes((i * 7) % 251 for i in range(size)) for name, size in SIZES.items()}


def written(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    writer = tar.TarWriter(out, AT)
    for name, data in content.items():
        writer.start_file(name, len(data))
        writer.feed(memoryview(data))
        writer.end_file()
    writer.finish()
    return out.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    sink = Collected()
    tar.read_tar(io.BytesIO(data), sink)
    return sink.files


def member(name: str = "x", data: bytes = b"", **fields: object) -> bytes:
    """One member of Python's making, with any field of its header."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % 512)


END = bytes(1024)


def fixed(head: bytes) -> bytes:
    """A header with its checksum made right again."""
    head = head[:148] + b" " * 8 + head[156:]
    return head[:148] + f"{sum(head):06o}\0 ".encode() + head[156:]


def patched(at: int, new: bytes, *, fix: bool = True) -> bytes:
    data = member("x", b"hello")
    head = data[:at] + new + data[at + len(new) : 512]
    return (fixed(head) if fix else head) + data[512:] + END


def pax(*records: bytes) -> bytes:
    return member("pax", b"".join(records), type=tarfile.XHDTYPE)


def test_round_trip() -> None:
    assert read(written(files())) == files()


def test_pythons_and_gnus_tar_read_it(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(written(files()))
    with tarfile.open(tmp_path / "a.tar") as archive:
        assert {m.name: archive.extractfile(m).read() for m in archive} == files()  # type: ignore[union-attr]
    subprocess.run(["tar", "xf", "a.tar"], cwd=tmp_path, check=True)
    assert all((tmp_path / name).read_bytes() == data for name, data in files().items())


def test_the_size_is_known_beforehand() -> None:
    assert len(written(files())) == tar.packed_size(list(SIZES.values()))


class Sparse(io.RawIOBase):
    """A start, then zeros: nine GiB without the bytes."""

    def __init__(self, start: bytes, length: int) -> None:
        self._start, self._length, self._at = start, length, 0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(len(buffer), self._length - self._at)
        if self._at < len(self._start):
            count = min(count, len(self._start) - self._at)
            buffer[:count] = self._start[self._at : self._at + count]
        else:
            buffer[:count] = bytes(count)
        self._at += count
        return count


def test_a_file_of_eight_gib_has_a_pax_header_that_others_read() -> None:
    size = 8 * layout.GIB
    out = io.BytesIO()
    writer = tar.TarWriter(out, AT)
    writer.start_file("data/exhibits/HXA-001/original.mp4", size)
    start = out.getvalue()
    with tarfile.open(fileobj=io.BytesIO(start + END)) as archive:
        assert archive.next().size == size  # type: ignore[union-attr]

    class StopError(Exception):
        pass

    class First(Counted):
        def feed(self, data: memoryview) -> None:
            raise StopError

    sink = First()
    with pytest.raises(StopError):
        tar.read_tar(Sparse(start, size), sink)
    assert sink.size == size


REFUSED: dict[str, tuple[bytes, type[tar.TarError]]] = {
    "not a tar": (b"hello" * 400, tar.TarForeignError),
    "nothing": (b"", tar.TarEndError),
    "half a header": (member()[:300], tar.TarTruncatedError),
    "half a file": (member("x", b"a" * 2000)[:1000], tar.TarTruncatedError),
    "no end": (member("x", b"a"), tar.TarEndError),
    "half an end": (member("x", b"a") + bytes(512), tar.TarEndError),
    "one zero block, then a file": (member("x") + bytes(512) + member("y") + END, tar.TarTrailingError),
    "something after the end": (member("x") + END + b"x", tar.TarTrailingError),
    "a second archive": (member("x") + END + member("y") + END, tar.TarTrailingError),
    "endless zeros": (member("x") + bytes(3 * layout.MIB), tar.TarTrailingError),
    "something in the padding": (member("x", b"a")[:-1] + b"!" + END, tar.TarTrailingError),
    "a symbolic link": (member("x", type=tarfile.SYMTYPE, linkname="/etc/passwd") + END, tar.TarTypeError),
    "a hard link": (member("x", type=tarfile.LNKTYPE, linkname="y") + END, tar.TarTypeError),
    "a file with a link name": (member("x", linkname="y") + END, tar.TarTypeError),
    "a device": (member("x", type=tarfile.CHRTYPE) + END, tar.TarTypeError),
    "a block device": (member("x", type=tarfile.BLKTYPE) + END, tar.TarTypeError),
    "a pipe": (member("x", type=tarfile.FIFOTYPE) + END, tar.TarTypeError),
    "a contiguous file": (member("x", type=tarfile.CONTTYPE) + END, tar.TarTypeError),
    "a GNU sparse file": (member("x", type=tarfile.GNUTYPE_SPARSE) + END, tar.TarTypeError),
    "a GNU long name": (member("x", b"y" * 200, type=tarfile.GNUTYPE_LONGNAME) + END, tar.TarTypeError),
    "a GNU long link": (member("x", b"y" * 200, type=tarfile.GNUTYPE_LONGLINK) + END, tar.TarTypeError),
    "a global header": (member("x", b"14 path=a/b/c\n", type=tarfile.XGLTYPE) + END, tar.TarTypeError),
    "a folder with content": (member("x", b"abc", type=tarfile.DIRTYPE) + END, tar.TarTypeError),
    "pax: a path": (pax(b"14 path=a/b/c\n") + member("x") + END, tar.TarPaxError),
    "pax: a small size": (pax(b"11 size=12\n") + member("x") + END, tar.TarPaxError),
    "pax: two records": (
        pax(b"20 size=8589934592\n", b"14 path=a/b/c\n") + member("x") + END,
        tar.TarPaxError,
    ),
    "pax: a wrong length": (pax(b"21 size=8589934592\n") + member("x") + END, tar.TarPaxError),
    "pax: twice": (pax(b"19 size=8589934592\n") * 2 + member("x") + END, tar.TarPaxError),
    "pax: too long": (pax(b"1" * 600) + member("x") + END, tar.TarPaxError),
    "pax: for nothing": (pax(b"19 size=8589934592\n") + END, tar.TarMagicError),
    "pax: for a folder": (
        pax(b"19 size=8589934592\n") + member("x", type=tarfile.DIRTYPE) + END,
        tar.TarTypeError,
    ),
    "absolute": (member("/etc/passwd") + END, tar.TarNameError),
    "upwards": (member("a/../../b") + END, tar.TarNameError),
    "just upwards": (member("..") + END, tar.TarNameError),
    "a dot inside": (member("a/./b") + END, tar.TarNameError),
    "empty part": (member("a//b") + END, tar.TarNameError),
    "two dots and slashes": (member("././b") + END, tar.TarNameError),
    "a back slash": (member("..\\b") + END, tar.TarNameError),
    "a control character": (member("a\nb") + END, tar.TarNameError),
    "turned writing": (member("a\u202egnp.exe") + END, tar.TarNameError),
    "a file called like a folder": (patched(0, b"x/"), tar.TarNameError),
    "a file called like this folder": (patched(0, b"./"), tar.TarNameError),
    "an empty name": (patched(0, b"\0"), tar.TarNameError),
    "not UTF-8": (patched(0, b"\xff\xfe"), tar.TarNameError),
    "a second name behind the first": (patched(0, b"x\0y"), tar.TarNameError),
    "the same name twice": (member("x") + member("x") + END, tar.TarDuplicateError),
    "another case": (member("x") + member("X") + END, tar.TarDuplicateError),
    "another form": (member("caf\u00e9") + member("cafe\u0301") + END, tar.TarDuplicateError),
    "a dot slash": (member("x") + member("./x") + END, tar.TarDuplicateError),
    "a folder and a file": (member("x", type=tarfile.DIRTYPE) + member("x") + END, tar.TarDuplicateError),
    "a wrong checksum": (patched(0, b"y", fix=False), tar.TarChecksumError),
    "a size in base 256": (patched(124, b"\x80" + bytes(10) + b"\5"), tar.TarNumberError),
    "a negative size": (patched(124, b"-0000000005\0"), tar.TarNumberError),
    "a size without an end": (patched(124, b"000000000005"), tar.TarNumberError),
    "an empty size": (patched(124, b"\0" * 12), tar.TarNumberError),
    "a size of decimals": (patched(124, b"00000000009\0"), tar.TarNumberError),
    "an owner that is no number": (patched(108, b"0000x00\0"), tar.TarNumberError),
    "a time with a sign": (patched(136, b"-0000000005\0"), tar.TarNumberError),
    "a device that is no number": (patched(329, b"\x7f"), tar.TarNumberError),
    "the start of a name in a GNU header": (
        member("y") + patched(257, b"ustar  \0" + bytes(80) + b"data"),
        tar.TarNameError,
    ),
    "old magic on a later member": (
        member("y") + patched(257, b"\0" * 8),
        tar.TarMagicError,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    data, error = REFUSED[case]
    with pytest.raises(tar.TarError) as caught:
        read(data)
    assert type(caught.value) is error
    assert caught.value.exit_code is ExitCode.CANNOT_OPEN
    assert caught.value.message.endswith("Ask the sender for a new copy.")


def test_every_error_has_its_own_code_and_a_test() -> None:
    kinds = tar.TarError.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert set(kinds) == {error for _, error in REFUSED.values()} | {tar.TarLimitError}


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MAX_MEMBERS", 2)
    with pytest.raises(tar.TarLimitError):
        read(member("a") + member("b") + member("c") + END)
    monkeypatch.setattr(layout, "MAX_FILE", 1000)
    with pytest.raises(tar.TarLimitError):
        read(member("a", bytes(1001)) + END)
    monkeypatch.setattr(layout, "MAX_TOTAL", 1500)
    with pytest.raises(tar.TarLimitError):
        read(member("a", bytes(800)) + member("b", bytes(800)) + END)


def test_a_huge_announced_size_costs_nothing() -> None:
    with pytest.raises(tar.TarLimitError):
        read(pax(b"27 size=999999999999999999\n") + member("x") + END)


def test_folders_and_padding_are_harmless() -> None:
    data = member("./", type=tarfile.DIRTYPE) + member("./b/", type=tarfile.DIRTYPE) + member("./b/c", b"1")
    assert read(data + bytes(10240)) == {"b/c": b"1"}


def test_owners_of_a_large_directory() -> None:
    """Numbers that we do not use, as GNU tar writes large ones."""
    assert read(patched(108, b"\x80" + (1_234_567_890).to_bytes(7)) + END) == {"x": b"hello"}
    assert read(patched(136, b"\xff" * 12)) == read(patched(329, bytes(16))) == {"x": b"hello"}


@pytest.mark.parametrize(
    "misuse",
    [
        lambda w: (w.start_file("x", 3), w.feed(memoryview(b"12")), w.end_file()),
        lambda w: (w.start_file("x", 3), w.feed(memoryview(b"1234"))),
        lambda w: (w.start_file("x", 3), w.start_file("y", 3)),
        lambda w: w.start_file("x" * 101, 0),
        lambda w: w.start_file("", 0),
    ],
)
def test_the_writer_refuses_what_would_not_be_an_archive(misuse: Callable[[tar.TarWriter], object]) -> None:
    with pytest.raises(ValueError, match=r"member|bytes"):
        misuse(tar.TarWriter(io.BytesIO(), AT))


GOOD = written({"bagit.txt": b"hello", "data/x/y.bin": bytes(range(256)) * 5, "z": b""})


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_changed_bytes_only_raise_tar_errors(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for at, value in changes:
        data[at] = value
    with suppress(tar.TarError):
        read(bytes(data))


@given(st.lists(st.sampled_from([GOOD[i : i + 512] for i in range(0, len(GOOD), 512)]), max_size=12))
def test_shuffled_blocks_only_raise_tar_errors(blocks: list[bytes]) -> None:
    with suppress(tar.TarError):
        read(b"".join(blocks))


@given(st.binary(max_size=2000), st.integers(0, len(GOOD)))
def test_arbitrary_bytes_only_raise_tar_errors(data: bytes, cut: int) -> None:
    with suppress(tar.TarError):
        read(data)
    if cut < len(GOOD):
        with pytest.raises(DamagedError):
            read(GOOD[:cut])


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}", fullmatch=True), st.binary(max_size=1500), max_size=5
    )
)
def test_whatever_is_written_is_read_back(content: dict[str, bytes]) -> None:
    assert read(written(content)) == content
