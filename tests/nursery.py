"""Commands as forks of one process that has imported the program already.

A command is a process of its own as ever: arguments, folder, environment, pipes, signals, exit code. Only the
half second of importing is spent once. What depends on how an interpreter starts is started properly
(`tests.commands.Stage.start`).
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_PROGRAM = "from tests.nursery import serve; import sys; serve(int(sys.argv[1]))"
_LIMIT = 1 << 20


class Command:
    """A running command, as `subprocess.Popen` has it."""

    def __init__(self, words: Sequence[str], cwd: Path, env: Mapping[str, str], stdout: int) -> None:
        self.returncode: int | None = None
        self.args = list(words)
        given, self._stdin = os.pipe()
        err, err_writing = os.pipe()
        out, out_writing = os.pipe() if stdout == subprocess.PIPE else (None, os.dup(stdout))
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        task = json.dumps([list(words), str(cwd), dict(env)]).encode()
        handed = (theirs.fileno(), given, out_writing, err_writing)
        socket.send_fds(_nursery(), [task], list(handed))
        theirs.close()
        for number in (given, out_writing, err_writing):
            os.close(number)
        self._line = ours
        self.pid = int(ours.recv(64))
        self.stdin: IO[bytes] = os.fdopen(self._stdin, "wb")
        self.stdout: IO[bytes] | None = None if out is None else os.fdopen(out, "rb")
        self.stderr: IO[bytes] = os.fdopen(err, "rb")

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; negative where a signal ended it."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                self.returncode = os.waitstatus_to_exitcode(int(self._line.recv(64)))
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
        return self.returncode

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        with suppress(subprocess.TimeoutExpired, BlockingIOError):
            return self.wait(0)
        return None

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as the system does."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, given: bytes, timeout: float) -> tuple[bytes, bytes]:
        """Hand over standard input, read both outputs to their end, wait."""
        found: dict[str, bytes] = {}

        def read(name: str, pipe: IO[bytes]) -> None:
            found[name] = pipe.read()

        def write() -> None:
            with suppress(BrokenPipeError), self.stdin:
                self.stdin.write(given)

        threads = [threading.Thread(target=read, args=("err", self.stderr)), threading.Thread(target=write)]
        if self.stdout is not None:
            threads.append(threading.Thread(target=read, args=("out", self.stdout)))
        for thread in threads:
            thread.start()
        try:
            self.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            for thread in threads:
                thread.join()
        return found.get("out", b""), found["err"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(BrokenPipeError):
            self.stdin.close()
        self.stderr.close()
        if self.stdout is not None:
            self.stdout.close()
        self.wait()
        self._line.close()


@cache
def _nursery() -> socket.socket:
    """Started with the first command of a test process, ended with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LIMIT)
    root = Path(__file__).resolve().parent.parent
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def serve(number: int) -> None:
    """In the nursery: a fork for each command that is asked for, until the test process has gone."""
    from evidence_app import cli
    from evidence_app.__main__ import main

    # What takes the time: importing the program and all that a first command imports and puts together.
    with redirect_stderr(io.StringIO()):
        assert cli.run(["search", os.devnull, "words", "--passphrase-file", os.devnull]) != 0
    gc.collect()
    gc.freeze()  # no command looks through all this again for what could be let go

    asked = socket.socket(fileno=number)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who looks after a command tells how it ended
    while True:
        task, handed, _flags, _address = socket.recv_fds(asked, _LIMIT, 4)
        if not task:
            return
        if os.fork():
            for one in handed:
                os.close(one)
            continue
        asked.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        line = socket.socket(fileno=handed[0])
        pid = os.fork()
        if pid:
            for one in handed[1:]:
                os.close(one)
            with suppress(OSError):  # nobody may be waiting any more
                line.send(str(pid).encode())
                line.send(str(os.waitpid(pid, 0)[1]).encode())
            os._exit(0)
        line.close()
        # Tests that run in the background (nohup, &) ignore these, and their children would too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        words, folder, env = json.loads(task)
        for target, source in enumerate(handed[1:]):
            os.dup2(source, target)
            os.close(source)
        # The nursery's own look at what theirs are: files or pipes.
        sys.stdin, sys.stdout, sys.stderr = (
            open(at, mode, line, encoding=old.encoding, errors=old.errors, closefd=False)  # noqa: SIM115
            for at, mode, line, old in (
                (0, "r", -1, sys.stdin),
                (1, "w", -1, sys.stdout),
                (2, "w", 1, sys.stderr),
            )
        )
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        sys.argv = ["evidence-app", *words]
        sys.exit(main())
