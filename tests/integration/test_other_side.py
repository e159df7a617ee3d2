"""The second verifier (tests/other_side) says the same as the program of every bundle, and is not ours."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from random import Random

import pytest

from tests import other_side
from tests.both_sides import check_agreement
from tests.bundle_judge import RUTH, good_bundles
from tests.bundle_mutations import Folder
from tests.corpus import samples

SOURCES = sorted(Path(other_side.__file__).parent.glob("*.py"))


def imported(source: str) -> set[str]:
    """Names of the modules that a source imports, in whatever way."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{'.' * node.level}{node.module or ''}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Name) and node.id in {"__import__", "exec", "eval", "importlib"}:
            found.add(node.id)
    return found


def foreign(source: str) -> set[str]:
    """What it imports that is neither Python's own nor a part of itself."""
    return {
        name
        for name in imported(source)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("tests.other_side")
    } | ({"importlib", "eval", "exec", "__import__"} & imported(source))


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.stem)
def test_it_has_no_line_of_the_program(source: Path) -> None:
    assert foreign(source.read_text("utf-8")) == set()


@pytest.mark.parametrize(
    "line",
    [
        "from evidence_app.bundle import layout",
        "import evidence_app.ledger as x",
        "def f():\n    from tests.bundles import png",
        "import cryptography",
        "from tests import bundles",
        "__import__('evidence_app')",
    ],
)
def test_a_borrowed_line_would_be_seen(line: str) -> None:
    assert foreign(line)


def test_both_sides_agree_on_the_corpus(tmp_path: Path) -> None:
    states: dict[str, str] = {}
    for sample in samples(tmp_path, every=7):
        try:
            found = check_agreement(sample.path, sample.keys, sample.contacts, passphrase=sample.passphrase)
        except AssertionError as error:
            raise AssertionError(f"{sample.name}: {error}") from error
        states.setdefault(found.state, sample.name)
    assert set(states) == {"unchanged", "altered", "damaged", "newer", "not-ours", "not-for-you"}


def test_both_sides_agree_on_mutations(tmp_path: Path) -> None:
    case = good_bundles(tmp_path)
    path = tmp_path / "mutant"
    for number in range(24):
        path.write_bytes(case.tar(Random(f"both sides {number}")).what)
        check_agreement(path, contacts=[case.sender.contact()])


def test_both_sides_agree_on_what_is_no_file(tmp_path: Path) -> None:
    case = good_bundles(tmp_path)
    folder = Folder(tmp_path / "opened", case.good)
    for seed in range(6):
        folder.put(case.good)
        folder.strange(Random(f"strange {seed}"))
        assert check_agreement(folder.root, [RUTH.identity]).state == "altered"
