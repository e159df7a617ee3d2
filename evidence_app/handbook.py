"""The handbook: short chapters in `resources/help`, read without any vault.

A small part of Markdown: headings, paragraphs, lists, numbered steps, tables, blocks of commands, **strong**,
`keys and commands`, [links](to-chapters). Names of roles, the number to ring and the helplines come from the
policy: `{head}`, `{call}`, and a paragraph of its own, `{helplines}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from evidence_app import paths, policy
from evidence_app.policy import Policy

SUPPORT: Final = "who-helps"
KEYBOARD: Final = "keyboard"
FIRST: Final = "first-evening"


class Style(StrEnum):
    """How a part of a line is meant."""

    PLAIN = "plain"
    STRONG = "strong"
    CODE = "code"
    LINK = "link"


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    STEPS = "steps"
    TABLE = "table"
    COMMANDS = "commands"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line; `target` is the chapter of a link."""

    text: str
    style: Style = Style.PLAIN
    target: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """`lines` are the items of a list, the lines of commands, or one line; `rows` those of a table, the
    first of which is its heading. `level` is that of a heading, from 1."""

    kind: Kind
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file: `slug` is its name without number and ending, `title` its first heading."""

    slug: str
    title: str
    blocks: tuple[Block, ...]

    def headings(self) -> tuple[str, ...]:
        """The headings below the title, in order."""
        return tuple(words(one.lines[0]) for one in self.blocks if one.kind is Kind.HEADING and one.level > 1)

    def spans(self) -> Iterator[Span]:
        """Every part of every line."""
        for block in self.blocks:
            for line in (*block.lines, *(cell for row in block.rows for cell in row)):
                yield from line

    def text(self) -> str:
        """All the words, for searching."""
        return "\n".join(
            words(line)
            for block in self.blocks
            for line in (*block.lines, *(cell for row in block.rows for cell in row))
        )


def words(line: Line) -> str:
    """A line without its styles."""
    return "".join(span.text for span in line)


def chapters(rules: Policy | None = None) -> tuple[Chapter, ...]:
    """The whole handbook in its order, with the names of this policy (the current one by default).

    Raises `StorageError` where the program's own files are missing.
    """
    rules = policy.current() if rules is None else rules
    return tuple(_chapter(slug, text, rules) for slug, text in _texts(paths.resources() / "help"))


def chapter(slug: str) -> Chapter:
    """One chapter; the first where there is none of this name."""
    found = chapters()
    return next((one for one in found if one.slug == slug), found[0])


@lru_cache(maxsize=4)
def _texts(folder: Path) -> tuple[tuple[str, str], ...]:
    files = sorted(folder.glob("[0-9][0-9]-*.md"))
    return tuple((one.stem[3:], one.read_text("utf-8")) for one in files)


def _chapter(slug: str, text: str, rules: Policy) -> Chapter:
    blocks = tuple(_blocks(text, rules))
    title = next((words(one.lines[0]) for one in blocks if one.kind is Kind.HEADING), slug)
    return Chapter(slug, title, blocks)


# --- reading --------------------------------------------------------------------------------------------

_SPAN: Final = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`|\[(?P<link>[^\]]+)\]\((?P<to>[^)]+)\)")
_ITEM: Final = re.compile(r"(?:- |(?P<number>\d+)\. )(?P<rest>.*)")


def _blocks(text: str, rules: Policy) -> Iterator[Block]:
    names = {role.code: role.name for role in rules.roles} | {"call": rules.danger.call}
    paragraph: list[str] = []
    at, lines = 0, text.splitlines()
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("```")), len(lines))
            yield Block(Kind.COMMANDS, tuple((Span(one, Style.CODE),) for one in lines[at + 1 : end]))
            at = end + 1
            continue
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            yield Block(Kind.HEADING, (_line(line[level:].strip(), names),), level=level)
        elif line.startswith("|"):
            end = _while(lines, at, lambda one: one.startswith("|"))
            rows = [_cells(one, names) for n, one in enumerate(lines[at:end]) if n != 1]
            yield Block(Kind.TABLE, rows=tuple(rows))
            at = end
            continue
        elif match := _ITEM.match(line):
            numbered = match["number"] is not None
            end = _while(lines, at, lambda one: bool(_ITEM.match(one)))
            items = [_ITEM.match(one) for one in lines[at:end]]
            yield Block(
                Kind.STEPS if numbered else Kind.LIST,
                tuple(_line(item["rest"], names) for item in items if item is not None),
            )
            at = end
            continue
        elif line.strip() == "{helplines}":
            yield from _helplines(rules)
        elif line.strip():
            paragraph.append(line.strip())
            following = lines[at + 1].strip() if at + 1 < len(lines) else ""
            if not following or following[0] in "#|-`{" or _ITEM.match(following):
                yield Block(Kind.PARAGRAPH, (_line(" ".join(paragraph), names),))
                paragraph = []
        at += 1


def _while(lines: Sequence[str], at: int, holds: Callable[[str], bool]) -> int:
    while at < len(lines) and holds(lines[at]):
        at += 1
    return at


def _cells(line: str, names: dict[str, str]) -> tuple[Line, ...]:
    return tuple(_line(one.strip(), names) for one in line.strip().strip("|").split("|"))


def _line(text: str, names: dict[str, str]) -> Line:
    for code, name in names.items():
        text = text.replace(f"{{{code}}}", name)
    spans: list[Span] = []
    at = 0
    for match in _SPAN.finditer(text):
        if match.start() > at:
            spans.append(Span(text[at : match.start()]))
        if match["strong"]:
            spans.append(Span(match["strong"], Style.STRONG))
        elif match["code"]:
            spans.append(Span(match["code"], Style.CODE))
        else:
            spans.append(Span(match["link"], Style.LINK, match["to"]))
        at = match.end()
    if at < len(text):
        spans.append(Span(text[at:]))
    return tuple(spans)


def _helplines(rules: Policy) -> Iterator[Block]:
    """Who helps, as the policy names them; numbers change, so it says as of which edition they are."""
    items = []
    for one in rules.helplines:
        about = f": {one.about}" if one.about else ""
        contact = f". {one.contact}" if one.contact else ""
        items.append((Span(one.name, Style.STRONG), Span(f"{about}{contact}")))
    yield Block(Kind.LIST, tuple(items))
    yield Block(
        Kind.PARAGRAPH,
        (
            (
                Span(
                    f"Check a number before you rely on it: these are as of the edition “{rules.edition}”, "
                    "and numbers and opening hours change."
                ),
            ),
        ),
    )
