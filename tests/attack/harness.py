"""What an attack is, and how its outcome is told.

An attack tries one promise of `SECURITY.md` many times over, from a seed. Every try is either caught
(refused, noticed, survived: whatever the promise says) or lost; one that is lost is a defect of the program.
Attacks are modules of this folder that hold an `ATTACK`.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent
_SHOWN = 20


class CannotRunError(Exception):
    """An attack cannot be carried out here; the text says what is missing."""


@dataclass
class Outcome:
    """What became of the tries. `lost` names each that was not caught, in a line that lets it be repeated."""

    tried: int = 0
    lost: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def caught(self) -> int:
        """Tries that ended as the promise says."""
        return self.tried - len(self.lost)

    def expect(self, held: bool, case: str) -> None:
        """One try more; `case` says how to repeat it."""
        self.tried += 1
        if not held:
            self.lost.append(case)


@dataclass(frozen=True)
class Share:
    """What one attack gets of a run.

    `times`: 1 for a run of about ten minutes, 10 for ten times as many tries. `seconds`: how long the attack
    may begin new tries. `folder`: an empty folder of its own.
    """

    seed: int
    times: float
    seconds: float
    folder: Path
    began: float = field(default_factory=time.monotonic)

    @property
    def random(self) -> random.Random:
        """Chance that repeats: the same for the same seed, anew at each call."""
        return random.Random(self.seed)

    def number(self, usual: int) -> int:
        """How many tries to make where a usual run makes `usual`."""
        return max(1, round(usual * self.times))

    def over(self) -> bool:
        """Whether no further try may begin."""
        return time.monotonic() - self.began > self.seconds


@dataclass(frozen=True)
class Attack:
    """`name`: short, for the table. `promise`: what must hold, in words. `weight`: its part of the time."""

    name: str
    promise: str
    run: Callable[[Share], Outcome]
    weight: float = 1.0


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    name: str
    promise: str
    seed: int
    seconds: float
    outcome: Outcome
    missing: str = ""
    fault: str = ""

    @property
    def held(self) -> bool:
        """Whether nothing was lost and the attack itself ran to its end."""
        return not self.outcome.lost and not self.fault


def names() -> list[str]:
    """The modules of this folder that are attacks, in the order of their names."""
    found = (module.name for module in pkgutil.iter_modules([str(FOLDER)]) if not module.name.startswith("_"))
    return sorted(name for name in found if name != "harness" and "ATTACK" in _source(name))


def carried_out(name: str, share: Share) -> Line:
    """Carry out one attack, whatever becomes of it. A fault of the attack is a fault, never a pass."""
    attack: Attack = importlib.import_module(f"tests.attack.{name}").ATTACK
    outcome, missing, fault = Outcome(), "", ""
    try:
        outcome = attack.run(share)
        if not outcome.tried:
            fault = "nothing was tried"
    except CannotRunError as error:
        missing = str(error)
    except Exception as error:  # noqa: BLE001  # told as what it is, and the others go on
        fault = f"{type(error).__name__}: {error}"
    return Line(
        attack.name, attack.promise, share.seed, time.monotonic() - share.began, outcome, missing, fault
    )


def one(name: str, seed: int, times: float, seconds: float, folder: Path) -> Line:
    """The same for a process of its own, which cannot find what stands in `__main__`."""
    return carried_out(name, Share(seed, times, seconds, folder))


def table(lines: Sequence[Line]) -> str:
    """The lines as a table, then every try that was lost and every note."""
    rows = [("attack", "cases tried", "caught", "lost", "seed", "seconds")]
    rows += [
        (line.name, *_figures(line), str(line.seed), f"{line.seconds:.0f}")
        for line in sorted(lines, key=lambda line: line.name)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = [
        "  ".join(
            word.ljust(width) if not column else word.rjust(width)
            for column, (word, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    for line in lines:
        text += [f"{line.name}: not carried out: {line.missing}"] * bool(line.missing)
        text += [f"{line.name}: the attack itself failed: {line.fault}"] * bool(line.fault)
        text += [f"{line.name}: LOST: {case}" for case in line.outcome.lost[:_SHOWN]]
        text += [f"{line.name}: {note}" for note in line.outcome.notes]
    return os.linesep.join(text)


def _figures(line: Line) -> tuple[str, str, str]:
    if line.missing or line.fault:
        return "-", "-", "failed" if line.fault else "not run"
    return f"{line.outcome.tried:,}", f"{line.outcome.caught:,}", f"{len(line.outcome.lost):,}"


def _source(name: str) -> str:
    file = FOLDER / f"{name}.py"
    return (file if file.exists() else FOLDER / name / "__init__.py").read_text()
