"""The chosen area, in physical pixels of the virtual screen: drawn, moved, made larger or smaller.

Plain arithmetic without Qt. A point is a pixel, and the pixels at both ends of a drag belong to the area;
`bounds` is the monitor it happens on, and every answer lies inside it.
"""

from __future__ import annotations

from dataclasses import replace

from evidence_app.records import Area

Point = tuple[int, int]
Handle = tuple[int, int]
"""Which edges a handle moves: -1 left or top, 1 right or bottom, 0 neither."""

HANDLES: tuple[Handle, ...] = ((-1, -1), (1, -1), (1, 1), (-1, 1), (0, -1), (1, 0), (0, 1), (-1, 0))
"""Corners first: where handles of a small area overlap, a corner is the more useful one."""


def right_of(area: Area) -> int:
    """The first column beyond the area."""
    return area.left + area.width


def bottom_of(area: Area) -> int:
    """The first row beyond the area."""
    return area.top + area.height


def contains(area: Area, point: Point) -> bool:
    """Whether the pixel lies in the area."""
    x, y = point
    return area.left <= x < right_of(area) and area.top <= y < bottom_of(area)


def common(one: Area, other: Area) -> Area | None:
    """What two areas have in common, or None."""
    left, top = max(one.left, other.left), max(one.top, other.top)
    right, bottom = min(right_of(one), right_of(other)), min(bottom_of(one), bottom_of(other))
    return Area(left, top, right - left, bottom - top) if left < right and top < bottom else None


def inside(point: Point, bounds: Area) -> Point:
    """The pixel of `bounds` nearest to the point."""
    x, y = point
    return (
        min(max(x, bounds.left), right_of(bounds) - 1),
        min(max(y, bounds.top), bottom_of(bounds) - 1),
    )


def drawn(start: Point, end: Point, bounds: Area) -> Area:
    """The area between two pixels, both included."""
    (x0, y0), (x1, y1) = inside(start, bounds), inside(end, bounds)
    return Area(min(x0, x1), min(y0, y1), abs(x1 - x0) + 1, abs(y1 - y0) + 1)


def first(bounds: Area) -> Area:
    """Where choosing by keys begins: the middle half of the monitor."""
    width, height = max(1, bounds.width // 2), max(1, bounds.height // 2)
    return Area(
        bounds.left + (bounds.width - width) // 2, bounds.top + (bounds.height - height) // 2, width, height
    )


def moved(area: Area, across: int, down: int, bounds: Area) -> Area:
    """The same area elsewhere; it stops at the edge."""
    left = min(max(area.left + across, bounds.left), right_of(bounds) - area.width)
    top = min(max(area.top + down, bounds.top), bottom_of(bounds) - area.height)
    return replace(area, left=left, top=top)


def sized(area: Area, across: int, down: int, bounds: Area) -> Area:
    """The area with its right and bottom edge moved; never less than one pixel."""
    width = min(max(area.width + across, 1), right_of(bounds) - area.left)
    height = min(max(area.height + down, 1), bottom_of(bounds) - area.top)
    return replace(area, width=width, height=height)


def stretched(area: Area, handle: Handle, point: Point, bounds: Area) -> Area:
    """The area with the edges of `handle` at the pixel `point`; crossing over turns it round."""
    x, y = inside(point, bounds)
    left, right = area.left, right_of(area) - 1
    top, bottom = area.top, bottom_of(area) - 1
    left, right = (x if handle[0] < 0 else left), (x if handle[0] > 0 else right)
    top, bottom = (y if handle[1] < 0 else top), (y if handle[1] > 0 else bottom)
    return drawn((left, top), (right, bottom), bounds)


def place_of(area: Area, handle: Handle) -> tuple[float, float]:
    """Where a handle is: the corner, or the middle of the edge."""
    return (
        area.left + area.width * (handle[0] + 1) / 2,
        area.top + area.height * (handle[1] + 1) / 2,
    )


def handle_at(area: Area, point: Point, reach: float) -> Handle | None:
    """The handle within `reach` pixels of the point."""
    for handle in HANDLES:
        x, y = place_of(area, handle)
        if abs(point[0] + 0.5 - x) <= reach and abs(point[1] + 0.5 - y) <= reach:
            return handle
    return None
