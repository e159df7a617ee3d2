"""Files to bring in, made here: one of every kind that needs no parser of talks, and bad ones."""

from __future__ import annotations

import base64
import io
import os
import struct
import zlib
from pathlib import Path

from PIL import Image, PngImagePlugin

from evidence_app.errors import StoppedError
from evidence_app.records import Progress

# A picture of 64 x 48 as telephones make them, with EXIF; encoded by a stock tool, as no library here can.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAeFtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "AA5waXRtAAAAAAACAAAAEGlkYXQAAAAAAEAAMAAAAExpbG9jAQAAAERAAAMAAQAAAAAAAAIFAAEAAAAAAAAAdgACAAEAAAAAAAAA"
    "AQAAAAAAAAAIAAMAAAAAAAACewABAAAAAAAAADAAAABNaWluZgAAAAAAAwAAABVpbmZlAgAAAQABAABodmMxAAAAABVpbmZlAgAA"
    "AAACAABncmlkAAAAABVpbmZlAgAAAQADAABFeGlmAAAAANVpcHJwAAAAs2lwY28AAABzaHZjQwEDcAAAAAAAAAAAAB7wAPz9+PgA"
    "AA8DIAABABhAAQwB//8DcAAAAwCQAAADAAADAB66AkAhAAEAJ0IBAQNwAAADAJAAAAMAAAMAHqAggQWW6uSmubAgAAADACAAAAMA"
    "ISIAAQAGRAHBc8CJAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAUaXNwZQAAAAAAAABAAAAAMAAAABBwaXhpAAAAAAMICAgAAAAaaXBt"
    "YQAAAAAAAAACAAECgQIAAgIDhAAAAChpcmVmAAAAAAAAAA5kaW1nAAIAAQABAAAADmNkc2MAAwABAAIAAACubWRhdAAAAHIoAa8J"
    "4DkjJL//+yQ///4b95D92b+5J//6XP/SKtSz6/GvXBMgycUlbDOwPrmVwe+m1dPPiDDzEaM0ryStRo/e7j1qBmrMfOyHQwBbOleR"
    "YfVSOoHwPLF6ZSEiqpb5A7MlMB4kcyDUxf61381rp1Gx9YAAAAAATU0AKgAAAAgAAQEPAAIAAAARAAAAGgAAAABMYXJrbWVyZSBD"
    "YW1lcmFzAAA="
)


def picture(form: str, size: tuple[int, int] = (64, 48), shade: int = 0) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, (200, 20, 20 + shade))
    image.paste((20, 20, 200), (size[0] // 2, 0, *size))
    out = io.BytesIO()
    more: dict[str, object] = {}
    if form in {"JPEG", "WEBP", "TIFF"}:
        exif = Image.Exif()
        exif[0x010F] = "Larkmere Cameras"
        exif.get_ifd(0x8769)[0x9003] = "2026:03:12 14:32:07"
        exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 30.0)})
        more["exif"] = exif
    if form == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", "Tom Garrick")
        more["pnginfo"] = info
    if form == "GIF":
        more |= {"save_all": True, "append_images": [Image.new("RGB", size, (0, 200, 0))]}
    image.save(out, form, **more)
    return out.getvalue()


def pdf(words: str = "Hello Larkmere", pages: int = 2) -> bytes:
    """A small PDF document with a page of text and an empty one."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + at} 0 R" for at in range(pages))
    parts.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode())
    parts.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    content = f"BT /F1 24 Tf 72 700 Td ({words}) Tj ET".encode()
    for at in range(pages):
        draws = f"/Contents {4 + pages} 0 R" if at == 0 else ""
        parts.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {draws} "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
    parts.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    parts.append(b"<< /Title (Letter) /Author (Tom Garrick) >>")
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(parts) + 1, len(parts))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def bomb(side: int = 40_000) -> bytes:
    """A PNG of a few kilobytes that says it has `side` x `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
        + chunk(b"IEND", b"")
    )


def every_kind() -> dict[str, bytes]:
    """Name to bytes: what people bring in, well-formed."""
    found = {f"photo.{form.lower()}": picture(form) for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")}
    return found | {
        "photo.heic": HEIC,
        "letter.pdf": pdf(),
        "notes.txt": "Nadia said: “stop it”\n".encode(),
        "old.txt": "Caf\xe9 opposite the school\n".encode("cp1252"),
        "wide.txt": "Wide words\n".encode("utf-16"),
        "clip.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + os.urandom(2000),
        "voice.amr": b"#!AMR\n" + os.urandom(500),
        "program.jpg": b"MZ\x90\0" + os.urandom(3000),
        "empty.png": b"",
    }


def write_all(folder: Path, named: dict[str, bytes]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in named.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in named]


class StopAt:
    """A progress call that stops once so many bytes are done."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, progress: Progress) -> None:
        if progress.done >= self.most:
            raise StoppedError("Stopped.")
