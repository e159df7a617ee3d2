"""What every kind of desktop is asked, and answers in plain records: one small adapter each.

An adapter is a module with these three functions (`Adapter`); the tests hold all of them to the same
contract. Which one it is, `_backend.choose_backend` tells from the environment alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from evidence_app.capture._backend import Backend, usable
from evidence_app.capture.clock import Moment
from evidence_app.capture.png import RawPixels
from evidence_app.records import Area, Monitor, WindowInfo

MAX_TITLE: Final = 4096
"""Characters; longer titles are cut."""

NOT_KNOWN: Final = "not known"


@dataclass(frozen=True, slots=True)
class Desktop:
    """One look at the desktop. `windows` are those of other programs that can be seen, front-most first;
    none where the system does not tell.

    `front` is the active one, or where none is active, or ours is, the next one from the front.
    """

    area: Area
    monitors: tuple[Monitor, ...]
    windows: tuple[WindowInfo, ...]
    front: WindowInfo | None


@dataclass(frozen=True, slots=True)
class Pointer:
    """The mouse pointer: where its picture lies, and that picture, four bytes a pixel (blue, green, red,
    alpha; premultiplied)."""

    area: Area
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """The pixels of the whole desktop (`desktop.area`; blue, green, red, ignored) and when they were taken.

    `pointer` is not in the pixels; None where the system does not tell.
    """

    raw: RawPixels = field(repr=False)
    desktop: Desktop
    moment: Moment
    pointer: Pointer | None = None


class Adapter(Protocol):
    """One kind of desktop. Every function raises CaptureError where the screen gives no answer."""

    def look(self) -> Desktop:
        """Monitors and windows as they are now."""

    def frame(self) -> Frame:
        """The whole desktop."""

    def grab(self, area: Area, /) -> RawPixels:
        """The pixels of a part that lies on the desktop; cheap and without a trace where `peeks` says so."""


def adapter() -> Adapter:
    """The adapter of this session. CaptureError where there is no screen."""
    match usable():
        case Backend.WAYLAND:
            from evidence_app.capture import _wayland

            return _wayland
        case Backend.WINDOWS:
            from evidence_app.capture import _win32

            return _win32
        case Backend.MACOS:
            from evidence_app.capture import _macos

            return _macos
        case _:
            from evidence_app.capture import _x11

            return _x11


def peeks() -> bool:
    """Whether the screen may be looked at as often as one likes. A Wayland desktop asks the person, or
    flashes, for every picture."""
    return usable() is not Backend.WAYLAND


def clean_title(title: str) -> str:
    """The title as it is, but not endless, and without halves of characters that no file could hold."""
    return title[:MAX_TITLE].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
