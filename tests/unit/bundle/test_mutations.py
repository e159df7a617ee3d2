"""No mutation is accepted: a sample of those that `make attack` makes of bundles, cards and receipts.

Accepted as unchanged is only what is byte for byte a good bundle, card or receipt; everything else gives
one of the errors that are meant for it, never another. How many and which: tests/hunting.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from evidence_app.bundle import verify
from evidence_app.bundle.findings import Step
from tests import bundles, mutations
from tests.bundle_judge import RUTH, Judge, good_bundles
from tests.bundle_mutations import Case, Folder
from tests.hunting import COUNT, SEED, Mutant, hunt
from tests.signed_mutations import CARDS, KINDS, RECEIPTS
from tests.tar_mutations import Files

PARTS = max(2, COUNT // 5_000)
"""So that several processes share the work, and no test takes minutes."""
FOLDERS = COUNT * 15 // 100
"""Of the mutations of a bundle those that are made in a folder: writing files takes longer."""


def part(number: int, count: int = COUNT) -> range:
    return range(number, count, PARTS)


# --- bundles --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return good_bundles(tmp_path_factory.mktemp("bundles"))


@pytest.mark.parametrize("number", range(PARTS))
def test_no_mutation_of_a_tar_is_taken_for_the_bundle(case: Case, number: int) -> None:
    hunt("tar", part(number, COUNT - FOLDERS), case.tar, Judge(case).tar)


@pytest.mark.parametrize("number", range(PARTS))
def test_no_mutation_of_a_folder_is_taken_for_the_bundle(case: Case, number: int, tmp_path: Path) -> None:
    folder, judge = Folder(tmp_path / "opened", case.good), Judge(case)

    def mutate(chance: Random) -> Mutant[Files | None]:
        mutant = case.files(chance)
        folder.put(mutant.what)
        if chance.random() < 0.1:
            return Mutant((*mutant.how, folder.strange(chance)), None)
        return Mutant(mutant.how, mutant.what)

    hunt("folder", part(number, FOLDERS), mutate, lambda files: judge.folder(folder, files))


def test_no_mutation_of_a_sealed_file_is_taken_for_the_bundle(case: Case, tmp_path: Path) -> None:
    path, judge = tmp_path / "INC-001.evidence", Judge(case)

    def judged(data: bytes) -> None:
        path.write_bytes(data)
        judge.sealed(path)

    hunt("sealed", range(COUNT // 10), lambda chance: case.age(chance, RUTH.identity.recipient), judged)


# --- cards and receipts ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(PARTS))
@pytest.mark.parametrize("kind", KINDS)
def test_no_mutation_is_taken_for_the_card_or_receipt(kind: str, number: int) -> None:
    """Nor anything that the holder of the key signs but the one spelling of a card or receipt."""
    signed = KINDS[kind]
    hunt(kind, part(number), signed.mutant, signed.judge)
    hunt(f"{kind} signed again", part(number, COUNT // 4), signed.signed_again, signed.judge_signed)


# --- the hunt itself ------------------------------------------------------------------------------


def test_a_gap_is_found_and_told_with_its_seed() -> None:
    """A reader that looks at the line only, and one that fails in its own way."""

    def only_the_line(data: bytes) -> None:
        assert (
            data in {CARDS.good, *CARDS.others} or data.partition(b"\n")[0] != CARDS.good.partition(b"\n")[0]
        )

    def careless(data: bytes) -> None:
        json.loads(data.partition(b"\n")[0])

    for judge, says in ((only_the_line, "AssertionError"), (careless, "Error")):
        with pytest.raises(AssertionError, match=rf"card \d+ of EVIDENCE_MUTATIONS_SEED={SEED} .*{says}"):
            hunt("card", range(500), CARDS.mutant, judge)


def test_a_number_and_the_seed_decide(case: Case) -> None:
    for make in (case.files, case.tar, CARDS.mutant, RECEIPTS.signed_again):
        once, again = ([make(Random(f"{number}")) for number in range(100)] for _ in range(2))
        assert once == again


def test_a_forgotten_check_is_found_out(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verifier that compares no file with the lists."""
    forgotten = dict(verify.CHECKS) | {Step.FILES: lambda _: None, Step.TAG_FILES: lambda _: None}
    monkeypatch.setattr(verify, "CHECKS", forgotten)
    with pytest.raises(AssertionError, match="its files are no good bundle's"):
        hunt("tar", range(2000), case.tar, Judge(case).tar)


@pytest.mark.parametrize("change", dict.fromkeys(mutations.TEXT), ids=lambda change: change.__name__)
def test_every_change_changes_something(change: mutations.Change) -> None:
    line = bundles.edited(b'{"a": 1}', b=["\u00e9x", {"c": "ab" * 20}])
    for data in (CARDS.good, line):
        made = [change(Random(seed), data) for seed in range(60)]
        assert sum(one != data for one in made) > 30
        assert made == [change(Random(seed), data) for seed in range(60)]
