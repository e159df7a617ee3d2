"""Captures of the screen: whole, one monitor, an area, or the area of a window.

`take` is one act, for the command line. `freeze` takes the whole virtual screen at the click and lets the
person choose from the frozen pixels afterwards: what is sealed is what was there at the click, and the
time, the windows and the pixels belong together.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from evidence_app.capture import _desktop, _pixels, clock, context, png
from evidence_app.capture._backend import Backend, choose_backend
from evidence_app.capture._desktop import Desktop, Pointer, peeks
from evidence_app.capture.pointer import blend
from evidence_app.errors import CaptureError, UsageError
from evidence_app.records import Area, Method, Monitor, Picture, WindowInfo

__all__ = [
    "AllTarget",
    "Backend",
    "Frozen",
    "Grab",
    "MonitorTarget",
    "Pointer",
    "RegionTarget",
    "ShownWindowTarget",
    "Target",
    "WindowTarget",
    "area_of_monitor",
    "check_area",
    "choose_backend",
    "close",
    "freeze",
    "grab",
    "monitors",
    "peeks",
    "screen_area",
    "take",
]


@dataclass(frozen=True, slots=True)
class AllTarget:
    """The whole virtual screen: all monitors together."""


@dataclass(frozen=True, slots=True)
class MonitorTarget:
    """One monitor by its number, from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class RegionTarget:
    """An area of the virtual screen."""

    area: Area


@dataclass(frozen=True, slots=True)
class WindowTarget:
    """The one window with this part of a title."""

    title_part: str


@dataclass(frozen=True, slots=True)
class ShownWindowTarget:
    """A window that was chosen on the frozen screen, or None for the one in front."""

    window: WindowInfo | None = None


Target = AllTarget | MonitorTarget | RegionTarget | WindowTarget | ShownWindowTarget


@dataclass(frozen=True, slots=True)
class Grab:
    """Pixels of an area: rows top to bottom, four bytes a pixel (blue, green, red, ignored), no padding."""

    raw: png.RawPixels = field(repr=False)
    area: Area

    def crop(self, area: Area) -> Grab:
        """A part of it. UsageError where `area` is not inside."""
        _check_inside(area, self.area, "the picture")
        if area == self.area:
            return self
        stride, row = self.area.width * 4, area.width * 4
        view = memoryview(self.raw)
        start = (area.top - self.area.top) * stride + (area.left - self.area.left) * 4
        end = start + area.height * stride
        if row == stride:
            return Grab(bytes(view[start:end]), area)
        return Grab(b"".join(view[at : at + row] for at in range(start, end, stride)), area)

    def png(self) -> bytes:
        """The pixels as a PNG file (see `png.encode`)."""
        return png.encode(self.raw, self.area.width, self.area.height)

    def preview(self, max_side: int) -> tuple[bytes, int, int]:
        """RGB bytes, width and height of a thumbnail (see `png.preview`)."""
        return png.preview(self.raw, self.area.width, self.area.height, max_side)

    def is_blank(self) -> bool:
        """Whether all pixels have one and the same colour; the fourth byte does not count."""
        for step in (4 * 1009, 4):  # a thin sample first: nearly every picture differs there already
            for channel in range(3):
                plane = bytes(self.raw[channel::step])
                if plane != plane[:1] * len(plane):
                    return False
        return True


@dataclass(frozen=True, slots=True)
class _Choice:
    method: Method
    area: Area
    monitor: int | None
    window: WindowInfo | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """The whole virtual screen at the click.

    `raw` is BGRX (see `Grab`; as a QImage: Format_RGB32, `area.width * 4` bytes a line). `windows` are
    those of other programs, front-most first; `window` is the active one. The mouse pointer is not in the
    pixels; `pointer` is None where the system does not tell.
    """

    raw: png.RawPixels = field(repr=False)
    area: Area
    monitors: tuple[Monitor, ...]
    windows: tuple[WindowInfo, ...]
    window: WindowInfo | None
    moment: clock.Moment
    pointer: Pointer | None = None

    @property
    def grab(self) -> Grab:
        """All pixels."""
        return Grab(self.raw, self.area)

    def area_of(self, target: Target) -> Area:
        """What `take` would cut out, clipped to the screen. UsageError where there is no such thing."""
        return _choose(target, self._scene()).area

    def take(self, target: Target, *, pointer: bool = False, allow_blank: bool = False) -> Picture:
        """Cut the target out of the frozen pixels, with the mouse pointer where it is wanted and known.

        UsageError where the target does not exist or lies outside; CaptureError where the part is
        blank, unless the caller allows it.
        """
        scene = self._scene()
        choice = _choose(target, scene)
        taken = self.grab.crop(choice.area)
        seen = self.pointer if pointer else None
        if seen is not None and (both := _overlap(seen.area, choice.area)) is not None:
            taken = Grab(blend(taken.raw, choice.area, seen.pixels, seen.area, both), choice.area)
        else:
            seen = None
        return _finished(taken, choice, scene, self.moment, pointer=seen is not None, allow_blank=allow_blank)

    def _scene(self) -> Desktop:
        return Desktop(self.area, self.monitors, self.windows, self.window)


def monitors() -> tuple[Monitor, ...]:
    """All monitors in physical pixels, numbered from 1. CaptureError where there is no screen."""
    return _look().monitors


def screen_area() -> Area:
    """The whole virtual screen: the rectangle around all monitors."""
    return _look().area


def area_of_monitor(number: int) -> Area:
    """The area of monitor `number`. UsageError where there is none."""
    return _monitor(number, _look()).area


def check_area(area: Area) -> Area:
    """Return the area, or raise UsageError where it is empty or not wholly on the screen."""
    _check_inside(area, _look().area, "the screen")
    return area


def grab(area: Area | None = None) -> Grab:
    """The pixels of an area, by default of the whole virtual screen, as they are now."""
    where = check_area(area) if area is not None else _look().area
    return Grab(_desktop.adapter().grab(where), where)


def freeze(*, allow_blank: bool = False) -> Frozen:
    """Take the whole virtual screen with all that is observed. CaptureError where there is no picture."""
    taken = _desktop.adapter().frame()
    seen = taken.desktop
    if not allow_blank and Grab(taken.raw, seen.area).is_blank():
        raise _came_out_empty()
    return Frozen(taken.raw, seen.area, seen.monitors, seen.windows, seen.front, taken.moment, taken.pointer)


def take(target: Target, *, pointer: bool = False, allow_blank: bool = False) -> Picture:
    """Capture the target as it is now; for errors see `Frozen.take`."""
    if pointer or not peeks():
        return freeze(allow_blank=allow_blank).take(target, pointer=pointer, allow_blank=allow_blank)
    scene = _look()
    choice = _choose(target, scene)
    moment = clock.now()
    taken = Grab(_desktop.adapter().grab(choice.area), choice.area)
    return _finished(taken, choice, scene, moment, allow_blank=allow_blank)


def close() -> None:
    """Let go of the screen. The next capture opens it again."""
    _pixels.close()


def _look() -> Desktop:
    return _desktop.adapter().look()


def _choose(target: Target, scene: Desktop) -> _Choice:
    match target:
        case AllTarget():
            only = scene.monitors[0].number if len(scene.monitors) == 1 else None
            return _Choice(Method.MONITOR, scene.area, only, scene.front)
        case MonitorTarget(number):
            return _Choice(Method.MONITOR, _monitor(number, scene).area, number, scene.front)
        case RegionTarget(area):
            _check_inside(area, scene.area, "the screen")
            return _Choice(Method.REGION, area, _monitor_around(area, scene), scene.front)
        case WindowTarget(title_part):
            return _choose_window(context.find_window(title_part, scene.windows), scene)
        case ShownWindowTarget(window):
            return _choose_window(window or scene.front, scene)


def _choose_window(window: WindowInfo | None, scene: Desktop) -> _Choice:
    if window is None:
        raise UsageError("No window is open. Nothing was captured. Capture the whole screen or an area.")
    area = _visible(window, scene)
    return _Choice(Method.WINDOW, area, _monitor_around(area, scene), window)


def _visible(window: WindowInfo, scene: Desktop) -> Area:
    area = _overlap(window.area, scene.area)
    if area is None:
        raise UsageError(
            "The window lies outside the screen. Nothing was captured. Move it onto the screen and try again."
        )
    for other in scene.windows:
        if other == window:
            break
        if _overlap(area, other.area) == area:
            raise UsageError(
                "The window is hidden behind another one. Nothing was captured. "
                "Bring it to the front and try again."
            )
    return area


def _finished(
    taken: Grab,
    choice: _Choice,
    scene: Desktop,
    moment: clock.Moment,
    *,
    allow_blank: bool,
    pointer: bool = False,
) -> Picture:
    blank = taken.is_blank()
    if blank and not allow_blank:
        raise _came_out_empty()
    observed = context.observe(
        choice.method, scene.monitors, choice.monitor, choice.area, choice.window, blank, pointer, at=moment
    )
    return Picture(taken.png(), observed)


def _came_out_empty() -> CaptureError:
    return CaptureError(
        "The picture came out empty: every point of it has the same colour. Nothing was captured. "
        "Check that what you want to keep can be seen on the screen, then try again."
    )


def _monitor(number: int, scene: Desktop) -> Monitor:
    for monitor in scene.monitors:
        if monitor.number == number:
            return monitor
    there = "; ".join(f"{monitor.number} is {_words(monitor.area)}" for monitor in scene.monitors)
    raise UsageError(
        f"There is no monitor {number}. Nothing was captured. Choose one of those that are there: {there}."
    )


def _monitor_around(area: Area, scene: Desktop) -> int | None:
    """The monitor that shows all of the area, or None where it spreads over several."""
    return next((m.number for m in scene.monitors if _overlap(area, m.area) == area), None)


def _check_inside(area: Area, whole: Area, name: str) -> None:
    if area.width < 1 or area.height < 1:
        raise UsageError(
            f"The area {_words(area)} is empty. Nothing was captured. "
            "Choose an area that is at least one point wide and high."
        )
    common = _overlap(area, whole)
    if common != area:
        verb = "lies" if common is None else "reaches"
        raise UsageError(
            f"The area {_words(area)} {verb} outside {name}, which is {_words(whole)}. Nothing was captured. "
            f"Choose an area inside {name}."
        )


def _overlap(one: Area, other: Area) -> Area | None:
    left, top = max(one.left, other.left), max(one.top, other.top)
    right = min(one.left + one.width, other.left + other.width)
    bottom = min(one.top + one.height, other.top + other.height)
    return Area(left, top, right - left, bottom - top) if left < right and top < bottom else None


def _words(area: Area) -> str:
    return f"{area.width} × {area.height} at {area.left},{area.top}"
