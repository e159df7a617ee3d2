"""Screen pixels to PNG: lossless, and fast enough not to be felt at the click.

The picture is cut into stripes of rows. Each stripe is filtered (PNG specification, section 9) and
deflated on its own, two at a time; every stripe but the last ends with a sync flush, so that the pieces
join into one zlib stream (RFC 1950), whose Adler-32 is combined from those of the stripes. The file has
the chunks IHDR, IDAT and IEND and nothing else: what was observed belongs in the ledger.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from typing import Final, NamedTuple, cast

from isal import isal_zlib
from PIL import Image, ImageChops

from evidence_app.records import Pixels

RawPixels = bytes | bytearray | memoryview
"""Rows top to bottom without padding, four bytes a pixel: blue, green, red and one that is ignored."""

MAX_SIDE: Final = 65_535
"""Pixels; no screen is larger (X11 counts them in 16 bits)."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_ZLIB_HEADER: Final = b"\x78\x01"
_ADLER_BASE: Final = 65_521
_LEVEL: Final = 1  # of ISA-L's four; the higher ones are slower here and hardly smaller
_STRIPE_BYTES: Final = 512 * 1024  # of raw pixels: stays in a core's cache
_WORTH_TRYING: Final = 6
"""What deflates to less than one part in this is text or flat: trying every filter is cheap there."""
_THREADS: Final = 2
_CHANNELS: Final = 3


class Filter(IntEnum):
    """The row filters that are used; the numbers are those of the specification."""

    NONE = 0
    SUB = 1
    UP = 2


class _Piece(NamedTuple):
    """One deflated stripe; `adler` and `size` are of the filtered bytes that went in."""

    deflated: bytes
    adler: int
    size: int


def encode(raw: RawPixels, width: int, height: int) -> bytes:
    """Return a PNG file (8-bit RGB, not interlaced) of `width` x `height` pixels.

    Raises ValueError where the sizes do not fit the bytes.
    """
    pieces = _deflated(_checked(raw, width, height), width, 0, last=True)
    return b"".join(_chunks(width, height, pieces))


def _deflated(view: memoryview, width: int, first: int, *, last: bool) -> list[_Piece]:
    """The rows of `view` from number `first` on, in stripes; `last`: the picture ends with them."""
    height = len(view) // (width * 4)
    rows = max(1, _STRIPE_BYTES // (width * 4))
    stripes = [(top, min(top + rows, height)) for top in range(first, height, rows)]

    def piece(stripe: tuple[int, int]) -> _Piece:
        top, bottom = stripe
        return _smallest(view, width, top, bottom, last=last and bottom == height)

    workers = min(_THREADS, os.cpu_count() or 1, len(stripes))
    if workers == 1:
        return [piece(stripe) for stripe in stripes]
    with ThreadPoolExecutor(workers, thread_name_prefix="png") as pool:
        return list(pool.map(piece, stripes))


class PngStrips:
    """A PNG that comes in strips from top to bottom: a page of any length without all its pixels at once.

    `add` takes the next rows, `finish` gives the file. Only what is deflated already is held.
    """

    def __init__(self, width: int, height: int) -> None:
        """`width` and `height` in pixels, of the whole picture; ValueError for one that no PNG here has."""
        _check_sides(width, height)
        self._width, self._height, self._done = width, height, 0
        self._pieces: list[_Piece] = []
        self._above = b""

    def add(self, raw: RawPixels, rows: int) -> None:
        """The next `rows` rows; raises ValueError where bytes and sizes do not fit."""
        view = _checked(raw, self._width, rows)
        if self._done + rows > self._height:
            raise ValueError("more rows than the picture has")
        self._done += rows
        # A row's filter may look at the row above, which for the first one is in the strip before.
        above, self._above = self._above, bytes(view[-self._width * 4 :])
        pixels = memoryview(b"".join((above, view))) if above else view
        self._pieces += _deflated(pixels, self._width, bool(above), last=self._done == self._height)

    def finish(self) -> bytes:
        """The whole file; raises ValueError where rows are missing."""
        if self._done != self._height:
            raise ValueError(f"{self._height - self._done} rows are missing")
        return b"".join(_chunks(self._width, self._height, self._pieces))


def from_pixels(pixels: Pixels) -> bytes:
    """A PNG file of what came out of the child process."""
    image = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb)
    return encode(image.tobytes("raw", "BGRX"), pixels.width, pixels.height)


def preview(raw: RawPixels, width: int, height: int, max_side: int) -> tuple[bytes, int, int]:
    """Return (RGB bytes, width, height) of a small picture for a thumbnail in memory.

    The size is the picture's divided by the smallest whole number that brings both sides to `max_side`
    pixels at most: each new pixel is the mean of a square of old ones.
    """
    image = _image(_checked(raw, width, height), width, height)
    divisor = max(1, -(-max(width, height) // max(1, max_side)))
    small = image.reduce(divisor) if divisor > 1 else image
    return small.tobytes("raw", "BGR"), small.width, small.height


def _checked(raw: RawPixels, width: int, height: int) -> memoryview:
    view = memoryview(raw).cast("B")
    _check_sides(width, height)
    if len(view) != width * height * 4:
        raise ValueError(f"{len(view)} bytes are not {width} x {height} pixels of four bytes")
    return view


def _check_sides(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ValueError(f"no picture has {width} x {height} pixels")


def _image(pixels: RawPixels, width: int, height: int) -> Image.Image:
    """Show the bytes to Pillow without copying them. The mode's first three letters mean B, G, R here."""
    buffer = cast("bytes", pixels)  # Pillow takes every buffer; only its annotation is narrower
    return Image.frombuffer("RGBX", (width, height), buffer, "raw", "RGBX", 0, 1)


def _smallest(view: memoryview, width: int, top: int, bottom: int, *, last: bool) -> _Piece:
    """The stripe in the filter that deflates best; where little can be gained, the first one tried."""
    best_rows, best = bytearray(), b""
    for kind in (Filter.UP, Filter.NONE, Filter.SUB):
        rows = _filtered(view, width, top, bottom, kind)
        deflated = _squeeze(rows, last=last)
        if not best or len(deflated) < len(best):
            best_rows, best = rows, deflated
        if len(deflated) * _WORTH_TRYING > len(rows):
            break
    return _Piece(best, isal_zlib.adler32(best_rows), len(best_rows))


def _filtered(view: memoryview, width: int, top: int, bottom: int, kind: Filter) -> bytearray:
    """Rows `top` to `bottom`, each as its filter byte and `width` x 3 bytes RGB."""
    stride, height = width * 4, bottom - top
    start, end = top * stride, bottom * stride
    image = _image(view[start:end], width, height)
    if kind is not Filter.NONE:
        # The neighbour of every pixel is the same memory, read a row or a pixel earlier.
        back = stride if kind is Filter.UP else 4
        earlier = view[start - back : end - back] if start else bytes(back) + view[: end - back]
        image = ImageChops.subtract_modulo(image, _image(earlier, width, height))
    row = width * _CHANNELS + 1
    packed = memoryview(image.tobytes("raw", "BGR", row, 1))  # one byte to spare after each row
    rows = bytearray(height * row)
    rows[1:] = packed[:-1]
    rows[::row] = bytes((kind,)) * height
    if kind is Filter.SUB:  # a row's first pixel has no left neighbour; above it was the row before
        for channel in range(_CHANNELS):
            rows[1 + channel :: row] = view[start + 2 - channel : end : stride]
    return rows


def _squeeze(rows: bytearray, *, last: bool) -> bytes:
    deflate = isal_zlib.compressobj(_LEVEL, wbits=-15)
    head: bytes = deflate.compress(rows)
    return head + deflate.flush(isal_zlib.Z_FINISH if last else isal_zlib.Z_SYNC_FLUSH)


def _joined_adler(first: int, second: int, size: int) -> int:
    """Adler-32 of two byte strings one after the other; `size` is the length of the second (RFC 1950)."""
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = (first >> 16) + (second >> 16) + size * ((first & 0xFFFF) - 1)
    return high % _ADLER_BASE << 16 | low % _ADLER_BASE


def _chunks(width: int, height: int, pieces: list[_Piece]) -> Iterator[bytes]:
    yield _SIGNATURE
    yield from _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    adler = 1
    for piece in pieces:
        adler = _joined_adler(adler, piece.adler, piece.size)
    for number, piece in enumerate(pieces, 1):
        head = _ZLIB_HEADER if number == 1 else b""
        tail = struct.pack(">I", adler) if number == len(pieces) else b""
        yield from _chunk(b"IDAT", head, piece.deflated, tail)
    yield from _chunk(b"IEND")


def _chunk(name: bytes, *parts: bytes) -> Iterator[bytes]:
    yield struct.pack(">I", sum(map(len, parts)))
    checksum = 0
    for part in (name, *parts):
        checksum = isal_zlib.crc32(part, checksum)
        yield part
    yield struct.pack(">I", checksum)
