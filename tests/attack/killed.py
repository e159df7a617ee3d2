"""kill -9 at every call that changes the disk, in the middle of writes, and the power cut there."""

from __future__ import annotations

from tests.attack import _disk
from tests.attack._cases import Bench, points_of
from tests.attack._disk import Way
from tests.attack._journeys import JOURNEYS
from tests.attack.harness import Attack, Outcome, Share


def run(share: Share) -> Outcome:
    """In a process of its own, with the failing disk in front."""
    return _disk.preloaded("killed", share)


def under(share: Share) -> Outcome:
    """Every point of every journey as far as the time reaches, in an order that the seed decides."""
    bench = Bench(share)
    points = points_of(bench, JOURNEYS, (Way.KILL, Way.TEAR, Way.POWER))
    return bench.carry_out(points)


ATTACK = Attack(
    "killed at every call",
    "what was reported as sealed is there, nothing is half-written, and the next act works",
    run,
    weight=6,
)
