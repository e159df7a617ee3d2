"""Fields of incidents and exhibits, links, filing, covering, custody, and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from evidence_app import fields, policy, workflows
from evidence_app.bundle.dates import day_and_time
from evidence_app.bundle.field_words import level_words, value_words
from evidence_app.cli.casework import exhibit_app, incident_app
from evidence_app.cli.shared import (
    AsJson,
    PassphraseFile,
    VaultPath,
    counted,
    exhibit_json,
    incident_json,
    opened,
    put,
)
from evidence_app.errors import UsageError
from evidence_app.fields import Reach
from evidence_app.policy import Routing
from evidence_app.records import CustodyRow, Said, Source, Statement
from evidence_app.records_json import statement_to_json
from evidence_app.workflows import Link, StatedNow

app = typer.Typer()

Reference = Annotated[str, typer.Argument(metavar="REF", help="For example INC-004.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="For example HXA/004.")]
Values = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE…", help="See `fields` for the names of fields.")
]
From = Annotated[Source, typer.Option("--source", help="Where the words come from.")]


# --- fields -----------------------------------------------------------------------------------------------


@app.command("fields")
def fields_command(as_json: AsJson = False) -> None:
    """List the fields of incidents and exhibits: what may stand in each, and who may read it."""
    rules = policy.current()
    rows: list[dict[str, object]] = []
    lines = []
    for one in fields.FIELDS:
        for part in one.parts or (one,):
            code = f"{one.code}.{part.code}" if one.parts else one.code
            name = f"{one.name}: {part.name.lower()}" if one.parts else one.name
            choices = [choice.code for choice in part.offered(rules)]
            rows.append(
                {
                    "code": code,
                    "name": name,
                    "kind": part.kind.value,
                    "of": sorted(of.value for of in one.of),
                    "reach": one.reach.value,
                    "choices": choices,
                }
            )
            offered = f"  ({', '.join(choices)})" if choices else ""
            reach = "" if one.reach is Reach.OPEN else f"  [{one.reach.value}]"
            lines.append(f"{code}  {part.kind.value}  {name}{offered}{reach}")
    put(as_json, {"fields": rows}, "\n".join(lines))


def _given(values: Sequence[str], source: Source) -> list[Said]:
    found = []
    for text in values:
        code, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"{text[:40]!r} states nothing. Nothing was changed. Write FIELD=VALUE.")
        found.append(Said(code.strip(), value, source))
    return found


def stated_json(made: StatedNow) -> dict[str, object]:
    return {
        "about": made.about,
        "stated": {one.field: one.value for one in made.said},
        "entries": list(made.entries),
        "notes": list(made.notes),
    }


def _put_stated(as_json: bool, made: StatedNow) -> None:
    said = ", ".join(fields.name_of(one.field) for one in made.said)
    first = f"Stated about {made.about}: {said}." if said else f"Nothing new was said about {made.about}."
    put(as_json, stated_json(made), "\n".join([first, *made.notes]))


@incident_app.command("state")
def incident_state(
    vault: VaultPath,
    reference: Reference,
    values: Values,
    source: From = Source.TYPED,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """State fields of an incident. What was said before stays."""
    with opened(vault, passphrase_file) as held:
        made = workflows.state(held, held.read.incident(reference).reference, _given(values, source))
    _put_stated(as_json, made)


@exhibit_app.command("state")
def exhibit_state(
    vault: VaultPath,
    number: Number,
    values: Values,
    source: From = Source.TYPED,
    read_address: Annotated[
        bool, typer.Option("--read-address", help="State what the web address says by itself, too.")
    ] = False,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """State fields of an exhibit. What was said before stays."""
    with opened(vault, passphrase_file) as held:
        full = held.read.exhibit(number).number
        made = workflows.state(held, full, _given(values, source))
        found = workflows.suggestions(held, full) if read_address else ()
        if found:
            more = workflows.state(held, full, [Said(one.field, one.value, one.source) for one in found])
            notes = tuple(f"{fields.name_of(one.field)}: {one.note}" for one in found if one.note)
            made = StatedNow(
                full,
                (*made.said, *more.said),
                (*made.entries, *more.entries),
                (*made.notes, *notes, *more.notes),
            )
    _put_stated(as_json, made)


@incident_app.command("show")
def incident_show(
    vault: VaultPath, reference: Reference, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Show everything that was stated about an incident, the earlier wordings too."""
    with opened(vault, passphrase_file) as held:
        incident = held.read.incident(reference)
        history = held.read.statements(incident.reference)
        linked = workflows.links(held, incident.reference)
        exhibits = [one.number for one in held.read.exhibits(incident.reference)]
    answer = incident_json(incident) | {
        "numbers": exhibits,
        "fields": _fields_json(history),
        "linked": [_link_json(one) for one in linked],
    }
    head = f"{incident.reference}  {incident.title}  ({counted(incident.exhibits, 'exhibit')})"
    put(as_json, answer, "\n".join([head, *_field_lines(history)]))


def _fields_json(history: Sequence[Statement]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for code in dict.fromkeys(one.field for one in history):
        said = [one for one in history if one.field == code]
        found.append(
            {
                "field": code,
                "name": fields.name_of(code),
                "value": said[-1].value,
                "words": value_words(code, said[-1].value),
                "reach": fields.reach(code).value,
                "history": [statement_to_json(one) for one in said],
            }
        )
    return found


def _field_lines(history: Sequence[Statement]) -> Iterable[str]:
    for code in dict.fromkeys(one.field for one in history):
        *earlier, newest = [one for one in history if one.field == code]
        words = value_words(code, newest.value) or "(taken back)"
        origin = f"{newest.source.value}, {newest.by}, {day_and_time(newest.at)}"
        yield f"{fields.name_of(code)}: {words}  ({origin})"
        for one in reversed(earlier):
            yield f"    before, {day_and_time(one.at)}: {value_words(code, one.value)}"


# --- links and filing -------------------------------------------------------------------------------------


def _link_json(one: Link) -> dict[str, object]:
    return {"reference": one.reference, "title": one.title, "why": one.why}


@incident_app.command("link")
def incident_link(
    vault: VaultPath,
    reference: Reference,
    other: Annotated[str, typer.Argument(metavar="OTHER")],
    why: Annotated[str, typer.Option("--why", metavar="T")] = "",
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Link two incidents, in both of them."""
    with opened(vault, passphrase_file) as held:
        full = held.read.incident(reference).reference
        found = workflows.link(held, full, other, why)
    names = ", ".join(one.reference for one in found)
    answer = {"reference": full, "linked": [_link_json(one) for one in found]}
    put(as_json, answer, f"{full} is linked with {names}.")


@exhibit_app.command("file")
def exhibit_file(
    vault: VaultPath,
    number: Number,
    incident: Annotated[str, typer.Option("--incident", metavar="REF", help="Where it belongs.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """File an exhibit in an incident, or in another one than before."""
    with opened(vault, passphrase_file) as held:
        exhibit = workflows.refile(held, number, incident)
    put(as_json, exhibit_json(exhibit), f"{exhibit.number} is filed in {exhibit.incident}.")


# --- a second person, custody, covering -------------------------------------------------------------------


@exhibit_app.command("witness")
def exhibit_witness(
    vault: VaultPath,
    number: Number,
    name: Annotated[str, typer.Option("--name", metavar="NAME")],
    role: Annotated[str, typer.Option("--role", metavar="ROLE")],
    when: Annotated[str, typer.Option("--when", metavar="TIME", help="2026-03-12 14:30")],
    words: Annotated[str, typer.Option("--words", metavar="T", help="In their own words.")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """State that a second named person saw the page live."""
    with opened(vault, passphrase_file) as held:
        exhibit = workflows.add_witness(held, number, name=name, role=role, when=when, words=words)
    put(as_json, exhibit_json(exhibit), f"{exhibit.number} is now shown as {level_words(exhibit)}.")


def custody_json(row: CustodyRow) -> dict[str, object]:
    return {
        "entry": row.seq,
        "at": row.at.isoformat(),
        "by": row.by,
        "on": row.on,
        "what": row.what,
        "where_to": row.where_to,
    }


@exhibit_app.command("custody")
def exhibit_custody(
    vault: VaultPath, number: Number, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """List every act on an exhibit: who, when, and where it went."""
    with opened(vault, passphrase_file) as held:
        full = held.read.exhibit(number).number
        rows = workflows.custody(held, full)
    lines = []
    for row in rows:
        to = f" -> {row.where_to}" if row.where_to else ""
        lines.append(f"{row.seq:>6}  {day_and_time(row.at)}  {row.by}  {row.what}{to}")
    put(as_json, {"number": full, "custody": [custody_json(row) for row in rows]}, "\n".join(lines))


# --- who is told ------------------------------------------------------------------------------------------


def routing_json(found: Routing) -> dict[str, object]:
    return {
        "told": [
            {
                "role": one.role,
                "name": one.name,
                "outside": one.outside,
                "then": one.then,
                "reasons": [{"sentence": why.sentence, "paragraph": why.paragraph} for why in one.reasons],
            }
            for one in found.addressees
        ],
        "not_told": [
            {
                "role": one.role,
                "name": one.name,
                "reason": {"sentence": one.reason.sentence, "paragraph": one.reason.paragraph},
                "instead": list(one.instead),
                "needs_reason": one.needs_reason,
            }
            for one in found.withheld
        ],
    }


@app.command("route")
def route_command(
    vault: VaultPath, reference: Reference, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Say who an incident goes to, and why, from what was stated."""
    with opened(vault, passphrase_file) as held:
        full = held.read.incident(reference).reference
        found = workflows.routing(held, full)
    lines = [f"{full} goes to:"]
    for one in found.addressees:
        lines.append(f"  {one.name}{', after the others' if one.then else ''}")
        lines += [f"      {why.sentence}{_paragraph(why.paragraph)}" for why in one.reasons]
    for gone in found.withheld:
        lines.append(f"  not to {gone.name}: {gone.reason.sentence}{_paragraph(gone.reason.paragraph)}")
    put(as_json, {"incident": full} | routing_json(found), "\n".join(lines))


def _paragraph(text: str) -> str:
    return f" ({text})" if text else ""
