"""What is being chosen on the frozen screen, shared by the overlays of all monitors."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal

from evidence_app.capture.screen import Frozen, RegionTarget, ShownWindowTarget, Target
from evidence_app.errors import UsageError
from evidence_app.records import Area, WindowInfo
from evidence_app.ui import overlay_region as region


class Mode(Enum):
    """How the part of the screen is chosen."""

    REGION = "region"
    WINDOW = "window"


class How(Enum):
    """What becomes of the chosen part."""

    PICTURE = "picture"
    SERIES = "series"
    VIDEO = "video"


class Choice(QObject):
    """Mode, area and window. Areas are physical pixels of the virtual screen, as in `Frozen`."""

    changed = Signal()

    def __init__(
        self,
        frozen: Frozen,
        parent: QObject | None = None,
        *,
        last: Area | None = None,
        with_pointer: bool = False,
    ) -> None:
        super().__init__(parent)
        self.frozen = frozen
        self.last = None if last is None else region.common(last, frozen.area)
        """The area that was taken last, as far as it still lies on the screen."""
        self.with_pointer = with_pointer and frozen.pointer is not None
        self.mode = Mode.REGION
        self.how = How.PICTURE
        self.region: Area | None = None
        self.window: WindowInfo | None = None
        self.stopped = False
        """The advice on what must not be captured is open: nothing can be chosen."""
        self._windows = [(window, area) for window in frozen.windows if (area := self._takeable(window))]

    @property
    def has_windows(self) -> bool:
        """Whether there is a window to choose; systems that do not tell have none."""
        return bool(self._windows)

    def area(self) -> Area | None:
        """The part of the screen that would be taken now."""
        if self.mode is Mode.REGION:
            return self.region
        return next((area for window, area in self._windows if window == self.window), None)

    def target(self) -> Target | None:
        """What to hand to `Frozen.take`, or None where nothing is chosen yet."""
        if self.mode is Mode.REGION:
            return None if self.region is None else RegionTarget(self.region)
        return None if self.window is None else ShownWindowTarget(self.window)

    def set_mode(self, mode: Mode) -> None:
        """Choose in the other way. The window in front is the first one offered."""
        if mode is Mode.WINDOW and not self._windows:
            return
        self.mode = mode
        if mode is Mode.WINDOW and self.window is None:
            taken = [window for window, _ in self._windows]
            front = self.frozen.window
            self.window = front if front in taken else taken[0]
        self.changed.emit()

    def set_region(self, area: Area | None) -> None:
        """Another area, or none."""
        if area != self.region:
            self.region = area
            self.changed.emit()

    def take_up_last(self) -> None:
        """Choose the area that was taken last, to be sealed or changed."""
        if self.last is not None:
            self.mode, self.region = Mode.REGION, self.last
            self.changed.emit()

    def toggle(self, how: How) -> None:
        """Make a series or a video of it instead of one picture, or one picture after all."""
        self.how = How.PICTURE if self.how is how else how
        self.changed.emit()

    def toggle_pointer(self) -> None:
        """Draw the mouse pointer into the picture, or leave it out."""
        self.with_pointer = not self.with_pointer and self.frozen.pointer is not None
        self.changed.emit()

    def set_stopped(self, stopped: bool) -> None:
        """Open or close the advice on what must not be captured, on every monitor."""
        self.stopped = stopped
        self.changed.emit()

    def point_at(self, point: region.Point) -> None:
        """Choose the front-most window under the pixel."""
        for window, area in self._windows:
            if region.contains(area, point):
                if window != self.window:
                    self.window = window
                    self.changed.emit()
                return

    def next_window(self, step: int) -> None:
        """The window behind (1) or before (-1) the chosen one, round and round."""
        taken = [window for window, _ in self._windows]
        if taken:
            at = taken.index(self.window) if self.window in taken else -1
            self.window = taken[(at + step) % len(taken)]
            self.changed.emit()

    def _takeable(self, window: WindowInfo) -> Area | None:
        """Its visible area; None where it lies behind another one or outside the screen."""
        try:
            return self.frozen.area_of(ShownWindowTarget(window))
        except UsageError:
            return None
