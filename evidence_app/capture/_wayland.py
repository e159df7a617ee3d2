"""A Wayland desktop: its picture by the portal, its monitors by the core protocol and xdg-output (version 3).

Which windows there are, and which is active, no program is told here. Programs place their windows in
logical units and the picture is in physical pixels, with the largest scale of all monitors: so its width
says how many pixels a unit has.
"""

from __future__ import annotations

from evidence_app.capture import _portal, clock
from evidence_app.capture._desktop import Desktop, Frame
from evidence_app.capture._wayland_outputs import Output, outputs
from evidence_app.capture.png import RawPixels
from evidence_app.errors import CaptureError
from evidence_app.records import Area, Monitor


def look() -> Desktop:
    """The monitors, as large as a picture would show them."""
    return _desktop(outputs(), None)


def frame() -> Frame:
    """The whole desktop; the desktop may ask the person first, so the time is when the picture came."""
    raw, width, height = _portal.picture()
    moment = clock.now()
    return Frame(raw, _desktop(outputs(), (width, height)), moment)


def grab(area: Area, /) -> RawPixels:
    """A part of a new picture. Every call asks the desktop."""
    taken = frame()
    whole = taken.desktop.area
    if area.left + area.width > whole.width or area.top + area.height > whole.height:
        raise CaptureError("Nothing was captured: the screens changed; try again.")
    view, row = memoryview(taken.raw), whole.width * 4
    lines = (
        view[y * row + area.left * 4 : y * row + (area.left + area.width) * 4]
        for y in range(area.top, area.top + area.height)
    )
    return b"".join(lines)


def _desktop(there: tuple[Output, ...], size: tuple[int, int] | None) -> Desktop:
    if not there:
        if size is None:
            raise CaptureError("Nothing was captured: no monitor is connected; connect one and try again.")
        whole = Area(0, 0, *size)
        return Desktop(whole, (Monitor(1, whole, "", primary=True),), (), None)
    left, top = min(one.left for one in there), min(one.top for one in there)
    wide = max(one.left + one.width for one in there) - left
    tall = max(one.top + one.height for one in there) - top
    ratio = max(one.scale for one in there) if size is None else size[0] / wide
    whole = Area(0, 0, *(size or (round(wide * ratio), round(tall * ratio))))
    monitors = tuple(
        Monitor(number, _placed(one, left, top, ratio, whole), one.name, primary=number == 1)
        for number, one in enumerate(there, 1)
    )
    return Desktop(whole, monitors, (), None)


def _placed(one: Output, left: int, top: int, ratio: float, whole: Area) -> Area:
    """A monitor in the pixels of the picture, and never outside it."""
    x, y = round((one.left - left) * ratio), round((one.top - top) * ratio)
    x, y = min(x, whole.width - 1), min(y, whole.height - 1)
    width, height = round(one.width * ratio), round(one.height * ratio)
    return Area(x, y, max(1, min(width, whole.width - x)), max(1, min(height, whole.height - y)))
