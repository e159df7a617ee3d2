"""The school's policy as data: kinds of abuse, routes, helplines (resources/policy/policy.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from evidence_app.errors import UserError
from evidence_app.paths import resources


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: `code` is kept in the record, `name` is shown; `paragraph` of the policy."""

    code: str
    name: str
    paragraph: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a headteacher can enter in the register. `settles`: nothing is left to do afterwards."""

    code: str
    name: str
    paragraph: str = ""
    about: str = ""
    settles: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """The headteacher's register (4.1). `overdue_days` None: the school has set no number."""

    paragraph: str = ""
    overdue_days: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One edition of a policy."""

    edition: str
    categories: tuple[Choice, ...]
    aimed_at: tuple[Choice, ...]
    asks: tuple[Choice, ...]
    routes: tuple[Choice, ...]
    helplines: tuple[Choice, ...]
    outcomes: tuple[Outcome, ...]
    register: Register

    def settles(self, outcome: str) -> bool:
        """Whether an outcome ends the matter; one that the edition lacks does not."""
        return any(one.settles for one in self.outcomes if one.code == outcome)

    def name_of(self, code: str, among: Iterable[Choice | Outcome] = ()) -> str:
        """The shown name of a code, first among these; the code itself where the edition lacks it."""
        for choice in (*among, *self.categories, *self.aimed_at, *self.asks, *self.routes):
            if choice.code == code:
                return choice.name
        return code


def read(path: Path) -> Policy:
    """Read a policy file; raises `UserError` that says what is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))

        def choices(section: str) -> tuple[Choice, ...]:
            found = tuple(
                Choice(
                    code=str(one.get("code", one["name"])),
                    name=str(one["name"]),
                    paragraph=str(one.get("paragraph", "")),
                    about=str(one.get("about", "")),
                )
                for one in raw[section]
            )
            if not found:
                raise KeyError(section)
            return found

        return Policy(
            edition=str(raw["edition"]),
            categories=choices("category"),
            aimed_at=choices("aimed_at"),
            asks=choices("ask"),
            routes=choices("route"),
            helplines=choices("helpline"),
            outcomes=tuple(Outcome(**one) for one in raw.get("outcome", [])),
            register=Register(**raw.get("register", {})),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            f"The policy file {path.name} cannot be read ({error}). Your vault is safe. "
            "Correct the file, or put back the one that came with the program."
        ) from error


@lru_cache(maxsize=1)
def current() -> Policy:
    """The edition that ships with the program."""
    return read(resources() / "policy" / "policy.toml")
