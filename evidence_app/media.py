"""What a file is, by its first bytes. Its name says nothing: an ending is only what somebody typed.

Only these media types are ever recorded; whatever is none of them is `application/octet-stream`. Nothing is
decoded here, so this may run outside the child process.
"""

from __future__ import annotations

import re
from typing import Final

import filetype

from evidence_app import matroska

HEAD_BYTES: Final = 16 * 1024
UNKNOWN: Final = "application/octet-stream"

_SAME: Final = {
    "application/gzip": "application/gzip",
    "application/pdf": "application/pdf",
    "application/zip": "application/zip",
    "audio/aac": "audio/aac",
    "audio/amr": "audio/amr",
    "audio/mp4": "audio/mp4",
    "audio/mpeg": "audio/mpeg",
    "audio/ogg": "audio/ogg",
    "audio/x-flac": "audio/flac",
    "audio/x-wav": "audio/wav",
    "image/apng": "image/png",
    "image/bmp": "image/bmp",
    "image/gif": "image/gif",
    "image/heic": "image/heic",
    "image/jpeg": "image/jpeg",
    "image/png": "image/png",
    "image/tiff": "image/tiff",
    "image/webp": "image/webp",
    "video/3gpp": "video/3gpp",
    "video/mp4": "video/mp4",
    "video/x-m4v": "video/mp4",
    "video/quicktime": "video/quicktime",
    "video/webm": "video/webm",
    "video/x-matroska": "video/webm",
}
"""What the library calls it, and what is recorded."""

_HEADER: Final = re.compile(rb"(?:[!-9;-~]{1,60}:[ \t][^\n]{0,2000}\r?\n(?:[ \t][^\n]{0,2000}\r?\n)*){2}")
_MAIL: Final = re.compile(
    rb"^(?:from|received|return-path|delivered-to|message-id|date|subject|mime-version):",
    re.IGNORECASE | re.MULTILINE,
)
_HTML: Final = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)*(?:<!doctype\s+html|<html|<head|<body)[\s>]", re.IGNORECASE | re.DOTALL
)
_XML: Final = re.compile(rb"\s*<\?xml[\s?]", re.IGNORECASE)
_JSON: Final = re.compile(rb"\s*(?:\{\s*\"|\[\s*[\[{\"])")
_OUTLOOK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def media_type(head: bytes) -> str:
    """The media type of a file that begins with these bytes (`HEAD_BYTES` of them, or all)."""
    if head.startswith(matroska.HEAD):  # a recording of this program; the library wants shorter sizes
        return matroska.MEDIA_TYPE
    found = filetype.guess(head)
    if found is not None and found.mime in _SAME:
        return _SAME[found.mime]
    if head.startswith(_OUTLOOK):
        return "application/vnd.ms-outlook" if _is_message(head) else UNKNOWN
    if head.startswith((b"WARC/1.", b"WARC/0.")):
        return "application/warc"
    if found is not None and found.mime.startswith("application/vnd.openxmlformats"):
        return "application/zip"
    return _text_type(head) if found is None and _is_text(head) else UNKNOWN


def _is_message(head: bytes) -> bool:
    """Whether a compound file names the properties of an Outlook message, as far as can be seen here."""
    return "__properties".encode("utf-16-le") in head or "__nameid".encode("utf-16-le") in head


def _text_type(head: bytes) -> str:
    if head.startswith((b"From ", b"Received:")) or (_HEADER.match(head) and len(_MAIL.findall(head)) > 1):
        related = re.search(rb"^content-type:\s*multipart/related", head, re.IGNORECASE | re.MULTILINE)
        saved = re.search(
            rb"^(?:snapshot-content-location|from: <saved by)", head, re.IGNORECASE | re.MULTILINE
        )
        return "multipart/related" if related and saved else "message/rfc822"
    if _HTML.match(head):
        return "text/html"
    if _XML.match(head):
        return "text/html" if re.search(rb"<html[\s>]", head, re.IGNORECASE) else "text/xml"
    if _JSON.match(head):
        return "application/json"
    return "text/plain"


def _is_text(head: bytes) -> bool:
    """No byte that only steers a machine, but for UTF-16, which says so in its first two."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return bool(head) and not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head)
