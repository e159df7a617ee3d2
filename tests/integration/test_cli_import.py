"""`evidence-app import`, and `exhibit show --original`: bytes out are bytes in."""

from __future__ import annotations

import json
import os
import re
from functools import partial

import pytest

from evidence_app.capture import clock
from evidence_app.errors import ExitCode
from tests import brought, sntp
from tests.commands import Stage, in_order, refused

pytest_plugins = ["tests.command_fixtures"]

H, P = "helen.evidence-vault", ("--passphrase-file", "passphrase")
IMPORT = ("import", H, "--incident", "INC-001", *P)
NO = ("--indecent-images", "no")


def test_every_kind_in_and_out_again(stage: Stage) -> None:
    named = brought.every_kind()
    brought.write_all(stage.folder / "in", named)
    answer = stage.inside(
        *IMPORT, "in", *NO, "--received-from", "Nadia Ellery", "--received-on", "2026-03-12", "--json"
    )
    assert answer.code == ExitCode.OK, answer
    files = {one["name"]: one for one in answer.json["files"]}
    assert set(files) == set(named)
    for at, (name, one) in enumerate(files.items()):
        assert one["outcome"] == "kept"
        assert one["exhibit"]["observed"]["file"]["name"] == name
        assert one["exhibit"]["stated"]["received_from"]["value"] == "Nadia Ellery"
        shown = stage.inside("exhibit", "show", H, one["number"], "--original", f"out-{at}", *P)
        assert shown.code == ExitCode.OK, shown
        assert (stage.folder / f"out-{at}").read_bytes() == named[name]
    words = stage.inside("exhibit", "show", H, files["photo.jpeg"]["number"], *P).out
    assert re.search(r"The file says: Make of the camera +Larkmere Cameras\n", words)
    in_order(stage.helen)


def test_what_is_said_in_words(stage: Stage) -> None:
    brought.write_all(stage.folder, {"a\u202e.txt": b"text", "b.bin": bytes(100)})
    answer = stage.ok(*IMPORT, "a\u202e.txt", "b.bin", *NO)
    first, second = answer.out.splitlines()
    assert first.startswith("HXA/005  sealed: a")
    assert "\u202e" not in first
    assert second.startswith("HXA/006  sealed, no preview: b.bin. It is of a kind")
    again = stage.inside(*IMPORT, "b.bin", *NO)
    assert again.code == ExitCode.OK
    assert again.out.startswith("HXA/006  there already: b.bin. It is in the vault already")
    twice = stage.inside(*IMPORT, "b.bin", "--again", *NO)
    assert twice.out.startswith("HXA/007  sealed, no preview")


def test_nobody_was_asked(stage: Stage) -> None:
    brought.write_all(stage.folder, {"a.txt": b"text"})
    answer = stage.inside(*IMPORT, "a.txt", "--json")
    assert answer.code == ExitCode.OK
    assert "Nobody was asked about INC-001" in answer.err


@pytest.mark.parametrize("said", ["yes", "not-sure"])
def test_the_answer_closes_the_way(stage: Stage, said: str) -> None:
    brought.write_all(stage.folder, {"a.txt": b"text"})
    refused(stage.inside(*IMPORT, "a.txt", "--indecent-images", said), ExitCode.FAILED, "no picture")
    refused(stage.inside(*IMPORT, "a.txt", *NO), ExitCode.FAILED, "advice")
    assert stage.inside(*IMPORT, "a.txt", *NO, "--advised-by", "Mrs Ruth Calloway").code == ExitCode.OK


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("gone.txt", *NO), ExitCode.FAILED, "cannot be found"),
        (("passphrase", *NO, "--received-on", "someday"), ExitCode.USAGE, "Received on"),
        (("passphrase", *NO, "--incident", "INC-099"), ExitCode.USAGE, "INC-099"),
        ((), ExitCode.USAGE, "FILE"),
    ],
)
def test_refusals(stage: Stage, words: tuple[str, ...], code: ExitCode, says: str) -> None:
    with stage.unharmed(stage.helen):
        refused(stage.inside(*IMPORT, *words), code, says)


def test_one_that_cannot_be_read_is_said_and_the_rest_is_kept(stage: Stage) -> None:
    folder = stage.folder / "in"
    brought.write_all(folder, {"a.txt": b"a"})
    os.mkfifo(stage.folder / "pipe")
    answer = stage.inside(*IMPORT, "pipe", "in", *NO, "--json")
    assert answer.code == ExitCode.FAILED
    assert "1 file of 2 could not be brought in" in answer.err
    outcomes = [one["outcome"] for one in json.loads(answer.out)["files"]]
    assert outcomes == ["not brought in", "kept"]


def test_the_clock_is_compared_only_where_it_is_asked_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "ask", partial(clock.ask, seconds=30.0))  # this computer may be busy
    brought.write_all(stage.folder, {f"{at}.bin": bytes([at]) * 9 for at in range(3)})

    def clock_of(at: int, *more: str) -> str:
        done = stage.inside(*IMPORT, f"{at}.bin", *NO, *more, "--json")
        assert done.code == ExitCode.OK, done
        return str(done.json["files"][0]["exhibit"]["observed"]["clock"])

    with sntp.time_server(-500.0) as server:
        named = ("--clock-check", f"127.0.0.1:{server.port}")
        assert "s ahead of the time server 127.0.0.1 to within" in clock_of(0, *named)
        assert server.asked == 1
        assert clock_of(1) == "this computer's clock, not checked"
        server.answer = lambda _request: b"no time"
        assert clock_of(2, *named) == "this computer's clock, not checked"
        assert server.asked == 2
    refused(stage.inside(*IMPORT, "0.bin", *NO, "--clock-check", "a:b"), ExitCode.USAGE, "no time server")
