"""The import contracts of pyproject.toml catch what they are there for.

Each test copies the package, plants one import and runs import-linter on the copy. A contract that no
plant breaks would guard nothing, so every contract must have one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS: dict[str, str] = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}

# (room, line that is planted there, the contracts it breaks: those and no other)
PLANTS = [
    # one for each contract alone
    ("workflows", "import PySide6.QtCore", {"qt"}),
    ("workflows", "from sqlalchemy import orm", {"sql"}),
    ("workflows", "import mss", {"screen"}),
    ("workflows", "from cryptography import x509", {"cryptography"}),
    ("records", "import rich", {"bundle"}),
    ("errors", "import evidence_app.records", {"layers"}),
    # other packages that a contract names
    ("cli", "from PySide6.QtGui import QImage", {"qt"}),
    ("capture", "import sqlcipher3.dbapi2", {"sql"}),
    ("cli", "import Xlib.display", {"screen"}),
    ("vault", "from cryptography.hazmat.primitives import hashes", {"cryptography"}),
    ("workflows", "import rfc3161_client", {"cryptography"}),
    # upwards, one layer each
    ("ledger", "import evidence_app.bundle", {"layers"}),
    ("vault", "import evidence_app.workflows", {"layers"}),
    ("workflows", "import evidence_app.cli", {"layers"}),
    ("cli", "import evidence_app.app", {"layers"}),
    ("app", "import evidence_app.__main__", {"layers"}),
    # sideways, between names that stand on one line
    ("cli", "import evidence_app.ui", {"layers"}),
    ("capture", "import evidence_app.vault", {"layers"}),
    ("vault", "import evidence_app.bundle", {"layers"}),
    ("ledger", "import evidence_app.crypto", {"layers"}),
    ("records", "import evidence_app.paths", {"layers"}),
    # where a plant would hide: inside a function, for the type checker only
    ("workflows", "def _later() -> None:\n    import PySide6.QtWidgets", {"qt"}),
    ("workflows", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import sqlalchemy", {"sql"}),
    # the verifier: directly, and by way of a lower room
    ("bundle", "import evidence_app.vault", {"bundle", "layers"}),
    ("bundle", "import mss", {"bundle", "screen"}),
    ("records", "import PySide6", {"bundle", "qt"}),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "evidence_app", tmp_path / "evidence_app", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(tree: Path) -> set[str]:
    """The ids of the contracts that import-linter reports broken; every one must be reported somehow."""
    # import-linter puts the folder it is started in first on the path, so it reads the copy.
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=tree,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    results = {
        contract: re.search(rf"^{re.escape(name)} (KEPT|BROKEN)", run.stdout, re.MULTILINE)
        for contract, name in CONTRACTS.items()
    }
    assert all(results.values()), run.stdout + run.stderr
    found = {contract for contract, match in results.items() if match and match[1] == "BROKEN"}
    assert run.returncode == (1 if found else 0), run.stdout + run.stderr
    return found


def test_the_package_as_it_is_keeps_every_contract(tree: Path) -> None:
    assert broken(tree) == set()


@pytest.mark.parametrize(("room", "line", "expected"), PLANTS)
def test_a_planted_import_breaks_its_contract_and_no_other(
    tree: Path, room: str, line: str, expected: set[str]
) -> None:
    target = tree / "evidence_app" / f"{room}.py"
    if not target.exists():
        target = tree / "evidence_app" / room / "__init__.py"
    target.write_text(f"{target.read_text('utf-8')}\n{line}\n", encoding="utf-8")
    assert broken(tree) == expected


@pytest.mark.parametrize("name", ["stray.py", "stray/__init__.py"])
def test_a_module_that_no_layer_names_is_caught(tree: Path, name: str) -> None:
    stray = tree / "evidence_app" / name
    stray.parent.mkdir(exist_ok=True)
    stray.write_text('"""Belongs to no room."""\n', encoding="utf-8")
    assert broken(tree) == {"layers"}


@pytest.mark.parametrize("imported", ["PySide6", "sqlalchemy", "mss", "cryptography"])
def test_a_stray_module_gains_no_freedom(tree: Path, imported: str) -> None:
    (tree / "evidence_app" / "stray.py").write_text(f"import {imported}\n", encoding="utf-8")
    caught = broken(tree)
    assert "layers" in caught
    assert len(caught) == 2


def test_every_contract_has_a_plant_of_its_own() -> None:
    alone = {next(iter(expected)) for _, _, expected in PLANTS if len(expected) == 1}
    assert alone == set(CONTRACTS)
