"""A small part of the attacks with a failing disk, for the suite: tests/integration/test_failing_disk.py."""

from __future__ import annotations

import errno

from tests.attack import _disk
from tests.attack._cases import Bench, points_of
from tests.attack._disk import Call, Way
from tests.attack._journeys import JOURNEYS
from tests.attack.harness import Outcome, Share

_KILLS = 4


def under(share: Share) -> Outcome:
    """Kills at some calls of a key change and a draft; no sync that succeeds any more in an import."""
    bench, chance = Bench(share), share.random
    by_name = {one.name: one for one in JOURNEYS}
    killed = points_of(
        bench, [by_name["passphrase"], by_name["draft"]], (Way.KILL, Way.TEAR, Way.POWER), _disk.CHANGING
    )
    never = points_of(bench, [by_name["import"]], (Way.EVER,), Call.SYNC, (errno.ENOSPC,))
    return bench.carry_out([*chance.sample(killed, _KILLS), *never])
