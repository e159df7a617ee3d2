"""Covered copies of pictures and texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from evidence_app import policy, workflows
from evidence_app.bundle.field_words import cover_words, relation_words
from evidence_app.cli.cases import Number
from evidence_app.cli.casework import read_region
from evidence_app.cli.shared import (
    AsJson,
    PassphraseFile,
    VaultPath,
    exhibit_json,
    opened,
    put,
)
from evidence_app.errors import UsageError
from evidence_app.records import Cover
from evidence_app.records_json import area_to_json


def read_cover(text: str) -> Cover:
    """`X,Y,W,H=REASON` or `X,Y,W,H=REASON: words`; raises `UsageError`."""
    place, equals, reason = text.partition("=")
    code, _, words = reason.partition(":")
    if not equals or not code.strip():
        codes = ", ".join(one.code for one in policy.current().covers)
        raise UsageError(
            f"{text[:60]!r} does not say why it is covered. Nothing was made. Write X,Y,W,H=REASON with one "
            f"of: {codes}."
        )
    return Cover(read_region(place, "Nothing was made."), code.strip(), words.strip())


def read_passages(
    texts: Sequence[str], lines: Sequence[str], reasons: Sequence[str]
) -> list[workflows.TextCover]:
    """What to cover in a text, from the three options; raises `UsageError`."""
    count = len(texts) + len(lines)
    if reasons and not count:
        raise UsageError(
            "--reason says why words or lines are covered. Nothing was made. Give --text or --lines."
        )
    if count and len(reasons) not in (1, count):
        codes = ", ".join(one.code for one in policy.current().covers)
        raise UsageError(
            "Give one --reason for all, or one for each --text and then each --lines. Nothing was made. "
            f"Reasons are: {codes}."
        )
    why = [one.partition(":") for one in (reasons if len(reasons) == count else [reasons[0]] * count)]
    found = [
        workflows.TextCover(code.strip(), words.strip(), text=one)
        for one, (code, _, words) in zip(texts, why, strict=False)
    ]
    for one, (code, _, words) in zip(lines, why[len(texts) :], strict=True):
        first, last = read_lines(one)
        found.append(workflows.TextCover(code.strip(), words.strip(), first=first, last=last))
    return found


def read_lines(text: str) -> tuple[int, int]:
    """`4-9` or `4`, counted from 1; raises `UsageError`."""
    match = re.fullmatch(r"\s*([1-9][0-9]{0,8})\s*(?:-\s*([1-9][0-9]{0,8})\s*)?", text, re.ASCII)
    if match is None:
        raise UsageError(f"{text[:40]!r} is not lines. Nothing was made. Write A-B, counted from 1.")
    return int(match[1]), int(match[2] or match[1])


def exhibit_cover(
    vault: VaultPath,
    number: Number,
    cover: Annotated[
        list[str] | None,
        typer.Option("--cover", metavar="X,Y,W,H=REASON", help="In pixels of the original; may be repeated."),
    ] = None,
    crop: Annotated[str | None, typer.Option("--crop", metavar="X,Y,W,H", help="The part to keep.")] = None,
    text: Annotated[
        list[str] | None,
        typer.Option("--text", metavar="WORDS", help="Cover these words everywhere; may be repeated."),
    ] = None,
    lines: Annotated[
        list[str] | None,
        typer.Option("--lines", metavar="A-B", help="Cover these lines of the text; may be repeated."),
    ] = None,
    reason: Annotated[
        list[str] | None,
        typer.Option(
            "--reason",
            metavar="REASON",
            help="Why words and lines are covered: one for all, or one for each --text, then each --lines.",
        ),
    ] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a copy of a picture or text with parts covered or cut off. The original stays as it is."""
    covers = [read_cover(one) for one in cover or ()]
    kept = None if crop is None else read_region(crop, "Nothing was made.")
    passages = read_passages(text or (), lines or (), reason or ())
    if passages and (covers or kept is not None):
        raise UsageError(
            "--cover and --crop are for pictures, --text and --lines for texts. Nothing was made. Give one "
            "kind."
        )
    with opened(vault, passphrase_file) as held:
        if passages:
            made = workflows.cover_text(held, number, passages)
        else:
            made = workflows.cover(held, number, covers, kept)
    derived = made.derived
    if derived is None:
        raise ValueError("a copy without an original")
    answer = exhibit_json(made) | {
        "relation": derived.relation.value,
        "from": {"number": derived.origin.number, "entry": derived.origin.seq},
        "covers": [
            {"area": area_to_json(one.area), "reason": one.reason, "words": cover_words(one)}
            for one in derived.covers
        ],
        "passages": [
            {"reason": one.reason, "words": cover_words(one), "places": one.places}
            for one in derived.passages
        ],
        "crop": None if derived.crop is None else area_to_json(derived.crop),
    }
    put(as_json, answer, f"{made.number} is a {relation_words(derived)}, sealed. The original is untouched.")
