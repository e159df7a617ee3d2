"""Which edition is in use, and that a mistake in the school's own never stops the program."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_app import cli, paths, policy
from evidence_app.errors import ExitCode, StorageError
from evidence_app.policy import reading, school
from tests.policy_mistakes import EDITION

SHIPPED = (paths.resources() / "policy" / policy.FILE_NAME).read_text("utf-8")
OWN = EDITION + '[[category]]\ncode = "threat"\nname = "Menaces"\n'
MISTAKE = EDITION + '[[category]]\ncode = "threat"\n'


@pytest.fixture
def own() -> Path:
    path = policy.own_file()
    path.parent.mkdir(parents=True)
    return path


def test_where_the_schools_file_lies() -> None:
    assert policy.own_file() == paths.user_config_dir() / "policy.toml"


def test_loading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    assert policy.load(path) == policy.Loaded(policy.built_in(), ""), "none is no problem"
    path.write_text(OWN, "utf-8")
    loaded = policy.load(path)
    assert (loaded.policy.edition, loaded.problem) == ("Larkmere Academy, 2026", "")
    path.write_text(MISTAKE, "utf-8")
    loaded = policy.load(path)
    assert loaded.policy is policy.built_in()
    assert f"{path}, line 2: [[category]] has no “name”" in loaded.problem
    assert "the edition that came with the program is used" in loaded.problem


def test_a_link_to_nowhere_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.symlink_to(tmp_path / "gone")
    assert "cannot be opened" in policy.load(path).problem


def test_switching() -> None:
    assert policy.current() is policy.built_in()
    other = replace(policy.built_in(), edition="another")
    policy.use(other)
    assert policy.current() is other
    policy.use(None)
    assert policy.current() is policy.built_in()


def test_the_start_of_the_program(own: Path) -> None:
    assert policy.use_own() == ""
    assert policy.current() is policy.built_in()
    own.write_text(OWN, "utf-8")
    assert policy.use_own() == ""
    assert policy.current().name_of("threat") == "Menaces"
    own.write_text(MISTAKE, "utf-8")
    assert "line 2" in policy.use_own()
    assert policy.current() is policy.built_in()
    own.unlink()
    policy.use(replace(policy.built_in(), edition="another"))
    assert policy.use_own() == ""
    assert policy.current() is policy.built_in()


def test_a_program_whose_own_file_is_damaged_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(MISTAKE, "utf-8")
    monkeypatch.setattr(school, "_built_in_file", lambda: path)
    with pytest.raises(StorageError, match="Install the program again"):
        school.built_in.__wrapped__()


@pytest.mark.parametrize("section", ["role", "route", "guidance", "level", "stop", "danger", "register"])
def test_what_is_laid_over_nothing_needs_every_part(tmp_path: Path, section: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(re.sub(rf"(?ms)^\[\[?{section}\b.*?(?=^\[|\Z)", "", SHIPPED), "utf-8")
    with pytest.raises(policy.PolicyError, match=rf"There is no \[\[{section}\]\]"):
        reading.read(path)


def test_what_is_laid_over_nothing_needs_every_code(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    cut = SHIPPED.index('[[guidance]]\nmoment = "keep"')
    path.write_text(SHIPPED[:cut] + SHIPPED[SHIPPED.index("[[guidance]]", cut + 5) :], "utf-8")
    with pytest.raises(policy.PolicyError, match=r"\[\[guidance\]\] has no “keep”"):
        reading.read(path)


# --- on the command line ------------------------------------------------------------------------------------


def test_a_command_tells_the_problem_once_and_goes_on(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text(MISTAKE, "utf-8")
    assert cli.run(["version"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert out.startswith("Evidence ")
    assert err.count("\n") == 1
    assert f"{own}, line 2: " in err
    assert policy.current() is policy.built_in()


def test_a_command_uses_the_schools_own(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text(OWN, "utf-8")
    assert cli.run(["version"]) == ExitCode.OK
    assert capsys.readouterr().err == ""
    assert policy.current().edition == "Larkmere Academy, 2026"
