"""A disk that is full, over its quota or broken: at every call that takes space, once and from then on."""

from __future__ import annotations

import errno

from tests.attack import _disk
from tests.attack._cases import Bench, points_of
from tests.attack._disk import Call, Way
from tests.attack._journeys import COMMANDS, JOURNEYS
from tests.attack.harness import Attack, Outcome, Share


def run(share: Share) -> Outcome:
    """In a process of its own, with the failing disk in front."""
    return _disk.preloaded("full_disk", share)


def under(share: Share) -> Outcome:
    """Full from some call on, at every one; then single faults; then a disk that does not even read."""
    bench, every = Bench(share), (*JOURNEYS, *COMMANDS)
    points = points_of(bench, every, (Way.EVER,), _disk.TAKING_SPACE, (errno.ENOSPC,))
    points += points_of(bench, every, (Way.ONCE,), _disk.CHANGING, (errno.EIO, errno.ENOSPC, errno.EDQUOT))
    points += points_of(bench, every, (Way.EVER,), _disk.CHANGING, (errno.EROFS, errno.EACCES))
    points += points_of(bench, every, (Way.ONCE,), Call.READ | Call.OPEN, (errno.EIO,))
    return bench.carry_out(points)


ATTACK = Attack(
    "a full or broken disk",
    "one sentence, nothing lost, and the same works once the disk is in order",
    run,
    weight=6,
)
