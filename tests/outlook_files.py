"""Messages of Outlook (.msg), made here: a compound file with the streams that MS-OXMSG names."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from tests.talks_parts import HEADERS, PNG

Storage = Mapping[str, "bytes | Storage"]
_FREE, _END, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF


class _Sectors:
    """Bytes in sectors of one size, and the table that chains them."""

    def __init__(self, size: int) -> None:
        self.size, self.data, self.table = size, bytearray(), list[int]()

    def store(self, content: bytes) -> int:
        first, count = len(self.table), -(-len(content) // self.size)
        self.data += content.ljust(count * self.size, b"\0")
        self.table += [*range(first + 1, first + count), _END] if count else []
        return first if count else _END


def compound(root: Storage) -> bytes:
    """A compound file (MS-CFB, version 3) with these streams; a dictionary is a storage in it."""
    large, small = _Sectors(512), _Sectors(64)
    entries: list[bytes] = [b""]

    def entry(name: str, kind: int, start: int, size: int, child: int = _NONE, right: int = _NONE) -> bytes:
        coded = name.encode("utf-16-le") + b"\0\0"
        head = struct.pack("<HBBIII", len(coded), kind, 1, _NONE, right, child)
        return coded.ljust(64, b"\0") + head + bytes(36) + struct.pack("<IQ", start, size)

    def put(items: Storage) -> int:
        """The entries of a storage as a chain to the right; the answer is the first."""
        first = len(entries)
        entries.extend([b""] * len(items))
        for place, (name, content) in enumerate(items.items()):
            right = first + place + 1 if place + 1 < len(items) else _NONE
            if not isinstance(content, bytes):
                made = entry(name, 1, 0, 0, put(content) if content else _NONE, right)
            else:
                start = (large if len(content) >= 4096 else small).store(content)
                made = entry(name, 2, start, len(content), right=right)
            entries[first + place] = made
        return first

    child = put(root)
    entries[0] = entry("Root Entry", 5, large.store(bytes(small.data)), len(small.data), child)
    while len(entries) % 4:
        entries.append(bytes(128))
    directory = large.store(b"".join(entries))
    small_table = large.store(struct.pack(f"<{len(small.table)}I", *small.table).ljust(512, b"\xff"))
    small_count = -(-len(small.table) * 4 // 512) or 1
    count = 1
    while count * 128 < len(large.table) + count:
        count += 1
    first = len(large.table)
    table = [*large.table, *[0xFFFFFFFD] * count]
    table += [_FREE] * (count * 128 - len(table))
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6),
        *(0, count, directory, 0, 4096, small_table, small_count, _END, 0),
    )
    places = [*range(first, first + count), *[_FREE] * (109 - count)]
    return head + struct.pack("<109I", *places) + bytes(large.data) + struct.pack(f"<{len(table)}I", *table)


def _properties(values: Sequence[tuple[int, int, bytes]], header: int) -> bytes:
    """A stream of properties: type, number, and the length of what is kept in a stream of its own."""
    made = bytes(header)
    for kind, number, content in values:
        made += struct.pack("<HHIQ", kind, number, 6, len(content))
    return made


def _streams(values: Sequence[tuple[int, int, bytes]], header: int) -> dict[str, bytes]:
    made = {f"__substg1.0_{number:04X}{kind:04X}": content for kind, number, content in values}
    return {"__properties_version1.0": _properties(values, header), **made}


def outlook(*, headers: bool = True) -> bytes:
    """A message of Outlook with an attachment."""

    def text(value: str) -> bytes:
        return value.encode("utf-16-le")

    values = [
        (0x1F, 0x001A, text("IPM.Note")),
        (0x1F, 0x0037, text("You will regret this")),
        (0x1F, 0x1000, text("You will regret this.\r\nAll of you.")),
        (0x1F, 0x0C1A, text("Nadia Ellery")),
        (0x1F, 0x0C1F, text("nadia@larkmere.example")),
    ]
    if headers:
        values.append((0x1F, 0x007D, text("\r\n".join(HEADERS[:9]))))
    attached = [
        (0x1F, 0x3707, text("trip.png")),
        (0x102, 0x3701, PNG),
        (0x1F, 0x370E, text("image/png")),
    ]
    return compound(
        {
            **_streams(values, 32),
            "__attach_version1.0_#00000000": _streams(attached, 8),
        }
    )
