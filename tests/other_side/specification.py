"""The lists that the specifications hold, read out of them: what stands there is what a reader knows."""

from __future__ import annotations

import re
from pathlib import Path

_FORMATS = Path(__file__).resolve().parents[2] / "resources" / "formats"
_VAULT = (_FORMATS / "vault.md").read_text("utf-8")
_BUNDLE = (_FORMATS / "bundle.md").read_text("utf-8")


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def _words(name: str) -> list[str]:
    """The words of a sentence such as "`source`: `observed`, `pasted`."; explanations in brackets aside."""
    sentence = re.sub(r"\([^)]*\)", "", _between(_VAULT, f"`{name}`: ", ".\n" if name == "source" else ". `"))
    return re.findall("`([^`]+)`", sentence.partition(". ")[0])


KINDS = frozenset(
    re.findall(
        r"(?m)^\| `([a-z_]+\.[a-z_]+)` \|", _between(_VAULT, "## Data of the entries", "`observed` is what")
    )
)
METHODS = _words("method")
SOURCES = _words("source")
ENDINGS = {
    media_type: ending
    for row in _between(_BUNDLE, "| media type | ending |", "`application/wacz`").splitlines()
    for media_type, ending in re.findall(r"([a-z]+/[a-z0-9.-]+) \| ([a-z0-9]+) \|", row)
}
ENDINGS |= dict(re.findall(r"`(application/[a-z-]+)` is `([a-z0-9]+)`", _BUNDLE))
