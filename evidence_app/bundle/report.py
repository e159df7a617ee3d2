"""`data/report.pdf`: the record of an incident on paper, PDF/A-2a and PDF/UA-1 at once.

Pure: the same content gives the same bytes, and nothing is written to the disk. Texts and pictures reach
the typesetter as values; only the template that ships with the program is read as markup.
Source: ISO 19005-2 and ISO 14289-1 by way of typst's `pdf_standards`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from evidence_app.bundle.report_data import report_value
from evidence_app.bundle.report_text import printed
from evidence_app.errors import StorageError
from evidence_app.paths import resources
from evidence_app.records import Preview, ReportContent

MEDIA_TYPE: Final = "application/pdf"
_STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
_ICONS: Final = ("info", "link", "lock", "logo", "speech", "warning")


def make_report(report: ReportContent) -> bytes:
    """The report as PDF. Raises `StorageError` where the program's own files are missing."""
    folder = resources()
    template = folder / "report" / "report.typ"
    try:
        template.stat()
        values = {f"icon-{name}": (folder / "icons" / f"{name}.svg").read_text("utf-8") for name in _ICONS}
        value = report_value(report)
        data = printed(value)
    except OSError as error:
        raise StorageError(
            "Some of the program's own files are missing. Your vaults are not affected. "
            "Install the program again."
        ) from error
    for at, one in enumerate(report.content.exhibits, start=1):
        preview = report.previews.get(one.exhibit.number)
        if preview is not None:
            values[f"picture-{at}"] = _in_svg(preview)
    try:
        return _typeset(template, values, data, report.content.sealed_at)
    except typst.TypstError:
        # The fonts lack a sign after all, in the company in which it stands here.
        return _typeset(template, values, printed(value, strict=True), report.content.sealed_at)


def _typeset(template: Path, values: dict[str, str], data: object, at: datetime) -> bytes:
    return typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(template.parent.parent / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={**values, "data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=_STANDARDS,
        timestamp=int(at.timestamp()),
    )


def _in_svg(preview: Preview) -> str:
    """The typesetter takes values that are text: the JPEG goes in an SVG and comes out byte for byte."""
    size = f'width="{preview.width}" height="{preview.height}"'
    data = b64encode(preview.jpeg).decode("ascii")
    image = f'<image {size} href="data:image/jpeg;base64,{data}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'
