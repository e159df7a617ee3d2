"""What may stand in a field, and the one sentence where it may not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_app import fields, policy
from evidence_app.errors import UsageError
from evidence_app.fields import Named, moments
from evidence_app.fields.values import LONGEST_LINE

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=timezone(timedelta(0), "GMT"))


@pytest.fixture(autouse=True)
def london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer at a school in England."""
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def named(code: str) -> Named:
    found = fields.named(code)
    assert found is not None
    return found


def value(code: str, text: str) -> str:
    return fields.checked(named(code), text, policy.built_in(), NOW).value


def note(code: str, text: str) -> str:
    return fields.checked(named(code), text, policy.built_in(), NOW).note


def refused(code: str, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        value(code, text)
    assert "Nothing was changed." in caught.value.message
    return caught.value.message


# --- text -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_title_is_never_empty(text: str) -> None:
    assert "Type at least one word" in refused("title", text)


def test_anything_else_can_be_taken_back() -> None:
    assert all(value(code, " ") == "" for code in ("facts", "kind", "danger", "noticed", "told.1.whom"))


@pytest.mark.parametrize("odd", ["\u202e", "\u2066", "\ue000", "\U000fffff"])
def test_what_turns_or_hides_is_left_out_of_a_name_and_told(odd: str) -> None:
    assert value("suspected_author", f"Tom{odd} Garrick") == "Tom Garrick"
    assert "left out" in note("suspected_author", f"Tom{odd} Garrick")


def test_a_name_is_one_line() -> None:
    assert value("told.1.whom", " Mrs\tRuth\nCalloway\x1b[31m ") == "Mrs Ruth Calloway [31m"
    assert note("told.1.whom", "Mrs  Ruth Calloway") == ""


def test_a_name_of_nothing_that_can_be_seen() -> None:
    assert "no letter" in refused("suspected_author", "\u202e\u2066")


def test_what_somebody_else_wrote_is_kept_and_the_odd_thing_is_told() -> None:
    given_name = "larkmere\u202etruth"
    assert value("display_name", given_name) == given_name
    assert "direction of writing" in note("display_name", given_name)


def test_a_paste_of_a_hundred_thousand_characters() -> None:
    paste = "word " * 20_000
    assert value("facts", paste) == paste
    assert f"{LONGEST_LINE} at most" in refused("told.1.whom", paste)


def test_a_long_text_has_one_kind_of_line_end() -> None:
    assert value("facts", "one\r\ntwo\rthree") == "one\ntwo\nthree"
    assert value("facts", "one\0two") == "onetwo"
    assert "left out" in note("facts", "one\0two")


@given(st.text(max_size=50))
def test_whatever_is_typed_in_a_name_is_one_line_or_one_sentence(text: str) -> None:
    try:
        found = value("suspected_author", text)
    except UsageError:
        refused("suspected_author", text)
    else:
        assert "\n" not in found
        assert value("suspected_author", found) == found


# --- choices ------------------------------------------------------------------------------------------------


def test_choices_by_code_and_by_name() -> None:
    assert value("aimed_at", "A colleague") == value("aimed_at", " colleague ") == "colleague"
    assert value("kind", "Threat, insult,threat") == "threat,insult"
    assert "Choose of: me, colleague" in refused("aimed_at", "everyone")


def test_a_code_that_only_the_built_in_edition_has_can_still_be_stated(tmp_path) -> None:
    own = tmp_path / "policy.toml"
    own.write_text('edition = "Ours"\n[[category]]\ncode = "mobbing"\nname = "Mobbing"\n', "utf-8")
    rules = policy.read(own)
    assert fields.checked(named("kind"), "mobbing,threat", rules, NOW).value == "mobbing,threat"


@pytest.mark.parametrize(
    ("text", "answer"), [("yes", "yes"), ("No", "no"), ("unknown", "unknown"), ("Not  sure", "unknown")]
)
def test_answers(text: str, answer: str) -> None:
    assert value("danger", text) == answer


def test_no_answer() -> None:
    assert "yes, no or unknown" in refused("danger", "perhaps")


# --- times ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("2026-03-12", "2026-03-12"),
        ("2026-03-12 14:15", "2026-03-12T14:15+00:00"),
        ("2026-03-12T14:15:07Z", "2026-03-12T14:15:07+00:00"),
        ("2025-07-01 14:15", "2025-07-01T14:15+01:00"),
        ("2026-03-12 14:15 +02:00", "2026-03-12T14:15+02:00"),
        ("2026-03-11 14:15 UTC-5", "2026-03-11T14:15-05:00"),
        ("2025-07-01 14:15 BST", "2025-07-01T14:15+01:00"),
        ("2025-07-01 14:15 Europe/Paris", "2025-07-01T14:15+02:00"),
        ("12 March 2026", "2026-03-12"),
        ("3rd Mar 2026, 2:15pm", "2026-03-03T14:15+00:00"),
        ("3 march 2026 at 12.05 am", "2026-03-03T00:05+00:00"),
    ],
)
def test_times_as_people_write_them(text: str, stated: str) -> None:
    assert value("noticed", text) == stated
    assert moments.read_stated(stated) is not None


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "12/03/2026", "2026-13-01", "2026-02-30", "2026-03-12 25:00", "31 June 2025"),
        *("3 M 2026", "2026-03-12 14:15 +15:00", "9999999-01-01", "\uff12026-03-12"),
        "12 March 2026 13:15 pm",
    ],
)
def test_what_is_no_time(text: str) -> None:
    refused("noticed", text)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "CEST", "Europe/../London", "+99:00", "/etc/passwd"])
def test_a_zone_that_is_not_known(zone: str) -> None:
    assert "time zone" in refused("noticed", f"2026-03-12 14:15 {zone}")


@pytest.mark.parametrize("text", ["2026-03-13", "2026-03-12 15:30", "2031-01-01"])
def test_nothing_happened_in_the_future(text: str) -> None:
    assert "lies ahead" in refused("happened_first", text)


def test_two_clocks_may_differ_by_minutes_and_today_is_not_ahead() -> None:
    assert value("happened_first", "2026-03-12 15:05") == "2026-03-12T15:05+00:00"
    assert value("happened_first", "2026-03-12") == "2026-03-12"


def test_a_year_that_must_be_a_slip() -> None:
    assert "Check the year" in refused("happened_first", "0202-03-12")


def test_a_day_to_come_only_where_it_makes_sense() -> None:
    assert value("kept_until", "2031-07-31") == "2031-07-31"
    assert "without a time" in refused("kept_until", "2031-07-31 10:00")
    refused("closed_on", "2031-07-31")


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"happened_first": "2026-03-02", "happened_last": "2026-03-01"}, True),
        ({"happened_first": "2026-03-01", "happened_last": "2026-03-01"}, False),
        ({"happened_first": "2026-03-01T14:00+00:00", "happened_last": "2026-03-01"}, False),
        ({"happened_first": "2026-03-01T14:00+00:00", "happened_last": "2026-03-01T14:30+01:00"}, True),
        ({"happened_first": "2026-03-02", "noticed": "2026-03-01"}, True),
        (
            {"happened_first": "2026-03-02", "noticed": "2026-03-01", "happened_first_certainty": "about"},
            False,
        ),
        ({"happened_first": "", "happened_last": "2026-03-01"}, False),
        ({"happened_first": "as it was written in another version", "happened_last": "2026-03-01"}, False),
    ],
)
def test_times_follow_one_another(values: dict[str, str], wrong: bool) -> None:
    names = {code: fields.name_of(code) for code in values}
    if wrong:
        with pytest.raises(UsageError, match="is before"):
            fields.check_order(values, names, NOW)
    else:
        fields.check_order(values, names, NOW)


@given(st.integers(0, 1_700_000_000), st.integers(-14 * 60, 14 * 60))
def test_a_stated_time_is_read_back_as_it_was(seconds: int, minutes: int) -> None:
    when = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=minutes)))
    assert moments.read_stated(moments.written(when)) == when
    assert moments.read(when.isoformat(), "x") == when


def test_a_day_is_no_moment() -> None:
    assert moments.read_stated("2026-03-12") == date(2026, 3, 12)
    assert moments.read_stated("2026-03-12T10:00") is None
    assert moments.first_moment(date(2026, 3, 12), datetime(2026, 3, 12, tzinfo=UTC)).hour == 0
