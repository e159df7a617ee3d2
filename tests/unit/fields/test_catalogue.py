"""The catalogue of fields: complete, consistent, and one name for each thing."""

from __future__ import annotations

from dataclasses import fields as attributes

import pytest

from evidence_app import fields, policy
from evidence_app.fields import Kind, Of, Reach, Section
from evidence_app.fields.model import FieldSpec
from evidence_app.records import Address

# domain.md, "Fields": what it names, and the field that it is.
INCIDENT = (
    "title", "happened_first", "happened_first_certainty", "happened_last", "happened_last_certainty",
    "noticed", "told.whom", "told.when", "told.how", "aimed_at", "suspected_author",
    "suspected_author_grounds", "person_kind", "family_link", "kind", "protected", "danger",
    "child_involved", "linked.incident", "facts", "effect", "platform_report.date",
    "platform_report.reference", "platform_report.reply", "police_reference.reference",
    "union_reference.reference", "helpline_reference.reference", "concerns_head", "radicalisation",
    "harm_by_staff", "access",
)  # fmt: skip
EXHIBIT = (
    "address", "address_cleaned", "platform", "display_name", "account", "account_id", "post", "comment",
    "group", "server", "channel", "phone", "posted_displayed", "posted_interpreted", "posted_from_id",
    "transcript", "audience", "access", "still_online", "last_checked", "witness.name", "witness.role",
    "witness.when", "witness.words",
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "of"), [*((code, Of.INCIDENT) for code in INCIDENT), *((code, Of.EXHIBIT) for code in EXHIBIT)]
)
def test_every_field_that_schools_need(code: str, of: Of) -> None:
    name = fields.named(code)
    assert name is not None
    assert of in name.field.of


def test_codes_and_names_are_there_once() -> None:
    codes = [one.code for one in fields.FIELDS]
    assert len(set(codes)) == len(codes)
    for of in Of:
        names = [one.name for one in fields.fields_of(of)]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("spec", fields.FIELDS, ids=lambda one: one.code)
def test_a_field_is_of_something_and_fits_its_kind(spec: FieldSpec) -> None:
    assert spec.of
    assert spec.name
    assert bool(spec.parts) is (spec.kind is Kind.ROWS)
    assert bool(spec.choices) is (spec.kind in {Kind.CHOICE, Kind.SEVERAL})
    assert bool(spec.offered(policy.built_in())) is bool(spec.choices)
    assert not any(part.parts for part in spec.parts)


def test_the_sections_have_every_field_once() -> None:
    for of in Of:
        parted = [one for section in Section for one in fields.fields_of(of, section)]
        assert sorted(parted, key=lambda one: one.code) == sorted(
            fields.fields_of(of), key=lambda one: one.code
        )


def test_what_an_address_says_has_the_names_of_the_record() -> None:
    said = {"platform", "account", "account_id", "post", "comment", "group", "server", "channel"}
    assert said <= {one.name for one in attributes(Address)}
    assert said <= {one.code for one in fields.FIELDS}


def test_who_may_read_it() -> None:
    assert {one.code for one in fields.FIELDS if one.reach is Reach.PRIVATE} == {
        "concerns_head",
        "union_reference",
    }
    assert fields.reach("union_reference.3.whom") is Reach.PRIVATE
    assert fields.reach("protected") is Reach.RESTRICTED
    assert fields.reach("a field of tomorrow") is Reach.OPEN


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [("facts", "facts", 0), ("told.2.whom", "told.2.whom", 2), ("told.whom", "told", 0)],
)
def test_a_statement_names_its_field(text: str, code: str, row: int) -> None:
    name = fields.named(text)
    assert name is not None
    assert (name.code, name.row) == (code, row)


@pytest.mark.parametrize(
    "text",
    ["", "told", "told.", "told.0.whom", "told.01.whom", "told.1.1", "facts.1.whom", "Facts", "a.b.c.d"],
)
def test_what_is_no_field(text: str) -> None:
    assert fields.named(text) is None


def test_names_for_people() -> None:
    assert fields.name_of("told.1.whom") == "Told: whom"
    assert fields.name_of("told.2.whom") == "Told: whom (2)"
    assert fields.name_of("a_field_of_tomorrow") == "A field of tomorrow"
