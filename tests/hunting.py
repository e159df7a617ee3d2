"""Hunts with seeded mutations.

Kind, seed and number decide what a mutation does, so the one that a failure names can be made again.
EVIDENCE_MUTATIONS says how many there are of each kind, EVIDENCE_MUTATIONS_SEED which ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

COUNT = int(os.environ.get("EVIDENCE_MUTATIONS", "1500"))
SEED = os.environ.get("EVIDENCE_MUTATIONS_SEED", "2026")

T = TypeVar("T")


@dataclass(frozen=True)
class Mutant(Generic[T]):
    """What became of a file or bundle, and by which changes."""

    how: tuple[str, ...]
    what: T


def hunt(
    kind: str, numbers: Sequence[int], mutate: Callable[[Random], Mutant[T]], judge: Callable[[T], object]
) -> None:
    """Make the mutations of these numbers and let `judge` raise for one that was not answered rightly."""
    for number in numbers:
        hunt_one(kind, number, mutate, judge)


def hunt_one(
    kind: str,
    number: int,
    mutate: Callable[[Random], Mutant[T]],
    judge: Callable[[T], object],
    seed: object = SEED,
) -> None:
    """One of them; AssertionError, with all that is needed to make it again."""
    mutant = mutate(Random(f"{seed} {kind} {number}"))
    try:
        judge(mutant.what)
    except Exception as error:
        told = f"{kind} {number} of EVIDENCE_MUTATIONS_SEED={seed} ({', '.join(mutant.how)})"
        raise AssertionError(f"{told}: {type(error).__name__}: {error}") from error
