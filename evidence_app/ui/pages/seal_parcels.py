"""Who gets what: one bundle for the people of the school, and one of their own for each who is outside it.

A bundle names everyone it is sealed for, so nobody outside is in one with anybody else: that somebody is in
a union, for example, is nobody else's to know (domain.md, rule 10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from evidence_app import policy
from evidence_app.records import Contact


def _tr(text: str) -> str:
    return QCoreApplication.translate("seal_parcels", text)


@dataclass(frozen=True, slots=True)
class Somebody:
    """One who gets it: a role code of the policy ("" where nobody says which) and their contact.

    Without a contact it is sealed with a passphrase.
    """

    role: str
    contact: Contact | None

    @property
    def outside(self) -> bool:
        """Whether they are not of the school."""
        return bool(self.role) and policy.current().role(self.role).outside

    @property
    def role_name(self) -> str:
        """`Union representative`; empty where nobody says which role it is."""
        return policy.current().role(self.role).name if self.role else ""

    @property
    def name(self) -> str:
        """Their name, or what is known instead of it."""
        if self.contact is not None:
            return self.contact.name
        return self.role_name or _tr("Whoever has the passphrase")


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes in. `left_out` maps numbers to reasons. `redacted_only`: the people of the school, too, get
    covered copies only. `outside_why`: why those outside get the originals (empty: they do not).
    `restricted`: codes of restricted fields for the people of the school, `restricted_why` the reason."""

    left_out: Mapping[str, str] = field(default_factory=dict)
    redacted_only: bool = False
    outside_why: str = ""
    restricted: frozenset[str] = frozenset()
    restricted_why: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One bundle to make: for people with contacts, or for one without, with a passphrase."""

    people: tuple[Somebody, ...]
    left_out: Mapping[str, str]
    redacted_only: bool = False
    restricted: frozenset[str] = frozenset()
    reason: str = ""

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """For whom; empty with a passphrase."""
        return tuple(one.contact for one in self.people if one.contact is not None)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles in the order of the people, where they are stated."""
        roles = tuple(one.role for one in self.people)
        return roles if any(roles) else ()

    @property
    def outside(self) -> bool:
        """Whether it leaves the school."""
        return any(one.outside for one in self.people)

    @property
    def names(self) -> str:
        """`Mrs Ruth Calloway and Tom Garrick`."""
        return joined([one.name for one in self.people])


def joined(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    if len(names) < 2:
        return "".join(names)
    return _tr("{0} and {1}").format(", ".join(names[:-1]), names[-1])


def parcels(
    main: Somebody | None, others: Sequence[Somebody], contents: Contents, reason: str = ""
) -> tuple[Parcel, ...]:
    """The bundles to make, that of `main` first; `reason` is why it goes to `main` against a caution."""
    everyone = [*([] if main is None else [main]), *others]
    inside = [one for one in everyone if not one.outside]
    named = tuple(one for one in inside if one.contact is not None)
    groups = [named] if named else []
    groups += [(one,) for one in inside if one.contact is None]
    groups += [(one,) for one in everyone if one.outside]
    groups.sort(key=lambda group: main not in group)
    return tuple(_parcel(group, contents, reason if main in group else "") for group in groups)


def _parcel(people: tuple[Somebody, ...], contents: Contents, reason: str) -> Parcel:
    outside = any(one.outside for one in people)
    restricted = frozenset[str]() if outside else contents.restricted
    reasons = [
        reason,
        contents.outside_why if outside else "",
        contents.restricted_why if restricted else "",
    ]
    return Parcel(
        people,
        contents.left_out,
        redacted_only=not contents.outside_why if outside else contents.redacted_only,
        restricted=restricted,
        reason="; ".join(dict.fromkeys(filter(None, reasons))),
    )
