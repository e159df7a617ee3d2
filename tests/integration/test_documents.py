"""What the documents say is there, and what must not be in any committed file is not."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from evidence_app import __version__, cli

ROOT = Path(__file__).resolve().parents[2]
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
# Wording that claims more than any check can show (the paragraphs about what is not claimed excepted).
NEVER = re.compile(
    r"court.admissible|forensic|tamper.proof|GDPR.compliant|police.approved|permanently deleted|"
    r"military.grade|unhackable|100 ?% secure",
    re.IGNORECASE,
)
# In brackets, so that this line itself names none.
ADDRESSES = re.compile(
    r"--(?:extra-)?index[-]url|--trusted[-]host|files[.]pythonhosted|pypi[.]org|registry[.]npmjs"
)
# This checkout and the home of who runs the tests, as the system knows it.
HERE = re.compile("|".join(re.escape(f"{one}/") for one in (ROOT, pwd.getpwuid(os.getuid()).pw_dir)))


def committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in committed():
        try:
            found.append((path, path.read_text("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


@pytest.mark.parametrize("document", ["SECURITY.md", "README.md", "CONTRIBUTING.md"])
def test_every_test_that_a_document_names_exists(document):
    text = (ROOT / document).read_text("utf-8")
    for file, name in NAMED_TEST.findall(text):
        path = ROOT / file
        assert path.is_file(), f"{document} names {file}"
        if name:
            assert f"def {name}(" in path.read_text("utf-8"), f"{document} names {file}::{name}"


def test_every_promise_names_its_test():
    rows = [
        line
        for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| attacker", "| ---"))
    ]
    assert len(rows) >= 10
    for row in rows:
        assert NAMED_TEST.search(row) or "nothing" in row, row


def test_the_readme_shows_commands_that_exist():
    tree: Any = typer.main.get_command(cli.app)
    commands = re.findall(
        r"^evidence-app ([a-z-]+)(?: ([a-z-]+))?", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert commands
    for first, second in commands:
        found = tree.commands[first]
        if hasattr(found, "commands"):
            assert second in found.commands


def test_the_changelog_knows_this_version():
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "version" in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dynamic"]


def test_no_committed_file_names_a_registry_or_a_home():
    here = Path(__file__).resolve()
    for path, text in texts():
        if path == here:
            continue
        assert not ADDRESSES.search(text), path
        assert not HERE.search(text), (path, HERE.search(text))


@pytest.mark.parametrize("folder", ["evidence_app", "resources"])
def test_no_word_claims_more_than_is_true(folder):
    for path, text in texts():
        if path.is_relative_to(ROOT / folder):
            assert not NEVER.search(text), (path, NEVER.search(text))


def test_the_guards_of_this_file_catch_what_they_are_for():
    assert NEVER.search("a tamper-proof record")
    assert ADDRESSES.search("pip install --index" + "-url x")
    assert HERE.search(f"see {ROOT}/x")
    assert NAMED_TEST.findall("`tests/unit/test_ledger.py::test_x`") == [
        ("tests/unit/test_ledger.py", "test_x")
    ]
