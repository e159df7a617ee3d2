"""The report’s parts about the case: summary, route, copies, actions, what is withheld, keeping."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from evidence_app import fields, policy
from evidence_app.bundle.dates import day_of, moment_of, plural
from evidence_app.bundle.field_words import covered_words, relation_words, sentence, value_words
from evidence_app.bundle.report_stated import DONE, KEPT, TOLD, Rows, Value, newest, short, stated_in
from evidence_app.bundle.report_words import ROLES
from evidence_app.records import BundleContent, Derived, Exhibit, ReportContent, Statement

_USUAL: Final = ((policy.Fact.ALWAYS,), (policy.Fact.CONCERNS_HEAD,))
"""Routes that are printed with every report."""
_RISKS: Final = ("danger", "child_involved", "radicalisation", "harm_by_staff")


def who(content: BundleContent) -> str:
    role = ROLES.get(content.sender.role, content.sender.role)
    return ", ".join(text for text in (content.sender.name, role) if text)


def for_whom(report: ReportContent) -> str:
    if report.content.sealed_for:
        return ", ".join(report.content.sealed_for)
    return "Whoever has the passphrase" if report.in_bundle else "Not sealed for anybody"


def seen_at(exhibit: Exhibit) -> datetime:
    """When what an exhibit shows was captured; of a copy, when its original was."""
    return exhibit.observed.local if exhibit.derived is None else exhibit.derived.origin.captured_at


def span(content: BundleContent) -> str:
    """The days of the captures, with a comma after them; empty where there are none."""
    days = [day_of(at) for at in sorted(seen_at(one.exhibit) for one in content.exhibits)]
    if not days:
        return ""
    return f"{days[0]}, " if days[0] == days[-1] else f"{days[0]} to {days[-1]}, "


# --- summary ----------------------------------------------------------------------------------------


def summary(report: ReportContent) -> Rows:
    """Who, what, when, risk, whether a child is involved, and what is asked."""
    content = report.content
    rows = [
        ["Who", f"Recorded by {who(content)}, {content.sender.school}"],
        ["What", f"{content.incident.title}. {plural(len(content.exhibits), 'exhibit', 'exhibits')}."],
        ["Kind, as stated", "; ".join(_categories(content))],
        *([f"{fields.name_of(code)}, as stated", newest(content.statements, code)] for code in _RISKS),
        ["Happened, as stated", _happened(content.statements)],
        ["Where, as stated", ", ".join(_all_newest(content, "platform"))],
        ["Accounts, as stated", ", ".join(_all_newest(content, "account"))],
        ["When captured", span(content).removesuffix(", ")],
        ["What is asked", content.asks],
    ]
    return [row for row in rows if row[1]]


def _all_newest(content: BundleContent, field: str) -> list[str]:
    found = dict.fromkeys(filter(None, (newest(one.statements, field) for one in content.exhibits)))
    return [short(one, 80) for one in found]


def _categories(content: BundleContent) -> list[str]:
    codes: dict[str, None] = {}
    for statements in (content.statements, *(one.statements for one in content.exhibits)):
        for said in [said for said in statements if said.field == "kind"][-1:]:
            codes |= dict.fromkeys(fields.several(said.value))
    return [_category(code) for code in codes]


def _category(code: str) -> str:
    edition = policy.current()
    for choice in edition.categories:
        if choice.code == code:
            return f"{choice.name} (policy {choice.paragraph})" if choice.paragraph else choice.name
    return edition.name_of(code)


def _happened(statements: Iterable[Statement]) -> str:
    """`First: 3 March 2026 (about then). Last: …`."""
    said = {one.field: one.value for one in statements}
    parts = []
    for code, word in (("happened_first", "First"), ("happened_last", "Last")):
        when, sure = said.get(code, ""), said.get(f"{code}_certainty", "")
        certainty = value_words(f"{code}_certainty", sure).lower() if sure else ""
        if when:
            parts.append(f"{word}: {value_words(code, when)}{f' ({certainty})' if certainty else ''}.")
        elif certainty:
            parts.append(f"{word}: {certainty}.")
    return " ".join(parts)


# --- route ------------------------------------------------------------------------------------------


def route(report: ReportContent) -> Value:
    """Who is told by the policy, when what was done, and whom the reporter says they told."""
    content = report.content
    rows = [
        ["Incident opened in the record", moment_of(report.local(content.incident.opened_at))],
        ["Sealed for", f"{for_whom(report)}, {moment_of(report.local(content.sealed_at))}"],
    ]
    edition = policy.current()
    usual = [
        f"{edition.role(one.to).name}: paragraph {one.paragraph}"
        for one in edition.routes
        if one.paragraph and one.when in _USUAL and not one.owner
    ]
    return {
        "rows": rows if report.in_bundle else rows[:1],
        "told": stated_in(report, TOLD),
        "roles": [list(row) for row in report.route],
        "policy": f"Who is told, by {edition.edition}: {'; '.join(usual)}. When a file was received "
        "is for the reader to say; this report cannot know it.",
    }


# --- after the exhibits -----------------------------------------------------------------------------


def copies(content: BundleContent) -> list[Value]:
    """The covered and cropped copies: of what, and what is covered in them."""
    here = {one.exhibit.number for one in content.exhibits}
    return [
        {
            "no": one.exhibit.number,
            "what": sentence(relation_words(derived)),
            "origin": f"Entry {derived.origin.seq}, captured {moment_of(derived.origin.captured_at)}. "
            + ("In this report too." if derived.origin.number in here else "It stays closed."),
            "covers": covered(derived),
        }
        for one in content.exhibits
        if (derived := one.exhibit.derived) is not None
    ]


def covered(derived: Derived) -> str:
    """`Pupil's name (2), Another reason: a badge`; what is cut off is said too."""
    words = covered_words(derived)
    parts = [words] if words else []
    if derived.crop is not None:
        parts.append(f"All but an area of {derived.crop.width} × {derived.crop.height} pixels is cut off")
    return ", ".join(parts)


def actions(report: ReportContent) -> list[Value]:
    """Reports to platforms, references of the police and of helplines; the union's are the reporter's own."""
    return stated_in(report, DONE)


def withheld(content: BundleContent) -> Value:
    """What is covered in copies, and which exhibits stay behind."""
    return {
        "covered": [
            [one.exhibit.number, covered(one.exhibit.derived)]
            for one in content.exhibits
            if one.exhibit.derived is not None
        ],
        "left_out": [[number, reason] for number, reason in content.left_out.items()],
    }


def keeping(report: ReportContent) -> Value:
    """How long it is kept, as the policy and the reporter say, and what a receipt is."""
    return {"rows": [list(row) for row in report.keeping], "stated": stated_in(report, KEPT)}
