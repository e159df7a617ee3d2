"""Bad input on the command line: one line, the exit code, nothing changed, nothing left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidence_app.crypto.words import key_words
from evidence_app.errors import ExitCode
from tests.commands import Stage, refused
from tests.vaults import PASSPHRASE, Sample

pytest_plugins = ["tests.command_fixtures"]

USAGE, CANNOT_OPEN, FAILED = ExitCode.USAGE, ExitCode.CANNOT_OPEN, ExitCode.FAILED
H, R, P = "helen.evidence-vault", "ruth.evidence-vault", ("--passphrase-file", "passphrase")
TO_RUTH = ("--to", "Mrs Ruth Calloway")

WRONG_USAGE = {
    "unknown command": (("nonsense",), "No such command 'nonsense'."),
    "no command of a group": (("vault",), "Missing command."),
    "missing argument": (("capture",), "Missing argument 'VAULT'."),
    "missing option": (("capture", H, *P), "Missing option '--incident'."),
    "unknown option": (("incident", "list", H, *P, "--colour"), "--colour"),
    "one word too many": (("incident", "list", H, "more", *P), "(more). Nothing was changed."),
    "not a number": (("capture", H, *P, "--incident", "1", "--monitor", "left"), "valid integer"),
    "unknown role": (
        ("vault", "create", "new.evidence-vault", *P, "--name", "X", "--role", "boss"),
        "'boss' is not one of 'staff', 'head', 'chair'.",
    ),
    "no passphrase": (("incident", "list", H), "No passphrase was given."),
    "no such passphrase file": (("incident", "list", H, "--passphrase-file", "none"), "cannot be read"),
    "passphrase file is a folder": (("incident", "list", H, "--passphrase-file", R), "cannot be read"),
    "passphrase file is no text": (
        ("incident", "list", H, "--passphrase-file", "INC-001.evidence"),
        "That passphrase did not open",
    ),
    "name of blanks": (
        ("vault", "create", "new.evidence-vault", *P, "--name", " ", "--role", "staff"),
        "The name is empty.",
    ),
    "vault that exists": (
        ("vault", "create", H, *P, "--name", "X Y", "--role", "staff"),
        "already something",
    ),
    "recovery file that exists": (
        ("vault", "create", "new", *P, "--name", "X", "--role", "staff", "--recovery-file", "wrong"),
        "already a file wrong. No vault was made.",
    ),
}


@pytest.mark.parametrize("case", WRONG_USAGE)
def test_wrong_usage(stage: Stage, case: str) -> None:
    words, says = WRONG_USAGE[case]
    code = CANNOT_OPEN if case == "passphrase file is no text" else USAGE
    with stage.unharmed(stage.helen):
        refused(stage.run(*words), code, says)


OF_AN_OPEN_VAULT = {
    "title of blanks": (("incident", "open", H, "--title", " "), "The title is empty."),
    "unknown incident": (("exhibits", H, "--incident", "INC-009"), "There is no incident 'INC-009'"),
    "unknown incident to capture for": (("capture", H, "--incident", "9"), "There is no incident '9'"),
    "unknown exhibit": (("exhibit", "show", H, "HXA/077"), "There is no exhibit 'HXA/077'"),
    "original onto a file": (("exhibit", "show", H, "1", "--original", "wrong"), "already a file wrong."),
    "own card onto a file": (("contact", "card", H, "-o", "wrong"), "already a file wrong."),
    "own card as a contact": (("contact", "add", H, "helen.evidence-contact"), "your own contact card"),
    "no such card": (("contact", "add", H, "none"), "cannot be read"),
    "unknown contact": (("contact", "confirm", H, "Alan", "--fingerprint", "a b"), "no contact 'Alan'"),
    "seal an unknown incident": (("seal", H, "--incident", "INC-009", *TO_RUTH, "-o", "new"), "no incident"),
    "seal for somebody unknown": (
        ("seal", H, "--incident", "1", "--to", "Mr Alan Thwaite", "-o", "new"),
        "There is no contact 'Mr Alan Thwaite'",
    ),
    "seal for nobody": (("seal", H, "--incident", "1", "-o", "new"), "Give --to NAME"),
    "seal both ways": (
        ("seal", H, "--incident", "1", *TO_RUTH, "--to-passphrase-file", "wrong", "-o", "new"),
        "not both",
    ),
    "seal onto a file": (("seal", H, "--incident", "1", *TO_RUTH, "-o", "wrong"), "already a file wrong."),
    "seal onto a folder": (("seal", H, "--incident", "1", *TO_RUTH, "-o", R), "There is already"),
    "seal into no folder": (
        ("seal", H, "--incident", "1", *TO_RUTH, "-o", "none/new"),
        "The folder none does not exist.",
    ),
}


@pytest.mark.parametrize("case", OF_AN_OPEN_VAULT)
def test_refused_by_an_open_vault(stage: Stage, case: str) -> None:
    words, says = OF_AN_OPEN_VAULT[case]
    with stage.unharmed(stage.helen):
        refused(stage.run(*words, *P), USAGE, says)


def test_an_incident_without_exhibits_is_not_sealed(stage: Stage) -> None:
    stage.ok("incident", "open", H, "--title", "Nothing yet", *P)
    with stage.unharmed(stage.helen):
        answer = stage.run("seal", H, "--incident", "3", *TO_RUTH, "-o", "new", *P)
        refused(answer, USAGE, "INC-003 has no exhibit to seal.")


# --- the vault does not open ----------------------------------------------------------------------------


def test_a_wrong_passphrase(stage: Stage) -> None:
    with stage.unharmed(stage.helen):
        answer = stage.run("incident", "list", H, "--passphrase-file", "wrong", "--json")
        refused(answer, CANNOT_OPEN, "That passphrase did not open the vault. Nothing is lost.")


def test_a_vault_that_is_open_elsewhere(stage: Stage) -> None:
    with stage.unharmed(stage.helen), stage.helen.open():
        answer = stage.run("incident", "open", H, "--title", "Late", *P)
        refused(answer, CANNOT_OPEN, "already open in another Evidence window. Nothing is lost.")
    with stage.helen.open(), stage.unharmed(stage.ruth):
        refused(
            stage.run("seal", H, "--incident", "1", *TO_RUTH, "-o", "new", *P), CANNOT_OPEN, "already open"
        )


def test_a_vault_of_a_newer_format(stage: Stage) -> None:
    label = stage.helen.folder / "vault.json"
    whole = label.read_bytes()
    label.write_text(json.dumps(json.loads(whole) | {"format": 2}))
    with stage.unharmed():
        answer = stage.run("incident", "list", H, *P)
        refused(answer, CANNOT_OPEN, "newer version of Evidence. Nothing is lost. Update the program")
    label.write_bytes(whole)
    with stage.unharmed(stage.helen):
        pass


@pytest.mark.parametrize("folder", ["none.evidence-vault", "passphrase", "."])
def test_no_vault_at_all(stage: Stage, folder: str) -> None:
    with stage.unharmed():
        refused(stage.run("vault", "check", folder, *P), CANNOT_OPEN, "There is no Evidence vault at")


# --- passphrases ----------------------------------------------------------------------------------------


def test_the_passphrase_from_standard_input(stage: Stage) -> None:
    line = PASSPHRASE + "\r\nnot this line\n"
    assert stage.ok("incident", "list", H, "--passphrase-file", "-", "--json", given=line).json["incidents"]
    refused(stage.run("incident", "list", H, "--passphrase-file", "-", given=""), USAGE, "is empty")
    answer = stage.run("incident", "list", H, "--passphrase-file", "-", given="wrong one\n")
    refused(answer, CANNOT_OPEN, "did not open the vault")


def test_two_passphrases_from_standard_input_come_in_two_lines(stage: Stage) -> None:
    given = f"the bundle's own long words\n{PASSPHRASE}\n"
    words = ("--to-passphrase-file", "-", "--passphrase-file", "-", "-o", "new.evidence")
    sealed = stage.ok("seal", H, "--incident", "1", *words, "--json", given=given).json
    assert sealed["sealed_for"] == []
    answer = stage.run("verify", "new.evidence", "--bundle-passphrase-file", "-", "--json", given=given)
    assert (answer.code, answer.json["unchanged"]) == (ExitCode.SENDER_NOT_CONFIRMED, True)


def test_a_passphrase_file_as_a_windows_editor_saves_it(stage: Stage) -> None:
    (stage.folder / "saved").write_bytes(b"\xef\xbb\xbf" + PASSPHRASE.encode() + b"\r\n\r\n")
    stage.ok("incident", "list", H, "--passphrase-file", "saved")


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", USAGE, "The passphrase is empty."),
        (b"\n" + PASSPHRASE.encode(), USAGE, "The passphrase is empty."),
        (b"\xff\xfe\x00", USAGE, "cannot be read"),
    ],
)
def test_a_passphrase_file_that_does_not_fit(stage: Stage, content: bytes, code: ExitCode, says: str) -> None:
    (stage.folder / "odd").write_bytes(content)
    with stage.unharmed(stage.helen):
        refused(stage.run("incident", "list", H, "--passphrase-file", "odd"), code, says)


def test_an_endless_passphrase_file_does_not_fill_the_memory(stage: Stage) -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("there is no /dev/zero here")
    refused(stage.run("incident", "list", H, "--passphrase-file", "/dev/zero"), CANNOT_OPEN, "did not open")


def test_a_passphrase_that_can_be_guessed(stage: Stage) -> None:
    with stage.unharmed():
        words = ("vault", "create", "new.evidence-vault", "--name", "X Y", "--role", "staff")
        answer = stage.run(*words, "--passphrase-file", "-", given="password\n")
        refused(answer, FAILED, "too easy to guess. It has fewer than 12 characters. Nothing was changed.")


# --- people -----------------------------------------------------------------------------------------------


def test_the_words_of_somebody_else(stage: Stage) -> None:
    """Seven of eight are not enough, nor the eight in another order."""
    right = key_words(_signing_key(stage.ruth))
    for words in ((*right[:7], "zebra"), right[:7], (*right[1:], right[0]), ()):
        with stage.unharmed(stage.helen):
            answer = stage.run("contact", "confirm", H, "Ruth", "--fingerprint", " ".join(words), *P)
            refused(answer, USAGE, "These are not the eight words", "Nothing was confirmed.")


def _signing_key(sample: Sample) -> bytes:
    with sample.open() as opened:
        return opened.signing_key.public_key


def test_a_card_that_was_changed(stage: Stage) -> None:
    card = (stage.folder / "alan.evidence-contact").read_bytes()
    (stage.folder / "odd").write_bytes(card.replace(b"Mr Alan Thwaite", b"Mr Alan Thwaits"))
    (stage.folder / "cut").write_bytes(card[:100])
    with stage.unharmed(stage.helen):
        refused(stage.run("contact", "add", H, "odd", *P), ExitCode.ALTERED)
        refused(stage.run("contact", "add", H, "cut", *P), CANNOT_OPEN, "not an Evidence contact card")


# --- files that cannot be written -----------------------------------------------------------------------


def test_no_vault_stays_whose_recovery_words_nobody_has(stage: Stage) -> None:
    with stage.unharmed():
        words = ("vault", "create", "new.evidence-vault", "--name", "X Y", "--role", "staff", *P)
        answer = stage.run(*words, "--recovery-file", "none/words")
        refused(answer, USAGE, "The folder none does not exist.")


def test_a_dangling_link_is_not_replaced(stage: Stage) -> None:
    link = stage.folder / "link"
    link.symlink_to("nowhere")
    for words in (
        ("contact", "card", H, "-o", "link"),
        ("seal", H, "--incident", "1", *TO_RUTH, "-o", "link"),
        ("exhibit", "show", H, "1", "--original", "link"),
    ):
        answer = stage.run(*words, *P)
        assert answer.code == USAGE
        assert str(link.readlink()) == "nowhere"


def test_what_is_taken_out_is_for_its_owner_only(stage: Stage) -> None:
    stage.ok("exhibit", "show", H, "1", "--original", "original.png", *P)
    assert (stage.folder / "original.png").stat().st_mode & 0o777 == 0o600
