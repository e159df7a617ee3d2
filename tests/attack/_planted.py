"""A program that loses what it said was sealed: the harness has to see it (test_failing_disk.py)."""

from __future__ import annotations

from evidence_app.records import StoredObject
from evidence_app.vault import layout
from evidence_app.vault.objects import ObjectStore
from tests.attack._cases import Bench, Point
from tests.attack._disk import Fault, Way
from tests.attack._journeys import JOURNEYS
from tests.attack.harness import Outcome, Share


def under(share: Share) -> Outcome:
    """One capture whose file is gone as soon as it is reported, and one that is in order."""
    bench = Bench(share)
    capture = next(one for one in JOURNEYS if one.name == "capture")
    put = ObjectStore.put
    last = Point(capture, Fault(Way.KILL, bench.count(capture, Fault(Way.KILL).calls)[-1]))
    outcome = bench.carry_out([last])

    def losing(self: ObjectStore, source: bytes, media_type: str) -> StoredObject:
        stored = put(self, source, media_type)
        layout.object_path(self._folder, stored.object_id).unlink()
        return stored

    ObjectStore.put = losing  # type: ignore[method-assign, assignment]
    planted = bench.carry_out([last])
    return Outcome(outcome.tried + planted.tried, outcome.lost + planted.lost)
