"""`receipt`, `open` and the whole conversation, as other tools rely on it."""

from __future__ import annotations

import shutil

from evidence_app.errors import ExitCode
from evidence_app.vault import acts
from tests.commands import Stage, in_order, refused

pytest_plugins = ["tests.command_fixtures"]

BUNDLE, H, R, A = "INC-001.evidence", "helen.evidence-vault", "ruth.evidence-vault", "alan.evidence-vault"
SECRET = ("--passphrase-file", "passphrase")


def test_a_receipt_goes_round(stage: Stage) -> None:
    issued = stage.ok("receipt", "issue", R, BUNDLE, "-o", "r.evidence-receipt", *SECRET, "--json").json
    assert (issued["unchanged"], issued["sender"], issued["consistent"]) == (True, "confirmed", "first")
    answer = stage.ok("receipt", "record", H, "r.evidence-receipt", *SECRET, "--json").json
    assert (answer["bundle"], answer["signer"]) == (issued["bundle"], "known")
    again = stage.ok("receipt", "record", H, "r.evidence-receipt", *SECRET)
    assert "Received by Mrs Ruth Calloway (a contact that you have not confirmed) on" in again.out


def test_a_receipt_that_is_none_of_theirs(stage: Stage) -> None:
    stage.ok("receipt", "issue", R, BUNDLE, "-o", "r.evidence-receipt", *SECRET)
    with stage.unharmed(stage.alan):
        answer = stage.run("receipt", "record", A, "r.evidence-receipt", *SECRET)
        refused(answer, ExitCode.USAGE, "not sealed in this vault")
        refused(stage.run("receipt", "record", A, BUNDLE, *SECRET), ExitCode.CANNOT_OPEN, "not an Evidence")
        refused(
            stage.run("receipt", "issue", A, BUNDLE, "-o", "x.evidence-receipt", *SECRET),
            ExitCode.CANNOT_OPEN,
            "somebody else",
        )


# --- open -----------------------------------------------------------------------------------------------


def test_an_unlocked_copy(stage: Stage) -> None:
    answer = stage.ok("open", BUNDLE, "copy", "--vault", R, *SECRET, "--json").json
    assert (answer["unchanged"], answer["path"]) == (True, "copy")
    assert sorted(path.name for path in (stage.folder / "copy").iterdir()) == [
        "README.txt",
        "allowed_signers",
        "bundle",
    ]
    (stage.folder / "key.txt").write_text(stage.ruth.identity.to_string() + "\n", "ascii")
    words = stage.ok("open", BUNDLE, "again", "--identity", "key.txt").out
    assert "NOT encrypted" in words
    with stage.unharmed(stage.ruth):
        refused(
            stage.run("open", BUNDLE, "copy", "--identity", "key.txt"), ExitCode.USAGE, "already something"
        )
        refused(stage.run("open", BUNDLE, "other"), ExitCode.CANNOT_OPEN, "somebody else")
        refused(stage.run("open", "none", "other"), ExitCode.USAGE, "nothing at")


# --- the whole conversation -----------------------------------------------------------------------------


def test_a_record_that_was_rewritten_between_two_bundles(stage: Stage) -> None:
    """Received, receipt given, recorded; then Helen's vault is put back and goes on differently."""
    for_ruth = ("--incident", "INC-001", "--to", "Mrs Ruth Calloway", *SECRET)
    shutil.copytree(stage.helen.folder, stage.folder / "older")
    stage.ok("seal", H, *for_ruth, "-o", "one.evidence")
    stage.ok("receive", R, "one.evidence", *SECRET)
    first = stage.ok(
        "receipt", "issue", R, "one.evidence", "-o", "1.evidence-receipt", *SECRET, "--json"
    ).json
    assert first["consistent"] == "yes"
    stage.ok("receipt", "record", H, "1.evidence-receipt", *SECRET)
    shutil.rmtree(stage.helen.folder)
    (stage.folder / "older").rename(stage.helen.folder)
    refused(stage.run("receipt", "record", H, "1.evidence-receipt", *SECRET), ExitCode.USAGE, "not sealed in")
    with stage.helen.open() as helen:
        for number in range(12):
            helen.record(acts.incident_opened(f"Another story {number}"))
    stage.ok("seal", H, *for_ruth, "-o", "two.evidence")
    answer = stage.run("receive", R, "two.evidence", *SECRET, "--json")
    assert answer.code == ExitCode.IN_CONFLICT
    assert answer.json["received"]["state"] == "in-conflict"
    assert answer.json["differs"]["first"]["seen_at"][:4].isdigit()
    in_order(stage.ruth)
