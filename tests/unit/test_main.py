"""What opens the window and what is a command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from evidence_app import cli
from evidence_app.__main__ import _COMMANDS, main, wants_window
from evidence_app.errors import ExitCode


@pytest.mark.parametrize(
    "name",
    [
        "INC-001-2026-03-12.evidence",
        "INC-001.EVIDENCE",
        "ruth.evidence-contact",
        "a.evidence-receipt",
        "helen.evidence-vault",
        "opened.tar",
        "/media/stick/anything",
        "./folder",
        "folder/",
        "not there.evidence",
    ],
)
def test_a_file_or_folder_opens_the_window(name: str) -> None:
    assert wants_window([name])


def test_nothing_opens_the_window() -> None:
    assert wants_window([])


@pytest.mark.parametrize(
    "words",
    [
        ["version"],
        ["vault"],
        ["verify"],
        ["nonsense"],
        ["demo"],
        ["--help"],
        ["-h"],
        ["--json.evidence"],
        ["verify", "a.evidence"],
        ["a.evidence", "b.evidence"],
        ["vault", "check", "helen.evidence-vault"],
    ],
)
def test_everything_else_is_a_command(words: list[str]) -> None:
    assert not wants_window(words)


def test_a_file_of_any_name_that_is_there_opens_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not wants_window(["bundle-from-helen"])
    Path("bundle-from-helen").touch()
    assert wants_window(["bundle-from-helen"])


def test_a_command_stays_one_where_a_file_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("version").touch()
    assert not wants_window(["version"])
    assert wants_window(["./version"])


def test_every_command_of_the_command_line_is_known_as_one() -> None:
    assert set(typer.main.get_command(cli.app).commands) <= _COMMANDS  # type: ignore[attr-defined]


def test_a_program_that_cannot_be_loaded_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "run", lambda _given: 1 // 0)
    assert main(["version"]) == ExitCode.FAILED
    assert capsys.readouterr().err.count("\n") == 1


def test_the_limit_on_core_dumps_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import evidence_app.__main__ as m, resource; m._no_core_dumps(); print(resource.getrlimit(4))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0)"
