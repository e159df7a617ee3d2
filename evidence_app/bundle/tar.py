"""A small strict tar, streamed both ways (POSIX.1-1988 ustar; pax only for sizes of 8 GiB and more).

The reader hands on what it finds at once and holds one block. Whatever it does not fully understand it
refuses, each way with its own error: two programs must never see two different archives in one file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from evidence_app.bundle import layout
from evidence_app.errors import DamagedError

RECORD: Final = 512
_OCTAL_LIMIT: Final = 8**11
_MAX_PADDING: Final = layout.MIB
_MAX_NAME: Final = 100
_MAX_PREFIX: Final = 155
_USTAR: Final = b"ustar\x0000"
_GNU: Final = b"ustar  \x00"
_OCTAL = re.compile(rb" *([0-7]+)[ \x00]+")
# Numbers that we do not use: mode, owner, group, time, device. Others read them, and stop at one they cannot
# read; GNU tar writes owners of large directories in base 256.
_UNUSED: Final = ((100, 108), (108, 116), (116, 124), (136, 148), (329, 337), (337, 345))
_ANY_NUMBER = re.compile(rb" *[0-7]*[ \x00]*|[\x80\xff].*", re.DOTALL)
_PAX_SIZE = re.compile(rb"([1-9][0-9]?) size=([1-9][0-9]{0,17})\n")
_ZERO = bytes(RECORD)


class TarError(DamagedError):
    """An archive that is refused; `code` says why, one subclass for each way."""

    code = "tar"
    what = "it cannot be read"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            f"This bundle is damaged or was not made by Evidence: {self.what}"
            f"{f' ({detail})' if detail else ''}. Nothing from it is shown. Ask the sender for a new copy."
        )


class TarForeignError(TarError):
    """The very first header is not that of a tar archive at all."""

    code = "tar-foreign"
    what = "there is no archive inside"


class TarTruncatedError(TarError):
    """The bytes end inside a header or a file."""

    code = "tar-truncated"
    what = "it ends too early"


class TarChecksumError(TarError):
    """The checksum of a header does not fit."""

    code = "tar-checksum"
    what = "a header in it was changed"


class TarMagicError(TarError):
    """A later header is neither ustar nor GNU."""

    code = "tar-magic"
    what = "a header in it is of an unknown format"


class TarNumberError(TarError):
    """A number that is not octal digits with an end: base 256, signs, blanks only (of those that we use)."""

    code = "tar-number"
    what = "a number in a header is not written as expected"


class TarTypeError(TarError):
    """A link, device, pipe, sparse file, GNU long name or anything else but a file or folder."""

    code = "tar-type"
    what = "it contains something that is neither a file nor a folder"


class TarPaxError(TarError):
    """An extended header with anything but one `size` of 8 GiB or more."""

    code = "tar-pax"
    what = "an extended header says more than a size"


class TarNameError(TarError):
    """Absolute, with `..`, empty parts, control characters or back slashes, or not UTF-8."""

    code = "tar-name"
    what = "it contains a name that could lead out of its folder"


class TarDuplicateError(TarError):
    """Two names that are equal, also by case or Unicode form."""

    code = "tar-duplicate"
    what = "two files in it have the same name"


class TarLimitError(TarError):
    """Too many members or bytes."""

    code = "tar-limit"
    what = "it is larger than a bundle may be"


class TarEndError(TarError):
    """The two blocks of zeros are missing."""

    code = "tar-end"
    what = "its end is missing"


class TarTrailingError(TarError):
    """Anything but zeros where only zeros may be."""

    code = "tar-trailing"
    what = "something follows after its end"


class Sink(Protocol):
    """Takes the files of a bundle one after the other, in any order."""

    def start_file(self, name: str, size: int) -> None:
        """`name` is relative, with forward slashes; `size` in bytes."""

    def feed(self, data: memoryview) -> None:
        """The next bytes of the file; only valid during the call."""

    def end_file(self) -> None:
        """All bytes of the file were fed."""


class Readable(Protocol):
    """A blocking source; 0 bytes mean its end."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """How many bytes were put into `buffer`."""


class Writable(Protocol):
    """Takes all of what it is given."""

    def write(self, data: memoryview, /) -> int | None:
        """How many bytes were taken."""


# --- writing ------------------------------------------------------------------------------------


class TarWriter:
    """Writes members with fixed owner, mode 0644 and one time, so that equal content gives equal bytes.

    `moment` is the time of every member. The caller writes exactly the announced bytes of each.
    """

    def __init__(self, out: Writable, moment: datetime) -> None:
        self._out = out
        self._time = max(0, int(moment.timestamp()))
        self._rest = 0
        self._padding = 0

    def start_file(self, name: str, size: int) -> None:
        """Begin a member; ValueError for a name longer than 100 ASCII characters or a wrong order."""
        encoded = name.encode("ascii")
        if self._rest or not 0 < len(encoded) <= _MAX_NAME or size < 0:
            raise ValueError("a member was not complete, or its name or size does not fit")
        if size >= _OCTAL_LIMIT:
            record = f"size={size}\n"
            text = f"{len(record) + 3} {record}".encode("ascii")
            self._write(_header(b"pax/" + encoded[: _MAX_NAME - 4], len(text), b"x", self._time))
            self._write(text + bytes(RECORD - len(text)))
            self._write(_header(encoded, 0, b"0", self._time))
        else:
            self._write(_header(encoded, size, b"0", self._time))
        self._rest, self._padding = size, -size % RECORD

    def feed(self, data: memoryview) -> None:
        """The next bytes of the member."""
        if len(data) > self._rest:
            raise ValueError("more bytes than were announced")
        self._rest -= len(data)
        self._write(data)

    def end_file(self) -> None:
        if self._rest:
            raise ValueError("fewer bytes than were announced")
        if self._padding:
            self._write(bytes(self._padding))
        self._padding = 0

    def finish(self) -> None:
        """The two blocks of zeros that end an archive."""
        self._write(_ZERO * 2)

    def _write(self, data: bytes | memoryview) -> None:
        self._out.write(memoryview(data))


def packed_size(sizes: list[int]) -> int:
    """Bytes of an archive of members of these sizes."""
    extra = sum(2 * RECORD for size in sizes if size >= _OCTAL_LIMIT)
    return sum(RECORD + size + -size % RECORD for size in sizes) + extra + 2 * RECORD


def _header(name: bytes, size: int, kind: bytes, time: int) -> bytes:
    head = bytearray(RECORD)
    head[0 : len(name)] = name
    head[100:124] = b"0000644\x000000000\x000000000\x00"
    head[124:148] = f"{size:011o}\0{min(time, _OCTAL_LIMIT - 1):011o}\0".encode("ascii")
    head[148:156] = b" " * 8
    head[156:157] = kind
    head[257:265] = _USTAR
    head[329:345] = b"0000000\x000000000\x00"
    head[148:156] = f"{sum(head):06o}\0 ".encode("ascii")
    return bytes(head)


# --- reading ------------------------------------------------------------------------------------


def read_tar(source: Readable, sink: Sink, progress: Callable[[int], None] | None = None) -> None:
    """Read a whole archive to its very end and hand its files to `sink`.

    Raises a `TarError` for everything that is not a plain archive of files and folders. `progress`
    gets the number of bytes after every block.
    """
    _TarReader(source, sink, progress).run()


class _TarReader:
    def __init__(self, source: Readable, sink: Sink, progress: Callable[[int], None] | None) -> None:
        self._source = source
        self._sink = sink
        self._progress = progress
        self._buffer = memoryview(bytearray(layout.BLOCK))
        self._seen: set[str] = set()
        self._total = 0

    def run(self) -> None:
        first = True
        pax_size: int | None = None
        members = 0
        while True:
            head = self._record()
            if head == _ZERO and pax_size is None:
                self._end()
                return
            if first and head[257:265] not in (_USTAR, _GNU):
                raise TarForeignError
            first = False
            _check_header(head)
            members += 1
            if members > layout.MAX_MEMBERS:
                raise TarLimitError(f"more than {layout.MAX_MEMBERS} files")
            size, kind = _number(head[124:136]), head[156:157]
            if kind == b"x":
                if pax_size is not None:
                    raise TarPaxError
                pax_size = self._pax(size)
                continue
            if kind in (b"0", b"\0"):
                self._file(_name(head), size if pax_size is None else pax_size)
            elif kind == b"5" and size == 0 and pax_size is None:
                self._folder(_name(head))
            else:
                raise TarTypeError
            pax_size = None

    def _record(self) -> bytes:
        return bytes(self._exactly(RECORD))

    def _exactly(self, count: int) -> memoryview:
        view = self._buffer[:count]
        done = 0
        while done < count:
            got = self._source.readinto(view[done:])
            if not got:
                raise TarEndError if done == 0 else TarTruncatedError
            done += got
        return view

    def _pax(self, size: int) -> int:
        if not 0 < size <= RECORD:
            raise TarPaxError
        record = self._record()
        found = _PAX_SIZE.fullmatch(record[:size])
        if found is None or int(found[1]) != size or record[size:].strip(b"\0"):
            raise TarPaxError
        value = int(found[2])
        if value < _OCTAL_LIMIT:
            raise TarPaxError
        return value

    def _file(self, name: str, size: int) -> None:
        if name == "." or name.endswith("/"):
            raise TarNameError
        self._once(name)
        self._total += size
        if size > layout.MAX_FILE or self._total > layout.MAX_TOTAL:
            raise TarLimitError
        self._sink.start_file(name, size)
        rest, buffer, room = size, self._buffer, len(self._buffer)
        while rest:
            got = self._source.readinto(buffer[: min(rest, room)])
            if not got:
                raise TarTruncatedError
            self._sink.feed(buffer[:got])
            rest -= got
            if self._progress is not None:
                self._progress(got)
        self._sink.end_file()
        padding = -size % RECORD
        if padding and any(self._exactly(padding)):
            raise TarTrailingError("behind a file")

    def _folder(self, name: str) -> None:
        name = name.rstrip("/")
        if name != ".":
            self._once(name)

    def _once(self, name: str) -> None:
        key = layout.folded(name)
        if key in self._seen:
            raise TarDuplicateError
        self._seen.add(key)

    def _end(self) -> None:
        try:
            if self._record() != _ZERO:
                raise TarTrailingError
        except TarTruncatedError as error:
            raise TarEndError from error
        padding = 0
        while got := self._source.readinto(self._buffer):
            padding += got
            if padding > _MAX_PADDING or any(self._buffer[:got]):
                raise TarTrailingError


def _check_header(head: bytes) -> None:
    if head[257:265] not in (_USTAR, _GNU):
        raise TarMagicError
    if _number(head[148:156]) != sum(head[:148]) + sum(head[156:]) + 8 * 32:
        raise TarChecksumError
    if head[157:257].strip(b"\0"):
        raise TarTypeError("a link")
    if not all(_ANY_NUMBER.fullmatch(head[start:end]) for start, end in _UNUSED):
        raise TarNumberError


def _number(field: bytes) -> int:
    found = _OCTAL.fullmatch(field)
    if found is None:
        raise TarNumberError
    return int(found[1], 8)


def _name(head: bytes) -> str:
    raw = _text(head[:_MAX_NAME])
    prefix = _text(head[345 : 345 + _MAX_PREFIX])
    if prefix and head[257:265] != _USTAR:
        # Times and parts of sparse files for GNU tar, the start of the name for others.
        raise TarNameError
    try:
        name = (prefix + b"/" + raw if prefix else raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise TarNameError from error
    name = name.removeprefix("./") if name != "./" else "."
    parts = name.removesuffix("/").split("/")
    if name == ".":
        return name
    if any(part in {"", ".", ".."} for part in parts) or "\\" in name or not name.isprintable():
        raise TarNameError
    return name


def _text(field: bytes) -> bytes:
    text, _, rest = field.partition(b"\0")
    if rest.strip(b"\0"):
        raise TarNameError("something behind a name")
    return text
