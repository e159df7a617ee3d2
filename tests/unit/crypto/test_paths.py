"""Where the program finds its own files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from evidence_app import paths
from evidence_app.errors import StorageError


@pytest.fixture(autouse=True)
def _fresh():
    paths.resources.cache_clear()
    yield
    paths.resources.cache_clear()


def _lay_out(folder: Path) -> Path:
    (folder / "words").mkdir(parents=True)
    (folder / "words" / "english.txt").write_text("")
    return folder


def test_in_a_checkout() -> None:
    assert (paths.resources() / "words" / "README.md").is_file()


def test_in_an_installed_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "evidence_app" / "paths.py"))
    _lay_out(tmp_path / "resources")
    inside = _lay_out(tmp_path / "evidence_app" / "resources")
    assert paths.resources() == inside


def test_in_a_frozen_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    unpacked = _lay_out(tmp_path / "resources")
    assert paths.resources() == unpacked


def test_an_incomplete_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "evidence_app" / "paths.py"))
    (tmp_path / "resources").mkdir()
    with pytest.raises(StorageError, match="Install the program again"):
        paths.resources()


def test_folders_of_the_person() -> None:
    assert paths.user_data_dir().name == paths.user_config_dir().name == "evidence-app"
