"""Makes the sample with an exhibit of every kind: `python -m tests.golden.make_kinds`.

The backup of a vault with a series, a web page (entry of body version 2), a recording, a mail and a chat
that were brought in and a covered copy; and a bundle sealed from it, with a time stamp of a service of the
tests' own. A backup is a vault's folder too, so the same files are the sample of both: a record of this
format takes 370 kB for its tables alone. The bundle has no report, which would be larger than all of it.
Like every sample it is made once; this refuses to touch one that exists.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from evidence_app import workflows
from evidence_app.bundle.layout import FORMAT as BUNDLE_FORMAT
from evidence_app.crypto.age import Identity
from evidence_app.records import Area, Contact, ContactCard, Cover, Role, SealedBundle
from evidence_app.vault import acts, backup, drill, vault
from evidence_app.vault.layout import FORMAT
from evidence_app.vault.vault import Vault
from evidence_app.workflows import Wanted
from tests import mixed, stamps
from tests.golden.make import RUTH
from tests.vaults import PASSPHRASE

HERE = Path(__file__).resolve().parent
TARGET = HERE / f"kinds-{FORMAT}-{BUNDLE_FORMAT}"
"""By the versions of the vault's and of the bundle's format."""
_DAYS = "36500"
"""The time stamp is to be believed for longer than this program is maintained."""


def main() -> int:
    if TARGET.exists():
        sys.stderr.write(f"{TARGET.name} exists. A sample of a format is never made again.\n")
        return 1
    draft = HERE / f".{TARGET.name}.part"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    with ExitStack() as stack:
        # The record names the computer and its user: fictional ones.
        stack.enter_context(patch("platform.node", return_value="staffroom-4"))
        stack.enter_context(patch("platform.release", return_value="12"))
        stack.enter_context(patch("socket.gethostname", return_value="staffroom-4"))
        stack.enter_context(patch("getpass.getuser", return_value="hashdown"))
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        make(draft, work)
    draft.rename(TARGET)
    return 0


def make(draft: Path, work: Path) -> None:
    folder = work / "helen.evidence-vault"
    reader = Identity.generate()
    with vault.create(
        folder, name="Helen Ashdown", role=Role.STAFF, school="Larkmere Academy", passphrase=PASSPHRASE
    )[0] as made:
        identity = made.identity
        incident = str(made.record(acts.incident_opened("Anonymous posts")).data["reference"])
        held = mixed.fill(made, incident, work / "in").bytes_of
        shown = next(number for number, file in held if file == "picture-2.png")
        copy = workflows.cover(made, shown, [Cover(Area(10, 10, 120, 60), "pupil_name")])
        held = held | {(copy.number, ""): made.read_original(copy.number)}
        backup.back_up(made, draft / "helen.evidence-backup")
        sealed = _seal(made, incident, reader, draft, work)
        words = workflows.own_words(made)
    found = drill.drill(draft / "helen.evidence-backup", identity)
    (draft / "passphrase.txt").write_text(PASSPHRASE + "\n", encoding="utf-8")
    (draft / "reader-key.txt").write_text(reader.to_string() + "\n", encoding="ascii")
    expected = {
        "size": found.entries,
        "link": found.link,
        "exhibits": [[number, file, sha256(data).hexdigest()] for (number, file), data in held.items()],
        "copy": [copy.number, shown],
        "digest": sealed.digest,
        "words": sealed.words,
        "sender_words": words,
        "dated": None if sealed.dated is None else sealed.dated.at.isoformat(),
    }
    (draft / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


def _seal(made: Vault, incident: str, reader: Identity, draft: Path, work: Path) -> SealedBundle:
    made.record(
        acts.contact_added(
            ContactCard(
                "Mrs Ruth Calloway",
                "Headteacher",
                "Larkmere Academy",
                RUTH.public_key,
                reader.recipient.to_string(),
            )
        )
    )
    real = stamps._openssl

    def for_long(folder: Path, *said: str) -> None:
        real(folder, *(_DAYS if word == "3650" else word for word in said))

    (work / "authority").mkdir()
    (work / "settings").mkdir()
    with patch("tests.stamps._openssl", for_long):
        service = stamps.authority(work / "authority")
    shutil.copy(service.root, draft / "time-stamp-root.pem")
    ruth: Contact = made.read.contact("Mrs Ruth Calloway")
    made.record(acts.contact_confirmed(ruth, "compared the eight words in person"))
    contact = replace(ruth, recipient=reader.recipient.to_string())
    roots = work / "settings" / workflows.ROOTS
    roots.mkdir()
    shutil.copy(service.root, roots)
    with (
        stamps.serving(service),
        patch("evidence_app.paths.user_config_dir", return_value=roots.parent),
        patch("evidence_app.workflows.sealing._report", return_value=b""),
    ):
        return workflows.seal_bundle(
            made, Wanted(incident, contacts=(contact,), timestamps=(service.url,)), draft / "INC-001.evidence"
        )


if __name__ == "__main__":
    sys.exit(main())
