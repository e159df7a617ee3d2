"""Who is told, from what was stated: a small engine over the `[[route]]` rules of a policy.

Source: paragraphs 6.24, 8.1, 11.5 and 12.6 as the policy file words them. Pure functions, no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evidence_app.policy.model import STAFF, Answer, Choice, Fact, Imagery, Policy, Retention, Route

_ASKED = (Answer.YES, Answer.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated about an incident so far. None: nothing was said, which moves no route.

    "Not sure" counts as yes: the careful way can be put right later, the other one cannot. `imagery`:
    where a picture is that nobody may keep. `categories`, `aimed_at` and `people` are codes of the
    policy; what they mean counts as stated. `owner` is the role code of whose record this is.
    """

    concerns_head: Answer | None = None
    child_involved: Answer | None = None
    radicalisation: Answer | None = None
    harm_by_staff: Answer | None = None
    danger: Answer | None = None
    indecent_image: Answer | None = None
    imagery: tuple[Imagery, ...] = ()
    owner: str = STAFF
    categories: tuple[str, ...] = ()
    aimed_at: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is told: a sentence, and the paragraph it follows from ("" where none says it)."""

    sentence: str
    paragraph: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to tell; `reasons` in the order of the policy, never empty.

    `then`: after the others, usually by them. `outside`: not of the school.
    """

    role: str
    name: str
    reasons: tuple[Reason, ...]
    then: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Withheld:
    """Somebody who would be told but is not offered. `instead` are role codes of who takes the place.

    `needs_reason`: choosing them all the same is possible with a stated reason only (6.24).
    """

    role: str
    name: str
    reason: Reason
    instead: tuple[str, ...] = ()
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """Who is told, in order (those with `then` last), and who is not offered and why."""

    addressees: tuple[Addressee, ...]
    withheld: tuple[Withheld, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """The role codes of the addressees, in order."""
        return tuple(one.role for one in self.addressees)

    def to(self, role: str) -> Addressee | None:
        """The addressee of this role, if it is one."""
        return next((one for one in self.addressees if one.role == role), None)


def facts_of(rules: Policy, stated: Stated) -> frozenset[Fact]:
    """Every fact that holds."""
    answers = {
        Fact.CONCERNS_HEAD: stated.concerns_head,
        Fact.CHILD_INVOLVED: stated.child_involved,
        Fact.RADICALISATION: stated.radicalisation,
        Fact.HARM_BY_STAFF: stated.harm_by_staff,
        Fact.DANGER: stated.danger,
        Fact.INDECENT_IMAGE: stated.indecent_image,
    }
    found = {Fact.ALWAYS, *(fact for fact, answer in answers.items() if answer in _ASKED)}
    for edition in filter(None, (rules.built_in, rules)):
        found |= _meant(edition.categories, stated.categories)
        found |= _meant(edition.aimed_at, stated.aimed_at)
        found |= _meant(edition.people, stated.people)
    if Fact.INDECENT_IMAGE in found:
        found |= {Fact.IMAGERY_ON_WEBSITE} if Imagery.WEBSITE in stated.imagery else set()
        found |= {Fact.IMAGERY_ON_DEVICE} if Imagery.DEVICE in stated.imagery else set()
    return frozenset(found)


def who_is_told(rules: Policy, stated: Stated) -> Routing:
    """Apply the routes of a policy to what was stated."""
    return told(rules, facts_of(rules, stated), stated.owner)


def told(rules: Policy, facts: frozenset[Fact], owner: str) -> Routing:
    """Apply the routes of a policy to facts, in a record that `owner` (a role code) keeps."""
    holding = [one for one in rules.routes if facts.issuperset(one.when) and one.owner in {"", owner}]
    withheld = _withheld(rules, holding, owner)
    gone = {one.role for one in withheld}
    by_role: dict[str, list[Route]] = {}
    for one in holding:
        if one.to not in gone:
            by_role.setdefault(one.to, []).append(one)
    addressees = [
        Addressee(
            role,
            rules.role(role).name,
            tuple(dict.fromkeys(_reason(one) for one in routes)),
            then=all(one.then for one in routes),
            outside=rules.role(role).outside,
        )
        for role, routes in by_role.items()
    ]
    return Routing(tuple(sorted(addressees, key=lambda one: one.then)), withheld)


def conflict(rules: Policy, stated: Stated, role: str) -> Withheld | None:
    """Why this role must not be chosen without a stated reason; None where nothing stands against it."""
    found = who_is_told(rules, stated).withheld
    return next((one for one in found if one.role == role and one.needs_reason), None)


def retention_of(rules: Policy, stated: Stated) -> Retention:
    """The retention kind of an incident: the first of the policy whose facts all hold."""
    facts = facts_of(rules, stated)
    return next(one for one in rules.retention if facts.issuperset(one.when))


def _withheld(rules: Policy, holding: Iterable[Route], owner: str) -> tuple[Withheld, ...]:
    found: dict[str, Withheld] = {}
    holding = tuple(holding)
    for one in holding:
        if one.instead_of and one.instead_of not in found:
            instead = tuple(
                dict.fromkeys(x.to for x in holding if x.instead_of == one.instead_of and x.to != owner)
            )
            name = rules.role(one.instead_of).name
            found[one.instead_of] = Withheld(one.instead_of, name, _reason(one), instead, needs_reason=True)
    if owner not in found and any(one.to == owner for one in holding):
        name = rules.role(owner).name
        found[owner] = Withheld(owner, name, Reason(f"{name}: that is your own role."))
    return tuple(found.values())


def _reason(route: Route) -> Reason:
    return Reason(route.reason, route.paragraph)


def _meant(offered: Iterable[Choice], codes: Iterable[str]) -> set[Fact]:
    wanted = set(codes)
    return {one.means for one in offered if one.means is not None and one.code in wanted}
