"""Makes resources/report/characters.txt: what the report's fonts can show, asked of typst itself.

A report that holds one other character would not be PDF/A, so the program writes that character by its
name instead. Run it again when a font of the report or typst changes: `python packaging/characters.py`.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "resources" / "report" / "characters.txt"
LAST = 0x2FFFF
# Controls, halves, what is not assigned or private, and format characters, which steer the display.
NEVER = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_SOURCE = b"""#set document(title: "x")
#set text(lang: "en", font: "Inter")
#for c in sys.inputs.text.clusters() [#c \\ ]
"""


def shown(characters: str) -> bool:
    """Whether typst can make a PDF/A of all of them."""
    try:
        typst.compile(
            _SOURCE,
            font_paths=[str(ROOT / "resources" / "fonts")],
            ignore_system_fonts=True,
            sys_inputs={"text": characters},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True


def covered(characters: str) -> list[int]:
    """Code points that can be shown, found by halving."""
    if not characters or shown(characters):
        return [ord(c) for c in characters]
    if len(characters) == 1:
        return []
    middle = len(characters) // 2
    return covered(characters[:middle]) + covered(characters[middle:])


def main() -> None:
    """Write the list: one range of hexadecimal numbers a line."""
    found: list[int] = []
    for start in range(0, LAST + 1, 256):
        row = [chr(n) for n in range(start, start + 256)]
        row = [c for c in row if unicodedata.category(c) not in NEVER]
        # Most of the planes of ideographs are missing as a whole: one look at a few of each row.
        if len(row) > 200 and not any(shown(c) for c in row[::37]):
            continue
        found += covered("".join(row))
    ranges: list[list[int]] = []
    for number in found:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    OUT.write_text("".join(f"{first:x}-{last:x}\n" for first, last in ranges), encoding="ascii")


if __name__ == "__main__":
    main()
