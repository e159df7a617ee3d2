"""No mutation is accepted: 10,000 of an opened bundle, of contact cards and of receipts.

Accepted as unchanged is only what is byte for byte a good bundle, card or receipt; everything else gives
one of the errors that are meant for it, never another. How many and which: tests/mutations.py.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from evidence_app.bundle import card, layout, read, receipt, verify
from evidence_app.bundle.findings import Step
from evidence_app.bundle.tar import read_tar
from evidence_app.bundle.verify import Altered, Verifier
from evidence_app.crypto.sshsig import SigningKey
from evidence_app.errors import DamagedError, NewerFormatError, NotOurFileError
from evidence_app.records import (
    Consistency,
    Receipt,
    SenderStatus,
    Trust,
    Verdict,
    Witnessed,
)
from tests import bundles, mutations
from tests.bundle_mutations import Case, Folder
from tests.bundles import BUNDLE_ID, NOON, VAULT_ID, Sender, png, ruth
from tests.mutations import COUNT, Mutant, hunt
from tests.tar_mutations import Files, as_others_read_it

PARTS = max(4, COUNT // 5_000)
"""So that several processes share the work, and no test takes minutes."""
FOLDERS = COUNT * 3 // 10
"""Of the mutations of a bundle those that are made in a folder: writing files takes longer."""
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HELEN, STRANGER, RUTH = Sender(), Sender("Helen Ashdown", 66), ruth()


def part(number: int, count: int = COUNT) -> range:
    return range(number, count, PARTS)


# --- bundles --------------------------------------------------------------------------------------


def small_bundle(sender: Sender, folder: Path) -> Files:
    out = folder / f"{sender.name}-{len(sender.entries)}.evidence"
    bundles.sealed(sender, RUTH, out)
    return bundles.opened(out, RUTH.identity)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Helen's small bundle, her next one, and one by a stranger under her name: all of them good."""
    found = []
    for number, sender in enumerate((HELEN, STRANGER)):
        folder = tmp_path_factory.mktemp("bundles")
        sender.open_incident(title="Posts – café")
        sender.capture("HXA/001", png(number, 1, 1))
        sender.state("HXA/001", address="https://chat.example/p/1")
        found.append(small_bundle(sender, folder))
    HELEN.capture("HXA/002", png(7, 1, 1))
    found.append(small_bundle(HELEN, tmp_path_factory.mktemp("bundles")))
    return Case(found[0], tuple(found[1:]), HELEN, STRANGER)


class Judge:
    """Knows the good bundles, and what may be said of any other."""

    def __init__(self, case: Case) -> None:
        strangers, later = case.others
        self._good = {frozenset(one.items()) for one in (case.good, later)}
        self._strangers_card = strangers[layout.CARD]
        self._originals = {
            data for one in (case.good, *case.others) for name, data in one.items() if "/original." in name
        }
        self._trust = Trust(contacts=(HELEN.contact(),), seen=(), recipient=RUTH.card.recipient)

    def tar(self, data: bytes) -> None:
        def check() -> Verdict:
            verifier = Verifier(self._trust)
            read_tar(io.BytesIO(data), verifier)
            return verifier.finish(NOW)

        self._judge(check, lambda: as_others_read_it(data))

    def folder(self, folder: Folder, files: Files | None) -> None:
        """`files` None where there is something strange besides."""
        self._judge(lambda: read.verify(folder.root, [], self._trust), lambda: files)

    def _judge(self, check: Callable[[], Verdict], files: Callable[[], Files | None]) -> None:
        try:
            verdict = check()
        except Altered as altered:
            self._altered(altered.verdict, files)
        except (DamagedError, NotOurFileError, NewerFormatError):
            return
        else:
            assert verdict.unchanged
            found = files()
            assert found is not None, "accepted, but nobody else reads it as a bundle"
            # A time stamp is made after the seal, so nothing seals it; the verdict says what it is worth.
            found = {name: data for name, data in found.items() if name != layout.TIME_STAMP}
            if verdict.sender is SenderStatus.UNKNOWN and found[layout.CARD] == self._strangers_card:
                return  # all of it is the stranger's, who may sign it anew: nobody takes it for Helen's
            assert frozenset(found.items()) in self._good, "accepted, but its files are no good bundle's"
            assert verdict.sender is SenderStatus.CONFIRMED

    def _altered(self, verdict: Verdict, files: Callable[[], Files | None]) -> None:
        assert not verdict.unchanged
        assert verdict.problems
        fine = [one.number for one in verdict.exhibits if one.unchanged]
        found = files() if fine else None
        for number in fine:
            if found is not None:
                start = f"{layout.folder(number)}/original."
                originals = {
                    data for name, data in found.items() if name.startswith(start) and layout.place(name)
                }
                assert originals <= self._originals, f"{number} is called unchanged"


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


# --- cards and receipts ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Signed:
    """A good file of one line and a signature, others of its kind, its signer and a stranger.

    `others` are good files too: another one of the same signer, one of the stranger.
    """

    good: bytes
    others: tuple[bytes, ...]
    namespace: str
    key: SigningKey
    stranger: SigningKey

    def mutant(self, chance: Random) -> Mutant[bytes]:
        how, data = [], self.good
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            name, data = self._once(chance, data)
            how.append(name)
        return Mutant(tuple(how), data)

    def _once(self, chance: Random, data: bytes) -> tuple[str, bytes]:
        line, newline, signature = data.partition(b"\n")
        line += newline
        match chance.randrange(12):
            case 0:
                return "another's signature", line + chance.choice(self.others).partition(b"\n")[2]
            case 1:
                other = chance.choice(self.others)
                return "halves of two", data[: chance.randrange(len(data) + 1)] + other[
                    chance.randrange(len(other)) :
                ]
            case 2:
                return "signed by a stranger", line + self.stranger.sign(line, self.namespace)
            case 3:
                namespace = chance.choice([one for one in mutations.NAMESPACES if one != self.namespace])
                return "signed for something else", line + self.key.sign(line, namespace)
            case 4:
                return "two signatures", line + signature + self.stranger.sign(line, self.namespace)
            case _:
                return mutations.changed(chance, data)

    def signed_again(self, chance: Random) -> Mutant[bytes]:
        """What the holder of the key could sign: a line of any kind under a good signature."""
        name, line = mutations.changed(chance, self.good.partition(b"\n")[0] + b"\n")
        return Mutant((name, "signed again"), line + self.key.sign(line, self.namespace))


RECEIPT = Receipt(
    bundle_id=BUNDLE_ID,
    digest="ab" * 32,
    sender_key=HELEN.key.public_key,
    ledger=Witnessed(VAULT_ID, 12, bytes(range(32))),
    unchanged=True,
    sender=SenderStatus.CONFIRMED,
    dated=None,
    consistent=Consistency.FIRST,
    problems=(),
    at=NOON,
    name="Mrs Ruth Calloway",
    role="headteacher",
    school="Larkmere Academy – café",
    signing_key=RUTH.key.public_key,
)
CARDS = Signed(
    card.make_card(HELEN.card, HELEN.key),
    (
        card.make_card(replace(HELEN.card, name="Hélen Ashdown"), HELEN.key),
        card.make_card(STRANGER.card, STRANGER.key),
    ),
    layout.CONTACT_NAMESPACE,
    HELEN.key,
    STRANGER.key,
)
RECEIPTS = Signed(
    receipt.make_receipt(RECEIPT, RUTH.key),
    (
        receipt.make_receipt(
            replace(RECEIPT, unchanged=False, ledger=None, problems=("extra-file",)), RUTH.key
        ),
        receipt.make_receipt(replace(RECEIPT, signing_key=STRANGER.key.public_key), STRANGER.key),
    ),
    layout.RECEIPT_NAMESPACE,
    RUTH.key,
    STRANGER.key,
)
REFUSALS = (card.CardError, receipt.ReceiptError, NotOurFileError, NewerFormatError)
KINDS: dict[str, tuple[Signed, Callable[[bytes], Any], Callable[[Any, SigningKey], bytes]]] = {
    "card": (CARDS, card.read_card, card.make_card),
    "receipt": (RECEIPTS, receipt.read_receipt, receipt.make_receipt),
}


@pytest.mark.parametrize("number", range(PARTS))
@pytest.mark.parametrize("kind", KINDS)
def test_no_mutation_is_taken_for_the_card_or_receipt(kind: str, number: int) -> None:
    """Nor anything that the holder of the key signs but the one spelling of a card or receipt."""
    signed, reader, maker = KINDS[kind]
    good = {signed.good, *signed.others}

    def judge(data: bytes) -> None:
        try:
            reader(data)
        except REFUSALS:
            return
        assert data in good, "accepted, but it is not a good one"

    def judge_signed(data: bytes) -> None:
        try:
            found = reader(data)
        except REFUSALS:
            return
        assert maker(found, signed.key) == data, "accepted, but it is not the one spelling"

    hunt(kind, part(number), signed.mutant, judge)
    hunt(f"{kind} signed again", part(number, COUNT // 4), signed.signed_again, judge_signed)


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
        with pytest.raises(
            AssertionError, match=rf"card \d+ of EVIDENCE_MUTATIONS_SEED={mutations.SEED} .*{says}"
        ):
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
