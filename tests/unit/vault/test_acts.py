"""What may be written into the record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.errors import UsageError
from evidence_app.records import Said, Source
from evidence_app.vault import acts
from evidence_app.vault.vault import initials_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Helen Ashdown", "HXA"),
        ("Mrs Ruth Calloway", "RXC"),
        ("Mr. Alan James Thwaite", "AJT"),
        ("Anne-Marie Smith", "AMS"),
        ("Prince", "PXX"),
        ("", "XXX"),
        ("Łukasz Żak", "XXX"),
        ("Łukasz Nowak", "NXX"),
        ("Dr", "XXX"),
        ("a b c d", "ABD"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials_of(name) == expected


@given(st.text())
def test_initials_are_always_three_capitals(name: str) -> None:
    initials = initials_of(name)
    assert len(initials) == 3
    assert initials.isascii()
    assert initials.isupper()


@given(st.text())
def test_a_line_is_one_line_that_can_be_written(text: str) -> None:
    try:
        line = acts.line(text, "title")
    except UsageError:
        return
    assert line.encode().decode() == line == line.strip()
    assert len(line.splitlines()) == 1
    assert acts.line(line, "title") == line


@pytest.mark.parametrize("text", ["", "  ", "\n\t", "\u2028\x00", "\ud800"])
def test_a_line_of_nothing(text: str) -> None:
    with pytest.raises(UsageError, match="The title is empty"):
        acts.incident_opened(text)


def test_a_title_has_an_end() -> None:
    acts.incident_opened("x" * acts.MAX_TITLE)
    with pytest.raises(UsageError, match="longer than 200"):
        acts.incident_opened("x" * (acts.MAX_TITLE + 1))


def test_a_value_is_kept_as_it_was_given() -> None:
    value = "line one\n\tline two\u202e \U0001f4f7 e\u0301 "
    act = acts.exhibit_stated("HXA/001", [Said("transcript", value, Source.TYPED)])
    assert act.data["statements"] == [{"field": "transcript", "value": value, "source": "typed"}]


def test_values_that_no_file_can_hold_or_nobody_types() -> None:
    act = acts.incident_stated("INC-001", [Said("facts", "\ud800!", Source.PASTED)])
    assert act.data["statements"] == [{"field": "facts", "value": "?!", "source": "pasted"}]
    with pytest.raises(UsageError, match="200,000 characters"):
        acts.incident_stated("INC-001", [Said("facts", "x" * (acts.MAX_VALUE + 1), Source.PASTED)])
    with pytest.raises(UsageError, match="nothing to state"):
        acts.incident_stated("INC-001", [])
