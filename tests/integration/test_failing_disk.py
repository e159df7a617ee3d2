"""A small part of `make attack`: kills, power cuts and disks that take nothing, at calls chosen by chance."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.attack import _disk
from tests.attack.harness import CannotRunError, Outcome, Share


def carried_out(attack: str, folder: Path) -> Outcome:
    seed = random.SystemRandom().getrandbits(31)
    print("seed", seed)  # noqa: T201  (shown when the test fails)
    try:
        return _disk.preloaded(attack, Share(seed, 1, 60, folder))
    except CannotRunError as error:
        pytest.skip(str(error))


def test_nothing_is_lost_at_calls_chosen_by_chance(tmp_path: Path) -> None:
    """Among them every sync of an import on a disk that takes no sync any more: a commit that failed there
    can come back from the log, so the files that it names must still be there."""
    outcome = carried_out("_sample", tmp_path)
    assert outcome.lost == []
    assert outcome.tried > 10


def test_a_loss_that_is_planted_is_seen(tmp_path: Path) -> None:
    outcome = carried_out("_planted", tmp_path)
    assert outcome.tried == 2
    assert len(outcome.lost) == 1
    assert "capture KILL@" in outcome.lost[0]
