"""The clock against a time server on this computer: right, wrong, silent, lying."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from evidence_app.capture import clock, context
from evidence_app.capture.clock import ClockCheck
from evidence_app.errors import UserError
from evidence_app.records import Method
from tests.sntp import TimeServer, stamp, time_server


@pytest.fixture
def server() -> Iterator[TimeServer]:
    with time_server() as running:
        yield running
    clock.remember(None)


@pytest.mark.parametrize("offset", [0.0, -3.25, 7.5, 86_400.0 * 400])
def test_the_difference_is_measured(server: TimeServer, offset: float) -> None:
    server.offset = offset
    found = server.reach(5)
    assert abs(found.ahead + offset) <= found.within + 0.01
    assert 0 < found.within < 5
    clock.remember(found)
    words = clock.said(clock.now().utc)
    if offset:
        way = "ahead of" if offset < 0 else "behind"
        assert f"s {way} the time server 127.0.0.1" in words
    else:
        assert "in step with the time server 127.0.0.1" in words or "the time server 127.0.0.1" in words
    assert context.observe(Method.MONITOR, (), None, None, None).clock == words


def test_times_after_2036_are_read_in_their_era(server: TimeServer) -> None:
    ahead = 2_100_000_000 - clock.now().utc.timestamp()  # the seconds since 1900 have begun again by then
    server.offset = ahead
    assert abs(server.reach(5).ahead + ahead) < 1


def planted(change: str, request: bytes, honest: bytes) -> bytes:
    parts = bytearray(honest)
    match change:
        case "nothing":
            return b""
        case "short":
            return honest[:47]
        case "not this request":
            parts[24:32] = bytes(8)
        case "a client":
            parts[0] = 0x23
        case "alarm":
            parts[0] = 0xE4
        case "kiss of death":
            parts[1] = 0
        case "unsynchronised":
            parts[1] = 16
        case "no time":
            parts[40:48] = bytes(8)
        case "replied before it was asked":
            parts[40:48] = stamp(struct.unpack(">I", honest[32:36])[0] - 2_208_988_800 - 60)
        case "held it for an hour":
            parts[40:48] = stamp(struct.unpack(">I", honest[32:36])[0] - 2_208_988_800 + 3600)
    return bytes(parts)


@pytest.mark.parametrize(
    "change",
    [
        "nothing",
        "short",
        "not this request",
        "a client",
        "alarm",
        "kiss of death",
        "unsynchronised",
        "no time",
        "replied before it was asked",
        "held it for an hour",
    ],
)
def test_what_is_no_sound_answer_is_refused(server: TimeServer, change: str) -> None:
    server.answer = lambda request: planted(change, request, server.honest(request))
    with pytest.raises(UserError, match="gave no sound answer") as caught:
        server.reach(5)
    assert "Captures go on" in caught.value.message


@pytest.mark.parametrize("name", ["", "no such name.example", "a" * 300, "\0", "ü" * 70])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UserError, match="gave no sound answer"):
        clock.ask(name, port=1, seconds=0.2)


def test_a_server_that_is_silent_is_not_waited_for(server: TimeServer) -> None:
    with pytest.raises(UserError, match="gave no sound answer"):
        clock.ask("127.0.0.1", port=9, seconds=0.05)


def test_the_request_tells_nothing(server: TimeServer) -> None:
    seen: list[bytes] = []

    def listen(request: bytes) -> bytes:
        seen.append(request)
        return server.honest(request)

    server.answer = listen
    server.reach(5)
    server.reach(5)
    assert all(len(one) == 48 and one[:40] == b"\x23" + bytes(39) for one in seen)
    assert seen[0][40:] != seen[1][40:]  # not even the time of this computer


def test_an_old_check_or_one_from_before_the_clock_was_set_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = clock.now().utc
    clock.remember(ClockCheck("time.larkmere.example", 0.5, 0.01, at))
    assert "0.500 s ahead of" in clock.said(at)
    assert clock.said(at + timedelta(hours=2)) == clock.NOT_CHECKED
    assert clock.said(at - timedelta(seconds=5)) == clock.NOT_CHECKED
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 300)  # somebody set the clock
    assert clock.said(at + timedelta(seconds=301)) == clock.NOT_CHECKED
    clock.remember(None)
