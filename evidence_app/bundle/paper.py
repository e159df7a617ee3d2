"""From plain values to a paper: PDF/A-2a and PDF/UA-1 at once, the same bytes for the same values.

Nothing is written to the disk. Texts and pictures reach the typesetter as values; only the templates that
ship with the program are read as markup.
Source: ISO 19005-2 and ISO 14289-1 by way of typst's `pdf_standards`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from evidence_app.bundle.report_text import printed
from evidence_app.bundle.typesetter import typeset, typeset_pictures
from evidence_app.errors import StorageError
from evidence_app.paths import resources


def paper(
    name: str,
    value: Mapping[str, object],
    icons: Sequence[str],
    at: datetime,
    pictures: Mapping[str, str] | None = None,
) -> bytes:
    """The PDF of the template `name` with this value (JSON, texts as plain strings).

    `pictures` are SVG texts by the name under which the template asks for them; `at` is the time of making
    that stands in the file. Raises `StorageError` where the paper cannot be made.
    """
    return typeset(_job(name, value, icons, at, pictures or {}))


def paper_pictures(
    name: str,
    value: Mapping[str, object],
    icons: Sequence[str],
    at: datetime,
    ppi: int,
    pictures: Mapping[str, str] | None = None,
) -> tuple[bytes, ...]:
    """The same pages as PNG pictures of `ppi` pixels per inch: a printer takes no PDF. Raises as `paper`."""
    return typeset_pictures(_job(name, value, icons, at, pictures or {}), ppi)


def _job(
    name: str,
    value: Mapping[str, object],
    icons: Sequence[str],
    at: datetime,
    pictures: Mapping[str, str],
) -> dict[str, Any]:
    folder = resources()
    template = folder / "report" / f"{name}.typ"
    try:
        template.stat()
        values = {f"icon-{icon}": (folder / "icons" / f"{icon}.svg").read_text("utf-8") for icon in icons}
        data = printed(value)
    except OSError as error:
        raise StorageError(
            "Some of the program's own files are missing. Your vaults are not affected. "
            "Install the program again."
        ) from error
    return {
        "template": str(template),
        "fonts": str(folder / "fonts"),
        "values": values | dict(pictures),
        "data": data,
        "strict_data": printed(value, strict=True),
        "at": int(at.timestamp()),
    }
