"""The edition that ships is complete, careful and kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum

import pytest

from evidence_app import policy
from evidence_app.paths import resources
from evidence_app.policy import Answer, Choice, Fact, Happened, Imagery, Moment, Policy
from evidence_app.records import Level

SHIPPED = resources() / "policy" / policy.FILE_NAME
LISTS = [
    "roles", "categories", "aimed_at", "asks", "people", "happened", "access", "characteristics", "covers",
    "levels", "imagery", "outcomes", "retention",
]  # fmt: skip

# What schools need of the program, paragraph by paragraph.
PARAGRAPHS = [
    "3.3", "4.1", "5", "6.9", "6.20", "6.21", "6.22", "6.24", "8.1", "8.2", "8.3", "8.4",
    "11.1", "11.2", "11.3", "11.4", "11.5", "12.6", "13",
]  # fmt: skip

# Codes that stand in records: their names may change, they may not.
KEPT = {
    "categories": ["insult", "threat", "picture", "private", "trolling", "impersonation", "contact", "other"],
    "aimed_at": ["me", "colleague", "pupil", "school", "other"],
    "asks": ["act", "advise", "record"],
    "people": ["pupil", "parent", "colleague", "public", "unknown"],
}

NEVER = re.compile(
    r"court|forensic|complian|police.approved|proves?\b|genuine|tamper|exact time|verified|authentic|"
    r"complete conversation|detect|anonymous|permanently|guarantee|"
    r"victim|perpetrator|offender|bully\b|abuser",
    re.IGNORECASE,
)


def texts(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence and name of a policy, with where it stands; no codes."""
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        if where.rsplit(".", 1)[-1] not in {"code", "paragraph", "to", "instead_of", "owner"}:
            yield where, value
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from texts(one, f"{where}[{number}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name), f"{where}.{field.name}")


def paragraphs(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        for one in value:
            yield from paragraphs(one)
    elif is_dataclass(value) and not isinstance(value, type):
        yield getattr(value, "paragraph", "")
        for field in fields(value):
            yield from paragraphs(getattr(value, field.name))


def spread(paragraph: str) -> Iterator[str]:
    """`8.1-8.4` is four paragraphs, `3.3, 5` is two."""
    for part in filter(None, re.split(r",\s*", paragraph)):
        first, _, last = part.partition("-")
        yield first
        if last:
            chapter, number = first.split(".")
            yield from (f"{chapter}.{n}" for n in range(int(number) + 1, int(last.split(".")[1]) + 1))


def test_it_is_what_is_used() -> None:
    assert policy.current() is policy.current() is policy.built_in()
    assert policy.read(SHIPPED) == policy.current()
    assert policy.current().edition


@pytest.mark.parametrize("name", LISTS)
def test_every_code_stands_once_and_has_a_name(name: str) -> None:
    entries = getattr(policy.current(), name)
    codes = [one.code for one in entries]
    assert codes
    assert len(codes) == len(set(codes))
    assert all(one.name.strip() for one in entries)
    names = [one.name.casefold() for one in entries]
    assert len(names) == len(set(names)), "two choices that look the same"


@pytest.mark.parametrize("name", KEPT)
def test_codes_of_records_are_still_there(name: str) -> None:
    assert {one.code for one in getattr(policy.current(), name)} >= set(KEPT[name])


def test_what_the_program_knows_has_words() -> None:
    rules = policy.current()
    assert {one.code for one in rules.happened} == set(Happened)
    assert {one.code for one in rules.imagery} == set(Imagery)
    assert {one.code for one in rules.stop.answers} == set(Answer)
    assert [rules.level(level).code for level in Level] == ["C0", "C1", "C2", "C3", "C4"]
    assert [rules.advice(moment).moment for moment in Moment] == list(Moment)
    known = {policy.HEAD, policy.CHAIR, policy.SAFEGUARDING_LEAD, policy.LOCAL_AUTHORITY_OFFICER}
    known |= {policy.POLICE, policy.STAFF, "social_care", "union", "it_lead", "data_protection_officer"}
    assert {one.code for one in rules.roles} >= known


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_every_paragraph_is_somewhere(paragraph: str) -> None:
    found = {one for text in paragraphs(policy.current()) for one in spread(text)}
    assert paragraph in found


def test_a_paragraph_that_is_nowhere_would_be_missed() -> None:
    assert "14.2" not in {one for text in paragraphs(policy.current()) for one in spread(text)}
    assert list(spread("8.1-8.4")) == ["8.1", "8.2", "8.3", "8.4"]
    assert list(spread("3.3, 5")) == ["3.3", "5"]


def test_paragraphs_where_they_are_known() -> None:
    rules = policy.current()
    by_code = {one.code: one.paragraph for one in rules.categories}
    assert (by_code["threat"], by_code["trolling"], by_code["radicalisation"]) == ("11.1", "11.3", "12.6")
    assert rules.stop.paragraph == "8.1"
    assert rules.register.paragraph == "4.1"
    assert rules.advice(Moment.PUPIL_PAGE).paragraph == rules.advice(Moment.COVERT_ACCESS).paragraph == "6.9"
    assert rules.advice(Moment.CONCERNS_HEAD).paragraph == "6.24"
    assert {one.paragraph for one in rules.characteristics} == {"6.22"}


def test_no_outcome_says_whether_something_is_true() -> None:
    words = " ".join(f"{one.code} {one.name} {one.about}" for one in policy.current().outcomes).lower()
    assert not re.search(
        r"false|true|malicious|unfounded|substantiat|made up|lie\b|guilty|innocent|proven", words
    )


def test_outcomes_leave_open_or_settle() -> None:
    rules = policy.current()
    settling = {one.code for one in rules.outcomes if one.settles}
    assert settling == {
        "action_taken",
        "no_further_action",
        "closed",
    }
    assert rules.settles("closed")
    assert not rules.settles("looking_into")
    assert not rules.settles("an outcome of another edition")


def test_no_period_is_pre_set_least_of_all_for_abuse_of_staff() -> None:
    rules = policy.current()
    by_code = {one.code: one for one in rules.retention}
    assert by_code["staff_bullying"].months is None
    assert all(one.months is None for one in rules.retention)
    assert rules.retention[-1].code == "staff_bullying"
    assert rules.retention[-1].when == (Fact.ALWAYS,)
    assert rules.register.overdue_days is None


def test_the_retention_kind_follows_from_what_was_stated() -> None:
    rules = policy.current()

    def kind(stated: policy.Stated) -> str:
        return policy.retention_of(rules, stated).code

    assert kind(policy.Stated()) == "staff_bullying"
    assert kind(policy.Stated(child_involved=Answer.NO)) == "staff_bullying"
    assert kind(policy.Stated(child_involved=Answer.YES)) == "child"
    assert kind(policy.Stated(aimed_at=("me", "pupil"))) == "child"
    assert kind(policy.Stated(harm_by_staff=Answer.UNKNOWN, child_involved=Answer.YES)) == "staff_allegation"
    assert kind(policy.Stated(indecent_image=Answer.UNKNOWN, child_involved=Answer.YES)) == "referral"


@pytest.mark.parametrize("moment", Moment)
def test_guidance_is_one_or_two_sentences(moment: Moment) -> None:
    text = policy.current().advice(moment).text
    assert 1 <= len(re.findall(r"[.?!](?:\s|$)", text)) <= 2, text
    assert len(text) <= 200
    assert text.endswith(".")


def test_words_claim_nothing_and_name_nobody() -> None:
    found = [(where, text) for where, text in texts(policy.current()) if NEVER.search(text)]
    assert found == []
    assert len(list(texts(policy.current()))) > 150, "the texts were not found"


@pytest.mark.parametrize(
    "planted", ["This proves who wrote it.", "Support for the victim", "A verified copy"]
)
def test_a_claim_that_is_planted_is_seen(planted: str) -> None:
    assert NEVER.search(planted)


def test_danger_comes_first_and_nothing_saved_is_lost() -> None:
    danger = policy.current().danger
    assert danger.call == "999"
    assert "999" in danger.title
    assert "kept" in danger.text
    assert "999" in policy.current().advice(Moment.DANGER).text


def test_the_stop_counts_made_up_pictures_and_promises_no_detection() -> None:
    stop = policy.current().stop
    assert "under 18" in stop.question
    assert stop.question.endswith("?")
    assert "computer-made" in stop.about
    assert "blur" in stop.about
    assert "does not look for" in stop.about
    for answer in stop.answers:
        assert ("nothing is kept but words" in answer.about) is (answer.code != Answer.NO)


def test_access_says_what_the_policy_warns_about() -> None:
    access = {one.code: one for one in policy.current().access}
    assert {one.code for one in access.values() if one.caution} == {"pupil_page", "other_login"}
    assert access["acknowledged_relative"].paragraph == access["pupil_page"].paragraph == "6.9"
    assert all(one.advice for one in access.values() if one.caution or one.paragraph)
    assert "Designated Safeguarding Lead" in access["pupil_page"].advice


def test_helplines_say_how_to_reach_them() -> None:
    lines = {one.name: one for one in policy.current().helplines}
    assert set(lines) == {"Professionals Online Safety Helpline", "Education Support", "Your union"}
    assert all(one.about for one in lines.values())
    assert all(one.contact for name, one in lines.items() if name != "Your union")


def test_no_sentence_has_braces_left() -> None:
    assert not [text for _, text in texts(policy.current()) if "{" in text or "}" in text]


# --- names of codes ------------------------------------------------------------------------------------


def test_names_of_codes() -> None:
    rules = policy.current()
    assert rules.name_of("threat") == "Threat"
    assert rules.name_of("union") == "Union representative"
    assert rules.name_of("looking_into") == "Being looked into"
    assert rules.name_of("pupil_name") == "Pupil's name"
    assert rules.name_of("a code of another edition") == "a code of another edition"
    assert rules.role("a role of another edition").name == "a role of another edition"


def test_a_code_of_several_lists_is_named_by_its_own() -> None:
    rules = policy.current()
    assert rules.name_of("other", rules.categories) == "Something else"
    assert rules.name_of("other", rules.aimed_at) == "Someone else"
    assert rules.name_of("pupil", rules.people) == "A pupil of this school"
    assert rules.name_of("threat", rules.aimed_at) == "Threat", "filed under another list: still a name"


def test_records_are_frozen() -> None:
    rules: Policy = policy.current()
    with pytest.raises(AttributeError):
        rules.edition = "another"  # type: ignore[misc]
    assert Choice("a", "b") == Choice("a", "b", "", "", None)
