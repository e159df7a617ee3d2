"""The key of a vault is replaced: killed, or out of room, at every call that changes the disk."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress

import pytest

from evidence_app.errors import EvidenceError, UserError
from evidence_app.records import EntryKind
from evidence_app.vault import acts, vault
from evidence_app.workflows import rekeying
from tests.attack.harness import Attack, Outcome, Share
from tests.key_replacement import NEW, attempt, prepared, survives, whole
from tests.vaults import PASSPHRASE, Sample, fill, light_key_slots, make_sample

_CALLS = ("fsync", "replace", "rename", "mkdir", "unlink")


def _run(share: Share) -> Outcome:
    out = Outcome()
    with light_key_slots(), pytest.MonkeyPatch.context() as patch:
        sample = make_sample(share.folder / "helen.evidence-vault", fill)
        prepared(sample)
        safe = share.folder / "safe"
        shutil.copytree(sample.folder, safe)
        total = attempt(sample, patch, 10**9)
        steps = list(range(total))
        share.random.shuffle(steps)
        for at in steps:
            if share.over():
                out.notes.append(f"{out.tried} of {2 * total} tries: the time was over")
                break
            for kind, case in (("killed", _killed), ("failed", _failed)):
                shutil.rmtree(sample.folder)
                shutil.copytree(safe, sample.folder)
                out.expect(case(sample, patch, at), f"{kind} at call {at} of {total}")
    return out


def _killed(sample: Sample, patch: pytest.MonkeyPatch, at: int) -> bool:
    attempt(sample, patch, at)
    try:
        opens = survives(sample)
        if opens == PASSPHRASE:
            with vault.unlock(sample.folder, PASSPHRASE) as opened:
                rekeying.replace_key(opened, NEW)
            opens = survives(sample)
    except (AssertionError, EvidenceError):
        return False
    return opens == NEW


def _failed(sample: Sample, patch: pytest.MonkeyPatch, at: int) -> bool:
    """From this call on the disk takes nothing, until the person has made room: then work goes on."""
    opened = sample.open()
    try:
        with patch.context() as inner:
            _full(inner, at)
            with suppress(EvidenceError):
                rekeying.replace_key(opened, NEW)
        recorded = None
        with suppress(UserError):  # closed: it was replaced, or the next opening finds out
            recorded = opened.record(acts.incident_opened("Written after the disk was full"))
            whole(opened)
    except AssertionError:
        return False
    finally:
        opened.abandon()
    try:
        with vault.unlock(sample.folder, survives(sample)) as opened:
            return recorded is None or opened.read.entry(recorded.seq).kind is EntryKind.INCIDENT_OPENED
    except (AssertionError, EvidenceError):
        return False


def _full(patch: pytest.MonkeyPatch, at: int) -> None:
    count = 0

    def refusing(name: str) -> None:
        real = getattr(os, name)

        def call(*given: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count > at:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*given, **named)

        patch.setattr(os, name, call)

    for name in _CALLS:
        refusing(name)


ATTACK = Attack(
    "key change",
    "Killed or out of room at any call while the key is replaced, one of the two keys opens everything.",
    _run,
)
