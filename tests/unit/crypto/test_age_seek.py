"""Any place of an age file: the same bytes as a reading from the start, and nothing that was changed."""

from __future__ import annotations

import io
import random

import pytest

from evidence_app.crypto import age
from evidence_app.errors import DamagedError, NotForYouError

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
