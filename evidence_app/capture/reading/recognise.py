"""Which reader of talks a file is for, by the beginning of its content: never by its name.

"archive" reads chats with their pictures and WACZ too: what a zip archive is shows only inside it.
"""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO, Final

from evidence_app.capture.reading._heads import head_of
from evidence_app.capture.reading._html import looks_like_html
from evidence_app.capture.reading._mime import MAIL_HEADERS, headers_of
from evidence_app.capture.reading._text import decode

_HEAD: Final = 16 * 1024
_XML: Final = re.compile(r"<(?:smses|calls|allsms)[\s>]")
_LINE: Final = re.compile(r"\[[^\[\]\n]{0,30}\d{1,2}:\d{2}[^\[\]\n]{0,20}\] ?[^:\n\[\]]{1,80}: ")
_JSON: Final = re.compile(r"\s{0,99}(?:\[\s{0,99})?\{")
_FIELDS: Final = re.compile(r'"(?:sender|from|author|sender_name|body|message|text|messages)"\s{0,9}:')


def recognised(source: BinaryIO) -> str:
    """The name of the reader for a file by its first bytes, "" for none. Leaves `source` at its beginning."""
    source.seek(0)
    head = source.read(_HEAD)
    source.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "archive"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "outlook" if b"_\0_\0p\0r\0o\0p\0e\0r\0t\0i\0e\0s\0" in head or _outlook(source) else ""
    if head.startswith((b"WARC/1.", b"WARC/0.")):
        return "warc"
    if head.startswith(b"\x1f\x8b"):
        return "warc" if _packed_warc(head) else ""
    if head.count(b"\0") * 3 > len(head) * 2 or b"\0\0\0" in head[:64]:
        return ""
    return _of_text(head)


def _outlook(source: BinaryIO) -> bool:
    """Whether the directory of the compound file, which may lie far behind, is that of a message."""
    source.seek(0)
    kept, found = b"", False
    while not found and (piece := source.read(1 << 20)):
        found = b"_\0_\0p\0r\0o\0p\0e\0r\0t\0i\0e\0s\0_\0v\0e\0r\0s\0i\0o\0n\0" in kept + piece
        kept = piece[-64:]
    source.seek(0)
    return found


def _packed_warc(head: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(head, 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _of_text(head: bytes) -> str:
    text = decode(head)[0].lstrip("\ufeff")
    if _XML.search(text[:4096]) and text.lstrip().startswith("<"):
        return "sms"
    names = {h.name.lower() for h in headers_of(head.split(b"\n\n", 1)[0].split(b"\r\n\r\n", 1)[0])}
    if len(names & MAIL_HEADERS) >= 3 or {"from", "subject"} <= names or {"from", "date"} <= names:
        return "mhtml" if _is_page(head) else "mail"
    lines = text.splitlines()[:30]
    if looks_like_html(head) and text.lstrip().startswith("<"):
        return "html"
    if _JSON.match(text) and _FIELDS.search(text):
        return "chat"
    if any(_LINE.match(line) and ("-" in line[:12] and line[1:5].isdigit()) for line in lines):
        return "chat"
    if any(head_of(line) for line in lines):
        return "whatsapp"
    return "chat" if any(_LINE.match(line) for line in lines) else ""


def _is_page(head: bytes) -> bool:
    low = head.lower()
    return b"snapshot-content-location:" in low or (
        b"multipart/related" in low and (b"saved by" in low or b"content-location:" in low)
    )
