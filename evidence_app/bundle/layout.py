"""Bundle format 1: every name, limit and constant, in one place.

Source: resources/formats/bundle.md. Only names that match this layout may be in a bundle.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from evidence_app import ledger

FORMAT = 1
SUFFIX = ".evidence"

BUNDLE_NAMESPACE = "evidence-bundle"
CONTACT_NAMESPACE = "evidence-contact"
RECEIPT_NAMESPACE = ledger.RECEIPT_NAMESPACE

BAGIT = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SIGNATURE = "tagmanifest-sha256.txt.sig"
TIME_STAMP = "tagmanifest-sha256.txt.sig.tsr"
README = "data/README.txt"
REPORT = "data/report.pdf"
INCIDENT = "data/incident.json"
CARD = "data/sender.evidence-contact"
COMMITMENTS = "data/ledger/commitments.txt"
OPENED = "data/ledger/opened.jsonl"
CHECKPOINT = "data/ledger/checkpoint.txt"
CHECKPOINT_SIGNATURE = "data/ledger/checkpoint.txt.sig"

BAGIT_CONTENT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAG_FILES = (BAG_INFO, BAGIT, MANIFEST)
"""What the tag manifest covers, in its order."""
TOP = (BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, SIGNATURE)
REQUIRED = (*TOP, README, INCIDENT, CARD, COMMITMENTS, OPENED, CHECKPOINT, CHECKPOINT_SIGNATURE)
OPTIONAL = (TIME_STAMP, REPORT)

KIB, MIB, GIB = 1024, 1024**2, 1024**3
BLOCK = 256 * KIB
"""Bytes handed on at a time: measured fastest; 1 MiB blocks cost page faults."""
MAX_EXHIBITS = 10_000
"""More than a school will ever seal at once; keeps the lists in memory small."""
MAX_MEMBERS = 3 * MAX_EXHIBITS + 1_000
"""Three files an exhibit, the fixed files, and room for directory entries."""
MAX_ENTRIES = 1_000_000
"""Entries of a ledger: decades of use; 32 MB of commitments in memory."""
MAX_FILE = 64 * GIB
MAX_TOTAL = 256 * GIB
"""Bounds the time (and, when opened, the disk) that a hostile bundle can cost."""
MAX_HELD = 64 * MIB
"""All small files together, as they are held in memory until everything is there."""
MAX_SHOWN = 512 * MIB
"""The largest original that is handed over in memory to be looked at."""
MAX_DEPTH = 4
"""Folders below the top of an opened bundle: data/exhibits/HXA-001 is three."""

_NUMBER = re.compile(r"[A-Z]{3}/[0-9]{3,6}", re.ASCII)
_EXHIBIT_FILE = re.compile(
    r"data/exhibits/(?P<initials>[A-Z]{3})-(?P<serial>[0-9]{3,6})/"
    r"(?:(?P<json>observed|stated)\.json|original\.(?P<extension>[a-z0-9]{1,8})|"
    r"(?P<beside>page\.(?:mhtml|wacz)|picture-(?:[2-9]|[1-9][0-9]{1,2})\.png|certificate-[1-9]\.der))",
    re.ASCII,
)

_SMALL = {
    BAGIT: 4 * KIB,
    BAG_INFO: MIB,
    MANIFEST: 8 * MIB,
    TAG_MANIFEST: 4 * KIB,
    SIGNATURE: 4 * KIB,
    CARD: 16 * KIB,
    INCIDENT: 32 * MIB,
    OPENED: 32 * MIB,
    CHECKPOINT: KIB,
    CHECKPOINT_SIGNATURE: 4 * KIB,
    TIME_STAMP: 64 * KIB,
}
_MAX_OBSERVED = MIB
_MAX_STATED = 16 * MIB

EXTENSIONS = {
    "application/pdf": "pdf",
    "application/pkix-cert": "der",
    "application/vnd.ms-outlook": "msg",
    "application/wacz": "wacz",
    "application/warc": "warc",
    "application/zip": "zip",
    "application/json": "json",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
    "image/webp": "webp",
    "message/rfc822": "eml",
    "multipart/related": "mhtml",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "text/xml": "xml",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
"""Name endings are ours and follow the media type, so no original can be called a program."""


_WORDS = {
    "application/pdf": "document",
    "application/vnd.ms-outlook": "e-mail",
    "application/wacz": "web page",
    "application/warc": "web page",
    "application/zip": "archive",
    "image/png": "screenshot",
    "message/rfc822": "e-mail",
    "multipart/related": "web page",
    "text/html": "web page",
}


class Part(StrEnum):
    """What a file of an exhibit's folder is."""

    ORIGINAL = "original"
    OBSERVED = "observed"
    STATED = "stated"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name belongs in the layout.

    `held`: the most bytes that are kept in memory, 0 for a file that is only hashed. `number` and
    `part` are set for the files of an exhibit.
    """

    name: str
    held: int
    number: str = ""
    part: Part | None = None


def place(name: str) -> Place | None:
    """The place of a name in the layout, or None for a name that may not be in a bundle."""
    if name in REQUIRED or name in OPTIONAL:
        return Place(name, _SMALL.get(name, 0))
    found = _EXHIBIT_FILE.fullmatch(name)
    if found is None:
        return None
    number = f"{found['initials']}/{found['serial']}"
    if found["beside"] is not None:
        return Place(name, 0, number, Part.BESIDE)
    if found["json"] is None:
        return Place(name, 0, number, Part.ORIGINAL)
    part = Part(found["json"])
    return Place(name, _MAX_OBSERVED if part is Part.OBSERVED else _MAX_STATED, number, part)


def file_of(place: Place) -> str | None:
    """The name of a file beside an original, empty for the original itself; None for anything else."""
    if place.part is Part.ORIGINAL:
        return ""
    return place.name.rpartition("/")[2] if place.part is Part.BESIDE else None


def is_number(text: str) -> bool:
    """Whether a text is an exhibit number such as `HXA/001`."""
    return _NUMBER.fullmatch(text) is not None


def folder(number: str) -> str:
    """`data/exhibits/HXA-001` for `HXA/001`; ValueError for a text that is no exhibit number."""
    if not is_number(number):
        raise ValueError(f"{number!r} is not an exhibit number")
    return "data/exhibits/" + number.replace("/", "-")


def observed_name(number: str) -> str:
    return folder(number) + "/observed.json"


def stated_name(number: str) -> str:
    return folder(number) + "/stated.json"


def original_name(number: str, media_type: str) -> str:
    """Name of an original; its ending follows the media type, `bin` for one not in the table."""
    return f"{folder(number)}/original.{EXTENSIONS.get(media_type, 'bin')}"


def beside_name(number: str, file: str, media_type: str) -> str:
    """Name of a file beside the original, as `page.mhtml`; ValueError for one that has no place here."""
    name = f"{folder(number)}/{file}"
    found = place(name)
    if (
        found is None
        or found.part is not Part.BESIDE
        or file.rpartition(".")[2] != EXTENSIONS.get(media_type)
    ):
        raise ValueError(f"{file!r} is no file of an exhibit")
    return name


def kind(media_type: str) -> str:
    """A word for what an original is, for sentences: `screenshot`, `picture`, `e-mail`, … or `file`."""
    if media_type in _WORDS:
        return _WORDS[media_type]
    return {"image": "picture", "video": "video", "audio": "recording", "text": "text"}.get(
        media_type.partition("/")[0], "file"
    )


def folded(name: str) -> str:
    """Names that fold to the same text would overwrite each other on some file system."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
