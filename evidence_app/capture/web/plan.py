"""How a page is cut into strips, and where a page without end is cut off: numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_HEIGHT: Final = 50_000
"""Pixels of the picture. A page that goes on is cut here, and the record says so; a PNG of ours ends at
65,535, and nobody reads further down."""
STRIP: Final = 3_000
"""Pixels of one part, at most: a part is one answer of the browser (about 15 MB of pixels at 1,280 wide)."""
MAX_WIDTH: Final = 8_000
MAX_PIXELS: Final = 64_000_000
"""Of one picture: what is wider than 1,280 is cut sooner, as every viewer has to hold all its pixels."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One part: `top` and `height` in CSS pixels, `rows` in pixels of the picture."""

    top: float
    height: float
    rows: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`width` and `height` in pixels of the picture, `css_width` as the browser counts. `cut`: the page goes
    on below."""

    width: int
    height: int
    css_width: float
    strips: tuple[Strip, ...]
    cut: bool


def plan(css_width: float, css_height: float, scale: float, limit: int = MAX_HEIGHT) -> Plan:
    """The strips of a page of this size; `scale` is device pixels for each CSS pixel.

    Strips begin at whole CSS pixels and whole pixels of the picture, so nothing is drawn twice or between.
    """
    width = max(1, min(MAX_WIDTH, round(css_width * scale)))
    wanted = max(1, round(css_height * scale))
    height = min(wanted, limit, MAX_PIXELS // width)
    step = max(1, round(STRIP / _unit(scale))) * _unit(scale)
    tops = range(0, height, step)
    strips = tuple(
        Strip(top / scale, min(step, height - top) / scale, min(step, height - top)) for top in tops
    )
    return Plan(width, height, width / scale, strips, wanted > height)


def _unit(scale: float) -> int:
    """The fewest pixels of the picture that are a whole number of CSS pixels."""
    return next((rows for rows in range(1, 101) if abs(rows / scale - round(rows / scale)) < 1e-6), 100)
