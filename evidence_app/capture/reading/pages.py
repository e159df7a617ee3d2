"""Saved web pages (HTML). Nothing is loaded; the text is what stands in the file."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from evidence_app.capture.reading._html import Page, looks_like_html, page_of
from evidence_app.capture.reading._text import Notes, decode, pieces_of_text, windowed, within
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Claim, Limits, Message, Reader, Reading, ReadingKind

LARGEST: Final = 64 * 1024 * 1024
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


def text_messages(page: Page, limits: Limits, notes: Notes) -> list[Message]:
    """The running text of a page as messages; none where it has none, which is said."""
    if page.cut:
        notes.add(f"The text is longer than {limits.text:,} characters; the rest is left out.")
    if not page.text:
        notes.add(
            "The file holds no running text; a page may build its text with a script, which is not run."
        )
        return []
    return pieces_of_text(page.text, limits)


def read(source: BinaryIO, limits: Limits) -> Reading:
    """A page that was saved as one HTML file."""
    source.seek(0)
    data = source.read(LARGEST + 1)
    if len(data) > LARGEST:
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
    messages = text_messages(page, limits, notes)
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


READER: Final = Reader("html", read)
