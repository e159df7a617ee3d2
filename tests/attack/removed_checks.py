"""Every check of the verifier is taken out in turn: a test notices each.

A usual run takes as many as there is time for, chosen by the seed. `_EQUAL` lists those whose removal changes
nothing that anybody could see, with the reason.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time

from tests.attack.harness import Attack, Outcome, Share

MODULES = (
    "evidence_app.bundle.verify",
    "evidence_app.bundle.checks_seal",
    "evidence_app.bundle.checks_record",
    "evidence_app.bundle.content",
    "evidence_app.bundle.bag",
    "evidence_app.bundle.card",
    "evidence_app.bundle.tar",
    "evidence_app.bundle.read",
    "evidence_app.bundle.layout",
    "evidence_app.bundle.text",
    "evidence_app.crypto.sshsig",
    "evidence_app.crypto.timestamp",
    "evidence_app.crypto._stamp_chain",
    "evidence_app.ledger",
)
TESTS = (
    "tests/unit/bundle/test_verify.py",
    "tests/unit/bundle/test_content.py",
    "tests/unit/bundle/test_signed_again.py",
    "tests/unit/bundle/test_tar.py",
    "tests/unit/bundle/test_card.py",
    "tests/unit/bundle/test_read.py",
    "tests/unit/bundle/test_hostile.py",
    "tests/unit/bundle/test_sources.py",
    "tests/unit/crypto/test_sshsig.py",
    "tests/unit/crypto/test_timestamp.py",
    "tests/unit/crypto/test_timestamp_answers.py",
    "tests/unit/test_ledger.py",
    "tests/integration/test_bundle_tampering.py",
    "tests/integration/test_other_side.py",
)
_USUAL = 150
_WINDOWS = "what is linked is no file and no folder here; Windows' junctions are"
_PYTHON = "only versions of Python to which 24:00 is a time come by it"
_TYPES = "tells the type checker what is so anyway"
_EQUAL: dict[str, str] = {
    r"ledger always: b'\\u' in body": "looks for half characters where none can be",
    "bag without part 1: not isinstance(text, str) or _escaped(text) != value": _TYPES,
    "checks_record without part 1: not isinstance(raw, dict) or set(raw) != set(expected)": _TYPES,
    "content without part 1: not isinstance(raw, dict) or set(raw) != {'seq', 'salt', 'body'}": _TYPES,
    "timestamp without part 1: info is None or at is None": _TYPES,
    "timestamp without part 2: info is None or at is None": _TYPES,
    "ledger no raise: raise LedgerError(f'A time in the record does not exist: {text!r}.')": _PYTHON,
    "ledger never: utc_text(moment) != text": _PYTHON,
    "timestamp never: wanted.nonce is None": _TYPES,
    "timestamp no raise: raise ValueError('a request without a nonce')": _TYPES,
    "checks_record always: size in wanted": "remembers more links than were asked for",
    "read never: entry.is_symlink() or _is_junction(entry)": _WINDOWS,
    "read without part 1: entry.is_symlink() or _is_junction(entry)": _WINDOWS,
    "read without part 2: entry.is_symlink() or _is_junction(entry)": _WINDOWS,
    "read without part 2: ask and ask()": _WINDOWS,
    "read no raise: raise NotOurFileError(NOT_OURS) from error": "nothing was read then, which says the same",
    "timestamp without part 1: bool(roots) and builder.build().verify_message(answer, data)": _TYPES,
    "checks_record never: copy.derived is None": _TYPES,
    "checks_record without part 1: origin is not None and original.derived is None and ((original.number, "
    "original.method, original.level) == (origin.number, origin.method.value, copy.level))": _TYPES,
}


def run(share: Share) -> Outcome:
    """In a process of its own, whose children are the verifiers without a check."""
    answer = share.folder / "answer.json"
    wishes = {
        "modules": MODULES,
        "tests": TESTS,
        "answer": str(answer),
        "seed": share.seed,
        "seconds": share.seconds - (time.monotonic() - share.began),
        "most": share.number(_USUAL),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack._noticing", json.dumps(wishes)],
        capture_output=True,
        text=True,
        check=False,
    )
    if not answer.exists():
        raise RuntimeError(f"the tests did not run: {(done.stdout + done.stderr)[-500:]}")
    told = json.loads(answer.read_text())
    if told["failed"]:
        raise RuntimeError(f"tests fail with every check in place: {told['failed'][:3]}")
    equal = [one for one in told["survived"] if _reason(one)]
    outcome = Outcome(told["noticed"] + len(told["survived"]))
    outcome.lost += [one for one in told["survived"] if one not in equal]
    outcome.notes.append(
        f"{outcome.tried} of {told['found']} checks were removed; {told['noticed']} were noticed, "
        f"{len(equal)} make no difference"
    )
    return outcome


def _reason(removal: str) -> str:
    """Why nobody could notice, or nothing."""
    place, _, rest = removal.partition(":")
    return _EQUAL.get(f"{place.rpartition('.')[2]} {rest.partition(' ')[2]}", "")


ATTACK = Attack("removed checks", "a test notices each check that is taken out", run, 2.5)
