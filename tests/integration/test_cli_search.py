"""`search`, as other tools rely on it."""

from __future__ import annotations

from evidence_app.errors import ExitCode
from evidence_app.records import Said, Source
from evidence_app.vault import acts
from tests.commands import Stage, refused

pytest_plugins = ["tests.command_fixtures"]

H, R = "helen.evidence-vault", "ruth.evidence-vault"
SECRET = ("--passphrase-file", "passphrase")


def test_what_is_found_as_json(stage: Stage) -> None:
    with stage.unharmed(stage.helen):
        answer = stage.ok("search", H, "LARKMERE", "truth", *SECRET, "--json").json
        assert (answer["words"], answer["cut"], answer["before"]) == (["larkmere", "truth"], False, None)
        (hit,) = answer["hits"]
        assert set(hit) == {
            *("kind", "about", "title", "parts", "at", "by", "entry"),
            *("incident", "incident_title", "platform", "states", "earlier"),
        }
        assert (hit["kind"], hit["about"], hit["incident"], hit["states"]) == (
            "exhibit",
            "HXA/001",
            "INC-001",
            [],
        )
        (part,) = hit["parts"]
        text = part["text"]
        assert (part["field"], text) == ("address", "https://social.example/@larkmere_truth/9")
        assert [text[start:end] for start, end in part["marks"]] == ["larkmere", "truth"]


def test_words_for_a_person_and_the_next_page(stage: Stage) -> None:
    with stage.helen.open() as vault:
        vault.record(acts.exhibit_stated("HXA/002", [Said("note", "A giraffe\x1b[31m", Source.TYPED)]))
        vault.record(acts.exhibit_stated("HXA/003", [Said("note", "The giraffe again", Source.TYPED)]))
    first = stage.ok("search", H, "giraffe", "--limit", "1", *SECRET)
    assert "HXA/003  exhibit" in first.out
    assert "    Note: The giraffe again" in first.out
    assert "HXA/002" not in first.out
    before = first.out.rsplit("--before ", 1)[1].strip()
    rest = stage.ok("search", H, "giraffe", "--before", before, *SECRET).out
    assert "HXA/002  exhibit" in rest
    assert "INC-001" in rest
    assert "\x1b" not in rest
    assert stage.ok("search", H, "elephant", *SECRET).out == "Nothing was found.\n"


def test_options_narrow_it(stage: Stage) -> None:
    def numbers(*words: str) -> list[str]:
        return [hit["about"] for hit in stage.ok("search", H, *SECRET, "--json", *words).json["hits"]]

    assert len(numbers("--in", "incidents", "--in", "bundles", "--", "INC-001.evidence")) == 1
    assert numbers("--state", "not-filed") == ["HXA/003"]
    assert numbers("page", "--incident", "2", "--in", "exhibits", "--method", "screen") == ["HXA/004"]
    assert numbers("page", "--until", "2001-01-01") == []
    assert numbers("anonymous", "--earlier", "--by", "ashdown", "--since", "2001-01-01") == ["INC-001"]


def test_what_cannot_be_searched_is_one_sentence(stage: Stage) -> None:
    with stage.unharmed(stage.helen):
        refused(stage.run("search", H, *SECRET), ExitCode.USAGE, "nothing to search for")
        refused(stage.run("search", H, "x", "--since", "soon", *SECRET), ExitCode.USAGE, "is no day")
        refused(stage.run("search", H, "x", "--incident", "9", *SECRET), ExitCode.USAGE, "no incident")
        refused(stage.run("search", H, "x", "--in", "drawers", *SECRET), ExitCode.USAGE)
        assert stage.ok("search", H, '" OR NEAR(', *SECRET).out == "Nothing was found.\n"


def test_what_was_received(stage: Stage) -> None:
    stage.ok("receive", R, "INC-001.evidence", *SECRET)
    answer = stage.ok("search", R, "larkmere_truth", *SECRET).out
    assert answer.startswith("RCV-001 HXA/001  received")
