"""What takes the checks out (tests/attack/_removing.py) takes out all of them, and a survivor is told."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.attack._removing import removals, remove, without
from tests.attack.removed_checks import MODULES, TESTS

SOURCE = """
class Door:
    def __init__(self, key):
        self.key = key

    @property
    def open(self):
        if self.key is None:
            raise ValueError("no key")
        return self.key == "ours" and len(self.key) > 2


def check(door, names, size):
    if not 0 < size <= 9:
        raise ValueError("size")
    note(door)
    return [name for name in names if name.isalpha()]


def note(door):
    assert door.open
"""


def module(tmp_path: Path, source: str = SOURCE) -> ModuleType:
    path = tmp_path / "planted_door.py"
    path.write_text(source)
    made = ModuleType("planted_door")
    made.__file__ = str(path)
    exec(compile(source, str(path), "exec"), made.__dict__)  # noqa: S102  # our own text above
    return made


def test_every_kind_of_check_is_found() -> None:
    assert sorted(f"{one.how}: {one.text}" for one in removals("planted_door", SOURCE)) == [
        "always: not 0 < size <= 9",
        "always: self.key is None",
        "never: not 0 < size <= 9",
        "never: self.key is None",
        "no call: note(door)",
        "no condition: name.isalpha()",
        "no raise: raise ValueError('no key')",
        "no raise: raise ValueError('size')",
        "without part 1: 0 < size <= 9",
        "without part 1: self.key == 'ours' and len(self.key) > 2",
        "without part 2: 0 < size <= 9",
        "without part 2: self.key == 'ours' and len(self.key) > 2",
    ]


@pytest.mark.parametrize("removal", removals("planted_door", SOURCE), ids=str)
def test_each_makes_another_program_of_the_one_that_runs(removal, tmp_path, monkeypatch) -> None:
    planted = module(tmp_path)
    monkeypatch.setattr("inspect.getsource", lambda _module: SOURCE)
    assert ast.dump(without(SOURCE, removal)) != ast.dump(ast.parse(SOURCE))
    assert remove(planted, removal) == 1


def test_a_check_that_no_test_needs_is_told(tmp_path: Path) -> None:
    """Two checks of a module: one that a test needs, and one that none does."""
    (tmp_path / "planted_door.py").write_text(
        "def enter(key):\n"
        "    if key != 'ours':\n"
        "        raise ValueError('key')\n"
        "    if len(key) > 100:\n"
        "        raise ValueError('long')\n"
    )
    (tmp_path / "test_door.py").write_text(
        "import pytest, planted_door\n"
        "def test_key():\n"
        "    planted_door.enter('ours')\n"
        "    with pytest.raises(ValueError):\n"
        "        planted_door.enter('theirs')\n"
    )
    answer = tmp_path / "answer.json"
    wishes = {
        "modules": ["planted_door"],
        "tests": [str(tmp_path / "test_door.py"), "--rootdir", str(tmp_path), "-c", "/dev/null"],
        "answer": str(answer),
        "seed": 1,
        "seconds": 60,
        "most": 100,
    }
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack._noticing", json.dumps(wishes)],
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)]),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.exists(), done.stdout + done.stderr
    told = json.loads(answer.read_text())
    assert told["noticed"] == 4
    assert sorted(told["survived"]) == [
        "planted_door:4 never: len(key) > 100",
        "planted_door:5 no raise: raise ValueError('long')",
    ]


def test_what_is_named_is_there() -> None:
    root = Path(__file__).resolve().parents[2]
    assert all((root / test).exists() for test in TESTS)
    assert all((root / f"{name.replace('.', '/')}.py").exists() for name in MODULES)
