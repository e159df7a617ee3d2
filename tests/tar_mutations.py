"""Seeded mutations of the tar around an opened bundle: its headers, their order, what is between and behind.

Headers are rewritten with their checksum made right again. Used by tests/bundle_mutations.py.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from evidence_app.bundle import layout

Files = dict[str, bytes]
Others = Sequence[Files]
BLOCK = 512

NEW_NAMES = (
    "notes.txt",
    "data/notes.txt",
    "fetch.txt",
    "tagmanifest-md5.txt",
    "BAGIT.TXT",
    "data/README.TXT",
    ".DS_Store",
    "bagit.txt~",
    "data/report.pdf",
    "tagmanifest-sha256.txt.sig.tsr",
    "data/incident.json ",
    "data/incident.json.",
    "data/ledger/\u017fig",
    "data/exhibits/HXA-001/original.jpg",
    "data/exhibits/HXA-002/original.png",
    "data/exhibits/hxa-001/stated.json",
    "data/\uff32EADME.txt",
    "data/caf\u00e9.txt",
    "data/cafe\u0301.txt",
    "data/\u202etxt.EMDAER",
)
NAMES_OF_A_TAR = ("/etc/passwd", "../x", "data/../bagit.txt", "./bagit.txt", "data//x", "data\\x", "", "a\nb")


@lru_cache(4096)
def header(name: str, size: int, kind: bytes = b"0", link: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, link
    return info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape")


def packed(files: Mapping[str, bytes]) -> bytes:
    parts = [header(name, len(data)) + data + bytes(-len(data) % BLOCK) for name, data in files.items()]
    return b"".join([*parts, bytes(2 * BLOCK)])


@dataclass
class Member:
    """The 512 bytes of a header, and the whole blocks that follow it."""

    head: bytes
    body: bytes

    def put(self, at: int, new: bytes) -> None:
        """Write over the header and make its checksum right again."""
        head = self.head[:at] + new + self.head[at + len(new) :]
        head = head[:148] + b" " * 8 + head[156:BLOCK]
        self.head = head[:148] + f"{sum(head):06o}\0 ".encode() + head[156:]


def members(data: bytes) -> list[Member]:
    """Those of an archive that `packed` made."""
    found, at = [], 0
    while any(data[at : at + BLOCK]):
        head = data[at : at + BLOCK]
        blocks = -(-int(head[124:135], 8) // BLOCK) * BLOCK
        found.append(Member(head, data[at + BLOCK : at + BLOCK + blocks]))
        at += BLOCK + blocks
    return found


@dataclass
class Archive:
    """The members of a tar and what follows them."""

    members: list[Member]
    end: bytes

    def data(self) -> bytes:
        return b"".join([one.head + one.body for one in self.members] + [self.end])

    def any(self, chance: Random) -> Member:
        return chance.choice(self.members)


# Where each number and each text of a header stands, and how long it is.
_NUMBERS = {"mode": (100, 8), "uid": (108, 8), "gid": (116, 8), "size": (124, 12), "mtime": (136, 12)}
_NUMBERS |= {"major": (329, 8), "minor": (337, 8)}
_FIELDS = {"name": (0, 100), "type": (156, 1), "link": (157, 100), "magic": (257, 8), "user": (265, 32)}
_FIELDS |= {"prefix": (345, 155), "rest": (500, 12)}
_TYPES = [bytes([kind]) for kind in b"\x000123456789xgLKSDNVXA ~\xff"]
_MAGIC = b"ustar  \0|ustar\x0000|ustar\x0001|ustar\0\0\0|ustar   |USTAR\x0000|\0\0\0\0\0\0\0\0".split(b"|")
_EXTENDED = (
    "19 path=bagit.txt\n|28 path=data/incident.json\n|12 size=100\n|19 size=8589934592\n|"
    "20 size=99999999999\n|6 a=b\n|data/incident.json\0|30 linkpath=data/incident.json\n|" + "9" * 60
).split("|")


def field_of_a_number(others: Others, chance: Random, archive: Archive) -> str:
    name, (at, length) = chance.choice([*_NUMBERS.items(), ("size", _NUMBERS["size"])])
    value = chance.choice((0, 1, 7, 511, 512, 513, 4095, 10**9, 8 ** (length - 1) - 1))
    octal = f"{value:o}".encode()
    new = chance.choice(
        (
            octal.rjust(length - 1, b"0") + b"\0",
            octal.rjust(length - 1) + b" ",
            octal.rjust(length, b"0")[:length],
            (octal + b" \0").ljust(length, b"\0"),
            b"\x80" + value.to_bytes(length - 1, "big"),
            b"\xff" * length,
            bytes(length),
            b" " * length,
            b"-" + octal.rjust(length - 2, b"0") + b"\0",
            b"0x" + octal,
            b"9" * (length - 1) + b"\0",
            b"1_0".ljust(length, b"\0"),
            chance.randbytes(length),
        )
    )
    archive.any(chance).put(at, new[:length])
    return f" {name} {new!r}"


def field(others: Others, chance: Random, archive: Archive) -> str:
    name, (at, length) = chance.choice(list(_FIELDS.items()))
    member = archive.any(chance)
    texts = [one.encode() for one in (*NEW_NAMES, *NAMES_OF_A_TAR, "data", "x" * 100, "bagit.txt\0x")]
    anything = [*texts, bytes(length), chance.randbytes(length), chance.randbytes(4)]
    new = chance.choice({"type": _TYPES, "magic": _MAGIC}.get(name, anything))
    member.put(at, new[:length])
    return f" {name} {new!r}"


def members_twice(others: Others, chance: Random, archive: Archive) -> str:
    one = archive.any(chance)
    other = archive.any(chance)
    new = Member(one.head, one.body) if chance.random() < 0.5 else Member(one.head, bytes(len(one.body)))
    archive.members.insert(archive.members.index(other), new)
    return ""


def members_moved(others: Others, chance: Random, archive: Archive) -> str:
    """Another order, a member lost, two contents exchanged, a member of another bundle."""
    one, two = archive.any(chance), archive.any(chance)
    match chance.randrange(4):
        case 0:
            chance.shuffle(archive.members)
            return " shuffled"
        case 1:
            archive.members.remove(one)
            return " lost"
        case 2:
            one.body, two.body = two.body, one.body
            return " contents exchanged"
        case _:
            archive.members[archive.members.index(one)] = chance.choice(
                members(packed(chance.choice(others)))
            )
            return " from another"


def strange_member(others: Others, chance: Random, archive: Archive) -> str:
    """A link, device, folder, long name, extended header or a hostile name among the others."""
    kind = chance.choice(b"123456xgLKS0\x00")
    name = chance.choice((*NEW_NAMES, *NAMES_OF_A_TAR, "data", "bagit.txt", layout.INCIDENT))
    body = b""
    if chr(kind) in "xgLK":
        text = chance.choice(_EXTENDED).encode()
        body = text.ljust(-(-len(text) // BLOCK) * BLOCK, b"\0")
        head = header("pax", len(text), bytes([kind]))
    else:
        with_body = chr(kind) in "0\0" and chance.random() < 0.5
        body = b"hello".ljust(BLOCK, b"\0") if with_body else b""
        head = header(
            name, 5 if with_body else 0, bytes([kind]), chance.choice(("", "bagit.txt", "/etc/passwd"))
        )
    archive.members.insert(chance.randrange(len(archive.members) + 1), Member(head, body))
    return f" {chr(kind)!r} {name!a}"


def padding(others: Others, chance: Random, archive: Archive) -> str:
    one = chance.choice([member for member in archive.members if member.body])
    one.body = one.body[:-1] + chance.choice((b"x", b"\0", b"\n"))
    return ""


def end(others: Others, chance: Random, archive: Archive) -> str:
    block = bytes(BLOCK)
    whole = block * 2
    odd = (b"", block, block[:-1], b"\n" + whole, whole + block, whole * 9)
    behind = (b"\0", b"x", archive.data(), chance.randbytes(BLOCK))
    archive.end = chance.choice((*odd, block + archive.any(chance).head, *(whole + one for one in behind)))
    return f" {len(archive.end)}"


def header_bits(others: Others, chance: Random, archive: Archive) -> str:
    """Any byte of a header, its checksum right or not."""
    one, at, new = archive.any(chance), chance.randrange(BLOCK), chance.randbytes(1)
    if chance.random() < 0.7:
        one.put(at, new)
    else:
        one.head = one.head[:at] + new + one.head[at + 1 :]
    return f" {at}"


TarChange = Callable[[Others, Random, Archive], str]
CHANGES: tuple[TarChange, ...] = (
    *(
        field_of_a_number,
        field_of_a_number,
        field,
        field,
        members_twice,
        members_moved,
        strange_member,
        strange_member,
    ),
    *(padding, end, header_bits),
)


def as_others_read_it(data: bytes) -> Files | None:
    """The files that Python's tar finds, None where it finds two of one name or anything but files."""
    found: Files = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for one in archive:
            name = one.name.removeprefix("./")
            if one.isdir():
                continue
            file = archive.extractfile(one) if one.isreg() else None
            if file is None or name in found:
                return None
            found[name] = file.read()
    return found
