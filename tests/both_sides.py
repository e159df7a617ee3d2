"""The program's answer and that of tests/other_side, in the same words, so that they can be held together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from evidence_app.bundle import read
from evidence_app.bundle.findings import Step
from evidence_app.bundle.verify import Altered, Verifier, examine
from evidence_app.crypto.age import Identity, Passphrase
from evidence_app.crypto.sshsig import fingerprint
from evidence_app.crypto.timestamp import load_roots
from evidence_app.errors import (
    DamagedError,
    NewerFormatError,
    NotForYouError,
    NotOurFileError,
    WrongPassphraseError,
)
from evidence_app.records import Contact, Trust, Verdict
from tests.other_side import verifier
from tests.other_side.verifier import Answer

_SIGNED_END = frozenset({Step.CARD, Step.CHECKPOINT, Step.CHECKPOINT_SIGNATURE})
_CHAIN = _SIGNED_END | {Step.COMMITMENTS, Step.CHAIN}


def ours(path: Path, keys: Sequence[Identity | Passphrase], trust: Trust) -> Answer:
    """What the program says."""
    try:
        found = _verdict(path, keys, trust)
    except NotOurFileError:
        return Answer("not-ours")
    except NewerFormatError:
        return Answer("newer")
    except (NotForYouError, WrongPassphraseError):
        return Answer("not-for-you")
    except DamagedError as error:
        return Answer("damaged", why=(error.message,))
    # What the verdict says in words, as the checks themselves have it.
    again = Verifier(trust)
    read.feed(path, keys, again, None)
    work = examine(again._bag)
    end = work.checkpoint if work.clean(_SIGNED_END) else None
    return Answer(
        state="unchanged" if found.unchanged else "altered",
        exhibits=tuple((one.number, one.unchanged) for one in found.exhibits),
        signer="" if work.signer is None else fingerprint(work.signer),
        checkpoint=None if end is None else (end.size, end.link.hex()),
        chain=work.clean(_CHAIN),
        dated=None if found.dated is None else found.dated.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        why=tuple(f"{one.code} {one.where}" for one in found.problems),
    )


def _verdict(path: Path, keys: Sequence[Identity | Passphrase], trust: Trust) -> Verdict:
    try:
        return read.verify(path, keys, trust)
    except Altered as altered:
        return altered.verdict


def check_agreement(
    path: Path,
    keys: Sequence[Identity] = (),
    contacts: Sequence[Contact] = (),
    roots: bytes = b"",
    passphrase: str = "",
) -> Answer:
    """The answer of both sides; AssertionError where they differ. `roots` are PEM."""
    trust = Trust(contacts=tuple(contacts), seen=(), roots=load_roots(roots) if roots else ())
    secrets: list[Identity | Passphrase] = [*keys]
    if passphrase:
        secrets.append(Passphrase(passphrase))
    one = ours(path, secrets, trust)
    other = verifier.verify(
        path,
        "".join(key.to_string() + "\n" for key in keys),
        passphrase,
        frozenset(contact.fingerprint for contact in contacts),
        roots,
    )
    assert one == other, f"the program: {one}\nthe other side: {other}"
    return one
