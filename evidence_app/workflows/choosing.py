"""What goes into a bundle and for whom: the wish, what stands against it, and what stays behind.

Source: domain.md, rules 3 (6.24), 9 and 10 (6.20-6.21).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evidence_app import fields, policy
from evidence_app.errors import ReasonNeededError, UsageError
from evidence_app.fields import Reach
from evidence_app.policy import Moment
from evidence_app.records import Contact, Entry, EntryKind, Exhibit, Role
from evidence_app.vault.vault import Vault
from evidence_app.workflows.routing import stated
from evidence_app.workflows.safeguards import sort_out

_ENOUGH: Final = 1000
_HOLDER: Final = "Whoever has the passphrase"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to seal: the incident, for whom (contacts, or a passphrase), and what stays behind.

    `left_out` maps exhibit numbers to the reason that the reader is told. What was withdrawn stays behind
    too, but for the numbers in `with_withdrawn`; what is locked away does in any case. `roles` are role
    codes of the policy, one for each contact in their order (or one for who has the passphrase); where one
    is missing or empty the card is asked, on which "head" is taken for the headteacher. `reason` says why
    it goes out against a caution (`cautions`), or with a restricted field; it stays with the sender.
    `redacted_only`: only covered and cropped copies, nothing of their originals. `restricted`: codes of
    restricted fields to be included. `timestamps`: addresses of services that are asked for an independent
    time (RFC 3161); each sees a digest and nothing else. Empty: the program goes to no network.
    """

    incident: str
    contacts: tuple[Contact, ...] = ()
    passphrase: str | None = None
    left_out: Mapping[str, str] | None = None
    asks: str = ""
    with_withdrawn: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    reason: str = ""
    redacted_only: bool = False
    restricted: frozenset[str] = frozenset()
    timestamps: tuple[str, ...] = ()


class CautionCode(StrEnum):
    """What a caution is about."""

    CONFLICT = "conflict"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class Caution:
    """Why a bundle should not go to somebody as it is. It can be sealed all the same, with a reason."""

    code: CautionCode
    person: str
    role: str
    sentence: str
    paragraph: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The exhibits of an incident that go along, and why the others do not (number to reason)."""

    incident: str
    chosen: tuple[Exhibit, ...]
    left_out: Mapping[str, str]


# --- what goes along ------------------------------------------------------------------------------------


def select(vault: Vault, wanted: Wanted) -> Selection:
    """What of the incident goes into the bundle; raises `UsageError` for a number that is none of its."""
    reference = vault.read.incident(wanted.incident).reference
    wished = dict(wanted.left_out or {})
    filed = vault.read.exhibits(reference)
    unknown = set(wished) - {exhibit.number for exhibit in filed}
    if unknown:
        raise UsageError(f"{min(unknown)} is not an exhibit of {reference}. Nothing was sealed.")
    chosen, left_out = sort_out(vault, reference, filed, wished, wanted.with_withdrawn)
    chosen = _without_copies_of_withdrawn(chosen, left_out, filed, wanted)
    if wanted.redacted_only:
        chosen, without = copies_only(chosen)
        left_out |= without
    return Selection(reference, tuple(chosen), dict(sorted(left_out.items())))


def _without_copies_of_withdrawn(
    chosen: Sequence[Exhibit], left_out: dict[str, str], filed: Sequence[Exhibit], wanted: Wanted
) -> list[Exhibit]:
    """A copy of what was captured by mistake stays behind with it."""
    withdrawn = {one.number for one in filed if one.standing.withdrawn is not None} - wanted.with_withdrawn
    kept = []
    for one in chosen:
        if one.derived is not None and one.derived.origin.number in withdrawn:
            left_out[one.number] = f"Its original {one.derived.origin.number} was withdrawn"
        else:
            kept.append(one)
    return kept


def copies_only(chosen: Iterable[Exhibit]) -> tuple[list[Exhibit], dict[str, str]]:
    """The covered and cropped copies among these, and why each of the others stays behind (by number)."""
    chosen = list(chosen)
    copies = [one for one in chosen if one.derived is not None]
    of = {one.derived.origin.number: one.number for one in copies if one.derived is not None}
    left_out = {}
    for one in chosen:
        if one.derived is None:
            copy = of.get(one.number)
            left_out[one.number] = (
                f"The original stays sealed; its copy {copy} is here" if copy else "No covered copy was made"
            )
    return copies, left_out


def check_restricted(wanted: Wanted) -> None:
    """Raise `UsageError` for a field that is not one that can be chosen, `ReasonNeededError` without why."""
    for code in wanted.restricted:
        spec = fields.field(code)
        if spec is None or spec.reach is not Reach.RESTRICTED:
            raise UsageError(
                f"{code[:40]!r} is no restricted field, so it cannot be chosen. Nothing was sealed."
            )
        if not wanted.reason.strip():
            raise ReasonNeededError(
                f"{spec.name}: this goes along only with a reason. Nothing was sealed. Leave it out, or say "
                "why the reader needs it; the reason stays with you."
            )


# --- for whom -------------------------------------------------------------------------------------------


def roles_of(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    """Name and role code of everyone it is for; the code is empty where nobody says which it is."""
    people = [(one.name, one.role) for one in wanted.contacts] or [(_HOLDER, "")]
    given = (*wanted.roles, *("" for _ in people))
    return tuple(
        (name, role or role_on_card(card)) for (name, card), role in zip(people, given, strict=False)
    )


def role_on_card(text: str) -> str:
    """The role code that a card's words are; a card says "head" for a headteacher or a chair alike."""
    wanted = text.strip().casefold()
    if wanted == Role.HEAD.value:
        return policy.HEAD
    rules = policy.current()
    return next((one.code for one in rules.roles if wanted in {one.code, one.name.casefold()}), "")


def cautions(vault: Vault, wanted: Wanted) -> tuple[Caution, ...]:
    """What stands against sealing it as wanted: a role in conflict (6.24), or originals for an outsider."""
    rules = policy.current()
    withheld = policy.who_is_told(rules, stated(vault, wanted.incident)).withheld
    against = {one.role: one for one in withheld if one.needs_reason}
    known = {one.code for one in rules.roles}
    found = []
    for at, (name, role) in enumerate(roles_of(wanted)):
        if role and role not in known:
            raise UsageError(f"There is no role {role[:40]!r}. Nothing was sealed. Choose one of the policy.")
        before = sealed_as(vault, wanted.contacts[at]) if against and wanted.contacts else ""
        passed_over = against.get(role) or against.get(before)
        if passed_over is not None:
            why = passed_over.reason
            found.append(Caution(CautionCode.CONFLICT, name, passed_over.role, why.sentence, why.paragraph))
        if not wanted.redacted_only and (caution := _uncovered(name, role)) is not None:
            found.append(caution)
    return tuple(found)


def _uncovered(name: str, role: str) -> Caution | None:
    rules = policy.current()
    if not role or not rules.role(role).outside:
        return None
    advice = rules.advice(Moment.SHARING)
    return Caution(CautionCode.UNCOVERED, name, role, advice.text, advice.paragraph)


def forward_cautions(
    vault: Vault, reference: str, contacts: Sequence[Contact], roles: Sequence[str] = ()
) -> tuple[Caution, ...]:
    """What stands against passing a received bundle on: originals in it, for somebody outside the school.

    `roles` as those of `Wanted`. Of a bundle whose exhibits are not known here the careful answer is given.
    """
    row = vault.read.received_bundle(reference)
    taken = vault.read.received_exhibits(row.reference)
    if taken and all(one.copy_of for one in taken):
        return ()
    wanted = Wanted("", contacts=tuple(contacts), roles=tuple(roles))
    people = roles_of(wanted) if contacts else ()
    return tuple(one for name, role in people if (one := _uncovered(name, role)) is not None)


def sealed_as(vault: Vault, contact: Contact) -> str:
    """The role in which a bundle was last sealed for this key: who was the headteacher then is not the
    chair today because somebody says so."""
    sealed = vault.read.entries(EntryKind.BUNDLE_SEALED, limit=_ENOUGH)
    return next(filter(None, (_role_in(entry, contact.recipient) for entry in sealed)), "")


def _role_in(entry: Entry, recipient: str) -> str:
    roles, keys = entry.data.get("roles"), entry.data.get("recipients")
    if isinstance(roles, list) and isinstance(keys, list) and recipient in keys:
        at = keys.index(recipient)
        return str(roles[at]) if at < len(roles) else ""
    return ""


def check_reason(vault: Vault, wanted: Wanted) -> tuple[Caution, ...]:
    """The cautions, once a reason was given for them; raises `ReasonNeededError` where none was."""
    found = cautions(vault, wanted)
    need_reason(found, wanted.reason, "Nothing was sealed. Choose somebody else or other exhibits")
    return found


def need_reason(found: Sequence[Caution], reason: str, what_to_do: str) -> None:
    """Raise `ReasonNeededError` where there is a caution and no reason."""
    if not found or reason.strip():
        return
    first = found[0]
    paragraph = f" ({first.paragraph})" if first.paragraph else ""
    who = f"{first.person}, {policy.current().role(first.role).name}"
    raise ReasonNeededError(
        f"{who}: {first.sentence}{paragraph} {what_to_do}, "
        "or give the reason why it goes out all the same; the reason stays with you."
    )
