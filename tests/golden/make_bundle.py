"""Makes the sample bundle of the current format: `python -m tests.golden.make_bundle`.

Sealed from the sample vault, for a made-up headteacher whose key lies beside it. Like every sample it is
made once; this refuses to touch one that exists.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from evidence_app import workflows
from evidence_app.bundle.layout import FORMAT
from evidence_app.crypto.age import Identity
from evidence_app.records import Contact
from evidence_app.vault.vault import unlock
from evidence_app.workflows import Wanted

HERE = Path(__file__).resolve().parent


def main() -> int:
    target = HERE / f"bundle-{FORMAT}"
    if target.exists():
        sys.stderr.write(f"{target.name} exists. A sample of a format is never made again.\n")
        return 1
    reader = Identity.generate()
    with tempfile.TemporaryDirectory() as folder, patch("platform.node", return_value="staffroom-4"):
        vault = Path(folder) / "helen.evidence-vault"
        shutil.copytree(HERE / "vault-1" / vault.name, vault)
        passphrase = (HERE / "vault-1" / "passphrase.txt").read_text("utf-8").strip()
        with unlock(vault, passphrase) as opened:
            ruth: Contact = opened.read.contacts()[0]
            recipient = replace(ruth, recipient=reader.recipient.to_string())
            target.mkdir()
            sealed = workflows.seal_bundle(
                opened,
                Wanted("INC-001", contacts=(recipient,), asks="Please act on this"),
                target / "INC-001.evidence",
            )
            words = workflows.own_words(opened)
    (target / "reader-key.txt").write_text(reader.to_string() + "\n", encoding="ascii")
    expected = {"digest": sealed.digest, "words": sealed.words, "sender_words": words, "files": sealed.files}
    (target / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
