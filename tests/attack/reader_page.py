"""The reader page in real Chromium gives the program's answers: every tampering, and seeded mutations."""

from __future__ import annotations

import shutil
from itertools import chain
from random import Random

from tests.attack.harness import Attack, CannotRunError, Outcome, Share
from tests.bundle_judge import RUTH, good_bundles
from tests.reader_answers import differences, programs_answer
from tests.reader_corpus import damaged, known, stamped, states, world
from tests.reader_page import Chromium

_MUTATIONS = 1500


def _run(share: Share) -> Outcome:
    if shutil.which("chromium") is None:
        raise CannotRunError("chromium is not installed")
    outcome = Outcome()
    here = world(share.folder)
    case = good_bundles(share.folder)
    stamps = share.folder / "stamps"
    stamps.mkdir()
    with Chromium() as browser:
        page = browser.page()
        for one in chain(states(here), stamped(here, stamps), damaged(here), known(share.folder)):
            found = page.check(one.data, passphrase=one.passphrase, key=one.key, name=one.name)
            wrong = differences(programs_answer(one.data, share.folder, one.keys), found)
            outcome.expect(not wrong, f"{one.name}: {'; '.join(wrong)[:500]}")
        for number in range(share.number(_MUTATIONS)):
            if share.over():
                break
            chance = Random(f"{share.seed} {number}")
            sealed = number % 4 == 0
            mutant = case.age(chance, RUTH.identity.recipient) if sealed else case.tar(chance)
            found = page.check(mutant.what, key=RUTH.identity.to_string())
            wrong = differences(programs_answer(mutant.what, share.folder, [RUTH.identity]), found)
            outcome.expect(not wrong, f"{share.seed} {number} {mutant.how}: {'; '.join(wrong)[:500]}")
    return outcome


ATTACK = Attack("reader page", "says what the program says, in a real browser", _run, weight=1.5)
