"""Fuzzers, guided by coverage, of all that reads what others made: only typed errors, soon, in bounds.

One process for each target of targets.py, from its seeds and its kept inputs. What one of them finds is
written to `fuzz-found/` in the working folder, to be tried again with
`python -m tests.attack.fuzz._hunt TARGET FILE`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from tests.attack.fuzz.kept import kept
from tests.attack.harness import Attack, CannotRunError, Outcome, Share

FOUND = Path("fuzz-found")
_MEMORY = 1_500
_USUAL = 400_000
_RUNS = re.compile(r"(?:Done |stat::number_of_executed_units: +)(\d+)")
_LAST = re.compile(r"(?m)^#(\d+)\t")


def run(share: Share) -> Outcome:
    """Every target for the same time."""
    if find_spec("atheris") is None:
        raise CannotRunError("atheris is missing (the optional group `fuzz`)")
    from tests.attack.fuzz.targets import LONGEST, TARGETS

    outcome = Outcome()
    each = share.number(_USUAL // len(TARGETS))
    counted = []
    for place, (name, target) in enumerate(TARGETS.items()):
        spent = time.monotonic() - share.began
        seconds = max(2, int((share.seconds - spent) / (len(TARGETS) - place)))
        corpus = share.folder / name
        corpus.mkdir()
        for number, data in enumerate([*target.seeds().values(), *kept(name)]):
            (corpus / f"{number:05}").write_bytes(data)
        FOUND.mkdir(exist_ok=True)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.attack.fuzz._hunt", name),
                *(f"-runs={each}", f"-max_total_time={seconds}", f"-seed={share.seed % 2**31 or 1}"),
                *(f"-max_len={LONGEST}", "-timeout=60", f"-rss_limit_mb={_MEMORY}"),
                *("-print_final_stats=1", f"-artifact_prefix={FOUND}/{name}-", str(corpus)),
            ],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        runs = max(map(int, _RUNS.findall(done.stderr) + _LAST.findall(done.stderr)), default=0)
        outcome.tried += runs
        counted.append(f"{name} {runs:,}")
        if done.returncode or not runs:
            outcome.lost.append(f"{name}: {_said(done.stderr)}")
    outcome.notes.append("executions: " + ", ".join(counted))
    return outcome


def _said(text: str) -> str:
    """The lines of a failed hunt that tell what it was."""
    telling = re.findall(r".*(?:Error|ERROR|Exception|Test unit|limit).*", text)
    return " | ".join(telling[-4:]) or text[-300:]


ATTACK = Attack("fuzzers", "whatever a reader is given, only an error meant for it leaves it", run, 2.0)
