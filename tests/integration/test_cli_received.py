"""`receive`, `forward`, and references of received bundles where a file may stand."""

from __future__ import annotations

import shutil

import pytest

from evidence_app import workflows
from evidence_app.crypto.age import decrypt
from evidence_app.errors import ExitCode
from evidence_app.records import Said, Source
from evidence_app.vault import acts
from evidence_app.vault.layout import object_path
from tests import pages, vaults
from tests.commands import Stage, in_order, refused
from tests.vaults import png

pytest_plugins = ["tests.command_fixtures"]

BUNDLE, H, R, A = "INC-001.evidence", "helen.evidence-vault", "ruth.evidence-vault", "alan.evidence-vault"
SECRET = ("--passphrase-file", "passphrase")


@pytest.fixture
def received(stage: Stage) -> Stage:
    """Ruth has received the bundle, and knows Alan; made without the command line, which is slow to start."""
    with stage.ruth.open() as ruth:
        workflows.receive(ruth, stage.bundle)
        workflows.add_contact(ruth, (stage.folder / "alan.evidence-contact").read_bytes())
    return stage


def test_a_bundle_is_received_once(stage: Stage) -> None:
    answer = stage.ok("receive", R, BUNDLE, *SECRET, "--json").json
    assert (answer["unchanged"], answer["sender"], answer["again"]) == (True, "confirmed", False)
    assert answer["received"]["reference"] == "RCV-001"
    again = stage.ok("receive", R, BUNDLE, *SECRET, "--json").json
    assert again["again"]
    assert again["received"] == answer["received"]
    assert again["exhibits"] == answer["exhibits"]
    assert "Kept before as RCV-001" in stage.ok("receive", R, BUNDLE, *SECRET).out
    in_order(stage.ruth)


def test_one_that_fails_is_kept_and_says_so_with_its_exit_code(stage: Stage) -> None:
    data = stage.bundle.read_bytes()
    (stage.folder / "cut.evidence").write_bytes(data[:-50])
    answer = stage.run("receive", R, "cut.evidence", *SECRET, "--json")
    assert answer.code == ExitCode.CANNOT_OPEN
    assert answer.json["received"]["state"] == "damaged"
    assert [one["code"] for one in answer.json["problems"]] == ["damaged"]
    answer = stage.run("receive", A, BUNDLE, *SECRET)
    assert answer.code == ExitCode.CANNOT_OPEN
    assert "Kept as RCV-001" in answer.out
    assert "somebody else" in answer.out
    for sample in (stage.ruth, stage.alan):
        in_order(sample)


def test_what_is_no_bundle_is_one_sentence(stage: Stage) -> None:
    with stage.unharmed(stage.ruth):
        refused(stage.run("receive", R, "passphrase", *SECRET), ExitCode.CANNOT_OPEN, "not an Evidence")
        refused(stage.run("receive", R, "nothing.evidence", *SECRET), ExitCode.USAGE, "no file")


def test_what_was_taken_in_is_told(stage: Stage) -> None:
    answer = stage.ok("receive", R, BUNDLE, *SECRET, "--json").json
    assert [(one["received"], one["number"], one["level"]) for one in answer["taken"]] == [
        ("RCV-001", "HXA/001", "C2"),
        ("RCV-001", "HXA/002", "C2"),
    ]
    assert answer["taken"][0]["stated"]["address"]["value"] == "https://social.example/@larkmere_truth/9"
    assert answer["received"]["latest_state"] == "intact"
    words = stage.ok("receive", R, BUNDLE, *SECRET).out
    assert "2 exhibits taken in: RCV-001 HXA/001, RCV-001 HXA/002." in words
    in_order(stage.ruth)


def test_an_exhibit_of_a_received_bundle(received: Stage) -> None:
    show = ("exhibit", "show", R, "RCV-001 HXA/002", *SECRET)
    answer = received.ok(*show, "--original", "two.png", "--json").json
    assert (answer["received"], answer["number"], answer["media_type"]) == ("RCV-001", "HXA/002", "image/png")
    assert (received.folder / "two.png").read_bytes() == png(2)
    words = received.ok(*show).out
    assert "RCV-001 HXA/002" in words
    assert answer["sha256"] in words
    with received.unharmed(received.ruth):
        refused(received.run("exhibit", "show", R, "RCV-001 HXA/009", *SECRET), ExitCode.USAGE, "No exhibit")
        refused(received.run("exhibit", "show", R, "RCV-009 HXA/001", *SECRET), ExitCode.USAGE, "no received")


def test_a_file_beside_a_received_exhibit(received: Stage) -> None:
    made = pages.page()
    with received.helen.open() as helen:
        vaults.no_stop(helen)
        number = workflows.keep_page(helen, made, "INC-001").number
        out = received.folder / "page.evidence"
        workflows.seal_bundle(
            helen, workflows.Wanted("INC-001", contacts=(helen.read.contact("Mrs Ruth Calloway"),)), out
        )
    with received.ruth.open() as ruth:
        workflows.receive(ruth, out)
    show = ("exhibit", "show", R, f"RCV-002 {number}", *SECRET)
    answer = received.ok(*show, "--original", "a.wacz", "--file", "page.wacz", "--json").json
    assert [one["name"] for one in answer["files"]] == ["page.mhtml", "page.wacz", "certificate-1.der"]
    assert (received.folder / "a.wacz").read_bytes() == made.files[1].data
    words = received.ok(*show).out
    assert pages.ADDRESS in words
    assert "page.mhtml  SHA-256" in words
    wrong = (*show, "--original", "b", "--file", "page.pdf")
    refused(received.run(*wrong), ExitCode.USAGE, "no file")
    assert not (received.folder / "b").exists()


def test_what_a_sender_states_cannot_steer_the_terminal(received: Stage) -> None:
    with received.helen.open() as helen:
        hostile = Said("note\x1b[2J", "fine\n  SHA-256  0000\x1b]0;x\x07", Source.TYPED)
        helen.record(acts.exhibit_stated("HXA/001", [hostile]))
        contact = helen.read.contact("Mrs Ruth Calloway")
        out = received.folder / "two.evidence"
        workflows.seal_bundle(helen, workflows.Wanted("INC-001", contacts=(contact,)), out)
    with received.ruth.open() as ruth:
        workflows.receive(ruth, out)
    words = received.ok("exhibit", "show", R, "RCV-002 HXA/001", *SECRET).out
    assert "\x1b" not in words
    assert "\x07" not in words
    digests = [line for line in words.splitlines() if line.startswith("  SHA-256")]
    assert len(digests) == 1
    assert "0000" not in digests[0][:14]


# --- a folder -------------------------------------------------------------------------------------------


def test_a_folder_is_looked_into(stage: Stage) -> None:
    inbox = stage.folder / "inbox"
    inbox.mkdir()
    shutil.copy(stage.bundle, inbox)
    (inbox / "half.evidence").write_bytes(stage.bundle.read_bytes()[:500])
    (inbox / "link.evidence").symlink_to(stage.bundle)
    answer = stage.ok("receive", R, "inbox", *SECRET, "--json").json
    assert [one["received"]["reference"] for one in answer["arrivals"]] == ["RCV-001"]
    assert [one["name"] for one in answer["skipped"]] == ["half.evidence", "link.evidence"]
    assert (answer["receipts"], answer["known"]) == ([], 0)
    words = stage.ok("receive", R, "inbox", *SECRET).out
    assert "0 bundles and 0 receipts taken in; 1 file known already." in words
    assert "Left alone: half.evidence: It is not complete" in words
    in_order(stage.ruth)


def test_a_folder_answers_for_the_worst_of_it(stage: Stage) -> None:
    inbox = stage.folder / "inbox"
    inbox.mkdir()
    shutil.copy(stage.bundle, inbox / "a.evidence")
    answer = stage.run("receive", A, "inbox", *SECRET, "--json")
    assert (answer.code, answer.json["arrivals"]) == (ExitCode.OK, [])
    assert "may still be arriving" in answer.json["skipped"][0]["why"]
    stage.ok("receipt", "issue", R, BUNDLE, "-o", inbox / "a.evidence-receipt", *SECRET)
    answer = stage.run("receive", H, "inbox", *SECRET)
    assert "0 bundles and 1 receipt taken in" in answer.out
    assert "Received by Mrs Ruth Calloway" in answer.out
    with stage.unharmed(stage.ruth):
        empty = stage.folder / "empty"
        empty.mkdir()
        answer = stage.run("receive", R, "empty", "--bundle-passphrase-file", "passphrase", *SECRET)
        refused(answer, ExitCode.USAGE, "passphrase is for one bundle")
        empty.rmdir()


def test_an_opened_bundle_is_no_inbox(stage: Stage) -> None:
    stage.ok("open", BUNDLE, "copy", "--vault", R, *SECRET)
    with stage.unharmed(stage.ruth):
        refused(stage.run("receive", R, "copy/bundle", *SECRET), ExitCode.USAGE, "is a folder")


# --- references -----------------------------------------------------------------------------------------


def test_a_reference_stands_for_the_kept_file(received: Stage) -> None:
    received.bundle.unlink()
    answer = received.ok("verify", "RCV-001", "--vault", R, *SECRET, "--json").json
    assert (answer["unchanged"], answer["sender"], answer["consistent"]) == (True, "confirmed", "yes")
    assert "NOT encrypted" in received.ok("open", "rcv-1", "copy", "--vault", R, *SECRET).out
    assert sorted(path.name for path in (received.folder / "copy").iterdir()) == [
        "README.txt",
        "allowed_signers",
        "bundle",
    ]
    issued = received.ok("receipt", "issue", R, "RCV-001", "-o", "r.evidence-receipt", *SECRET, "--json").json
    assert issued["unchanged"]
    received.ok("receipt", "record", H, "r.evidence-receipt", *SECRET)
    in_order(received.ruth)


def test_a_reference_that_is_none_is_one_sentence(stage: Stage) -> None:
    with stage.unharmed(stage.ruth):
        refused(stage.run("verify", "RCV-001", "--vault", R, *SECRET), ExitCode.USAGE, "no received bundle")
        refused(stage.run("verify", "RCV-001"), ExitCode.USAGE, "nothing at RCV-001")
        refused(
            stage.run("verify", "RCV-001", "--vault", R, "--trust", "helen.evidence-contact", *SECRET),
            ExitCode.USAGE,
            "--trust is for files",
        )


def test_a_file_of_that_name_comes_first(stage: Stage) -> None:
    shutil.copy(stage.bundle, stage.folder / "RCV-001")
    assert stage.ok("verify", "RCV-001", "--vault", R, *SECRET, "--json").json["consistent"] == "first"


def test_a_vault_that_lost_its_file_does_not_accuse_the_bundle(received: Stage) -> None:
    with received.ruth.open() as ruth:
        stored = ruth.read.received_bundle("RCV-001").stored
    path = object_path(received.ruth.folder, stored.object_id)
    path.write_bytes(path.read_bytes()[:-1])
    for command in (
        ("verify", "RCV-001", "--vault", R),
        ("forward", R, "RCV-001", "--as-received", "-o", "out.evidence"),
    ):
        answer = received.run(*command, *SECRET)
        refused(answer, ExitCode.CANNOT_OPEN, "sealed file of RCV-001 in this vault is missing")
    assert not (received.folder / "out.evidence").exists()


# --- forward --------------------------------------------------------------------------------------------

FORWARD = ("forward", R, "RCV-001", *SECRET)


def test_a_bundle_is_passed_on(received: Stage) -> None:
    to = ("--to", "Mr Alan Thwaite", "--reason", "About me")
    told = received.ok(*FORWARD, *to, "-o", "on.evidence", "--json").json
    assert (told["to"], told["reason"], told["path"]) == (["Mr Alan Thwaite"], "About me", "on.evidence")
    data = (received.folder / "on.evidence").read_bytes()
    assert len(data) == told["size"]
    assert decrypt(data, [received.alan.identity]) == decrypt(
        received.bundle.read_bytes(), [received.ruth.identity]
    )
    answer = received.run("verify", "on.evidence", "--vault", A, *SECRET)
    assert answer.code == ExitCode.SENDER_NOT_CONFIRMED
    assert "It was sealed for Mrs Ruth Calloway, and passed on to you" in answer.out
    with received.unharmed(received.ruth):
        refused(received.run(*FORWARD, *to, "-o", "on.evidence"), ExitCode.USAGE, "already something")
        refused(received.run(*FORWARD, *to, "--as-received", "-o", "x"), ExitCode.USAGE, "one of them")


def test_a_bundle_is_passed_on_with_a_passphrase(received: Stage) -> None:
    (received.folder / "words").write_text("granite harbour violin maple\n", "utf-8")
    words = received.ok(*FORWARD, "--to-passphrase-file", "words", "-o", "w.evidence").out
    assert words.startswith("Passed RCV-001 on with a passphrase: w.evidence.")
    code = received.run("verify", "w.evidence", "--bundle-passphrase-file", "words").code
    assert code == ExitCode.SENDER_NOT_CONFIRMED


def test_one_that_is_damaged_is_only_given_on_as_it_came(stage: Stage) -> None:
    cut = stage.bundle.read_bytes()[:-50]
    (stage.folder / "cut.evidence").write_bytes(cut)
    with stage.ruth.open() as ruth:
        workflows.receive(ruth, stage.folder / "cut.evidence")
    answer = stage.run(*FORWARD, "--to", "Helen", "-o", "on.evidence")
    refused(answer, ExitCode.CANNOT_OPEN, "not as it was sealed", "exactly as it was received")
    words = stage.ok(*FORWARD, "--as-received", "-o", "on.evidence").out
    assert "byte for byte as it came" in words
    assert (stage.folder / "on.evidence").read_bytes() == cut
