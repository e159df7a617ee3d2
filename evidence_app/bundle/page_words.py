"""What the capture browser observed of a page, in words for people: the same in the report and elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from evidence_app.bundle.dates import day_of
from evidence_app.records import PageSeen

Row = tuple[str, str, str]
"""Label, value, and a note in smaller letters."""


def page_rows(page: PageSeen) -> Iterator[Row]:
    """All that a report says of a page. Nothing of it can be edited."""
    yield ("Web address", page.address, address_note(page))
    if page.title:
        yield ("Page title", page.title, "")
    yield ("Answer", answer_words(page), _times(page))
    yield ("Certificate", *certificate_words(page))
    yield ("View", _view(page), "")
    if page.notes:
        yield ("To know", " ".join(page.notes), "")


def address_note(page: PageSeen) -> str:
    """How the browser came to the address that is shown."""
    if page.hops:
        steps = " → ".join(f"{hop.address} ({hop.status})" for hop in page.hops)
        note = f"Observed, after {len(page.hops)} redirect{'s' if len(page.hops) > 1 else ''}: {steps}."
    else:
        note = "Observed by the built-in browser."
    if page.loaded and page.loaded.partition("#")[0] != page.address.partition("#")[0]:
        note += f" The page was loaded from {page.loaded} and then changed its address itself."
    return note


def answer_words(page: PageSeen) -> str:
    """`Status 200 from 203.0.113.40:443`."""
    status = "Status not seen" if page.status is None else f"Status {page.status}"
    return f"{status} from {page.remote}" if page.remote else status


def certificate_words(page: PageSeen) -> tuple[str, str]:
    """The certificate in a line, and what else there is to say of it."""
    if not page.certificates:
        plain = page.address.startswith("http:")
        words = "None: the page was not encrypted on its way" if plain else "Not kept"
        return words, page.certificate_problem
    first = page.certificates[0]
    days = f"Valid from {day_of(first.valid_from)} to {day_of(first.valid_to)}."
    if page.certificate_problem:
        days = f"The browser did not accept it: {page.certificate_problem} It was opened all the same. {days}"
    return f"{first.subject}, issued by {first.issuer}", days


def _times(page: PageSeen) -> str:
    """The times that others claim, as they wrote them."""
    server = f"the server says it answered at {page.dated}" if page.dated else ""
    changed = f"the page says it was last changed {page.modified}" if page.modified else ""
    claims = "; ".join(one for one in (server, changed) if one)
    return f"{claims[:1].upper()}{claims[1:]}. Nobody checked that." if claims else ""


def _view(page: PageSeen) -> str:
    width, height = page.viewport
    what = f"the whole page of {page.height:,} CSS pixels" if page.whole else "what the view showed"
    return f"{width} × {height} CSS pixels at {page.scale} %; {what}"
