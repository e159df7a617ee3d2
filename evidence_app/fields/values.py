"""What may stand in a field: checked where it is stated, so that every way in gives the same values.

Each function raises `UsageError` with one sentence. What can be kept is kept, and the person is told what
is odd about it: nobody under stress should lose a paste to a rule.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evidence_app.characters import BIDIRECTIONAL
from evidence_app.errors import UsageError
from evidence_app.fields import moments
from evidence_app.fields.model import FieldSpec, Kind, Named, joined, several
from evidence_app.policy import Answer, Policy

LONGEST_LINE: Final = 400
"""Characters of a LINE; a title has the limit of the record itself."""

_ANSWERS: Final[Mapping[str, Answer]] = {
    "yes": Answer.YES,
    "no": Answer.NO,
    "unknown": Answer.UNKNOWN,
    "not sure": Answer.UNKNOWN,
    "not known": Answer.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A value as it is going to be stated, and what the person should know about it (or "")."""

    value: str
    note: str = ""


def checked(name: Named, text: str, rules: Policy, now: datetime, stands: str = "") -> Checked:
    """The value of a field as the record keeps it. Empty text takes the field back.

    `now` is aware and local. ADDRESS, PHONE and INCIDENT are looked at by who knows more of them. `stands` is
    what is on record: a code among several that an earlier edition of the policy knew may stay.
    """
    spec = name.spec
    if spec.kind is Kind.SEVERAL and stands:
        return _several_more(name, text, rules, several(stands))
    if not text.strip():
        if spec.needed:
            raise UsageError(f"“{name.name}” is empty. Nothing was changed. Type at least one word.")
        return Checked("")
    check = _CHECKS.get(spec.kind)
    return Checked(text) if check is None else check(name, text, rules, now)


def _line(name: Named, text: str, _rules: Policy, _now: datetime) -> Checked:
    if name.spec.quoted:
        value, note = _quoted(text), ""
        if any(char in BIDIRECTIONAL for char in value):
            note = f"“{name.name}” has signs that turn the direction of writing. It is kept as it was given."
    else:
        value = _clean(text)
        left_out = value != " ".join(unicodedata.normalize("NFC", text).split())
        note = f"Signs that cannot be seen were left out of “{name.name}”." if left_out else ""
    if not value:
        raise UsageError(f"“{name.name}” has no letter that can be seen. Nothing was changed. Type it again.")
    if len(value) > LONGEST_LINE:
        raise UsageError(
            f"“{name.name}” has {len(value):,} characters; a line has {LONGEST_LINE} at most. Nothing was "
            "changed. Put a longer text in a field for what happened, or in a note."
        )
    return Checked(value, note)


def _quoted(text: str) -> str:
    """What somebody else wrote: as it was, but in one line, as there is only one."""
    return " ".join(part for part in text.splitlines() if part.strip()).strip()


def _clean(text: str) -> str:
    """A line in which nothing breaks the line, turns its direction or cannot be seen."""
    kept = "".join(_kept(char) for char in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _kept(char: str) -> str:
    kind = unicodedata.category(char)
    if char in BIDIRECTIONAL or kind in {"Cn", "Co", "Cs"}:
        return ""
    return " " if kind in {"Cc", "Zl", "Zp"} else char


def _long(name: Named, text: str, _rules: Policy, _now: datetime) -> Checked:
    value = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in value:
        value = value.replace("\0", "")
        return Checked(value, f"Signs that are no text were left out of “{name.name}”.")
    return Checked(value)


def _choice(name: Named, text: str, rules: Policy, _now: datetime) -> Checked:
    return Checked(_code(name, name.spec, text, rules))


def _several(name: Named, text: str, rules: Policy, _now: datetime) -> Checked:
    return Checked(joined(dict.fromkeys(_code(name, name.spec, one, rules) for one in several(text))))


def _several_more(name: Named, text: str, rules: Policy, stands: tuple[str, ...]) -> Checked:
    codes = (one if one in stands else _code(name, name.spec, one, rules) for one in several(text))
    return Checked(joined(dict.fromkeys(codes)))


def _code(name: Named, spec: FieldSpec, text: str, rules: Policy) -> str:
    """The code of a choice, from its code or its name; also of one that only the built-in edition has."""
    wanted = text.strip().casefold()
    for edition in filter(None, (rules, rules.built_in)):
        for one in spec.offered(edition):
            if wanted in {one.code, one.name.casefold()}:
                return one.code
    codes = ", ".join(one.code for one in spec.offered(rules))
    raise UsageError(
        f"“{name.name}”: {text.strip()[:40]!r} cannot be chosen. Nothing was changed. Choose of: {codes}."
    )


def _answer(name: Named, text: str, _rules: Policy, _now: datetime) -> Checked:
    answer = _ANSWERS.get(" ".join(text.split()).casefold())
    if answer is None:
        raise UsageError(
            f"“{name.name}”: {text.strip()[:40]!r} is no answer. Nothing was changed. "
            "Answer yes, no or unknown."
        )
    return Checked(answer.value)


def _moment(name: Named, text: str, _rules: Policy, now: datetime) -> Checked:
    when = moments.read(text, name.name)
    if name.spec.past:
        moments.check_past(when, now, name.name)
    return Checked(moments.written(when))


def _day(name: Named, text: str, _rules: Policy, now: datetime) -> Checked:
    when = moments.read(text, name.name)
    if isinstance(when, datetime):
        raise UsageError(f"“{name.name}” is a day, without a time. Nothing was changed. Write 2026-03-12.")
    if name.spec.past:
        moments.check_past(when, now, name.name)
    return Checked(moments.written(when))


_Check = Callable[[Named, str, Policy, datetime], Checked]
_CHECKS: Final[Mapping[Kind, _Check]] = {
    Kind.LINE: _line,
    Kind.LONG: _long,
    Kind.CHOICE: _choice,
    Kind.SEVERAL: _several,
    Kind.ANSWER: _answer,
    Kind.MOMENT: _moment,
    Kind.DAY: _day,
}


# --- times that have to follow one another ------------------------------------------------------------


def is_after(value: str, moment: datetime, now: datetime) -> bool:
    """Whether a stated time lies after a moment, all of it."""
    when = moments.read_stated(value)
    return when is not None and moments.first_moment(when, now) > moment


_FOLLOW: Final = (
    ("happened_first", "happened_last"),
    ("happened_first", "noticed"),
)


def check_order(values: Mapping[str, str], names: Mapping[str, str], now: datetime) -> None:
    """Raise `UsageError` where times that follow one another do not; `values` are the newest by code.

    A time that is only about right is not held against another one.
    """
    for before, after in _FOLLOW:
        unsure = values.get(f"{before}_certainty") in {"about", "unknown"} and after == "noticed"
        earlier, later = (moments.read_stated(values.get(code, "")) for code in (before, after))
        if earlier is not None and later is not None and not unsure:
            moments.check_order(earlier, later, now, (names[before], names[after]))
