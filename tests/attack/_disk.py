"""The disk that fails on purpose (faults.c), from Python: built once, preloaded, armed in a forked child.

Whoever uses this runs under `preloaded`; `in_child` forks, carries out and tells what was promised before
the end, whatever the end was.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Any

from tests.attack.harness import CannotRunError, Outcome, Share

SOURCE = Path(__file__).with_name("faults.c")
ROOT = SOURCE.parents[2]
_SECONDS = 60.0
"""A child that takes longer hangs: that is a loss too."""


class Call(IntFlag):
    """Kinds of calls, as faults.c has them."""

    CREATE = 1
    WRITE = 2
    SYNC = 4
    RENAME = 8
    LINK = 16
    UNLINK = 32
    TRUNCATE = 64
    MKDIR = 128
    MODE = 256
    OPEN = 512
    READ = 1024
    LOOK = 2048
    LOCK = 4096


CHANGING = Call(511)
"""What changes the state of a disk."""
TAKING_SPACE = Call.CREATE | Call.WRITE | Call.SYNC | Call.RENAME | Call.LINK | Call.MKDIR


class Way(IntEnum):
    """What happens at the chosen call, as faults.c has it."""

    OFF = 0
    COUNT = 1
    KILL = 2
    TEAR = 3
    POWER = 4
    ONCE = 5
    EVER = 6
    STOP = 7
    SLOW = 8
    JUMP = 9


DYING = frozenset({Way.KILL, Way.TEAR, Way.POWER})


@dataclass(frozen=True)
class Fault:
    """`at`: the number of the call, from 0 (for `SLOW`: microseconds at each). `error`: an errno (for `JUMP`:
    by how many seconds the clock on the wall is set)."""

    way: Way
    at: int = 0
    error: int = 0
    calls: Call = CHANGING

    def __str__(self) -> str:
        what = f" {errno.errorcode.get(self.error, self.error)}" if self.error else ""
        return f"{self.way.name}@{self.at}{what}"


@dataclass
class Told:
    """What a child said before its end: lines, and how it ended (as `Popen.returncode`; None: it hung)."""

    lines: list[list[Any]] = field(default_factory=list)
    code: int | None = None

    def of(self, kind: str) -> list[list[Any]]:
        """What was said of this kind, without the word itself."""
        return [line[1:] for line in self.lines if line[0] == kind]


Say = Callable[..., None]


def arm(folder: Path, fault: Fault, journal: str = "") -> None:
    """From here on calls under `folder` are counted and the fault happens."""
    graveyard = folder.parent / f"{folder.name}.graveyard"
    graveyard.mkdir(exist_ok=True)
    _library().faults_arm(
        os.fsencode(folder),
        os.fsencode(graveyard),
        fault.way,
        int(fault.calls),
        ctypes.c_long(fault.at),
        fault.error,
        os.fsencode(journal),
    )


def disarm() -> None:
    """The disk is in order again."""
    _library().faults_off()


def counted() -> int:
    """Calls since it was armed."""
    return int(_library().faults_seen())


def _library() -> Any:
    found = ctypes.CDLL(None)
    found.faults_seen.restype = ctypes.c_long
    return found


def in_child(work: Callable[[Say], None], seconds: float = _SECONDS) -> Told:
    """Fork, carry out, and read what the child says until it has ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def say(*words: object) -> None:
            os.write(writing, json.dumps(words).encode() + b"\n")

        code = 1
        try:
            work(say)
            code = 0
        except BaseException as error:  # noqa: BLE001  (told, never swallowed)
            say("fault", type(error).__name__, str(error)[:500], _where(error))
        finally:
            os._exit(code)
    os.close(writing)
    data, ended, until = b"", False, time.monotonic() + seconds
    while not ended and time.monotonic() < until:
        if select.select([reading], [], [], 1.0)[0]:
            got = os.read(reading, 1 << 16)
            data, ended = data + got, not got
    os.close(reading)
    if not ended:
        os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    lines = [json.loads(line) for line in data.decode().splitlines()]
    return Told(lines, code if ended else None)


def _where(error: BaseException) -> str:
    trace, found = error.__traceback__, []
    while trace is not None:
        found.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(found[-14:])


# --- running under the library --------------------------------------------------------------------------


def built(folder: Path) -> Path:
    """The library, built into `folder`; raises `CannotRunError` where it cannot be."""
    if not sys.platform.startswith("linux"):
        raise CannotRunError("a failing disk is made for Linux only")
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise CannotRunError("there is no C compiler here")
    out = folder / "faults.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(out), str(SOURCE), "-ldl", "-lpthread"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRunError(f"the C compiler refuses the failing disk: {done.stderr[-300:]}")
    return out


def preloaded(attack: str, share: Share) -> Outcome:
    """Carry out `tests.attack.<attack>.under(share)` in a process of its own with the library in front."""
    library = built(share.folder)
    # Thousands of small vaults are made and thrown away: in memory where that is possible.
    memory = Path("/dev/shm")
    base = (
        share.folder if not os.access(memory, os.W_OK) else memory / f"evidence-attack-{os.getpid()}-{attack}"
    )
    base.mkdir(exist_ok=True)
    given = {"seed": share.seed, "times": share.times, "seconds": share.seconds, "folder": str(base)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.attack._under", attack, json.dumps(given)],
            cwd=ROOT,
            env={**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
    finally:
        shutil.rmtree(base, ignore_errors=True)
    if done.returncode:
        raise RuntimeError(f"the process of the attack ended with {done.returncode}")
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def told(outcome: Outcome) -> str:
    """An outcome as a line for `preloaded`."""
    return json.dumps(asdict(outcome))


def spread(points: Sequence[Any], number: int, share: Share) -> list[Any]:
    """So many of the points, chosen by the seed, in their order; all where there are not more."""
    if len(points) <= number:
        return list(points)
    chosen = sorted(share.random.sample(range(len(points)), number))
    return [points[at] for at in chosen]
