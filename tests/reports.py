"""Reports for tests, and what other people's tools read in them (poppler, qpdf)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evidence_app.bundle.report import make_report
from evidence_app.capture.preview import preview
from evidence_app.records import BundleContent, Preview, ReportContent
from tests.bundles import Sender, helen, ruth


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def content_of(sender: Sender, **wishes: Any) -> BundleContent:
    return sender.content([ruth()], **wishes)


def previews_of(content: BundleContent) -> dict[str, Preview]:
    found = {
        one.exhibit.number: preview(one.open(), one.exhibit.stored.media_type) for one in content.exhibits
    }
    return {number: small for number, small in found.items() if small is not None}


def report_of(content: BundleContent, local: Callable[[datetime], datetime] = utc, **other: Any) -> bytes:
    return make_report(ReportContent(content, previews_of(content), local, **other))


def sample(**wishes: Any) -> BundleContent:
    """Helen's incident, two kinds stated, as Ruth gets it."""
    sender = helen()
    sender.state("HXA/001", kind="insult,trolling", platform="Chirrup")
    return content_of(sender, **wishes)


def text(pdf: bytes, folder: Path, *options: str) -> str:
    """What pdftotext reads, in the order of the file's content."""
    (folder / "report.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-enc", "UTF-8", *options, "report.pdf", "-"],
        cwd=folder,
        capture_output=True,
        check=True,
    ).stdout.decode()


def squeezed(shown: str) -> str:
    """Without white space: where a line ends is the page's matter."""
    return "".join(shown.split())


def objects(pdf: bytes, folder: Path) -> list[Mapping[str, Any]]:
    """Every dictionary of the file, as qpdf tells them, once its own check has found nothing."""
    (folder / "report.pdf").write_bytes(pdf)
    subprocess.run(["qpdf", "--check", "report.pdf"], cwd=folder, capture_output=True, check=True)
    told = subprocess.run(
        ["qpdf", "--json=2", "report.pdf"], cwd=folder, capture_output=True, check=True
    ).stdout
    return list(_dictionaries(json.loads(told)["qpdf"][1]))


def _dictionaries(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _dictionaries(child)
