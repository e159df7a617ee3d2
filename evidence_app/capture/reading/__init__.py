"""Readers: pure functions that look into a file somebody brought in. They run only in `capture.child`.

One module for each kind of file, with a constant `READER`. Nothing here touches disk, network, vault or Qt;
where Qt is the only library that can read a kind, its module says so.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from evidence_app.records import Reader

_MODULES: Final = {
    "content": "evidence_app.capture.reading.content",
    "archive": "evidence_app.capture.reading.archives",
    "chat": "evidence_app.capture.reading.chats",
    "html": "evidence_app.capture.reading.pages",
    "mail": "evidence_app.capture.reading.mail",
    "mhtml": "evidence_app.capture.reading.mhtml",
    "outlook": "evidence_app.capture.reading.outlook",
    "picture": "evidence_app.capture.reading.picture",
    "pdf": "evidence_app.capture.reading.pdf",
    "recording": "evidence_app.capture.reading.recording",
    "sms": "evidence_app.capture.reading.sms",
    "text": "evidence_app.capture.reading.text",
    "warc": "evidence_app.capture.reading.webarchive",
    "whatsapp": "evidence_app.capture.reading.whatsapp",
    "words": "evidence_app.capture.reading.words",
}
"""Name of a reader to its module, which is imported only where it is needed."""


def names() -> frozenset[str]:
    """The readers that there are."""
    return frozenset(_MODULES)


def find(name: str) -> Reader:
    """A reader by its name; raises `KeyError`."""
    reader: Reader = import_module(_MODULES[name]).READER
    return reader
