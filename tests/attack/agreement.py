"""Both sides, the program and the second verifier from the specification, say the same of every bundle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from evidence_app.crypto.age import Identity
from evidence_app.records import Contact
from tests.attack.harness import Attack, Outcome, Share
from tests.both_sides import check_agreement
from tests.bundle_judge import RUTH, good_bundles
from tests.bundle_mutations import Folder
from tests.corpus import samples

_USUAL = 500


def run(share: Share) -> Outcome:
    """The whole corpus, then mutations: of every five three tars, a folder and a sealed file."""
    outcome = Outcome()
    for sample in samples(share.folder):
        _hold(outcome, sample.name, sample.path, sample.keys, sample.contacts, sample.passphrase)
    case = good_bundles(share.folder)
    folder = Folder(share.folder / "opened", case.good)
    for number in range(share.number(_USUAL)):
        if share.over():
            outcome.notes.append(f"the time was over after {number:,} mutations")
            break
        chance = Random(f"{share.seed} agreement {number}")
        contacts = (case.sender.contact(),) if number % 2 else ()
        path = share.folder / "mutant"
        if number % 5 == 3:
            mutant = case.files(chance)
            folder.put(mutant.what)
            how = ", ".join((*mutant.how, *([folder.strange(chance)] if chance.random() < 0.1 else [])))
            path = folder.root
        else:
            made = case.age(chance, RUTH.identity.recipient) if number % 5 == 4 else case.tar(chance)
            path.write_bytes(made.what)
            how = ", ".join(made.how)
        _hold(outcome, f"mutation {number} ({how})", path, (RUTH.identity,), contacts)
    return outcome


def _hold(
    outcome: Outcome,
    name: str,
    path: Path,
    keys: Sequence[Identity],
    contacts: Sequence[Contact],
    passphrase: str = "",
) -> None:
    lost = ""
    try:
        check_agreement(path, keys, contacts, passphrase=passphrase)
    except Exception as error:  # noqa: BLE001  # whatever one side raises, the sides do not agree
        lost = f"{name}: {type(error).__name__}: {error}"
    outcome.expect(not lost, lost)


ATTACK = Attack("both sides", "a verifier from the specification alone says the same", run, 0.7)
