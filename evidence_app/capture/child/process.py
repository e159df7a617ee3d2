"""A confined child process with its two pipes: how one is started, and how it ends."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from evidence_app.errors import ReaderCrashedError


class Process:
    """A child process, running from now on; raises `ReaderCrashedError` where it cannot be started.

    `memory` (bytes that it may have written to) and `space` (of addresses) are told to it with its parent.
    """

    def __init__(self, command: Sequence[str], memory: int, space: int) -> None:
        started: queue.Queue[subprocess.Popen[bytes] | OSError] = queue.Queue()
        # The system ends the child when the thread that started it ends (prctl, PR_SET_PDEATHSIG), so that
        # has to be one which lives as long as the child.
        command = [*command, *map(str, (os.getpid(), memory, space))]
        self._keeper = threading.Thread(target=_keep, args=(command, started), name="reader-keeper")
        self._keeper.daemon = True
        self._keeper.start()
        process = started.get()
        if isinstance(process, OSError):
            self._keeper.join()
            raise ReaderCrashedError("The reader could not be started on this computer.") from process
        assert process.stdin is not None  # noqa: S101  (for the type checker)
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self.input: IO[bytes] = process.stdin
        self.output: IO[bytes] = process.stdout

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        with suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """After `kill`: wait for its end, and let go of the pipes."""
        self._keeper.join()
        for pipe in (self.input, self.output):
            with suppress(OSError):
                pipe.close()


def command(word: str, module: str) -> list[str]:
    """What starts a child: `word` for the installed program, else `module` in this interpreter."""
    if getattr(sys, "frozen", False):
        return [sys.executable, word]
    return [sys.executable, "-B", "-s", "-P", "-m", module]


def _keep(command: Sequence[str], started: queue.Queue[subprocess.Popen[bytes] | OSError]) -> None:
    """Start the child and wait for its end."""
    environment = {"PYTHONUTF8": "1", "PYTHONPATH": _package(), "LANG": "C.UTF-8"}
    for name in ("SYSTEMROOT", "WINDIR"):  # without them Windows cannot load its own libraries
        if name in os.environ:
            environment[name] = os.environ[name]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=sys.prefix,
            close_fds=True,
            start_new_session=True,
        )
    except OSError as error:
        started.put(error)
        return
    started.put(process)
    process.wait()


def _package() -> str:
    return str(Path(__file__).resolve().parents[3])
