"""Searching a vault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from evidence_app.cli.shared import AsJson, PassphraseFile, VaultPath, counted, opened, put
from evidence_app.errors import UsageError
from evidence_app.records import (
    Marked,
    Method,
    SearchAnswer,
    SearchFilters,
    SearchHit,
    SearchKind,
    SearchState,
)
from evidence_app.workflows.searching import field_name, whole_days

app = typer.Typer()


class Among(StrEnum):
    """Where to search, as it is typed."""

    INCIDENTS = "incidents"
    EXHIBITS = "exhibits"
    RECEIVED = "received"
    BUNDLES = "bundles"
    REFERRALS = "referrals"


class State(StrEnum):
    """`SearchState`, as it is typed."""

    NOT_FILED = "not-filed"
    WITHDRAWN = "withdrawn"
    LOCKED_AWAY = "locked-away"
    ON_HOLD = "on-hold"


_KINDS = dict(zip(Among, SearchKind, strict=True))
_NAMES = {
    SearchKind.INCIDENT: "incident",
    SearchKind.EXHIBIT: "exhibit",
    SearchKind.RECEIVED: "received",
    SearchKind.BUNDLE: "sealed bundle",
    SearchKind.REFERRAL: "referral",
}
_STATES = {
    SearchState.NOT_FILED: "not filed",
    SearchState.WITHDRAWN: "withdrawn",
    SearchState.LOCKED_AWAY: "locked away",
    SearchState.ON_HOLD: "on hold",
}


@app.command("search")
def search_command(
    vault: VaultPath,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help="All of them, each by its beginning; in whatever order."),
    ] = None,
    among: Annotated[
        list[Among] | None, typer.Option("--in", help="Only among these; may be given several times.")
    ] = None,
    incident: Annotated[
        str | None, typer.Option("--incident", metavar="REF", help="Only in this incident.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Not before this day: 2026-03-12.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Not after this day.")] = None,
    platform: Annotated[str, typer.Option("--platform", metavar="P", help="Part of its name.")] = "",
    category: Annotated[str, typer.Option("--category", metavar="CODE", help="Code of the policy.")] = "",
    method: Annotated[Method | None, typer.Option("--method", help="How it was captured.")] = None,
    state: Annotated[State | None, typer.Option("--state", help="How it stands.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Part of a name.")] = "",
    earlier: Annotated[
        bool, typer.Option("--earlier", help="Also what was said earlier and put differently since.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=200)] = 50,
    before: Annotated[
        int | None, typer.Option("--before", metavar="ENTRY", help="The next page: “before” of the answer.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Search what is stated, addresses, accounts, titles and numbers; the newest first.

    With --json: `words` (as they were understood), `cut` (more were given), `before` (for the next page, or
    null) and `hits`, objects with `kind`, `about`, `title`, `parts`, `at`, `by`, `entry`, `incident`,
    `incident_title`, `platform`, `states` and `earlier`. `title` and each of `parts` have `text` and `marks`
    (pairs of places in it, in characters from 0, the second one past the end), a part also `field` and
    `earlier`.
    """
    first, last = whole_days(_day(since), _day(until))
    typed = " ".join(words or ())
    filters = SearchFilters(
        kinds=frozenset(_KINDS[one] for one in among or ()),
        since=first,
        until=last,
        platform=platform.strip(),
        category=category.strip(),
        method=method,
        state=None if state is None else SearchState[state.name],
        by=by.strip(),
        earlier=earlier,
    )
    if not typed.strip() and not filters.narrows and incident is None:
        raise UsageError("There is nothing to search for. Nothing was changed. Give at least one word.")
    with opened(vault, passphrase_file) as held:
        if incident is not None:
            filters = replace(filters, incident=held.read.incident(incident).reference)
        answer = held.read.search(typed, filters, limit, before)
    put(as_json, answer_json(answer), _words(answer))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is no day. Nothing was changed. Write it as 2026-03-12.") from error


def answer_json(answer: SearchAnswer) -> dict[str, object]:
    """`before` is for the next page, null on the last one; `marks` are pairs of places in a text, in
    characters from 0, the second one past the end."""
    return {
        "words": list(answer.words),
        "cut": answer.cut,
        "hits": [hit_json(hit) for hit in answer.hits],
        "before": answer.before,
    }


def hit_json(hit: SearchHit) -> dict[str, object]:
    return {
        "kind": hit.kind.value,
        "about": hit.about,
        "title": _marked_json(hit.title),
        "parts": [
            {"field": part.field, "earlier": part.earlier, **_marked_json(part.text)} for part in hit.parts
        ],
        "at": hit.at.isoformat(),
        "by": hit.by,
        "entry": hit.seq,
        "incident": hit.incident,
        "incident_title": hit.incident_title,
        "platform": hit.platform,
        "states": [state.value for state in hit.states],
        "earlier": hit.earlier,
    }


def _marked_json(marked: Marked) -> dict[str, object]:
    return {"text": marked.text, "marks": [list(pair) for pair in marked.marks]}


def _words(answer: SearchAnswer) -> str:
    lines = []
    for hit in answer.hits:
        marks = "".join(f"  {_STATES[state]}" for state in hit.states)
        once = "  said earlier" if hit.earlier else ""
        name = hit.title.text if hit.kind is SearchKind.BUNDLE else hit.about
        called = f"  {hit.title.text}" if hit.title.text not in {name, hit.about} else ""
        filed = f"  {hit.incident}" if hit.incident and hit.incident not in {name, hit.about} else ""
        lines.append(f"{name}  {_NAMES[hit.kind]}  {hit.at:%Y-%m-%d %H:%M} UTC{filed}{called}{once}{marks}")
        lines += [f"    {field_name(part.field)}: {part.text.text}" for part in hit.parts]
    if not lines:
        return "Nothing was found."
    if answer.cut:
        lines.append("More words were given than are looked for; the first were: " + " ".join(answer.words))
    if answer.before is not None:
        lines.append(
            f"These are the newest {counted(len(answer.hits), 'hit')}. For more: --before {answer.before}"
        )
    return "\n".join(lines)
