"""PNG files: whatever the size and content, every stock reader gets the very pixels back."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PySide6.QtGui import QImage

from evidence_app.capture import png
from tests.screens import pattern, rgb


def chunks(file: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG file, read as strictly as the specification allows."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = [], 8
    while at < len(file):
        size, name = struct.unpack_from(">I4s", file, at)
        body = file[at + 8 : at + 8 + size]
        (checksum,) = struct.unpack_from(">I", file, at + 8 + size)
        assert checksum == zlib.crc32(name + body)
        found.append((name, body))
        at += size + 12
    assert at == len(file)
    return found


def filters(file: bytes, width: int, height: int) -> set[int]:
    """The row filters that were used; the zlib stream is whole and ends where it should."""
    inflate = zlib.decompressobj()
    rows = inflate.decompress(b"".join(body for name, body in chunks(file) if name == b"IDAT"))
    assert inflate.eof
    assert not inflate.unused_data
    assert len(rows) == height * (width * 3 + 1)
    return set(rows[:: width * 3 + 1])


def screen_like(width: int, height: int) -> bytes:
    """Text, flat parts and a soft picture, as BGRX."""
    chance = random.Random(7)
    image = Image.new("RGB", (width, height), (250, 250, 252))
    draw = ImageDraw.Draw(image)
    for y in range(4, height // 2, 14):
        draw.text((8, y), "".join(chance.choices("etaoin shrdlu", k=width // 8)), fill=(20, 20, 40))
    soft = Image.effect_noise((max(1, width // 16), max(1, height // 32)), 90).resize((width, height // 2))
    grain = Image.effect_noise(soft.size, 5)
    image.paste(Image.merge("RGB", (soft, Image.blend(soft, grain, 0.1), grain)), (0, height // 2))
    return image.tobytes("raw", "BGRX")


sizes = st.tuples(st.integers(1, 70), st.integers(1, 40))
kinds = st.sampled_from(("noise", "plain", "steps"))


def pixels(kind: str, width: int, height: int, seed: int) -> bytes:
    if kind == "noise":
        return pattern(seed, width, height)
    if kind == "plain":
        return random.Random(seed).randbytes(4) * (width * height)
    return b"".join(
        bytes(((x + seed) % 256, y % 256, (x * y) % 256, x % 256))
        for y in range(height)
        for x in range(width)
    )


@given(sizes, kinds, st.integers(0, 2**16), st.sampled_from((1, 64, 600, 4096, png._STRIPE_BYTES)))
@example((1, 1), "noise", 0, 1)
@example((1, 40), "steps", 3, 1)
@example((70, 1), "plain", 5, 4096)
@example((33, 7), "noise", 9, 264)
def test_pixels_come_back_from_every_size(size: tuple[int, int], kind: str, seed: int, stripe: int) -> None:
    width, height = size
    raw = pixels(kind, width, height, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(png, "_STRIPE_BYTES", stripe)
        file = png.encode(raw, width, height)
    with Image.open(io.BytesIO(file)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", size)
        assert image.tobytes() == rgb(raw, width, height)
    assert filters(file, width, height) <= set(png.Filter)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (641, 479), (1920, 1080)])
def test_qt_reads_the_same_pixels(size: tuple[int, int]) -> None:
    width, height = size
    raw = pattern(1, width, height)
    image = QImage.fromData(png.encode(raw, width, height))
    assert not image.isNull()
    assert not image.hasAlphaChannel()
    shown = image.convertToFormat(QImage.Format.Format_RGB32)
    assert (shown.width(), shown.height()) == size
    assert rgb(shown.constBits(), width, height) == rgb(raw, width, height)


def test_pngcheck_has_no_complaint(tmp_path: Path) -> None:
    path = tmp_path / "screen.png"
    path.write_bytes(png.encode(screen_like(1280, 801), 1280, 801))
    done = subprocess.run(["pngcheck", "-q", path], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    path.write_bytes(path.read_bytes()[:-20])
    assert subprocess.run(["pngcheck", "-q", path], capture_output=True, check=False).returncode != 0


def test_a_screen_takes_several_filters_and_stripes() -> None:
    width, height = 1601, 900
    raw = screen_like(width, height)
    file = png.encode(raw, width, height)
    assert len([name for name, _ in chunks(file) if name == b"IDAT"]) > 4
    assert len(filters(file, width, height)) > 1
    with Image.open(io.BytesIO(file)) as image:
        assert image.tobytes() == rgb(raw, width, height)


def test_nothing_but_pixels_is_in_the_file() -> None:
    found = chunks(png.encode(pattern(1, 600, 600), 600, 600))
    assert found[0] == (b"IHDR", struct.pack(">IIBBBBB", 600, 600, 8, 2, 0, 0, 0))
    assert found[-1] == (b"IEND", b"")
    assert {name for name, _ in found[1:-1]} == {b"IDAT"}


def test_the_fourth_byte_changes_nothing() -> None:
    raw = bytearray(pattern(1, 40, 30))
    before = png.encode(raw, 40, 30)
    raw[3::4] = bytes(40 * 30)
    assert png.encode(raw, 40, 30) == before


def test_the_same_pixels_give_the_same_file_from_any_kind_of_bytes() -> None:
    raw = screen_like(1600, 700)
    files = {png.encode(kind(raw), 1600, 700) for kind in (bytes, bytearray, memoryview)}
    assert len(files) == 1


@pytest.mark.parametrize("size", [(0, 4), (4, 0), (-1, -4), (3, 1), (70_000, 1)])
def test_sizes_that_do_not_fit_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="pixels"):
        png.encode(bytes(16), *size)
    with pytest.raises(ValueError, match="pixels"):
        png.preview(bytes(16), *size, 10)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6))
@example([b"", b"\xff" * 300, b""])
def test_adler_of_parts_is_that_of_the_whole(parts: list[bytes]) -> None:
    joined = 1
    for part in parts:
        joined = png._joined_adler(joined, zlib.adler32(part), len(part))
    assert joined == zlib.adler32(b"".join(parts))


def test_a_preview_has_a_whole_divisor_and_the_right_colours() -> None:
    width, height = 103, 50
    red = bytes((0, 0, 255, 77)) * (width * height)
    small, wide, tall = png.preview(red, width, height, 30)
    assert (wide, tall) == (26, 13)  # divided by 4, rounded up
    assert small == bytes((255, 0, 0)) * (wide * tall)


def test_a_preview_never_grows_a_picture() -> None:
    raw = pattern(2, 20, 10)
    assert png.preview(raw, 20, 10, 400) == (rgb(raw, 20, 10), 20, 10)
