"""A headteacher's vault with received bundles in all seven states, for the tests of the register."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout
from evidence_app.crypto.age import encrypt
from evidence_app.records import BundleState, ReceivedRow, Role, Said, Source
from evidence_app.vault import acts, recording
from evidence_app.vault.keys import Slot
from evidence_app.vault.vault import Vault
from tests.bundles import as_tar, edited, opened, sign_again
from tests.desks import desk, picture
from tests.vaults import no_stop

PICTURE = layout.original_name("HXA/002", "image/png")
STATES = tuple(state for state in BundleState if state is not BundleState.NOT_CHECKED)


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """As if this computer's clock stood `days` back: entries are made then."""

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) - timedelta(days=days)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recording, "datetime", Earlier)
        yield


def open_incident(sender: Vault, title: str, shade: int, platform: str = "", account: str = "") -> str:
    """An incident with two captures about an account."""
    reference = str(sender.record(acts.incident_opened(title)).data["reference"])
    no_stop(sender, reference)
    for more in range(2):
        exhibit = workflows.keep(sender, picture(shade + more), reference)
        if account:
            said = [Said("platform", platform, Source.TYPED), Said("account", account, Source.TYPED)]
            sender.record(acts.exhibit_stated(exhibit.number, said))
    return reference


def acquaint(one: Vault, other: Vault) -> None:
    """Each confirms the other in person."""
    for own, met in ((one, other), (other, one)):
        contact = workflows.add_contact(own, workflows.own_card(met))
        workflows.confirm_contact(own, contact.name, workflows.own_words(met), "in person")


def bundle_of(sender: Vault, incident: str, out: Path) -> Path:
    workflows.seal_bundle(sender, workflows.Wanted(incident, contacts=sender.read.contacts()), out)
    return out


def receive(head: Vault, path: Path, days: int = 0) -> ReceivedRow:
    with days_ago(days):
        return workflows.receive(head, path).row


def for_head(head: Vault, files: dict[str, bytes]) -> bytes:
    return encrypt(as_tar(files), [head.identity.recipient])


def receive_all_states(folder: Path, helen: Vault, ruth: Vault) -> dict[BundleState, ReceivedRow]:
    """One bundle in each state, received on seven days, the newest today. Helen and Ruth are acquainted."""
    found: dict[BundleState, ReceivedRow] = {}
    incident = open_incident(
        helen, "Anonymous posts about my Year 9 lessons", 10, "Chirrup", "@larkmere_truth"
    )
    helen.flush()
    early = folder / "early"
    shutil.copytree(helen.folder, early, ignore=shutil.ignore_patterns("lock", "*-wal", "*-shm"))
    workflows.keep(helen, picture(30), incident)
    whole = bundle_of(helen, incident, folder / "INC-001.evidence")
    found[BundleState.INTACT] = receive(ruth, whole, 12)

    files = opened(whole, ruth.identity)
    changed = files | {PICTURE: files[PICTURE][:-1] + b"!"}
    label = files[layout.BAG_INFO].replace(b"Evidence-Bundle-Format: 1", b"Evidence-Bundle-Format: 2")
    newer = files | {layout.INCIDENT: edited(files[layout.INCIDENT], format=2), layout.BAG_INFO: label}
    odd = {
        BundleState.ALTERED: for_head(ruth, changed),
        BundleState.DAMAGED: whole.read_bytes()[:-100],
        BundleState.NOT_FOR_YOU: encrypt(as_tar(files), [helen.identity.recipient]),
        BundleState.NEWER: for_head(ruth, sign_again(newer, helen.signing_key)),
    }
    for days, (state, data) in zip((9, 6, 4, 3), odd.items(), strict=True):
        path = folder / f"{state.value}.evidence"
        path.write_bytes(data)
        found[state] = receive(ruth, path, days)

    with Vault.open(early, helen.identity, slot=Slot.PASSPHRASE) as rewritten:
        for shade in range(50, 70):
            workflows.keep(rewritten, picture(shade), incident)
        again = bundle_of(rewritten, incident, folder / "again.evidence")
    found[BundleState.IN_CONFLICT] = receive(ruth, again, 1)

    with desk(folder / "tom.evidence-vault", "Tom Garrick", Role.STAFF) as tom:
        workflows.add_contact(tom, workflows.own_card(ruth))
        reference = open_incident(tom, "Comments on the community page", 90, "Chirrup", "@larkmere_truth")
        path = bundle_of(tom, reference, folder / "tom.evidence")
    found[BundleState.SENDER_NOT_CONFIRMED] = receive(ruth, path)
    return {state: found[state] for state in STATES}
