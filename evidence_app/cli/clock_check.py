"""`--clock-check SERVER`: the clock is compared with a time server first, and the record says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from evidence_app.capture import clock
from evidence_app.errors import UsageError, UserError

ClockCheck = Annotated[
    str | None,
    typer.Option(
        "--clock-check",
        metavar="SERVER",
        help="First compare the clock with this time server. Without it nothing is sent.",
    ),
]


@contextmanager
def clock_checked(server: str | None) -> Iterator[None]:
    """What is observed within says how the clock compares; where the server gives no sound answer, that is
    told and the work goes on, "not checked". `server` may end in `:port`. None: no packet is sent."""
    if server is None:
        yield
        return
    name, port = _parts(server)
    try:
        clock.remember(clock.ask(name, port=port))
    except UserError as error:
        typer.echo(error.message, err=True)
    try:
        yield
    finally:
        clock.remember(None)


def _parts(server: str) -> tuple[str, int]:
    name, colon, port = server.strip().rpartition(":")
    if not colon or (":" in name and not name.endswith("]")):  # no port, or an address of IPv6 without one
        name, port = server.strip(), str(clock.PORT)
    if not name or not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise UsageError(
            f"{server[:60]!r} is no time server. Nothing was sealed. Name one, such as time.larkmere.example."
        )
    return name.strip("[]"), int(port)
