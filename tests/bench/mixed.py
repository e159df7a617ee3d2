"""Two hundred files such as come off a phone, by a seed: photographs, screen pictures, videos, voices, texts.

Sizes are spread as such files are; together they have the bytes that are asked for. Each has the beginning
of its kind (the photographs are whole), and what follows is random, so that nothing can be compressed.
"""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Final

from PIL import Image

FILES: Final = 200
# Of a hundred files: how many, their ending, and the weight of one of them.
_KINDS: Final = (
    (58, "jpg", 40),
    (12, "png", 12),
    (6, "mp4", 380),
    (6, "ogg", 2),
    (10, "txt", 0),
    (8, "eml", 0),
)
_SPREAD: Final = 0.45
_SMALL: Final = 6_000


def make(folder: Path, size: int, seed: int = 2026) -> list[Path]:
    """Write the files into `folder`, `size` bytes in all but for a few small ones; in their order."""
    chance = random.Random(seed)
    kinds = [(ending, weight) for count, ending, weight in _KINDS for _ in range(count * FILES // 100)]
    chance.shuffle(kinds)
    weights = [weight * chance.lognormvariate(0, _SPREAD) for _, weight in kinds]
    heads = {
        "jpg": _photograph(chance),
        "png": _picture(chance),
        "mp4": _VIDEO,
        "ogg": b"OggS\x00\x02" + bytes(22),
    }
    folder.mkdir(parents=True)
    made = []
    for at, ((ending, _), weight) in enumerate(zip(kinds, weights, strict=True)):
        path = folder / f"{at:03}.{ending}"
        with path.open("wb") as file:
            if ending in heads:
                file.write(heads[ending])
                left = max(1, int(size * weight / sum(weights)) - len(heads[ending]))
                while left > 0:
                    left -= file.write(chance.randbytes(min(left, 1 << 20)))
            else:
                file.write(_text(chance, ending, at))
        made.append(path)
    return made


_VIDEO: Final = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41\x00\x00\x00\x08free"


def _photograph(chance: random.Random) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (160, 120), chance.randbytes(57_600)).resize((1600, 1200)).save(
        out, "JPEG", quality=85
    )
    return out.getvalue()


def _picture(chance: random.Random) -> bytes:
    out = io.BytesIO()
    Image.frombytes("L", (64, 48), chance.randbytes(3_072)).resize((640, 480)).save(out, "PNG")
    return out.getvalue()


def _text(chance: random.Random, ending: str, at: int) -> bytes:
    words = " ".join(chance.choices(("you", "know", "what", "will", "happen", "tomorrow", "everyone"), k=900))
    head = f"From: n{at}@larkmere.example\r\nTo: h@larkmere.example\r\nSubject: no {at}\r\n\r\n"
    return ((head if ending == "eml" else f"{at} ") + words)[:_SMALL].encode()
