"""From a file or folder to names and bytes: bundle.md, "Names and limits" and "The archive"."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from tests.other_side import tools
from tests.other_side.strict import RefusedError, refuse_unless


class NotOursError(Exception):
    """No bundle at all."""


TOP = (
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "tagmanifest-sha256.txt.sig",
)
NEEDED = (
    *TOP,
    "data/README.txt",
    "data/incident.json",
    "data/sender.evidence-contact",
    "data/ledger/commitments.txt",
    "data/ledger/opened.jsonl",
    "data/ledger/checkpoint.txt",
    "data/ledger/checkpoint.txt.sig",
)
STAMP = "tagmanifest-sha256.txt.sig.tsr"
_OF_EXHIBIT = re.compile(
    r"data/exhibits/([A-Z]{3})-([0-9]{3,6})/(original\.[a-z0-9]{1,8}|observed\.json|stated\.json|"
    r"page\.mhtml|page\.wacz|picture-(?:[2-9]|[1-9][0-9]{1,2})\.png|certificate-[1-9]\.der)",
    re.ASCII,
)
_KIB, _MIB = 1024, 1024**2
_LIMITS = {
    "data/incident.json": 32 * _MIB,
    "data/ledger/opened.jsonl": 32 * _MIB,
    "manifest-sha256.txt": 8 * _MIB,
    "bag-info.txt": _MIB,
    "data/sender.evidence-contact": 16 * _KIB,
    "tagmanifest-sha256.txt.sig": 4 * _KIB,
    "data/ledger/checkpoint.txt.sig": 4 * _KIB,
    "bagit.txt": 4 * _KIB,
    "tagmanifest-sha256.txt": 4 * _KIB,
    "data/ledger/checkpoint.txt": _KIB,
    STAMP: 64 * _KIB,
}


@dataclass
class Bundle:
    """The files that are there, and what else is: (name, whether it would be a file)."""

    files: dict[str, bytes] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)

    def add(self, name: str, data: bytes) -> None:
        if belongs(name):
            self.files[name] = data
        else:
            self.strange.append(name)

    @property
    def numbers(self) -> list[str]:
        """Exhibits with at least one file."""
        return sorted({number for name in self.files if (number := number_of(name))})


def number_of(name: str) -> str:
    """The exhibit that a file belongs to, or nothing."""
    found = _OF_EXHIBIT.fullmatch(name)
    return f"{found[1]}/{found[2]}" if found else ""


def belongs(name: str) -> bool:
    return name in NEEDED or name in {STAMP, "data/report.pdf"} or _OF_EXHIBIT.fullmatch(name) is not None


def _check_limits(bundle: Bundle) -> None:
    held = 0
    for name, data in bundle.files.items():
        limit = _LIMITS.get(name, 0)
        if name.endswith("/observed.json"):
            limit = _MIB
        if name.endswith("/stated.json"):
            limit = 16 * _MIB
        if name == "data/ledger/commitments.txt":
            refuse_unless(len(data) <= 65_000_000, "too many entries")
        if limit:
            held += len(data)
            refuse_unless(len(data) <= limit, f"{name} is too long")
    refuse_unless(held <= 64 * _MIB, "too much to hold")
    refuse_unless(len(bundle.files) + len(bundle.strange) <= 31_000, "too many members")


def read(path: Path, keys: str = "", passphrase: str = "") -> Bundle:
    """Raises `NotOursError`, `RefusedError` (damaged), `NewerError` or `NotForYouError`."""
    if path.is_dir() and not path.is_symlink():
        bundle = _folder(path)
    else:
        data = path.read_bytes()
        if data.startswith(b"age-encryption.org/"):
            data = tools.opened(data, keys, passphrase)
        elif data[257:262] != b"ustar":
            raise NotOursError
        bundle = _tar(data)
    _check_limits(bundle)
    if not any(name in bundle.files for name in TOP):
        raise NotOursError
    return bundle


# --- the folder -----------------------------------------------------------------------------------


def _folder(root: Path) -> Bundle:
    bundle = Bundle()
    if not any(os.path.lexists(root / name) for name in TOP):
        raise NotOursError
    for here, folders, files in os.walk(os.fsencode(root)):
        at = os.path.relpath(here, os.fsencode(root)).decode("utf-8", "replace")
        prefix = "" if at == "." else at + "/"
        for raw in [*files, *folders]:
            name, path = prefix + raw.decode("utf-8", "replace"), Path(os.fsdecode(here)) / os.fsdecode(raw)
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                bundle.add(name, path.read_bytes() if belongs(name) else b"")
            elif not stat.S_ISDIR(mode):
                bundle.strange.append(name)
    return bundle


# --- the archive ----------------------------------------------------------------------------------


def _number(field_: bytes) -> int:
    found = re.fullmatch(rb" *([0-7]+)[ \0]+", field_)
    if found is None:
        raise RefusedError("a number")
    return int(found[1], 8)


def _until_zero(field_: bytes) -> bytes:
    text, _, behind = field_.partition(b"\0")
    refuse_unless(not behind.strip(b"\0"), "content behind a name")
    return text


def _name(head: bytes) -> str:
    prefix = _until_zero(head[345:500])
    refuse_unless(not prefix or head[257:265] == b"ustar\x0000", "a prefix with GNU magic")
    raw = _until_zero(head[:100])
    try:
        name = (prefix + b"/" + raw if prefix else raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError("a name") from error
    if head[156:157] == b"5":
        if name in {".", "./"}:
            return ""
        name = name.removesuffix("/")
    name = name.removeprefix("./")
    refuse_unless(not {"", ".", ".."} & set(name.split("/")), "a part of a name")
    for one in name:
        category = unicodedata.category(one)
        refuse_unless(one == " " or (category[0] != "C" and category[0] != "Z"), "a character in a name")
    refuse_unless("\\" not in name, "a back slash")
    return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _tar(data: bytes) -> Bundle:
    bundle, names, at, members = Bundle(), set[str](), 0, 0
    large = 0
    while True:
        head = data[at : at + 512]
        refuse_unless(len(head) == 512, "it ends too early")
        at += 512
        if not any(head) and not large:
            break
        if at == 512 and head[257:265] not in (b"ustar\x0000", b"ustar  \0"):
            raise NotOursError
        refuse_unless(head[257:265] in (b"ustar\x0000", b"ustar  \0"), "magic")
        refuse_unless(_number(head[148:156]) == sum(head[:148] + b" " * 8 + head[156:]), "checksum")
        refuse_unless(not head[157:257].strip(b"\0"), "a link name")
        for start, end in ((100, 108), (108, 116), (116, 124), (136, 148), (329, 337), (337, 345)):
            unused = head[start:end]
            refuse_unless(
                unused[0] in (0x80, 0xFF) or re.fullmatch(rb" *[0-7]*[ \0]*", unused), "an unused number"
            )
        members += 1
        refuse_unless(members <= 31_000, "too many members")
        size, kind = _number(head[124:136]), head[156:157]
        if kind == b"x":
            refuse_unless(not large and 0 < size <= 512, "an extended header")
            record, at = data[at : at + 512], at + 512
            found = re.fullmatch(rb"([1-9][0-9]?) size=([1-9][0-9]{0,17})\n", record[:size])
            if found is None or int(found[1]) != size or len(record) < 512 or record[size:].strip(b"\0"):
                raise RefusedError("an extended header")
            large = int(found[2])
            refuse_unless(large >= 8**11, "an extended header")
            continue
        refuse_unless(kind in (b"0", b"\0") or (kind == b"5" and size == 0 and not large), "a type")
        name = _name(head)
        if name:
            refuse_unless(_folded(name) not in names, "a name twice")
            names.add(_folded(name))
        size, large = large or size, 0
        content, padding = data[at : at + size], data[at + size : at + size + -size % 512]
        at += size + len(padding)
        refuse_unless(len(content) == size and len(padding) == -size % 512, "it ends too early")
        refuse_unless(not any(padding), "content in padding")
        if kind != b"5":
            bundle.add(name, content)
    behind = data[at:]
    refuse_unless(len(behind) >= 512 and not any(behind), "the end")
    refuse_unless(len(behind) - 512 <= _MIB, "too many zeros")
    return bundle
