"""A lost try is told, and so is an attack that does not run: the table looks no better than it is."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tests.attack.harness import Attack, CannotRunError, Line, Outcome, Share, carried_out, table


def planted(monkeypatch: pytest.MonkeyPatch, folder: Path, run: object) -> Line:
    class Module:
        ATTACK = Attack("planted", "it holds", run)  # type: ignore[arg-type]

    monkeypatch.setattr(importlib, "import_module", lambda _name: Module)
    return carried_out("planted", Share(7, 1, 60, folder))


def test_a_lost_try_is_told_with_its_case(monkeypatch, tmp_path):
    def run(_share: Share) -> Outcome:
        outcome = Outcome()
        outcome.expect(True, "first")
        outcome.expect(False, "second, byte 17")
        return outcome

    line = planted(monkeypatch, tmp_path, run)
    assert not line.held
    assert (line.outcome.tried, line.outcome.caught) == (2, 1)
    assert table([line]).splitlines()[1].split() == ["planted", "2", "1", "1", "7", "0"]
    assert "planted: LOST: second, byte 17" in table([line])


def test_an_attack_that_fails_or_tries_nothing_is_no_pass(monkeypatch, tmp_path):
    def breaks(_share: Share) -> Outcome:
        raise ZeroDivisionError("its own fault")

    for run, words in ((breaks, "its own fault"), (lambda _share: Outcome(), "nothing was tried")):
        line = planted(monkeypatch, tmp_path, run)
        assert not line.held
        assert words in table([line])


def test_what_cannot_run_here_says_so_and_has_no_figures(monkeypatch, tmp_path):
    def missing(_share: Share) -> Outcome:
        raise CannotRunError("the tool is missing")

    line = planted(monkeypatch, tmp_path, missing)
    assert table([line]).splitlines()[1].split() == ["planted", "-", "-", "not", "run", "7", "0"]
    assert "the tool is missing" in table([line])


def test_the_same_seed_tries_the_same(tmp_path):
    share = Share(5, 3, 60, tmp_path)
    assert share.random.random() == share.random.random()
    assert (share.number(100), Share(5, 0.001, 60, tmp_path).number(100)) == (300, 1)
