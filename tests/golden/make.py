"""Makes the sample vault of the current format: `python -m tests.golden.make`.

A sample is made once, when a format is released, and then opened by every later version of the program.
So this refuses to touch one that exists; a new format gets a new folder beside the old ones.
"""

from __future__ import annotations

import json
import shutil
import sys
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from evidence_app.crypto.sshsig import SigningKey, public_line
from evidence_app.records import ContactCard, EntryKind, Role, Said, Source
from evidence_app.vault import acts, check, vault
from evidence_app.vault.acts import Act
from evidence_app.vault.keys import Slot
from evidence_app.vault.layout import FORMAT, LOCK, object_path
from evidence_app.vault.vault import Vault
from tests.vaults import PASSPHRASE, capture, png

HERE = Path(__file__).resolve().parent
RUTH = SigningKey(bytes(range(32)))


def main() -> int:
    target = HERE / f"vault-{FORMAT}"
    if target.exists():
        sys.stderr.write(f"{target.name} exists. A sample of a format is never made again.\n")
        return 1
    draft = HERE / f".vault-{FORMAT}.part"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    # The record names the computer it was written on: a fictional one.
    with patch("platform.node", return_value="staffroom-4"), patch("platform.release", return_value="12"):
        make_vault(draft)
    draft.rename(target)
    return 0


def make_vault(draft: Path) -> None:
    folder = draft / "helen.evidence-vault"
    made, words = vault.create(
        folder, name="Helen Ashdown", role=Role.STAFF, school="Larkmere Academy", passphrase=PASSPHRASE
    )
    identity = made.identity
    with made:
        furnish(made)
    leave_what_an_interruption_leaves(Vault.open(folder, identity, slot=Slot.PASSPHRASE))
    with Vault.open(folder, identity, slot=Slot.RECOVERY) as opened:
        assert check.check(opened).problems == ()
        described = describe(opened)
    (folder / LOCK).unlink(missing_ok=True)
    (draft / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (draft / "recovery.txt").write_text(words + "\n", encoding="utf-8")
    text = json.dumps(described, ensure_ascii=False, indent=1)
    (draft / "expected.json").write_text(text + "\n", encoding="utf-8")


def furnish(opened: Vault) -> None:
    """At least one entry of every kind that this format knows and the vault itself writes."""
    opened.record(acts.incident_opened("Anonymous posts"))
    opened.record(acts.incident_opened("A copied photograph"))
    capture(opened, png(1), "INC-001")
    capture(opened, png(2), "INC-001")
    capture(opened, png(3), None)
    opened.record(
        acts.exhibit_stated(
            "HXA/001",
            [
                Said("address", "https://social.example/@larkmere_truth/9", Source.PASTED),
                Said("transcript", "Zażółć 😀\nsecond line", Source.READ_FROM_PICTURE),
            ],
        )
    )
    opened.record(acts.exhibit_stated("HXA/001", [Said("handle", "@larkmere_truth", Source.TYPED)]))
    opened.record(acts.exhibit_stated("HXA/001", [Said("handle", "@larkmere_truth9", Source.TYPED)]))
    opened.record(
        acts.incident_stated("INC-001", [Said("title", "Anonymous posts about staff", Source.TYPED)])
    )
    opened.record(acts.exhibit_filed("HXA/003", "INC-002"))
    opened.record(acts.exhibit_viewed("HXA/002"))
    opened.record(
        acts.contact_added(
            ContactCard(
                "Mrs Ruth Calloway",
                "Headteacher",
                "Larkmere Academy",
                RUTH.public_key,
                opened.identity.recipient.to_string(),
            )
        )
    )
    opened.record(acts.contact_confirmed(opened.read.contact("Ruth"), "compared the eight words in person"))
    size, link = opened.head
    opened.checkpoint()
    opened.record(
        Act(
            EntryKind.BUNDLE_SEALED,
            {
                "bundle": "6f0d0e0c-93a1-4f3e-8a53-6a3c0f2f9d10",
                "incident": "INC-001",
                "sealed_for": ["Mrs Ruth Calloway"],
                "recipients": [opened.identity.recipient.to_string()],
                "exhibits": ["HXA/001"],
                "left_out": {"HXA/002": "shows a pupil"},
                "asks": "act",
                "digest": sha256(b"a bundle").hexdigest(),
                "size": 123456,
                "ledger_size": size,
                "file_name": "INC-001-2026-03-12.evidence",
            },
        )
    )
    opened.record(
        Act(
            EntryKind.BUNDLE_CHECKED,
            {
                "bundle": "0b8c2a57-52c8-4e0e-9d2c-2f3f1a6f7c21",
                "digest": sha256(b"another bundle").hexdigest(),
                "sender_key": public_line(RUTH.public_key),
                "ledger": {
                    "vault": "1f0e6f1c-2a51-4d0b-9e3f-5c5b8f0a7d11",
                    "size": 40,
                    "link": link.hex(),
                },
                "unchanged": True,
                "sender": "confirmed",
                "consistent": "first",
                "problems": [],
            },
        )
    )
    check.check(opened)


def leave_what_an_interruption_leaves(opened: Vault) -> None:
    """An object without an entry, and one that was cut off; the next opening deals with both."""
    opened.objects.put(png(4), "image/png")
    cut = object_path(opened.folder, "00000000-0000-4000-8000-000000000000").with_suffix(".part")
    cut.parent.mkdir(exist_ok=True)
    cut.write_bytes(b"age-encryption.org/v1\n")
    opened.abandon()


def describe(opened: Vault) -> dict[str, object]:
    """What every later version has to find."""
    size, link = opened.head
    return {
        "vault": opened.label.vault_id,
        "entries": [entry.kind.value for entry in reversed(opened.read.entries(limit=1000))],
        "size": size,
        "link": link.hex(),
        "incidents": {one.reference: [one.title, one.exhibits] for one in opened.read.incidents()},
        "exhibits": {
            number: [stored.sha256, stored.size, opened.read.exhibit(number).method.value]
            for number, stored in opened.read.stored_objects()
        },
        "statements": {
            number: {name: said.value for name, said in opened.read.exhibit(number).statements.items()}
            for number, _ in opened.read.stored_objects()
        },
        "contacts": [[one.name, one.confirmed_how] for one in opened.read.contacts()],
        "bundles": [one.bundle_id for one in opened.read.bundles()],
        "identity_recipient": opened.identity.recipient.to_string(),
    }


if __name__ == "__main__":
    sys.exit(main())
