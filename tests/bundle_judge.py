"""Knows a few good bundles, and what may be said of anything that was made out of them.

Accepted as unchanged is only what is byte for byte a good bundle; everything else gives one of the errors
that are meant for it, never another. Used by the tests of mutations and by the attack of that name.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from evidence_app.bundle import layout, read
from evidence_app.bundle.tar import read_tar
from evidence_app.bundle.verify import Altered, Verifier
from evidence_app.crypto import _age_keys
from evidence_app.crypto.age import decrypt, encrypt
from evidence_app.errors import DamagedError, NewerFormatError, NotForYouError, NotOurFileError
from evidence_app.records import SenderStatus, Trust, Verdict
from tests import bundles
from tests.bundle_mutations import Case, Folder
from tests.bundles import Sender, png, ruth
from tests.tar_mutations import Files, as_others_read_it

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
RUTH = ruth()


def _small_bundle(sender: Sender, folder: Path) -> Path:
    out = folder / f"{sender.key.public_key.hex()[:8]}-{len(sender.entries)}.evidence"
    bundles.sealed(sender, RUTH, out)
    return out


def good_bundles(folder: Path) -> Case:
    """Helen's small bundle, one by a stranger under her name, and her next one: all of them good.

    The sealed files are in `folder`; `sealed` of the case is the first one, in the same bytes every time.
    """
    helen, stranger = Sender(), Sender("Helen Ashdown", 66)
    found = []
    for number, sender in enumerate((helen, stranger)):
        sender.open_incident(title="Posts – café")
        sender.capture("HXA/001", png(number, 1, 1))
        sender.state("HXA/001", address="https://chat.example/p/1")
        found.append(_small_bundle(sender, folder))
    helen.capture("HXA/002", png(7, 1, 1))
    found.append(_small_bundle(helen, folder))
    files = [bundles.opened(path, RUTH.identity) for path in found]
    return Case(files[0], tuple(files[1:]), helen, stranger, _sealed_the_same(found[0].read_bytes()))


def _sealed_the_same(sealed: bytes) -> bytes:
    """Another age file of the same content, without chance: so a seed always makes the same mutations."""
    chance = Random(2026)
    key = SimpleNamespace(
        generate=lambda: X25519PrivateKey.from_private_bytes(chance.randbytes(32)),
        from_private_bytes=X25519PrivateKey.from_private_bytes,
    )
    plain = decrypt(sealed, [RUTH.identity])
    with patch.object(_age_keys, "X25519PrivateKey", key), patch("secrets.token_bytes", chance.randbytes):
        return encrypt(plain, [RUTH.identity.recipient])


class Judge:
    """Raises AssertionError where something else than a good bundle is accepted."""

    def __init__(self, case: Case) -> None:
        strangers, later = case.others
        self._good = {frozenset(one.items()) for one in (case.good, later)}
        self._strangers_card = strangers[layout.CARD]
        self._originals = {
            data for one in (case.good, *case.others) for name, data in one.items() if "/original." in name
        }
        self._trust = Trust(contacts=(case.sender.contact(),), seen=(), recipient=RUTH.card.recipient)

    def tar(self, data: bytes) -> None:
        def check() -> Verdict:
            verifier = Verifier(self._trust)
            read_tar(io.BytesIO(data), verifier)
            return verifier.finish(NOW)

        self._judge(check, lambda: as_others_read_it(data))

    def sealed(self, path: Path) -> None:
        """A sealed file, with everything that may be around one."""

        def inside() -> Files | None:
            return as_others_read_it(decrypt(path.read_bytes(), [RUTH.identity]))

        self._judge(lambda: read.verify(path, [RUTH.identity], self._trust), inside)

    def folder(self, folder: Folder, files: Files | None) -> None:
        """`files` None where there is something strange besides."""
        self._judge(lambda: read.verify(folder.root, [], self._trust), lambda: files)

    def _judge(self, check: Callable[[], Verdict], files: Callable[[], Files | None]) -> None:
        try:
            verdict = check()
        except Altered as altered:
            self._altered(altered.verdict, files)
        except (DamagedError, NotOurFileError, NewerFormatError, NotForYouError):
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
