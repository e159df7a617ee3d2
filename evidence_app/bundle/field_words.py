"""Stated values as people read them: names for codes, days and times in words."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

from evidence_app import fields, policy
from evidence_app.bundle.dates import day_of, moment_of
from evidence_app.fields import Kind, moments
from evidence_app.records import Cover, CoveredPassage, Derived, Exhibit, Relation

_ANSWERS: Final = {"yes": "Yes", "no": "No", "unknown": "Not sure"}
RELATIONS: Final = {Relation.COVERED: "covered copy", Relation.CROP: "cropped copy"}


def value_words(code: str, value: str) -> str:
    """A stated value in words; what this version does not know is shown as it stands."""
    name = fields.named(code)
    if name is None or not value:
        return value
    match name.spec.kind:
        case Kind.CHOICE | Kind.SEVERAL:
            edition = policy.current()
            among = name.spec.offered(edition)
            return ", ".join(edition.name_of(one, among) for one in fields.several(value)) or value
        case Kind.ANSWER:
            return _ANSWERS.get(value, value)
        case Kind.MOMENT | Kind.DAY:
            when = moments.read_stated(value)
            if when is None:
                return value
            return moment_of(when) if isinstance(when, datetime) else day_of(when)
        case _:
            return value


def level_words(exhibit: Exhibit) -> str:
    """`C2: captured here from the screen`; with the relation of a copy, and with what a C4 rests on."""
    level, rules = fields.shown_level(exhibit), policy.current()
    words = f"{level.value}: {rules.level(level).name}"
    if level is not exhibit.level:
        names = ", ".join(row.value("name") for row in fields.witnesses(exhibit))
        words += f" (stated: seen live by {names}; recorded as {exhibit.level.value})"
    if exhibit.derived is not None:
        words += f"; this is a {relation_words(exhibit.derived)}"
    return words


def relation_words(derived: Derived) -> str:
    """`covered copy of HXA/001`."""
    return f"{RELATIONS[derived.relation]} of {derived.origin.number}"


def sentence(words: str) -> str:
    """The same words with a capital at the beginning; a number in them stays as it is."""
    return words[:1].upper() + words[1:]


def covered_words(derived: Derived) -> str:
    """`Pupil's name (2), Another reason: a badge`: why parts of a picture or passages of a text are covered,
    and at how many places; empty where nothing is."""
    counts = Counter(cover_words(one) for one in derived.covers)
    for one in derived.passages:
        counts[cover_words(one)] += one.places
    return ", ".join(f"{words} ({count})" if count > 1 else words for words, count in counts.items())


def solid_words(derived: Derived) -> str:
    """What can be said of every cover of this copy; empty where nothing is covered."""
    if derived.passages:
        return "What is covered is not in the copy, and every mark has the same length."
    return "Covers are solid and part of the copy’s pixels." if derived.covers else ""


def cover_words(cover: Cover | CoveredPassage) -> str:
    """Why a part is covered: `Pupil's name`."""
    rules = policy.current()
    name = rules.name_of(cover.reason, rules.covers)
    return f"{name}: {cover.words}" if cover.words else name
