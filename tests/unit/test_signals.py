"""A stop is heard also where the system hands the signal to another thread, or before a slow read."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from evidence_app.cli import signals
from evidence_app.cli.signals import stoppable


@pytest.fixture(autouse=True)
def _not_ignored() -> Iterator[None]:
    """As in a terminal, also where the tests run in the background."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class _Silence:
    """A pipe that says nothing for `patience` seconds; `waited` where nobody ended the reading before."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.waited = False

    def read(self) -> None:
        reading, writing = os.pipe()
        give_up = threading.Event()

        def end() -> None:
            self.waited = not give_up.wait(self.patience)
            os.write(writing, b".")

        thread = threading.Thread(target=end)
        thread.start()
        try:
            os.read(reading, 1)
        finally:
            give_up.set()
            thread.join()
            os.close(reading)
            os.close(writing)


def _signal_to_another_thread(number: int) -> threading.Thread:
    def take() -> None:
        signal.pthread_kill(threading.get_ident(), number)

    thread = threading.Timer(0.1, take)
    thread.start()
    return thread


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_that_another_thread_got_stops_the_reading(name: str) -> None:
    silence = _Silence(30)
    thread = _signal_to_another_thread(getattr(signal, name))
    with pytest.raises(KeyboardInterrupt), stoppable():
        silence.read()
    thread.join()
    assert not silence.waited


def test_without_that_it_waits_for_the_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: nobody sends the signal on."""
    monkeypatch.setattr(signals, "_insisting", lambda *_: nullcontext())
    silence = _Silence(0.5)
    thread = _signal_to_another_thread(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stoppable():
        silence.read()
    thread.join()
    assert silence.waited


def test_everything_is_as_it_was_afterwards() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    threads = threading.active_count()
    with stoppable():
        assert signal.getsignal(signal.SIGTERM) not in before
        assert threading.active_count() == threads + 1
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before
    assert threading.active_count() == threads
    assert signal.set_wakeup_fd(-1) == -1
