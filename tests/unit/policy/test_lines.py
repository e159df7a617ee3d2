"""The line of a key: for every way to write one, and for texts that look like headings."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.paths import resources
from evidence_app.policy.lines import Lines

TEXT = '''# [[category]]
edition = "[[category]]"   # name = "no"

[[category]]
code = "a"
about = """
[[category]]
code = "no"
"""
name = "A"
[[ category ]]   # the second
"code" = 'b'
name = 'it''s' # not TOML, but no string that runs on
[stop]
question = "=#["
[[stop.answer]]
code = "yes"
[[stop.answer]]
code = "no"
about = """a "quoted" word and \\""" more""""
[register]
overdue_days = 5
danger.call = "999"
list = [
  "x", # ]
  { name = "y" },
]
[[category]]
[category.deep]
name = "C"
'''
WHERE = {
    ("edition",): 2,
    ("category",): 4,
    ("category", 0): 4,
    ("category", 0, "code"): 5,
    ("category", 0, "about"): 6,
    ("category", 0, "name"): 10,
    ("category", 0, "missing"): 4,
    ("category", 1): 11,
    ("category", 1, "code"): 12,
    ("category", 1, "name"): 13,
    ("stop",): 14,
    ("stop", "question"): 15,
    ("stop", "answer"): 16,
    ("stop", "answer", 0, "code"): 17,
    ("stop", "answer", 1): 18,
    ("stop", "answer", 1, "code"): 19,
    ("stop", "answer", 1, "about"): 20,
    ("register",): 21,
    ("register", "overdue_days"): 22,
    ("register", "danger", "call"): 23,
    ("register", "list"): 24,
    ("register", "list", 1, "name"): 24,
    ("category", 2): 28,
    ("category", 2, "deep", "name"): 30,
    ("nowhere",): 1,
}


@pytest.mark.parametrize("path", WHERE)
def test_where_a_key_stands(path: tuple[str | int, ...]) -> None:
    assert Lines(TEXT).of(*path) == WHERE[path]


@pytest.mark.parametrize("path", WHERE)
def test_line_ends_of_windows_change_nothing(path: tuple[str | int, ...]) -> None:
    assert Lines(TEXT.replace("\n", "\r\n")).of(*path) == WHERE[path]


def test_the_last_statement_and_the_deep_one() -> None:
    assert Lines(TEXT).last == 30
    assert Lines(TEXT).deep is None
    deep = Lines("a = 1\nb = [\n  1,\n" + "[" * 20 + "\n")
    assert deep.deep == 4
    assert deep.last == 2


def test_every_key_of_the_file_that_ships() -> None:
    text = (resources() / "policy" / "policy.toml").read_text("utf-8")
    lines, written = Lines(text), text.splitlines()
    for section, value in tomllib.loads(text).items():
        for number, entry in enumerate(value if isinstance(value, list) else []):
            assert written[lines.of(section, number) - 1] == f"[[{section}]]"
            for key, found in entry.items():
                line = written[lines.of(section, number, key) - 1]
                assert tomllib.loads(line) == {key: found}


_names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=12)


def quoted(text: str) -> str:
    return json.dumps(text)  # its escapes are those of TOML, apart from pairs of surrogates: none here


@given(st.lists(st.dictionaries(st.sampled_from("abc"), _names, min_size=1), min_size=1, max_size=5))
def test_whatever_stands_in_the_values(tables: list[dict[str, str]]) -> None:
    written, where = ["# what follows is made up"], {}
    for number, table in enumerate(tables):
        written.append("[[t]]")
        for key, value in table.items():
            where["t", number, key] = len(written) + 1
            text = value.encode("ascii", "ignore").decode()
            written.append(f"{key} = {quoted(text)}")
    text = "\n".join(written)
    tomllib.loads(text)
    lines = Lines(text)
    assert {path: lines.of(*path) for path in where} == where


@given(st.text("abc[]{}=\"'\\#\n\r .,1", max_size=200))
def test_any_text_is_walked_to_its_end(text: str) -> None:
    lines = Lines(text)
    most = text.count("\n") + 1
    assert 1 <= lines.last <= most
    assert 1 <= lines.of("a", 0, "b") <= most
