"""Casework on the command line: fields, filing, links, a second person, covering, custody, who is told.

The commands run in this process: starting twenty programs is no subject here (tests/commands.py does that).
"""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from evidence_app import cli
from evidence_app.errors import ExitCode
from evidence_app.records import Level
from evidence_app.vault import acts
from evidence_app.vault.vault import Vault
from tests.commands import Answer, Stage
from tests.vaults import capture, no_stop, observed

pytest_plugins = ["tests.command_fixtures"]

H = "helen.evidence-vault"
P = ("--passphrase-file", "passphrase")


class Here:
    """The commands of a stage, run in its folder."""

    def __init__(self, stage: Stage, read: pytest.CaptureFixture[str]) -> None:
        self.stage, self._read = stage, read

    def run(self, *words: str) -> Answer:
        self._read.readouterr()
        code = cli.run(words)
        said = self._read.readouterr()
        return Answer(code, said.out, said.err)

    def ok(self, *words: str) -> Answer:
        answer = self.run(*words)
        assert answer.code == ExitCode.OK, answer
        return answer


@pytest.fixture
def here(stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.chdir(stage.folder)
    return Here(stage, capsys)


def with_picture(stage: Stage) -> str:
    """The number of a capture that is a real picture."""
    out = io.BytesIO()
    Image.effect_noise((320, 200), 60).convert("RGB").save(out, "PNG")

    def fill(vault: Vault) -> str:
        no_stop(vault, "INC-001")
        return str(capture(vault, out.getvalue(), "INC-001").data["number"])

    with stage.helen.open() as vault:
        return fill(vault)


def test_a_case_from_the_first_statement_to_the_covered_bundle(here: Here) -> None:
    number = with_picture(here.stage)
    made = here.ok(
        "incident", "state", H, "1", "facts=Three posts.", "told.whom=Tom Garrick", "concerns_head=not sure",
        *P, "--json",
    ).json  # fmt: skip
    assert made["stated"] == {
        "facts": "Three posts.",
        "told.1.whom": "Tom Garrick",
        "concerns_head": "unknown",
    }
    assert len(made["entries"]) == 2

    here.ok("incident", "state", H, "1", "facts=Four posts.", *P)
    shown = here.ok("incident", "show", H, "1", *P, "--json").json
    facts = next(one for one in shown["fields"] if one["field"] == "facts")
    assert [one["value"] for one in facts["history"]] == ["Three posts.", "Four posts."]
    assert "before" in here.ok("incident", "show", H, "1", *P).out

    route = here.ok("route", H, "1", *P, "--json").json
    assert [one["role"] for one in route["told"]] == ["chair"]
    assert route["not_told"][0]["reason"]["paragraph"] == "6.24"

    linked = here.ok("incident", "link", H, "1", "2", "--why", "the same account", *P, "--json").json
    assert linked["linked"] == [
        {"reference": "INC-002", "title": linked["linked"][0]["title"], "why": "the same account"}
    ]

    witness = here.ok(
        "exhibit", "witness", H, number, "--name", "Tom Garrick", "--role", "Teacher", "--when", "2026-03-12",
        "--words", "I saw it.", *P, "--json",
    ).json  # fmt: skip
    assert (witness["level"], witness["shown_level"]) == ("C2", "C4")

    covered = here.ok(
        "exhibit", "cover", H, number, "--cover", "10,10,50,20=Pupil's name",
        "--cover", "0,0,9,9=other: a badge", *P, "--json",
    ).json  # fmt: skip
    assert covered["copy_of"] == number
    assert [(one["reason"], one["words"]) for one in covered["covers"]] == [
        ("pupil_name", "Pupil's name"),
        ("other", "Another reason: a badge"),
    ]

    refusal = here.run(
        "seal", H, "--incident", "1", "--to", "Ruth", "--redacted-only", "-o", "r.evidence", *P
    )
    assert refusal.code == ExitCode.USAGE
    assert "6.24" in refusal.err
    here.ok(
        "seal", H, "--incident", "1", "--to", "Ruth", "--role", "Ruth=chair", "--redacted-only", "-o",
        "r.evidence", *P,
    )  # fmt: skip
    verdict = here.ok("verify", "r.evidence", "--vault", "ruth.evidence-vault", *P, "--json").json
    assert [one["number"] for one in verdict["exhibits"]] == [covered["number"]]

    here.ok("exhibit", "show", H, number, "--original", "o.png", "--for", "PC Garrick", *P)
    log = here.ok("exhibit", "custody", H, number, *P, "--json").json["custody"]
    assert log[-1]["where_to"] == "PC Garrick"
    assert "PC Garrick" in here.ok("exhibit", "custody", H, number, *P).out
    assert "covered copy of" in here.ok("exhibits", H, "--incident", "1", *P).out

    moved = here.ok("exhibit", "file", H, number, "--incident", "2", *P, "--json").json
    assert moved["incident"] == "INC-002"


CHAT = "Tom G: did you see Callum Fenwick\nNadia: callum  fenwick, 07700 900461\nTom G: so what\n"


def with_text(stage: Stage) -> str:
    """The number of a text that was brought in."""
    with stage.helen.open() as vault:
        no_stop(vault, "INC-001")
        stored = vault.objects.put(CHAT.encode(), "text/plain")
        act = acts.exhibit_captured(stored, observed(), "INC-001", Level.BROUGHT_IN)
        return str(vault.record(act).data["number"])


def test_words_and_lines_of_a_text_are_covered(here: Here) -> None:
    number = with_text(here.stage)
    cover = ("exhibit", "cover", H, number)
    made = here.ok(
        *cover, "--text", "Callum Fenwick", "--text", "07700 900461", "--lines", "3", "--reason",
        "Pupil's name", "--reason", "contact_details", "--reason", "other: it is about me", *P, "--json",
    ).json  # fmt: skip
    assert made["copy_of"] == number
    assert [(one["reason"], one["words"], one["places"]) for one in made["passages"]] == [
        ("pupil_name", "Pupil's name", 2),
        ("contact_details", "Address, telephone number or email", 1),
        ("other", "Another reason: it is about me", 1),
    ]
    here.ok("exhibit", "show", H, made["number"], "--original", "copy.txt", *P)
    assert (here.stage.folder / "copy.txt").read_text(encoding="utf-8") == (
        "Tom G: did you see [█████ pupil's name]\n"
        "Nadia: [█████ pupil's name], [█████ address, telephone number or email]\n"
        "[█████ another reason: it is about me]\n"
    )
    # One reason for all.
    again = here.ok(*cover, "--text", "Tom G", "--lines", "2-3", "--reason", "unrelated", *P).out
    assert "covered copy of" in again
    assert "sealed" in again
    for words, refused in (
        (("--text", "Tom"), "one --reason for all"),
        (("--text", "Tom", "--reason", "other", "--reason", "other"), "one --reason for all"),
        (("--reason", "other"), "Give --text or --lines"),
        (("--text", "Tom", "--reason", "because"), "no reason for a cover"),
        (("--text", "Ruth", "--reason", "other"), "does not stand in the text"),
        (("--lines", "9-4", "--reason", "other"), "There are no lines"),
        (("--lines", "two", "--reason", "other"), "is not lines"),
        (("--text", "Tom", "--reason", "other", "--crop", "1,2,3,4"), "Give one kind"),
        (("--cover", "1,2,3,4=other"), "only PNG"),
    ):
        answer = here.run(*cover, *words, *P)
        assert (answer.code, answer.err.count("\n")) == (ExitCode.USAGE, 1), words
        assert refused in answer.err, words


def test_what_an_address_says_is_stated_where_it_is_wished(here: Here) -> None:
    post = "https://x.com/larkmere_truth/status/1767890123456789012"
    made = here.ok(
        "exhibit",
        "state",
        H,
        "2",
        f"address={post}?s=20",
        "--source",
        "pasted",
        "--read-address",
        *P,
        "--json",
    ).json
    assert made["stated"]["address_cleaned"] == post
    assert made["stated"]["account"] == "larkmere_truth"
    assert any("whatever handle" in note for note in made["notes"])


def test_danger_is_told_first(here: Here) -> None:
    answer = here.ok("incident", "state", H, "1", "danger=yes", *P)
    assert "Call 999" in answer.out


def test_the_list_of_fields_needs_no_vault(here: Here) -> None:
    listed = here.ok("fields", "--json").json["fields"]
    codes = {one["code"]: one for one in listed}
    assert codes["union_reference.whom"]["reach"] == "private"
    assert "threat" in codes["kind"]["choices"]
    assert "told.whom" in here.ok("fields").out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("incident", "state", H, "1", "facts"), "Write FIELD=VALUE"),
        (("incident", "state", H, "1", "noticed=2026-03-12 10:00 Mars/Olympus"), "time zone"),
        (("exhibit", "cover", H, "1", "--cover", "1,2,3=other"), "not an area"),
        (("exhibit", "cover", H, "1", "--cover", "1,2,3,4"), "does not say why"),
        (("exhibit", "cover", H, "1"), "nothing to cover"),
        (("seal", H, "--incident", "1", "--to", "Ruth", "--role", "Alan=chair", "-o", "x"), "no contact"),
    ],
    ids=lambda one: one if isinstance(one, str) else " ".join(one[:2]),
)
def test_refusals_are_one_sentence(here: Here, words: tuple[str, ...], sentence: str) -> None:
    with here.stage.unharmed(here.stage.helen):
        answer = here.run(*words, *P)
    assert answer.code == ExitCode.USAGE, answer
    assert answer.err.count("\n") == 1
    assert sentence in answer.err
    assert "Nothing was" in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_json_is_one_object(here: Here) -> None:
    answer = here.ok("exhibit", "custody", H, "1", *P, "--json")
    assert json.loads(answer.out)["number"] == "HXA/001"
