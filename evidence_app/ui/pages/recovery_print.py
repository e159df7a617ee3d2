"""The recovery sheet on paper and as a text file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from evidence_app.ui import say, theme

_EDGE_MM = 20.0


def rules() -> tuple[str, ...]:
    """What stands under the words, on the screen and on paper."""
    return (
        say.tr("These 12 words open your vault."),
        say.tr("Keep this sheet in a sealed envelope, locked away, not with the computer."),
        say.tr("To use it, choose ‘Use my recovery sheet’ on the unlock screen."),
    )


def _warning() -> str:
    return say.tr("Whoever has these words can read the vault.")


def _made(made: datetime) -> str:
    return say.tr("Made {day}, {time}").format(day=say.day(made), time=say.minute(made))


def recovery_text(owner: str, made: datetime, words: Sequence[str]) -> str:
    """The sheet as plain text."""
    numbered = [f"{number:2}. {word}" for number, word in enumerate(words, start=1)]
    notes = [f"{number}. {line}" for number, line in enumerate(rules(), start=1)]
    head = [say.tr("Evidence: recovery sheet"), owner, _made(made)]
    return "\n".join([*head, "", *numbered, "", *notes, "", _warning(), ""])


def recovery_html(owner: str, made: datetime, words: Sequence[str]) -> str:
    """The sheet for the printer: black on white, words large enough to be copied without a mistake."""
    cells = [
        f"<td width='33%'><span style='color:#555555'>{number}</span>&nbsp;&nbsp;"
        f"<span style='font-size:15pt; font-weight:600'>{escape(word)}</span></td>"
        for number, word in enumerate(words, start=1)
    ]
    rows = "".join(f"<tr>{''.join(cells[at : at + 3])}</tr>" for at in range(0, len(cells), 3))
    notes = "".join(f"<li style='margin-bottom:4pt'>{escape(line)}</li>" for line in rules())
    # Qt keeps no margin between a paragraph and a table: an empty line holds them apart.
    gap = "<p style='font-size:8pt'>&nbsp;</p>"
    return (
        f"<p style='font-size:11pt; font-weight:600'>{escape(say.tr('Evidence'))}</p>"
        f"<p style='font-size:22pt; font-weight:600'>{escape(say.tr('Recovery sheet'))}</p>"
        f"<p>{escape(owner)}<br>{escape(_made(made))}</p>{gap}"
        "<table width='100%' cellpadding='12' cellspacing='0' border='1' "
        f"style='border-collapse:collapse; border-style:solid; border-color:#777777'>{rows}</table>{gap}"
        f"<ol>{notes}</ol>{gap}<p>{escape(_warning())}</p>"
    )


def print_sheet(printer: QPrinter, owner: str, made: datetime, words: Sequence[str]) -> bool:
    """Print one page of A4, upright; False where the printer took nothing."""
    edges = QMarginsF(_EDGE_MM, _EDGE_MM, _EDGE_MM, _EDGE_MM)
    page = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        edges,
        QPageLayout.Unit.Millimeter,
    )
    printer.setPageLayout(page)
    printer.setDocName(say.tr("Evidence: recovery sheet"))
    document = QTextDocument()
    font = theme.font("body")
    font.setPointSizeF(11)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    # With a page of its own the document is laid out once, for the paper, and gets no page number.
    document.documentLayout().setPaintDevice(printer)
    document.setPageSize(printer.pageRect(QPrinter.Unit.DevicePixel).size())
    document.setHtml(recovery_html(owner, made, words))
    document.print_(printer)
    return printer.printerState() not in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)
