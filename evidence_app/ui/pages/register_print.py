"""The register to a printer: the same pages as the saved PDF, painted one after the other."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter

from evidence_app import workflows
from evidence_app.records import Owner, Progress, ProgressCall, RegisterRow

PPI = 300
"""Pixels per inch of the pages: as fine as the usual printer."""


def print_register(
    printer: QPrinter,
    rows: tuple[RegisterRow, ...],
    owner: Owner,
    progress: ProgressCall,
) -> bool:
    """Print these rows, landscape; False where the printer took nothing. For background work.

    Only the pages that the print dialog named. Raises `StorageError` where there are no pages, and what
    `progress` raises until the first one is painted.
    """
    words = QCoreApplication.translate("register", "Laying out the pages")
    progress(Progress(0, 0, words))
    pages = workflows.register_pictures(rows, owner, datetime.now(UTC), PPI)
    progress(Progress(0, 0, words))
    first, last = printer.fromPage() or 1, printer.toPage() or len(pages)
    printer.setFullPage(True)
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    printer.setDocName(QCoreApplication.translate("register", "Evidence: register of received bundles"))
    painter = QPainter()
    if not painter.begin(printer):
        return False
    try:
        for number, page in enumerate(pages[first - 1 : last]):
            if number and not printer.newPage():
                return False
            paint_page(painter, QImage.fromData(page), printer)
    finally:
        painter.end()
    return printer.printerState() not in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)


def paint_page(painter: QPainter, page: QImage, printer: QPrinter) -> None:
    """The whole page on the whole paper, or smaller in its middle where the paper has another shape."""
    paper = printer.paperRect(QPrinter.Unit.DevicePixel)
    size = QSizeF(page.size()).scaled(paper.size(), Qt.AspectRatioMode.KeepAspectRatio)
    spot = QRectF(0, 0, size.width(), size.height())
    spot.moveCenter(QRectF(0, 0, paper.width(), paper.height()).center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(spot, page)
