"""`register`, `outcome`, `report` and `--report`, as other tools rely on them."""

from __future__ import annotations

import json

import pytest

from evidence_app import settings
from evidence_app.errors import ExitCode
from evidence_app.records import Said, Source
from evidence_app.settings import Settings
from evidence_app.vault import acts
from tests.commands import Stage, in_order, refused
from tests.reports import squeezed, text

pytest_plugins = ["tests.command_fixtures"]

BUNDLE, H, R, A = "INC-001.evidence", "helen.evidence-vault", "ruth.evidence-vault", "alan.evidence-vault"
SECRET = ("--passphrase-file", "passphrase")


def pdf(stage: Stage, name: str) -> str:
    """The text of a paper that a command wrote, without white space."""
    data = (stage.folder / name).read_bytes()
    assert data.startswith(b"%PDF-1.7")
    return squeezed(text(data, stage.folder.parent))


# --- register and outcome -------------------------------------------------------------------------------


def test_an_empty_register(stage: Stage) -> None:
    assert stage.ok("register", R, *SECRET).out == "No bundles in this list.\n"
    answer = stage.ok("register", R, *SECRET, "--json").json
    assert (answer["bundles"], answer["overdue_days"]) == ([], None)


def test_received_decided_and_found_again(stage: Stage) -> None:
    stage.ok("receive", R, BUNDLE, *SECRET)
    stage.ok("receipt", "issue", R, BUNDLE, "-o", "r.evidence-receipt", *SECRET)
    decided = stage.ok("outcome", R, "rcv-1", "--state", "looking_into", "--note", "Spoke with Tom", *SECRET)
    assert decided.out == "RCV-001: Being looked into. Earlier outcomes are kept.\n"
    stage.ok("outcome", R, "RCV-001", "--state", "passed_on", *SECRET)
    history = stage.ok("outcome", R, "RCV-001", "--state", "looking_into", *SECRET, "--json").json["history"]
    assert [(one["field"], one["value"]) for one in history] == [
        ("outcome", "looking_into"),
        ("outcome_note", "Spoke with Tom"),
        ("outcome", "passed_on"),
        ("outcome", "looking_into"),
    ]
    (one,) = stage.ok("register", R, *SECRET, "--json").json["bundles"]
    assert set(one) == {
        *(
            "reference",
            "state",
            "received_at",
            "age_days",
            "open",
            "overdue",
            "settled",
            "sender",
            "incident",
        ),
        *("title", "file_name", "exhibits", "receipt", "outcome", "related", "related_more"),
    }
    assert (one["reference"], one["state"], one["age_days"]) == ("RCV-001", "intact", 0)
    assert one["sender"] == {"name": "Helen Ashdown", "confirmed": True}
    assert one["exhibits"] == 2
    assert one["receipt"]["entry"] > 0
    assert (one["outcome"]["code"], one["outcome"]["note"]) == ("looking_into", "")
    assert one["outcome"]["by"] == "Mrs Ruth Calloway"
    for words, only, count in (("anonymous HELEN", "open", 1), ("nobody", "", 0), ("", "settled", 0)):
        answer = stage.ok("register", R, "--words", words, "--only", only, *SECRET, "--json").json
        assert len(answer["bundles"]) == count
    shown = stage.ok("register", R, *SECRET).out
    assert "RCV-001" in shown
    assert "Being looked into" in shown
    in_order(stage.ruth)


def test_the_days_of_the_settings_or_of_the_command(stage: Stage, tmp_home) -> None:
    from evidence_app.paths import user_config_dir

    settings.save(Settings(overdue_days=12), user_config_dir())
    assert stage.ok("register", R, *SECRET, "--json").json["overdue_days"] == 12
    answer = stage.ok("register", R, "--overdue-days", "3", *SECRET, "--json").json
    assert answer["overdue_days"] == 3


def test_what_belongs_together_is_told(stage: Stage) -> None:
    with stage.helen.open() as helen:
        helen.record(
            acts.exhibit_stated(
                "HXA/001",
                [Said("platform", "Chirrup", Source.TYPED), Said("account", "@whispers", Source.TYPED)],
            )
        )
    for name in ("1.evidence", "2.evidence"):
        stage.ok("seal", H, "--incident", "INC-001", "--to", "Mrs Ruth Calloway", "-o", name, *SECRET)
        stage.ok("receive", R, name, *SECRET)
    newest, first = stage.ok("register", R, *SECRET, "--json").json["bundles"]
    assert [one["reference"] for one in newest["related"]] == ["RCV-001"]
    assert first["related"][0] == {
        "reference": "RCV-002",
        "why": "account",
        "what": "@whispers on Chirrup",
        "title": "Anonymous posts about staff",
    }
    shown = stage.ok("register", R, *SECRET).out
    assert "The same account is named in RCV-001: @whispers on Chirrup" in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("register", R, "--only", "anything"), "cannot be narrowed down"),
        (("register", R, "--overdue-days", "0"), "--overdue-days"),
        (("outcome", R, "RCV-001", "--state", "false"), "no outcome"),
        (("outcome", R, "RCV-009", "--state", "closed"), "no received bundle"),
        (("outcome", R, "INC-001", "--state", "closed"), "no received bundle"),
        (("report", R, "RCV-009", "-o", "x.pdf"), "no received bundle"),
        (("report", R, "INC-009", "-o", "x.pdf"), "no incident"),
        (("report", R, "RCV-001", "-o", "passphrase"), "already a file"),
        (("report", R, "RCV-001", "-o", "nowhere/x.pdf"), "does not exist"),
    ],
)
def test_wrong_words_are_one_sentence_and_leave_nothing(stage: Stage, words, says) -> None:
    stage.ok("receive", R, BUNDLE, *SECRET)
    before = sorted(path.name for path in stage.folder.iterdir())
    refused(stage.run(*words, *SECRET), ExitCode.USAGE, says)
    assert sorted(path.name for path in stage.folder.iterdir()) == before
    in_order(stage.ruth)


# --- papers ---------------------------------------------------------------------------------------------


def test_the_report_of_an_incident_and_of_a_received_bundle(stage: Stage) -> None:
    answer = stage.ok("report", H, "inc-1", "-o", "own.pdf", *SECRET, "--json").json
    assert (answer["reference"], answer["path"]) == ("INC-001", "own.pdf")
    assert answer["size"] == (stage.folder / "own.pdf").stat().st_size
    assert squeezed("not sealed") in pdf(stage, "own.pdf")
    stage.ok("receive", R, BUNDLE, *SECRET)
    assert "NOT encrypted" in stage.ok("report", R, "RCV-001", "-o", "theirs.pdf", *SECRET).out
    assert squeezed("Anonymous posts about staff") in pdf(stage, "theirs.pdf")


def test_a_bundle_that_is_not_unchanged_gives_no_report(stage: Stage) -> None:
    (stage.folder / "cut.evidence").write_bytes(stage.bundle.read_bytes()[:-50])
    stage.run("receive", R, "cut.evidence", *SECRET)
    answer = stage.run("report", R, "RCV-001", "-o", "x.pdf", *SECRET)
    refused(answer, ExitCode.CANNOT_OPEN)
    assert not (stage.folder / "x.pdf").exists()


def test_a_verdict_on_paper_beside_the_same_answer(stage: Stage) -> None:
    plain = stage.ok("verify", BUNDLE, "--vault", R, *SECRET, "--json").json
    written = stage.ok("verify", BUNDLE, "--vault", R, "--report", "v.pdf", *SECRET, "--json").json
    assert set(written) == set(plain)
    assert written["unchanged"]
    words = pdf(stage, "v.pdf")
    for part in (BUNDLE, "Mrs Ruth Calloway", "This bundle is intact.", plain["bundle"]["digest"]):
        assert squeezed(part) in words
    (stage.folder / "key.txt").write_text(stage.ruth.identity.to_string() + "\n", "ascii")
    answer = stage.run("verify", BUNDLE, "--identity", "key.txt", "--report", "alone.pdf")
    assert answer.code == ExitCode.SENDER_NOT_CONFIRMED
    assert squeezed("checked without a vault") in pdf(stage, "alone.pdf")


def test_a_failure_goes_on_paper_too_with_its_exit_code(stage: Stage) -> None:
    (stage.folder / "cut.evidence").write_bytes(stage.bundle.read_bytes()[:-50])
    answer = stage.run("verify", "cut.evidence", "--vault", R, "--report", "cut.pdf", *SECRET, "--json")
    assert answer.code == ExitCode.CANNOT_OPEN
    assert json.loads(answer.out)["problems"][0]["code"] == "damaged"
    assert squeezed("Not answered") in pdf(stage, "cut.pdf")
    answer = stage.run("verify", BUNDLE, "--vault", A, "--report", "other.pdf", *SECRET)
    refused(answer, ExitCode.CANNOT_OPEN, "somebody else")
    assert squeezed("stayed closed") in pdf(stage, "other.pdf")


def test_what_is_no_bundle_gives_no_paper(stage: Stage) -> None:
    with stage.unharmed(stage.ruth):
        answer = stage.run("verify", "passphrase", "--vault", R, "--report", "no.pdf", *SECRET)
        refused(answer, ExitCode.CANNOT_OPEN, "not an Evidence")
        for command in (("verify", BUNDLE, "--vault", R), ("receive", R, BUNDLE)):
            answer = stage.run(*command, "--report", "passphrase", *SECRET)
            refused(answer, ExitCode.USAGE, "already a file")


def test_receiving_with_a_paper_and_again(stage: Stage) -> None:
    answer = stage.ok("receive", R, BUNDLE, "--report", "one.pdf", *SECRET, "--json").json
    assert answer["received"]["reference"] == "RCV-001"
    words = pdf(stage, "one.pdf")
    assert "RCV-001" in words
    assert answer["received"]["sha256"] in words
    again = stage.ok("receive", R, BUNDLE, "--report", "two.pdf", *SECRET, "--json").json
    assert again["again"]
    assert squeezed("This bundle is intact.") in pdf(stage, "two.pdf")
    (stage.folder / "cut.evidence").write_bytes(stage.bundle.read_bytes()[:-50])
    for name in ("three.pdf", "four.pdf"):
        answer = stage.run("receive", R, "cut.evidence", "--report", name, *SECRET)
        assert answer.code == ExitCode.CANNOT_OPEN
        assert "RCV-002" in pdf(stage, name)
    in_order(stage.ruth)
