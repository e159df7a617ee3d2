"""Stating: what a person says about an incident or exhibit, checked, added and never replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from evidence_app import fields, policy
from evidence_app.capture.address import phone_number, read_address
from evidence_app.errors import UsageError
from evidence_app.fields import Kind, Named, Of, Reach
from evidence_app.records import Exhibit, Incident, Said, Source, Statement
from evidence_app.vault import acts
from evidence_app.vault.acts import Act
from evidence_app.vault.disposal_rules import same_name
from evidence_app.vault.vault import Vault
from evidence_app.workflows import advising


@dataclass(frozen=True, slots=True)
class StatedNow:
    """What was added to the record: about what, in which entries. `notes` are for the person to read."""

    about: str
    said: tuple[Said, ...]
    entries: tuple[int, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value that follows from an address, to be stated or not; `source` is that of the address."""

    field: str
    value: str
    source: Source
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An incident that was linked with another one; `row` is the row of the field `linked` that says so."""

    reference: str
    title: str
    why: str
    row: int


def state(
    vault: Vault,
    about: str,
    values: Mapping[str, str] | Sequence[Said],
    source: Source = Source.TYPED,
) -> StatedNow:
    """State fields of an incident (`INC-…`) or of an exhibit; all of them or none.

    `values` are by field code; `told.whom` begins a new row, `told.2.whom` speaks of an existing one. With
    `Said` each has its own source. What stands there already is not said again. What readers of a bundle
    may not see becomes an entry of its own. Raises `UsageError` for what cannot stand in a field.
    """
    given = (
        tuple(Said(code, value, source) for code, value in values.items())
        if isinstance(values, Mapping)
        else tuple(values)
    )
    thing = _thing(vault, about)
    stating = _Stating(vault, thing)
    for one in given:
        stating.add(one)
    said = stating.finish()
    entries = vault.record_all(_acts(thing, said))
    return StatedNow(_full(thing), said, tuple(one.seq for one in entries), tuple(stating.notes))


class _Stating:
    """The statements of one act while they are checked."""

    def __init__(self, vault: Vault, thing: Incident | Exhibit) -> None:
        self.notes: list[str] = []
        self._vault, self._thing = vault, thing
        self._of = Of.INCIDENT if isinstance(thing, Incident) else Of.EXHIBIT
        self._now = datetime.now(UTC).astimezone()
        self._said: dict[str, Said] = {}
        self._new_rows: dict[str, int] = {}

    def add(self, one: Said) -> None:
        name = self._named(one.field)
        if name.code == "access_advice":
            raise UsageError(
                f"“{name.name}” is entered by the program, when it shows the advice. Nothing was changed."
            )
        if name.code in self._said:
            raise UsageError(f"“{name.name}” was given twice. Nothing was changed. Give it once.")
        checked = self._checked(name, one.value)
        self._said[name.code] = Said(name.code, checked.value, one.source)
        if checked.note:
            self.notes.append(checked.note)
        if name.spec.kind is Kind.ADDRESS:
            self._clean(checked.value, one.source)
        elif name.code == "access":
            self._advise(checked.value)

    def finish(self) -> tuple[Said, ...]:
        """What is new, once everything fits together."""
        newest = {code: said.value for code, said in self._thing.statements.items()}
        after = newest | {code: said.value for code, said in self._said.items()}
        names = {code: fields.name_of(code) for code in after}
        fields.check_order(after, names, self._now)
        for row in {int(code.split(".")[1]) for code in self._said if code.startswith("witness.")}:
            self._check_witness(after.get(f"witness.{row}.name", ""))
        self._compare_with_capture()
        self.notes += advising.before_it_is_gone(self._thing, self._said.values())
        self.notes[:0] = advising.danger_first(self._said)
        return tuple(said for said in self._said.values() if newest.get(said.field, "") != said.value)

    def _named(self, text: str) -> Named:
        name = fields.named(text.strip())
        if name is None or self._of not in name.field.of:
            raise UsageError(
                f"There is no field {text.strip()[:40]!r} of an {self._of.value}. Nothing was changed. "
                "See the list of fields."
            )
        if not name.field.parts:
            return name
        rows = fields.all_rows(self._thing.statements, name.field.code)
        following = max((row.number for row in rows), default=0) + 1
        row = name.row or self._new_rows.setdefault(name.field.code, following)
        if row > following or row > fields.MOST_ROWS:
            raise UsageError(
                f"“{name.field.name}” has no row {row}. Nothing was changed. The next one is {following}."
            )
        return Named(name.field, name.spec, row)

    def _checked(self, name: Named, text: str) -> fields.Checked:
        match name.spec.kind:
            case Kind.ADDRESS if text.strip():
                problem = read_address(text).problem
                note = f"“{name.name}”: it is kept as it was given. {problem}" if problem else ""
                return fields.Checked(text, note)
            case Kind.PHONE if text.strip():
                number = phone_number(text)
                if number:
                    return fields.Checked(number)
                checked = fields.checked(Named(name.field, _AS_LINE), text, policy.current(), self._now)
                return fields.Checked(
                    checked.value, f"“{name.name}”: this is no telephone number; it is kept as it was given."
                )
            case Kind.INCIDENT if text.strip():
                reference = self._vault.read.incident(text).reference
                if reference == _full(self._thing):
                    raise UsageError(f"{reference} cannot be linked with itself. Nothing was changed.")
                return fields.Checked(reference)
            case _:
                said = self._thing.statements.get(name.code)
                stands = "" if said is None else said.value
                return fields.checked(name, text, policy.current(), self._now, stands)

    def _clean(self, given: str, source: Source) -> None:
        """Beside the address as it was given, the one that may be shared, where the two differ."""
        if isinstance(self._thing, Exhibit) and self._thing.standing.locked_away is None:
            value = cleaned_address(given)
            if value or "address_cleaned" in self._thing.statements:
                self._said.setdefault("address_cleaned", Said("address_cleaned", value, source))

    def _advise(self, access: str) -> None:
        """What the policy advises is shown, and that it was shown is in the record (6.9)."""
        chosen = next((one for one in policy.current().access if one.code == access), None)
        advice = "" if chosen is None else chosen.advice
        if advice:
            self.notes.append(f"{advice} ({chosen.paragraph})" if chosen and chosen.paragraph else advice)
        if advice or "access_advice" in self._thing.statements:
            self._said.setdefault("access_advice", Said("access_advice", advice, Source.OBSERVED))

    def _check_witness(self, witness: str) -> None:
        if same_name(witness, self._vault.owner.name):
            raise UsageError(
                "The second person who saw it has to be somebody else than you. Nothing was changed. "
                "Give the name of who was there with you."
            )

    def _compare_with_capture(self) -> None:
        said = self._said.get("posted_interpreted")
        if said is None or not isinstance(self._thing, Exhibit):
            return
        if self._thing.derived is None and fields.is_after(said.value, self._thing.observed.utc, self._now):
            self.notes.append(
                f"“{fields.name_of('posted_interpreted')}” is after the capture, by this computer’s clock. "
                "It is kept; check the time."
            )


_AS_LINE = fields.FieldSpec("phone", "", Kind.LINE, fields.Section.WHERE, frozenset(), quoted=True)


def _thing(vault: Vault, about: str) -> Incident | Exhibit:
    if about.strip().upper().startswith("INC-"):
        return vault.read.incident(about)
    return vault.read.exhibit(about)


def _full(thing: Incident | Exhibit) -> str:
    return thing.reference if isinstance(thing, Incident) else thing.number


def _acts(thing: Incident | Exhibit, said: Iterable[Said]) -> list[Act]:
    build = acts.incident_stated if isinstance(thing, Incident) else acts.exhibit_stated
    parted: dict[Reach, list[Said]] = {}
    for one in said:
        parted.setdefault(fields.reach(one.field), []).append(one)
    return [build(_full(thing), part) for part in parted.values()]


# --- reading --------------------------------------------------------------------------------------------


def statement_history(vault: Vault, about: str, field: str) -> tuple[Statement, ...]:
    """Everything ever stated of one field, oldest first; of a field with rows, of all its rows."""
    whole = f"{field}."
    said = vault.read.statements(_full(_thing(vault, about)))
    return tuple(one for one in said if one.field == field or one.field.startswith(whole))


def access_of(vault: Vault, about: str) -> str:
    """The code of how the person came to see it (6.9), as stated of an incident or exhibit; or empty."""
    said = _thing(vault, about).statements.get("access")
    return "" if said is None else said.value


def suggestions(vault: Vault, number: str) -> tuple[Suggestion, ...]:
    """What the stated address of an exhibit says by itself and nobody stated yet. Nothing is looked up."""
    exhibit = vault.read.exhibit(number)
    said = exhibit.statements.get("address")
    if said is None or exhibit.standing.locked_away is not None:
        return ()
    stated = {code for code, one in exhibit.statements.items() if one.value}
    return tuple(one for one in suggested(said.value, said.source) if one.field not in stated)


def suggested(text: str, source: Source) -> tuple[Suggestion, ...]:
    """What an address says by itself, also one that is not stated yet. Nothing is looked up."""
    address = read_address(text)
    unchecked = (
        "The site answers whatever handle stands in this address." if address.account_unchecked else ""
    )
    unstable = "This number changes over time." if address.unstable else ""
    found = [
        Suggestion("platform", address.platform, source),
        Suggestion("account", address.account, source, unchecked),
        Suggestion("account_id", address.account_id, source),
        Suggestion("post", address.post, source, unstable),
        Suggestion("comment", address.comment, source),
        Suggestion("group", address.group, source),
        Suggestion("server", address.server, source),
        Suggestion("channel", address.channel, source),
    ]
    if address.made_at is not None:
        made = address.made_at.isoformat(timespec="seconds")
        found.append(Suggestion("posted_from_id", made, source, address.made_at_note))
    return tuple(one for one in found if one.value)


def cleaned_address(given: str) -> str:
    """The address that may be shared; empty where it is the one that was given."""
    cleaned = read_address(given).cleaned
    return "" if cleaned == given.strip() else cleaned


# --- acts with names of their own -----------------------------------------------------------------------


def add_witness(vault: Vault, number: str, *, name: str, role: str, when: str, words: str) -> Exhibit:
    """That a second named person saw it live, in their words: raises the level that is shown to C4.

    What was recorded at the capture stays as it is. Raises `UsageError` where one of the four is empty.
    """
    parts = {"name": name, "role": role, "when": when, "words": words}
    missing = [part for part, value in parts.items() if not value.strip()]
    if missing:
        raise UsageError(
            f"A second person who saw it needs a name, a role, a time and their own words; {missing[0]} is "
            "missing. Nothing was changed."
        )
    made = state(vault, number, {f"witness.{part}": value for part, value in parts.items()})
    return vault.read.exhibit(made.about)


def link(vault: Vault, one: str, other: str, why: str = "") -> tuple[Link, ...]:
    """Link two incidents, in both; a second time changes nothing. Returns what the first is linked with."""
    pair = (vault.read.incident(one), vault.read.incident(other))
    wanted: list[Act] = []
    for here, there in (pair, pair[::-1]):
        if there.reference not in {found.reference for found in links(vault, here.reference)}:
            stating = _Stating(vault, here)
            stating.add(Said("linked.incident", there.reference, Source.TYPED))
            if why.strip():
                stating.add(Said("linked.why", why, Source.TYPED))
            wanted += _acts(here, stating.finish())
    if pair[0].reference == pair[1].reference:
        raise UsageError(f"{pair[0].reference} cannot be linked with itself. Nothing was changed.")
    vault.record_all(wanted)
    return links(vault, pair[0].reference)


def links(vault: Vault, reference: str) -> tuple[Link, ...]:
    """The incidents that one is linked with, in the order in which they were."""
    statements = vault.read.incident(reference).statements
    return tuple(
        Link(
            row.value("incident"),
            vault.read.incident(row.value("incident")).title,
            row.value("why"),
            row.number,
        )
        for row in fields.rows(statements, "linked")
        if row.value("incident")
    )


def refile(vault: Vault, number: str, incident: str) -> Exhibit:
    """File an exhibit in another incident, and with it the copies that were filed where it was.

    Raises `UsageError` where it is filed there already.
    """
    exhibit, target = vault.read.exhibit(number), vault.read.incident(incident).reference
    if exhibit.incident == target:
        raise UsageError(f"{exhibit.number} is filed in {target} already. Nothing was changed.")
    moved = [exhibit.number]
    if exhibit.derived is None:
        copies = (vault.read.exhibit(one) for one in vault.read.copies(exhibit.number))
        moved += [one.number for one in copies if one.incident == exhibit.incident]
    vault.record_all([acts.exhibit_filed(one, target) for one in moved])
    return vault.read.exhibit(exhibit.number)
