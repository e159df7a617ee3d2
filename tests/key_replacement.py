"""Replacing a vault's key, with a death at any call that changes the disk, and what must be left then.

For tests/integration/test_key_replacement.py and tests/attack/key_change.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

import pytest

from evidence_app.crypto.age import Identity
from evidence_app.errors import WrongPassphraseError
from evidence_app.records import Said, Source
from evidence_app.vault import check, layout, vault
from evidence_app.vault.vault import Vault
from evidence_app.workflows import keeping, rekeying
from tests.vaults import PASSPHRASE, Sample, png

NEW = "tulip harbour copper engine"
SCHOOL = Identity(bytes(range(1, 33)))


def prepared(sample: Sample) -> None:
    """A draft, and a way in for the school."""
    with sample.open() as opened:
        opened.drafts.keep("review", "HXA/001", [Said("note", "half a sentence", Source.TYPED)])
        keeping.give_school_key(opened, str(SCHOOL.recipient))


def whole(opened: Vault) -> None:
    """Everything of the sample is there, in order and readable."""
    assert check.check(opened).problems == ()
    for number, seed in (("HXA/001", 1), ("HXA/002", 2), ("HXA/003", 3)):
        assert opened.objects.read(opened.read.exhibit(number).stored) == png(seed)
    draft = opened.drafts.get("review", "HXA/001")
    assert draft is not None
    assert draft.said[0].value == "half a sentence"


class KilledError(BaseException):
    """As if the process had ended here."""


_CALLS = ("replace", "rename", "unlink", "mkdir")


def dying(patch: pytest.MonkeyPatch, after: int) -> Callable[[], int]:
    """The process dies before call number `after` of what changes names on the disk; returns the count."""
    count = 0

    def wrapped(name: str) -> None:
        real = getattr(os, name)

        def call(*given: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count > after:
                raise KilledError
            return real(*given, **named)

        patch.setattr(os, name, call)

    for name in (*_CALLS, "fsync"):
        wrapped(name)
    return lambda: count


def attempt(sample: Sample, patch: pytest.MonkeyPatch, after: int) -> int:
    """Replace the key until the death at call `after`; how many calls there were."""
    opened = sample.open()
    try:
        with patch.context() as inner:
            count = dying(inner, after)
            with suppress(KilledError):
                rekeying.replace_key(opened, NEW)
            return count()
    finally:
        opened.abandon()


def survives(sample: Sample) -> str:
    """Which passphrase opens what is left: one of the two, and then everything is there."""
    failures = []
    for secret in (PASSPHRASE, NEW):
        try:
            with vault.unlock(sample.folder, secret) as opened:
                whole(opened)
                return secret
        except WrongPassphraseError as error:
            failures.append(error)
            (sample.folder / layout.FAILED).unlink(missing_ok=True)
    raise AssertionError(f"nothing opens the vault: {failures}")
