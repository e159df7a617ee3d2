"""The promises under attack: `python -m tests.attack [NAME…] [--times N] [--seed S]`.

Prints a table: attack, cases tried, caught, lost (must be 0), seed. The exit code is 1 where anything
was lost or an attack itself failed; what could not be carried out here says so and is no pass.
"""

from __future__ import annotations

import argparse
import importlib
import secrets
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from tests.attack.harness import Line, names, one, table

_MINUTES = 8.5  # two at a time; what runs when the time is over still ends


def main() -> int:
    """Carry out the attacks that are named, or all."""
    wishes = _wishes()
    chosen = wishes.names or names()
    if unknown := ", ".join(sorted(set(chosen) - set(names()))):
        print(f"No such attack: {unknown}. There are: {', '.join(names())}.", file=sys.stderr)
        return 64
    seed = secrets.randbelow(2**31) if wishes.seed is None else wishes.seed
    lines = _all(chosen, seed, wishes.times, wishes.at_once)
    print(table(lines))
    return 0 if all(line.held for line in lines) else 1


def _all(chosen: Sequence[str], seed: int, times: float, at_once: int) -> list[Line]:
    """Each in a process of its own, the heaviest first."""
    weights = {name: importlib.import_module(f"tests.attack.{name}").ATTACK.weight for name in chosen}
    second = _MINUTES * 60 * times * at_once / max(sum(weights.values()), 1)
    folder = Path(tempfile.mkdtemp(prefix="evidence-attack-"))
    lines = []
    try:
        # A fresh process for each: what one leaves behind, or how it dies, is not the next one's.
        with ProcessPoolExecutor(at_once, get_context("spawn"), max_tasks_per_child=1) as pool:
            tasks = {}
            for name in sorted(chosen, key=lambda name: -weights[name]):
                own = folder / name
                own.mkdir()
                tasks[pool.submit(one, name, seed, times, second * weights[name], own)] = name
            for task in as_completed(tasks):
                lines.append(task.result())
                print(f"done: {tasks[task]}", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return lines


def _wishes() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.attack", description="The promises under attack.")
    asked.add_argument("names", nargs="*", metavar="NAME", help="attacks to carry out; all without one")
    asked.add_argument("--times", type=float, default=1.0, help="how many times the usual number of tries")
    asked.add_argument("--seed", type=int, help="repeat the run of this seed")
    asked.add_argument("--at-once", type=int, default=2, help="how many attacks run at the same time")
    return asked.parse_args()


if __name__ == "__main__":
    sys.exit(main())
