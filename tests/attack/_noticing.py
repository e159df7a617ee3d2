"""A pytest plugin that runs the chosen tests once, then again without each check: does one of them fail?

Every removal is made in a forked process, which runs the tests that come by the line of the check, the
quickest first, until one fails. Started by tests/attack/removed_checks.py in a process of its own.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.attack._removing import Removal, removals, remove

_LONGEST = 40
"""Seconds for the tests of one removal; a program that hangs is noticed, too."""
_LEAST = 20
"""Removals that are made whatever the time: a slow computer would try nothing else."""
_NOTICED, _SURVIVED, _NOTHING = 0, 1, 2


@dataclass
class Noticing:
    """`answer`: the file that gets the result as JSON. `until`: when (monotonic) to begin no further."""

    modules: tuple[str, ...]
    answer: Path
    seed: int
    until: float
    most: int
    only: str = ""
    _lines: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    _took: dict[str, float] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        files = {}
        for name in self.modules:
            module = importlib.import_module(name)
            files[str(module.__file__)] = name
        failed = self._once(session.items, files)
        if failed:
            self.answer.write_text(json.dumps({"failed": failed}))
            return True
        found = [
            one
            for name in self.modules
            for one in removals(name, inspect.getsource(sys.modules[name]))
            if self.only in str(one)
        ]
        random.Random(self.seed).shuffle(found)
        result: dict[str, Any] = {"found": len(found), "noticed": 0, "survived": [], "failed": []}
        for number, removal in enumerate(found[: self.most]):
            if number >= _LEAST and time.monotonic() > self.until:
                break
            self._try(session.items, removal, result)
        self.answer.write_text(json.dumps(result))
        return True

    def _once(self, items: list[pytest.Item], files: dict[str, str]) -> list[str]:
        """Every test as it is, to see which lines it comes by; the names of those that fail already."""
        failed = []
        for at, item in enumerate(items):
            here: set[tuple[str, int]] = set()

            def trace(frame: FrameType, _event: str, _arg: object, here: set = here) -> Any:
                name = files.get(frame.f_code.co_filename)
                if name is None:
                    return None

                def local(frame: FrameType, _event: str, _arg: object) -> Any:
                    here.add((name, frame.f_lineno))
                    return local

                here.add((name, frame.f_lineno))
                return local

            begun = time.process_time()
            threading.settrace(trace)
            sys.settrace(trace)
            try:
                reports = runtestprotocol(item, log=False, nextitem=_next(items, at))
            finally:
                sys.settrace(None)
                threading.settrace(None)
            if any(report.failed for report in reports):
                failed.append(item.nodeid)
            self._lines[item.nodeid] = here
            self._took[item.nodeid] = time.process_time() - begun
        return failed

    def _try(self, items: list[pytest.Item], removal: Removal, result: dict[str, Any]) -> None:
        chosen = [item for item in items if (removal.module, removal.line) in self._lines[item.nodeid]]
        child = os.fork()
        if not child:
            os._exit(self._without(chosen, removal))
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == _SURVIVED:
            result["survived"].append(str(removal))
        elif code == _NOTHING:
            result["found"] -= 1
        else:
            result["noticed"] += 1

    def _without(self, chosen: list[pytest.Item], removal: Removal) -> int:
        signal.alarm(_LONGEST)
        try:
            if not remove(sys.modules[removal.module], removal):
                return _NOTHING
        except (SyntaxError, ValueError):
            # No program any more, or one that cannot take the place of the running one (`super()` gone).
            return _NOTHING
        quick = sorted(chosen, key=lambda item: self._took[item.nodeid])
        # The few quickest, then all of them in their order, so that what they share is made once.
        rest = [item for item in chosen if item not in quick[:3]]
        order = quick[:3] + rest
        for at, item in enumerate(order):
            reports = runtestprotocol(item, log=False, nextitem=_next(order, at))
            if any(report.failed for report in reports):
                return _NOTICED
        return _SURVIVED


def _next(items: list[pytest.Item], at: int) -> pytest.Item | None:
    return items[at + 1] if at + 1 < len(items) else None


def main() -> int:
    """`python -m tests.attack._noticing` with the wishes as JSON."""
    wishes = json.loads(sys.argv[1])
    plugin = Noticing(
        tuple(wishes["modules"]),
        Path(wishes["answer"]),
        wishes["seed"],
        time.monotonic() + wishes["seconds"],
        wishes["most"],
        wishes.get("only", ""),
    )
    quiet = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore"]
    return int(pytest.main([*quiet, *wishes["tests"]], plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main())
