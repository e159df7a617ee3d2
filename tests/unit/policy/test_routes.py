"""Who is told: the truth table, and that every rule taken out of the data is missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import pytest

from evidence_app import policy
from evidence_app.policy import (
    Answer,
    Choice,
    Fact,
    Imagery,
    Policy,
    Route,
    Stated,
    conflict,
    facts_of,
    who_is_told,
)

YES, NO, UNSURE = Answer.YES, Answer.NO, Answer.UNKNOWN
HEAD, CHAIR, LEAD, OFFICER = "head", "chair", "safeguarding_lead", "local_authority_officer"
POLICE, CARE, IWF, AUTHORITY = "police", "social_care", "internet_watch_foundation", "local_authority"
IMAGE = "8.1-8.4"


@dataclass(frozen=True)
class Expected:
    """Roles with the paragraphs of their reasons, in order; `then` and `withheld` are role codes."""

    stated: Stated
    told: tuple[tuple[str, tuple[str, ...]], ...]
    then: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    def missed(self, rules: Policy) -> str:
        """What is otherwise; empty where all is as expected."""
        found = who_is_told(rules, self.stated)
        told = tuple(
            (one.role, tuple(reason.paragraph for reason in one.reasons)) for one in found.addressees
        )
        then = tuple(one.role for one in found.addressees if one.then)
        withheld = tuple(one.role for one in found.withheld)
        wanted = (self.told, self.then, self.withheld)
        return "" if (told, then, withheld) == wanted else f"{(told, then, withheld)} is not {wanted}"


TABLE = {
    "nothing stated: the headteacher (11.5)": Expected(Stated(), ((HEAD, ("11.5",)),)),
    "everything denied": Expected(Stated(NO, NO, NO, NO, NO, NO), ((HEAD, ("11.5",)),)),
    "it concerns the headteacher (6.24)": Expected(
        Stated(concerns_head=YES), ((CHAIR, ("6.24",)),), (), (HEAD,)
    ),
    "it may concern the headteacher": Expected(
        Stated(concerns_head=UNSURE), ((CHAIR, ("6.24",)),), (), (HEAD,)
    ),
    "a child": Expected(Stated(child_involved=YES), ((HEAD, ("11.5",)), (LEAD, ("",)))),
    "perhaps a child": Expected(Stated(child_involved=UNSURE), ((HEAD, ("11.5",)), (LEAD, ("",)))),
    "a child, and the headteacher": Expected(
        Stated(YES, child_involved=YES), ((CHAIR, ("6.24",)), (LEAD, ("",))), (), (HEAD,)
    ),
    "aimed at a pupil": Expected(Stated(aimed_at=("me", "pupil")), ((HEAD, ("11.5",)), (LEAD, ("",)))),
    "by a pupil": Expected(Stated(people=("pupil",)), ((HEAD, ("11.5",)), (LEAD, ("",)))),
    "radicalisation (12.6)": Expected(
        Stated(radicalisation=YES),
        ((HEAD, ("12.6", "11.5")), (LEAD, ("12.6",)), (CARE, ("12.6",)), (POLICE, ("12.6",))),
        (CARE, POLICE),
    ),
    "radicalisation, chosen as the kind": Expected(
        Stated(categories=("threat", "radicalisation")),
        ((HEAD, ("12.6", "11.5")), (LEAD, ("12.6",)), (CARE, ("12.6",)), (POLICE, ("12.6",))),
        (CARE, POLICE),
    ),
    "radicalisation, and the headteacher": Expected(
        Stated(YES, radicalisation=YES),
        ((CHAIR, ("6.24",)), (LEAD, ("12.6",)), (CARE, ("12.6",)), (POLICE, ("12.6",))),
        (CARE, POLICE),
        (HEAD,),
    ),
    "harm to a child by staff": Expected(Stated(harm_by_staff=YES), ((HEAD, ("11.5",)), (OFFICER, ("",)))),
    "harm to a child by staff, chosen as the kind": Expected(
        Stated(categories=("allegation",)), ((HEAD, ("11.5",)), (OFFICER, ("",)))
    ),
    "harm to a child by the headteacher": Expected(
        Stated(YES, harm_by_staff=YES), ((CHAIR, ("6.24",)), (OFFICER, ("",))), (), (HEAD,)
    ),
    "danger": Expected(Stated(danger=YES), ((POLICE, ("",)), (HEAD, ("11.5",)))),
    "perhaps danger": Expected(Stated(danger=UNSURE), ((POLICE, ("",)), (HEAD, ("11.5",)))),
    "danger and radicalisation: the police are not left to the others": Expected(
        Stated(danger=YES, radicalisation=YES),
        ((POLICE, ("", "12.6")), (HEAD, ("12.6", "11.5")), (LEAD, ("12.6",)), (CARE, ("12.6",))),
        (CARE,),
    ),
    "an indecent image (8.1)": Expected(
        Stated(indecent_image=YES), ((HEAD, (IMAGE, "11.5")), (LEAD, (IMAGE,)))
    ),
    "perhaps an indecent image": Expected(
        Stated(indecent_image=UNSURE), ((HEAD, (IMAGE, "11.5")), (LEAD, (IMAGE,)))
    ),
    "an indecent image, and the headteacher": Expected(
        Stated(YES, indecent_image=YES), ((CHAIR, ("6.24",)), (LEAD, (IMAGE,))), (), (HEAD,)
    ),
    "an indecent image on a website": Expected(
        Stated(indecent_image=YES, imagery=(Imagery.WEBSITE,)),
        ((HEAD, (IMAGE, "11.5")), (LEAD, (IMAGE,)), (IWF, (IMAGE,))),
        (IWF,),
    ),
    "an indecent image on a device": Expected(
        Stated(indecent_image=UNSURE, imagery=(Imagery.DEVICE,)),
        ((HEAD, (IMAGE, "11.5")), (LEAD, (IMAGE,)), (POLICE, (IMAGE,))),
        (POLICE,),
    ),
    "an indecent image, who knows where": Expected(
        Stated(indecent_image=YES, imagery=(Imagery.UNKNOWN,)), ((HEAD, (IMAGE, "11.5")), (LEAD, (IMAGE,)))
    ),
    "a place without an image": Expected(
        Stated(imagery=(Imagery.WEBSITE, Imagery.DEVICE)), ((HEAD, ("11.5",)),)
    ),
    "the headteacher's own record": Expected(Stated(owner="head"), ((CHAIR, ("",)),), (), (HEAD,)),
    "the headteacher's own record of a child": Expected(
        Stated(owner="head", child_involved=YES), ((CHAIR, ("",)), (LEAD, ("",))), (), (HEAD,)
    ),
    "the chair's own record": Expected(Stated(owner="chair"), ((HEAD, ("11.5",)),)),
    "the chair's own record about the headteacher": Expected(
        Stated(YES, owner="chair"), ((AUTHORITY, ("",)),), (), (HEAD, CHAIR)
    ),
    "the safeguarding lead's own record of a child": Expected(
        Stated(owner="safeguarding_lead", child_involved=YES), ((HEAD, ("11.5",)),), (), (LEAD,)
    ),
}

# For each rule of the data (when, to, owner): what is no longer so once it is taken out.
TAKEN_OUT = {
    ("danger", "police", ""): "danger",
    ("concerns_head", "local_authority", "chair"): "the chair's own record about the headteacher",
    ("concerns_head", "chair", ""): "it concerns the headteacher (6.24)",
    ("always", "chair", "head"): "the headteacher's own record",
    ("indecent_image", "head", ""): "an indecent image (8.1)",
    ("radicalisation", "head", ""): "radicalisation (12.6)",
    ("always", "head", ""): "nothing stated: the headteacher (11.5)",
    ("indecent_image", "safeguarding_lead", ""): "an indecent image (8.1)",
    ("harm_by_staff", "local_authority_officer", ""): "harm to a child by staff",
    ("radicalisation", "safeguarding_lead", ""): "radicalisation (12.6)",
    ("child_involved", "safeguarding_lead", ""): "a child",
    ("radicalisation", "social_care", ""): "radicalisation (12.6)",
    ("radicalisation", "police", ""): "radicalisation (12.6)",
    ("imagery_on_website", "internet_watch_foundation", ""): "an indecent image on a website",
    ("imagery_on_device", "police", ""): "an indecent image on a device",
}


def key(route: Route) -> tuple[str, str, str]:
    return ("+".join(route.when), route.to, route.owner)


@pytest.mark.parametrize("name", TABLE)
def test_the_truth_table(name: str) -> None:
    assert TABLE[name].missed(policy.current()) == ""


def test_every_rule_has_an_expectation_that_misses_it() -> None:
    keys = [key(one) for one in policy.current().routes]
    assert len(keys) == len(set(keys))
    assert set(keys) == set(TAKEN_OUT)


@pytest.mark.parametrize("taken", TAKEN_OUT)
def test_a_rule_that_is_taken_out_is_missed(taken: tuple[str, str, str]) -> None:
    rules = policy.current()
    without = replace(rules, routes=tuple(one for one in rules.routes if key(one) != taken))
    assert len(without.routes) == len(rules.routes) - 1
    assert TABLE[TAKEN_OUT[taken]].missed(without)


def test_a_meaning_that_is_taken_out_is_missed() -> None:
    rules = policy.current()

    def silent(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(replace(one, means=None) for one in choices)

    planted = {
        "radicalisation, chosen as the kind": replace(rules, categories=silent(rules.categories)),
        "harm to a child by staff, chosen as the kind": replace(rules, categories=silent(rules.categories)),
        "aimed at a pupil": replace(rules, aimed_at=silent(rules.aimed_at)),
        "by a pupil": replace(rules, people=silent(rules.people)),
    }
    for name, without in planted.items():
        assert TABLE[name].missed(without), name


def test_the_headteacher_is_never_told_of_what_concerns_them() -> None:
    answers = [None, YES, UNSURE, NO]
    for concern, child, radical, harm, owner in product(
        [YES, UNSURE], answers, answers, answers, ["staff", "head", "chair", LEAD, "it_lead"]
    ):
        stated = Stated(concern, child, radical, harm, YES, YES, owner=owner)
        found = who_is_told(policy.current(), stated)
        assert HEAD not in found.roles
        assert found.addressees
        assert all(one.reasons for one in found.addressees)
        assert owner not in found.roles


def test_every_addressee_has_a_name_and_a_reason_in_words() -> None:
    found = who_is_told(policy.current(), Stated(YES, YES, YES, YES, YES, YES, tuple(Imagery)))
    names = [one.name for one in found.addressees]
    assert names == [
        "Police", "Chair of Governors", "Designated Safeguarding Lead", "Local authority designated officer",
        "Children's social care", "Internet Watch Foundation",
    ]  # fmt: skip
    assert [one.role for one in found.addressees if one.outside] == [POLICE, OFFICER, CARE, IWF]
    for one in found.addressees:
        for reason in one.reasons:
            assert reason.sentence.endswith(".")
            assert "{" not in reason.sentence
    assert found.to(LEAD) is not None
    assert found.to(HEAD) is None


# --- who is not offered --------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [YES, UNSURE])
def test_choosing_the_headteacher_all_the_same_needs_a_reason(answer: Answer) -> None:
    found = conflict(policy.current(), Stated(concerns_head=answer), HEAD)
    assert found is not None
    assert found.needs_reason
    assert found.name == "Headteacher"
    assert found.instead == (CHAIR,)
    assert found.reason.paragraph == "6.24"
    assert "Chair of Governors" in found.reason.sentence


@pytest.mark.parametrize("answer", [None, NO])
def test_nothing_stands_against_the_headteacher(answer: Answer | None) -> None:
    assert conflict(policy.current(), Stated(concerns_head=answer), HEAD) is None


def test_nothing_stands_against_the_others() -> None:
    stated = Stated(YES, YES, YES, YES, YES, YES)
    for role in policy.current().roles:
        assert (conflict(policy.current(), stated, role.code) is None) is (role.code != HEAD)
    assert conflict(policy.current(), stated, "a role of another edition") is None


def test_a_rule_that_is_taken_out_takes_the_conflict_with_it() -> None:
    rules = policy.current()
    without = replace(rules, routes=tuple(replace(one, instead_of="") for one in rules.routes))
    assert conflict(without, Stated(concerns_head=YES), HEAD) is None


def test_ones_own_role_is_not_offered_but_no_conflict() -> None:
    stated = Stated(owner="head")
    withheld = who_is_told(policy.current(), stated).withheld
    assert [(one.role, one.needs_reason) for one in withheld] == [(HEAD, False)]
    assert "your own role" in withheld[0].reason.sentence
    assert conflict(policy.current(), stated, HEAD) is None


def test_the_chair_is_not_told_to_tell_themselves() -> None:
    found = conflict(policy.current(), Stated(YES, owner="chair"), HEAD)
    assert found is not None
    assert found.instead == (AUTHORITY,)


# --- facts -----------------------------------------------------------------------------------------------


def test_what_is_not_stated_is_no_fact() -> None:
    assert facts_of(policy.current(), Stated()) == {Fact.ALWAYS}
    assert facts_of(policy.current(), Stated(NO, NO, NO, NO, NO, NO)) == {Fact.ALWAYS}


def test_not_sure_counts_as_yes() -> None:
    unsure = facts_of(
        policy.current(), Stated(UNSURE, UNSURE, UNSURE, UNSURE, UNSURE, UNSURE, tuple(Imagery))
    )
    assert unsure == facts_of(policy.current(), Stated(YES, YES, YES, YES, YES, YES, tuple(Imagery)))
    assert unsure == set(Fact)


def test_a_choice_that_means_something_is_not_undone_by_a_no() -> None:
    stated = Stated(child_involved=NO, aimed_at=("pupil",))
    assert Fact.CHILD_INVOLVED in facts_of(policy.current(), stated)


def test_codes_of_another_edition_mean_nothing() -> None:
    stated = Stated(categories=("unheard of", "threat"), aimed_at=("", "me"), people=("martian",))
    assert facts_of(policy.current(), stated) == {Fact.ALWAYS}
