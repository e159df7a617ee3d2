"""The fuzzers' targets without a fuzzer: seeds, kept inputs and a few seeded mutations of them.

The long hunt is the attack `fuzz`; here is shown that the targets run, and that they would tell.
"""

from __future__ import annotations

from random import Random

import pytest

from evidence_app.bundle import tar
from tests.attack.fuzz import targets
from tests.attack.fuzz.kept import CORPUS, kept
from tests.attack.fuzz.targets import TARGETS, tried
from tests.mutations import changed

MUTATIONS = 25


@pytest.mark.parametrize("name", TARGETS)
def test_only_errors_that_are_meant_leave_a_reader(name: str) -> None:
    inputs = [*TARGETS[name].seeds().values(), *kept(name)]
    for number in range(MUTATIONS):
        chance = Random(f"fuzz {name} {number}")
        how, data = changed(chance, chance.choice(inputs))
        try:
            tried(TARGETS[name], data)
        except Exception as error:
            raise AssertionError(f"{name}, mutation {number} ({how}): {data[:200]!r}") from error


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_once_stays_mended(name: str) -> None:
    for data in kept(name):
        tried(TARGETS[name], data)


def test_the_kept_inputs_are_small_and_belong_to_a_target() -> None:
    files = list(CORPUS.iterdir())
    assert {path.stem for path in files} <= set(TARGETS)
    assert sum(path.stat().st_size for path in files) < 200_000


def test_a_defect_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of archives that fails in its own way, and one that believes any checksum and any name."""
    seed = TARGETS["tar"].seeds()["python"]

    def careless(head: bytes) -> str:
        return head[:100].decode().rstrip("\0").upper()

    monkeypatch.setattr(tar, "_name", careless)
    with pytest.raises(AssertionError, match="another archive"):
        tried(TARGETS["tar"], seed)
    monkeypatch.setattr(targets, "SLOWEST", -1.0)
    with pytest.raises(AssertionError, match="it took"):
        tried(TARGETS["age"], b"x")
