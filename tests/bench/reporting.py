"""Row `report`: the evidence report of 200 pictures as PDF.

Ours is tagged and fit for keeping (PDF/A-2a, PDF/UA-1); the peers make plain pages of the same pictures.
"""

from __future__ import annotations

import importlib.util
import io
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

from evidence_app.bundle.report import make_report
from evidence_app.capture.preview import preview
from evidence_app.records import Preview, ReportContent
from tests.bench import scene
from tests.bench.harness import MIB, Role, Row, Way, Workshop, run
from tests.bundles import helen, ruth
from tests.reports import utc

PICTURES = 200
_KINDS = 10


@contextmanager
def open_row(shop: Workshop) -> Iterator[Row]:
    """An incident with 200 exhibits, and a page with the same pictures for the peers."""
    shop.require(200 * MIB)
    folder = shop.new_folder()
    sender = helen()
    for number in range(PICTURES):
        sender.capture(f"HXA/{number + 101:03d}", b"%d" % number)
    content = sender.content([ruth()])
    small = [_preview(seed) for seed in range(_KINDS)]
    numbers = [one.exhibit.number for one in content.exhibits]
    previews = {number: small[at % _KINDS] for at, number in enumerate(numbers)}
    page, out = folder / "page.html", folder / "out.pdf"
    page.write_text(_page(previews), "utf-8")

    def ours() -> None:
        out.write_bytes(make_report(ReportContent(content, previews, utc)))

    def weasyprint() -> None:
        line = "import sys, weasyprint; weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2])"
        run(sys.executable, "-c", line, page, out)

    ways = [
        Way("make_report", Role.OURS, ours),
        Way(
            "wkhtmltopdf",
            Role.PEER,
            lambda: run("wkhtmltopdf", "-q", page, out),
            needs=("wkhtmltopdf",),
            goal=0.6,
        ),
        Way(
            "WeasyPrint",
            Role.PEER,
            weasyprint,
            needs=() if importlib.util.find_spec("weasyprint") else ("weasyprint",),
            goal=0.35,
        ),
    ]
    yield Row("report", f"the report of {len(numbers)} exhibits with their pictures", ways)


def _preview(seed: int) -> Preview:
    drawn = scene.draw(seed, 1280, 800)
    file = io.BytesIO()
    drawn.save(file, "PNG")
    file.seek(0)
    made = preview(file, "image/png")
    assert made is not None
    return made


def _page(previews: dict[str, Preview]) -> str:
    blocks = "".join(
        f"<h2>{number}</h2><p>Captured by Helen Ashdown at Larkmere Academy.</p>"
        f'<img width="400" src="data:image/jpeg;base64,{b64encode(one.jpeg).decode()}">'
        for number, one in previews.items()
    )
    return f'<!doctype html><meta charset="utf-8"><title>Report</title>{blocks}'
