"""The payload of an age file: whole, cut, changed; any size, any way of reading and writing it."""

from __future__ import annotations

import array
import io
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_app.crypto import _age_stream, age
from evidence_app.errors import DamagedError, EvidenceError, UsageError

CHUNK = age.CHUNK_BYTES
BLOCK = _age_stream.BLOCK_CHUNKS * CHUNK
SEALED = CHUNK + 16
ME = age.Identity(bytes(range(1, 33)))
BORDERS = sorted(
    {
        size
        for base in (0, CHUNK, 2 * CHUNK, BLOCK, BLOCK + CHUNK, 2 * BLOCK)
        for size in (base - 17, base - 1, base, base + 1, base + 17)
        if size >= 0
    }
)
SAMPLE = bytes(range(256)) * (2 * BLOCK // 256 + 1)


def _full(letter: bytes) -> bytes:
    return letter * CHUNK


REFUSED: dict[str, list[tuple[int, bytes, bool]]] = {
    "no chunk": [],
    "empty chunk without end": [(0, b"", False)],
    "no final chunk, short": [(0, b"a", False)],
    "no final chunk, full": [(0, _full(b"a"), False)],
    "no final chunk, two": [(0, _full(b"a"), False), (1, b"b", False)],
    "no final chunk, two full": [(0, _full(b"a"), False), (1, _full(b"b"), False)],
    "empty final chunk after a full one": [(0, _full(b"a"), False), (1, b"", True)],
    "two final chunks": [(0, _full(b"a"), True), (1, b"b", True)],
    "two final full chunks": [(0, _full(b"a"), True), (1, _full(b"b"), True)],
    "short chunk in the middle": [(0, b"a", False), (1, b"b", True)],
    "second chunk short, then another": [(0, _full(b"a"), False), (1, b"b", False), (2, b"c", True)],
    "counter repeated": [(0, _full(b"a"), False), (0, b"b", True)],
    "counter skipped": [(0, _full(b"a"), False), (2, b"b", True)],
    "counter from one": [(1, b"a", True)],
    "chunks swapped": [(1, _full(b"b"), False), (0, _full(b"a"), False), (2, b"c", True)],
    "chunk too long": [(0, b"a" * (CHUNK + 1), True)],
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("step", [1000, CHUNK, 4 * CHUNK])
def test_a_payload_that_no_writer_makes(forge: Any, name: str, step: int) -> None:
    file = forge.header(forge.x25519()) + forge.chunks(REFUSED[name])
    with pytest.raises(DamagedError) as caught:  # noqa: PT012
        reader = age.DecryptReader(io.BytesIO(file), [forge.identity])
        while reader.read(step):
            pass
    assert "Nothing of the damaged part was used" in str(caught.value)


@pytest.mark.parametrize("plain", [b"", b"a", _full(b"a"), _full(b"a") + b"b", _full(b"a") * 2])
@pytest.mark.parametrize("tail", [b"\0", bytes(15), bytes(16), bytes(17), bytes(SEALED)])
def test_anything_behind_the_end_is_refused(forge: Any, plain: bytes, tail: bytes) -> None:
    assert age.decrypt(forge.file(plain=plain), [forge.identity]) == plain
    with pytest.raises(DamagedError):
        age.decrypt(forge.file(plain=plain) + tail, [forge.identity])


def test_every_bit_of_a_file_matters(forge: Any) -> None:
    file = bytearray(forge.file())
    for at in range(len(file)):
        for bit in range(8):
            file[at] ^= 1 << bit
            with pytest.raises(EvidenceError):
                age.decrypt(bytes(file), [forge.identity])
            file[at] ^= 1 << bit
    assert age.decrypt(bytes(file), [forge.identity]) == b"a message"


def test_every_cut_is_refused(forge: Any) -> None:
    file = forge.file()
    for length in range(len(file)):
        with pytest.raises(EvidenceError):
            age.decrypt(file[:length], [forge.identity])


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_flipped_or_missing_part_of_a_long_file_is_refused(data: st.DataObject) -> None:
    plain = SAMPLE[: data.draw(st.sampled_from([size for size in BORDERS if size > CHUNK]))]
    file = bytearray(age.encrypt(plain, [ME.recipient]))
    if data.draw(st.booleans()):
        file[data.draw(st.integers(0, len(file) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    else:
        near = [len(file) - 1, len(file) - 16, len(file) - 17, len(file) - SEALED]
        del file[data.draw(st.one_of(st.sampled_from(near), st.integers(0, len(file) - 1))) :]
    with pytest.raises(EvidenceError):
        age.decrypt(bytes(file), [ME])


@given(
    size=st.one_of(st.sampled_from(BORDERS), st.integers(0, 2 * BLOCK)),
    written=st.lists(
        st.one_of(st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, BLOCK]), st.integers(0, 200_000))
    ),
    asked=st.lists(
        st.one_of(
            st.sampled_from([1, CHUNK - 1, CHUNK, CHUNK + 1, BLOCK, 3 * BLOCK]), st.integers(1, 200_000)
        ),
        min_size=1,
    ),
)
@settings(max_examples=80, deadline=None)
def test_round_trip_in_any_pieces(size: int, written: list[int], asked: list[int]) -> None:
    plain, out, at = SAMPLE[:size], io.BytesIO(), 0
    with age.EncryptWriter(out, [ME.recipient]) as writer:
        for step in written:
            assert writer.write(plain[at : at + step]) == len(plain[at : at + step])
            at += step
        writer.write(memoryview(plain)[at:])
    chunks = max(1, -(-size // CHUNK))
    header = age.encrypt(b"", [ME.recipient])
    assert len(out.getvalue()) == len(header) - 16 + size + 16 * chunks
    reader = age.DecryptReader(io.BytesIO(out.getvalue()), [ME])
    parts: list[bytes] = []
    while True:
        step = asked[len(parts) % len(asked)] if sum(map(len, parts)) < 3 * BLOCK else BLOCK
        part = reader.read(max(step, size // 50 + 1))
        if not part:
            break
        parts.append(part)
    assert b"".join(parts) == plain
    assert reader.read(5) == b""


@pytest.mark.parametrize("size", BORDERS)
def test_round_trip_at_the_borders(forge: Any, size: int) -> None:
    plain = SAMPLE[:size]
    assert age.decrypt(age.encrypt(plain, [ME.recipient]), [ME]) == plain
    assert age.decrypt(forge.file(plain=plain), [forge.identity]) == plain


@pytest.mark.parametrize("step", [1, 100, CHUNK, 10 * CHUNK])
def test_authenticated_bytes_come_first_then_every_call_raises(forge: Any, step: int) -> None:
    plain = _full(b"a") + _full(b"b") + b"SECRET" * 100
    file = bytearray(forge.file(plain=plain))
    file[-1] ^= 1
    reader = age.DecryptReader(io.BytesIO(bytes(file)), [forge.identity])
    got = bytearray()
    buffer = bytearray(b"\xaa" * step)
    with pytest.raises(DamagedError):  # noqa: PT012
        while True:
            count = reader.readinto(buffer)
            assert count
            got += buffer[:count]
    assert got == plain[: 2 * CHUNK]
    for _ in range(2):
        with pytest.raises(DamagedError):
            reader.readinto(buffer)


def test_a_damaged_file_does_not_hold_on_to_the_callers_buffer(forge: Any) -> None:
    file = bytearray(forge.file(plain=_full(b"a") + b"b"))
    file[-1] ^= 1
    reader = age.DecryptReader(io.BytesIO(bytes(file)), [forge.identity])
    buffer = bytearray(2 * CHUNK)
    assert reader.readinto(buffer) == CHUNK
    buffer += b"grows only where nobody holds it"


class Breaks(io.BytesIO):
    """A disk that fails once, in the middle."""

    failed = False

    def readinto(self, buffer: Any) -> int:
        if self.tell() and not self.failed:
            self.failed = True
            raise OSError(5, "Input/output error")
        return super().readinto(buffer)


def test_a_failing_disk_is_reported_as_such_and_ends_the_reading() -> None:
    reader = age.DecryptReader(Breaks(age.encrypt(SAMPLE, [ME.recipient])), [ME])
    with pytest.raises(OSError, match="Input/output"):
        reader.read()
    with pytest.raises(DamagedError, match="interrupted"):
        reader.read()


def test_nothing_unauthenticated_stays_in_the_callers_buffer(forge: Any) -> None:
    plain = b"SECRET" * 1000
    file = bytearray(forge.file(plain=plain))
    file[-1] ^= 1
    reader = age.DecryptReader(io.BytesIO(bytes(file)), [forge.identity])
    buffer = bytearray(b"\xaa" * CHUNK)
    with pytest.raises(DamagedError):
        reader.readinto(buffer)
    assert buffer == bytes(len(plain)) + b"\xaa" * (CHUNK - len(plain))
    with pytest.raises(DamagedError):
        age.DecryptReader(io.BytesIO(bytes(file)), [forge.identity]).read()


@pytest.mark.parametrize("offset", [-1, 0, 1, 2])
@pytest.mark.parametrize("chunks", [2, 3, 4, 6])
def test_a_header_that_puts_a_chunk_at_the_end_of_a_block(forge: Any, offset: int, chunks: int) -> None:
    # With a payload that starts one byte behind a whole chunk, the first block ends exactly with a chunk.
    wanted = SEALED + offset - len(forge.header(forge.x25519())) - 16
    padding = b"-> aaa\n\n" * (wanted % 4000 // 8 + 1)
    wanted -= len(padding)
    while wanted > 0:
        length = min(wanted, 4000) if wanted - min(wanted, 4000) not in range(1, 6) else 3000
        padding += b"-> " + b"a" * (length - 5) + b"\n\n"
        wanted -= length
    plain = SAMPLE[:CHUNK] * chunks
    file = forge.header(padding + forge.x25519()) + forge.payload(plain)
    assert len(file) - len(forge.payload(plain)) + 16 == SEALED + offset
    assert age.decrypt(file, [forge.identity]) == plain


class Trickle:
    """Only `read`, and only a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self._turn = 0

    def read(self, size: int, /) -> bytes:
        self._turn = self._turn % 7001 + 1
        return self._data.read(min(size, self._turn))


def test_a_source_that_gives_little_at_a_time() -> None:
    plain = SAMPLE[: 3 * CHUNK + 5]
    reader = age.DecryptReader(Trickle(age.encrypt(plain, [ME.recipient])), [ME])
    assert reader.read() == plain


class Narrow:
    """Takes at most a few bytes of a write."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: memoryview, /) -> int:
        part = data[:997]
        self.data += part
        return len(part)


def test_an_output_that_takes_little_at_a_time() -> None:
    out = Narrow()
    with age.EncryptWriter(out, [ME.recipient]) as writer:
        writer.write(SAMPLE[: CHUNK + 5])
    assert age.decrypt(bytes(out.data), [ME]) == SAMPLE[: CHUNK + 5]


class Waits:
    """A source and an output that would block."""

    def read(self, size: int, /) -> None:
        return None

    def write(self, data: memoryview, /) -> None:
        return None


def test_non_blocking_files_are_refused() -> None:
    with pytest.raises(BlockingIOError):
        age.DecryptReader(Waits(), [ME])
    with pytest.raises(BlockingIOError):
        age.EncryptWriter(Waits(), [ME.recipient])


class Full:
    """A disk that fills up."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, data: memoryview, /) -> int:
        if len(data) > self.room:
            raise OSError(28, "No space left on device")
        self.room -= len(data)
        return len(data)


def test_a_full_disk_leaves_an_unusable_writer() -> None:
    writer = age.EncryptWriter(Full(BLOCK), [ME.recipient])
    with pytest.raises(OSError, match="No space"):
        writer.write(SAMPLE)
    with pytest.raises(ValueError, match="failed"):
        writer.write(b"more")
    with pytest.raises(ValueError, match="failed"):
        writer.close()


def test_a_full_disk_inside_a_with_block() -> None:
    with (
        pytest.raises(OSError, match="No space"),
        age.EncryptWriter(Full(BLOCK), [ME.recipient]) as writer,
    ):
        writer.write(SAMPLE)


def test_close_that_fails_does_not_pass_for_done() -> None:
    writer = age.EncryptWriter(Full(300), [ME.recipient])
    writer.write(SAMPLE[:5000])
    for error in (OSError, ValueError):
        with pytest.raises(error):
            writer.close()


def test_an_exception_leaves_the_file_unfinished() -> None:
    out = io.BytesIO()
    writer = age.EncryptWriter(out, [ME.recipient])

    def interrupted() -> None:
        with writer:
            writer.write(SAMPLE[: BLOCK + CHUNK])
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"a")
    with pytest.raises(DamagedError):
        age.decrypt(out.getvalue(), [ME])


def test_closing() -> None:
    out = io.BytesIO()
    writer = age.EncryptWriter(out, [ME.recipient])
    writer.write(array.array("I", [1, 2, 3]))
    writer.close()
    size = len(out.getvalue())
    writer.close()
    assert len(out.getvalue()) == size
    assert not out.closed
    out.seek(0)
    reader = age.DecryptReader(out, [ME])
    assert reader.readable()
    into = array.array("I", [0, 0, 0])
    assert reader.readinto(into) == 12
    assert into.tolist() == [1, 2, 3]
    reader.close()
    assert not out.closed
    with pytest.raises(ValueError, match="closed"):
        reader.read(1)


def test_under_a_buffered_reader() -> None:
    plain = SAMPLE[: 2 * CHUNK + 9]
    with io.BufferedReader(age.DecryptReader(io.BytesIO(age.encrypt(plain, [ME.recipient])), [ME])) as reader:
        assert reader.read(10) == plain[:10]
        assert reader.peek(1)[:1] == plain[10:11]
        assert reader.read() == plain[10:]


def test_reading_nothing(forge: Any) -> None:
    reader = age.DecryptReader(io.BytesIO(forge.file()), [forge.identity])
    assert reader.read(0) == b""
    assert reader.readinto(bytearray()) == 0
    assert reader.read(None) == b"a message"
    assert reader.read() == b""


def test_recipients_are_needed() -> None:
    out = io.BytesIO()
    with pytest.raises(UsageError, match="No recipient"):
        age.EncryptWriter(out, [])
    with pytest.raises(UsageError, match="at most"):
        age.EncryptWriter(out, [ME.recipient] * (age.MAX_RECIPIENTS + 1))
    assert out.getvalue() == b""


def test_no_two_files_are_alike() -> None:
    first, second = (age.encrypt(b"the same", [ME.recipient, ME.recipient]) for _ in range(2))
    lines = first.split(b"\n")[1:5] + second.split(b"\n")[1:5]
    assert len(set(lines)) == 8
    assert first[-40:] != second[-40:]


class Zeros(io.RawIOBase):
    """So many zero bytes, made on the way."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._left)
        self._left -= count
        return count


class Sink:
    """Keeps nothing."""

    def write(self, data: memoryview, /) -> int:
        return len(data)


def test_memory_does_not_grow_with_the_size() -> None:
    size = 24 * 1024 * 1024
    sealed = age.encrypt(bytes(size), [ME.recipient])
    tracemalloc.start()
    try:
        with age.EncryptWriter(Sink(), [ME.recipient]) as writer:
            writer.write(memoryview(sealed)[:size])
        with age.DecryptReader(io.BytesIO(sealed), [ME]) as reader:
            buffer = bytearray(BLOCK)
            total = 0
            while count := reader.readinto(buffer):
                total += count
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == size
    assert peak < 4 * BLOCK
