"""Text in pictures (optional group `ocr`): what can be read, from the top to the bottom, and addresses in it.

Runs only in the child, on one core and after everything else: a capture never waits for it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, BinaryIO, Final

# Before the libraries come in: more threads are not allowed in here.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import numpy as np
import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError
from rapidocr import RapidOCR

from evidence_app.errors import NotReadableError, TooLargeError
from evidence_app.records import Limits, Reader, Reading, ReadingKind

with suppress(OSError):
    os.nice(10)

_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "MPO")
_ROWS: Final = 1200
"""Pixels from the top to the bottom that are read at one time, whatever the width: no line is cut across, and
small letters stay as large as they are."""
_WIDEST: Final = 4096
_LAP: Final = 80
"""Pixels that two strips have in common, so that no line is cut by both."""
_MAX_STRIPS: Final = 40
_SURE: Final = 0.5
"""Below this a line is guessed more than read."""
_SAME_LINE: Final = 0.6
_ONE_THREAD: Final = {
    "Global.log_level": "critical",
    "Global.max_side_len": _WIDEST,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


def _read(source: BinaryIO, limits: Limits) -> Reading:
    pi_heif.register_heif_opener(thumbnails=False)
    pi_heif.options.DECODE_THREADS = 1
    Image.MAX_IMAGE_PIXELS = limits.pixels
    try:
        with Image.open(source, formats=_FORMATS) as picture:
            if picture.width * picture.height > limits.pixels:
                raise TooLargeError("Its picture is too large to be read.")
            pixels = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLargeError("Its picture is too large to be read.") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotReadableError("It is no picture that can be read, or it is damaged.") from error
    found = _Page()
    engine = RapidOCR(params=_ONE_THREAD)
    height = pixels.shape[0]
    tops = range(0, max(1, height - _LAP), _ROWS - _LAP)
    for top in tops[:_MAX_STRIPS]:
        found.add(engine(pixels[top : top + _ROWS, :, ::-1], use_cls=False), top)
    notes = () if len(tops) <= _MAX_STRIPS else ("The picture is very long; only its upper part was read.",)
    return Reading(ReadingKind.PICTURE, text=found.text(), notes=notes)


class _Page:
    """Pieces of text with their places, put together from strips that overlap."""

    def __init__(self) -> None:
        self._pieces: list[tuple[float, float, float, float, str]] = []

    def add(self, seen: Any, top: int) -> None:
        """What the engine saw in the strip that begins there. Where two strips saw a line, the longer
        reading of it is kept."""
        if seen.boxes is None:
            return
        for box, text, score in zip(seen.boxes, seen.txts, seen.scores, strict=True):
            if score < _SURE or not text.strip():
                continue
            x, y = box[:, 0], box[:, 1] + top
            piece = (float(x.min()), float(y.min()), float(x.max()), float(y.max()), str(text).strip())
            twin = next((one for one in self._pieces if _overlap(one, piece)), None)
            if twin is None:
                self._pieces.append(piece)
            elif len(piece[4]) > len(twin[4]):
                self._pieces[self._pieces.index(twin)] = piece

    def text(self) -> str:
        """Line by line; what stands beside each other is in one line."""
        lines: list[list[tuple[float, float, float, float, str]]] = []
        for piece in sorted(self._pieces, key=lambda one: one[1] + one[3]):
            middle = (piece[1] + piece[3]) / 2
            last = lines[-1][0] if lines else None
            if (
                last is not None
                and abs(middle - (last[1] + last[3]) / 2) < _SAME_LINE * (last[3] - last[1]) / 2
            ):
                lines[-1].append(piece)
            else:
                lines.append([piece])
        return "\n".join("  ".join(one[4] for one in sorted(line)) for line in lines)


def _overlap(
    one: tuple[float, float, float, float, str], other: tuple[float, float, float, float, str]
) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or tall <= 0:
        return False
    smaller = min((r - left) * (b - t) for left, t, r, b, _ in (one, other))
    return wide * tall > smaller / 2


READER: Final = Reader("words", _read)
