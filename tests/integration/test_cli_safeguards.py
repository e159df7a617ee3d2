"""The safeguards on the command line: the question, locking away, holds, disposal, referrals."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO

import pytest

from evidence_app.errors import ExitCode
from evidence_app.records import StopAnswer
from tests.commands import SECONDS, Stage, environment, refused
from tests.screens import VirtualScreen, virtual_screen
from tests.vaults import PASSPHRASE

pytest_plugins = ["tests.command_fixtures"]

H, R, P = "helen.evidence-vault", "ruth.evidence-vault", ("--passphrase-file", "passphrase")
CAPTURE = ("capture", H, "--incident", "INC-001", *P)
FAILED, USAGE = ExitCode.FAILED, ExitCode.USAGE
YESTERDAY = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011  (a day of this computer's calendar)


@pytest.fixture(scope="module")
def desk() -> Iterator[VirtualScreen]:
    with virtual_screen(320, 240, current=False) as screen:
        screen.paint(5)
        yield screen


def answer_in(stage: Stage) -> StopAnswer | None:
    with stage.helen.open() as opened:
        said = opened.read.stop_answer("INC-001")
    return None if said is None else said.answer


def captures(stage: Stage) -> int:
    with stage.helen.open() as opened:
        return len(opened.read.exhibits("INC-001"))


class Deadline:
    """Ends a process that waits for something that never comes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._timer = threading.Timer(SECONDS, process.kill)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()


def until(stream: IO[bytes], prompt: bytes) -> bytes:
    """What a process says up to and with a prompt, or to its end."""
    said = b""
    while not said.endswith(prompt) and (one := stream.read(1)):
        said += one
    return said


# --- the question ---------------------------------------------------------------------------------------


def test_the_fixed_line_works_and_says_that_nobody_was_asked(stage: Stage, desk: VirtualScreen) -> None:
    env = environment(DISPLAY=desk.display)
    done = stage.ok(*CAPTURE, "--json", env=env)
    assert done.json["number"] == "HXA/005"
    assert done.err.startswith("Nobody was asked about INC-001: could this show anyone under 18")
    assert answer_in(stage) is StopAnswer.NOT_ASKED
    assert stage.ok("stop", "answer", H, "--incident", "1", "--answer", "no", *P).out.startswith(
        "Recorded for"
    )
    assert stage.ok(*CAPTURE, env=env).err == ""
    assert answer_in(stage) is StopAnswer.NO


@pytest.mark.parametrize("answer", ["yes", "not-sure"])
def test_yes_and_not_sure_capture_nothing(stage: Stage, desk: VirtualScreen, answer: str) -> None:
    env = environment(DISPLAY=desk.display)
    for words in (("--indecent-images", answer), ()):
        refused(stage.run(*CAPTURE, *words, env=env), FAILED, "no picture is written", "Record a referral")
    assert captures(stage) == 2
    refused(stage.run(*CAPTURE, "--indecent-images", "no", env=env), FAILED, "say who gave it")
    again = ("stop", "answer", H, "--incident", "1", "--answer", "no", "--advised-by", "Nadia Ellery", *P)
    assert stage.ok(*again, "--json").json["advised_by"] == "Nadia Ellery"
    stage.ok(*CAPTURE, env=env)
    assert captures(stage) == 3


@pytest.mark.parametrize(
    ("typed", "code"), [("no\n", ExitCode.OK), ("Not sure\n", FAILED), ("x\nx\nx\n", FAILED)]
)
def test_a_person_at_a_terminal_is_asked(
    stage: Stage, desk: VirtualScreen, typed: str, code: ExitCode
) -> None:
    """Who types the passphrase is asked the question too."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "evidence_app", *CAPTURE[:4]],
            cwd=stage.folder,
            env=environment(DISPLAY=desk.display),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        with process, Deadline(process):
            assert process.stderr is not None
            asked = until(process.stderr, b"Passphrase: ")
            os.write(ours, PASSPHRASE.encode() + b"\n")
            for line in typed.splitlines():
                asked += until(process.stderr, b"not sure: ")
                os.write(ours, line.encode() + b"\n")
            _, rest = process.communicate()
        assert process.returncode == code, asked + rest
        assert "under 18 nude" in " ".join(asked.decode().split())
    finally:
        os.close(ours)
        os.close(theirs)
    assert captures(stage) == (3 if code is ExitCode.OK else 2)


# --- locked away, withdrawn, held -----------------------------------------------------------------------


def test_locked_away(stage: Stage) -> None:
    away = stage.ok("exhibit", "lock-away", H, "1", "--told", "Nadia Ellery", *P, "--json").json
    assert (away["number"], away["also"], away["locked_away"]["told"]) == ("HXA/001", [], ["Nadia Ellery"])
    show = ("exhibit", "show", H, "HXA/001", *P)
    with stage.unharmed(stage.helen):
        refused(
            stage.run(*show, "--original", "out.png"), FAILED, "is locked away", "seen, copied and exported"
        )
    found = stage.ok(*show, "--json").json
    assert set(found["stated"]) == {"address"}
    assert found["observed"]["window"] is None
    assert found["standing"]["locked_away"]["why"] == "indecent_image"
    assert "locked away" in stage.ok("exhibits", H, "--incident", "1", *P).out
    stage.ok("seal", H, "--incident", "1", "--to", "ruth calloway", "-o", "b.evidence", *P)
    verdict = stage.run("verify", "b.evidence", "--vault", R, *P, "--json").json
    assert [one["number"] for one in verdict["exhibits"]] == ["HXA/002"]
    refused(stage.run("exhibit", "lock-away", H, "HXA/099", *P), USAGE, "There is no exhibit")


def test_withdrawn_and_taken_back(stage: Stage) -> None:
    refused(stage.run("exhibit", "withdraw", H, "1", "--reason", " ", *P), USAGE, "The reason is empty")
    made = stage.ok("exhibit", "withdraw", H, "1", "--reason", "By mistake", *P, "--json").json
    assert made["standing"]["withdrawn"]["reason"] == "By mistake"
    assert "withdrawn" in stage.ok("exhibit", "show", H, "1", *P).out
    made = stage.ok("exhibit", "reinstate", H, "1", "--reason", "Needed", *P, "--json").json
    assert made["standing"]["withdrawn"] is None


def test_disposal(stage: Stage) -> None:
    due = ("incident", "keep-until", H, "1", YESTERDAY, *P)
    refused(stage.run("incident", "keep-until", H, "1", "soon", *P), USAGE, "is no day")
    dispose = ("exhibit", "dispose", H, "1", "--second", "Tom Garrick", *P)
    with_head = (*dispose, "--decided-by", "Mrs Ruth Calloway", "--as", "head")
    refused(stage.run(*dispose), USAGE, "decided by the headteacher or the chair")
    refused(stage.run(*with_head), FAILED, "No day is set")
    stage.ok(*due)
    hold = ("--reason", "A case", "--asked-by", "Sgt Tom Garrick", *P)
    stage.ok("exhibit", "hold", H, "1", *hold)
    refused(stage.run(*with_head), FAILED, "There is a hold on HXA/001")
    stage.ok("exhibit", "release", H, "1", *hold)
    stage.ok("incident", "hold", H, "1", *hold)
    refused(stage.run(*with_head), FAILED, "There is a hold on INC-001")
    assert stage.ok("incident", "release", H, "1", *hold, "--json").json == {
        "about": "INC-001",
        "held": False,
    }
    refused(stage.run(*with_head, "--certificate", "nowhere/c.pdf"), USAGE, "Nothing was disposed of")
    refused(stage.run(*with_head, "--second", "mrs ruth calloway"), FAILED, "needs two people")

    made = stage.ok(*with_head, "--certificate", "c.pdf", "--json").json
    assert (made["number"], made["ground"], made["due"]) == ("HXA/001", "due", YESTERDAY)
    assert (made["decided_by"], made["role"], made["second"]) == ("Mrs Ruth Calloway", "head", "Tom Garrick")
    assert made["completed_at"] is not None
    assert (stage.folder / "c.pdf").read_bytes().startswith(b"%PDF-")
    refused(stage.run("exhibit", "show", H, "1", *P), USAGE, "HXA/001 was disposed of on")
    refused(stage.run("exhibit", "certificate", H, "2", "-o", "d.pdf", *P), USAGE, "was not disposed of")
    stage.ok("exhibit", "certificate", H, "1", "-o", "d.pdf", *P)
    checked = stage.ok("vault", "check", H, *P, "--json").json
    assert (checked["in_order"], checked["disposed"], checked["objects"]) == (True, 1, 3)
    assert "1 exhibit disposed of" in stage.ok("vault", "check", H, *P).out


def test_an_instruction(stage: Stage) -> None:
    given = ("--from", "Sgt Tom Garrick", "--office", "police", "--reference", "CR/42")
    record = ("instruction", "record", H, "1", *given, *P)
    refused(stage.run(*record, "--at", "2026-03-12 14:30"), USAGE, "is not locked away")
    stage.ok("exhibit", "lock-away", H, "1", *P)
    refused(stage.run(*record, "--at", "last week"), USAGE, "is no day and time")
    refused(stage.run(*record, "--at", "2999-01-01 10:00"), USAGE, "cannot be at that time")
    made = stage.ok(*record, "--at", "2026-03-12 14:30", "--json").json
    assert (made["number"], made["office"], made["reference"]) == ("HXA/001", "police", "CR/42")
    gone = ("exhibit", "dispose", H, "1", "--second", "Tom Garrick", "--decided-by", "Mr Alan Thwaite")
    assert stage.ok(*gone, "--as", "chair", *P, "--json").json["ground"] == "instruction"


# --- referrals ------------------------------------------------------------------------------------------


def test_a_referral_from_record_to_receipt(stage: Stage) -> None:
    assert stage.ok("referral", "list", H, *P).out == "No referrals yet.\n"
    told = ("--told", "head=Mrs Ruth Calloway@2026-03-12 14:50/in_person")
    record = ("referral", "record", H, "--found", "website", "--seen", "2026-03-12 14:30", *told, *P)
    refused(stage.run(*record), USAGE, "and to the safeguarding lead")
    refused(stage.run(*record, "--told", "Nadia Ellery"), USAGE, "does not say who is told")
    both = (*record, "--told", "safeguarding_lead=Nadia Ellery")
    refused(stage.run(*both, "--address", "two children in a pool"), USAGE, "not a web address")
    made = stage.ok(*both, "--address", "pictures.example/7", "--incident", "1", "--json").json
    assert (made["reference"], made["incident"], made["found"]) == ("REF-001", "INC-001", "website")
    assert made["told"][0]["how"] == "in_person"
    assert made["told"][1]["at"] is None
    assert stage.ok("referral", "list", H, *P, "--json").json["referrals"] == [made]
    stage.ok("referral", "report", H, "1", "-o", "REF-001.pdf", *P)
    assert (stage.folder / "REF-001.pdf").read_bytes().startswith(b"%PDF-")
    seal = ("referral", "seal", H, "1", "--to", "Mrs Ruth Calloway", "-o", "REF-001.evidence", *P)
    assert stage.ok(*seal, "--json").json["sealed_for"] == ["Mrs Ruth Calloway"]
    refused(stage.run(*seal), USAGE, "There is already a file")
    arrived = stage.ok("receive", R, "REF-001.evidence", *P, "--json").json
    assert arrived["received"]["state"] == "intact"
    stage.ok("receipt", "issue", R, "REF-001.evidence", "-o", "r.evidence-receipt", *P)
    stage.ok("receipt", "record", H, "r.evidence-receipt", *P)


def test_a_received_one_is_locked_away(stage: Stage) -> None:
    stage.ok("receive", R, "INC-001.evidence", *P)
    name = "RCV-001 HXA/001"
    assert stage.ok("exhibit", "lock-away", R, name, *P, "--json").json["number"] == name
    with stage.unharmed(stage.ruth):
        refused(stage.run("exhibit", "show", R, name, "--original", "x.png", *P), FAILED, "is locked away")
        forward = ("forward", R, "RCV-001", "--to", "Helen Ashdown", "-o", "x.evidence", *P)
        refused(stage.run(*forward), FAILED, "is locked away")
    assert stage.ok("exhibit", "show", R, name, *P, "--json").json["locked_away"]["why"] == "indecent_image"
