"""`data/report.pdf`: the record of an incident on paper. Pure: the same content gives the same bytes."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from evidence_app.bundle.paper import paper
from evidence_app.bundle.report_data import report_value
from evidence_app.bundle.report_series import further
from evidence_app.records import Preview, ReportContent

_ICONS: Final = ("info", "link", "lock", "logo", "speech", "warning")


def make_report(report: ReportContent) -> bytes:
    """The report as PDF. Raises `StorageError` where it cannot be made."""
    previews = (report.previews.get(one.exhibit.number) for one in report.content.exhibits)
    pictures = {
        f"picture-{at}": _in_svg(preview)
        for at, preview in enumerate(previews, start=1)
        if preview is not None
    }
    pictures |= {name: _in_svg(small) for name, small in further(report)}
    return paper("report", report_value(report), _ICONS, report.content.sealed_at, pictures)


def _in_svg(preview: Preview) -> str:
    """The typesetter takes values that are text: the JPEG goes in an SVG and comes out byte for byte."""
    size = f'width="{preview.width}" height="{preview.height}"'
    data = b64encode(preview.jpeg).decode("ascii")
    image = f'<image {size} href="data:image/jpeg;base64,{data}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'
