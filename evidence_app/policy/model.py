"""What a school's policy holds: frozen records, as `reading` makes them from a policy file.

The codes are what ledgers and bundles keep; names and sentences are what is shown. Enums here are the
words that the program itself knows: a policy file may word them, never add to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain

from evidence_app.records import Level

HEAD = "head"
CHAIR = "chair"
SAFEGUARDING_LEAD = "safeguarding_lead"
LOCAL_AUTHORITY_OFFICER = "local_authority_officer"
POLICE = "police"
STAFF = "staff"


class Answer(StrEnum):
    """What a person answers to a question of this room. UNKNOWN is "not sure", which is not no answer."""

    YES = "yes"
    UNKNOWN = "unknown"
    NO = "no"


class Happened(StrEnum):
    """How exactly it is known when something happened."""

    EXACT = "exact"
    ABOUT = "about"
    UNKNOWN = "unknown"


class Imagery(StrEnum):
    """Where a picture is that nobody may keep (8.1)."""

    WEBSITE = "website"
    DEVICE = "device"
    UNKNOWN = "unknown"


class Fact(StrEnum):
    """What a route can depend on. It holds when it was stated, or when the person is not sure."""

    ALWAYS = "always"
    DANGER = "danger"
    CONCERNS_HEAD = "concerns_head"
    CHILD_INVOLVED = "child_involved"
    RADICALISATION = "radicalisation"
    HARM_BY_STAFF = "harm_by_staff"
    INDECENT_IMAGE = "indecent_image"
    IMAGERY_ON_WEBSITE = "imagery_on_website"
    IMAGERY_ON_DEVICE = "imagery_on_device"


class Moment(StrEnum):
    """When a sentence of guidance is needed."""

    DANGER = "danger"
    BEFORE_REPLY = "before_reply"
    BEFORE_BLOCK = "before_block"
    KEEP = "keep"
    SNAPCHAT = "snapchat"
    INTENT = "intent"
    INDECENT_IMAGE = "indecent_image"
    LOCKED_AWAY = "locked_away"
    PUPIL_PAGE = "pupil_page"
    COVERT_ACCESS = "covert_access"
    CONCERNS_HEAD = "concerns_head"
    CHILD = "child"
    ALLEGATION = "allegation"
    RADICALISATION = "radicalisation"
    PROTECTED = "protected"
    WITNESS = "witness"
    COVERING = "covering"
    SHARING = "sharing"
    PASSPHRASE_ROUTE = "passphrase_route"  # noqa: S105
    UNION = "union"
    DECIDING = "deciding"
    DISTRESS = "distress"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: `code` is kept in the record, `name` is shown; `paragraph` of the policy.

    `means`: what choosing it states besides, so that the routes follow from it.
    """

    code: str
    name: str
    paragraph: str = ""
    about: str = ""
    means: Fact | None = None


@dataclass(frozen=True, slots=True)
class NamedRole:
    """Somebody who can be told. `outside`: not of the school, so what is shared with them needs care."""

    code: str
    name: str
    about: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """How a person had access to what they saw; `advice` is shown when it is chosen.

    `caution`: the policy warns about it (6.9); the answer is recorded all the same.
    """

    code: str
    name: str
    paragraph: str = ""
    advice: str = ""
    caution: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a headteacher can enter in the register. `settles`: nothing is left to do afterwards."""

    code: str
    name: str
    paragraph: str = ""
    about: str = ""
    settles: bool = False


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the school keeps an incident of this kind after it was closed, in whole months.

    `months` None: the school has set no period, so it is never due for disposal. The kind is that of
    the first whose facts all hold.
    """

    code: str
    name: str
    when: tuple[Fact, ...]
    months: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One rule of who is told: where every fact of `when` holds, it is the role `to`.

    `instead_of` is a role that is then not offered. `owner`: only for a record kept by this role.
    `then`: after the others, usually by them and not by who made the record.
    """

    when: tuple[Fact, ...]
    to: str
    reason: str
    paragraph: str = ""
    instead_of: str = ""
    owner: str = ""
    then: bool = False


@dataclass(frozen=True, slots=True)
class Guidance:
    """One or two sentences for the moment at which they are needed."""

    moment: Moment
    text: str
    paragraph: str = ""


@dataclass(frozen=True, slots=True)
class Helpline:
    """Who helps: name, what for, and how to reach them (a number or an address, as text)."""

    name: str
    about: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """The headteacher's register (4.1). `overdue_days` None: the school has set no number."""

    paragraph: str = ""
    overdue_days: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The question before the first picture of an incident and before every batch (8.1).

    `answers` are in the order in which they are offered, one for every `Answer`.
    """

    question: str
    about: str
    paragraph: str
    answers: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Danger:
    """What comes before any form: `call` is the number to ring."""

    call: str
    title: str
    text: str


Named = Choice | NamedRole | Access | Outcome | Retention


@dataclass(frozen=True, slots=True)
class Policy:
    """One edition of a policy, whole. Lists are in the order of the file, which is that of the page.

    `built_in` is the edition that came with the program, where this one is a school's own.
    """

    edition: str
    roles: tuple[NamedRole, ...]
    categories: tuple[Choice, ...]
    aimed_at: tuple[Choice, ...]
    asks: tuple[Choice, ...]
    people: tuple[Choice, ...]
    happened: tuple[Choice, ...]
    access: tuple[Access, ...]
    characteristics: tuple[Choice, ...]
    covers: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    imagery: tuple[Choice, ...]
    outcomes: tuple[Outcome, ...]
    retention: tuple[Retention, ...]
    routes: tuple[Route, ...]
    guidance: tuple[Guidance, ...]
    helplines: tuple[Helpline, ...]
    register: Register
    stop: Stop
    danger: Danger
    built_in: Policy | None = field(default=None, repr=False, compare=False)

    def name_of(self, code: str, among: Iterable[Named] | None = None) -> str:
        """The shown name of a code that stands in a record, also of one that this edition lacks.

        `among` is the list of this policy that it was chosen from: some codes, such as "other", stand in
        several. What neither this edition nor the built-in one knows is returned as it is.
        """
        found = (one.name for one in chain(among or (), self._all()) if one.code == code)
        name = next(found, None)
        if name is None:
            name = code if self.built_in is None else self.built_in.name_of(code)
        return name

    def role(self, code: str) -> NamedRole:
        """The role of this code; one that no edition knows is called by its code."""
        return next((one for one in self.roles if one.code == code), NamedRole(code, code))

    def level(self, level: Level) -> Choice:
        """The words of a collection level."""
        return next(one for one in self.levels if one.code == level.value)

    def advice(self, moment: Moment) -> Guidance:
        """The guidance for a moment."""
        return next(one for one in self.guidance if one.moment is moment)

    def settles(self, outcome: str) -> bool:
        """Whether an outcome ends the matter; one that no edition knows does not."""
        found = next((one for one in self.outcomes if one.code == outcome), None)
        if found is None:
            return self.built_in is not None and self.built_in.settles(outcome)
        return found.settles

    def _all(self) -> Iterator[Named]:
        return chain(
            self.categories, self.aimed_at, self.asks, self.people, self.happened, self.access,
            self.characteristics, self.covers, self.levels, self.outcomes, self.retention, self.imagery,
            self.stop.answers, self.roles,
        )  # fmt: skip
