"""The whole conversation on the command line between two vaults, and what becomes of it when the sender's
record is rewritten in between: the reader's vault says so with the date, and so does the receipt.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from evidence_app.bundle.dates import day
from evidence_app.errors import ExitCode
from evidence_app.vault import acts
from tests.commands import Stage, in_order, refused, work_of
from tests.vaults import Sample, capture, change, png, rewrite

pytest_plugins = ["tests.command_fixtures"]

H, A, SECRET = "helen.evidence-vault", "alan.evidence-vault", ("--passphrase-file", "passphrase")
HELEN, ALAN = "Helen Ashdown", "Mr Alan Thwaite"
FOR_ALAN = ("--incident", "INC-001", "--to", ALAN, *SECRET)
RECEIPT = "two.evidence-receipt"


def acquainted(stage: Stage) -> None:
    """Cards go out both ways; each reads the other's words aloud."""
    words = {}
    for name, vault in ((HELEN, H), (ALAN, A)):
        said = stage.inside("contact", "card", vault, "-o", f"{vault}-card", *SECRET).err
        words[name] = said.partition("Your fingerprint words: ")[2].strip()
    for vault, name, card in ((A, HELEN, f"{H}-card"), (H, ALAN, f"{A}-card")):
        added = stage.inside("contact", "add", vault, card, *SECRET, "--json").json
        assert (added["confirmed_at"], added["resembles"]) == (None, [])
        compared = ("--fingerprint", words[name], *SECRET, "--json")
        confirmed = stage.inside("contact", "confirm", vault, name, *compared).json
        assert confirmed["confirmed_at"]
        assert confirmed["confirmed_how"] == "in person"


@pytest.fixture(scope="module")
def spoken(stage_template: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Helen seals INC-001 for Alan twice; he receives both and issues a receipt, which she records."""
    folder = tmp_path_factory.mktemp("conversation") / "stage"
    stage = _copied(stage_template, folder)
    acquainted(stage)
    stage.ok("seal", H, *FOR_ALAN, "-o", "one.evidence")
    first = stage.ok("receive", A, "one.evidence", *SECRET, "--json").json
    assert (first["unchanged"], first["sender"], first["consistent"]) == (True, "confirmed", "first")
    with stage.helen.open() as helen:
        capture(helen, png(40), "INC-001")
        for number in range(20):
            helen.record(acts.incident_opened(f"Incident {number}"))
    stage.ok("seal", H, *FOR_ALAN, "-o", "two.evidence")
    second = stage.ok("receive", A, "two.evidence", *SECRET, "--json").json
    assert (second["received"]["state"], second["consistent"]) == ("intact", "yes")
    issued = stage.ok("receipt", "issue", A, "two.evidence", "-o", RECEIPT, *SECRET, "--json").json
    assert (issued["unchanged"], issued["by"]["name"]) == (True, ALAN)
    recorded = stage.ok("receipt", "record", H, RECEIPT, *SECRET)
    assert recorded.out.startswith(f"Received by {ALAN} on ")
    assert "found unchanged" in recorded.out
    return stage


def _copied(stage: Stage, folder: Path) -> Stage:
    shutil.copytree(stage.folder, folder)

    def moved(sample: Sample) -> Sample:
        return replace(sample, folder=folder / sample.folder.name)

    return Stage(folder, moved(stage.helen), moved(stage.ruth), moved(stage.alan))


@pytest.fixture
def after(spoken: Stage, tmp_path: Path) -> Stage:
    """A copy of the stage after the conversation, the test's own."""
    return _copied(spoken, tmp_path / "stage")


def test_the_whole_conversation(after: Stage) -> None:
    """Both vaults are in order, and the receipt is recognised when it comes a second time."""
    checked = after.ok("vault", "check", H, *SECRET, "--json").json
    assert (checked["in_order"], checked["problems"]) == (True, [])
    again = after.ok("receipt", "record", H, RECEIPT, *SECRET, "--json").json
    assert (again["signer"], again["contact"], again["unchanged"]) == ("confirmed", ALAN, True)
    in_order(after.helen)
    in_order(after.alan)


# --- the record is rewritten ------------------------------------------------------------------------------


def entry_of(connection: Any, what: bytes) -> int:
    """The number of the first entry with these words."""
    rows = connection.execute("SELECT seq, body FROM entries ORDER BY seq").fetchall()
    return next(seq for seq, body in rows if what in body)


def another_entry(connection: Any) -> None:
    """An entry between the two bundles says something else; everything after it stands."""
    change(connection, entry_of(connection, b'"title":"Incident 3"'), b"Incident 3", b"Incident X")


def cut_off(connection: Any) -> None:
    """All that came after the first bundle is gone."""
    last = entry_of(connection, b'"file_name":"one.evidence"')
    connection.execute("DELETE FROM entries WHERE seq > ?", (last,))


def go_on(stage: Stage) -> None:
    with stage.helen.open() as helen:
        for number in range(40):
            helen.record(acts.incident_opened(f"Another story {number}"))


REWRITTEN: dict[str, tuple[Callable[[Any], None], Callable[[Stage], None], str]] = {
    "different": (
        another_entry,
        lambda _: None,
        "The first {size} entries are not those that you saw on {day}.",
    ),
    "shortened": (cut_off, lambda _: None, "on {day} you saw {size}."),
    "forked": (cut_off, go_on, "The first {size} entries are not those that you saw on {day}."),
}


@pytest.mark.parametrize("how", REWRITTEN)
def test_the_readers_vault_catches_a_rewritten_record_with_its_date(after: Stage, how: str) -> None:
    alter, then, says = REWRITTEN[how]
    with after.alan.open() as alan:
        first, second = reversed(alan.read.received())
    assert first.ledger is not None
    assert second.ledger is not None
    rewrite(after.helen, alter)
    then(after)
    assert after.inside("seal", H, *FOR_ALAN, "-o", "three.evidence").code == ExitCode.OK
    answer = after.run("receive", A, "three.evidence", *SECRET, "--json")
    assert answer.code == ExitCode.IN_CONFLICT
    found = answer.json
    assert (found["unchanged"], found["sender"], found["consistent"]) == (True, "confirmed", "no")
    assert found["received"]["state"] == "in-conflict"
    # Between which two of the reader's own dates it became another one.
    for name, row in (("first", second), ("agrees", first)):
        assert datetime.fromisoformat(found["differs"][name]["seen_at"]) == row.received_at
    assert found["differs"]["first"]["entries"] == second.ledger.size
    words = says.format(size=second.ledger.size, day=day(second.received_at))
    assert words in found["sentence"]
    assert f"The first {first.ledger.size} are still those that you saw on " in found["sentence"]
    in_order(after.alan)


@pytest.mark.parametrize("how", REWRITTEN)
def test_the_receipt_catches_it_in_the_senders_own_vault(after: Stage, how: str) -> None:
    """The vault looks in order by itself: chain, checkpoints and index were made anew."""
    alter, then, _ = REWRITTEN[how]
    rewrite(after.helen, alter)
    then(after)
    answer = after.inside("vault", "check", H, *SECRET, "--json")
    if alter is another_entry:  # the receipt is still in the record
        assert answer.code == ExitCode.ALTERED
        (problem,) = answer.json["problems"]
        assert problem["code"] == "receipt-differs"
        assert f"seen by {ALAN} on " in problem["message"]
    else:  # nothing is left that could know
        assert (answer.code, answer.json["problems"]) == (ExitCode.OK, [])
    before = work_of(after.helen)
    answer = after.run("receipt", "record", H, RECEIPT, *SECRET, "--json")
    refused(answer, ExitCode.ALTERED, "What the reader saw of this vault's record, ", "is not what it holds.")
    assert work_of(after.helen) == before
