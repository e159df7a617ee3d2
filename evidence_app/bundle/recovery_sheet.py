"""The recovery sheet as one page: twelve words, the same as a QR code, what it is and where it belongs.

Made in memory and by the typesetter's own process; nothing of it touches the disk here.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import segno

from evidence_app.bundle.dates import moment_of
from evidence_app.bundle.paper import paper, paper_pictures
from evidence_app.records import Owner

RULES: Final = (
    "These twelve words open the vault without its passphrase. Whoever has them can read all of it.",
    "Put this sheet in a sealed envelope, locked away, such as in the school safe. Never with the computer.",
    "Do not photograph it, and do not keep it as a file: take the file off the computer when it is printed.",
    "To use it, choose “Use my recovery sheet” where you unlock. Type the words, or scan the code and paste.",
    "An earlier sheet of this vault opens nothing any more. Tear it up.",
)


def recovery_sheet(owner: Owner, vault: str, made: datetime, words: Sequence[str]) -> bytes:
    """The page as PDF; `vault`: the name of its folder. Raises `StorageError`."""
    return paper("recovery", _value(owner, vault, made, words), ("logo",), made, _code(words))


def recovery_picture(owner: Owner, vault: str, made: datetime, words: Sequence[str], ppi: int) -> bytes:
    """The same page as a PNG of `ppi` pixels per inch, for a printer. Raises `StorageError`."""
    pages = paper_pictures("recovery", _value(owner, vault, made, words), ("logo",), made, ppi, _code(words))
    return pages[0]


def _value(owner: Owner, vault: str, made: datetime, words: Sequence[str]) -> dict[str, object]:
    return {
        "plain_title": "Evidence: recovery sheet",
        "who": ", ".join(part for part in (owner.name, owner.school) if part),
        "vault": vault,
        "made": moment_of(made.astimezone()),
        "plain_words": list(words),
        "rules": list(RULES),
    }


def _code(words: Sequence[str]) -> dict[str, str]:
    return {"code": qr_code(" ".join(words))}


def qr_code(text: str) -> str:
    """A QR code as SVG, with a fifth of it to spare where the paper is creased (level Q)."""
    out = io.BytesIO()
    segno.make(text, error="q", micro=False).save(out, kind="svg", border=4, svgclass=None, lineclass=None)
    return out.getvalue().decode()
