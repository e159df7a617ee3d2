"""What was stated, field by field, for the evidence report: the newest wording, and every earlier one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from evidence_app import fields
from evidence_app.bundle.dates import moment_of
from evidence_app.bundle.field_words import value_words
from evidence_app.records import ReportContent, Statement

Value = dict[str, object]
Rows = list[list[str]]

_LONG_TEXT: Final = 1_200
_LONG_LINES: Final = 20
"""What is longer than either has no place in a column: it follows below, over the whole width."""
_OPINION: Final = frozenset(one.code for one in fields.FIELDS if one.said_apart)
"""Fields of an incident that are the reporter's view, printed apart from the facts."""
TOLD: Final = frozenset({"told"})
DONE: Final = frozenset({"platform_report", "police_reference", "helpline_reference"})
KEPT: Final = frozenset({"closed_on", "kept_until"})
_ELSEWHERE: Final = frozenset({"title"}) | TOLD | DONE | KEPT


def newest(statements: Iterable[Statement], field: str) -> str:
    """The newest value of a field in words, empty where nothing was said."""
    found = [said for said in statements if said.field == field]
    return value_words(field, found[-1].value) if found else ""


def short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + " … (longer)"


def statement_sections(report: ReportContent) -> list[Value]:
    """The reporter's statement: the facts, then opinion and effect."""
    said = [one for one in report.content.statements if _whole(one.field) not in _ELSEWHERE]
    facts = [one for one in said if one.field not in _OPINION]
    views = [one for one in said if one.field in _OPINION]
    return [
        {"name": name, "rows": list(stated(report, part))}
        for name, part in (("Facts", facts), ("Opinion and effect", views))
        if part
    ]


def stated_in(report: ReportContent, codes: frozenset[str]) -> list[Value]:
    """What was stated about the incident in these fields."""
    return list(stated(report, [one for one in report.content.statements if _whole(one.field) in codes]))


def stated(
    report: ReportContent, statements: Sequence[Statement], above: Statement | None = None
) -> Iterator[Value]:
    """Field by field: what holds now, then every earlier wording; nothing that was said is lost.

    The parts of a row stand together. Of an address only the cleaned one is printed, where there is one: as
    it was given it lies in the bundle. `above`: one whose speaker and time stand above the list already.
    """
    shared = {said.about for said in statements if said.field == "address_cleaned" and said.value}
    statements = [said for said in statements if said.field != "address" or said.about not in shared]
    for key in dict.fromkeys(_row(said.field) for said in statements):
        history = [said for said in statements if _row(said.field) == key]
        now = {said.field: said for said in history}
        last = history[-1]
        earlier = [said for said in history if now[said.field] is not said]
        words = _words_of if fields.named(last.field) is None or key == last.field else _part_of
        yield {
            "label": short(_label(key, last), 80),
            "long": any(_is_long(said.value) for said in history),
            "value": "\n".join(words(said) for said in now.values() if said.value or len(now) == 1),
            "source": _origin(report, last, above),
            "earlier": [
                {
                    "when": f"Said before{_by(said, above)}, {moment_of(report.local(said.at))}",
                    "value": words(said),
                }
                for said in reversed(earlier)
            ],
        }


def _whole(field: str) -> str:
    return field.partition(".")[0]


def _row(field: str) -> str:
    """What stands in one row of the list: the field, or the row of a field that has several."""
    name = fields.named(field)
    return f"{name.field.code}.{name.row}" if name is not None and name.row else field


def _label(key: str, said: Statement) -> str:
    name = fields.named(said.field)
    if name is None or not name.row:
        return fields.name_of(key)
    return f"{name.field.name} ({name.row})" if name.row > 1 else name.field.name


def _words_of(said: Statement) -> str:
    return value_words(said.field, said.value)


def _part_of(said: Statement) -> str:
    name = fields.named(said.field)
    part = "" if name is None else f"{name.spec.name}: "
    return f"{part}{value_words(said.field, said.value)}"


def _is_long(text: str) -> bool:
    return len(text) > _LONG_TEXT or text.count("\n") > _LONG_LINES


def _origin(report: ReportContent, said: Statement, above: Statement | None) -> str:
    if above is not None and (said.by, said.at) == (above.by, above.at):
        return "" if said.source is above.source else said.source.value.capitalize()
    return f"{said.source.value.capitalize()}{_by(said, above)}, {moment_of(report.local(said.at))}"


def _by(said: Statement, above: Statement | None) -> str:
    return "" if above is not None and said.by == above.by else f" by {said.by}"
