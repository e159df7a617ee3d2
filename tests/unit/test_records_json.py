"""Records to JSON and back; whatever has another shape is refused by name."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app.errors import IntegrityError
from evidence_app.records import Area, Method, Monitor, Observed, Source, Statement, WindowInfo
from evidence_app.records_json import (
    Fields,
    area_from_json,
    area_to_json,
    observed_from_json,
    observed_to_json,
    statement_to_json,
    statements_from_entry,
)
from tests.vaults import observed

numbers = st.integers(-(2**53) + 1, 2**53 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]))
areas = st.builds(Area, numbers, numbers, numbers, numbers)
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# Hypothesis wants them without a zone and gives them one.
EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1971, 9998))
moments = st.datetimes(EARLIEST, LATEST, timezones=zones)
records = st.builds(
    Observed,
    method=st.sampled_from(Method),
    utc=moments,
    local=moments,
    zone=texts,
    clock=texts,
    computer=texts,
    user=texts,
    system=texts,
    software=texts,
    monitors=st.lists(st.builds(Monitor, numbers, areas, texts, st.booleans()), max_size=3).map(tuple),
    monitor=st.none() | numbers,
    area=st.none() | areas,
    window=st.none() | st.builds(WindowInfo, texts, texts, st.none() | numbers, areas),
    width=numbers,
    height=numbers,
    blank=st.booleans(),
)


@given(records)
def test_what_was_observed_comes_back_from_its_text(record: Observed) -> None:
    text = json.dumps(observed_to_json(record), ensure_ascii=False, allow_nan=False)
    back = observed_from_json(json.loads(text), "Entry 1")
    assert back == record
    assert back.utc.utcoffset() == record.utc.utcoffset()
    assert back.local.utcoffset() == record.local.utcoffset()


@given(areas)
def test_areas_come_back(area: Area) -> None:
    assert area_from_json(Fields(area_to_json(area), "here")) == area


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(observed_to_json(observed()))), json_values)
def test_any_other_value_in_any_field_is_read_or_refused(name: str, value: Any) -> None:
    raw = observed_to_json(observed()) | {name: value}
    with suppress(IntegrityError):
        record = observed_from_json(raw, "Entry 5")
        json.dumps(observed_to_json(record), ensure_ascii=False, allow_nan=False).encode()


def test_what_was_written_before_the_pointer_could_be_drawn_has_none() -> None:
    raw = observed_to_json(replace(observed(), pointer=True))
    assert observed_from_json(raw, "it").pointer
    del raw["pointer"]
    assert not observed_from_json(raw, "it").pointer


@pytest.mark.parametrize(
    "name", sorted(set(observed_to_json(observed())) - {"monitor", "area", "window", "pointer"})
)
def test_every_field_but_four_has_to_be_there(name: str) -> None:
    raw = observed_to_json(observed())
    del raw[name]
    with pytest.raises(IntegrityError, match=name):
        observed_from_json(raw, "Entry 5")


@pytest.mark.parametrize("name", ["monitor", "area", "window"])
def test_three_fields_may_be_missing(name: str) -> None:
    raw = observed_to_json(observed())
    del raw[name]
    assert getattr(observed_from_json(raw, "Entry 5"), name) is None


REFUSED: dict[str, tuple[str, Any]] = {
    "text for a number": ("number", "1"),
    "true for a number": ("number", True),
    "1e5 for a number": ("number", json.loads("1e5")),
    "a number that other readers round": ("number", 2**53),
    "and below": ("number", -(2**53)),
    "a number for a text": ("text", 1),
    "half a character": ("text", "\ud800"),
    "0 for a flag": ("flag", 0),
    "null for a flag": ("flag", None),
    "no time": ("moment", "yesterday"),
    "a time without zone": ("moment", "2026-03-12T14:32:07"),
    "a date": ("moment", "2026-03-12"),
    "the end of the calendar": ("moment", "9999-12-31T23:59:59-12:00"),
    "its beginning": ("moment", "0001-01-01T00:00:00+12:00"),
    "a text for a list": ("items", "abc"),
    "an object for a list": ("items", {}),
    "a number among texts": ("texts", ["a", 1]),
    "half a character among texts": ("texts", ["\udfff"]),
    "a list for a map": ("text_map", []),
    "a number in a map": ("text_map", {"a": 1}),
    "half a character in a map": ("text_map", {"a": "\ud800"}),
    "half a character as a name": ("text_map", {"\ud800": "a"}),
    "a list for an object": ("fields", []),
    "nothing for an object": ("fields", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_fields_refuse_another_shape(name: str) -> None:
    method, value = REFUSED[name]
    with pytest.raises(IntegrityError, match="x"):
        getattr(Fields({"x": value}, "Here"), method)("x")


def test_fields_give_what_is_there() -> None:
    fields = Fields(
        {"t": "é", "n": -5, "f": False, "l": [1], "s": ["a"], "m": {"a": "b"}, "o": {"t": "in"}, "z": None},
        "Here",
    )
    assert (fields.text("t"), fields.number("n"), fields.flag("f")) == ("é", -5, False)
    assert (fields.items("l"), fields.texts("s"), fields.text_map("m")) == ([1], ("a",), {"a": "b"})
    assert fields.fields("o").text("t") == "in"
    assert fields.optional_fields("z") is None
    assert fields.optional_text("z") is None
    assert fields.optional_number("missing") is None
    with pytest.raises(IntegrityError, match="Here is not a JSON object"):
        Fields([], "Here")


# --- statements -------------------------------------------------------------------------------------

MOMENT = datetime(2026, 3, 12, 14, 32, 7, 123000, UTC)


def stated(**changes: Any) -> dict[str, Any]:
    return {
        "about": "HXA/001",
        "statements": [{"field": "handle", "value": "@larkmere_truth", "source": "typed"} | changes],
    }


def test_statements_of_an_entry() -> None:
    found = statements_from_entry(stated(), 9, MOMENT, "Helen Ashdown")
    expected = Statement(
        "HXA/001", "handle", "@larkmere_truth", Source.TYPED, at=MOMENT, by="Helen Ashdown", seq=9
    )
    assert found == (expected,)
    assert statement_to_json(expected) == {
        "about": "HXA/001",
        "field": "handle",
        "value": "@larkmere_truth",
        "source": "typed",
        "at": "2026-03-12T14:32:07.123000+00:00",
        "by": "Helen Ashdown",
        "entry": 9,
    }


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"about": "HXA/001"},
        {"about": 1, "statements": []},
        {"about": "HXA/001", "statements": ["said"]},
        stated(source="guessed"),
        stated(source=None),
        stated(value=1),
        stated(field=None),
    ],
)
def test_statements_of_another_shape_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=r"[Ee]ntry 9"):
        statements_from_entry(data, 9, MOMENT, "Helen Ashdown")
