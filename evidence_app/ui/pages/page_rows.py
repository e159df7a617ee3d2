"""A web page in the Observed panel of an exhibit: where it was, and how the browser knows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from evidence_app.bundle.page_words import address_note
from evidence_app.records import PageSeen
from evidence_app.ui import say
from evidence_app.ui.pages.long_text import LongText
from evidence_app.ui.widgets import ObservedPanel


def add_page(
    panel: ObservedPanel, page: PageSeen | None, files: Sequence[tuple[str, int]] = (), *, short: bool = False
) -> None:
    """Where it was: of a page what the browser saw, of a screenshot that nothing was. `files`: name and size
    (bytes) of what is kept with it. `short`: the first rows only."""
    if page is None:
        more = "" if not short else " " + _tr("State it if you know it.")
        panel.add(
            _tr("Web address"),
            _tr("Not observed"),
            _tr("A screenshot cannot prove an address.") + more,
        )
        return
    panel.add(_tr("Web address"), LongText(page.address), address_note(page))
    if page.title:
        panel.add(_tr("Page title"), LongText(page.title))
    panel.add(_tr("Certificate"), *_certificate(page))
    if short:
        return
    status = _tr("not seen") if page.status is None else str(page.status)
    panel.add(_tr("Answer"), LongText(_tr("Status {0}").format(status)), page.remote)
    if page.dated:
        panel.add(_tr("Server’s time"), LongText(page.dated), _tr("As the server says; nobody checked it."))
    if page.modified:
        panel.add(_tr("Page’s time"), LongText(page.modified), _tr("As the page says; nobody checked it."))
    whole = _tr("The whole page") if page.whole else _tr("What the view showed")
    width, height = page.viewport
    panel.add(_tr("Captured"), whole, " ".join((_tr("View {0} × {1}.").format(width, height), *page.notes)))
    names = ", ".join(f"{name} ({say.size(size)})" for name, size in files)
    if names:
        panel.add(_tr("Kept with it"), LongText(names))


def _certificate(page: PageSeen) -> tuple[str, str]:
    if not page.certificates:
        plain = page.address.startswith("http:")
        return (_tr("None: not encrypted") if plain else _tr("Not kept"), page.certificate_problem)
    first = page.certificates[0]
    note = _tr("Issued by {0}. Valid to {1}.").format(first.issuer, say.short_day(first.valid_to))
    if page.certificate_problem:
        note = _tr("Not accepted by the browser: {0} {1}").format(page.certificate_problem, note)
    return first.subject, note


def _tr(text: str) -> str:
    return QCoreApplication.translate("page_rows", text)
