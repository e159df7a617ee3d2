"""What opens the window and what is a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_app.__main__ import wants_window


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
