"""Saved web pages: HTML and MHTML. Nothing is loaded; the text is what stands in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from evidence_app.capture.reading import mail
from evidence_app.capture.reading._html import Page, page_of
from evidence_app.capture.reading._mail import utc_of
from evidence_app.capture.reading._mime import Part, Structure, bytes_of, structure_of, text_of
from evidence_app.capture.reading._text import Notes, decode, pieces_of_text, windowed, within
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Claim, Limits, Message, Reading, ReadingKind

_LARGEST: Final = 64 * 1024 * 1024
_TAGS: Final = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|table|script)[\s>/]", re.IGNORECASE
)
_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([\w.:\-]{1,40})""", re.IGNORECASE
)
_SAVED_FROM: Final = re.compile(r"saved from url=\(\d{4}\)(\S{1,4000})")
_SINGLE_FILE: Final = re.compile(
    r"url:\s{0,9}(\S{1,4000}).{0,400}?saved date:\s{0,9}([^\n]{1,100})", re.DOTALL
)
PAGE_SAYS: Final = (
    "A saved page is a file: whoever saved it could change it. Its address is what the file says."
)
_META: Final = (
    ("og:site_name", "Site, as the page says"),
    ("og:url", "Address, as the page says (og:url)"),
    ("og:title", "Title for sharing"),
    ("author", "Author, as the page says"),
    ("article:published_time", "Published, as the page says"),
    ("article:modified_time", "Changed, as the page says"),
    ("description", "Description"),
    ("og:description", "Description for sharing"),
    ("generator", "Made with"),
)


def claims_of(page: Page) -> list[Claim]:
    """What a page says of itself: where it is from, by whom, when."""
    found = [Claim("Title", page.title)] if page.title else []
    for comment in page.comments:
        if saved := _SAVED_FROM.search(comment):
            found.append(Claim("Address, as the browser noted when it saved", saved[1]))
        elif "SingleFile" in comment and (saved := _SINGLE_FILE.search(comment)):
            found.append(Claim("Address, as SingleFile noted when it saved", saved[1]))
            found.append(Claim("Saved, as SingleFile noted", saved[2].strip()))
    if canonical := page.links.get("canonical"):
        found.append(Claim("Address, as the page says (canonical)", canonical))
    found += [Claim(words, page.meta[name]) for name, words in _META if page.meta.get(name)]
    return found


def _text_messages(page: Page, limits: Limits, notes: Notes) -> list[Message]:
    if page.cut:
        notes.add(f"The text is longer than {limits.text:,} characters; the rest is left out.")
    if not page.text:
        notes.add(
            "The file holds no running text; a page may build its text with a script, which is not run."
        )
        return []
    return pieces_of_text(page.text, limits)


def looks_like_html(head: bytes) -> bool:
    """Whether the beginning of a file is that of a page."""
    return _TAGS.search(head[:4096].replace(b"\0", b"")) is not None


def read_html(source: BinaryIO, limits: Limits) -> Reading:
    """A page that was saved as one HTML file."""
    source.seek(0)
    data = source.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise TooLargeError("This page is larger than 64 MiB.")
    if not looks_like_html(data):
        raise NotReadableError("This is not a web page.")
    named = _CHARSET.search(data[:4096])
    text, note = decode(data, named[1].decode("ascii", "replace") if named else "")
    del data
    notes = Notes(limits)
    notes.add(PAGE_SAYS)
    notes.add("Pictures that belong to the page are not in this file; none were loaded.")
    notes.add(note)
    page = page_of(text, limits.text)
    messages = _text_messages(page, limits, notes)
    return within(
        Reading(
            kind=ReadingKind.PAGE,
            title=page.title,
            claims=(Claim("Form of the file", "A saved page (HTML)"), *claims_of(page)),
            text="\n".join(filter(None, [page.title, page.text])),
            first=limits.first,
            total=len(messages),
            messages=windowed(messages, limits),
            notes=notes.all(),
        ),
        limits,
    )


# --- MHTML ------------------------------------------------------------------------------------------


def _root(found: Structure) -> Part | None:
    """The part that is the page: the first of HTML. RFC 2557 names it by `start`, browsers put it first."""
    return next(
        (part for part in found.parts if part.media_type in {"text/html", "application/xhtml+xml"}), None
    )


def _others(found: Structure) -> list[Part]:
    root = _root(found)
    return [part for part in found.parts if part is not root]


def read_mhtml(source: BinaryIO, limits: Limits) -> Reading:
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
    html, note, cut = text_of(source, root, _LARGEST)
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
                claims.append(Claim("Saved, in UTC", utc))
    if location := root.header("content-location"):
        claims.append(Claim("Address of the page within the file", location))
    messages = _text_messages(page, limits, notes)
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


def part_of_mhtml(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    """The bytes of one part of a saved page."""
    source.seek(0)
    others = _others(structure_of(source))
    if not 0 <= place < min(len(others), limits.attachments):
        raise NotReadableError("The saved page has no such part.")
    size = 0
    for piece in bytes_of(source, others[place]):
        size += len(piece)
        if size > limits.part_bytes:
            raise TooLargeError("This part is larger than may be taken out.")
        yield piece
