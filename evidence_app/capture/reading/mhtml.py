"""Saved pages with their pictures in one file (MHTML, RFC 2557), as browsers save them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from evidence_app.capture.reading import mail
from evidence_app.capture.reading._html import page_of
from evidence_app.capture.reading._mail import utc_of
from evidence_app.capture.reading._mime import Part, Structure, structure_of, taken_out, text_of
from evidence_app.capture.reading._text import Notes, in_words, windowed, within
from evidence_app.capture.reading.pages import LARGEST, PAGE_SAYS, claims_of, text_messages
from evidence_app.errors import NotReadableError
from evidence_app.records import Claim, Limits, Reader, Reading, ReadingKind


def _root(found: Structure) -> Part | None:
    """The part that is the page: the first of HTML. RFC 2557 names it by `start`, browsers put it first."""
    return next(
        (part for part in found.parts if part.media_type in {"text/html", "application/xhtml+xml"}), None
    )


def _others(found: Structure) -> list[Part]:
    root = _root(found)
    return [part for part in found.parts if part is not root]


def read(source: BinaryIO, limits: Limits) -> Reading:
    """A page with its pictures in one file, as browsers save it (RFC 2557)."""
    source.seek(0)
    found = structure_of(source)
    root = _root(found)
    if root is None:
        raise NotReadableError("This is not a saved page: it holds no HTML.")
    notes = Notes(limits)
    notes.add(PAGE_SAYS)
    for note in found.notes:
        notes.add(note)
    html, note, cut = text_of(source, root, LARGEST)
    notes.add(note)
    page = page_of(html, limits.text)
    page.cut = page.cut or cut
    del html
    claims = [Claim("Form of the file", "A saved page with its parts (MHTML)")]
    top = {header.name.lower(): header.value for header in reversed(found.headers)}
    for name, words in (
        ("snapshot-content-location", "Address, as the browser noted when it saved"),
        ("subject", "Title, as the browser noted"),
        ("date", "Saved, as the browser noted"),
        ("from", "Saved by"),
    ):
        if value := top.get(name, ""):
            claims.append(Claim(words, value))
            if name == "date" and (utc := utc_of(value)):
                claims.append(Claim("Saved, in UTC", in_words(utc)))
    if location := root.header("content-location"):
        claims.append(Claim("Address of the page within the file", location))
    messages = text_messages(page, limits, notes)
    others = _others(found)
    for one in others:  # the address is what a part of a page is called
        one.headers = [h for h in one.headers if h.name.lower() != "content-disposition"]
    attached = mail.listed(source, others, limits, notes)
    attached = tuple(
        type(a)(part.header("content-location") or a.name, a.media_type, a.size, a.sha256)
        for a, part in zip(attached, others, strict=False)
    )
    title = top.get("subject", "") or page.title
    return within(
        Reading(
            kind=ReadingKind.PAGE,
            title=title,
            claims=(*claims, *claims_of(page)),
            text="\n".join(filter(None, [title, page.text])),
            first=limits.first,
            total=len(messages),
            messages=windowed(messages, limits),
            attachments=attached,
            notes=notes.all(),
        ),
        limits,
    )


def part(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    """The bytes of one part of a saved page."""
    source.seek(0)
    others = _others(structure_of(source))
    none, large = "The saved page has no such part.", "This part is larger than may be taken out."
    yield from taken_out(source, others, place, limits, none, large)


READER: Final = Reader("mhtml", read, part)
