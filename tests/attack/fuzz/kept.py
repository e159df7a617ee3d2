"""The inputs that are kept for each target: one archive each, found by long hunts and made small.

`python -m tests.attack.fuzz.kept TARGET FOLDER` keeps what a hunt left in a folder instead.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
MOST = 10_000
"""Bytes of an archive: all of them together stay under 200 KB."""
_ALWAYS = (1980, 1, 1, 0, 0, 0)


def kept(name: str) -> Iterator[bytes]:
    """The kept inputs of a target, the smallest first."""
    path = CORPUS / f"{name}.zip"
    if path.exists():
        with zipfile.ZipFile(path) as archive:
            for one in archive.infolist():
                yield archive.read(one)


def keep(name: str, found: list[bytes]) -> int:
    """Keep as many of these as there is room for, the smallest first; how many that are."""
    CORPUS.mkdir(exist_ok=True)
    chosen, room = [], MOST
    for data in sorted(set(found), key=lambda data: (len(data), data)):
        # A name and its places in the archive take about 100 bytes.
        room -= len(data) // 2 + 110
        if room < 0:
            break
        chosen.append(data)
    with zipfile.ZipFile(CORPUS / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(chosen):
            archive.writestr(zipfile.ZipInfo(f"{number:04}", _ALWAYS), data, zipfile.ZIP_DEFLATED)
    return len(chosen)


if __name__ == "__main__":
    left = [path.read_bytes() for path in Path(sys.argv[2]).iterdir() if path.is_file()]
    print(f"{sys.argv[1]}: {keep(sys.argv[1], left)} of {len(left)} kept")
