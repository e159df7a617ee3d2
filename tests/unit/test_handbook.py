"""The handbook: readable, linked, true. What it names has to exist, and it claims nothing too much."""

from __future__ import annotations

import re

import pytest
import typer

from evidence_app import cli, handbook, policy
from evidence_app.handbook import Kind, Style
from evidence_app.records import Level

CHAPTERS = handbook.chapters()
WANTED = (
    "First evening",
    "Capture",
    "Phone evidence",
    "What not to capture",
    "Hand over to the headteacher",
    "For headteachers: reading a verdict",
    "Confirming a sender",
    "Keys, passphrase, recovery",
    "Backup and retention",
    "Check by hand without this program",
    "What this program cannot tell",
    "Words used",
    "Keyboard",
    "Who helps",
    "Check a bundle in a browser",
)

NEVER = (
    r"court[- ]admissible",
    r"admissible",
    r"forensic",
    r"\bcompliant\b",
    r"police[- ]approved",
    r"proves? (?:that )?the post",
    r"tamper[- ]?proof",
    r"exact time posted",
    r"\bverified\b",
    r"\bauthentic\b",
    r"complete conversation",
    r"detects? (?:illegal|indecent)",
    r"\banonymous(?:ly)?\b",
    r"permanently deleted",
    r"\bvictims?\b",
    r"\bperpetrators?\b",
)
"""domain.md, "Never claim" and "Language"."""


def codes() -> list[tuple[str, str]]:
    """Chapter and words of everything that is written as a key or a command."""
    return [(one.slug, span.text) for one in CHAPTERS for span in one.spans() if span.style is Style.CODE]


def test_every_chapter_is_there_in_its_order() -> None:
    assert tuple(one.title for one in CHAPTERS) == WANTED
    assert len({one.slug for one in CHAPTERS}) == len(CHAPTERS)
    assert {handbook.FIRST, handbook.KEYBOARD, handbook.SUPPORT} <= {one.slug for one in CHAPTERS}
    assert handbook.chapter("no such chapter") == CHAPTERS[0]


def test_every_link_leads_to_a_chapter() -> None:
    slugs = {one.slug for one in CHAPTERS}
    links = [span.target for one in CHAPTERS for span in one.spans() if span.style is Style.LINK]
    assert links
    assert set(links) <= slugs


def test_chapters_are_short_and_nothing_is_left_unread() -> None:
    for one in CHAPTERS:
        assert one.blocks[0].kind is Kind.HEADING
        assert len(one.text().split()) < 700, one.slug
        for sign in ("**", "](", "{", "}", "|"):
            plain = "\n".join(span.text for span in one.spans() if span.style is not Style.CODE)
            assert sign not in plain, f"{one.slug}: {sign}"
        assert not any(block.kind is Kind.TABLE and len(block.rows) < 2 for block in one.blocks)


@pytest.mark.parametrize("pattern", NEVER)
def test_nothing_is_claimed_that_cannot_be_kept(pattern: str) -> None:
    for one in CHAPTERS:
        assert re.findall(pattern, one.text(), re.IGNORECASE) == [], one.slug


def test_a_planted_claim_would_be_found() -> None:
    planted = "This is tamper-proof and court-admissible, and detects illegal images."
    assert [one for one in NEVER if re.search(one, planted, re.IGNORECASE)]


def commands() -> set[tuple[str, ...]]:
    """Every command there is, as typed, with the groups."""
    found: set[tuple[str, ...]] = {()}

    def walk(one: object, path: tuple[str, ...]) -> None:
        found.add(path)
        for name, inner in getattr(one, "commands", {}).items():
            walk(inner, (*path, name))

    walk(typer.main.get_command(cli.app), ())
    return found


def test_every_command_that_it_names_exists() -> None:
    named = [words for _, words in codes() if words.startswith("evidence-app")]
    assert named
    known = commands()
    for words in named:
        parts = tuple(one for one in words.split()[1:] if re.fullmatch(r"[a-z-]+", one))
        assert parts in known, words
    assert ("vault", "no-such-command") not in known


KEYS = {
    "Tab", "Shift+Tab", "Shift", "Space", "Enter", "Esc", "Ctrl+Enter", "F1", "F3", "F6", "Shift+F6",
    "F9", "Ctrl+L", "Ctrl+O", "Ctrl+N", "Ctrl+D", "Ctrl+B", "Ctrl+F", "Ctrl+Shift+F", "Ctrl+Shift+E",
    "Ctrl+Shift+W", "Alt+1", "Alt+9", "Alt+Left", "Alt+Right", "V", "W", "R", "T", "N", "L", "H", "Shift+H",
    "F", "+", "-", "0",
}  # fmt: skip
"""What the window answers to."""

_KEY = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)*(?:F\d+|Tab|Space|Enter|Esc|Left|Right|[A-Z0-9+-])|Shift")


def test_every_key_that_it_names_is_known() -> None:
    named = {words for _, words in codes() if _KEY.fullmatch(words)}
    assert {"F9", "Ctrl+L", "Ctrl+Shift+E"} <= named
    assert named <= KEYS
    assert "Ctrl+Q" not in KEYS


def test_other_code_is_files_tools_and_lines_to_type() -> None:
    tools = {"age", "tar", "sha256sum", "ssh-keygen", "shasum", "certutil"}
    for slug, words in codes():
        known = (
            _KEY.fullmatch(words) or words.startswith("evidence-app") or words.split()[0] in {*tools, "find"}
        )
        if not known:
            assert slug in {"by-hand", "backup", "confirming-a-sender", "keys"}, f"{slug}: {words}"


def test_names_and_numbers_come_from_the_policy(tmp_path) -> None:
    own = tmp_path / "policy.toml"
    own.write_text(
        'edition = "Oakfield, 2026"\n[[role]]\ncode = "head"\nname = "Principal"\n[danger]\ncall = "112"\n'
        '[[helpline]]\nname = "Oakfield wellbeing line"\ncontact = "01632 960 001"\n',
        "utf-8",
    )
    rules = policy.read(own)
    text = "\n".join(one.text() for one in handbook.chapters(rules))
    assert "Principal" in text
    assert "ring 112 first" in text
    assert "Oakfield wellbeing line" in text
    assert "01632 960 001" in text
    assert "as of the edition “Oakfield, 2026”" in text
    assert "Education Support" not in text


def test_what_can_be_said_of_how_it_was_collected_is_explained() -> None:
    text = handbook.chapter("phone").text()
    assert {Level.BROUGHT_IN.value, Level.SCREEN.value} <= set(re.findall(r"C\d", text))
