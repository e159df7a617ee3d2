"""One verdict, or failure, for each of the seven states, every one from a real bundle of Helen's for Ruth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from evidence_app.bundle import layout, read
from evidence_app.bundle.verify import Altered
from evidence_app.crypto.age import encrypt
from evidence_app.errors import DamagedError, EvidenceError, NewerFormatError, NotForYouError
from evidence_app.records import BundleState, Owner, Role, SeenLedger, Trust, Verdict
from tests.bundles import NOON, Sender, as_tar, edited, helen, opened, ruth, sealed, sign_again

HELEN, RUTH, STRANGER = helen(), ruth(), Sender("Mr Alan Thwaite", 9)
NOW = datetime(2026, 3, 13, 9, 5, tzinfo=UTC)
OWNER = Owner("Mrs Ruth Calloway", Role.HEAD, "Larkmere Academy", "RXC")
PICTURE = layout.original_name("HXA/002", "image/png")
CONFIRMED = Trust((HELEN.contact(),), ())


def _checked(path: Path, trust: Trust) -> Verdict | EvidenceError:
    try:
        return read.verify(path, [RUTH.identity], trust)
    except Altered as altered:
        return altered.verdict
    except (DamagedError, NotForYouError, NewerFormatError) as error:
        return error


def found(state: BundleState, folder: Path) -> Verdict | EvidenceError:
    """What Ruth's check of a bundle in this state comes to."""
    path = folder / f"{state.value}.evidence"
    sealed(HELEN, RUTH, path)
    whole, files = path.read_bytes(), opened(path, RUTH.identity)
    trust = CONFIRMED
    make: dict[BundleState, Callable[[], bytes]] = {
        BundleState.ALTERED: lambda: _for(RUTH, files | {PICTURE: files[PICTURE][:-1] + b"!"}),
        BundleState.DAMAGED: lambda: whole[:-100],
        BundleState.NOT_FOR_YOU: lambda: _for(STRANGER, files),
        BundleState.NEWER: lambda: _for(RUTH, _newer(files)),
    }
    path.write_bytes(make.get(state, lambda: whole)())
    if state is BundleState.SENDER_NOT_CONFIRMED:
        trust = Trust((HELEN.contact(confirmed=False),), ())
    if state is BundleState.IN_CONFLICT:
        rewritten = SeenLedger(HELEN.vault_id, 5, b"1" * 32, NOON, HELEN.key.public_key)
        trust = Trust(CONFIRMED.contacts, (rewritten,))
    return _checked(path, trust)


def _for(reader: object, files: dict[str, bytes]) -> bytes:
    assert isinstance(reader, type(RUTH))
    return encrypt(as_tar(files), [reader.identity.recipient])


def _newer(files: dict[str, bytes]) -> dict[str, bytes]:
    label = files[layout.BAG_INFO].replace(b"Evidence-Bundle-Format: 1", b"Evidence-Bundle-Format: 2")
    newer = {layout.INCIDENT: edited(files[layout.INCIDENT], format=2), layout.BAG_INFO: label}
    return sign_again(files | newer, HELEN.key)
