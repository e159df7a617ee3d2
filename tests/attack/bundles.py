"""Mutations of bundles, cards and receipts: none is taken for the good one.

A usual run makes 20,000, in the shares below. Which is which: tests/bundle_mutations.py and
tests/signed_mutations.py; what may be said of each: tests/bundle_judge.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from tests.attack.harness import Attack, Outcome, Share
from tests.bundle_judge import RUTH, Judge, good_bundles
from tests.bundle_mutations import Case, Folder
from tests.hunting import Mutant, hunt_one
from tests.signed_mutations import KINDS
from tests.tar_mutations import Files

_USUAL = 20_000
_OF_A_HUNDRED = {"tar": 50, "folder": 10, "sealed": 15, "card": 10, "receipt": 10, "signed": 5}

One = Callable[[str, int, int], None]
"""Makes the mutation of this kind, number and seed; AssertionError where it is not answered rightly."""


def _hunters(folder: Path) -> dict[str, One]:
    case = good_bundles(folder)
    judge = Judge(case)

    def tar(kind: str, number: int, seed: int) -> None:
        hunt_one(kind, number, case.tar, judge.tar, seed)

    def card_or_receipt(kind: str, number: int, seed: int) -> None:
        hunt_one(kind, number, KINDS[kind].mutant, KINDS[kind].judge, seed)

    def signed(kind: str, number: int, seed: int) -> None:
        one = KINDS["card" if number % 2 else "receipt"]
        hunt_one(kind, number, one.signed_again, one.judge_signed, seed)

    return {
        "tar": tar,
        "folder": partial(_folder, case, judge, Folder(folder / "opened", case.good)),
        "sealed": partial(_sealed, case, judge, folder / "mutant.evidence"),
        "card": card_or_receipt,
        "receipt": card_or_receipt,
        "signed": signed,
    }


def _folder(case: Case, judge: Judge, folder: Folder, kind: str, number: int, seed: int) -> None:
    def mutate(chance: Random) -> Mutant[Files | None]:
        mutant = case.files(chance)
        folder.put(mutant.what)
        if chance.random() < 0.1:
            return Mutant((*mutant.how, folder.strange(chance)), None)
        return Mutant(mutant.how, mutant.what)

    hunt_one(kind, number, mutate, partial(judge.folder, folder), seed)


def _sealed(case: Case, judge: Judge, path: Path, kind: str, number: int, seed: int) -> None:
    def judged(data: bytes) -> None:
        path.write_bytes(data)
        judge.sealed(path)

    hunt_one(kind, number, lambda chance: case.age(chance, RUTH.identity.recipient), judged, seed)


def run(share: Share) -> Outcome:
    """All kinds in turn, so that whatever time there is, each has its share."""
    outcome = Outcome()
    hunters = _hunters(share.folder)
    hundreds = share.number(_USUAL) // 100
    made = dict.fromkeys(hunters, 0)
    for hundred in range(hundreds):
        if share.over():
            outcome.notes.append(f"the time was over after {outcome.tried:,} of {hundreds * 100:,} mutations")
            break
        for kind, count in _OF_A_HUNDRED.items():
            for number in range(hundred * count, (hundred + 1) * count):
                lost = ""
                try:
                    hunters[kind](kind, number, share.seed)
                except AssertionError as error:
                    lost = str(error)
                outcome.expect(not lost, lost)
                made[kind] += 1
    outcome.notes.append("mutations: " + ", ".join(f"{count:,} {kind}" for kind, count in made.items()))
    return outcome


ATTACK = Attack("mutated bundles", "no mutation is taken for a good bundle, card or receipt", run, 1.5)
