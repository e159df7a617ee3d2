"""`data/report.pdf`: the record of an incident on paper, PDF/A-2a and PDF/UA-1 at once.

Pure: the same content gives the same bytes, and nothing is written to the disk. Texts and pictures reach
the typesetter as values; only the template that ships with the program is read as markup.
Source: ISO 19005-2 and ISO 14289-1 by way of typst's `pdf_standards`.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from evidence_app.bundle.report_data import report_value
from evidence_app.bundle.report_text import printed
from evidence_app.bundle.typesetter import typeset
from evidence_app.errors import StorageError
from evidence_app.paths import resources
from evidence_app.records import Preview, ReportContent

MEDIA_TYPE: Final = "application/pdf"
_ICONS: Final = ("info", "link", "lock", "logo", "speech", "warning")


def make_report(report: ReportContent) -> bytes:
    """The report as PDF. Raises `StorageError` where it cannot be made."""
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
    return typeset(
        {
            "template": str(template),
            "fonts": str(folder / "fonts"),
            "values": values,
            "data": data,
            "strict_data": printed(value, strict=True),
            "at": int(report.content.sealed_at.timestamp()),
        }
    )


def _in_svg(preview: Preview) -> str:
    """The typesetter takes values that are text: the JPEG goes in an SVG and comes out byte for byte."""
    size = f'width="{preview.width}" height="{preview.height}"'
    data = b64encode(preview.jpeg).decode("ascii")
    image = f'<image {size} href="data:image/jpeg;base64,{data}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'
