"""`evidence-app verify` as other tools rely on it: its exit codes and its JSON, on real bundles."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidence_app import workflows
from evidence_app.bundle import layout
from evidence_app.errors import ExitCode
from evidence_app.vault import acts
from tests.bundles import as_tar, opened
from tests.commands import Answer, Stage, refused
from tests.vaults import Sample, capture, png

pytest_plugins = ["tests.command_fixtures"]

BUNDLE, R = "INC-001.evidence", "ruth.evidence-vault"
AS_RUTH = ("--vault", R, "--passphrase-file", "passphrase")
PICTURE = layout.original_name("HXA/002", "image/png")


def verdict(answer: Answer) -> dict[str, Any]:
    """The JSON of a verdict, its shape checked; nothing else was said."""
    found = answer.json
    assert answer.err == ""
    assert isinstance(found["unchanged"], bool)
    assert found["sender"] in {"confirmed", "known", "unknown"}
    assert found["dated"] is None
    assert found["consistent"] in {"yes", "no", "first", "unknown"}
    for one in found["exhibits"]:
        assert set(one) == {"number", "unchanged"}
    for one in found["problems"]:
        assert set(one) == {"code", "where", "message"}
    assert found["unchanged"] == (not found["problems"])
    return found


def key_file(stage: Stage, sample: Sample) -> str:
    (stage.folder / "key.txt").write_text(f"# a comment\n{sample.identity.to_string()}\n", "ascii")
    return "key.txt"


def seal(stage: Stage, name: str) -> None:
    """Another bundle of Helen's INC-001 for Ruth."""
    with stage.helen.open() as helen:
        contact = helen.read.contact("Mrs Ruth Calloway")
        workflows.seal_bundle(helen, workflows.Wanted("INC-001", contacts=(contact,)), stage.folder / name)


# --- 0, 3 and 4 -----------------------------------------------------------------------------------------


def test_unchanged_and_from_a_confirmed_sender(stage: Stage) -> None:
    """0, first and again; the record remembers both."""
    for consistent in ("first", "yes"):
        answer = stage.run("verify", BUNDLE, *AS_RUTH, "--json")
        assert answer.code == ExitCode.OK
        found = verdict(answer)
        assert (found["unchanged"], found["sender"]) == (True, "confirmed")
        assert found["consistent"] == consistent
        assert found["exhibits"] == [
            {"number": "HXA/001", "unchanged": True},
            {"number": "HXA/002", "unchanged": True},
        ]
    assert "Helen Ashdown" in stage.ok("verify", BUNDLE, *AS_RUTH).out


def test_without_a_vault_the_sender_is_not_known(stage: Stage) -> None:
    """3; a contact card that the person vouches for makes it 0."""
    key = key_file(stage, stage.ruth)
    with stage.unharmed():
        answer = stage.run("verify", BUNDLE, "--identity", key, "--json")
        assert answer.code == ExitCode.SENDER_NOT_CONFIRMED
        assert verdict(answer)["sender"] == "unknown"
        assert verdict(answer)["consistent"] == "unknown"
        answer = stage.run("verify", BUNDLE, "--identity", key, "--trust", "alan.evidence-contact", "--json")
        assert (answer.code, verdict(answer)["sender"]) == (ExitCode.SENDER_NOT_CONFIRMED, "unknown")
        answer = stage.run("verify", BUNDLE, "--identity", key, "--trust", "helen.evidence-contact", "--json")
        assert (answer.code, verdict(answer)["sender"]) == (ExitCode.OK, "confirmed")


def test_a_contact_that_was_not_confirmed_is_only_known(stage: Stage) -> None:
    with stage.helen.open() as helen, stage.alan.open() as alan:
        card = workflows.own_card(alan)
        workflows.add_contact(helen, card)
        workflows.add_contact(alan, workflows.own_card(helen))
        contact = helen.read.contact("Mr Alan Thwaite")
        out = stage.folder / "for-alan.evidence"
        workflows.seal_bundle(helen, workflows.Wanted("INC-001", contacts=(contact,)), out)
    as_alan = ("--vault", "alan.evidence-vault", "--passphrase-file", "passphrase")
    answer = stage.run("verify", "for-alan.evidence", *as_alan, "--json")
    assert answer.code == ExitCode.SENDER_NOT_CONFIRMED
    assert verdict(answer)["sender"] == "known"


def test_a_record_that_was_rewritten_after_a_bundle_was_seen(stage: Stage) -> None:
    """4: Helen puts an older copy of her vault back and goes on differently."""
    shutil.copytree(stage.helen.folder, stage.folder / "older")
    seal(stage, "seen.evidence")
    assert stage.run("verify", "seen.evidence", *AS_RUTH).code == ExitCode.OK
    shutil.rmtree(stage.helen.folder)
    (stage.folder / "older").rename(stage.helen.folder)
    with stage.helen.open() as helen:
        for number in range(12):
            helen.record(acts.incident_opened(f"Another story {number}"))
    seal(stage, "rewritten.evidence")
    answer = stage.run("verify", "rewritten.evidence", *AS_RUTH, "--json")
    assert answer.code == ExitCode.IN_CONFLICT
    found = verdict(answer)
    assert (found["unchanged"], found["sender"], found["consistent"]) == (True, "confirmed", "no")
    # The honest one still agrees: what is in conflict is never remembered in its place.
    assert stage.run("verify", "seen.evidence", *AS_RUTH).code == ExitCode.OK


# --- 1 --------------------------------------------------------------------------------------------------


def sealed_again(stage: Stage, files: dict[str, bytes]) -> str:
    """The files packed by Python's tar and sealed for Ruth by the stock age."""
    command = ["age", "-r", stage.ruth.identity.recipient.to_string(), "-o", "altered.evidence"]
    subprocess.run(command, cwd=stage.folder, input=as_tar(files), check=True, timeout=60)
    return "altered.evidence"


ALTERED: dict[str, tuple[Callable[[dict[str, bytes]], object], set[str]]] = {
    "changed": (lambda files: files.update({PICTURE: png(99)}), {"HXA/002"}),
    "removed": (lambda files: files.pop(PICTURE), {"HXA/002"}),
    "added": (lambda files: files.update({"data/more.txt": b"more"}), {"data/more.txt"}),
}


@pytest.mark.parametrize("how", ALTERED)
def test_an_altered_bundle_in_each_of_its_forms(stage: Stage, how: str) -> None:
    """1: sealed again with the stock tools, as a tar, as a folder; the exhibit is named."""
    files = opened(stage.bundle, stage.ruth.identity)
    alter, where = ALTERED[how]
    alter(files)
    path = sealed_again(stage, files)
    (stage.folder / "altered.tar").write_bytes(as_tar(files))
    subprocess.run(["tar", "-xf", "../altered.tar"], cwd=_new(stage, "altered"), check=True, timeout=60)
    with stage.unharmed():
        answers = [
            stage.run("verify", path, *AS_RUTH, "--json"),
            stage.run("verify", "altered.tar", "--json"),
            stage.run("verify", "altered", "--json"),
        ]
    for answer in answers:
        assert answer.code == ExitCode.ALTERED
        found = verdict(answer)
        assert where <= {one["where"] for one in found["problems"]}
        if how == "changed":
            assert found["exhibits"] == [
                {"number": "HXA/001", "unchanged": True},
                {"number": "HXA/002", "unchanged": False},
            ]


def _new(stage: Stage, name: str) -> Path:
    (stage.folder / name).mkdir()
    return stage.folder / name


def test_the_words_for_a_person_name_the_exhibit(stage: Stage) -> None:
    files = opened(stage.bundle, stage.ruth.identity) | {PICTURE: png(99)}
    answer = stage.run("verify", sealed_again(stage, files), *AS_RUTH)
    assert answer.code == ExitCode.ALTERED
    assert answer.out.startswith("This bundle has been altered.")
    assert "HXA/002" in answer.out
    assert answer.err == ""


def test_the_opened_forms_of_an_unchanged_bundle(stage: Stage) -> None:
    files = opened(stage.bundle, stage.ruth.identity)
    (stage.folder / "plain.tar").write_bytes(as_tar(files))
    subprocess.run(["tar", "-xf", "../plain.tar"], cwd=_new(stage, "plain"), check=True, timeout=60)
    for name in ("plain.tar", "plain"):
        answer = stage.run("verify", name, *AS_RUTH, "--json")
        assert answer.code == ExitCode.OK
        assert verdict(answer)["unchanged"]


# --- 2 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [100, 3000, -1])
def test_a_cut_off_bundle(stage: Stage, keep: int) -> None:
    """2, and with --json the same shape as ever."""
    (stage.folder / "cut.evidence").write_bytes(stage.bundle.read_bytes()[:keep])
    with stage.unharmed(stage.ruth):
        answer = stage.run("verify", "cut.evidence", *AS_RUTH, "--json")
    assert answer.code == ExitCode.CANNOT_OPEN
    refused(Answer(answer.code, "", answer.err), ExitCode.CANNOT_OPEN, "Nothing from it is shown.")
    found = verdict(Answer(answer.code, answer.out, ""))
    assert (found["unchanged"], found["sender"], found["consistent"]) == (False, "unknown", "unknown")
    assert [one["code"] for one in found["problems"]] == ["damaged"]
    assert found["exhibits"] == []


def test_a_bundle_damaged_on_its_way(stage: Stage) -> None:
    data = bytearray(stage.bundle.read_bytes())
    data[len(data) // 2] ^= 1
    (stage.folder / "bad.evidence").write_bytes(data)
    with stage.unharmed(stage.ruth):
        answer = stage.run("verify", "bad.evidence", *AS_RUTH)
        refused(answer, ExitCode.CANNOT_OPEN, "damaged", "Nothing from it is shown.")


def test_a_bundle_for_somebody_else(stage: Stage) -> None:
    as_alan = ("--vault", "alan.evidence-vault", "--passphrase-file", "passphrase")
    with stage.unharmed(stage.alan):
        refused(stage.run("verify", BUNDLE, *as_alan), ExitCode.CANNOT_OPEN, "sealed for somebody else")
        refused(stage.run("verify", BUNDLE), ExitCode.CANNOT_OPEN, "sealed for somebody else")
        answer = stage.run("verify", BUNDLE, "--bundle-passphrase-file", "passphrase")
        refused(answer, ExitCode.CANNOT_OPEN, "sealed for somebody else")


def test_a_file_that_is_no_bundle(stage: Stage) -> None:
    (stage.folder / "newer.evidence").write_bytes(
        stage.bundle.read_bytes().replace(b"age-encryption.org/v1", b"age-encryption.org/v2", 1)
    )
    (stage.folder / "folder").mkdir()
    (stage.folder / "tar").write_bytes(as_tar({"holiday.jpg": b"x"}))
    with stage.unharmed():
        for name in ("passphrase", "helen.evidence-contact", "folder", "tar", "/dev/null"):
            answer = stage.run("verify", name)
            refused(answer, ExitCode.CANNOT_OPEN, "This file is not an Evidence bundle")
        refused(stage.run("verify", "newer.evidence"), ExitCode.CANNOT_OPEN, "newer version")


def test_a_readers_vault_that_does_not_open_says_nothing_of_the_bundle(stage: Stage) -> None:
    """A wrong passphrase, a damaged key file and a missing record: 2 and no verdict, never 1."""
    wrong = ("--vault", R, "--passphrase-file", "wrong", "--json")
    refused(stage.run("verify", BUNDLE, *wrong), ExitCode.CANNOT_OPEN, "did not open the vault")
    slot = stage.ruth.folder / "keys" / "passphrase.age"
    whole = slot.read_bytes()
    slot.write_bytes(whole[:-1])
    answer = stage.run("verify", BUNDLE, *AS_RUTH, "--json")
    refused(answer, ExitCode.CANNOT_OPEN, "key file is damaged", "The bundle was not checked.")
    slot.write_bytes(whole)
    (stage.ruth.folder / "ledger.db").rename(stage.folder / "ledger.db")
    answer = stage.run("verify", BUNDLE, *AS_RUTH, "--json")
    refused(answer, ExitCode.CANNOT_OPEN, "ledger.db, is missing", "The bundle was not checked.")


# --- 64 -------------------------------------------------------------------------------------------------


def test_wrong_usage(stage: Stage) -> None:
    card = (stage.folder / "helen.evidence-contact").read_bytes()
    (stage.folder / "changed-card").write_bytes(card.replace(b"Helen", b"Ellen"))
    cases: dict[tuple[str, ...], str] = {
        ("none.evidence",): "There is nothing at none.evidence.",
        (BUNDLE, *AS_RUTH, "--identity", "passphrase"): "Choose one of --vault",
        (BUNDLE, "--identity", "passphrase"): "not a secret key",
        (BUNDLE, "--identity", "none"): "The file none cannot be read",
        (BUNDLE, "--trust", "passphrase"): "not an Evidence contact card",
        (BUNDLE, "--trust", "changed-card"): "changed-card cannot be trusted",
        (BUNDLE, "--bundle-passphrase-file", "none"): "cannot be read",
        (BUNDLE, "--vault", R): "No passphrase was given.",
    }
    with stage.unharmed(stage.ruth):
        for words, says in cases.items():
            refused(stage.run("verify", *words, "--json"), ExitCode.USAGE, says)


def test_an_altered_exhibit_in_the_vault_is_never_sealed(stage: Stage) -> None:
    """The object of one exhibit is put in the place of another: named, and nothing is written."""
    with stage.helen.open() as helen:
        capture(helen, png(7), "INC-001")
        one, other = (helen.read.exhibit(number).stored.object_id for number in ("HXA/001", "HXA/002"))
    folder = stage.helen.folder / "objects"
    shutil.copyfile(folder / one[:2] / f"{one}.age", folder / other[:2] / f"{other}.age")
    with stage.unharmed():
        words = ("--incident", "1", "--to", "Mrs Ruth Calloway", "--passphrase-file", "passphrase")
        answer = stage.run("seal", "helen.evidence-vault", *words, "-o", "new.evidence", "--json")
        refused(answer, ExitCode.ALTERED, "The original of HXA/002", "Nothing was sealed.")
        checked = stage.run("vault", "check", "helen.evidence-vault", *words[-2:], "--json")
    assert checked.code == ExitCode.ALTERED
    assert [(one["code"], one["where"]) for one in checked.json["problems"]] == [
        ("object-changed", "HXA/002")
    ]
