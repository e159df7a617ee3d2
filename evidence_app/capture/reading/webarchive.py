"""Web archives: WARC (ISO 28500), plain or packed record by record, and WACZ, a zip around such files.

The pages in it are read as text, every answer of a server is a file of the archive.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import BinaryIO, Final
from zipfile import ZipFile, ZipInfo

from evidence_app.capture.reading._html import page_of
from evidence_app.capture.reading._mime import headers_of
from evidence_app.capture.reading._text import Notes, decode, fit, pieces_of_text, windowed, within
from evidence_app.capture.reading._warc import (
    PAGE_BYTES,
    Answer,
    Record,
    Stream,
    TooMuchError,
    Unpacked,
    answer_of,
    page_text,
    records,
)
from evidence_app.capture.reading._zip import FAULTS, Budget, bytes_of, files_of
from evidence_app.capture.reading.pages import PAGE_SAYS, claims_of
from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Attachment, Claim, Limits, Message, Reader, Reading, ReadingKind

_RECORDS: Final = 200_000
_PAGES: Final = 500


class _Pass:
    """One pass over all records of one or several files."""

    def __init__(self, limits: Limits, notes: Notes) -> None:
        self.limits, self.notes = limits, notes
        self.kinds: dict[str, int] = {}
        self.attached: list[Attachment] = []
        self.messages: list[Message] = []
        self.claims: list[Claim] = []
        self.title = ""
        self.first = self.last = ""
        self.entries = 0
        self.text_left = limits.text
        self.stopped = False

    def run(self, source: Stream, budget: Budget) -> None:
        try:
            for number, record in enumerate(records(Unpacked(source, budget))):
                if number >= _RECORDS:
                    self.notes.add(f"Only the first {_RECORDS:,} records are read.")
                    return
                self._see(record)
        except TooMuchError:
            self.notes.add("The archive holds more than may be unpacked; what stands before it is shown.")
            self.stopped = True
        except NotReadableError as error:
            if not self.kinds:
                raise
            self.notes.add(error.message)

    def _see(self, record: Record) -> None:
        kind = record.kind[:40] or "unknown"
        if kind in self.kinds or len(self.kinds) < 20:
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if kind == "warcinfo":
            self._info(b"".join(_at_most(record.body, 16_384)))
        answer, body = answer_of(record)
        if answer is None:
            return
        self.entries += 1
        if answer.date:
            self.first = min(self.first or answer.date, answer.date)
            self.last = max(self.last, answer.date)
        wanted = (
            answer.media_type in {"text/html", "application/xhtml+xml"}
            and len(self.messages) < _PAGES
            and self.text_left > 0
        )
        digest, size, held = sha256(), 0, bytearray()
        for piece in body:
            digest.update(piece)
            size += len(piece)
            if wanted and len(held) < PAGE_BYTES:
                held += piece
        if len(self.attached) < self.limits.attachments:
            self.attached.append(
                Attachment(
                    answer.address or f"record {self.entries}",
                    answer.media_type or "application/octet-stream",
                    size,
                    digest.hexdigest(),
                )
            )
        else:
            self.notes.add(f"Only the first {self.limits.attachments:,} answers are listed.")
        if wanted:
            self._page(answer, page_text(answer, bytes(held[:PAGE_BYTES])))

    def _info(self, block: bytes) -> None:
        for header in headers_of(block)[:10]:
            if header.name.lower() in {
                "software",
                "hostname",
                "operator",
                "description",
                "ispartof",
                "isPartOf",
            }:
                self.claims.append(Claim(f"Archive made: {header.name}", header.value))

    def _page(self, answer: Answer, html: str) -> None:
        page = page_of(html, self.text_left)
        if not page.text:
            return
        if not self.title and answer.status in {"", "200"}:
            self.title = page.title
            self.claims.append(Claim("Address of the first page", answer.address))
            self.claims += claims_of(page)
        self.text_left -= len(page.text)
        self.messages += pieces_of_text(page.text, self.limits, shown=answer.date, sender=answer.address)

    def reading(self, form: str, title: str, claims: tuple[Claim, ...]) -> Reading:
        counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.kinds.items()))
        told = [Claim("Form of the file", form), Claim("Records", counts or "none")]
        if self.first:
            told += [Claim("First time in it", self.first), Claim("Last time in it", self.last)]
        if self.text_left <= 0:
            self.notes.add(f"The text is longer than {self.limits.text:,} characters; the rest is left out.")
        return within(
            Reading(
                kind=ReadingKind.PAGE,
                title=title or self.title,
                claims=(*told, *claims, *self.claims),
                text="\n".join(filter(None, [title or self.title, *(one.text for one in self.messages)])),
                first=self.limits.first,
                total=len(self.messages),
                messages=windowed(self.messages, self.limits),
                attachments=tuple(self.attached),
                notes=(PAGE_SAYS, *self.notes.all()),
            ),
            self.limits,
        )


def _at_most(body: Iterator[bytes], most: int) -> Iterator[bytes]:
    for piece in body:
        yield piece[:most]
        most -= len(piece)
        if most <= 0:
            return


def read(source: BinaryIO, limits: Limits) -> Reading:
    """A WARC file, packed or not: its pages as text, every answer of a server as a file."""
    source.seek(0)
    found = _Pass(limits, Notes(limits))
    found.run(source, Budget(limits.unpacked))
    if not found.kinds:
        raise NotReadableError("There is no record in this web archive.")
    return found.reading("A web archive (WARC)", "", ())


def part(source: BinaryIO, limits: Limits, place: int) -> Iterator[bytes]:
    """The bytes of one answer as they are in the archive, without the headers of the server."""
    source.seek(0)
    return _part([lambda: source], limits, place)


def _part(sources: list[Callable[[], Stream]], limits: Limits, place: int) -> Iterator[bytes]:
    budget, number, size = Budget(limits.unpacked), 0, 0
    try:
        for opened in sources:
            for record in records(Unpacked(opened(), budget)):
                answer, body = answer_of(record)
                if answer is None:
                    continue
                if number == place < limits.attachments:
                    for piece in body:
                        size += len(piece)
                        if size > limits.part_bytes:
                            raise TooLargeError("This answer is larger than may be taken out.")
                        yield piece
                    return
                number += 1
    except TooMuchError as error:
        raise TooLargeError("The archive holds more than may be unpacked.") from error
    raise NotReadableError("The web archive has no such answer.")


# --- WACZ ---------------------------------------------------------------------------------------------


class _Member:
    """An entry of a zip archive as a stream; its bytes are counted like all others."""

    def __init__(self, archive: ZipFile, one: ZipInfo, budget: Budget) -> None:
        self._pieces = bytes_of(archive, one, budget)
        self._held = b""

    def read(self, size: int = -1, /) -> bytes:
        while len(self._held) < size or size < 0:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._held += piece
        size = len(self._held) if size < 0 else size
        made, self._held = self._held[:size], self._held[size:]
        return made


def _warcs(archive: ZipFile) -> list[ZipInfo]:
    return [
        one
        for one in files_of(archive)
        if one.filename.startswith("archive/") and one.filename.lower().endswith((".warc", ".warc.gz"))
    ]


def is_wacz(archive: ZipFile) -> bool:
    """Whether a zip archive is a web archive (WACZ 1.1.1: `datapackage.json` and `archive/`)."""
    return any(one.filename == "datapackage.json" for one in files_of(archive)) and bool(_warcs(archive))


def _small(archive: ZipFile, name: str, most: int) -> str:
    one = next((one for one in files_of(archive) if one.filename == name), None)
    if one is None or one.file_size > most:
        return ""
    try:
        return decode(b"".join(bytes_of(archive, one, Budget(most))))[0]
    except (NotReadableError, TooLargeError):
        return ""


def _json(text: str) -> dict[str, object]:
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def read_wacz(archive: ZipFile, limits: Limits) -> Reading:
    """A WACZ file: what its description says, and the records of all archives in it."""
    package = _json(_small(archive, "datapackage.json", 4 * 1024 * 1024))
    claims = []
    for name, words in (
        ("title", "Title of the archive"),
        ("description", "Description of the archive"),
        ("created", "Archive made, as it says"),
        ("software", "Archive made with"),
        ("mainPageUrl", "Main page, as the archive says"),
        ("mainPageURL", "Main page, as the archive says"),
        ("mainPageDate", "Main page taken, as the archive says"),
    ):
        value = package.get(name)
        if isinstance(value, str) and value:
            claims.append(Claim(words, value))
    for line in _small(archive, "pages/pages.jsonl", 4 * 1024 * 1024).splitlines()[:101]:
        page = _json(line)
        url = page.get("url")
        if isinstance(url, str):
            claims.append(
                Claim("Page in the list of the archive", fit(f"{url} {page.get('ts', '')}", limits.line))
            )
    found = _Pass(limits, Notes(limits))
    budget = Budget(limits.unpacked)
    for one in _warcs(archive):
        try:
            found.run(_Member(archive, one, Budget(limits.unpacked)), budget)
        except (NotReadableError, TooLargeError, *FAULTS) as error:
            found.notes.add(error.message if isinstance(error, NotReadableError) else "A part is damaged.")
        if found.stopped:
            break
    title = package.get("title")
    return found.reading("A web archive (WACZ)", title if isinstance(title, str) else "", tuple(claims))


def part_of_wacz(archive: ZipFile, limits: Limits, place: int) -> Iterator[bytes]:
    """The bytes of one answer in the archives of a WACZ file."""
    sources: list[Callable[[], Stream]] = [
        lambda one=one: _Member(archive, one, Budget(limits.unpacked))  # type: ignore[misc]
        for one in _warcs(archive)
    ]
    return _part(sources, limits, place)


READER: Final = Reader("warc", read, part)
