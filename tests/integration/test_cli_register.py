"""`register`, `outcome`, `report` and `--report`, as other tools rely on them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidence_app import settings
from evidence_app.cli import run
from evidence_app.errors import ExitCode
from evidence_app.records import Said, Source
from evidence_app.settings import Settings
from evidence_app.vault import acts
from tests.commands import Answer, Stage, in_order, refused
from tests.reports import squeezed, text

pytest_plugins = ["tests.command_fixtures"]

BUNDLE, H, R, A = "INC-001.evidence", "helen.evidence-vault", "ruth.evidence-vault", "alan.evidence-vault"
SECRET = ("--passphrase-file", "passphrase")


@dataclass(frozen=True)
class Inside(Stage):
    """The commands in this process: what they answer is the subject here, not how they are started."""

    told: pytest.CaptureFixture[str]

    def run(self, *words: str | Path, given: str = "", env: Mapping[str, str] | None = None) -> Answer:
        code = run([str(word) for word in words])
        said = self.told.readouterr()
        return Answer(code, said.out, said.err)


@pytest.fixture
def here(stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inside:
    monkeypatch.chdir(stage.folder)
    return Inside(stage.folder, stage.helen, stage.ruth, stage.alan, capsys)


def pdf(stage: Stage, name: str) -> str:
    """The text of a paper that a command wrote, without white space."""
    data = (stage.folder / name).read_bytes()
    assert data.startswith(b"%PDF-1.7")
    return squeezed(text(data, stage.folder.parent))


# --- register and outcome -------------------------------------------------------------------------------


def test_an_empty_register(stage: Stage, here: Inside) -> None:
    assert stage.ok("register", R, *SECRET).out == "No bundles in this list.\n"
    answer = here.ok("register", R, *SECRET, "--json").json
    assert (answer["bundles"], answer["overdue_days"]) == ([], None)


def test_received_decided_and_found_again(here: Inside) -> None:
    here.ok("receive", R, BUNDLE, *SECRET)
    here.ok("receipt", "issue", R, BUNDLE, "-o", "r.evidence-receipt", *SECRET)
    decided = here.ok("outcome", R, "rcv-1", "--state", "looking_into", "--note", "Spoke with Tom", *SECRET)
    assert decided.out == "RCV-001: Being looked into. Earlier outcomes are kept.\n"
    here.ok("outcome", R, "RCV-001", "--state", "passed_on", *SECRET)
    history = here.ok("outcome", R, "RCV-001", "--state", "looking_into", *SECRET, "--json").json["history"]
    assert [(one["field"], one["value"]) for one in history] == [
        ("outcome", "looking_into"),
        ("outcome_note", "Spoke with Tom"),
        ("outcome", "passed_on"),
        ("outcome", "looking_into"),
    ]
    (one,) = here.ok("register", R, *SECRET, "--json").json["bundles"]
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
        answer = here.ok("register", R, "--words", words, "--only", only, *SECRET, "--json").json
        assert len(answer["bundles"]) == count
    shown = here.ok("register", R, *SECRET).out
    assert "RCV-001" in shown
    assert "Being looked into" in shown
    in_order(here.ruth)


def test_the_days_of_the_settings_or_of_the_command(here: Inside, tmp_home) -> None:
    from evidence_app.paths import user_config_dir

    settings.save(Settings(overdue_days=12), user_config_dir())
    assert here.ok("register", R, *SECRET, "--json").json["overdue_days"] == 12
    answer = here.ok("register", R, "--overdue-days", "3", *SECRET, "--json").json
    assert answer["overdue_days"] == 3


def test_what_belongs_together_is_told(here: Inside) -> None:
    with here.helen.open() as helen:
        helen.record(
            acts.exhibit_stated(
                "HXA/001",
                [Said("platform", "Chirrup", Source.TYPED), Said("account", "@whispers", Source.TYPED)],
            )
        )
    for name in ("1.evidence", "2.evidence"):
        here.ok("seal", H, "--incident", "INC-001", "--to", "Mrs Ruth Calloway", "-o", name, *SECRET)
        here.ok("receive", R, name, *SECRET)
    newest, first = here.ok("register", R, *SECRET, "--json").json["bundles"]
    assert [one["reference"] for one in newest["related"]] == ["RCV-001"]
    assert first["related"][0] == {
        "reference": "RCV-002",
        "why": "account",
        "what": "@whispers on Chirrup",
        "title": "Anonymous posts about staff",
    }
    shown = here.ok("register", R, *SECRET).out
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
def test_wrong_words_are_one_sentence_and_leave_nothing(here: Inside, words, says) -> None:
    here.ok("receive", R, BUNDLE, *SECRET)
    before = sorted(path.name for path in here.folder.iterdir())
    refused(here.run(*words, *SECRET), ExitCode.USAGE, says)
    assert sorted(path.name for path in here.folder.iterdir()) == before
    in_order(here.ruth)


# --- papers ---------------------------------------------------------------------------------------------


def test_the_report_of_an_incident_and_of_a_received_bundle(here: Inside) -> None:
    answer = here.ok("report", H, "inc-1", "-o", "own.pdf", *SECRET, "--json").json
    assert (answer["reference"], answer["path"]) == ("INC-001", "own.pdf")
    assert answer["size"] == (here.folder / "own.pdf").stat().st_size
    assert squeezed("not sealed") in pdf(here, "own.pdf")
    here.ok("receive", R, BUNDLE, *SECRET)
    assert "NOT encrypted" in here.ok("report", R, "RCV-001", "-o", "theirs.pdf", *SECRET).out
    assert squeezed("Anonymous posts about staff") in pdf(here, "theirs.pdf")


def test_a_bundle_that_is_not_unchanged_gives_no_report(here: Inside) -> None:
    (here.folder / "cut.evidence").write_bytes(here.bundle.read_bytes()[:-50])
    here.run("receive", R, "cut.evidence", *SECRET)
    answer = here.run("report", R, "RCV-001", "-o", "x.pdf", *SECRET)
    refused(answer, ExitCode.CANNOT_OPEN)
    assert not (here.folder / "x.pdf").exists()


def test_a_verdict_on_paper_beside_the_same_answer(here: Inside) -> None:
    plain = here.ok("verify", BUNDLE, "--vault", R, *SECRET, "--json").json
    written = here.ok("verify", BUNDLE, "--vault", R, "--report", "v.pdf", *SECRET, "--json").json
    assert set(written) == set(plain)
    assert written["unchanged"]
    words = pdf(here, "v.pdf")
    for part in (BUNDLE, "Mrs Ruth Calloway", "This bundle is intact.", plain["bundle"]["digest"]):
        assert squeezed(part) in words
    (here.folder / "key.txt").write_text(here.ruth.identity.to_string() + "\n", "ascii")
    answer = here.run("verify", BUNDLE, "--identity", "key.txt", "--report", "alone.pdf")
    assert answer.code == ExitCode.SENDER_NOT_CONFIRMED
    assert squeezed("checked without a vault") in pdf(here, "alone.pdf")


def test_a_kept_bundle_checked_again_goes_on_paper(here: Inside) -> None:
    here.ok("receive", R, BUNDLE, *SECRET)
    here.bundle.unlink()
    here.ok("verify", "RCV-001", "--vault", R, "--report", "kept.pdf", *SECRET)
    words = pdf(here, "kept.pdf")
    assert BUNDLE in words
    assert "RCV-001" in words


def test_a_failure_goes_on_paper_too_with_its_exit_code(here: Inside) -> None:
    (here.folder / "cut.evidence").write_bytes(here.bundle.read_bytes()[:-50])
    answer = here.run("verify", "cut.evidence", "--vault", R, "--report", "cut.pdf", *SECRET, "--json")
    assert answer.code == ExitCode.CANNOT_OPEN
    assert json.loads(answer.out)["problems"][0]["code"] == "damaged"
    assert squeezed("Not answered") in pdf(here, "cut.pdf")
    answer = here.run("verify", BUNDLE, "--vault", A, "--report", "other.pdf", *SECRET)
    refused(answer, ExitCode.CANNOT_OPEN, "somebody else")
    assert squeezed("stayed closed") in pdf(here, "other.pdf")


def test_what_is_no_bundle_gives_no_paper(here: Inside) -> None:
    with here.unharmed(here.ruth):
        answer = here.run("verify", "passphrase", "--vault", R, "--report", "no.pdf", *SECRET)
        refused(answer, ExitCode.CANNOT_OPEN, "not an Evidence")
        refused(here.run("receive", R, ".", "--report", "no.pdf", *SECRET), ExitCode.USAGE, "one bundle")
        for command in (("verify", BUNDLE, "--vault", R), ("receive", R, BUNDLE)):
            answer = here.run(*command, "--report", "passphrase", *SECRET)
            refused(answer, ExitCode.USAGE, "already a file")


def test_receiving_with_a_paper_and_again(here: Inside) -> None:
    answer = here.ok("receive", R, BUNDLE, "--report", "one.pdf", *SECRET, "--json").json
    assert answer["received"]["reference"] == "RCV-001"
    words = pdf(here, "one.pdf")
    assert "RCV-001" in words
    assert answer["received"]["sha256"] in words
    again = here.ok("receive", R, BUNDLE, "--report", "two.pdf", *SECRET, "--json").json
    assert again["again"]
    assert squeezed("This bundle is intact.") in pdf(here, "two.pdf")
    (here.folder / "cut.evidence").write_bytes(here.bundle.read_bytes()[:-50])
    for name in ("three.pdf", "four.pdf"):
        code = here.run("receive", R, "cut.evidence", "--report", name, *SECRET).code
        assert code == ExitCode.CANNOT_OPEN
        assert "RCV-002" in pdf(here, name)
    in_order(here.ruth)
