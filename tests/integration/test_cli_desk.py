"""`receipt`, `open` and the whole conversation, as other tools rely on it."""

from __future__ import annotations

from evidence_app.errors import ExitCode
from tests.commands import Stage, refused

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
