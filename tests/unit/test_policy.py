"""The policy file: what ships is complete, what a school breaks is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_app import policy
from evidence_app.errors import UserError
from evidence_app.paths import resources

GOOD = """
edition = "Larkmere Academy, 2026"
[[category]]
code = "threat"
name = "Threat"
paragraph = "11.1"
[[aimed_at]]
code = "me"
name = "Me"
[[ask]]
code = "act"
name = "Please act on this"
[[route]]
code = "head"
name = "Headteacher"
[[helpline]]
name = "A helpline"
about = "Somebody to talk to"
"""


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "policy.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_edition_that_ships() -> None:
    current = policy.current()
    assert current is policy.current()
    assert current.edition
    for choices in (current.categories, current.aimed_at, current.asks, current.routes, current.helplines):
        codes = [choice.code for choice in choices]
        assert codes
        assert len(codes) == len(set(codes))
        assert all(choice.code and choice.name for choice in choices)
    everywhere = [*current.categories, *current.aimed_at, *current.asks, *current.routes]
    assert len({choice.code for choice in everywhere}) >= len(everywhere) - 1, "name_of would be ambiguous"
    assert {choice.code for choice in current.routes} >= {"head", "chair"}


def test_names_of_codes() -> None:
    assert policy.current().name_of("threat") == "Threat"
    assert policy.current().name_of("a code of another edition") == "a code of another edition"


def test_a_schools_own_file(tmp_path: Path) -> None:
    own = policy.read(written(tmp_path, GOOD))
    assert own.edition == "Larkmere Academy, 2026"
    assert own.categories == (policy.Choice("threat", "Threat", "11.1"),)
    assert own.helplines == (policy.Choice("A helpline", "A helpline", "", "Somebody to talk to"),)


FAULTS: dict[str, str | bytes] = {
    "empty": "",
    "no TOML": "edition = ",
    "no UTF-8": b"edition = '\xff'",
    "no edition": GOOD.replace("edition =", "other ="),
    "no section": GOOD.replace("[[category]]", "[[categories]]"),
    "an empty section": GOOD.replace("[[ask]]", "[[aim]]") + "\n",
    "a section that is a table": GOOD.replace("[[route]]", "[route]"),
    "a section of texts": 'category = ["threat"]\n' + GOOD.replace("[[category]]", "[[other]]"),
    "a choice without a name": GOOD.replace('name = "Threat"', ""),
    "deep": "edition = " + "[" * 50_000,
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_with_a_fault_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match=r"policy\.toml cannot be read .* Your vault is safe"):
        policy.read(written(tmp_path, FAULTS[name]))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"policy\.toml cannot be read"):
        policy.read(tmp_path / "policy.toml")


def test_the_file_that_ships_is_the_one_that_is_read() -> None:
    assert policy.read(resources() / "policy" / "policy.toml") == policy.current()
