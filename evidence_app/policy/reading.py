"""From a policy file to a `Policy`, strictly: whatever is not as expected is said with its line.

A school's own file is laid over the edition that came with the program. A list there takes the place of
the list here; where the program itself knows the codes, it goes entry by entry and key by key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Final, TypeVar

from evidence_app.policy import routes as engine
from evidence_app.policy.model import (
    CHAIR,
    HEAD,
    LOCAL_AUTHORITY_OFFICER,
    POLICE,
    SAFEGUARDING_LEAD,
    STAFF,
    Access,
    Answer,
    Choice,
    Danger,
    Fact,
    Guidance,
    Happened,
    Helpline,
    Imagery,
    Moment,
    NamedRole,
    Outcome,
    Policy,
    Register,
    Retention,
    Route,
    Stop,
)
from evidence_app.policy.source import MAX_NAME, MAX_SHORT, Source, Table
from evidence_app.records import Level

_LISTS: Final = (
    "role", "category", "aimed_at", "ask", "person", "happened", "access", "characteristic", "cover",
    "level", "imagery", "outcome", "retention", "route", "guidance", "helpline",
)  # fmt: skip
_TABLES: Final = ("register", "stop", "danger")
_NEEDED_ROLES: Final = (STAFF, HEAD, CHAIR, SAFEGUARDING_LEAD, LOCAL_AUTHORITY_OFFICER, POLICE)
_MOST_MONTHS: Final = 1_200
_MOST_DAYS: Final = 365

# An outcome says what was done. Whether an allegation is true is not for this register to word.
_JUDGES: Final = re.compile(
    r"\b(false|falsely|untrue|malicious\w*|unfounded|groundless|baseless|unsubstantiated|substantiated|"
    r"fabricated|invented|made.up|lie|lies|lied|lying|hoax|proven|unproven|guilty|innocent)\b",
    re.IGNORECASE,
)

Entry = TypeVar("Entry")


def read(path: Path, below: Path | None = None) -> Policy:
    """Read a policy file, laid over another one where it is a school's own.

    Raises `PolicyError`: what is wrong, in which line, and what is expected there.
    """
    reader = _Reader(Source(path), None if below is None else Source(below))
    return reader.policy()


class _Reader:
    """The tables of one file, or of two."""

    def __init__(self, own: Source, below: Source | None) -> None:
        self._sources = [own] if below is None else [own, below]
        self._own = own
        self._alone = below is None
        self._role_names: dict[str, str] = {}

    def policy(self) -> Policy:
        top = self._top(self._own)
        top.only(("edition", *_LISTS, *_TABLES))
        edition = top.line("edition", most=MAX_NAME)
        roles = self._merged("role", _role, needed=_NEEDED_ROLES)
        self._role_names = {one.code: one.name for one in roles}
        return self._checked(
            Policy(
                edition=edition,
                roles=roles,
                categories=self._listed("category", _choice_that_means),
                aimed_at=self._listed("aimed_at", _choice_that_means),
                asks=self._listed("ask", _choice),
                people=self._listed("person", _choice_that_means),
                happened=self._merged("happened", _choice, known=Happened),
                access=self._listed("access", _access),
                characteristics=self._listed("characteristic", _choice),
                covers=self._listed("cover", _choice),
                levels=self._merged("level", _choice, known=Level),
                imagery=self._merged("imagery", _choice, known=Imagery),
                outcomes=self._listed("outcome", _outcome),
                retention=self._listed("retention", _retention),
                routes=self._listed("route", self._route, key=""),
                guidance=self._merged("guidance", _guidance, known=Moment, key="moment"),
                helplines=self._listed("helpline", _helpline, key="name"),
                register=_register(self._table("register")),
                stop=self._stop(),
                danger=_danger(self._table("danger")),
            )
        )

    # --- tables ---------------------------------------------------------------------------------------

    def _top(self, source: Source) -> Table:
        return Table(source, (), "a policy file", source.raw, roles=self._role_names)

    def _having(self, section: str) -> list[Source]:
        """The sources that have a section, the school's own first."""
        found = [one for one in self._sources if section in one.raw]
        if not found:
            raise self._own.fail((section,), f"There is no [[{section}]].", f"a heading [[{section}]]")
        return found

    def _listed(
        self, section: str, make: Callable[[Table], Entry], *, key: str = "code"
    ) -> tuple[Entry, ...]:
        """A list that the first file which has one gives; `key` must not repeat."""
        table = self._top(self._having(section)[0])
        return tuple(_made(table.entries(section, f"[[{section}]]"), make, key).values())

    def _merged(
        self,
        section: str,
        make: Callable[[Table], Entry],
        *,
        known: type[StrEnum] | None = None,
        needed: tuple[str, ...] = (),
        key: str = "code",
    ) -> tuple[Entry, ...]:
        """A list whose entries are laid over each other by their codes; of `known` none may be missing."""
        tables = [self._top(one) for one in self._having(section)]
        return _merged(tables, section, f"[[{section}]]", make, known, needed, key)

    def _table(self, section: str) -> Table:
        found = []
        for source in self._having(section):
            value = source.raw[section]
            if not isinstance(value, dict):
                what = f"“{section}” has no lines of its own."
                raise source.fail((section,), what, f"the heading [{section}], in one bracket")
            found.append(Table(source, (section,), f"[{section}]", value, roles=self._role_names))
        return found[0] if len(found) == 1 else found[0].over(found[1])

    # --- entries that need more than their table --------------------------------------------------------

    def _route(self, table: Table) -> Route:
        table.only(("when", "to", "reason", "paragraph", "instead_of", "owner", "then"))
        roles = tuple(self._role_names)
        return Route(
            when=table.several("when", Fact),
            to=table.one_of("to", roles),
            reason=table.sentence("reason", needed=True),
            paragraph=table.optional("paragraph", most=MAX_SHORT),
            instead_of=table.one_of("instead_of", roles, needed=False),
            owner=table.one_of("owner", roles, needed=False),
            then=table.flag("then"),
        )

    def _stop(self) -> Stop:
        table = self._table("stop")
        table.only(("question", "about", "paragraph", "answer"))
        tables = [
            Table(one, ("stop",), "[stop]", value, roles=self._role_names)
            for one in self._having("stop")
            if isinstance(value := one.raw["stop"], dict) and "answer" in value
        ]
        if not tables:
            raise table.fail("answer", "[stop] has no answers.", "a heading [[stop.answer]]")
        return Stop(
            question=table.sentence("question", needed=True),
            about=table.sentence("about"),
            paragraph=table.optional("paragraph", most=MAX_SHORT),
            answers=_merged(tables, "answer", "[[stop.answer]]", _choice, Answer, (), "code"),
        )

    # --- what only the whole shows ----------------------------------------------------------------------

    def _checked(self, policy: Policy) -> Policy:
        if not any(one.settles for one in policy.outcomes):
            self._fail(
                "outcome", "No outcome settles a matter.", "settles = true in one [[outcome]] at least"
            )
        if Fact.ALWAYS not in policy.retention[-1].when or len(policy.retention[-1].when) > 1:
            self._fail(
                "retention", "Not every incident has a kind.", 'when = ["always"] in the last [[retention]]'
            )
        if not self._alone:  # what ships is held by tests, and every start would pay for it
            self._check_routes(policy)
        return policy

    def _check_routes(self, policy: Policy) -> None:
        """A school words and adds; that somebody is told, and never the person it is about, stays."""
        for fact in Fact:
            if not any(fact in one.when for one in policy.routes):
                what = f"Nobody is told when it is “{fact.value}”."
                self._fail("route", what, f'a [[route]] with when = ["{fact.value}"]')
        others = [one for one in Fact if one is not Fact.ALWAYS]
        for count in range(len(others) + 1):
            for chosen in combinations(others, count):
                facts = frozenset({Fact.ALWAYS, *chosen})
                for owner in (STAFF, HEAD, CHAIR, SAFEGUARDING_LEAD):
                    self._check_told(facts, engine.told(policy, facts, owner), owner)

    def _check_told(self, facts: frozenset[Fact], told: engine.Routing, owner: str) -> None:
        withheld = any(one.role == HEAD and one.needs_reason for one in told.withheld)
        if Fact.CONCERNS_HEAD in facts and not withheld:
            what = f"When it concerns them, the role “{HEAD}” stays on offer."
            self._fail("route", what, f'instead_of = "{HEAD}" in a [[route]] with when = ["concerns_head"]')
        if all(one.then for one in told.addressees):
            said = ", ".join(sorted(one.value for one in facts))
            what = f"In a record of “{owner}” nobody is told when it is {said}."
            self._fail("route", what, "a [[route]] without “then” for it")

    def _fail(self, section: str, what: str, expected: str) -> None:
        raise self._having(section)[0].fail((section,), what, expected)


def _made(tables: list[Table], make: Callable[[Table], Entry], key: str) -> dict[str, Entry]:
    """Entries by their code; without a `key`, by their number."""
    found: dict[str, Entry] = {}
    for number, table in enumerate(tables):
        entry = make(table)
        code = table.line(key) if key else str(number)
        if code in found:
            raise table.fail(key, f"“{code}” stands twice.", f"another {key} than those above it")
        found[code] = entry
    return found


def _merged(
    tables: list[Table],
    section: str,
    title: str,
    make: Callable[[Table], Entry],
    known: type[StrEnum] | None,
    needed: tuple[str, ...],
    key: str,
) -> tuple[Entry, ...]:
    """The entries of `tables`, the upper file first, in the order of the lower one; new ones follow."""
    codes = tuple(one.value for one in known or ())
    below: dict[str, Table] = {}
    for table in reversed(tables):
        upper: dict[str, Table] = {}
        for entry in table.entries(section, title):
            code = entry.one_of(key, codes) if codes else entry.code(key)
            if code in upper:
                raise entry.fail(key, f"“{code}” stands twice.", f"another {key} than those above it")
            upper[code] = entry.over(below[code]) if code in below else entry
        below |= upper
    for code in codes or needed:
        if code not in below:
            raise tables[0].fail(section, f"{title} has no “{code}”.", f'an entry with {key} = "{code}"')
    return tuple(make(one) for one in below.values())


# --- one entry ---------------------------------------------------------------------------------------


def _role(table: Table) -> NamedRole:
    table.only(("code", "name", "about", "outside"))
    return NamedRole(table.code(), table.line("name"), table.optional("about"), table.flag("outside"))


def _choice(table: Table) -> Choice:
    table.only(("code", "name", "paragraph", "about"))
    return Choice(
        table.code(), table.line("name"), table.optional("paragraph", most=MAX_SHORT), table.sentence("about")
    )


def _choice_that_means(table: Table) -> Choice:
    table.only(("code", "name", "paragraph", "about", "means"))
    means = table.one_of("means", [one.value for one in Fact if one is not Fact.ALWAYS], needed=False)
    return Choice(
        table.code(),
        table.line("name"),
        table.optional("paragraph", most=MAX_SHORT),
        table.sentence("about"),
        Fact(means) if means else None,
    )


def _access(table: Table) -> Access:
    table.only(("code", "name", "paragraph", "advice", "caution"))
    return Access(
        table.code(),
        table.line("name"),
        table.optional("paragraph", most=MAX_SHORT),
        table.sentence("advice"),
        table.flag("caution"),
    )


def _outcome(table: Table) -> Outcome:
    table.only(("code", "name", "paragraph", "about", "settles"))
    outcome = Outcome(
        table.code(),
        table.line("name"),
        table.optional("paragraph", most=MAX_SHORT),
        table.sentence("about"),
        table.flag("settles"),
    )
    for key, text in (("code", outcome.code.replace("_", " ")), ("name", outcome.name)):
        found = _JUDGES.search(text)
        if found:
            what = f"“{found[0]}” judges whether something is true."
            raise table.fail(key, what, "what was done, such as “Action taken”")
    return outcome


def _retention(table: Table) -> Retention:
    table.only(("code", "name", "when", "months", "about"))
    return Retention(
        table.code(),
        table.line("name"),
        table.several("when", Fact),
        table.number("months", _MOST_MONTHS),
        table.sentence("about"),
    )


def _guidance(table: Table) -> Guidance:
    table.only(("moment", "text", "paragraph"))
    return Guidance(
        Moment(table.code("moment")),
        table.sentence("text", needed=True),
        table.optional("paragraph", most=MAX_SHORT),
    )


def _helpline(table: Table) -> Helpline:
    table.only(("name", "about", "contact"))
    return Helpline(table.line("name"), table.sentence("about"), table.optional("contact", most=MAX_NAME))


def _register(table: Table) -> Register:
    table.only(("paragraph", "overdue_days"))
    return Register(table.optional("paragraph", most=MAX_SHORT), table.number("overdue_days", _MOST_DAYS))


def _danger(table: Table) -> Danger:
    table.only(("call", "title", "text"))
    return Danger(
        table.line("call", most=MAX_SHORT), table.line("title"), table.sentence("text", needed=True)
    )
