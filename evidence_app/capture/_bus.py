"""Calls over D-Bus (specification 0.42), with one family of errors for all that can go wrong there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, new_method_call
from jeepney.auth import AuthenticationError
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_CALL_S: Final = 5.0
_START_S: Final = 30.0  # the bus may have to start the other side first
_FAULTS = (OSError, AuthenticationError, RuntimeError, KeyError, ValueError, TypeError, IndexError)
"""A bus that is not there, does not let us in, or answers in another way than its documents say."""


class NoAnswerError(Exception):
    """The other side of the bus is not there, refuses, or is silent."""


class Bus:
    """An open connection to a bus."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection

    def call(
        self,
        where: DBusAddress,
        method: str,
        signature: str | None = None,
        body: tuple[Any, ...] = (),
        *,
        seconds: float = _CALL_S,
    ) -> tuple[Any, ...]:
        """The values of the answer. NoAnswerError for an error, or none within `seconds`."""
        message = new_method_call(where, method, signature, body)
        with _explained():
            answer = self._connection.send_and_get_reply(message, timeout=seconds)
            if answer.header.message_type is MessageType.error:
                raise NoAnswerError(str(answer.body[0]) if answer.body else "")
            return tuple(answer.body)

    def ask(
        self,
        rule: MatchRule,
        where: DBusAddress,
        method: str,
        signature: str,
        body: tuple[Any, ...],
        wait: float,
    ) -> tuple[Any, ...]:
        """Call, then wait up to `wait` seconds for the first signal that fits `rule`; returns its values."""
        with _explained():
            self._connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=_CALL_S)
            with self._connection.filter(rule) as heard:
                self.call(where, method, signature, body, seconds=_START_S)
                return tuple(self._connection.recv_until_filtered(heard, timeout=wait).body)

    def listen(self, rule: MatchRule) -> None:
        """From now on the signals that fit `rule` come here; `next_signal` gives them."""
        with _explained():
            self._connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=_CALL_S)

    def next_signal(self, member: str) -> tuple[Any, ...] | None:
        """Wait for the next signal of this name that `listen` let in; None where the bus has gone, or after
        `interrupt`."""
        with suppress(*_FAULTS):
            while True:
                message = self._connection.receive()
                if message.header.fields.get(HeaderFields.member) == member:
                    return tuple(message.body)
        return None

    def interrupt(self) -> None:
        """End whatever waits for this connection in another thread; it is of no use afterwards."""
        with suppress(OSError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)

    @property
    def name(self) -> str:
        """Our own name on the bus, such as `:1.42`."""
        return str(self._connection.unique_name)


@contextmanager
def connected(address: str = "SESSION") -> Iterator[Bus]:
    """A connection to the session bus, or to the bus at an address. NoAnswerError where there is none."""
    with _explained():
        connection = open_dbus_connection(address)
    try:
        yield Bus(connection)
    finally:
        with suppress(*_FAULTS):
            connection.close()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except _FAULTS as error:
        raise NoAnswerError(str(error)) from error
