"""Ctrl-C, the end of the session and a closed terminal: the work is cleared away first."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_STOPS = ("SIGINT", "SIGTERM", "SIGHUP")
_AGAIN_SECONDS = 0.05


@contextmanager
def stoppable() -> Iterator[None]:
    """Within, each of these signals raises `KeyboardInterrupt` once; what comes later is ignored."""
    numbers = [getattr(signal, name) for name in _STOPS if hasattr(signal, name)]
    before: dict[int, Any] = {}
    heard = threading.Event()

    def stop(*_: object) -> None:
        heard.set()
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the clearing away
        raise KeyboardInterrupt

    try:
        for number in numbers:
            if signal.getsignal(number) is not signal.SIG_IGN:  # under nohup
                with suppress(ValueError):  # not the main thread: the caller looks after signals
                    before[number] = signal.signal(number, stop)
        with _insisting(before, heard):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _insisting(numbers: dict[int, Any], heard: threading.Event) -> Iterator[None]:
    """Send a signal on to the main thread until Python has acted on it.

    The system may hand a signal to another thread, or to this one a moment before it waits for a slow
    disk: either way the handler would run only when that wait is over.
    """
    if not numbers or not hasattr(signal, "pthread_kill"):
        yield
        return
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    earlier = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def insist() -> None:
        while byte := os.read(reading, 1):
            while byte[0] in numbers and not heard.wait(_AGAIN_SECONDS):
                signal.pthread_kill(threading.main_thread().ident or 0, byte[0])

    thread = threading.Thread(target=insist, name="signals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        heard.set()
        signal.set_wakeup_fd(earlier)
        os.close(writing)
        thread.join()
        os.close(reading)
