"""PDF: how many pages, what the document says of itself, its text, and the first page as pixels.

Qt's reader (PDFium) is the only kept library that can draw a page, and comes with the capture browser; where
it is not installed there is no preview. It runs in the child only, which has neither window nor network.
"""

from __future__ import annotations

from typing import Any, BinaryIO, Final

from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Claim, Limits, Pixels, Reader, Reading, ReadingKind

_MOST_PAGES: Final = 200
"""Of which the text is read."""
_SIDE: Final = 3_000
"""Pixels of the longer side of a page that is drawn, at most."""
_POINTS: Final = 20_000
"""The longest side of a page that is drawn, in 1/72 inch."""
_FIELDS: Final = ("Title", "Author", "Subject", "Keywords", "Producer", "Creator", "CreationDate")
_NAMES: Final = {
    "Creator": "Made with",
    "Producer": "Written by the program",
    "CreationDate": "Date and time of making",
}


def _qt() -> Any:
    """Qt's modules, without their types: this room may not know the window's."""
    try:
        from PySide6 import QtCore, QtGui, QtPdf
    except ImportError as error:
        raise NotReadableError("This installation has no reader for the pages of a PDF.") from error
    return QtCore, QtGui, QtPdf


def _read(source: BinaryIO, limits: Limits) -> Reading:
    core, gui, pdf = _qt()
    data = core.QBuffer()
    data.setData(source.read())
    data.open(core.QIODevice.OpenModeFlag.ReadOnly)
    document = pdf.QPdfDocument()
    document.load(data)
    error = document.error()
    errors = pdf.QPdfDocument.Error
    if error in {errors.IncorrectPassword, errors.UnsupportedSecurityScheme}:
        raise NotReadableError("It can be opened with a password only, which this program does not ask for.")
    if document.status() != pdf.QPdfDocument.Status.Ready or document.pageCount() < 1:
        raise NotReadableError("It is no whole PDF document: its pages cannot be found.")
    pages = document.pageCount()
    claims = [Claim("Pages", f"{pages:,}")]
    for name in _FIELDS:
        value = document.metaData(getattr(pdf.QPdfDocument.MetaDataField, name))
        words = value.toString(core.Qt.DateFormat.ISODate) if hasattr(value, "toString") else str(value or "")
        if words:
            claims.append(Claim(_NAMES.get(name, name), words))
    notes = []
    text, left = [], limits.text
    for page in range(min(pages, _MOST_PAGES)):
        found = document.getAllText(page).text()[:left]
        left -= len(found)
        text.append(found)
        if not left:
            break
    if len(text) < pages:
        notes.append(f"The text of the first {len(text):,} of {pages:,} pages can be searched.")
    if pages > 1:
        notes.append(f"The first of {pages:,} pages is shown here; the whole document is kept.")
    title = next((one.value for one in claims if one.name == "Title"), "")
    return Reading(
        ReadingKind.DOCUMENT,
        title,
        tuple(claims),
        "\n".join(text)[: limits.text],
        _page(document, core, gui, limits),
        notes=tuple(notes),
    )


def _page(document: Any, core: Any, gui: Any, limits: Limits) -> Pixels | None:
    size = document.pagePointSize(0)
    width, height = size.width(), size.height()
    if not (0 < width <= _POINTS and 0 < height <= _POINTS):
        raise TooLargeError("Its first page has a size that no page has.")
    scale = min(limits.preview_side, _SIDE) / max(width, height)
    wanted = core.QSize(max(1, round(width * scale)), max(1, round(height * scale)))
    drawn = document.render(0, wanted)
    if drawn.isNull():
        return None
    # Pages are drawn on nothing; paper is white.
    page = gui.QImage(drawn.size(), gui.QImage.Format.Format_RGB888)
    page.fill(gui.QColor(255, 255, 255))
    painter = gui.QPainter(page)
    painter.drawImage(0, 0, drawn)
    painter.end()
    row, stride, bits = page.width() * 3, page.bytesPerLine(), bytes(page.constBits())
    rgb = b"".join(bits[at * stride : at * stride + row] for at in range(page.height()))
    return Pixels(page.width(), page.height(), rgb)


READER: Final = Reader("pdf", _read)
