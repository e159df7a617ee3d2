"""A sheet of words as PDF (PDF/A-2a and PDF/UA-1): for what must be told without any picture.

Pure: the same content gives the same bytes. A sheet has no field that could carry a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from evidence_app.bundle.report_text import printed
from evidence_app.bundle.text import shown
from evidence_app.bundle.typesetter import typeset, typeset_pictures
from evidence_app.errors import StorageError
from evidence_app.paths import resources

_ICONS: Final = ("logo", "warning")


@dataclass(frozen=True, slots=True)
class Section:
    """Label and value, one under the other, then single points."""

    name: str
    rows: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """`kind` stands in the head of every page, `foot` at its end; `warning` before everything else."""

    kind: str
    name: str
    school: str
    intro: str
    foot: str
    sections: tuple[Section, ...]
    at: datetime
    warning: str = ""


def make_sheet(sheet: Sheet) -> bytes:
    """The sheet as PDF. Raises `StorageError` where it cannot be made."""
    return typeset(_job(sheet))


def sheet_pictures(sheet: Sheet, ppi: int) -> tuple[bytes, ...]:
    """The same pages, each as a PNG of `ppi` pixels per inch, to be looked at. Raises as `make_sheet`."""
    return typeset_pictures(_job(sheet), ppi)


def sheet_words(sheet: Sheet) -> str:
    """What stands on it, for a reader who hears it."""
    said = [sheet.kind, sheet.name, sheet.school, sheet.warning, sheet.intro]
    for one in sheet.sections:
        said += [one.name, *(f"{label}: {value}" for label, value in one.rows), *one.points]
    return "\n".join(part for part in (*said, sheet.foot) if part)


def _job(sheet: Sheet) -> dict[str, Any]:
    folder = resources()
    template = folder / "report" / "sheet.typ"
    value = {
        "plain_title": shown(f"{sheet.kind}: {sheet.name}", 400).replace("\n", " "),
        "kind": sheet.kind,
        "name": sheet.name,
        "school": sheet.school,
        "intro": sheet.intro,
        "warning": sheet.warning,
        "foot": sheet.foot,
        "sections": [
            {"name": one.name, "rows": [list(row) for row in one.rows], "points": list(one.points)}
            for one in sheet.sections
        ],
    }
    try:
        template.stat()
        icons = {f"icon-{name}": (folder / "icons" / f"{name}.svg").read_text("utf-8") for name in _ICONS}
        data, strict = printed(value), printed(value, strict=True)
    except OSError as error:
        raise StorageError(
            "Some of the program's own files are missing. Your vaults are not affected. "
            "Install the program again."
        ) from error
    return {
        "template": str(template),
        "fonts": str(folder / "fonts"),
        "values": icons,
        "data": data,
        "strict_data": strict,
        "at": int(sheet.at.timestamp()),
    }
