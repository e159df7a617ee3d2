"""How the rows are measured: every way to do a row's work takes its turn in every round.

What else runs on the machine then falls on all of them alike; medians are compared, never single times.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from statistics import median

MIB = 1024**2
GIB = 1024**3


class Role(StrEnum):
    """What a way to do the work is there for."""

    OURS = "ours"
    PEER = "peer"
    LIMIT = "limit"


class CannotRunError(Exception):
    """A row, or one way of it, cannot be measured here; the text says why."""


@dataclass(frozen=True)
class Way:
    """One way to do the work of a row.

    `work` is timed; it does the work `times` times over. `prepare` is not timed and comes before each.
    `needs`: programs without which there is nothing to measure. `goal`: ours must take at most so many times
    as long as this way.
    """

    name: str
    role: Role
    work: Callable[[], None]
    prepare: Callable[[], None] = lambda: None
    needs: Sequence[str] = ()
    times: int = 1
    goal: float | None = None


@dataclass
class Row:
    """A line of the table. The first way is ours; the others are compared with it.

    `size`: bytes of work, 0 where a rate would say nothing. `notes` may be asked for after the run.
    """

    name: str
    title: str
    ways: Sequence[Way]
    size: int = 0
    notes: Callable[[], Sequence[str]] = lambda: ()


@dataclass
class Measured:
    """The times of one way, in seconds for one piece of work; `missing` says why there are none."""

    name: str
    role: Role
    seconds: list[float] = field(default_factory=list)
    missing: str = ""
    goal: float | None = None

    @property
    def median(self) -> float:
        return median(self.seconds)


@dataclass
class Result:
    """A row as it was measured; `missing` where all of it could not be."""

    name: str
    title: str
    size: int = 0
    ways: list[Measured] = field(default_factory=list)
    notes: Sequence[str] = ()
    missing: str = ""

    @property
    def complete(self) -> bool:
        return not self.missing and not any(way.missing for way in self.ways)


@dataclass(frozen=True)
class Workshop:
    """What every row is given: a folder on the disk that is measured, how often, how much."""

    folder: Path
    rounds: int
    size: int

    def require(self, room: int) -> None:
        """CannotRunError where the disk has less than `room` bytes left."""
        free = shutil.disk_usage(self.folder).free
        if free < room:
            raise CannotRunError(f"needs {room / GIB:.1f} GiB of free disk, there are {free / GIB:.1f}")

    def new_folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.folder))


OpenRow = Callable[[Workshop], AbstractContextManager[Row]]


@contextmanager
def workshop(where: Path, rounds: int, size: int) -> Iterator[Workshop]:
    """A folder of the run's own, removed at its end."""
    # Absolute: peers run in folders of their own.
    folder = Path(tempfile.mkdtemp(prefix=".evidence-bench-", dir=where)).resolve()
    try:
        yield Workshop(folder, rounds, size)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(row: Row, rounds: int) -> Result:
    """Time every way of a row once a round, each round starting with another one."""
    result = Result(row.name, row.title, row.size)
    runnable: list[tuple[Way, Measured]] = []
    for way in row.ways:
        absent = [name for name in way.needs if shutil.which(name) is None]
        why = f"{', '.join(absent)} missing" if absent else ""
        measured = Measured(way.name, way.role, missing=why, goal=way.goal)
        result.ways.append(measured)
        if not absent:
            runnable.append((way, measured))
    for number in range(rounds):
        start = number % len(runnable)
        for way, measured in runnable[start:] + runnable[:start]:
            way.prepare()
            begin = time.perf_counter()
            way.work()
            measured.seconds.append((time.perf_counter() - begin) / way.times)
    result.notes = row.notes()
    return result


# --- other programs -----------------------------------------------------------------------------------


def run(*command: str | Path, where: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Run a program to its end; RuntimeError with what it said where it fails."""
    done = subprocess.run(
        command, cwd=where, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace').strip()}")


def shell(line: str, where: Path, *arguments: str | Path) -> None:
    """A line as a person would type it, in `bash`; any program of a pipe that fails makes it fail."""
    run("bash", "-o", "pipefail", "-ec", line, "bench", *arguments, where=where)


def settle() -> None:
    """Let the disk finish what the way before left to be written, so that it is not paid by the next."""
    os.sync()


# --- the table ----------------------------------------------------------------------------------------


def machine() -> dict[str, str | int]:
    """What the times depend on."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or "unknown"
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0,
        "cpu": model,
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def duration(seconds: float) -> str:
    """Three digits, in the unit that reads best."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if seconds * factor >= 1:
            digits = 2 if seconds * factor < 10 else 1 if seconds * factor < 100 else 0
            return f"{seconds * factor:.{digits}f} {unit}"
    return f"{seconds * 1e3:.3f} ms"


def table(results: Sequence[Result]) -> str:
    """A ratio below 1 means that ours took less time than the other."""
    lines = []
    for result in results:
        lines.append(f"{result.name}: {result.title}")
        if result.missing:
            lines.append(f"  NOT MEASURED: {result.missing}")
        ours = next((way for way in result.ways if way.seconds), None)
        for way in result.ways:
            if way.missing:
                lines.append(f"  {way.role:<5}  {way.name:<58} NOT MEASURED: {way.missing}")
                continue
            rate = f"{result.size / way.median / GIB:6.2f} GiB/s" if result.size else " " * 12
            ratio = _ratio(ours, way) if ours is not None and way is not ours else ""
            spread = f"{duration(min(way.seconds))} to {duration(max(way.seconds))}"
            figures = f"{duration(way.median):>9}  {rate}  ({spread})"
            lines.append(f"  {way.role:<5}  {way.name:<58} {figures}  {ratio}".rstrip())
        lines += [f"         {note}" for note in result.notes]
        lines.append("")
    return "\n".join(lines)


def _ratio(ours: Measured, way: Measured) -> str:
    if way.role is Role.OURS and way.goal is None:
        return ""
    ratio = ours.median / way.median
    said = f"ours / {way.role} = {ratio:.2f}"
    if way.goal is not None:
        said += f", goal {way.goal:g}: {'met' if ratio <= way.goal else 'NOT MET'}"
    return said


def as_json(results: Sequence[Result], rounds: int) -> dict[str, object]:
    """The same, with every single time."""
    return {
        "machine": machine(),
        "rounds": rounds,
        "rows": [
            {
                "name": result.name,
                "title": result.title,
                "size": result.size,
                "missing": result.missing,
                "notes": list(result.notes),
                "ways": [
                    {
                        "name": way.name,
                        "role": way.role.value,
                        "missing": way.missing,
                        "median": way.median if way.seconds else None,
                        "goal": way.goal,
                        "seconds": way.seconds,
                    }
                    for way in result.ways
                ],
            }
            for result in results
        ],
    }
