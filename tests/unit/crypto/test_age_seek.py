"""Any place of an age file: the same bytes as a reading from the start, and nothing that was changed."""

from __future__ import annotations

import io
import os
import random

import pytest

from evidence_app.crypto import age
from evidence_app.errors import DamagedError, EvidenceError, NotForYouError

CHUNK = age.CHUNK_BYTES
ME = age.Identity(bytes(range(1, 33)))
SAMPLE = random.Random(7).randbytes(3 * CHUNK + 100)


def sealed(size: int) -> bytes:
    return age.encrypt(SAMPLE[:size], [ME.recipient])


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 100])
def test_every_place_has_the_bytes_that_were_sealed(size: int) -> None:
    with age.SeekReader(io.BytesIO(sealed(size)), [ME]) as reader:
        assert reader.size == size
        assert reader.read() == SAMPLE[:size]
        for start in (0, 5, CHUNK - 1, CHUNK, 2 * CHUNK - 3, size, size + 10):
            reader.seek(start)
            assert reader.read(10) == SAMPLE[start : min(size, start + 10)]
            assert reader.tell() == max(start, min(size, start + 10))


def test_a_file_that_was_cut_off_is_not_opened() -> None:
    whole = sealed(3 * CHUNK + 100)
    last = len(whole) - 116
    for cut in (1, 100, 116, 117, CHUNK, 2 * CHUNK, len(whole) - last + CHUNK + 16):
        with pytest.raises(DamagedError):
            age.SeekReader(io.BytesIO(whole[:-cut]), [ME])
    with pytest.raises(DamagedError):
        age.SeekReader(io.BytesIO(whole + b"x"), [ME])


def test_a_changed_chunk_is_refused_and_the_others_are_read() -> None:
    whole = bytearray(sealed(3 * CHUNK + 100))
    whole[len(whole) - 116 - CHUNK] ^= 1  # in the third of four
    with age.SeekReader(io.BytesIO(whole), [ME]) as reader:
        assert reader.read(2 * CHUNK) == SAMPLE[: 2 * CHUNK]
        with pytest.raises(DamagedError):
            reader.read(1)
        reader.seek(3 * CHUNK)
        assert reader.read() == SAMPLE[3 * CHUNK :]


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NotForYouError):
        age.SeekReader(io.BytesIO(sealed(5)), [age.Identity(bytes(range(2, 34)))])


# --- a file that was cut off while it was written -----------------------------------------------------------

END = b"the end"


def mended(data: bytes, beginning: bytes = SAMPLE[:100]) -> tuple[bool, bytes]:
    file = io.BytesIO(data)
    file.fileno = lambda: 0  # type: ignore[method-assign]  # never reached: fsync is replaced
    return age.complete(file, [ME], beginning, END), file.getvalue()


@pytest.fixture
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.mark.usefixtures("no_disk")
def test_what_is_whole_stays_and_gets_an_end() -> None:
    whole = sealed(3 * CHUNK + 100)
    start = len(whole) - 116 - 3 * (CHUNK + 16)
    for cut in (1, 116, 117, CHUNK, CHUNK + 200, 2 * CHUNK):
        left = (len(whole) - cut - start) // (CHUNK + 16)
        done, file = mended(whole[:-cut])
        assert (done, age.decrypt(file, [ME])) == (True, SAMPLE[: left * CHUNK] + END)
        # Stopped while it was made whole, and done again.
        for again in (1, 10, len(END) + 15):
            assert mended(file[:-again]) == (True, file)
    for tail in (b"x", bytes(CHUNK + 16), bytes(3 * CHUNK)):
        assert age.decrypt(mended(whole[:-116] + tail)[1], [ME]) == SAMPLE[: 3 * CHUNK] + END


@pytest.mark.usefixtures("no_disk")
def test_a_fault_in_the_middle_is_none_that_a_cut_makes() -> None:
    whole = bytearray(sealed(3 * CHUNK + 100))
    whole[len(whole) - 116 - CHUNK - 100] ^= 1  # in the second of four
    assert mended(bytes(whole[:-50])) == (False, bytes(whole[:-50]))
    whole = bytearray(sealed(3 * CHUNK))
    assert mended(bytes(whole[:-50]), b"something else") == (False, bytes(whole[:-50]))
    short = sealed(CHUNK)[:-1]
    assert mended(short) == (False, short)
    for cut in (10, 150):
        with pytest.raises(EvidenceError):
            mended(bytes(whole[:cut]))
