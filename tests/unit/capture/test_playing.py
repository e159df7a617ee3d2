"""Playing in a child process: what comes back is right; whatever the file or the child does is a sentence."""

from __future__ import annotations

import io
import math
import struct
import sys
import threading
import wave
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import psutil
import pytest

from evidence_app.capture.playing import Controls, play, wire
from evidence_app.capture.playing.wire import Says
from evidence_app.errors import NotReadableError, ReaderCrashedError, StoppedError, TooLongError
from evidence_app.matroska import CLUSTER, HEAD, TIME, VOID, element, identifier, parts, whole_number
from evidence_app.records.playing import Ended, Heard, Opened, Played, Shown
from tests.hostile_players import LIES
from tests.recordings import BLUE, GREEN, RED, recording

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "tests" / "samples"
HOSTILE = [sys.executable, "-B", "-s", "-P", str(ROOT / "tests/hostile_players.py")]
MINE = {HOSTILE[-1], "evidence_app.capture.playing.inside"}
linux = pytest.mark.skipif(sys.platform != "linux", reason="what Linux refuses")


def tone(seconds: float, rate: int = 22_050) -> bytes:
    """A WAV file of one channel with 440 Hz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        count = int(seconds * rate)
        wanted = (int(12_000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(count))
        file.writeframes(struct.pack(f"<{count}h", *wanted))
    return out.getvalue()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
    for one in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # a zombie of somebody else's
            assert not set(one.cmdline()) & MINE


def played(
    source: io.IOBase | bytes,
    steer: Callable[[Controls, Played], object],
    size: int | None = None,
    program: list[str] | None = None,
    seconds: float = 60,
) -> list[Played]:
    """What was told until `steer` ended it."""
    controls, told = Controls(), []

    def tell(what: Played) -> None:
        told.append(what)
        steer(controls, what)

    given = io.BytesIO(source) if isinstance(source, bytes) else source
    length = len(source) if isinstance(source, bytes) else size or 0
    play(given, length, controls, tell, program=program, seconds=seconds)
    return told


def to_the_end(controls: Controls, what: Played) -> None:
    if isinstance(what, Opened):
        controls.play()
    elif isinstance(what, Shown):
        controls.seen()
    elif isinstance(what, Ended):
        controls.end()


def colour(shown: Shown) -> tuple[int, ...]:
    middle = 3 * (shown.pixels.height // 2 * shown.pixels.width + shown.pixels.width // 2)
    return tuple(shown.pixels.rgb[middle : middle + 3])


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


# --- recordings of our own -------------------------------------------------------------------------------


def test_a_recording_shows_the_place_that_was_chosen_and_is_played_to_its_end() -> None:
    def steer(controls: Controls, what: Played) -> None:
        if isinstance(what, Opened):
            controls.seek(70)
        elif isinstance(what, Shown):
            controls.seen()
            controls.play()
        elif isinstance(what, Ended):
            controls.end()

    told = played(recording((0, RED), (60, GREEN), (120, BLUE), (180, BLUE)), steer)
    assert told[0] == Opened(180, picture=True, sound=False)
    pictures = [one for one in told if isinstance(one, Shown)]
    assert (pictures[0].milliseconds, near(colour(pictures[0]), GREEN)) == (70, True)
    assert near(colour(pictures[-1]), BLUE)
    assert isinstance(told[-1], Ended)


def test_one_that_was_cut_off_is_played_as_far_as_it_is_whole() -> None:
    whole = recording((0, RED), (50, GREEN), (100, BLUE))
    told = played(whole[:-30], to_the_end)
    assert told[0] == Opened(50, picture=True, sound=False)
    assert near(colour([one for one in told if isinstance(one, Shown)][-1]), GREEN)


class Vast(io.RawIOBase):
    """A recording of five gigabytes whose middle is nothing; counts what is read of it."""

    GAP = 5 * 1024**3

    def __init__(self) -> None:
        first, second = recording((0, RED)), recording((100, BLUE))
        self.start = first + identifier(VOID) + (1 << 56 | self.GAP).to_bytes(8)
        self.end = second[second.index(identifier(CLUSTER)) :]
        self.size = len(self.start) + self.GAP + len(self.end)
        self.at = self.taken = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self.at = offset
        return offset

    def read(self, size: int = -1, /) -> bytes:
        tail = self.size - len(self.end)
        if self.at < len(self.start):
            piece = self.start[self.at : self.at + size].ljust(size, b"\0")
        elif self.at + size > tail:
            piece = bytes(max(0, tail - self.at)) + self.end[max(0, self.at - tail) :][:size]
        else:
            piece = bytes(size)
        self.at += len(piece)
        self.taken += len(piece)
        return piece


def test_of_a_vast_file_only_the_pieces_that_are_needed_are_read() -> None:
    source = Vast()
    told = played(source, to_the_end, source.size)
    assert told[0] == Opened(100, picture=True, sound=False)
    assert near(colour([one for one in told if isinstance(one, Shown)][-1]), BLUE)
    assert source.taken < 2 * 1024 * 1024


def test_every_part_that_is_not_whole_ends_the_list() -> None:
    whole = recording((0, RED), (50, GREEN))

    def times(data: bytes) -> list[int]:
        return [one.milliseconds for one in parts(lambda at, size: data[at : at + size], len(data))]

    assert times(whole) == [0, 50]
    assert times(whole + element(CLUSTER, element(TIME, whole_number(70)))) == [0, 50, 70]
    second = whole.rindex(identifier(CLUSTER))
    assert all(times(whole[:cut]) == [0] for cut in range(second, len(whole)))
    assert times(whole + element(CLUSTER, b"no time")) == [0, 50]
    assert times(b"x" + whole) == times(HEAD) == times(b"") == []
    lying = whole[: second + 4] + (1 << 56 | 2**50).to_bytes(8) + whole[second + 12 :]
    assert times(lying) == [0]


# --- what others made ----------------------------------------------------------------------------------


def frequency(samples: bytes) -> float:
    """Of the left channel, by how often it rises through zero."""
    left = struct.unpack(f"<{len(samples) // 2}h", samples)[::2]
    rises = [n for n, (a, b) in enumerate(pairwise(left)) if a < 0 <= b]
    return 48_000 * (len(rises) - 1) / (rises[-1] - rises[0])


@pytest.mark.parametrize("name", ["film-h264-aac.mp4", "film-vp8-opus.webm", "a tone"])
def test_pictures_and_sound_of_others_come_as_pixels_and_samples(name: str) -> None:
    pytest.importorskip("PySide6.QtMultimedia")
    data = tone(1.5) if name == "a tone" else (SAMPLES / name).read_bytes()
    film, heard, shown = name.startswith("film"), bytearray(), list[Shown]()

    def steer(controls: Controls, what: Played) -> None:
        if isinstance(what, Heard):
            heard.extend(what.samples)
        elif isinstance(what, Shown):
            shown.append(what)
        to_the_end(controls, what)
        if len(heard) > 48_000 and (shown or not film):
            controls.end()

    opened = played(data, steer)[0]
    assert isinstance(opened, Opened)
    assert (opened.picture, opened.sound) == (film, True)
    assert opened.milliseconds is not None
    assert 1_450 <= opened.milliseconds <= 1_600
    # The first tenth of a second is a codec's own.
    assert abs(frequency(bytes(heard[19_200:])) - 440) < 8
    for one in shown:
        assert (one.pixels.width, one.pixels.height) == (96, 64)
        assert len(set(zip(*[iter(one.pixels.rgb)] * 3, strict=True))) > 20


@pytest.mark.parametrize("name", ["truncated", "no bytes", "no decoder for it"])
def test_what_cannot_be_played_is_one_sentence(name: str) -> None:
    pytest.importorskip("PySide6.QtMultimedia")
    film = (SAMPLES / "film-h264-aac.mp4").read_bytes()
    data = {
        "truncated": film[: film.index(b"mdat") + 400] if film.index(b"moov") > film.index(b"mdat") else b"x",
        "no bytes": b"",
        "no decoder for it": (SAMPLES / "film-av1.mp4").read_bytes(),
    }[name]
    with pytest.raises(NotReadableError) as caught:
        played(data, to_the_end)
    assert caught.value.message.count(".") == 1
    assert "damaged" in caught.value.message or "empty" in caught.value.message


def test_without_the_decoders_it_says_so_and_our_own_are_played() -> None:
    program = [*HOSTILE, "no decoders"]
    with pytest.raises(NotReadableError, match="is not installed on this computer"):
        played(tone(0.1), to_the_end, program=program)
    assert isinstance(played(recording((0, RED), (20, BLUE)), to_the_end, program=program)[-1], Ended)


WRONG = {
    "a picture of other pixels than it says": wire.message(Says.PICTURE, bytes(4) + b"\0\2\0\2" + bytes(11)),
    "a picture wider than any": wire.message(Says.PICTURE, bytes(4) + b"\xff\xff\0\1" + bytes(0xFFFF * 3)),
    "half a picture": wire.message(Says.PICTURE, bytes(5)),
    "half a sample": wire.message(Says.SOUND, bytes(4 + 3)),
    "more samples than fit": wire.message(Says.SOUND, bytes(4 + 4 + wire.MAX_SOUND)),
    "a kind that there is not": wire.message(99),
    "a length of years": wire.message(
        Says.OPENED, b'{"milliseconds":1099511627776,"picture":true,"sound":true}'
    ),
    "no JSON": wire.message(Says.OPENED, b"{"),
    "JSON of another kind": wire.message(Says.OPENED, b"[]"),
    "an end with words": wire.message(Says.ENDED, b"x"),
    "a time of other length": wire.message(Says.AT, b"x"),
}

# --- what a child does -----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", WRONG)
def test_a_message_that_no_player_sends_is_refused(what: str) -> None:
    kind, content = wire.take(io.BytesIO(WRONG[what])) or (0, b"")
    with pytest.raises(ReaderCrashedError):
        wire.heard(kind, content)


@pytest.mark.parametrize("place", [wire.needs(10**9, 10), wire.needs(0, 2**31), wire.needs(0, 0), b"1234567"])
def test_a_piece_that_there_is_not_is_refused(place: bytes) -> None:
    with pytest.raises(ReaderCrashedError):
        wire.place_of(place[5:], 1000)


@pytest.mark.parametrize("lie", LIES)
def test_a_child_that_lies_is_ended(lie: str) -> None:
    def steer(controls: Controls, what: Played) -> None:
        """Nobody asks for more."""

    with pytest.raises(ReaderCrashedError):
        played(b"x" * 1000, steer, program=[*HOSTILE, lie])


def test_one_that_hangs_is_ended() -> None:
    with pytest.raises(TooLongError):
        played(b"x", to_the_end, program=[*HOSTILE, "silent"], seconds=0.3)


def test_stop_ends_it_at_once() -> None:
    def watch() -> None:
        raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        play(io.BytesIO(b"x"), 1, Controls(), lambda _: None, watch=watch, program=[*HOSTILE, "silent"])


@linux
def test_nothing_but_the_pipes_is_open_to_any_thread_of_a_decoder() -> None:
    with pytest.raises(NotReadableError) as caught:
        played(b"x" * 10, to_the_end, program=[*HOSTILE, "doors"])
    assert caught.value.message == " ".join(["refused"] * 10)


@linux
def test_its_memory_is_limited() -> None:
    with pytest.raises(NotReadableError, match="more memory"):
        play(io.BytesIO(b"x"), 1, Controls(), print, program=[*HOSTILE, "memory"], memory=256 * 1024 * 1024)
