"""The clock of this computer: one reading, and what is known of it.

Unless somebody switched the check on, nothing is: then no packet is ever sent.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Final

from evidence_app.errors import UserError

NOT_CHECKED: Final = "this computer's clock, not checked"
NOT_KNOWN: Final = "not known"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the clock: the same instant twice, and the name of the local zone."""

    utc: datetime
    local: datetime
    zone: str


_known: tuple[ClockCheck, float] | None = None  # with the monotonic time at which it was remembered
_VALID: Final = timedelta(hours=1)
_SET_S: Final = 1.0


def remember(check: ClockCheck | None) -> None:
    """What captures are to say about the clock from now on; None for not checked."""
    global _known  # noqa: PLW0603 - there is one clock
    _known = None if check is None else (check, time.monotonic() - (time.time() - check.at.timestamp()))


def said(at: datetime) -> str:
    """What is known of the clock at a moment: a check of an hour ago, or one from before the clock was set,
    says nothing about now."""
    if _known is None:
        return NOT_CHECKED
    check, began = _known
    was_set = abs((time.time() - check.at.timestamp()) - (time.monotonic() - began)) > _SET_S
    return NOT_CHECKED if was_set or not timedelta(0) <= at - check.at <= _VALID else check.words()


def now() -> Moment:
    """Read the clock once."""
    utc = _EPOCH + timedelta(microseconds=time.time_ns() // 1000)
    local = utc.astimezone()
    return Moment(utc, local, local.tzname() or NOT_KNOWN)


# --- compared with a time server ------------------------------------------------------------------------

PORT: Final = 123
_NTP_EPOCH: Final = datetime(1900, 1, 1, tzinfo=UTC)
_ERA_S: Final = 2**32
_SECONDS: Final = 3.0
_PACKET: Final = 48
_CLIENT: Final = 0x23  # version 4, mode 3
_SERVER_MODE: Final = 4
_UNSYNCHRONISED: Final = 3


@dataclass(frozen=True, slots=True)
class ClockCheck:
    """The answer of a time server: `ahead` seconds this computer's clock is ahead of it (behind: negative),
    to within `within` seconds; `server` as it was named, `at` when it was asked."""

    server: str
    ahead: float
    within: float
    at: datetime

    def words(self) -> str:
        """As it stands in what was observed."""
        when = self.at.isoformat(timespec="seconds").replace("+00:00", "Z")
        way = "ahead of" if self.ahead > 0 else "behind"
        found = f"{abs(self.ahead):.3f} s {way}" if abs(self.ahead) > self.within else "in step with"
        return (
            f"this computer's clock, {found} the time server {self.server} to within {self.within:.3f} s, "
            f"asked at {when}"
        )


def ask(server: str, *, port: int = PORT, seconds: float = _SECONDS) -> ClockCheck:
    """Compare the clock with a time server: one packet each way (SNTP, RFC 4330, sections 4 and 5).

    Nothing about the person or the vault is in it. UserError where there is no sound answer in time.
    """
    sent_random = token_bytes(8)  # what comes back must repeat it: nobody who did not see it can answer
    request = bytes([_CLIENT]) + bytes(39) + sent_random
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(server, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as wire:
            wire.settimeout(seconds)
            wire.connect(address)
            left, began = time.time(), time.monotonic()
            wire.send(request)
            answer = wire.recv(512)
            took = time.monotonic() - began
        return _compared(server, answer, sent_random, left, took)
    except (OSError, UnicodeError, ValueError) as error:
        raise UserError(
            f"The time server {server} gave no sound answer. Captures go on and say that the clock was not "
            "checked. Look at the connection and the server's name, then try again."
        ) from error


def _compared(server: str, answer: bytes, sent: bytes, left: float, took: float) -> ClockCheck:
    """ValueError for what is no answer to this request from a server that knows the time."""
    if len(answer) < _PACKET or answer[24:32] != sent:
        raise ValueError("no answer to this request")
    leap, mode, stratum = answer[0] >> 6, answer[0] & 7, answer[1]
    if mode != _SERVER_MODE or leap == _UNSYNCHRONISED or not 1 <= stratum <= 15:
        raise ValueError("the server does not know the time")
    middle = left + took / 2
    received, replied = (_seconds(answer[at : at + 8], middle) for at in (32, 40))
    held = replied - received
    if not 0 <= held <= took + 0.001:
        raise ValueError("the server's times make no sense")
    ahead = middle - (received + replied) / 2
    return ClockCheck(server, ahead, max(0.001, (took - held) / 2), datetime.fromtimestamp(left, UTC))


def _seconds(stamp: bytes, near: float) -> float:
    """An NTP time (32 bits of seconds since 1900, 32 of fraction) as seconds since 1970, in the era of 2^32
    seconds that is nearest to `near`. ValueError for none."""
    whole, part = int.from_bytes(stamp[:4], "big"), int.from_bytes(stamp[4:], "big")
    if whole == 0 and part == 0:
        raise ValueError("no time")
    found = whole + part / 2**32 + (_NTP_EPOCH - _EPOCH).total_seconds()
    return found + round((near - found) / _ERA_S) * _ERA_S
