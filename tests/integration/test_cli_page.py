"""`evidence-app page`: the built-in browser as a command, without a screen, on a site of this computer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evidence_app.errors import ExitCode
from tests.commands import Stage, environment
from tests.pages_site import Site

VAULT = "helen.evidence-vault"

pytest_plugins = ["tests.command_fixtures"]


@pytest.fixture
def site(tmp_path: Path, tmp_home: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    one.trust(tmp_home)
    yield one
    one.close()


def test_a_page_is_captured_without_a_screen(stage: Stage, site: Site) -> None:
    """Also where the certificate is wrong: then the answer says so, and the exhibit is marked."""
    # Chromium wants an interpreter of its own, not a fork.
    env = environment(PYTHONUNBUFFERED="1")
    address = site.bad("/go/0")
    answer = stage.ok("page", VAULT, "--incident", "INC-001", address, "--json", *stage.secret, env=env)
    made = answer.json
    assert (made["method"], made["level"], made["incident"]) == ("built-in browser", "C3", "INC-001")
    page = made["observed"]["page"]
    assert (page["asked"], page["address"]) == (address, site.bad("/short"))
    assert page["certificate_problem"]
    assert "did not accept the certificate" in answer.err
    assert "Qt" not in answer.err
    assert made["stated"]["address"]["source"] == "observed"
    names = [one["name"] for one in made["files"]]
    assert names == ["page.mhtml", "certificate-1.der", "certificate-2.der", "page.wacz"]
    out = "taken.der"
    stage.ok(
        *("exhibit", "show", VAULT, made["number"], "--original", out, "--file", "certificate-1.der"),
        *stage.secret,
    )
    assert (stage.folder / out).read_bytes() == site.certificate
    shown = stage.ok("exhibit", "show", VAULT, made["number"], *stage.secret).out
    assert "Observed: Web address" in shown


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("file:///etc/passwd", ExitCode.USAGE, "web pages only"),
        ("geography", ExitCode.USAGE, "not the address of a web page"),
    ],
)
def test_what_is_no_page_is_one_sentence(stage: Stage, address: str, code: int, words: str) -> None:
    answer = stage.inside("page", VAULT, "--incident", "INC-001", address, *stage.secret)
    assert answer.code == code
    assert words in answer.err
    assert answer.err.count("\n") == 1


def test_a_file_needs_a_place_and_a_name_that_is_there(stage: Stage) -> None:
    number = "HXA/001"
    answer = stage.inside("exhibit", "show", VAULT, number, "--file", "page.mhtml", *stage.secret)
    assert answer.code == ExitCode.USAGE
    assert "--original" in answer.err
    answer = stage.inside(
        *("exhibit", "show", VAULT, number, "--original", "out", "--file", "page.mhtml"), *stage.secret
    )
    assert answer.code == ExitCode.USAGE
    assert "has no file" in answer.err
    assert not (stage.folder / "out").exists()
